//! The workflows: what the commands do, one file each, as straight lines of a few calls.

mod autogenerate;
mod check;
mod compare;
mod diff;
mod downgrade;
mod git;
mod history;
mod init;
mod plan_run;
mod progress;
mod revision;
mod run;
mod script;
mod script_text;
mod settle;
mod sides;
mod stamp;
mod strict;
mod upgrade;

pub use autogenerate::{Request as AutogenerateRequest, autogenerate};
pub use check::{Checked, check, check_offline};
pub use compare::{Comparison, Finding, Looked};
pub use diff::{Differed, diff, snapshot};
pub use downgrade::downgrade;
pub use history::{Current, Entry, current, entries};
pub use init::{InitRequest, Initialized, init};
pub use revision::{Outcome, Request as RevisionRequest, Seed, Written, merge, revision};
pub use run::{Event, Observer, Ran};
pub use script::{downgrade_script, upgrade_script};
pub use sides::Side;
pub use stamp::stamp;
pub use strict::UnmodelledDifference;
pub use upgrade::upgrade;
