//! Writing a revision file: by hand (empty bodies) or with operations somebody worked out.

use std::path::PathBuf;

use ambix_dialect::Dialect;
use ambix_revision::{
    Draft, Noted, RevisionId, TargetError, raise, read_rust_header, read_sql_header, write_rust,
};
use ambix_schema::{AddressMap, Change, Origin, Schema, escape};
use jiff::{Timestamp, Zoned};

use super::compare::{Comparison, describe};
use super::hooks::{HookRan, run_hooks};
use super::placing::{dependencies, location, parents};
use super::sql_revision::{require_plannable, sql_text};
use crate::config::Format;
use crate::names::{Tokens, file_name, slug};
use crate::revisions::is_revision_file;
use crate::{Error, Outline, Project, files};

/// Time and chance, handed in so that nothing below depends on either.
#[derive(Clone, Copy, Debug)]
pub struct Seed {
    /// The create date.
    pub now: Timestamp,
    /// The bytes of the revision id.
    pub id: [u8; 6],
}

/// A revision to write.
#[derive(Clone, Debug)]
pub struct Request {
    /// The message; the first line of the file and part of its name.
    pub message: String,
    /// The id; made from the seed when there is none.
    pub rev_id: Option<String>,
    /// What it follows; the only head when nothing is named.
    pub heads: Vec<String>,
    /// Whether it may follow what other revisions follow already.
    pub splice: bool,
    /// Names for the branch that begins here.
    pub branch_labels: Vec<String>,
    /// What must be applied before it without being followed.
    pub depends_on: Vec<String>,
    /// The directory for the file: one of the version locations, or one below.
    pub version_path: Option<PathBuf>,
    /// Time and chance.
    pub seed: Seed,
}

/// What a new revision does: two directions, each a schema and its changes.
pub(crate) struct Content<'a> {
    /// The database it was worked out for; `None` for what is configured.
    pub(crate) dialect: Option<&'a dyn Dialect>,
    pub(crate) before: &'a Schema,
    pub(crate) upgrade: &'a [Change],
    pub(crate) after: &'a Schema,
    pub(crate) downgrade: &'a [Change],
    pub(crate) comparison: Option<Comparison>,
    /// What there is to say about it, at its head and to whoever asked for it.
    pub(crate) notes: Vec<String>,
}

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// A file was written.
    Written(Box<Written>),
    /// Nothing differs, and no file was asked for.
    NoChanges(Box<Comparison>),
}

/// A written revision.
#[derive(Debug)]
pub struct Written {
    /// The file.
    pub path: PathBuf,
    /// Its id.
    pub id: RevisionId,
    /// What it builds on.
    pub down: Vec<RevisionId>,
    /// What was compared, when it was generated.
    pub comparison: Option<Comparison>,
    /// What is said about it at its head.
    pub notes: Vec<String>,
    /// The hooks that ran on the file.
    pub hooks: Vec<HookRan>,
}

/// Writes an empty revision for a person to fill.
///
/// # Errors
/// Any [`Error`]; no file is written then.
pub fn revision(project: &Project, request: &Request) -> Result<Outcome, Error> {
    let outline = project.outline()?;
    let down = parents(&outline, &request.heads, request.splice)?;
    write_empty(project, &outline, request, down)
}

/// Writes an empty revision that joins several.
///
/// # Errors
/// Any [`Error`]; no file is written then. Fewer than two revisions are nothing to join.
pub fn merge(project: &Project, request: &Request) -> Result<Outcome, Error> {
    let outline = project.outline()?;
    let joined = parents(&outline, &request.heads, request.splice)?;
    if joined.len() < 2 {
        let names: Vec<String> = joined.iter().map(ToString::to_string).collect();
        let found = if names.is_empty() { "none".into() } else { names.join(", ") };
        return Err(Error::refused(
            format!("there is nothing to merge: {} leads to one revision ({found})", request.heads.join(" ")),
            "name two revisions, or `heads` when there are several",
        ));
    }
    write_empty(project, &outline, request, joined)
}

fn write_empty(
    project: &Project,
    outline: &Outline,
    request: &Request,
    down: Vec<RevisionId>,
) -> Result<Outcome, Error> {
    let nothing = Schema::new();
    let content = Content {
        dialect: None,
        before: &nothing,
        upgrade: &[],
        after: &nothing,
        downgrade: &[],
        comparison: None,
        notes: Vec::new(),
    };
    write(project, outline, request, down, content)
}

