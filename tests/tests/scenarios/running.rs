//! What production does to a run: files edited afterwards, kills, locks, drops that nobody meant.

use std::process::Stdio;
use std::time::{Duration, Instant};

use ambix_tests::project::Project;

use crate::Scenario;

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("running::an_edited_revision_is_noticed", an_edited_revision_is_noticed),
    ("running::what_was_applied_before_the_history", what_was_applied_before_the_history),
    ("running::a_downgrade_destroys_nothing_unasked", a_downgrade_destroys_nothing_unasked),
    ("running::sql_by_hand_is_held_to_the_policy", sql_by_hand_is_held_to_the_policy),
    ("running::one_transaction_or_none", one_transaction_or_none),
    ("running::a_dry_run_changes_nothing", a_dry_run_changes_nothing),
    ("running::another_version_table_has_its_own_history", another_version_table_has_its_own_history),
];

pub(crate) const ON_MYSQL: &[Scenario] = &[
    ("running::what_would_be_weaker_than_said_is_refused", what_would_be_weaker_than_said_is_refused),
    (
        "running::the_values_of_an_enum_are_those_of_its_columns",
        the_values_of_an_enum_are_those_of_its_columns,
    ),
    ("running::one_column_is_altered_twice", one_column_is_altered_twice),
];

pub(crate) const ON_SQLITE: &[Scenario] = &[
    ("running::what_sqlite_would_weaken_is_refused", what_sqlite_would_weaken_is_refused),
    ("running::comments_that_are_not_kept_are_named", comments_that_are_not_kept_are_named),
];

pub(crate) const ON_POSTGRES: &[Scenario] = &[(
    "running::an_interrupted_run_says_so_and_leaves_nothing",
    an_interrupted_run_says_so_and_leaves_nothing,
)];

pub(super) const USERS: &str = "    op.create_table(\"users\").column(column(\"id\", bigint()).not_null())\
    .column(column(\"email\", varchar(255)).not_null().default(\"\")).constraint(primary_key([\"id\"]));";

pub(super) fn project(dialect: &'static str) -> Project {
    let project = Project::empty(dialect);
    project.write(
        "ambix.toml",
        &format!(
            "script_location = \"migrations\"\n[database]\ndialect = \"{dialect}\"\nurl = \"${{DATABASE_URL}}\"\n\
             [policy]\nprotect = [\"results\"]\n"
        ),
    );
    project
}

pub(super) fn revision(project: &Project, id: &str, down: Option<&str>, up: &str, back: &str) {
    let down = down.map(|id| format!("\"{id}\"")).unwrap_or_default();
    project.write(
        &format!("migrations/versions/{id}.rs"),
        &format!(
            "//! {id}\n\nuse ambix::prelude::*;\n\npub const REVISION: &str = \"{id}\";\n\
             pub const DOWN_REVISION: &[&str] = &[{down}];\npub const BRANCH_LABELS: &[&str] = &[];\n\
             pub const DEPENDS_ON: &[&str] = &[];\n\npub fn upgrade(op: &mut Operations) {{\n{up}\n}}\n\n\
             pub fn downgrade(op: &mut Operations) {{\n{back}\n}}\n"
        ),
    );
}

