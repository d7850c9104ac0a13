//! The order in which a set of changes applies, on every database that can apply them.
//!
//! Phases keep what depends on each other apart; inside a phase, tables go by their foreign keys and
//! everything else by address, so the same changes always come out in the same order.

use std::collections::{BTreeMap, BTreeSet};

use ambix_dialect::Dialect;
use ambix_schema::{Address, Change, Kind, Object, Schema, Sequence, TableName};

use crate::aside::clear_the_way;
use crate::bystanders::moved;
use crate::expand::expand;
use crate::graph::{Unit, settle};
use crate::replaced::{Replaced, built_beside, new_names};
use crate::successor::make_room;
use crate::views::step_aside;

/// Orders changes that lead away from `before`. Renames keep their place: leading ones stay first,
/// later ones go last, because the changes between them use the names of that side.
///
/// Alterations without a statement or operation of their own become a drop and a creation. Foreign
/// keys in a cycle stand apart from their tables.
pub fn order(before: &Schema, changes: &[Change], dialect: &dyn Dialect) -> Vec<Change> {
    let changes = make_room(before, changes.to_vec(), dialect);
    let is_rename = |change: &&Change| matches!(change, Change::Rename { .. });
    let leading: Vec<Change> = changes.iter().take_while(is_rename).cloned().collect();
    let (trailing, rest): (Vec<&Change>, Vec<&Change>) =
        changes.iter().skip(leading.len()).partition(is_rename);

    let mut renamed = before.clone();
    for change in &leading {
        renamed.apply_open(change);
    }
    let (new_names, rest) = new_names(&renamed, rest.into_iter().cloned().collect(), dialect);
    for change in &new_names {
        renamed.apply_open(change);
    }
    let rest: Vec<Change> = step_aside(&renamed, rest, dialect);
    let expanded: Vec<Change> =
        rest.iter().flat_map(|change| expand(&renamed, change.clone(), dialect, &rest)).collect();
    let expanded = clear_the_way(&renamed, expanded, dialect);
    let expanded = without_repetition(expanded.into_iter().flat_map(owner_apart).collect());
    let Replaced { changes: expanded, late, renames } = built_beside(&renamed, expanded, dialect);
    let (away, back) = moved(&renamed, &expanded, dialect);
    let tables = Tables { late, ..Tables::of(&renamed, &expanded, dialect) };
    let mut keyed: Vec<(Place, Change)> =
        expanded.into_iter().map(|change| (tables.place(&change), change)).collect();
    keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
    leading
        .into_iter()
        .chain(new_names)
        .chain(away)
        .chain(settle(&renamed, tables.units(keyed), dialect))
        .chain(renames)
        .chain(back)
        .chain(trailing.into_iter().cloned())
        .collect()
}

/// What two changes both ask to step aside does so once.
fn without_repetition(changes: Vec<Change>) -> Vec<Change> {
    let mut created: BTreeSet<Address> = BTreeSet::new();
    let mut dropped: BTreeSet<Address> = BTreeSet::new();
    let mut is_first = |change: &Change| match change {
        Change::Create { at, .. } => created.insert(at.clone()),
        Change::Drop { at, .. } => dropped.insert(at.clone()),
        Change::Alter { .. } | Change::Rename { .. } | Change::Opaque(_) => true,
    };
    changes.into_iter().filter(|change| is_first(change)).collect()
}

/// A sequence is there before the columns that count with it, and is given to its owner after that; it is
/// parted from an old owner before that goes and takes it along.
fn owner_apart(change: Change) -> Vec<Change> {
    let given = |at: &Address, to: Sequence, from: &Sequence| {
        let alone = Sequence { owned_by: None, ..from.clone() };
        Change::Alter { at: at.clone(), from: alone.into(), to: to.into(), using: None }
    };
    match change {
        Change::Create { at, object: Object::Sequence(to) } if to.owned_by.is_some() => {
            let alone = Sequence { owned_by: None, ..to.clone() };
            let given = given(&at, to, &alone);
            vec![Change::Create { at, object: alone.into() }, given]
        }
        Change::Alter { at, from: Object::Sequence(from), to: Object::Sequence(to), using }
            if from.owned_by.is_some() && from.owned_by != to.owned_by =>
        {
            let alone = Sequence { owned_by: None, ..from.clone() };
            let given = given(&at, to.clone(), &from);
            let parted = Change::Alter { at, from: from.into(), to: alone.clone().into(), using };
            if alone == to { vec![parted] } else { vec![parted, given] }
        }
        kept @ (Change::Create { .. }
        | Change::Drop { .. }
        | Change::Alter { .. }
        | Change::Rename { .. }
        | Change::Opaque(_)) => vec![kept],
    }
}

