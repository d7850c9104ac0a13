//! Where an object lives: the key of a schema.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Name;

/// What sort of object an address names. The order is the order of printing inside one table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A schema in the sense of SQL: a namespace for tables.
    Namespace,
    /// An installed extension (PostgreSQL).
    Extension,
    /// An enumerated type.
    Enum,
    /// A domain: a type with conditions (PostgreSQL).
    Domain,
    /// A composite type: a row of attributes (PostgreSQL).
    Composite,
    /// A range type (PostgreSQL).
    Range,
    /// A sequence that stands alone.
    Sequence,
    /// A base table.
    Table,
    /// A column of a table.
    Column,
    /// The primary key of a table; there is at most one.
    PrimaryKey,
    /// A unique constraint.
    Unique,
    /// A check constraint.
    Check,
    /// A foreign key constraint.
    ForeignKey,
    /// An exclusion constraint (PostgreSQL).
    Exclusion,
    /// An index that no constraint owns.
    Index,
    /// A view.
    View,
}

impl Kind {
    /// Every kind, in print order.
    pub const ALL: [Self; 16] = [
        Self::Namespace,
        Self::Extension,
        Self::Enum,
        Self::Domain,
        Self::Composite,
        Self::Range,
        Self::Sequence,
        Self::Table,
        Self::Column,
        Self::PrimaryKey,
        Self::Unique,
        Self::Check,
        Self::ForeignKey,
        Self::Exclusion,
        Self::Index,
        Self::View,
    ];

    /// The word used in output, configuration and JSON: `schema`, `primary key`, `foreign key`, …
    pub fn word(self) -> &'static str {
        match self {
            Self::Namespace => "schema",
            Self::Extension => "extension",
            Self::Enum => "enum",
            Self::Domain => "domain",
            Self::Composite => "composite type",
            Self::Range => "range type",
            Self::Sequence => "sequence",
            Self::Table => "table",
            Self::Column => "column",
            Self::PrimaryKey => "primary key",
            Self::Unique => "unique",
            Self::Check => "check",
            Self::ForeignKey => "foreign key",
            Self::Exclusion => "exclude",
            Self::Index => "index",
            Self::View => "view",
        }
    }

    /// Reads the word of configuration (`foreign_key`, `primary_key`, `schema`, …).
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word().replace(' ', "_") == word)
    }

    /// Whether objects of this kind belong to a table.
    pub fn belongs_to_table(self) -> bool {
        match self {
            Self::Column
            | Self::PrimaryKey
            | Self::Unique
            | Self::Check
            | Self::ForeignKey
            | Self::Exclusion
            | Self::Index => true,
            Self::Namespace
            | Self::Extension
            | Self::Enum
            | Self::Domain
            | Self::Composite
            | Self::Range
            | Self::Sequence
            | Self::Table
            | Self::View => false,
        }
    }

    /// Whether this is a constraint of a table (keys, checks, exclusions).
    pub fn is_constraint(self) -> bool {
        match self {
            Self::PrimaryKey | Self::Unique | Self::Check | Self::ForeignKey | Self::Exclusion => true,
            Self::Namespace
            | Self::Extension
            | Self::Enum
            | Self::Domain
            | Self::Composite
            | Self::Range
            | Self::Sequence
            | Self::Table
            | Self::Column
            | Self::Index
            | Self::View => false,
        }
    }

    /// Whether this is a type that columns can have.
    pub fn is_type(self) -> bool {
        match self {
            Self::Enum | Self::Domain | Self::Composite | Self::Range => true,
            Self::Namespace
            | Self::Extension
            | Self::Sequence
            | Self::Table
            | Self::Column
            | Self::PrimaryKey
            | Self::Unique
            | Self::Check
            | Self::ForeignKey
            | Self::Exclusion
            | Self::Index
            | Self::View => false,
        }
    }
}

/// A table (or another object that lives directly in a namespace) by its qualified name.
///
/// `namespace` is `None` for the default namespace of the connection (`public`, `main`).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct TableName {
    /// The namespace; `None` is the default one.
    pub namespace: Option<Name>,
    /// The name inside it.
    pub name: Name,
}

impl TableName {
    /// A name in the default namespace.
    pub fn new(name: impl Into<Name>) -> Self {
        Self { namespace: None, name: name.into() }
    }

    /// A name in a given namespace.
    pub fn qualified(namespace: impl Into<Name>, name: impl Into<Name>) -> Self {
        Self { namespace: Some(namespace.into()), name: name.into() }
    }
}

