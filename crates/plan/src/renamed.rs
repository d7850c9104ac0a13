//! A column's new name in what computes with it, where the database does not see to that itself: the statement
//! that renames the column says each such expression anew.

use ambix_dialect::{Dialect, Statement};
use ambix_schema::{Address, Change, ColumnDefault, Kind, Name, Object, Schema};

use crate::expand::computes_with;

/// What has to be said again of a table in the statement that renames one of its columns; nothing where
/// expressions follow by themselves.
pub(crate) fn said_anew(before: &Schema, from: &Address, to: &Name, dialect: &dyn Dialect) -> Vec<Statement> {
    let follows = dialect.facts().expressions_follow_renames || from.kind != Kind::Column;
    let Some(table) = from.table_name().filter(|_| !follows) else { return Vec::new() };
    let mut after = before.clone();
    after.apply_open(&Change::Rename { from: from.clone(), to: to.clone() });
    let (mut gone, mut altered, mut made) = (Vec::new(), Vec::new(), Vec::new());
    for (at, object) in before.parts(&table).filter(|(_, object)| names(object, &from.name)) {
        let Some(anew) = after.get(at) else { continue };
        if at.kind == Kind::Column {
            altered.push(Statement::Alter {
                at: at.clone(),
                from: object.clone(),
                to: anew.clone(),
                using: None,
            });
        } else {
            gone.push(Statement::Drop { at: at.clone(), object: object.clone() });
            made.push(Statement::Create { at: at.clone(), object: anew.clone() });
        }
    }
    gone.into_iter().chain(altered).chain(made).collect()
}

/// Whether an expression of an object names a column, the default of another column among them.
fn names(object: &Object, column: &Name) -> bool {
    let default = object.as_column().and_then(|column| column.default.as_ref());
    let is_in_default = default.is_some_and(|default| match default {
        ColumnDefault::Sql(expr) => expr.mentions(column),
        ColumnDefault::Literal(_) => false,
    });
    is_in_default || computes_with(object, column)
}
