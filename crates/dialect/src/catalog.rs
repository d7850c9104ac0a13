//! Catalog queries and their rows: named columns of text, so that a recorded catalog is a plain file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One query against a database's catalog.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CatalogQuery {
    /// Its name: the stem of its `.sql` file.
    pub name: &'static str,
    /// The text. Every column is cast to text. Takes the namespaces to read as its one parameter, unless
    /// `takes_namespaces` is false: a text array on PostgreSQL; on MariaDB and MySQL one name, bound to
    /// every `?`, and the query is asked once for each namespace.
    pub sql: &'static str,
    /// The names of its columns, in order.
    pub columns: &'static [&'static str],
    /// Whether the namespaces to read are bound as its one parameter.
    pub takes_namespaces: bool,
    /// Whether the rows are a fingerprint: read before and after all others and compared, because no
    /// server reads its own catalog under the snapshot of a transaction throughout (safety finding:
    /// `pg_get_indexdef` reads the newest catalog even in REPEATABLE READ).
    pub is_fingerprint: bool,
}

/// The rows of all catalog queries, by query name.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct CatalogRows {
    answers: BTreeMap<String, Answer>,
}

/// What one query returned.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Answer {
    columns: Vec<String>,
    rows: Vec<Vec<Option<String>>>,
}

/// One row: a text or null per column.
#[derive(Clone, Copy, Debug)]
pub struct CatalogRow<'a> {
    columns: &'a [String],
    cells: &'a [Option<String>],
}

/// A row that is not what its query promises.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("could not read the catalog ({query}): {reason}")]
pub struct CatalogError {
    /// The query.
    pub query: String,
    /// What is wrong, with the object's name where it is known.
    pub reason: String,
    /// The way out, where there is one beside trying again.
    pub advice: Option<String>,
}

impl CatalogError {
    /// An error in the rows of a query.
    pub fn new(query: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { query: query.into(), reason: reason.into(), advice: None }
    }

    /// The same error, with a way out.
    #[must_use]
    pub fn with_advice(self, advice: impl Into<String>) -> Self {
        Self { advice: Some(advice.into()), ..self }
    }
}

impl CatalogRows {
    /// Takes in the rows of one query: cells in the order of its columns.
    pub fn insert(&mut self, query: &CatalogQuery, rows: Vec<Vec<Option<String>>>) {
        let columns = query.columns.iter().map(|name| (*name).to_owned()).collect();
        self.answers.insert(query.name.to_owned(), Answer { columns, rows });
    }

    /// The rows of a query; none when it was not run.
    pub fn of<'a>(&'a self, query: &str) -> impl Iterator<Item = CatalogRow<'a>> + use<'a> {
        let answer = self.answers.get(query);
        answer
            .into_iter()
            .flat_map(|answer| answer.rows.iter().map(|cells| CatalogRow { columns: &answer.columns, cells }))
    }
}

impl<'a> CatalogRow<'a> {
    /// A cell that may be null.
    pub fn optional(&self, column: &str) -> Option<&'a str> {
        let place = self.columns.iter().position(|name| name == column)?;
        self.cells.get(place)?.as_deref()
    }

    /// A cell that is never null. A null is how a server answers about an object that another session
    /// dropped meanwhile, so it is an error and never guessed over.
    ///
    /// # Errors
    /// [`CatalogError`] when it is null.
    pub fn text(&self, query: &str, column: &str) -> Result<&'a str, CatalogError> {
        self.optional(column).ok_or_else(|| {
            CatalogError::new(query, format!("{column} is null; the schema may have been changing"))
        })
    }

    /// A cell that is true when it reads `t`, `true`, `1` or `YES`.
    pub fn flag(&self, column: &str) -> bool {
        matches!(self.optional(column), Some("t" | "true" | "1" | "YES"))
    }
}
