//! PostgreSQL, versions 12 to 18.

pub(crate) mod types;
