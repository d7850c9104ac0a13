//! Upgrades, downgrades and stamps on the graphs people make.

use super::*;
use crate::graph::tests::{graph, id, ids, words};

/// One line a move: `+b: a → b` and what the table holds then.
fn shown(moves: Result<Vec<Move>, TargetError>) -> String {
    let moves = match moves {
        Ok(moves) => moves,
        Err(error) => {
            assert!(error.hint().is_some());
            return format!("{error} ({})", error.hint().unwrap());
        }
    };
    let line = |step: &Move| {
        let sign = match step.direction {
            Direction::Upgrade => '+',
            Direction::Downgrade => '-',
        };
        let changes = changes(&step.head_changes);
        format!("{sign}{}: {changes} = {}", step.revision, words(&step.heads_after)).trim_end().to_owned()
    };
    moves.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn changes(changes: &[HeadChange]) -> String {
    let change = |change: &HeadChange| match change {
        HeadChange::Insert(id) => format!("insert {id}"),
        HeadChange::Delete(id) => format!("delete {id}"),
        HeadChange::Update { from, to } => format!("{from} to {to}"),
    };
    changes.iter().map(change).collect::<Vec<_>>().join(", ")
}

fn up(text: &str, from: &str, target: &str) -> String {
    shown(graph(text).upgrade(&ids(from), target))
}

fn down(text: &str, from: &str, target: &str) -> String {
    shown(graph(text).downgrade(&ids(from), target))
}

const LINE: &str = "a\nb < a\nc < b";
const DIAMOND: &str = "a\nb1 < a || left\nb2 < b1\nc1 < a || right\nm < b2 c1\nz < m";
const THREE: &str = "a\nb < a\nc < a\nd < a\nm < b c d";

#[test]
fn a_line_is_updates() {
    assert_eq!(up(LINE, "", "head"), "+a: insert a = a\n+b: a to b = b\n+c: b to c = c");
    assert_eq!(down(LINE, "c", "base"), "-c: c to b = b\n-b: b to a = a\n-a: delete a =");
    assert_eq!(up(LINE, "a", "+1"), "+b: a to b = b");
    assert_eq!(down(LINE, "c", "-2"), "-c: c to b = b\n-b: b to a = a");
    assert_eq!(down(LINE, "c", "-3"), down(LINE, "c", "base"));
    assert_eq!(down(LINE, "c", "c-1"), "-c: c to b = b");
    assert_eq!(down(LINE, "c", "b-1"), down(LINE, "c", "a"));
    assert_eq!(down(LINE, "c", "a-1"), down(LINE, "c", "base"));
    assert_eq!(down(LINE, "c", "base+1"), down(LINE, "c", "a"));
}

#[test]
fn being_there_is_no_move() {
    for target in ["head", "heads", "c", "current", "a+2", "head-0", "+0"] {
        assert_eq!(up(LINE, "c", target), "", "{target}");
        assert_eq!(down(LINE, "c", target), "", "{target}");
    }
    assert_eq!(down(LINE, "", "base"), "");
    assert_eq!(up("", "", "head"), "");
    assert_eq!(up("", "", "heads"), "");
}

#[test]
fn an_upgrade_does_not_go_down() {
    let refused = |target: &str| {
        format!(
            "'{target}' is older than the database, and an upgrade only goes up (`ambix downgrade {target}` goes there)"
        )
    };
    for target in ["a", "base", "-1", "b-1", "head-2", "a-1", "left@base"] {
        assert_eq!(up("a || left\nb < a\nc < b", "b", target), refused(target));
    }
    assert_eq!(up(LINE, "", "base"), refused("base"));
}

#[test]
fn a_downgrade_does_not_go_up() {
    assert_eq!(
        down(LINE, "a", "+1"),
        "'+1' is newer than the database, and a downgrade only goes down (`ambix upgrade +1` goes there)"
    );
    let refused = |target: &str| {
        format!(
            "Destination {target} is not a valid downgrade target from current head(s) (it is not applied; `ambix \
             upgrade {target}` applies it)"
        )
    };
    for target in ["c", "head", "heads", "a+2"] {
        assert_eq!(down(LINE, "a", target), refused(target));
    }
    assert_eq!(down(LINE, "b", "-3"), "Relative revision -3 didn't produce 3 migrations (there are 2: -2)");
    assert_eq!(
        down(LINE, "", "-1"),
        "Relative revision -1 didn't produce 1 migrations (nothing is left to undo there)"
    );
}

#[test]
fn a_branch_is_inserted_and_a_merge_deletes() {
    assert_eq!(
        up(DIAMOND, "", "head"),
        "+a: insert a = a\n+b1: a to b1 = b1\n+b2: b1 to b2 = b2\n+c1: insert c1 = b2 c1\n\
         +m: delete c1, b2 to m = m\n+z: m to z = z"
    );
    assert_eq!(
        down(DIAMOND, "z", "base"),
        "-z: z to m = m\n-m: m to b2, insert c1 = b2 c1\n-c1: delete c1 = b2\n-b2: b2 to b1 = b1\n\
         -b1: b1 to a = a\n-a: delete a ="
    );
}

#[test]
fn a_merge_is_undone_whole_or_to_one_side() {
    assert_eq!(down(DIAMOND, "m", "-1"), "-m: m to b2, insert c1 = b2 c1");
    assert_eq!(
        down(DIAMOND, "m", "-2"),
        "Ambiguous walk with '-2': several ways lead on from m (name the revision to go to; the next ones are b2, c1)"
    );
    assert_eq!(down(DIAMOND, "m", "left@-2"), "-m: m to b2, insert c1 = b2 c1\n-b2: b2 to b1 = b1 c1");
    assert_eq!(down(DIAMOND, "m", "right@-2"), "-m: m to b2, insert c1 = b2 c1\n-c1: delete c1 = b2");
    assert_eq!(down(DIAMOND, "m", "c1"), "-m: m to b2, insert c1 = b2 c1");
    assert_eq!(
        down(DIAMOND, "z", "left@a"),
        "-z: z to m = m\n-m: m to b2, insert c1 = b2 c1\n-b2: b2 to b1 = b1 c1\n-b1: delete b1 = c1"
    );
}

#[test]
fn three_branches_merge_at_once() {
    assert_eq!(up(THREE, "b c", "head"), "+d: insert d = b c d\n+m: delete c, delete d, b to m = m");
    assert_eq!(down(THREE, "m", "-1"), "-m: m to b, insert c, insert d = b c d");
    assert_eq!(down(THREE, "m", "b"), "-m: m to b, insert c, insert d = b c d");
}

#[test]
fn twin_merges_stay_apart() {
    let twins = "a\nb < a\nc < a\nm < b c\nn < b c";
    assert_eq!(up(twins, "b c", "heads"), "+m: delete c, b to m = m\n+n: insert n = m n");
    assert_eq!(down(twins, "m n", "m@-1"), "-m: delete m = n", "its parents are still below the other one");
    assert_eq!(down(twins, "n", "-1"), "-n: n to b, insert c = b c");
}

#[test]
fn unbalanced_branches_go_down_one_at_a_time() {
    let text = "a\nb1 < a || left\nb2 < b1\nb3 < b2\nc1 < a";
    assert_eq!(
        down(text, "b3 c1", "-1"),
        "Ambiguous downgrade from multiple current revisions with '-1' (write c1@-1 or left@-1)"
    );
    assert_eq!(down(text, "b3 c1", "left@-1"), "-b3: b3 to b2 = b2 c1");
    assert_eq!(down(text, "b3 c1", "c1@-1"), "-c1: delete c1 = b3", "the other branch keeps its root");
    assert_eq!(down(text, "b3 c1", "left@-3").lines().last().unwrap(), "-b1: delete b1 = c1");
    assert_eq!(down(text, "b3 c1", "b1"), "-b3: b3 to b2 = b2 c1\n-b2: b2 to b1 = b1 c1");
    assert_eq!(down(text, "b3 c1", "a").lines().count(), 4, "everything above goes");
    assert_eq!(down(text, "b3", "-1"), "-b3: b3 to b2 = b2");
    assert_eq!(down(text, "b3", "c1@a"), "", "that branch is there already");
}

#[test]
fn separate_roots_come_and_go_apart() {
    let text = "a1 || one\na2 < a1\nb1 || two\nb2 < b1";
    assert_eq!(up(text, "a2", "two@head"), "+b1: insert b1 = a2 b1\n+b2: b1 to b2 = a2 b2");
    assert_eq!(up(text, "a2", "two@+1"), "+b1: insert b1 = a2 b1");
    assert_eq!(down(text, "a2 b2", "two@base"), "-b2: b2 to b1 = a2 b1\n-b1: delete b1 = a2");
    assert_eq!(down(text, "a2 b2", "base").lines().count(), 4);
    assert_eq!(down(text, "a2 b2", "b2-2"), down(text, "a2 b2", "two@base"));
}

#[test]
fn dependencies_run_first_and_hold_what_they_need() {
    let text = "a1 || one\na2 < a1\na3 < a2\nb1 || two\nb2 < b1 | a2";
    assert_eq!(
        up(text, "", "two@head"),
        "+a1: insert a1 = a1\n+a2: a1 to a2 = a2\n+b1: insert b1 = a2 b1\n+b2: delete a2, b1 to b2 = b2"
    );
    assert_eq!(up(text, "b2", "a3"), "+a3: insert a3 = a3 b2");
    assert_eq!(up(text, "b2", "a2"), "", "applied as a dependency, and nothing follows it");
    assert_eq!(up(text, "b2", "one@+1"), "+a3: insert a3 = a3 b2");
    assert_eq!(down(text, "b2", "-1"), "-b2: b2 to b1, insert a2 = a2 b1");
    assert_eq!(down(text, "a3 b2", "two@b1"), "-b2: b2 to b1 = a3 b1", "a2 is still below a3");
    assert_eq!(
        down(text, "a3 b2", "one@a1"),
        "-b2: b2 to b1 = a3 b1\n-a3: a3 to a2 = a2 b1\n-a2: a2 to a1 = a1 b1",
        "what depends on a revision goes with it"
    );
    assert_eq!(down(text, "b2", "a2"), "", "the dependant does not have to go");
}

#[test]
fn criss_cross_dependencies_keep_the_order() {
    let text = "a1\na2 < a1 | b1\na3 < a2 | b2\nb1\nb2 < b1 | a1\nb3 < b2 | a2";
    let graph = graph(text);
    let moves = graph.upgrade(&[], "heads").unwrap();
    assert_eq!(words(moves.iter().map(|step| &step.revision)), "a1 b1 a2 b2 a3 b3");
    assert_eq!(words(&moves[5].heads_after), "a3 b3");
    assert_eq!(
        shown(graph.downgrade(&ids("a3 b3"), "b1")),
        "-b3: delete b3 = a3\n-a3: a3 to a2, insert b2 = a2 b2\n-b2: delete b2 = a2"
    );
}

#[test]
fn rows_that_another_row_implies_go_with_the_first_move() {
    let text = "a1\na2 < a1\nb1 | a2\nb2 < b1";
    assert_eq!(up(text, "a2 b1", "b2"), "+b2: delete a2, b1 to b2 = b2");
    assert_eq!(down(text, "a2 b1", "b1@-1"), "-b1: delete a2, b1 to a2 = a2");
    assert_eq!(up(LINE, "a b b", "c"), "+c: delete a, b to c = c");
}

#[test]
fn an_unknown_row_stops_everything() {
    for text in [up(LINE, "gone", "head"), down(LINE, "gone", "base")] {
        assert!(
            text.starts_with("Can't locate revision identified by 'gone' (the database is at gone"),
            "{text}"
        );
    }
    assert!(graph(LINE).stamp(&ids("gone"), &["head"]).is_err());
    assert_eq!(stamped(LINE, "", "head"), "insert c = c", "what --purge does");
}

fn stamped(text: &str, from: &str, targets: &str) -> String {
    let targets: Vec<&str> = targets.split(' ').collect();
    match graph(text).stamp(&ids(from), &targets) {
        Ok(stamp) => format!("{} = {}", changes(&stamp.head_changes), words(&stamp.heads_after)),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_stamp_replaces_what_is_related() {
    assert_eq!(stamped(LINE, "a", "head"), "a to c = c");
    assert_eq!(stamped(LINE, "c", "a"), "c to a = a");
    assert_eq!(stamped(LINE, "c", "c"), " = c");
    assert_eq!(stamped(LINE, "c", "base"), "delete c = ");
    assert_eq!(stamped(LINE, "c", "-1"), "c to b = b");
    assert_eq!(stamped(DIAMOND, "b2 c1", "m"), "delete c1, b2 to m = m");
    assert_eq!(stamped(DIAMOND, "m", "b1 c1"), "m to b1, insert c1 = b1 c1");
    assert_eq!(stamped(DIAMOND, "b2", "c1"), "insert c1 = b2 c1");
    assert_eq!(stamped(LINE, "", "a c"), "insert c = c", "an ancestor is implied");
    assert_eq!(stamped("", "", "head"), " = ");
    let roots = "a1 || one\na2 < a1\nb1 || two\nb2 < b1 | a2";
    assert_eq!(stamped(roots, "a2", "two@head"), "a2 to b2 = b2");
    assert_eq!(stamped(roots, "b2", "heads"), " = b2");
    assert_eq!(stamped("a1 || one\nb1 || two", "a1 b1", "two@base"), "delete b1 = a1");
    assert_eq!(stamped(LINE, "", "x"), "Can't locate revision identified by 'x'");
}

#[test]
fn the_same_inputs_give_the_same_moves() {
    let mut reversed = crate::graph::tests::nodes(DIAMOND);
    reversed.reverse();
    let reversed = Graph::new(reversed).unwrap();
    assert_eq!(graph(DIAMOND).upgrade(&[], "head"), reversed.upgrade(&[], "head"));
    assert_eq!(graph(DIAMOND).downgrade(&[id("z")], "base"), reversed.downgrade(&[id("z")], "base"));
    assert_eq!(graph(DIAMOND).stamp(&[], &["b1", "c1"]), reversed.stamp(&[], &["b1", "c1"]));
}
