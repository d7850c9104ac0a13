//! What a configuration says, as plain data, with the defaults.

use std::path::{Path, PathBuf};
use std::time::Duration;

#[cfg(feature = "project")]
use ambix_models::TableNames;
use ambix_schema::{Naming, Origin};

#[cfg(feature = "project")]
use super::document::Place;
#[cfg(feature = "project")]
use super::interpolate::resolve;
#[cfg(feature = "project")]
use super::{ConfigError, Environment};

/// The configuration of a project.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file it was read from.
    pub path: Option<PathBuf>,
    /// The directory that all paths in it are relative to: the one the file is in.
    pub root: PathBuf,
    /// The `[env.NAME]` that was laid over it.
    pub env: Option<String>,
    /// Where revisions are kept, relative to the root.
    pub script_location: PathBuf,
    /// The directories of revision files, relative to the root; the first one takes new files.
    pub version_locations: Vec<PathBuf>,
    /// How revision files are named.
    pub file_template: String,
    /// Longest slug in a file name.
    pub truncate_slug_length: usize,
    /// The time zone of create dates, by its IANA name.
    pub timezone: String,
    /// The format of new revision files.
    pub format: Format,
    /// Where entities are.
    #[cfg(feature = "project")]
    pub models: ModelsConfig,
    /// The database.
    pub database: DatabaseConfig,
    /// How unnamed constraints and indexes are named.
    pub naming: PartialNaming,
    /// What autogenerate leaves alone.
    pub policy: PolicyConfig,
    /// What is said about hazards.
    pub hazards: HazardsConfig,
    /// Commands to run on each new revision file.
    pub post_write_hooks: Vec<HookConfig>,
    /// Where the URL is written, for errors that only appear when it is used.
    #[cfg(feature = "project")]
    pub(super) url_place: Option<Place>,
}

/// One `[[post_write_hooks]]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HookConfig {
    /// Its name.
    pub name: String,
    /// The program and its arguments; `{file}` in them is the file, which otherwise comes last.
    pub command: Vec<String>,
}

/// The format of revision files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Rust source.
    Rust,
    /// Plain SQL.
    Sql,
}

/// Where entities are.
#[cfg(feature = "project")]
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ModelsConfig {
    /// Globs of source files, relative to the root.
    pub paths: Vec<String>,
    /// Globs of files to pass over.
    pub exclude: Vec<String>,
    /// The features `#[cfg(feature = "…")]` is evaluated with.
    pub features: Vec<String>,
    /// How tables are called whose entity does not say.
    pub table_names: TableNames,
}

/// The database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DatabaseConfig {
    /// The dialect: `postgres`, `sqlite`, …
    pub dialect: Option<String>,
    /// The server version to plan for without a connection.
    pub version: Option<(u32, u32)>,
    /// The URL as it is written, variables and all; [`Config::url`] resolves it.
    pub url: Option<String>,
    /// The namespaces that are compared; the first is the default one. None: the server's default.
    pub schemas: Vec<String>,
    /// The table that holds the current heads, perhaps with its namespace before a dot.
    pub version_table: String,
    /// How long to try to connect.
    pub connect_timeout: Duration,
    /// How long a statement waits for a lock; zero: for ever.
    pub lock_timeout: Duration,
    /// How long to wait for another runner.
    pub lock_wait: Duration,
    /// How long a statement may run; zero: for ever.
    pub statement_timeout: Duration,
    /// Whether `ambix reset` may empty the database.
    pub allow_reset: bool,
}

/// Templates for names, over those of the dialect.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PartialNaming {
    /// Of primary keys.
    pub primary_key: Option<String>,
    /// Of unique constraints.
    pub unique: Option<String>,
    /// Of foreign keys.
    pub foreign_key: Option<String>,
    /// Of checks.
    pub check: Option<String>,
    /// Of indexes.
    pub index: Option<String>,
    /// Of exclusion constraints.
    pub exclude: Option<String>,
}

