//! Status: what of the history a database has, and what of its own the history does not know.

use ambix_revision::RevisionId;

use super::history::{Current, current};
use crate::{Error, Outline, Project};

/// What of the history a database has.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Status {
    /// Where it is.
    #[serde(flatten)]
    pub current: Current,
    /// What it has, oldest first.
    pub applied: Vec<RevisionId>,
    /// What it lacks, in the order in which it would run.
    pub pending: Vec<RevisionId>,
}

/// Says what is applied, pending and unknown. Creates nothing.
///
/// # Errors
/// Any [`Error`] that keeps it from looking.
pub async fn status(project: &Project, outline: &Outline) -> Result<Status, Error> {
    let current = current(project, outline).await?;
    let graph = outline.graph();
    let rows = current.heads.iter().filter(|row| graph.contains(row));
    let known: Vec<RevisionId> = rows.map(|row| RevisionId::from_stored(row)).collect();
    let owned = |ids: Vec<&RevisionId>| ids.into_iter().cloned().collect();
    let (applied, pending) = (owned(graph.applied(&known)?), owned(graph.pending(&known)?));
    Ok(Status { current, applied, pending })
}
