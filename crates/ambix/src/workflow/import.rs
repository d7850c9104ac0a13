//! Import: the history of another tool becomes revisions, and what the tool has applied counts as applied.
//!
//! The database is looked at before a file is written, and is written to last: nothing of a migration runs, only
//! the version is recorded, as a stamp would. Whatever is there already is left as it is, so that an import that
//! was interrupted is taken up by saying it again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ambix_dialect::Dialect;
use ambix_revision::{Draft, Header, Kept, RevisionId, keep_sql, read_sql_header};
use ambix_schema::{TableName, escape};
use jiff::Timestamp;

use super::placing::location;
use super::stamp::stamp;
use crate::import::{Checks, Down, Migration, Reading, check, rows};
use crate::names::{Tokens, file_name, slug};
use crate::revisions::cutting;
use crate::{Error, Outline, Project, Tool, files};

/// What to import.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// Whose history.
    pub tool: Tool,
    /// The tool's directory; the usual one when nothing is said.
    pub directory: Option<PathBuf>,
    /// Scripts that Alembic rendered, with the statements of its revisions.
    pub scripts: Vec<PathBuf>,
    /// The tool's history table, where it has another name than usual.
    pub history_table: Option<String>,
    /// The directory for the files: one of the version locations, or one below.
    pub version_path: Option<PathBuf>,
    /// Whether the database is left alone.
    pub no_stamp: bool,
    /// Versions whose files may be others than those that were applied.
    pub accept_edited: Vec<String>,
    /// Whether a version that was applied and has no file becomes a revision without a body.
    pub keep_missing: bool,
    /// The time, for what does not say when it was created.
    pub now: Timestamp,
}

impl ImportRequest {
    /// The table in which the tool keeps what it applied.
    fn history_table(&self) -> TableName {
        let table = self.history_table.as_deref().unwrap_or(self.tool.history_table());
        match table.split_once('.') {
            Some((namespace, name)) => TableName::qualified(namespace, name),
            None => TableName::new(table),
        }
    }
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Imported {
    /// The revisions that were written, in order.
    pub written: Vec<ImportedRevision>,
    /// The revisions that were there already.
    pub already_there: Vec<RevisionId>,
    /// What people should know.
    pub notes: Vec<String>,
    /// The database that was looked at.
    pub database: Option<String>,
    /// How many migrations the tool has applied there; `None` when it has no history table there.
    pub applied: Option<usize>,
    /// The heads that were recorded; `None` when that was not needed, or not wanted.
    pub stamped: Option<Vec<RevisionId>>,
}

/// One revision that was written.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct ImportedRevision {
    /// Its identifier.
    pub revision: RevisionId,
    /// What the tool calls it.
    pub version: String,
    /// Its file.
    pub path: PathBuf,
    /// Whether its body stays where it was, so that it cannot be run from here.
    pub is_elsewhere: bool,
}

/// Takes over the history of another tool.
///
/// # Errors
/// Any [`Error`]; no file is written then, but where only recording the version failed.
pub async fn import(project: &Project, request: &ImportRequest) -> Result<Imported, Error> {
    let root = &project.config().root;
    let dialect = project.dialect()?;
    let directory = request.tool.directory(root, request.directory.as_deref())?;
    let outline = project.outline()?;
    let mut reading = Reading::new(root, dialect.as_ref(), project.version_locations());
    let scripts: Vec<PathBuf> = request.scripts.iter().map(|path| root.join(path)).collect();
    let table = request.history_table();
    let mut migrations = request.tool.read(&mut reading, &directory, &scripts, &table)?;
    if !reading.problems.is_empty() {
        return Err(Error::Source { what: request.tool.migrations(), problems: reading.problems });
    }
    let mut notes = reading.notes;
    if migrations.is_empty() {
        return Err(nothing(request.tool, &directory));
    }
    let looked = look(project, request, &outline, &mut migrations, &mut notes).await?;
    let (drafts, already_there) = drafts(project, request, &outline, &migrations, dialect.as_ref())?;
    let headers = outline.headers().cloned().chain(drafts.iter().map(|draft| draft.header.clone()));
    let together = Outline::of(outline.directory(), headers.collect())?;
    let behind = looked.as_ref().map(|looked| looked.behind(&together)).transpose()?.unwrap_or_default();
    let written = write_all(&drafts)?;
    let stamped = if behind.is_empty() { None } else { Some(stamp(project, &behind, false).await?.1) };
    Ok(Imported {
        written,
        already_there,
        notes,
        applied: looked.as_ref().and_then(|looked| looked.applied),
        database: looked.map(|looked| looked.described),
        stamped,
    })
}

