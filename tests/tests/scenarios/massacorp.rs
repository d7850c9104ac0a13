//! The full vocabulary: revisions written by hand, each way and by every kind of target.

use std::process::Stdio;

use ambix_tests::project::Project;

use crate::Scenario;

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("massacorp::step_by_step", step_by_step),
    ("massacorp::every_downgrade_is_the_way_back", every_downgrade_is_the_way_back),
    ("massacorp::a_failed_revision_changes_nothing", a_failed_revision_changes_nothing),
    ("massacorp::three_replicas_start_at_once", three_replicas_start_at_once),
    ("massacorp::branches_meet_again", branches_meet_again),
    ("massacorp::stamping_moves_only_the_version", stamping_moves_only_the_version),
    ("massacorp::a_script_does_what_an_upgrade_does", a_script_does_what_an_upgrade_does),
    ("massacorp::the_server_keeps_what_the_revisions_say", the_server_keeps_what_the_revisions_say),
];

const REVISIONS: [&str; 7] = [
    "abc123d4e5f6",
    "abd45f60718a",
    "b0c1d2e3f405",
    "c4d5e6f70819",
    "d8e9fa0b1c2d",
    "e1f2a3b4c5d6",
    "f6a7b8c9d0e1",
];

const PEOPLE: &str = "INSERT INTO tenants (name) VALUES ('first'), ('second');
    INSERT INTO users (tenant_id, email, name) VALUES
        (1, 'ada@example.org', 'Ada'), (1, 'bob@example.org', NULL), (2, 'ada@example.org', '');";

fn step_by_step(dialect: &'static str) {
    let mut project = Project::copied("massacorp", dialect);
    project
        .ambix("upgrade abc123")
        .done()
        .prints("now at abc123d4e5f6")
        .says("Running upgrade <base> -> abc123d4e5f6, create tenants and users");
    project.sql(PEOPLE);
    project.ambix("upgrade +1").done().prints("now at abd45f60718a");
    project.ambix("upgrade +1").done().prints("now at b0c1d2e3f405");
    project.ambix("upgrade +1").done().prints("now at c4d5e6f70819");
    let people = project.rows("SELECT tenant_id, email, full_name, phone FROM users ORDER BY id");
    assert_eq!(people, ["1|ada@example.org|Ada|null", "1|bob@example.org||null", "2|ada@example.org||null"]);
    project.ambix("history --indicate-current").done().says_nothing().prints_lines(&[
        "e1f2a3b4c5d6 -> f6a7b8c9d0e1 (head), index creation dates by hand",
        "d8e9fa0b1c2d -> e1f2a3b4c5d6, index e-mails while people work",
        "c4d5e6f70819 -> d8e9fa0b1c2d, indexes",
        "b0c1d2e3f405 -> c4d5e6f70819 (current), name is the full name",
        "abd45f60718a -> b0c1d2e3f405, names are required",
        "abc123d4e5f6 -> abd45f60718a, add phone",
        "<base> -> abc123d4e5f6, create tenants and users",
    ]);
    project.ambix("upgrade head").done().prints("Ran 3 revisions in ").prints("now at f6a7b8c9d0e1");
    project.ambix("check").done().prints("No new upgrade operations detected.");
    project.ambix("check --offline").done();
    assert_eq!(project.rows("SELECT full_name FROM users ORDER BY id"), ["Ada", "", ""]);
}

fn every_downgrade_is_the_way_back(dialect: &'static str) {
    let mut project = Project::copied("massacorp", dialect);
    project.ambix("upgrade abc123").done();
    project.sql(PEOPLE);
    let mut schemas = vec![project.schema()];
    for revision in &REVISIONS[1..] {
        project.ambix(&format!("upgrade {revision}")).done();
        schemas.push(project.schema());
    }
    let emails = project.rows("SELECT id, email FROM users ORDER BY id");
    schemas.pop();
    for (schema, revision) in schemas.iter().zip(REVISIONS).rev() {
        project.ambix("downgrade -1").done().prints(&format!("now at {revision}"));
        assert_eq!(schema, &project.schema(), "after the downgrade to {revision}");
    }
    assert_eq!(emails, project.rows("SELECT id, email FROM users ORDER BY id"));
    project.ambix("downgrade base --accept-data-loss").done().prints("now at base");
    assert_eq!(project.schema().schema().iter().count(), 0, "something was left behind");
}

