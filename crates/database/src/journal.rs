//! The journal: how far a revision has come that cannot be one transaction.
//!
//! Every statement of such a revision has a row before the first of them commits. What runs alone is marked as
//! started, and that mark is committed, before it is sent; what runs in a transaction is marked as done in the
//! same transaction. So at any moment at most one statement is in doubt, and the journal names it. The rows go
//! in the transaction that writes the version row.

use ambix_dialect::OwnTable;
use ambix_schema::{Literal, TableName};

use crate::database::Database;
use crate::drivers::Rows;
use crate::error::{DatabaseError, DatabaseErrorKind, Doing};

/// How far a statement has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum JournalState {
    /// It has not been sent, or what it did was undone.
    Planned,
    /// It was sent, and what came of it is not known.
    Started,
    /// It has run, and that is committed.
    Done,
}

/// A statement in the journal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JournalEntry {
    /// Its number, counted from 1 through the whole revision.
    pub number: u64,
    /// The revision.
    pub revision: String,
    /// `upgrade` or `downgrade`.
    pub direction: String,
    /// What the revision was when the statement was planned, by its checksum.
    pub checksum: String,
    /// Which part of the revision it belongs to: parts are planned one after the other.
    pub segment: u64,
    /// How far it has come.
    pub state: JournalState,
    /// Whether it runs outside of any transaction.
    pub runs_alone: bool,
    /// The statement.
    pub sql: String,
    /// How it is told afterwards whether it has run; in the words of whoever runs it.
    pub watched: String,
    /// What was there right before it was sent, as the server prints it.
    pub found_before: Option<String>,
    /// When the row was written, in UTC.
    pub noted: String,
}

impl Database {
    /// The journal in order; empty when nothing is half done. Creates nothing.
    ///
    /// # Errors
    /// When what stands under its name is something else, or it cannot be read.
    pub async fn journal(&mut self) -> Result<Vec<JournalEntry>, DatabaseError> {
        Ok(read(self.own_rows(OwnTable::Journal).await?.unwrap_or_default()))
    }

    /// Writes rows, each in place of the one with its number.
    ///
    /// # Errors
    /// When the table refuses.
    pub async fn write_journal(&mut self, entries: &[JournalEntry]) -> Result<(), DatabaseError> {
        if entries.is_empty() {
            return Ok(());
        }
        let numbers: Vec<u64> = entries.iter().map(|entry| entry.number).collect();
        self.own_write(OwnTable::Journal, &numbers, entries.iter().map(row).collect()).await
    }

    /// Takes every row out: nothing is half done any more.
    ///
    /// # Errors
    /// When the table refuses.
    pub async fn clear_journal(&mut self) -> Result<(), DatabaseError> {
        self.own_clear(OwnTable::Journal).await
    }

    /// What the server prints of each of these relations; `None` where there is none of the name. Two equal texts
    /// stand for two equal relations.
    ///
    /// # Errors
    /// When the catalog cannot be read.
    pub async fn printed(&mut self, relations: &[TableName]) -> Result<Vec<Option<String>>, DatabaseError> {
        let relations = self.all_qualified(relations);
        self.session_mut().printed(&relations).await.doing("look at what a statement changes")
    }

    /// The indexes of relations that an interrupted statement left, and that nobody can use.
    ///
    /// # Errors
    /// When the catalog cannot be read.
    pub async fn invalid_indexes(
        &mut self,
        relations: &[TableName],
    ) -> Result<Vec<TableName>, DatabaseError> {
        let relations = self.all_qualified(relations);
        self.session_mut().invalid_indexes(&relations).await.doing("look for invalid indexes")
    }

    /// Drops an index that [`Database::invalid_indexes`] told, while others work.
    ///
    /// # Errors
    /// When it cannot be dropped.
    pub async fn drop_invalid_index(&mut self, index: &TableName) -> Result<(), DatabaseError> {
        let quoted = index.namespace.iter().chain([&index.name]).map(|part| self.dialect().quote(part));
        let doing = format!("drop the invalid index {index}");
        let quoted =
            quoted.collect::<Result<Vec<_>, _>>().map_err(DatabaseErrorKind::Render).doing(&doing)?;
        let sql = format!("DROP INDEX CONCURRENTLY IF EXISTS {}", quoted.join("."));
        self.session_mut().run(&sql).await.doing(doing).map(|_| ())
    }

    fn all_qualified(&self, names: &[TableName]) -> Vec<TableName> {
        let default = self.dialect().default_namespace();
        let qualified = |TableName { namespace, name }: &TableName| TableName {
            namespace: Some(namespace.clone().unwrap_or_else(|| default.clone())),
            name: name.clone(),
        };
        names.iter().map(qualified).collect()
    }
}

fn row(entry: &JournalEntry) -> Vec<Literal> {
    let JournalEntry {
        number,
        revision,
        direction,
        checksum,
        segment,
        state,
        runs_alone,
        sql,
        watched,
        found_before,
        noted,
    } = entry;
    let text = |text: &str| Literal::Text(text.to_owned());
    let state = match state {
        JournalState::Planned => "planned",
        JournalState::Started => "started",
        JournalState::Done => "done",
    };
    vec![
        Literal::Number(number.to_string()),
        text(revision),
        text(direction),
        text(checksum),
        Literal::Number(segment.to_string()),
        text(state),
        text(if *runs_alone { "yes" } else { "no" }),
        text(sql),
        text(watched),
        found_before.as_deref().map_or(Literal::Null, text),
        text(noted),
    ]
}

fn read(rows: Rows) -> Vec<JournalEntry> {
    let number = |cell: Option<String>| cell.and_then(|cell| cell.parse().ok()).unwrap_or_default();
    let entry = |row: Vec<Option<String>>| {
        let mut cells = row.into_iter();
        let mut next = || cells.next().flatten();
        JournalEntry {
            number: number(next()),
            revision: next().unwrap_or_default(),
            direction: next().unwrap_or_default(),
            checksum: next().unwrap_or_default(),
            segment: number(next()),
            state: match next().as_deref() {
                Some("planned") => JournalState::Planned,
                Some("done") => JournalState::Done,
                // Whatever else it says, nobody knows that it has run, or that it has not.
                Some(_) | None => JournalState::Started,
            },
            runs_alone: next().as_deref() == Some("yes"),
            sql: next().unwrap_or_default(),
            watched: next().unwrap_or_default(),
            found_before: next(),
            noted: next().unwrap_or_default(),
        }
    };
    rows.into_iter().map(entry).collect()
}
