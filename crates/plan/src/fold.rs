//! Folding: changes in a given order become statements, and statements become steps.

use std::collections::BTreeSet;

use ambix_dialect::{Dialect, RenderError, Statement, Step, TableImage, Transition};
use ambix_schema::{Address, ApplyError, Change, Facet, Kind, Name, Object, Opaque, Schema, TableName};

use crate::bystanders::in_the_way;
use crate::rebuild::rebuild;
use crate::renamed::said_anew;
use crate::retype::retype;

/// Steps in an order that runs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Plan {
    /// The steps.
    pub steps: Vec<Step>,
}

/// Why changes cannot be planned.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PlanError {
    /// The database cannot hold or do something.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The database cannot hold an object.
    #[error("{at}: {dialect} {reason}")]
    Refused {
        /// The object.
        at: String,
        /// The database, for people.
        dialect: &'static str,
        /// Why.
        reason: String,
    },
    /// Something stands on an object, and is not there to be moved out of the way.
    #[error(
        "{at} cannot be changed while {} {} on it; take that away by hand first, and put it back afterwards",
        .dependents.join(", "),
        if .dependents.len() == 1 { "stands" } else { "stand" }
    )]
    StoodOn {
        /// The object.
        at: String,
        /// What stands on it.
        dependents: Vec<String>,
    },
    /// A table must be built anew, and nothing is known of how it is built.
    #[error("table {table} must be rebuilt for this change, and it is not known here")]
    UnknownTable {
        /// The table.
        table: String,
    },
    /// The changes do not fit the schema they are to be applied to.
    #[error(transparent)]
    Apply(#[from] ApplyError),
}

/// Plans changes in the order they are in, from a canonical schema.
///
/// Neighbours are folded: a table with its columns and constraints becomes one `CREATE TABLE`, the
/// parts of a dropped table go with it, and on a database that rebuilds tables all neighbouring
/// changes to one table become one rebuild.
///
/// # Errors
/// [`PlanError`] when the database cannot do it; nothing has run then.
pub fn plan(before: &Schema, changes: &[Change], dialect: &dyn Dialect) -> Result<Plan, PlanError> {
    let mut folder = Folder { state: before.clone(), dialect, plan: Plan::default(), gone: BTreeSet::new() };
    let mut rest = changes;
    while let Some(first) = rest.first() {
        let taken = folder.take(first, rest)?;
        rest = &rest[taken..];
    }
    commit_used_values(&mut folder.plan.steps);
    Ok(folder.plan)
}

/// A value that an enum type gains cannot be used in the transaction that adds it, so where a later step
/// names one, the step that adds it stands alone.
fn commit_used_values(steps: &mut [Step]) {
    for number in 0..steps.len() {
        let (done, later) = steps.split_at_mut(number + 1);
        let Some(step) = done.last_mut() else { continue };
        let Statement::Alter { from: Object::Enum(from), to: Object::Enum(to), .. } = &step.statement else {
            continue;
        };
        let mut added = to.values.iter().filter(|value| !from.values.contains(value));
        let is_used = added.any(|value| {
            let literal = format!("'{}'", value.replace('\'', "''"));
            later.iter().any(|step| step.sql.iter().any(|sql| sql.contains(&literal)))
        });
        if is_used {
            step.scope = ambix_dialect::Scope::Alone;
        }
    }
}

struct Folder<'a> {
    state: Schema,
    dialect: &'a dyn Dialect,
    plan: Plan,
    /// Columns that went, alone or with their tables.
    gone: BTreeSet<Address>,
}

