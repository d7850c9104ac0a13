//! What objects stand on and ambix does not model: functions, aggregates, collations, text search
//! configurations. Never compared; a script makes those that are missing before what needs them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Address, Name};

/// Something that objects of a database need.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Prerequisite {
    /// What it is, in the database's word: `function`, `aggregate`, `collation`, …
    pub kind: String,
    /// Its bare name.
    pub name: Name,
    /// What tells it from others of its name, as the database prints it: `app.rank(integer)`.
    pub identity: String,
    /// The statements that make it, where the database tells them.
    pub sql: Option<String>,
    /// The objects that cannot be without it.
    pub needed_by: BTreeSet<Address>,
    /// The objects that it cannot be without.
    pub needs: BTreeSet<Address>,
}

impl Prerequisite {
    /// Whether both are the same thing, whatever they are made of.
    pub fn is_twin_of(&self, other: &Self) -> bool {
        self.kind == other.kind && self.identity == other.identity
    }
}
