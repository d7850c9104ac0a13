//! What targets and ranges stand for.

use super::*;
use crate::graph::tests::{graph, id, ids, words};

const BRANCHES: &str = "
    a
    b1 < a || left
    b2 < b1
    b3 < b2
    c1 < a || right
    c2 < c1
    r1 || other
    r2 < r1 | b2";

fn resolved(current: &str, text: &str) -> String {
    match graph(BRANCHES).resolve(text, &ids(current)) {
        Ok(found) => words(&found),
        Err(error) => {
            assert!(error.hint().is_some());
            format!("{error} ({})", error.hint().unwrap())
        }
    }
}

#[test]
fn places_are_found() {
    assert_eq!(resolved("", "heads"), "b3 c2 r2");
    assert_eq!(resolved("", "base"), "");
    assert_eq!(resolved("c1 b2", "current"), "b2 c1");
    assert_eq!(resolved("c1 b2", "left@current"), "b2");
    assert_eq!(resolved("", "left@head"), "b3");
    assert_eq!(resolved("", "c1@head"), "c2", "any revision can stand for its branch");
    assert_eq!(resolved("", "left@heads"), "b3");
    assert_eq!(resolved("", "left"), "b1");
    assert_eq!(resolved("", "left@b2"), "b2");
}

#[test]
fn steps_are_walked() {
    assert_eq!(resolved("b1", "+1"), "b2");
    assert_eq!(resolved("b3", "-2"), "b1");
    assert_eq!(resolved("b1", "current+2"), "b3");
    assert_eq!(resolved("", "b1+2"), "b3");
    assert_eq!(resolved("", "b3-3"), "a");
    assert_eq!(resolved("", "b3-4"), "", "four below is the base");
    assert_eq!(resolved("", "left@head-2"), "b1");
    assert_eq!(resolved("", "left@a+1"), "b1");
    assert_eq!(resolved("", "other@base+2"), "r2");
    assert_eq!(resolved("b1 c1", "right@+1"), "c2");
    assert_eq!(resolved("a", "right@+2"), "c2");
    assert_eq!(resolved("", "right@+1"), "a");
    assert_eq!(resolved("b2", "right@+1"), "c1", "from the newest applied revision of that branch");
    assert_eq!(resolved("b2", "+0"), "b2");
}

#[test]
fn what_is_not_exact_is_refused_with_the_exact_forms() {
    assert_eq!(
        resolved("", "head"),
        "Multiple head revisions are present for given argument 'head'; please specify a specific target \
         revision, '<branchname>@head' to narrow to a specific head, or 'heads' for all heads (the heads are b3, \
         c2, r2; `ambix merge heads` makes them one)"
    );
    assert_eq!(
        resolved("b1 c1", "+1"),
        "Ambiguous upgrade from multiple current revisions with '+1' (write left@+1 or right@+1)"
    );
    assert_eq!(
        resolved("b1 c1", "current-1"),
        "Ambiguous downgrade from multiple current revisions with 'current-1' (write left@-1 or right@-1)"
    );
    assert_eq!(
        resolved("a", "+1"),
        "Ambiguous walk with '+1': several ways lead on from a (name the revision to go to; the next ones are b1, c1)"
    );
    assert_eq!(
        resolved("", "+1"),
        "Ambiguous walk with '+1': there are several bases (name the revision to go to; the next ones are a, r1)"
    );
    assert!(resolved("", "heads-1").starts_with("Multiple head revisions"));
}

#[test]
fn what_is_not_there_is_refused() {
    assert_eq!(resolved("b2", "+5"), "Relative revision +5 didn't produce 5 migrations (there are 1: +1)");
    assert_eq!(
        resolved("b3", "+1"),
        "Relative revision +1 didn't produce 1 migrations (nothing is left to apply there)"
    );
    assert_eq!(resolved("r2", "-9"), "Relative revision -9 didn't produce 9 migrations (there are 2: -2)");
    assert!(
        resolved("b3", "+99999999999999999999").starts_with("Relative revision +99999999999999999999 didn't")
    );
    assert_eq!(
        resolved("", "bogus@head"),
        "Can't locate revision identified by 'bogus' (the labels are left, other, right)"
    );
    assert_eq!(
        resolved("", "left@c2"),
        "Revision c2 is not a member of branch 'left' (leave 'left@' out, or name another branch)"
    );
    assert!(
        resolved("x", "current").starts_with("Can't locate revision identified by 'x' (the database is at x")
    );
    assert!(resolved("", "a:b1").starts_with("Range revision not allowed: 'a:b1'"));
}

