//! `upgrade`, `downgrade` and `stamp`.

use ambix_tests::project::{Project, Run};
use snapbox::assert_data_eq;
use snapbox::str;

use crate::massacorp;

fn at(project: &Project, revision: &str) {
    project.ambix("current").done().prints(revision);
}

#[test]
fn upgrade_says_each_revision_and_where_it_ended() {
    let project = massacorp();
    let ran = project.ambix("upgrade +2").done();
    assert_data_eq!(ran.stdout.trim_end(), str!["Ran 2 revisions in [..] ms; now at abd45f60718a"]);
    assert_data_eq!(
        &ran.stderr,
        str![[r"
Running upgrade <base> -> abc123d4e5f6, create tenants and users
Running upgrade abc123d4e5f6 -> abd45f60718a, add phone

"]]
    );
    project.ambix("upgrade head --quiet").done().prints_nothing().says_nothing();
    project.ambix("upgrade head").done().prints_lines(&["Already there: at f6a7b8c9d0e1"]).says_nothing();
}

#[test]
fn upgrade_takes_every_kind_of_target() {
    let targets = [
        ("abc123", "abc123d4e5f6"),
        ("+1", "abd45f60718a"),
        ("b0c1d2e3f405", "b0c1d2e3f405"),
        ("c4d5+1", "d8e9fa0b1c2d"),
        ("heads", "f6a7b8c9d0e1"),
    ];
    let project = massacorp();
    for (target, revision) in targets {
        project.ambix(&format!("upgrade {target}")).done().prints(&format!("now at {revision}"));
        at(&project, revision);
    }
}

#[test]
fn upgrade_goes_up_only() {
    let project = massacorp();
    project.ambix("upgrade c4d5").done();
    for target in ["abc123", "base", "-1"] {
        project
            .ambix(&format!("upgrade {target}"))
            .exits(2)
            .prints_nothing()
            .says("an upgrade only goes up")
            .says(&format!("help: `ambix downgrade {target}` goes there"));
    }
    at(&project, "c4d5e6f70819");
    project.ambix("upgrade c4d5").done().prints_lines(&["Already there: at c4d5e6f70819"]);
    project.ambix("upgrade +9").exits(2).says("Relative revision +9 didn't produce 9 migrations");
    at(&project, "c4d5e6f70819");
}

#[test]
fn downgrade_takes_every_kind_of_target() {
    let project = massacorp();
    project.ambix("upgrade head -q").done();
    let ran = project.ambix("downgrade -1").done();
    assert_data_eq!(
        ran.stderr.trim_end(),
        str!["Running downgrade f6a7b8c9d0e1 -> e1f2a3b4c5d6, index creation dates by hand"]
    );
    project.ambix("downgrade -2").done().prints("Ran 2 revisions in ").prints("now at c4d5e6f70819");
    project.ambix("downgrade b0c1").done().prints("now at b0c1d2e3f405");
    project.ambix("downgrade abd45f60718a").done();
    project.ambix("downgrade abd4").done().prints_lines(&["Already there: at abd45f60718a"]);
    project.ambix("downgrade -9").exits(2).says("Relative revision -9 didn't produce 9 migrations");
    project.ambix("downgrade head").exits(2).says("error: ");
    at(&project, "abd45f60718a");
    project.ambix("downgrade base").done().prints("now at base");
    project.ambix("downgrade base").done().prints_lines(&["Already there: at base"]);
    project.ambix("current").done().prints_nothing().says("is at base: no revision is recorded");
}

#[test]
fn prefixes_are_unique_and_long_enough() {
    let project = massacorp();
    project.write(
        "migrations/versions/1.rs",
        &project
            .read("migrations/versions/20240311_0900_abd45f60718a_add_phone.rs")
            .replace("abd45f60718a", "abc12399")
            .replace("\"abc123d4e5f6\"", "\"f6a7b8c9d0e1\""),
    );
    project
        .ambix("upgrade abc123")
        .exits(2)
        .says("abc12399")
        .says("abc123d4e5f6")
        .says("help: write more of it");
    project.ambix("upgrade abc123d").done().prints("now at abc123d4e5f6");
    project.ambix("upgrade a").exits(2).says("Can't locate revision identified by 'a'");
}

#[test]
fn programs_read_json() {
    let project = massacorp();
    let ran = project.ambix("upgrade +1 --format json").done().json();
    assert_eq!(ran["ran"], serde_json::json!(["abc123d4e5f6"]));
    assert_eq!(ran["heads"], serde_json::json!(["abc123d4e5f6"]));
    let ran = project.ambix("downgrade base --format json").done().json();
    assert_eq!(ran["heads"], serde_json::json!([]));
    let stamped = project.ambix("stamp head --format json").done().json();
    assert_eq!(stamped["before"], serde_json::json!([]));
    assert_eq!(stamped["heads"], serde_json::json!(["f6a7b8c9d0e1"]));
}

#[test]
fn verbose_shows_the_statements() {
    let project = massacorp();
    project.ambix("upgrade +1 -v").done().says("Connected to SQLite file `").says(
        "  CREATE TABLE tenants (\n      id INTEGER CONSTRAINT tenants_pkey PRIMARY KEY AUTOINCREMENT,\n",
    );
}

#[test]
fn a_script_is_printed_and_nothing_runs() {
    let mut project = massacorp();
    let range = |project: &Project, words: &str| -> Run { project.ambix(words).done().says_nothing() };
    let script = range(&project, "upgrade head --sql").stdout;
    assert_eq!(script.matches("-- Running upgrade to ").count(), 7, "{script}");
    assert!(script.starts_with("CREATE TABLE ambix_version ("), "{script}");
    assert_eq!(script, range(&project, "upgrade base:head --sql").stdout);
    assert_eq!(script, range(&project, "upgrade :head --sql").stdout);
    assert_eq!(project.schema().schema().iter().count(), 0);

    let part = range(&project, "upgrade abd4:c4d5 --sql").stdout;
    assert!(part.starts_with("-- Running upgrade to b0c1d2e3f405: names are required\n"), "{part}");
    assert!(part.contains("ALTER TABLE users RENAME COLUMN name TO full_name;\n"), "{part}");
    assert_eq!(part.matches("-- Running ").count(), 2, "{part}");
    let back = range(&project, "downgrade c4d5:abd4 --sql").stdout;
    assert!(back.starts_with("-- Running downgrade from c4d5e6f70819: name is the full name\n"), "{back}");
    assert_eq!(back.matches("-- Running ").count(), 2, "{back}");

    project.ambix("upgrade d8e9 -q").done();
    let rest = range(&project, "upgrade head --sql").stdout;
    assert!(rest.starts_with("-- Running upgrade to e1f2a3b4c5d6"), "{rest}");
    assert_eq!(range(&project, "downgrade -1 --sql").stdout.matches("-- Running ").count(), 1);
    at(&project, "d8e9fa0b1c2d");
    project.ambix("upgrade abd4:c4d5").exits(2).says("--sql");
}

#[test]
fn stamp_writes_the_version_and_nothing_else() {
    let mut project = massacorp();
    project.ambix("stamp c4d5").done().prints_lines(&["at c4d5e6f70819"]).says_nothing();
    at(&project, "c4d5e6f70819");
    assert_eq!(
        project.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1"),
        ["ambix_history", "ambix_version"]
    );
    project.ambix("stamp head").done().prints_lines(&["at f6a7b8c9d0e1"]);
    project.ambix("stamp head").done().prints_lines(&["Already there: at f6a7b8c9d0e1"]);
    project.ambix("stamp abc123").done().prints_lines(&["at abc123d4e5f6"]);
    project.ambix("stamp base").done().prints_lines(&["at base"]);
    assert_eq!(project.rows("SELECT count(*) FROM ambix_version"), ["0"]);
    project.ambix("stamp nope").exits(2).says("Can't locate revision identified by 'nope'");
    project.ambix("stamp").exits(2).says("<TARGETS>...");
}

#[test]
fn stamp_with_purge_forgets_what_no_file_knows() {
    let mut project = massacorp();
    project.ambix("stamp head").done();
    project.sql("UPDATE ambix_version SET version_num = 'deadbeef0000'");
    for words in ["upgrade head", "downgrade base", "stamp head", "revision --autogenerate -m a"] {
        project
            .ambix(words)
            .exits(2)
            .says("Can't locate revision identified by 'deadbeef0000'")
            .says("ambix stamp --purge");
    }
    project
        .ambix("current")
        .done()
        .prints_lines(&["deadbeef0000 (unknown)"])
        .says("warning: Can't locate revision identified by 'deadbeef0000'");
    project.ambix("stamp --purge e1f2").done().prints_lines(&["at e1f2a3b4c5d6"]);
    assert_eq!(project.rows("SELECT version_num FROM ambix_version"), ["e1f2a3b4c5d6"]);
}

#[test]
fn a_file_that_is_not_there_is_made_by_who_writes_only() {
    let project = massacorp();
    let missing = project.path().join("new.db");
    for words in ["current", "history -i", "check", "show current", "upgrade head --sql"] {
        project.ambix(&format!("{words} --url sqlite:new.db"));
        assert!(!missing.exists(), "`{words}` made the file");
    }
    project.ambix("current --url sqlite:new.db").done().prints_nothing().says("does not exist yet");
    project.ambix("upgrade head --url sqlite:new.db").done();
    assert!(missing.is_file());
}

#[test]
fn a_stamp_is_printed_as_a_script() {
    let mut project = massacorp();
    let script = |project: &Project, words: &str| project.ambix(words).done().says_nothing().stdout;
    let first = script(&project, "stamp c4d5 --sql --tag 'release 7\nDROP'");
    assert!(first.starts_with("-- tag: release 7\\nDROP\nCREATE TABLE ambix_version ("), "{first}");
    assert!(
        first.ends_with(
            "BEGIN;\nINSERT INTO \"ambix_version\" (\"version_num\") VALUES ('c4d5e6f70819');\nCOMMIT;\n"
        ),
        "{first}"
    );
    assert_eq!(project.schema().schema().iter().count(), 0);
    project.ambix("stamp abc123 -q").done();
    let moved = script(&project, "stamp c4d5 --sql");
    assert_eq!(moved, script(&project, "stamp abc123:c4d5 --sql"));
    assert!(moved.contains("UPDATE ") && !moved.contains("CREATE"), "{moved}");
    assert_eq!(script(&project, "stamp abc123 --sql"), "");
    project.sql("UPDATE ambix_version SET version_num = 'lost'");
    project.ambix("stamp head --sql").exits(2).says("Can't locate revision identified by 'lost'");
    let purged = script(&project, "stamp head --sql --purge");
    project.sql(&purged);
    project.ambix("current").done().prints_lines(&["f6a7b8c9d0e1 (head)"]);
    project
        .ambix("stamp abc123:c4d5 head --sql")
        .exits(2)
        .says("Stamp operation with --sql only supports a single starting revision at a time");
    project
        .ambix("stamp abc123:c4d5")
        .exits(2)
        .says("Range revision not allowed: 'abc123:c4d5'")
        .says("--sql");
    project.ambix("upgrade head --tag x").exits(2).says("--sql");
}

#[test]
fn the_version_table_can_be_made_alone() {
    let mut project = massacorp();
    let sql = project.ambix("ensure-version --sql").done().stdout;
    assert!(sql.starts_with("CREATE TABLE ambix_version ("), "{sql}");
    project.ambix("ensure-version").done().prints_lines(&["Made the version table ambix_version"]);
    project.ambix("ensure-version").done().prints_lines(&["Already there: the version table ambix_version"]);
    let facts = project.ambix("ensure-version --format json").done().json();
    assert_eq!(facts["is_made"], false);
    assert_eq!(project.rows("SELECT count(*) FROM ambix_version"), ["0"]);
    project.ambix("upgrade head -q").done();
}

#[test]
fn a_directory_that_is_not_there_is_no_empty_history() {
    let project = massacorp();
    project.edit("ambix.toml", "script_location = \"migrations\"", "script_location = \"migration\"");
    for words in
        ["upgrade head", "upgrade heads --sql", "downgrade base", "stamp heads", "reset --allow-reset"]
    {
        project
            .ambix(words)
            .exits(2)
            .says("could not read the revisions: there is no directory migration/versions")
            .says("help: correct script_location");
    }
    for words in ["heads", "history", "branches", "show base", "current", "status"] {
        project.ambix(words).done().says("warning: there is no directory migration/versions");
    }
    let warning = "warning: there is no directory migration/versions, so there are no revisions";
    project.ambix("check --offline").exits(1).says(warning);
    project.ambix("upgrade head --tag x").exits(2).says("--sql");
}