/// Writes the file once everything about it has been found to fit.
pub(crate) fn write(
    project: &Project,
    outline: &Outline,
    request: &Request,
    down: Vec<RevisionId>,
    mut content: Content<'_>,
) -> Result<Outcome, Error> {
    let config = project.config();
    if config.format == Format::Rust {
        let notes = require_plannable(&content)?;
        content.notes.extend(notes);
    }
    let comparison = content.comparison.as_ref();
    let id = match &request.rev_id {
        Some(text) => RevisionId::parse(text).map_err(TargetError::from)?,
        None => RevisionId::random_from(request.seed.id),
    };
    if let Some(taken) = outline.get(&id) {
        return Err(Error::refused(
            format!("revision {id} exists already, in {}", escape(&taken.path.display().to_string())),
            "choose another --rev-id, or leave it out",
        ));
    }
    let zoned = zoned(project, request.seed.now)?;
    let directory = location(project, outline, &down, request.version_path.as_deref())?;
    let tokens = Tokens::new(id.as_str(), &slug(&request.message, config.truncate_slug_length), &zoned);
    let name = file_name(&config.file_template, &tokens);
    let path = directory.join(match config.format {
        Format::Rust => format!("{name}.rs"),
        Format::Sql => format!("{name}.sql"),
    });

    let none = AddressMap::default();
    let origins = comparison.map_or(&none, |comparison| &comparison.origins);
    let draft = Draft {
        id: id.clone(),
        down: down.clone(),
        branch_labels: request.branch_labels.clone(),
        depends_on: dependencies(outline, &request.depends_on)?,
        message: if request.message.is_empty() { "empty message".into() } else { request.message.clone() },
        create_date: zoned.strftime("%Y-%m-%d %H:%M:%S %Z").to_string(),
        header: content.notes.clone(),
        upgrade: noted(content.before, content.upgrade, origins),
        downgrade: noted(content.after, content.downgrade, &none),
    };
    let text = match config.format {
        Format::Rust => write_rust(&draft),
        Format::Sql => sql_text(project, &draft, &content, origins)?,
    };
    let shown = path.strip_prefix(&config.root).unwrap_or(&path);
    let header = match config.format {
        Format::Rust => read_rust_header(shown, &text),
        Format::Sql => read_sql_header(shown, &text),
    };
    let header = header.map_err(|problems| Error::Source { what: "the new revision", problems })?;
    outline.require_place_for(header)?;
    if !is_revision_file(&path) {
        return Err(Error::refused(
            format!("a file called {} would not be read as a revision", escape(&shown.display().to_string())),
            "put {rev} at the beginning of file_template",
        ));
    }
    files::write_new_with_directories(&path, &text)?;
    let hooks = run_hooks(project, &path);
    Ok(Outcome::Written(Box::new(Written {
        path,
        id,
        down,
        comparison: content.comparison,
        notes: content.notes,
        hooks,
    })))
}

/// The create date, as the configuration wants it told.
fn zoned(project: &Project, now: Timestamp) -> Result<Zoned, Error> {
    let zone = &project.config().timezone;
    now.in_tz(zone).map_err(|error| {
        Error::refused(
            format!("Can't locate timezone: {}: {error}", escape(zone)),
            "set timezone in ambix.toml to a name such as UTC or Europe/Paris",
        )
    })
}

/// Operations, each with the places in the models it comes from.
fn noted(before: &Schema, changes: &[Change], origins: &AddressMap<Origin>) -> Vec<Noted> {
    raise(before, changes)
        .into_iter()
        .map(|raised| {
            let comments =
                raised.covers.iter().filter_map(|at| comment(changes.get(*at)?, origins)).take(1).collect();
            Noted { operation: raised.operation, comments }
        })
        .collect()
}

/// `src/models/user.rs:14  added column users.full_name`; nothing for what the models do not say.
pub(super) fn comment(change: &Change, origins: &AddressMap<Origin>) -> Option<String> {
    let at = match change {
        Change::Rename { from, to } => from.renamed(to.clone()),
        Change::Create { at, .. } | Change::Drop { at, .. } | Change::Alter { at, .. } => at.clone(),
        Change::Opaque(_) => return None,
    };
    Some(format!("{}  {}", origins.get(&at)?, describe(change)))
}
