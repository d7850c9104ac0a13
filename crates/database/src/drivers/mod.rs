//! One folder for each database: its URL, its session, its words for failures.
//!
//! [`Session`] is the whole of what the rest of the crate asks of a database. A further database is a
//! further folder and a further arm here. Each is behind a feature of its own, so that a program links only
//! the one it uses.

#[cfg(feature = "mysql")]
pub(crate) mod mysql;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
mod script;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;

use ambix_dialect::{CatalogQuery, Dialect};
use ambix_schema::TableName;

use crate::error::DatabaseErrorKind;
use crate::fault;
use crate::lock::Holder;
use crate::settings::Settings;
use crate::transaction::ForeignKeys;
use crate::url::Target;

/// Rows as texts.
pub(crate) type Rows = Vec<Vec<Option<String>>>;

type Outcome<T> = Result<T, DatabaseErrorKind>;

/// A table-like thing in the catalog, as far as the version table needs it.
pub(crate) struct Relation {
    /// `table`, `view`, …
    pub(crate) kind: String,
    pub(crate) columns: Vec<String>,
}

/// The same of the session with whichever database it is, of those that are built in.
macro_rules! each {
    ($self:ident, $session:ident => $done:expr) => {
        match $self {
            #[cfg(feature = "mysql")]
            Self::MySql($session) => $done,
            #[cfg(feature = "postgres")]
            Self::Postgres($session) => $done,
            #[cfg(feature = "sqlite")]
            Self::Sqlite($session) => $done,
        }
    };
}

/// The same of the session that holds the lock, or something else where transactions do.
macro_rules! each_lock {
    ($self:ident, $session:ident => $done:expr, or $otherwise:expr) => {
        match $self {
            #[cfg(feature = "mysql")]
            Self::MySql($session) => $done,
            #[cfg(feature = "postgres")]
            Self::Postgres($session) => $done,
            #[cfg(feature = "sqlite")]
            Self::OfTransactions => $otherwise,
        }
    };
}

/// One session with a database.
pub(crate) enum Session {
    #[cfg(feature = "mysql")]
    MySql(Box<mysql::Session>),
    #[cfg(feature = "postgres")]
    Postgres(Box<postgres::Session>),
    #[cfg(feature = "sqlite")]
    Sqlite(Box<sqlite::Session>),
}

/// What a server says about itself.
pub(crate) struct Greeting {
    /// The dialect it speaks, whatever the URL said.
    pub(crate) dialect: &'static str,
    pub(crate) version: (u32, u32),
    /// `PostgreSQL 15.4`, `SQLite 3.46.0`.
    pub(crate) text: String,
    /// The namespace that the session is in, where the connection decides that.
    pub(crate) namespace: Option<String>,
}

/// Connects. The session is not pinned yet: [`Session::pin`] follows once its dialect is known.
pub(crate) async fn open(settings: &Settings) -> Outcome<(Session, Greeting)> {
    crate::fault::arm();
    match settings.url.target() {
        #[cfg(feature = "mysql")]
        Target::MySql(server) => {
            let (session, greeting) = mysql::Session::open(server, settings).await?;
            Ok((Session::MySql(Box::new(session)), greeting))
        }
        #[cfg(feature = "postgres")]
        Target::Postgres(server) => {
            let (session, greeting) = postgres::Session::open(server, settings).await?;
            Ok((Session::Postgres(Box::new(session)), greeting))
        }
        #[cfg(feature = "sqlite")]
        Target::Sqlite(file) => {
            let (session, greeting) = sqlite::Session::open(file, settings).await?;
            Ok((Session::Sqlite(Box::new(session)), greeting))
        }
        Target::Other(scheme) => Err(DatabaseErrorKind::UnknownScheme(scheme.clone())),
    }
}

impl Session {
    /// Pins everything that a statement's meaning could depend on.
    pub(crate) async fn pin(&mut self, settings: &Settings, dialect: &dyn Dialect) -> Outcome<()> {
        match self {
            #[cfg(feature = "mysql")]
            Self::MySql(session) => session.pin(settings).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => session.pin(settings, dialect).await,
            #[cfg(feature = "sqlite")]
            Self::Sqlite(session) => session.pin(settings).await,
        }
    }

    /// Runs one statement or several, and counts the rows they affected.
    pub(crate) async fn run(&mut self, sql: &str) -> Outcome<u64> {
        each!(self, session => session.run(sql).await)
    }

    /// Runs one statement or several, and gives their rows.
    pub(crate) async fn rows(&mut self, sql: &str) -> Outcome<Rows> {
        each!(self, session => session.rows(sql).await)
    }

