//! The last word on order: changes in the order their phases prefer, moved where one must wait for another.
//!
//! What waits for what is one graph over all kinds of objects. Where it has a cycle, the first by preference
//! goes; a cycle of foreign keys has been cut before.

use std::collections::{BTreeMap, BTreeSet};

use ambix_dialect::Dialect;
use ambix_schema::{Address, Change, Kind, Name, Object, Schema};

use crate::aside::rebuilt_type;
use crate::expand::computes_with;

/// Neighbours that go in one statement, such as a new table with its parts.
pub(crate) struct Unit {
    pub(crate) changes: Vec<Change>,
    /// The table whose changes keep the order they have among each other.
    pub(crate) chain: Option<usize>,
}

/// The changes of all units, each unit behind those it must wait for, as near to the given order as can be.
pub(crate) fn settle(before: &Schema, units: Vec<Unit>, dialect: &dyn Dialect) -> Vec<Change> {
    let waits = Waits::of(before, &units, dialect);
    let mut open: Vec<usize> = (0..units.len()).map(|unit| waits.before[unit].len()).collect();
    let mut free: BTreeSet<usize> = (0..units.len()).filter(|unit| open[*unit] == 0).collect();
    let mut waiting: BTreeSet<usize> = (0..units.len()).collect();
    let mut order = Vec::with_capacity(units.len());
    while let Some(next) = free.iter().next().or_else(|| waiting.iter().next()).copied() {
        free.remove(&next);
        waiting.remove(&next);
        order.push(next);
        for after in &waits.after[next] {
            open[*after] = open[*after].saturating_sub(1);
            if open[*after] == 0 && waiting.contains(after) {
                free.insert(*after);
            }
        }
    }
    let mut units: Vec<Option<Unit>> = units.into_iter().map(Some).collect();
    order.into_iter().filter_map(|unit| units[unit].take()).flat_map(|unit| unit.changes).collect()
}

/// Who waits for whom, by the numbers of units.
struct Waits<'a> {
    before: Vec<BTreeSet<usize>>,
    after: Vec<BTreeSet<usize>>,
    /// Every change with its unit.
    changes: Vec<(usize, &'a Change)>,
}

impl<'a> Waits<'a> {
    fn of(before: &Schema, units: &'a [Unit], dialect: &dyn Dialect) -> Self {
        let changes = units
            .iter()
            .enumerate()
            .flat_map(|(unit, all)| all.changes.iter().map(move |change| (unit, change)))
            .collect();
        let nobody = vec![BTreeSet::new(); units.len()];
        let mut waits = Self { before: nobody.clone(), after: nobody, changes };
        waits.chains(units);
        waits.names();
        waits.owners();
        waits.extensions();
        waits.rebuilt_types(before, dialect);
        waits.what_is_used(before);
        waits
    }

    /// `second` waits for `first`.
    fn wait(&mut self, first: usize, second: usize) {
        if first != second {
            self.after[first].insert(second);
            self.before[second].insert(first);
        }
    }

    fn wait_all(&mut self, pairs: Vec<(usize, usize)>) {
        for (first, second) in pairs {
            self.wait(first, second);
        }
    }

    fn chains(&mut self, units: &[Unit]) {
        let mut last: BTreeMap<usize, usize> = BTreeMap::new();
        for (number, unit) in units.iter().enumerate() {
            let Some(chain) = unit.chain else { continue };
            if let Some(earlier) = last.insert(chain, number) {
                self.wait(earlier, number);
            }
        }
    }

    /// A name is given up before another object takes it: tables, views, sequences and indexes share one
    /// space of names in one database, constraints of one table in another.
    fn names(&mut self) {
        let mut given_up: BTreeMap<(Option<Name>, Name), Vec<usize>> = BTreeMap::new();
        for (unit, change) in &self.changes {
            if let Change::Drop { at, object } = change {
                for name in names_of(at, object) {
                    given_up.entry((at.namespace.clone(), name)).or_default().push(*unit);
                }
            }
        }
        let mut found = Vec::new();
        for (unit, change) in &self.changes {
            if let Change::Create { at, object } = change {
                for name in names_of(at, object) {
                    let earlier = given_up.get(&(at.namespace.clone(), name)).into_iter().flatten();
                    found.extend(earlier.map(|earlier| (*earlier, *unit)));
                }
            }
        }
        self.wait_all(found);
    }

    /// A column is there before it owns a sequence, and a sequence is let go before its column goes.
    fn owners(&mut self) {
        let mut found = Vec::new();
        for (unit, change) in &self.changes {
            let Change::Alter { from: Object::Sequence(from), to: Object::Sequence(to), .. } = change else {
                continue;
            };
            for (other, change) in &self.changes {
                let is_of = |owner: &Option<Address>, at: &Address| {
                    owner.as_ref().is_some_and(|owner| {
                        owner == at || (at.kind == Kind::Table && owner.table_name() == at.table_name())
                    })
                };
                match change {
                    Change::Create { at, .. } if is_of(&to.owned_by, at) => found.push((*other, *unit)),
                    Change::Drop { at, .. } if is_of(&from.owned_by, at) => found.push((*unit, *other)),
                    Change::Create { .. }
                    | Change::Drop { .. }
                    | Change::Alter { .. }
                    | Change::Rename { .. }
                    | Change::Opaque(_) => {}
                }
            }
        }
        self.wait_all(found);
    }

