//! From nodes to a sound graph: names are resolved, edges joined, cycles found, the order fixed.
//!
//! Every fault is gathered; what hangs on a faulty edge is still looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Graph, GraphError, GraphErrorKind, Node};
use crate::RevisionId;
use crate::id::{RESERVED, banned_characters};

pub(super) fn build(nodes: Vec<Node>) -> Result<Graph, Vec<GraphError>> {
    let mut errors = Vec::new();
    let mut graph = Graph { nodes, ..Graph::default() };
    graph.index = index(&graph.nodes, &mut errors);
    graph.labels = labels(&graph, &mut errors);
    graph.parents = parents(&graph, &mut errors);
    graph.dependencies = dependencies(&graph, &mut errors);
    graph.children = reversed(&graph, &graph.parents);
    graph.dependants = reversed(&graph, &graph.dependencies);
    graph.order = order(&graph, &mut errors);
    if !errors.is_empty() {
        errors.sort_by(|a, b| a.nodes.cmp(&b.nodes));
        return Err(errors);
    }
    graph.shown_labels = shown_labels(&graph);
    Ok(graph)
}

fn index(nodes: &[Node], errors: &mut Vec<GraphError>) -> BTreeMap<RevisionId, usize> {
    let mut index: BTreeMap<RevisionId, usize> = BTreeMap::new();
    for (at, node) in nodes.iter().enumerate() {
        let first = *index.entry(node.id.clone()).or_insert(at);
        if first != at {
            let kind = GraphErrorKind::DuplicateId(node.id.clone());
            errors.push(GraphError { nodes: vec![at, first], kind });
        }
    }
    index
}

fn labels(graph: &Graph, errors: &mut Vec<GraphError>) -> BTreeMap<String, usize> {
    let mut labels: BTreeMap<String, usize> = BTreeMap::new();
    for (at, node) in graph.nodes.iter().enumerate() {
        for label in &node.branch_labels {
            let (label, revision) = (label.clone(), node.id.clone());
            let banned = banned_characters(&label, &['@', '+', ':']);
            let other = graph.index.get(label.as_str()).or_else(|| labels.get(&label)).copied();
            if labels.get(&label) == Some(&at) {
                continue;
            }
            let kind = match other {
                None if banned.is_empty() && !is_taken(&label) => {
                    labels.insert(label, at);
                    continue;
                }
                None => GraphErrorKind::InvalidLabel { label, revision, banned },
                Some(other) if labels.get(&label) == Some(&other) => {
                    let used_by = graph.nodes[other].id.clone();
                    GraphErrorKind::DuplicateLabel { label, revision, used_by }
                }
                Some(_) => GraphErrorKind::LabelIsRevision { label, revision },
            };
            let nodes = std::iter::once(at).chain(other.filter(|other| *other != at)).collect();
            errors.push(GraphError { nodes, kind });
        }
    }
    labels
}

/// Whether a target would read the label as a place, as nothing, or as so many steps from somewhere.
fn is_taken(label: &str) -> bool {
    let steps = label.rsplit_once('-').map(|(_, steps)| steps);
    let reads_as_steps = steps.is_some_and(|s| !s.is_empty() && s.chars().all(|c| c.is_ascii_digit()));
    label.is_empty() || RESERVED.contains(&label) || reads_as_steps
}

fn parents(graph: &Graph, errors: &mut Vec<GraphError>) -> Vec<Vec<usize>> {
    let resolve = |(at, node): (usize, &Node)| {
        let mut found = Vec::new();
        for parent in &node.down {
            match graph.index.get(parent) {
                None => {
                    let (revision, parent) = (node.id.clone(), parent.clone());
                    let kind = GraphErrorKind::UnknownParent { revision, parent };
                    errors.push(GraphError { nodes: vec![at], kind });
                }
                Some(_) if *parent == node.id => {
                    errors.push(GraphError {
                        nodes: vec![at],
                        kind: GraphErrorKind::SelfLoop(node.id.clone()),
                    });
                }
                Some(parent) if !found.contains(parent) => found.push(*parent),
                Some(_) => {}
            }
        }
        found
    };
    graph.nodes.iter().enumerate().map(resolve).collect()
}

/// Dependencies that are parents as well are left to the parents.
fn dependencies(graph: &Graph, errors: &mut Vec<GraphError>) -> Vec<Vec<usize>> {
    let resolve = |(at, node): (usize, &Node)| {
        let mut found = Vec::new();
        for dependency in &node.depends_on {
            // A beginning of an identifier is not enough here: a later revision could make it ambiguous.
            match graph.index.get(dependency.as_str()).or_else(|| graph.labels.get(dependency)) {
                None => {
                    let candidates = graph.starting_with(dependency);
                    let (revision, dependency) = (node.id.clone(), dependency.clone());
                    let kind = GraphErrorKind::UnknownDependency { revision, dependency, candidates };
                    errors.push(GraphError { nodes: vec![at], kind });
                }
                Some(other) if graph.nodes[*other].id == node.id => {
                    let kind = GraphErrorKind::DependencySelfLoop(node.id.clone());
                    errors.push(GraphError { nodes: vec![at], kind });
                }
                Some(other) if !found.contains(other) && !graph.parents[at].contains(other) => {
                    found.push(*other);
                }
                Some(_) => {}
            }
        }
        found
    };
    graph.nodes.iter().enumerate().map(resolve).collect()
}

