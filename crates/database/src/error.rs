//! Errors: what was being done, what went wrong in plain words, and the way out.
//!
//! An error holds texts, never a driver's own error value: every text has had the secrets taken out
//! and what a terminal would act on spelled out before it gets here.

use std::fmt;
use std::time::Duration;

use ambix_dialect::{CatalogError, RenderError};

use crate::lock::Holder;

/// What could not be done with a database, and why.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("could not {doing}: {kind}")]
pub struct DatabaseError {
    /// What was being done, to what: `connect to …`, ``run `ALTER TABLE …` ``.
    pub doing: String,
    /// What went wrong.
    pub kind: Box<DatabaseErrorKind>,
}

/// What went wrong.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DatabaseErrorKind {
    /// The URL cannot be understood.
    #[error("{0}")]
    Url(String),
    /// A URL of a database that ambix does not speak.
    #[error("`{0}` is not a database that ambix speaks")]
    UnknownScheme(String),
    /// The server is older than what is supported.
    #[error("the server is {found}, and ambix needs {least} or newer")]
    OldServer {
        /// What answered.
        found: String,
        /// The oldest version supported.
        least: &'static str,
    },
    /// Nothing listens there.
    #[error("the connection was refused: no server listens there")]
    Refused,
    /// The network cannot get there.
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    /// The host name has no address.
    #[error("the host name is unknown")]
    UnknownHost,
    /// No answer in time.
    #[error("no answer within {}", seconds(*.0))]
    NoAnswer(Duration),
    /// The server wants another password.
    #[error("the server refused the password: {message}")]
    WrongPassword {
        /// The server's words.
        message: String,
        /// Whether any password was sent.
        was_given: bool,
    },
    /// The server lets this user not in.
    #[error("the server does not let this user in: {0}")]
    NotAdmitted(String),
    /// There is no such database.
    #[error("there is no such database: {0}")]
    UnknownDatabase(String),
    /// The server is there and takes no connection now.
    #[error("the server takes no connection at the moment: {0}")]
    Busy(String),
    /// Encryption could not be agreed on.
    #[error("no encrypted connection could be made: {0}")]
    Tls(String),
    /// The database file does not exist.
    #[error("there is no file `{path}`")]
    NoFile {
        /// The file.
        path: String,
    },
    /// The directory of a database file that was to be created does not exist.
    #[error("there is no directory `{path}`")]
    NoDirectory {
        /// The directory.
        path: String,
    },
    /// The file is there and cannot be used as a database.
    #[error("{0}")]
    BadFile(String),
    /// The connection broke.
    #[error("the connection was lost: {0}")]
    Lost(String),
    /// The server refused a statement.
    #[error("{0}")]
    Statement(Box<StatementFailure>),
    /// A statement waited too long for a lock.
    #[error("{failure}{}", blocked_by(.holders))]
    LockTimeout {
        /// The statement.
        failure: Box<StatementFailure>,
        /// The sessions that held what it needed, as far as they could be seen.
        holders: Vec<Holder>,
    },
    /// A statement was cancelled: it ran longer than it may, or somebody stopped it.
    #[error("{0}")]
    Cancelled(Box<StatementFailure>),
    /// A write in a session or a database that takes none.
    #[error("{0}")]
    ReadOnly(Box<StatementFailure>),
    /// Another run holds the lock.
    #[error("another run has held the lock for all of {}{}", seconds(*.waited), blocked_by(.holders))]
    Locked {
        /// How long was waited.
        waited: Duration,
        /// Who holds it, as far as could be seen.
        holders: Vec<Holder>,
    },
    /// A statement of a run that is gone still works in the server.
    #[error(
        "a statement of an earlier run, which is gone, has been at work for all of {}{}",
        seconds(*.waited),
        blocked_by(.holders)
    )]
    StillRunning {
        /// How long was waited.
        waited: Duration,
        /// The sessions that are at work.
        holders: Vec<Holder>,
    },
    /// The schema was different before and after reading it, each time.
    #[error("the schema is changing: {tries} times in a row it was different after reading than before")]
    Changing {
        /// How often it was read.
        tries: u32,
    },
    /// The catalog's rows are not what was expected.
    #[error("{0}")]
    Catalog(CatalogError),
    /// A statement of ambix cannot be written for this database.
    #[error("{0}")]
    Render(RenderError),
    /// The version table is not what ambix keeps there.
    #[error("{reason}")]
    VersionTable {
        /// What is wrong with it.
        reason: String,
        /// How it is put right.
        way_out: &'static str,
    },
    /// Rows point at rows that do not exist.
    #[error("foreign keys are violated: {}", listed(.0))]
    ForeignKeys(Vec<Violation>),
    /// A statement ended the transaction that it ran in.
    #[error("a statement of its own ended the transaction, so what ran before it may be committed")]
    TransactionEnded,
    /// An earlier statement failed, and the server undid the transaction instead of committing it.
    #[error("an earlier statement of the transaction failed, so it was rolled back")]
    TransactionFailed,
    /// Transactions were begun or ended out of turn.
    #[error("{0}")]
    Transaction(&'static str),
}

