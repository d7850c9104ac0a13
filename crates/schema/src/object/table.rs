//! Tables, namespaces and extensions: the objects that hold or precede others.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::facet::facets;
use crate::{Name, Silent, TableName};

/// A namespace (`CREATE SCHEMA`).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Namespace {
    /// The comment.
    pub comment: Option<String>,
}
facets!(Namespace { comment => Comment } silent {});

/// An installed extension.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Extension {
    /// The version asked for; `None` is whatever the server offers.
    pub version: Option<String>,
    /// The namespace its objects live in; `None` is the default one, or the extension's own.
    pub namespace: Option<Name>,
    /// The extensions that must be there before it, as far as a database tells.
    #[serde(default)]
    pub requires: Silent<BTreeSet<Name>>,
}
facets!(Extension { version => Version, namespace => Namespace } silent { requires });

/// A base table, without its parts: those are objects of their own.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Table {
    /// The comment.
    pub comment: Option<String>,
    /// Options in the words of the database: `strict`, `without_rowid`, `engine`, `fillfactor`, …
    pub options: BTreeMap<String, String>,
    /// The partitioning clause behind `PARTITION BY`.
    pub partition_by: Option<String>,
    /// The tables it inherits columns from (PostgreSQL's INHERITS; not partitioning).
    pub inherits: Vec<TableName>,
}
facets!(Table {
    comment => Comment, options => Options, partition_by => Partition, inherits => Inherits,
} silent {});