/// Phases in the order in which they run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Phase {
    Containers,
    DropViews,
    DropForeignKeys,
    DropTables,
    Types,
    AlterTables,
    CreateTables,
    CreateForeignKeys,
    CreateViews,
    DropTypes,
    DropContainers,
    ByHand,
}

/// Where a change goes: the phase, the table's turn in it, the turn inside the table, the position of a
/// new column, the address.
type Place = (Phase, usize, u8, u32, Option<Address>);

struct Tables {
    created: Turns,
    dropped: Turns,
    types: Turns,
    views: Turns,
    dropped_views: Turns,
    existing_views: BTreeSet<TableName>,
    dropped_types: Turns,
    /// Whether a table takes all its changes in one go, because it is built anew (SQLite).
    keeps_together: bool,
    existing: BTreeMap<TableName, usize>,
    /// Indexes that go when others have taken their places.
    late: BTreeSet<Address>,
}

/// Tables in an order in which each comes after those it references, as far as there is one.
struct Turns {
    turn: BTreeMap<TableName, usize>,
}

impl Turns {
    fn of(tables: &BTreeSet<TableName>, references: &BTreeMap<TableName, BTreeSet<TableName>>) -> Self {
        let mut turn = BTreeMap::new();
        let mut waiting: BTreeSet<&TableName> = tables.iter().collect();
        while !waiting.is_empty() {
            let is_free = |table: &&&TableName| {
                let needs = references.get(**table);
                needs.is_none_or(|needs| !needs.iter().any(|need| need != **table && waiting.contains(need)))
            };
            // In a cycle nobody is free; the first by name goes, and its key is added afterwards.
            let next = waiting.iter().find(is_free).or_else(|| waiting.iter().next()).copied();
            if let Some(table) = next {
                waiting.remove(table);
                turn.insert(table.clone(), turn.len());
            }
        }
        Self { turn }
    }

    fn get(&self, table: &TableName) -> Option<usize> {
        self.turn.get(table).copied()
    }
}

impl Tables {
    fn of(before: &Schema, changes: &[Change], dialect: &dyn Dialect) -> Self {
        let mut created = BTreeSet::new();
        let mut dropped = BTreeSet::new();
        let mut creating: BTreeMap<TableName, BTreeSet<TableName>> = BTreeMap::new();
        let mut dropping: BTreeMap<TableName, BTreeSet<TableName>> = BTreeMap::new();
        for change in changes {
            match change {
                Change::Create { at, object: Object::Table(table) } => {
                    created.insert(at.qualified_name());
                    creating.entry(at.qualified_name()).or_default().extend(table.inherits.iter().cloned());
                }
                Change::Drop { at, object: Object::Table(table) } => {
                    dropped.insert(at.qualified_name());
                    dropping.entry(at.qualified_name()).or_default().extend(table.inherits.iter().cloned());
                }
                Change::Create { at, object: Object::ForeignKey(key) } => {
                    creating.entry(own_table(at)).or_default().insert(key.references.0.clone());
                }
                Change::Drop { at, object: Object::ForeignKey(key) } => {
                    dropping.entry(own_table(at)).or_default().insert(key.references.0.clone());
                }
                Change::Create { .. }
                | Change::Drop { .. }
                | Change::Alter { .. }
                | Change::Rename { .. }
                | Change::Opaque(_) => {}
            }
        }
        let existing = before.tables().enumerate().map(|(turn, table)| (table, turn)).collect();
        let keeps_together = !dialect.facts().alters_constraints;
        let mut down = Turns::of(&dropped, &dropping);
        // Dropped in the opposite order: first who references, then who is referenced.
        let last = down.turn.len();
        for turn in down.turn.values_mut() {
            *turn = last - *turn;
        }
        let is_create = |change: &Change| matches!(change, Change::Create { .. });
        Self {
            created: Turns::of(&created, &creating),
            dropped: down,
            types: turns_of_types(changes, is_create),
            views: turns_of_views(changes, is_create),
            dropped_views: turns_of_views(changes, |change| matches!(change, Change::Drop { .. })),
            existing_views: views_of(before, changes),
            dropped_types: turns_of_types(changes, |change| matches!(change, Change::Drop { .. })),
            keeps_together,
            existing,
            late: BTreeSet::new(),
        }
    }

