//! CREATE TABLE with its columns and constraints, and the comments that follow it.

use ambix_schema::Address;

use super::words::{self, Words};
use super::{column, constraint};
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
        before.extend(column::sequence_before(words, &at, column)?);
        lines.push(column::definition(words, &at, column)?);
        after.extend(column::sequence_after(words, &at, column)?);
    }
    for (at, object) in constraints {
        if constraint::is_validated(object) {
            lines.push(constraint::clause(words, at, object)?);
        } else {
            // Inside CREATE TABLE every constraint counts as validated.
            after.push(format!("ALTER TABLE {qualified} ADD {}", constraint::clause(words, at, object)?));
        }
    }
    let body = if lines.is_empty() { String::new() } else { format!("\n    {}\n", lines.join(",\n    ")) };
    let partition = table.partition_by.as_ref().map(|clause| format!(" PARTITION BY {clause}"));
    let options = storage(words, table.options.iter())?.map(|options| format!(" WITH ({options})"));
    let tail = format!("{}{}", partition.unwrap_or_default(), options.unwrap_or_default());

    let mut sql = before;
    sql.push(format!("CREATE TABLE {qualified} ({body}){tail}"));
    sql.extend(after);
    sql.extend(words::comment_if_any("TABLE", &qualified, table.comment.as_deref())?);
    for (column_name, column) in columns {
        let at = Address::column(name, column_name);
        sql.extend(words::comment_if_any("COLUMN", &words.column(&at)?, column.comment.as_deref())?);
    }
    Ok(sql)
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
