//! Running revisions: under the lock, each in its transaction where it can be one, the version row with it.
//!
//! A run goes through these steps, and a killed one is taken up at any of them: take the lock; wait for what an
//! earlier run may have left at work; settle what it left half done (`recovery`); see that nothing applied was
//! edited (`checksums`); decide what runs and refuse what must not (`plan_run`); run one revision after the
//! other (`one`). What a revision's statements leave in the journal is in `progress`.

mod checksums;
mod losses;
mod one;
mod options;
mod progress;
mod recovery;
mod report;

use std::time::{Duration, Instant};

use ambix_database::{Database, ForeignKeys, Holder, Lock, fault};
use ambix_dialect::{Canonical, Dialect, History, OwnTable, normalize};
use ambix_revision::{Direction, HeadChange, Move, Revision, RevisionId};

use super::plan_run::refuse_before_anything_runs;
use crate::{Error, Project, RevisionSet};

pub use checksums::{Edited, checksum_of};
pub(crate) use checksums::{edited, entry, who};
pub use options::{Resume, RunOptions};
pub use report::Failure;

use one::Moved;

/// What happens while revisions run.
#[derive(Debug)]
pub enum Event<'a> {
    /// A session is open.
    Connected {
        /// To what.
        to: &'a str,
    },
    /// Another run holds the lock, and is waited for.
    Waiting {
        /// Who holds it.
        holders: &'a [Holder],
    },
    /// A statement of a run that is gone is still at work, and is waited for.
    StillRunning {
        /// The sessions at work.
        holders: &'a [Holder],
    },
    /// What an earlier run left half done was looked at.
    Recovered {
        /// What was found, and what follows from it.
        text: &'a str,
    },
    /// There is something to say about what is going to run: what the database does not keep of it.
    Noted {
        /// A sentence.
        text: &'a str,
    },
    /// A revision begins.
    Running {
        /// Which way.
        direction: Direction,
        /// The revision.
        revision: &'a Revision,
    },
    /// A statement is sent, or with a dry run shown.
    Statement {
        /// Its text.
        sql: &'a str,
    },
    /// Something held a lock for too long; nothing is committed, and it is tried again.
    Retrying {
        /// What failed.
        error: &'a Error,
        /// Which try is next, counted from 1.
        attempt: u32,
        /// How many there are.
        attempts: u32,
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
    /// Whether everything was undone again, or only shown.
    pub is_dry_run: bool,
    /// How long it took.
    #[serde(skip)]
    pub elapsed: Duration,
}

/// Works out the moves from the current heads.
pub(crate) type Route<'a> = &'a (dyn Fn(&[RevisionId]) -> Result<Vec<Move>, Error> + Sync);

/// What a run is to do.
pub(crate) struct Job<'a> {
    /// Which way it goes.
    pub(crate) direction: Direction,
    /// Where to, as it was said.
    pub(crate) target: &'a str,
    /// Works out the moves.
    pub(crate) route: Route<'a>,
}

/// Runs the moves a route asks for, under the lock.
pub(crate) async fn run(
    project: &Project,
    revisions: &RevisionSet,
    database: &mut Database,
    job: &Job<'_>,
    options: &RunOptions,
    observer: &mut dyn Observer,
) -> Result<Ran, Error> {
    let started = Instant::now();
    observer.event(&Event::Connected { to: &database.described() });
    let waiting = &mut |holders: &[Holder]| observer.event(&Event::Waiting { holders });
    let mut lock = database.lock_telling(waiting).await?;
    fault::point("locked");
    let ran = run_locked(project, revisions, database, &mut lock, job, options, observer).await;
    // The lock goes on every path; a run that failed is reported before a lock that would not go.
    let left = database.leave_run().await;
    let released = lock.release().await;
    let (done, heads) = ran?;
    left?;
    released?;
    Ok(Ran { revisions: done, heads, is_dry_run: options.dry_run, elapsed: started.elapsed() })
}

/// What every step of a run needs.
struct Runner<'a> {
    project: &'a Project,
    revisions: &'a RevisionSet,
    database: &'a mut Database,
    lock: &'a mut Lock,
    dialect: &'a dyn Dialect,
    options: &'a RunOptions,
    observer: &'a mut dyn Observer,
    /// Who does it, for the history.
    who: String,
    /// The schema as far as the run has come.
    state: Canonical,
    /// Whether all of the run is one transaction.
    is_one_transaction: bool,
    /// Whether the lock was seen to be held since the last statement.
    was_lock_seen: bool,
}