fn an_edited_revision_is_noticed(dialect: &'static str) {
    let mut project = project(dialect);
    revision(&project, "aaa1", None, USERS, "    op.drop_table(\"users\");");
    revision(&project, "bbb2", Some("aaa1"), "    op.execute(\"DELETE FROM users\");", "");
    project.ambix("upgrade aaa1").done();
    let rows = project.rows("SELECT id, revision, direction, duration_ms IS NULL FROM ambix_history");
    assert!(matches!(rows.as_slice(), [row] if row.starts_with("1|aaa1|upgrade|")), "{rows:?}");
    let who = project.rows("SELECT applied_by, applied_at FROM ambix_history");
    assert!(who[0].contains("|20") && who[0].ends_with('Z') && !who[0].starts_with('|'), "{who:?}");

    let text = project.read("migrations/versions/aaa1.rs");
    let reformatted = text.replace("bigint()", "bigint(  )").replace("//! aaa1", "//! another message\n//!");
    project.write("migrations/versions/aaa1.rs", &reformatted.replace('\n', "\r\n"));
    project.ambix("upgrade aaa1").done().prints("Already there");

    project.write("migrations/versions/aaa1.rs", &text.replace("255", "200"));
    for words in ["upgrade head", "upgrade aaa1", "upgrade head --accept-edited bbb2"] {
        project.ambix(words).exits(2).prints_nothing();
    }
    project
        .ambix("upgrade head")
        .exits(2)
        .says("revision aaa1 was edited after it was applied (20")
        .says("--accept-edited aaa1");
    let checked = project.ambix("check --format json").exits(1).json();
    assert_eq!(checked["edited"][0]["revision"], "aaa1", "{checked}");
    project.ambix("check").exits(1).prints("aaa1 (applied 20");
    assert_eq!(project.rows("SELECT count(*) FROM ambix_history"), ["1"]);

    project.ambix("upgrade head --accept-edited aaa1").done().prints("now at bbb2");
    let directions = project.rows("SELECT revision, direction FROM ambix_history ORDER BY id");
    assert_eq!(directions, ["aaa1|upgrade", "aaa1|accept", "bbb2|upgrade"]);
    let checked = project.ambix("check --format json").json();
    assert_eq!(checked["edited"], serde_json::json!([]));
    project.ambix("downgrade aaa1 -q").done();
    project.ambix("stamp bbb2").done();
    let directions = project.rows("SELECT revision, direction FROM ambix_history ORDER BY id");
    assert_eq!(directions[3..], ["bbb2|downgrade", "bbb2|stamp"]);
    project.ambix("downgrade base -q").done();
    assert_eq!(project.schema().schema().iter().count(), 0);
    assert!(project.refusal("SELECT 1 FROM ambix_history").contains("ambix_history"));
}

fn what_would_be_weaker_than_said_is_refused(dialect: &'static str) {
    let column = "    op.create_table(\"keys\").column(column(\"id\", bigint()).not_null())";
    let unique = format!("{column}.constraint(unique([\"id\"]).name(\"uq\").deferrable(Deferred));");
    let key = |more: &str| {
        format!(
            "{USERS}\n{column}.constraint(foreign_key([\"id\"], \"users\", [\"id\"]).name(\"fk\"){more});"
        )
    };
    for (up, reason) in [(unique, "cannot defer them"), (key(".match_full()"), "MATCH SIMPLE")] {
        let mut project = project(dialect);
        revision(&project, "aaa1", None, &up, "");
        project.ambix("upgrade head").exits(2).says(reason);
        assert!(project.refusal("SELECT 1 FROM keys").contains("keys"));
    }
}

/// What is refused names the operation, the file and the way out, and the revisions before it have not run.
fn what_sqlite_would_weaken_is_refused(dialect: &'static str) {
    for (up, reason) in [
        (
            "op.create_unique_constraint(\"uq\", \"users\", [\"email\"]).deferrable(Deferred)",
            "leave deferrable out",
        ),
        ("op.create_check_constraint(\"ck\", \"users\", \"id > 0\").not_valid()", "leave not_valid out"),
        ("op.create_schema(\"app\")", "has no schemas"),
        ("op.alter_column(\"users\", \"id\").identity_always()", "say auto_increment"),
    ] {
        let mut project = project(dialect);
        revision(&project, "aaa1", None, USERS, "");
        revision(&project, "bbb2", Some("aaa1"), &format!("    {up};"), "");
        project
            .ambix("upgrade head")
            .exits(2)
            .says(reason)
            .says("nothing has run")
            .says("help: say something else than `op.")
            .says("migrations/versions/bbb2.rs");
        assert!(project.refusal("SELECT 1 FROM users").contains("users"));
        project.ambix("upgrade head --sql").exits(2).says(reason).prints_nothing();
    }
    let project = project(dialect);
    revision(&project, "aaa1", None, "    op.drop_table(\"users\").if_exists();", "");
    project
        .ambix("upgrade head")
        .exits(2)
        .says("what it does cannot depend on what is there")
        .says("ambix stamp");
}

