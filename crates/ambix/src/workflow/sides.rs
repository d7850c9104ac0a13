//! The two sides of a comparison: opened first, so that the database they are for is known, then read.

use std::path::Path;

use ambix_database::{Access, Database, Settings};
use ambix_dialect::{Canonical, Dialect, normalize};
use ambix_diff::RenameHint;
use ambix_schema::{AddressMap, Origin, Problem, Schema};

use super::git;
use crate::config::Config;
use crate::revisions::namespaces;
use crate::snapshot::Snapshot;
use crate::source::Source;
use crate::{Error, Models, Project};

/// One side, read.
#[derive(Debug)]
pub struct Side {
    /// The source for people: ``postgres database `app` on localhost``.
    pub described: String,
    /// Its schema.
    pub schema: Canonical,
    /// Where in the models each object is said.
    pub(crate) origins: AddressMap<Origin>,
    /// Warnings about models.
    pub warnings: Vec<Problem>,
    /// Renames that the models say.
    pub(crate) renames: Vec<RenameHint>,
    /// The session it was read through, for further questions.
    pub(crate) database: Option<Box<Database>>,
}

/// A source whose database is known, as far as it tells.
pub(crate) enum Opened<'a> {
    /// A session that reads only.
    Database(Box<Database>),
    /// A SQLite file that is not there yet.
    Nothing { described: String },
    /// A snapshot.
    Snapshot { described: String, snapshot: Box<Snapshot> },
    /// What takes the dialect of the other side.
    Text(&'a Source),
}

/// Which namespaces of a database are read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Reach {
    /// All that are not the server's own.
    Everything,
    /// These, and those that the other side names; the first is the default one.
    Listed(Vec<String>),
}

impl Reach {
    fn listed(&self) -> Vec<String> {
        match self {
            Self::Everything => Vec::new(),
            Self::Listed(namespaces) => namespaces.clone(),
        }
    }
}

impl<'a> Opened<'a> {
    pub(crate) async fn open(
        project: Option<&Project>,
        source: &'a Source,
        reach: &Reach,
    ) -> Result<Self, Error> {
        match source {
            Source::Database(Some(url)) => {
                let mut settings = match project {
                    Some(project) => project.settings(url.clone(), Access::ReadOnly),
                    None => Settings::new(url.clone()),
                };
                settings.namespaces = reach.listed();
                Ok(Self::Database(Box::new(ambix_database::connect(&settings).await?)))
            }
            Source::Database(None) => {
                let project = required(project)?;
                match project.connect_to_look().await? {
                    Some(database) => Ok(Self::Database(Box::new(database))),
                    None => Ok(Self::Nothing {
                        described: format!("{}, which does not exist yet", project.url()?.described()),
                    }),
                }
            }
            Source::File(path) => {
                let described = format!("the snapshot {}", shown(path));
                Ok(Self::Snapshot { described, snapshot: Box::new(Snapshot::read(path)?) })
            }
            Source::Models(_) | Source::Revisions(_) | Source::Git(_) => Ok(Self::Text(source)),
        }
    }

    /// The dialect it speaks, if it speaks one of its own.
    pub(crate) fn dialect(&self, project: Option<&Project>) -> Result<Option<Box<dyn Dialect>>, Error> {
        match self {
            Self::Database(database) => {
                let (facts, namespace) = (database.dialect().facts(), database.dialect().default_namespace());
                ambix_dialect::dialect(facts.name, Some(facts.version), Some(namespace.as_str()))
                    .map(Some)
                    .map_err(|error| Error::refused(error.to_string(), "use a database that ambix knows"))
            }
            Self::Nothing { .. } => required(project)?.dialect().map(Some),
            Self::Snapshot { snapshot, .. } => snapshot.dialect().map(Some),
            Self::Text(_) => Ok(None),
        }
    }

    /// The namespaces that it names, which the other side must read too.
    pub(crate) fn named(
        &self,
        project: Option<&Project>,
        dialect: &dyn Dialect,
    ) -> Result<Vec<String>, Error> {
        match self {
            Self::Text(Source::Revisions(_)) => {
                let project = required(project)?;
                let names = project.revisions()?.namespaces(dialect, &project.naming(dialect))?;
                Ok(names.into_iter().collect())
            }
            Self::Text(source) => {
                Ok(namespaces(&models(project, source, dialect)?.schema).into_iter().collect())
            }
            Self::Snapshot { snapshot, .. } => Ok(snapshot.namespaces.clone().unwrap_or_default()),
            Self::Database(_) | Self::Nothing { .. } => Ok(Vec::new()),
        }
    }

