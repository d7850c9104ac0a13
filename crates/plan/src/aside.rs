//! What must step aside while something else changes: foreign keys to a key that is replaced, whatever
//! computes with a type that is built anew, and the owner of a sequence that comes before its column.

use std::collections::BTreeSet;

use ambix_dialect::{Dialect, Transition};
use ambix_schema::{
    Address, Change, ForeignKey, IndexKey, IndexSubject, Kind, Name, Object, Schema, Sequence, TableName,
    Type,
};

use crate::expand::{computes_with, mentions};

/// The changes, and a drop and a creation for each bystander that cannot stay in its place meanwhile.
pub(crate) fn clear_the_way(before: &Schema, changes: Vec<Change>, dialect: &dyn Dialect) -> Vec<Change> {
    let changes = split_owners(changes);
    let changes = split_defaults(before, changes, dialect);
    let mut aside = Aside { before, dialect, changes, dropped: BTreeSet::new(), moved: BTreeSet::new() };
    aside.take_stock();
    aside.parts_of_rebuilt_types();
    if dialect.facts().alters_constraints {
        aside.foreign_keys();
    }
    aside.changes
}

struct Aside<'a> {
    before: &'a Schema,
    dialect: &'a dyn Dialect,
    changes: Vec<Change>,
    /// What goes, for good or to come back.
    dropped: BTreeSet<Address>,
    /// Columns that stay under another type.
    moved: BTreeSet<Address>,
}

impl Aside<'_> {
    fn take_stock(&mut self) {
        for change in &self.changes {
            match change {
                Change::Drop { at, .. } => {
                    self.dropped.insert(at.clone());
                }
                Change::Alter { at, from: Object::Column(from), to: Object::Column(to), .. }
                    if from.ty != to.ty || from.collation != to.collation =>
                {
                    self.moved.insert(at.clone());
                }
                Change::Create { .. } | Change::Alter { .. } | Change::Rename { .. } | Change::Opaque(_) => {}
            }
        }
    }

    /// Drops what is there and creates it again, as it was or as the changes would have it.
    fn again(&mut self, at: &Address, object: &Object) {
        if self.dropped.contains(at) {
            return;
        }
        let mut after = object.clone();
        self.changes.retain(|change| match change {
            Change::Alter { at: changed, to, .. } if changed == at => {
                after = to.clone();
                false
            }
            Change::Create { .. }
            | Change::Drop { .. }
            | Change::Alter { .. }
            | Change::Rename { .. }
            | Change::Opaque(_) => true,
        });
        self.changes.push(Change::Drop { at: at.clone(), object: object.clone() });
        self.changes.push(Change::Create { at: at.clone(), object: after });
        self.dropped.insert(at.clone());
    }

    /// A type that is built anew takes every column over by a cast, and no expression survives that.
    fn parts_of_rebuilt_types(&mut self) {
        let rebuilt: BTreeSet<TableName> = self
            .changes
            .iter()
            .filter_map(|change| rebuilt_type(change, self.dialect))
            .map(Address::qualified_name)
            .collect();
        if rebuilt.is_empty() {
            return;
        }
        let before = self.before;
        let columns: Vec<&Address> = before
            .iter()
            .filter(|(_, object)| object.as_column().is_some_and(|column| names_any(&column.ty, &rebuilt)))
            .map(|(at, _)| at)
            .collect();
        for column in columns {
            self.moved.insert(column.clone());
            let Some(table) = column.table_name() else { continue };
            let parts: Vec<_> =
                before.parts(&table).filter(|(_, object)| computes_with(object, &column.name)).collect();
            for (at, object) in parts {
                if at.kind == Kind::Column {
                    let made_from: Vec<_> =
                        before.parts(&table).filter(|(_, object)| mentions(object, &at.name)).collect();
                    for (at, object) in made_from {
                        self.again(at, object);
                    }
                }
                self.again(at, object);
            }
        }
    }

    /// Keys that reference what is replaced, and keys between columns whose types move apart meanwhile.
    fn foreign_keys(&mut self) {
        let before = self.before;
        let holds_types = self.dialect.facts().foreign_keys_hold_types;
        let keys: Vec<(&Address, &Object, &ForeignKey)> =
            before.iter().filter_map(|(at, object)| Some((at, object, object.as_foreign_key()?))).collect();
        for (at, object, key) in keys {
            let goes_for_good =
                at.table_name().is_some_and(|own| self.dropped.contains(&Address::table(own)));
            if goes_for_good || self.dropped.contains(&Address::table(&key.references.0)) {
                continue;
            }
            let is_moved = |table: &TableName, columns: &[Name]| {
                columns.iter().any(|name| {
                    let at = Address::column(table, name);
                    self.moved.contains(&at) && (holds_types || !self.stays_whole(&at))
                })
            };
            let own = at.table_name();
            let is_in_the_way = self.loses_its_target(key)
                || is_moved(&key.references.0, &key.references.1)
                || own.is_some_and(|own| is_moved(&own, &key.columns));
            if is_in_the_way {
                self.again(at, object);
            }
        }
    }

    fn loses_its_target(&self, key: &ForeignKey) -> bool {
        let wanted: BTreeSet<_> = key.references.1.iter().collect();
        self.before.parts(&key.references.0).any(|(at, object)| {
            let columns: BTreeSet<_> = match object {
                Object::PrimaryKey(target) => target.columns.iter().collect(),
                Object::Unique(target) => target.columns.iter().collect(),
                Object::Index(index) if index.is_unique && index.predicate.is_none() => {
                    let columns: Option<BTreeSet<_>> = index.keys.iter().map(plain_column).collect();
                    columns.unwrap_or_default()
                }
                Object::Namespace(_)
                | Object::Extension(_)
                | Object::Enum(_)
                | Object::Domain(_)
                | Object::Composite(_)
                | Object::Range(_)
                | Object::Sequence(_)
                | Object::Table(_)
                | Object::Column(_)
                | Object::ForeignKey(_)
                | Object::Check(_)
                | Object::Exclusion(_)
                | Object::Index(_)
                | Object::View(_) => return false,
            };
            columns == wanted && self.dropped.contains(at)
        })
    }

    /// Whether a column goes from one whole number to another, which compare with each other.
    fn stays_whole(&self, at: &Address) -> bool {
        self.changes.iter().any(|change| match change {
            Change::Alter { at: changed, from: Object::Column(from), to: Object::Column(to), .. } => {
                changed == at && from.ty.is_integer() && to.ty.is_integer()
            }
            Change::Create { .. }
            | Change::Drop { .. }
            | Change::Alter { .. }
            | Change::Rename { .. }
            | Change::Opaque(_) => false,
        })
    }
}

