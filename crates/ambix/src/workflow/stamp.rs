//! Stamp: say where a database is without running anything.

use ambix_database::{Access, ForeignKeys, HistoryEntry};
use ambix_dialect::{History, OwnTable};
use ambix_revision::RevisionId;

use super::run::{checksum_of, current_heads, entry, history, who};
use crate::{Error, Project, RevisionSet};

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
    let revisions = project.revisions_to_run()?;
    let graph = revisions.graph();
    let mut database = project.connect(Access::ReadWrite, true).await?;
    let lock = database.lock().await?;
    database.enter_run(&mut |_| {}).await?;
    database.ensure_version_table().await?;
    database.ensure_own_tables(&[OwnTable::History]).await?;
    let who = who(project, &mut database).await?;
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
    // Whatever was half done is so no more: this is what it was set to.
    database.clear_journal().await?;
    let recorded = stamped(&revisions, &current, &stamp.heads_after, &database.history().await?, &who)?;
    database.record(&recorded).await?;
    database.commit().await?;
    database.leave_run().await?;
    lock.release().await?;
    Ok((rows, stamp.heads_after))
}

/// What a stamp leaves in the history: the revisions that count as applied from now on, as they are now; or,
/// where there are none, the heads it went back to, as they were.
fn stamped(
    revisions: &RevisionSet,
    before: &[RevisionId],
    after: &[RevisionId],
    history: &[HistoryEntry],
    who: &str,
) -> Result<Vec<HistoryEntry>, Error> {
    let graph = revisions.graph();
    let applied = graph.applied(before)?;
    let mut added = Vec::new();
    for id in graph.applied(after)?.into_iter().filter(|id| !applied.contains(id)) {
        let checksum = revisions.get(id).map(checksum_of);
        added.push(entry(id, "stamp", checksum, who, None));
    }
    if !added.is_empty() {
        return Ok(added);
    }
    let kept = |id: &RevisionId| {
        let known = history.iter().rev().find(|entry| entry.revision == id.as_str());
        known.and_then(|entry| entry.checksum.clone()).or_else(|| revisions.get(id).map(checksum_of))
    };
    Ok(after.iter().map(|id| entry(id, "stamp", kept(id), who, None)).collect())
}
