//! Names for constraints and indexes: those that are said, and for the others those of the convention.

use std::collections::BTreeMap;

use ambix_schema::{Address, Kind, Name, Naming, Object, TableName};

use super::constraints::Unnamed;
use super::tables::Table;
use crate::attributes::Finding;

type Names = BTreeMap<Name, Kind>;

/// The names that a constraint or index of one table cannot have.
struct Taken<'a> {
    /// Tables and indexes share the names of their namespace.
    relations: &'a mut Names,
    /// Constraints share those of their table.
    constraints: Names,
}

/// The constraints and indexes of one table.
pub(crate) type OfTable<'a> = (&'a Table<'a>, Vec<Unnamed>);

/// The name that a convention makes, whether or not it is free.
pub(crate) fn propose(table: &TableName, one: &mut Unnamed, naming: &Naming) {
    if one.name.is_none() {
        one.implied = naming.name(one.kind, table, &one.words, one.referenced.as_ref());
    }
}

/// Makes every name the only one of its kind. What is said comes first, so that no convention takes a
/// name somebody chose.
pub(crate) fn settle(
    tables: &BTreeMap<TableName, Table<'_>>,
    all: &mut [OfTable<'_>],
    max_bytes: Option<usize>,
    report: &mut dyn FnMut(&Table<'_>, Finding),
) {
    let mut namespaces: BTreeMap<Option<Name>, Names> = BTreeMap::new();
    for name in tables.keys() {
        let relations = namespaces.entry(name.namespace.clone()).or_default();
        relations.insert(name.name.clone(), Kind::Table);
    }
    let mut of_tables = Vec::with_capacity(all.len());
    for (table, unnamed) in all.iter() {
        let relations = namespaces.entry(table.name.namespace.clone()).or_default();
        let mut taken = Taken { relations, constraints: Names::new() };
        take_said(&mut taken, unnamed, &mut |finding| report(table, finding));
        of_tables.push(taken.constraints);
    }
    for ((table, unnamed), constraints) in all.iter_mut().zip(of_tables) {
        let relations = namespaces.entry(table.name.namespace.clone()).or_default();
        let mut taken = Taken { relations, constraints };
        for one in unnamed {
            if let Some(name) = one.implied.take() {
                let name = taken.free(one.kind, name, max_bytes);
                taken.take(one.kind, &name);
                one.implied = Some(name);
            }
        }
    }
}

/// A constraint or index under its address, once its name is settled. A primary key that nobody named
/// is left to the database.
pub(crate) fn placed(table: &TableName, one: Unnamed) -> (Address, Object) {
    let Unnamed { kind, name, implied, mut object, .. } = one;
    let name = name.map(|said| Name::from(said.value)).or(implied);
    if let Object::PrimaryKey(key) = &mut object {
        key.name = name;
        return (Address::primary_key(table), object);
    }
    let name = name.expect("a naming convention names everything but primary keys");
    (Address::part(table, kind, name), object)
}

/// Takes the names that are said; one that is said twice is a problem.
fn take_said(taken: &mut Taken<'_>, all: &[Unnamed], report: &mut dyn FnMut(Finding)) {
    for one in all {
        let Some(said) = &one.name else { continue };
        let name = Name::from(said.value.as_str());
        match taken.by(one.kind, &name) {
            Some(kind) => {
                let message = format!("the name `{name}` is taken by another {}", kind.word());
                report(Finding::error(said.mark, message).help("give one of them another name"));
            }
            None => taken.take(one.kind, &name),
        }
    }
}

impl Taken<'_> {
    fn by(&self, kind: Kind, name: &Name) -> Option<Kind> {
        let relation = is_relation(kind).then(|| self.relations.get(name)).flatten();
        let constraint = kind.is_constraint().then(|| self.constraints.get(name)).flatten();
        relation.or(constraint).copied()
    }

    fn take(&mut self, kind: Kind, name: &Name) {
        if is_relation(kind) {
            self.relations.insert(name.clone(), kind);
        }
        if kind.is_constraint() {
            self.constraints.insert(name.clone(), kind);
        }
    }

    /// The name, or the first free one with a number behind it; never longer than the database keeps.
    fn free(&self, kind: Kind, name: Name, max_bytes: Option<usize>) -> Name {
        if self.by(kind, &name).is_none() {
            return name;
        }
        let mut number = 1_u32;
        loop {
            let suffix = format!("_{number}");
            let mut end = name.as_str().len();
            if let Some(max) = max_bytes {
                end = end.min(max.saturating_sub(suffix.len()));
            }
            while !name.as_str().is_char_boundary(end) {
                end -= 1;
            }
            let candidate = Name::from(format!("{}{suffix}", &name.as_str()[..end]));
            if self.by(kind, &candidate).is_none() {
                return candidate;
            }
            number += 1;
        }
    }
}

/// Whether an index stands behind it, which is a relation like a table.
fn is_relation(kind: Kind) -> bool {
    match kind {
        Kind::PrimaryKey | Kind::Unique | Kind::Exclusion | Kind::Index => true,
        Kind::Check
        | Kind::ForeignKey
        | Kind::Namespace
        | Kind::Extension
        | Kind::Enum
        | Kind::Domain
        | Kind::Composite
        | Kind::Range
        | Kind::Sequence
        | Kind::Table
        | Kind::Column
        | Kind::View => false,
    }
}
