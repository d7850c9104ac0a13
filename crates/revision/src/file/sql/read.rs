//! Reading: a file taken apart by the dialect, its marked comments obeyed. Everything that is wrong with it
//! is gathered.

use std::ops::Range;
use std::path::Path;

use ambix_schema::{Piece, PieceKind, Problem};

use super::header::{Head, Trouble};
use super::{Cut, MARK, said};
use crate::Header;
use crate::file::nearest::nearest;
use crate::operations::{Allow, DoneElsewhere, Execute, Irreversible, Operation};
use crate::revision::{Form, Replayed, Revision, Sql};

/// The words that may follow the mark.
const WORDS: [&str; 6] = ["up", "down", "irreversible", "elsewhere", "allow", "replay"];

/// Reads a revision file in SQL, which `cut` takes apart. `path` goes into the revision and its problems as
/// it is.
///
/// # Errors
/// All [`Problem`]s of the file, each with its place and a way out.
pub fn read_sql(path: &Path, text: &str, cut: Cut<'_>) -> Result<Revision, Vec<Problem>> {
    // A byte order mark is no part of what a server is sent.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let problem = |trouble: Trouble| trouble.problem(path, text);
    let pieces = cut(text).map_err(|uncut| {
        vec![problem(Trouble { range: uncut.range, message: uncut.message, help: uncut.help })]
    })?;
    let mut reading =
        Reading { text, header: Head::default(), parts: Parts::default(), troubles: Vec::new() };
    for (at, piece) in pieces.iter().enumerate() {
        reading.piece(piece, pieces.get(at + 1));
    }
    reading.finish(path).map_err(|mut troubles| {
        troubles.sort_by_key(|trouble| trouble.range.start);
        troubles.into_iter().map(problem).collect()
    })
}

/// Which part of the file is being read.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Part {
    #[default]
    Head,
    Up,
    Down,
    Replay,
}

/// What was read of each part.
#[derive(Default)]
struct Parts {
    current: Part,
    up: Option<Vec<(Operation, String)>>,
    down: Option<Vec<(Operation, String)>>,
    replay: Option<ReplayPart>,
}

/// What the statements stand for: the digest they had, and lines of operations with their places.
pub(super) struct ReplayPart {
    #[cfg_attr(
        not(feature = "source"),
        expect(dead_code, reason = "what it guards is read with the source alone")
    )]
    pub(super) digest: String,
    pub(super) lines: Vec<Range<usize>>,
}

struct Reading<'a> {
    text: &'a str,
    header: Head,
    parts: Parts,
    troubles: Vec<Trouble>,
}

