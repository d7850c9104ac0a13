//! Where a new revision goes: which revisions it follows and depends on, and which directory takes its file.

use std::path::{Component, Path, PathBuf};

use ambix_revision::{Graph, RevisionId, asks_where_the_database_is};
use ambix_schema::escape;

use crate::{Error, Outline, Project};

/// What a new revision follows: the only head when nothing is named. What other revisions follow already is
/// taken with `splice` alone.
pub(crate) fn parents(outline: &Outline, named: &[String], splice: bool) -> Result<Vec<RevisionId>, Error> {
    let graph = outline.graph();
    if named.is_empty() {
        return match graph.heads().as_slice() {
            [] => Ok(Vec::new()),
            [head] => Ok(vec![(*head).clone()]),
            several => Err(several_heads(several)),
        };
    }
    let mut parents: Vec<RevisionId> = Vec::new();
    for text in named {
        for id in resolve(graph, text)? {
            if !splice && !graph.children(&id).is_empty() {
                return Err(not_a_head(graph, text, &id));
            }
            if !parents.contains(&id) {
                parents.push(id);
            }
        }
    }
    for id in &parents {
        if let Some(above) = parents.iter().find(|above| follows(graph, above, id)) {
            return Err(Error::refused(
                format!("Requested revision {id} overlaps with other requested revisions {above}"),
                format!("leave {id} out: {above} follows it"),
            ));
        }
    }
    Ok(parents)
}

/// Whether a revision follows another one, and does not merely depend on it.
fn follows(graph: &Graph, above: &RevisionId, id: &RevisionId) -> bool {
    !graph.children(id).is_empty() && graph.is_ancestor(id, above)
}

fn several_heads(heads: &[&RevisionId]) -> Error {
    const SHOWN: usize = 10;
    let mut names: Vec<String> = heads.iter().take(SHOWN).map(ToString::to_string).collect();
    if heads.len() > SHOWN {
        names.push(format!("and {} more", heads.len() - SHOWN));
    }
    Error::refused(
        format!(
            "Multiple head revisions are present: {}; please specify the head revision on which the new revision \
             should be based, or perform a merge",
            names.join(", ")
        ),
        "name the one to build on with --head, or join them with `ambix merge heads`",
    )
}

fn not_a_head(graph: &Graph, text: &str, id: &RevisionId) -> Error {
    let is_label = graph.node(id).is_some_and(|node| node.branch_labels.iter().any(|label| label == text));
    let hint = if is_label {
        format!("'{0}' is where the branch begins; its head is {0}@head", escape(text))
    } else {
        let children: Vec<String> = graph.children(id).into_iter().map(ToString::to_string).collect();
        format!("it is followed by {}; --splice begins a branch beside that", children.join(", "))
    };
    Error::refused(
        format!(
            "Revision {id} is not a head revision; please specify --splice to create a new branch from this \
             revision"
        ),
        hint,
    )
}

/// What a new revision depends on: labels as they are, revisions by their full identifiers.
pub(crate) fn dependencies(outline: &Outline, named: &[String]) -> Result<Vec<String>, Error> {
    let graph = outline.graph();
    let mut dependencies: Vec<String> = Vec::new();
    for text in named {
        let found = resolve(graph, text)?;
        if found.is_empty() {
            return Err(Error::refused(
                format!("'{}' is no revision to depend on", escape(text)),
                "name a revision, a label or LABEL@head",
            ));
        }
        for id in found {
            let is_label =
                graph.node(&id).is_some_and(|node| node.branch_labels.iter().any(|label| label == text));
            let dependency = if is_label { text.clone() } else { id.as_str().to_owned() };
            if !dependencies.contains(&dependency) {
                dependencies.push(dependency);
            }
        }
    }
    Ok(dependencies)
}

fn resolve(graph: &Graph, text: &str) -> Result<Vec<RevisionId>, Error> {
    if asks_where_the_database_is(text) {
        return Err(Error::refused(
            format!("'{}' says where a database is, and a file must mean the same for all", escape(text)),
            "name a revision, head, heads, base or LABEL@head",
        ));
    }
    Ok(graph.resolve(text, &[])?)
}

/// The directory of a new file: the named one, else the location of what it follows, else the only location.
pub(crate) fn location(
    project: &Project,
    outline: &Outline,
    down: &[RevisionId],
    named: Option<&Path>,
) -> Result<PathBuf, Error> {
    let root = &project.config().root;
    let locations: Vec<PathBuf> = project.version_locations().iter().map(|path| cleaned(path)).collect();
    let listed = || {
        let shown = |path: &PathBuf| escape(&path.strip_prefix(root).unwrap_or(path).display().to_string());
        locations.iter().map(shown).collect::<Vec<_>>().join(", ")
    };
    if let Some(named) = named {
        let path = cleaned(&root.join(named));
        if locations.iter().any(|location| path.starts_with(location)) {
            return Ok(path);
        }
        return Err(Error::refused(
            format!(
                "Path {} is not represented in current version locations",
                escape(&named.display().to_string())
            ),
            format!("the version locations are {}; more can be added to version_locations", listed()),
        ));
    }
    if let [only] = locations.as_slice() {
        return Ok(only.clone());
    }
    let of_parent = down.iter().filter_map(|id| outline.get(id)).find_map(|header| {
        let path = cleaned(&root.join(&header.path));
        // Of locations that lie in one another, the innermost is meant.
        let inside = locations.iter().filter(|location| path.starts_with(location));
        inside.max_by_key(|location| location.components().count()).cloned()
    });
    of_parent.ok_or_else(|| {
        Error::refused(
            "Multiple version locations present, please specify --version-path",
            format!("the version locations are {}", listed()),
        )
    })
}

/// A path without `.` and with `..` resolved by its words.
fn cleaned(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(cleaned.components().next_back(), Some(Component::Normal(_))) =>
            {
                cleaned.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::ParentDir | Component::Normal(_) => {
                cleaned.push(component);
            }
        }
    }
    cleaned
}
