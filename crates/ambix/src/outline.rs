//! The revisions of a project without what they do: enough for lists, places in the graph and new files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ambix_revision::{Graph, GraphError, Header, Node, RevisionId};
#[cfg(feature = "project")]
use {
    ambix_revision::{read_rust_header, read_sql_header},
    ambix_schema::Problem,
    rayon::prelude::*,
};

use crate::Error;
#[cfg(feature = "project")]
use crate::{
    files,
    revisions::{is_sql, revision_files},
};

/// The headers of all revisions, in their graph.
#[derive(Debug)]
pub struct Outline {
    directory: PathBuf,
    by_id: BTreeMap<RevisionId, Header>,
    graph: Graph,
}

impl Outline {
    /// Reads the head of every revision file under the directories, in parallel. What is wrong further down
    /// in a file goes unnoticed.
    ///
    /// # Errors
    /// [`Error::Source`] with every problem in the heads, [`Error::Graph`] when they do not fit together.
    #[cfg(feature = "project")]
    pub fn read(directories: &[PathBuf], root: &Path) -> Result<Self, Error> {
        let paths = revision_files(directories)?;
        let outcomes: Vec<Result<Result<Header, Vec<Problem>>, Error>> = paths
            .par_iter()
            .map(|path| {
                let text = files::read(path)?;
                let shown = path.strip_prefix(root).unwrap_or(path);
                let read = if is_sql(path) { read_sql_header } else { read_rust_header };
                Ok(read(shown, &text))
            })
            .collect();
        let mut read = Vec::with_capacity(outcomes.len());
        let mut problems = Vec::new();
        for outcome in outcomes {
            match outcome? {
                Ok(header) => read.push(header),
                Err(found) => problems.extend(found),
            }
        }
        if !problems.is_empty() {
            return Err(Error::Source { what: "the revisions", problems });
        }
        Self::of(directories.first().map_or(root, PathBuf::as_path), read)
    }

    pub(crate) fn of(directory: &Path, read: Vec<Header>) -> Result<Self, Error> {
        let nodes: Vec<Node> = read.iter().map(Header::node).collect();
        let graph = Graph::new(nodes).map_err(|errors| unfit(directory, errors, &read))?;
        let by_id = read.into_iter().map(|header| (header.id.clone(), header)).collect();
        Ok(Self { directory: directory.to_owned(), by_id, graph })
    }

    /// Whether a revision could join these.
    ///
    /// # Errors
    /// [`Error::Graph`] naming what it does not fit to: an identifier or label that is taken, a parent that is
    /// not there, a circle.
    pub(crate) fn require_place_for(&self, header: Header) -> Result<(), Error> {
        let read = self.by_id.values().cloned().chain([header]).collect();
        Self::of(&self.directory, read).map(drop)
    }

    pub(crate) fn into_graph(self) -> Graph {
        self.graph
    }

    /// Where the files are; the first place when there are several.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The graph.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// A revision by its full id.
    pub fn get(&self, id: &RevisionId) -> Option<&Header> {
        self.by_id.get(id)
    }

    /// All of them, by identifier.
    pub fn headers(&self) -> impl Iterator<Item = &Header> {
        self.by_id.values()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }
}

/// Revisions that do not fit together, with the files they are in.
fn unfit(directory: &Path, errors: Vec<GraphError>, read: &[Header]) -> Error {
    let named = |error: GraphError| {
        let files = error.nodes.iter().filter_map(|at| read.get(*at)).map(|header| header.path.clone());
        let files = files.filter(|path| !path.as_os_str().is_empty()).collect();
        (error, files)
    };
    Error::Graph { directory: directory.to_owned(), errors: errors.into_iter().map(named).collect() }
}