    /// Neighbours that go together: a new table and a dropped one with their parts, and everything about a
    /// table that is built anew.
    fn units(&self, keyed: Vec<(Place, Change)>) -> Vec<Unit> {
        let mut units: Vec<Unit> = Vec::new();
        let mut last: Option<(Phase, usize)> = None;
        for ((phase, turn, _, _, _), change) in keyed {
            let goes_together = match phase {
                Phase::CreateTables | Phase::DropTables => true,
                Phase::AlterTables => self.keeps_together,
                Phase::Containers
                | Phase::DropViews
                | Phase::DropForeignKeys
                | Phase::Types
                | Phase::CreateForeignKeys
                | Phase::CreateViews
                | Phase::DropTypes
                | Phase::DropContainers
                | Phase::ByHand => false,
            };
            let chain = (phase == Phase::AlterTables).then_some(turn);
            match units.last_mut() {
                Some(unit) if goes_together && last == Some((phase, turn)) => unit.changes.push(change),
                Some(_) | None => units.push(Unit { changes: vec![change], chain }),
            }
            last = Some((phase, turn));
        }
        units
    }

    fn place(&self, change: &Change) -> Place {
        let (phase, turn, step) = match change {
            Change::Create { at, object } => self.place_of_creation(at, object),
            Change::Drop { at, object } => self.place_of_drop(at, object),
            Change::Alter { from, to, .. } if is_owned(from) && !is_owned(to) => (Phase::DropViews, 0, 0),
            Change::Alter { at, from: _, to, using: _ } => self.place_of_alteration(at, to),
            Change::Rename { .. } | Change::Opaque(_) => (Phase::ByHand, 0, 0),
        };
        (phase, turn, step, position(change), change.at().cloned())
    }

    fn place_of_creation(&self, at: &Address, object: &Object) -> (Phase, usize, u8) {
        match at.kind {
            Kind::Namespace => (Phase::Containers, 0, 0),
            Kind::Extension => (Phase::Containers, 0, 1),
            Kind::Enum | Kind::Domain | Kind::Composite | Kind::Range => {
                (Phase::Types, self.types.get(&at.qualified_name()).unwrap_or_default(), 0)
            }
            Kind::Sequence => (Phase::Types, usize::MAX, 2),
            Kind::View => (Phase::CreateViews, self.views.get(&at.qualified_name()).unwrap_or_default(), 0),
            // An index of a materialized view.
            Kind::Index if self.is_on_view(at) => {
                (Phase::CreateViews, self.views.get(&own_table(at)).unwrap_or(usize::MAX), 1)
            }
            Kind::Table
            | Kind::Column
            | Kind::PrimaryKey
            | Kind::Unique
            | Kind::Check
            | Kind::ForeignKey
            | Kind::Exclusion
            | Kind::Index => {
                let table = own_table(at);
                match self.created.get(&table) {
                    Some(turn) if self.is_deferred(&table, object) => (Phase::CreateForeignKeys, turn, 0),
                    Some(turn) => (Phase::CreateTables, turn, turn_of_part(at.kind)),
                    None if at.kind == Kind::ForeignKey && !self.keeps_together => {
                        (Phase::CreateForeignKeys, self.turn_of_existing(&table), 0)
                    }
                    None => (Phase::AlterTables, self.turn_of_existing(&table), 20 + column_turn(at, object)),
                }
            }
        }
    }