fn comments_that_are_not_kept_are_named(dialect: &'static str) {
    let project = project(dialect);
    let people =
        "    op.create_table(\"people\").column(column(\"id\", bigint()).comment(\"it\")).comment(\"who\");";
    revision(&project, "aaa1", None, people, "");
    let said = "SQLite keeps no comment on table people, column people.id";
    project.ambix("upgrade head --sql").done().prints(&format!("-- {said}"));
    project.ambix("upgrade head").done().says(&format!("note: {said}"));
    project.write(
        "src/models.rs",
        "#[derive(ambix::Entity)]\n#[ambix(table = \"people\")]\nstruct Person { id: Option<i64> }\n\
         #[derive(ambix::Entity)]\n#[ambix(table = \"pets\", comment = \"whose\")]\nstruct Pet { id: Option<i64> }\n",
    );
    let said = "SQLite keeps no comment on table pets";
    project.ambix("revision --autogenerate -m pets").done().says(&format!("note: {said}"));
    let written = project.read(&project.revision("pets"));
    assert!(written.contains(&format!("//! {said}")), "{written}");
    project.ambix("upgrade head").done().never_says("note:");
}

/// In whatever revision an enum was made, the values that columns gain are those it has there.
fn the_values_of_an_enum_are_those_of_its_columns(dialect: &'static str) {
    let mut project = project(dialect);
    let made = "    op.create_enum(\"mood\", [\"happy\", \"so_so\"]);\n    \
                op.create_table(\"people\").column(column(\"mood\", enum_type(\"mood\")));";
    revision(&project, "aaa1", None, made, "");
    project.ambix("upgrade head").done();
    project.sql("INSERT INTO people VALUES ('so_so')");
    revision(
        &project,
        "bbb2",
        Some("aaa1"),
        "    op.add_enum_value(\"mood\", \"sad\").before(\"so_so\");",
        "",
    );
    project.ambix("upgrade head").done();
    let kept = "SELECT column_type FROM information_schema.columns WHERE table_name = 'people' AND table_schema = DATABASE()";
    assert_eq!(project.rows(kept), ["enum('happy','sad','so_so')"]);
    assert_eq!(project.rows("SELECT mood FROM people"), ["so_so"]);
    revision(&project, "ccc3", Some("bbb2"), "    op.rename_enum_value(\"mood\", \"so_so\", \"fine\");", "");
    project.ambix("upgrade head").exits(2).says("rows would lose it").says("op.add_enum_value");
    revision(&project, "ccc3", Some("bbb2"), "    op.add_enum_value(\"other\", \"x\");", "");
    project.ambix("upgrade head").exits(2).says("no earlier revision says which there are");
    assert_eq!(project.rows("SELECT mood FROM people"), ["so_so"]);
}

/// One statement alters a column once, and the second alteration has one of its own.
fn one_column_is_altered_twice(dialect: &'static str) {
    let mut project = project(dialect);
    revision(&project, "aaa1", None, USERS, "");
    let twice = "    op.alter_column(\"users\", \"email\").set_default(\"x\");\n    \
                 op.alter_column(\"users\", \"email\").set_default(\"y\").comment(\"it\");";
    revision(&project, "bbb2", Some("aaa1"), twice, "");
    project.ambix("upgrade head").done();
    project.sql("INSERT INTO users (id) VALUES (1)");
    assert_eq!(project.rows("SELECT email FROM users"), ["y"]);
}

