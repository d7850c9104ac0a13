//! What SQLite and its driver say when something fails, in the words of this crate.
#![expect(clippy::wildcard_enum_match_arm, reason = "the driver's errors are an open enum")]

use ambix_schema::escape;

use crate::drivers::script::Stopped;
use crate::error::{DatabaseErrorKind as Kind, StatementFailure};

/// Primary result codes: the low byte of the extended ones.
mod code {
    pub(super) const PERMISSION: i32 = 3;
    pub(super) const BUSY: i32 = 5;
    pub(super) const LOCKED: i32 = 6;
    pub(super) const READ_ONLY: i32 = 8;
    pub(super) const CANNOT_OPEN: i32 = 14;
    pub(super) const NOT_A_DATABASE: i32 = 26;
}

/// Why a database could not be opened.
pub(super) fn of_opening(stopped: Stopped) -> Kind {
    let code = code_of(&stopped.error);
    let failure = match of_statement(stopped, "") {
        Kind::Statement(failure) | Kind::ReadOnly(failure) => failure,
        other => return other,
    };
    match code.map(primary) {
        Some(code::NOT_A_DATABASE) => {
            Kind::BadFile("the file is not a SQLite database, or is encrypted".into())
        }
        Some(code::CANNOT_OPEN | code::PERMISSION) => Kind::BadFile("the file cannot be opened".into()),
        Some(_) | None => Kind::BadFile(format!("the file cannot be used: {failure}")),
    }
}

/// Why a statement, or a text of several, did not run to its end.
pub(super) fn of_statement(stopped: Stopped, sql: &str) -> Kind {
    let Stopped { error, completed } = stopped;
    let code = code_of(&error);
    let message = match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        sqlx::Error::WorkerCrashed => {
            return Kind::Lost("the thread that works on the file has ended".into());
        }
        other => other.to_string(),
    };
    let failure = Box::new(StatementFailure {
        sql: sql.to_owned(),
        number: (completed > 0).then_some(completed + 1),
        line: line_of(sql, &message),
        code: code.map(|code| code.to_string()),
        message: escape(&message),
        detail: None,
        advice: None,
    });
    match code.map(primary) {
        Some(code::BUSY | code::LOCKED) => Kind::LockTimeout { failure, holders: Vec::new() },
        Some(code::READ_ONLY) => Kind::ReadOnly(failure),
        Some(_) | None => Kind::Statement(failure),
    }
}

fn code_of(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}

fn primary(code: i32) -> i32 {
    code & 0xff
}

/// SQLite tells no position, only `near "word": syntax error`; the line is known when that word stands
/// in the text once.
fn line_of(sql: &str, message: &str) -> Option<usize> {
    let word = message.strip_prefix("near \"")?.strip_suffix("\": syntax error")?;
    let mut places = sql.match_indices(word);
    let (at, _) = places.next()?;
    if places.next().is_some() {
        return None;
    }
    Some(1 + sql[..at].matches('\n').count())
}
