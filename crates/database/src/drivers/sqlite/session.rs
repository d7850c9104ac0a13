//! A session with a SQLite database.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ambix_dialect::CatalogQuery;
use ambix_schema::TableName;
use sqlx::sqlite::{SqliteConnection, SqliteQueryResult, SqliteRow};
use sqlx::{Connection, Row, Sqlite, ValueRef};

use super::failure;
use super::file::File;
use crate::drivers::script::{self, Ran, Stopped};
use crate::drivers::{Greeting, Outcome, Relation, Rows};
use crate::error::{DatabaseErrorKind as Kind, Violation};
use crate::fault;
use crate::settings::{Access, Settings};
use crate::transaction::ForeignKeys;

/// The oldest library whose SQL is spoken.
const LEAST: (u32, u32) = (3, 35);

/// One session.
pub(crate) struct Session {
    connection: SqliteConnection,
    access: Access,
    /// The violations from before a transaction with deferred foreign keys; `None` outside of one.
    deferred: Option<Violations>,
    /// How often anything was committed, by whomsoever.
    commits: Arc<AtomicU64>,
    /// What `commits` was when the transaction began.
    commits_before: u64,
}

/// Rows that point at nothing, by table and referenced table.
type Violations = BTreeMap<(String, String), usize>;

impl Session {
    pub(crate) async fn open(file: &File, settings: &Settings) -> Outcome<(Self, Greeting)> {
        let options = file.options(settings)?;
        let trouble = |error| failure::of_opening(Stopped { error, completed: 0 });
        let connection = SqliteConnection::connect_with(&options).await.map_err(trouble)?;
        let commits = Arc::new(AtomicU64::new(0));
        let mut session =
            Self { connection, access: settings.access, deferred: None, commits, commits_before: 0 };
        session.count_commits().await?;
        // The first look at the file: before it, SQLite has not read a byte of it.
        let sql = "SELECT sqlite_version() FROM (SELECT count(*) FROM sqlite_schema)";
        let read = script::run::<Sqlite, _>(&mut session.connection, sql, affected, Some(texts)).await;
        let rows = read.map_err(failure::of_opening)?.rows;
        let version_text = rows.into_iter().flatten().next().flatten().unwrap_or_default();
        let version = version(&version_text);
        let text = format!("SQLite {version_text}");
        if version < LEAST {
            return Err(Kind::OldServer { found: text, least: "SQLite 3.35" });
        }
        Ok((session, Greeting { dialect: "sqlite", version, text, namespace: None }))
    }

    pub(crate) async fn pin(&mut self, _: &Settings) -> Outcome<()> {
        self.set_foreign_keys(true).await
    }

    async fn count_commits(&mut self) -> Outcome<()> {
        let commits = Arc::clone(&self.commits);
        let mut handle = self.connection.lock_handle().await.map_err(|error| of_query(error, ""))?;
        handle.set_commit_hook(move || {
            commits.fetch_add(1, Ordering::SeqCst);
            true
        });
        Ok(())
    }

    /// Whether something was committed since the transaction began: then a statement of it was a COMMIT.
    fn was_committed(&self) -> bool {
        self.commits.load(Ordering::SeqCst) != self.commits_before
    }

    pub(crate) async fn run(&mut self, sql: &str) -> Outcome<u64> {
        self.script(sql, false).await.map(|ran| ran.affected)
    }

    pub(crate) async fn rows(&mut self, sql: &str) -> Outcome<Rows> {
        self.script(sql, true).await.map(|ran| ran.rows)
    }

    pub(crate) async fn catalog(&mut self, query: &CatalogQuery, namespaces: &[String]) -> Outcome<Rows> {
        let mut statement = sqlx::query::<Sqlite>(query.sql).persistent(false);
        if query.takes_namespaces {
            // Attached databases come and go with a session, so there is one namespace to read.
            statement = statement.bind(namespaces.first().cloned().unwrap_or_else(|| "main".into()));
        }
        let rows = statement.fetch_all(&mut self.connection).await;
        rows.and_then(|rows| rows.iter().map(texts).collect()).map_err(|error| of_query(error, query.sql))
    }

    pub(crate) async fn relation(&mut self, at: &TableName) -> Outcome<Option<Relation>> {
        let namespace = at.namespace.as_ref().map_or("main", |name| name.as_str());
        let kind = "SELECT type FROM pragma_table_list WHERE schema = ?1 AND name = ?2 COLLATE NOCASE";
        let kind = self.texts_of(kind, namespace, at).await?;
        let Some(kind) = kind.into_iter().next() else { return Ok(None) };
        let columns = "SELECT name FROM pragma_table_info(?2, ?1)";
        let columns = self.texts_of(columns, namespace, at).await?;
        Ok(Some(Relation { kind, columns }))
    }

    async fn texts_of(&mut self, sql: &'static str, namespace: &str, at: &TableName) -> Outcome<Vec<String>> {
        sqlx::query_scalar::<Sqlite, String>(sql)
            .bind(namespace.to_owned())
            .bind(at.name.as_str().to_owned())
            .persistent(false)
            .fetch_all(&mut self.connection)
            .await
            .map_err(|error| of_query(error, sql))
    }

    pub(crate) async fn begin_reading(&mut self, is_in_transaction: bool) -> Outcome<()> {
        if is_in_transaction { Ok(()) } else { self.run("BEGIN").await.map(|_| ()) }
    }

