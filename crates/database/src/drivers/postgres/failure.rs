//! What PostgreSQL and its driver say when something fails, in the words of this crate.
#![expect(clippy::wildcard_enum_match_arm, reason = "the driver's errors and io's kinds are open enums")]

use std::io;

use ambix_schema::escape;
use sqlx::postgres::{PgDatabaseError, PgErrorPosition};

use crate::drivers::script::Stopped;
use crate::error::{DatabaseErrorKind as Kind, StatementFailure};
use crate::secrets::Secrets;

/// Why no connection could be made.
pub(super) fn of_connecting(error: &sqlx::Error, has_password: bool, secrets: &Secrets) -> Kind {
    let clean = |text: &str| escape(&secrets.scrub(text));
    match error {
        sqlx::Error::Io(error) => of_network(error, secrets),
        sqlx::Error::Tls(error) => Kind::Tls(clean(&error.to_string())),
        // The driver's message repeats a character of the password.
        sqlx::Error::Configuration(error) if error.to_string().contains("saslprep") => Kind::WrongPassword {
            message: "it holds a character that SASLprep (RFC 4013) forbids".into(),
            was_given: true,
        },
        sqlx::Error::Configuration(error) => Kind::Url(clean(&error.to_string())),
        sqlx::Error::Protocol(_) => {
            Kind::Unreachable("what answers there does not speak as PostgreSQL does".into())
        }
        sqlx::Error::Database(error) => {
            let message = clean(error.message());
            match error.code().as_deref().unwrap_or_default() {
                "28P01" => Kind::WrongPassword { message, was_given: has_password },
                "28000" | "42501" => Kind::NotAdmitted(message),
                "3D000" => Kind::UnknownDatabase(message),
                _ => Kind::Busy(message),
            }
        }
        other => Kind::Unreachable(clean(&other.to_string())),
    }
}

/// Why a farewell failed.
pub(super) fn of_closing(error: &sqlx::Error, secrets: &Secrets) -> Kind {
    Kind::Lost(escape(&secrets.scrub(&error.to_string())))
}

fn of_network(error: &io::Error, secrets: &Secrets) -> Kind {
    let text = escape(&secrets.scrub(&error.to_string()));
    match error.kind() {
        // No socket file is how a server that is down looks from its own machine.
        io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound => Kind::Refused,
        // So the TLS library says that it does not trust a certificate.
        io::ErrorKind::InvalidData => Kind::Tls(text),
        _ if text.contains("lookup address") => Kind::UnknownHost,
        _ => Kind::Unreachable(text),
    }
}

/// Why a statement, or a text of several, did not run to its end.
pub(super) fn of_statement(stopped: Stopped, sql: &str, secrets: &Secrets) -> Kind {
    let Stopped { error, completed } = stopped;
    let clean = |text: &str| escape(&secrets.scrub(text));
    let failure = StatementFailure {
        sql: secrets.scrub(sql),
        number: (completed > 0).then_some(completed + 1),
        ..StatementFailure::default()
    };
    match error {
        sqlx::Error::Database(error) => match error.try_downcast::<PgDatabaseError>() {
            Ok(error) => of_server(&error, sql, failure, secrets),
            Err(error) => {
                Kind::Statement(Box::new(StatementFailure { message: clean(error.message()), ..failure }))
            }
        },
        sqlx::Error::Io(error) => Kind::Lost(clean(&error.to_string())),
        sqlx::Error::Protocol(text) if text.contains("Copy") => {
            let message =
                "COPY from or to the client needs a client to give or take the rows; write INSERT".into();
            Kind::Statement(Box::new(StatementFailure { message, ..failure }))
        }
        other => {
            Kind::Statement(Box::new(StatementFailure { message: clean(&other.to_string()), ..failure }))
        }
    }
}

fn of_server(error: &PgDatabaseError, sql: &str, failure: StatementFailure, secrets: &Secrets) -> Kind {
    let clean = |text: &str| escape(&secrets.scrub(text));
    let line = match error.position() {
        Some(PgErrorPosition::Original(position)) => Some(line_of(sql, position)),
        Some(PgErrorPosition::Internal { .. }) | None => None,
    };
    let code = error.code();
    let failure = Box::new(StatementFailure {
        line,
        code: Some(code.to_owned()),
        message: clean(error.message()),
        detail: error.detail().map(clean),
        advice: error.hint().map(clean),
        ..failure
    });
    match code {
        "55P03" => Kind::LockTimeout { failure, holders: Vec::new() },
        "57014" => Kind::Cancelled(failure),
        "25006" => Kind::ReadOnly(failure),
        "25P02" => Kind::TransactionFailed,
        "57P01" | "57P02" | "57P03" | "25P03" | "25P04" | "57P05" => Kind::Lost(failure.message),
        _ if code.starts_with("08") => Kind::Lost(failure.message),
        _ => Kind::Statement(failure),
    }
}

/// The line of the character at a position, both counted from 1.
fn line_of(sql: &str, position: usize) -> usize {
    1 + sql.chars().take(position.saturating_sub(1)).filter(|c| *c == '\n').count()
}
