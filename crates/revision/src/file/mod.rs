//! Revision files as Rust source, in both directions.

mod rust;

pub use rust::{Draft, Noted, read_rust, read_rust_header, relink_rust, write_rust};
