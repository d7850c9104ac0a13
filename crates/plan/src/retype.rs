//! Enum types that lose or reorder values: no server alters them, so a new type takes their place.

use ambix_dialect::Statement;
use ambix_schema::{Address, Change, Expr, Name, Object, Schema, Type};

/// The statements that put a new enum type under the old name, and cast every column over by the
/// text of its values. A value that is no longer there makes the cast fail, and nothing is lost.
pub(crate) fn retype(before: &Schema, at: &Address, to: &Object) -> Vec<Statement> {
    let old_name = Name::from(format!("ambix_old_{}", at.name.as_str()));
    let mut statements = vec![
        Statement::Rename { from: at.clone(), to: old_name.clone() },
        Statement::Create { at: at.clone(), object: to.clone() },
    ];
    let mut renamed = before.clone();
    renamed.apply_open(&Change::Rename { from: at.clone(), to: old_name.clone() });
    let old = at.renamed(old_name);
    for (column_at, object) in renamed.iter() {
        let Object::Column(column) = object else { continue };
        if column.ty.enum_name() != Some(&old.qualified_name()) {
            continue;
        }
        let mut recast = column.clone();
        if let Some(name) = recast.ty.enum_name_mut() {
            *name = at.qualified_name();
        }
        let using = cast(&column_at.name, &recast.ty);
        statements.push(Statement::Alter {
            at: column_at.clone(),
            from: object.clone(),
            to: recast.into(),
            using: Some(using),
        });
    }
    let lost = renamed.get(&old).cloned().unwrap_or_else(|| to.clone());
    statements.push(Statement::Drop { at: old, object: lost });
    statements
}

/// `"col"::text::"mood"`, and for arrays `"col"::text[]::"mood"[]`.
fn cast(column: &Name, ty: &Type) -> Expr {
    let quoted = |name: &Name| format!("\"{}\"", name.as_str().replace('"', "\"\""));
    let brackets = if matches!(ty, Type::Array(_)) { "[]" } else { "" };
    let target = ty.enum_name().map_or_else(String::new, |name| {
        let namespace = name.namespace.as_ref().map(|namespace| format!("{}.", quoted(namespace)));
        format!("{}{}", namespace.unwrap_or_default(), quoted(&name.name))
    });
    Expr::from(format!("{}::text{brackets}::{target}{brackets}", quoted(column)))
}
