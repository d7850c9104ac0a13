//! Connects, reads the catalog, keeps lock and history, runs steps.
//!
//! A [`Database`] is one session with its settings pinned, so that what a statement means does not
//! depend on a server's or a role's defaults. What differs between databases sits in `drivers/`, one
//! folder each; the rest of the crate asks the [`Dialect`](ambix_dialect::Dialect) or its session.
//! No error and no `Debug` text of this crate holds a password.
#![cfg_attr(
    not(all(feature = "postgres", feature = "mysql", feature = "sqlite")),
    allow(dead_code, unused_variables, reason = "one driver alone does not use all that the others need")
)]

#[cfg(not(any(feature = "postgres", feature = "mysql", feature = "sqlite")))]
compile_error!("ambix runs nothing without a driver: choose a feature, `postgres`, `mysql` or `sqlite`");

mod connect;
mod database;
mod drivers;
mod error;
pub mod fault;
mod foreign;
mod history;
mod introspect;
mod journal;
mod lock;
mod own_tables;
mod privileges;
mod renderings;
mod secrets;
mod settings;
mod suspects;
mod transaction;
mod url;
mod version_table;

pub use connect::Connect;
pub use database::{Database, connect};
pub use error::{DatabaseError, DatabaseErrorKind, StatementFailure, Violation};
pub use history::HistoryEntry;
pub use journal::{JournalEntry, JournalState};
pub use lock::{Holder, Lock};
pub use privileges::MissingPrivilege;
pub use renderings::Rendering;
pub use secrets::Secrets;
pub use settings::{Access, Settings};
pub use transaction::ForeignKeys;
pub use url::Url;