fn nothing(tool: Tool, directory: &Path) -> Error {
    Error::refused(
        format!(
            "could not import {}: there are none in {}",
            tool.migrations(),
            escape(&directory.display().to_string())
        ),
        format!("name the directory they are in: `ambix import --from {} DIRECTORY`", tool.name()),
    )
}

/// What was seen in the database.
struct Looked {
    described: String,
    /// How many rows the tool's table has; `None` where there is no such table.
    applied: Option<usize>,
    /// Where the tool's table says the database is.
    at: Vec<RevisionId>,
    /// What the version table holds.
    heads: Vec<String>,
}

impl Looked {
    /// The revisions that the version table does not have, and the tool's has.
    fn behind(&self, together: &Outline) -> Result<Vec<String>, Error> {
        let graph = together.graph();
        let heads = graph.known(&self.heads)?;
        let applied: BTreeSet<&RevisionId> = graph.applied(&heads)?.into_iter().collect();
        let is_behind = |id: &&RevisionId| !applied.contains(id);
        Ok(self.at.iter().filter(is_behind).map(|id| id.as_str().to_owned()).collect())
    }
}

/// Looks at the database: what the tool applied, and what the version table holds.
async fn look(
    project: &Project,
    request: &ImportRequest,
    outline: &Outline,
    migrations: &mut Vec<Migration>,
    notes: &mut Vec<String>,
) -> Result<Option<Looked>, Error> {
    let is_configured = project.config().database.url.is_some() || project.url().is_ok();
    if request.no_stamp || !is_configured {
        if !request.no_stamp {
            notes.push("no database is configured: nothing was recorded as applied".into());
        }
        return Ok(None);
    }
    let tool = request.tool;
    let table = request.history_table();
    let Some(mut database) = project.connect_to_look().await? else {
        notes.push("the database does not exist yet: nothing was recorded as applied".into());
        return Ok(None);
    };
    let described = database.described();
    let applied = rows(tool, &mut database, &table).await?;
    let heads = database.heads().await?.unwrap_or_default();
    database.close().await?;
    if applied.is_none() {
        if request.history_table.is_some() {
            return Err(Error::refused(
                format!("{described} has no table {table}; nothing was written"),
                "correct --history-table, or leave it out",
            ));
        }
        notes.push(format!("{described} has no table {table}: {} has applied nothing there", tool.name()));
    }
    let checks = Checks {
        tool,
        table: &table,
        accept_edited: &request.accept_edited,
        keep_missing: request.keep_missing,
    };
    let at = check(checks, migrations, applied.as_deref().unwrap_or_default())?;
    // A row that nothing declares yet may be what is about to be written.
    let is_foreign = |row: &&String| {
        !outline.graph().contains(row)
            && !migrations.iter().any(|migration| migration.id.as_str() == row.as_str())
    };
    if let Some(row) = heads.iter().find(is_foreign) {
        return Err(Error::refused(
            format!(
                "Can't locate revision identified by '{}', which the version table of {described} holds; nothing \
                 was written",
                escape(row)
            ),
            "restore its file, or set the table anew with `ambix stamp --purge`; or import the files alone with \
             --no-stamp",
        ));
    }
    Ok(Some(Looked { described, applied: applied.map(|rows| rows.len()), at, heads }))
}

