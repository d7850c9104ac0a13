//! Indexes and constraints of which only the name is another, and indexes that another takes the place of.
//!
//! What differs in its name alone gets the new name, where the database has a statement for that: nothing is
//! built, and no row is read. Where reads go on while an index is built, its successor is built before the old
//! one goes: under a name of its own, or, where it is to have the name of the old one, under one for the time
//! between. So no query has to do without an index, and the lock that keeps readers out is short.

use std::collections::BTreeSet;

use ambix_dialect::{Dialect, Transition};
use ambix_schema::{Address, Change, Index, Kind, Name, Object, Schema};

use crate::aside::rebuilt_type;
use crate::expand::mentions;

/// What a successor is called until the name it is to have is free.
const FOR_NOW: &str = "ambix_new_";

/// Takes the drops and creations that are one rename out of the changes, and gives the renames, which go first.
pub(crate) fn new_names(
    before: &Schema,
    mut changes: Vec<Change>,
    dialect: &dyn Dialect,
) -> (Vec<Change>, Vec<Change>) {
    let mut renames = Vec::new();
    let mut number = 0;
    while number < changes.len() {
        let Some((other, rename)) = renamed(before, &changes, number, dialect) else {
            number += 1;
            continue;
        };
        renames.push(rename);
        changes.remove(number.max(other));
        changes.remove(number.min(other));
        number = number.saturating_sub(usize::from(other < number));
    }
    (renames, changes)
}

/// The creation that a drop is one rename with.
fn renamed(
    before: &Schema,
    changes: &[Change],
    number: usize,
    dialect: &dyn Dialect,
) -> Option<(usize, Change)> {
    let Change::Drop { at: old, object: was } = &changes[number] else { return None };
    let has_own_name =
        matches!(old.kind, Kind::Index | Kind::Unique | Kind::Check | Kind::ForeignKey | Kind::Exclusion);
    if !has_own_name {
        return None;
    }
    let place = changes.iter().position(|change| {
        matches!(change, Change::Create { at, object }
            if object == was && *at == old.renamed(at.name.clone()) && !is_taken(before, at, old, dialect))
    })?;
    let to = changes[place].at()?.name.clone();
    let rename = Change::Rename { from: old.clone(), to };
    (dialect.transition(&rename) == Transition::InPlace).then_some((place, rename))
}

/// Whether anything but the old object has the name now, be it something that goes.
fn is_taken(before: &Schema, wanted: &Address, old: &Address, dialect: &dyn Dialect) -> bool {
    let is_same = |name: &Name| {
        let ignores_case = dialect.facts().ignores_case_of_names;
        *name == wanted.name
            || (ignores_case && name.as_str().to_lowercase() == wanted.name.as_str().to_lowercase())
    };
    before.iter().filter(|(at, _)| *at != old && at.namespace == wanted.namespace).any(|(at, object)| {
        match object {
            Object::Column(_) => false,
            Object::PrimaryKey(key) => {
                let usual = at.table.as_ref().and_then(|table| dialect.usual_primary_key(table));
                key.name.as_ref().or(usual.as_ref()).is_some_and(is_same)
            }
            Object::Namespace(_)
            | Object::Extension(_)
            | Object::Enum(_)
            | Object::Domain(_)
            | Object::Composite(_)
            | Object::Range(_)
            | Object::Sequence(_)
            | Object::Table(_)
            | Object::Unique(_)
            | Object::ForeignKey(_)
            | Object::Check(_)
            | Object::Exclusion(_)
            | Object::Index(_)
            | Object::View(_) => is_same(&at.name),
        }
    })
}

/// Indexes that another takes the place of.
pub(crate) struct Replaced {
    /// The changes, with successors under the names they have for now.
    pub(crate) changes: Vec<Change>,
    /// The indexes that go when their successors are there.
    pub(crate) late: BTreeSet<Address>,
    /// What gives the successors the names that are free then.
    pub(crate) renames: Vec<Change>,
}

/// Has indexes built before those go whose place they take, where that is worth it and nothing is in the way: a
/// column that changes as well takes its indexes along.
pub(crate) fn built_beside(before: &Schema, mut changes: Vec<Change>, dialect: &dyn Dialect) -> Replaced {
    let mut replaced = Replaced { changes: Vec::new(), late: BTreeSet::new(), renames: Vec::new() };
    let retypes = changes.iter().any(|change| rebuilt_type(change, dialect).is_some());
    if !dialect.facts().reads_while_indexing || retypes {
        replaced.changes = changes;
        return replaced;
    }
    for number in 0..changes.len() {
        let Change::Drop { at, object: Object::Index(old) } = &changes[number] else { continue };
        let Some(successor) = successor(&changes, at, old) else { continue };
        if !is_undisturbed(before, &changes, at, old) {
            continue;
        }
        let at = at.clone();
        let Change::Create { at: new, .. } = &mut changes[successor] else { continue };
        if *new == at {
            let for_now = Name::from(dialect.facts().naming.fitted(format!("{FOR_NOW}{}", at.name.as_str())));
            if is_taken(before, &at.renamed(for_now.clone()), &at, dialect) {
                continue;
            }
            *new = at.renamed(for_now);
            replaced.renames.push(Change::Rename { from: new.clone(), to: at.name.clone() });
        }
        replaced.late.insert(at);
    }
    replaced.changes = changes;
    replaced
}

/// The creation that takes the place of an index: under its name, or over the same first key.
fn successor(changes: &[Change], at: &Address, old: &Index) -> Option<usize> {
    let position = |is_it: &dyn Fn(&Address, &Index) -> bool| {
        changes.iter().position(|change| {
            matches!(change, Change::Create { at, object: Object::Index(index) } if is_it(at, index))
        })
    };
    let leads_alike = |index: &Index| {
        index.keys.first().map(|key| &key.subject) == old.keys.first().map(|key| &key.subject)
    };
    position(&|new, index| new == at && index != old).or_else(|| {
        position(&|new, index| new.renamed(at.name.clone()) == *at && new != at && leads_alike(index))
    })
}

/// Whether the index serves now, on a table that stays with the columns the index is made from.
fn is_undisturbed(before: &Schema, changes: &[Change], at: &Address, old: &Index) -> bool {
    let Some(table) = at.table_name() else { return false };
    let index = Object::from(old.clone());
    let disturbs = |change: &Change| match change {
        Change::Drop { at, .. } | Change::Create { at, .. } | Change::Alter { at, .. } => match at.kind {
            Kind::Column => at.table_name().as_ref() == Some(&table) && mentions(&index, &at.name),
            Kind::Table => matches!(change, Change::Drop { .. }) && at.qualified_name() == table,
            Kind::Namespace
            | Kind::Extension
            | Kind::Enum
            | Kind::Domain
            | Kind::Composite
            | Kind::Range
            | Kind::Sequence
            | Kind::PrimaryKey
            | Kind::Unique
            | Kind::Check
            | Kind::ForeignKey
            | Kind::Exclusion
            | Kind::Index
            | Kind::View => false,
        },
        Change::Rename { .. } | Change::Opaque(_) => false,
    };
    old.is_valid && before.contains(&Address::table(&table)) && !changes.iter().any(disturbs)
}
