//! Types that lose or reorder values, or are made of something else: no server alters them, so a new type
//! takes the place of the old one, and so do the types that are made of it.

use std::collections::BTreeSet;

use ambix_dialect::{Dialect, RenderError, Statement};
use ambix_schema::{Address, Change, Column, Composite, Expr, Kind, Name, Object, Schema, TableName, Type};

use crate::PlanError;
use crate::expand::expressions_over_retyped;

/// The statements that put a new type under the old name, and cast every column over by the text of its
/// values. A value that the new type does not have makes the cast fail, and nothing is lost.
pub(crate) fn retype(
    before: &Schema,
    at: &Address,
    to: &Object,
    dialect: &dyn Dialect,
) -> Result<Vec<Statement>, PlanError> {
    let types = made_of(before, at);
    let columns = columns_of(before, &types);
    let mut aside: Vec<(&Address, &Object)> = Vec::new();
    for (column, _) in &columns {
        for part in expressions_over_retyped(before, column) {
            if !aside.contains(&part) {
                aside.push(part);
            }
        }
    }
    let mut statements: Vec<Statement> =
        aside.iter().rev().map(|(at, object)| drop_of((*at).clone(), (*object).clone())).collect();

    if at.kind == Kind::Range {
        statements.extend(range_anew(before, at, to, &types, &columns, dialect)?);
        statements.extend(aside.into_iter().map(created));
        return Ok(statements);
    }

    let mut renamed = before.clone();
    for ty in &types {
        let to = old_name(ty);
        renamed.apply_open(&Change::Rename { from: ty.clone(), to: to.clone() });
        statements.push(Statement::Rename { from: ty.clone(), to });
    }
    for ty in &types {
        let object = if ty == at { Some(to) } else { before.get(ty) };
        if let Some(object) = object {
            statements.push(Statement::Create { at: ty.clone(), object: object.clone() });
        }
    }
    for (column, object) in columns {
        let Object::Column(definition) = object else { continue };
        let using = match moved_attributes(before, at, to) {
            None => cast(&column.name, &definition.ty, dialect)?,
            Some(attributes) if definition.ty == Type::Defined(at.qualified_name()) => {
                row(&column.name, &attributes, &definition.ty, dialect)?
            }
            Some(_) => {
                return Err(PlanError::Refused {
                    at: at.to_string(),
                    dialect: dialect.facts().title,
                    reason: format!(
                        "cannot put the values inside {column} in other places: its attributes change their \
                         names or order; copy the values into a new column by hand"
                    ),
                });
            }
        };
        let from = renamed.get(column).cloned().unwrap_or_else(|| object.clone());
        let (at, to) = (column.clone(), object.clone());
        statements.push(Statement::Alter { at, from, to, using: Some(using) });
    }
    for ty in types.iter().rev() {
        let old = ty.renamed(old_name(ty));
        let lost = renamed.get(&old).cloned().unwrap_or_else(|| to.clone());
        statements.push(drop_of(old, lost));
    }
    statements.extend(aside.into_iter().map(created));
    Ok(statements)
}

fn created((at, object): (&Address, &Object)) -> Statement {
    Statement::Create { at: at.clone(), object: object.clone() }
}

/// A range type comes with functions and a multirange that keep their names when it is renamed, so that no second
/// one can stand beside it: its values are texts while the one goes and the other comes.
fn range_anew(
    before: &Schema,
    at: &Address,
    to: &Object,
    types: &[Address],
    columns: &[(&Address, &Object)],
    dialect: &dyn Dialect,
) -> Result<Vec<Statement>, PlanError> {
    if let Some(other) = types.iter().find(|other| *other != at) {
        return Err(PlanError::Refused {
            at: at.to_string(),
            dialect: dialect.facts().title,
            reason: format!("cannot make a range type anew while {other} is made of it; drop that first"),
        });
    }
    let (mut there, mut back) = (Vec::new(), Vec::new());
    for (at, object) in columns {
        let Object::Column(own) = object else { continue };
        let is_array = matches!(own.ty, Type::Array(_));
        let ty = if is_array { Type::Array(Box::new(Type::Text)) } else { Type::Text };
        let quoted = dialect.quote(&at.name)?;
        let brackets = if is_array { "[]" } else { "" };
        let as_text = Object::from(Column { ty, default: None, ..own.clone() });
        let alter = |from: &Object, to: &Object, using: Expr| Statement::Alter {
            at: (*at).clone(),
            from: from.clone(),
            to: to.clone(),
            using: Some(using),
        };
        there.push(alter(object, &as_text, Expr::from(format!("{quoted}::text{brackets}"))));
        back.push(alter(&as_text, object, cast(&at.name, &own.ty, dialect)?));
    }
    let old = before.get(at).cloned().unwrap_or_else(|| to.clone());
    there.push(drop_of(at.clone(), old));
    there.push(Statement::Create { at: at.clone(), object: to.clone() });
    there.extend(back);
    Ok(there)
}

