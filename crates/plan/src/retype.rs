//! Enum types that lose or reorder values: no server alters them, so a new type takes their place.

use ambix_dialect::{Dialect, RenderError, Statement};
use ambix_schema::{Address, Change, Expr, Name, Object, Schema, Type};

/// The statements that put a new enum type under the old name, and cast every column over by the
/// text of its values. A value that is no longer there makes the cast fail, and nothing is lost.
pub(crate) fn retype(
    before: &Schema,
    at: &Address,
    to: &Object,
    dialect: &dyn Dialect,
) -> Result<Vec<Statement>, RenderError> {
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
        let using = cast(&column_at.name, &recast.ty, dialect)?;
        statements.push(Statement::Alter {
            at: column_at.clone(),
            from: object.clone(),
            to: recast.into(),
            using: Some(using),
        });
    }
    let lost = renamed.get(&old).cloned().unwrap_or_else(|| to.clone());
    statements.push(Statement::Drop { at: old, object: lost });
    Ok(statements)
}

/// `mood::text::public.mood`, and for arrays `moods::text[]::public.mood[]`.
fn cast(column: &Name, ty: &Type, dialect: &dyn Dialect) -> Result<Expr, RenderError> {
    let column = dialect.quote(column)?;
    let brackets = if matches!(ty, Type::Array(_)) { "[]" } else { "" };
    let Some(name) = ty.enum_name() else { return Ok(Expr::from(column)) };
    let namespace = dialect.quote(name.namespace.as_ref().unwrap_or(dialect.default_namespace()))?;
    let target = dialect.quote(&name.name)?;
    Ok(Expr::from(format!("{column}::text{brackets}::{namespace}.{target}{brackets}")))
}
