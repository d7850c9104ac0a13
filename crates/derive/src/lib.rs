//! The derives `Entity` and `Enum`, and `revisions!`.
//!
//! The derives make `#[ambix(...)]` legal and add nothing to the program. Attributes are read by the same
//! parser that reads the models of a project, so the compiler says the same words at the same place.

mod revisions;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Marks a struct as a table. Adds no code; a bad attribute is a compile error.
#[proc_macro_derive(Entity, attributes(ambix, sqlx))]
pub fn entity(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    compile_errors(&ambix_models::attributes::check_entity(&input))
}

/// Marks an enum as a type of the database. Adds no code; a bad attribute is a compile error.
#[proc_macro_derive(Enum, attributes(ambix, sqlx))]
pub fn enumeration(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    compile_errors(&ambix_models::attributes::check_enum(&input))
}

/// Compiles the revision files of one or several directories into the program, as an `ambix::Revisions`.
///
/// ```ignore
/// static REVISIONS: ambix::Revisions = ambix::revisions!("migrations/versions");
/// ```
///
/// A path is relative to the directory of the crate's `Cargo.toml`. The files are those that the `ambix`
/// command reads: all that end in `.rs` below the directory, but for `mod.rs` and names that begin with
/// `.` or `_`. A changed file is compiled anew by itself; for a new one cargo must be told to look at the
/// directory, by a `build.rs` beside `Cargo.toml`:
///
/// ```
/// println!("cargo::rerun-if-changed=migrations/versions");
/// ```
#[proc_macro]
pub fn revisions(input: TokenStream) -> TokenStream {
    revisions::revisions(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

fn compile_errors(errors: &[syn::Error]) -> TokenStream {
    errors.iter().flat_map(|error| TokenStream::from(error.to_compile_error())).collect()
}
