//! Writing: a draft and its statements as a file that reads back as the same.

use std::path::Path;

use ambix_schema::{PieceKind, escape};

use super::header::{BASE, key};
use super::{Cut, MARK, read_sql, replay};
use crate::file::draft::{BEGIN, Draft, END};
use crate::revision::{Form, Sql};
use crate::{Operation, Revision, RevisionId};

/// One thing a direction says, and what is said about it in comments.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    /// A statement without its semicolon, or a word to ambix.
    pub operation: Operation,
    /// Comment lines before it.
    pub comments: Vec<String>,
}

/// Why a revision cannot be written as SQL.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unwritable {
    /// A text that does not read back as the one statement it is.
    #[error("a statement cannot be written so that it is read back as it is: {0}")]
    Statement(String),
    /// The file does not read back.
    #[error("the file would not read back: {0}")]
    File(String),
}

/// The text of the revision file: the head from the draft, the statements of both directions, and the draft's
/// upgrade as what they stand for. The same input always gives the same bytes.
///
/// # Errors
/// [`Unwritable`] when what was written would not be read as what was meant.
pub fn write_sql(
    draft: &Draft,
    upgrade: &[Said],
    downgrade: &[Said],
    cut: Cut<'_>,
) -> Result<String, Unwritable> {
    let mut text = head(draft);
    for (word, said, is_marked) in [("up", upgrade, !upgrade.is_empty()), ("down", downgrade, false)] {
        text.extend(["\n-- ", MARK, word, "\n"]);
        let comment = |line: &str, text: &mut String| {
            text.push_str(format!("-- {}", unmarked(&escape(line))).trim_end());
            text.push('\n');
        };
        if is_marked {
            comment(BEGIN, &mut text);
        }
        for said in said {
            for line in &said.comments {
                comment(line, &mut text);
            }
            text.push_str(&written(&said.operation, cut)?);
        }
        if is_marked {
            comment(END, &mut text);
        }
    }
    let is_generated = !draft.upgrade.is_empty();
    if is_generated {
        let read = read_back(&text, cut)?;
        let Form::Sql(sql) = &read.form else { unreachable!("SQL was read") };
        text.push_str(&replay_part(draft, sql));
    }
    let read = read_back(&text, cut)?;
    let operations = |said: &[Said]| said.iter().map(|said| said.operation.clone()).collect::<Vec<_>>();
    if read.upgrade != operations(upgrade) || read.downgrade != operations(downgrade) {
        return Err(Unwritable::File("its statements would be others".into()));
    }
    Ok(text)
}

pub(super) fn read_back(text: &str, cut: Cut<'_>) -> Result<Revision, Unwritable> {
    read_sql(Path::new(""), text, cut).map_err(|problems| {
        let first = problems.first().map(ToString::to_string).unwrap_or_default();
        Unwritable::File(escape(&first))
    })
}

pub(super) fn head(draft: &Draft) -> String {
    let mut lines: Vec<String> =
        draft.message.lines().map(|line| unmarked(&unkeyed(&escape(line)))).collect();
    if lines.is_empty() {
        lines.push("(no message)".into());
    }
    let list = |texts: &[String]| texts.iter().map(|text| escape(text)).collect::<Vec<_>>().join(", ");
    let down: Vec<&str> = draft.down.iter().map(RevisionId::as_str).collect();
    lines.push(String::new());
    lines.push(format!("revision: {}", draft.id.as_str()));
    lines.push(format!("down_revision: {}", if down.is_empty() { BASE.to_owned() } else { down.join(", ") }));
    if !draft.branch_labels.is_empty() {
        lines.push(format!("branch_labels: {}", list(&draft.branch_labels)));
    }
    if !draft.depends_on.is_empty() {
        lines.push(format!("depends_on: {}", list(&draft.depends_on)));
    }
    lines.push(format!("create_date: {}", draft.create_date));
    lines.extend(draft.header.iter().map(|line| unmarked(&unkeyed(&escape(line)))));
    let mut text = String::new();
    for line in lines {
        text.push_str(format!("-- {line}").trim_end());
        text.push('\n');
    }
    text
}

/// A line for people that would be read as a key.
fn unkeyed(line: &str) -> String {
    if key(line).is_some() || line.starts_with('\\') { format!("\\{line}") } else { line.to_owned() }
}

/// A line for people that would be read as a word to ambix.
fn unmarked(line: &str) -> String {
    // Signs before it are no part of a comment's text either.
    let begins = line.trim_start_matches(['-', '#', ' ', '\t']).starts_with(MARK);
    if begins { format!("\\{line}") } else { line.to_owned() }
}

/// One statement with its semicolon, or one marked comment.
fn written(operation: &Operation, cut: Cut<'_>) -> Result<String, Unwritable> {
    if let Operation::Irreversible(it) = operation {
        return Ok(format!("-- {MARK}irreversible {}\n", escape(&it.reason)));
    }
    if let Operation::DoneElsewhere(it) = operation {
        return Ok(format!("-- {MARK}elsewhere {}\n", escape(&it.reason)));
    }
    if let Operation::Allow(it) = operation {
        return Ok(format!("-- {MARK}allow {} {}\n", escape(&it.hazard), escape(&it.reason)));
    }
    let Operation::Execute(execute) = operation else {
        return Err(Unwritable::Statement(escape(&operation.phrase())));
    };
    // Behind a comment at the end of a statement the semicolon would be a part of it.
    let candidates = [format!("{};\n", execute.sql), format!("{}\n;\n", execute.sql)];
    let is_kept = |text: &String| {
        let pieces = cut(text).unwrap_or_default();
        let [piece] = pieces.as_slice() else { return false };
        matches!(piece.kind, PieceKind::Statement { is_open: false, .. })
            && text[piece.range.clone()] == execute.sql
    };
    let kept = candidates.into_iter().find(is_kept);
    kept.ok_or_else(|| Unwritable::Statement(escape(&execute.sql)))
}

fn replay_part(draft: &Draft, sql: &Sql) -> String {
    let mut text = format!("\n-- {MARK}replay {}\n", sql.digest());
    text.push_str("-- // What the upgrade stands for where no database is asked; void once its statements are edited.\n");
    for line in replay::lines(&draft.upgrade) {
        text.push_str(format!("-- {line}").trim_end());
        text.push('\n');
    }
    text
}