impl Folder<'_> {
    /// Plans the first of `rest` with as many of its neighbours as fold into it; says how many.
    fn take(&mut self, first: &Change, rest: &[Change]) -> Result<usize, PlanError> {
        self.refuse(first)?;
        self.note_taken_away(first);
        self.refuse_stood_on(first, Self::table_dropped_with(first, rest).is_some())?;
        if self.went_with_owner(first) {
            self.state.apply_open(first);
            return Ok(1);
        }
        self.note_gone(first);
        if let Change::Create { at, object: Object::Table(table) } = first {
            return self.create_table(at, table.clone(), rest);
        }
        if let Some(table) = Self::table_dropped_with(first, rest) {
            return self.drop_part(first, &table, rest);
        }
        if let Some(taken) = self.rebuild(first, rest)? {
            return Ok(taken);
        }
        if let Some(taken) = self.at_once(first, rest)? {
            return Ok(taken);
        }
        self.alone(first)?;
        self.state.apply_open(first);
        Ok(1)
    }

    fn refuse(&self, change: &Change) -> Result<(), PlanError> {
        let (Change::Create { at, object } | Change::Alter { at, to: object, .. }) = change else {
            return Ok(());
        };
        let refusal = self.dialect.refusal(at, object);
        match refusal.or_else(|| self.dialect.refusal_among(at, object, &self.state)) {
            Some(reason) => {
                Err(PlanError::Refused { at: at.to_string(), dialect: self.dialect.facts().title, reason })
            }
            None => Ok(()),
        }
    }

    /// Whether it is a sequence that its owner took along.
    fn went_with_owner(&self, change: &Change) -> bool {
        let Change::Drop { object, .. } = change else { return false };
        let owner = object.as_sequence().and_then(|sequence| sequence.owned_by.as_ref());
        owner.is_some_and(|owner| self.gone.contains(owner))
    }

    fn note_gone(&mut self, change: &Change) {
        let Change::Drop { at, .. } = change else { return };
        if at.kind == Kind::Column {
            self.gone.insert(at.clone());
        } else if at.kind == Kind::Table {
            let columns = self.state.parts(&at.qualified_name()).map(|(part, _)| part.clone());
            self.gone.extend(columns.filter(|part| part.kind == Kind::Column));
        }
    }

    /// What SQL takes away in the words of the database stands on nothing any more.
    fn note_taken_away(&mut self, change: &Change) {
        let Change::Opaque(Opaque::Sql { text, .. }) = change else { return };
        let gone = self.state.movables.iter().find(|movable| movable.away == *text);
        if let Some(gone) = gone.cloned() {
            self.state.dependents.retain(|dependent| dependent.what != gone.what);
            self.state.unmodelled.retain(|other| other.sql.is_none() || other.sql != gone.back);
        }
    }

    /// A server refuses to take away or to retype what something stands on. What could step aside has done
    /// so before, and the rest is named rather than found out half-way.
    fn refuse_stood_on(&self, change: &Change, goes_with_table: bool) -> Result<(), PlanError> {
        let Some(at) = change.at() else { return Ok(()) };
        let dependents = in_the_way(&self.state, change, goes_with_table, self.dialect);
        if dependents.is_empty() {
            return Ok(());
        }
        Err(PlanError::StoodOn { at: at.to_string(), dependents })
    }

    fn create_table(
        &mut self,
        at: &Address,
        table: ambix_schema::Table,
        rest: &[Change],
    ) -> Result<usize, PlanError> {
        let name = at.qualified_name();
        let mut taken = 1;
        let mut apart = Vec::new();
        self.state.apply_open(&rest[0]);
        for change in &rest[1..] {
            let Change::Create { at: part, object } = change else { break };
            if part.table_name().as_ref() != Some(&name) || part.kind == Kind::Table {
                break;
            }
            self.refuse(change)?;
            taken += 1;
            self.state.apply_open(change);
            if !self.fits_inside(object) {
                apart.push(change.clone());
            }
        }
        let mut image = TableImage::of(&self.state, &name).unwrap_or(TableImage {
            name,
            table,
            columns: vec![],
            constraints: vec![],
            indexes: vec![],
        });
        let is_apart = |at: &Address| apart.iter().any(|change| change.at() == Some(at));
        image.constraints.retain(|(at, _)| !is_apart(at));
        image.indexes.retain(|(at, _)| !is_apart(at));
        self.push(Statement::CreateTable(image), Some(&rest[0]))?;
        for change in &apart {
            self.alone(change)?;
        }
        Ok(taken)
    }

    /// Inside CREATE TABLE a constraint is always validated, so one that is not stands apart.
    fn fits_inside(&self, object: &Object) -> bool {
        match object {
            Object::Index(_) => self.dialect.facts().creates_indexes_inside,
            Object::ForeignKey(key) => key.is_validated,
            Object::Check(check) => check.is_validated,
            Object::Namespace(_)
            | Object::Extension(_)
            | Object::Enum(_)
            | Object::Domain(_)
            | Object::Composite(_)
            | Object::Range(_)
            | Object::Sequence(_)
            | Object::Table(_)
            | Object::Column(_)
            | Object::PrimaryKey(_)
            | Object::Unique(_)
            | Object::Exclusion(_)
            | Object::View(_) => true,
        }
    }

    /// The table that goes together with this part.
    fn table_dropped_with(change: &Change, rest: &[Change]) -> Option<TableName> {
        let Change::Drop { at, .. } = change else { return None };
        let table = at.table_name()?;
        let goes = [Address::table(&table), Address::of(Kind::View, &table)];
        rest.iter()
            .any(|later| matches!(later, Change::Drop { at, .. } if goes.contains(at)))
            .then_some(table)
    }

    /// How many changes from the first on are to one table. What only goes because the table does is no longer
    /// one of them: without it, nothing might be left to build anew.
    fn neighbours(rest: &[Change], table: &TableName, of: fn(&Change) -> Option<TableName>) -> usize {
        let is_one = |(number, change): &(usize, &Change)| {
            let goes_with_table = || Self::table_dropped_with(change, &rest[*number..]).is_some();
            of(change).as_ref() == Some(table) && (*number == 0 || !goes_with_table())
        };
        rest.iter().enumerate().take_while(is_one).count()
    }

    /// A part of a dropped table needs no statement, unless it is a foreign key that stands in the way
    /// of a table dropped before its own.
    fn drop_part(&mut self, change: &Change, table: &TableName, rest: &[Change]) -> Result<usize, PlanError> {
        let own = Address::table(table);
        let Change::Drop { at, object } = change else { return Ok(1) };
        let first_of = |wanted: &Address| {
            rest.iter().position(|later| matches!(later, Change::Drop { at, .. } if at == wanted))
        };
        let stands_in_the_way = object.as_foreign_key().is_some_and(|key| {
            let target = first_of(&Address::table(&key.references.0));
            key.references.0 != *table && target.is_some() && target < first_of(&own)
        });
        let needs_statement =
            at.kind == Kind::Table || (stands_in_the_way && self.dialect.facts().alters_constraints);
        if needs_statement {
            self.push(Statement::Drop { at: at.clone(), object: object.clone() }, Some(change))?;
        }
        self.state.apply_open(change);
        Ok(1)
    }

    /// Folds all neighbouring changes to one table into a rebuild, if any of them needs one.
    fn rebuild(&mut self, first: &Change, rest: &[Change]) -> Result<Option<usize>, PlanError> {
        let Some(table) = part_of_table(first) else { return Ok(None) };
        let run = &rest[..Self::neighbours(rest, &table, part_of_table)];
        let needs_rebuild = run.iter().any(|change| self.dialect.transition(change) == Transition::Rebuild);
        if !needs_rebuild {
            return Ok(None);
        }
        for change in run {
            self.refuse(change)?;
        }
        let statement = rebuild(&self.state, &table, run)?;
        self.push(statement, Some(first))?;
        for change in run {
            self.state.apply_open(change);
        }
        Ok(Some(run.len()))
    }

    /// Folds neighbouring changes to one table into one statement, on a database that takes them so.
    fn at_once(&mut self, first: &Change, rest: &[Change]) -> Result<Option<usize>, PlanError> {
        let Some(table) = table_altered(first).filter(|_| self.dialect.facts().alters_tables_at_once) else {
            return Ok(None);
        };
        let run = Self::neighbours(rest, &table, table_altered);
        let run = says_each_once(&rest[..run]);
        let mut parts = Vec::new();
        for change in &rest[..run] {
            self.refuse(change)?;
            parts.extend(self.statements(change)?);
            self.state.apply_open(change);
        }
        let statement = match <[Statement; 1]>::try_from(parts) {
            Ok([only]) => only,
            Err(parts) => Statement::AlterTable { table, parts },
        };
        self.push(statement, Some(first))?;
        Ok(Some(run))
    }

    fn alone(&mut self, change: &Change) -> Result<(), PlanError> {
        for statement in self.statements(change)? {
            self.push(statement, Some(change))?;
        }
        Ok(())
    }

    fn statements(&self, change: &Change) -> Result<Vec<Statement>, PlanError> {
        Ok(match change {
            Change::Create { at, object } => {
                vec![Statement::Create { at: at.clone(), object: object.clone() }]
            }
            Change::Drop { at, object } => vec![Statement::Drop { at: at.clone(), object: object.clone() }],
            Change::Rename { from, to } => self.rename(change, from, to),
            Change::Alter { at, from, to, using } => {
                let recreates = self.dialect.transition(change) == Transition::Recreate;
                if recreates && at.kind.is_type() {
                    retype(&self.state, at, to, self.dialect)?
                } else if recreates {
                    vec![
                        Statement::Drop { at: at.clone(), object: from.clone() },
                        Statement::Create { at: at.clone(), object: to.clone() },
                    ]
                } else {
                    let using = using.clone();
                    vec![Statement::Alter { at: at.clone(), from: from.clone(), to: to.clone(), using }]
                }
            }
            Change::Opaque(Opaque::Sql { text, dialect }) => {
                let is_for_us = dialect.as_deref().is_none_or(|name| name == self.dialect.facts().name);
                let texts = if is_for_us { self.dialect.split_by_hand(text) } else { Vec::new() };
                texts.into_iter().map(Statement::Sql).collect()
            }
            Change::Opaque(Opaque::Insert { table, columns, rows }) => {
                vec![Statement::Insert { table: table.clone(), columns: columns.clone(), rows: rows.clone() }]
            }
            // The runner looks for these before anything runs.
            Change::Opaque(Opaque::Irreversible { .. } | Opaque::Unknown { .. }) => Vec::new(),
        })
    }

    /// A new name, or the same object under it where the database has no words for a rename.
    fn rename(&self, change: &Change, from: &Address, to: &Name) -> Vec<Statement> {
        let recreates = self.dialect.transition(change) == Transition::Recreate;
        if let Some(object) = self.state.get(from).filter(|_| recreates) {
            return vec![
                Statement::Drop { at: from.clone(), object: object.clone() },
                Statement::Create { at: from.renamed(to.clone()), object: object.clone() },
            ];
        }
        let renamed = Statement::Rename { from: from.clone(), to: to.clone() };
        if let Some((from, to)) = self.state.get(from).and_then(|it| self.dialect.companion(from, it, to)) {
            return vec![renamed, Statement::Rename { from, to }];
        }
        let parts = said_anew(&self.state, from, to, self.dialect);
        match from.table_name().filter(|_| !parts.is_empty()) {
            Some(table) => {
                let parts = parts.into_iter().chain([renamed]).collect();
                vec![Statement::AlterTable { table, parts }]
            }
            None => vec![renamed],
        }
    }

    fn push(&mut self, statement: Statement, origin: Option<&Change>) -> Result<(), PlanError> {
        let sql = self.dialect.render(&statement)?;
        let scope = self.dialect.scope(&statement);
        self.plan.steps.push(Step { statement, sql, scope, origin: origin.cloned() });
        Ok(())
    }
}