impl PartialNaming {
    /// The given conventions with what is configured put in.
    pub fn over(&self, naming: &Naming) -> Naming {
        let Self { primary_key, unique, foreign_key, check, index, exclude } = self;
        let or = |said: &Option<String>, default: &String| said.as_ref().unwrap_or(default).clone();
        Naming {
            primary_key: primary_key.clone().or_else(|| naming.primary_key.clone()),
            unique: or(unique, &naming.unique),
            foreign_key: or(foreign_key, &naming.foreign_key),
            check: or(check, &naming.check),
            index: or(index, &naming.index),
            exclude: or(exclude, &naming.exclude),
            max_bytes: naming.max_bytes,
        }
    }
}

/// What autogenerate leaves alone.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PolicyConfig {
    /// What is never dropped or altered.
    pub protect: Vec<String>,
    /// What is taken to be on neither side.
    pub ignore: Vec<String>,
    /// The general form; the first match wins.
    pub rules: Vec<RuleConfig>,
}

/// One `[[policy.rule]]`. The words in it are known ones.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleConfig {
    /// Which kind of object; any when there is none.
    pub kind: Option<String>,
    /// A glob on the qualified name; any when there is none.
    pub name: Option<String>,
    /// `database`, `models` or `both`.
    pub only_in: Option<String>,
    /// Only this attribute of a matched object.
    pub attribute: Option<String>,
    /// `include`, `ignore`, `protect` or `report`.
    pub action: String,
    /// Why, for people.
    pub reason: Option<String>,
    /// Where the rule stands.
    pub origin: Origin,
}

/// What is said about hazards.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HazardsConfig {
    /// Hazards that need no acknowledgement.
    pub allow: Vec<String>,
    /// What a downgrade does that would destroy values.
    pub data_loss: DataLoss,
}

/// What a downgrade does that would destroy values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DataLoss {
    /// It is refused.
    Refuse,
    /// It runs.
    Allow,
}

impl Config {
    /// What holds when a file says nothing, for programs that configure in code.
    pub fn defaults(root: impl Into<PathBuf>) -> Self {
        Self {
            path: None,
            root: root.into(),
            env: None,
            script_location: "migrations".into(),
            version_locations: vec![Path::new("migrations").join("versions")],
            file_template: "{year}{month}{day}_{hour}{minute}_{rev}_{slug}".into(),
            truncate_slug_length: 40,
            timezone: "UTC".into(),
            format: Format::Rust,
            #[cfg(feature = "project")]
            models: ModelsConfig::default(),
            database: DatabaseConfig::default(),
            naming: PartialNaming::default(),
            policy: PolicyConfig::default(),
            hazards: HazardsConfig { allow: Vec::new(), data_loss: DataLoss::Refuse },
            post_write_hooks: Vec::new(),
            #[cfg(feature = "project")]
            url_place: None,
        }
    }

    /// The URL of the database. Where none is configured, it is the variable `DATABASE_URL`.
    ///
    /// A variable that is a part of the URL is percent-encoded when it is put in; one that is the whole URL,
    /// or holds its beginning, is taken as it is.
    ///
    /// # Errors
    /// [`ConfigError`] when a variable in it is not set.
    #[cfg(feature = "project")]
    pub fn url(&self, environment: &Environment) -> Result<String, ConfigError> {
        match &self.database.url {
            Some(url) => resolve(url, "database.url", self.url_place.as_ref(), environment),
            None => resolve("${DATABASE_URL}", "database.url", None, environment),
        }
    }
}

#[cfg(feature = "project")]
impl Default for ModelsConfig {
    fn default() -> Self {
        Self {
            paths: vec!["src/**/*.rs".into()],
            exclude: Vec::new(),
            features: Vec::new(),
            table_names: TableNames::Singular,
        }
    }
}

impl Default for DatabaseConfig {
    fn default() -> Self {
        Self {
            dialect: None,
            version: None,
            url: None,
            schemas: Vec::new(),
            version_table: "ambix_version".into(),
            connect_timeout: Duration::from_secs(10),
            lock_timeout: Duration::from_secs(5),
            lock_wait: Duration::from_mins(1),
            statement_timeout: Duration::ZERO,
            allow_reset: false,
        }
    }
}
