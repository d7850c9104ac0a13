//! Settings: what a connection is to be, given by the caller; nothing here is read from elsewhere.

use std::time::Duration;

use ambix_schema::TableName;

use crate::Url;

/// How to connect, and how the session behaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where.
    pub url: Url,
    /// The namespaces to read; the first is the default one. Empty means the database's own default.
    pub namespaces: Vec<String>,
    /// The table that holds the current heads.
    pub version_table: TableName,
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// How long one statement waits for a lock before it fails. Zero waits for ever (PostgreSQL) or
    /// not at all (SQLite), as the databases themselves read it.
    pub lock_timeout: Duration,
    /// How long one statement may run. Zero is no limit. SQLite has no such limit.
    pub statement_timeout: Duration,
    /// How long to wait for another run to finish.
    pub lock_wait: Duration,
    /// Whether the session may write.
    pub access: Access,
    /// Whether a SQLite file that does not exist is created. Only commands that write say so.
    pub create_if_missing: bool,
}

impl Settings {
    /// Settings with the defaults that the configuration documents, read-only.
    pub fn new(url: Url) -> Self {
        Self {
            url,
            namespaces: Vec::new(),
            version_table: TableName::new("ambix_version"),
            connect_timeout: Duration::from_secs(10),
            lock_timeout: Duration::from_secs(5),
            statement_timeout: Duration::ZERO,
            lock_wait: Duration::from_mins(1),
            access: Access::ReadOnly,
            create_if_missing: false,
        }
    }
}

/// Whether a session may write.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Access {
    /// The database itself refuses every write of the session.
    ReadOnly,
    /// Writes are allowed.
    ReadWrite,
}
