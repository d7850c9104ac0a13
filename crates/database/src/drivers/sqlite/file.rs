//! A SQLite database as a URL names it: a file or memory.

use std::path::{Path, PathBuf};

use ambix_schema::escape;
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::error::DatabaseErrorKind as Kind;
use crate::settings::{Access, Settings};
use crate::url::{decoded, parameters};

/// Where the database is, and what the URL says about opening it.
#[derive(Clone)]
pub(crate) struct File {
    /// `None` is memory: each connection has its own.
    path: Option<PathBuf>,
    is_read_only: bool,
    is_immutable: bool,
    is_shared: bool,
    vfs: Option<String>,
    /// What a program opens by itself; of the above, only the path then counts.
    given: Option<Box<SqliteConnectOptions>>,
}

impl File {
    /// The database that a program opens by itself.
    pub(crate) fn of(options: SqliteConnectOptions) -> Self {
        // The driver tells only in a URL whether it is memory, and not every name can stand in one. A clone of
        // the options leads to the same memory, as long as the program has a connection open.
        let url = options.clone().filename("x").to_url_lossy();
        let is_memory = url.query_pairs().any(|(name, value)| name == "mode" && value == "memory");
        Self {
            path: (!is_memory).then(|| options.get_filename().to_owned()),
            is_read_only: false,
            is_immutable: false,
            is_shared: false,
            vfs: None,
            given: Some(Box::new(options)),
        }
    }

    /// Reads a relative path from a directory.
    pub(crate) fn resolve_in(&mut self, directory: &Path) {
        if let Some(path) = &mut self.path {
            *path = directory.join(&*path);
        }
    }

    /// Reads what follows `sqlite:`.
    pub(crate) fn parse(rest: &str) -> Result<Self, String> {
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let path = decoded(path, "path")?;
        let mut file = Self {
            path: Some(PathBuf::from(&path)).filter(|_| path != ":memory:"),
            is_read_only: false,
            is_immutable: false,
            is_shared: false,
            vfs: None,
            given: None,
        };
        for (name, value) in parameters(query)? {
            match (name.as_str(), value.as_str()) {
                ("mode", "ro") => file.is_read_only = true,
                // Whether a file is created is for the command to say, and not for the URL.
                ("mode", "rw" | "rwc") | ("cache", "private") | ("immutable", "0" | "false") => {}
                ("mode", "memory") => file.path = None,
                ("cache", "shared") => file.is_shared = true,
                ("immutable", "1" | "true") => file.is_immutable = true,
                ("vfs", vfs) => file.vfs = Some(vfs.to_owned()),
                ("mode" | "cache" | "immutable", value) => {
                    return Err(format!("`{}` is no value of the parameter `{name}`", escape(value)));
                }
                (name, _) => return Err(format!("the parameter `{}` is unknown", escape(name))),
            }
        }
        if file.path.as_ref().is_some_and(|path| path.as_os_str().is_empty()) {
            return Err("it names no file; write `sqlite:file.db`".into());
        }
        Ok(file)
    }

    /// For people.
    pub(crate) fn described(&self) -> String {
        match &self.path {
            Some(path) => format!("SQLite file `{}`", shown(path)),
            None => "SQLite in memory".into(),
        }
    }

    /// What the driver connects with; or why that could not work, in better words than SQLite's
    /// `unable to open database file`.
    pub(super) fn options(&self, settings: &Settings) -> Result<SqliteConnectOptions, Kind> {
        let is_read_only = self.is_read_only || settings.access == Access::ReadOnly;
        let given = self.given.as_deref().cloned();
        let is_given = given.is_some();
        let options = given
            .unwrap_or_default()
            .foreign_keys(true)
            .busy_timeout(settings.lock_timeout)
            .pragma("query_only", if settings.access == Access::ReadOnly { "ON" } else { "OFF" })
            .disable_statement_logging();
        let Some(path) = &self.path else {
            return Ok(if is_given { options } else { options.in_memory(true) });
        };
        let is_there = is_there(path)?;
        if !is_there && (!settings.create_if_missing || is_read_only) {
            return Err(Kind::NoFile { path: shown(path) });
        }
        if is_given {
            let options = options.create_if_missing(!is_there);
            return Ok(if is_read_only { options.read_only(true) } else { options });
        }
        let options = options
            .filename(path)
            .read_only(is_read_only)
            .create_if_missing(!is_there)
            .shared_cache(self.is_shared)
            .immutable(self.is_immutable);
        Ok(match &self.vfs {
            Some(vfs) => options.vfs(vfs.clone()),
            None => options,
        })
    }
}

/// Whether the file exists; an error when it is no file, or when it could not be created.
fn is_there(path: &Path) -> Result<bool, Kind> {
    let metadata = match path.metadata() {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
            return match directory {
                Some(directory) if !directory.is_dir() => Err(Kind::NoDirectory { path: shown(directory) }),
                Some(_) | None => Ok(false),
            };
        }
        Err(error) => return Err(Kind::BadFile(format!("it cannot be looked at: {error}"))),
    };
    if metadata.is_dir() {
        return Err(Kind::BadFile("it is a directory".into()));
    }
    Ok(true)
}

fn shown(path: &Path) -> String {
    escape(&path.display().to_string())
}
