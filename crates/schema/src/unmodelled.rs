//! What a database holds and ambix has no object for: seen, reported, kept, and left alone.

use serde::{Deserialize, Serialize};

use crate::{Name, TableName};

/// Something in a database that is not modelled.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Unmodelled {
    /// What it is, in the database's word: `trigger`, `view`, `virtual table`, …
    pub kind: String,
    /// The table it hangs on, if any.
    pub on: Option<TableName>,
    /// Its name.
    pub name: Name,
    /// Its own definition, where the database tells it; a rebuilt table gets it back.
    pub sql: Option<String>,
}
