//! Tables, namespaces and extensions: the objects that hold or precede others.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::facet::facets;

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
}
facets!(Extension { version => Version } silent {});

/// A base table, without its parts: those are objects of their own.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Table {
    /// The comment.
    pub comment: Option<String>,
    /// Options in the words of the database: `strict`, `without_rowid`, `engine`, `fillfactor`, …
    pub options: BTreeMap<String, String>,
    /// The partitioning clause behind `PARTITION BY`.
    pub partition_by: Option<String>,
}
facets!(Table { comment => Comment, options => Options, partition_by => Partition } silent {});
