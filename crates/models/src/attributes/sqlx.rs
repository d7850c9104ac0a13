//! `#[sqlx(...)]`, as far as it says something about tables. What is not known there belongs to sqlx.

use syn::Attribute;

use super::case::Case;
use super::entry::{Asked, Constant, Entry, Value, entries};
use super::notes::{Mark, Notes, Said};

/// What `#[sqlx(...)]` says, on whatever it stands.
#[derive(Clone, Default, Debug)]
pub(crate) struct SqlxAttributes {
    /// The case of names inside.
    pub rename_all: Option<Case>,
    /// The name of a column or value.
    pub rename: Option<Said<String>>,
    /// The name of a type in the database.
    pub type_name: Option<Said<String>>,
    /// Whether a field is left out.
    pub is_skipped: bool,
    /// Whether a field's own columns stand in its place.
    pub flatten: Option<Mark>,
    /// Whether a field is kept as JSON.
    pub json: Option<Json>,
    /// The Rust type a field is converted from.
    pub try_from: Option<Said<String>>,
    /// Whether a newtype has the type of what it wraps.
    pub is_transparent: bool,
}

/// A field kept as JSON.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Json {
    /// `json`
    Required,
    /// `json(nullable)`
    Nullable,
}

impl SqlxAttributes {
    /// Reads every `#[sqlx(...)]`. Malformed ones are sqlx's to report, so findings are not kept.
    pub(crate) fn read(attributes: &[Attribute], notes: &mut Notes) -> Self {
        let mut said = Self::default();
        if !attributes.iter().any(|attribute| attribute.path().is_ident("sqlx")) {
            return said;
        }
        let kept = notes.finding_count();
        for entry in entries(attributes, "sqlx", notes).iter().flatten() {
            if let Entry::Named { key, value } = entry {
                said.entry(&Asked { key, value });
            }
        }
        notes.forget_findings_after(kept);
        said
    }

    fn entry(&mut self, asked: &Asked<'_>) {
        let text = || match asked.value {
            Value::Constant(Said { value: Constant::Text(text), mark }) => {
                Some(Said { value: text.clone(), mark: *mark })
            }
            Value::Constant(_) | Value::Flag | Value::Expression(_) | Value::List(_) => None,
        };
        match asked.key.value.as_str() {
            "rename_all" => self.rename_all = text().and_then(|text| Case::from_word(&text.value)),
            "rename" => self.rename = text(),
            "type_name" => self.type_name = text(),
            "try_from" => self.try_from = text(),
            "skip" => self.is_skipped = true,
            "flatten" => self.flatten = Some(asked.key.mark),
            "transparent" => self.is_transparent = true,
            "json" => {
                let nullable =
                    |entry: &Entry| matches!(entry, Entry::Named { key, .. } if key.value == "nullable");
                let is_nullable = matches!(asked.value, Value::List(list) if list.iter().any(nullable));
                self.json = Some(if is_nullable { Json::Nullable } else { Json::Required });
            }
            _sqlx_alone => {}
        }
    }
}