    /// Runs a query against the catalog.
    pub(crate) async fn catalog(&mut self, query: &CatalogQuery, namespaces: &[String]) -> Outcome<Rows> {
        each!(self, session => session.catalog(query, namespaces).await)
    }

    /// Every namespace that is neither the server's own nor an extension's. Empty where a session has
    /// but one.
    pub(crate) async fn namespaces(&mut self) -> Outcome<Vec<String>> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => session.namespaces().await,
            // A database is the only namespace of a session with MariaDB, and what is attached to SQLite comes
            // and goes with one.
            #[cfg(feature = "mysql")]
            Self::MySql(_) => Ok(Vec::new()),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => Ok(Vec::new()),
        }
    }

    /// What the server itself prints of every object: kind, name, text.
    pub(crate) async fn renderings(&mut self, namespaces: &[String]) -> Outcome<Rows> {
        let printed = |sql, takes_namespaces| CatalogQuery {
            name: "renderings",
            sql,
            columns: &["kind", "name", "text"],
            takes_namespaces,
            is_fingerprint: false,
        };
        match self {
            #[cfg(feature = "mysql")]
            Self::MySql(session) => session.renderings().await,
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => {
                session.catalog(&printed(include_str!("postgres/renderings.sql"), true), namespaces).await
            }
            #[cfg(feature = "sqlite")]
            Self::Sqlite(session) => {
                session.catalog(&printed(include_str!("sqlite/renderings.sql"), false), namespaces).await
            }
        }
    }

    /// What the role may not do: what it is about, the namespace, the table, what, the statement.
    pub(crate) async fn missing_privileges(&mut self, namespaces: &[String]) -> Outcome<Rows> {
        let query = CatalogQuery {
            name: "privileges",
            sql: include_str!("postgres/privileges.sql"),
            columns: &["about", "namespace", "table", "what", "statement"],
            takes_namespaces: true,
            is_fingerprint: false,
        };
        match self {
            #[cfg(feature = "mysql")]
            Self::MySql(session) => session.missing_privileges().await,
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => session.catalog(&query, namespaces).await,
            #[cfg(feature = "sqlite")]
            // Whoever may write to the file may do everything.
            Self::Sqlite(_) => Ok(Rows::new()),
        }
    }

    /// What stands in the catalog under a name.
    pub(crate) async fn relation(&mut self, at: &TableName) -> Outcome<Option<Relation>> {
        each!(self, session => session.relation(at).await)
    }

    /// Something that is cheap to ask for and another one after every change of the schema, where the server
    /// has it at the time.
    #[cfg_attr(not(feature = "mysql"), expect(unused_variables, reason = "for MariaDB alone"))]
    pub(crate) async fn moment(&mut self, namespaces: &[String]) -> Outcome<Option<String>> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => session.moment().await.map(Some),
            #[cfg(feature = "mysql")]
            Self::MySql(session) => session.moment(namespaces).await,
            // The fingerprint is one number.
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => Ok(None),
        }
    }

    /// Makes the catalog queries that follow see one state under pinned names.
    pub(crate) async fn begin_reading(&mut self, is_in_transaction: bool) -> Outcome<()> {
        each!(self, session => session.begin_reading(is_in_transaction).await)
    }

    /// Undoes [`Session::begin_reading`].
    pub(crate) async fn end_reading(&mut self, is_in_transaction: bool) -> Outcome<()> {
        each!(self, session => session.end_reading(is_in_transaction).await)
    }

    pub(crate) async fn begin(&mut self, foreign_keys: ForeignKeys) -> Outcome<()> {
        match self {
            #[cfg(feature = "mysql")]
            Self::MySql(session) => session.begin().await,
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => session.begin().await,
            #[cfg(feature = "sqlite")]
            Self::Sqlite(session) => session.begin(foreign_keys).await,
        }
    }

    /// Begins a transaction and reads in it, where the server takes both in one message. After an error none is
    /// open.
    #[cfg_attr(not(feature = "postgres"), expect(unused_variables, reason = "for PostgreSQL alone"))]
    pub(crate) async fn begin_and_read(&mut self, sql: &str) -> Option<Outcome<Rows>> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => Some(session.begin_and_read(sql).await),
            #[cfg(feature = "mysql")]
            Self::MySql(_) => None,
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => None,
        }
    }

    /// Commits. After an error [`Session::rollback`] is still due.
    pub(crate) async fn commit(&mut self) -> Outcome<()> {
        each!(self, session => session.commit().await)
    }

    /// Runs statements that write one row each, and commits, in one message where the server takes them so. Gives
    /// the place of the first that did not find its row; then nothing is committed.
    pub(crate) async fn write_and_commit(&mut self, writes: &[String]) -> Outcome<Option<usize>> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => {
                fault::point("committing");
                session.write_and_commit(writes).await
            }
            #[cfg(feature = "mysql")]
            Self::MySql(_) => self.write_then_commit(writes).await,
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => self.write_then_commit(writes).await,
        }
    }

    #[cfg(any(feature = "mysql", feature = "sqlite"))]
    async fn write_then_commit(&mut self, writes: &[String]) -> Outcome<Option<usize>> {
        for (place, sql) in writes.iter().enumerate() {
            if self.run(sql).await? != 1 {
                return Ok(Some(place));
            }
        }
        fault::point("version_written");
        fault::point("committing");
        self.commit().await?;
        Ok(None)
    }

    /// Rolls back, and fails unless nothing of the transaction is left.
    pub(crate) async fn rollback(&mut self) -> Outcome<()> {
        each!(self, session => session.rollback().await)
    }

    /// Prepares to take the lock; where the database has no lock beside its transactions, it is had.
    pub(crate) async fn lock_session(&mut self, settings: &Settings) -> Outcome<LockSession> {
        match self {
            #[cfg(feature = "mysql")]
            Self::MySql(session) => {
                let session = session.lock_session(settings).await?;
                Ok(LockSession::MySql(Box::new(session)))
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => {
                let session = session.lock_session(settings).await?;
                Ok(LockSession::Postgres(Box::new(session)))
            }
            // The write lock of each transaction serves: it is taken at BEGIN, and the heads are read
            // inside.
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => Ok(LockSession::OfTransactions),
        }
    }

    /// As whom the server knows the session.
    pub(crate) async fn user(&mut self) -> Outcome<Option<String>> {
        match self {
            #[cfg(feature = "mysql")]
            Self::MySql(session) => session.user().await,
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => session.user().await,
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => Ok(None),
        }
    }

    /// What relations are now. Nothing where every statement takes part in a transaction, so that none is ever
    /// in doubt.
    pub(crate) async fn printed(&mut self, relations: &[TableName]) -> Outcome<Vec<Option<String>>> {
        match self {
            #[cfg(feature = "mysql")]
            Self::MySql(session) => session.printed(relations).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => session.printed(relations).await,
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => Ok(vec![None; relations.len()]),
        }
    }

    /// The indexes of relations that an interrupted statement left unusable.
    pub(crate) async fn invalid_indexes(&mut self, relations: &[TableName]) -> Outcome<Vec<TableName>> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => session.invalid_indexes(relations).await,
            // An index is there or not.
            #[cfg(feature = "mysql")]
            Self::MySql(_) => Ok(Vec::new()),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => Ok(Vec::new()),
        }
    }

    /// Marks the session as the one that works under the lock; or tells whose statement is still at work,
    /// though its run is gone.
    pub(crate) async fn enter_run(&mut self, table: &TableName) -> Outcome<Vec<Holder>> {
        match self {
            #[cfg(feature = "mysql")]
            Self::MySql(session) => session.enter_run(table).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => session.enter_run(table).await,
            // A statement ends with its program.
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => Ok(Vec::new()),
        }
    }

    /// Undoes [`Session::enter_run`].
    pub(crate) async fn leave_run(&mut self) -> Outcome<()> {
        match self {
            #[cfg(feature = "mysql")]
            Self::MySql(session) => session.leave_run().await,
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => session.leave_run().await,
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => Ok(()),
        }
    }

    pub(crate) async fn close(self) -> Outcome<()> {
        each!(self, session => session.close().await)
    }
}

