//! A table built anew: created beside the old one, filled from it, and put in its place; or altered where
//! it stands, when that comes to the same.
//!
//! The runner has switched foreign keys off before the transaction began, and checks them before it
//! commits: with foreign keys on, dropping the old table would delete the rows that reference it.

use ambix_schema::{Address, Literal, Name, TableName, Unmodelled};

use super::TITLE;
use super::canonical::is_without_rowid;
use super::ddl::{Event, mentions, row_columns, trigger_event};
use super::in_place::alter_in_place;
use super::render::{create_index, create_table, is_auto_increment, qualified, quote, rowid_column};
use crate::literal::literal_sql;
use crate::sql_writer::string_literal;
use crate::{RenderError, TableImage};

/// The names of a row's number, where no column is called so.
const ROW_NUMBERS: [&str; 3] = ["rowid", "_rowid_", "oid"];

/// The statements of a rebuild.
pub(super) fn rebuild_table(
    before: &TableImage,
    after: &TableImage,
    copied: &[(Name, Name)],
    keep: &[Unmodelled],
) -> Result<Vec<String>, RenderError> {
    if let Some(sql) = alter_in_place(before, after, copied, keep)? {
        return Ok(sql);
    }
    refuse_losses(before, keep)?;
    refuse_broken_triggers(before, after, keep)?;
    let between = TableName::new(format!("ambix_rebuild_{}", after.name.name.as_str()));
    let (old, new, name) = (qualified(&before.name)?, qualified(&between)?, qualified(&after.name)?);

    let mut sql = vec![create_table(after, &between)?, copy_rows(before, after, copied, &old, &new)?];
    if numbers_rows(before) && numbers_rows(after) {
        sql.extend(copy_last_number(&before.name, &between)?);
    }
    sql.push(format!("DROP TABLE {old}"));
    // The old way of renaming looks at this table alone. The new one reads every view and trigger of the
    // database, and fails on those that name the table just dropped.
    sql.push("PRAGMA legacy_alter_table = ON".into());
    sql.push(format!("ALTER TABLE {new} RENAME TO {name}"));
    sql.push("PRAGMA legacy_alter_table = OFF".into());
    for (at, index) in &after.indexes {
        sql.push(create_index(at, index)?);
    }
    sql.extend(keep.iter().filter(|object| is_dropped_with(object, &before.name)).filter_map(definition));
    sql.extend(proofs(before, after, keep)?);
    Ok(sql)
}

/// Whether the object goes with its table and comes back by its own definition.
fn is_dropped_with(object: &Unmodelled, table: &TableName) -> bool {
    object.on.as_ref() == Some(table) && object.sql.is_some()
}

fn definition(object: &Unmodelled) -> Option<String> {
    Some(object.sql.as_ref()?.trim().trim_end_matches(';').to_owned())
}

/// What the table has and no definition would bring back.
fn refuse_losses(before: &TableImage, keep: &[Unmodelled]) -> Result<(), RenderError> {
    let lost = keep.iter().find(|object| object.on.as_ref() == Some(&before.name) && object.sql.is_none());
    match lost {
        Some(Unmodelled { kind, name, .. }) => Err(RenderError::unsupported(
            TITLE,
            format!(
                "cannot change this without rebuilding the table, which would lose its {kind} ({name}); rebuild it by hand"
            ),
            &Address::table(&before.name),
        )),
        None => Ok(()),
    }
}

/// A trigger on the table that reads a column of its rows which is not there any more.
fn refuse_broken_triggers(
    before: &TableImage,
    after: &TableImage,
    keep: &[Unmodelled],
) -> Result<(), RenderError> {
    for trigger in keep.iter().filter(|it| it.kind == "trigger" && is_dropped_with(it, &before.name)) {
        let sql = trigger.sql.as_deref().unwrap_or_default();
        if let Some(column) = row_columns(sql).into_iter().find(|name| !has_column(after, name)) {
            let reason = format!(
                "would be left with a trigger {} that reads the column {}, which is gone; drop the trigger first",
                trigger.name,
                Name::from(column)
            );
            return Err(RenderError::unsupported(TITLE, reason, &Address::table(&after.name)));
        }
    }
    Ok(())
}

/// Whether a table has a column of a name; the number of the row is one.
fn has_column(image: &TableImage, name: &str) -> bool {
    let mut names = image.columns.iter().map(|(own, _)| own.as_str()).chain(ROW_NUMBERS);
    names.any(|own| own.eq_ignore_ascii_case(name))
}

fn copy_rows(
    before: &TableImage,
    after: &TableImage,
    copied: &[(Name, Name)],
    old: &str,
    new: &str,
) -> Result<String, RenderError> {
    let is_plain =
        |name: &Name| after.columns.iter().any(|(own, column)| own == name && column.generated.is_none());
    let (from, to): (Vec<Name>, Vec<Name>) = copied.iter().filter(|(_, to)| is_plain(to)).cloned().unzip();
    if from.is_empty() {
        return fill_rows(after, old, new);
    }
    let mut from: Vec<String> = from.iter().map(quote).collect::<Result<_, _>>()?;
    let mut to: Vec<String> = to.iter().map(quote).collect::<Result<_, _>>()?;
    if let Some(number) = number_of_row(before, after) {
        from.insert(0, number.to_owned());
        to.insert(0, number.to_owned());
    }
    Ok(format!("INSERT INTO {new} ({}) SELECT {} FROM {old}", to.join(", "), from.join(", ")))
}

