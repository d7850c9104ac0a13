//! A project: its configuration, its database and its revisions. What else is in its files is in `files`.

#[cfg(feature = "project")]
mod files;

use std::sync::Arc;

use ambix_database::{Access, Database, DatabaseErrorKind, Settings, Url};
use ambix_dialect::Dialect;
use ambix_diff::{Action, IncludeObject, OnlyIn, Policy, Rule};
use ambix_revision::Revisions;
use ambix_schema::{Facet, Kind, Naming, TableName};

#[cfg(feature = "project")]
pub use files::{Models, Options};

#[cfg(feature = "project")]
use crate::config::Environment;
use crate::config::{Config, RuleConfig};
use crate::outline::Outline;
use crate::revisions::RevisionSet;
use crate::{Error, Tool};

/// A project and what its configuration says.
pub struct Project {
    config: Config,
    place: Place,
    kept: Kept,
    code: Option<Arc<dyn IncludeObject>>,
    /// Who runs this, as far as the machine says.
    person: Option<String>,
}

/// Where the database is.
enum Place {
    /// What a program connects to by itself.
    Given(Box<Url>),
    /// A URL as it was written, which goes before the configured one.
    #[cfg(feature = "project")]
    Written(String),
    /// As the configuration says, with what is in the environment.
    #[cfg(feature = "project")]
    Configured(Box<Environment>),
}

/// Where the revisions are.
enum Kept {
    /// In the program itself.
    Compiled(Revisions),
    /// In the files of the project.
    #[cfg(feature = "project")]
    Files,
}

impl Project {
    /// A project without files: a program with its own revisions, on its own database.
    pub(crate) fn of_program(config: Config, revisions: Revisions, url: Url) -> Self {
        Self {
            config,
            place: Place::Given(Box::new(url)),
            kept: Kept::Compiled(revisions),
            code: None,
            person: None,
        }
    }

    /// The same project with another database.
    #[must_use]
    pub fn with_url(mut self, url: Url) -> Self {
        self.place = Place::Given(Box::new(url));
        self
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

    /// The database's URL, if there is one.
    ///
    /// # Errors
    /// `Error::Config` when a variable in it is not set, [`Error::Database`] when it is not a URL.
    pub fn url(&self) -> Result<Url, Error> {
        match &self.place {
            Place::Given(url) => Ok(Url::clone(url)),
            #[cfg(feature = "project")]
            Place::Written(text) => Ok(Url::parse(text)?.relative_to(&self.config.root)),
            #[cfg(feature = "project")]
            Place::Configured(environment) => {
                Ok(Url::parse(&self.config.url(environment)?)?.relative_to(&self.config.root))
            }
        }
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

    /// The dialect that the URL names: how SQL is taken apart does not depend on more.
    fn dialect_of_url(&self) -> Result<Box<dyn Dialect>, Error> {
        let url = self.url()?;
        ambix_dialect::dialect(url.dialect()?, None, None).map_err(|error| {
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

    /// Who runs this, as far as the machine says: `me@host`.
    pub(crate) fn person(&self) -> Option<String> {
        self.person.clone()
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

    /// The policy: protected and ignored names first, then the rules in order, then the tables of
    /// other tools, then the code.
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
        // No model describes them, and none wants them dropped.
        for tool in Tool::ALL {
            let table = format!("table:{}", tool.history_table());
            rules.push(
                Rule::short(Action::Ignore, &table)?.because(format!("the history of {}", tool.name())),
            );
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

    /// Reads all revision files; a program has its own.
    ///
    /// # Errors
    /// [`Error::Source`] with every problem in them, [`Error::Graph`] when they do not fit together.
    pub fn revisions(&self) -> Result<RevisionSet, Error> {
        match &self.kept {
            Kept::Compiled(revisions) => RevisionSet::compiled(revisions, &|| self.dialect_of_url()),
            #[cfg(feature = "project")]
            Kept::Files => {
                RevisionSet::read(&self.version_locations(), &self.config.root, &|| self.dialect())
            }
        }
    }

    /// As [`Self::revisions`], for whoever runs them: a directory that is not there is a slip, and no history
    /// without revisions.
    ///
    /// # Errors
    /// As [`Self::revisions`], and [`Error::Refused`] naming the directory.
    pub(crate) fn revisions_to_run(&self) -> Result<RevisionSet, Error> {
        #[cfg(feature = "project")]
        if let Some(missing) = self.missing_location() {
            return Err(Error::refused(
                format!(
                    "could not read the revisions: there is no directory {}",
                    ambix_schema::escape(&missing.display().to_string())
                ),
                "correct script_location or version_locations in ambix.toml; where there is no revision yet, \
                 `ambix revision` makes the directory with the first one",
            ));
        }
        self.revisions()
    }

    /// The first directory of revisions that is not there, as it is shown. Whoever only looks takes it for one
    /// without revisions, and should say so.
    #[cfg(feature = "project")]
    pub fn missing_location(&self) -> Option<std::path::PathBuf> {
        let is_missing = |path: &std::path::PathBuf| matches!(self.kept, Kept::Files) && !path.is_dir();
        let missing = self.version_locations().into_iter().find(is_missing)?;
        Some(missing.strip_prefix(&self.config.root).map(std::path::Path::to_owned).unwrap_or(missing))
    }

    /// Reads the heads of all revision files, which is enough for places in the graph.
    ///
    /// # Errors
    /// [`Error::Source`] with every problem in the heads, [`Error::Graph`] when they do not fit together.
    pub fn outline(&self) -> Result<Outline, Error> {
        match &self.kept {
            Kept::Compiled(revisions) => {
                RevisionSet::compiled(revisions, &|| self.dialect_of_url())?.outline()
            }
            #[cfg(feature = "project")]
            Kept::Files => Outline::read(&self.version_locations(), &self.config.root),
        }
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
