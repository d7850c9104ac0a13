//! Reset: everything back to base and up again, where nothing of value can be lost.

use ambix_database::Access;
use ambix_revision::{Direction, RevisionId};

use super::run::{Job, Observer, Ran, RunOptions, run};
use crate::{Error, Project};

/// Downgrades to base and upgrades to all heads. Refused unless the configuration or the caller allows it.
///
/// # Errors
/// Any [`Error`]; [`Error::Refused`] before anything runs where it is not allowed.
pub async fn reset(
    project: &Project,
    is_allowed: bool,
    observer: &mut dyn Observer,
) -> Result<(Ran, Ran), Error> {
    if !is_allowed && !project.config().database.allow_reset {
        return Err(Error::refused(
            "could not reset: that takes every revision back, and with its tables all rows that are in them",
            "in a development environment, set `allow_reset = true` under [database] or [env.NAME], or give \
             --allow-reset",
        ));
    }
    let revisions = project.revisions_to_run()?;
    let graph = revisions.graph();
    let mut database = project.connect(Access::ReadWrite, true).await?;
    // That rows go is what was asked for.
    let options = RunOptions { accept_data_loss: true, ..RunOptions::default() };
    let to_base = |heads: &[RevisionId]| Ok(graph.downgrade(heads, "base")?);
    let job = Job { direction: Direction::Downgrade, target: "base", route: &to_base };
    let down = run(project, &revisions, &mut database, &job, &options, observer).await?;
    let to_heads = |heads: &[RevisionId]| Ok(graph.upgrade(heads, "heads")?);
    let job = Job { direction: Direction::Upgrade, target: "heads", route: &to_heads };
    let up = run(project, &revisions, &mut database, &job, &options, observer).await?;
    Ok((down, up))
}
