//! Histories that are more than a line: branches, labels, dependencies, merges, several bases and places.

use ambix_tests::project::Project;
use snapbox::assert_data_eq;
use snapbox::str;

use crate::saas;

/// Writes a revision whose id is its message.
#[track_caller]
fn grow(project: &Project, id: &str, words: &str) {
    project.ambix(&format!("revision -q -m {id} --rev-id {id} {words}")).done();
}

/// ```text
/// aaa1 ── bbb1 ── bbb2      left
///    └─── ccc1 ── ccc2      right
/// net1 ── net2              network; net2 depends on bbb2
/// ```
fn branched() -> Project {
    let project = saas();
    grow(&project, "aaa1", "");
    grow(&project, "bbb1", "--branch-label left");
    grow(&project, "ccc1", "--head aaa1 --splice --branch-label right");
    grow(&project, "bbb2", "--head left@head");
    grow(&project, "ccc2", "--head ccc1");
    grow(&project, "net1", "--head base --branch-label network");
    grow(&project, "net2", "--head network@head --depends-on bbb2");
    project
}

#[track_caller]
fn at(project: &Project, heads: &[&str]) {
    let facts = project.ambix("current --format json").done().json();
    assert_eq!(facts["current"]["heads"], serde_json::json!(heads));
}

#[test]
fn branches_grow_and_are_listed() {
    let project = branched();
    project.ambix("heads").done().says_nothing().prints_lines(&[
        "net2 (network) (head)",
        "ccc2 (right) (head)",
        "bbb2 (left) (effective head)",
    ]);
    project
        .ambix("heads --resolve-dependencies")
        .done()
        .prints_lines(&["net2 (network) (head)", "ccc2 (right) (head)"]);
    project.ambix("branches").done().prints_lines(&[
        "aaa1 (branchpoint)",
        "     -> bbb1 (left)",
        "     -> ccc1 (right)",
    ]);
    project
        .ambix("branches -v")
        .done()
        .prints("Rev: aaa1 (branchpoint)\nParent: <base>\nBranches into: bbb1, ccc1\n");
    let listed = project.ambix("history").done();
    assert_data_eq!(
        &listed.stdout,
        str![[r"
net1 (bbb2) -> net2 (network) (head), net2
<base> -> net1 (network), net1
ccc1 -> ccc2 (right) (head), ccc2
aaa1 -> ccc1 (right), ccc1
bbb1 -> bbb2 (left) (effective head), bbb2
aaa1 -> bbb1 (left), bbb1
<base> -> aaa1 (branchpoint), aaa1

"]]
    );
    project.ambix("show net2").done().prints("Also depends on: bbb2\n");
    project.ambix("show left@head").done().prints("Rev: bbb2 (left) (effective head)\n");
    let facts = project.ambix("branches --format json").done().json();
    assert_eq!(facts["revisions"][0]["children"], serde_json::json!(["bbb1", "ccc1"]));
}

#[test]
fn upgrades_follow_branches_and_dependencies() {
    let project = branched();
    project
        .ambix("upgrade head")
        .exits(2)
        .says("Multiple head revisions are present for given argument 'head'")
        .says("help: the heads are bbb2, ccc2, net2; `ambix merge heads` makes them one");
    project.ambix("upgrade left@+2 -q").done();
    at(&project, &["bbb1"]);
    project.ambix("upgrade right@head -q").done();
    at(&project, &["bbb1", "ccc2"]);
    project
        .ambix("upgrade +1")
        .exits(2)
        .says("Ambiguous upgrade from multiple current revisions with '+1'")
        .says("help: write left@+1 or right@+1");
    project.ambix("upgrade net1+1 -q").done();
    at(&project, &["ccc2", "net2"]);
    project.ambix("current").done().prints_lines(&[
        "net2 (network) (head)",
        "ccc2 (right) (head)",
        "bbb2 (left) (effective head)",
    ]);
    project.ambix("current --check-heads").done();
    project.ambix("upgrade heads").done().prints_lines(&["Already there: at ccc2, net2"]);
    project
        .ambix("downgrade -1")
        .exits(2)
        .says("Ambiguous downgrade from multiple current revisions with '-1'")
        .says("help: write network@-1 or right@-1");
    project.ambix("downgrade right@-1 -q").done();
    at(&project, &["ccc1", "net2"]);
    project.ambix("downgrade network@base -q").done();
    at(&project, &["bbb2", "ccc1"]);
    project.ambix("downgrade aaa1 -q").done();
    at(&project, &["aaa1"]);
    project.ambix("downgrade base").done().prints("now at base");
}

#[test]
fn merges_join_any_number() {
    let project = branched();
    project.ambix("merge left right").exits(2).says("Revision bbb1 is not a head revision").says("left@head");
    project.ambix("merge bbb2").exits(2).says("there is nothing to merge: bbb2 leads to one revision");
    project.ambix("merge left@head right@head -m two --rev-id mmm1 --branch-label joined -q").done();
    project
        .ambix("heads")
        .done()
        .prints_lines(&["net2 (network) (head)", "mmm1 (joined, left, right) (head) (mergepoint)"]);
    project
        .ambix("show mmm1")
        .done()
        .prints("Rev: mmm1 (joined, left, right) (head) (mergepoint)\nMerges: bbb2, ccc2\n");
    project.ambix("merge heads -m all --rev-id mmm2 -q").done();
    project.ambix("heads").done().prints("mmm2 ");
    project.ambix("upgrade head -q").done();
    at(&project, &["mmm2"]);
    project.ambix("downgrade -1 -q").done();
    at(&project, &["mmm1", "net2"]);

    let three = saas();
    grow(&three, "one1", "");
    grow(&three, "two1", "--head base");
    grow(&three, "thr1", "--head base");
    three.ambix("merge one1 two1 thr1 --rev-id all1 -q").done();
    three.ambix("show head").done().prints("Merges: one1, two1, thr1\n");
    three
        .ambix("merge two1 all1 --splice")
        .exits(2)
        .says("Requested revision two1 overlaps with other requested revisions all1");
}

#[test]
fn what_does_not_fit_is_refused_and_leaves_nothing() {
    let project = branched();
    let before = project.revisions();
    for (words, error, help) in [
        ("--rev-id aaa1", "revision aaa1 exists already, in migrations/versions/", "choose another --rev-id"),
        (
            "--branch-label left",
            "Branch name 'left' in revision new1 already used by revision bbb1",
            "name the branch otherwise",
        ),
        (
            "--branch-label aaa1",
            "Branch name 'aaa1' in revision new1 is the id of a revision",
            "name the branch otherwise",
        ),
        ("--branch-label a@b", "Character(s) '@' not allowed in branch name 'a@b'", "use letters"),
        (
            "--rev-id a@b",
            "Character(s) '@' not allowed in revision identifier 'a@b'",
            "use letters, digits and _",
        ),
        ("--depends-on nope", "Can't locate revision identified by 'nope'", "ambix history"),
        ("--depends-on new1", "Can't locate revision identified by 'new1'", "ambix history"),
        ("--depends-on base", "'base' is no revision to depend on", "name a revision"),
        (
            "--head nope@head",
            "Can't locate revision identified by 'nope'",
            "the labels are left, network, right",
        ),
        ("--head bbb", "Multiple revisions start with 'bbb': bbb1, bbb2", "write more of it"),
        (
            "--head aaa1",
            "Revision aaa1 is not a head revision; please specify --splice",
            "it is followed by bbb1, ccc1",
        ),
        (
            "--head heads --splice --head bbb2",
            "the argument '--head <REVISION>' cannot be used multiple times",
            "--help",
        ),
        ("--head current", "'current' says where a database is", "name a revision"),
        ("--head left@-1", "'left@-1' says where a database is", "name a revision"),
        (
            "--version-path elsewhere",
            "Path elsewhere is not represented in current version locations",
            "migrations/versions",
        ),
    ] {
        let id = if words.contains("--rev-id") { "" } else { "--rev-id new1" };
        let head = if words.contains("--head") { "" } else { "--head ccc2" };
        project
            .ambix(&format!("revision -m x {id} {head} {words}"))
            .exits(2)
            .prints_nothing()
            .says(error)
            .says(help);
        assert_eq!(before, project.revisions(), "{words}");
    }
    project
        .ambix("revision -m x")
        .exits(2)
        .says("Multiple head revisions are present: bbb2, ccc2, net2; please specify the head revision on which the new revision should be based, or perform a merge")
        .says("help: name the one to build on with --head");
    project.ambix("heads").done();
}

#[test]
fn several_places_hold_one_history() {
    let project = saas();
    project.edit(
        "ambix.toml",
        "file_template = \"{year}{month}{day}_{hour}{minute}_{rev}_{slug}\"",
        "version_locations = [\"migrations/versions\", \"plugins/net/versions\"]\n\
         file_template = \"{year}/{month}/{rev}_{slug}\"",
    );
    project
        .ambix("revision -m one")
        .exits(2)
        .says("Multiple version locations present, please specify --version-path");
    grow(&project, "one1", "--version-path migrations/versions");
    grow(&project, "net1", "--head base --version-path ./plugins/net/versions/ --branch-label net");
    let second = project.ambix("revision -m two --rev-id net2 --head net@head").done().stdout;
    assert!(second.starts_with("plugins/net/versions/20"), "{second}");
    assert!(second.trim_end().ends_with("/net2_two.rs"), "{second}");
    let below = project
        .ambix("revision -m three --rev-id one2 --head one1 --version-path migrations/versions/late")
        .done();
    assert!(below.stdout.starts_with("migrations/versions/late/20"), "{}", below.stdout);
    project.ambix("upgrade heads -q").done();
    at(&project, &["net2", "one2"]);
    project.ambix("history").done().prints("<base> -> net1 (net), net1").prints("one1 -> one2 (head), three");
}
