//! Stamp: say where a database is without running anything.

use ambix_database::{Access, ForeignKeys};
use ambix_dialect::History;
use ambix_revision::RevisionId;

use super::run::current_heads;
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
    let rows = database.heads().await?.unwrap_or_default();
    let current = if purge { Vec::new() } else { current_heads(&revisions, &mut database).await? };
    let mut wanted = Vec::new();
    for target in targets {
        wanted.extend(graph.resolve(target, &current)?);
    }
    let wanted = graph.without_ancestors(&wanted);
    for row in rows.iter().filter(|row| !wanted.iter().any(|id| id.as_str() == **row)) {
        database.execute_history(&History::Delete { id: row.clone() }).await?;
    }
    for id in wanted.iter().filter(|id| !rows.iter().any(|row| row == id.as_str())) {
        database.execute_history(&History::Insert { id: id.to_string() }).await?;
    }
    database.commit().await?;
    lock.release().await?;
    Ok((rows, wanted))
}
