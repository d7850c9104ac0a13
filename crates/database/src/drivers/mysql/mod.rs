//! MariaDB and MySQL: one protocol, two servers that are told apart by what they say of themselves.

mod failure;
mod lock;
mod looks;
mod privileges;
mod renderings;
mod server;
mod session;
mod transaction;
mod watch;

pub(crate) use lock::LockSession;
pub(crate) use server::Server;
pub(crate) use session::Session;
