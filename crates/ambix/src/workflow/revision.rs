//! Writing a revision file: by hand (empty bodies) or with operations somebody worked out.

use std::collections::BTreeMap;
use std::path::PathBuf;

use ambix_revision::{Draft, Noted, RevisionId, TargetError, raise, write_rust};
use ambix_schema::{Address, Change, Origin, Schema};
use jiff::Timestamp;

use super::compare::{Comparison, describe};
use crate::names::{Tokens, file_name, slug};
use crate::{Error, Project, RevisionSet, files};

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
    /// What it builds on; the only head when nothing is named.
    pub heads: Vec<String>,
    /// Time and chance.
    pub seed: Seed,
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
}

/// Writes an empty revision for a person to fill.
///
/// # Errors
/// Any [`Error`]; no file is written then.
pub fn revision(project: &Project, request: &Request) -> Result<Outcome, Error> {
    let revisions = project.revisions()?;
    let nothing = Schema::new();
    write(project, &revisions, request, &nothing, &[], &nothing, &[], None)
}

#[expect(clippy::too_many_arguments, reason = "two directions, each a schema and its changes")]
pub(crate) fn write(
    project: &Project,
    revisions: &RevisionSet,
    request: &Request,
    before: &Schema,
    upgrade: &[Change],
    after: &Schema,
    downgrade: &[Change],
    comparison: Option<Comparison>,
) -> Result<Outcome, Error> {
    let id = match &request.rev_id {
        Some(text) => RevisionId::parse(text).map_err(TargetError::from)?,
        None => RevisionId::random_from(request.seed.id),
    };
    if let Some(taken) = revisions.get(&id) {
        return Err(Error::refused(
            format!("revision {id} exists already, in {}", taken.path.display()),
            "choose another --rev-id, or leave it out",
        ));
    }
    let down = parents(revisions, &request.heads)?;
    let zoned = request.seed.now.in_tz(&project.config().timezone).map_err(|error| {
        Error::refused(
            format!("could not use timezone {:?}: {error}", project.config().timezone),
            "set timezone in ambix.toml to a name such as UTC or Europe/Paris",
        )
    })?;
    let config = project.config();
    let tokens = Tokens::new(id.as_str(), &slug(&request.message, config.truncate_slug_length), &zoned);
    let path = project.versions().join(file_name(&config.file_template, &tokens)).with_extension("rs");

    let none = BTreeMap::new();
    let origins = comparison.as_ref().map_or(&none, |comparison| &comparison.origins);
    let draft = Draft {
        id: id.clone(),
        down: down.clone(),
        branch_labels: Vec::new(),
        depends_on: Vec::new(),
        message: if request.message.is_empty() { "empty message".into() } else { request.message.clone() },
        create_date: zoned.strftime("%Y-%m-%d %H:%M:%S %Z").to_string(),
        header: Vec::new(),
        upgrade: noted(before, upgrade, origins),
        downgrade: noted(after, downgrade, &none),
    };
    let text = write_rust(&draft);
    if let Some(parent) = path.parent() {
        files::create_directory(parent)?;
    }
    files::write_new(&path, &text)?;
    Ok(Outcome::Written(Box::new(Written { path, id, down, comparison })))
}

/// What a new revision builds on.
fn parents(revisions: &RevisionSet, heads: &[String]) -> Result<Vec<RevisionId>, Error> {
    if heads.is_empty() {
        return Ok(revisions.only_head()?.into_iter().collect());
    }
    let mut parents = Vec::new();
    for text in heads {
        parents.extend(revisions.graph().resolve(text, &[])?);
    }
    Ok(revisions.graph().without_ancestors(&parents))
}

/// Writes an empty revision that joins several heads.
///
/// # Errors
/// Any [`Error`]; no file is written then. Fewer than two heads are nothing to join.
pub fn merge(project: &Project, request: &Request) -> Result<Outcome, Error> {
    let revisions = project.revisions()?;
    let joined = parents(&revisions, &request.heads)?;
    if joined.len() < 2 {
        let names: Vec<String> = joined.iter().map(ToString::to_string).collect();
        return Err(Error::refused(
            format!(
                "there is nothing to merge: {} leads to one revision ({})",
                request.heads.join(" "),
                names.join(", ")
            ),
            "name two revisions, or `heads` when there are several",
        ));
    }
    let nothing = Schema::new();
    write(project, &revisions, request, &nothing, &[], &nothing, &[], None)
}

/// Operations, each with the places in the models it comes from.
fn noted(before: &Schema, changes: &[Change], origins: &BTreeMap<Address, Origin>) -> Vec<Noted> {
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
fn comment(change: &Change, origins: &BTreeMap<Address, Origin>) -> Option<String> {
    let at = match change {
        Change::Rename { from, to } => from.renamed(to.clone()),
        Change::Create { at, .. } | Change::Drop { at, .. } | Change::Alter { at, .. } => at.clone(),
        Change::Opaque(_) => return None,
    };
    Some(format!("{}  {}", origins.get(&at)?, describe(change)))
}
