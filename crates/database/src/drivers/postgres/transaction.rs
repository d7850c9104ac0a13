//! Transactions on PostgreSQL, and what became of one: the server is asked, and never guessed for.

use std::time::Duration;

use sqlx::postgres::PgConnection;
use sqlx::{Connection, Postgres};

use super::session::{Session, affected, texts};
use crate::drivers::{Outcome, Rows, script};
use crate::error::DatabaseErrorKind as Kind;
use crate::settings::Access;

/// How long a server that lost its client is given to end the transaction.
const PATIENCE: Duration = Duration::from_secs(10);

impl Session {
    pub(crate) async fn begin(&mut self) -> Outcome<()> {
        let begin = "BEGIN ISOLATION LEVEL READ COMMITTED";
        // A standby and a read-only session give out no numbers, and have nothing to commit.
        if self.access != Access::ReadWrite {
            return self.rows(begin).await.map(|_| ());
        }
        match self.rows(&format!("{begin}; SELECT pg_catalog.txid_current()")).await {
            Ok(rows) => self.transaction = first_cell(rows),
            Err(error) => {
                self.rows("ROLLBACK").await?;
                return Err(error);
            }
        }
        Ok(())
    }

    /// COMMIT answers well when there is nothing to commit any more, because a statement failed or
    /// because a statement was a COMMIT itself. So the transaction is looked at first. And when the
    /// answer does not arrive, the server is asked over another connection.
    pub(crate) async fn commit(&mut self) -> Outcome<()> {
        let begun = self.transaction.clone();
        let committed = match &begun {
            None => self.rows("COMMIT").await.map(|_| ()),
            Some(begun) => self.commit_of(begun).await,
        };
        match (committed, begun) {
            (Ok(()), _) => {}
            (Err(Kind::Lost(_)), Some(begun))
                if self.became(&begun).await.as_deref() == Some("committed") => {}
            (Err(error), _) => return Err(error),
        }
        self.transaction = None;
        Ok(())
    }

    /// Looks and commits in one message, of which the server does nothing more where the look fails.
    async fn commit_of(&mut self, begun: &str) -> Outcome<()> {
        let sql = format!(
            "SELECT 1 / (pg_catalog.txid_current_if_assigned() IS NOT DISTINCT FROM {begun})::int; COMMIT"
        );
        match script::run::<Postgres, _>(self.connected()?, &sql, affected, None).await {
            Ok(_) => Ok(()),
            Err(stopped) if stopped.completed == 0 && is_division_by_zero(&stopped.error) => {
                Err(Kind::TransactionEnded)
            }
            Err(stopped) => Err(self.stopped(stopped, "COMMIT")),
        }
    }

    /// ROLLBACK answers well after a COMMIT that a revision brought along, and not at all on a
    /// connection that broke.
    pub(crate) async fn rollback(&mut self) -> Outcome<()> {
        let begun = self.transaction.take();
        let rolled_back = self.rows("ROLLBACK").await;
        let Some(begun) = begun else { return rolled_back.map(|_| ()) };
        let status = match &rolled_back {
            Ok(_) => first_cell(self.rows(&status_of(&begun)).await?),
            Err(_) => self.became(&begun).await,
        };
        match status.as_deref() {
            Some("aborted") => Ok(()),
            Some("committed") => Err(Kind::TransactionEnded),
            Some(_) | None => rolled_back.map(|_| ()),
        }
    }

    /// What became of a transaction whose connection broke: `committed` or `aborted`; nothing when the
    /// server cannot be asked, or is still at it.
    async fn became(&self, begun: &str) -> Option<String> {
        let asking = async {
            let mut connection = PgConnection::connect_with(&self.options).await.ok()?;
            loop {
                let sql = status_of(begun);
                let ran =
                    script::run::<Postgres, _>(&mut connection, &sql, affected, Some(texts)).await.ok()?;
                let status = first_cell(ran.rows)?;
                if status != "in progress" {
                    return Some(status);
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(PATIENCE, asking).await.ok()?
    }
}

fn is_division_by_zero(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| code == "22012")
}

fn status_of(begun: &str) -> String {
    format!("SELECT pg_catalog.txid_status({begun})")
}

fn first_cell(rows: Rows) -> Option<String> {
    rows.into_iter().flatten().next().flatten()
}
