//! What MariaDB, MySQL and their driver say when something fails, in the words of this crate.
#![expect(clippy::wildcard_enum_match_arm, reason = "the driver's errors and io's kinds are open enums")]

use std::io;

use ambix_schema::escape;
use sqlx::mysql::MySqlDatabaseError;

use crate::drivers::script::Stopped;
use crate::error::{DatabaseErrorKind as Kind, StatementFailure};
use crate::secrets::Secrets;

/// The server's numbers for what is told apart here; most of them are the same on both servers.
pub(super) mod number {
    pub(super) const TOO_MANY_CONNECTIONS: u16 = 1040;
    pub(super) const NO_ACCESS_TO_DATABASE: u16 = 1044;
    pub(super) const NO_ACCESS: u16 = 1045;
    pub(super) const UNKNOWN_DATABASE: u16 = 1049;
    pub(super) const SHUTTING_DOWN: u16 = 1053;
    pub(super) const HOST_BLOCKED: u16 = 1129;
    pub(super) const HOST_NOT_ALLOWED: u16 = 1130;
    pub(super) const LOCK_WAIT_TIMEOUT: u16 = 1205;
    pub(super) const DEADLOCK: u16 = 1213;
    pub(super) const READ_ONLY_OPTION: u16 = 1290;
    /// The savepoint that marks a transaction is gone, and with it the transaction.
    pub(in crate::drivers::mysql) const NO_SAVEPOINT: u16 = 1305;
    pub(super) const INTERRUPTED: u16 = 1317;
    pub(super) const NO_ACCESS_WITHOUT_PASSWORD: u16 = 1698;
    pub(super) const READ_ONLY_TRANSACTION: u16 = 1792;
    pub(super) const READ_ONLY_MODE: u16 = 1836;
    pub(super) const KILLED: u16 = 1927;
    pub(super) const TOO_LONG_MARIADB: u16 = 1969;
    pub(super) const TOO_LONG_MYSQL: u16 = 3024;
    pub(super) const NO_WAIT: u16 = 3572;
    pub(super) const ACCOUNT_LOCKED_MYSQL: u16 = 3118;
    pub(super) const DISCONNECTED_BY_SERVER: u16 = 4031;
    pub(super) const ACCOUNT_LOCKED_MARIADB: u16 = 4151;
}

/// Why no connection could be made.
pub(super) fn of_connecting(error: &sqlx::Error, has_password: bool, secrets: &Secrets) -> Kind {
    let clean = |text: &str| escape(&secrets.scrub(text));
    match error {
        sqlx::Error::Io(error) => of_network(error, secrets),
        sqlx::Error::Tls(error) => Kind::Tls(clean(&error.to_string())),
        sqlx::Error::Configuration(error) => Kind::Url(clean(&error.to_string())),
        sqlx::Error::Protocol(text) if text.contains("authentication plugin") => Kind::NotAdmitted(format!(
            "it asks for a way to prove who one is that ambix does not know ({})",
            clean(text)
        )),
        sqlx::Error::Protocol(_) => {
            Kind::Unreachable("what answers there does not speak as MariaDB and MySQL do".into())
        }
        sqlx::Error::Database(error) => {
            let message = clean(error.message());
            let server = error.try_downcast_ref::<MySqlDatabaseError>();
            match server.map_or(0, MySqlDatabaseError::number) {
                number::NO_ACCESS | number::NO_ACCESS_WITHOUT_PASSWORD => {
                    Kind::WrongPassword { message, was_given: has_password }
                }
                number::NO_ACCESS_TO_DATABASE
                | number::HOST_NOT_ALLOWED
                | number::ACCOUNT_LOCKED_MYSQL
                | number::ACCOUNT_LOCKED_MARIADB => Kind::NotAdmitted(message),
                number::UNKNOWN_DATABASE => Kind::UnknownDatabase(message),
                number::TOO_MANY_CONNECTIONS | number::HOST_BLOCKED | number::SHUTTING_DOWN => {
                    Kind::Busy(message)
                }
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
        sqlx::Error::Database(error) => match error.try_downcast::<MySqlDatabaseError>() {
            Ok(error) => of_server(&error, failure, secrets),
            Err(error) => {
                Kind::Statement(Box::new(StatementFailure { message: clean(error.message()), ..failure }))
            }
        },
        sqlx::Error::Io(error) => Kind::Lost(clean(&error.to_string())),
        other => {
            Kind::Statement(Box::new(StatementFailure { message: clean(&other.to_string()), ..failure }))
        }
    }
}

/// The server's number for an error.
pub(super) fn number_of(error: &sqlx::Error) -> Option<u16> {
    let error = error.as_database_error()?.try_downcast_ref::<MySqlDatabaseError>()?;
    Some(error.number())
}

fn of_server(error: &MySqlDatabaseError, failure: StatementFailure, secrets: &Secrets) -> Kind {
    let message = escape(&secrets.scrub(error.message()));
    let code = match error.code() {
        Some(state) => format!("{}, SQLSTATE {state}", error.number()),
        None => error.number().to_string(),
    };
    let failure =
        Box::new(StatementFailure { line: line_in(&message), code: Some(code), message, ..failure });
    match error.number() {
        number::LOCK_WAIT_TIMEOUT | number::DEADLOCK | number::NO_WAIT => {
            Kind::LockTimeout { failure, holders: Vec::new() }
        }
        number::INTERRUPTED | number::TOO_LONG_MARIADB | number::TOO_LONG_MYSQL => Kind::Cancelled(failure),
        number::READ_ONLY_TRANSACTION | number::READ_ONLY_MODE => Kind::ReadOnly(failure),
        // The number stands for every option that forbids a statement.
        number::READ_ONLY_OPTION if failure.message.contains("read-only") => Kind::ReadOnly(failure),
        number::SHUTTING_DOWN | number::KILLED | number::DISCONNECTED_BY_SERVER => {
            Kind::Lost(failure.message)
        }
        _ => Kind::Statement(failure),
    }
}

/// The line of a syntax error, which the server tells at the end of its message: `… near 'x' at line 3`.
fn line_in(message: &str) -> Option<usize> {
    let (_, line) = message.rsplit_once(" at line ")?;
    line.parse().ok()
}
