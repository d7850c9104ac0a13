//! Indexes that no constraint owns.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::facet::facets;
use crate::{Expr, Name, Silent};

/// An index.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Index {
    /// The keys, in order.
    pub keys: Vec<IndexKey>,
    /// Whether equal keys are refused.
    pub is_unique: bool,
    /// The access method; `None` is the database's default (`btree`).
    pub method: Option<String>,
    /// The rows it covers; `None` is all.
    pub predicate: Option<Expr>,
    /// Columns carried along.
    pub include: Vec<Name>,
    /// Whether nulls count as equal.
    pub nulls_not_distinct: bool,
    /// Storage parameters in the words of the database.
    pub options: BTreeMap<String, String>,
    /// The comment.
    pub comment: Option<String>,
    /// Whether the server uses it: a failed concurrent build leaves one that is not valid (PostgreSQL).
    pub is_valid: bool,
    /// Whether it is to be built without blocking writers. A wish for the building, not a property.
    pub concurrently: Silent<bool>,
}
facets!(Index {
    keys => Keys, is_unique => Unique, method => Method, predicate => Predicate, include => Include,
    nulls_not_distinct => NullsNotDistinct, options => Options, comment => Comment,
    is_valid => Valid,
} silent { concurrently });

impl Index {
    /// A plain index over columns.
    pub fn new(keys: Vec<IndexKey>) -> Self {
        Self {
            keys,
            is_unique: false,
            method: None,
            predicate: None,
            include: Vec::new(),
            nulls_not_distinct: false,
            options: BTreeMap::new(),
            comment: None,
            is_valid: true,
            concurrently: Silent(false),
        }
    }
}

/// One key of an index.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct IndexKey {
    /// The column or expression.
    pub subject: IndexSubject,
    /// Whether the order is descending.
    pub is_descending: bool,
    /// Where nulls go; `None` is the database's default for the direction.
    pub nulls: Option<Nulls>,
    /// A collation other than the column's.
    pub collation: Option<String>,
    /// An operator class other than the type's default.
    pub opclass: Option<String>,
    /// Characters or bytes of the column that are indexed (MySQL).
    pub prefix: Option<u32>,
}

impl IndexKey {
    /// A column in ascending order.
    pub fn column(name: impl Into<Name>) -> Self {
        Self::of(IndexSubject::Column(name.into()))
    }

    /// An expression in ascending order.
    pub fn expr(expr: impl Into<Expr>) -> Self {
        Self::of(IndexSubject::Expr(expr.into()))
    }

    fn of(subject: IndexSubject) -> Self {
        Self { subject, is_descending: false, nulls: None, collation: None, opclass: None, prefix: None }
    }
}

impl fmt::Display for IndexKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.subject {
            IndexSubject::Column(name) => write!(f, "{name}")?,
            IndexSubject::Expr(expr) => write!(f, "({expr})")?,
        }
        if let Some(prefix) = self.prefix {
            write!(f, "({prefix})")?;
        }
        for word in [&self.collation, &self.opclass].into_iter().flatten() {
            write!(f, " {}", crate::escape(word))?;
        }
        if self.is_descending {
            f.write_str(" desc")?;
        }
        match self.nulls {
            Some(Nulls::First) => f.write_str(" nulls first"),
            Some(Nulls::Last) => f.write_str(" nulls last"),
            None => Ok(()),
        }
    }
}

/// What an index key is made from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndexSubject {
    /// A column.
    Column(Name),
    /// An expression over columns.
    Expr(Expr),
}

/// Where nulls sort.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nulls {
    /// Before all values.
    First,
    /// After all values.
    Last,
}
