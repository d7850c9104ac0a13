//! CREATE TABLE with its columns and constraints, and the comments that follow it.

use ambix_schema::{Address, TableName};

use super::words::{self, Words};
use super::{column, constraint, options};
use crate::{RenderError, TableImage};

pub(super) fn create(words: Words<'_>, image: &TableImage) -> Result<Vec<String>, RenderError> {
    // Indexes are statements of their own.
    let TableImage { name, table, columns, constraints, indexes: _ } = image;
    let qualified = words.table(name)?;
    let mut before = Vec::new();
    let mut lines = Vec::new();
    let mut after = Vec::new();
    for (column_name, column) in columns {
        let at = Address::column(name, column_name);
        if !column::is_inherited(column) {
            before.extend(column::sequence_before(words, &at, column)?);
            lines.push(column::definition(words, &at, column)?);
            after.extend(column::sequence_after(words, &at, column)?);
        }
        after.extend(options::alter_column(words, &at, &column.ty, &NO_OPTIONS, &column.options)?);
    }
    for (at, object) in constraints {
        if constraint::is_validated(object) {
            lines.push(constraint::clause(words, at, object)?);
            after.extend(constraint::after(words, at, object)?);
        } else {
            // Inside CREATE TABLE every constraint counts as validated.
            after.push(format!("ALTER TABLE {qualified} ADD {}", constraint::clause(words, at, object)?));
            after.extend(constraint::after(words, at, object)?);
        }
    }
    let body = if lines.is_empty() { String::new() } else { format!("\n    {}\n", lines.join(",\n    ")) };
    let partition = table.partition_by.as_ref().map(|clause| format!(" PARTITION BY {clause}"));
    let tail = format!(
        "{}{}{}{}{}",
        inherits(words, &table.inherits)?,
        partition.unwrap_or_default(),
        options::name_clause(words, "USING", &table.options, "access_method")?,
        options::parameters(words, &table.options)?
            .map(|options| format!(" WITH ({options})"))
            .unwrap_or_default(),
        options::name_clause(words, "TABLESPACE", &table.options, "tablespace")?,
    );
    let unlogged = if options::is_on(&table.options, "unlogged") { "UNLOGGED " } else { "" };

    let mut sql = before;
    sql.push(format!("CREATE {unlogged}TABLE {qualified} ({body}){tail}"));
    sql.extend(after);
    sql.extend(options::after_table(&qualified, &table.options)?);
    sql.extend(words::comment_if_any("TABLE", &qualified, table.comment.as_deref())?);
    for (column_name, column) in columns {
        let at = Address::column(name, column_name);
        sql.extend(words::comment_if_any("COLUMN", &words.column(&at)?, column.comment.as_deref())?);
    }
    Ok(sql)
}

const NO_OPTIONS: options::Options = options::Options::new();

fn inherits(words: Words<'_>, parents: &[TableName]) -> Result<String, RenderError> {
    if parents.is_empty() {
        return Ok(String::new());
    }
    let parents: Vec<String> = parents.iter().map(|parent| words.table(parent)).collect::<Result<_, _>>()?;
    Ok(format!(" INHERITS ({})", parents.join(", ")))
}

/// Storage parameters: `fillfactor = 70, autovacuum_enabled = false`; `None` when there are none.
pub(super) fn storage<'a>(
    words: Words<'_>,
    options: impl Iterator<Item = (&'a String, &'a String)>,
) -> Result<Option<String>, RenderError> {
    let clauses: Vec<String> =
        options.map(|(key, value)| parameter(words, key, value)).collect::<Result<_, _>>()?;
    Ok((!clauses.is_empty()).then(|| clauses.join(", ")))
}

fn parameter(words: Words<'_>, key: &str, value: &str) -> Result<String, RenderError> {
    Ok(format!("{} = {}", parameter_name(words, key)?, words::text(value)?))
}

/// The name of a storage parameter, which may stand in a namespace (`toast.autovacuum_enabled`).
pub(super) fn parameter_name(words: Words<'_>, key: &str) -> Result<String, RenderError> {
    let parts: Vec<String> = key.split('.').map(|part| words.name(&part.into())).collect::<Result<_, _>>()?;
    Ok(parts.join("."))
}
