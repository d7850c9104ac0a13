//! Views step aside while what they read changes: they go first and come back last, with what they carried.
//!
//! No server retypes a column that a view reads, and none takes a view away from under another.

use std::collections::{BTreeMap, BTreeSet};

use ambix_dialect::{Dialect, Transition};
use ambix_schema::{Address, Change, Facet, Kind, Object, Opaque, Schema, TableName};

/// The changes, with the views that must step aside dropped and created again.
pub(crate) fn step_aside(before: &Schema, changes: Vec<Change>, dialect: &dyn Dialect) -> Vec<Change> {
    let aside = aside(before, &changes, dialect);
    if aside.is_empty() {
        return changes;
    }
    let is_own = |change: &Change| {
        change
            .at()
            .is_some_and(|at| aside.contains(at) || (at.kind == Kind::Index && aside.contains(&view_of(at))))
    };
    let (own, mut rest): (Vec<Change>, Vec<Change>) = changes.into_iter().partition(is_own);
    let own: BTreeMap<Address, Change> =
        own.into_iter().filter_map(|change| Some((change.at()?.clone(), change))).collect();
    for at in &aside {
        let parts = before.parts(&at.qualified_name()).map(|(part, _)| part.clone());
        let named = own.keys().filter(|other| **other != *at && view_of(other) == *at).cloned();
        let indexes: BTreeSet<Address> = parts.chain(named).collect();
        rest.extend(before.get(at).map(|object| Change::Drop { at: at.clone(), object: object.clone() }));
        let stays = !matches!(own.get(at), Some(Change::Drop { .. }));
        if !stays {
            continue;
        }
        for at in std::iter::once(at).chain(&indexes) {
            let object = match own.get(at) {
                Some(Change::Create { object, .. } | Change::Alter { to: object, .. }) => Some(object),
                Some(Change::Drop { .. }) => None,
                Some(Change::Rename { .. } | Change::Opaque(_)) | None => before.get(at),
            };
            rest.extend(object.map(|object| Change::Create { at: at.clone(), object: object.clone() }));
        }
        rest.extend(carried(before, at, dialect));
    }
    rest
}

fn view_of(part: &Address) -> Address {
    let name = part.table_name().unwrap_or_else(|| part.qualified_name());
    Address::of(Kind::View, name)
}

/// What the view carries and no object stands for: grants, triggers, comments on its columns.
fn carried<'a>(
    before: &'a Schema,
    view: &Address,
    dialect: &'a dyn Dialect,
) -> impl Iterator<Item = Change> + use<'a> {
    let name = view.qualified_name();
    before.unmodelled.iter().filter(move |other| other.on.as_ref() == Some(&name)).filter_map(|other| {
        let text = other.sql.clone()?;
        Some(Change::Opaque(Opaque::Sql { text, dialect: Some(dialect.facts().name.to_owned()) }))
    })
}

/// The views that cannot stay where they are, each with those that read it.
fn aside(before: &Schema, changes: &[Change], dialect: &dyn Dialect) -> BTreeSet<Address> {
    let mut disturbed: BTreeSet<Address> =
        changes.iter().flat_map(|change| disturbed_by(before, change, dialect)).collect();
    let mut aside = BTreeSet::new();
    loop {
        let next = before.iter().find(|(at, object)| {
            !aside.contains(*at)
                && object.as_view().is_some_and(|view| {
                    disturbed.contains(*at) || view.reads.0.iter().any(|read| disturbed.contains(read))
                })
        });
        let Some((next, _)) = next else { return aside };
        aside.insert(next.clone());
        disturbed.insert(next.clone());
    }
}

/// What a change takes away from under whoever reads it.
fn disturbed_by(before: &Schema, change: &Change, dialect: &dyn Dialect) -> Vec<Address> {
    match change {
        Change::Alter { at, from, to, using: _ } => match at.kind {
            Kind::Column => {
                let is_retyped =
                    from.differing(to).iter().any(|facet| matches!(facet, Facet::Type | Facet::Collation));
                let goes = is_retyped || dialect.transition(change) == Transition::Recreate;
                if goes { vec![at.clone()] } else { Vec::new() }
            }
            Kind::Enum | Kind::Domain | Kind::Composite | Kind::Range => {
                if dialect.transition(change) == Transition::Recreate {
                    retyped_with(before, at)
                } else {
                    Vec::new()
                }
            }
            Kind::View if dialect.transition(change) == Transition::Recreate => vec![at.clone()],
            Kind::PrimaryKey => vec![at.clone()],
            Kind::View
            | Kind::Namespace
            | Kind::Extension
            | Kind::Sequence
            | Kind::Table
            | Kind::Unique
            | Kind::Check
            | Kind::ForeignKey
            | Kind::Exclusion
            | Kind::Index => Vec::new(),
        },
        // A view that is not to stay may be read by one that is; it then reads another of that name.
        Change::Drop { at, .. } if matches!(at.kind, Kind::View | Kind::PrimaryKey) => vec![at.clone()],
        Change::Create { .. } | Change::Drop { .. } | Change::Rename { .. } | Change::Opaque(_) => Vec::new(),
    }
}

/// A type that is built anew, those made of it, and the columns of all of them.
pub(crate) fn retyped_with(before: &Schema, at: &Address) -> Vec<Address> {
    let types = crate::retype::made_of(before, at);
    let names: BTreeSet<TableName> = types.iter().map(Address::qualified_name).collect();
    let is_of = |object: &Object| {
        object
            .as_column()
            .and_then(|column| column.ty.defined_name())
            .is_some_and(|name| names.contains(name))
    };
    let columns: Vec<Address> =
        before.iter().filter(|(_, object)| is_of(object)).map(|(at, _)| at.clone()).collect();
    types.into_iter().chain(columns).collect()
}