/// A statement that a server refused.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StatementFailure {
    /// What was sent: one statement or several.
    pub sql: String,
    /// Which of several statements, counted from 1; only when one of them had run already.
    pub number: Option<usize>,
    /// The line of `sql`, counted from 1, where the server tells it.
    pub line: Option<usize>,
    /// The server's code: an SQLSTATE, SQLite's extended result code, or the number and SQLSTATE of MariaDB and
    /// MySQL.
    pub code: Option<String>,
    /// The server's message.
    pub message: String,
    /// More, in the server's words.
    pub detail: Option<String>,
    /// The server's own advice.
    pub advice: Option<String>,
}

/// Rows of a table that point at rows that do not exist.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Violation {
    /// The table whose rows point at nothing.
    pub table: String,
    /// The table they should point into.
    pub references: String,
    /// How many rows.
    pub rows: usize,
}

impl DatabaseError {
    /// An error of a kind.
    pub(crate) fn new(doing: impl Into<String>, kind: DatabaseErrorKind) -> Self {
        Self { doing: doing.into(), kind: Box::new(kind) }
    }

    /// The way out, where there is one to name.
    pub fn hint(&self) -> Option<String> {
        use DatabaseErrorKind as Kind;
        let hint = match &*self.kind {
            Kind::UnknownScheme(_) => "use `postgres://…`, `mysql://…`, `mariadb://…` or `sqlite:…`",
            Kind::Refused => "start the server, or correct host and port in the database URL",
            Kind::Unreachable(_) | Kind::UnknownHost => {
                "correct the host in the database URL, or check the network"
            }
            Kind::NoAnswer(_) => "check host, port and firewall, or raise `connect_timeout`",
            Kind::WrongPassword { was_given: true, .. } => {
                "correct the password in the database URL (`@ : / ? # %` in it must be percent-encoded)"
            }
            Kind::WrongPassword { was_given: false, .. } => {
                "no password was given: put one into the database URL (for PostgreSQL also PGPASSWORD or ~/.pgpass)"
            }
            Kind::NotAdmitted(_) => {
                "correct the user in the database URL, or let it in on the server (GRANT; pg_hba.conf on PostgreSQL)"
            }
            Kind::UnknownDatabase(_) => "create the database, or correct its name in the database URL",
            Kind::Busy(_) => "try again in a moment",
            Kind::Tls(_) => {
                "correct `sslmode` and `sslrootcert` (`ssl-mode` and `ssl-ca` for MariaDB and MySQL) in the database URL"
            }
            Kind::NoFile { .. } => "`ambix upgrade` creates it; or correct the path in the database URL",
            Kind::BadFile(_) => {
                "correct the path in the database URL, or the permissions of the file and its directory"
            }
            Kind::VersionTable { way_out, .. } => way_out,
            Kind::NoDirectory { .. } => "create the directory, or correct the path in the database URL",
            Kind::Lost(_) => "what was not committed is undone; look with `ambix current`, then run again",
            Kind::LockTimeout { .. } => {
                "let the other session finish, or raise `lock_timeout`, and run again"
            }
            Kind::Cancelled(_) => "if it ran too long, raise `statement_timeout`; then run again",
            Kind::ReadOnly(_) => {
                "connect where and as whom writing is allowed, or make the database file and its directory writable"
            }
            Kind::Locked { .. } => "let the other run finish, then run again; it ends with its session",
            Kind::StillRunning { .. } => {
                "let the statement finish, or end its session on the server, then run again; nothing has run beside it"
            }
            Kind::Changing { .. } => "run again when nobody alters the schema",
            Kind::ForeignKeys(_) => "`PRAGMA foreign_key_check` lists the rows",
            Kind::TransactionEnded => "take BEGIN, COMMIT and ROLLBACK out of the revision",
            Kind::Statement(failure) => return failure.advice.clone(),
            Kind::Catalog(error) => return error.advice.clone(),
            Kind::Url(_)
            | Kind::OldServer { .. }
            | Kind::Render(_)
            | Kind::TransactionFailed
            | Kind::Transaction(_) => return None,
        };
        Some(hint.to_owned())
    }

