//! Graphs for tests, and the tests of building and asking them.

use super::*;

/// Reads one revision a line: `id < parent parent | dependency | label`.
pub(crate) fn nodes(text: &str) -> Vec<Node> {
    let node = |line: &str| {
        let mut parts = line.split('|').map(|part| part.split_whitespace());
        let mut ids = parts.next().unwrap();
        let id = RevisionId::parse(ids.next().unwrap()).unwrap();
        let mut texts = || parts.next().into_iter().flatten().map(str::to_owned).collect();
        let (depends_on, branch_labels) = (texts(), texts());
        let down = ids.filter(|id| *id != "<").map(|id| RevisionId::parse(id).unwrap()).collect();
        Node { id, down, depends_on, branch_labels }
    };
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(node).collect()
}

pub(crate) fn graph(text: &str) -> Graph {
    Graph::new(nodes(text)).unwrap()
}

pub(crate) fn id(text: &str) -> RevisionId {
    RevisionId::from_stored(text)
}

pub(crate) fn ids(text: &str) -> Vec<RevisionId> {
    text.split_whitespace().map(id).collect()
}

pub(crate) fn words<'a>(ids: impl IntoIterator<Item = &'a RevisionId>) -> String {
    ids.into_iter().map(RevisionId::as_str).collect::<Vec<_>>().join(" ")
}

fn errors(text: &str) -> Vec<String> {
    let errors = Graph::new(nodes(text)).unwrap_err();
    assert!(errors.iter().all(|error| !error.ids().is_empty()));
    assert!(errors.iter().all(|error| error.hint().is_some() && !error.nodes.is_empty()));
    errors.iter().map(|error| format!("{:?} {error}", error.nodes)).collect()
}

const DIAMOND: &str = "
    a
    b1 < a
    b2 < b1
    c1 < a
    m < b2 c1
    z < m";

#[test]
fn a_diamond_knows_its_parts() {
    let graph = graph(DIAMOND);
    assert_eq!(words(graph.heads()), "z");
    assert_eq!(words(graph.bases()), "a");
    assert_eq!(words(graph.branch_points()), "a");
    assert_eq!(words(graph.merge_points()), "m");
    assert_eq!(words(graph.parents(&id("m"))), "b2 c1");
    assert_eq!(words(graph.children(&id("a"))), "b1 c1");
    assert_eq!(words(graph.topological()), "a b1 b2 c1 m z");
    assert_eq!(words(graph.ancestors(&id("m"))), "a b1 b2 c1");
    assert_eq!(words(graph.descendants(&id("b1"))), "b2 m z");
    assert!(graph.is_ancestor(&id("a"), &id("z")));
    assert!(!graph.is_ancestor(&id("b1"), &id("c1")));
    assert!(!graph.is_ancestor(&id("a"), &id("a")));
    assert_eq!(graph.node(&id("m")).unwrap().down, ids("b2 c1"));
    assert_eq!((graph.len(), graph.position(&id("c1"))), (6, Some(3)));
}

#[test]
fn an_unknown_revision_has_nothing() {
    let graph = graph(DIAMOND);
    let x = id("x");
    assert!(graph.node(&x).is_none());
    assert!(
        graph.parents(&x).is_empty() && graph.ancestors(&x).is_empty() && graph.descendants(&x).is_empty()
    );
    assert!(!graph.is_ancestor(&x, &id("z")) && !graph.is_ancestor(&id("a"), &x));
    assert_eq!(graph.labels(&x).count(), 0);
}

#[test]
fn no_revisions_are_a_graph() {
    let graph = Graph::new(Vec::new()).unwrap();
    assert!(graph.is_empty() && graph.heads().is_empty() && graph.topological().is_empty());
}

#[test]
fn the_order_of_the_argument_does_not_matter() {
    let mut reversed = nodes(DIAMOND);
    reversed.reverse();
    let (one, other) = (graph(DIAMOND), Graph::new(reversed).unwrap());
    assert_eq!(one.topological(), other.topological());
    assert_eq!(one.children(&id("a")), other.children(&id("a")));
}

