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

/// The scope in which a name may occur once.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Scope {
    /// Tables and indexes share the names of their namespace.
    Relations(Option<Name>),
    /// Constraints share those of their table.
    Constraints(TableName),
}

type Taken = BTreeMap<(Scope, Name), Kind>;

/// Names everything. What is said comes first, so that no convention takes a name somebody chose.
pub(crate) fn named(
    tables: &BTreeMap<TableName, Table<'_>>,
    unnamed: Vec<(TableName, Vec<Unnamed>)>,
    naming: &Naming,
    report: &mut dyn FnMut(usize, Finding),
) -> Vec<Named> {
    let mut taken: Taken = tables
        .keys()
        .map(|name| ((Scope::Relations(name.namespace.clone()), name.name.clone()), Kind::Table))
        .collect();
    for (table, all) in &unnamed {
        for one in all {
            let Some(said) = &one.name else { continue };
            let name = Name::from(said.value.as_str());
            if let Some(kind) = taken_by(&taken, table, one.kind, &name) {
                let message = format!("the name `{name}` is taken by another {}", kind.word());
                let finding = Finding::error(said.mark, message).help("give one of them another name");
                report(tables[table].file, finding);
                continue;
            }
            take(&mut taken, table, one.kind, &name);
        }
    }
    let mut named = Vec::new();
    for (table, all) in unnamed {
        let file = tables[&table].file;
        for one in all {
            named.push(name(&table, file, one, naming, &mut taken));
        }
    }
    named
}

fn name(table: &TableName, file: usize, one: Unnamed, naming: &Naming, taken: &mut Taken) -> Named {
    let Unnamed { kind, name, words, referenced, mut object, mark } = one;
    let is_implied = name.is_none();
    let name = match name {
        Some(said) => Some(Name::from(said.value.as_str())),
        None => naming.name(kind, table, &words, referenced.as_ref()).map(|name| {
            let free = free(taken, table, kind, name, naming.max_bytes);
            take(taken, table, kind, &free);
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

fn scopes(table: &TableName, kind: Kind) -> Vec<Scope> {
    let relations = Scope::Relations(table.namespace.clone());
    let constraints = Scope::Constraints(table.clone());
    match kind {
        Kind::PrimaryKey | Kind::Unique | Kind::Exclusion => vec![relations, constraints],
        Kind::Check | Kind::ForeignKey => vec![constraints],
        Kind::Index
        | Kind::Namespace
        | Kind::Extension
        | Kind::Enum
        | Kind::Sequence
        | Kind::Table
        | Kind::Column
        | Kind::View => vec![relations],
    }
}

fn taken_by(taken: &Taken, table: &TableName, kind: Kind, name: &Name) -> Option<Kind> {
    scopes(table, kind).into_iter().find_map(|scope| taken.get(&(scope, name.clone())).copied())
}

fn take(taken: &mut Taken, table: &TableName, kind: Kind, name: &Name) {
    for scope in scopes(table, kind) {
        taken.insert((scope, name.clone()), kind);
    }
}

/// The name, or the first free one with a number behind it; never longer than the database keeps.
fn free(taken: &Taken, table: &TableName, kind: Kind, name: Name, max_bytes: Option<usize>) -> Name {
    if taken_by(taken, table, kind, &name).is_none() {
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
        if taken_by(taken, table, kind, &candidate).is_none() {
            return candidate;
        }
        number += 1;
    }
}
