//! The lock on MariaDB and MySQL: a named lock, held by a connection of its own.
//!
//! Such a lock outlives the commits that schema changes bring with them, and goes with its connection.
//! Its name is one for the whole server, so the database is a part of it; and in lower case, because one
//! of the servers does not tell `A` from `a` in it.

use std::fmt;
use std::time::Duration;

use ambix_schema::TableName;
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection};
use sqlx::{Connection, MySql};

use super::failure;
use super::session::{affected, texts};
use super::watch::{HOLDER_COLUMNS, holders};
use crate::drivers::{Outcome, Rows, script};
use crate::lock::{Holder, key};
use crate::secrets::Secrets;

/// How long the server may take to say that the lock is still there.
const PATIENCE: Duration = Duration::from_secs(10);

/// The session that holds the lock.
pub(crate) struct LockSession {
    connection: MySqlConnection,
    id: u32,
    database: String,
    /// The name of the lock, once it was tried for.
    name: String,
    secrets: Secrets,
}

impl fmt::Debug for LockSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LockSession").field("id", &self.id).finish_non_exhaustive()
    }
}

impl LockSession {
    /// Opens the connection that will hold the lock. It is idle for as long as a run takes, so no
    /// timeout may end it.
    pub(super) async fn open(
        options: &MySqlConnectOptions,
        database: &str,
        secrets: &Secrets,
    ) -> Outcome<Self> {
        let connection = MySqlConnection::connect_with(options)
            .await
            .map_err(|error| failure::of_connecting(&error, true, secrets))?;
        let mut session = Self {
            connection,
            id: 0,
            database: database.to_owned(),
            name: String::new(),
            secrets: secrets.clone(),
        };
        let sql = "SET NAMES utf8mb4; SET SESSION wait_timeout = 31536000; SELECT CONNECTION_ID()";
        let id = session.rows(sql).await?.into_iter().flatten().next().flatten();
        session.id = id.and_then(|id| id.parse().ok()).unwrap_or_default();
        Ok(session)
    }

    pub(crate) fn number(&self) -> u32 {
        self.id
    }

    pub(crate) async fn try_take(&mut self, table: &TableName) -> Outcome<bool> {
        self.name = name(&self.database, table);
        let rows = self.rows(&format!("SELECT GET_LOCK('{}', 0)", self.name)).await?;
        Ok(rows == [[Some("1".to_owned())]])
    }

    pub(crate) async fn holders(&mut self, table: &TableName) -> Outcome<Vec<Holder>> {
        let name = name(&self.database, table);
        // Whoever may not see the session of another user still learns its number.
        let sql = format!(
            "SELECT {HOLDER_COLUMNS}, '' FROM (SELECT IS_USED_LOCK('{name}') AS id) held \
             LEFT JOIN information_schema.PROCESSLIST p ON p.ID = held.id WHERE held.id IS NOT NULL"
        );
        Ok(holders(self.rows(&sql).await?, "the lock of ambix"))
    }

    pub(crate) async fn is_alive(&mut self) -> bool {
        let sql = format!("SELECT IS_USED_LOCK('{}') = CONNECTION_ID()", self.name);
        let answer = tokio::time::timeout(PATIENCE, self.rows(&sql)).await;
        matches!(answer, Ok(Ok(rows)) if rows == [[Some("1".to_owned())]])
    }

    pub(crate) async fn close(mut self) -> Outcome<()> {
        // Asked for an answer, because a farewell to a server that is gone looks like any other. With
        // the connection the lock goes in any case.
        self.rows(&format!("SELECT RELEASE_LOCK('{}')", self.name)).await?;
        let secrets = self.secrets;
        self.connection.close().await.map_err(|error| failure::of_closing(&error, &secrets))
    }

    async fn rows(&mut self, sql: &str) -> Outcome<Rows> {
        script::run::<MySql, _>(&mut self.connection, sql, affected, Some(texts))
            .await
            .map(|ran| ran.rows)
            .map_err(|stopped| failure::of_statement(stopped, sql, &self.secrets))
    }
}

/// The name of the lock: letters and digits only, and shorter than the 64 characters that count.
fn name(database: &str, table: &TableName) -> String {
    format!("ambix_{:016x}", u64::from_be_bytes(key(database, table)))
}
