//! Against real databases: private PostgreSQL and MariaDB servers, and SQLite files. `cargo xtask test`
//! starts the servers; without them the tests that need one fail and say so.
#![expect(clippy::unwrap_used, reason = "a test that cannot reach its database has failed")]

mod connecting;
mod locking;
mod mariadb;
mod postgres;
mod proxy;
mod sqlite;
mod support;
