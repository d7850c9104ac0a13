//! Objects that live directly in a namespace beside tables: enums, sequences, views.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::SequenceOptions;
use crate::facet::facets;
use crate::{Address, Expr, Silent, Type};

/// An enumerated type.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Enum {
    /// The values, in sort order.
    pub values: Vec<String>,
    /// The comment.
    pub comment: Option<String>,
}
facets!(Enum { values => Values, comment => Comment } silent {});

/// A sequence that no identity column owns.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Sequence {
    /// The type of its values.
    pub ty: Type,
    /// Its numbers.
    pub options: SequenceOptions,
    /// The column it is dropped with.
    pub owned_by: Option<Address>,
    /// The comment.
    pub comment: Option<String>,
}
facets!(Sequence { ty => Type, options => Sequence, owned_by => Owner, comment => Comment } silent {});

impl Sequence {
    /// A sequence of a type with default numbers, owned by nothing.
    pub fn new(ty: Type) -> Self {
        Self { ty, options: SequenceOptions::default(), owned_by: None, comment: None }
    }
}

/// A view.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct View {
    /// The query behind `AS`.
    pub definition: Expr,
    /// Whether its rows are stored.
    pub is_materialized: bool,
    /// Options in the words of the database: `security_barrier`, `check_option`, …
    pub options: BTreeMap<String, String>,
    /// The comment.
    pub comment: Option<String>,
    /// The columns, tables and views it reads and the types it names, where the source knows. Nothing of
    /// its own: the definition says it.
    #[serde(default)]
    pub reads: Silent<BTreeSet<Address>>,
}
facets!(View {
    definition => Definition, is_materialized => Materialized, options => Options, comment => Comment,
} silent { reads });

impl View {
    /// A plain view over a query.
    pub fn new(definition: impl Into<Expr>) -> Self {
        Self {
            definition: definition.into(),
            is_materialized: false,
            options: BTreeMap::new(),
            comment: None,
            reads: Silent::default(),
        }
    }
}

impl crate::facet::FacetText for Address {
    fn facet_text(&self, _: crate::Facet) -> String {
        self.dotted()
    }
}
