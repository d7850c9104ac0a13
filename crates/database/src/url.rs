//! Connection URLs: which database, where, as whom; and never the password in a message.

use std::fmt;

use ambix_schema::escape;
use percent_encoding::percent_decode_str;

#[cfg(feature = "mysql")]
use crate::drivers::mysql;
#[cfg(feature = "postgres")]
use crate::drivers::postgres;
#[cfg(feature = "sqlite")]
use crate::drivers::sqlite;
use crate::error::{DatabaseError, DatabaseErrorKind, Doing};
use crate::secrets::Secrets;

/// A parsed connection URL. Shows itself without the password.
#[derive(Clone)]
pub struct Url {
    target: Target,
    secrets: Secrets,
}

/// Whom a URL leads to.
#[derive(Clone)]
pub(crate) enum Target {
    /// A MariaDB or MySQL server.
    #[cfg(feature = "mysql")]
    MySql(Box<mysql::Server>),
    /// A PostgreSQL server.
    #[cfg(feature = "postgres")]
    Postgres(Box<postgres::Server>),
    /// A SQLite file, or memory.
    #[cfg(feature = "sqlite")]
    Sqlite(sqlite::File),
    /// A well-formed URL of something else, by its scheme.
    Other(String),
}

impl Url {
    pub(crate) fn new(target: Target, secrets: Secrets) -> Self {
        Self { target, secrets }
    }

    /// Reads a URL.
    ///
    /// # Errors
    /// When it is not a URL, or a part of it cannot be understood. The message names the part and
    /// holds nothing of the URL that could be a secret.
    pub fn parse(text: &str) -> Result<Self, DatabaseError> {
        Self::read(text.trim()).map_err(DatabaseErrorKind::Url).doing("read the database URL")
    }

    fn read(text: &str) -> Result<Self, String> {
        let (scheme, rest) = text.split_once(':').ok_or_else(|| {
            "it has no scheme; a URL looks like `postgres://user@host/database`, `mysql://user@host/database` \
             or `sqlite:file.db`"
                .to_owned()
        })?;
        if scheme.is_empty() || !scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)) {
            return Err(
                "what stands before the first `:` is not a scheme such as `postgres`, `mysql` or `sqlite`"
                    .into(),
            );
        }
        match scheme.to_ascii_lowercase().as_str() {
            #[cfg(feature = "postgres")]
            "postgres" | "postgresql" => {
                let (server, secrets) = postgres::Server::parse(&Parts::of(rest)?)?;
                Ok(Self { target: Target::Postgres(Box::new(server)), secrets })
            }
            #[cfg(feature = "mysql")]
            "mariadb" => Self::mysql("mariadb", rest),
            #[cfg(feature = "mysql")]
            "mysql" => Self::mysql("mysql", rest),
            #[cfg(feature = "sqlite")]
            "sqlite" => {
                let file = sqlite::File::parse(rest)?;
                Ok(Self { target: Target::Sqlite(file), secrets: Secrets::default() })
            }
            other => match feature_of(other) {
                Some(feature) => {
                    Err(format!("this program is built without the feature `{feature}` of ambix"))
                }
                None => Ok(Self { target: Target::Other(other.to_owned()), secrets: Secrets::default() }),
            },
        }
    }

    #[cfg(feature = "mysql")]
    fn mysql(scheme: &'static str, rest: &str) -> Result<Self, String> {
        let (server, secrets) = mysql::Server::parse(scheme, &Parts::of(rest)?)?;
        Ok(Self { target: Target::MySql(Box::new(server)), secrets })
    }

    /// The dialect that the database speaks by the URL's word: `postgres`, `sqlite`, `mariadb`, `mysql`.
    ///
    /// # Errors
    /// When ambix does not know the scheme.
    pub fn dialect(&self) -> Result<&'static str, DatabaseError> {
        match &self.target {
            #[cfg(feature = "mysql")]
            Target::MySql(server) => Ok(server.scheme()),
            #[cfg(feature = "postgres")]
            Target::Postgres(_) => Ok("postgres"),
            #[cfg(feature = "sqlite")]
            Target::Sqlite(_) => Ok("sqlite"),
            Target::Other(scheme) => {
                Err(DatabaseErrorKind::UnknownScheme(scheme.clone())).doing("choose a database driver")
            }
        }
    }

    /// The database for people: ``postgres database `app` on localhost:5432 as `me` ``.
    pub fn described(&self) -> String {
        match &self.target {
            #[cfg(feature = "mysql")]
            Target::MySql(server) => server.described(),
            #[cfg(feature = "postgres")]
            Target::Postgres(server) => server.described(),
            #[cfg(feature = "sqlite")]
            Target::Sqlite(file) => file.described(),
            Target::Other(scheme) => format!("a `{}` database", escape(scheme)),
        }
    }

    /// The same URL, with the path of a file read from a directory instead of the working directory.
    #[must_use]
    #[cfg_attr(not(feature = "sqlite"), expect(unused_variables, reason = "only files have a path"))]
    pub fn relative_to(mut self, directory: &std::path::Path) -> Self {
        match &mut self.target {
            #[cfg(feature = "sqlite")]
            Target::Sqlite(file) => file.resolve_in(directory),
            #[cfg(feature = "mysql")]
            Target::MySql(_) => {}
            #[cfg(feature = "postgres")]
            Target::Postgres(_) => {}
            Target::Other(_) => {}
        }
        self
    }

    /// What must be taken out of every text that came from the driver or the server.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    pub(crate) fn target(&self) -> &Target {
        &self.target
    }
}

