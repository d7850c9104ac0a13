//! Revision files in Rust: written for people and the compiler, read without compiling.

mod absent;
mod depth;
mod evaluate;
mod header;
mod quick;
mod read;
mod relink;
mod scanner;
mod write;

pub use absent::absent_words;
pub(super) use evaluate::Evaluator;
pub use header::read_rust_header;
pub use read::read_rust;
pub use relink::relink_rust;
pub(super) use write::function;
pub use write::write_rust;