    /// A key of a new table whose target comes later, so that it cannot stand inside the table.
    fn is_deferred(&self, table: &TableName, object: &Object) -> bool {
        match object.as_foreign_key() {
            Some(key) if !self.keeps_together => {
                let target = self.created.get(&key.references.0);
                key.references.0 != *table && target.is_some_and(|turn| Some(turn) > self.created.get(table))
            }
            Some(_) | None => false,
        }
    }

    fn place_of_drop(&self, at: &Address, object: &Object) -> (Phase, usize, u8) {
        match at.kind {
            Kind::Namespace => (Phase::DropContainers, 0, 1),
            Kind::Extension => (Phase::DropContainers, 0, 0),
            Kind::Enum | Kind::Domain | Kind::Composite | Kind::Range => {
                // Dropped in the opposite order: first what is made of others.
                let turn = self.dropped_types.get(&at.qualified_name()).unwrap_or_default();
                (Phase::DropTypes, self.dropped_types.turn.len() - turn, 0)
            }
            Kind::Sequence => (Phase::DropTypes, usize::MAX, 1),
            Kind::View => {
                // Dropped in the opposite order: first who reads, then who is read.
                let turn = self.dropped_views.get(&at.qualified_name()).unwrap_or_default();
                (Phase::DropViews, self.dropped_views.turn.len() - turn, 1)
            }
            Kind::Index if self.is_on_view(at) => (Phase::DropViews, 0, 0),
            Kind::Table
            | Kind::Column
            | Kind::PrimaryKey
            | Kind::Unique
            | Kind::Check
            | Kind::ForeignKey
            | Kind::Exclusion
            | Kind::Index => {
                let table = own_table(at);
                match self.dropped.get(&table) {
                    Some(turn) if self.blocks_a_drop(&table, object) => (Phase::DropForeignKeys, turn, 0),
                    // Parts first, the table itself last.
                    Some(turn) => (Phase::DropTables, turn, 20 - turn_of_part(at.kind)),
                    None if at.kind == Kind::ForeignKey && !self.keeps_together => {
                        (Phase::DropForeignKeys, self.turn_of_existing(&table), 0)
                    }
                    None if self.late.contains(at) => (Phase::AlterTables, self.turn_of_existing(&table), 50),
                    // A generated column goes before those it is made from.
                    None if is_generated(object) => (Phase::AlterTables, self.turn_of_existing(&table), 8),
                    None => (Phase::AlterTables, self.turn_of_existing(&table), 10 - turn_of_part(at.kind)),
                }
            }
        }
    }

    /// A key of a dropped table that references a table dropped before it.
    fn blocks_a_drop(&self, table: &TableName, object: &Object) -> bool {
        match object.as_foreign_key() {
            Some(key) if !self.keeps_together => {
                let target = self.dropped.get(&key.references.0);
                key.references.0 != *table && target.is_some_and(|turn| Some(turn) < self.dropped.get(table))
            }
            Some(_) | None => false,
        }
    }

    fn place_of_alteration(&self, at: &Address, to: &Object) -> (Phase, usize, u8) {
        match at.kind {
            Kind::Namespace | Kind::Extension => (Phase::Containers, 0, 2),
            Kind::Enum | Kind::Domain | Kind::Composite | Kind::Range => (Phase::Types, usize::MAX, 1),
            Kind::Sequence if is_owned(to) => (Phase::CreateForeignKeys, usize::MAX, 2),
            Kind::Sequence => (Phase::Types, usize::MAX, 3),
            Kind::View => (Phase::CreateViews, usize::MAX, 2),
            Kind::Index if self.is_on_view(at) => (Phase::CreateViews, usize::MAX, 2),
            Kind::Table => (Phase::AlterTables, self.turn_of_existing(&own_table(at)), 11),
            Kind::Column => {
                (Phase::AlterTables, self.turn_of_existing(&own_table(at)), 24 + u8::from(is_generated(to)))
            }
            Kind::ForeignKey if !self.keeps_together => {
                (Phase::CreateForeignKeys, self.turn_of_existing(&own_table(at)), 1)
            }
            Kind::PrimaryKey
            | Kind::Unique
            | Kind::Check
            | Kind::ForeignKey
            | Kind::Exclusion
            | Kind::Index => (Phase::AlterTables, self.turn_of_existing(&own_table(at)), 40),
        }
    }

