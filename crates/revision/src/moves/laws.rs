//! The laws of moves, tried on every small graph there is and on many larger ones.
//!
//! After each move the version table is an antichain that says exactly what is applied; what a revision
//! requires is applied before it and undone after it; and a downgrade brings back what was before the upgrade.

use std::collections::BTreeSet;

use super::*;
use crate::Node;
use crate::graph::tests::id;

/// Three ways two revisions can stand to one another: not at all, parent, dependency.
const WAYS: usize = 3;

/// The graph whose edges are the digits of `number`, for the pairs (0,1), (0,2), (1,2), (0,3), …
fn numbered(len: usize, mut number: usize) -> Graph {
    let mut digit = || {
        let digit = number % WAYS;
        number /= WAYS;
        digit
    };
    let name = |n: usize| id(&format!("r{n}"));
    let node = |at: usize| {
        let mut node = Node::new(name(at), Vec::new());
        for below in 0..at {
            match digit() {
                1 => node.down.push(name(below)),
                2 => node.depends_on.push(name(below).as_str().to_owned()),
                _ => {}
            }
        }
        node
    };
    Graph::new((0..len).map(node).collect()).unwrap()
}

/// A linear congruential generator: the same graphs in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % limit as u64).unwrap()
    }

    fn graph(&mut self, len: usize) -> Graph {
        let node = |at: usize, random: &mut Self| {
            let mut node = Node::new(id(&format!("r{:02}", (at * 7) % len)), Vec::new());
            for _ in 0..random.below(4) {
                let below = id(&format!("r{:02}", (random.below(at.max(1)) * 7) % len));
                match random.below(3) {
                    _ if at == 0 => {}
                    0 => node.depends_on.push(below.as_str().to_owned()),
                    _ => node.down.push(below),
                }
            }
            node
        };
        Graph::new((0..len).map(|at| node(at, self)).collect()).unwrap()
    }
}

fn applied(graph: &Graph, heads: &[RevisionId]) -> BTreeSet<RevisionId> {
    graph.applied(heads).unwrap().into_iter().cloned().collect()
}

/// Follows moves as a runner does, with a table of rows, and checks every step.
fn followed(graph: &Graph, from: &[RevisionId], moves: &[Move]) -> Vec<RevisionId> {
    let mut rows: BTreeSet<RevisionId> = from.iter().cloned().collect();
    let mut done = applied(graph, from);
    for step in moves {
        for change in &step.head_changes {
            match change {
                HeadChange::Insert(id) => assert!(rows.insert(id.clone()), "{id} comes twice"),
                HeadChange::Delete(id) => assert!(rows.remove(id), "{id} goes without being there"),
                HeadChange::Update { from, to } => {
                    assert!(rows.remove(from), "{from} goes without being there");
                    assert!(rows.insert(to.clone()), "{to} comes twice");
                }
            }
        }
        let required = graph.ancestors(&step.revision);
        match step.direction {
            Direction::Upgrade => {
                assert!(required.into_iter().all(|id| done.contains(id)), "{} came too early", step.revision);
                assert!(done.insert(step.revision.clone()), "{} was applied already", step.revision);
            }
            Direction::Downgrade => {
                let above = graph.descendants(&step.revision);
                assert!(!above.into_iter().any(|id| done.contains(id)), "{} went too early", step.revision);
                assert!(done.remove(&step.revision), "{} was not applied", step.revision);
            }
        }
        let heads: Vec<RevisionId> = rows.iter().cloned().collect();
        assert_eq!(heads, step.heads_after);
        assert!(heads.iter().all(|one| !heads.iter().any(|other| graph.is_ancestor(one, other))));
        assert_eq!(applied(graph, &heads), done);
    }
    rows.into_iter().collect()
}

/// Every state an upgrade to one or two revisions can leave.
fn states(graph: &Graph) -> BTreeSet<Vec<RevisionId>> {
    let mut states = BTreeSet::from([Vec::new()]);
    for one in graph.topological() {
        for from in states.clone() {
            if let Ok(moves) = graph.upgrade(&from, one.as_str()) {
                states.insert(followed(graph, &from, &moves));
            }
            if states.len() > 16 {
                return states;
            }
        }
    }
    states
}

fn check(graph: &Graph) {
    for state in states(graph) {
        let to_heads = followed(graph, &state, &graph.upgrade(&state, "heads").unwrap());
        assert_eq!(to_heads, graph.final_heads().into_iter().cloned().collect::<Vec<_>>());
        let to_base = followed(graph, &state, &graph.downgrade(&state, "base").unwrap());
        assert_eq!(to_base, []);
        for target in graph.topological() {
            check_target(graph, &state, target);
        }
    }
}

fn check_target(graph: &Graph, state: &[RevisionId], target: &RevisionId) {
    let before = applied(graph, state);
    match graph.upgrade(state, target.as_str()) {
        Ok(moves) => {
            let after = followed(graph, state, &moves);
            let mut expected = before.clone();
            expected.extend(graph.ancestors(target).into_iter().cloned());
            expected.insert(target.clone());
            assert_eq!(applied(graph, &after), expected, "no more and no less than the target requires");
            check_return(graph, state, &after, &moves);
        }
        Err(TargetError::NeedsDowngrade { .. }) => assert!(before.contains(target)),
        Err(other) => panic!("{other}"),
    }
    match graph.downgrade(state, target.as_str()) {
        Ok(moves) => {
            let after = applied(graph, &followed(graph, state, &moves));
            assert!(after.contains(target));
            assert!(graph.children(target).into_iter().all(|child| !after.contains(child)));
        }
        Err(TargetError::NotApplied { .. }) => assert!(!before.contains(target)),
        Err(other) => panic!("{other}"),
    }
}

/// Undoing one by one what an upgrade did, in the opposite order, leads back to where it began.
fn check_return(graph: &Graph, state: &[RevisionId], after: &[RevisionId], moves: &[Move]) {
    let mut heads = after.to_vec();
    for step in moves.iter().rev() {
        let back = graph.downgrade(&heads, &format!("{}@-1", step.revision)).unwrap();
        assert_eq!(words(&back), [(step.revision.clone(), Direction::Downgrade)]);
        heads = followed(graph, &heads, &back);
    }
    assert_eq!(heads, state);
}

fn words(moves: &[Move]) -> Vec<(RevisionId, Direction)> {
    moves.iter().map(|step| (step.revision.clone(), step.direction)).collect()
}

#[test]
fn every_graph_of_four() {
    for number in 0..WAYS.pow(6) {
        check(&numbered(4, number));
    }
}

#[test]
fn many_graphs_of_up_to_twelve() {
    let mut random = Random(7);
    for round in 0..40 {
        let len = if round % 2 == 0 { 12 } else { 9 };
        check(&random.graph(len));
    }
}
