//! PostgreSQL's catalog: its queries, and what their rows say.

mod queries;
mod read;

pub(super) use queries::QUERIES;
pub(super) use read::read;
