//! Finding the configuration: named, or by walking up from a directory.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::document::{Source, Table};
use super::read::read;
use super::settings::Config;
use super::{ConfigError, ConfigErrorKind, Environment};

/// A file that holds a configuration.
struct Found {
    path: PathBuf,
    source: Arc<Source>,
    table: Table,
}

impl Config {
    /// Finds and reads the configuration: `explicit` (a file or a directory), else the variable
    /// `AMBIX_CONFIG`, else the nearest `ambix.toml` or `Cargo.toml` with a `metadata.ambix` table from
    /// `start` upwards. `env`, else the variable `AMBIX_ENV`, names the `[env.NAME]` to lay over it.
    ///
    /// # Errors
    /// [`ConfigError`] when there is none, or something in it is wrong.
    pub fn discover(
        start: &Path,
        explicit: Option<&Path>,
        env: Option<&str>,
        environment: &Environment,
    ) -> Result<Self, ConfigError> {
        let start = std::path::absolute(start).map_err(|error| {
            ConfigError::new(ConfigErrorKind::Unreadable { path: start.to_owned(), error })
        })?;
        let named = explicit.or_else(|| environment.get_filled("AMBIX_CONFIG").map(Path::new));
        let found = match named {
            Some(path) => named_file(&start, &start.join(path))?,
            None => nearest_file(&start)?,
        };
        let root = found.path.parent().unwrap_or(Path::new("/")).to_owned();
        let with_dotenv = environment.clone().with_dotenv(&root)?;
        let env = env.filter(|env| !env.is_empty()).or_else(|| with_dotenv.get_filled("AMBIX_ENV"));
        read(&found.source, &found.table, found.path.clone(), root, env)
    }

    /// Reads a configuration from the text of an `ambix.toml`.
    ///
    /// # Errors
    /// [`ConfigError`] when something in it is wrong.
    pub fn parse(text: &str, path: &Path, env: Option<&str>) -> Result<Self, ConfigError> {
        let source = Arc::new(Source { shown: path.to_owned(), text: text.to_owned() });
        let table = source.parse()?;
        let root = path.parent().unwrap_or(Path::new("")).to_owned();
        read(&source, &table, path.to_owned(), root, env)
    }
}

fn named_file(start: &Path, path: &Path) -> Result<Found, ConfigError> {
    if path.is_dir() {
        let found = in_directory(start, path)?;
        return found
            .ok_or_else(|| ConfigError::new(ConfigErrorKind::NotFound { looked_in: vec![path.to_owned()] }));
    }
    if path.file_name().is_some_and(|name| name == "Cargo.toml") {
        let found = in_cargo(start, path)?;
        return found.ok_or_else(|| ConfigError::new(ConfigErrorKind::NoMetadata { path: path.to_owned() }));
    }
    in_own_file(start, path)
}

fn nearest_file(start: &Path) -> Result<Found, ConfigError> {
    for directory in start.ancestors() {
        if let Some(found) = in_directory(start, directory)? {
            return Ok(found);
        }
    }
    let looked_in = start.ancestors().map(Path::to_owned).collect();
    Err(ConfigError::new(ConfigErrorKind::NotFound { looked_in }))
}

fn in_directory(start: &Path, directory: &Path) -> Result<Option<Found>, ConfigError> {
    let own = directory.join("ambix.toml");
    if own.is_file() {
        return in_own_file(start, &own).map(Some);
    }
    let cargo = directory.join("Cargo.toml");
    if cargo.is_file() { in_cargo(start, &cargo) } else { Ok(None) }
}

fn in_own_file(start: &Path, path: &Path) -> Result<Found, ConfigError> {
    let source = source(start, path)?;
    let table = source.parse()?;
    Ok(Found { path: path.to_owned(), source, table })
}

/// The package's table goes before the workspace's.
fn in_cargo(start: &Path, path: &Path) -> Result<Option<Found>, ConfigError> {
    let source = source(start, path)?;
    // A manifest that cannot be about ambix is not parsed, and its errors are Cargo's to tell.
    if !source.text.contains("metadata") || !source.text.contains("ambix") {
        return Ok(None);
    }
    let whole = source.parse()?;
    let metadata = |owner: &str| whole.table(owner)?.table("metadata")?.table("ambix").cloned();
    let table = metadata("package").or_else(|| metadata("workspace"));
    Ok(table.map(|table| Found { path: path.to_owned(), source, table }))
}

fn source(start: &Path, path: &Path) -> Result<Arc<Source>, ConfigError> {
    let shown = path.strip_prefix(start).unwrap_or(path).to_owned();
    Ok(Arc::new(Source { shown, text: read_text(path)? }))
}

#[expect(clippy::disallowed_methods, reason = "configuration is read here and nowhere else")]
pub(super) fn read_text(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path)
        .map_err(|error| ConfigError::new(ConfigErrorKind::Unreadable { path: path.to_owned(), error }))
}
