//! Names for constraints and indexes: those that are said, and for the others those of the convention.

use std::collections::BTreeMap;

use ambix_schema::{Address, Kind, Name, Naming, Object, TableName};

use super::constraints::Unnamed;
use super::tables::Table;
use crate::attributes::{Finding, Mark};

/// A constraint or index under its address.
pub(crate) struct Named {
    /// Where it lives.
    pub(crate) at: Address,
    /// What it is.
    pub(crate) object: Object,
    /// Whether the name is a convention and not said.
    pub(crate) is_implied: bool,
    /// The file it is said in.
    pub(crate) file: usize,
    /// Where there.
    pub(crate) mark: Mark,
}

type Names = BTreeMap<Name, Kind>;

/// The names that a constraint or index of one table cannot have.
struct Taken<'a> {
    /// Tables and indexes share the names of their namespace.
    relations: &'a mut Names,
    /// Constraints share those of their table.
    constraints: Names,
}

/// Names everything, and gives it back in the order of addresses. What is said comes first, so that no
/// convention takes a name somebody chose.
pub(crate) fn named(
    tables: &BTreeMap<TableName, Table<'_>>,
    unnamed: Vec<(TableName, Vec<Unnamed>)>,
    naming: &Naming,
    report: &mut dyn FnMut(usize, Finding),
) -> Vec<Named> {
    let mut namespaces: BTreeMap<Option<Name>, Names> = BTreeMap::new();
    for name in tables.keys() {
        let relations = namespaces.entry(name.namespace.clone()).or_default();
        relations.insert(name.name.clone(), Kind::Table);
    }
    let mut of_tables = Vec::new();
    for (table, all) in unnamed {
        let file = tables[&table].file;
        let relations = namespaces.entry(table.namespace.clone()).or_default();
        let mut taken = Taken { relations, constraints: Names::new() };
        take_said(&mut taken, &all, &mut |finding| report(file, finding));
        of_tables.push((table, file, all, taken.constraints));
    }
    let mut named = Vec::new();
    for (table, file, all, constraints) in of_tables {
        let relations = namespaces.entry(table.namespace.clone()).or_default();
        let mut taken = Taken { relations, constraints };
        let of_table = named.len();
        named.extend(all.into_iter().map(|one| name(&table, file, one, naming, &mut taken)));
        named[of_table..].sort_by(|a, b| a.at.cmp(&b.at));
    }
    named
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

fn name(table: &TableName, file: usize, one: Unnamed, naming: &Naming, taken: &mut Taken) -> Named {
    let Unnamed { kind, name, words, referenced, mut object, mark } = one;
    let is_implied = name.is_none();
    let name = match name {
        Some(said) => Some(Name::from(said.value.as_str())),
        None => naming.name(kind, table, &words, referenced.as_ref()).map(|name| {
            let free = taken.free(kind, name, naming.max_bytes);
            taken.take(kind, &free);
            free
        }),
    };
    if let Object::PrimaryKey(key) = &mut object {
        // Without a name in the convention the database is left to choose, and nothing is implied.
        let is_implied = is_implied && name.is_some();
        key.name = name;
        return Named { at: Address::primary_key(table), object, is_implied, file, mark };
    }
    let name = name.expect("a naming convention names everything but primary keys");
    Named { at: Address::part(table, kind, name), object, is_implied, file, mark }
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
        | Kind::Sequence
        | Kind::Table
        | Kind::Column
        | Kind::View => false,
    }
}
