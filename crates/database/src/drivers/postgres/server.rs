//! A PostgreSQL server as a URL names it.
//!
//! What the URL leaves out comes from where libpq takes it: PGHOST, PGUSER, PGPASSWORD, ~/.pgpass, ….

use std::fmt::Write;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use ambix_schema::escape;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;

use crate::error::DatabaseErrorKind as Kind;
use crate::secrets::Secrets;
use crate::url::{Parts, decoded};

/// Parameters that are handed to the driver.
const KNOWN: [&str; 15] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "options",
];

/// Those of them that name a file.
const FILES: [&str; 7] =
    ["sslrootcert", "ssl-root-cert", "ssl-ca", "sslcert", "ssl-cert", "sslkey", "ssl-key"];

/// Parameters that URLs carry for other programs, or for libpq, and that change nothing here.
const WITHOUT_EFFECT: [&str; 18] = [
    "application_name",
    "channel_binding",
    "client_encoding",
    "connect_timeout",
    "connection_limit",
    "currentSchema",
    "fallback_application_name",
    "gssencmode",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "pgbouncer",
    "pool_timeout",
    "schema",
    "statement-cache-capacity",
    "target_session_attrs",
    "tcp_user_timeout",
];

/// Where a server is, and as whom to connect.
#[derive(Clone)]
pub(crate) struct Server {
    options: PgConnectOptions,
    has_password: bool,
    /// The files of the certificates and the key, by the parameter that names them.
    files: Vec<(String, PathBuf)>,
}

impl Server {
    /// Reads the parts of a URL.
    pub(crate) fn parse(parts: &Parts<'_>) -> Result<(Self, Secrets), String> {
        let mut values = Vec::new();
        for (name, value) in [
            ("user", parts.user),
            ("password", parts.password),
            ("host", parts.host),
            ("dbname", parts.database),
        ] {
            if let Some(value) = value {
                values.push((name, decoded(value, name)?));
            }
        }
        if let Some(port) = parts.port {
            values.push(("port", port.to_string()));
        }
        for (name, value) in &parts.parameters {
            if KNOWN.contains(&name.as_str()) || name == "password" {
                values.push((name, value.clone()));
            } else if !WITHOUT_EFFECT.contains(&name.as_str()) {
                return Err(format!("the parameter `{}` is unknown", escape(name)));
            }
        }
        values.iter().try_for_each(|(name, value)| check(name, value))?;
        let options = options(&values)?;
        let files = values.iter().filter(|(name, _)| FILES.contains(name));
        let files = files.map(|(name, value)| ((*name).to_owned(), PathBuf::from(value))).collect();
        let (server, secrets) = Self::with(options, parts.password);
        Ok((Self { files, ..server }, secrets))
    }

    /// The server that a program connects to by itself.
    pub(crate) fn of(options: PgConnectOptions) -> (Self, Secrets) {
        Self::with(options, None)
    }

    fn with(options: PgConnectOptions, password_as_written: Option<&str>) -> (Self, Secrets) {
        let password = password(&options);
        let shown = [options.get_username(), options.get_host(), options.get_database().unwrap_or_default()];
        let secrets = password.as_deref().map(|password| Secrets::of(password, password_as_written, &shown));
        let secrets = secrets.unwrap_or_default();
        (Self { options, has_password: password.is_some(), files: Vec::new() }, secrets)
    }

    /// For people.
    pub(crate) fn described(&self) -> String {
        let options = &self.options;
        let user = options.get_username();
        let database = options.get_database().unwrap_or(user);
        let (host, port) = (options.get_host(), options.get_port());
        let place = match options.get_socket() {
            Some(directory) => format!("the socket {}/.s.PGSQL.{port}", directory.display()),
            None if host.starts_with('/') => format!("the socket {host}/.s.PGSQL.{port}"),
            None => format!("{host}:{port}"),
        };
        escape(&format!("postgres database `{database}` on {place} as `{user}`"))
    }

    /// What the driver connects with.
    pub(super) fn options(&self) -> Result<PgConnectOptions, Kind> {
        for (name, path) in &self.files {
            // The driver's words for a missing certificate are those for a missing socket.
            if let Err(error) = std::fs::File::open(path) {
                let path = escape(&path.display().to_string());
                return Err(Kind::BadFile(format!("the {name} `{path}` cannot be read: {error}")));
            }
        }
        // A pooler in front of the server may know no `extra_float_digits`, and nothing here reads floats.
        Ok(self.options.clone().extra_float_digits(None).disable_statement_logging())
    }

    /// Whether a password will be sent when the server asks for one.
    pub(super) fn has_password(&self) -> bool {
        self.has_password
    }
}

/// Only a URL makes the driver look into ~/.pgpass for the right host, so one is written for it, in
/// which everything is a parameter: no value can then be mistaken for a part of another.
fn options(values: &[(&str, String)]) -> Result<PgConnectOptions, String> {
    let mut url = "postgres:///?".to_owned();
    for (name, value) in values {
        let _ = write!(url, "{name}={}&", utf8_percent_encode(value, NON_ALPHANUMERIC));
    }
    PgConnectOptions::from_str(url.trim_end_matches(['&', '?']))
        .map_err(|_| "its parameters are not well-formed".to_owned())
}

/// What the driver would refuse without naming the culprit.
fn check(name: &str, value: &str) -> Result<(), String> {
    const MODES: [&str; 6] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];
    let trouble = match name {
        "sslmode" | "ssl-mode" if !MODES.contains(&value) => format!("is not one of {}", MODES.join(", ")),
        "port" if value.parse::<u16>().is_err() => "is not a number from 1 to 65535".to_owned(),
        "hostaddr" if value.parse::<IpAddr>().is_err() => "is not an IP address".to_owned(),
        _ => return Ok(()),
    };
    Err(format!("`{}` {trouble} (the parameter `{name}`)", escape(value)))
}

/// The password that the driver would send, wherever it came from.
fn password(options: &PgConnectOptions) -> Option<String> {
    // The driver tells it only as a part of a URL; names that could not stand in one are put aside.
    let url = options.clone().username("u").host("h").database("d").to_url_lossy();
    url.password().map(|password| decoded(password, "password").unwrap_or_else(|_| password.to_owned()))
}