async fn run_locked(
    project: &Project,
    revisions: &RevisionSet,
    database: &mut Database,
    lock: &mut Lock,
    job: &Job<'_>,
    options: &RunOptions,
    observer: &mut dyn Observer,
) -> Result<(Vec<RevisionId>, Vec<RevisionId>), Error> {
    let waiting = &mut |holders: &[Holder]| observer.event(&Event::StillRunning { holders });
    database.enter_run(waiting).await?;
    let heads = current_heads(revisions, database).await?;
    let journal = database.journal().await?;
    if job.direction == Direction::Upgrade {
        checksums::refuse_edited(project, revisions, database, &heads, options).await?;
    }
    let moves = (job.route)(&heads)?;
    recovery::refuse_another_way(revisions, &journal, &moves, job, database)?;
    if moves.is_empty() {
        return Ok((Vec::new(), heads));
    }
    let dialect = project.dialect_of(database)?;
    let dialect = dialect.as_ref();
    database.also_read(revisions.namespaces(dialect, &project.naming(dialect))?);
    let mut state = normalize(database.read_schema().await?, dialect);
    revisions.remind_of_types(&mut state, &heads, dialect, &project.naming(dialect))?;
    let notes = refuse_before_anything_runs(project, revisions, &moves, &state, dialect, options)?;
    for text in &notes {
        observer.event(&Event::Noted { text });
    }
    let who = checksums::who(project, database).await?;
    let mut runner = Runner {
        project,
        revisions,
        database,
        lock,
        dialect,
        options,
        observer,
        who,
        state,
        is_one_transaction: options.single_transaction || options.dry_run,
        was_lock_seen: false,
    };
    runner.refuse_data_loss(&moves).await?;
    let ran = runner.run_moves(heads, moves, journal, job).await;
    if ran.is_err() {
        // What failed is what matters; the connection may be gone.
        drop(runner.database.rollback().await);
    }
    ran
}

impl Runner<'_> {
    async fn run_moves(
        &mut self,
        mut heads: Vec<RevisionId>,
        mut moves: Vec<Move>,
        journal: Vec<ambix_database::JournalEntry>,
        job: &Job<'_>,
    ) -> Result<(Vec<RevisionId>, Vec<RevisionId>), Error> {
        if self.is_one_transaction {
            self.begin_all(&moves, &journal).await?;
        } else {
            self.make_tables().await?;
        }
        if !self.only_shows() {
            self.record_found(&heads).await?;
        }
        fault::point("tables");
        let mut resumed = self.recover(journal).await?;
        fault::point("planned");
        let mut done = Vec::new();
        let mut next = 0;
        while let Some(step) = moves.get(next) {
            let revisions = self.revisions;
            let Some(revision) = revisions.get(&step.revision) else { break };
            self.observer.event(&Event::Running { direction: step.direction, revision });
            match self.one(revision, step, &heads, resumed.take()).await? {
                Moved::Done => {
                    heads.clone_from(&step.heads_after);
                    done.push(step.revision.clone());
                    next += 1;
                }
                // Another runner was faster: see what is left to do.
                Moved::Overtaken => {
                    heads = current_heads(self.revisions, self.database).await?;
                    moves = (job.route)(&heads)?;
                    next = 0;
                    self.read_state().await?;
                }
            }
        }
        self.end_all().await?;
        Ok((done, heads))
    }

    /// The own tables that a run needs. Where making one commits by itself, they come before anything else.
    async fn make_tables(&mut self) -> Result<(), Error> {
        self.database.ensure_version_table().await?;
        self.database.ensure_own_tables(&[OwnTable::History]).await?;
        if !self.dialect.facts().has_transactional_ddl {
            self.database.ensure_own_tables(&[OwnTable::Journal]).await?;
        }
        Ok(())
    }

    /// What was applied before there was a history is recorded as it is now.
    async fn record_found(&mut self, heads: &[RevisionId]) -> Result<(), Error> {
        let history = self.database.history().await?;
        let found = checksums::found(self.revisions, heads, &history, &self.who)?;
        if found.is_empty() || self.is_one_transaction {
            return Ok(self.database.record(&found).await?);
        }
        self.database.begin_waiting(ForeignKeys::Enforced).await?;
        self.database.record(&found).await?;
        Ok(self.database.commit().await?)
    }

    async fn read_state(&mut self) -> Result<(), Error> {
        let mut state = normalize(self.database.read_schema().await?, self.dialect);
        state.remember_types(&self.state);
        self.state = state;
        Ok(())
    }
}

/// The heads in the version table, all known.
pub(crate) async fn current_heads(
    revisions: &RevisionSet,
    database: &mut Database,
) -> Result<Vec<RevisionId>, Error> {
    let rows = database.heads().await?.unwrap_or_default();
    revisions.known(&rows)
}

/// The version table's side of a head that moves.
pub(crate) fn history(change: &HeadChange) -> History {
    match change {
        HeadChange::Insert(id) => History::Insert { id: id.to_string() },
        HeadChange::Delete(id) => History::Delete { id: id.to_string() },
        HeadChange::Update { from, to } => History::Update { from: from.to_string(), to: to.to_string() },
    }
}

/// How a direction is called in the own tables and in commands.
pub(crate) fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::Upgrade => "upgrade",
        Direction::Downgrade => "downgrade",
    }
}

/// The time, as the own tables keep it.
pub(crate) fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M:%S.%3fZ").to_string()
}
