//! What people and programs get to read.

mod json;
mod problems;
mod text;

use std::io::Write as _;

pub(crate) use json::{checked_json, entry_json};
pub(crate) use problems::render;
pub(crate) use text::{Progress, entry_block, entry_line, finding_line, looked_lines, skipped_lines};

use ambix::Error;
use ambix::schema::Severity;

/// A line of results.
pub(crate) fn result(text: &str) {
    // A reader that has gone away (`| head`) is no failure of ours.
    drop(writeln!(anstream::stdout(), "{text}"));
}

/// A line of messages.
pub(crate) fn message(text: &str) {
    drop(writeln!(anstream::stderr(), "{text}"));
}

/// A value for programs.
pub(crate) fn json(value: &serde_json::Value) {
    result(&format!("{value:#}"));
}

/// An error, once, with its places and the way out.
pub(crate) fn error(error: &Error) {
    for problem in error.problems() {
        message(&render(problem));
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