/// The name of the row's number where no column carries it: a full text index may know rows by it.
fn number_of_row(before: &TableImage, after: &TableImage) -> Option<&'static str> {
    let is_hidden =
        !is_without_rowid(&before.table) && !is_without_rowid(&after.table) && rowid_column(after).is_none();
    let is_column = |name: &str| {
        let mut columns = before.columns.iter().chain(&after.columns);
        columns.any(|(own, _)| own.as_str().eq_ignore_ascii_case(name))
    };
    ROW_NUMBERS.into_iter().find(|name| is_hidden && !is_column(name))
}

/// As many rows as there were, when none of their columns is left.
fn fill_rows(after: &TableImage, old: &str, new: &str) -> Result<String, RenderError> {
    let plain = after.columns.iter().find(|(_, column)| column.generated.is_none());
    let Some((name, column)) = plain else {
        let at = Address::table(&after.name);
        return Err(RenderError::unsupported(TITLE, "has no tables of generated columns alone", &at));
    };
    let value = match &column.default {
        Some(ambix_schema::ColumnDefault::Literal(value)) => literal_sql(value, ["TRUE", "FALSE"])?,
        Some(ambix_schema::ColumnDefault::Sql(expr)) => format!("({})", expr.as_str()),
        None => literal_sql(&Literal::Null, ["TRUE", "FALSE"])?,
    };
    Ok(format!("INSERT INTO {new} ({}) SELECT {value} FROM {old}", quote(name)?))
}

/// Whether the table remembers the last number it gave.
fn numbers_rows(image: &TableImage) -> bool {
    rowid_column(image).is_some() && image.columns.iter().any(|(_, column)| is_auto_increment(column))
}

/// A number that was given and deleted again must not come back.
fn copy_last_number(old: &TableName, new: &TableName) -> Result<[String; 2], RenderError> {
    let (old, new) = (string_literal(old.name.as_str())?, string_literal(new.name.as_str())?);
    Ok([
        format!("DELETE FROM sqlite_sequence WHERE name = {new}"),
        format!(
            "INSERT INTO sqlite_sequence (name, seq) SELECT {new}, seq FROM sqlite_sequence WHERE name = {old}"
        ),
    ])
}

/// SQLite takes a view or trigger that names a column which is gone, and fails when it is used. Having
/// the statements that would use it compiled, and not run, finds that now.
fn proofs(before: &TableImage, after: &TableImage, keep: &[Unmodelled]) -> Result<Vec<String>, RenderError> {
    let gone: Vec<&Name> = before
        .columns
        .iter()
        .map(|(name, _)| name)
        .filter(|name| !has_column(after, name.as_str()))
        .collect();
    let names_gone = |object: &&Unmodelled| {
        let sql = object.sql.as_deref().unwrap_or_default();
        gone.iter().any(|name| mentions(sql, name.as_str()))
    };
    let mut sql = Vec::new();
    for view in keep.iter().filter(|object| object.kind == "view").filter(names_gone) {
        if mentions(view.sql.as_deref().unwrap_or_default(), before.name.name.as_str()) {
            sql.push(format!("EXPLAIN SELECT * FROM {}", quote(&view.name)?));
        }
    }
    let has_trigger = keep
        .iter()
        .filter(|object| object.kind == "trigger" && is_dropped_with(object, &before.name))
        .any(|trigger| names_gone(&trigger));
    let plain = after.columns.iter().find(|(_, column)| column.generated.is_none());
    if let Some((column, _)) = plain.filter(|_| has_trigger) {
        let (table, column) = (qualified(&after.name)?, quote(column)?);
        sql.push(format!("EXPLAIN INSERT INTO {table} ({column}) VALUES (NULL)"));
        sql.push(format!("EXPLAIN UPDATE {table} SET {column} = {column}"));
        sql.push(format!("EXPLAIN DELETE FROM {table}"));
    }
    for trigger in keep.iter().filter(|object| object.kind == "trigger").filter(names_gone) {
        let text = trigger.sql.as_deref().unwrap_or_default();
        let is_elsewhere = trigger.on.as_ref() != Some(&before.name);
        if is_elsewhere && mentions(text, before.name.name.as_str()) {
            sql.extend(proof_elsewhere(trigger, text)?);
        }
    }
    Ok(sql)
}

/// A statement that fires a trigger of another table or view, to be compiled and not run.
fn proof_elsewhere(trigger: &Unmodelled, text: &str) -> Result<Option<String>, RenderError> {
    let Some(on) = &trigger.on else { return Ok(None) };
    let table = qualified(on)?;
    Ok(match trigger_event(text) {
        Some(Event::Insert) => Some(format!("EXPLAIN INSERT INTO {table} DEFAULT VALUES")),
        Some(Event::Delete) => Some(format!("EXPLAIN DELETE FROM {table}")),
        // Any column of the row will do; one that the trigger names is there for certain.
        Some(Event::Update) => match row_columns(text).pop() {
            Some(column) => {
                let column = quote(&Name::from(column))?;
                Some(format!("EXPLAIN UPDATE {table} SET {column} = {column}"))
            }
            None => None,
        },
        None => None,
    })
}