/// The feature that knows a scheme.
fn feature_of(scheme: &str) -> Option<&'static str> {
    match scheme {
        "postgres" | "postgresql" => Some("postgres"),
        "mariadb" | "mysql" => Some("mysql"),
        "sqlite" => Some("sqlite"),
        _other => None,
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.described())
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Url({})", self.described())
    }
}

/// The parts of the URL of a server, still percent-encoded where they were.
pub(crate) struct Parts<'a> {
    pub(crate) user: Option<&'a str>,
    pub(crate) password: Option<&'a str>,
    pub(crate) host: Option<&'a str>,
    pub(crate) port: Option<u16>,
    pub(crate) database: Option<&'a str>,
    pub(crate) parameters: Vec<(String, String)>,
}

const MUST_BE_ENCODED: &str =
    "in a user name or password, `/` must be written %2F, `?` %3F, `#` %23, `@` %40, `:` %3A";

impl<'a> Parts<'a> {
    /// Takes `//user:password@host:port/database?name=value&…` apart.
    fn of(rest: &'a str) -> Result<Self, String> {
        let rest = rest.strip_prefix("//").ok_or("`//` must follow the scheme")?;
        if rest.contains('#') {
            return Err(format!("it holds a `#`; {MUST_BE_ENCODED}"));
        }
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = place.split_once('/').unwrap_or((place, ""));
        // A bare `@` this late means that a password was cut in two by its own `/` or `?`, and what
        // follows may be half of it.
        if path.contains('@') || query.contains('@') {
            return Err(format!("it holds an `@` after the host; {MUST_BE_ENCODED}"));
        }
        let (account, place) = match authority.rsplit_once('@') {
            Some((account, place)) => (Some(account), place),
            None => (None, authority),
        };
        let (user, password) = match account.map(|account| account.split_once(':').ok_or(account)) {
            Some(Ok((user, password))) => (Some(user), Some(password)),
            Some(Err(user)) => (Some(user), None),
            None => (None, None),
        };
        let (host, port) = host_and_port(place)?;
        Ok(Self {
            user: some(user),
            password: some(password),
            host: some(Some(host)),
            port,
            database: some(Some(path)),
            parameters: parameters(query)?,
        })
    }
}

fn some(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

fn host_and_port(place: &str) -> Result<(&str, Option<u16>), String> {
    if place.contains(',') {
        return Err("it names several hosts; name one".into());
    }
    // The colons inside the brackets of an IPv6 address are not the one before the port.
    let end_of_host = match place.rfind(']') {
        Some(bracket) => bracket + 1,
        None => place.find(':').unwrap_or(place.len()),
    };
    let (host, port) = place.split_at(end_of_host);
    match port.strip_prefix(':') {
        None if port.is_empty() => Ok((host, None)),
        Some("") => Ok((host, None)),
        Some(digits) => match digits.parse::<u16>() {
            Ok(port) if port > 0 => Ok((host, Some(port))),
            Ok(_) | Err(_) => Err(format!("the port is not a number from 1 to 65535 ({MUST_BE_ENCODED})")),
        },
        None => Err("only `:port` may follow the `]` of a host".into()),
    }
}

/// The `name=value` pairs after the `?`, decoded.
pub(crate) fn parameters(query: &str) -> Result<Vec<(String, String)>, String> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').ok_or("a parameter after `?` lacks its `=`")?;
            Ok((decoded(name, "parameter")?, decoded(value, "parameter")?))
        })
        .collect()
}

