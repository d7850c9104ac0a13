//! A session with a PostgreSQL server.

use std::time::Duration;

use ambix_dialect::{CatalogQuery, Dialect};
use ambix_schema::{Name, TableName, escape};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgQueryResult, PgRow};
use sqlx::{Column, Connection, Postgres, Row, TypeInfo, ValueRef};

use super::lock::LockSession;
use super::server::Server;
use super::{failure, watch};
use crate::drivers::script::{self, Ran, Stopped};
use crate::drivers::{Greeting, Outcome, Relation, Rows};
use crate::error::DatabaseErrorKind as Kind;
use crate::lock::Holder;
use crate::secrets::Secrets;
use crate::settings::{Access, Settings};

/// What the session calls itself; others find it in `pg_stat_activity` by this.
const APPLICATION: &str = "ambix";

/// The oldest server whose catalog is understood.
const LEAST: (u32, u32) = (12, 0);

/// One session, and what is needed to open a second one beside it.
pub(crate) struct Session {
    /// Gone once it broke: the server then undoes what was not committed and frees what was locked.
    connection: Option<PgConnection>,
    pub(super) options: PgConnectOptions,
    pub(super) secrets: Secrets,
    pid: i32,
    database: String,
    version: (u32, u32),
    lock_timeout: Duration,
    pub(super) access: Access,
    /// The transaction that [`Session::begin`] opened, by the server's number for it.
    pub(super) transaction: Option<String>,
    /// The search path to go back to after reading inside a transaction.
    search_path: Option<String>,
}

impl Session {
    pub(crate) async fn open(server: &Server, settings: &Settings) -> Outcome<(Self, Greeting)> {
        let options = server.options()?.application_name(APPLICATION);
        let secrets = settings.url.secrets();
        let connecting = async {
            let mut connection = PgConnection::connect_with(&options)
                .await
                .map_err(|error| failure::of_connecting(&error, server.has_password(), secrets))?;
            let sql = "SELECT current_setting('server_version_num'), current_setting('server_version'), \
                       pg_catalog.pg_backend_pid(), current_database()";
            let ran = script::run::<Postgres, _>(&mut connection, sql, affected, Some(texts))
                .await
                .map_err(|stopped| failure::of_statement(stopped, sql, secrets))?;
            Ok((connection, ran.rows))
        };
        let (connection, rows) = tokio::time::timeout(settings.connect_timeout, connecting)
            .await
            .map_err(|_| Kind::NoAnswer(settings.connect_timeout))??;
        let mut cells = rows.into_iter().flatten().map(Option::unwrap_or_default);
        let mut next = || cells.next().unwrap_or_default();
        let (number, version_text, pid, database) = (next(), next(), next(), next());
        let version = version(&number);
        let text = format!("PostgreSQL {}", escape(version_text.split(' ').next().unwrap_or_default()));
        if version < LEAST {
            return Err(Kind::OldServer { found: text, least: "PostgreSQL 12" });
        }
        let session = Self {
            connection: Some(connection),
            options,
            secrets: secrets.clone(),
            pid: pid.parse().unwrap_or_default(),
            database,
            version,
            lock_timeout: settings.lock_timeout,
            access: settings.access,
            transaction: None,
            search_path: None,
        };
        Ok((session, Greeting { dialect: "postgres", version, text, namespace: None }))
    }

