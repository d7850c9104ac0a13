//! SQLite.

mod failure;
mod file;
mod session;

pub(crate) use file::File;
pub(crate) use session::Session;
