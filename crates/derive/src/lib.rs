//! The derives `Entity` and `Enum`: they make `#[ambix(...)]` legal and add nothing to the program.
//!
//! Attributes are read by the same parser that reads the models of a project, so the compiler says the
//! same words at the same place.

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

fn compile_errors(errors: &[syn::Error]) -> TokenStream {
    errors.iter().flat_map(|error| TokenStream::from(error.to_compile_error())).collect()
}
