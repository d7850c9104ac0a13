//! What a project has in files: its configuration, its models, its revisions.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ambix_dialect::{Canonical, Dialect, loses_comment, normalize};
use ambix_models::{Read, Source};
use ambix_schema::Address;

use super::{Kept, Place, Project};
use crate::Error;
use crate::config::{Config, ConfigErrorKind, Environment};
use crate::refusals::refusals;

/// Where a project's settings come from, beside its configuration file.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// A configuration file named by the caller.
    pub config: Option<PathBuf>,
    /// The `[env.NAME]` to lay over it.
    pub env: Option<String>,
    /// A database URL that goes before the configured one.
    pub url: Option<String>,
}

/// The models, read.
#[derive(Debug)]
pub struct Models {
    /// What was read but for the schema, warnings included; there are no errors in it.
    pub read: Read,
    /// The schema in the dialect's spelling.
    pub schema: Canonical,
    /// What has a comment that the database does not keep.
    pub unkept_comments: BTreeSet<Address>,
}

impl Project {
    /// Finds the configuration from a directory upwards, or where the options say.
    ///
    /// # Errors
    /// [`Error::Config`] when there is none or it cannot be read.
    pub fn open(start: &Path, options: Options, environment: Environment) -> Result<Self, Error> {
        let config =
            Config::discover(start, options.config.as_deref(), options.env.as_deref(), &environment)?;
        let environment = environment.with_dotenv(&config.root)?;
        let person = person(&environment);
        let place = match options.url {
            Some(url) => Place::Written(url),
            None => Place::Configured(Box::new(environment)),
        };
        Ok(Self { config, place, kept: Kept::Files, code: None, person })
    }

    /// As [`Project::open`], and `None` where there is no configuration and none was named.
    ///
    /// # Errors
    /// [`Error::Config`] when there is one and it cannot be read.
    pub fn find(start: &Path, options: Options, environment: Environment) -> Result<Option<Self>, Error> {
        match Self::open(start, options, environment) {
            Ok(project) => Ok(Some(project)),
            Err(Error::Config(error)) if matches!(error.kind, ConfigErrorKind::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A project without a configuration file.
    pub(crate) fn of_config(config: Config) -> Self {
        let place = Place::Configured(Box::default());
        Self { config, place, kept: Kept::Files, code: None, person: None }
    }

    /// The same project with other globs of models.
    #[must_use]
    pub(crate) fn with_models(mut self, paths: &[&str]) -> Self {
        self.config.models.paths = paths.iter().map(|path| (*path).to_owned()).collect();
        self
    }

    /// The directory that takes new revision files.
    pub fn versions(&self) -> PathBuf {
        let first = self.config.version_locations.first();
        self.config
            .root
            .join(first.map_or_else(|| self.config.script_location.join("versions"), Clone::clone))
    }

    /// The dialect without a connection: as configured, else as the URL says.
    ///
    /// # Errors
    /// [`Error::Refused`] when neither says.
    pub fn dialect(&self) -> Result<Box<dyn Dialect>, Error> {
        let database = &self.config.database;
        let name = match &database.dialect {
            Some(name) => name.clone(),
            None => self.url()?.dialect()?.to_owned(),
        };
        let default = database.schemas.first().map(String::as_str);
        ambix_dialect::dialect(&name, database.version, default).map_err(|error| {
            Error::refused(
                error.to_string(),
                format!("set [database] dialect in ambix.toml to {}", crate::config::dialects()),
            )
        })
    }

    /// Reads the models and brings them to the dialect's spelling.
    ///
    /// # Errors
    /// [`Error::Collect`] when files cannot be found, [`Error::Source`] with every problem in them.
    pub fn models(&self, dialect: &dyn Dialect) -> Result<Models, Error> {
        let options = self.model_options(dialect);
        let sources = ambix_models::collect(&options)?;
        Self::read_models(sources, &options, dialect)
    }

    /// Reads models from given sources.
    ///
    /// # Errors
    /// [`Error::Source`] with every problem in them.
    pub fn read_models(
        sources: Vec<Source>,
        options: &ambix_models::Options,
        dialect: &dyn Dialect,
    ) -> Result<Models, Error> {
        let mut read = ambix_models::read(sources, options, &|text: &str| dialect.parse_type(text));
        let refused = refusals(&read, dialect);
        read.problems.extend(refused);
        if read.problems.iter().any(|problem| problem.severity == ambix_schema::Severity::Error) {
            return Err(Error::Source { what: "the models", problems: read.problems });
        }
        let commented = read.schema.iter().filter(|(_, object)| loses_comment(object, dialect));
        let unkept_comments = commented.map(|(at, _)| at.clone()).collect();
        let schema = normalize(std::mem::take(&mut read.schema), dialect);
        Ok(Models { read, schema, unkept_comments })
    }

    /// What the configuration says about models.
    pub fn model_options(&self, dialect: &dyn Dialect) -> ambix_models::Options {
        let models = &self.config.models;
        ambix_models::Options {
            root: self.config.root.clone(),
            paths: models.paths.clone(),
            exclude: models.exclude.clone(),
            features: models.features.clone(),
            table_names: models.table_names,
            naming: self.naming(dialect),
        }
    }

    /// The directories of revision files.
    pub fn version_locations(&self) -> Vec<PathBuf> {
        let configured = &self.config.version_locations;
        if configured.is_empty() {
            return vec![self.versions()];
        }
        configured.iter().map(|location| self.config.root.join(location)).collect()
    }
}

/// Who runs this: `me@host`.
fn person(environment: &Environment) -> Option<String> {
    let first = |names: &[&str]| names.iter().find_map(|name| environment.get_filled(name));
    let user = first(&["USER", "LOGNAME", "USERNAME"])?;
    Some(match first(&["HOSTNAME", "COMPUTERNAME"]) {
        Some(host) => format!("{user}@{host}"),
        None => user.to_owned(),
    })
}
