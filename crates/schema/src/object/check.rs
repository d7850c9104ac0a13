//! Check and exclusion constraints.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Deferrable, IndexKey};
use crate::Expr;
use crate::facet::facets;

/// A check constraint.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Check {
    /// The condition every row must not make false.
    pub expr: Expr,
    /// Whether existing rows were checked.
    pub is_validated: bool,
    /// Whether inheriting tables are left out.
    pub no_inherit: bool,
}
facets!(Check { expr => Expression, is_validated => Validated, no_inherit => NoInherit } silent {});

impl Check {
    /// A validated check.
    pub fn new(expr: impl Into<Expr>) -> Self {
        Self { expr: expr.into(), is_validated: true, no_inherit: false }
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
    /// When it is checked.
    pub deferrable: Deferrable,
}
facets!(Exclusion {
    elements => Keys, method => Method, predicate => Predicate, deferrable => Deferrable,
} silent {});

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
