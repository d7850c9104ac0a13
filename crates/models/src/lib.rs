//! Reads Rust entity source into a [`Schema`](ambix_schema::Schema), without compiling it.
//!
//! [`collect`] finds the files and reads their text, [`read`] is pure: the same text gives the same
//! schema. What is wrong in the source is gathered as [`Problem`](ambix_schema::Problem)s, with the
//! place, and the first one stops nothing.

#![cfg_attr(
    not(feature = "files"),
    expect(dead_code, reason = "the derives read attributes only to check them")
)]

pub mod attributes;
#[cfg(feature = "files")]
mod cfg;
#[cfg(feature = "files")]
mod collect;
#[cfg(feature = "files")]
mod native;
#[cfg(feature = "files")]
mod project;

#[cfg(feature = "files")]
pub use collect::{CollectError, collect, select};
#[cfg(feature = "files")]
pub use project::{Options, ParseType, Read, Rename, Source, TableNames, read};
