//! Targets: the words people use for places in the graph (`head`, `+1`, `abc123-2`, `label@head`, `a:b`),
//! and what they stand for.

mod error;
mod parse;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

pub use error::TargetError;
pub use parse::{Anchor, Target, split_range};

use crate::graph::Edges;
use crate::{Graph, RevisionId};

/// What a target is read against.
pub(crate) struct Ctx<'a> {
    pub(crate) graph: &'a Graph,
    /// What the version table holds.
    pub(crate) current: BTreeSet<usize>,
    /// What is applied.
    pub(crate) applied: Vec<bool>,
    /// The target as it was written.
    pub(crate) text: &'a str,
    pub(crate) target: Target,
    /// The revisions of the branch the target is narrowed to.
    pub(crate) lineage: Option<Vec<bool>>,
}

/// How many revisions away from where.
#[derive(Clone, Copy)]
pub(crate) struct Steps {
    pub(crate) count: i64,
    /// Whether a walk that meets the end of the history stops there instead of failing.
    pub(crate) stops_at_the_end: bool,
}

impl Graph {
    /// The revisions a target stands for in a database whose version table holds `current`: none for the
    /// base, several for `heads`, and for `current` when there are several.
    ///
    /// # Errors
    /// [`TargetError`] when it stands for nothing, or for one of several things.
    pub fn resolve(&self, text: &str, current: &[RevisionId]) -> Result<Vec<RevisionId>, TargetError> {
        let ctx = ctx(self, text, current)?;
        Ok(sorted(self, destinations(&ctx)?))
    }

    /// The revisions of a range `start:end`, `start:` or `:end`, both ends included, oldest first. A start `-N` counts from the end, an
    /// end `+N` from the start; where both are relative, from `current`.
    ///
    /// # Errors
    /// [`TargetError`] when the text is no range, an end is not found, or the start does not lead to the end.
    pub fn range(&self, text: &str, current: &[RevisionId]) -> Result<Vec<RevisionId>, TargetError> {
        let Some((start, end)) = split_range(text)? else {
            return Err(TargetError::NotARange { text: text.to_owned() });
        };
        let start = if start.is_empty() { "base" } else { start };
        let end = if end.is_empty() { "heads" } else { end };
        let (counts_from_end, counts_from_start) =
            (Target::parse(start)?.is_relative(), Target::parse(end)?.is_relative());
        let (from, to) = if counts_from_end && !counts_from_start {
            let to = self.resolve(end, current)?;
            (range_end(self, start, &to, current)?, to)
        } else if counts_from_start && !counts_from_end {
            let from = self.resolve(start, current)?;
            let to = range_end(self, end, &from, current)?;
            (from, to)
        } else {
            (range_end(self, start, current, current)?, range_end(self, end, current, current)?)
        };
        between(self, &from, &to)
    }
}

/// Whether a target or a range means something else in another database: it counts from where the database is.
pub fn asks_where_the_database_is(text: &str) -> bool {
    let is_current = |text: &str| {
        Target::parse(text).is_ok_and(|target| matches!(target.anchor, Anchor::Here | Anchor::Current))
    };
    match text.split_once(':') {
        None => is_current(text),
        // An end that counts from the other one needs that one alone.
        Some((start, end)) => {
            let counts = |text: &str| Target::parse(text).is_ok_and(|target| target.is_relative());
            match (counts(start), counts(end)) {
                (true, true) => true,
                (true, false) => is_current(end),
                (false, true) => is_current(start),
                (false, false) => is_current(start) || is_current(end),
            }
        }
    }
}

pub(crate) fn ctx<'a>(
    graph: &'a Graph,
    text: &'a str,
    current: &[RevisionId],
) -> Result<Ctx<'a>, TargetError> {
    let target = Target::parse(text)?;
    let current = graph.current_positions(current)?;
    let applied = graph.downwards(current.iter().copied(), Edges::All);
    let lineage = target.branch.as_deref().map(|branch| lineage(graph, branch)).transpose()?;
    Ok(Ctx { graph, current, applied, text, target, lineage })
}

