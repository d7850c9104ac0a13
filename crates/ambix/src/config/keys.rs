//! The keys there are. A key that is not here is an error, so that no spelling mistake goes unseen.

use std::sync::Arc;

use super::document::{Source, Table, Value};
use super::nearest::nearest;
use super::{ConfigError, ConfigErrorKind};

/// What stands under a key.
enum Shape {
    Value,
    Table(&'static [(&'static str, Shape)]),
    /// An array of tables.
    Tables(&'static [(&'static str, Shape)]),
    /// A table of named overrides of everything.
    Overrides,
}

const KEYS: &[(&str, Shape)] = &[
    ("script_location", Shape::Value),
    ("version_locations", Shape::Value),
    ("file_template", Shape::Value),
    ("truncate_slug_length", Shape::Value),
    ("timezone", Shape::Value),
    ("format", Shape::Value),
    ("models", Shape::Table(MODELS)),
    ("database", Shape::Table(DATABASE)),
    ("naming", Shape::Table(NAMING)),
    ("policy", Shape::Table(POLICY)),
    ("hazards", Shape::Table(HAZARDS)),
    ("post_write_hooks", Shape::Tables(HOOK)),
    ("env", Shape::Overrides),
];

const MODELS: &[(&str, Shape)] = &[
    ("paths", Shape::Value),
    ("exclude", Shape::Value),
    ("features", Shape::Value),
    ("table_names", Shape::Value),
];

const DATABASE: &[(&str, Shape)] = &[
    ("dialect", Shape::Value),
    ("version", Shape::Value),
    ("url", Shape::Value),
    ("schemas", Shape::Value),
    ("version_table", Shape::Value),
    ("connect_timeout", Shape::Value),
    ("lock_timeout", Shape::Value),
    ("lock_wait", Shape::Value),
    ("statement_timeout", Shape::Value),
    ("allow_reset", Shape::Value),
];

const NAMING: &[(&str, Shape)] = &[
    ("primary_key", Shape::Value),
    ("unique", Shape::Value),
    ("foreign_key", Shape::Value),
    ("check", Shape::Value),
    ("index", Shape::Value),
    ("exclude", Shape::Value),
];

const POLICY: &[(&str, Shape)] =
    &[("protect", Shape::Value), ("ignore", Shape::Value), ("rule", Shape::Tables(RULE))];

const RULE: &[(&str, Shape)] = &[
    ("kind", Shape::Value),
    ("name", Shape::Value),
    ("only_in", Shape::Value),
    ("attribute", Shape::Value),
    ("action", Shape::Value),
    ("reason", Shape::Value),
];

const HAZARDS: &[(&str, Shape)] = &[("allow", Shape::Value), ("data_loss", Shape::Value)];

const HOOK: &[(&str, Shape)] = &[("name", Shape::Value), ("command", Shape::Value)];

/// Refuses the first key that means nothing, overrides that are not chosen included.
pub(super) fn check(source: &Arc<Source>, table: &Table) -> Result<(), ConfigError> {
    check_table(source, table, KEYS, "")
}

fn check_table(
    source: &Arc<Source>,
    table: &Table,
    keys: &'static [(&'static str, Shape)],
    path: &str,
) -> Result<(), ConfigError> {
    for (key, entry) in &table.entries {
        let dotted = format!("{path}{key}");
        let is_nested_env = key == "env" && !path.is_empty();
        match keys.iter().find(|(known, _)| known == key) {
            Some((_, shape)) if !is_nested_env => check_value(source, &entry.value, shape, &dotted)?,
            _ => {
                let kind = unknown(key, dotted, keys, path);
                return Err(ConfigError::at(&source.place(&entry.key), kind));
            }
        }
    }
    Ok(())
}

fn check_value(source: &Arc<Source>, value: &Value, shape: &Shape, path: &str) -> Result<(), ConfigError> {
    let wrong = |expected| {
        let kind = ConfigErrorKind::WrongType { key: path.to_owned(), expected, found: value.described() };
        Err(ConfigError::at(&source.place(&value.range), kind))
    };
    match shape {
        Shape::Value => Ok(()),
        Shape::Table(keys) => match value.as_table() {
            Some(table) => check_table(source, table, keys, &format!("{path}.")),
            None => wrong("a table"),
        },
        Shape::Tables(keys) => {
            let tables: Option<Vec<&Table>> =
                value.as_array().and_then(|values| values.iter().map(Value::as_table).collect());
            let Some(tables) = tables else { return wrong("an array of tables, as in [[policy.rule]]") };
            tables.into_iter().try_for_each(|table| check_table(source, table, keys, &format!("{path}.")))
        }
        Shape::Overrides => {
            let Some(table) = value.as_table() else { return wrong("a table") };
            table.entries.iter().try_for_each(|(name, entry)| {
                check_value(source, &entry.value, &Shape::Table(KEYS), &format!("{path}.{name}"))
            })
        }
    }
}

fn unknown(key: &str, dotted: String, keys: &'static [(&'static str, Shape)], path: &str) -> ConfigErrorKind {
    let known: Vec<&str> =
        keys.iter().map(|(known, _)| *known).filter(|known| path.is_empty() || *known != "env").collect();
    let here = nearest(key, known.iter().copied()).map(|near| format!("{path}{near}"));
    let suggestion = here.or_else(|| elsewhere(key));
    ConfigErrorKind::UnknownKey {
        key: dotted,
        suggestion,
        known: known.into_iter().map(str::to_owned).collect(),
    }
}

/// The key of another table that is called exactly so.
fn elsewhere(key: &str) -> Option<String> {
    KEYS.iter().find_map(|(name, shape)| match shape {
        Shape::Value | Shape::Tables(_) | Shape::Overrides => (*name == key).then(|| (*name).to_owned()),
        Shape::Table(keys) => keys
            .iter()
            .any(|(inner, _)| *inner == key)
            .then(|| format!("{name}.{key}"))
            .or_else(|| (*name == key).then(|| (*name).to_owned())),
    })
}
