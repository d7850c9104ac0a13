//! What people and programs get to read.

mod json;
mod problems;
mod text;

use std::io::{IsTerminal as _, Write as _};

pub(crate) use json::{checked_json, differed_json, entry_json};
pub(crate) use problems::render;
pub(crate) use text::{
    Progress, definition_line, entry_block, entry_line, entry_name, finding_line, looked_lines,
    reported_line, skipped_lines, unmodelled_line, unmodelled_lines,
};

use ambix::Error;
use ambix::schema::Severity;

/// A line of results.
pub(crate) fn result(text: &str) {
    // A reader that has gone away (`| head`) is no failure of ours.
    drop(writeln!(anstream::stdout(), "{text}"));
}

/// A script for another program: every character as it is, a part of a name or not. Only a terminal gets
/// what it would act on spelled out.
pub(crate) fn script(text: &str) {
    let stdout = std::io::stdout();
    if stdout.is_terminal() {
        let lines: Vec<String> = text.lines().map(ambix::schema::escape).collect();
        return result(&lines.join("\n"));
    }
    drop(writeln!(stdout.lock(), "{text}"));
}

/// A line of messages, in one piece: whoever reads them is woken once for each.
pub(crate) fn message(text: &str) {
    drop(anstream::stderr().write_all(format!("{text}\n").as_bytes()));
}

/// A value for programs. What a terminal would act on is spelled out as JSON spells it, so that the
/// value stays the same.
pub(crate) fn json(value: &serde_json::Value) {
    let spelled = |c: char| {
        let is_fit = c == '\n' || ambix::schema::escape(c.encode_utf8(&mut [0; 4])).starts_with(c);
        if is_fit { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) }
    };
    let text: Vec<String> = format!("{value:#}").chars().map(spelled).collect();
    result(&text.concat());
}

/// An error, once, with its places and the way out.
pub(crate) fn error(error: &Error) {
    for problem in error.problems() {
        message(&render(problem));
    }
    // The picture of a place in the configuration says all there is to say.
    if matches!(error, Error::Config(_)) && !error.problems().is_empty() {
        return;
    }
    message(&format!("error: {error}"));
    if let Some(hint) = error.hint() {
        message(&format!("help: {}", hint.replace('\n', "\n      ")));
    }
}

/// Warnings that came with something that worked.
pub(crate) fn warnings(problems: &[ambix::schema::Problem]) {
    for problem in problems.iter().filter(|problem| problem.severity == Severity::Warning) {
        message(&render(problem));
    }
}
