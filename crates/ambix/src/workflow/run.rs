//! Running revisions: under the lock, each in its transaction, the version row with it.

use std::time::{Duration, Instant};

use ambix_database::{Database, ForeignKeys};
use ambix_dialect::{Canonical, Dialect, History, Scope, Statement, Step, normalize};
use ambix_plan::plan;
use ambix_revision::{Direction, HeadChange, Move, Operation, Revision, RevisionId};
use ambix_schema::{Address, Schema, Table};

use super::plan_run::{Segment, changes_schema, is_raw_sql, refuse_before_anything_runs, segments};
use super::progress::Progress;
use crate::revisions::replay_operations;
use crate::{Error, Project, RevisionSet};

/// What happens while revisions run.
#[derive(Debug)]
pub enum Event<'a> {
    /// A session is open.
    Connected {
        /// To what.
        to: &'a str,
    },
    /// A revision begins.
    Running {
        /// Which way.
        direction: Direction,
        /// The revision.
        revision: &'a Revision,
    },
    /// A statement is sent.
    Statement {
        /// Its text.
        sql: &'a str,
    },
}

/// Whoever wants to know what happens.
pub trait Observer: Send {
    /// Something happened.
    fn event(&mut self, event: &Event<'_>);
}

/// What ran.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Ran {
    /// The revisions that ran, in order.
    pub revisions: Vec<RevisionId>,
    /// The heads afterwards.
    pub heads: Vec<RevisionId>,
    /// How long it took.
    #[serde(skip)]
    pub elapsed: Duration,
}

/// Works out the moves from the current heads.
pub(crate) type Route<'a> = &'a (dyn Fn(&[RevisionId]) -> Result<Vec<Move>, Error> + Sync);

/// Runs the moves a route asks for, under the lock.
pub(crate) async fn run(
    project: &Project,
    revisions: &RevisionSet,
    database: &mut Database,
    route: Route<'_>,
    observer: &mut dyn Observer,
) -> Result<Ran, Error> {
    let started = Instant::now();
    observer.event(&Event::Connected { to: &database.described() });
    let lock = database.lock().await?;
    let ran = run_locked(project, revisions, database, route, observer).await;
    // The lock goes on every path; a run that failed is reported before a lock that would not go.
    let released = lock.release().await;
    let (done, heads) = ran?;
    released?;
    Ok(Ran { revisions: done, heads, elapsed: started.elapsed() })
}

async fn run_locked(
    project: &Project,
    revisions: &RevisionSet,
    database: &mut Database,
    route: Route<'_>,
    observer: &mut dyn Observer,
) -> Result<(Vec<RevisionId>, Vec<RevisionId>), Error> {
    let mut done = Vec::new();
    let mut heads = current_heads(revisions, database).await?;
    let mut moves = route(&heads)?;
    if moves.is_empty() {
        return Ok((done, heads));
    }
    database.ensure_version_table().await?;
    let dialect = project.dialect_of(database)?;
    let dialect = dialect.as_ref();
    database.also_read(revisions.namespaces(dialect, &project.naming(dialect))?);
    let mut state = normalize(database.read_schema().await?, dialect);
    refuse_before_anything_runs(project, revisions, &moves, &state, dialect)?;

    let mut next = 0;
    while let Some(step) = moves.get(next) {
        let Some(revision) = revisions.get(&step.revision) else { break };
        observer.event(&Event::Running { direction: step.direction, revision });
        let mut one =
            OneMove { project, database: &mut *database, dialect, revision, step, state: &mut state };
        match one.run(&heads, observer).await? {
            Moved::Done => {
                heads.clone_from(&step.heads_after);
                done.push(step.revision.clone());
                next += 1;
            }
            // Another runner was faster: see what is left to do.
            Moved::Overtaken => {
                heads = current_heads(revisions, database).await?;
                moves = route(&heads)?;
                next = 0;
                state = normalize(database.read_schema().await?, dialect);
            }
        }
    }
    Ok((done, heads))
}

/// The heads in the version table, all known.
pub(crate) async fn current_heads(
    revisions: &RevisionSet,
    database: &mut Database,
) -> Result<Vec<RevisionId>, Error> {
    let rows = database.heads().await?.unwrap_or_default();
    Ok(revisions.graph().known(&rows)?)
}

enum Moved {
    Done,
    Overtaken,
}

/// One revision on its way.
struct OneMove<'a> {
    project: &'a Project,
    database: &'a mut Database,
    dialect: &'a dyn Dialect,
    revision: &'a Revision,
    step: &'a Move,
    state: &'a mut Canonical,
}

