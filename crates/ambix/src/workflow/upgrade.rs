//! Upgrade: run what lies between the database and a later revision.

use ambix_database::Access;
use ambix_revision::Direction;

use super::run::{Job, Observer, Ran, RunOptions, run};
use crate::{Error, Project};

/// Upgrades to a target: `head`, `heads`, `+1`, an id or a unique prefix of one.
///
/// # Errors
/// Any [`Error`]; what has run before it is said in it.
pub async fn upgrade(
    project: &Project,
    target: &str,
    options: &RunOptions,
    observer: &mut dyn Observer,
) -> Result<Ran, Error> {
    let revisions = project.revisions_to_run()?;
    let mut database = project.connect(Access::ReadWrite, !options.dry_run).await?;
    let route = |heads: &[ambix_revision::RevisionId]| Ok(revisions.graph().upgrade(heads, target)?);
    let job = Job { direction: Direction::Upgrade, target, route: &route };
    run(project, &revisions, &mut database, &job, options, observer).await
}
