//! Compares two canonical schemas under a policy.
//!
//! One generic comparison serves every kind of object, and one filter serves every kind: an object is
//! created, dropped, or altered in some of its facets, and a policy decides which of these count.

mod adopt;
mod compare;
mod policy;
mod renames;
mod side_by_side;

pub use compare::{Because, Diff, Skipped, diff};
pub use policy::{Action, Candidate, IncludeObject, OnlyIn, Policy, PolicyError, Rule};
pub use renames::{RenameCandidate, RenameHint};
