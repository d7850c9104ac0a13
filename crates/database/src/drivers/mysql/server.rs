//! A MariaDB or MySQL server as a URL names it.

use std::path::PathBuf;

use ambix_schema::escape;
use sqlx::ConnectOptions;
use sqlx::mysql::{MySqlConnectOptions, MySqlSslMode};

use crate::error::DatabaseErrorKind as Kind;
use crate::secrets::Secrets;
use crate::url::{Parts, decoded};

/// The port that both servers listen on by themselves.
const PORT: u16 = 3306;

/// Parameters that URLs carry for other programs, and that change nothing here.
const WITHOUT_EFFECT: [&str; 14] = [
    "charset",
    "characterEncoding",
    "collation",
    "connect_timeout",
    "connection_limit",
    "parseTime",
    "pool_timeout",
    "serverTimezone",
    "serverVersion",
    "socket_timeout",
    "statement-cache-capacity",
    "time-zone",
    "timezone",
    "useUnicode",
];

/// Where a server is, and as whom to connect.
#[derive(Clone)]
pub(crate) struct Server {
    /// `mysql` or `mariadb`, as the URL says.
    scheme: &'static str,
    host: String,
    port: u16,
    socket: Option<PathBuf>,
    user: String,
    password: Option<String>,
    database: String,
    encryption: Encryption,
    /// What a program connects with by itself; the parts above are then for people.
    given: Option<MySqlConnectOptions>,
}

/// Whether and how the connection is encrypted.
#[derive(Clone, Default)]
struct Encryption {
    mode: MySqlSslMode,
    /// The files of the certificates and the key, by the parameter that names them.
    files: Vec<(File, PathBuf)>,
}

/// A file that encryption needs.
#[derive(Clone, Copy)]
enum File {
    Authorities,
    Certificate,
    Key,
}

impl File {
    fn parameter(self) -> &'static str {
        match self {
            Self::Authorities => "ssl-ca",
            Self::Certificate => "ssl-cert",
            Self::Key => "ssl-key",
        }
    }
}

impl Server {
    /// Reads the parts of a URL.
    pub(crate) fn parse(scheme: &'static str, parts: &Parts<'_>) -> Result<(Self, Secrets), String> {
        let example = format!("write `{scheme}://user@host/database`");
        let user = parts.user.ok_or_else(|| format!("it names no user; {example}"))?;
        let database = parts.database.ok_or_else(|| format!("it names no database; {example}"))?;
        let password = parts.password.map(|password| decoded(password, "password")).transpose()?;
        let mut server = Self {
            scheme,
            host: decoded(parts.host.unwrap_or("localhost"), "host")?,
            port: parts.port.unwrap_or(PORT),
            socket: None,
            user: decoded(user, "user")?,
            password,
            database: decoded(database, "dbname")?,
            encryption: Encryption::default(),
            given: None,
        };
        for (name, value) in &parts.parameters {
            server.set(name, value)?;
        }
        let shown = [server.user.as_str(), &server.host, &server.database];
        let secrets = server.password.as_deref();
        let secrets = secrets.map(|password| Secrets::of(password, parts.password, &shown));
        Ok((server, secrets.unwrap_or_default()))
    }

