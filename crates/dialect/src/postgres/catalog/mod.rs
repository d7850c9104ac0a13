//! PostgreSQL's catalog: its queries, and what their rows say.

mod prerequisites;
mod queries;
mod read;
mod row;
mod sequences;
mod types;

pub(super) use queries::QUERIES;
pub(super) use read::read;
pub(super) use types::RANGE_OPTIONS;
