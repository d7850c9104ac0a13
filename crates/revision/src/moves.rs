//! Moves: which revisions an upgrade or downgrade runs, in which order, and what the version table says
//! after each.
//!
//! What is applied is always closed downwards: with a revision, all it requires. The version table holds the
//! topmost revisions of it, so no row of it is ever required by another one.

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::graph::Edges;
use crate::target::{Anchor, Ctx, Steps, TargetError, ctx, destinations, owned, sorted};
use crate::{Graph, RevisionId};

/// Which half of a revision runs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Direction {
    /// It is applied.
    Upgrade,
    /// It is undone.
    Downgrade,
}

/// One revision to run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Move {
    /// The revision.
    pub revision: RevisionId,
    /// Which half of it.
    pub direction: Direction,
    /// What the version table holds afterwards, by identifier.
    pub heads_after: Vec<RevisionId>,
    /// What that changes in the version table.
    pub head_changes: Vec<HeadChange>,
}

/// One change of a row of the version table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HeadChange {
    /// A row comes.
    Insert(RevisionId),
    /// A row goes.
    Delete(RevisionId),
    /// A row changes.
    Update {
        /// What it held.
        from: RevisionId,
        /// What it holds.
        to: RevisionId,
    },
}

/// What a stamp makes of the version table, with no revision run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stamp {
    /// What the version table holds afterwards, by identifier.
    pub heads_after: Vec<RevisionId>,
    /// What that changes.
    pub head_changes: Vec<HeadChange>,
}

impl Graph {
    /// The moves from a database whose version table holds `from_heads` up to `target`; none when it is
    /// there already.
    ///
    /// # Errors
    /// [`TargetError`] when the target is not found, not exact, or not above.
    pub fn upgrade(&self, from_heads: &[RevisionId], target: &str) -> Result<Vec<Move>, TargetError> {
        let ctx = ctx(self, target, from_heads)?;
        let needs_downgrade = || TargetError::NeedsDowngrade { text: target.to_owned() };
        let is_base = ctx.target.anchor == Anchor::Base && ctx.target.steps == 0;
        if is_base || ctx.target.is_relative() && ctx.target.steps < 0 {
            return Err(needs_downgrade());
        }
        let destinations = destinations(&ctx)?;
        let names_one = ctx.target.steps != 0 || matches!(ctx.target.anchor, Anchor::Revision(_));
        let leads_to_base = names_one && destinations.is_empty() && !ctx.target.is_relative();
        if leads_to_base || names_one && destinations.iter().any(|at| is_passed(&ctx, *at)) {
            return Err(needs_downgrade());
        }
        let mut needed = self.downwards(destinations, Edges::All);
        for (needed, applied) in needed.iter_mut().zip(&ctx.applied) {
            *needed &= !applied;
        }
        Ok(upgrade_moves(&ctx, &needed))
    }

    /// The moves from a database whose version table holds `from_heads` down to `target`; none when it is
    /// there already. Whatever follows or depends on an undone revision is undone first.
    ///
    /// # Errors
    /// [`TargetError`] when the target is not found, not exact, or not below.
    pub fn downgrade(&self, from_heads: &[RevisionId], target: &str) -> Result<Vec<Move>, TargetError> {
        let ctx = ctx(self, target, from_heads)?;
        let roots = roots(&ctx)?;
        let mut undone = self.upwards(roots, Edges::All);
        for (undone, applied) in undone.iter_mut().zip(&ctx.applied) {
            *undone &= applied;
        }
        Ok(downgrade_moves(&ctx, &undone))
    }