/// The table that a change to one of its parts, or to itself, would have to rebuild.
fn part_of_table(change: &Change) -> Option<TableName> {
    match change {
        Change::Create { at, .. } | Change::Drop { at, .. } if at.kind == Kind::Table => None,
        Change::Rename { from, .. } if from.kind == Kind::Table => None,
        Change::Create { at, .. } | Change::Drop { at, .. } | Change::Alter { at, .. } => at.table_name(),
        Change::Rename { from, .. } => from.table_name(),
        Change::Opaque(_) => None,
    }
}

/// How many changes from the first on one statement can make: a part that is changed twice takes two, unless it
/// goes and another comes under its name.
fn says_each_once(run: &[Change]) -> usize {
    let is_second = |number: usize| {
        let earlier = run[..number].iter().rev().find(|earlier| earlier.at() == run[number].at());
        earlier.is_some_and(|earlier| {
            !matches!((earlier, &run[number]), (Change::Drop { .. }, Change::Create { .. }))
        })
    };
    (0..run.len()).find(|number| is_second(*number)).unwrap_or(run.len())
}

/// The existing table that a change alters; a foreign key concerns two and stands alone, and so does what
/// moves the rows of the whole table.
fn table_altered(change: &Change) -> Option<TableName> {
    let (Change::Create { at, .. } | Change::Drop { at, .. } | Change::Alter { at, .. }) = change else {
        return None;
    };
    match at.kind {
        Kind::Column | Kind::PrimaryKey | Kind::Unique | Kind::Check | Kind::Index => at.table_name(),
        Kind::Table => {
            let is_alteration = matches!(change, Change::Alter { .. });
            let stays = is_alteration && !change.facets().contains(&Facet::Partition);
            stays.then(|| at.qualified_name())
        }
        Kind::Namespace
        | Kind::Extension
        | Kind::Enum
        | Kind::Domain
        | Kind::Composite
        | Kind::Range
        | Kind::Sequence
        | Kind::ForeignKey
        | Kind::Exclusion
        | Kind::View => None,
    }
}
