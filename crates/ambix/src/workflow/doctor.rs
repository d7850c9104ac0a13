//! Doctor: everything that commands need, looked at one after the other.

use ambix_database::{Access, Database, DatabaseErrorKind, ForeignKeys};
use ambix_schema::{TableName, escape};

use super::history::place;
use crate::error::count;
use crate::{Error, Project};

/// One thing that was looked at.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Diagnosis {
    /// What: `models`, `connection`, …
    pub check: &'static str,
    /// How it is.
    pub state: Health,
    /// What was found.
    pub text: String,
    /// The way out.
    pub help: Option<String>,
}

/// How something is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// As it should be.
    Good,
    /// Commands will fail because of it, or stumble.
    Bad,
    /// It could not be looked at, because of something before it.
    Unknown,
}

impl Diagnosis {
    fn new(check: &'static str, state: Health, text: impl Into<String>) -> Self {
        Self { check, state, text: text.into(), help: None }
    }

    fn good(check: &'static str, text: impl Into<String>) -> Self {
        Self::new(check, Health::Good, text)
    }

    fn bad(check: &'static str, text: impl Into<String>, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..Self::new(check, Health::Bad, text) }
    }

    /// Something that failed with an error.
    pub fn failed(check: &'static str, error: &Error) -> Self {
        let text = match error.problems() {
            [] => error.to_string(),
            [first, rest @ ..] => {
                let more =
                    if rest.is_empty() { String::new() } else { format!(" (and {} more)", rest.len()) };
                format!("{error}: {}: {}{more}", first.origin, first.message)
            }
        };
        Self { help: error.hint(), ..Self::new(check, Health::Bad, escape(&text)) }
    }
}

/// Looks at configuration, models, revisions, connection, server, privileges and version table. Changes
/// nothing; a transaction is begun, and rolled back.
pub async fn doctor(project: &Project) -> Vec<Diagnosis> {
    let config = project.config();
    let file = config.path.as_deref().map_or("in code".into(), |path| escape(&path.display().to_string()));
    let environment = config.env.as_ref().map(|name| format!(", with [env.{}]", escape(name)));
    let mut found =
        vec![Diagnosis::good("configuration", format!("{file}{}", environment.unwrap_or_default()))];
    let (models, tables) = models(project);
    found.push(models);
    found.push(revisions(project));
    match connect(project).await {
        Ok((connected, database)) => {
            found.push(connected);
            if let Some(mut database) = database {
                found.extend(ask(project, &mut database, &tables).await);
            }
        }
        Err(failed) => {
            found.push(failed);
            for check in ["privileges", "version table"] {
                found.push(Diagnosis::new(check, Health::Unknown, "there is no connection"));
            }
        }
    }
    found
}

fn models(project: &Project) -> (Diagnosis, Vec<TableName>) {
    let read = project.dialect().and_then(|dialect| project.models(dialect.as_ref()));
    let models = match read {
        Ok(models) => models,
        Err(error) => return (Diagnosis::failed("models", &error), Vec::new()),
    };
    let tables: Vec<TableName> = models.schema.schema().tables().collect();
    let paths = escape(&project.config().models.paths.join(", "));
    let diagnosis = if tables.is_empty() {
        Diagnosis::bad(
            "models",
            format!("no entities in {} matching {paths}", count(models.read.files, "file")),
            "check [models] paths, and that structs derive ambix::Entity",
        )
    } else {
        Diagnosis::good(
            "models",
            format!("{} in {}", count(tables.len(), "table"), count(models.read.files, "file")),
        )
    };
    (diagnosis, tables)
}

