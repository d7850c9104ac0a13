//! The revision graph: which revision follows which, what depends on what, and in which order all of
//! it can be applied.
//!
//! A [`Graph`] that exists is sound: every name resolves, there is no cycle, and its order depends on
//! the identifiers alone. Nothing here recurses, so the length of a history is no limit.

mod build;
mod error;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

pub(crate) use error::enumerated;
pub use error::{GraphError, GraphErrorKind};

use crate::RevisionId;
use crate::target::TargetError;

/// Shortest text that is looked up as the beginning of an identifier.
pub(crate) const SHORTEST_PREFIX: usize = 3;

/// What the graph needs to know of one revision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Node {
    /// The revision.
    pub id: RevisionId,
    /// The revisions it follows: none for a base, several for a merge.
    pub down: Vec<RevisionId>,
    /// Revisions that must be applied before it without being its parents: identifiers or labels.
    pub depends_on: Vec<String>,
    /// Names for the branch that begins here.
    pub branch_labels: Vec<String>,
}

impl Node {
    /// A revision that follows `down`, without dependencies and labels.
    pub fn new(id: RevisionId, down: Vec<RevisionId>) -> Self {
        Self { id, down, depends_on: Vec::new(), branch_labels: Vec::new() }
    }
}

/// All revisions of a project.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    nodes: Vec<Node>,
    index: BTreeMap<RevisionId, usize>,
    labels: BTreeMap<String, usize>,
    parents: Vec<Vec<usize>>,
    children: Vec<Vec<usize>>,
    dependencies: Vec<Vec<usize>>,
    dependants: Vec<Vec<usize>>,
    order: Vec<usize>,
    shown_labels: Vec<Arc<BTreeSet<String>>>,
}

/// Which edges a walk follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Edges {
    /// From revisions to the ones they follow.
    Parents,
    /// Parents and dependencies: everything that must be applied first.
    All,
}

impl Graph {
    /// Builds the graph. The order of `nodes` does not matter, except that errors tell positions in it.
    ///
    /// # Errors
    /// Every fault there is: duplicate identifiers and labels, unknown parents and dependencies, cycles.
    pub fn new(nodes: Vec<Node>) -> Result<Self, Vec<GraphError>> {
        build::build(nodes)
    }

    /// How many revisions there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no revision.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// One revision.
    pub fn node(&self, id: &RevisionId) -> Option<&Node> {
        self.position(id).map(|at| &self.nodes[at])
    }

    /// Whether a revision has exactly this identifier.
    pub fn contains(&self, id: &str) -> bool {
        self.index.contains_key(id)
    }

    /// The rows of a version table as revisions of this graph.
    ///
    /// # Errors
    /// [`TargetError::UnknownCurrent`] when one of them is not in the graph.
    pub fn known(&self, rows: &[String]) -> Result<Vec<RevisionId>, TargetError> {
        let ids: Vec<RevisionId> = rows.iter().map(|row| RevisionId::from_stored(row)).collect();
        self.current_positions(&ids)?;
        Ok(ids)
    }

    /// Where the revision stood in the argument of [`Graph::new`].
    pub fn position(&self, id: &RevisionId) -> Option<usize> {
        self.index.get(id).copied()
    }

    /// The revisions that none follows, by identifier.
    pub fn heads(&self) -> Vec<&RevisionId> {
        self.index.iter().filter(|(_, at)| self.children[**at].is_empty()).map(|(id, _)| id).collect()
    }

    /// What the version table holds once everything is applied: the heads that no other revision depends
    /// on. A head that is missing here is an *effective* head: another one implies it.
    pub fn final_heads(&self) -> Vec<&RevisionId> {
        let is_final = |at: usize| self.children[at].is_empty() && self.dependants[at].is_empty();
        self.index.iter().filter(|(_, at)| is_final(**at)).map(|(id, _)| id).collect()
    }

    /// The revisions that follow none, by identifier.
    pub fn bases(&self) -> Vec<&RevisionId> {
        self.index.iter().filter(|(_, at)| self.parents[**at].is_empty()).map(|(id, _)| id).collect()
    }

    /// The revisions that several follow, by identifier.
    pub fn branch_points(&self) -> Vec<&RevisionId> {
        self.index.iter().filter(|(_, at)| self.children[**at].len() > 1).map(|(id, _)| id).collect()
    }

    /// The revisions that follow several, by identifier.
    pub fn merge_points(&self) -> Vec<&RevisionId> {
        self.index.iter().filter(|(_, at)| self.parents[**at].len() > 1).map(|(id, _)| id).collect()
    }

    /// The revisions this one follows, as its author ordered them; empty for a base or an unknown one.
    pub fn parents(&self, id: &RevisionId) -> Vec<&RevisionId> {
        self.neighbours(id, &self.parents)
    }

