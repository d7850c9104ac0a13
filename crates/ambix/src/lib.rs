//! Schema diff and autogenerate for Rust: entity structs in, reviewed revisions out.
//!
//! The workflows are in [`workflow`], one file each; [`Project`] leads to the sources they compare.
//! Revision files are written against [`prelude`], entity structs against the derives [`Entity`] and
//! [`macro@Enum`]. A program that brings its database up to date when it starts has its revisions by
//! [`revisions!`] and runs them with a `Migrator`.
//!
//! | feature | what it brings |
//! |---|---|
//! | none | the derives, [`revisions!`] and [`prelude`] |
//! | `migrate` | `Migrator`, and what it needs |
//! | `postgres`, `mysql`, `sqlite` | the driver of one database each, and `migrate` |
//! | `project` | what the command does: configuration, models and revision files, read from source; `assert_no_drift!` |
//!
//! All of them are on by default.
#![cfg_attr(
    not(feature = "project"),
    expect(
        dead_code,
        reason = "some of what `migrate` has is asked for by the workflows of a project alone"
    )
)]

#[cfg(feature = "migrate")]
pub mod config;
#[cfg(feature = "project")]
mod drift;
#[cfg(feature = "migrate")]
mod error;
#[cfg(feature = "project")]
mod files;
#[cfg(feature = "project")]
mod import;
#[cfg(feature = "migrate")]
mod migrator;
#[cfg(feature = "project")]
mod names;
#[cfg(feature = "migrate")]
mod outline;
#[cfg(feature = "migrate")]
mod project;
#[cfg(feature = "project")]
mod refusals;
#[cfg(feature = "migrate")]
mod revisions;
#[cfg(feature = "project")]
mod snapshot;
#[cfg(feature = "project")]
mod source;
#[cfg(feature = "project")]
mod sql_revisions;
#[cfg(feature = "migrate")]
mod tool;
#[cfg(feature = "migrate")]
pub mod workflow;

#[cfg(feature = "migrate")]
pub use ambix_database::{Access, Connect, Database, DatabaseError, HistoryEntry, Holder, Url};
pub use ambix_derive::{Entity, Enum, revisions};
#[cfg(feature = "migrate")]
pub use ambix_diff::{
    Because, Candidate, Diff, IncludeObject, Policy, RenameCandidate, RenameHint, Rule, Skipped,
};
pub use ambix_revision::{
    Compiled, CompiledSql, Direction, Graph, Header, Operation, Operations, Revision, RevisionId, Revisions,
    TargetError, asks_where_the_database_is,
};
pub use ambix_schema as schema;
#[cfg(feature = "project")]
#[doc(hidden)]
pub use drift::drift;
#[cfg(feature = "migrate")]
pub use error::Error;
#[cfg(feature = "migrate")]
pub use migrator::Migrator;
#[cfg(feature = "migrate")]
pub use outline::Outline;
#[cfg(feature = "migrate")]
pub use project::Project;
#[cfg(feature = "project")]
pub use project::{Models, Options};
#[cfg(feature = "migrate")]
pub use revisions::{RevisionSet, changes_of};
#[cfg(feature = "project")]
pub use snapshot::Snapshot;
#[cfg(feature = "project")]
pub use source::Source;
#[cfg(feature = "migrate")]
pub use tool::Tool;

/// The vocabulary of revision files.
pub mod prelude {
    pub use ambix_revision::prelude::*;
}
