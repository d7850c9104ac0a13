//! A session with a MariaDB or MySQL server.

use std::time::Duration;

use ambix_dialect::CatalogQuery;
use ambix_schema::{TableName, escape};
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlQueryResult, MySqlRow};
use sqlx::{Column, Connection, MySql, Row, TypeInfo};

use super::lock::LockSession;
use super::server::Server;
use super::{failure, watch};
use crate::drivers::script::{self, Ran, Stopped};
use crate::drivers::{Greeting, Outcome, Relation, Rows};
use crate::error::DatabaseErrorKind as Kind;
use crate::secrets::Secrets;
use crate::settings::{Access, Settings};

/// The oldest servers whose catalogs are understood.
const LEAST_MARIADB: (u32, u32) = (10, 6);
const LEAST_MYSQL: (u32, u32) = (8, 0);

/// What a statement's meaning could depend on, the same on every server. Zero dates stay allowed: old
/// tables have them as defaults, and such a table must be possible to build again.
const SQL_MODE: &str = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";

/// As long as a wait for a lock or an idle session can last: a year.
const FOR_EVER: u64 = 31_536_000;

/// Which of the two servers it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Flavour {
    MariaDb,
    MySql,
}

/// One session, and what is needed to open a second one beside it.
pub(crate) struct Session {
    /// Gone once it broke: the server then undoes what was not committed and frees what was locked.
    connection: Option<MySqlConnection>,
    options: MySqlConnectOptions,
    pub(super) secrets: Secrets,
    /// The server's number for the session.
    id: u64,
    database: String,
    flavour: Flavour,
    lock_timeout: Duration,
    pub(super) access: Access,
    /// Whether the names of tables differ by their case alone.
    tells_case: bool,
    /// Whether the server may have undone the open transaction by itself, as after a deadlock.
    pub(super) may_be_undone: bool,
    /// The lock that this session itself holds while it works.
    pub(super) run_lock: Option<String>,
}

impl Session {
    pub(crate) async fn open(server: &Server, settings: &Settings) -> Outcome<(Self, Greeting)> {
        let options = server.options()?;
        let secrets = settings.url.secrets();
        let connecting = async {
            let mut connection = MySqlConnection::connect_with(&options)
                .await
                .map_err(|error| failure::of_connecting(&error, server.has_password(), secrets))?;
            let sql = "SELECT VERSION(), CONNECTION_ID(), DATABASE(), @@lower_case_table_names";
            let ran = script::run::<MySql, _>(&mut connection, sql, affected, Some(texts))
                .await
                .map_err(|stopped| failure::of_statement(stopped, sql, secrets))?;
            Ok((connection, ran.rows))
        };
        let (connection, rows) = tokio::time::timeout(settings.connect_timeout, connecting)
            .await
            .map_err(|_| Kind::NoAnswer(settings.connect_timeout))??;
        let mut cells = rows.into_iter().flatten().map(Option::unwrap_or_default);
        let mut next = || cells.next().unwrap_or_default();
        let (version_text, id, database, case) = (next(), next(), next(), next());
        let (flavour, version, text) = introduced(&version_text);
        let (least, least_text, dialect) = match flavour {
            Flavour::MariaDb => (LEAST_MARIADB, "MariaDB 10.6", "mariadb"),
            Flavour::MySql => (LEAST_MYSQL, "MySQL 8.0", "mysql"),
        };
        if version < least {
            return Err(Kind::OldServer { found: text, least: least_text });
        }
        let namespace = Some(database.clone());
        let session = Self {
            connection: Some(connection),
            options,
            secrets: secrets.clone(),
            id: id.parse().unwrap_or_default(),
            database,
            flavour,
            lock_timeout: settings.lock_timeout,
            access: settings.access,
            tells_case: case == "0",
            may_be_undone: false,
            run_lock: None,
        };
        Ok((session, Greeting { dialect, version, text, namespace }))
    }

    pub(crate) async fn pin(&mut self, settings: &Settings) -> Outcome<()> {
        let wait = seconds(settings.lock_timeout);
        let limit = match self.flavour {
            Flavour::MariaDb => {
                format!("max_statement_time = {}", settings.statement_timeout.as_secs_f64())
            }
            // It only holds for SELECT there; MySQL has no limit for other statements.
            Flavour::MySql => format!("max_execution_time = {}", settings.statement_timeout.as_millis()),
        };
        let mut sql = format!(
            "SET NAMES utf8mb4; SET SESSION sql_mode = '{SQL_MODE}', time_zone = '+00:00', autocommit = 1, \
             foreign_key_checks = 1, unique_checks = 1, sql_safe_updates = 0, sql_auto_is_null = 0, \
             sql_quote_show_create = 1, group_concat_max_len = 1073741824, lock_wait_timeout = {wait}, \
             innodb_lock_wait_timeout = {wait}, wait_timeout = {FOR_EVER}, {limit}"
        );
        if settings.access == Access::ReadOnly {
            sql.push_str("; SET SESSION TRANSACTION READ ONLY");
        }
        self.rows(&sql).await.map(|_| ())
    }

