//! Revision files, in both directions: Rust source, and plain SQL.

#[cfg(feature = "source")]
mod draft;
mod nearest;
#[cfg(feature = "source")]
mod rust;
mod sql;

#[cfg(feature = "source")]
pub use draft::{Draft, Noted};
#[cfg(feature = "source")]
pub use rust::{absent_words, read_rust, read_rust_header, relink_rust, write_rust};
pub use sql::{Cut, MARK, read_sql, read_sql_header};
#[cfg(feature = "source")]
pub use sql::{Kept, Said, Unwritable, keep_sql, write_sql};
