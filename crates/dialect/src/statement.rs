//! Statements: the things a database can be told to do; and steps, statements made ready to run.

use ambix_schema::{
    Address, Change, Column, Expr, Index, Kind, Literal, Name, Object, Schema, Table, TableName, Unmodelled,
};

#[expect(clippy::large_enum_variant, reason = "statements are few, and read far more often than moved")]
/// One thing a database can be told to do. A molecule: a table with its columns is one statement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Statement {
    /// A new table with its columns and the constraints that can stand inside. Its indexes stand inside
    /// too where the database has them there, and elsewhere are statements of their own.
    CreateTable(TableImage),
    /// An existing table built anew under the same name, its rows copied (SQLite).
    RebuildTable {
        /// As it is, with its indexes.
        before: TableImage,
        /// As it becomes, with its indexes.
        after: TableImage,
        /// Columns whose values are kept: (name before, name after).
        copied: Vec<(Name, Name)>,
        /// Triggers and views to be put back.
        keep: Vec<Unmodelled>,
    },
    /// Any other object comes into being, on its own.
    Create {
        /// Where.
        at: Address,
        /// What.
        object: Object,
    },
    /// Any object goes; a table with all its parts.
    Drop {
        /// Where.
        at: Address,
        /// What was there.
        object: Object,
    },
    /// An object is altered in place.
    Alter {
        /// Where.
        at: Address,
        /// As it was.
        from: Object,
        /// As it becomes.
        to: Object,
        /// How old values become new ones.
        using: Option<Expr>,
    },
    /// Several changes to an existing table, to be made in one go where a key that leaves and the one that
    /// takes its place must change hands (MySQL).
    AlterTable {
        /// The table.
        table: TableName,
        /// The creations, drops and alterations of its parts, and of itself.
        parts: Vec<Statement>,
    },
    /// An object gets another name.
    Rename {
        /// Where it is now.
        from: Address,
        /// Its new name.
        to: Name,
    },
    /// Rows put into a table.
    Insert {
        /// The table.
        table: TableName,
        /// The columns.
        columns: Vec<Name>,
        /// A row per entry.
        rows: Vec<Vec<Literal>>,
    },
    /// SQL by hand, as it stands. May hold several statements.
    Sql(String),
}

/// A table with all its parts, in the order in which they are written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TableImage {
    /// Its name.
    pub name: TableName,
    /// The table itself.
    pub table: Table,
    /// Columns in the order of their positions.
    pub columns: Vec<(Name, Column)>,
    /// Constraints in address order: primary key, uniques, checks, foreign keys, exclusions.
    pub constraints: Vec<(Address, Object)>,
    /// Indexes in address order.
    pub indexes: Vec<(Address, Index)>,
}

impl TableImage {
    /// The image of a table as a schema has it; `None` when the schema has no such table.
    pub fn of(schema: &Schema, name: &TableName) -> Option<Self> {
        let table = schema.get(&Address::table(name))?.as_table()?.clone();
        let columns =
            schema.columns(name).into_iter().map(|(name, column)| (name.clone(), column.clone())).collect();
        let constraints = schema
            .parts(name)
            .filter(|(at, _)| at.kind.is_constraint())
            .map(|(at, object)| (at.clone(), object.clone()))
            .collect();
        let indexes = schema
            .parts(name)
            .filter_map(|(at, object)| Some((at.clone(), object.as_index()?.clone())))
            .collect();
        Some(Self { name: name.clone(), table, columns, constraints, indexes })
    }

    /// The primary key's columns; empty when there is no primary key.
    pub fn primary_key(&self) -> &[Name] {
        self.constraints
            .iter()
            .find_map(|(_, object)| object.as_primary_key())
            .map_or(&[], |key| key.columns.as_slice())
    }
}

/// Whether a statement may stand in a transaction.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Scope {
    /// Inside the revision's transaction.
    Transaction,
    /// On its own, outside any transaction (`CREATE INDEX CONCURRENTLY`).
    Alone,
}

/// One statement made ready to run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// What is done.
    pub statement: Statement,
    /// The SQL, one entry per statement the server is sent.
    pub sql: Vec<String>,
    /// Where it runs.
    pub scope: Scope,
    /// The change that the step's part of the plan came from, for reports; a folded step names the first.
    pub origin: Option<Change>,
}

/// Why a statement cannot be written for a database.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RenderError {
    /// The database has no words for it.
    #[error("{dialect} {reason} ({at})")]
    Unsupported {
        /// The database, for people.
        dialect: &'static str,
        /// What it lacks: `has no …`, `cannot …`.
        reason: String,
        /// What it was wanted for.
        at: String,
    },
    /// A name that cannot be an identifier.
    #[error("the name {name:?} cannot be used: {reason}")]
    Name {
        /// The name.
        name: String,
        /// Why.
        reason: String,
    },
    /// A value that cannot be written as a literal.
    #[error("a value cannot be written: {reason}")]
    Value {
        /// Why.
        reason: String,
    },
}

impl RenderError {
    /// The database lacks something.
    pub fn unsupported(dialect: &'static str, reason: impl Into<String>, at: &Address) -> Self {
        Self::Unsupported { dialect, reason: reason.into(), at: at.to_string() }
    }
}

impl Statement {
    /// The object or table this is about; `None` for rows and SQL by hand.
    pub fn at(&self) -> Option<Address> {
        match self {
            Self::CreateTable(image) | Self::RebuildTable { after: image, .. } => {
                Some(Address::table(&image.name))
            }
            Self::Create { at, .. } | Self::Drop { at, .. } | Self::Alter { at, .. } => Some(at.clone()),
            Self::AlterTable { table, parts: _ } => Some(Address::table(table)),
            Self::Rename { from, .. } => Some(from.clone()),
            Self::Insert { .. } | Self::Sql(_) => None,
        }
    }

    /// The kind of object this is about.
    pub fn kind(&self) -> Option<Kind> {
        self.at().map(|at| at.kind)
    }
}
