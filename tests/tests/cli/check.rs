//! `check`: the drift gate.

use serde_json::{Value, json};
use snapbox::assert_data_eq;
use snapbox::str;

use crate::{massacorp, saas};

#[test]
fn in_sync_it_exits_with_0() {
    let project = massacorp();
    project.ambix("upgrade head -q").done();
    project.ambix("check").done().prints_lines(&["No new upgrade operations detected."]);
    let facts = project.ambix("check --format json").done().says_nothing().json();
    assert_eq!(facts["in_sync"], true);
    for list in ["behind", "unknown_revision", "edited", "differs", "reported"] {
        assert_eq!(facts[list], json!([]), "{list}");
    }
    assert_eq!(facts["looked_at"]["entities"], 2);
    project
        .ambix("check -v")
        .done()
        .says("read 2 entities from 1 file matching src/**/*.rs\ncompared with SQLite file `");
}

#[test]
fn a_difference_exits_with_1() {
    let project = massacorp();
    project.ambix("upgrade head -q").done();
    project.edit("src/models.rs", "    pub name: String,", "    pub name: Option<String>,");
    let found = project.ambix("check").exits(1);
    assert_data_eq!(
        &found.stdout,
        str![[r"
New upgrade operations detected: 1
  changed column tenants.name: not null → null  (src/models.rs:[..])

"]]
    );
    let facts = project.ambix("check --format json").exits(1).json();
    assert_eq!(facts["in_sync"], false);
    assert_eq!(facts["behind"], json!([]));
    assert_eq!(facts["differs"][0]["text"], "changed column tenants.name: not null → null");
    assert_ne!(facts["differs"][0]["origin"], Value::Null);
}

#[test]
fn a_database_that_is_behind_exits_with_1() {
    let project = massacorp();
    project.ambix("upgrade e1f2 -q").done();
    let found = project.ambix("check").exits(1);
    assert_data_eq!(
        found.stdout.trim_end(),
        str!["Target database is not up to date: 1 revision pending.\n  f6a7b8c9d0e1"]
    );
    assert!(found.stderr.contains("help: run `ambix upgrade head`, then check again"));
    let facts = project.ambix("check --format json").exits(1).json();
    assert_eq!(facts["behind"], json!(["f6a7b8c9d0e1"]));
    assert_eq!(facts["differs"], json!([]));
    assert_eq!(facts["unknown_revision"], json!([]));
}

#[test]
fn a_revision_that_no_file_knows_exits_with_1() {
    let mut project = massacorp();
    project.ambix("upgrade head -q").done();
    project.sql("UPDATE ambix_version SET version_num = 'deadbeef0000'");
    project
        .ambix("check")
        .exits(1)
        .prints("Can't locate revision identified by 'deadbeef0000'")
        .says("ambix stamp --purge REVISION");
    let facts = project.ambix("check --format json").exits(1).json();
    assert_eq!(facts["unknown_revision"], json!(["deadbeef0000"]));
    assert_eq!(facts["behind"], json!([]));
    assert_eq!(facts["differs"], json!([]));
}

#[test]
fn offline_it_asks_no_database() {
    let project = massacorp();
    let nowhere = "--url postgres://nobody@127.0.0.1:1/none";
    project.ambix(&format!("check --offline {nowhere}")).done().prints("No new upgrade operations detected.");
    project.edit("src/models.rs", "    pub name: String,", "    pub name: Option<String>,");
    project
        .ambix(&format!("check --offline {nowhere}"))
        .exits(1)
        .prints("changed column tenants.name: not null → null")
        .says("ambix revision --autogenerate --offline -m");
    let facts = project.ambix("check --offline --format json").exits(1).json();
    assert_eq!(facts["differs"].as_array().unwrap().len(), 1);
    project.ambix("check").exits(1).prints("7 revisions pending");
}

#[test]
fn nothing_is_written_by_looking() {
    let mut project = saas();
    project.ambix("check").exits(1).prints("added table users");
    assert_eq!(project.schema().schema().iter().count(), 0);
    assert!(!project.path().join("migrations").exists());
}

#[test]
fn quiet_keeps_the_results() {
    let project = saas();
    project.ambix("check -q").exits(1).prints("added table users");
}

#[test]
fn the_policy_decides_what_counts() {
    let mut project = massacorp();
    project.ambix("upgrade head -q").done();
    project.sql("CREATE TABLE tmp_copy (a TEXT)");
    project.sql("CREATE TABLE audit (a TEXT)");
    project.sql("CREATE INDEX ix_reporting_1 ON users (full_name, email)");
    project.ambix("check").exits(1).prints("New upgrade operations detected: 3");
    project.edit(
        "ambix.toml",
        "ignore = [\"index:ix_users_created_at\"]",
        "ignore = [\"index:ix_users_created_at\", \"tmp_*\"]\nprotect = [\"audit\"]\n
[[policy.rule]]\nkind = \"index\"\nname = \"ix_reporting_*\"\nonly_in = \"database\"\naction = \"report\"\nreason = \"owned by others\"",
    );
    let found = project.ambix("check -v").exits(1).prints("New upgrade operations detected: 1\n");
    found
        .prints("ix_reporting_1")
        .says("- table tmp_copy  [ignore tmp_*]")
        .says("- table audit  [protect audit]");
    let facts = project.ambix("check --format json").exits(1).json();
    assert_eq!(facts["differs"], json!([]));
    assert_eq!(facts["reported"].as_array().unwrap().len(), 1);
    assert!(facts["left_out"].as_array().unwrap().len() >= 2);
    project.ambix("revision --autogenerate -m none").done().prints("No changes in schema detected.");
}