    /// The revisions that follow this one, by identifier.
    pub fn children(&self, id: &RevisionId) -> Vec<&RevisionId> {
        self.neighbours(id, &self.children)
    }

    /// The revisions this one depends on without following them, as its author ordered them.
    pub fn dependencies(&self, id: &RevisionId) -> Vec<&RevisionId> {
        self.neighbours(id, &self.dependencies)
    }

    /// The revisions that depend on this one without following it, by identifier.
    pub fn dependants(&self, id: &RevisionId) -> Vec<&RevisionId> {
        self.neighbours(id, &self.dependants)
    }

    /// The labels a revision is shown with: its own, those of the revisions it descends from, and those of
    /// a branch that begins with it.
    pub fn labels(&self, id: &RevisionId) -> impl Iterator<Item = &str> {
        self.position(id).into_iter().flat_map(|at| self.shown_labels[at].iter().map(String::as_str))
    }

    /// Every revision in an order in which they can be applied, oldest first and branch by branch.
    pub fn topological(&self) -> Vec<&RevisionId> {
        self.ids(self.order.iter().copied())
    }

    /// Everything that must be applied before this revision, oldest first; without itself.
    pub fn ancestors(&self, id: &RevisionId) -> Vec<&RevisionId> {
        let Some(at) = self.position(id) else { return Vec::new() };
        let marks = self.downwards([at], Edges::All);
        self.ids(self.in_order(&marks).filter(|other| *other != at))
    }

    /// Everything that must be undone before this revision can be, oldest first; without itself.
    pub fn descendants(&self, id: &RevisionId) -> Vec<&RevisionId> {
        let Some(at) = self.position(id) else { return Vec::new() };
        let marks = self.upwards([at], Edges::All);
        self.ids(self.in_order(&marks).filter(|other| *other != at))
    }

    /// Whether `id` must be applied before `of`. No revision is its own ancestor.
    pub fn is_ancestor(&self, id: &RevisionId, of: &RevisionId) -> bool {
        let (Some(at), Some(of)) = (self.position(id), self.position(of)) else { return false };
        at != of && self.downwards([of], Edges::All)[at]
    }

    /// Some revisions and everything that must be applied before them. Those that are not in the graph are
    /// left out.
    pub fn closure(&self, of: &[RevisionId]) -> BTreeSet<RevisionId> {
        let marks = self.downwards(of.iter().filter_map(|id| self.position(id)), Edges::All);
        self.in_order(&marks).map(|at| self.id(at).clone()).collect()
    }

    /// Some revisions without those that another one of them implies, by identifier: what a version table
    /// holds for them.
    pub fn without_ancestors(&self, of: &[RevisionId]) -> Vec<RevisionId> {
        let mut positions: BTreeSet<usize> = of.iter().filter_map(|id| self.position(id)).collect();
        self.retain_topmost(&mut positions);
        let mut ids: Vec<RevisionId> = positions.into_iter().map(|at| self.id(at).clone()).collect();
        ids.sort();
        ids
    }

    pub(crate) fn retain_topmost(&self, positions: &mut BTreeSet<usize>) {
        let required = positions.iter().flat_map(|at| self.required_positions(*at));
        let implied = self.downwards(required, Edges::All);
        positions.retain(|at| !implied[*at]);
    }

    /// What is applied in a database whose version table holds `heads`, oldest first.
    ///
    /// # Errors
    /// [`TargetError::UnknownCurrent`] when one of them is not in the graph.
    pub fn applied(&self, heads: &[RevisionId]) -> Result<Vec<&RevisionId>, TargetError> {
        let marks = self.applied_marks(heads)?;
        Ok(self.ids(self.in_order(&marks)))
    }

    /// What is left to apply in a database whose version table holds `heads`, in order.
    ///
    /// # Errors
    /// [`TargetError::UnknownCurrent`] when one of them is not in the graph.
    pub fn pending(&self, heads: &[RevisionId]) -> Result<Vec<&RevisionId>, TargetError> {
        let marks = self.applied_marks(heads)?;
        Ok(self.ids(self.order.iter().copied().filter(|at| !marks[*at])))
    }

    /// Finds a revision by its identifier, by a label that begins with it, or by a unique beginning of its
    /// identifier of at least three characters.
    ///
    /// # Errors
    /// [`TargetError::UnknownRevision`] and [`TargetError::AmbiguousPrefix`].
    pub fn find(&self, text: &str) -> Result<RevisionId, TargetError> {
        self.find_position(text).map(|at| self.id(at).clone())
    }