#[test]
fn the_order_goes_branch_by_branch_and_respects_dependencies() {
    let graph = graph(
        "
        a
        b1 < a | d1
        b2 < b1
        c1 < a
        c2 < c1
        d1
        d2 < d1",
    );
    assert_eq!(words(graph.topological()), "a c1 c2 d1 b1 b2 d2");
    assert_eq!(words(graph.dependencies(&id("b1"))), "d1");
    assert_eq!(words(graph.dependants(&id("d1"))), "b1");
    assert_eq!(words(graph.ancestors(&id("b2"))), "a d1 b1");
}

#[test]
fn a_head_that_another_depends_on_is_only_effective() {
    let graph = graph(
        "
        a
        b < a
        c
        d < c | b",
    );
    assert_eq!(words(graph.heads()), "b d");
    assert_eq!(words(graph.final_heads()), "d");
}

#[test]
fn applied_and_pending_share_the_revisions() {
    let graph = graph(DIAMOND);
    assert_eq!(words(graph.applied(&ids("b1 c1")).unwrap()), "a b1 c1");
    assert_eq!(words(graph.pending(&ids("b1 c1")).unwrap()), "b2 m z");
    assert_eq!(words(graph.pending(&[]).unwrap()), "a b1 b2 c1 m z");
    let error = graph.applied(&ids("b1 gone")).unwrap_err();
    assert_eq!(error.to_string(), "Can't locate revision identified by 'gone'");
    assert!(
        error.hint().unwrap().contains("none of the 6 revision files read declares it"),
        "{}",
        error.hint().unwrap()
    );
    assert!(error.hint().unwrap().contains("stamp --purge"));
}

#[test]
fn rows_become_revisions_and_sets_are_closed() {
    let graph = graph(DIAMOND);
    assert!(graph.contains("b1") && !graph.contains("b"));
    assert_eq!(words(&graph.known(&["c1".into(), "b1".into()]).unwrap()), "c1 b1");
    assert!(graph.known(&["a-1".into()]).is_err());
    assert_eq!(words(&graph.closure(&ids("b1 c1 gone"))), "a b1 c1");
    assert_eq!(words(&graph.without_ancestors(&ids("c1 b2 a b1 c1"))), "b2 c1");
    assert_eq!(words(&graph.without_ancestors(&ids("a z"))), "z");
}

#[test]
fn labels_spread_up_and_along_the_line() {
    let graph = graph(
        "
        a
        b1 < a
        b2 < b1 || left
        b3 < b2
        c1 < a || right
        m < b3 c1
        r1
        r2 < r1 || lone",
    );
    let shown = |text| graph.labels(&id(text)).collect::<Vec<_>>().join(" ");
    assert_eq!(shown("a"), "");
    assert_eq!(shown("b1"), "left");
    assert_eq!(shown("b3"), "left");
    assert_eq!(shown("c1"), "right");
    assert_eq!(shown("m"), "left right");
    assert_eq!(shown("r1"), "lone");
}

#[test]
fn revisions_are_found_by_identifier_prefix_and_label() {
    let graph = graph(
        "
        3f2a9c0d1b7e
        3f2b00000000 < 3f2a9c0d1b7e || feature-x
        ab < 3f2b00000000
        abcdef < ab
        abcxyz < abcdef",
    );
    let found = |text| graph.find(text).unwrap().as_str().to_owned();
    let refused = |text| {
        let error = graph.find(text).unwrap_err();
        format!("{error} ({})", error.hint().unwrap())
    };
    assert_eq!(found("3f2a9c0d1b7e"), "3f2a9c0d1b7e");
    assert_eq!(found("3f2a"), "3f2a9c0d1b7e");
    assert_eq!(found("feature-x"), "3f2b00000000");
    assert_eq!(found("ab"), "ab", "the whole identifier wins over longer ones");
    assert_eq!(found("abcd"), "abcdef");
    assert_eq!(
        refused("3f2"),
        "Multiple revisions start with '3f2': 3f2a9c0d1b7e, 3f2b00000000 (write more of it)"
    );
    assert_eq!(
        refused("3f"),
        "Can't locate revision identified by '3f' (a beginning has at least 3 characters; did you mean \
         3f2a9c0d1b7e, 3f2b00000000?)"
    );
    assert_eq!(
        refused("x\u{1b}"),
        "Can't locate revision identified by 'x\\u{1b}' (`ambix history` lists the revisions there are)"
    );
    assert!(refused("").starts_with("Can't locate"));
    assert!(refused("feature").starts_with("Can't locate"), "labels are not abbreviated");
}

