//! The lock on PostgreSQL: a connection of its own, whose open transaction holds an advisory lock.
//!
//! Of the transaction and not of the session, because a lock of a session protects nothing behind a
//! pooler; READ COMMITTED, because an older snapshot would hold up `CREATE INDEX CONCURRENTLY`; and
//! open for as long as a run takes, so no timeout may end it.

use std::fmt;
use std::time::Duration;

use ambix_schema::TableName;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection, Postgres};

use super::failure;
use super::session::{affected, texts};
use super::watch::{HOLDER_COLUMNS, holders};
use crate::drivers::{Outcome, Rows, script};
use crate::lock::{Holder, key};
use crate::secrets::Secrets;

/// What the lock's session is called, followed by the number of the session that works under it.
const APPLICATION: &str = "ambix lock for ";

/// The backend, and the time at which its transaction began: no two have both in common.
const OWN_TRANSACTION: &str =
    "SELECT pg_catalog.pg_backend_pid()::text, pg_catalog.date_part('epoch', pg_catalog.now())::text";

/// How long the server may take to say that the lock is still there.
const PATIENCE: Duration = Duration::from_secs(10);

/// The session that holds the lock.
pub(crate) struct LockSession {
    connection: PgConnection,
    worker: i32,
    /// The transaction that holds the lock: its backend, and when it began.
    transaction: Rows,
    database: String,
    secrets: Secrets,
}

impl fmt::Debug for LockSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LockSession").field("worker", &self.worker).finish_non_exhaustive()
    }
}

impl LockSession {
    /// Opens the transaction in which the lock will be held, for the session `worker`.
    pub(super) async fn begin(
        options: PgConnectOptions,
        worker: i32,
        version: (u32, u32),
        database: &str,
        secrets: &Secrets,
    ) -> Outcome<Self> {
        let options = options.application_name(&format!("{APPLICATION}{worker}"));
        let connection = PgConnection::connect_with(&options)
            .await
            .map_err(|error| failure::of_connecting(&error, true, secrets))?;
        let mut session = Self {
            connection,
            worker,
            transaction: Rows::new(),
            database: database.to_owned(),
            secrets: secrets.clone(),
        };
        let mut begin = "BEGIN ISOLATION LEVEL READ COMMITTED; \
            SET LOCAL idle_in_transaction_session_timeout = 0; \
            SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; \
            SET LOCAL tcp_keepalives_idle = 60"
            .to_owned();
        if version >= (17, 0) {
            begin.push_str("; SET LOCAL transaction_timeout = 0");
        }
        session.rows(&begin).await?;
        session.transaction = session.rows(OWN_TRANSACTION).await?;
        Ok(session)
    }

    pub(crate) fn number(&self) -> u32 {
        self.worker.unsigned_abs()
    }

    pub(crate) async fn try_take(&mut self, table: &TableName) -> Outcome<bool> {
        let key = i64::from_be_bytes(key(&self.database, table));
        let rows = self.rows(&format!("SELECT pg_catalog.pg_try_advisory_xact_lock({key})")).await?;
        Ok(rows == [[Some("t".to_owned())]])
    }

    pub(crate) async fn holders(&mut self, table: &TableName) -> Outcome<Vec<Holder>> {
        let key = u64::from_be_bytes(key(&self.database, table));
        let (high, low) = (key >> 32, key & 0xffff_ffff);
        // What the holder's worker runs tells more than the query that took the lock.
        let sql = format!(
            "SELECT {HOLDER_COLUMNS}, coalesce(w.query, '') \
             FROM pg_catalog.pg_locks l \
             JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid \
             LEFT JOIN pg_catalog.pg_stat_activity w ON a.application_name = '{APPLICATION}' || w.pid \
             WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 \
               AND l.classid = {high} AND l.objid = {low} \
               AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database()) \
             ORDER BY a.pid"
        );
        Ok(holders(self.rows(&sql).await?))
    }

    /// As long as the transaction is the same one, so is the lock. A look into `pg_locks` would hold up every
    /// session that takes a lock meanwhile.
    pub(crate) async fn is_alive(&mut self) -> bool {
        let answer = tokio::time::timeout(PATIENCE, self.rows(OWN_TRANSACTION)).await;
        matches!(answer, Ok(Ok(rows)) if rows == self.transaction)
    }

    pub(crate) async fn close(mut self) -> Outcome<()> {
        // Asked for an answer, because a farewell to a server that is gone looks like any other. With
        // the connection the lock goes in any case.
        self.rows("ROLLBACK").await?;
        let secrets = self.secrets;
        self.connection.close().await.map_err(|error| failure::of_closing(&error, &secrets))
    }

    async fn rows(&mut self, sql: &str) -> Outcome<Rows> {
        script::run::<Postgres, _>(&mut self.connection, sql, affected, Some(texts))
            .await
            .map(|ran| ran.rows)
            .map_err(|stopped| failure::of_statement(stopped, sql, &self.secrets))
    }
}
