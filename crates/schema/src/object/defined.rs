//! Types of their own besides enums: domains, composite types and range types (PostgreSQL).

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::ColumnDefault;
use crate::facet::facets;
use crate::{Expr, Name, Type};

/// A domain: another type under a name, with a default and conditions.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Domain {
    /// The type it is made from.
    pub ty: Type,
    /// Whether null is allowed.
    pub is_nullable: bool,
    /// The default of columns that have none of their own.
    pub default: Option<ColumnDefault>,
    /// A collation other than that of the type.
    pub collation: Option<String>,
    /// The conditions, in the order of their names.
    pub checks: Vec<DomainCheck>,
    /// The comment.
    pub comment: Option<String>,
}
facets!(Domain {
    ty => Type, is_nullable => Nullable, default => Default, collation => Collation, checks => Expression,
    comment => Comment,
} silent {});

impl Domain {
    /// A domain over a type, without conditions.
    pub fn new(ty: Type) -> Self {
        Self { ty, is_nullable: true, default: None, collation: None, checks: Vec::new(), comment: None }
    }
}

/// A condition of a domain; in the expression the value is called `VALUE`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct DomainCheck {
    /// The name.
    pub name: Name,
    /// The condition.
    pub expr: Expr,
    /// Whether values that were there before were checked.
    pub is_validated: bool,
}

impl fmt::Display for DomainCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let valid = if self.is_validated { "" } else { " not valid" };
        write!(f, "{} ({}){valid}", self.name, self.expr)
    }
}

/// A composite type: a row of attributes.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Composite {
    /// The attributes, in order.
    pub attributes: Vec<Attribute>,
    /// The comment.
    pub comment: Option<String>,
}
facets!(Composite { attributes => Columns, comment => Comment } silent {});

/// One attribute of a composite type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Attribute {
    /// The name.
    pub name: Name,
    /// The type.
    pub ty: Type,
    /// A collation other than that of the type.
    pub collation: Option<String>,
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.ty)?;
        match &self.collation {
            Some(collation) => write!(f, " collate {}", crate::escape(collation)),
            None => Ok(()),
        }
    }
}

/// A range type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Range {
    /// The type of its bounds.
    pub subtype: Type,
    /// A collation other than that of the type.
    pub collation: Option<String>,
    /// What else is said of it, in the words of the database: `subtype_opclass`, `subtype_diff`, …
    pub options: BTreeMap<String, String>,
    /// The comment.
    pub comment: Option<String>,
}
facets!(Range {
    subtype => Type, collation => Collation, options => Options, comment => Comment,
} silent {});

impl Range {
    /// A range of a type, with nothing else.
    pub fn new(subtype: Type) -> Self {
        Self { subtype, collation: None, options: BTreeMap::new(), comment: None }
    }
}