    fn is_on_view(&self, at: &Address) -> bool {
        self.existing_views.contains(&own_table(at))
    }

    fn turn_of_existing(&self, table: &TableName) -> usize {
        self.existing.get(table).copied().unwrap_or(usize::MAX)
    }
}

/// Every view there is or will be.
fn views_of(before: &Schema, changes: &[Change]) -> BTreeSet<TableName> {
    let there = before.iter().map(|(at, _)| at);
    let to_be = changes.iter().filter_map(Change::at);
    there.chain(to_be).filter(|at| at.kind == Kind::View).map(Address::qualified_name).collect()
}

/// Views in an order in which each comes after those it reads.
fn turns_of_views(changes: &[Change], is_meant: impl Fn(&Change) -> bool) -> Turns {
    let mut names = BTreeSet::new();
    let mut needs: BTreeMap<TableName, BTreeSet<TableName>> = BTreeMap::new();
    for change in changes.iter().filter(|change| is_meant(change)) {
        if let Change::Create { at, object: Object::View(view) }
        | Change::Drop { at, object: Object::View(view) } = change
        {
            names.insert(at.qualified_name());
            let reads = view.reads.0.iter().filter(|read| read.kind == Kind::View);
            needs.entry(at.qualified_name()).or_default().extend(reads.map(Address::qualified_name));
        }
    }
    Turns::of(&names, &needs)
}

/// Types in an order in which each comes after those it is made of.
fn turns_of_types(changes: &[Change], is_meant: impl Fn(&Change) -> bool) -> Turns {
    let mut names = BTreeSet::new();
    let mut needs: BTreeMap<TableName, BTreeSet<TableName>> = BTreeMap::new();
    for change in changes.iter().filter(|change| is_meant(change)) {
        if let Change::Create { at, object } | Change::Drop { at, object } = change
            && at.kind.is_type()
        {
            names.insert(at.qualified_name());
            let made_of = object.defined_types().into_iter().cloned();
            needs.entry(at.qualified_name()).or_default().extend(made_of);
        }
    }
    Turns::of(&names, &needs)
}

/// The turn of a part when its table is created or gains it; dropped in the opposite order.
fn turn_of_part(kind: Kind) -> u8 {
    match kind {
        Kind::Table => 0,
        Kind::Column => 1,
        Kind::PrimaryKey => 3,
        Kind::Unique => 4,
        Kind::Check => 5,
        Kind::ForeignKey => 6,
        Kind::Exclusion => 7,
        Kind::Index => 8,
        Kind::Namespace
        | Kind::Extension
        | Kind::Enum
        | Kind::Domain
        | Kind::Composite
        | Kind::Range
        | Kind::Sequence
        | Kind::View => 9,
    }
}

/// New columns come before altered ones (24, 25) and generated ones after those they are made from;
/// keys and indexes come when all columns are as they will be.
fn column_turn(at: &Address, object: &Object) -> u8 {
    match at.kind {
        Kind::Column if is_generated(object) => 6,
        Kind::Column => 1,
        Kind::Namespace
        | Kind::Extension
        | Kind::Enum
        | Kind::Domain
        | Kind::Composite
        | Kind::Range
        | Kind::Sequence
        | Kind::Table
        | Kind::PrimaryKey
        | Kind::Unique
        | Kind::Check
        | Kind::ForeignKey
        | Kind::Exclusion
        | Kind::Index
        | Kind::View => 7 + turn_of_part(at.kind),
    }
}

/// New columns come in the order in which their author wrote them; nothing else has an order of its own.
fn position(change: &Change) -> u32 {
    match change {
        Change::Create { object: Object::Column(column), .. } => column.position.0,
        Change::Create { .. }
        | Change::Drop { .. }
        | Change::Alter { .. }
        | Change::Rename { .. }
        | Change::Opaque(_) => 0,
    }
}

fn is_owned(object: &Object) -> bool {
    object.as_sequence().is_some_and(|sequence| sequence.owned_by.is_some())
}

fn is_generated(object: &Object) -> bool {
    object.as_column().is_some_and(|column| column.generated.is_some())
}

fn own_table(at: &Address) -> TableName {
    at.table_name().unwrap_or_else(|| at.qualified_name())
}