fn reversed(graph: &Graph, edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut reversed = vec![Vec::new(); edges.len()];
    for at in graph.index.values() {
        for other in &edges[*at] {
            reversed[*other].push(*at);
        }
    }
    reversed
}

/// The order of applying: a branch is followed to where it waits for another one before the next begins,
/// and what could come in any order comes by identifier. Cycles are reported, broken, and passed over.
fn order(graph: &Graph, errors: &mut Vec<GraphError>) -> Vec<usize> {
    let mut missing: Vec<usize> =
        (0..graph.nodes.len()).map(|at| graph.required_positions(at).count()).collect();
    let mut is_placed = vec![false; graph.nodes.len()];
    let mut order = Vec::with_capacity(graph.nodes.len());
    let by_id: Vec<usize> = graph.index.values().copied().collect();
    let mut ready: Vec<usize> = by_id.iter().rev().copied().filter(|at| missing[*at] == 0).collect();
    // Whatever stands before this in `by_id` is placed.
    let mut next = 0;
    loop {
        while let Some(at) = ready.pop() {
            if std::mem::replace(&mut is_placed[at], true) {
                continue;
            }
            order.push(at);
            let mut freed: Vec<usize> = Vec::new();
            for above in graph.requiring_positions(at) {
                missing[above] = missing[above].saturating_sub(1);
                if missing[above] == 0 && !is_placed[above] {
                    freed.push(above);
                }
            }
            freed.sort_by_key(|at| std::cmp::Reverse(&graph.nodes[*at].id));
            ready.extend(freed);
        }
        while by_id.get(next).is_some_and(|at| is_placed[*at]) {
            next += 1;
        }
        let Some(stuck) = by_id.get(next) else { return order };
        let cycle = cycle_below(graph, *stuck, &is_placed);
        errors.push(cycle_error(graph, &cycle));
        ready.extend(cycle);
    }
}

/// A cycle below a revision that waits for others which wait: going down must come around.
fn cycle_below(graph: &Graph, from: usize, is_placed: &[bool]) -> Vec<usize> {
    let mut path = vec![from];
    let mut seen = BTreeMap::from([(from, 0)]);
    loop {
        let at = path[path.len() - 1];
        let waits_for = graph.required_positions(at).find(|below| !is_placed[*below]);
        let below = waits_for.expect("a revision that is not placed waits for one that is not placed");
        if let Some(start) = seen.insert(below, path.len()) {
            return path.split_off(start);
        }
        path.push(below);
    }
}

/// Begins with the smallest identifier, so that one cycle has one text.
fn cycle_error(graph: &Graph, cycle: &[usize]) -> GraphError {
    let smallest = (0..cycle.len()).min_by_key(|i| &graph.nodes[cycle[*i]].id).unwrap_or(0);
    let nodes: Vec<usize> = cycle.iter().cycle().skip(smallest).take(cycle.len()).copied().collect();
    let ids = nodes.iter().map(|at| graph.nodes[*at].id.clone()).collect();
    let below = nodes.iter().cycle().skip(1);
    let follows = nodes.iter().zip(below).all(|(at, below)| graph.parents[*at].contains(below));
    let kind = if follows { GraphErrorKind::Cycle(ids) } else { GraphErrorKind::DependencyCycle(ids) };
    GraphError { nodes, kind }
}

/// A label is shown from where it is declared on upwards, and downwards as far as the branch is a line.
fn shown_labels(graph: &Graph) -> Vec<Arc<BTreeSet<String>>> {
    let mut own: Vec<BTreeSet<String>> = vec![BTreeSet::new(); graph.nodes.len()];
    for (label, at) in &graph.labels {
        let mut at = *at;
        own[at].insert(label.clone());
        while let ([parent], [] | [_]) = (graph.parents[at].as_slice(), graph.children[at].as_slice()) {
            if graph.children[*parent].len() > 1 || graph.parents[*parent].len() > 1 {
                break;
            }
            at = *parent;
            own[at].insert(label.clone());
        }
    }
    let none = Arc::new(BTreeSet::new());
    let mut shown: Vec<Arc<BTreeSet<String>>> = graph.nodes.iter().map(|_| Arc::clone(&none)).collect();
    for at in &graph.order {
        shown[*at] = match graph.parents[*at].as_slice() {
            [parent] if own[*at].is_subset(&shown[*parent]) => Arc::clone(&shown[*parent]),
            parents => {
                let mut all = std::mem::take(&mut own[*at]);
                all.extend(parents.iter().flat_map(|parent| shown[*parent].iter().cloned()));
                Arc::new(all)
            }
        };
    }
    shown
}
