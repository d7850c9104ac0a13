//! Squash: all revisions up to one become one, and databases that are there or further stay where they are.
//!
//! The one keeps the identifier of the last: a version table that names it needs no change, and neither does
//! any revision that follows. What it does is what all of them did, in their order, so nothing written by hand is
//! lost.

use std::path::PathBuf;

use ambix_revision::operations::Replaces;
use ambix_revision::{
    Draft, Graph, Header, Noted, Operation, Revision, RevisionId, checksum, read_rust, write_rust,
};

use super::applied::{Asked, ask};
use crate::{Error, Outline, Project, RevisionSet, files};

/// What to squash.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SquashRequest {
    /// The last revision to go into the one.
    pub target: String,
    /// Its message; that of the last one otherwise.
    pub message: Option<String>,
    /// Do not ask the database what it has applied.
    pub offline: bool,
}

/// What was squashed.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Squashed {
    /// The one revision.
    pub revision: RevisionId,
    /// The revisions it stands for beside itself, oldest first; their files are gone.
    pub replaced: Vec<RevisionId>,
    /// Its file.
    pub path: PathBuf,
    /// The database that was asked where it is.
    pub asked: Option<String>,
}

/// Writes one revision for all up to the target, and removes the files of the others.
///
/// # Errors
/// Any [`Error`]; before anything is written when other revisions follow or need one that would be gone, or when
/// the database is at one. A failure later than that leaves files that can be removed by hand.
pub async fn squash(project: &Project, request: &SquashRequest) -> Result<Squashed, Error> {
    let revisions = project.revisions()?;
    let graph = revisions.graph();
    let last = last(graph, &request.target)?;
    let replaced: Vec<RevisionId> = graph.ancestors(&last).into_iter().cloned().collect();
    if replaced.is_empty() {
        return Err(Error::refused(
            format!("there is nothing to squash: nothing comes before {last}"),
            "name a later revision; `ambix history` lists them",
        ));
    }
    refuse_loose_ends(graph, &last, &replaced)?;
    let asked = ask(project, &revisions.outline()?, request.offline).await?;
    let is_at_one = |asked: &Asked| asked.heads.iter().find(|head| replaced.contains(head)).cloned();
    if let Some((asked, at)) = asked.as_ref().and_then(|asked| Some((asked, is_at_one(asked)?))) {
        return Err(Error::refused(
            format!("{} is at {at}, which would be gone", asked.described),
            format!("run `ambix upgrade {last}` there first, as on every other database that is older"),
        ));
    }
    let root = &project.config().root;
    let mut parts = Vec::new();
    for id in replaced.iter().chain([&last]) {
        parts.extend(revisions.get(id));
    }
    let Some(kept) = revisions.get(&last) else {
        return Err(Error::refused(format!("revision {last} has no file"), "restore it"));
    };
    let text = write_rust(&draft(kept, &parts, request.message.as_deref()));
    let written = read_rust(&kept.path, &text)
        .map_err(|problems| Error::Source { what: "the squashed revision", problems })?;
    require_fit(&revisions, &replaced, &Header::from(&written))?;
    let path = root.join(&kept.path);
    // Were it to end here, the others would stand as a history of their own, with nothing lost.
    files::replace(&path, &text)?;
    for part in parts.iter().filter(|part| part.id != last) {
        files::remove(&root.join(&part.path))?;
    }
    Ok(Squashed { revision: last, replaced, path, asked: asked.map(|asked| asked.described) })
}

fn last(graph: &Graph, target: &str) -> Result<RevisionId, Error> {
    match graph.resolve(target, &[])?.as_slice() {
        [one] => Ok(one.clone()),
        [] | [_, _, ..] => Err(Error::refused(
            format!("'{}' does not name one revision", ambix_schema::escape(target)),
            "name the last revision to squash: its id, LABEL@head or, with one head, head",
        )),
    }
}

/// Nothing but the last may be followed, or depended on, from outside.
fn refuse_loose_ends(graph: &Graph, last: &RevisionId, replaced: &[RevisionId]) -> Result<(), Error> {
    let is_inside = |id: &RevisionId| id == last || replaced.contains(id);
    for id in replaced {
        let needed_by = graph.children(id).into_iter().chain(graph.dependants(id));
        if let Some(outside) = needed_by.into_iter().find(|other| !is_inside(other)) {
            return Err(Error::refused(
                format!("revision {outside} needs {id}, which would be gone"),
                format!(
                    "squash up to where the branches part or after they are merged, or move {outside} with \
                     `ambix rebase`"
                ),
            ));
        }
    }
    Ok(())
}

/// The one revision: the operations of all in their order, and back in the other.
fn draft(kept: &Revision, parts: &[&Revision], message: Option<&str>) -> Draft {
    let mut stands_for: Vec<Replaces> = Vec::new();
    let mut branch_labels: Vec<String> = Vec::new();
    for part in parts {
        let earlier = part.replaces().map(|(id, sum)| (id.to_owned(), sum.to_owned()));
        for (revision, checksum) in earlier.chain([(part.id.as_str().to_owned(), checksum(part))]) {
            stands_for.push(Replaces { revision, checksum });
        }
        let labels = part.branch_labels.iter().filter(|label| !branch_labels.contains(label)).cloned();
        branch_labels.extend(labels.collect::<Vec<_>>());
    }
    let replaces = stands_for.into_iter().map(|replaces| Noted::from(Operation::Replaces(replaces)));
    let is_work = |operation: &&Operation| !matches!(operation, Operation::Replaces(_));
    let upgrade = parts.iter().flat_map(|part| noted(part, part.upgrade.iter().filter(is_work)));
    let downgrade = parts.iter().rev().flat_map(|part| noted(part, part.downgrade.iter().filter(is_work)));
    let names: Vec<&str> =
        parts.iter().map(|part| part.id.as_str()).filter(|id| *id != kept.id.as_str()).collect();
    Draft {
        id: kept.id.clone(),
        down: Vec::new(),
        branch_labels,
        depends_on: Vec::new(),
        message: message.map_or_else(|| kept.message.clone(), str::to_owned),
        create_date: kept.create_date.clone().unwrap_or_default(),
        header: vec![format!("Replaces: {}", names.join(", "))],
        upgrade: replaces.chain(upgrade).collect(),
        downgrade: downgrade.collect(),
    }
}

/// Operations, the first with where they come from.
fn noted<'a>(part: &Revision, operations: impl Iterator<Item = &'a Operation>) -> Vec<Noted> {
    let mut noted: Vec<Noted> = operations.cloned().map(Noted::from).collect();
    if let Some(first) = noted.first_mut() {
        first.comments.push(format!("{}: {}", part.id.as_str(), part.message));
    }
    noted
}

fn require_fit(revisions: &RevisionSet, replaced: &[RevisionId], one: &Header) -> Result<(), Error> {
    let outline = revisions.outline()?;
    let others = outline.headers().filter(|header| header.id != one.id && !replaced.contains(&header.id));
    Outline::of(outline.directory(), others.cloned().chain([one.clone()]).collect()).map(drop)
}
