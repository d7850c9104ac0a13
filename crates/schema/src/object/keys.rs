//! Primary keys, unique constraints and when constraints are checked.

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
    /// When it is checked.
    pub deferrable: Deferrable,
}
facets!(PrimaryKey { name => Name, columns => Columns, deferrable => Deferrable } silent {});

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
}
facets!(Unique {
    columns => Columns, include => Include, nulls_not_distinct => NullsNotDistinct, deferrable => Deferrable,
} silent {});

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