#[test]
fn duplicates_are_told_with_both_positions() {
    assert_eq!(errors("a\nb < a\na"), ["[2, 0] Revision a is present more than once"]);
    assert_eq!(
        errors("a || x\nb < a || x\nc < b || b"),
        [
            "[1, 0] Branch name 'x' in revision b already used by revision a",
            "[2, 1] Branch name 'b' in revision c is the id of a revision"
        ]
    );
    assert_eq!(words(graph("a || x x").topological()), "a");
}

#[test]
fn labels_that_read_as_targets_are_refused() {
    assert_eq!(
        errors("a || head x@y f-1 ok-2b"),
        [
            "[0] 'head' in revision a cannot be a branch name",
            "[0] Character(s) '@' not allowed in branch name 'x@y' of revision a",
            "[0] 'f-1' in revision a cannot be a branch name"
        ]
    );
}

#[test]
fn missing_revisions_are_all_told() {
    assert_eq!(
        errors("a\nb < a x\nc < y | abc\nabcd"),
        [
            "[1] Revision x referenced from b is not present",
            "[2] Revision y referenced from c is not present",
            "[2] Revision abc referenced from c as a dependency is not present"
        ]
    );
    let error = Graph::new(nodes("c | abc\nabcd")).unwrap_err().remove(0);
    assert_eq!(error.hint().as_deref(), Some("write the identifier in full: abcd"));
}

#[test]
fn loops_are_told_wherever_they_are() {
    assert_eq!(errors("a < a"), ["[0] Self-loop is detected in revision a"]);
    assert_eq!(errors("a | a"), ["[0] Dependency self-loop is detected in revision a"]);
    assert_eq!(errors("a || x\nb < a | x b"), ["[1] Dependency self-loop is detected in revision b"]);
    assert_eq!(errors("a < c\nb < a\nc < b\nd < c"), ["[0, 2, 1] Cycle is detected in revisions (a, c, b)"]);
    assert_eq!(
        errors("a\nb < a | d\nc < b\nd < c"),
        ["[1, 3, 2] Dependency cycle is detected in revisions (b, d, c)"]
    );
    assert_eq!(
        errors("a < b\nb < a\nc < b d\nd < c"),
        ["[0, 1] Cycle is detected in revisions (a, b)", "[2, 3] Cycle is detected in revisions (c, d)"]
    );
}

#[test]
fn identifiers_that_contain_others_are_no_loop() {
    assert_eq!(words(graph("abc\nabcd < abc\nab < abcd\nbc < ab").topological()), "abc abcd ab bc");
}

#[test]
fn repeated_parents_and_dependencies_count_once() {
    let graph = graph("a || x\nb\nc < a a | a x b b");
    assert_eq!(words(graph.parents(&id("c"))), "a");
    assert_eq!(words(graph.dependencies(&id("c"))), "b");
}

#[test]
fn long_and_wide_graphs_are_no_trouble() {
    let number = |n: usize| id(&format!("r{n:05}"));
    let chain = |n: usize| Node::new(number(n), n.checked_sub(1).map(number).into_iter().collect());
    let long = Graph::new((0..10_000).map(chain).collect()).unwrap();
    assert_eq!(long.upgrade(&[], "head").unwrap().len(), 10_000);
    assert_eq!(long.downgrade(&[number(9_999)], "base").unwrap().len(), 10_000);
    assert_eq!(long.downgrade(&[number(9_999)], "-9999").unwrap().len(), 9_999);
    assert_eq!(long.range("r00001:r09998", &[]).unwrap().len(), 9_998);

    let star = |n: usize| Node::new(number(n), if n == 0 { Vec::new() } else { vec![number(0)] });
    let wide = Graph::new((0..=1_000).map(star).collect()).unwrap();
    let moves = wide.upgrade(&[], "heads").unwrap();
    let heads = &moves[1_000].heads_after;
    assert_eq!(heads.len(), 1_000);
    assert_eq!(wide.downgrade(heads, "base").unwrap().len(), 1_001);

    let ring = |n: usize| Node::new(number(n), vec![number((n + 1) % 10_000)]);
    assert_eq!(Graph::new((0..10_000).map(ring).collect()).unwrap_err().len(), 1);
}
