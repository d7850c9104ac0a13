//! Transactions on PostgreSQL, and what became of one: the server is asked, and never guessed for.

use std::time::Duration;

use sqlx::postgres::PgConnection;
use sqlx::{Connection, Postgres};

use super::session::{Session, affected, texts};
use crate::drivers::script::Stopped;
use crate::drivers::{Outcome, Rows, script};
use crate::error::DatabaseErrorKind as Kind;
use crate::settings::Access;

/// How long a server that lost its client is given to end the transaction.
const PATIENCE: Duration = Duration::from_secs(10);

const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

/// Gives the transaction its number.
const NUMBER: &str = "SELECT pg_catalog.txid_current()";

impl Session {
    pub(crate) async fn begin(&mut self) -> Outcome<()> {
        // A standby and a read-only session give out no numbers, and have nothing to commit.
        if self.access != Access::ReadWrite {
            return self.rows(BEGIN).await.map(|_| ());
        }
        self.begin_with(&format!("{BEGIN}; {NUMBER}")).await.map(|_| ())
    }

    /// Begins and reads in one message.
    pub(crate) async fn begin_and_read(&mut self, sql: &str) -> Outcome<Rows> {
        self.begin_with(&format!("{BEGIN}; {NUMBER}; {sql}")).await
    }

    /// Begins with a message whose first row is the transaction's number, and gives the others.
    async fn begin_with(&mut self, sql: &str) -> Outcome<Rows> {
        match self.rows(sql).await {
            Ok(mut rows) => {
                let rest = rows.split_off(rows.len().min(1));
                self.transaction = first_cell(rows);
                Ok(rest)
            }
            Err(error) => {
                self.rows("ROLLBACK").await?;
                Err(error)
            }
        }
    }

    /// COMMIT answers well when there is nothing to commit any more, because a statement failed or
    /// because a statement was a COMMIT itself. So the transaction is looked at first. And when the
    /// answer does not arrive, the server is asked over another connection.
    pub(crate) async fn commit(&mut self) -> Outcome<()> {
        match self.write_and_commit(&[]).await? {
            None => Ok(()),
            Some(_) => Err(Kind::TransactionEnded),
        }
    }

    /// Looks, writes and commits in one message, of which the server does nothing more where a look fails or a
    /// statement does not write its one row: the place of that statement is given.
    pub(crate) async fn write_and_commit(&mut self, writes: &[String]) -> Outcome<Option<usize>> {
        let begun = self.transaction.clone();
        let look = begun.iter().map(|begun| {
            format!("SELECT 1 / (pg_catalog.txid_current_if_assigned() IS NOT DISTINCT FROM {begun})::int")
        });
        let writes = writes.iter().map(|sql| {
            format!(
                "WITH written AS ({sql} RETURNING 1) SELECT 1 / (pg_catalog.count(*) = 1)::int FROM written"
            )
        });
        let looks = look.len();
        let all: Vec<String> = look.chain(writes).chain(["COMMIT".to_owned()]).collect();
        let (ran, holders) = self.attempt(&all.join("; ")).await;
        match ran? {
            Ok(_) => {}
            Err(stopped) if stopped.completed + 1 < all.len() && is_division_by_zero(&stopped.error) => {
                let place = stopped.completed.checked_sub(looks);
                return place.map(Some).ok_or(Kind::TransactionEnded);
            }
            Err(stopped) => {
                let sql = all.get(stopped.completed).map_or("COMMIT", String::as_str);
                let error = self.stopped(Stopped { completed: 0, ..stopped }, sql).waited_for(holders);
                let is_lost = matches!(error, Kind::Lost(_));
                match begun {
                    Some(begun) if is_lost && self.became(&begun).await.as_deref() == Some("committed") => {}
                    Some(_) | None => return Err(error),
                }
            }
        }
        self.transaction = None;
        Ok(None)
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
