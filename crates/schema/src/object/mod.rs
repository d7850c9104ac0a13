//! One file a family of objects, and the enum that holds any of them.

mod check;
mod column;
mod defined;
mod foreign_key;
mod index;
mod keys;
mod table;
mod types;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use check::{Check, Exclusion, ExclusionElement};
pub use column::{Column, ColumnDefault, Generated, Identity, IdentityMode, Literal, SequenceOptions};
pub use defined::{Attribute, Composite, Domain, DomainCheck, Range};
pub use foreign_key::{Action, ForeignKey, MatchType};
pub use index::{Index, IndexKey, IndexSubject, Nulls};
pub use keys::{Deferrable, PrimaryKey, Unique};
pub use table::{Extension, Namespace, Table};
pub use types::{Enum, Sequence, View};

use crate::{Facet, Kind, TableName, Type};

macro_rules! objects {
    ($($kind:ident),* $(,)?) => {
        /// Any object a schema can hold, under its address.
        #[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Object {
            $(#[doc = concat!("See [`struct@", stringify!($kind), "`].")] $kind($kind),)*
        }

        $(impl From<$kind> for Object {
            fn from(object: $kind) -> Self {
                Self::$kind(object)
            }
        })*

        impl Object {
            /// The kind of this object.
            pub fn kind(&self) -> Kind {
                match self { $(Self::$kind(_) => Kind::$kind,)* }
            }

            /// The facets in which two objects of one kind differ; every facet when the kinds differ.
            pub fn differing(&self, other: &Self) -> Vec<Facet> {
                match (self, other) {
                    $((Self::$kind(a), Self::$kind(b)) => a.differing(b),)*
                    (_, _) => Facet::ALL.to_vec(),
                }
            }

            /// Takes one facet's value over from `other`, which must be of the same kind.
            pub fn adopt(&mut self, facet: Facet, other: &Self) {
                match (self, other) {
                    $((Self::$kind(a), Self::$kind(b)) => a.adopt(facet, b),)*
                    (_, _) => {}
                }
            }

            /// One facet's value, for people; `None` when the kind has no such facet.
            pub fn facet_text(&self, facet: Facet) -> Option<String> {
                match self { $(Self::$kind(object) => object.facet_text(facet),)* }
            }
        }
    };
}
objects!(
    Namespace, Extension, Enum, Domain, Composite, Range, Sequence, Table, Column, PrimaryKey, Unique, Check,
    ForeignKey, Exclusion, Index, View,
);

impl Object {
    /// Every type that is said in this object, to be changed in place.
    pub fn types_mut(&mut self) -> Vec<&mut Type> {
        match self {
            Self::Column(column) => vec![&mut column.ty],
            Self::Sequence(sequence) => vec![&mut sequence.ty],
            Self::Domain(domain) => vec![&mut domain.ty],
            Self::Composite(composite) => {
                composite.attributes.iter_mut().map(|attribute| &mut attribute.ty).collect()
            }
            Self::Range(range) => vec![&mut range.subtype],
            Self::Namespace(_)
            | Self::Extension(_)
            | Self::Enum(_)
            | Self::Table(_)
            | Self::PrimaryKey(_)
            | Self::Unique(_)
            | Self::Check(_)
            | Self::ForeignKey(_)
            | Self::Exclusion(_)
            | Self::Index(_)
            | Self::View(_) => Vec::new(),
        }
    }

    /// The comment on this object, if it has one.
    pub fn comment(&self) -> Option<&str> {
        match self {
            Self::Table(table) => table.comment.as_deref(),
            Self::Column(column) => column.comment.as_deref(),
            Self::Enum(object) => object.comment.as_deref(),
            Self::Domain(domain) => domain.comment.as_deref(),
            Self::Composite(composite) => composite.comment.as_deref(),
            Self::Range(range) => range.comment.as_deref(),
            Self::Index(index) => index.comment.as_deref(),
            Self::Namespace(namespace) => namespace.comment.as_deref(),
            Self::Sequence(sequence) => sequence.comment.as_deref(),
            Self::PrimaryKey(key) => key.comment.as_deref(),
            Self::Unique(key) => key.comment.as_deref(),
            Self::ForeignKey(key) => key.comment.as_deref(),
            Self::Check(check) => check.comment.as_deref(),
            Self::Exclusion(exclusion) => exclusion.comment.as_deref(),
            Self::View(view) => view.comment.as_deref(),
            Self::Extension(_) => None,
        }
    }

