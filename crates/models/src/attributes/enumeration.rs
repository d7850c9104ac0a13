//! An enum with `#[derive(ambix::Enum)]` or `#[derive(sqlx::Type)]`: the values of a type in the database.

use syn::{Attribute, Fields, Ident, Variant};

use super::case::Case;
use super::entry::{Asked, Entry, entries, set};
use super::foreign_key::dotted_name;
use super::keys::unknown_key;
use super::notes::{Finding, Mark, Notes, Said, name_of};
use super::sqlx::SqlxAttributes;

/// An enum as its source says it.
#[derive(Clone, Debug)]
pub(crate) struct Enumeration {
    /// The Rust name.
    pub name: Said<String>,
    /// The namespace of the type.
    pub schema: Option<String>,
    /// The name of the type.
    pub type_name: String,
    /// The values, in order.
    pub values: Vec<Said<String>>,
    /// The comment.
    pub comment: Option<String>,
    /// The name the type had before.
    pub renamed_from: Option<Said<String>>,
    /// Whether it is left out.
    pub is_skipped: bool,
    /// The integer it is kept as, from `#[repr(i32)]`.
    pub repr: Option<String>,
    /// A variant that carries data, which no value of a database can.
    pub with_data: Option<Mark>,
}

#[derive(Default)]
struct EnumAttributes {
    type_name: Option<Said<String>>,
    schema: Option<Said<String>>,
    rename_all: Option<Said<Case>>,
    comment: Option<Said<String>>,
    renamed_from: Option<Said<String>>,
    skip: Option<Said<bool>>,
}

const ENUM_KEYS: [&str; 6] = ["type_name", "schema", "rename_all", "comment", "renamed_from", "skip"];

impl Enumeration {
    /// Reads an enum whose `cfg`s are already decided.
    pub(crate) fn read<'a>(
        attributes: &[Attribute],
        ident: &Ident,
        variants: impl Iterator<Item = &'a Variant>,
        notes: &mut Notes,
    ) -> Self {
        let name = Said { value: String::from(name_of(ident)), mark: notes.mark(ident.span()) };
        let own = EnumAttributes::read(attributes, notes);
        let sqlx = SqlxAttributes::read(attributes, notes);
        let case = own.rename_all.map(|said| said.value).or(sqlx.rename_all);
        let (mut schema, mut type_name) = (own.schema.map(|said| said.value), name.value.clone());
        if let Some(said) = own.type_name {
            type_name = said.value;
        } else if let Some(said) = sqlx.type_name {
            (schema, type_name) = qualified(&said.value, schema);
        } else {
            type_name = Case::Snake.of(&type_name);
        }
        let mut said = Self {
            name,
            schema,
            type_name,
            values: Vec::new(),
            comment: own.comment.map(|said| said.value),
            renamed_from: own.renamed_from,
            is_skipped: own.skip.is_some_and(|said| said.value),
            repr: repr(attributes),
            with_data: None,
        };
        for variant in variants {
            said.variant(variant, case, notes);
        }
        said
    }

    fn variant(&mut self, variant: &Variant, case: Option<Case>, notes: &mut Notes) {
        let mark = notes.mark(variant.ident.span());
        if !matches!(variant.fields, Fields::Unit) {
            self.with_data.get_or_insert(mark);
        }
        let rust_name = String::from(name_of(&variant.ident));
        let renamed = variant_name(&variant.attrs, notes);
        let value = renamed.unwrap_or_else(|| case.map_or(rust_name.clone(), |case| case.of(&rust_name)));
        if self.values.iter().any(|earlier| earlier.value == value) {
            notes.add(
                Finding::error(
                    mark,
                    format!("two variants of `{}` have the value `{value}`", self.name.value),
                )
                .help("give one another value with `#[ambix(rename = \"...\")]`"),
            );
            return;
        }
        self.values.push(Said { value, mark });
    }

    /// Finds what keeps an enum from being a type of the database.
    pub(crate) fn check(&self, notes: &mut Notes) {
        if let Some(mark) = self.with_data {
            notes.add(
                Finding::error(mark, format!("a variant of `{}` carries data", self.name.value))
                    .help("a value of a database enum is a name alone"),
            );
        } else if self.values.is_empty() {
            notes.add(Finding::error(self.name.mark, format!("enum `{}` has no values", self.name.value)));
        }
    }
}

impl EnumAttributes {
    fn read(attributes: &[Attribute], notes: &mut Notes) -> Self {
        let mut said = Self::default();
        for entry in entries(attributes, "ambix", notes).iter().flatten() {
            let (key, value) = match entry {
                Entry::Named { key, value } => (key, value),
                Entry::Bare(bare) => {
                    notes.add(Finding::error(bare.mark, "expected a key such as `type_name = \"mood\"`"));
                    continue;
                }
            };
            let asked = Asked { key, value };
            match key.value.as_str() {
                "type_name" => set(&mut said.type_name, "type_name", asked.text(notes), notes),
                "schema" => set(&mut said.schema, "schema", asked.text(notes), notes),
                "comment" => set(&mut said.comment, "comment", asked.any_text(notes), notes),
                "renamed_from" => set(&mut said.renamed_from, "renamed_from", asked.text(notes), notes),
                "skip" => set(&mut said.skip, "skip", asked.flag(notes), notes),
                "rename_all" => {
                    let case = asked.word(&Case::words(), Case::from_word, notes);
                    set(&mut said.rename_all, "rename_all", case, notes);
                }
                _unknown => unknown_key(key, "#[ambix(...)]", &ENUM_KEYS, notes),
            }
        }
        said
    }
}

/// The value of a variant, where an attribute says it.
fn variant_name(attributes: &[Attribute], notes: &mut Notes) -> Option<String> {
    let mut rename = None;
    for entry in entries(attributes, "ambix", notes).iter().flatten() {
        match entry {
            Entry::Named { key, value } if key.value == "rename" => {
                set(&mut rename, "rename", Asked { key, value }.any_text(notes), notes);
            }
            Entry::Named { key, .. } => unknown_key(key, "#[ambix(...)]", &["rename"], notes),
            Entry::Bare(bare) => {
                notes.add(Finding::error(bare.mark, "expected `rename = \"...\"`"));
            }
        }
    }
    rename.or_else(|| SqlxAttributes::read(attributes, notes).rename).map(|said| said.value)
}

/// sqlx hands its `type_name` to the server, which reads a dot as the end of the namespace.
fn qualified(text: &str, schema: Option<String>) -> (Option<String>, String) {
    match dotted_name(text) {
        Some((mut parts, "")) if parts.len() <= 2 => {
            let name = parts.pop().unwrap_or_else(|| text.to_owned());
            (parts.pop().or(schema), name)
        }
        Some(_) | None => (schema, text.to_owned()),
    }
}

fn repr(attributes: &[Attribute]) -> Option<String> {
    const INTEGERS: [&str; 8] = ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"];
    let mut found = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("repr")) {
        // What is not a list of words is the compiler's to report.
        let read = attribute.parse_nested_meta(|meta| {
            found = found.take().or_else(|| INTEGERS.into_iter().find(|integer| meta.path.is_ident(integer)));
            Ok(())
        });
        drop(read);
    }
    found.map(str::to_owned)
}
