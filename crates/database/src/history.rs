//! The history: which revision ran when, by whom, for how long, and what it was then.
//!
//! A row is written in the transaction of what it records, and never changed again. It goes with the version
//! table when a database is back at base.

use ambix_dialect::OwnTable;
use ambix_schema::Literal;

use crate::database::Database;
use crate::drivers::Rows;
use crate::error::{DatabaseError, DatabaseErrorKind, Doing};

/// One row of the history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HistoryEntry {
    /// The revision.
    pub revision: String,
    /// `upgrade` or `downgrade` when it ran, `stamp` when the version was set without running it, `found` when
    /// it had been applied before there was a history, `accept` when an edited file was accepted as applied.
    pub direction: String,
    /// What the revision was then, by its checksum.
    pub checksum: Option<String>,
    /// Who did it.
    pub applied_by: String,
    /// When, in UTC.
    pub applied_at: String,
    /// How long it took, where it ran.
    pub milliseconds: Option<u64>,
    /// The program that did it.
    pub program: String,
}

impl Database {
    /// The history in order; empty where there is none. Creates nothing.
    ///
    /// # Errors
    /// When what stands under its name is something else, or it cannot be read.
    pub async fn history(&mut self) -> Result<Vec<HistoryEntry>, DatabaseError> {
        Ok(read(self.own_rows(OwnTable::History).await?.unwrap_or_default()))
    }

    /// Records what was done. Belongs into the transaction of what it records.
    ///
    /// # Errors
    /// When the table refuses.
    pub async fn record(&mut self, entries: &[HistoryEntry]) -> Result<(), DatabaseError> {
        for entry in entries {
            self.own_append(OwnTable::History, &row(entry)).await?;
        }
        Ok(())
    }

    /// The statement that records an entry.
    pub(crate) fn record_sql(&self, entry: &HistoryEntry) -> Result<String, DatabaseErrorKind> {
        OwnTable::History
            .append(&row(entry), &self.version_table(), self.dialect())
            .map_err(DatabaseErrorKind::Render)
    }

    /// As whom the server knows the session; nothing where the database knows no users.
    ///
    /// # Errors
    /// When the connection is lost.
    pub async fn user(&mut self) -> Result<Option<String>, DatabaseError> {
        self.session_mut().user().await.doing("ask the server for the user")
    }
}

/// Its columns but for the number.
fn row(entry: &HistoryEntry) -> Vec<Literal> {
    let HistoryEntry { revision, direction, checksum, applied_by, applied_at, milliseconds, program } = entry;
    let text = |text: &String| Literal::Text(text.chars().take(255).collect());
    vec![
        text(revision),
        text(direction),
        checksum.as_ref().map_or(Literal::Null, text),
        text(applied_by),
        text(applied_at),
        milliseconds.map_or(Literal::Null, |number| Literal::Number(number.to_string())),
        text(program),
    ]
}

fn read(rows: Rows) -> Vec<HistoryEntry> {
    let entry = |row: Vec<Option<String>>| {
        let mut cells = row.into_iter().skip(1);
        let mut next = || cells.next().flatten();
        HistoryEntry {
            revision: next().unwrap_or_default(),
            direction: next().unwrap_or_default(),
            checksum: next(),
            applied_by: next().unwrap_or_default(),
            applied_at: next().unwrap_or_default(),
            milliseconds: next().and_then(|number| number.parse().ok()),
            program: next().unwrap_or_default(),
        }
    };
    rows.into_iter().map(entry).collect()
}