    /// The server that a program connects to by itself.
    pub(crate) fn of(options: MySqlConnectOptions) -> (Self, Secrets) {
        // The driver tells the password only as a part of a URL; names that could not stand in one are put
        // aside.
        let url = options.clone().username("u").host("h").database("d").to_url_lossy();
        let password = url.password();
        let password =
            password.map(|text| decoded(text, "password").unwrap_or_else(|_undecoded| text.to_owned()));
        let server = Self {
            scheme: "mysql",
            host: options.get_host().to_owned(),
            port: options.get_port(),
            socket: options.get_socket().cloned(),
            user: options.get_username().to_owned(),
            password,
            database: options.get_database().unwrap_or_default().to_owned(),
            encryption: Encryption::default(),
            given: Some(options),
        };
        let shown = [server.user.as_str(), &server.host, &server.database];
        let secrets = server.password.as_deref().map(|password| Secrets::of(password, None, &shown));
        (server, secrets.unwrap_or_default())
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let file = match name {
            "ssl-mode" | "sslmode" | "ssl_mode" => {
                self.encryption.mode = mode(name, value)?;
                return Ok(());
            }
            "socket" | "unix_socket" => {
                self.socket = Some(PathBuf::from(value));
                return Ok(());
            }
            "ssl-ca" | "sslca" | "ssl_ca" => File::Authorities,
            "ssl-cert" | "sslcert" | "ssl_cert" => File::Certificate,
            "ssl-key" | "sslkey" | "ssl_key" => File::Key,
            other if WITHOUT_EFFECT.contains(&other) => return Ok(()),
            other => return Err(format!("the parameter `{}` is unknown", escape(other))),
        };
        self.encryption.files.push((file, PathBuf::from(value)));
        Ok(())
    }

    /// The dialect that the URL speaks of. The server may turn out to be the other one.
    pub(crate) fn scheme(&self) -> &'static str {
        self.scheme
    }

    /// For people.
    pub(crate) fn described(&self) -> String {
        let Self { scheme, host, port, socket, user, database, .. } = self;
        let place = match socket {
            Some(path) => format!("the socket {}", path.display()),
            None => format!("{host}:{port}"),
        };
        escape(&format!("{scheme} database `{database}` on {place} as `{user}`"))
    }

    /// What the driver connects with.
    pub(super) fn options(&self) -> Result<MySqlConnectOptions, Kind> {
        // The session is pinned as a whole later, so the driver need not begin with it.
        let unpinned = |options: MySqlConnectOptions| {
            let options = options.pipes_as_concat(false).no_engine_substitution(false);
            options.timezone(None).set_names(false).disable_statement_logging()
        };
        if let Some(given) = &self.given {
            return Ok(unpinned(given.clone()));
        }
        let options = MySqlConnectOptions::new()
            .host(self.host.trim_start_matches('[').trim_end_matches(']'))
            .port(self.port)
            .username(&self.user)
            .database(&self.database)
            .ssl_mode(self.encryption.mode);
        let mut options = unpinned(options);
        if let Some(socket) = &self.socket {
            options = options.socket(socket);
        }
        if let Some(password) = &self.password {
            options = options.password(password);
        }
        for (file, path) in &self.encryption.files {
            // The driver's words for a missing certificate are those for a missing socket.
            if let Err(error) = std::fs::File::open(path) {
                let (name, path) = (file.parameter(), escape(&path.display().to_string()));
                return Err(Kind::BadFile(format!("the {name} `{path}` cannot be read: {error}")));
            }
            options = match file {
                File::Authorities => options.ssl_ca(path),
                File::Certificate => options.ssl_client_cert(path),
                File::Key => options.ssl_client_key(path),
            };
        }
        Ok(options)
    }

    /// Whether a password will be sent when the server asks for one.
    pub(super) fn has_password(&self) -> bool {
        self.password.is_some()
    }
}

/// The modes in the words of the servers' own clients, and in those of PostgreSQL's.
fn mode(name: &str, value: &str) -> Result<MySqlSslMode, String> {
    match value.to_ascii_lowercase().replace('-', "_").as_str() {
        "disabled" | "disable" => Ok(MySqlSslMode::Disabled),
        "preferred" | "prefer" => Ok(MySqlSslMode::Preferred),
        "required" | "require" => Ok(MySqlSslMode::Required),
        "verify_ca" => Ok(MySqlSslMode::VerifyCa),
        "verify_identity" | "verify_full" => Ok(MySqlSslMode::VerifyIdentity),
        _unknown => Err(format!(
            "`{}` is not one of disabled, preferred, required, verify_ca, verify_identity (the parameter `{name}`)",
            escape(value)
        )),
    }
}