    /// The statement that failed, if it was one.
    pub fn statement(&self) -> Option<&StatementFailure> {
        self.kind.statement()
    }

    /// Whether the same thing may succeed when it is simply tried again.
    pub fn is_lock_timeout(&self) -> bool {
        matches!(*self.kind, DatabaseErrorKind::LockTimeout { .. })
    }
}

impl DatabaseErrorKind {
    /// With the sessions that were waited for, where it is a wait that took too long.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub(crate) fn waited_for(mut self, sessions: Vec<Holder>) -> Self {
        if let Self::LockTimeout { holders, .. } = &mut self {
            *holders = sessions;
        }
        self
    }

    /// The statement that failed, if it was one.
    pub fn statement(&self) -> Option<&StatementFailure> {
        match self {
            Self::Statement(failure)
            | Self::Cancelled(failure)
            | Self::ReadOnly(failure)
            | Self::LockTimeout { failure, .. } => Some(failure),
            Self::Url(_)
            | Self::UnknownScheme(_)
            | Self::OldServer { .. }
            | Self::Refused
            | Self::Unreachable(_)
            | Self::UnknownHost
            | Self::NoAnswer(_)
            | Self::WrongPassword { .. }
            | Self::NotAdmitted(_)
            | Self::UnknownDatabase(_)
            | Self::Busy(_)
            | Self::Tls(_)
            | Self::NoFile { .. }
            | Self::NoDirectory { .. }
            | Self::BadFile(_)
            | Self::Lost(_)
            | Self::Locked { .. }
            | Self::StillRunning { .. }
            | Self::Changing { .. }
            | Self::Catalog(_)
            | Self::Render(_)
            | Self::VersionTable { .. }
            | Self::ForeignKeys(_)
            | Self::TransactionEnded
            | Self::TransactionFailed
            | Self::Transaction(_) => None,
        }
    }
}

impl fmt::Display for StatementFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(detail) = &self.detail {
            write!(f, "; {detail}")?;
        }
        let place = [
            self.number.map(|number| format!("statement {number}")),
            self.line.filter(|_| self.sql.trim_end().contains('\n')).map(|line| format!("line {line}")),
            self.code.as_ref().map(|code| format!("code {code}")),
        ];
        let place: Vec<String> = place.into_iter().flatten().collect();
        if place.is_empty() { Ok(()) } else { write!(f, " ({})", place.join(", ")) }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, references, rows } = self;
        let word = if *rows == 1 { "row" } else { "rows" };
        write!(f, "{rows} {word} of {table} would point at no row of {references}")
    }
}

/// Gives a kind of trouble the words for what was being done.
pub(crate) trait Doing<T> {
    /// With the words for what was being done.
    fn doing(self, doing: impl Into<String>) -> Result<T, DatabaseError>;
}

impl<T> Doing<T> for Result<T, DatabaseErrorKind> {
    fn doing(self, doing: impl Into<String>) -> Result<T, DatabaseError> {
        self.map_err(|kind| DatabaseError::new(doing, kind))
    }
}

/// A statement in one short line, for `could not run …`.
pub(crate) fn abridged(sql: &str) -> String {
    const LONGEST: usize = 100;
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = ambix_schema::escape(&line);
    if line.chars().count() <= LONGEST {
        return line;
    }
    let start: String = line.chars().take(LONGEST).collect();
    format!("{start}…")
}

fn blocked_by(holders: &[Holder]) -> String {
    if holders.is_empty() {
        return String::new();
    }
    let holders: Vec<String> = holders.iter().map(Holder::to_string).collect();
    format!("; held by {}", holders.join(", and by "))
}

fn listed(violations: &[Violation]) -> String {
    violations.iter().map(Violation::to_string).collect::<Vec<_>>().join("; ")
}

pub(crate) fn seconds(time: Duration) -> String {
    if time.subsec_millis() == 0 {
        format!("{} s", time.as_secs())
    } else {
        format!("{} ms", time.as_millis())
    }
}
