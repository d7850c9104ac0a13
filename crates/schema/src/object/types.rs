//! Objects that live directly in a namespace beside tables: enums, sequences, views.

use serde::{Deserialize, Serialize};

use super::SequenceOptions;
use crate::facet::facets;
use crate::{Address, Expr, Type};

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
}
facets!(Sequence { ty => Type, options => Sequence, owned_by => Owner } silent {});

/// A view.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct View {
    /// The query behind `AS`.
    pub definition: Expr,
    /// Whether its rows are stored.
    pub is_materialized: bool,
}
facets!(View { definition => Definition, is_materialized => Materialized } silent {});

impl crate::facet::FacetText for Address {
    fn facet_text(&self, _: crate::Facet) -> String {
        self.dotted()
    }
}
