//! Sequences: those that number a column are a part of it, the others are objects.

use std::collections::BTreeMap;

use ambix_schema::{
    Address, Identity, IdentityMode, Kind, Schema, Sequence, SequenceOptions, Silent, TableName,
};

use super::row::{Row, rows_of};
use crate::postgres::{serial_sequence_name, types};
use crate::{CatalogError, CatalogRows};

/// A sequence that belongs to a column.
pub(super) struct OwnedSequence {
    name: TableName,
    options: SequenceOptions,
    is_identity: bool,
    is_default: bool,
    /// Whether its column tells all about it, so that it is no object of its own.
    is_told: bool,
}

fn owner(row: Row<'_>) -> Option<Address> {
    let (namespace, table) = (row.optional("owner_namespace")?, row.optional("owner_table")?);
    Some(Address::column(TableName::qualified(namespace, table), row.optional("owner_column")?))
}

/// The sequences that columns own, by column.
pub(super) fn owned_sequences(rows: &CatalogRows) -> Result<BTreeMap<Address, OwnedSequence>, CatalogError> {
    let mut sequences = BTreeMap::new();
    for row in rows_of(rows, "sequences") {
        let Some(owner) = owner(row) else { continue };
        let sequence = OwnedSequence {
            name: row.own_name()?,
            options: row.sequence_options()?,
            is_identity: row.flag("is_identity"),
            is_default: row.flag("is_default"),
            is_told: false,
        };
        // A column may own several; the one that numbers it comes first.
        let is_taken =
            sequences.get(&owner).is_some_and(|other: &OwnedSequence| other.is_identity || other.is_default);
        if !is_taken {
            sequences.insert(owner, sequence);
        }
    }
    Ok(sequences)
}

/// The sequences that are objects of their own.
pub(super) fn read_sequences(
    schema: &mut Schema,
    rows: &CatalogRows,
    sequences: &BTreeMap<Address, OwnedSequence>,
) -> Result<(), CatalogError> {
    for row in rows_of(rows, "sequences") {
        let (name, owner) = (row.own_name()?, owner(row));
        let is_told = owner
            .as_ref()
            .and_then(|owner| sequences.get(owner))
            .is_some_and(|sequence| sequence.is_told && sequence.name == name);
        let is_read = name.namespace.clone().is_some_and(|name| schema.contains(&Address::namespace(name)));
        if is_told || !is_read {
            continue;
        }
        let sequence = Sequence {
            options: row.sequence_options()?,
            owned_by: owner,
            comment: row.owned("comment"),
            ..Sequence::new(types::parse(row.text("type")?))
        };
        schema.insert(Address::of(Kind::Sequence, name), sequence);
    }
    Ok(())
}

/// How a column numbers its rows; its sequence is then told by the column.
pub(super) fn read_identity(
    row: Row<'_>,
    sequence: Option<&mut OwnedSequence>,
) -> Result<Option<Identity>, CatalogError> {
    let is_next = row
        .optional("default")
        .is_some_and(|text| text.starts_with("nextval('") && text.ends_with("'::regclass)"));
    // A column of a domain or a decimal type has a default like any other: serial makes whole numbers alone.
    let is_whole = matches!(row.text("type")?, "smallint" | "integer" | "bigint");
    let mode = match row.text("identity")? {
        "a" => IdentityMode::Always,
        "d" => IdentityMode::ByDefault,
        _none if is_next && is_whole => IdentityMode::Serial,
        _none => return Ok(None),
    };
    match sequence {
        Some(sequence) if sequence.is_identity || (mode == IdentityMode::Serial && sequence.is_default) => {
            sequence.is_told = true;
            let usual = serial_sequence_name(row.text("table")?, row.text("name")?);
            let is_usual = sequence.name == TableName::qualified(row.text("namespace")?, usual);
            let called = (mode == IdentityMode::Serial && !is_usual).then(|| sequence.name.clone());
            let options = sequence.options.clone();
            Ok(Some(Identity { options, sequence: Silent(called), ..Identity::new(mode) }))
        }
        // The nextval of a sequence that is not the column's own is a default like any other.
        Some(_) | None if mode == IdentityMode::Serial => Ok(None),
        Some(_) | None => {
            let column = row.text("name")?;
            Err(row.error(format!(
                "identity column {column} has no sequence; the schema may have been changing"
            )))
        }
    }
}