fn an_interrupted_run_says_so_and_leaves_nothing(dialect: &'static str) {
    for signal in ["-INT", "-TERM"] {
        let mut project = project(dialect);
        revision(&project, "aaa1", None, USERS, "    op.drop_table(\"users\");");
        let slow = "    op.execute(\"INSERT INTO users (id) VALUES (1)\");\n    op.execute(\"SELECT pg_sleep(60)\");";
        revision(&project, "bbb2", Some("aaa1"), slow, "");
        let mut command = project.command("ambix", "upgrade head");
        let running = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("ambix is there");
        let is_asleep = "SELECT count(*) FROM pg_stat_activity \
                         WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep%'";
        let begun = Instant::now();
        while project.rows(is_asleep) != ["1"] {
            assert!(begun.elapsed() < Duration::from_mins(1), "the statement was never sent");
            std::thread::sleep(Duration::from_millis(20));
        }
        let sent = std::process::Command::new("kill").arg(signal).arg(running.id().to_string()).status();
        assert!(sent.expect("kill is there").success());
        let output = running.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("interrupted") && said.contains("ambix status"), "{said}");
        assert_eq!(project.rows("SELECT version_num FROM ambix_version"), ["aaa1"]);
        project.edit("migrations/versions/bbb2.rs", "SELECT pg_sleep(60)", "SELECT 1");
        project.ambix("upgrade head").done().prints("now at bbb2");
        assert_eq!(project.rows("SELECT id FROM users"), ["1"]);
    }
}

fn what_was_applied_before_the_history(dialect: &'static str) {
    let mut project = project(dialect);
    revision(&project, "aaa1", None, USERS, "    op.drop_table(\"users\");");
    project.ambix("upgrade head -q").done();
    project.sql("DROP TABLE ambix_history");
    project.edit("migrations/versions/aaa1.rs", "255", "200");
    project.ambix("upgrade head").done().prints("Already there");
    revision(&project, "bbb2", Some("aaa1"), "    op.execute(\"DELETE FROM users\");", "");
    project.ambix("upgrade head").done();
    let directions = project.rows("SELECT revision, direction FROM ambix_history ORDER BY id");
    assert_eq!(directions, ["aaa1|found", "bbb2|upgrade"]);
    project.edit("migrations/versions/aaa1.rs", "200", "100");
    project.ambix("upgrade head").exits(2).says("revision aaa1 was edited after it was applied");
}

fn a_downgrade_destroys_nothing_unasked(dialect: &'static str) {
    let mut project = project(dialect);
    revision(&project, "aaa1", None, USERS, "    op.drop_table(\"users\");");
    let add = "    op.add_column(\"users\", column(\"phone\", varchar(20)).default(\"none\"));\n    \
               op.alter_column(\"users\", \"email\").rename(\"mail\");";
    let back = "    op.alter_column(\"users\", \"mail\").rename(\"email\");\n    op.drop_column(\"users\", \"phone\");";
    revision(&project, "bbb2", Some("aaa1"), add, back);
    project.ambix("upgrade head").done();
    project.ambix("downgrade base -q").done();
    project.ambix("upgrade head -q").done();
    project
        .sql("INSERT INTO users (id, mail, phone) VALUES (1, 'a', '123'), (2, 'b', NULL), (3, 'c', 'none')");
    project
        .ambix("downgrade aaa1")
        .exits(2)
        .says("column users.phone (1 value)")
        .says("--accept-data-loss")
        .prints_nothing();
    project.ambix("downgrade base").exits(2).says("table users (3 rows)").never_says("users.phone");
    project.ambix("current").done().prints("bbb2");
    project.sql("UPDATE users SET phone = NULL WHERE id = 1");
    project.ambix("downgrade aaa1").done();
    assert_eq!(project.rows("SELECT email FROM users ORDER BY id"), ["a", "b", "c"]);
    project.ambix("downgrade base --accept-data-loss").done().prints("now at base");

    project.ambix("upgrade head -q").done();
    project.sql("INSERT INTO users (id, mail) VALUES (1, 'a')");
    project.edit("ambix.toml", "[policy]", "[hazards]\ndata_loss = \"allow\"\n[policy]");
    project.ambix("downgrade base").done();
}

