//! Check and exclusion constraints.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Deferrable, IndexKey};
use crate::facet::facets;
use crate::{Expr, Name};

/// A check constraint.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Check {
    /// The condition every row must not make false.
    pub expr: Expr,
    /// Whether existing rows were checked.
    pub is_validated: bool,
    /// Whether inheriting tables are left out.
    pub no_inherit: bool,
    /// Whether new rows are checked (PostgreSQL 18, MySQL 8).
    pub is_enforced: bool,
    /// The comment.
    pub comment: Option<String>,
}
facets!(Check {
    expr => Expression, is_validated => Validated, no_inherit => NoInherit, is_enforced => Enforced,
    comment => Comment,
} silent {});

impl Check {
    /// A validated check.
    pub fn new(expr: impl Into<Expr>) -> Self {
        Self { expr: expr.into(), is_validated: true, no_inherit: false, is_enforced: true, comment: None }
    }
}

/// An exclusion constraint (PostgreSQL).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Exclusion {
    /// What is compared, with the operator that must not hold for all of them at once.
    pub elements: Vec<ExclusionElement>,
    /// The index method; `None` is the database's default.
    pub method: Option<String>,
    /// The rows it applies to.
    pub predicate: Option<Expr>,
    /// Columns carried along in its index.
    pub include: Vec<Name>,
    /// When it is checked.
    pub deferrable: Deferrable,
    /// Storage parameters of its index.
    pub options: BTreeMap<String, String>,
    /// The comment.
    pub comment: Option<String>,
}
facets!(Exclusion {
    elements => Keys, method => Method, predicate => Predicate, include => Include,
    deferrable => Deferrable, options => Options, comment => Comment,
} silent {});

impl Exclusion {
    /// A constraint over elements, with nothing else.
    pub fn new(elements: Vec<ExclusionElement>) -> Self {
        Self {
            elements,
            method: None,
            predicate: None,
            include: Vec::new(),
            deferrable: Deferrable::No,
            options: BTreeMap::new(),
            comment: None,
        }
    }
}

/// One element of an exclusion constraint.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ExclusionElement {
    /// The column or expression.
    pub key: IndexKey,
    /// The operator, such as `=` or `&&`.
    pub operator: String,
}

impl fmt::Display for ExclusionElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} with {}", self.key, crate::escape(&self.operator))
    }
}