    pub(crate) async fn run(&mut self, sql: &str) -> Outcome<u64> {
        if self.lock_timeout.is_zero() {
            return self.script(sql, false).await.map(|ran| ran.affected);
        }
        // A wait lasts as long as the lock timeout, so two looks in that time see every one of them.
        let interval = Duration::from_secs(seconds(self.lock_timeout)) / 2;
        let mut seen = Vec::new();
        let (options, id, flavour) = (self.options.clone(), self.id, self.flavour);
        let ran = tokio::select! {
            ran = self.script(sql, false) => ran,
            never = watch::blockers(&options, id, flavour, interval, &mut seen) => match never {},
        };
        ran.map(|ran| ran.affected).map_err(|error| error.waited_for(seen))
    }

    pub(crate) async fn rows(&mut self, sql: &str) -> Outcome<Rows> {
        self.script(sql, true).await.map(|ran| ran.rows)
    }

    /// A database is a namespace here. The servers look into a single one only when they are asked for it
    /// by name, so a query is asked once for each.
    pub(crate) async fn catalog(&mut self, query: &CatalogQuery, namespaces: &[String]) -> Outcome<Rows> {
        if !query.takes_namespaces {
            return self.prepared(query.sql, &[]).await;
        }
        let mut rows = Rows::new();
        for namespace in namespaces {
            let everywhere = vec![namespace.as_str(); query.sql.matches('?').count()];
            rows.extend(self.prepared(query.sql, &everywhere).await?);
        }
        Ok(rows)
    }

    /// When each table was defined as it is. MariaDB tells the time of its definition file, which every ALTER
    /// writes anew (measured on 10.11 and 11.8: each kind of it, instant ones included), in whole seconds; so
    /// nothing is concluded from the last ones, nor from engines that keep a time of their own. MySQL keeps the
    /// time at which the table was made.
    pub(crate) async fn moment(&mut self, namespaces: &[String]) -> Outcome<Option<String>> {
        if self.flavour != Flavour::MariaDb {
            return Ok(None);
        }
        let sql = "SELECT CAST(CASE WHEN COUNT(*) = COALESCE(SUM(ENGINE = 'InnoDB' OR TABLE_TYPE = 'VIEW'), 0) \
                          AND COALESCE(MAX(CREATE_TIME) < NOW() - INTERVAL 2 SECOND, 1) \
                     THEN CONCAT_WS(' ', COUNT(*), MAX(CREATE_TIME), \
                          SUM(CRC32(CONCAT_WS('|', TABLE_NAME, TABLE_TYPE, CREATE_TIME)))) END AS CHAR) \
                   FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?";
        let mut moments = Vec::new();
        for namespace in namespaces {
            let rows = self.prepared(sql, &[namespace]).await?;
            let Some(moment) = rows.into_iter().flatten().flatten().next() else { return Ok(None) };
            moments.push(moment);
        }
        Ok(Some(moments.join(", ")))
    }

    pub(crate) async fn relation(&mut self, at: &TableName) -> Outcome<Option<Relation>> {
        let tables = "SELECT CAST(TABLE_NAME AS CHAR), CAST(TABLE_TYPE AS CHAR) \
                      FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?";
        let namespace = at.namespace.as_ref().map_or_else(|| self.database.clone(), ToString::to_string);
        let wanted = at.name.as_str();
        let found = self.prepared(tables, &[&namespace, wanted]).await?;
        let found = found.into_iter().find(|row| {
            let name = row.first().cloned().flatten().unwrap_or_default();
            name == wanted || (!self.tells_case && name.to_lowercase() == wanted.to_lowercase())
        });
        let Some(kind) = found.and_then(|row| row.into_iter().nth(1).flatten()) else { return Ok(None) };
        let columns = "SELECT CAST(COLUMN_NAME AS CHAR) FROM information_schema.COLUMNS \
                       WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION";
        let columns = self.prepared(columns, &[&namespace, wanted]).await?;
        let columns = columns.into_iter().filter_map(|row| row.into_iter().next().flatten()).collect();
        Ok(Some(Relation { kind: kind_of_relation(&kind).to_owned(), columns }))
    }

    /// Asks a query with texts for its parameters and text in its columns. The statement stays prepared: closing
    /// one is a message without an answer, and over TCP whatever is sent behind it waits 40 ms for it to be
    /// acknowledged.
    pub(super) async fn prepared(&mut self, sql: &'static str, values: &[&str]) -> Outcome<Rows> {
        let statement = sqlx::query::<MySql>(sql);
        let statement = values.iter().fold(statement, |statement, value| statement.bind((*value).to_owned()));
        let rows = statement.fetch_all(self.connected()?).await;
        rows.and_then(|rows| rows.iter().map(prepared_texts).collect::<sqlx::Result<Rows>>())
            .map_err(|error| self.failure(error, sql))
    }

    pub(crate) async fn lock_session(&mut self, settings: &Settings) -> Outcome<LockSession> {
        let opening = LockSession::open(&self.options, &self.database, &self.secrets);
        let opened = tokio::time::timeout(settings.connect_timeout, opening).await;
        opened.map_err(|_| Kind::NoAnswer(settings.connect_timeout))?
    }

