//! Functions and the like that objects stand on, with their own definitions.

use std::collections::{BTreeMap, BTreeSet};

use ambix_schema::{Address, Kind, Name, Prerequisite, Schema, TableName};

use super::row::{Row, rows_of};
use crate::{CatalogError, CatalogRows};

/// Reads them in the order in which they were made, which is one they can be made in again.
pub(super) fn read_prerequisites(schema: &mut Schema, rows: &CatalogRows) -> Result<(), CatalogError> {
    let mut found: BTreeMap<i64, Prerequisite> = BTreeMap::new();
    for row in rows_of(rows, "prerequisites") {
        let id = row.number("id")?.unwrap_or_default();
        let Some(link) = row.optional("link") else {
            let prerequisite = Prerequisite {
                kind: row.text("kind")?.to_owned(),
                name: row.name("name")?,
                identity: row.text("identity")?.to_owned(),
                sql: row.owned("sql"),
                needed_by: BTreeSet::new(),
                needs: BTreeSet::new(),
            };
            found.insert(id, prerequisite);
            continue;
        };
        // The rows of the things themselves come first.
        let Some(prerequisite) = found.get_mut(&id) else { continue };
        let at = linked(row)?;
        match link {
            "needed" => prerequisite.needed_by.insert(at),
            "needs" => prerequisite.needs.insert(at),
            other => return Err(row.error(format!("a link is of the unknown kind {other:?}"))),
        };
    }
    schema.prerequisites = found.into_values().collect();
    Ok(())
}

fn linked(row: Row<'_>) -> Result<Address, CatalogError> {
    let (word, namespace) = (row.text("link_kind")?, row.text("link_namespace")?);
    let kind = Kind::from_word(word).ok_or_else(|| row.error(format!("there is no kind {word:?}")))?;
    let name: Name = row.name("link_name")?;
    if !kind.belongs_to_table() {
        return Ok(Address::of(kind, TableName::qualified(namespace, name)));
    }
    Ok(Address::part(TableName::qualified(namespace, row.text("link_table")?), kind, name))
}
