//! `current`, `history`, `heads` and `show`.

use snapbox::assert_data_eq;
use snapbox::str;

use crate::{massacorp, saas};

#[test]
fn current_prints_ids_alone() {
    let project = massacorp();
    project.ambix("current").done().prints_nothing().says("is at base");
    project.ambix("current -q").done().prints_nothing().says_nothing();
    project.ambix("upgrade c4d5 -q").done();
    project.ambix("current").done().prints_lines(&["c4d5e6f70819"]).says_nothing();
    project.ambix("upgrade head -q").done();
    project.ambix("current").done().prints_lines(&["f6a7b8c9d0e1 (head)"]).says_nothing();
    let verbose = project.ambix("current -v").done();
    assert_data_eq!(verbose.stderr.trim_end(), str!["Current revision(s) for SQLite file `[..]`:"]);
    assert_data_eq!(
        &verbose.stdout,
        str![[r"
Rev: f6a7b8c9d0e1 (head) (current)
Parent: e1f2a3b4c5d6
Path: migrations/versions/20240316_0900_f6a7b8c9d0e1_index_creation_dates_by_hand.rs

    index creation dates by hand

    Revision ID: f6a7b8c9d0e1
    Revises: e1f2a3b4c5d6
    Create Date: 2024-03-16 09:00:00 UTC


"]]
    );
    let facts = project.ambix("current --format json").done().json();
    assert_eq!(facts["current"]["heads"], serde_json::json!(["f6a7b8c9d0e1"]));
    assert_eq!(facts["current"]["is_at_heads"], true);
}

#[test]
fn current_can_be_a_gate() {
    let project = massacorp();
    project
        .ambix("current --check-heads")
        .exits(1)
        .says("error: Database is not on all head revisions\nhelp: run `ambix upgrade heads`");
    project.ambix("upgrade head -q").done();
    project.ambix("current --check-heads").done().prints_lines(&["f6a7b8c9d0e1 (head)"]);
}

#[test]
fn history_lists_the_newest_first() {
    let project = massacorp();
    let listed = project.ambix("history --url sqlite:none.db").done().says_nothing();
    assert_data_eq!(
        &listed.stdout,
        str![[r"
e1f2a3b4c5d6 -> f6a7b8c9d0e1 (head), index creation dates by hand
d8e9fa0b1c2d -> e1f2a3b4c5d6, index e-mails while people work
c4d5e6f70819 -> d8e9fa0b1c2d, indexes
b0c1d2e3f405 -> c4d5e6f70819, name is the full name
abd45f60718a -> b0c1d2e3f405, names are required
abc123d4e5f6 -> abd45f60718a, add phone
<base> -> abc123d4e5f6, create tenants and users

"]]
    );
    assert!(!project.path().join("none.db").exists());
    saas().ambix("history").done().prints_nothing().says("no revisions in ").says("migrations/versions");
}

#[test]
fn history_takes_ranges() {
    let project = massacorp();
    project.ambix("upgrade d8e9 -q").done();
    let listed = |range: &str| {
        let listed = project.ambix(&format!("history -r {range}")).done().stdout;
        let ids: Vec<&str> =
            listed.lines().filter_map(|line| line.split_once("-> ")).map(|(_, id)| &id[..4]).collect();
        ids.join(" ")
    };
    assert_eq!(listed("abd4:c4d5"), "c4d5 b0c1 abd4");
    assert_eq!(listed(":abd4"), "abd4 abc1");
    assert_eq!(listed("e1f2:"), "f6a7 e1f2");
    assert_eq!(listed("base:abc123"), "abc1");
    assert_eq!(listed("current:head"), "f6a7 e1f2 d8e9");
    assert_eq!(listed("-2:current"), "d8e9 c4d5 b0c1");
    project.ambix("history -r abd4").exits(2).says("error: ").says("help: ");
    project.ambix("history -r abd4:nope").exits(2).says("Can't locate revision identified by 'nope'");
}

#[test]
fn history_marks_where_the_database_is() {
    let project = massacorp();
    project.ambix("upgrade e1f2 -q").done();
    let listed = project.ambix("history -i -r e1f2:").done();
    assert_data_eq!(
        &listed.stdout,
        str![[r"
e1f2a3b4c5d6 -> f6a7b8c9d0e1 (head), index creation dates by hand
d8e9fa0b1c2d -> e1f2a3b4c5d6 (current), index e-mails while people work

"]]
    );
    let verbose = project.ambix("history -i -v -r e1f2:").done().stdout;
    assert!(verbose.contains("Rev: e1f2a3b4c5d6 (current)\nParent: d8e9fa0b1c2d\nPath: "), "{verbose}");
    let facts = project.ambix("history -i --format json").done().json();
    let entries = facts["revisions"].as_array().unwrap();
    assert_eq!(entries.len(), 7);
    assert_eq!(entries[0]["is_head"], true);
    assert_eq!(entries[0]["is_current"], false);
    assert_eq!(entries[1]["is_current"], true);
    assert_eq!(entries[1]["down_revision"], serde_json::json!(["d8e9fa0b1c2d"]));
    assert_eq!(entries[1]["message"], "index e-mails while people work");
    let unasked = project.ambix("history --format json").done().json();
    assert_eq!(unasked["revisions"][0]["is_current"], serde_json::Value::Null);
}

#[test]
fn heads_are_what_nothing_builds_on() {
    let project = massacorp();
    project.ambix("heads").done().prints_lines(&["f6a7b8c9d0e1 (head)"]).says_nothing();
    project.ambix("heads -v").done().prints("Rev: f6a7b8c9d0e1 (head)\nParent: e1f2a3b4c5d6\n");
    let facts = project.ambix("heads --format json").done().json();
    assert_eq!(facts["revisions"][0]["revision"], "f6a7b8c9d0e1");
    project.ambix("revision -m side --rev-id 51de --head abc123 --splice").done();
    let heads = project.ambix("heads").done().stdout;
    assert_eq!(heads.lines().count(), 2, "{heads}");
    project.ambix("history").done().prints("abc123d4e5f6 (branchpoint), create tenants and users");
}

#[test]
fn show_shows_one() {
    let project = massacorp();
    let shown = project.ambix("show abd4").done().says_nothing();
    assert_data_eq!(
        &shown.stdout,
        str![[r"
Rev: abd45f60718a
Parent: abc123d4e5f6
Path: migrations/versions/20240311_0900_abd45f60718a_add_phone.rs

    add phone

    Revision ID: abd45f60718a
    Revises: abc123d4e5f6
    Create Date: 2024-03-11 09:00:00 UTC


"]]
    );
    project.ambix("show head").done().prints("Rev: f6a7b8c9d0e1 (head)\n");
    project.ambix("upgrade c4d5 -q").done();
    project.ambix("show current").done().prints("Rev: c4d5e6f70819 (current)\n");
    let facts = project.ambix("show abc123 --format json").done().json();
    assert_eq!(facts["revisions"][0]["create_date"], "2024-03-10 09:00:00 UTC");
    project.ambix("show nope").exits(2).prints_nothing().says("Can't locate revision identified by 'nope'");
}
