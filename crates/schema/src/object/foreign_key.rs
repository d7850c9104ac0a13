//! Foreign keys.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Deferrable;
use crate::facet::facets;
use crate::{Name, TableName};

/// A foreign key constraint.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ForeignKey {
    /// The referencing columns, in order.
    pub columns: Vec<Name>,
    /// The referenced table and its columns, in the order of `columns`.
    pub references: (TableName, Vec<Name>),
    /// What happens to referencing rows on delete.
    pub on_delete: Action,
    /// What happens to referencing rows when the key changes.
    pub on_update: Action,
    /// The MATCH rule.
    pub match_type: MatchType,
    /// When it is checked.
    pub deferrable: Deferrable,
    /// Whether existing rows were checked.
    pub is_validated: bool,
    /// Whether new rows are checked (PostgreSQL 18).
    pub is_enforced: bool,
    /// The comment.
    pub comment: Option<String>,
}
facets!(ForeignKey {
    columns => Columns, references => References, on_delete => OnDelete, on_update => OnUpdate,
    match_type => Match, deferrable => Deferrable, is_validated => Validated, is_enforced => Enforced,
    comment => Comment,
} silent {});

impl ForeignKey {
    /// A validated foreign key without actions.
    pub fn new(columns: Vec<Name>, table: TableName, referenced: Vec<Name>) -> Self {
        Self {
            columns,
            references: (table, referenced),
            on_delete: Action::NoAction,
            on_update: Action::NoAction,
            match_type: MatchType::Simple,
            deferrable: Deferrable::No,
            is_validated: true,
            is_enforced: true,
            comment: None,
        }
    }
}

/// A referential action.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Refuse, at the end of the statement or transaction.
    #[default]
    NoAction,
    /// Refuse at once.
    Restrict,
    /// Do the same to the referencing rows.
    Cascade,
    /// Set the referencing columns to null; only the named ones when any are named (PostgreSQL 15).
    SetNull(Vec<Name>),
    /// Set the referencing columns to their defaults; only the named ones when any are named.
    SetDefault(Vec<Name>),
}

impl Action {
    /// Reads the words of an attribute: `cascade`, `set null`, `restrict`, `no action`, `set default`.
    pub fn from_words(words: &str) -> Option<Self> {
        match words.to_ascii_lowercase().replace('_', " ").as_str() {
            "no action" => Some(Self::NoAction),
            "restrict" => Some(Self::Restrict),
            "cascade" => Some(Self::Cascade),
            "set null" => Some(Self::SetNull(Vec::new())),
            "set default" => Some(Self::SetDefault(Vec::new())),
            _unknown => None,
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (words, columns) = match self {
            Self::NoAction => ("no action", None),
            Self::Restrict => ("restrict", None),
            Self::Cascade => ("cascade", None),
            Self::SetNull(columns) => ("set null", Some(columns)),
            Self::SetDefault(columns) => ("set default", Some(columns)),
        };
        f.write_str(words)?;
        match columns {
            Some(columns) if !columns.is_empty() => write!(f, " {}", crate::facet::joined(columns)),
            Some(_) | None => Ok(()),
        }
    }
}

/// How a foreign key of several columns treats nulls.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchType {
    /// Any null lets the row pass.
    #[default]
    Simple,
    /// All columns are null or none is.
    Full,
    /// Known to the standard, implemented by no server here.
    Partial,
}

impl fmt::Display for MatchType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Simple => "match simple",
            Self::Full => "match full",
            Self::Partial => "match partial",
        })
    }
}
