//! Options that are no storage parameters: each has a statement of its own.

use std::collections::BTreeMap;

use ambix_schema::{Address, Type};

use super::table::{parameter_name, storage};
use super::words::{self, Words};
use crate::RenderError;
use crate::postgres::{TITLE, types};

pub(super) type Options = BTreeMap<String, String>;

/// Options that `WITH (…)` does not take.
const APART: [&str; 9] = [
    "access_method",
    "clustered",
    "force_row_security",
    "inherited",
    "replica_identity",
    "row_security",
    "tablespace",
    "unlogged",
    "without_overlaps",
];

/// `fillfactor = 70`: the storage parameters among the options.
pub(super) fn parameters(words: Words<'_>, options: &Options) -> Result<Option<String>, RenderError> {
    storage(words, options.iter().filter(|(key, _)| !is_apart(key)))
}

fn is_apart(key: &str) -> bool {
    APART.contains(&key)
}

pub(super) fn is_on(options: &Options, key: &str) -> bool {
    options
        .get(key)
        .is_some_and(|value| ["", "true", "1", "yes", "on"].iter().any(|yes| value.eq_ignore_ascii_case(yes)))
}

/// A name behind a word, as in ` TABLESPACE fast`; nothing when the option is not set.
pub(super) fn name_clause(
    words: Words<'_>,
    word: &str,
    options: &Options,
    key: &str,
) -> Result<String, RenderError> {
    match options.get(key) {
        Some(name) => Ok(format!(" {word} {}", words.name(&name.as_str().into())?)),
        None => Ok(String::new()),
    }
}

/// What a new table is told after it was made.
pub(super) fn after_table(table: &str, options: &Options) -> Result<Vec<String>, RenderError> {
    let mut sql = Vec::new();
    for (key, action) in [("row_security", "ENABLE"), ("force_row_security", "FORCE")] {
        if is_on(options, key) {
            sql.push(format!("ALTER TABLE {table} {action} ROW LEVEL SECURITY"));
        }
    }
    if let Some(identity) = options.get("replica_identity") {
        sql.push(replica_identity(table, Some(identity))?);
    }
    Ok(sql)
}

fn replica_identity(table: &str, identity: Option<&String>) -> Result<String, RenderError> {
    let word = match identity.map(|word| word.to_ascii_lowercase()).as_deref() {
        Some("full") => "FULL",
        Some("nothing") => "NOTHING",
        Some("default") | None => "DEFAULT",
        Some(other) => {
            return Err(RenderError::Value {
                reason: format!("{other:?} is no replica identity of a table"),
            });
        }
    };
    Ok(format!("ALTER TABLE {table} REPLICA IDENTITY {word}"))
}

/// What the table of a new index is told: that its rows are known and sorted by it.
pub(super) fn after_index(table: &str, index: &str, options: &Options) -> Vec<String> {
    let mut sql = Vec::new();
    if is_on(options, "clustered") {
        sql.push(format!("ALTER TABLE {table} CLUSTER ON {index}"));
    }
    if is_on(options, "replica_identity") {
        sql.push(format!("ALTER TABLE {table} REPLICA IDENTITY USING INDEX {index}"));
    }
    sql
}

/// What changes about the options of a table or index: storage parameters, and one statement for each other.
/// `alter` is `ALTER TABLE …` or `ALTER INDEX …`, `table` the table, `index` the bare name of the index.
pub(super) fn alter(
    words: Words<'_>,
    alter: &str,
    table: &str,
    index: Option<&str>,
    from: &Options,
    to: &Options,
) -> Result<Vec<String>, RenderError> {
    let mut sql = Vec::new();
    let gone: Vec<String> = from
        .keys()
        .filter(|key| !is_apart(key) && !to.contains_key(*key))
        .map(|key| parameter_name(words, key))
        .collect::<Result<_, _>>()?;
    if !gone.is_empty() {
        sql.push(format!("{alter} RESET ({})", gone.join(", ")));
    }
    let set = to.iter().filter(|(key, value)| !is_apart(key) && from.get(*key) != Some(value));
    if let Some(set) = storage(words, set)? {
        sql.push(format!("{alter} SET ({set})"));
    }
    for key in APART.iter().filter(|key| from.get(**key) != to.get(**key)) {
        let is_on = is_on(to, key);
        match (*key, index) {
            ("tablespace", _) => {
                let name = to.get(*key).map_or("pg_default", String::as_str);
                sql.push(format!("{alter} SET TABLESPACE {}", words.name(&name.into())?));
            }
            ("unlogged", None) => {
                let word = if is_on { "UNLOGGED" } else { "LOGGED" };
                sql.push(format!("{alter} SET {word}"));
            }
            ("access_method", None) => {
                let name = to.get(*key).map_or("heap", String::as_str);
                sql.push(format!("{alter} SET ACCESS METHOD {}", words.name(&name.into())?));
            }
            ("row_security", None) => {
                let action = if is_on { "ENABLE" } else { "DISABLE" };
                sql.push(format!("{alter} {action} ROW LEVEL SECURITY"));
            }
            ("force_row_security", None) => {
                let action = if is_on { "FORCE" } else { "NO FORCE" };
                sql.push(format!("{alter} {action} ROW LEVEL SECURITY"));
            }
            ("replica_identity", None) => sql.push(replica_identity(table, to.get(*key))?),
            ("replica_identity", Some(index)) if is_on => {
                sql.push(format!("ALTER TABLE {table} REPLICA IDENTITY USING INDEX {index}"));
            }
            ("replica_identity", Some(_)) => {
                sql.push(format!("ALTER TABLE {table} REPLICA IDENTITY DEFAULT"));
            }
            ("clustered", Some(index)) if is_on => {
                sql.push(format!("ALTER TABLE {table} CLUSTER ON {index}"));
            }
            ("clustered", Some(_)) => sql.push(format!("ALTER TABLE {table} SET WITHOUT CLUSTER")),
            (key, _) => {
                return Err(RenderError::Value { reason: format!("the option {key} does not belong here") });
            }
        }
    }
    Ok(sql)
}