/// A part with its percent-encoding undone.
pub(crate) fn decoded(text: &str, part: &str) -> Result<String, String> {
    match percent_decode_str(text).decode_utf8() {
        Ok(text) if text.contains('\0') => Err(format!("the {part} holds a NUL")),
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(format!("the {part} is not UTF-8 once decoded")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(text: &str) -> String {
        Url::parse(text).map_or_else(|error| error.to_string(), |url| url.described())
    }

    #[test]
    fn the_parts_of_a_server_are_shown_without_the_password() {
        assert_eq!(
            described("postgres://me:s3cr3t@db.example:5433/app?sslmode=require"),
            "postgres database `app` on db.example:5433 as `me`"
        );
        assert_eq!(
            described("postgresql://m%65@[::1]:1/a%20b"),
            "postgres database `a b` on [::1]:1 as `me`"
        );
        assert_eq!(
            described("postgres://me@/app?host=/run/pg&port=7"),
            "postgres database `app` on the socket /run/pg/.s.PGSQL.7 as `me`"
        );
        assert_eq!(described("postgres://me@h:1"), "postgres database `me` on h:1 as `me`");
        let url = Url::parse("postgres://me:s3cr3t@h/app").unwrap();
        assert!(!format!("{url:?} {url} {:?}", url.secrets()).contains("s3cr3t"));
        assert_eq!(url.secrets().scrub("s3cr3t"), "***");
    }

    #[test]
    fn a_password_cut_by_its_own_signs_is_refused_and_not_shown() {
        for text in [
            "postgres://me:s3/cr3t@host/app",
            "postgres://me:12/s3cr3t@host/app",
            "postgres://me:s3?cr3t@host/app",
            "postgres://me:s3?cr=3t@host/app",
            "postgres://me:s3#cr3t@host/app",
            "postgres://me:s3@cr3t/s3@host/app",
        ] {
            let shown = Url::parse(text).unwrap_err();
            let shown = format!("{shown} {shown:?}");
            assert!(!shown.contains("s3") && !shown.contains("cr3t"), "{shown}");
            assert!(shown.contains("%2F"), "{shown}");
        }
    }

    #[test]
    fn mariadb_and_mysql_are_one_protocol_and_two_schemes() {
        for (text, shown) in [
            ("mysql://me:s3cr3t@h/app", "mysql database `app` on h:3306 as `me`"),
            ("MariaDB://m%65@[::1]:1/a%20b?ssl-mode=REQUIRED", "mariadb database `a b` on [::1]:1 as `me`"),
            ("mysql://me@/app?socket=/run/x.sock", "mysql database `app` on the socket /run/x.sock as `me`"),
        ] {
            assert_eq!(described(text), shown);
        }
        assert_eq!(Url::parse("mariadb://me@h/app").unwrap().dialect().unwrap(), "mariadb");
        assert_eq!(Url::parse("mysql://me:s3cr3t@h/app").unwrap().secrets().scrub("s3cr3t"), "***");
        assert!(described("mysql://h/app").contains("names no user"));
        assert!(described("mysql://me@h").contains("names no database"));
        assert!(described("mysql://me@h/app?ssl-mode=maybe").contains("`maybe`"));
        assert!(described("mysql://me@h/app?sslaccept=strict").contains("`sslaccept`"));
        let shown = described("mysql://me:s3/cr3t@h/app");
        assert!(shown.contains("%2F") && !shown.contains("cr3t"), "{shown}");
    }

    #[test]
    fn files_and_memory() {
        for (text, shown) in [
            ("sqlite:x.db", "SQLite file `x.db`"),
            ("sqlite://x.db", "SQLite file `x.db`"),
            ("sqlite:///tmp/a%20b.db?mode=rwc", "SQLite file `/tmp/a b.db`"),
            ("sqlite::memory:", "SQLite in memory"),
            ("sqlite://:memory:", "SQLite in memory"),
        ] {
            assert_eq!(described(text), shown);
        }
        assert!(described("sqlite:x.db?mod=ro").contains("`mod`"));
        assert!(described("sqlite:").contains("names no file"));
    }

    #[test]
    fn what_is_no_url_or_of_no_known_database() {
        assert!(described("x.db").contains("no scheme"));
        assert!(described("postgres:x").contains("`//`"));
        assert!(described("postgres://h/db?sslmod=require").contains("`sslmod`"));
        let error = Url::parse("mongodb://me:s3cr3t@h/db").unwrap().dialect().unwrap_err();
        assert!(error.to_string().contains("mongodb") && !error.to_string().contains("s3cr3t"));
    }
}
