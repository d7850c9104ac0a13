//! Against real databases: a private PostgreSQL server, and SQLite files. `cargo xtask test` starts
//! the server; without it the tests that need one fail and say so.
#![expect(clippy::unwrap_used, reason = "a test that cannot reach its database has failed")]

mod connecting;
mod locking;
mod postgres;
mod proxy;
mod sqlite;
mod support;