impl Reading<'_> {
    fn refuse(&mut self, range: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.troubles.push(Trouble::new(range, message, help));
    }

    fn piece(&mut self, piece: &Piece, next: Option<&Piece>) {
        match &piece.kind {
            PieceKind::Statement { essence, is_open } => {
                if *is_open && let Some(next) = next {
                    self.refuse(
                        next.range.clone(),
                        "a statement is still open here: a BEGIN has no END, or a ( no )",
                        "close it above this line",
                    );
                }
                self.statement(piece.range.clone(), essence);
            }
            PieceKind::Comment => {
                let (line, range) = said(self.text, &piece.range);
                match self.parts.current {
                    Part::Head => self.header.line(&line, &range, &mut self.troubles),
                    Part::Up | Part::Down => {}
                    Part::Replay => {
                        if let Some(replay) = &mut self.parts.replay {
                            replay.lines.push(range);
                        }
                    }
                }
            }
            PieceKind::Marked => {
                let (line, range) = said(self.text, &piece.range);
                let start = range.end - line.trim_start().len();
                let line = line.trim_start().strip_prefix(MARK).unwrap_or_default();
                let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
                self.directive(word, rest.trim(), start..range.end);
            }
        }
    }

    fn statement(&mut self, range: Range<usize>, essence: &str) {
        let operation = Execute { sql: self.text[range.clone()].to_owned(), dialect: None };
        let first_line = self.text[range.clone()].lines().next().unwrap_or_default().len();
        let start = range.start..range.start + first_line;
        match self.parts.current {
            Part::Head => self.refuse(
                start,
                "a statement stands before `-- ambix:up`",
                "write `-- ambix:up` above the statements of the upgrade",
            ),
            Part::Replay => self.refuse(
                start,
                "a statement stands under `-- ambix:replay`, where comments say what the upgrade stands for",
                "move it under `-- ambix:up` or `-- ambix:down`",
            ),
            Part::Up | Part::Down => self.operation(operation.into(), essence.to_owned()),
        }
    }

    fn operation(&mut self, operation: Operation, essence: String) {
        let part = match self.parts.current {
            Part::Up => &mut self.parts.up,
            Part::Down => &mut self.parts.down,
            Part::Head | Part::Replay => return,
        };
        part.get_or_insert_default().push((operation, essence));
    }

    fn directive(&mut self, word: &str, rest: &str, range: Range<usize>) {
        let is_in_direction = matches!(self.parts.current, Part::Up | Part::Down);
        match word {
            "up" | "down" => {
                let (part, direction) = if word == "up" {
                    (Part::Up, &mut self.parts.up)
                } else {
                    (Part::Down, &mut self.parts.down)
                };
                let is_second = direction.is_some();
                direction.get_or_insert_default();
                self.parts.current = part;
                if is_second {
                    self.refuse(
                        range,
                        format!("`-- ambix:{word}` stands here a second time"),
                        "once is enough",
                    );
                } else if !rest.is_empty() {
                    let help = format!("write `-- ambix:{word}` and nothing more on its line");
                    self.refuse(range, format!("`ambix:{word}` takes nothing behind it"), help);
                }
            }
            "irreversible" | "elsewhere" | "allow" if !is_in_direction => self.refuse(
                range,
                format!("`-- ambix:{word}` stands outside of both directions"),
                "write it below `-- ambix:up` or `-- ambix:down`",
            ),
            "irreversible" if rest.is_empty() => {
                let help = "write `-- ambix:irreversible the old values are gone`";
                self.refuse(range, "nothing says why there is no way back", help);
            }
            "elsewhere" if rest.is_empty() => {
                let help = "write `-- ambix:elsewhere a migration in Rust did this`";
                self.refuse(range, "nothing says what did this", help);
            }
            "irreversible" | "elsewhere" => {
                let reason = rest.to_owned();
                let operation = match word {
                    "irreversible" => Operation::from(Irreversible { reason }),
                    _elsewhere => Operation::from(DoneElsewhere { reason }),
                };
                let phrase = operation.phrase();
                self.operation(operation, phrase);
            }
            "allow" => match rest.split_once(char::is_whitespace) {
                Some((hazard, reason)) => {
                    let allow = Allow { hazard: hazard.to_owned(), reason: reason.trim().to_owned() };
                    let operation = Operation::from(allow);
                    let phrase = operation.phrase();
                    self.operation(operation, phrase);
                }
                None => self.refuse(
                    range,
                    "a hazard is accepted by its name and with a reason",
                    "write `-- ambix:allow drop-column replaced by full_name`",
                ),
            },
            "replay" if self.parts.replay.is_some() => {
                self.refuse(range, "`-- ambix:replay` stands here a second time", "once is enough");
            }
            "replay" => {
                self.parts.current = Part::Replay;
                self.parts.replay = Some(ReplayPart { digest: rest.to_owned(), lines: Vec::new() });
            }
            other => {
                let help = match nearest(other, WORDS.into_iter()) {
                    Some(near) => format!("did you mean `-- ambix:{near}`?"),
                    None => format!("known are {}", WORDS.map(|word| format!("`ambix:{word}`")).join(", ")),
                };
                self.refuse(range, format!("there is no `ambix:{}`", ambix_schema::escape(other)), help);
            }
        }
    }

    fn finish(mut self, path: &Path) -> Result<Revision, Vec<Trouble>> {
        self.header.missing(&mut self.troubles);
        let end = self.text.trim_end().len();
        if self.troubles.is_empty() && self.parts.up.is_none() {
            let help = "write `-- ambix:up` and below it the statements of the upgrade";
            self.refuse(end..end, "the revision has no `-- ambix:up`", help);
        }
        if self.troubles.is_empty() && self.parts.down.is_none() {
            let help = "write `-- ambix:down` and below it the statements that lead back, \
                 or `-- ambix:irreversible why` if there is no way back";
            self.refuse(end..end, "the revision has no `-- ambix:down`", help);
        }
        let Parts { current: _, up, down, replay } = self.parts;
        let (upgrade, upgrade_essence) = up.unwrap_or_default().into_iter().unzip();
        let (downgrade, downgrade_essence) = down.unwrap_or_default().into_iter().unzip();
        let mut sql =
            Sql { upgrade: upgrade_essence, downgrade: downgrade_essence, replayed: Replayed::Unsaid };
        if let Some(replay) = replay {
            sql.replayed = replayed(self.text, &replay, &sql.digest(), &mut self.troubles);
        }
        let (doc, message) = self.header.texts();
        let Head { id: Some(id), down: Some(down), branch_labels, depends_on, create_date, .. } = self.header
        else {
            return Err(self.troubles);
        };
        if !self.troubles.is_empty() {
            return Err(self.troubles);
        }
        let path = path.to_owned();
        let header = Header { id, down, branch_labels, depends_on, message, doc, create_date, path };
        Ok(header.with(upgrade, downgrade, Form::Sql(sql)))
    }
}

#[cfg(feature = "source")]
fn replayed(text: &str, replay: &ReplayPart, digest: &str, troubles: &mut Vec<Trouble>) -> Replayed {
    super::replay::replayed(text, replay, digest, troubles)
}

/// A program that embeds its revisions compares nothing without a database.
#[cfg(not(feature = "source"))]
fn replayed(_: &str, _: &ReplayPart, _: &str, _: &mut Vec<Trouble>) -> Replayed {
    Replayed::Unsaid
}
