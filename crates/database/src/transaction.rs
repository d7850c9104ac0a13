//! Transactions: one at a time, and a commit that says so when there was nothing left to commit.

use std::time::{Duration, Instant};

use ambix_dialect::History;

use crate::HistoryEntry;
use crate::database::Database;
use crate::error::{DatabaseError, DatabaseErrorKind, Doing};
use crate::version_table::{gone_of, heads_of, not_held};

/// When foreign keys are looked at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ForeignKeys {
    /// As the database does by itself.
    Enforced,
    /// Only before the commit. For SQLite, where a table that is built anew is dropped in between,
    /// and would take the rows that point at it along. PostgreSQL needs no such thing, and the same.
    Deferred,
}

impl Database {
    /// Begins a transaction. On SQLite it holds the write lock from the start.
    ///
    /// # Errors
    /// When one is open already, or the database refuses.
    pub async fn begin(&mut self, foreign_keys: ForeignKeys) -> Result<(), DatabaseError> {
        let doing = "begin a transaction";
        if self.is_in_transaction() {
            return Err(DatabaseErrorKind::Transaction("one is open already")).doing(doing);
        }
        self.session_mut().begin(foreign_keys).await.doing(doing)?;
        self.set_in_transaction(true);
        Ok(())
    }

    /// Begins a transaction, and waits where the database lets but one write at a time and another one does
    /// (SQLite), up to [`Settings::lock_wait`](crate::Settings).
    ///
    /// # Errors
    /// As [`Database::begin`].
    pub async fn begin_waiting(&mut self, foreign_keys: ForeignKeys) -> Result<(), DatabaseError> {
        let start = Instant::now();
        loop {
            match self.begin(foreign_keys).await {
                Err(error) if error.is_lock_timeout() && start.elapsed() < self.settings().lock_wait => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                outcome => return outcome,
            }
        }
    }

    /// Begins a transaction like [`Database::begin_waiting`], and reads the heads in it: in one message, where the
    /// server takes them so.
    ///
    /// # Errors
    /// As [`Database::begin_waiting`] and [`Database::heads_again`]; a transaction may be open then.
    pub async fn begin_at_heads(&mut self, foreign_keys: ForeignKeys) -> Result<Vec<String>, DatabaseError> {
        let doing = format!("begin a transaction and read the version table {}", self.version_table());
        if self.is_in_transaction() {
            return Err(DatabaseErrorKind::Transaction("one is open already")).doing(doing);
        }
        let select = self.history_sql(&History::Select).doing(&doing)?.join("; ");
        let Some(rows) = self.session_mut().begin_and_read(&select).await else {
            self.begin_waiting(foreign_keys).await?;
            return self.heads_again().await;
        };
        let rows = rows.doing(&doing)?;
        self.set_in_transaction(true);
        heads_of(rows).doing(doing)
    }

    /// Records a revision that ran, in the version table and in the history, and commits: in one message, where
    /// the server takes them so.
    ///
    /// # Errors
    /// As [`Database::execute_history`], [`Database::record`] and [`Database::commit`].
    pub async fn record_and_commit(
        &mut self,
        changes: &[History],
        entry: &HistoryEntry,
    ) -> Result<(), DatabaseError> {
        let doing = format!("record the revision {} and commit", entry.revision);
        if !self.is_in_transaction() {
            return Err(DatabaseErrorKind::Transaction("none is open")).doing(doing);
        }
        let mut writes = Vec::with_capacity(changes.len() + 1);
        for change in changes {
            writes.extend(self.history_sql(change).doing(&doing)?);
        }
        writes.push(self.record_sql(entry).doing(&doing)?);
        if let Some(place) = self.session_mut().write_and_commit(&writes).await.doing(&doing)? {
            let gone = changes.get(place).and_then(gone_of).unwrap_or(&entry.revision);
            return Err(not_held(gone)).doing(doing);
        }
        self.set_in_transaction(false);
        Ok(())
    }

    /// Commits. After an error it is for [`Database::rollback`] to clean up, as after any statement's.
    ///
    /// # Errors
    /// When the transaction cannot be committed: a foreign key is violated, an earlier statement
    /// failed, the database refuses, or ([`DatabaseErrorKind::TransactionEnded`]) a statement ended it
    /// before.
    pub async fn commit(&mut self) -> Result<(), DatabaseError> {
        let doing = "commit the transaction";
        if !self.is_in_transaction() {
            return Err(DatabaseErrorKind::Transaction("none is open")).doing(doing);
        }
        self.session_mut().commit().await.doing(doing)?;
        self.set_in_transaction(false);
        Ok(())
    }

    /// Rolls back; does nothing when no transaction is open. When it succeeds, nothing of the
    /// transaction is left.
    ///
    /// # Errors
    /// When that is not so, because a statement of the transaction was a COMMIT
    /// ([`DatabaseErrorKind::TransactionEnded`]), or is not known, because the connection was lost.
    pub async fn rollback(&mut self) -> Result<(), DatabaseError> {
        if !self.is_in_transaction() {
            return Ok(());
        }
        self.set_in_transaction(false);
        self.session_mut().rollback().await.doing("roll back the transaction")
    }
}
