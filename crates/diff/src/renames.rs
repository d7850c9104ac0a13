//! Renames: carried out when an author says so, shown as candidates when they are only likely.

use std::borrow::Cow;
use std::fmt;

use ambix_schema::{Address, Change, Kind, Name, Object, Schema, TableName};
use serde::Serialize;
use similar::TextDiff;

/// A rename said by an author. A column's address names the table by its new name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RenameHint {
    /// The object as the first schema has it.
    pub from: Address,
    /// The name the second schema has for it.
    pub to: Name,
}

/// A drop and a creation that look like one rename.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RenameCandidate {
    /// What would be dropped.
    pub from: Address,
    /// What would be created in its place.
    pub to: Address,
    /// Why it looks like a rename.
    pub evidence: String,
}

impl fmt::Display for RenameCandidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} → {} ({})", self.from, self.to.name, self.evidence)
    }
}

/// Applies the renames that fit both sides; gives the first schema with them done, and the changes.
pub(crate) fn follow<'a>(
    from: &'a Schema,
    to: &Schema,
    hints: &[RenameHint],
) -> (Cow<'a, Schema>, Vec<Change>) {
    let mut renamed = Cow::Borrowed(from);
    let mut changes = Vec::new();
    for hint in hints {
        let target = hint.from.renamed(hint.to.clone());
        let fits = renamed.contains(&hint.from)
            && !renamed.contains(&target)
            && to.contains(&target)
            && !to.contains(&hint.from);
        let change = Change::Rename { from: hint.from.clone(), to: hint.to.clone() };
        if fits && renamed.to_mut().apply(&change).is_ok() {
            changes.push(change);
        }
    }
    if let Cow::Owned(renamed) = &mut renamed {
        renamed.coverage = from.coverage.clone();
        renamed.unmodelled.clone_from(&from.unmodelled);
        renamed.dependents.clone_from(&from.dependents);
        renamed.movables.clone_from(&from.movables);
        renamed.prerequisites.clone_from(&from.prerequisites);
    }
    (renamed, changes)
}

/// Pairs of dropped and created columns and tables that look like renames, in address order.
pub(crate) fn candidates(from: &Schema, to: &Schema, changes: &[Change]) -> Vec<RenameCandidate> {
    let at = |wanted_kind: Kind, is_drop: bool| -> Vec<&Address> {
        changes
            .iter()
            .filter_map(|change| match change {
                Change::Drop { at, .. } if is_drop => Some(at),
                Change::Create { at, .. } if !is_drop => Some(at),
                Change::Create { .. }
                | Change::Drop { .. }
                | Change::Alter { .. }
                | Change::Rename { .. }
                | Change::Opaque(_) => None,
            })
            .filter(|at| at.kind == wanted_kind)
            .collect()
    };
    let mut found = Vec::new();
    for kind in [Kind::Table, Kind::Column] {
        let created = at(kind, false);
        let mut taken: Vec<&Address> = Vec::new();
        for dropped in at(kind, true) {
            let best = created
                .iter()
                .filter(|created| !taken.contains(*created))
                .filter_map(|created| Some((likeness(from, to, dropped, created)?, *created)))
                .max_by(|(a, x), (b, y)| a.0.total_cmp(&b.0).then(y.cmp(x)));
            if let Some(((_, evidence), created)) = best {
                taken.push(created);
                found.push(RenameCandidate { from: dropped.clone(), to: created.clone(), evidence });
            }
        }
    }
    found
}

fn likeness(from: &Schema, to: &Schema, dropped: &Address, created: &Address) -> Option<(f32, String)> {
    if dropped.namespace != created.namespace {
        return None;
    }
    match (from.get(dropped)?, to.get(created)?) {
        (Object::Column(old), Object::Column(new)) => {
            // Columns of tables that come or go as a whole are not renamed one by one.
            let table = dropped.table_name()?;
            let stays = dropped.table == created.table && to.contains(&Address::table(table));
            if !stays || old.ty != new.ty || old.identity != new.identity {
                return None;
            }
            let names = ratio(&dropped.name, &created.name);
            let is_same_place = old.position.0 == new.position.0;
            let evidence = match (names >= 0.5, is_same_place) {
                (true, true) => "same type, same place, similar name",
                (true, false) => "same type, similar name",
                (false, true) => "same type, same place",
                (false, false) => return None,
            };
            Some((names + if is_same_place { 0.5 } else { 0.0 }, evidence.to_owned()))
        }
        (Object::Table(_), Object::Table(_)) => {
            let (same, all) = shared_columns(from, to, &dropped.qualified_name(), &created.qualified_name());
            let is_alike = all > 0 && same * 10 >= all * 7;
            let share = ratio(&dropped.name, &created.name);
            is_alike.then(|| (share, format!("{same} of {all} columns are the same")))
        }
        (_, _) => None,
    }
}

fn shared_columns(from: &Schema, to: &Schema, old: &TableName, new: &TableName) -> (usize, usize) {
    let (old, new) = (from.columns(old), to.columns(new));
    let same = old
        .iter()
        .filter(|(name, column)| new.iter().any(|(other, twin)| other == name && twin.ty == column.ty))
        .count();
    (same, old.len().max(new.len()))
}

fn ratio(a: &Name, b: &Name) -> f32 {
    TextDiff::from_chars(a.as_str(), b.as_str()).ratio()
}