    /// The options of this object in the words of the database; `None` when its kind has none.
    pub fn options(&self) -> Option<&BTreeMap<String, String>> {
        match self {
            Self::Table(table) => Some(&table.options),
            Self::Column(column) => Some(&column.options),
            Self::PrimaryKey(key) => Some(&key.options),
            Self::Unique(key) => Some(&key.options),
            Self::Exclusion(exclusion) => Some(&exclusion.options),
            Self::Index(index) => Some(&index.options),
            Self::View(view) => Some(&view.options),
            Self::Range(range) => Some(&range.options),
            Self::Namespace(_)
            | Self::Extension(_)
            | Self::Enum(_)
            | Self::Domain(_)
            | Self::Composite(_)
            | Self::Sequence(_)
            | Self::Check(_)
            | Self::ForeignKey(_) => None,
        }
    }

    /// The same, to be changed in place.
    pub fn options_mut(&mut self) -> Option<&mut BTreeMap<String, String>> {
        match self {
            Self::Table(table) => Some(&mut table.options),
            Self::Column(column) => Some(&mut column.options),
            Self::PrimaryKey(key) => Some(&mut key.options),
            Self::Unique(key) => Some(&mut key.options),
            Self::Exclusion(exclusion) => Some(&mut exclusion.options),
            Self::Index(index) => Some(&mut index.options),
            Self::View(view) => Some(&mut view.options),
            Self::Range(range) => Some(&mut range.options),
            Self::Namespace(_)
            | Self::Extension(_)
            | Self::Enum(_)
            | Self::Domain(_)
            | Self::Composite(_)
            | Self::Sequence(_)
            | Self::Check(_)
            | Self::ForeignKey(_) => None,
        }
    }

    /// The types with objects of their own that this object is made of.
    pub fn defined_types(&self) -> Vec<&TableName> {
        let types: Vec<&Type> = match self {
            Self::Column(column) => vec![&column.ty],
            Self::Sequence(sequence) => vec![&sequence.ty],
            Self::Domain(domain) => vec![&domain.ty],
            Self::Composite(composite) => {
                composite.attributes.iter().map(|attribute| &attribute.ty).collect()
            }
            Self::Range(range) => vec![&range.subtype],
            Self::Namespace(_)
            | Self::Extension(_)
            | Self::Enum(_)
            | Self::Table(_)
            | Self::PrimaryKey(_)
            | Self::Unique(_)
            | Self::Check(_)
            | Self::ForeignKey(_)
            | Self::Exclusion(_)
            | Self::Index(_)
            | Self::View(_) => Vec::new(),
        };
        types.into_iter().filter_map(Type::defined_name).collect()
    }
}

macro_rules! views {
    ($($method:ident -> $kind:ident),* $(,)?) => {
        impl Object {
            $(#[doc = concat!("This object as a [`struct@", stringify!($kind), "`], if it is one.")]
            pub fn $method(&self) -> Option<&$kind> {
                if let Self::$kind(object) = self { Some(object) } else { None }
            })*
        }
    };
}
views!(
    as_table -> Table, as_column -> Column, as_primary_key -> PrimaryKey, as_unique -> Unique,
    as_check -> Check, as_foreign_key -> ForeignKey, as_exclusion -> Exclusion, as_index -> Index,
    as_enum -> Enum, as_domain -> Domain, as_composite -> Composite, as_range -> Range, as_sequence -> Sequence, as_view -> View,
);
