//! The attributes of the native dialect, read the same way by the command line and by the derives.

mod case;
mod entity;
mod entry;
mod enumeration;
mod field;
mod foreign_key;
mod index;
mod keys;
mod notes;
mod sqlx;
mod suggest;
mod table;

pub(crate) use case::Case;
pub(crate) use entity::Entity;
pub(crate) use enumeration::Enumeration;
pub(crate) use notes::Notes;

#[cfg(feature = "files")]
pub(crate) use {
    entity::EntityColumn,
    foreign_key::{ForeignKeySaid, Reference},
    index::{IndexKeySaid, IndexSaid},
    keys::{CheckSaid, KeySaid},
    notes::{Finding, Mark, Said, Spot, name_of},
    sqlx::{Json, SqlxAttributes},
    suggest::nearest,
};

use syn::{Data, DeriveInput};

/// What is wrong with the attributes of a `#[derive(ambix::Entity)]`, for the compiler: the messages and
/// places are those of the command line.
pub fn check_entity(input: &DeriveInput) -> Vec<syn::Error> {
    let mut notes = Notes::default();
    match &input.data {
        Data::Struct(data) => {
            Entity::read(&input.attrs, &input.ident, &data.fields, |_| true, &mut notes);
        }
        Data::Enum(_) | Data::Union(_) => {
            refuse(input, "an entity is a struct with named fields", &mut notes);
        }
    }
    notes.into_compile_errors()
}

/// What is wrong with the attributes of a `#[derive(ambix::Enum)]`, for the compiler.
pub fn check_enum(input: &DeriveInput) -> Vec<syn::Error> {
    let mut notes = Notes::default();
    match &input.data {
        Data::Enum(data) => {
            Enumeration::read(&input.attrs, &input.ident, data.variants.iter(), &mut notes).check(&mut notes);
        }
        Data::Struct(_) | Data::Union(_) => refuse(input, "`Enum` is derived for an enum", &mut notes),
    }
    notes.into_compile_errors()
}

fn refuse(input: &DeriveInput, message: &str, notes: &mut Notes) {
    let mark = notes.mark(input.ident.span());
    notes.add(notes::Finding::error(mark, message));
}
