//! The head of a file: comments that say which revision this is, and text for people.

use std::ops::Range;
use std::path::Path;

use ambix_schema::{Problem, Severity};

use super::{MARK, said};
use crate::file::nearest::nearest;
use crate::{Header, RevisionId, revision};

/// Something that is wrong, where it stands.
pub(super) struct Trouble {
    pub(super) range: Range<usize>,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl Trouble {
    pub(super) fn new(range: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { range, message: message.into(), help: Some(help.into()) }
    }

    pub(super) fn problem(self, path: &Path, text: &str) -> Problem {
        let problem = Problem::at(Severity::Error, path, text, self.range, self.message);
        match self.help {
            Some(help) => problem.with_help(help),
            None => problem,
        }
    }
}

/// The keys that are read.
pub(super) const KEYS: [&str; 5] =
    ["revision", "down_revision", "branch_labels", "depends_on", "create_date"];

/// The word for no parent.
pub(super) const BASE: &str = "base";

/// What the head of a file says.
#[derive(Default)]
pub(super) struct Head {
    pub(super) id: Option<RevisionId>,
    pub(super) down: Option<Vec<RevisionId>>,
    pub(super) branch_labels: Vec<String>,
    pub(super) depends_on: Vec<String>,
    pub(super) create_date: Option<String>,
    /// All lines.
    lines: Vec<String>,
    /// The lines that are no keys.
    text: Vec<String>,
}

impl Head {
    /// Takes one comment line in.
    pub(super) fn line(&mut self, line: &str, range: &Range<usize>, troubles: &mut Vec<Trouble>) {
        self.lines.push(line.to_owned());
        if let Some((key, value)) = key(line) {
            self.entry(key, value, range, troubles);
            return;
        }
        // A slip would leave the revision where nobody meant it to be.
        if let Some((word, meant)) = slip(line).filter(|_| self.id.is_some()) {
            let message = format!("there is no `{word}:` at the head of a revision");
            troubles.push(Trouble::new(range.clone(), message, format!("did you mean `{meant}:`?")));
        }
        self.text.push(line.strip_prefix('\\').unwrap_or(line).to_owned());
    }

    fn entry(&mut self, key: &str, value: &str, range: &Range<usize>, troubles: &mut Vec<Trouble>) {
        let words: Vec<String> = value
            .split([',', ' ', '\t'])
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .map(ToOwned::to_owned)
            .collect();
        let mut refuse = |message: String, help: &str| {
            troubles.push(Trouble::new(range.clone(), message, help));
        };
        match key {
            "revision" if self.id.is_some() => {
                refuse("the revision is named twice".into(), "one file is one revision");
            }
            "revision" => match RevisionId::parse(value) {
                Ok(id) => self.id = Some(id),
                Err(error) => refuse(error.to_string(), &error.hint().unwrap_or_default()),
            },
            "down_revision" if words.is_empty() => refuse(
                "the revision does not say which revision it follows".into(),
                "write its id, or `-- down_revision: base` for a first revision",
            ),
            "down_revision" => {
                let down = self.down.get_or_insert_default();
                for word in words.iter().filter(|word| *word != BASE) {
                    match RevisionId::parse(word) {
                        Ok(id) => down.push(id),
                        Err(error) => refuse(error.to_string(), &error.hint().unwrap_or_default()),
                    }
                }
            }
            "branch_labels" => self.branch_labels.extend(words),
            "depends_on" => self.depends_on.extend(words),
            _create_date => self.create_date = Some(value.to_owned()).filter(|value| !value.is_empty()),
        }
    }

    /// What must be there and is not.
    pub(super) fn missing(&self, troubles: &mut Vec<Trouble>) {
        if self.id.is_none() && troubles.is_empty() {
            troubles.push(Trouble::new(
                0..0,
                "this file is not a revision: it has no `-- revision:`",
                "a revision begins with `-- revision: …` and `-- down_revision: …`; keep other files elsewhere, \
                 or let their names begin with `_`",
            ));
        } else if self.down.is_none() && troubles.is_empty() {
            troubles.push(Trouble::new(
                0..0,
                "the revision does not say which revision it follows",
                "write `-- down_revision: …`, or `-- down_revision: base` for a first revision",
            ));
        }
    }

    /// The whole text, and its first line that is for people.
    pub(super) fn texts(&self) -> (String, String) {
        (self.lines.join("\n"), revision::message(&self.text.join("\n")))
    }
}

/// Reads the head of a revision file in SQL: comments before the first thing that is none. What is wrong below
/// it goes unnoticed, and no dialect is needed.
///
/// # Errors
/// All [`Problem`]s of the head.
pub fn read_sql_header(path: &Path, text: &str) -> Result<Header, Vec<Problem>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut head = Head::default();
    let mut troubles = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let blank = text[at..].len() - text[at..].trim_start().len();
        let start = at + blank;
        if text[start..].starts_with("/*") {
            at = text[start..].find("*/").map_or(text.len(), |end| start + end + 2);
            continue;
        }
        if !text[start..].starts_with("--") && !text[start..].starts_with('#') {
            break;
        }
        let end = text[start..].find('\n').map_or(text.len(), |end| start + end);
        let (line, range) = said(text, &(start..end));
        if line.trim_start().starts_with(MARK) {
            break;
        }
        head.line(&line, &range, &mut troubles);
        at = end;
    }
    head.missing(&mut troubles);
    let (doc, message) = head.texts();
    match (head.id, head.down) {
        (Some(id), Some(down)) if troubles.is_empty() => Ok(Header {
            id,
            down,
            branch_labels: head.branch_labels,
            depends_on: head.depends_on,
            message,
            doc,
            create_date: head.create_date,
            path: path.to_owned(),
        }),
        (_, _) => Err(troubles.into_iter().map(|trouble| trouble.problem(path, text)).collect()),
    }
}

/// The key and value of a line that has one.
pub(super) fn key(line: &str) -> Option<(&'static str, &str)> {
    let (word, value) = line.split_once(':')?;
    let key = KEYS.into_iter().find(|key| *key == word)?;
    Some((key, value.trim()))
}

/// A word before a colon that comes close to a key.
fn slip(line: &str) -> Option<(&str, &'static str)> {
    let (word, _) = line.split_once(':')?;
    let is_word = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '_' | '-'));
    let meant = nearest(&word.to_ascii_lowercase(), KEYS.into_iter())?;
    is_word.then_some((word, meant))
}
