//! A table changed where it stands, when all that happens to it is that columns and indexes come and go.
//!
//! It keeps the text of its definition, and no row is copied to another table.

use ambix_schema::{Address, Column, ForeignKey, Index, IndexSubject, Name, Object, TableName, Unmodelled};

use super::render::{added_column, create_index, qualified, quote};
use super::transition::can_be_added;
use crate::{RenderError, TableImage};

/// The statements that take a table from one image to the other in place; `None` when it has to be built
/// anew.
pub(super) fn alter_in_place(
    before: &TableImage,
    after: &TableImage,
    copied: &[(Name, Name)],
    keep: &[Unmodelled],
) -> Result<Option<Vec<String>>, RenderError> {
    // A column that goes and comes again under its name keeps no values.
    let keeps_values = |(name, column): &(Name, Column)| {
        let is_kept = after.columns.iter().any(|(own, _)| own == name);
        !is_kept || column.generated.is_some() || copied.iter().any(|(from, to)| from == name && to == name)
    };
    let is_renamed = copied.iter().any(|(from, to)| from != to);
    if is_renamed
        || !before.columns.iter().all(keeps_values)
        || before.name != after.name
        || before.table != after.table
    {
        return Ok(None);
    }
    // A rebuild can be wanted for its own sake.
    if before.columns.len() == after.columns.len()
        && before.indexes == after.indexes
        && before.constraints == after.constraints
    {
        return Ok(None);
    }
    let Some(Columns { gone, added }) = columns(before, after) else { return Ok(None) };
    let Some(constraints) = new_constraints(before, after) else { return Ok(None) };
    // DROP COLUMN reads every view and trigger of the database, and fails when one of them is broken.
    let can_all_go = keep.is_empty() && gone.iter().all(|name| can_go(after, name));
    if !gone.is_empty() && !can_all_go {
        return Ok(None);
    }
    let mut placed = 0;
    let mut additions = Vec::new();
    for name in &added {
        let Some(column) = after.columns.iter().find(|(own, _)| own == *name) else { return Ok(None) };
        let own: Vec<&(Address, Object)> =
            constraints.iter().copied().filter(|(_, object)| is_of_column(after, object, name)).collect();
        if !can_be_added(&column.1) || (!own.is_empty() && column.1.default.is_some()) {
            return Ok(None);
        }
        placed += own.len();
        additions.push(added_column(&Address::column(&after.name, *name), &column.1, &own)?);
    }
    if placed != constraints.len() {
        return Ok(None);
    }
    Ok(Some(statements(before, after, &gone, additions)?))
}

struct Columns<'a> {
    gone: Vec<&'a Name>,
    added: Vec<&'a Name>,
}

/// Columns that go and come; `None` when another one changes, moves, or none that is plain is left.
fn columns<'a>(before: &'a TableImage, after: &'a TableImage) -> Option<Columns<'a>> {
    let is_in = |image: &TableImage, name: &Name| image.columns.iter().any(|(own, _)| own == name);
    let gone: Vec<&Name> =
        before.columns.iter().map(|(name, _)| name).filter(|name| !is_in(after, name)).collect();
    let kept: Vec<_> = before.columns.iter().filter(|(name, _)| is_in(after, name)).collect();
    let stay = after.columns.get(..kept.len())?;
    let is_same = kept.iter().zip(stay).all(|(old, new)| **old == *new);
    let has_plain = kept.iter().any(|(_, column)| column.generated.is_none());
    let added = after.columns[kept.len()..].iter().map(|(name, _)| name).collect();
    (is_same && has_plain).then_some(Columns { gone, added })
}

/// The constraints that come; `None` when one goes or changes.
fn new_constraints<'a>(before: &TableImage, after: &'a TableImage) -> Option<Vec<&'a (Address, Object)>> {
    let stay = before.constraints.iter().all(|one| after.constraints.contains(one));
    stay.then(|| after.constraints.iter().filter(|one| !before.constraints.contains(one)).collect())
}

/// Whether a constraint can stand at the column that is added: it is about that column alone.
fn is_of_column(image: &TableImage, object: &Object, column: &Name) -> bool {
    let is_only = |names: &[Name]| names == std::slice::from_ref(column);
    if let Some(key) = object.as_foreign_key() {
        return is_only(&key.columns);
    }
    object.as_check().is_some_and(|check| {
        let mut others = image.columns.iter().map(|(name, _)| name).filter(|name| *name != column);
        check.expr.mentions(column) && !others.any(|name| check.expr.mentions(name))
    })
}

/// Whether nothing that stays is made from a column.
fn can_go(after: &TableImage, column: &Name) -> bool {
    let computes = |(_, other): &(Name, Column)| {
        other.generated.as_ref().is_some_and(|generated| generated.expr.mentions(column))
    };
    !after.columns.iter().any(computes)
        && !after.constraints.iter().any(|(_, object)| constrains(&after.name, object, column))
        && !after.indexes.iter().any(|(_, index)| indexes(index, column))
}

fn constrains(table: &TableName, object: &Object, column: &Name) -> bool {
    let own = object
        .as_primary_key()
        .map(|key| &key.columns)
        .or_else(|| object.as_unique().map(|key| &key.columns))
        .or_else(|| object.as_foreign_key().map(|key| &key.columns));
    let is_referenced =
        object.as_foreign_key().is_some_and(|ForeignKey { references: (target, names), .. }| {
            target == table && names.contains(column)
        });
    let is_checked = object.as_check().is_some_and(|check| check.expr.mentions(column));
    own.is_some_and(|names| names.contains(column)) || is_referenced || is_checked
}

fn indexes(index: &Index, column: &Name) -> bool {
    let is_key = index.keys.iter().any(|key| match &key.subject {
        IndexSubject::Column(name) => name == column,
        IndexSubject::Expr(expr) => expr.mentions(column),
    });
    is_key || index.predicate.as_ref().is_some_and(|predicate| predicate.mentions(column))
}

fn statements(
    before: &TableImage,
    after: &TableImage,
    gone: &[&Name],
    additions: Vec<String>,
) -> Result<Vec<String>, RenderError> {
    let table = qualified(&after.name)?;
    let mut sql = Vec::new();
    for (at, _) in before.indexes.iter().filter(|one| !after.indexes.contains(one)) {
        sql.push(format!("DROP INDEX {}", quote(&at.name)?));
    }
    for name in computed_first(before, gone) {
        sql.push(format!("ALTER TABLE {table} DROP COLUMN {}", quote(name)?));
    }
    sql.extend(additions);
    for (at, index) in after.indexes.iter().filter(|one| !before.indexes.contains(one)) {
        sql.push(create_index(at, index)?);
    }
    Ok(sql)
}

/// Columns that go, each before those it is computed from.
fn computed_first<'a>(before: &TableImage, gone: &[&'a Name]) -> Vec<&'a Name> {
    let reads = |reader: &Name, name: &Name| {
        let column = before.columns.iter().find(|(own, _)| own == reader).map(|(_, column)| column);
        let generated = column.and_then(|column| column.generated.as_ref());
        reader != name && generated.is_some_and(|generated| generated.expr.mentions(name))
    };
    let mut rest = gone.to_vec();
    let mut ordered = Vec::new();
    while !rest.is_empty() {
        // Columns cannot be computed from one another in a circle, so one of them is free.
        let free = rest.iter().position(|name| !rest.iter().any(|other| reads(other, name))).unwrap_or(0);
        ordered.push(rest.remove(free));
    }
    ordered
}