    /// Reads the schema. `dialect` is the one of this side, or of the other where this side has none;
    /// `also` are the namespaces that the other side names.
    pub(crate) async fn read(
        self,
        project: Option<&Project>,
        dialect: &dyn Dialect,
        reach: &Reach,
        also: Vec<String>,
    ) -> Result<Side, Error> {
        match self {
            Self::Database(mut database) => {
                match reach {
                    Reach::Everything => database.read_every_namespace().await?,
                    Reach::Listed(_) => database.also_read(also),
                }
                let schema = normalize(database.read_schema().await?, dialect);
                let described = database.described();
                Ok(Side { database: Some(database), ..Side::plain(described, schema) })
            }
            Self::Nothing { described } => Ok(Side::plain(described, normalize(Schema::new(), dialect))),
            Self::Snapshot { described, snapshot } => {
                Ok(Side::plain(described, normalize(snapshot.schema, dialect)))
            }
            Self::Text(Source::Revisions(target)) => {
                revisions(required(project)?, target.as_deref(), dialect)
            }
            Self::Text(source) => {
                let Models { read, schema, unkept_comments: _ } = models(project, source, dialect)?;
                let hint = |rename: &ambix_models::Rename| RenameHint {
                    from: rename.from.clone(),
                    to: rename.to.clone(),
                };
                let renames = read.renames.iter().map(hint).collect();
                let plain = Side::plain(described_models(source), schema);
                Ok(Side { origins: read.origins, warnings: read.problems, renames, ..plain })
            }
        }
    }
}

impl Side {
    fn plain(described: String, schema: Canonical) -> Self {
        let (origins, warnings, renames) = (AddressMap::default(), Vec::new(), Vec::new());
        Self { described, schema, origins, warnings, renames, database: None }
    }
}

fn required(project: Option<&Project>) -> Result<&Project, Error> {
    project.ok_or_else(|| {
        Error::refused("this source is a project's, and there is no ambix.toml here", "run it in a project")
    })
}

fn described_models(source: &Source) -> String {
    match source {
        Source::Git(commit) => format!("the models at {}", ambix_schema::escape(commit)),
        Source::Models(Some(path)) => format!("the models in {}", shown(path)),
        Source::Models(None) | Source::Database(_) | Source::Revisions(_) | Source::File(_) => {
            "the models".to_owned()
        }
    }
}

fn shown(path: &Path) -> String {
    ambix_schema::escape(&path.display().to_string())
}

fn revisions(project: &Project, target: Option<&str>, dialect: &dyn Dialect) -> Result<Side, Error> {
    let revisions = project.revisions()?;
    let at = revisions.graph().resolve(target.unwrap_or("heads"), &[])?;
    let schema = revisions.replay_known(&at, dialect, &project.naming(dialect))?;
    let names: Vec<String> = at.iter().map(ToString::to_string).collect();
    let described = match names.as_slice() {
        [] => "no revisions".to_owned(),
        names => format!("the revisions up to {}", names.join(", ")),
    };
    Ok(Side::plain(described, schema))
}

/// Models from the working tree, from below a path, or from a commit.
fn models(project: Option<&Project>, source: &Source, dialect: &dyn Dialect) -> Result<Models, Error> {
    match source {
        Source::Models(Some(path)) => {
            let options = match project {
                Some(project) => project.model_options(dialect),
                None => default_options(dialect),
            };
            let options = below(path, options);
            Project::read_models(ambix_models::collect(&options)?, &options, dialect)
        }
        Source::Git(commit) => {
            let options = required(project)?.model_options(dialect);
            Project::read_models(git::sources(commit, &options)?, &options, dialect)
        }
        Source::Models(None) | Source::Database(_) | Source::Revisions(_) | Source::File(_) => {
            required(project)?.models(dialect)
        }
    }
}

/// A file, or everything in Rust below a directory.
fn below(path: &Path, options: ambix_models::Options) -> ambix_models::Options {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let (root, pattern) = match path.file_name() {
        Some(name) if path.is_file() => {
            (parent.unwrap_or(Path::new(".")), globset::escape(&name.to_string_lossy()))
        }
        Some(_) | None => (path, "**/*.rs".to_owned()),
    };
    ambix_models::Options { root: root.to_owned(), paths: vec![pattern], exclude: Vec::new(), ..options }
}

fn default_options(dialect: &dyn Dialect) -> ambix_models::Options {
    let models = Config::defaults(".").models;
    ambix_models::Options {
        root: ".".into(),
        paths: models.paths,
        exclude: models.exclude,
        features: models.features,
        table_names: models.table_names,
        naming: dialect.facts().naming.clone(),
    }
}
