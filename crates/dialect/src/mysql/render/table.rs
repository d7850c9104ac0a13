//! Tables: CREATE TABLE with all that can stand inside, and the options behind it.

use std::collections::BTreeMap;

use ambix_schema::{Address, Table};

use super::{Ctx, column, index, key};
use crate::mysql::{collation, literal};
use crate::{RenderError, TableImage};

/// CREATE TABLE of an image, with its indexes: what numbers its rows needs a key from the beginning.
pub(super) fn create(ctx: Ctx<'_>, image: &TableImage) -> Result<String, RenderError> {
    let TableImage { name, table, columns, constraints, indexes } = image;
    let at = Address::table(name);
    ctx.refuse(&at, &table.clone().into())?;
    if columns.is_empty() {
        return Err(ctx.unsupported("has no tables without columns", &at));
    }
    let own_collation = table.options.get("collate");
    let mut lines = Vec::new();
    for (own, column) in columns {
        let at = Address::column(name, own);
        ctx.refuse(&at, &column.clone().into())?;
        let mut column = column.clone();
        // What the table says goes for its columns.
        column.collation = column.collation.filter(|collation| Some(collation) != own_collation);
        lines.push(column::definition(ctx, &at, &column)?);
    }
    for (at, object) in constraints {
        lines.push(key::definition(ctx, at, object)?);
    }
    for (at, object) in indexes {
        lines.push(index::definition(ctx, at, object)?);
    }
    let Table { comment, options: settings, partition_by, inherits: _ } = table;
    let mut tail = options(ctx, &at, settings)?;
    if let Some(comment) = comment {
        tail.push(format!("COMMENT={}", literal::text(comment)?));
    }
    let mut sql = format!("CREATE TABLE {} (\n    {}\n)", ctx.qualified(name)?, lines.join(",\n    "));
    for option in tail {
        sql.push(' ');
        sql.push_str(&option);
    }
    if let Some(partition) = partition_by {
        sql.push_str("\nPARTITION BY ");
        sql.push_str(partition);
    }
    Ok(sql)
}

/// The clauses that make one table's options another's.
pub(super) fn altered(
    ctx: Ctx<'_>,
    at: &Address,
    from: &Table,
    to: &Table,
) -> Result<Vec<String>, RenderError> {
    let changed: BTreeMap<String, String> = to
        .options
        .iter()
        .filter(|(key, value)| from.options.get(*key) != Some(value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let mut clauses = options(ctx, at, &changed)?;
    for key in from.options.keys().filter(|key| !to.options.contains_key(*key)) {
        clauses.push(unsaid(ctx, at, key)?);
    }
    if from.comment != to.comment {
        clauses.push(format!("COMMENT={}", literal::text(to.comment.as_deref().unwrap_or_default())?));
    }
    if from.partition_by != to.partition_by {
        clauses.push(match &to.partition_by {
            Some(partition) => format!("PARTITION BY {partition}"),
            None => "REMOVE PARTITIONING".to_owned(),
        });
    }
    Ok(clauses)
}

/// Options as the words behind a table.
fn options(
    ctx: Ctx<'_>,
    at: &Address,
    options: &BTreeMap<String, String>,
) -> Result<Vec<String>, RenderError> {
    let is_word = |text: &str| collation::is_name(text);
    options
        .iter()
        .map(|(key, value)| match key.as_str() {
            "engine" | "row_format" if is_word(value) => Ok(format!("{}={value}", key.to_ascii_uppercase())),
            // Of the columns there are, each says its own.
            "collate" if is_word(value) => Ok(format!("DEFAULT COLLATE={value}")),
            "charset" if is_word(value) => Ok(format!("DEFAULT CHARACTER SET={value}")),
            key if is_word(key) && is_plain_value(value) => {
                Ok(format!("{}={value}", key.to_ascii_uppercase()))
            }
            key if is_word(key) => Ok(format!("{}={}", key.to_ascii_uppercase(), literal::text(value)?)),
            key => Err(ctx.unsupported(format!("has no table option {key:?}"), at)),
        })
        .collect()
}

/// Words and numbers stand bare; everything else is a text.
fn is_plain_value(value: &str) -> bool {
    let is_number = !value.is_empty() && value.bytes().all(|c| c.is_ascii_digit());
    is_number || matches!(value.to_ascii_uppercase().as_str(), "DEFAULT" | "YES" | "NO" | "ON" | "OFF")
}

/// An option back to what it is when nobody says it.
fn unsaid(ctx: Ctx<'_>, at: &Address, key: &str) -> Result<String, RenderError> {
    let word = key.to_ascii_uppercase();
    match key {
        "row_format" | "stats_persistent" | "stats_auto_recalc" | "pack_keys" => {
            Ok(format!("{word}=DEFAULT"))
        }
        "key_block_size" | "stats_sample_pages" | "checksum" | "delay_key_write" | "max_rows"
        | "min_rows" | "avg_row_length" => Ok(format!("{word}=0")),
        "engine" | "collate" | "charset" => {
            Err(ctx.unsupported(format!("has no table without {key}, so it cannot be taken away"), at))
        }
        key if collation::is_name(key) => Ok(format!("{word}=DEFAULT")),
        key => Err(ctx.unsupported(format!("has no table option {key:?}"), at)),
    }
}