/// What changes about the options of a column; all of them when it is new.
pub(super) fn alter_column(
    words: Words<'_>,
    at: &Address,
    ty: &Type,
    from: &Options,
    to: &Options,
) -> Result<Vec<String>, RenderError> {
    let table = words.table(&at.table_name().unwrap_or_else(|| at.qualified_name()))?;
    let alter = format!("ALTER TABLE {table} ALTER COLUMN {}", words.name(&at.name)?);
    let features = words.postgres.features;
    let keys: std::collections::BTreeSet<&String> = from.keys().chain(to.keys()).collect();
    let mut sql = Vec::new();
    for key in keys.into_iter().filter(|key| from.get(*key) != to.get(*key)) {
        let value = to.get(key).map(|value| word(key, value)).transpose()?;
        match (key.as_str(), value) {
            // The parent's column brings it along.
            ("inherited", _) => {}
            ("storage", Some(value)) => sql.push(format!("{alter} SET STORAGE {value}")),
            ("storage", None) => sql.push(format!("{alter} SET STORAGE {}", usual_storage(ty))),
            ("compression", value) if features.column_compression => {
                sql.push(format!("{alter} SET COMPRESSION {}", value.unwrap_or("default")));
            }
            ("compression", _) => {
                let reason = "chooses no compression of a column before version 14";
                return Err(RenderError::unsupported(TITLE, reason, at));
            }
            ("statistics", value) => {
                sql.push(format!("{alter} SET STATISTICS {}", value.unwrap_or("-1")));
            }
            (_, Some(_)) => {
                let value = words::text(to.get(key).map_or("", String::as_str))?;
                sql.push(format!("{alter} SET ({} = {value})", parameter_name(words, key)?));
            }
            (_, None) => sql.push(format!("{alter} RESET ({})", parameter_name(words, key)?)),
        }
    }
    Ok(sql)
}

/// A value that is written bare, and therefore is nothing but a word or number.
fn word<'a>(key: &str, value: &'a str) -> Result<&'a str, RenderError> {
    let is_word =
        !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.');
    if is_word {
        return Ok(value);
    }
    Err(RenderError::Value { reason: format!("{value:?} is no {key} of a column") })
}

/// How the server stores values of a type when nobody says it.
fn usual_storage(ty: &Type) -> &'static str {
    match types::stored(ty.clone()) {
        Type::Decimal { .. } | Type::Inet | Type::Cidr => "MAIN",
        Type::Char { .. }
        | Type::Varchar { .. }
        | Type::Text
        | Type::Bytes
        | Type::Json
        | Type::Jsonb
        | Type::Array(_)
        | Type::Defined(_)
        | Type::Other(_) => "EXTENDED",
        Type::Boolean
        | Type::TinyInt
        | Type::SmallInt
        | Type::Integer
        | Type::BigInt
        | Type::Unsigned(_)
        | Type::Real
        | Type::Double
        | Type::Binary { .. }
        | Type::Varbinary { .. }
        | Type::Date
        | Type::Time { .. }
        | Type::Timestamp { .. }
        | Type::Interval
        | Type::Uuid
        | Type::MacAddr
        | Type::Enum(_) => "PLAIN",
    }
}
