//! The native dialect: plain structs with `#[derive(ambix::Entity)]`.

mod column;
mod constraints;
mod coverage;
mod defaults;
mod enums;
mod file;
mod foreign_keys;
mod modules;
mod names;
mod outline;
mod place;
mod rust_type;
mod schema;
mod tables;
mod types;

pub(crate) use schema::read;
