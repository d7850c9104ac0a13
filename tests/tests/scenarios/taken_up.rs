//! Runs that end half way, and how the next one takes them up.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use ambix_tests::project::Project;

use crate::Scenario;
use crate::running::{USERS, project, revision};

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("taken_up::a_killed_run_is_taken_up", a_killed_run_is_taken_up),
    ("taken_up::what_cannot_be_told_is_asked", what_cannot_be_told_is_asked),
    ("taken_up::an_index_that_failed_is_built_again", an_index_that_failed_is_built_again),
];

/// A statement that takes a while, and leaves rows behind that tell how often it ran.
fn slow(dialect: &str) -> &'static str {
    match dialect {
        "postgres" => "CREATE TABLE slow AS SELECT 1 AS a FROM pg_sleep(4)",
        _mariadb => "CREATE TABLE slow AS SELECT SLEEP(4) AS a",
    }
}

/// Starts an upgrade, and kills it once the server is seen at a statement.
fn killed_in(project: &mut Project, marker: &str) {
    let mut command = project.command("ambix", "upgrade head");
    let mut child: Child =
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary can be run");
    let is_at_it = if project.dialect() == "postgres" {
        format!(
            "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND state = 'active' AND query LIKE '{marker}%'"
        )
    } else {
        format!(
            "SELECT count(*) FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() AND DB = DATABASE() AND INFO LIKE '{marker}%'"
        )
    };
    let start = Instant::now();
    while project.rows(&is_at_it) != ["1"] {
        assert!(start.elapsed() < Duration::from_mins(1), "the statement was never seen");
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().expect("it runs until it is killed");
    child.wait().expect("it was killed");
}

fn a_killed_run_is_taken_up(dialect: &'static str) {
    if dialect == "sqlite" {
        return;
    }
    let mut project = project(dialect);
    let up = format!(
        "{USERS}\n    op.execute(\"INSERT INTO users (id) VALUES (1), (2)\");\n    op.execute({:?});\n    \
         op.execute(\"UPDATE users SET id = id + 10\");\n    op.add_column(\"users\", column(\"name\", varchar(20)));",
        slow(dialect)
    );
    revision(&project, "aaa1", None, &up, "    op.drop_table(\"users\"); op.drop_table(\"slow\");");
    killed_in(&mut project, "CREATE TABLE slow");
    let ran = project.ambix("upgrade head").done();
    if matches!(dialect, "mariadb" | "mysql") {
        ran.says("Waiting for a statement of an earlier run, which is gone: session ")
            .says("revision aaa1 was interrupted in statement 3 of 4, which has run, and is not repeated");
    }
    assert_eq!(project.rows("SELECT id FROM users ORDER BY id"), ["11", "12"]);
    assert_eq!(project.rows("SELECT count(*) FROM slow"), ["1"]);
    assert_eq!(project.rows("SELECT name FROM users WHERE id = 11"), ["null"]);
    assert_eq!(project.rows("SELECT count(*) FROM ambix_history"), ["1"]);
}

fn what_cannot_be_told_is_asked(dialect: &'static str) {
    if !matches!(dialect, "mariadb" | "mysql") {
        return;
    }
    let mut project = project(dialect);
    let up = format!(
        "{USERS}\n    op.execute(\"DO SLEEP(2)\");\n    op.execute(\"INSERT INTO users (id) VALUES (1)\");"
    );
    revision(&project, "aaa1", None, &up, "");
    killed_in(&mut project, "DO SLEEP");
    project
        .ambix("upgrade head")
        .exits(2)
        .says("statement 2 of 3 of revision aaa1 was interrupted")
        .says("leaves no trace that ambix looks at")
        .says("--resume-after 2")
        .says("--resume-at 2");
    let refused = [
        ("upgrade head --resume-after 1", "statement 1 is not the one in doubt; that is statement 2"),
        ("downgrade base", "half done"),
    ];
    for (words, says) in refused {
        project.ambix(words).exits(2).says(says);
    }
    project.ambix("upgrade head --resume-after 2").done().says("which has run, and is not repeated");
    assert_eq!(project.rows("SELECT id FROM users"), ["1"]);
    assert_eq!(project.rows("SELECT count(*) FROM ambix_journal"), ["0"]);
}

fn an_index_that_failed_is_built_again(dialect: &'static str) {
    if dialect != "postgres" {
        return;
    }
    let mut project = project(dialect);
    let insert = "    op.execute(\"INSERT INTO users VALUES (1, 'x'), (2, 'x')\");";
    revision(&project, "aaa1", None, &format!("{USERS}\n{insert}"), "    op.drop_table(\"users\");");
    let index = "    op.execute(\"UPDATE users SET id = id + 10\");\n    \
                 op.create_index(\"uq\", \"users\", [\"email\"]).unique().concurrently();";
    revision(
        &project,
        "bbb2",
        Some("aaa1"),
        index,
        "    op.drop_index(\"uq\").on(\"users\").concurrently();",
    );
    let indexes = "SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
                   WHERE i.indrelid = 'users'::regclass ORDER BY 1";
    project
        .ambix("upgrade head")
        .exits(2)
        .says("could not create unique index")
        .says("statement 2 of 2 failed")
        .says("it goes on at statement 2");
    assert_eq!(project.rows(indexes), ["users_pkey|t"]);
    project.sql("DELETE FROM users WHERE id = 12");
    project.ambix("upgrade head").done().says("was interrupted after statement 1 of 2");
    assert_eq!(project.rows(indexes), ["uq|t", "users_pkey|t"]);
    assert_eq!(project.rows("SELECT id FROM users"), ["11"]);

    // An invalid index is no success of IF NOT EXISTS.
    project.sql("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'uq'::regclass");
    let again = "    op.execute(\"CREATE INDEX CONCURRENTLY IF NOT EXISTS uq ON users (email)\");";
    revision(&project, "ccc3", Some("bbb2"), again, "");
    project.ambix("upgrade head").exits(2).says("it is there and not valid");
}