    pub(crate) async fn pin(&mut self, settings: &Settings, dialect: &dyn Dialect) -> Outcome<()> {
        let mut names = settings.namespaces.iter().map(|name| Name::from(name.as_str())).collect::<Vec<_>>();
        if names.is_empty() {
            names.push(dialect.default_namespace().clone());
        }
        let path = names.iter().map(|name| dialect.quote(name)).collect::<Result<Vec<_>, _>>();
        let path = path.map_err(Kind::Render)?.join(", ");
        let mut sql = format!(
            "SET search_path = {path}; SET TimeZone = 'UTC'; SET standard_conforming_strings = on; \
             SET client_encoding = 'UTF8'; SET idle_in_transaction_session_timeout = 0; \
             SET tcp_keepalives_idle = 60; SET lock_timeout = {}; SET statement_timeout = {}",
            milliseconds(settings.lock_timeout),
            milliseconds(settings.statement_timeout),
        );
        if self.version >= (14, 0) {
            sql.push_str("; SET idle_session_timeout = 0");
        }
        if self.version >= (17, 0) {
            sql.push_str("; SET transaction_timeout = 0");
        }
        if settings.access == Access::ReadOnly {
            sql.push_str("; SET default_transaction_read_only = on");
        }
        self.run(&sql).await?;
        if self.version >= (14, 0) {
            // So that a statement ends soon after the run that sent it was killed. Servers on systems
            // that cannot watch a connection refuse it, and there the statement runs to its end.
            match self.run("SET client_connection_check_interval = 1000").await {
                Ok(_) | Err(Kind::Statement(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    pub(crate) async fn run(&mut self, sql: &str) -> Outcome<u64> {
        let (ran, holders) = self.attempt(sql).await;
        ran?.map(|ran| ran.affected).map_err(|stopped| self.stopped(stopped, sql).waited_for(holders))
    }

    /// Runs a text, and looks meanwhile who holds what it waits for.
    pub(super) async fn attempt(&mut self, sql: &str) -> (Outcome<Result<Ran, Stopped>>, Vec<Holder>) {
        let mut seen = Vec::new();
        // A wait lasts as long as the lock timeout, so two looks in that time see every one of them.
        let interval = self.lock_timeout / 2;
        let (options, pid) = (self.options.clone(), self.pid);
        let connection = match self.connected() {
            Ok(connection) => connection,
            Err(lost) => return (Err(lost), seen),
        };
        let running = script::run::<Postgres, _>(connection, sql, affected, None);
        if interval.is_zero() {
            return (Ok(running.await), seen);
        }
        let ran = tokio::select! {
            ran = running => ran,
            never = watch::blockers(&options, pid, interval, &mut seen) => match never {},
        };
        (Ok(ran), seen)
    }

    pub(crate) async fn rows(&mut self, sql: &str) -> Outcome<Rows> {
        self.script(sql, true).await.map(|ran| ran.rows)
    }

    pub(crate) async fn catalog(&mut self, query: &CatalogQuery, namespaces: &[String]) -> Outcome<Rows> {
        let mut statement = sqlx::query::<Postgres>(query.sql).persistent(false);
        if query.takes_namespaces {
            statement = statement.bind(namespaces);
        }
        let rows = statement.fetch_all(self.connected()?).await;
        let rows = rows.map_err(|error| self.failure(error, query.sql))?;
        rows.iter()
            .map(prepared_texts)
            .collect::<sqlx::Result<_>>()
            .map_err(|error| self.failure(error, query.sql))
    }

    /// Every schema of the user's. A name that begins with `pg_` is reserved to the server.
    pub(crate) async fn namespaces(&mut self) -> Outcome<Vec<String>> {
        let sql = "SELECT n.nspname::text FROM pg_catalog.pg_namespace n \
                   WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' \
                   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x \
                     WHERE x.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND x.objid = n.oid \
                     AND x.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND x.deptype = 'e') \
                   ORDER BY 1";
        Ok(self.rows(sql).await?.into_iter().flatten().flatten().collect())
    }

    pub(crate) async fn relation(&mut self, at: &TableName) -> Outcome<Option<Relation>> {
        let sql = "SELECT c.relkind::text, a.attname::text \
                   FROM pg_catalog.pg_class c \
                   JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
                   LEFT JOIN pg_catalog.pg_attribute a \
                     ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
                   WHERE n.nspname = $1 AND c.relname = $2 ORDER BY a.attnum";
        let rows = self.of_relation(sql, at).await?;
        let Some(kind) = rows.first().and_then(|row| row.first().cloned()).flatten() else { return Ok(None) };
        let columns = rows.into_iter().filter_map(|row| row.into_iter().nth(1).flatten()).collect();
        Ok(Some(Relation { kind: kind_of_relation(&kind).to_owned(), columns }))
    }

    /// The rows of a query about one relation, its namespace and its name being the parameters.
    ///
    /// A pooler may give each transaction another session of the server, and a statement with parameters is
    /// prepared first and run afterwards; so it gets a transaction, unless one is open.
    pub(super) async fn of_relation(&mut self, sql: &'static str, at: &TableName) -> Outcome<Rows> {
        let is_alone = self.transaction.is_none();
        if is_alone {
            self.rows("BEGIN READ ONLY").await?;
        }
        let namespace = at.namespace.as_ref().map_or("public", |name| name.as_str()).to_owned();
        let name = at.name.as_str().to_owned();
        let query = sqlx::query::<Postgres>(sql).bind(namespace).bind(name).persistent(false);
        let rows = query.fetch_all(self.connected()?).await;
        let rows = rows
            .and_then(|rows| rows.iter().map(prepared_texts).collect::<sqlx::Result<Rows>>())
            .map_err(|error| self.failure(error, sql));
        if is_alone {
            // What the query came to is what matters.
            let ended = self.rows("ROLLBACK").await;
            return rows.and_then(|rows| ended.map(|_| rows));
        }
        rows
    }

    /// The snapshot of now: which transactions are over. A change of the schema is one that has a number.
    pub(crate) async fn moment(&mut self) -> Outcome<String> {
        // The name of version 12, which later ones keep beside `pg_current_snapshot`.
        let rows = self.rows("SELECT pg_catalog.txid_current_snapshot()::text").await?;
        Ok(rows.into_iter().flatten().flatten().next().unwrap_or_default())
    }

    pub(crate) async fn begin_reading(&mut self, is_in_transaction: bool) -> Outcome<()> {
        // An empty search path makes the server qualify every name that it prints.
        let empty = "SELECT pg_catalog.set_config('search_path', '', true)";
        if is_in_transaction {
            let rows = self.rows("SELECT pg_catalog.current_setting('search_path')").await?;
            self.search_path = rows.into_iter().flatten().next().flatten();
            self.rows(empty).await?;
        } else {
            // To compile a catalog query takes longer than to run it (measured on 15, the dependents of 500
            // tables: 246 ms against 27 ms).
            let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL jit = off";
            self.rows(&format!("{begin}; {empty}")).await?;
        }
        Ok(())
    }

    pub(crate) async fn end_reading(&mut self, is_in_transaction: bool) -> Outcome<()> {
        if !is_in_transaction {
            return self.rows("ROLLBACK").await.map(|_| ());
        }
        let Some(path) = self.search_path.take() else { return Ok(()) };
        let sql = "SELECT pg_catalog.set_config('search_path', $1, true)";
        let restored =
            sqlx::query::<Postgres>(sql).bind(path).persistent(false).execute(self.connected()?).await;
        restored.map(|_| ()).map_err(|error| self.failure(error, sql))
    }

    pub(crate) async fn lock_session(&mut self, settings: &Settings) -> Outcome<LockSession> {
        let options = self.options.clone();
        let opening = LockSession::begin(options, self.pid, self.version, &self.database, &self.secrets);
        let opened = tokio::time::timeout(settings.connect_timeout, opening).await;
        opened.map_err(|_| Kind::NoAnswer(settings.connect_timeout))?
    }

    pub(crate) async fn close(mut self) -> Outcome<()> {
        self.connected()?;
        let (connection, secrets) = (self.connection, self.secrets);
        let Some(connection) = connection else { return Ok(()) };
        connection.close().await.map_err(|error| failure::of_closing(&error, &secrets))
    }

    async fn script(&mut self, sql: &str, keeps_rows: bool) -> Outcome<Ran> {
        let read = keeps_rows.then_some(texts as script::ReadRow<Postgres>);
        let ran = script::run::<Postgres, _>(self.connected()?, sql, affected, read).await;
        ran.map_err(|stopped| self.stopped(stopped, sql))
    }

    pub(super) fn database(&self) -> &str {
        &self.database
    }

    pub(super) fn connected(&mut self) -> Outcome<&mut PgConnection> {
        self.connection.as_mut().ok_or_else(|| Kind::Lost("it broke with an earlier statement".into()))
    }

    pub(super) fn failure(&mut self, error: sqlx::Error, sql: &str) -> Kind {
        self.stopped(Stopped { error, completed: 0 }, sql)
    }

    /// The driver waits for ever on a connection that is out of step, so such a one is let go.
    pub(super) fn stopped(&mut self, stopped: Stopped, sql: &str) -> Kind {
        let is_broken = matches!(stopped.error, sqlx::Error::Protocol(_));
        let kind = failure::of_statement(stopped, sql, &self.secrets);
        if is_broken || matches!(kind, Kind::Lost(_)) {
            self.connection = None;
        }
        kind
    }
}

pub(super) fn affected(done: &PgQueryResult) -> u64 {
    done.rows_affected()
}

/// The cells of a row that was not prepared: the server sent them as text, whatever their type.
pub(super) fn texts(row: &PgRow) -> sqlx::Result<Vec<Option<String>>> {
    (0..row.len())
        .map(|place| {
            let value = row.try_get_raw(place)?;
            if value.is_null() {
                return Ok(None);
            }
            value.as_str().map(|text| Some(text.to_owned())).map_err(sqlx::Error::Decode)
        })
        .collect()
}

/// The cells of a prepared query, which must be text: the server sends every other type in binary.
fn prepared_texts(row: &PgRow) -> sqlx::Result<Vec<Option<String>>> {
    row.columns()
        .iter()
        .map(|column| {
            row.try_get::<Option<String>, _>(column.ordinal()).map_err(|error| {
                let (name, ty) = (column.name(), column.type_info().name());
                sqlx::Error::Decode(
                    format!("the column {name} of a catalog query, of type {ty}: {error}").into(),
                )
            })
        })
        .collect()
}

/// `150004` is 15.4.
fn version(number: &str) -> (u32, u32) {
    let number: u32 = number.parse().unwrap_or_default();
    (number / 10_000, number % 10_000)
}

/// As the server reads a setting of time without a unit. Its largest value stands for longer times.
fn milliseconds(time: Duration) -> i32 {
    let milliseconds = if time.is_zero() { 0 } else { time.as_millis().max(1) };
    i32::try_from(milliseconds).unwrap_or(i32::MAX)
}

fn kind_of_relation(letter: &str) -> &'static str {
    match letter {
        "r" | "p" => "table",
        "v" => "view",
        "m" => "materialized view",
        "f" => "foreign table",
        "S" => "sequence",
        "i" | "I" => "index",
        "c" => "composite type",
        _ => "thing of another kind",
    }
}