    pub(crate) async fn end_reading(&mut self, is_in_transaction: bool) -> Outcome<()> {
        if is_in_transaction { Ok(()) } else { self.run("ROLLBACK").await.map(|_| ()) }
    }

    pub(crate) async fn begin(&mut self, foreign_keys: ForeignKeys) -> Outcome<()> {
        // Inside a transaction the pragma does nothing, so it comes first.
        let is_deferred = foreign_keys == ForeignKeys::Deferred;
        if is_deferred && !fault::is_off("pragma_inside") {
            self.set_foreign_keys(false).await?;
        }
        let begun = self.begin_writing(is_deferred).await;
        if begun.is_err() && is_deferred {
            self.set_foreign_keys(true).await?;
        }
        begun
    }

    async fn begin_writing(&mut self, is_deferred: bool) -> Outcome<()> {
        match self.access {
            Access::ReadOnly => self.run("BEGIN").await?,
            // The write lock comes before the first look, or two runs would both see the same heads.
            Access::ReadWrite => self.run("BEGIN IMMEDIATE").await?,
        };
        self.commits_before = self.commits.load(Ordering::SeqCst);
        if is_deferred {
            match self.violations().await {
                Ok(before) => self.deferred = Some(before),
                Err(error) => {
                    self.run("ROLLBACK").await?;
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    pub(crate) async fn commit(&mut self) -> Outcome<()> {
        if self.was_committed() {
            return Err(Kind::TransactionEnded);
        }
        if let Some(before) = self.deferred.clone() {
            let new = new_violations(&before, self.violations().await?);
            if !new.is_empty() {
                return Err(Kind::ForeignKeys(new));
            }
        }
        if let Err(error) = self.run("COMMIT").await {
            // The attempt was counted, and nothing came of it.
            self.commits_before = self.commits.load(Ordering::SeqCst);
            return Err(error);
        }
        self.enforce_again().await
    }

    pub(crate) async fn rollback(&mut self) -> Outcome<()> {
        let was_committed = self.was_committed();
        match self.run("ROLLBACK").await {
            Ok(_) => {}
            // A full disk, and some other failures, have rolled it back already.
            Err(Kind::Statement(failure)) if failure.message.contains("no transaction is active") => {}
            Err(error) => return Err(error),
        }
        self.enforce_again().await?;
        if was_committed { Err(Kind::TransactionEnded) } else { Ok(()) }
    }

    async fn enforce_again(&mut self) -> Outcome<()> {
        if self.deferred.take().is_some() { self.set_foreign_keys(true).await } else { Ok(()) }
    }

    /// Sets it and reads it back: SQLite ignores the pragma in silence where it cannot be obeyed.
    async fn set_foreign_keys(&mut self, is_on: bool) -> Outcome<()> {
        let number = if is_on { "1" } else { "0" };
        let rows = self.rows(&format!("PRAGMA foreign_keys = {number}; PRAGMA foreign_keys")).await?;
        if rows == [[Some(number.to_owned())]] {
            return Ok(());
        }
        Err(Kind::Transaction("SQLite did not accept `PRAGMA foreign_keys`; a transaction is still open"))
    }

    async fn violations(&mut self) -> Outcome<Violations> {
        let rows = self
            .rows("SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2")
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let mut cells = row.into_iter().map(Option::unwrap_or_default);
                let mut next = || cells.next().unwrap_or_default();
                ((next(), next()), next().parse().unwrap_or_default())
            })
            .collect())
    }

    pub(crate) async fn close(self) -> Outcome<()> {
        self.connection.close().await.map_err(|error| of_query(error, ""))
    }

    async fn script(&mut self, sql: &str, keeps_rows: bool) -> Outcome<Ran> {
        let read = keeps_rows.then_some(texts as script::ReadRow<Sqlite>);
        let ran = script::run::<Sqlite, _>(&mut self.connection, sql, affected, read).await;
        ran.map_err(|stopped| failure::of_statement(stopped, sql))
    }
}

/// What is worse than before. Rows that pointed at nothing already are not this transaction's doing.
fn new_violations(before: &Violations, after: Violations) -> Vec<Violation> {
    after
        .into_iter()
        .filter_map(|(place, count)| {
            let rows = count.saturating_sub(before.get(&place).copied().unwrap_or_default());
            let (table, references) = place;
            (rows > 0).then(|| Violation {
                table: ambix_schema::escape(&table),
                references: ambix_schema::escape(&references),
                rows,
            })
        })
        .collect()
}

fn of_query(error: sqlx::Error, sql: &str) -> Kind {
    failure::of_statement(Stopped { error, completed: 0 }, sql)
}

fn affected(done: &SqliteQueryResult) -> u64 {
    done.rows_affected()
}

/// The cells of a row; SQLite itself turns numbers into text.
fn texts(row: &SqliteRow) -> sqlx::Result<Vec<Option<String>>> {
    (0..row.len())
        .map(|place| {
            if row.try_get_raw(place)?.is_null() {
                return Ok(None);
            }
            row.try_get_unchecked::<String, _>(place).map(Some)
        })
        .collect()
}

/// `3.46.1` is 3.46.
fn version(text: &str) -> (u32, u32) {
    let mut numbers = text.split('.').map(|number| number.parse().unwrap_or_default());
    (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default())
}
