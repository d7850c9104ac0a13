//! Replay: the fold of operations over a schema, with no database in sight.

use ambix_schema::{Naming, Schema};

use crate::operations::{LowerError, Operation, lower};

/// Why a list of operations cannot be replayed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("operation {number} (`{phrase}`): {kind}")]
pub struct ReplayError {
    /// Which operation of the list, from 1.
    pub number: usize,
    /// The operation, as the file says it.
    pub phrase: String,
    /// What is wrong with it.
    #[source]
    pub kind: Box<LowerError>,
}

/// Applies operations one after another to what was there before, in an open world: what an operation
/// needs and no earlier one created is taken to exist.
///
/// # Errors
/// [`ReplayError`] at the first operation that cannot be completed; `schema` then holds the state
/// before it.
pub fn replay<'a>(
    operations: impl IntoIterator<Item = &'a Operation>,
    schema: &mut Schema,
    naming: &Naming,
) -> Result<(), ReplayError> {
    for (operation, number) in operations.into_iter().zip(1..) {
        let changes = lower(operation, schema, naming).map_err(|kind| ReplayError {
            number,
            phrase: ambix_schema::escape(&operation.phrase()),
            kind: Box::new(kind),
        })?;
        for change in &changes {
            schema.apply_open(change);
        }
    }
    Ok(())
}
