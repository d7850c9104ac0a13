//! How far a revision has come: its statements in order, what of them has run and what is committed.
//!
//! A revision that is one transaction needs no journal: whatever ends it, all of it is undone. As soon as one
//! of its statements runs alone, every statement has a row in the journal, written before the first commit.

use std::ops::Range;

use ambix_database::{JournalEntry, JournalState};
use ambix_dialect::Trace;
use ambix_schema::{Change, TableName};
use serde::{Deserialize, Serialize};

use super::report::Failure;
use crate::Error;

/// How it is told of a statement afterwards whether it has run.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Watched {
    /// Where its effect is seen.
    pub(super) trace: Trace,
    /// What holds when it has run, as far as that is known; empty for SQL by hand.
    pub(super) changes: Vec<Change>,
}

/// What was there right before a statement was sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Found {
    /// What the server printed of each relation of the trace.
    pub(super) printed: Vec<Option<String>>,
    /// The indexes that were invalid already.
    pub(super) invalid: Vec<TableName>,
}

/// A statement that is going to run.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    pub(super) sql: String,
    pub(super) runs_alone: bool,
    pub(super) watched: Watched,
}

/// Whose progress it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Identity {
    pub(super) revision: String,
    pub(super) direction: String,
    pub(super) checksum: String,
}

/// The statements of a revision, in order, and where it is among them.
#[derive(Debug, Default)]
pub(super) struct Progress {
    identity: Identity,
    entries: Vec<JournalEntry>,
    /// Those whose rows in the journal are not what they are here.
    unwritten: Vec<usize>,
    /// How many of them have run.
    ran: usize,
    /// How many of them are committed.
    committed: usize,
    /// How many statements inside the one that failed are committed: SQL by hand may hold several.
    inside: usize,
    /// How many operations behind the last statement are not planned yet.
    unplanned: usize,
    /// Whether it goes on with what an earlier run left.
    is_resumed: bool,
}

impl Progress {
    /// A revision that begins.
    pub(super) fn of(identity: Identity) -> Self {
        Self { identity, ..Self::default() }
    }

    /// A revision that an earlier run left half done, with nothing in doubt any more.
    pub(super) fn resumed(entries: Vec<JournalEntry>, changed: Vec<usize>) -> Self {
        let identity = entries.first().map(|entry| Identity {
            revision: entry.revision.clone(),
            direction: entry.direction.clone(),
            checksum: entry.checksum.clone(),
        });
        let done = entries.iter().take_while(|entry| entry.state == JournalState::Done).count();
        Self {
            identity: identity.unwrap_or_default(),
            entries,
            unwritten: changed,
            ran: done,
            committed: done,
            is_resumed: true,
            ..Self::default()
        }
    }

    /// Further statements are going to run, and so many operations come after them.
    pub(super) fn plan(&mut self, planned: Vec<Planned>, segment: u64, unplanned: usize, now: &str) {
        for Planned { sql, runs_alone, watched } in planned {
            self.unwritten.push(self.entries.len());
            let Identity { revision, direction, checksum } = self.identity.clone();
            self.entries.push(JournalEntry {
                number: self.entries.len() as u64 + 1,
                revision,
                direction,
                checksum,
                segment,
                state: JournalState::Planned,
                runs_alone,
                sql,
                watched: serde_json::to_string(&watched).unwrap_or_default(),
                found_before: None,
                noted: now.to_owned(),
            });
        }
        self.unplanned = unplanned;
    }

    /// The statement that is next.
    pub(super) fn next(&self) -> Option<&JournalEntry> {
        self.entries.get(self.ran)
    }

    /// The first part of the revision that is not planned yet.
    pub(super) fn next_segment(&self) -> u64 {
        self.entries.last().map_or(0, |entry| entry.segment + 1)
    }

    /// Whether it goes on with what an earlier run left.
    pub(super) fn is_resumed(&self) -> bool {
        self.is_resumed
    }

    /// Whether it is kept in the journal.
    pub(super) fn is_journalled(&self) -> bool {
        let stands_alone = self.entries.iter().any(|entry| entry.runs_alone);
        (stands_alone || self.is_resumed) && !ambix_database::fault::is_off("no_journal")
    }

    /// What has been said to the session alone, for the session that goes on.
    pub(super) fn of_session(&self) -> Vec<String> {
        let done = self.entries.iter().take(self.ran);
        let of_session = |entry: &&JournalEntry| {
            serde_json::from_str::<Watched>(&entry.watched).is_ok_and(|it| it.trace == Trace::Session)
        };
        done.filter(of_session).map(|entry| entry.sql.clone()).collect()
    }

    /// The rows of the journal that must be written, which count as written from now on.
    pub(super) fn take_unwritten(&mut self) -> Vec<JournalEntry> {
        let mut places = std::mem::take(&mut self.unwritten);
        places.sort_unstable();
        places.dedup();
        places.into_iter().filter_map(|place| self.entries.get(place).cloned()).collect()
    }

    /// The next statement is sent now; this was there before.
    pub(super) fn starts(&mut self, found: &Found, now: &str) {
        self.note(JournalState::Started, Some(serde_json::to_string(found).unwrap_or_default()), now);
    }

    /// The next statement has done nothing.
    pub(super) fn did_nothing(&mut self, now: &str) {
        self.note(JournalState::Planned, None, now);
    }

    /// The next statement has run.
    pub(super) fn has_run(&mut self, now: &str) {
        let found = self.next().and_then(|entry| entry.found_before.clone());
        self.note(JournalState::Done, found, now);
        self.ran += 1;
    }

    fn note(&mut self, state: JournalState, found_before: Option<String>, now: &str) {
        self.unwritten.push(self.ran);
        if let Some(entry) = self.entries.get_mut(self.ran) {
            entry.state = state;
            entry.found_before = found_before;
            now.clone_into(&mut entry.noted);
        }
    }

    /// All that has run is committed.
    pub(super) fn is_committed(&mut self) {
        self.committed = self.ran;
    }

    /// The next statement failed. Of several in one text, those before the one that failed are committed if
    /// the text ran alone; in a transaction they are undone with it.
    pub(super) fn failed_with(&mut self, error: &Error) {
        let Error::Database(error) = error else { return };
        let runs_alone = self.next().is_some_and(|entry| entry.runs_alone);
        let number = error.statement().and_then(|failure| failure.number);
        self.inside = number.filter(|_| runs_alone).map_or(0, |number| number - 1);
    }

    /// Whether nothing of the revision would be left after a rollback.
    pub(super) fn is_nothing_committed(&self) -> bool {
        self.committed == 0 && self.inside == 0
    }

    /// What is known of a failure at the next statement; `shown` makes a statement fit for people.
    pub(super) fn failure(&self, shown: impl Fn(&str) -> String) -> Failure {
        let shown_of = |range: Range<usize>| {
            let entries = self.entries.get(range).unwrap_or_default();
            entries.iter().map(|entry| shown(&entry.sql)).collect()
        };
        Failure {
            statement: self.next().map(|entry| entry.number),
            statements: self.entries.len() as u64,
            sql: self.next().map(|entry| shown(&entry.sql)),
            committed: shown_of(0..self.committed),
            committed_inside: self.inside,
            undone: shown_of(self.committed..self.ran),
            not_run: shown_of((self.ran + 1).min(self.entries.len())..self.entries.len()),
            operations_after: self.unplanned,
            is_journalled: self.is_journalled(),
            ..Failure::default()
        }
    }
}