    /// What the version table becomes when it is told that the database is at `targets`. Rows of unrelated
    /// branches stay. To start from an empty table, as `--purge` does, give no `from_heads`.
    ///
    /// # Errors
    /// [`TargetError`] when a target is not found or not exact.
    pub fn stamp(&self, from_heads: &[RevisionId], targets: &[&str]) -> Result<Stamp, TargetError> {
        let rows = self.current_positions(from_heads)?;
        let mut after = rows.clone();
        let mut added = BTreeSet::new();
        for target in targets {
            let ctx = ctx(self, target, from_heads)?;
            let destinations = destinations(&ctx)?;
            let related = match destinations.as_slice() {
                [] if leads_to_base(&ctx) => ctx.lineage.unwrap_or_else(|| vec![true; self.len()]),
                _ => related(self, &destinations),
            };
            after.retain(|at| !related[*at]);
            added.extend(destinations);
        }
        after.extend(added);
        self.retain_topmost(&mut after);
        let gone = sorted(self, rows.difference(&after).copied());
        let come = sorted(self, after.difference(&rows).copied());
        Ok(Stamp { heads_after: sorted(self, after), head_changes: head_changes(gone, come) })
    }
}

/// Whether the database has gone past a revision: it is applied, and something that follows it is too.
fn is_passed(ctx: &Ctx<'_>, at: usize) -> bool {
    ctx.applied[at] && ctx.graph.child_positions(at).iter().any(|child| ctx.applied[*child])
}

fn leads_to_base(ctx: &Ctx<'_>) -> bool {
    ctx.target.steps != 0 || ctx.target.anchor == Anchor::Base
}

/// Everything below and above some revisions, themselves included.
fn related(graph: &Graph, positions: &[usize]) -> Vec<bool> {
    let mut marks = graph.downwards(positions.iter().copied(), Edges::All);
    for (mark, above) in marks.iter_mut().zip(graph.upwards(positions.iter().copied(), Edges::All)) {
        *mark |= above;
    }
    marks
}

/// The lowest revisions a downgrade undoes; those that are not applied do not matter.
fn roots(ctx: &Ctx<'_>) -> Result<Vec<usize>, TargetError> {
    let in_lineage = |positions: &[usize]| -> Vec<usize> {
        positions.iter().copied().filter(|at| ctx.is_in_lineage(*at)).collect()
    };
    match (&ctx.target.anchor, ctx.target.steps) {
        (Anchor::Here, steps) if steps > 0 => Err(TargetError::NeedsUpgrade { text: ctx.text.to_owned() }),
        (Anchor::Here, 0) => Ok(Vec::new()),
        (Anchor::Here, steps) => Ok(vec![last_undone(ctx, ctx.one_tip()?, steps)?]),
        (Anchor::Base, 0) => {
            let bases = ctx.graph.bases().into_iter().filter_map(|id| ctx.graph.position(id));
            Ok(in_lineage(&bases.collect::<Vec<_>>()))
        }
        (Anchor::Current | Anchor::Head | Anchor::Heads | Anchor::Revision(_), 0) => {
            let destinations = ctx.anchors()?;
            if destinations.iter().any(|at| !ctx.applied[*at]) {
                return Err(TargetError::NotApplied { text: ctx.text.to_owned() });
            }
            match destinations.as_slice() {
                [one] => Ok(in_lineage(ctx.graph.child_positions(*one))),
                // All heads, or all that is current: nothing stands above them.
                [] | [_, ..] => Ok(Vec::new()),
            }
        }
        (Anchor::Base | Anchor::Current | Anchor::Head | Anchor::Heads | Anchor::Revision(_), steps) => {
            let start = ctx.one_anchor()?;
            let Some(at) = ctx.walk(start, Steps { count: steps, stops_at_the_end: false })? else {
                return Ok(vec![last_undone(ctx, start, steps)?]);
            };
            if !ctx.applied[at] {
                return Err(TargetError::NotApplied { text: ctx.text.to_owned() });
            }
            Ok(in_lineage(ctx.graph.child_positions(at)))
        }
    }
}