fn drop_of(at: Address, object: Object) -> Statement {
    Statement::Drop { at, object }
}

fn old_name(ty: &Address) -> Name {
    Name::from(format!("ambix_old_{}", ty.name.as_str()))
}

/// The type and all types that are made of it, each behind those it is made of.
pub(crate) fn made_of(before: &Schema, at: &Address) -> Vec<Address> {
    let mut found = vec![at.clone()];
    let mut names: BTreeSet<TableName> = BTreeSet::from([at.qualified_name()]);
    loop {
        let next = before.iter().find(|(other, object)| {
            other.kind.is_type()
                && !found.contains(other)
                && object.defined_types().iter().any(|name| names.contains(*name))
        });
        let Some((next, _)) = next else { break };
        names.insert(next.qualified_name());
        found.push(next.clone());
    }
    let is_behind = |ty: &Address, others: &[Address]| {
        let made_of = before.get(ty).map(Object::defined_types).unwrap_or_default();
        !others.iter().any(|other| other != ty && made_of.contains(&&other.qualified_name()))
    };
    let mut ordered = vec![found.remove(0)];
    while !found.is_empty() {
        let free = found.iter().position(|ty| is_behind(ty, &found)).unwrap_or(0);
        ordered.push(found.remove(free));
    }
    ordered
}

fn columns_of<'a>(before: &'a Schema, types: &[Address]) -> Vec<(&'a Address, &'a Object)> {
    let names: BTreeSet<TableName> = types.iter().map(Address::qualified_name).collect();
    let is_of = |object: &Object| {
        object
            .as_column()
            .and_then(|column| column.ty.defined_name())
            .is_some_and(|name| names.contains(name))
    };
    // A generated column follows with those it is made from: it is put aside and comes back.
    let is_generated = |object: &Object| object.as_column().is_some_and(|column| column.generated.is_some());
    before.iter().filter(|(_, object)| is_of(object) && !is_generated(object)).collect()
}

/// The attributes of a composite type that is to have others or another order: the text of a value says none
/// of their names, so that each value is put together anew, without what is new.
fn moved_attributes(before: &Schema, at: &Address, to: &Object) -> Option<Vec<(Name, bool)>> {
    let (Some(Object::Composite(from)), Object::Composite(to)) = (before.get(at), to) else { return None };
    let names = |composite: &Composite| -> Vec<Name> {
        composite.attributes.iter().map(|attribute| attribute.name.clone()).collect()
    };
    let (from, to) = (names(from), names(to));
    (from != to).then(|| to.into_iter().map(|name| (name.clone(), from.contains(&name))).collect())
}

/// `CASE WHEN address IS NOT DISTINCT FROM NULL THEN NULL ELSE ROW((address).city)::text::public.address END`.
fn row(
    column: &Name,
    attributes: &[(Name, bool)],
    ty: &Type,
    dialect: &dyn Dialect,
) -> Result<Expr, RenderError> {
    let quoted = dialect.quote(column)?;
    let mut values = Vec::new();
    for (name, is_known) in attributes {
        values.push(if *is_known { format!("({quoted}).{}", dialect.quote(name)?) } else { "NULL".into() });
    }
    let whole = format!("ROW({})", values.join(", "));
    let cast = cast(column, ty, dialect)?;
    let target = cast.as_str().strip_prefix(quoted.as_str()).unwrap_or_default();
    // A value whose attributes are all null is a value; only null itself is `IS NOT DISTINCT FROM NULL`.
    Ok(Expr::from(format!("CASE WHEN {quoted} IS NOT DISTINCT FROM NULL THEN NULL ELSE {whole}{target} END")))
}

/// `mood::text::public.mood`, and for arrays `moods::text[]::public.mood[]`.
pub(crate) fn cast(column: &Name, ty: &Type, dialect: &dyn Dialect) -> Result<Expr, RenderError> {
    let column = dialect.quote(column)?;
    let brackets = if matches!(ty, Type::Array(_)) { "[]" } else { "" };
    let Some(name) = ty.defined_name() else { return Ok(Expr::from(column)) };
    let namespace = dialect.quote(name.namespace.as_ref().unwrap_or(dialect.default_namespace()))?;
    let target = dialect.quote(&name.name)?;
    Ok(Expr::from(format!("{column}::text{brackets}::{namespace}.{target}{brackets}")))
}
