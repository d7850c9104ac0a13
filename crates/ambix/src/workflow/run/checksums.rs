//! Checksums: what an applied revision was when it ran, and whether its file still says so.

use std::collections::BTreeMap;

use ambix_database::{Database, ForeignKeys, HistoryEntry, fault};
use ambix_revision::{Revision, RevisionId, checksum};

use super::{RunOptions, now};
use crate::{Error, Project, RevisionSet};

/// How checksums are made. A number that is not known here is one of a later or earlier program, and is not
/// compared.
const SCHEME: &str = "1:";

/// An applied revision whose file is not what was applied.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Edited {
    /// The revision.
    pub revision: RevisionId,
    /// What it was when it was applied.
    pub applied: String,
    /// What it is now.
    pub now: String,
    /// When it was applied.
    pub applied_at: String,
    /// By whom.
    pub applied_by: String,
}

/// The checksum of a revision, with the number of the way it is made.
pub fn checksum_of(revision: &Revision) -> String {
    format!("{SCHEME}{}", checksum(revision))
}

/// The last word of the history on each revision.
fn latest(history: &[HistoryEntry]) -> BTreeMap<&str, &HistoryEntry> {
    history.iter().map(|entry| (entry.revision.as_str(), entry)).collect()
}

/// The applied revisions whose files were edited since. What was applied before there was a history, or by
/// another program, has no checksum and is not among them.
///
/// # Errors
/// When a head is not known.
pub(crate) fn edited(
    revisions: &RevisionSet,
    heads: &[RevisionId],
    history: &[HistoryEntry],
) -> Result<Vec<Edited>, Error> {
    if fault::is_off("checksum_ignored") {
        return Ok(Vec::new());
    }
    let latest = latest(history);
    let mut edited = Vec::new();
    for id in revisions.graph().applied(heads)? {
        let Some(entry) = latest.get(id.as_str()).filter(|entry| entry.direction != "downgrade") else {
            continue;
        };
        let Some((revision, applied)) = revisions.get(id).zip(entry.checksum.as_ref()) else { continue };
        let now = checksum_of(revision);
        if applied.strip_prefix(SCHEME).is_some_and(|applied| !revision.is_what_ran(applied)) {
            edited.push(Edited {
                revision: id.clone(),
                applied: applied.clone(),
                now,
                applied_at: entry.applied_at.clone(),
                applied_by: entry.applied_by.clone(),
            });
        }
    }
    Ok(edited)
}

/// Refuses to go on from applied revisions that were edited, but for those that are accepted, whose new
/// checksums are recorded.
pub(super) async fn refuse_edited(
    project: &Project,
    revisions: &RevisionSet,
    database: &mut Database,
    heads: &[RevisionId],
    options: &RunOptions,
) -> Result<(), Error> {
    let accepted: Vec<RevisionId> =
        options.accept_edited.iter().map(|text| revisions.graph().find(text)).collect::<Result<_, _>>()?;
    let edited = edited(revisions, heads, &database.history().await?)?;
    if let Some(needless) = accepted.iter().find(|id| !edited.iter().any(|it| it.revision == **id)) {
        return Err(Error::refused(
            format!("revision {needless} is not one that was edited after it was applied"),
            format!("leave out --accept-edited {needless}"),
        ));
    }
    let (accepted, left): (Vec<Edited>, Vec<Edited>) =
        edited.into_iter().partition(|it| accepted.contains(&it.revision));
    if !left.is_empty() {
        return Err(Error::Edited(left));
    }
    if accepted.is_empty() || options.dry_run {
        return Ok(());
    }
    let who = who(project, database).await?;
    let entries: Vec<HistoryEntry> =
        accepted.into_iter().map(|it| entry(&it.revision, "accept", Some(it.now), &who, None)).collect();
    database.begin(ForeignKeys::Enforced).await?;
    database.record(&entries).await?;
    Ok(database.commit().await?)
}

/// What was applied before there was a history, as it is now: from here on an edit of it is noticed.
pub(crate) fn found(
    revisions: &RevisionSet,
    heads: &[RevisionId],
    history: &[HistoryEntry],
    who: &str,
) -> Result<Vec<HistoryEntry>, Error> {
    let latest = latest(history);
    let is_unknown = |id: &&&RevisionId| {
        latest.get(id.as_str()).is_none_or(|entry| entry.direction == "downgrade" || entry.checksum.is_none())
    };
    let applied = revisions.graph().applied(heads)?;
    Ok(applied
        .iter()
        .filter(is_unknown)
        .filter_map(|id| Some(entry(id, "found", Some(checksum_of(revisions.get(id)?)), who, None)))
        .collect())
}

/// A row of the history.
pub(crate) fn entry(
    revision: &RevisionId,
    direction: &str,
    checksum: Option<String>,
    who: &str,
    milliseconds: Option<u64>,
) -> HistoryEntry {
    HistoryEntry {
        revision: revision.to_string(),
        direction: direction.to_owned(),
        checksum,
        applied_by: who.to_owned(),
        applied_at: now(),
        milliseconds,
        program: concat!("ambix ", env!("CARGO_PKG_VERSION")).to_owned(),
    }
}

/// Who runs this: as the server knows the session, and as the machine knows the person.
pub(crate) async fn who(project: &Project, database: &mut Database) -> Result<String, Error> {
    let names = [database.user().await?, project.person()];
    let names: Vec<String> = names.into_iter().flatten().collect();
    Ok(if names.is_empty() { "unknown".to_owned() } else { names.join(" for ") })
}
