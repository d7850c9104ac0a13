//! Check: is the database, or are the revisions, what the models say?

use ambix_revision::RevisionId;

use super::autogenerate::{Looked, Start};
use super::compare::{Comparison, compare_settled, compare_with_models};
use super::run::{Edited, edited};
use crate::{Error, Project};

/// What a check found.
#[derive(Debug)]
pub struct Checked {
    /// Revisions the database has not run, in order. Nothing is compared while there are any.
    pub pending: Vec<RevisionId>,
    /// Ids in the version table that no file has.
    pub unknown: Vec<String>,
    /// Applied revisions whose files were edited since.
    pub edited: Vec<Edited>,
    /// The comparison with the models, when it could be made.
    pub comparison: Option<Comparison>,
}

impl Checked {
    /// Whether there is nothing to say.
    pub fn is_in_sync(&self) -> bool {
        let differs = self.comparison.as_ref().is_some_and(|comparison| {
            !comparison.diff.changes.is_empty()
                || comparison.diff.skipped.iter().any(ambix_diff::Skipped::is_reported)
        });
        self.pending.is_empty() && self.unknown.is_empty() && self.edited.is_empty() && !differs
    }
}

/// Compares the database with the revisions' heads and with the models, through a read-only session.
///
/// # Errors
/// Any [`Error`] that keeps it from comparing.
pub async fn check(project: &Project) -> Result<Checked, Error> {
    let revisions = project.revisions()?;
    let Looked { heads: rows, dialect: _, models, schema, described, mut database } =
        Looked::at(project, &revisions).await?;
    let unknown: Vec<String> = rows.iter().filter(|row| !revisions.graph().contains(row)).cloned().collect();
    if !unknown.is_empty() {
        return Ok(Checked { pending: Vec::new(), unknown, edited: Vec::new(), comparison: None });
    }
    let current = revisions.graph().known(&rows)?;
    let history = match &mut database {
        Some(database) => database.history().await?,
        None => Vec::new(),
    };
    let edited = edited(&revisions, &current, &history)?;
    let pending: Vec<RevisionId> =
        revisions.graph().upgrade(&current, "heads")?.into_iter().map(|step| step.revision).collect();
    if !pending.is_empty() {
        return Ok(Checked { pending, unknown, edited, comparison: None });
    }
    let comparison = compare_settled(project, database, schema, described, models, &[]).await?;
    Ok(Checked { pending, unknown, edited, comparison: Some(comparison) })
}

/// Compares the database with the models alone, whichever revisions it has run.
///
/// # Errors
/// Any [`Error`] that keeps it from comparing.
pub(crate) async fn check_models(project: &Project) -> Result<Checked, Error> {
    let Looked { models, schema, described, database, .. } =
        Looked::at(project, &project.revisions()?).await?;
    let comparison = compare_settled(project, database, schema, described, models, &[]).await?;
    Ok(Checked { pending: Vec::new(), unknown: Vec::new(), edited: Vec::new(), comparison: Some(comparison) })
}

/// Compares the replayed revisions with the models; no database is asked.
///
/// # Errors
/// Any [`Error`] that keeps it from comparing.
pub fn check_offline(project: &Project) -> Result<Checked, Error> {
    let revisions = project.revisions()?;
    let start = Start::replayed(project, &revisions)?;
    let comparison = compare_with_models(project, start.schema, start.described, start.models, &[])?;
    Ok(Checked { pending: Vec::new(), unknown: Vec::new(), edited: Vec::new(), comparison: Some(comparison) })
}
