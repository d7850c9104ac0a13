//! The catalog of MariaDB and MySQL: the queries, and what their rows say.
//!
//! One query is asked once for each database that is read: its name is bound to every `?`, because the
//! servers only look into a single database when they are asked for it by name.

mod column;
mod definition;
mod partition;
mod queries;
mod read;
mod row;

#[cfg(test)]
mod tests;

pub(super) use queries::queries;
pub(super) use read::read;