fn revisions(project: &Project) -> Diagnosis {
    let revisions = match project.revisions() {
        Ok(revisions) => revisions,
        Err(error) => return Diagnosis::failed("revisions", &error),
    };
    let heads = revisions.graph().final_heads();
    match heads.as_slice() {
        [] => Diagnosis::good("revisions", "none yet"),
        [head] => {
            Diagnosis::good("revisions", format!("{}, head {head}", count(revisions.len(), "revision")))
        }
        several => Diagnosis::bad(
            "revisions",
            format!("Multiple head revisions are present: {} of them", several.len()),
            "`ambix merge heads` makes them one; where branches are meant, name them: `ambix upgrade heads`",
        ),
    }
}

/// The connection, and the session if there is a database to have one with.
async fn connect(project: &Project) -> Result<(Diagnosis, Option<Database>), Diagnosis> {
    let failed = |error: Error| Diagnosis::failed("connection", &error);
    let url = project.url().map_err(failed)?;
    match project.connect(Access::ReadWrite, false).await {
        Ok(database) => {
            let text = format!("{}, {}", database.version_text(), database.described());
            Ok((Diagnosis::good("connection", text), Some(database)))
        }
        Err(Error::Database(error)) if matches!(*error.kind, DatabaseErrorKind::NoFile { .. }) => {
            let text = format!("{} does not exist yet; `ambix upgrade` creates it", url.described());
            Ok((Diagnosis::good("connection", text), None))
        }
        Err(error) => Err(failed(error)),
    }
}

async fn ask(project: &Project, database: &mut Database, tables: &[TableName]) -> Vec<Diagnosis> {
    let mut found = Vec::new();
    let (major, _) = database.server_version();
    if let Some((planned, _)) = project.config().database.version.filter(|(planned, _)| *planned != major) {
        found.push(Diagnosis::bad(
            "server",
            format!(
                "the configuration plans for version {planned}, and the server is {}",
                database.version_text()
            ),
            format!("set [database] version to \"{major}\", or leave it out"),
        ));
    }
    found.extend(privileges(database, tables).await);
    found.push(version_table(project, database).await);
    found
}

async fn privileges(database: &mut Database, tables: &[TableName]) -> Vec<Diagnosis> {
    let failed = |error| vec![Diagnosis::failed("privileges", &Error::from(error))];
    let missing = match database.missing_privileges(tables).await {
        Ok(missing) => missing,
        Err(error) => return failed(error),
    };
    if !missing.is_empty() {
        let one = |missing: ambix_database::MissingPrivilege| {
            let (what, statement) = (escape(&missing.what), escape(&missing.statement));
            Diagnosis::bad("privileges", format!("the role may not {what}"), statement)
        };
        return missing.into_iter().map(one).collect();
    }
    // Where files have owners and servers stand by, a transaction tells what no catalog does.
    if let Err(error) = database.begin(ForeignKeys::Enforced).await {
        return failed(error);
    }
    match database.rollback().await {
        Ok(()) => vec![Diagnosis::good("privileges", "the role may do what revisions need")],
        Err(error) => failed(error),
    }
}

async fn version_table(project: &Project, database: &mut Database) -> Diagnosis {
    const CHECK: &str = "version table";
    let rows = match database.heads().await {
        Ok(Some(rows)) => rows,
        Ok(None) => return Diagnosis::good(CHECK, "not there yet; `ambix upgrade` makes it"),
        Err(error) => return Diagnosis::failed(CHECK, &error.into()),
    };
    let Ok(outline) = project.outline() else {
        return Diagnosis::new(CHECK, Health::Unknown, "the revisions cannot be read");
    };
    let place = place(&outline, database.described(), rows);
    if let Some(unknown) = place.unknown.first() {
        return Diagnosis::bad(
            CHECK,
            format!("Can't locate revision identified by '{}'", escape(unknown)),
            "bring its file back, or set the version table anew with `ambix stamp --purge REVISION`",
        );
    }
    let at = if place.heads.is_empty() { "base".into() } else { place.heads.join(", ") };
    let rest = if place.is_at_heads { "" } else { "; `ambix upgrade heads` runs what is pending" };
    Diagnosis::good(CHECK, format!("at {at}{rest}"))
}
