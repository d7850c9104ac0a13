//! Facets: the single aspects in which two objects of one kind can differ.
//!
//! Each object declares its facets once, with [`facets!`]; comparison, policy, coverage and printing
//! are written against facets and never against one object's fields.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One comparable aspect of an object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Facet {
    /// A name that is not the address (of a primary key).
    Name,
    /// The type of a column or sequence.
    Type,
    /// Whether null is allowed.
    Nullable,
    /// The server default.
    Default,
    /// Identity, serial or auto increment.
    Identity,
    /// The expression of a generated column.
    Generated,
    /// The collation.
    Collation,
    /// The comment.
    Comment,
    /// The columns of a constraint, in order.
    Columns,
    /// Columns carried along in an index without being keys.
    Include,
    /// Whether nulls count as equal.
    NullsNotDistinct,
    /// When the constraint is checked.
    Deferrable,
    /// The referenced table and columns.
    References,
    /// What happens to referencing rows on delete.
    OnDelete,
    /// What happens to referencing rows on update of the key.
    OnUpdate,
    /// The MATCH rule of a foreign key.
    Match,
    /// Whether existing rows were checked.
    Validated,
    /// The condition of a check.
    Expression,
    /// Whether a check is left out of inheritance.
    NoInherit,
    /// The keys of an index or elements of an exclusion.
    Keys,
    /// Whether an index is unique.
    Unique,
    /// The access method.
    Method,
    /// The predicate of a partial index.
    Predicate,
    /// Options of a table or storage parameters of an index.
    Options,
    /// The partitioning of a table.
    Partition,
    /// The values of an enum, in order.
    Values,
    /// The text of a view.
    Definition,
    /// Whether a view is materialized.
    Materialized,
    /// Numbers of a sequence.
    Sequence,
    /// The column that owns a sequence.
    Owner,
    /// The version of an extension.
    Version,
    /// The namespace of an extension's objects.
    Namespace,
    /// The tables a table inherits from.
    Inherits,
    /// Whether a constraint is checked at all.
    Enforced,
    /// Whether the server uses an index.
    Valid,
}

impl Facet {
    /// Every facet.
    pub const ALL: [Self; 35] = [
        Self::Name,
        Self::Type,
        Self::Nullable,
        Self::Default,
        Self::Identity,
        Self::Generated,
        Self::Collation,
        Self::Comment,
        Self::Columns,
        Self::Include,
        Self::NullsNotDistinct,
        Self::Deferrable,
        Self::References,
        Self::OnDelete,
        Self::OnUpdate,
        Self::Match,
        Self::Validated,
        Self::Expression,
        Self::NoInherit,
        Self::Keys,
        Self::Unique,
        Self::Method,
        Self::Predicate,
        Self::Options,
        Self::Partition,
        Self::Values,
        Self::Definition,
        Self::Materialized,
        Self::Sequence,
        Self::Owner,
        Self::Version,
        Self::Namespace,
        Self::Inherits,
        Self::Enforced,
        Self::Valid,
    ];

    /// The word used in output, configuration (`attribute = "comment"`) and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Type => "type",
            Self::Nullable => "nullable",
            Self::Default => "default",
            Self::Identity => "identity",
            Self::Generated => "generated",
            Self::Collation => "collation",
            Self::Comment => "comment",
            Self::Columns => "columns",
            Self::Include => "include",
            Self::NullsNotDistinct => "nulls_not_distinct",
            Self::Deferrable => "deferrable",
            Self::References => "references",
            Self::OnDelete => "on_delete",
            Self::OnUpdate => "on_update",
            Self::Match => "match",
            Self::Validated => "validated",
            Self::Expression => "expression",
            Self::NoInherit => "no_inherit",
            Self::Keys => "keys",
            Self::Unique => "unique",
            Self::Method => "method",
            Self::Predicate => "predicate",
            Self::Options => "options",
            Self::Partition => "partition",
            Self::Values => "values",
            Self::Definition => "definition",
            Self::Materialized => "materialized",
            Self::Sequence => "sequence",
            Self::Owner => "owner",
            Self::Version => "version",
            Self::Namespace => "schema",
            Self::Inherits => "inherits",
            Self::Enforced => "enforced",
            Self::Valid => "valid",
        }
    }

    /// Reads the word of configuration.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|facet| facet.word() == word)
    }
}

/// Something carried along that is never a difference: every value equals every other.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Silent<T>(pub T);

impl<T> PartialEq for Silent<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> Eq for Silent<T> {}

impl<T: fmt::Debug> fmt::Debug for Silent<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How a facet's value is shown to people.
pub(crate) trait FacetText {
    fn facet_text(&self, facet: Facet) -> String;
}