/// The revisions that share a line with a branch: what its revision descends from, and what descends
/// from it. The branch is a label, or any revision on it.
fn lineage(graph: &Graph, branch: &str) -> Result<Vec<bool>, TargetError> {
    let at = graph.find_position(branch).map_err(|error| {
        if let TargetError::UnknownRevision { text, .. } = error {
            let labels = graph.label_positions().map(|(label, _)| label.to_owned()).collect();
            return TargetError::UnknownBranch { text, labels };
        }
        error
    })?;
    let mut marks = graph.downwards([at], Edges::Parents);
    for (mark, above) in marks.iter_mut().zip(graph.upwards([at], Edges::Parents)) {
        *mark |= above;
    }
    Ok(marks)
}

impl Ctx<'_> {
    pub(crate) fn is_in_lineage(&self, at: usize) -> bool {
        self.lineage.as_ref().is_none_or(|marks| marks[at])
    }

    /// The heads of the branch, by identifier.
    pub(crate) fn heads(&self) -> Vec<usize> {
        let heads = self.graph.heads();
        let positions = heads.into_iter().filter_map(|id| self.graph.position(id));
        positions.filter(|at| self.is_in_lineage(*at)).collect()
    }

    /// Where relative targets start: what is current; on a branch, the newest that is applied of it.
    pub(crate) fn tips(&self) -> Vec<usize> {
        if self.lineage.is_none() {
            return self.current.iter().copied().collect();
        }
        let is_active = |at: usize| self.applied[at] && self.is_in_lineage(at);
        let is_tip = |at: &usize| {
            is_active(*at) && !self.graph.child_positions(*at).iter().any(|child| is_active(*child))
        };
        (0..self.graph.len()).filter(is_tip).collect()
    }

    /// The one place to start from; `None` is the base.
    pub(crate) fn one_tip(&self) -> Result<Option<usize>, TargetError> {
        match self.tips().as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(*one)),
            several => Err(self.several_current(several)),
        }
    }

    fn several_current(&self, tips: &[usize]) -> TargetError {
        let mut forms: Vec<String> = tips.iter().map(|at| self.exact_form(*at, tips)).collect();
        forms.sort();
        TargetError::SeveralCurrent { relative: self.text.to_owned(), steps: self.target.steps, forms }
    }

    /// The same steps, narrowed to one tip: by a label only it carries, otherwise by its identifier.
    fn exact_form(&self, tip: usize, tips: &[usize]) -> String {
        let id = self.graph.id(tip);
        let is_carried =
            |at: usize, label: &str| self.graph.labels(self.graph.id(at)).any(|other| other == label);
        let is_its_own = |label: &&str| !tips.iter().any(|other| *other != tip && is_carried(*other, label));
        let branch = self.graph.labels(id).find(is_its_own).unwrap_or(id.as_str());
        format!("{branch}@{:+}", self.target.steps)
    }

    /// Goes so many revisions up or down. The base is `None`.
    pub(crate) fn walk(&self, start: Option<usize>, steps: Steps) -> Result<Option<usize>, TargetError> {
        let mut at = start;
        for taken in 0..steps.count.unsigned_abs() {
            let next = if steps.count < 0 { self.below(at) } else { self.above(at) };
            at = match next.as_slice() {
                [] => match (steps.count < 0, at) {
                    (true, Some(_)) => None,
                    (_, _) if steps.stops_at_the_end => return Ok(at),
                    (_, _) => return Err(self.too_far(steps.count, taken)),
                },
                [one] => Some(*one),
                several => {
                    let candidates = owned(self.graph, several.iter().copied());
                    let at = at.map(|at| self.graph.id(at).clone());
                    return Err(TargetError::AmbiguousWalk { text: self.text.to_owned(), at, candidates });
                }
            };
        }
        Ok(at)
    }

    pub(crate) fn too_far(&self, steps: i64, possible: u64) -> TargetError {
        TargetError::TooFar { text: self.text.to_owned(), steps, possible }
    }

    fn below(&self, at: Option<usize>) -> Vec<usize> {
        let parents = at.map_or(&[][..], |at| self.graph.parent_positions(at));
        parents.iter().copied().filter(|at| self.is_in_lineage(*at)).collect()
    }

    fn above(&self, at: Option<usize>) -> Vec<usize> {
        let above = match at {
            Some(at) => self.graph.child_positions(at).to_vec(),
            None => self.graph.bases().into_iter().filter_map(|id| self.graph.position(id)).collect(),
        };
        above.into_iter().filter(|at| self.is_in_lineage(*at)).collect()
    }

    /// Where the target starts from before any steps; empty for the base.
    pub(crate) fn anchors(&self) -> Result<Vec<usize>, TargetError> {
        let current = self.current.iter().copied().filter(|at| self.is_in_lineage(*at));
        match &self.target.anchor {
            Anchor::Here => Ok(self.one_tip()?.into_iter().collect()),
            Anchor::Base => Ok(Vec::new()),
            Anchor::Current => Ok(current.collect()),
            Anchor::Heads => Ok(self.heads()),
            Anchor::Head => match self.heads() {
                heads if heads.len() > 1 => Err(self.multiple_heads(heads)),
                heads => Ok(heads),
            },
            Anchor::Revision(text) => {
                let at = self.graph.find_position(text)?;
                if self.is_in_lineage(at) {
                    return Ok(vec![at]);
                }
                let branch = self.target.branch.clone().unwrap_or_default();
                Err(TargetError::NotInBranch { revision: self.graph.id(at).clone(), branch })
            }
        }
    }

    /// The one anchor that steps are counted from; `None` is the base.
    pub(crate) fn one_anchor(&self) -> Result<Option<usize>, TargetError> {
        let anchors = self.anchors()?;
        match (anchors.as_slice(), &self.target.anchor) {
            ([], _) => Ok(None),
            ([one], _) => Ok(Some(*one)),
            (several, Anchor::Current) => Err(self.several_current(several)),
            (_, Anchor::Here | Anchor::Head | Anchor::Heads | Anchor::Base | Anchor::Revision(_)) => {
                Err(self.multiple_heads(anchors))
            }
        }
    }

    fn multiple_heads(&self, heads: Vec<usize>) -> TargetError {
        TargetError::MultipleHeads { argument: self.text.to_owned(), heads: sorted(self.graph, heads) }
    }
}