/// What holds the lock.
#[derive(Debug)]
pub(crate) enum LockSession {
    #[cfg(feature = "mysql")]
    MySql(Box<mysql::LockSession>),
    #[cfg(feature = "postgres")]
    Postgres(Box<postgres::LockSession>),
    /// Nothing beside the transactions themselves.
    #[cfg(feature = "sqlite")]
    OfTransactions,
}

impl LockSession {
    /// Tries to take the lock, without waiting.
    pub(crate) async fn try_take(&mut self, table: &TableName) -> Outcome<bool> {
        each_lock!(self, session => session.try_take(table).await, or Ok(true))
    }

    /// Who holds the lock now.
    pub(crate) async fn holders(&mut self, table: &TableName) -> Outcome<Vec<Holder>> {
        each_lock!(self, session => session.holders(table).await, or Ok(Vec::new()))
    }

    /// A number that differs between the sessions of a server.
    pub(crate) fn number(&self) -> u32 {
        each_lock!(self, session => session.number(), or 0)
    }

    pub(crate) async fn is_alive(&mut self) -> bool {
        each_lock!(self, session => session.is_alive().await, or true)
    }

    pub(crate) async fn close(self) -> Outcome<()> {
        each_lock!(self, session => session.close().await, or Ok(()))
    }
}
