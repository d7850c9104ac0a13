//! Downgrade: take back what lies between the database and an earlier revision.

use ambix_database::Access;
use ambix_revision::Direction;

use super::run::{Job, Observer, Ran, RunOptions, run};
use crate::{Error, Project};

/// Downgrades to a target: `base`, `-1`, an id or a unique prefix of one.
///
/// # Errors
/// Any [`Error`]; what has run before it is said in it.
pub async fn downgrade(
    project: &Project,
    target: &str,
    options: &RunOptions,
    observer: &mut dyn Observer,
) -> Result<Ran, Error> {
    let revisions = project.revisions_to_run()?;
    let mut database = project.connect(Access::ReadWrite, false).await?;
    let route = |heads: &[ambix_revision::RevisionId]| Ok(revisions.graph().downgrade(heads, target)?);
    let job = Job { direction: Direction::Downgrade, target, route: &route };
    run(project, &revisions, &mut database, &job, options, observer).await
}
