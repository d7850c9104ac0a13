//! Recovery: what an earlier run left half done is looked at, and never guessed.
//!
//! The journal names at most one statement in doubt. What it changes is compared with what was there right
//! before it was sent, and with what should be there after it. Where neither is so, a person decides, and says so
//! with `--resume-after` or `--resume-at`.

use ambix_database::{Database, ForeignKeys, JournalEntry, JournalState, fault};
use ambix_dialect::{Trace, normalize};
use ambix_diff::{Policy, diff};
use ambix_revision::Move;
use ambix_schema::{Change, escape};

use super::progress::{Found, Progress, Watched};
use super::{Event, Job, Resume, Runner, checksum_of, now, word};
use crate::workflow::settle::settle;
use crate::{Error, RevisionSet};

/// What became of the statement in doubt.
enum Verdict {
    /// Nothing: it is as before.
    Before,
    /// All of it: it is as it should be after.
    After,
    /// It cannot be told, and why.
    Neither(String),
}

/// Refuses to run past a revision that is half done, into another direction, or from an edited file.
pub(super) fn refuse_another_way(
    revisions: &RevisionSet,
    journal: &[JournalEntry],
    moves: &[Move],
    job: &Job<'_>,
    database: &Database,
) -> Result<(), Error> {
    let Some(first) = journal.first().filter(|_| has_begun(journal)) else { return Ok(()) };
    let JournalEntry { revision: id, direction, .. } = first;
    let shown = escape(id);
    let done = journal.iter().filter(|entry| entry.state == JournalState::Done);
    let done: Vec<String> = done.map(|entry| format!("  {}", database.shown(&entry.sql))).collect();
    let is_next =
        moves.first().is_some_and(|step| step.revision.as_str() == id && word(step.direction) == direction);
    let heads = "ambix stamp REVISION";
    if !is_next {
        let goes_on = match direction.as_str() {
            "upgrade" => format!("ambix upgrade {shown}"),
            _downgrade => format!("ambix downgrade {shown}-1"),
        };
        return Err(Error::refused(
            format!(
                "the {direction} of revision {shown} is half done, so `{} {}` cannot run",
                word(job.direction),
                escape(job.target)
            ),
            format!(
                "go on with `{goes_on}`, or undo by hand what is committed and say where the database is with `{heads}`"
            ),
        ));
    }
    let revision = moves.first().and_then(|step| revisions.get(&step.revision));
    if revision.is_some_and(|revision| checksum_of(revision) == first.checksum) {
        return Ok(());
    }
    let applied = if done.is_empty() { "  nothing yet".to_owned() } else { done.join("\n") };
    Err(Error::refused(
        format!(
            "revision {shown} was edited after {} of its {} statements were applied:\n{applied}",
            done.len(),
            journal.len()
        ),
        format!(
            "put its file back as it was and run again; or undo by hand what is applied, say where the database is \
             with `{heads}`, and run the edited one from its start"
        ),
    ))
}

