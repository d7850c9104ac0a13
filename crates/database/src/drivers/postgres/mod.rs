//! PostgreSQL.

mod failure;
mod lock;
mod looks;
mod server;
mod session;
mod transaction;
mod watch;

pub(crate) use lock::LockSession;
pub(crate) use server::Server;
pub(crate) use session::Session;
