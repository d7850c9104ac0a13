//! [`Database`]: one pinned session, and what can be run in it.

use std::fmt;

use ambix_dialect::Dialect;
use ambix_schema::TableName;

use crate::drivers::{self, Greeting, Session};
use crate::error::{DatabaseError, DatabaseErrorKind, Doing, StatementFailure, abridged};
use crate::settings::Settings;

/// One session with a database, its settings pinned.
pub struct Database {
    session: Session,
    settings: Settings,
    greeting: Greeting,
    dialect: Box<dyn Dialect>,
    is_in_transaction: bool,
}

/// Connects and pins the session.
///
/// # Errors
/// In plain words what was tried and why it failed; [`DatabaseError::hint`] has the way out.
pub async fn connect(settings: &Settings) -> Result<Database, DatabaseError> {
    let doing = format!("connect to {}", settings.url.described());
    let (mut session, greeting) = drivers::open(settings).await.doing(&doing)?;
    let default = greeting.namespace.as_deref().or(settings.namespaces.first().map(String::as_str));
    let dialect = ambix_dialect::dialect(greeting.dialect, Some(greeting.version), default)
        .map_err(|unknown| DatabaseErrorKind::UnknownScheme(unknown.name))
        .doing(&doing)?;
    session.pin(settings, dialect.as_ref()).await.doing(&doing)?;
    Ok(Database { session, settings: settings.clone(), greeting, dialect, is_in_transaction: false })
}

impl Database {
    /// The server's version, as (major, minor).
    pub fn server_version(&self) -> (u32, u32) {
        self.greeting.version
    }

    /// The server and its version for people: `PostgreSQL 15.4`.
    pub fn version_text(&self) -> &str {
        &self.greeting.text
    }

    /// The dialect's name: `postgres`, `sqlite`, `mariadb`, `mysql`. The last two are told apart by what the
    /// server says of itself, and not by the URL.
    pub fn dialect_name(&self) -> &'static str {
        self.dialect.facts().name
    }

    /// The dialect, for this server's version and the session's default namespace.
    pub fn dialect(&self) -> &dyn Dialect {
        self.dialect.as_ref()
    }

    /// The database for people: ``postgres database `app` on localhost:5432 as `me` ``.
    pub fn described(&self) -> String {
        self.settings.url.described()
    }

    /// Whether a transaction is open.
    pub fn is_in_transaction(&self) -> bool {
        self.is_in_transaction
    }

    /// Runs one statement or several as they stand.
    ///
    /// # Errors
    /// With the statement, the server's code and message, and the line where the server tells it;
    /// [`DatabaseErrorKind::LockTimeout`] says who held the lock.
    pub async fn execute(&mut self, sql: &str) -> Result<(), DatabaseError> {
        self.checked(sql)?;
        self.session.run(sql).await.map(|_| ()).doing(self.running(sql))
    }

    /// Runs one statement or several and gives their rows, every cell as text.
    ///
    /// # Errors
    /// As [`Database::execute`].
    pub async fn query_text(&mut self, sql: &str) -> Result<Vec<Vec<Option<String>>>, DatabaseError> {
        self.checked(sql)?;
        self.session.rows(sql).await.doing(self.running(sql))
    }

    /// Asks the server for a sign of life.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn ping(&mut self) -> Result<(), DatabaseError> {
        let doing = format!("reach {}", self.described());
        self.session.rows("SELECT 1").await.map(|_| ()).doing(doing)
    }

    /// Says goodbye. What was not committed is rolled back.
    ///
    /// # Errors
    /// When the connection was lost before.
    pub async fn close(self) -> Result<(), DatabaseError> {
        let doing = format!("close the connection to {}", self.described());
        self.session.close().await.doing(doing)
    }

    /// No server takes a NUL, and a driver would end the text at it and run what stands before.
    fn checked(&self, sql: &str) -> Result<(), DatabaseError> {
        if !sql.contains('\0') {
            return Ok(());
        }
        let failure = Box::new(StatementFailure {
            sql: self.scrubbed(sql),
            message: "the statement holds a NUL character".into(),
            ..StatementFailure::default()
        });
        Err(DatabaseErrorKind::Statement(failure)).doing(self.running(sql))
    }

    /// A statement without the password of this connection, should it repeat it.
    pub fn scrubbed(&self, sql: &str) -> String {
        self.settings.url.secrets().scrub(sql)
    }

    /// A statement for people: scrubbed, and escaped.
    pub fn shown(&self, sql: &str) -> String {
        ambix_schema::escape(&self.scrubbed(sql))
    }

    fn running(&self, sql: &str) -> String {
        format!("run `{}`", abridged(&self.scrubbed(sql)))
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn session_mut(&mut self) -> &mut Session {
        &mut self.session
    }

    pub(crate) fn set_in_transaction(&mut self, is_in_transaction: bool) {
        self.is_in_transaction = is_in_transaction;
    }

    /// Reads these namespaces, too, from now on; the default one stays what it is.
    pub fn also_read(&mut self, namespaces: impl IntoIterator<Item = String>) {
        let mut all = self.namespaces();
        for namespace in namespaces {
            if !all.contains(&namespace) {
                all.push(namespace);
            }
        }
        self.settings.namespaces = all;
    }

    /// Reads every namespace from now on that is neither the server's own nor an extension's; the default
    /// one stays what it is.
    ///
    /// # Errors
    /// When the catalog cannot be read.
    pub async fn read_every_namespace(&mut self) -> Result<(), DatabaseError> {
        let doing = format!("list the schemas of {}", self.described());
        let namespaces = self.session.namespaces().await.doing(doing)?;
        self.also_read(namespaces);
        Ok(())
    }

    /// The namespaces to read.
    pub(crate) fn namespaces(&self) -> Vec<String> {
        if self.settings.namespaces.is_empty() {
            return vec![self.dialect.default_namespace().as_str().to_owned()];
        }
        self.settings.namespaces.clone()
    }

    /// The version table with its namespace said: a temporary table could shadow the bare name.
    pub(crate) fn version_table(&self) -> TableName {
        let TableName { namespace, name } = self.settings.version_table.clone();
        let namespace = namespace.unwrap_or_else(|| self.dialect.default_namespace().clone());
        TableName { namespace: Some(namespace), name }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("url", &self.settings.url)
            .field("version", &self.greeting.text)
            .field("is_in_transaction", &self.is_in_transaction)
            .finish_non_exhaustive()
    }
}