impl From<&str> for TableName {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<&TableName> for TableName {
    fn from(name: &TableName) -> Self {
        name.clone()
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{namespace}.{}", self.name),
            None => write!(f, "{}", self.name),
        }
    }
}

/// Namespace, owning table if any, kind and name of one object. Its order is the order of printing:
/// first what belongs to no table, then each table followed by its parts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Address {
    /// The namespace; `None` is the default one. Always `None` for namespaces and extensions.
    pub namespace: Option<Name>,
    /// The table this belongs to; for a table, its own name.
    pub table: Option<Name>,
    /// The kind of object.
    pub kind: Kind,
    /// The object's own name. Empty for a primary key, of which a table has at most one.
    pub name: Name,
}

impl Address {
    /// The address of a namespace.
    pub fn namespace(name: impl Into<Name>) -> Self {
        Self { namespace: None, table: None, kind: Kind::Namespace, name: name.into() }
    }

    /// The address of an extension.
    pub fn extension(name: impl Into<Name>) -> Self {
        Self { namespace: None, table: None, kind: Kind::Extension, name: name.into() }
    }

    /// The address of an object that lives directly in a namespace (table, enum, sequence, view).
    pub fn of(kind: Kind, at: impl Into<TableName>) -> Self {
        let at = at.into();
        let table = (kind == Kind::Table).then(|| at.name.clone());
        Self { namespace: at.namespace, table, kind, name: at.name }
    }

    /// The address of a table.
    pub fn table(at: impl Into<TableName>) -> Self {
        Self::of(Kind::Table, at)
    }

    /// The address of a column.
    pub fn column(table: impl Into<TableName>, name: impl Into<Name>) -> Self {
        Self::part(table, Kind::Column, name)
    }

    /// The address of a table's primary key.
    pub fn primary_key(table: impl Into<TableName>) -> Self {
        Self::part(table, Kind::PrimaryKey, "")
    }

    /// The address of any part of a table.
    pub fn part(table: impl Into<TableName>, kind: Kind, name: impl Into<Name>) -> Self {
        let table = table.into();
        Self { namespace: table.namespace, table: Some(table.name), kind, name: name.into() }
    }

    /// The table this is, or belongs to.
    pub fn table_name(&self) -> Option<TableName> {
        let name = self.table.clone()?;
        Some(TableName { namespace: self.namespace.clone(), name })
    }

    /// The qualified name of an object that lives directly in a namespace.
    pub fn qualified_name(&self) -> TableName {
        TableName { namespace: self.namespace.clone(), name: self.name.clone() }
    }

    /// The same address under another name; a table takes its own `table` along.
    #[must_use]
    pub fn renamed(&self, name: impl Into<Name>) -> Self {
        let name = name.into();
        let table = match self.kind {
            Kind::Table => Some(name.clone()),
            Kind::Namespace
            | Kind::Extension
            | Kind::Enum
            | Kind::Domain
            | Kind::Composite
            | Kind::Range
            | Kind::Sequence
            | Kind::Column
            | Kind::PrimaryKey
            | Kind::Unique
            | Kind::Check
            | Kind::ForeignKey
            | Kind::Exclusion
            | Kind::Index
            | Kind::View => self.table.clone(),
        };
        Self { table, name, ..self.clone() }
    }

    /// The dotted name without the kind: `users.email`, `app.users`, `mood`. Escaped for people.
    pub fn dotted(&self) -> String {
        let mut parts = Vec::new();
        parts.extend(self.namespace.as_ref().map(Name::to_string));
        if self.kind.belongs_to_table() {
            parts.extend(self.table.as_ref().map(Name::to_string));
        }
        if self.kind != Kind::PrimaryKey {
            parts.push(self.name.to_string());
        }
        parts.join(".")
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kind == Kind::PrimaryKey {
            write!(f, "primary key of {}", self.dotted())
        } else {
            write!(f, "{} {}", self.kind.word(), self.dotted())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_sorts_a_table_before_its_parts() {
        let table = Address::table("users");
        let column = Address::column("users", "email");
        let next = Address::table("zoo");
        assert!(table < column && column < next);
        assert_eq!(column.to_string(), "column users.email");
        assert_eq!(Address::primary_key("users").to_string(), "primary key of users");
        assert_eq!(Kind::from_word("foreign_key"), Some(Kind::ForeignKey));
    }
}
