//! What the own tables say beside the version: who ran what when, what was edited since, and what is half done.

use ambix_database::{HistoryEntry, JournalEntry, JournalState};

use super::run::{Edited, edited};
use crate::{Error, Project, RevisionSet};

/// What the own tables say.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Recorded {
    /// The applied revisions whose files were edited since.
    pub edited: Vec<Edited>,
    /// The revision that is half done, if one is.
    pub half_done: Option<HalfDone>,
    /// Every row of the history, oldest first.
    pub history: Vec<HistoryEntry>,
}

/// A revision that a run left half done.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct HalfDone {
    /// The revision.
    pub revision: String,
    /// `upgrade` or `downgrade`.
    pub direction: String,
    /// How many of its statements have run.
    pub done: usize,
    /// How many are known.
    pub statements: usize,
    /// The statement of which it is not known whether it has run, counted from 1.
    pub in_doubt: Option<u64>,
}

/// Reads what the own tables say. Creates nothing; where there are no such tables, nothing is said.
///
/// # Errors
/// Any [`Error`] that keeps it from looking.
pub async fn recorded(project: &Project, revisions: &RevisionSet) -> Result<Recorded, Error> {
    let Some(mut database) = project.connect_to_look().await? else { return Ok(Recorded::default()) };
    let rows = database.heads().await?.unwrap_or_default();
    let rows: Vec<String> = rows.into_iter().filter(|row| revisions.graph().contains(row)).collect();
    let heads = revisions.graph().known(&rows)?;
    let history = database.history().await?;
    let journal = database.journal().await?;
    let edited = edited(revisions, &heads, &history)?;
    database.close().await?;
    Ok(Recorded { edited, half_done: half_done(&journal), history })
}

fn half_done(journal: &[JournalEntry]) -> Option<HalfDone> {
    let first = journal.first()?;
    let in_doubt = journal.iter().find(|entry| entry.state == JournalState::Started);
    Some(HalfDone {
        revision: first.revision.clone(),
        direction: first.direction.clone(),
        done: journal.iter().filter(|entry| entry.state == JournalState::Done).count(),
        statements: journal.len(),
        in_doubt: in_doubt.map(|entry| entry.number),
    })
}