impl OneMove<'_> {
    async fn run(&mut self, heads: &[RevisionId], observer: &mut dyn Observer) -> Result<Moved, Error> {
        let operations = match self.step.direction {
            Direction::Upgrade => &self.revision.upgrade,
            Direction::Downgrade => &self.revision.downgrade,
        };
        self.begin(operations).await?;
        let rows = self.database.heads().await?.unwrap_or_default();
        if !same_heads(&rows, heads) {
            self.database.rollback().await?;
            return Ok(Moved::Overtaken);
        }
        let mut progress = Progress::default();
        match self.work(operations, observer, &mut progress).await {
            Ok(()) => Ok(Moved::Done),
            Err(error) => {
                progress.failed_with(&error);
                // The connection may be gone; the failure itself is what matters.
                let rolled_back = self.database.rollback().await;
                Err(self.failed(error, rolled_back.is_ok(), &progress, heads))
            }
        }
    }

    async fn begin(&mut self, operations: &[Operation]) -> Result<(), Error> {
        let touches_tables = operations.iter().any(changes_schema);
        let foreign_keys = if touches_tables { ForeignKeys::Deferred } else { ForeignKeys::Enforced };
        Ok(self.database.begin(foreign_keys).await?)
    }

    async fn work(
        &mut self,
        operations: &[Operation],
        observer: &mut dyn Observer,
        progress: &mut Progress,
    ) -> Result<(), Error> {
        let naming = self.project.naming(self.dialect);
        let mut left = operations.len();
        for Segment { operations, is_after_raw_sql } in segments(operations) {
            left -= operations.len();
            if is_after_raw_sql {
                *self.state = normalize(self.database.read_schema().await?, self.dialect);
            }
            let before: Schema = self.state.schema().clone();
            let changes =
                replay_operations(self.state, &self.revision.id, operations, self.dialect, &naming)?;
            let planned = plan(&before, &changes, self.dialect)
                .map_err(|kind| Error::Plan { what: format!("revision {}", self.revision.id), kind })?;
            progress.plan(&planned.steps, left);
            for step in &planned.steps {
                self.execute(step, observer, progress).await?;
            }
        }
        if operations.last().is_some_and(is_raw_sql) {
            *self.state = normalize(self.database.read_schema().await?, self.dialect);
        }
        for change in &self.step.head_changes {
            self.database.execute_history(&history(change)).await?;
        }
        if self.step.heads_after.is_empty() {
            return self.leave_nothing_behind().await;
        }
        Ok(self.database.commit().await?)
    }

    /// Commits. At base nothing is recorded, so the version table goes with the last revision; where that
    /// commits by itself, right after it.
    async fn leave_nothing_behind(&mut self) -> Result<(), Error> {
        let at = Address::table(self.project.version_table());
        let statement = Statement::Drop { at, object: Table::default().into() };
        let planned = self.dialect.render(&statement);
        let planned =
            planned.map_err(|kind| Error::Plan { what: "the version table".into(), kind: kind.into() })?;
        let stands_alone = self.dialect.scope(&statement) == Scope::Alone;
        if stands_alone {
            self.database.commit().await?;
        }
        for sql in &planned {
            self.database.execute(sql).await?;
        }
        if !stands_alone {
            self.database.commit().await?;
        }
        Ok(())
    }

    async fn execute(
        &mut self,
        step: &Step,
        observer: &mut dyn Observer,
        progress: &mut Progress,
    ) -> Result<(), Error> {
        // What cannot stand in a transaction ends the one that is open, and another begins after it.
        let stands_alone = step.scope == Scope::Alone;
        if stands_alone {
            self.database.commit().await?;
        }
        progress.begins(stands_alone);
        for sql in &step.sql {
            observer.event(&Event::Statement { sql });
            self.database.execute(sql).await?;
            progress.ran();
        }
        if stands_alone {
            progress.begins(false);
            self.database.begin(ForeignKeys::Enforced).await?;
        }
        Ok(())
    }

    fn failed(&self, error: Error, is_rolled_back: bool, progress: &Progress, heads: &[RevisionId]) -> Error {
        let Error::Database(kind) = error else { return error };
        let verb = match self.step.direction {
            Direction::Upgrade => "upgrade to",
            Direction::Downgrade => "downgrade from",
        };
        let at = match heads {
            [] => "at base".to_owned(),
            heads => format!("at {}", listed(heads)),
        };
        let state = if !is_rolled_back {
            "whether anything of the revision is committed is not known: look with `ambix current` and at the \
             tables, then run again"
                .to_owned()
        } else if progress.is_nothing_committed() {
            format!("the revision was rolled back as a whole; the database is {at}")
        } else {
            let target = match self.step.heads_after.as_slice() {
                [] => "base".to_owned(),
                after => after.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
            };
            format!(
                "the revision is half done, and the version is still {at}\n{}",
                progress.half_done(&target)
            )
        };
        Error::Run { doing: format!("{verb} {} ({})", self.revision.id, self.revision.message), kind, state }
    }
}

fn listed(heads: &[RevisionId]) -> String {
    heads.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn same_heads(rows: &[String], heads: &[RevisionId]) -> bool {
    let mut rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let mut heads: Vec<&str> = heads.iter().map(RevisionId::as_str).collect();
    rows.sort_unstable();
    heads.sort_unstable();
    rows == heads
}

/// The version table's side of a head that moves.
pub(crate) fn history(change: &HeadChange) -> History {
    match change {
        HeadChange::Insert(id) => History::Insert { id: id.to_string() },
        HeadChange::Delete(id) => History::Delete { id: id.to_string() },
        HeadChange::Update { from, to } => History::Update { from: from.to_string(), to: to.to_string() },
    }
}