impl Runner<'_> {
    /// What is left of a revision that an earlier run left half done; nothing when none was.
    pub(super) async fn recover(
        &mut self,
        mut journal: Vec<JournalEntry>,
    ) -> Result<Option<Progress>, Error> {
        if !has_begun(&journal) && !journal.is_empty() {
            // Nothing of it has run, so that the revision begins anew.
            if self.is_one_transaction && !self.only_shows() {
                self.database.clear_journal().await?;
            } else if !self.only_shows() {
                self.database.begin_waiting(ForeignKeys::Enforced).await?;
                self.database.clear_journal().await?;
                self.database.commit().await?;
            }
            journal.clear();
        }
        let Some(first) = journal.first() else {
            return match self.options.resume {
                Some(_) => Err(Error::refused(
                    "no statement is in doubt, so there is nothing to resume",
                    "leave out --resume-after and --resume-at",
                )),
                None => Ok(None),
            };
        };
        let revision = escape(&first.revision);
        let mut changed = Vec::new();
        let doubt = journal.iter().position(|entry| entry.state == JournalState::Started);
        if let Some(place) = doubt {
            let entry = journal[place].clone();
            let verdict = self.verdict(&entry).await?;
            let (state, word) = match verdict {
                Verdict::Before => (JournalState::Planned, "has not run, and runs now"),
                Verdict::After => (JournalState::Done, "has run, and is not repeated"),
                Verdict::Neither(why) => return Err(neither(&entry, journal.len(), &why, self.database)),
            };
            let text = format!(
                "revision {revision} was interrupted in statement {} of {}, which {word}",
                entry.number,
                journal.len()
            );
            self.observer.event(&Event::Recovered { text: &text });
            journal[place].state = state;
            journal[place].noted = now();
            changed.push(place);
        } else {
            if self.options.resume.is_some() {
                return Err(Error::refused(
                    format!("no statement of revision {revision} is in doubt"),
                    "leave out --resume-after and --resume-at",
                ));
            }
            let done = journal.iter().filter(|entry| entry.state == JournalState::Done).count();
            let text =
                format!("revision {revision} was interrupted after statement {done} of {}", journal.len());
            self.observer.event(&Event::Recovered { text: &text });
        }
        fault::point("recovered");
        Ok(Some(Progress::resumed(journal, changed)))
    }

    async fn verdict(&mut self, entry: &JournalEntry) -> Result<Verdict, Error> {
        match self.options.resume {
            Some(Resume::After(number)) if number == entry.number => return Ok(Verdict::After),
            Some(Resume::At(number)) if number == entry.number => return Ok(Verdict::Before),
            Some(Resume::After(number) | Resume::At(number)) => {
                return Err(Error::refused(
                    format!("statement {number} is not the one in doubt; that is statement {}", entry.number),
                    format!("say --resume-after {0} or --resume-at {0}", entry.number),
                ));
            }
            None => {}
        }
        let unreadable = || Verdict::Neither("what was noted of it cannot be read".to_owned());
        let Ok(watched) = serde_json::from_str::<Watched>(&entry.watched) else { return Ok(unreadable()) };
        let found = entry.found_before.as_deref().and_then(|text| serde_json::from_str::<Found>(text).ok());
        let Some(found) = found else { return Ok(unreadable()) };
        let relations = match &watched.trace {
            Trace::Unseen => {
                let why =
                    "what it does leaves no trace that ambix looks at, so whether it has run cannot be told";
                return Ok(Verdict::Neither(why.to_owned()));
            }
            Trace::Session => return Ok(Verdict::Before),
            Trace::In(relations) | Trace::Repeatable(relations) => relations,
        };
        self.drop_left_indexes(&watched.trace, &found).await?;
        if matches!(watched.trace, Trace::Repeatable(_)) {
            return Ok(Verdict::Before);
        }
        let printed = self.database.printed(relations).await?;
        if printed == found.printed {
            return Ok(Verdict::Before);
        }
        if self.is_as_after(&watched, &found, &printed).await? {
            return Ok(Verdict::After);
        }
        let shown = |texts: &[Option<String>]| {
            let each = texts.iter().zip(relations).map(|(text, relation)| {
                let text = text.as_deref().map_or_else(|| format!("there is no {relation}"), str::to_owned);
                text.lines().map(|line| format!("    {}", escape(line))).collect::<Vec<_>>().join("\n")
            });
            each.collect::<Vec<_>>().join("\n")
        };
        let why = if watched.changes.is_empty() {
            "it is SQL by hand, whose effect ambix does not know, and what it is about has changed".to_owned()
        } else {
            "what it is about is neither as it was before it nor as it should be after it".to_owned()
        };
        Ok(Verdict::Neither(format!(
            "{why}\n  before it:\n{}\n  now:\n{}",
            shown(&found.printed),
            shown(&printed)
        )))
    }

    /// Drops the indexes that a statement left unusable: those of its tables that were not there, or not
    /// invalid, before it.
    pub(super) async fn drop_left_indexes(&mut self, trace: &Trace, found: &Found) -> Result<bool, Error> {
        let (Trace::In(relations) | Trace::Repeatable(relations)) = trace else { return Ok(false) };
        if fault::is_off("invalid_index_trusted") {
            return Ok(false);
        }
        let mut is_any = false;
        for index in self.database.invalid_indexes(relations).await? {
            if !found.invalid.contains(&index) {
                self.database.drop_invalid_index(&index).await?;
                is_any = true;
                fault::point("repaired");
            }
        }
        Ok(is_any)
    }

    /// Whether all that a statement does is there.
    async fn is_as_after(
        &mut self,
        watched: &Watched,
        found: &Found,
        printed: &[Option<String>],
    ) -> Result<bool, Error> {
        if watched.changes.is_empty() {
            // Of SQL by hand only this much is known: that it makes what was not there, or takes it away.
            let mut flips = found.printed.iter().zip(printed);
            let is_any = flips.clone().any(|(before, now)| before.is_some() != now.is_some());
            return Ok(is_any && flips.all(|(before, now)| before != now || now.is_none()));
        }
        let actual = normalize(self.database.read_schema().await?, self.dialect);
        let mut wanted = actual.schema().clone();
        for change in &watched.changes {
            match change {
                Change::Create { at, object } | Change::Alter { at, to: object, .. } => {
                    if !actual.schema().contains(at) {
                        return Ok(false);
                    }
                    wanted.insert(at.clone(), object.clone());
                }
                Change::Drop { at, .. } => {
                    if actual.schema().contains(at) {
                        return Ok(false);
                    }
                }
                Change::Rename { from, to } => {
                    let to = from.renamed(to.clone());
                    if actual.schema().contains(from) || !actual.schema().contains(&to) {
                        return Ok(false);
                    }
                }
                Change::Opaque(_) => return Ok(false),
            }
        }
        let mut wanted = normalize(wanted, self.dialect);
        let policy = Policy::new(Vec::new());
        settle(self.database, &actual, &mut wanted, &policy, &[]).await?;
        Ok(diff(&actual, &wanted, &policy, &[]).changes.is_empty())
    }
}

/// Whether any statement has run, or may have.
pub(super) fn has_begun(journal: &[JournalEntry]) -> bool {
    journal.iter().any(|entry| entry.state != JournalState::Planned)
}

fn neither(entry: &JournalEntry, statements: usize, why: &str, database: &Database) -> Error {
    let number = entry.number;
    let next = if usize::try_from(number).is_ok_and(|number| number >= statements) {
        "what comes after it is next".to_owned()
    } else {
        format!("statement {} is next", number + 1)
    };
    Error::refused(
        format!(
            "statement {number} of {statements} of revision {} was interrupted, and {why}\n  the statement:\n    {}",
            escape(&entry.revision),
            database.shown(&entry.sql)
        ),
        format!(
            "look at the database; then run again with `--resume-after {number}` when all that the statement does is \
             there ({next}), or, once nothing of it is there, with `--resume-at {number}` (it runs again)"
        ),
    )
}
