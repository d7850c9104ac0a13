//! The version table: which revisions are the heads of what was applied.

use std::collections::BTreeSet;

use ambix_dialect::History;
use ambix_schema::TableName;

use crate::database::Database;
use crate::drivers::Rows;
use crate::error::{DatabaseError, DatabaseErrorKind, Doing};

/// The one column that every version table has; Alembic calls it the same.
const COLUMN: &str = "version_num";

/// The way out when the rows make no sense.
const ANEW: &str = "set the version table anew with `ambix stamp --purge REVISION`";

/// The way out when something else goes by that name.
const ANOTHER: &str = "name another table as `[database] version_table`, or rename what stands there";

/// The way out when somebody else works on it.
const LOOK: &str = "look with `ambix current`, then run again";

impl Database {
    /// The current heads in order; `None` when there is no version table, so nothing was ever applied.
    ///
    /// # Errors
    /// When what stands there under that name is no version table, or cannot be read.
    pub async fn heads(&mut self) -> Result<Option<Vec<String>>, DatabaseError> {
        let table = self.version_table();
        let doing = format!("read the version table {table}");
        if !self.has_version_table(&table).await.doing(&doing)? {
            return Ok(None);
        }
        self.heads_again().await.map(Some)
    }

    /// The current heads in order, of a version table that was seen to be one.
    ///
    /// # Errors
    /// When it cannot be read, or is gone.
    pub async fn heads_again(&mut self) -> Result<Vec<String>, DatabaseError> {
        let doing = format!("read the version table {}", self.version_table());
        let mut rows = Rows::new();
        for sql in self.history_sql(&History::Select).doing(&doing)? {
            rows.extend(self.session_mut().rows(&sql).await.doing(&doing)?);
        }
        heads_of(rows).doing(doing)
    }

    /// Creates the version table unless it is there. To be called under the lock.
    ///
    /// # Errors
    /// When what stands there is something else, or it cannot be created.
    pub async fn ensure_version_table(&mut self) -> Result<(), DatabaseError> {
        let table = self.version_table();
        let doing = format!("create the version table {table}");
        if self.has_version_table(&table).await.doing(&doing)? {
            return Ok(());
        }
        for sql in self.history_sql(&History::Create).doing(&doing)? {
            let created = self.session_mut().run(&sql).await;
            // Where the lock is that of the transaction (SQLite), another run may have been faster.
            let is_there = created.is_err()
                && !self.is_in_transaction()
                && self.has_version_table(&table).await.doing(&doing)?;
            if !is_there {
                created.doing(&doing)?;
            }
        }
        Ok(())
    }

    /// Records in the version table what was applied. Belongs into the transaction of what it records.
    ///
    /// # Errors
    /// When the table refuses, or does not hold what is to be replaced: somebody else changed it.
    pub async fn execute_history(&mut self, what: &History) -> Result<(), DatabaseError> {
        let table = self.version_table();
        let doing = format!("write the version table {table}");
        let mut affected = 0;
        for sql in self.history_sql(what).doing(&doing)? {
            affected += self.session_mut().run(&sql).await.doing(&doing)?;
        }
        match gone_of(what) {
            Some(gone) if affected != 1 => Err(not_held(gone)).doing(doing),
            Some(_) | None => Ok(()),
        }
    }

    pub(crate) fn history_sql(&self, what: &History) -> Result<Vec<String>, DatabaseErrorKind> {
        ambix_dialect::history(self.dialect(), &self.version_table(), what).map_err(DatabaseErrorKind::Render)
    }

    async fn has_version_table(&mut self, table: &TableName) -> Result<bool, DatabaseErrorKind> {
        let Some(relation) = self.session_mut().relation(table).await? else { return Ok(false) };
        if relation.kind != "table" {
            return Err(broken(format!("it is a {} and not the version table", relation.kind), ANOTHER));
        }
        if !relation.columns.iter().any(|column| column == COLUMN) {
            let reason = format!("it is not a version table: it has no column {COLUMN}");
            return Err(broken(reason, ANOTHER));
        }
        Ok(true)
    }
}

/// The heads that rows of the version table say, in order.
pub(crate) fn heads_of(rows: Rows) -> Result<Vec<String>, DatabaseErrorKind> {
    let mut heads = BTreeSet::new();
    for row in rows {
        let Some(head) = row.into_iter().next().flatten().filter(|head| !head.is_empty()) else {
            return Err(broken("it holds a row without a revision".into(), ANEW));
        };
        if !heads.insert(head.clone()) {
            let head = ambix_schema::escape(&head);
            return Err(broken(format!("it holds the revision {head} twice"), ANEW));
        }
    }
    Ok(heads.into_iter().collect())
}

/// The head that is none any more with a change, and that must have been one.
pub(crate) fn gone_of(what: &History) -> Option<&String> {
    match what {
        History::Delete { id } => Some(id),
        History::Update { from, to: _ } => Some(from),
        History::Create | History::Insert { .. } | History::Clear | History::Select => None,
    }
}

/// What was to be replaced is not there.
pub(crate) fn not_held(gone: &str) -> DatabaseErrorKind {
    let gone = ambix_schema::escape(gone);
    broken(format!("it does not hold {gone} any more; something else has changed it"), LOOK)
}

fn broken(reason: String, way_out: &'static str) -> DatabaseErrorKind {
    DatabaseErrorKind::VersionTable { reason, way_out }
}