#[test]
fn what_is_no_target_is_refused() {
    for text in ["", "@", "@head", "left@", "left@right@head", "b1+", "+", "a+1+2", "b1+x", "left@@-1"] {
        assert!(matches!(Target::parse(text), Err(TargetError::Syntax { .. })), "{text}");
    }
    assert!(resolved("", "-").starts_with("Can't locate"));
    assert!(resolved("", "a\n").starts_with("Can't locate revision identified by 'a\\n'"));
}

#[test]
fn a_target_is_read_without_a_graph() {
    let target = Target::parse("feature-x@abc123-12").unwrap();
    assert_eq!(target.branch.as_deref(), Some("feature-x"));
    assert_eq!((target.anchor, target.steps), (Anchor::Revision("abc123".into()), -12));
    assert_eq!(Target::parse("feature-x").unwrap().anchor, Anchor::Revision("feature-x".into()));
    assert_eq!(Target::parse("123").unwrap().anchor, Anchor::Revision("123".into()));
    assert_eq!(Target::parse("feature-x+1").unwrap().steps, 1);
}

fn ranged(current: &str, text: &str) -> String {
    match graph(BRANCHES).range(text, &ids(current)) {
        Ok(revisions) => words(&revisions),
        Err(error) => {
            assert!(error.hint().is_some());
            error.to_string()
        }
    }
}

#[test]
fn ranges_include_both_ends() {
    assert_eq!(ranged("", "b1:b3"), "b1 b2 b3");
    assert_eq!(ranged("", "b2:"), order("b2 b3 r2"), "what depends on the start comes after it");
    assert_eq!(ranged("", ":c1"), "a c1");
    assert_eq!(ranged("b2", "current:b3"), "b2 b3");
    assert_eq!(ranged("", "current:c1"), "a c1");
    assert_eq!(ranged("", ":"), words(graph(BRANCHES).topological()));
    assert_eq!(ranged("", "b2:b2"), "b2");
}

#[test]
fn relative_ends_count_from_the_other_end() {
    assert_eq!(ranged("b3", "-1:current"), "b2 b3");
    assert_eq!(ranged("", "b1:+1"), "b1 b2");
    assert_eq!(ranged("", "-9:c1"), "a c1", "a history that is shorter is shown whole");
    assert_eq!(ranged("b2", "-1:+1"), "b1 b2 b3");
    assert_eq!(ranged("", "-1:"), order("b2 b3 c1 c2 r1 r2"));
    assert_eq!(ranged("", "base:left@head"), "a b1 b2 b3");
}

/// The given revisions in the order of the graph.
fn order(text: &str) -> String {
    let graph = graph(BRANCHES);
    let wanted = ids(text);
    words(graph.topological().into_iter().filter(|id| wanted.contains(id)))
}

#[test]
fn ranges_that_lead_nowhere_are_refused() {
    assert_eq!(ranged("", "b3:b1"), "Revision b3 is not an ancestor of revision b1");
    assert_eq!(ranged("", "b1:base"), "Revision b1 does not come before the base");
    assert_eq!(
        ranged("", "a:b:c"),
        "History range requires [start]:[end], [start]:, or :[end], and not 'a:b:c'"
    );
    assert_eq!(ranged("", "a"), "History range requires [start]:[end], [start]:, or :[end], and not 'a'");
    assert_eq!(ranged("gone", "current:"), "Can't locate revision identified by 'gone'");
    assert_eq!(split_range("a:b").unwrap(), Some(("a", "b")));
    assert_eq!(split_range("a").unwrap(), None);
}

#[test]
fn an_empty_graph_has_no_places() {
    let empty = Graph::new(Vec::new()).unwrap();
    for text in ["head", "heads", "base", "current"] {
        assert_eq!(empty.resolve(text, &[]).unwrap(), []);
    }
    let error = empty.resolve("current", &[id("x")]).unwrap_err();
    assert!(error.hint().unwrap().contains("none of the 0 revision files"));
}
