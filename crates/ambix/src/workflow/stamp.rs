//! Stamp: say where a database is without running anything.

use ambix_database::{Access, ForeignKeys};
use ambix_dialect::History;
use ambix_revision::RevisionId;

use super::run::{current_heads, history};
use crate::{Error, Project};

/// Sets the version table to the given revisions; with `purge` whatever it held before goes first,
/// known or not. Gives the heads before and after.
///
/// # Errors
/// Any [`Error`]; the version table is then as it was.
pub async fn stamp(
    project: &Project,
    targets: &[String],
    purge: bool,
) -> Result<(Vec<String>, Vec<RevisionId>), Error> {
    let revisions = project.revisions()?;
    let graph = revisions.graph();
    let mut database = project.connect(Access::ReadWrite, true).await?;
    let lock = database.lock().await?;
    database.ensure_version_table().await?;
    database.begin(ForeignKeys::Enforced).await?;
    let (rows, current) = if purge {
        // What stands there may be no revision at all; getting rid of it is what this is for.
        let rows = database.heads().await.ok().flatten().unwrap_or_default();
        database.execute_history(&History::Clear).await?;
        (rows, Vec::new())
    } else {
        let rows = database.heads().await?.unwrap_or_default();
        (rows, current_heads(&revisions, &mut database).await?)
    };
    let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
    let stamp = graph.stamp(&current, &targets)?;
    for change in &stamp.head_changes {
        database.execute_history(&history(change)).await?;
    }
    database.commit().await?;
    lock.release().await?;
    Ok((rows, stamp.heads_after))
}