    pub(crate) fn find_position(&self, text: &str) -> Result<usize, TargetError> {
        if let Some(at) = self.index.get(text).or_else(|| self.labels.get(text)) {
            return Ok(*at);
        }
        let found = self.starting_with(text);
        match found.as_slice() {
            [one] if text.chars().count() >= SHORTEST_PREFIX => Ok(self.index[one]),
            [_, _, ..] if text.chars().count() >= SHORTEST_PREFIX => {
                Err(TargetError::AmbiguousPrefix { text: text.to_owned(), candidates: found })
            }
            [] | [_, ..] => Err(TargetError::UnknownRevision { text: text.to_owned(), candidates: found }),
        }
    }

    /// The identifiers that begin with `text`; none for the empty text.
    fn starting_with(&self, text: &str) -> Vec<RevisionId> {
        if text.is_empty() {
            return Vec::new();
        }
        self.index
            .range::<str, _>((Bound::Included(text), Bound::Unbounded))
            .map(|(id, _)| id)
            .take_while(|id| id.as_str().starts_with(text))
            .cloned()
            .collect()
    }

    pub(crate) fn id(&self, at: usize) -> &RevisionId {
        &self.nodes[at].id
    }

    pub(crate) fn ids(&self, positions: impl IntoIterator<Item = usize>) -> Vec<&RevisionId> {
        positions.into_iter().map(|at| self.id(at)).collect()
    }

    pub(crate) fn label_positions(&self) -> impl Iterator<Item = (&str, usize)> {
        self.labels.iter().map(|(label, at)| (label.as_str(), *at))
    }

    pub(crate) fn parent_positions(&self, at: usize) -> &[usize] {
        &self.parents[at]
    }

    pub(crate) fn child_positions(&self, at: usize) -> &[usize] {
        &self.children[at]
    }

    /// Parents first, then dependencies.
    pub(crate) fn required_positions(&self, at: usize) -> impl Iterator<Item = usize> {
        self.parents[at].iter().chain(&self.dependencies[at]).copied()
    }

    /// Whatever follows or depends on it.
    pub(crate) fn requiring_positions(&self, at: usize) -> impl Iterator<Item = usize> {
        self.children[at].iter().chain(&self.dependants[at]).copied()
    }

    /// The positions that are marked, oldest first.
    pub(crate) fn in_order<'g>(&'g self, marks: &'g [bool]) -> impl DoubleEndedIterator<Item = usize> + 'g {
        self.order.iter().copied().filter(|at| marks[*at])
    }

    /// Marks `from` and everything below.
    pub(crate) fn downwards(&self, from: impl IntoIterator<Item = usize>, edges: Edges) -> Vec<bool> {
        walk(self.len(), from, |at| {
            let dependencies = match edges {
                Edges::Parents => &[],
                Edges::All => self.dependencies[at].as_slice(),
            };
            self.parents[at].iter().chain(dependencies)
        })
    }

    /// Marks `from` and everything above.
    pub(crate) fn upwards(&self, from: impl IntoIterator<Item = usize>, edges: Edges) -> Vec<bool> {
        walk(self.len(), from, |at| {
            let dependants = match edges {
                Edges::Parents => &[],
                Edges::All => self.dependants[at].as_slice(),
            };
            self.children[at].iter().chain(dependants)
        })
    }

    /// Marks what is applied when the version table holds `heads`.
    pub(crate) fn applied_marks(&self, heads: &[RevisionId]) -> Result<Vec<bool>, TargetError> {
        Ok(self.downwards(self.current_positions(heads)?, Edges::All))
    }

    /// Looks up what a version table holds.
    pub(crate) fn current_positions(&self, heads: &[RevisionId]) -> Result<BTreeSet<usize>, TargetError> {
        let unknown = |id: &RevisionId| TargetError::UnknownCurrent { id: id.clone(), known: self.len() };
        heads.iter().map(|id| self.position(id).ok_or_else(|| unknown(id))).collect()
    }

    fn neighbours(&self, id: &RevisionId, edges: &[Vec<usize>]) -> Vec<&RevisionId> {
        self.position(id).map_or_else(Vec::new, |at| self.ids(edges[at].iter().copied()))
    }
}

/// Marks everything that can be reached, the beginnings included.
fn walk<'g, I: IntoIterator<Item = &'g usize>>(
    len: usize,
    from: impl IntoIterator<Item = usize>,
    next: impl Fn(usize) -> I,
) -> Vec<bool> {
    let mut marks = vec![false; len];
    let mut waiting: Vec<usize> = from.into_iter().collect();
    while let Some(at) = waiting.pop() {
        if !std::mem::replace(&mut marks[at], true) {
            waiting.extend(next(at).into_iter().filter(|other| !marks[**other]));
        }
    }
    marks
}
