//! Rebase: a branch is made to follow another head, instead of a merge of the two.

use std::collections::BTreeSet;
use std::path::PathBuf;

use ambix_revision::{Graph, Header, RevisionId, relink_rust};

use super::applied::ask;
use crate::{Error, Outline, Project, files};

/// A branch to move.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RebaseRequest {
    /// The head of the branch.
    pub branch: String,
    /// The head it is to follow; the only other one when nothing is named.
    pub onto: Option<String>,
    /// Do not ask the database what it has applied.
    pub offline: bool,
}

/// What was relinked.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Rebased {
    /// The lowest revision of the branch, whose file was changed.
    pub revision: RevisionId,
    /// What it followed.
    pub before: Vec<RevisionId>,
    /// What it follows now.
    pub onto: RevisionId,
    /// The revisions that move with it, itself included, oldest first.
    pub moved: Vec<RevisionId>,
    /// Its file.
    pub path: PathBuf,
    /// The database that was asked whether it has applied it.
    pub asked: Option<String>,
}

/// Relinks the lowest revision of a branch, so that the whole branch follows another head.
///
/// # Errors
/// Any [`Error`]; the file is then as it was. [`Error::Refused`] when the branch is no line of its own, or the
/// database has applied some of it.
pub async fn rebase(project: &Project, request: &RebaseRequest) -> Result<Rebased, Error> {
    let outline = project.outline()?;
    let graph = outline.graph();
    let branch = head(graph, &request.branch)?;
    let onto = match &request.onto {
        Some(text) => head(graph, text)?,
        None => only_other_head(graph, &branch)?,
    };
    let moved = own_line(graph, &branch, &onto)?;
    let root = moved[0].clone();
    let asked = ask(project, &outline, request.offline).await?;
    if let Some(asked) = &asked {
        let applied = graph.closure(&asked.heads);
        if moved.iter().any(|id| applied.contains(id)) {
            return Err(Error::refused(
                format!(
                    "revision {root} is applied in {}: relinked, it would come after {onto} there, which is not",
                    asked.described
                ),
                format!("join the two with `ambix merge {branch} {onto}`, or downgrade below {root} first"),
            ));
        }
    }
    let Some(header) = outline.get(&root) else {
        return Err(Error::refused(format!("revision {root} has no file"), "restore it"));
    };
    let path = project.config().root.join(&header.path);
    let before = header.down.clone();
    let text = relink_rust(&header.path, &files::read(&path)?, std::slice::from_ref(&onto))
        .map_err(|problems| Error::Source { what: "the revision to relink", problems })?;
    let mut relinked = header.clone();
    relinked.down = vec![onto.clone()];
    outline.require_place_for_another(&relinked)?;
    files::replace(&path, &text)?;
    Ok(Rebased { revision: root, before, onto, moved, path, asked: asked.map(|asked| asked.described) })
}

/// The one head that a text names.
fn head(graph: &Graph, text: &str) -> Result<RevisionId, Error> {
    let found = graph.resolve(text, &[])?;
    match found.as_slice() {
        [one] if graph.children(one).is_empty() => Ok(one.clone()),
        [one] => Err(Error::refused(
            format!("Revision {one} is not a head revision"),
            "name the head of the branch: its id, or LABEL@head",
        )),
        [] | [_, _, ..] => Err(Error::refused(
            format!("'{}' does not name one head", ambix_schema::escape(text)),
            "`ambix heads` lists them",
        )),
    }
}

fn only_other_head(graph: &Graph, branch: &RevisionId) -> Result<RevisionId, Error> {
    let others: Vec<&RevisionId> = graph.heads().into_iter().filter(|head| *head != branch).collect();
    match others.as_slice() {
        [one] => Ok((*one).clone()),
        [] => Err(Error::refused(
            format!("{branch} is the only head: there is no other one to follow"),
            "a rebase joins two heads; `ambix heads` lists them",
        )),
        _several => Err(Error::refused(
            format!("there are {} other heads that {branch} could follow", others.len()),
            "name one with --onto; `ambix heads` lists them",
        )),
    }
}

/// What a branch has for itself, oldest first: one line of revisions above what the other head follows too.
fn own_line(graph: &Graph, branch: &RevisionId, onto: &RevisionId) -> Result<Vec<RevisionId>, Error> {
    let shared = graph.closure(std::slice::from_ref(onto));
    if branch == onto || shared.contains(branch) || graph.is_ancestor(onto, branch) {
        return Err(Error::refused(
            format!("{branch} and {onto} are on one line already"),
            "there is nothing to relink",
        ));
    }
    let mut own = BTreeSet::new();
    let mut waiting = vec![branch];
    while let Some(id) = waiting.pop() {
        if !shared.contains(id) && own.insert(id) {
            waiting.extend(graph.parents(id));
        }
    }
    let is_entry = |id: &&RevisionId| {
        let parents = graph.parents(id);
        parents.is_empty() || parents.iter().any(|parent| !own.contains(parent))
    };
    let entries: Vec<&RevisionId> = own.iter().copied().filter(is_entry).collect();
    match entries.as_slice() {
        [root] if graph.parents(root).len() < 2 => {
            let in_order = graph.topological().into_iter().filter(|id| own.contains(id));
            Ok(in_order.cloned().collect())
        }
        _several => Err(Error::refused(
            format!(
                "the branch of {branch} is no single line: it joins others at {}",
                entries.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
            ),
            format!("join the heads with `ambix merge {branch} {onto}`"),
        )),
    }
}

impl Outline {
    /// Whether a revision that is here could be another one.
    fn require_place_for_another(&self, header: &Header) -> Result<(), Error> {
        let others = self.headers().filter(|other| other.id != header.id).cloned();
        Self::of(self.directory(), others.chain([header.clone()]).collect()).map(drop)
    }
}