    /// An extension comes after those it requires, and goes before them.
    fn extensions(&mut self) {
        let mut found = Vec::new();
        for (unit, change) in &self.changes {
            let (Change::Create { object: Object::Extension(own), .. }
            | Change::Drop { object: Object::Extension(own), .. }) = change
            else {
                continue;
            };
            for (other, change) in &self.changes {
                match change {
                    Change::Create { at, .. } if at.kind == Kind::Extension => {
                        found.extend(own.requires.0.contains(&at.name).then_some((*other, *unit)));
                    }
                    Change::Drop { at, .. } if at.kind == Kind::Extension => {
                        found.extend(own.requires.0.contains(&at.name).then_some((*unit, *other)));
                    }
                    Change::Create { .. }
                    | Change::Drop { .. }
                    | Change::Alter { .. }
                    | Change::Rename { .. }
                    | Change::Opaque(_) => {}
                }
            }
        }
        self.wait_all(found);
    }

    /// What computes with columns of a type goes before the type is built anew and comes back after it, and
    /// so it is with their old and their new defaults.
    fn rebuilt_types(&mut self, before: &Schema, dialect: &dyn Dialect) {
        let mut found = Vec::new();
        for (unit, change) in &self.changes {
            let Some(ty) = rebuilt_type(change, dialect) else { continue };
            let name = ty.qualified_name();
            let columns: BTreeSet<&Address> = before
                .iter()
                .filter(|(_, object)| {
                    object.as_column().is_some_and(|it| it.ty.defined_name() == Some(&name))
                })
                .map(|(at, _)| at)
                .collect();
            let computes = |at: &Address, object: &Object| {
                columns.iter().any(|column| {
                    column.table_name() == at.table_name() && computes_with(object, &column.name)
                })
            };
            for (other, change) in &self.changes {
                match change {
                    Change::Drop { at, object } if columns.contains(at) || computes(at, object) => {
                        found.push((*other, *unit));
                    }
                    Change::Create { at, object } if computes(at, object) => found.push((*unit, *other)),
                    Change::Alter { at, from, to, .. } if columns.contains(at) => {
                        let default = |object: &Object| object.as_column().and_then(|it| it.default.clone());
                        if default(from).is_some() && default(to).is_none() {
                            found.push((*other, *unit));
                        }
                    }
                    Change::Create { .. }
                    | Change::Drop { .. }
                    | Change::Alter { .. }
                    | Change::Rename { .. }
                    | Change::Opaque(_) => {}
                }
            }
        }
        self.wait_all(found);
    }

    /// A type or a sequence goes after every column that uses it went or changed, however early its name is
    /// wanted by another.
    fn what_is_used(&mut self, before: &Schema) {
        let mut found = Vec::new();
        for (unit, change) in &self.changes {
            let Change::Drop { at: gone, .. } = change else { continue };
            if !gone.kind.is_type() && gone.kind != Kind::Sequence {
                continue;
            }
            for (other, change) in &self.changes {
                let (Change::Drop { at, .. } | Change::Alter { at, .. }) = change else { continue };
                if before.get(at).is_some_and(|object| uses(object, gone)) {
                    found.push((*other, *unit));
                }
            }
        }
        self.wait_all(found);
    }
}

/// Whether an object is made of a type, or draws from a sequence.
fn uses(object: &Object, what: &Address) -> bool {
    if what.kind.is_type() {
        return object.defined_types().contains(&&what.qualified_name());
    }
    let column = object.as_column();
    column.and_then(|column| column.default.as_ref()).is_some_and(|default| match default {
        // The name stands in a literal: nextval('orders_seq'::regclass).
        ambix_schema::ColumnDefault::Sql(expr) => expr.as_str().contains(what.name.as_str()),
        ambix_schema::ColumnDefault::Literal(_) => false,
    })
}

/// The names that an object takes beside columns and other objects that live in their table alone.
fn names_of(at: &Address, object: &Object) -> Vec<Name> {
    match at.kind {
        Kind::Namespace | Kind::Extension => Vec::new(),
        Kind::Column => own_sequence(at, object).into_iter().collect(),
        Kind::PrimaryKey => object.as_primary_key().and_then(|key| key.name.clone()).into_iter().collect(),
        Kind::Enum
        | Kind::Domain
        | Kind::Composite
        | Kind::Range
        | Kind::Sequence
        | Kind::Table
        | Kind::Unique
        | Kind::Check
        | Kind::ForeignKey
        | Kind::Exclusion
        | Kind::Index
        | Kind::View => vec![at.name.clone()],
    }
}

/// The name of the sequence that comes and goes with a column that numbers its rows: the one it says, or the
/// one that servers with such sequences choose.
fn own_sequence(at: &Address, object: &Object) -> Option<Name> {
    let identity = object.as_column()?.identity.as_ref()?;
    let usual = || Some(format!("{}_{}_seq", at.table.as_ref()?.as_str(), at.name.as_str()).into());
    identity.sequence.0.as_ref().map_or_else(usual, |called| Some(called.name.clone()))
}
