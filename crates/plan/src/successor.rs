//! One name, another kind of type: an enum that becomes a domain, a domain that becomes a composite type. The
//! old type makes room for the new one until no column is of it any more. So does a domain that becomes
//! stricter while arrays of it are stored, which no server checks in place.

use std::collections::BTreeSet;

use ambix_dialect::Dialect;
use ambix_schema::{Address, Change, Expr, Kind, Name, Object, Schema, TableName, Type};

/// The changes, with each type whose name another kind of type takes renamed before them, and dropped under
/// that other name. Columns are cast over by the text of their values.
pub(crate) fn make_room(before: &Schema, changes: Vec<Change>, dialect: &dyn Dialect) -> Vec<Change> {
    let (changes, stricter) = stricter_domains(before, changes);
    let renames: Vec<(Address, Name)> = changes
        .iter()
        .filter_map(|change| match change {
            Change::Drop { at, .. }
                if at.kind.is_type() && (stricter.contains(at) || is_succeeded(&changes, at)) =>
            {
                let is_used = before.iter().any(|(_, object)| is_of(object, &at.qualified_name()));
                is_used.then(|| (at.clone(), Name::from(format!("ambix_was_{}", at.name.as_str()))))
            }
            Change::Create { .. }
            | Change::Drop { .. }
            | Change::Alter { .. }
            | Change::Rename { .. }
            | Change::Opaque(_) => None,
        })
        .collect();
    if renames.is_empty() {
        return changes;
    }
    let leading = changes.iter().take_while(|change| matches!(change, Change::Rename { .. })).count();
    let mut all = changes[..leading].to_vec();
    all.extend(renames.iter().map(|(from, to)| Change::Rename { from: from.clone(), to: to.clone() }));
    all.extend(changes.into_iter().skip(leading).map(|change| moved(change, &renames, dialect)));
    all
}

/// Domains that become stricter while arrays of them are stored are dropped and created instead of altered,
/// and their columns go from the one to the other.
fn stricter_domains(before: &Schema, changes: Vec<Change>) -> (Vec<Change>, BTreeSet<Address>) {
    let mut domains = BTreeSet::new();
    for change in &changes {
        let Change::Alter { at, from: Object::Domain(from), to: Object::Domain(to), .. } = change else {
            continue;
        };
        let is_stricter = (from.is_nullable && !to.is_nullable)
            || to.checks.iter().any(|check| !from.checks.contains(check));
        let array = Type::Array(Box::new(Type::Defined(at.qualified_name())));
        let is_in_array = |object: &Object| object.as_column().is_some_and(|column| column.ty == array);
        if is_stricter && from.ty == to.ty && before.iter().any(|(_, object)| is_in_array(object)) {
            domains.insert(at.clone());
        }
    }
    if domains.is_empty() {
        return (changes, domains);
    }
    let is_of_any = |object: &Object| domains.iter().any(|at| is_of(object, &at.qualified_name()));
    let is_changed =
        |at: &Address| changes.iter().any(|change| change.at() == Some(at) || goes_with(change, at));
    let columns = before.iter().filter(|(at, object)| is_of_any(object) && !is_changed(at));
    let moved: Vec<Change> = columns
        .map(|(at, object)| Change::Alter {
            at: at.clone(),
            from: object.clone(),
            to: object.clone(),
            using: None,
        })
        .collect();
    let mut all = Vec::new();
    for change in changes {
        match change {
            Change::Alter { at, from, to, .. } if domains.contains(&at) => {
                all.push(Change::Drop { at: at.clone(), object: from });
                all.push(Change::Create { at, object: to });
            }
            kept @ (Change::Create { .. }
            | Change::Drop { .. }
            | Change::Alter { .. }
            | Change::Rename { .. }
            | Change::Opaque(_)) => all.push(kept),
        }
    }
    all.extend(moved);
    (all, domains)
}

/// Whether a change drops the table that a column is of.
fn goes_with(change: &Change, column: &Address) -> bool {
    matches!(change, Change::Drop { at, .. }
        if at.kind == Kind::Table && Some(at.qualified_name()) == column.table_name())
}

fn is_succeeded(changes: &[Change], gone: &Address) -> bool {
    changes.iter().any(|change| {
        matches!(change, Change::Create { at, .. }
            if at.kind.is_type() && at.kind != gone.kind && at.qualified_name() == gone.qualified_name())
    })
}

fn is_of(object: &Object, name: &TableName) -> bool {
    object.as_column().is_some_and(|column| column.ty.defined_name() == Some(name))
}

/// The change as it is once the types have made room.
fn moved(change: Change, renames: &[(Address, Name)], dialect: &dyn Dialect) -> Change {
    let follows = |ty: &mut Type| {
        let Some(name) = ty.defined_name_mut() else { return false };
        let room = renames.iter().find(|(from, _)| from.qualified_name() == *name);
        room.map(|(_, to)| name.name = to.clone()).is_some()
    };
    match change {
        Change::Drop { at, object: Object::Column(mut column) } => {
            follows(&mut column.ty);
            Change::Drop { at, object: column.into() }
        }
        Change::Drop { at, object } => {
            let room = renames.iter().find(|(from, _)| *from == at).map(|(_, to)| at.renamed(to.clone()));
            Change::Drop { at: room.unwrap_or(at), object }
        }
        Change::Alter { at, from: Object::Column(mut from), to: Object::Column(to), using } => {
            let is_moved = follows(&mut from.ty);
            let using = using.or_else(|| if is_moved { cast(&at.name, &to.ty, dialect) } else { None });
            Change::Alter { at, from: from.into(), to: to.into(), using }
        }
        kept @ (Change::Create { .. } | Change::Alter { .. } | Change::Rename { .. } | Change::Opaque(_)) => {
            kept
        }
    }
}

/// `mood::text::public.mood`; `None` where the new type is no type of the user's.
fn cast(column: &Name, ty: &Type, dialect: &dyn Dialect) -> Option<Expr> {
    ty.defined_name()?;
    crate::retype::cast(column, ty, dialect).ok()
}
