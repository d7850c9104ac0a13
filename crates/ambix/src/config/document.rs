//! A TOML document whose every key and value knows its place.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{ConfigError, ConfigErrorKind};

/// A file as it was read.
#[derive(Debug)]
pub(super) struct Source {
    /// Its path for people.
    pub(super) shown: PathBuf,
    /// Its text.
    pub(super) text: String,
}

/// Somewhere in a file.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) source: Arc<Source>,
    pub(super) range: Range<usize>,
}

/// A table.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub(super) entries: BTreeMap<String, Entry>,
}

/// A key of a table with its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: Range<usize>,
    pub(super) value: Value,
}

/// A value with its place.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) range: Range<usize>,
    pub(super) kind: ValueKind,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(super) enum ValueKind {
    Text(String),
    /// `None` when it does not fit.
    Integer(Option<i64>),
    Float,
    Boolean(bool),
    Datetime,
    Array(Vec<Value>),
    Table(Table),
}

impl Source {
    pub(super) fn place(self: &Arc<Self>, range: &Range<usize>) -> Place {
        Place { source: Arc::clone(self), range: range.clone() }
    }

    pub(super) fn parse(self: &Arc<Self>) -> Result<Table, ConfigError> {
        match DeTable::parse(&self.text) {
            Ok(table) => Ok(Table::from_toml(table.get_ref())),
            Err(error) => {
                let range = error.span().unwrap_or_default();
                Err(ConfigError::at(&self.place(&range), ConfigErrorKind::Syntax(error.message().to_owned())))
            }
        }
    }
}

impl Table {
    fn from_toml(table: &DeTable<'_>) -> Self {
        let entry = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
            let key: &Spanned<toml::de::DeString<'_>> = key;
            (key.get_ref().to_string(), Entry { key: key.span(), value: Value::from_toml(value) })
        };
        Self { entries: table.iter().map(entry).collect() }
    }

    /// The table under a key, when there is a table.
    pub(super) fn table(&self, key: &str) -> Option<&Self> {
        self.entries.get(key)?.value.as_table()
    }

    /// Puts another table over this one, key by key; what is no table on both sides is replaced.
    pub(super) fn overlay(&mut self, over: Self) {
        for (key, entry) in over.entries {
            match (self.entries.get_mut(&key).map(|below| &mut below.value.kind), entry) {
                (
                    Some(ValueKind::Table(below)),
                    Entry { value: Value { kind: ValueKind::Table(table), .. }, .. },
                ) => {
                    below.overlay(table);
                }
                (_, entry) => {
                    self.entries.insert(key, entry);
                }
            }
        }
    }
}

impl Value {
    fn from_toml(value: &Spanned<DeValue<'_>>) -> Self {
        let kind = match value.get_ref() {
            DeValue::String(text) => ValueKind::Text(text.to_string()),
            DeValue::Integer(number) => {
                ValueKind::Integer(i64::from_str_radix(number.as_str(), number.radix()).ok())
            }
            DeValue::Float(_) => ValueKind::Float,
            DeValue::Boolean(flag) => ValueKind::Boolean(*flag),
            DeValue::Datetime(_) => ValueKind::Datetime,
            DeValue::Array(values) => ValueKind::Array(values.iter().map(Self::from_toml).collect()),
            DeValue::Table(table) => ValueKind::Table(Table::from_toml(table)),
        };
        Self { range: value.span(), kind }
    }

    pub(super) fn as_table(&self) -> Option<&Table> {
        if let ValueKind::Table(table) = &self.kind { Some(table) } else { None }
    }

    pub(super) fn as_array(&self) -> Option<&[Self]> {
        if let ValueKind::Array(values) = &self.kind { Some(values) } else { None }
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        if let ValueKind::Text(text) = &self.kind { Some(text) } else { None }
    }

    /// What it is, for people.
    pub(super) fn described(&self) -> &'static str {
        match &self.kind {
            ValueKind::Text(_) => "a string",
            ValueKind::Integer(_) => "an integer",
            ValueKind::Float => "a float",
            ValueKind::Boolean(_) => "a boolean",
            ValueKind::Datetime => "a date",
            ValueKind::Array(_) => "an array",
            ValueKind::Table(_) => "a table",
        }
    }
}