impl FacetText for bool {
    fn facet_text(&self, facet: Facet) -> String {
        const WORDS: [(Facet, &str, &str); 8] = [
            (Facet::Enforced, "enforced", "not enforced"),
            (Facet::Valid, "valid", "invalid"),
            (Facet::Nullable, "null", "not null"),
            (Facet::Validated, "valid", "not valid"),
            (Facet::Unique, "unique", "not unique"),
            (Facet::Materialized, "materialized", "plain"),
            (Facet::NullsNotDistinct, "nulls not distinct", "nulls distinct"),
            (Facet::NoInherit, "no inherit", "inherit"),
        ];
        let said = WORDS.iter().find(|(word, _, _)| *word == facet);
        let (yes, no) = said.map_or(("yes", "no"), |(_, yes, no)| (yes, no));
        if *self { yes.into() } else { no.into() }
    }
}

impl<T: FacetText> FacetText for Option<T> {
    fn facet_text(&self, facet: Facet) -> String {
        match self {
            Some(value) => value.facet_text(facet),
            None => format!("no {}", facet.word().replace('_', " ")),
        }
    }
}

impl FacetText for String {
    fn facet_text(&self, _: Facet) -> String {
        format!("{self:?}")
    }
}

macro_rules! facet_text_by_display {
    ($($ty:ty),* $(,)?) => {
        $(impl FacetText for $ty {
            fn facet_text(&self, facet: Facet) -> String {
                let text = self.to_string();
                if facet == Facet::Default {
                    format!("default {text}")
                } else if matches!(facet, Facet::OnDelete | Facet::OnUpdate) {
                    format!("{} {text}", facet.word().replace('_', " "))
                } else {
                    text
                }
            }
        })*
    };
}
facet_text_by_display!(
    crate::Type,
    crate::Name,
    crate::Expr,
    crate::TableName,
    crate::ColumnDefault,
    crate::Identity,
    crate::Generated,
    crate::Action,
    crate::Deferrable,
    crate::MatchType,
    crate::SequenceOptions,
);

pub(crate) fn joined<T: fmt::Display>(items: &[T]) -> String {
    let texts: Vec<String> = items.iter().map(ToString::to_string).collect();
    format!("({})", texts.join(", "))
}

impl FacetText for Vec<crate::Name> {
    fn facet_text(&self, facet: Facet) -> String {
        let columns = joined(self);
        if facet == Facet::Include { format!("include {columns}") } else { columns }
    }
}

impl FacetText for Vec<crate::TableName> {
    fn facet_text(&self, _: Facet) -> String {
        format!("inherits {}", joined(self))
    }
}

impl FacetText for Vec<crate::IndexKey> {
    fn facet_text(&self, _: Facet) -> String {
        joined(self)
    }
}

impl FacetText for Vec<crate::ExclusionElement> {
    fn facet_text(&self, _: Facet) -> String {
        joined(self)
    }
}

impl FacetText for Vec<crate::DomainCheck> {
    fn facet_text(&self, _: Facet) -> String {
        if self.is_empty() { "no checks".into() } else { joined(self) }
    }
}

impl FacetText for Vec<crate::Attribute> {
    fn facet_text(&self, _: Facet) -> String {
        joined(self)
    }
}

impl FacetText for Vec<String> {
    fn facet_text(&self, _: Facet) -> String {
        let texts: Vec<String> = self.iter().map(|value| format!("{value:?}")).collect();
        format!("({})", texts.join(", "))
    }
}

impl FacetText for std::collections::BTreeMap<String, String> {
    fn facet_text(&self, _: Facet) -> String {
        let texts: Vec<String> = self
            .iter()
            .map(|(key, value)| format!("{}={}", crate::escape(key), crate::escape(value)))
            .collect();
        format!("({})", texts.join(", "))
    }
}

impl FacetText for (crate::TableName, Vec<crate::Name>) {
    fn facet_text(&self, _: Facet) -> String {
        format!("{}{}", self.0, joined(&self.1))
    }
}

/// Declares the facets of an object: `field => Facet`, and the fields that are never compared.
macro_rules! facets {
    ($object:ident { $($field:ident => $facet:ident),* $(,)? } silent { $($silent:ident),* $(,)? }) => {
        impl $object {
            /// The facets in which `self` and `other` differ, in declaration order.
            pub fn differing(&self, other: &Self) -> Vec<$crate::Facet> {
                // Destructured with every field named, so that a new field stops the build here.
                let Self { $($field,)* $($silent: _,)* } = self;
                let mut facets = Vec::new();
                $(if *$field != other.$field { facets.push($crate::Facet::$facet); })*
                facets
            }

            /// Takes one facet's value over from `other`.
            pub fn adopt(&mut self, facet: $crate::Facet, other: &Self) {
                $(if facet == $crate::Facet::$facet { self.$field = other.$field.clone(); })*
                let _ = (facet, other);
            }

            /// One facet's value, for people; `None` when the object has no such facet.
            pub fn facet_text(&self, facet: $crate::Facet) -> Option<String> {
                $(if facet == $crate::Facet::$facet {
                    return Some($crate::facet::FacetText::facet_text(&self.$field, facet));
                })*
                let _ = facet;
                None
            }
        }
    };
}
pub(crate) use facets;
