//! One revision on its way: its transaction, its statements, its version row.

use std::time::{Duration, Instant};

use ambix_database::{ForeignKeys, JournalEntry, fault};
use ambix_dialect::{History, OwnTable, Scope, Statement, Step, Trace};
use ambix_plan::plan;
use ambix_revision::{Direction, Move, Operation, Revision, RevisionId};
use ambix_schema::{Address, Schema, Table};

use super::progress::{Found, Identity, Planned, Progress, Watched};
use super::recovery::has_begun;
use super::{Event, Failure, Runner, checksum_of, checksums, history, now, word};
use crate::Error;
use crate::revisions::replay_operations;
use crate::workflow::plan_run::{Segment, changes_schema, is_raw_sql, segments};

/// How often a revision, or a statement that runs alone, is tried when something holds a lock for too long.
const ATTEMPTS: u32 = 4;

/// What came of a revision.
pub(super) enum Moved {
    Done,
    /// The heads are other ones than they were: another run was faster.
    Overtaken,
}

impl Runner<'_> {
    /// Runs one revision, and again when something holds a lock for too long, as long as nothing of it is
    /// committed.
    pub(super) async fn one(
        &mut self,
        revision: &Revision,
        step: &Move,
        heads: &[RevisionId],
        resumed: Option<Progress>,
    ) -> Result<Moved, Error> {
        let mut resumed = resumed;
        let mut attempt = 1;
        loop {
            if self.begin(operations_of(revision, step), heads).await?.is_none() {
                return Ok(Moved::Overtaken);
            }
            let identity = Identity {
                revision: revision.id.to_string(),
                direction: word(step.direction).to_owned(),
                checksum: checksum_of(revision),
            };
            let mut progress = resumed.take().unwrap_or_else(|| Progress::of(identity));
            let error = match self.work(revision, step, &mut progress).await {
                Ok(()) => return Ok(Moved::Done),
                Err(error) => error,
            };
            progress.failed_with(&error);
            // The connection may be gone; the failure itself is what matters.
            let is_rolled_back = self.database.rollback().await.is_ok();
            let is_lock_timeout = matches!(&error, Error::Database(error) if error.is_lock_timeout());
            let may_try_again = is_rolled_back
                && progress.is_nothing_committed()
                && !progress.is_resumed()
                && !self.is_one_transaction;
            if !(is_lock_timeout && may_try_again && attempt < ATTEMPTS) {
                return Err(self.failed(error, is_rolled_back, &progress, revision, step, heads));
            }
            attempt += 1;
            self.observer.event(&Event::Retrying { error: &error, attempt, attempts: ATTEMPTS });
            tokio::time::sleep(backoff(attempt)).await;
            self.read_state().await?;
        }
    }

    /// Begins the transaction; `None` when the heads are other ones by now.
    async fn begin(&mut self, operations: &[Operation], heads: &[RevisionId]) -> Result<Option<()>, Error> {
        if self.is_one_transaction {
            return Ok(Some(()));
        }
        let touches_tables = operations.iter().any(|operation| changes_schema(operation, self.dialect));
        let foreign_keys = if touches_tables { ForeignKeys::Deferred } else { ForeignKeys::Enforced };
        if fault::is_off("heads_not_read_again") {
            self.database.begin_waiting(foreign_keys).await?;
            fault::point("begun");
            return Ok(Some(()));
        }
        // Over two connections at once. The first statement is sent right after this.
        let begun = self.database.begin_at_heads(foreign_keys);
        let (rows, is_locked) = tokio::join!(begun, self.lock.is_alive());
        fault::point("begun");
        Self::require(is_locked)?;
        self.was_lock_seen = true;
        let rows = rows?;
        if same_heads(&rows, heads) {
            return Ok(Some(()));
        }
        self.database.rollback().await?;
        Ok(None)
    }

    async fn work(&mut self, revision: &Revision, step: &Move, progress: &mut Progress) -> Result<(), Error> {
        let started = Instant::now();
        let operations = operations_of(revision, step);
        if progress.is_resumed() {
            for sql in progress.of_session() {
                self.database.execute(&sql).await?;
            }
            self.run_planned(progress).await?;
            self.read_state().await?;
        }
        let naming = self.project.naming(self.dialect);
        let from = progress.next_segment();
        let mut left = operations.len();
        for (number, Segment { operations, is_after_raw_sql }) in (0..).zip(segments(operations)) {
            left -= operations.len();
            if number < from {
                continue;
            }
            if is_after_raw_sql && !self.only_shows() {
                self.read_state().await?;
            }
            let before: Schema = self.state.schema().clone();
            let changes =
                replay_operations(&mut self.state, &revision.id, operations, self.dialect, &naming)?;
            let planned = plan(&before, &changes, self.dialect)
                .map_err(|kind| Error::Plan { what: format!("revision {}", revision.id), kind })?;
            progress.plan(self.planned(&planned.steps), number, left, &now());
            self.run_planned(progress).await?;
        }
        if operations.last().is_some_and(is_raw_sql) && !self.only_shows() {
            self.read_state().await?;
        }
        self.finish(revision, step, progress, started).await
    }

    /// The statements of steps, each with what must be known to tell later whether it has run.
    fn planned(&self, steps: &[Step]) -> Vec<Planned> {
        let mut all = Vec::new();
        for Step { statement, sql, scope, origin: _ } in steps {
            for (number, text) in sql.iter().enumerate() {
                let scope = match statement {
                    // Of several statements by hand only some may have to run alone.
                    Statement::Sql(_) => self.dialect.scope(&Statement::Sql(text.clone())),
                    Statement::CreateTable(_)
                    | Statement::RebuildTable { .. }
                    | Statement::Create { .. }
                    | Statement::Drop { .. }
                    | Statement::Alter { .. }
                    | Statement::AlterTable { .. }
                    | Statement::Rename { .. }
                    | Statement::Insert { .. } => *scope,
                };
                // What the whole does is there behind the last of its statements.
                let changes = if number + 1 == sql.len() { statement.changes() } else { Vec::new() };
                let trace = self.dialect.trace(statement, text);
                let watched = Watched { trace, changes };
                all.push(Planned { sql: text.clone(), runs_alone: scope == Scope::Alone, watched });
            }
        }
        all
    }

    /// Runs what is planned and has not run.
    async fn run_planned(&mut self, progress: &mut Progress) -> Result<(), Error> {
        while let Some(entry) = progress.next().cloned() {
            self.require_lock().await?;
            self.observer.event(&Event::Statement { sql: &self.database.scrubbed(&entry.sql) });
            if self.only_shows() || (entry.runs_alone && self.options.dry_run) {
                progress.has_run(&now());
                continue;
            }
            if entry.runs_alone {
                self.run_alone(&entry, progress).await?;
            } else {
                fault::point("statement");
                self.database.execute(&entry.sql).await?;
                progress.has_run(&now());
                fault::point("statement_done");
            }
        }
        Ok(())
    }

    /// Whoever works without the lock may work beside another run.
    async fn require_lock(&mut self) -> Result<(), Error> {
        if std::mem::take(&mut self.was_lock_seen) {
            return Ok(());
        }
        Self::require(self.lock.is_alive().await)
    }

    fn require(is_locked: bool) -> Result<(), Error> {
        if is_locked || fault::is_off("no_lock") {
            return Ok(());
        }
        Err(Error::refused(
            "the session that held the lock is gone, so another run may have begun; no further statement is sent",
            "see why the server ended the session, then run again: it goes on where this run stopped",
        ))
    }

    /// What cannot stand in a transaction ends the one that is open, and another begins after it. Before it is
    /// sent, the journal says so; and afterwards, that it has run.
    async fn run_alone(&mut self, entry: &JournalEntry, progress: &mut Progress) -> Result<(), Error> {
        if self.is_one_transaction {
            return Err(Error::refused(
                format!(
                    "{} takes `{}` outside of any transaction only, and --single-transaction wants all in one; \
                     everything was undone",
                    self.dialect.facts().title,
                    self.database.shown(&entry.sql)
                ),
                "leave out --single-transaction; each revision then runs in its own transactions",
            ));
        }
        let watched: Watched = serde_json::from_str(&entry.watched)
            .unwrap_or(Watched { trace: Trace::Unseen, changes: Vec::new() });
        let found = self.look(&watched.trace).await?;
        let is_journalled = progress.is_journalled();
        if is_journalled {
            self.database.ensure_own_tables(&[OwnTable::Journal]).await?;
            if !fault::is_off("journal_after") {
                progress.starts(&found, &now());
            }
            self.database.write_journal(&progress.take_unwritten()).await?;
        }
        fault::point("journal_written");
        self.database.commit().await?;
        progress.is_committed();
        fault::point("started");
        let sent = self.send_alone(entry, &watched.trace, &found).await;
        if let Err(error) = sent {
            if is_journalled && is_refusal(&error) {
                progress.did_nothing(&now());
                self.write_alone(progress).await?;
            }
            return Err(error);
        }
        fault::point("alone_done");
        progress.has_run(&now());
        progress.is_committed();
        // The mark of the next statement can carry this one's: until it is committed, a look at what the
        // statement changed tells as much.
        let is_told_by_a_look = matches!(watched.trace, Trace::In(_)) && !watched.changes.is_empty();
        let is_carried = is_told_by_a_look && progress.next().is_some_and(|next| next.runs_alone);
        if is_journalled && !is_carried {
            self.write_alone(progress).await?;
            fault::point("done");
        }
        Ok(self.database.begin(ForeignKeys::Enforced).await?)
    }

    /// Writes the journal in a transaction of its own.
    async fn write_alone(&mut self, progress: &mut Progress) -> Result<(), Error> {
        self.database.begin(ForeignKeys::Enforced).await?;
        self.database.write_journal(&progress.take_unwritten()).await?;
        fault::point("marked");
        Ok(self.database.commit().await?)
    }

    async fn look(&mut self, trace: &Trace) -> Result<Found, Error> {
        let (Trace::In(relations) | Trace::Repeatable(relations)) = trace else {
            return Ok(Found { printed: Vec::new(), invalid: Vec::new() });
        };
        let printed = self.database.printed(relations).await?;
        let invalid = self.database.invalid_indexes(relations).await?;
        Ok(Found { printed, invalid })
    }

    /// Sends a statement that runs alone, and again when something holds a lock for too long. An index that a
    /// failed attempt leaves is dropped; one that was there, and is not valid, is no success.
    async fn send_alone(&mut self, entry: &JournalEntry, trace: &Trace, found: &Found) -> Result<(), Error> {
        let mut attempt = 1;
        loop {
            let Err(error) = self.database.execute(&entry.sql).await else { break };
            let error = Error::from(error);
            if is_refusal(&error) {
                self.drop_left_indexes(trace, found).await?;
            }
            let is_lock_timeout = matches!(&error, Error::Database(error) if error.is_lock_timeout());
            if !is_lock_timeout || attempt == ATTEMPTS {
                return Err(error);
            }
            attempt += 1;
            self.observer.event(&Event::Retrying { error: &error, attempt, attempts: ATTEMPTS });
            tokio::time::sleep(backoff(attempt)).await;
            self.require_lock().await?;
        }
        let Trace::In(relations) = trace else { return Ok(()) };
        if fault::is_off("invalid_index_trusted") {
            return Ok(());
        }
        let invalid = self.database.invalid_indexes(relations).await?;
        let made = |name: &ambix_schema::TableName| {
            relations
                .iter()
                .any(|relation| relation.name == name.name && *relation != *name || relation == name)
        };
        if let Some(index) = invalid.iter().find(|index| made(index)) {
            return Err(Error::refused(
                format!(
                    "`{}` left the index {index} as it was: it is there and not valid, so the server does not use it",
                    self.database.shown(&entry.sql)
                ),
                format!("drop it with `DROP INDEX CONCURRENTLY {index}`, then run again"),
            ));
        }
        Ok(())
    }

    /// The version row and the history, and with the last revision all that ambix keeps.
    async fn finish(
        &mut self,
        revision: &Revision,
        step: &Move,
        progress: &mut Progress,
        started: Instant,
    ) -> Result<(), Error> {
        if self.only_shows() {
            return Ok(());
        }
        if progress.is_journalled() {
            self.database.clear_journal().await?;
        }
        if fault::is_off("version_row_outside") && !self.is_one_transaction {
            self.database.commit().await?;
            fault::point("committing");
            self.database.begin(ForeignKeys::Enforced).await?;
        }
        let milliseconds = u64::try_from(started.elapsed().as_millis()).ok();
        let direction = word(step.direction);
        let checksum = Some(checksum_of(revision));
        let entry = checksums::entry(&revision.id, direction, checksum, &self.who, milliseconds);
        let changes: Vec<History> = step.head_changes.iter().map(history).collect();
        if !self.is_one_transaction && !step.heads_after.is_empty() {
            self.database.record_and_commit(&changes, &entry).await?;
            fault::point("committed");
            return Ok(());
        }
        for change in &changes {
            self.database.execute_history(change).await?;
        }
        self.database.record(&[entry]).await?;
        fault::point("version_written");
        if step.heads_after.is_empty() {
            return self.leave_nothing_behind().await;
        }
        Ok(())
    }

    /// Commits. At base nothing is recorded, so the own tables go with the last revision; where that commits by
    /// itself, right after it.
    async fn leave_nothing_behind(&mut self) -> Result<(), Error> {
        let at = Address::table(self.project.version_table());
        let statement = Statement::Drop { at, object: Table::default().into() };
        let planned = self.dialect.render(&statement);
        let planned =
            planned.map_err(|kind| Error::Plan { what: "the version table".into(), kind: kind.into() })?;
        let stands_alone = self.dialect.scope(&statement) == Scope::Alone;
        if stands_alone {
            fault::point("committing");
            self.database.commit().await?;
            fault::point("committed");
        }
        self.database.drop_own_tables().await?;
        for sql in &planned {
            fault::point("leaving");
            self.database.execute(sql).await?;
        }
        if !stands_alone && !self.is_one_transaction {
            fault::point("committing");
            self.database.commit().await?;
            fault::point("committed");
        }
        Ok(())
    }

    fn failed(
        &self,
        error: Error,
        is_rolled_back: bool,
        progress: &Progress,
        revision: &Revision,
        step: &Move,
        heads: &[RevisionId],
    ) -> Error {
        let Error::Database(kind) = error else { return error };
        let (verb, next) = match step.direction {
            Direction::Upgrade => ("upgrade to", format!("ambix upgrade {}", revision.id)),
            Direction::Downgrade => ("downgrade from", format!("ambix downgrade {}-1", revision.id)),
        };
        let stamp = |heads: &[RevisionId]| match heads {
            [] => "ambix stamp base".to_owned(),
            heads => {
                let heads: Vec<String> = heads.iter().map(ToString::to_string).collect();
                format!("ambix stamp {}", heads.join(" "))
            }
        };
        let failure = Failure {
            revision: revision.id.to_string(),
            direction: word(step.direction),
            code: kind.statement().and_then(|failure| failure.code.clone()),
            is_rolled_back,
            heads: heads.to_vec(),
            next,
            by_hand: vec![stamp(&step.heads_after), stamp(heads)],
            ..progress.failure(|sql| self.database.shown(sql))
        };
        Error::Run {
            doing: format!("{verb} {} ({})", revision.id, revision.message),
            kind,
            failure: Box::new(failure),
        }
    }

    /// Whether statements are only shown, because the database could not undo them.
    pub(super) fn only_shows(&self) -> bool {
        self.options.dry_run && !self.dialect.facts().has_transactional_ddl
    }

    /// Begins the one transaction that all of the run is.
    pub(super) async fn begin_all(&mut self, moves: &[Move], journal: &[JournalEntry]) -> Result<(), Error> {
        if let Some(open) = journal.first().filter(|_| has_begun(journal)) {
            return Err(Error::refused(
                format!(
                    "revision {} is half done, and cannot become one transaction any more",
                    open.revision
                ),
                "run without --single-transaction and --dry-run first",
            ));
        }
        if self.only_shows() {
            return Ok(());
        }
        let revisions = self.revisions;
        let touches_tables = moves.iter().any(|step| {
            revisions.get(&step.revision).is_some_and(|revision| {
                operations_of(revision, step).iter().any(|operation| changes_schema(operation, self.dialect))
            })
        });
        if touches_tables && !self.dialect.facts().has_transactional_ddl {
            return Err(Error::refused(
                format!(
                    "{} commits every statement that changes the schema by itself, so a run cannot be one transaction",
                    self.dialect.facts().title
                ),
                "leave out --single-transaction; what is half done after a failure goes on with the next run",
            ));
        }
        let foreign_keys = if touches_tables { ForeignKeys::Deferred } else { ForeignKeys::Enforced };
        if self.dialect.facts().has_transactional_ddl {
            self.database.begin_waiting(foreign_keys).await?;
            self.make_tables().await
        } else {
            self.make_tables().await?;
            Ok(self.database.begin_waiting(foreign_keys).await?)
        }
    }

    /// Commits the one transaction that all of the run is, or undoes it again.
    pub(super) async fn end_all(&mut self) -> Result<(), Error> {
        if !self.is_one_transaction || self.only_shows() {
            return Ok(());
        }
        if self.options.dry_run {
            return Ok(self.database.rollback().await?);
        }
        fault::point("committing");
        self.database.commit().await?;
        fault::point("committed");
        Ok(())
    }
}

fn operations_of<'a>(revision: &'a Revision, step: &Move) -> &'a [Operation] {
    match step.direction {
        Direction::Upgrade => &revision.upgrade,
        Direction::Downgrade => &revision.downgrade,
    }
}

/// Whether the server answered and said no: then the statement has done nothing that a look does not show.
fn is_refusal(error: &Error) -> bool {
    let Error::Database(error) = error else { return false };
    error.statement().is_some()
}

fn same_heads(rows: &[String], heads: &[RevisionId]) -> bool {
    let mut rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let mut heads: Vec<&str> = heads.iter().map(RevisionId::as_str).collect();
    rows.sort_unstable();
    heads.sort_unstable();
    rows == heads
}

/// Longer with each attempt, and not the same for each process, so that many waiting runs do not ask in step.
fn backoff(attempt: u32) -> Duration {
    let spread = u64::from(std::process::id().wrapping_mul(2_654_435_761) % 200);
    Duration::from_millis((200_u64 << attempt.min(4)) + spread)
}
