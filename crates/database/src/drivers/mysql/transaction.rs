//! Transactions on MariaDB and MySQL, where most statements that change a schema commit what is open.
//!
//! Neither server tells a client in SQL whether its transaction is still the one it began. So each begins
//! with a savepoint, which ends with it: when the savepoint is gone, so is the transaction.

use super::failure::{self, number};
use super::session::Session;
use crate::drivers::Outcome;
use crate::error::DatabaseErrorKind as Kind;
use crate::settings::Access;

const SAVEPOINT: &str = "ambix_transaction";

impl Session {
    pub(crate) async fn begin(&mut self) -> Outcome<()> {
        let begin = match self.access {
            Access::ReadOnly => "START TRANSACTION READ ONLY",
            Access::ReadWrite => "START TRANSACTION READ WRITE",
        };
        self.may_be_undone = false;
        self.rows(&format!("{begin}; SAVEPOINT {SAVEPOINT}")).await.map(|_| ())
    }

    /// COMMIT answers well when there is nothing to commit any more, because a statement committed by
    /// itself. So the savepoint is looked for first.
    pub(crate) async fn commit(&mut self) -> Outcome<()> {
        if !self.has_after(&format!("RELEASE SAVEPOINT {SAVEPOINT}")).await? {
            return Err(if self.may_be_undone { Kind::TransactionFailed } else { Kind::TransactionEnded });
        }
        self.rows("COMMIT").await.map(|_| ())
    }

    pub(crate) async fn rollback(&mut self) -> Outcome<()> {
        let is_open = self.has_after(&format!("ROLLBACK TO SAVEPOINT {SAVEPOINT}")).await?;
        self.rows("ROLLBACK").await?;
        // After a deadlock the server has undone everything itself.
        if is_open || self.may_be_undone { Ok(()) } else { Err(Kind::TransactionEnded) }
    }

    /// Whether the savepoint was there for a statement that needs it.
    async fn has_after(&mut self, sql: &str) -> Outcome<bool> {
        match self.attempt(sql, false).await? {
            Ok(_) => Ok(true),
            Err(stopped) if failure::number_of(&stopped.error) == Some(number::NO_SAVEPOINT) => Ok(false),
            Err(stopped) => Err(self.stopped(stopped, sql)),
        }
    }

    pub(crate) async fn begin_reading(&mut self, is_in_transaction: bool) -> Outcome<()> {
        // MariaDB's catalog knows no snapshots; the fingerprints around the reading say whether it holds.
        if is_in_transaction {
            return Ok(());
        }
        self.rows("START TRANSACTION READ ONLY").await.map(|_| ())
    }

    pub(crate) async fn end_reading(&mut self, is_in_transaction: bool) -> Outcome<()> {
        if is_in_transaction { Ok(()) } else { self.rows("ROLLBACK").await.map(|_| ()) }
    }
}
