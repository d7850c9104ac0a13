//! Bystanders: triggers, rules, policies and functions that stand on what changes. The server refuses the
//! change while they do; those that can step aside, do.

use std::collections::BTreeSet;

use ambix_dialect::{Dialect, Transition};
use ambix_schema::{Address, Change, Facet, Kind, Movable, Opaque, Prerequisite, Schema};

use crate::views::retyped_with;

/// What takes the bystanders of altered objects away, and what puts them back as they were. Those of an
/// object that goes for good have no place to come back to, and stay.
pub(crate) fn moved(
    before: &Schema,
    changes: &[Change],
    dialect: &dyn Dialect,
) -> (Vec<Change>, Vec<Change>) {
    let created: BTreeSet<&Address> = changes
        .iter()
        .filter_map(|change| match change {
            Change::Create { at, .. } => Some(at),
            Change::Drop { .. } | Change::Alter { .. } | Change::Rename { .. } | Change::Opaque(_) => None,
        })
        .collect();
    let on: BTreeSet<Address> = changes
        .iter()
        .filter(|change| match change {
            Change::Alter { .. } => true,
            Change::Drop { at, .. } => created.contains(at),
            Change::Create { .. } | Change::Rename { .. } | Change::Opaque(_) => false,
        })
        .flat_map(|change| disturbed(before, change, dialect))
        .collect();
    let mut movables: Vec<&Movable> = standing(before, &on);
    movables.retain(|movable| movable.back.is_some() && needed_by(before, movable).is_empty());
    let away = movables.iter().map(|movable| by_hand(&movable.away, dialect)).collect();
    let back =
        movables.iter().rev().filter_map(|movable| Some(by_hand(movable.back.as_ref()?, dialect))).collect();
    (away, back)
}

/// The bystanders on these objects that can step aside.
pub(crate) fn standing<'a>(state: &'a Schema, on: &BTreeSet<Address>) -> Vec<&'a Movable> {
    let is_on = |movable: &Movable| {
        state.dependents.iter().any(|other| other.what == movable.what && on.contains(&other.on))
    };
    state.movables.iter().filter(|movable| is_on(movable)).collect()
}

/// The modelled objects that cannot be without it: a check, an index or a view over a function.
pub(crate) fn needed_by(state: &Schema, movable: &Movable) -> BTreeSet<Address> {
    let is_it = |thing: &&Prerequisite| movable.what == format!("{} {}", thing.kind, thing.identity);
    state.prerequisites.iter().find(is_it).map(|thing| thing.needed_by.clone()).unwrap_or_default()
}

fn by_hand(text: &str, dialect: &dyn Dialect) -> Change {
    Change::Opaque(Opaque::Sql { text: text.to_owned(), dialect: Some(dialect.facts().name.to_owned()) })
}

/// What a server neither takes away nor gives another type while something stands on it.
fn disturbed(state: &Schema, change: &Change, dialect: &dyn Dialect) -> BTreeSet<Address> {
    match change {
        Change::Drop { at, .. } => stood_on_when_dropped(state, at),
        Change::Alter { at, .. } if dialect.transition(change) == Transition::Recreate => {
            if at.kind.is_type() {
                retyped_with(state, at).into_iter().collect()
            } else {
                BTreeSet::from([at.clone()])
            }
        }
        Change::Alter { at, from, to, .. } if at.kind == Kind::Column => {
            let is_retyped = from.differing(to).contains(&Facet::Type);
            if is_retyped { BTreeSet::from([at.clone()]) } else { BTreeSet::new() }
        }
        Change::Create { .. } | Change::Alter { .. } | Change::Rename { .. } | Change::Opaque(_) => {
            BTreeSet::new()
        }
    }
}

/// The object itself, and the parts of a table.
pub(crate) fn stood_on_when_dropped(state: &Schema, at: &Address) -> BTreeSet<Address> {
    if at.kind == Kind::Table {
        state.parts(&at.qualified_name()).map(|(part, _)| part.clone()).collect()
    } else {
        BTreeSet::from([at.clone()])
    }
}

/// What is in the way of a change, for people: views, and whatever else the source knows of. A part may go
/// together with its table.
pub(crate) fn in_the_way(
    state: &Schema,
    change: &Change,
    goes_with_table: bool,
    dialect: &dyn Dialect,
) -> Vec<String> {
    let on = disturbed(state, change, dialect);
    if on.is_empty() {
        return Vec::new();
    }
    let views = state.iter().filter_map(|(at, object)| {
        let reads = &object.as_view()?.reads.0;
        (!on.contains(at) && reads.iter().any(|read| on.contains(read))).then(|| at.to_string())
    });
    // What stands on the columns of a table belongs to it and goes with it, but for views.
    let is_table = goes_with_table || change.at().is_some_and(|at| at.kind == Kind::Table);
    let others = state
        .dependents
        .iter()
        .filter(|other| on.contains(&other.on) && !(is_table && other.on.kind == Kind::Column))
        .map(|other| other.what.clone());
    let found: BTreeSet<String> = views.chain(others).collect();
    found.into_iter().collect()
}
