//! Revision files in Rust: written for people and the compiler, read without compiling.

mod evaluate;
mod nearest;
mod read;
mod write;

pub use read::read_rust;
pub use write::{Draft, Noted, write_rust};
