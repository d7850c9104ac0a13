//! Upgrade: run what lies between the database and a later revision.

use ambix_database::Access;

use super::run::{Observer, Ran, run};
use crate::{Error, Project};

/// Upgrades to a target: `head`, `heads`, `+1`, an id or a unique prefix of one.
///
/// # Errors
/// Any [`Error`]; what has run before it is said in it.
pub async fn upgrade(project: &Project, target: &str, observer: &mut dyn Observer) -> Result<Ran, Error> {
    let revisions = project.revisions()?;
    let mut database = project.connect(Access::ReadWrite, true).await?;
    let route = |heads: &[ambix_revision::RevisionId]| Ok(revisions.graph().upgrade(heads, target)?);
    run(project, &revisions, &mut database, &route, observer).await
}
