//! What a downgrade would destroy, counted before anything runs.
//!
//! Rows of a table that goes, and values of a column that goes: those that are not null and differ from the
//! column's default, for that is what an upgrade would put there again.

use std::collections::BTreeMap;

use ambix_database::fault;
use ambix_dialect::Canonical;
use ambix_revision::{Direction, Move};
use ambix_schema::{Address, Change, ColumnDefault, Kind, Name, Object, TableName};

use super::Runner;
use crate::Error;
use crate::config::DataLoss;
use crate::error::count;
use crate::revisions::replay_operations;

/// More than this is not counted: it is many.
const MOST: u64 = 1_000_000;

/// What a downgrade takes away, by the names that it has in the database now.
#[derive(Default)]
struct Taken {
    tables: Vec<TableName>,
    columns: Vec<(TableName, Name)>,
}

impl Runner<'_> {
    /// Refuses a downgrade that would destroy values, unless that is accepted.
    pub(super) async fn refuse_data_loss(&mut self, moves: &[Move]) -> Result<(), Error> {
        let is_accepted = self.options.accept_data_loss
            || self.options.dry_run
            || self.project.config().hazards.data_loss == DataLoss::Allow;
        if is_accepted || fault::is_off("loss_not_counted") {
            return Ok(());
        }
        let mut losses = Vec::new();
        let taken = self.taken(moves)?;
        for table in &taken.tables {
            let rows = self.count(table, None).await?;
            losses.extend((rows > 0).then(|| format!("{} ({})", Address::table(table), shown(rows, "row"))));
        }
        for (table, column) in &taken.columns {
            let values = self.count(table, Some(column)).await?;
            let at = Address::column(table, column.clone());
            losses.extend((values > 0).then(|| format!("{at} ({})", shown(values, "value"))));
        }
        if losses.is_empty() {
            return Ok(());
        }
        Err(Error::refused(
            format!(
                "this downgrade would destroy what no upgrade brings back: {}; nothing has run",
                losses.join(", ")
            ),
            "make a backup, then run again with --accept-data-loss; where nothing is worth keeping, set [hazards] \
             data_loss = \"allow\" in ambix.toml",
        ))
    }

    fn taken(&self, moves: &[Move]) -> Result<Taken, Error> {
        let now = self.state.schema();
        let mut state: Canonical = self.state.clone();
        let naming = self.project.naming(self.dialect);
        let mut names = Names::default();
        let mut taken = Taken::default();
        for step in moves.iter().filter(|step| step.direction == Direction::Downgrade) {
            let Some(revision) = self.revisions.get(&step.revision) else { continue };
            let changes =
                replay_operations(&mut state, &revision.id, &revision.downgrade, self.dialect, &naming)?;
            for change in &changes {
                match change {
                    Change::Rename { from, to } => names.rename(from, to),
                    Change::Drop { at, .. } if at.kind == Kind::Table => {
                        let table = names.table(&at.qualified_name());
                        if now.contains(&Address::table(&table)) && !taken.tables.contains(&table) {
                            taken.tables.push(table);
                        }
                    }
                    Change::Drop { at, object: Object::Column(column) } if column.generated.is_none() => {
                        let Some(table) = at.table_name() else { continue };
                        let (table, column) = names.column(&table, &at.name);
                        let is_there = now.contains(&Address::column(&table, column.clone()));
                        if is_there && !taken.columns.contains(&(table.clone(), column.clone())) {
                            taken.columns.push((table, column));
                        }
                    }
                    Change::Drop { .. }
                    | Change::Create { .. }
                    | Change::Alter { .. }
                    | Change::Opaque(_) => {}
                }
            }
        }
        let Taken { tables, columns } = &mut taken;
        columns.retain(|(table, _)| !tables.contains(table));
        Ok(taken)
    }

    /// The rows of a table, or those whose value in a column an upgrade would not put there again.
    async fn count(&mut self, table: &TableName, column: Option<&Name>) -> Result<u64, Error> {
        let not_written = |kind: ambix_dialect::RenderError| Error::Plan {
            what: "the count of a loss".into(),
            kind: kind.into(),
        };
        let default_namespace =
            self.dialect.facts().has_namespaces.then(|| self.dialect.default_namespace().clone());
        let namespace = table.namespace.clone().or(default_namespace);
        let quoted = namespace.iter().chain([&table.name]).map(|part| self.dialect.quote(part));
        let quoted = quoted.collect::<Result<Vec<_>, _>>().map_err(not_written)?.join(".");
        let mut conditions = vec![String::new()];
        if let Some(name) = column {
            let name_sql = self.dialect.quote(name).map_err(not_written)?;
            let not_null = format!(" WHERE {name_sql} IS NOT NULL");
            conditions = vec![not_null.clone()];
            let object = self.state.schema().get(&Address::column(table, name.clone()));
            if let Some(ColumnDefault::Literal(default)) =
                object.and_then(Object::as_column).and_then(|column| column.default.as_ref())
            {
                let default = self.dialect.literal(default).map_err(not_written)?;
                conditions.insert(0, format!("{not_null} AND {name_sql} <> {default}"));
            }
        }
        // A type without comparison cannot be held against its default; then every value counts.
        let mut outcome = Ok(0);
        for condition in conditions {
            let sql = format!(
                "SELECT count(*) FROM (SELECT 1 AS one FROM {quoted}{condition} LIMIT {}) counted",
                MOST + 1
            );
            outcome = self.database.query_text(&sql).await.map(|rows| {
                rows.into_iter()
                    .flatten()
                    .flatten()
                    .next()
                    .and_then(|number| number.parse().ok())
                    .unwrap_or(0)
            });
            if outcome.is_ok() {
                break;
            }
        }
        Ok(outcome?)
    }
}

/// What things were called before the renames of a downgrade.
#[derive(Default)]
struct Names {
    tables: BTreeMap<TableName, TableName>,
    columns: BTreeMap<(TableName, Name), Name>,
}

impl Names {
    fn table(&self, table: &TableName) -> TableName {
        self.tables.get(table).unwrap_or(table).clone()
    }

    fn column(&self, table: &TableName, column: &Name) -> (TableName, Name) {
        let table = self.table(table);
        let column = self.columns.get(&(table.clone(), column.clone())).unwrap_or(column).clone();
        (table, column)
    }

    fn rename(&mut self, from: &Address, to: &Name) {
        if from.kind == Kind::Table {
            let was = self.table(&from.qualified_name());
            self.tables.insert(from.renamed(to.clone()).qualified_name(), was);
        } else if let Some(table) = from.table_name().filter(|_| from.kind == Kind::Column) {
            let (table, was) = self.column(&table, &from.name);
            self.columns.insert((table, to.clone()), was);
        }
    }
}

fn shown(number: u64, noun: &str) -> String {
    if number > MOST {
        format!("more than {MOST} {noun}s")
    } else {
        count(usize::try_from(number).unwrap_or(usize::MAX), noun)
    }
}
