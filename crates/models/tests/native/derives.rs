//! The derives say what the command line says, at the same place.

use ambix_models::attributes::{check_entity, check_enum};
use quote::ToTokens;

use crate::support::read_files;

/// The errors of a derive, as `marked text: message`.
fn derived(text: &str) -> Vec<String> {
    let input: syn::DeriveInput = syn::parse_str(text).unwrap();
    let errors = match input.data {
        syn::Data::Enum(_) => check_enum(&input),
        syn::Data::Struct(_) | syn::Data::Union(_) => check_entity(&input),
    };
    let mut found: Vec<String> = errors
        .iter()
        .map(|error| {
            assert!(error.to_compile_error().to_token_stream().to_string().contains("compile_error"));
            let range = error.span().byte_range();
            format!("{}: {}", &text[range], error)
        })
        .collect();
    found.sort();
    found
}

/// The errors of the command line in the same form.
fn read(text: &str) -> Vec<String> {
    let read = read_files(&[("src/a.rs", text)]);
    let mut found: Vec<String> = read
        .problems
        .iter()
        .map(|problem| {
            let help = problem.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
            format!("{}: {}{help}", &problem.excerpt[problem.marked.clone()], problem.message)
        })
        .collect();
    found.sort();
    found
}

#[test]
fn both_say_the_same_at_the_same_place() {
    let bad = [
        "#[derive(ambix::Entity)] #[ambix(tabel = \"x\", primary_key(nope), length = 3)] struct A { a: i32 }",
        "#[derive(ambix::Entity)] #[ambix] struct A { #[ambix(default = f(x), lenght = -1, on_delete = \"explode\")] a: i32 }",
        "#[derive(ambix::Entity)] struct A { #[ambix(a b)] a: i32, #[ambix(references = \"..\", generated = \"x\", default = 1)] b: i32 }",
        "#[derive(ambix::Entity)] struct A(i32);",
        "#[derive(ambix::Enum)] #[ambix(rename_all = \"snek_case\", nope)] enum A { #[ambix(renam = \"x\")] B, C(i32) }",
    ];
    for text in bad {
        let errors = derived(text);
        assert!(!errors.is_empty(), "{text}");
        assert_eq!(errors, read(text));
    }
    assert_eq!(
        derived(bad[0]),
        [
            "length: `length` belongs on a field, not on the struct\nhelp: move it to the field it is about",
            "nope: `A` has no column `nope`\nhelp: its columns are a",
            "tabel: unknown key `tabel` in `#[ambix(...)]`\nhelp: did you mean `table`?",
        ]
    );
}

#[test]
fn a_derive_on_the_wrong_kind_of_item_is_refused() {
    let check = |text: &str, check: fn(&syn::DeriveInput) -> Vec<syn::Error>| {
        check(&syn::parse_str(text).unwrap()).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(check("enum A { B }", check_entity), ["an entity is a struct with named fields"]);
    assert_eq!(check("struct A { b: i32 }", check_enum), ["`Enum` is derived for an enum"]);
    assert!(check("struct A { b: i32 }", check_entity).is_empty());
}
