//! Downgrade: take back what lies between the database and an earlier revision.

use ambix_database::Access;

use super::run::{Observer, Ran, run};
use crate::{Error, Project};

/// Downgrades to a target: `base`, `-1`, an id or a unique prefix of one.
///
/// # Errors
/// Any [`Error`]; what has run before it is said in it.
pub async fn downgrade(project: &Project, target: &str, observer: &mut dyn Observer) -> Result<Ran, Error> {
    let revisions = project.revisions()?;
    let mut database = project.connect(Access::ReadWrite, false).await?;
    let route = |heads: &[ambix_revision::RevisionId]| Ok(revisions.graph().downgrade(heads, target)?);
    run(project, &revisions, &mut database, &route, observer).await
}
