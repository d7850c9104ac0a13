//! Raising: the changes of a comparison as the operations a person would write. The opposite of
//! lowering: the operations, lowered and applied one after another, lead where the changes lead.

mod single;

use std::collections::BTreeMap;

use ambix_schema::{Address, Change, Kind, Name, Naming, Object, Schema, Silent, TableName};

use crate::operations::{ColumnDefinition, Constraint, CreateTable, DropColumn, DropTable, Operation, lower};

/// An operation and the changes it stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Raised {
    /// The operation.
    pub operation: Operation,
    /// The places of those changes in the list that was raised.
    pub covers: Vec<usize>,
}

/// Turns changes that lead away from `before`, in an order in which they apply, into operations.
///
/// A table takes its columns and constraints along where they follow it directly; a foreign key to a
/// table that comes later stands apart, after both. A table that goes takes its parts along.
pub fn raise(before: &Schema, changes: &[Change]) -> Vec<Raised> {
    let mut raiser = Raiser {
        state: before.clone(),
        changes,
        creations: places(changes, |change| matches!(change, Change::Create { .. })),
        drops: places(changes, |change| matches!(change, Change::Drop { .. })),
        alters_sequences: changes
            .iter()
            .any(|change| matches!(change, Change::Alter { at, .. } if at.kind == Kind::Sequence)),
        is_done: vec![false; changes.len()],
        waiting: Vec::new(),
        raised: Vec::new(),
    };
    for place in 0..changes.len() {
        if !raiser.is_done[place] {
            raiser.raise(place);
        }
    }
    for place in std::mem::take(&mut raiser.waiting) {
        raiser.raise_single(place);
    }
    raiser.raised
}

struct Raiser<'a> {
    state: Schema,
    changes: &'a [Change],
    /// Where each object is created.
    creations: BTreeMap<&'a Address, Vec<usize>>,
    /// Where each object is dropped.
    drops: BTreeMap<&'a Address, Vec<usize>>,
    alters_sequences: bool,
    is_done: Vec<bool>,
    /// Foreign keys whose target is still to be created.
    waiting: Vec<usize>,
    raised: Vec<Raised>,
}

/// The places of some of the changes by what they are about.
fn places(changes: &[Change], is_wanted: impl Fn(&Change) -> bool) -> BTreeMap<&Address, Vec<usize>> {
    let mut places: BTreeMap<&Address, Vec<usize>> = BTreeMap::new();
    for (place, change) in changes.iter().enumerate().filter(|(_, change)| is_wanted(change)) {
        if let Some(at) = change.at() {
            places.entry(at).or_default().push(place);
        }
    }
    places
}