/// A file that is to be written.
struct Planned {
    path: PathBuf,
    text: String,
    header: Header,
    version: String,
    is_elsewhere: bool,
}

/// The texts of what is not there yet, and what is.
fn drafts(
    project: &Project,
    request: &ImportRequest,
    outline: &Outline,
    migrations: &[Migration],
    dialect: &dyn Dialect,
) -> Result<(Vec<Planned>, Vec<RevisionId>), Error> {
    let config = project.config();
    let directory = location(project, outline, &[], request.version_path.as_deref())?;
    let mut planned = Vec::new();
    let mut already_there = Vec::new();
    let mut previous: Option<&RevisionId> = None;
    for migration in migrations {
        let down = match &migration.down {
            Down::Previous => previous.into_iter().cloned().collect(),
            Down::Said(down) => down.clone(),
        };
        previous = Some(&migration.id);
        if outline.get(&migration.id).is_some() {
            already_there.push(migration.id.clone());
            continue;
        }
        let text = text_of(migration, down, request, dialect)?;
        let words = slug(&migration.message, config.truncate_slug_length);
        let date = request.now.to_zoned(jiff::tz::TimeZone::UTC);
        let name = file_name("{rev}_{slug}", &Tokens::new(migration.id.as_str(), &words, &date));
        let path = directory.join(format!("{name}.sql"));
        let shown = path.strip_prefix(&config.root).unwrap_or(&path);
        let header = read_sql_header(shown, &text)
            .map_err(|problems| Error::Source { what: "the new revision", problems })?;
        planned.push(Planned {
            text,
            header,
            version: migration.version.clone(),
            is_elsewhere: matches!(migration.upgrade, Kept::Elsewhere(_)),
            path,
        });
    }
    Ok((planned, already_there))
}

fn text_of(
    migration: &Migration,
    down: Vec<RevisionId>,
    request: &ImportRequest,
    dialect: &dyn Dialect,
) -> Result<String, Error> {
    let sources: Vec<String> =
        migration.sources.iter().map(|path| path.display().to_string().replace('\\', "/")).collect();
    let mut from = format!("Imported from {} {}", request.tool.name(), migration.version);
    if !sources.is_empty() {
        from.push_str(", ");
        from.push_str(&sources.join(" and "));
    }
    let message = migration.message.trim();
    let draft = Draft {
        id: migration.id.clone(),
        down,
        branch_labels: migration.branch_labels.clone(),
        depends_on: migration.depends_on.clone(),
        message: if message.is_empty() { "empty message".into() } else { message.to_owned() },
        create_date: migration
            .create_date
            .clone()
            .unwrap_or_else(|| request.now.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()),
        header: vec![from],
        upgrade: Vec::new(),
        downgrade: Vec::new(),
    };
    keep_sql(&draft, &migration.upgrade, &migration.downgrade, &cutting(dialect)).map_err(|error| {
        let path = sources.first().map(|path| escape(path)).unwrap_or_default();
        Error::refused(
            format!("could not write {path} as a revision: {error}; nothing was written"),
            "correct the file so that each of its statements ends in a semicolon of its own",
        )
    })
}

/// Writes all of the files or none.
fn write_all(planned: &[Planned]) -> Result<Vec<ImportedRevision>, Error> {
    let mut written: Vec<ImportedRevision> = Vec::new();
    for file in planned {
        if let Err(error) = files::write_new_with_directories(&file.path, &file.text) {
            for earlier in &written {
                // What could not be written is the news.
                drop(files::remove(&earlier.path));
            }
            return Err(error);
        }
        written.push(ImportedRevision {
            revision: file.header.id.clone(),
            version: file.version.clone(),
            path: file.path.clone(),
            is_elsewhere: file.is_elsewhere,
        });
    }
    Ok(written)
}