/// The last revision that `-N` undoes. Only the way to it must be clear, not where it leads: `-1` at a merge
/// undoes the merge.
fn last_undone(ctx: &Ctx<'_>, start: Option<usize>, steps: i64) -> Result<usize, TargetError> {
    let walked = ctx.walk(start, Steps { count: steps + 1, stops_at_the_end: false });
    match walked {
        Ok(Some(at)) => Ok(at),
        Ok(None) => Err(ctx.too_far(steps, steps.unsigned_abs() - 1)),
        Err(TargetError::TooFar { possible, .. }) => Err(ctx.too_far(steps, possible)),
        Err(other) => Err(other),
    }
}

/// The version table while moves go on.
struct Heads<'g> {
    graph: &'g Graph,
    ids: BTreeSet<RevisionId>,
    /// Rows that another row implies. They are there when a dependency was declared after both were applied,
    /// and go with the first move.
    implied: Vec<RevisionId>,
    moves: Vec<Move>,
}

impl<'g> Heads<'g> {
    fn new(ctx: &Ctx<'g>) -> Self {
        let graph = ctx.graph;
        let is_implied = |at: &usize| graph.requiring_positions(*at).any(|above| ctx.applied[above]);
        let (implied, rows): (Vec<usize>, Vec<usize>) = ctx.current.iter().copied().partition(is_implied);
        let ids = owned(graph, rows).into_iter().collect();
        Self { graph, ids, implied: sorted(graph, implied), moves: Vec::new() }
    }

    fn advance(&mut self, at: usize, direction: Direction, mut gone: Vec<RevisionId>, come: Vec<RevisionId>) {
        for id in &gone {
            self.ids.remove(id);
        }
        self.ids.extend(come.iter().cloned());
        gone.append(&mut self.implied);
        self.moves.push(Move {
            revision: self.graph.id(at).clone(),
            direction,
            heads_after: self.ids.iter().cloned().collect(),
            head_changes: head_changes(gone, come),
        });
    }
}

fn upgrade_moves(ctx: &Ctx<'_>, needed: &[bool]) -> Vec<Move> {
    let graph = ctx.graph;
    let mut heads = Heads::new(ctx);
    for at in graph.in_order(needed) {
        let required = owned(graph, graph.required_positions(at));
        let gone = required.into_iter().filter(|id| heads.ids.contains(id)).collect();
        heads.advance(at, Direction::Upgrade, gone, vec![graph.id(at).clone()]);
    }
    heads.moves
}

fn downgrade_moves(ctx: &Ctx<'_>, undone: &[bool]) -> Vec<Move> {
    let graph = ctx.graph;
    let mut heads = Heads::new(ctx);
    // How many applied revisions require each one: with none left it comes back to the version table.
    let applied_above = |at: usize| graph.requiring_positions(at).filter(|above| ctx.applied[*above]).count();
    let mut above: Vec<usize> = (0..graph.len()).map(applied_above).collect();
    for at in graph.in_order(undone).rev() {
        let mut come = Vec::new();
        for below in graph.required_positions(at) {
            above[below] -= 1;
            if above[below] == 0 {
                come.push(graph.id(below).clone());
            }
        }
        heads.advance(at, Direction::Downgrade, vec![graph.id(at).clone()], come);
    }
    heads.moves
}

/// A row that goes and one that comes are one update; what is left over is deleted or inserted. Deletes go
/// first.
fn head_changes(gone: Vec<RevisionId>, come: Vec<RevisionId>) -> Vec<HeadChange> {
    let (mut gone, mut come) = (gone.into_iter(), come.into_iter());
    let updated = match (gone.next(), come.next()) {
        (Some(from), Some(to)) => Some(HeadChange::Update { from, to }),
        (Some(from), None) => Some(HeadChange::Delete(from)),
        (None, Some(to)) => Some(HeadChange::Insert(to)),
        (None, None) => None,
    };
    gone.map(HeadChange::Delete).chain(updated).chain(come.map(HeadChange::Insert)).collect()
}