/// The type that a change builds anew.
pub(crate) fn rebuilt_type<'a>(change: &'a Change, dialect: &dyn Dialect) -> Option<&'a Address> {
    match change {
        Change::Alter { at, .. } if at.kind.is_type() => {
            (dialect.transition(change) == Transition::Recreate).then_some(at)
        }
        Change::Create { .. }
        | Change::Drop { .. }
        | Change::Alter { .. }
        | Change::Rename { .. }
        | Change::Opaque(_) => None,
    }
}

fn plain_column(key: &IndexKey) -> Option<&Name> {
    match &key.subject {
        IndexSubject::Column(name) => Some(name),
        IndexSubject::Expr(_) => None,
    }
}

fn names_any(ty: &Type, names: &BTreeSet<TableName>) -> bool {
    ty.defined_name().is_some_and(|name| names.contains(name))
}

/// A sequence that its column would take along is let go first.
fn split_owners(changes: Vec<Change>) -> Vec<Change> {
    let mut split = Vec::with_capacity(changes.len());
    for change in changes {
        match change {
            Change::Drop { at, object: Object::Sequence(owned) } if owned.owned_by.is_some() => {
                let free = Sequence { owned_by: None, ..owned.clone() };
                let to = free.clone().into();
                split.push(Change::Alter { at: at.clone(), from: owned.into(), to, using: None });
                split.push(Change::Drop { at, object: free.into() });
            }
            kept @ (Change::Create { .. }
            | Change::Drop { .. }
            | Change::Alter { .. }
            | Change::Rename { .. }
            | Change::Opaque(_)) => split.push(kept),
        }
    }
    split
}

/// A default goes before its column's type is built anew, and the new one comes afterwards: either may be a
/// value that the other type does not have.
fn split_defaults(before: &Schema, changes: Vec<Change>, dialect: &dyn Dialect) -> Vec<Change> {
    let rebuilt: BTreeSet<TableName> = changes
        .iter()
        .filter_map(|change| rebuilt_type(change, dialect))
        .map(Address::qualified_name)
        .collect();
    let recast = |at: &Address| {
        let column = before.get(at).and_then(Object::as_column);
        column.is_some_and(|column| names_any(&column.ty, &rebuilt))
    };
    let mut split = Vec::with_capacity(changes.len());
    for change in changes {
        match change {
            Change::Alter { at, from: Object::Column(from), to: Object::Column(to), using }
                if from.default.is_some() && from.default != to.default && recast(&at) =>
            {
                let mut bare = from.clone();
                bare.default = None;
                let middle = Object::from(bare);
                split.push(Change::Alter {
                    at: at.clone(),
                    from: from.into(),
                    to: middle.clone(),
                    using: None,
                });
                split.push(Change::Alter { at, from: middle, to: to.into(), using });
            }
            kept @ (Change::Create { .. }
            | Change::Drop { .. }
            | Change::Alter { .. }
            | Change::Rename { .. }
            | Change::Opaque(_)) => split.push(kept),
        }
    }
    split
}
