//! A project: its configuration, and the four sources it leads to.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ambix_database::{Access, Database, DatabaseErrorKind, Settings, Url};
use ambix_dialect::{Canonical, Dialect, normalize};
use ambix_diff::{Action, IncludeObject, OnlyIn, Policy, Rule};
use ambix_models::{Read, Source};
use ambix_revision::Revisions as Compiled;
use ambix_schema::{Facet, Kind, Naming, TableName};

use crate::Error;
use crate::config::{Config, ConfigErrorKind, Environment, RuleConfig};
use crate::outline::Outline;
use crate::refusals::refusals;
use crate::revisions::RevisionSet;

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

/// A project and what its configuration says.
pub struct Project {
    config: Config,
    environment: Environment,
    url: Option<Place>,
    /// Revisions of the program itself, instead of files.
    compiled: Option<Compiled>,
    code: Option<Arc<dyn IncludeObject>>,
}

/// Where the database is, when it is not for the configuration to say.
enum Place {
    /// A URL as it was written.
    Written(String),
    /// What a program connects to by itself.
    Given(Box<Url>),
}

/// The models, read.
#[derive(Debug)]
pub struct Models {
    /// What was read, warnings included; there are no errors in it.
    pub read: Read,
    /// The schema in the dialect's spelling.
    pub schema: Canonical,
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
        let url = options.url.map(Place::Written);
        Ok(Self { config, environment, url, compiled: None, code: None })
    }

    /// A project without files: a program with its own revisions, on its own database.
    pub(crate) fn of_program(config: Config, compiled: Compiled, url: Url) -> Self {
        Self { compiled: Some(compiled), ..Self::of_config(config) }.with_url(url)
    }

    /// A project without files, as far as the configuration goes.
    pub(crate) fn of_config(config: Config) -> Self {
        Self { config, environment: Environment::default(), url: None, compiled: None, code: None }
    }

    /// The same project with other globs of models.
    #[must_use]
    pub(crate) fn with_models(mut self, paths: &[&str]) -> Self {
        self.config.models.paths = paths.iter().map(|path| (*path).to_owned()).collect();
        self
    }

    /// The same project with another database.
    #[must_use]
    pub fn with_url(mut self, url: Url) -> Self {
        self.url = Some(Place::Given(Box::new(url)));
        self
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

    /// The same project with a policy in code behind the declared one.
    #[must_use]
    pub fn with_include_object(self, code: impl IncludeObject + 'static) -> Self {
        self.with_code(Some(Arc::new(code)))
    }

    #[must_use]
    pub(crate) fn with_code(mut self, code: Option<Arc<dyn IncludeObject>>) -> Self {
        self.code = code;
        self
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The directory that takes new revision files.
    pub fn versions(&self) -> PathBuf {
        let first = self.config.version_locations.first();
        self.config
            .root
            .join(first.map_or_else(|| self.config.script_location.join("versions"), Clone::clone))
    }

    /// The database's URL, if there is one.
    ///
    /// # Errors
    /// [`Error::Config`] when a variable in it is not set, [`Error::Database`] when it is not a URL.
    pub fn url(&self) -> Result<Url, Error> {
        let text = match &self.url {
            Some(Place::Given(url)) => return Ok(Url::clone(url)),
            Some(Place::Written(url)) => url.clone(),
            None => self.config.url(&self.environment)?,
        };
        Ok(Url::parse(&text)?.relative_to(&self.config.root))
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

    /// The dialect of an open session: the facts of the server it is talking to.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is no such dialect.
    pub fn dialect_of(&self, database: &Database) -> Result<Box<dyn Dialect>, Error> {
        let default = database.dialect().default_namespace().as_str();
        ambix_dialect::dialect(database.dialect_name(), Some(database.server_version()), Some(default))
            .map_err(|error| {
                Error::refused(error.to_string(), "use a PostgreSQL, MariaDB, MySQL or SQLite database")
            })
    }

    /// Opens one session.
    ///
    /// # Errors
    /// [`Error::Database`] with what was tried and what is wrong.
    pub async fn connect(&self, access: Access, create_if_missing: bool) -> Result<Database, Error> {
        let database = &self.config.database;
        let url = self.url()?;
        let dialect = url.dialect()?;
        let configured = database.dialect.as_deref();
        if let Some(configured) = configured.filter(|name| !speaks_the_protocol_of(name, dialect)) {
            return Err(Error::refused(
                format!("the configuration is for {configured}, and the URL is for {dialect}"),
                "set [database] dialect in ambix.toml to what the URL says; revisions are written for one database",
            ));
        }
        let settings = Settings { create_if_missing, ..self.settings(url, access) };
        let session = ambix_database::connect(&settings).await?;
        let found = session.dialect_name();
        if let Some(configured) = configured.filter(|name| !is_same_dialect(name, found)) {
            return Err(Error::refused(
                format!(
                    "the configuration is for {configured}, and the server is {}",
                    session.version_text()
                ),
                format!(
                    "set [database] dialect in ambix.toml to {found}; revisions are written for one database"
                ),
            ));
        }
        Ok(session)
    }

    /// How to connect to a database, the project's own or another one.
    pub(crate) fn settings(&self, url: Url, access: Access) -> Settings {
        let database = &self.config.database;
        Settings {
            url,
            namespaces: database.schemas.clone(),
            version_table: self.version_table(),
            connect_timeout: database.connect_timeout,
            lock_timeout: database.lock_timeout,
            lock_wait: database.lock_wait,
            statement_timeout: database.statement_timeout,
            access,
            create_if_missing: false,
        }
    }

    /// Opens a read-only session; `None` when the database is a SQLite file that does not exist yet,
    /// which holds as much as an empty one. Looking creates nothing.
    ///
    /// # Errors
    /// [`Error::Database`] with what was tried and what is wrong.
    pub async fn connect_to_look(&self) -> Result<Option<Database>, Error> {
        match self.connect(Access::ReadOnly, false).await {
            Ok(database) => Ok(Some(database)),
            Err(Error::Database(error)) if matches!(*error.kind, DatabaseErrorKind::NoFile { .. }) => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The table that holds the current heads.
    pub fn version_table(&self) -> TableName {
        match self.config.database.version_table.split_once('.') {
            Some((namespace, name)) => TableName::qualified(namespace, name),
            None => TableName::new(self.config.database.version_table.as_str()),
        }
    }

    /// The names of unnamed constraints: as configured, else as the database has it.
    pub fn naming(&self, dialect: &dyn Dialect) -> Naming {
        self.config.naming.over(&dialect.facts().naming)
    }

    /// The policy: protected and ignored names first, then the rules in order, then the code.
    ///
    /// # Errors
    /// [`Error::Policy`] or [`Error::Refused`] for a rule that cannot be read.
    pub fn policy(&self) -> Result<Policy, Error> {
        let declared = &self.config.policy;
        let mut rules = Vec::new();
        for rule in &declared.rules {
            rules.push(rule_of(rule)?);
        }
        for name in &declared.protect {
            rules.push(Rule::short(Action::Protect, name)?);
        }
        for name in &declared.ignore {
            rules.push(Rule::short(Action::Ignore, name)?);
        }
        let policy = Policy::new(rules);
        Ok(match &self.code {
            Some(code) => {
                let code = Arc::clone(code);
                policy.with_code(move |candidate: &ambix_diff::Candidate<'_>| code.include_object(candidate))
            }
            None => policy,
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
        let schema = normalize(read.schema.clone(), dialect);
        Ok(Models { read, schema })
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

    /// Reads all revision files; a program has its own.
    ///
    /// # Errors
    /// [`Error::Source`] with every problem in them, [`Error::Graph`] when they do not fit together.
    pub fn revisions(&self) -> Result<RevisionSet, Error> {
        if let Some(compiled) = &self.compiled {
            return RevisionSet::compiled(compiled);
        }
        RevisionSet::read(&self.version_locations(), &self.config.root)
    }

    /// Reads the heads of all revision files, which is enough for places in the graph.
    ///
    /// # Errors
    /// [`Error::Source`] with every problem in the heads, [`Error::Graph`] when they do not fit together.
    pub fn outline(&self) -> Result<Outline, Error> {
        if let Some(compiled) = &self.compiled {
            return RevisionSet::compiled(compiled)?.outline();
        }
        Outline::read(&self.version_locations(), &self.config.root)
    }
}

fn is_same_dialect(configured: &str, found: &str) -> bool {
    configured == found || (configured == "postgresql" && found == "postgres")
}

/// Whether a server of the configured kind could be behind such a URL. Many clients say `mysql://` to a
/// MariaDB server, and only the server itself tells which it is.
fn speaks_the_protocol_of(configured: &str, url: &str) -> bool {
    let is_shared = |name: &str| matches!(name, "mariadb" | "mysql");
    is_same_dialect(configured, url) || (is_shared(configured) && is_shared(url))
}

fn rule_of(rule: &RuleConfig) -> Result<Rule, Error> {
    let unknown = |key: &str, word: &str, words: &str| {
        Error::refused(
            format!("could not read the policy: {key} = {word:?} is not known"),
            format!("{key} is one of {words}"),
        )
    };
    let action = Action::from_word(&rule.action)
        .ok_or_else(|| unknown("action", &rule.action, "include, ignore, protect, report"))?;
    let mut made = Rule::new(action);
    if let Some(word) = &rule.kind {
        let kinds = "schema, extension, enum, sequence, table, column, primary_key, unique, check, foreign_key, exclude, index, view";
        made = made.of_kind(Kind::from_word(word).ok_or_else(|| unknown("kind", word, kinds))?);
    }
    if let Some(glob) = &rule.name {
        made = made.named(glob)?;
    }
    if let Some(word) = &rule.only_in {
        made = made.only_in(
            OnlyIn::from_word(word).ok_or_else(|| unknown("only_in", word, "database, models, both"))?,
        );
    }
    if let Some(word) = &rule.attribute {
        let facets: Vec<&str> = Facet::ALL.iter().map(|facet| facet.word()).collect();
        made = made
            .attribute(Facet::from_word(word).ok_or_else(|| unknown("attribute", word, &facets.join(", ")))?);
    }
    if let Some(reason) = &rule.reason {
        made = made.because(reason);
    }
    Ok(made)
}