    pub(crate) async fn close(mut self) -> Outcome<()> {
        self.connected()?;
        let (connection, secrets) = (self.connection, self.secrets);
        let Some(connection) = connection else { return Ok(()) };
        connection.close().await.map_err(|error| failure::of_closing(&error, &secrets))
    }

    pub(super) async fn script(&mut self, sql: &str, keeps_rows: bool) -> Outcome<Ran> {
        match self.attempt(sql, keeps_rows).await? {
            Ok(ran) => Ok(ran),
            Err(stopped) => Err(self.stopped(stopped, sql)),
        }
    }

    /// Runs a text and leaves what stopped it as the driver told it.
    pub(super) async fn attempt(&mut self, sql: &str, keeps_rows: bool) -> Outcome<Result<Ran, Stopped>> {
        let read = keeps_rows.then_some(texts as script::ReadRow<MySql>);
        Ok(script::run::<MySql, _>(self.connected()?, sql, affected, read).await)
    }

    pub(super) fn database(&self) -> &str {
        &self.database
    }

    fn connected(&mut self) -> Outcome<&mut MySqlConnection> {
        self.connection.as_mut().ok_or_else(|| Kind::Lost("it broke with an earlier statement".into()))
    }

    fn failure(&mut self, error: sqlx::Error, sql: &str) -> Kind {
        self.stopped(Stopped { error, completed: 0 }, sql)
    }

    /// A connection that is out of step would answer the next statement with this one's rows, so such a
    /// one is let go.
    pub(super) fn stopped(&mut self, stopped: Stopped, sql: &str) -> Kind {
        let is_broken = matches!(stopped.error, sqlx::Error::Protocol(_));
        let kind = failure::of_statement(stopped, sql, &self.secrets);
        if is_broken || matches!(kind, Kind::Lost(_)) {
            self.connection = None;
        }
        self.may_be_undone |= matches!(kind, Kind::LockTimeout { .. });
        kind
    }
}

pub(super) fn affected(done: &MySqlQueryResult) -> u64 {
    done.rows_affected()
}

/// The cells of a row that was not prepared: the server sent them as text, whatever their type. What is
/// no text in any encoding is written as the server writes bytes.
pub(super) fn texts(row: &MySqlRow) -> sqlx::Result<Vec<Option<String>>> {
    (0..row.len())
        .map(|place| {
            let bytes = row.try_get_unchecked::<Option<Vec<u8>>, _>(place)?;
            Ok(bytes
                .map(|bytes| String::from_utf8(bytes).unwrap_or_else(|error| hexadecimal(error.as_bytes()))))
        })
        .collect()
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().map(|byte| format!("{byte:02X}"));
    std::iter::once("0x".to_owned()).chain(digits).collect()
}

/// The cells of a prepared query, which must be text: the server sends every other type in binary.
fn prepared_texts(row: &MySqlRow) -> sqlx::Result<Vec<Option<String>>> {
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

/// Reads `10.11.6-MariaDB-0+deb12u1` or `8.0.36`: which server, its version, and both for people.
fn introduced(text: &str) -> (Flavour, (u32, u32), String) {
    let is_mariadb = text.to_ascii_lowercase().contains("mariadb");
    let (flavour, title) = if is_mariadb { (Flavour::MariaDb, "MariaDB") } else { (Flavour::MySql, "MySQL") };
    let number = text.split('-').next().unwrap_or_default();
    let mut numbers = number.split('.').map(|number| number.parse().unwrap_or_default());
    let version = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
    (flavour, version, format!("{title} {}", escape(number)))
}

/// As the servers read a setting of time: in whole seconds, at least one; zero is for ever.
fn seconds(time: Duration) -> u64 {
    if time.is_zero() {
        FOR_EVER
    } else {
        time.as_millis().div_ceil(1000).try_into().unwrap_or(FOR_EVER).min(FOR_EVER)
    }
}

fn kind_of_relation(word: &str) -> &'static str {
    match word {
        "BASE TABLE" | "SYSTEM VERSIONED" => "table",
        "VIEW" | "SYSTEM VIEW" => "view",
        "SEQUENCE" => "sequence",
        _ => "thing of another kind",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_told_apart_by_their_own_words() {
        let mariadb = introduced("10.11.6-MariaDB-0+deb12u1");
        assert_eq!(mariadb, (Flavour::MariaDb, (10, 11), "MariaDB 10.11.6".to_owned()));
        assert_eq!(introduced("8.0.36"), (Flavour::MySql, (8, 0), "MySQL 8.0.36".to_owned()));
        assert_eq!(introduced("8.4.0-commercial").2, "MySQL 8.4.0");
    }

    #[test]
    fn a_wait_is_a_whole_number_of_seconds() {
        assert_eq!(seconds(Duration::from_millis(1)), 1);
        assert_eq!(seconds(Duration::from_millis(5_001)), 6);
        assert_eq!(seconds(Duration::ZERO), FOR_EVER);
        assert_eq!(seconds(Duration::MAX), FOR_EVER);
    }
}
