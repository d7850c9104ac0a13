//! What a database has applied, for workflows that change files and must not pull the ground from under it.

use ambix_revision::RevisionId;

use crate::{Error, Outline, Project};

/// A database that was asked.
pub(crate) struct Asked {
    /// The database, for people.
    pub(crate) described: String,
    /// The revisions in its version table that the files know.
    pub(crate) heads: Vec<RevisionId>,
}

/// Asks the database; `None` when there is none to ask: none is configured, it does not exist yet, or the
/// caller says not to.
///
/// # Errors
/// Any [`Error`] that keeps it from being asked.
pub(crate) async fn ask(
    project: &Project,
    outline: &Outline,
    is_offline: bool,
) -> Result<Option<Asked>, Error> {
    let is_configured = project.config().database.url.is_some() || project.url().is_ok();
    if is_offline || !is_configured {
        return Ok(None);
    }
    let Some(mut database) = project.connect_to_look().await? else { return Ok(None) };
    let rows = database.heads().await?.unwrap_or_default();
    let known = rows.iter().filter(|row| outline.graph().contains(row));
    let heads = known.map(|row| RevisionId::from_stored(row)).collect();
    Ok(Some(Asked { described: database.described(), heads }))
}