fn sql_by_hand_is_held_to_the_policy(dialect: &'static str) {
    let mut project = project(dialect);
    let results = "    op.create_table(\"results\").column(column(\"id\", bigint()));";
    revision(&project, "aaa1", None, results, "    op.drop_table(\"results\");");
    project.ambix("upgrade head -q").done();
    let before = "    op.execute(\"CREATE TABLE other (a int)\");\n";
    for sql in
        ["DROP TABLE results", "drop /* it */ table if exists results;", "SELECT 1; DROP TABLE results"]
    {
        revision(&project, "bbb2", Some("aaa1"), &format!("{before}    op.execute({sql:?});"), "");
        project
            .ambix("upgrade head")
            .exits(2)
            .says("revision bbb2 drops table results, which is protected by the policy")
            .says("--allow-protected results");
        assert_eq!(project.rows("SELECT count(*) FROM results"), ["0"]);
        assert!(project.refusal("SELECT * FROM other").contains("other"));
    }
    project.ambix("upgrade head --allow-protected others").exits(2);
    project.ambix("upgrade head --allow-protected results").done();
    assert!(project.refusal("SELECT * FROM results").contains("results"));
    let insert = "INSERT INTO other VALUES (1); -- DROP TABLE results";
    revision(&project, "ccc3", Some("bbb2"), &format!("    op.execute({insert:?});"), "");
    project.ambix("upgrade head").done();
}

fn one_transaction_or_none(dialect: &'static str) {
    let mut project = project(dialect);
    revision(&project, "aaa1", None, USERS, "    op.drop_table(\"users\");");
    revision(
        &project,
        "bbb2",
        Some("aaa1"),
        "    op.execute(\"INSERT INTO users (id) VALUES (1), (1)\");",
        "",
    );
    let ran = project.ambix("upgrade head --single-transaction").exits(2);
    if matches!(dialect, "mariadb" | "mysql") {
        ran.says(" commits every statement that changes the schema by itself");
        project.ambix("current").done().prints_nothing();
        return;
    }
    ran.says("could not upgrade to bbb2");
    project.ambix("current").done().prints_nothing();
    assert_eq!(project.schema().schema().iter().count(), 0);
    project.edit("migrations/versions/bbb2.rs", ", (1)", "");
    project.ambix("upgrade head --single-transaction").done().prints("Ran 2 revisions");
    assert_eq!(project.rows("SELECT count(*) FROM ambix_history"), ["2"]);
    assert_eq!(project.rows("SELECT id FROM users"), ["1"]);
    if dialect == "postgres" {
        let index = "    op.create_index(\"ix\", \"users\", [\"email\"]).concurrently();";
        revision(&project, "ccc3", Some("bbb2"), index, "");
        project
            .ambix("upgrade head --single-transaction")
            .exits(2)
            .says("outside of any transaction only")
            .says("leave out --single-transaction");
        project.ambix("upgrade head").done();
    }
}

fn a_dry_run_changes_nothing(dialect: &'static str) {
    let mut project = project(dialect);
    revision(&project, "aaa1", None, USERS, "    op.drop_table(\"users\");");
    let insert = "    op.execute(\"INSERT INTO users (id) VALUES (1)\");";
    revision(&project, "bbb2", Some("aaa1"), insert, "    op.execute(\"DELETE FROM users\");");
    project
        .ambix("upgrade head --dry-run -v")
        .done()
        .prints_lines(&["Dry run of 2 revisions: it would be at bbb2; nothing has changed"])
        .says("INSERT INTO users");
    assert_eq!(project.schema().schema().iter().count(), 0);
    project.refusal("SELECT * FROM ambix_version");
    project.ambix("upgrade head").done();
    project.ambix("downgrade base --dry-run").done().prints("it would be at base");
    assert_eq!(project.rows("SELECT id FROM users"), ["1"]);
    project.ambix("current").done().prints("bbb2");
    assert_eq!(project.rows("SELECT count(*) FROM ambix_history"), ["2"]);
}

fn another_version_table_has_its_own_history(dialect: &'static str) {
    let mut project = project(dialect);
    revision(&project, "aaa1", None, USERS, "    op.drop_table(\"users\");");
    project.edit("ambix.toml", "[policy]", "version_table = \"alembic_version\"\n[policy]");
    project.ambix("upgrade head").done();
    assert_eq!(project.rows("SELECT * FROM alembic_version"), ["aaa1"]);
    assert_eq!(project.rows("SELECT revision FROM ambix_history_alembic_version"), ["aaa1"]);
    project.ambix("downgrade base").done();
    project.refusal("SELECT * FROM ambix_history_alembic_version");
}