fn a_failed_revision_changes_nothing(dialect: &'static str) {
    let mut project = Project::copied("massacorp", dialect);
    project.ambix("upgrade e1f2").done();
    let before = project.schema();
    project.ambix("revision -m 'half of it fails' --rev-id fa11").done();
    let file = project.revision("half_of_it_fails");
    project.edit(
        &file,
        "pub fn upgrade(op: &mut Operations) {}",
        "pub fn upgrade(op: &mut Operations) {
    op.add_column(\"users\", column(\"nick\", text()));
    op.execute(\"INSERT INTO nowhere VALUES (1)\");
}",
    );
    project
        .ambix("upgrade head")
        .exits(2)
        .says("error: could not upgrade to fa11 (half of it fails)")
        .says("nowhere")
        .says("the revision was rolled back as a whole; the database is at f6a7b8c9d0e1");
    project.ambix("current").done().prints_lines(&["f6a7b8c9d0e1"]);
    project.ambix("downgrade -1").done();
    assert_eq!(before, project.schema());
}

/// All three come up, and the work is done once.
fn three_replicas_start_at_once(dialect: &'static str) {
    let mut project = Project::copied("massacorp", dialect);
    let words = "upgrade head --format json";
    let start = |_| project.command("ambix", words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let replicas: Vec<_> = (0..3).map(start).map(|child| child.expect("the binary starts")).collect();
    let mut ran = Vec::new();
    for replica in replicas {
        let output = replica.wait_with_output().expect("the binary ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let facts: serde_json::Value = serde_json::from_slice(&output.stdout).expect("the result is JSON");
        assert_eq!(facts["heads"], serde_json::json!(["f6a7b8c9d0e1"]));
        ran.extend(facts["ran"].as_array().expect("what ran is a list").clone());
    }
    let mut ran: Vec<&str> = ran.iter().filter_map(serde_json::Value::as_str).collect();
    ran.sort_unstable();
    assert_eq!(ran, REVISIONS);
    assert_eq!(project.rows("SELECT version_num FROM ambix_version"), ["f6a7b8c9d0e1"]);
    project.ambix("check").done();
}

/// Two branches run beside each other, are merged, and come apart again.
fn branches_meet_again(dialect: &'static str) {
    let mut project = Project::copied("massacorp", dialect);
    project.ambix("revision -q -m labels --rev-id 1abe --head abc123 --splice --branch-label labels").done();
    let file = project.revision("labels");
    project.edit(
        &file,
        "pub fn upgrade(op: &mut Operations) {}",
        "pub fn upgrade(op: &mut Operations) {\n    op.create_table(\"labels\").column(column(\"id\", bigint()).not_null());\n}",
    );
    project.edit(
        &file,
        "pub fn downgrade(op: &mut Operations) {}",
        "pub fn downgrade(op: &mut Operations) {\n    op.drop_table(\"labels\");\n}",
    );
    project.ambix("upgrade head").exits(2).says("Multiple head revisions are present");
    project.ambix("upgrade labels@head").done().prints("now at 1abe");
    project.ambix("upgrade f6a7").done().prints("now at 1abe, f6a7b8c9d0e1");
    project.ambix("downgrade -1").exits(2).says("help: write f6a7b8c9d0e1@-1 or labels@-1");
    project.ambix("merge -m together 1abe f6a7 --rev-id 3e56 -q").done();
    project.ambix("upgrade head").done().prints("now at 3e56");
    assert_eq!(project.rows("SELECT version_num FROM ambix_version"), ["3e56"]);
    project.ambix("downgrade -1").done().prints("now at 1abe, f6a7b8c9d0e1");
    project.ambix("downgrade labels@-1").done().prints("now at f6a7b8c9d0e1");
    project.ambix("check").exits(1).prints("2 revisions pending");
    project.ambix("upgrade head").done();
    project.ambix("downgrade base").done();
    assert_eq!(project.schema().schema().iter().count(), 0);
}

fn stamping_moves_only_the_version(dialect: &'static str) {
    let mut project = Project::copied("massacorp", dialect);
    project.ambix("upgrade head").done();
    let before = project.schema();
    project.ambix("stamp abc123").done().prints_lines(&["at abc123d4e5f6"]);
    project.ambix("current").done().prints_lines(&["abc123d4e5f6"]);
    assert_eq!(before, project.schema());
    project.ambix("check").exits(1).prints("Target database is not up to date: 6 revisions pending.");
    project.ambix("stamp head").done();
    project.ambix("check").done();
}

fn a_script_does_what_an_upgrade_does(dialect: &'static str) {
    let mut project = Project::copied("massacorp", dialect);
    project.ambix("upgrade head").done();
    let upgraded = project.schema();
    let script = project.ambix("upgrade base:head --sql").done().says_nothing().stdout;
    assert_eq!(script.matches("-- Running upgrade to ").count(), REVISIONS.len(), "{script}");
    project.ambix("downgrade base --accept-data-loss").done();

    // One statement after the other, as a person's client sends them.
    for statement in script.split(";\n") {
        let lines: Vec<&str> = statement.lines().filter(|line| !line.starts_with("--")).collect();
        if lines.iter().any(|line| !line.is_empty()) {
            project.sql(&lines.join("\n"));
        }
    }
    assert_eq!(upgraded, project.schema());
    project.ambix("current").done().prints_lines(&["f6a7b8c9d0e1 (head)"]);
    project.ambix("check").done();
}

fn the_server_keeps_what_the_revisions_say(dialect: &'static str) {
    let mut project = Project::copied("massacorp", dialect);
    project.ambix("upgrade head").done();
    project.sql("INSERT INTO tenants (name) VALUES ('first')");
    let insert = "INSERT INTO users (tenant_id, email, full_name) VALUES";
    project.sql(&format!("{insert} (1, 'ada@example.org', 'Ada')"));
    let twice = project.refusal(&format!("{insert} (1, 'ada@example.org', 'Other')"));
    assert!(["unique", "duplicate"].iter().any(|word| twice.to_lowercase().contains(word)), "{twice}");
    let nobody = project.refusal(&format!("{insert} (1, 'bob@example.org', NULL)"));
    let is_refused = |word| nobody.to_lowercase().replace('-', " ").contains(word);
    assert!(is_refused("not null") || is_refused("cannot be null"), "{nobody}");
    let nowhere = project.refusal(&format!("{insert} (7, 'eve@example.org', 'Eve')"));
    assert!(nowhere.to_lowercase().contains("foreign key"), "{nowhere}");
    project.sql("DELETE FROM tenants");
    assert_eq!(project.rows("SELECT count(*) FROM users"), ["0"]);
}