/// Where a target leads; empty for the base.
pub(crate) fn destinations(ctx: &Ctx<'_>) -> Result<Vec<usize>, TargetError> {
    if ctx.target.steps == 0 {
        return ctx.anchors();
    }
    let steps = Steps { count: ctx.target.steps, stops_at_the_end: false };
    Ok(ctx.walk(ctx.one_anchor()?, steps)?.into_iter().collect())
}

/// One end of a range. What is relative counts from each of `starts` and stops where the history does.
fn range_end(
    graph: &Graph,
    text: &str,
    starts: &[RevisionId],
    current: &[RevisionId],
) -> Result<Vec<RevisionId>, TargetError> {
    let ctx = ctx(graph, text, current)?;
    if !ctx.target.is_relative() {
        return graph.resolve(text, current);
    }
    let steps = Steps { count: ctx.target.steps, stops_at_the_end: true };
    let positions = graph.current_positions(starts)?;
    let starts: Vec<Option<usize>> = match positions.len() {
        0 => vec![None],
        _ => positions.into_iter().filter(|at| ctx.is_in_lineage(*at)).map(Some).collect(),
    };
    let mut ends = BTreeSet::new();
    for start in starts {
        ends.extend(ctx.walk(start, steps)?);
    }
    Ok(sorted(graph, ends))
}

/// The same, by identifier.
pub(crate) fn sorted(graph: &Graph, positions: impl IntoIterator<Item = usize>) -> Vec<RevisionId> {
    let mut ids = owned(graph, positions);
    ids.sort();
    ids
}

fn between(graph: &Graph, from: &[RevisionId], to: &[RevisionId]) -> Result<Vec<RevisionId>, TargetError> {
    let below = graph.applied_marks(to)?;
    let starts = graph.current_positions(from)?;
    if let Some(stray) = starts.iter().find(|at| !below[**at]) {
        return Err(TargetError::NotAnAncestor { revision: graph.id(*stray).clone(), of: to.to_vec() });
    }
    let above = if starts.is_empty() { vec![true; graph.len()] } else { graph.upwards(starts, Edges::All) };
    Ok(owned(graph, graph.in_order(&below).filter(|at| above[*at])))
}

/// The identifiers at some positions, in the order given.
pub(crate) fn owned(graph: &Graph, positions: impl IntoIterator<Item = usize>) -> Vec<RevisionId> {
    positions.into_iter().map(|at| graph.id(at).clone()).collect()
}
