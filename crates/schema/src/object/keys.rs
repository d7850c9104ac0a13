//! Primary keys, unique constraints and when constraints are checked.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Name;
use crate::facet::facets;

/// The primary key of a table. A table has at most one, so its address carries no name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PrimaryKey {
    /// A name other than the database's own convention.
    pub name: Option<Name>,
    /// The columns, in order.
    pub columns: Vec<Name>,
    /// Columns carried along in its index (PostgreSQL).
    pub include: Vec<Name>,
    /// When it is checked.
    pub deferrable: Deferrable,
    /// Storage parameters, conflict clause and the like, in the words of the database.
    pub options: BTreeMap<String, String>,
    /// The comment.
    pub comment: Option<String>,
}
facets!(PrimaryKey {
    name => Name, columns => Columns, include => Include, deferrable => Deferrable, options => Options,
    comment => Comment,
} silent {});

impl PrimaryKey {
    /// An unnamed key over columns, with nothing else.
    pub fn new(columns: Vec<Name>) -> Self {
        Self {
            name: None,
            columns,
            include: Vec::new(),
            deferrable: Deferrable::No,
            options: BTreeMap::new(),
            comment: None,
        }
    }
}

/// A unique constraint.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Unique {
    /// The columns, in order.
    pub columns: Vec<Name>,
    /// Columns carried along.
    pub include: Vec<Name>,
    /// Whether nulls count as equal.
    pub nulls_not_distinct: bool,
    /// When it is checked.
    pub deferrable: Deferrable,
    /// Storage parameters, conflict clause and the like, in the words of the database.
    pub options: BTreeMap<String, String>,
    /// The comment.
    pub comment: Option<String>,
}
facets!(Unique {
    columns => Columns, include => Include, nulls_not_distinct => NullsNotDistinct, deferrable => Deferrable,
    options => Options, comment => Comment,
} silent {});

impl Unique {
    /// A constraint over columns, with nothing else.
    pub fn new(columns: Vec<Name>) -> Self {
        Self {
            columns,
            include: Vec::new(),
            nulls_not_distinct: false,
            deferrable: Deferrable::No,
            options: BTreeMap::new(),
            comment: None,
        }
    }
}

/// When a constraint is checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deferrable {
    /// At each statement.
    #[default]
    No,
    /// At each statement, unless the transaction defers it.
    InitiallyImmediate,
    /// At commit.
    InitiallyDeferred,
}

impl fmt::Display for Deferrable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::No => "not deferrable",
            Self::InitiallyImmediate => "deferrable initially immediate",
            Self::InitiallyDeferred => "deferrable initially deferred",
        })
    }
}
