//! Work that is not a difference between schemas: rows, SQL by hand, and what the author states.

use ambix_schema::{Change, Literal, Name, Opaque, TableName};
use serde::{Deserialize, Serialize};

use super::lower::{Ctx, LowerError};
use super::phrase::{self, Phrase};
use super::{List, Rows, Scalar, Verb};

/// Rows put into a table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BulkInsert {
    /// The table.
    pub table: TableName,
    /// The columns.
    pub columns: Vec<Name>,
    /// A row per entry, values in the order of `columns`.
    pub rows: Vec<Vec<Literal>>,
}

/// SQL by hand.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Execute {
    /// One or more statements.
    pub sql: String,
    /// The only dialect it is for; `None` is any.
    pub dialect: Option<String>,
}

/// The author's statement that there is no way back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Irreversible {
    /// Why.
    pub reason: String,
}

/// What was done elsewhere: by another tool, whose steps are not known here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DoneElsewhere {
    /// Where, and why it cannot be done again.
    pub reason: String,
}

/// A hazard the author has seen and accepts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Allow {
    /// The hazard's name.
    pub hazard: String,
    /// Why it is no hazard here.
    pub reason: String,
}

/// The statement that a revision does what another one did.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Replaces {
    /// The other revision, or an earlier text of this one.
    pub revision: String,
    /// The checksum of what it did.
    pub checksum: String,
}

vocabulary! {
    verbs {
        /// Puts rows into a table.
        fn bulk_insert(
            table: into TableName, columns: into List<Name>, rows: into Rows,
        ) -> BulkInsert {
            let row = |row: Vec<Scalar>| row.into_iter().map(Literal::from).collect();
            BulkInsert { table, columns: columns.0, rows: rows.0.into_iter().map(row).collect() }
        }

        /// Runs SQL by hand.
        fn execute(sql: into String) -> Execute {
            Execute { sql, dialect: None }
        }

        /// Runs SQL by hand on one kind of database only: `postgres`, `sqlite`, `mariadb`, `mysql`.
        fn execute_on(dialect: into String, sql: into String) -> Execute {
            Execute { sql, dialect: Some(dialect) }
        }

        /// States that there is no way back.
        fn irreversible(reason: into String) -> Irreversible {
            Irreversible { reason }
        }

        /// States that another tool did this, and that it cannot be done again from here: a database that has it
        /// can be at this revision, and none can be brought to it.
        fn done_elsewhere(reason: into String) -> DoneElsewhere {
            DoneElsewhere { reason }
        }

        /// Accepts a hazard of this revision, with a reason.
        fn allow(hazard: into String, reason: into String) -> Allow {
            Allow { hazard, reason }
        }

        /// States that this revision does what another one did, or this one in an earlier form: where that
        /// was applied, this is.
        fn replaces(revision: into String, checksum: into String) -> Replaces {
            Replaces { revision, checksum }
        }
    }
}

impl Verb for BulkInsert {
    fn lower(&self, _: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let Self { table, columns, rows } = self.clone();
        let wanted = columns.len();
        for (row, number) in rows.iter().zip(1..) {
            if row.len() != wanted {
                return Err(LowerError::RowLength { table, row: number, found: row.len(), wanted });
            }
        }
        Ok(vec![Change::Opaque(Opaque::Insert { table, columns, rows })])
    }

    fn phrase(&self) -> String {
        let Self { table, columns, rows } = self;
        let row = |row: &Vec<Literal>| phrase::list(row.iter().map(Scalar::element_phrase));
        let rows = if rows.is_empty() { "()".into() } else { phrase::list(rows.iter().map(row)) };
        Phrase::verb("bulk_insert", [phrase::table(table), phrase::names(columns), rows]).finish()
    }
}

impl Verb for Execute {
    fn lower(&self, _: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let Self { sql, dialect } = self.clone();
        Ok(vec![Change::Opaque(Opaque::Sql { text: sql, dialect })])
    }

    fn phrase(&self) -> String {
        match &self.dialect {
            Some(dialect) => Phrase::verb("execute_on", [phrase::text(dialect), phrase::sql(&self.sql)]),
            None => Phrase::verb("execute", [phrase::sql(&self.sql)]),
        }
        .finish()
    }
}

impl Verb for Irreversible {
    fn lower(&self, _: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        Ok(vec![Change::Opaque(Opaque::Irreversible { reason: self.reason.clone() })])
    }

    fn phrase(&self) -> String {
        Phrase::verb("irreversible", [phrase::text(&self.reason)]).finish()
    }
}

impl Verb for DoneElsewhere {
    fn lower(&self, _: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        Ok(vec![Change::Opaque(Opaque::Unknown { reason: self.reason.clone() })])
    }

    fn phrase(&self) -> String {
        Phrase::verb("done_elsewhere", [phrase::text(&self.reason)]).finish()
    }
}

impl Verb for Allow {
    fn lower(&self, _: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        Ok(Vec::new())
    }

    fn phrase(&self) -> String {
        Phrase::verb("allow", [phrase::text(&self.hazard), phrase::text(&self.reason)]).finish()
    }
}

impl Verb for Replaces {
    fn lower(&self, _: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        Ok(Vec::new())
    }

    fn phrase(&self) -> String {
        Phrase::verb("replaces", [phrase::text(&self.revision), phrase::text(&self.checksum)]).finish()
    }
}