impl Raiser<'_> {
    fn raise(&mut self, place: usize) {
        let changes = self.changes;
        match &changes[place] {
            Change::Create { at, object: Object::Table(table) } => {
                self.create_table(place, &at.qualified_name(), table);
                self.raise_ready();
            }
            Change::Drop { at, .. } if at.kind == Kind::Table => self.drop_table(place, at),
            Change::Drop { at, .. } if self.goes_with_its_table(place, at) => {}
            Change::Drop { at, .. } if at.kind == Kind::Column => self.drop_column(place, at),
            Change::Create { object: Object::ForeignKey(key), .. }
                if self.is_created_later(&key.references.0, place) =>
            {
                self.waiting.push(place);
            }
            Change::Create { .. }
            | Change::Drop { .. }
            | Change::Alter { .. }
            | Change::Rename { .. }
            | Change::Opaque(_) => self.raise_single(place),
        }
    }

    /// The foreign keys that waited for a table which is there now.
    fn raise_ready(&mut self) {
        for place in std::mem::take(&mut self.waiting) {
            self.raise(place);
        }
    }

    fn raise_single(&mut self, place: usize) {
        for operation in single::operations(&self.state, &self.changes[place]) {
            self.record(operation, vec![place]);
        }
        self.is_done[place] = true;
    }

    fn create_table(&mut self, place: usize, name: &TableName, table: &ambix_schema::Table) {
        let mut covers = vec![place];
        let mut columns: Vec<(u32, ColumnDefinition)> = Vec::new();
        let mut constraints = Vec::new();
        for later in place + 1..self.changes.len() {
            let Change::Create { at, object } = &self.changes[later] else { break };
            if at.kind == Kind::Table || at.table_name().as_ref() != Some(name) {
                break;
            }
            if let Object::Column(column) = object {
                let column_definition = definition(&at.name, column);
                columns.push((column.position.0, column_definition));
                covers.push(later);
            } else if let Some(constraint) = Constraint::of(&at.name, object)
                && !self.must_wait(object, name)
            {
                constraints.push(constraint);
                covers.push(later);
            }
        }
        columns.sort_by_key(|(position, _)| *position);
        let mut columns: Vec<ColumnDefinition> = columns.into_iter().map(|(_, column)| column).collect();
        leave_required_unsaid(&mut columns, &constraints);
        let operation = CreateTable { name: name.clone(), columns, constraints, table: table.clone() };
        self.record(operation.into(), covers);
    }

    /// Whether a foreign key of a new table has to be apart, because its target is not there yet.
    fn must_wait(&self, object: &Object, own: &TableName) -> bool {
        object.as_foreign_key().is_some_and(|key| {
            let target = Address::table(&key.references.0);
            key.references.0 != *own
                && !self.state.contains(&target)
                && self.position_of_creation(&target).is_some()
        })
    }

    fn is_created_later(&self, table: &TableName, place: usize) -> bool {
        let at = Address::table(table);
        !self.state.contains(&at)
            && self
                .position_of_creation(&at)
                .is_some_and(|creation| creation > place && !self.is_done[creation])
    }

    fn position_of_creation(&self, at: &Address) -> Option<usize> {
        self.creations.get(at)?.first().copied()
    }

    /// Whether a part needs no operation because its table goes: with nothing but drops in between, and
    /// for a foreign key nothing but drops of the same table, lest it stand in the way of another.
    fn goes_with_its_table(&self, place: usize, at: &Address) -> bool {
        let Some(table) = at.table_name() else { return false };
        let own = Address::table(&table);
        for change in &self.changes[place + 1..] {
            let Change::Drop { at: next, .. } = change else { return false };
            if *next == own {
                return true;
            }
            if at.kind == Kind::ForeignKey && next.table_name().as_ref() != Some(&table) {
                return false;
            }
        }
        false
    }

    fn drop_table(&mut self, place: usize, at: &Address) {
        let table = at.qualified_name();
        self.part_sequences(&DropTable { name: table.clone() }.into());
        // All parts are gone with it, also such as this schema did not know.
        let parts = self
            .drops
            .range::<Address, _>(at..)
            .take_while(|(part, _)| part.namespace == at.namespace && part.table == at.table)
            .flat_map(|(_, places)| places.iter().copied())
            .filter(|other| !self.is_done[*other] && *other != place);
        let covers: Vec<usize> = std::iter::once(place).chain(parts).collect();
        self.record(DropTable { name: table }.into(), covers);
    }

    /// What the drop of a column would take along and the changes keep is named as kept.
    fn drop_column(&mut self, place: usize, at: &Address) {
        let Some(table) = at.table_name() else { return };
        let mut operation = DropColumn { table, name: at.name.clone(), keeping: Vec::new() };
        self.part_sequences(&operation.clone().into());
        let implied = self.lowered(&operation.clone().into());
        operation.keeping = implied
            .iter()
            .filter(|change| change.at() != Some(at) && self.pending_drop(change).is_none())
            .filter_map(|change| change.at().map(|at| at.name.clone()))
            .collect();
        self.record(operation.into(), vec![place]);
    }

    /// A sequence that stays is parted from what owns it before that goes and takes it along.
    fn part_sequences(&mut self, drop: &Operation) {
        if !self.alters_sequences {
            return;
        }
        for change in self.lowered(drop) {
            let Some(at) = change.at().filter(|at| at.kind == Kind::Sequence) else { continue };
            if self.pending_drop(&change).is_some() {
                continue;
            }
            let is_its_alteration = |place: &usize| {
                let is_it = matches!(&self.changes[*place], Change::Alter { at: other, .. } if other == at);
                is_it && !self.is_done[*place]
            };
            if let Some(place) = (0..self.changes.len()).find(is_its_alteration) {
                self.raise_single(place);
            }
        }
    }

    fn lowered(&self, operation: &Operation) -> Vec<Change> {
        lower(operation, &self.state, &Naming::default())
            .expect("a raised operation leaves nothing open that lowering would have to find out")
    }

    /// The place of a drop that is still to come, of the same object.
    fn pending_drop(&self, change: &Change) -> Option<usize> {
        let Change::Drop { at, .. } = change else { return None };
        self.drops.get(at)?.iter().copied().find(|place| !self.is_done[*place])
    }

    /// Takes an operation into the list, and what it does into the state; whatever it does beyond the
    /// changes it was made for need not be done again.
    fn record(&mut self, operation: Operation, mut covers: Vec<usize>) {
        for change in self.lowered(&operation) {
            covers.extend(self.pending_drop(&change));
            self.state.apply_open(&change);
        }
        covers.sort_unstable();
        covers.dedup();
        for place in &covers {
            self.is_done[*place] = true;
        }
        self.raised.push(Raised { operation, covers });
    }
}

/// A column as it is said; its position is its place in the list.
fn definition(name: &Name, column: &ambix_schema::Column) -> ColumnDefinition {
    let column = ambix_schema::Column { position: Silent(0), ..column.clone() };
    ColumnDefinition { name: name.clone(), column }
}

/// That a column of a primary key refuses nulls goes without saying.
fn leave_required_unsaid(columns: &mut [ColumnDefinition], constraints: &[Constraint]) {
    let required = constraints.iter().filter_map(|constraint| match constraint {
        Constraint::PrimaryKey(definition) => Some(&definition.key.columns),
        Constraint::Unique(_)
        | Constraint::ForeignKey(_)
        | Constraint::Check(_)
        | Constraint::Exclusion(_) => None,
    });
    for name in required.flatten() {
        for column in columns.iter_mut().filter(|column| column.name == *name) {
            column.column.is_nullable = true;
        }
    }
}
