//! The revision files of a project: read, put into a graph, and replayed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ambix_dialect::{Canonical, Dialect, normalize};
use ambix_revision::{Graph, Node, Operation, Revision, RevisionId, lower, read_rust};
use ambix_schema::{Kind, Naming, Problem, Schema};
use rayon::prelude::*;

use crate::{Error, files};

/// All revisions of a project.
#[derive(Debug)]
pub struct RevisionSet {
    directory: PathBuf,
    by_id: BTreeMap<RevisionId, Revision>,
    graph: Graph,
}

impl RevisionSet {
    /// Reads every `.rs` file under the directories, in parallel; reading executes nothing. A directory
    /// that does not exist holds no revisions. Hidden files and those that begin with `_` are passed
    /// over, and so is `mod.rs`.
    ///
    /// # Errors
    /// [`Error::Source`] with every problem in the files, [`Error::Graph`] when they do not fit together.
    pub fn read(directories: &[PathBuf], root: &Path) -> Result<Self, Error> {
        let mut paths = Vec::new();
        for directory in directories {
            paths.extend(revision_files(directory)?);
        }
        // One location may lie inside another.
        paths.sort();
        paths.dedup();
        let directory = directories.first().map_or(root, PathBuf::as_path);
        let outcomes: Vec<Result<Result<Revision, Vec<Problem>>, Error>> = paths
            .par_iter()
            .map(|path| {
                let text = files::read(path)?;
                Ok(read_rust(path.strip_prefix(root).unwrap_or(path), &text))
            })
            .collect();
        let mut read = Vec::new();
        let mut problems = Vec::new();
        for outcome in outcomes {
            match outcome? {
                Ok(revision) => read.push(revision),
                Err(found) => problems.extend(found),
            }
        }
        if !problems.is_empty() {
            return Err(Error::Source { what: "the revisions", problems });
        }
        Self::of(directory, read)
    }

    fn of(directory: &Path, read: Vec<Revision>) -> Result<Self, Error> {
        let nodes = read
            .iter()
            .map(|revision| Node {
                id: revision.id.clone(),
                down: revision.down.clone(),
                depends_on: revision.depends_on.clone(),
                branch_labels: revision.branch_labels.clone(),
            })
            .collect();
        let graph = Graph::new(nodes).map_err(|errors| Error::Graph {
            directory: directory.to_owned(),
            errors: errors
                .into_iter()
                .map(|error| {
                    let named = error.ids();
                    let files = read.iter().filter(|revision| named.contains(&revision.id));
                    let files = files.map(|revision| revision.path.clone()).collect();
                    (error, files)
                })
                .collect(),
        })?;
        let by_id = read.into_iter().map(|revision| (revision.id.clone(), revision)).collect();
        Ok(Self { directory: directory.to_owned(), by_id, graph })
    }

    /// Where the files are.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The graph.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// A revision by its full id.
    pub fn get(&self, id: &RevisionId) -> Option<&Revision> {
        self.by_id.get(id)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// The one head, or none; several are an error for whoever needs one.
    ///
    /// # Errors
    /// [`Error::Refused`] naming the heads.
    pub fn only_head(&self) -> Result<Option<RevisionId>, Error> {
        let heads = self.graph.heads();
        match heads.as_slice() {
            [] => Ok(None),
            [head] => Ok(Some((*head).clone())),
            several => {
                let names: Vec<String> = several.iter().map(ToString::to_string).collect();
                Err(Error::refused(
                    format!("Multiple head revisions are present: {}", names.join(", ")),
                    "name the one to build on with --head, or join them with `ambix merge heads`",
                ))
            }
        }
    }

    /// The namespaces that the revisions lead to, whatever the configuration lists.
    ///
    /// # Errors
    /// [`Error::Replay`] for an operation that makes no sense where it stands.
    pub fn namespaces(&self, dialect: &dyn Dialect, naming: &Naming) -> Result<BTreeSet<String>, Error> {
        let mut all = BTreeSet::new();
        let mut schema = normalize(Schema::new(), dialect);
        for id in self.graph.topological() {
            if let Some(revision) = self.get(id) {
                let changes =
                    replay_operations(&mut schema, &revision.id, &revision.upgrade, dialect, naming)?;
                // One that a revision drops is still there for whoever has not run it.
                all.extend(changes.iter().filter_map(|change| {
                    let at = change.at()?;
                    let own = (at.kind == Kind::Namespace).then_some(&at.name);
                    Some(own.or(at.namespace.as_ref())?.as_str().to_owned())
                }));
            }
        }
        Ok(all)
    }

    /// The schema after the given revisions and all they build on. Open-world: what no revision
    /// created is unknown, and nothing is an error because of it.
    ///
    /// # Errors
    /// [`Error::Replay`] for an operation that makes no sense where it stands.
    pub fn replay(
        &self,
        at: &[RevisionId],
        dialect: &dyn Dialect,
        naming: &Naming,
    ) -> Result<Canonical, Error> {
        let mut schema = normalize(Schema::new(), dialect);
        let wanted = self.graph.closure(at);
        for id in self.graph.topological().into_iter().filter(|id| wanted.contains(*id)) {
            if let Some(revision) = self.get(id) {
                replay_operations(&mut schema, &revision.id, &revision.upgrade, dialect, naming)?;
            }
        }
        Ok(schema)
    }
}

/// The namespaces that a schema names.
pub(crate) fn namespaces(schema: &Canonical) -> BTreeSet<String> {
    let named = schema.schema().iter().map(|(at, _)| match at.kind {
        Kind::Namespace => Some(&at.name),
        Kind::Extension
        | Kind::Enum
        | Kind::Domain
        | Kind::Composite
        | Kind::Range
        | Kind::Sequence
        | Kind::Table
        | Kind::Column
        | Kind::PrimaryKey
        | Kind::Unique
        | Kind::Check
        | Kind::ForeignKey
        | Kind::Exclusion
        | Kind::Index
        | Kind::View => at.namespace.as_ref(),
    });
    named.flatten().map(|name| name.as_str().to_owned()).collect()
}

/// Folds operations over a schema; gives the changes in the dialect's spelling.
pub(crate) fn replay_operations(
    schema: &mut Canonical,
    revision: &RevisionId,
    operations: &[Operation],
    dialect: &dyn Dialect,
    naming: &Naming,
) -> Result<Vec<ambix_schema::Change>, Error> {
    let mut all = Vec::new();
    for operation in operations {
        let changes = lower(operation, schema.schema(), naming)
            .map_err(|kind| Error::Replay { revision: revision.clone(), kind })?;
        all.extend(schema.fold(&changes, dialect));
    }
    Ok(all)
}

fn revision_files(directory: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(current) = waiting.pop() {
        let failed = |kind| Error::File { doing: "read", path: current.clone(), kind };
        let entries = match std::fs::read_dir(&current) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && current == directory => break,
            Err(error) => return Err(failed(error)),
        };
        for entry in entries {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if name.starts_with('.') || name.starts_with('_') || name == "mod.rs" {
                continue;
            }
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
