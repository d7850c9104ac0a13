//! Schema diff and autogenerate for Rust: entity structs in, reviewed revisions out.
//!
//! The workflows are in [`workflow`], one file each; [`Project`] leads to the sources they compare.
//! Revision files are written against [`prelude`], entity structs against the derives [`Entity`] and
//! [`macro@Enum`]. A program that brings its database up to date when it starts has its revisions by
//! [`revisions!`] and runs them with a [`Migrator`].

pub mod config;
mod drift;
mod error;
mod files;
mod migrator;
mod names;
mod outline;
mod project;
mod refusals;
mod revisions;
mod snapshot;
mod source;
pub mod workflow;

pub use ambix_database::{Access, Connect, Database, DatabaseError, Url};
pub use ambix_derive::{Entity, Enum, revisions};
pub use ambix_diff::{
    Because, Candidate, Diff, IncludeObject, Policy, RenameCandidate, RenameHint, Rule, Skipped,
};
pub use ambix_revision::{
    Compiled, Direction, Graph, Header, Operation, Operations, Revision, RevisionId, Revisions, TargetError,
    asks_where_the_database_is,
};
pub use ambix_schema as schema;
#[doc(hidden)]
pub use drift::drift;
pub use error::Error;
pub use migrator::Migrator;
pub use outline::Outline;
pub use project::{Models, Options, Project};
pub use revisions::RevisionSet;
pub use snapshot::Snapshot;
pub use source::Source;

/// The vocabulary of revision files.
pub mod prelude {
    pub use ambix_revision::prelude::*;
}
