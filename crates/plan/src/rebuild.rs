//! Rebuilds: several changes to one table folded into one new table with the rows copied (SQLite).

use ambix_dialect::{Statement, TableImage};
use ambix_schema::{Change, Kind, Name, Schema, TableName};

use crate::fold::PlanError;

/// The statement that takes a table from `before` through all of `changes`.
pub(crate) fn rebuild(
    before: &Schema,
    table: &TableName,
    changes: &[Change],
) -> Result<Statement, PlanError> {
    let unknown = || PlanError::UnknownTable { table: table.to_string() };
    let image = TableImage::of(before, table).ok_or_else(unknown)?;
    let mut after = before.clone();
    let mut kept: Vec<(Name, Name)> = image
        .columns
        .iter()
        .filter(|(_, column)| column.generated.is_none())
        .map(|(name, _)| (name.clone(), name.clone()))
        .collect();
    for change in changes {
        after.apply(change)?;
        match change {
            Change::Drop { at, .. } if at.kind == Kind::Column => kept.retain(|(_, now)| *now != at.name),
            Change::Rename { from, to } if from.kind == Kind::Column => {
                for (_, now) in kept.iter_mut().filter(|(_, now)| *now == from.name) {
                    *now = to.clone();
                }
            }
            Change::Create { .. }
            | Change::Drop { .. }
            | Change::Alter { .. }
            | Change::Rename { .. }
            | Change::Opaque(_) => {}
        }
    }
    let rebuilt = TableImage::of(&after, table).ok_or_else(unknown)?;
    // A column that becomes generated is computed, and takes no values over.
    kept.retain(|(_, now)| {
        rebuilt.columns.iter().any(|(name, column)| name == now && column.generated.is_none())
    });
    // Views and triggers of other tables may read any table.
    let keep = before
        .unmodelled
        .iter()
        .filter(|other| {
            other.on.as_ref() == Some(table) || ["view", "trigger"].contains(&other.kind.as_str())
        })
        .cloned()
        .collect();
    Ok(Statement::RebuildTable { before: image, after: rebuilt, copied: kept, keep })
}
