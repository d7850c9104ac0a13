//! The workflows: what the commands do, one file each, as straight lines of a few calls.

#[cfg(feature = "project")]
mod applied;
#[cfg(feature = "project")]
mod autogenerate;
#[cfg(feature = "project")]
mod check;
#[cfg(feature = "project")]
mod compare;
#[cfg(feature = "project")]
mod definitions;
#[cfg(feature = "project")]
mod diff;
#[cfg(feature = "project")]
mod doctor;
mod downgrade;
#[cfg(feature = "project")]
mod ensure_version;
#[cfg(feature = "project")]
mod git;
mod history;
#[cfg(feature = "project")]
mod hooks;
#[cfg(feature = "project")]
mod import;
#[cfg(feature = "project")]
mod init;
#[cfg(feature = "project")]
mod placing;
mod plan_run;
#[cfg(feature = "project")]
mod rebase;
mod recorded;
#[cfg(feature = "project")]
mod reset;
#[cfg(feature = "project")]
mod revision;
mod run;
#[cfg(feature = "project")]
mod script;
#[cfg(feature = "project")]
mod script_text;
mod settle;
#[cfg(feature = "project")]
mod sides;
#[cfg(feature = "project")]
mod sql_revision;
#[cfg(feature = "project")]
mod squash;
mod stamp;
#[cfg(feature = "project")]
mod stamp_script;
mod status;
#[cfg(feature = "project")]
mod strict;
mod upgrade;

#[cfg(feature = "project")]
pub use autogenerate::{Request as AutogenerateRequest, autogenerate};
#[cfg(feature = "project")]
pub(crate) use check::check_models;
#[cfg(feature = "project")]
pub use check::{Checked, check, check_offline};
#[cfg(feature = "project")]
pub(crate) use compare::describe;
#[cfg(feature = "project")]
pub use compare::{Comparison, Finding, Looked};
#[cfg(feature = "project")]
pub use definitions::DefinitionDifference;
#[cfg(feature = "project")]
pub use diff::{Differed, diff, snapshot};
#[cfg(feature = "project")]
pub use doctor::{Diagnosis, Health, doctor};
pub use downgrade::downgrade;
#[cfg(feature = "project")]
pub use ensure_version::{ensure_version, ensure_version_script};
pub use history::{Current, Entry, current, entries};
#[cfg(feature = "project")]
pub use hooks::HookRan;
#[cfg(feature = "project")]
pub use import::{ImportRequest, Imported, ImportedRevision, import};
#[cfg(feature = "project")]
pub use init::{InitRequest, Initialized, init};
#[cfg(feature = "project")]
pub(crate) use plan_run::changes_schema;
#[cfg(feature = "project")]
pub use rebase::{RebaseRequest, Rebased, rebase};
pub use recorded::{HalfDone, Recorded, recorded};
#[cfg(feature = "project")]
pub use reset::reset;
#[cfg(feature = "project")]
pub use revision::{Outcome, Request as RevisionRequest, Seed, Written, merge, revision};
pub use run::{Edited, Event, Failure, Observer, Ran, Resume, RunOptions, checksum_of};
#[cfg(feature = "project")]
pub use script::{downgrade_script, upgrade_script};
#[cfg(feature = "project")]
pub use sides::Side;
#[cfg(feature = "project")]
pub use squash::{SquashRequest, Squashed, squash};
pub use stamp::stamp;
#[cfg(feature = "project")]
pub use stamp_script::stamp_script;
pub use status::{Status, status};
#[cfg(feature = "project")]
pub use strict::UnmodelledDifference;
pub use upgrade::upgrade;
