//! A database older than its models: four tables that no model describes, and that hold data.

use ambix_tests::case::elder;
use ambix_tests::project::Project;

use crate::Scenario;

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("mathakine::adopting_the_database", adopting_the_database),
    ("mathakine::changing_a_model", changing_a_model),
    ("mathakine::a_column_for_a_legacy_table", a_column_for_a_legacy_table),
    ("mathakine::dropping_a_legacy_table_is_refused", dropping_a_legacy_table_is_refused),
    ("mathakine::errors_name_their_way_out", errors_name_their_way_out),
];

const LEGACY: [&str; 4] = ["results", "statistics", "user_stats", "schema_version"];
const PROTECTED: &str = r#"protect = ["results", "statistics", "user_stats", "schema_version"]"#;

/// The project beside its old database.
fn project(dialect: &'static str) -> Project {
    let mut project = Project::copied("mathakine", dialect);
    let legacy = project.read(&format!("legacy/{}.sql", elder(dialect).unwrap_or(dialect)));
    project.sql(&legacy);
    project
}

/// The same, with the database at the baseline.
fn adopted(dialect: &'static str) -> Project {
    let project = project(dialect);
    project.ambix("stamp baseline").done().prints_lines(&["at baseline"]);
    project
}

/// Every value of the legacy tables, as the database itself writes it.
fn legacy_rows(project: &mut Project) -> Vec<Vec<String>> {
    let columns = [
        "id, session_id, is_correct, score, answer, created_at",
        "id, results_id, total, details",
        "user_id, best",
        "version, applied",
    ];
    let is_quoted = project.dialect() != "postgres";
    let mut rows = Vec::new();
    for (table, columns) in LEGACY.into_iter().zip(columns) {
        let value = |column| if is_quoted { format!("quote({column})") } else { format!("{column}::text") };
        let values: Vec<String> = columns.split(", ").map(value).collect();
        rows.push(project.rows(&format!("SELECT {} FROM {table} ORDER BY 1", values.join(", "))));
    }
    rows
}

fn adopting_the_database(dialect: &'static str) {
    let mut project = project(dialect);
    let before = (project.schema(), legacy_rows(&mut project));
    // The team that has nothing yet.
    project.remove("ambix.toml");
    project.remove("migrations");

    project.ambix(&format!("init --dialect {dialect}")).done();
    project.edit("ambix.toml", "# [policy]\n# protect = [\"audit_log\"]", &format!("[policy]\n{PROTECTED}"));
    project.ambix("revision -m 'initial snapshot' --rev-id initial_snapshot").done();
    project.ambix("revision -m baseline --rev-id baseline").done();
    let pending = "Target database is not up to date: 2 revisions pending.";
    project.ambix("check").exits(1).prints(pending);

    project.ambix("stamp head").done().prints_lines(&["at baseline"]);
    project.ambix("current").done().prints_lines(&["baseline (head)"]).says_nothing();
    project.ambix("history -i").done().says_nothing().prints_lines(&[
        "initial_snapshot -> baseline (head) (current), baseline",
        "<base> -> initial_snapshot, initial snapshot",
    ]);
    project.ambix("check").done().says("4 tables left out by the policy (-v lists them)");
    let listed = project.ambix("check -v").done();
    for table in LEGACY {
        listed.clone().says(&format!("- table {table}  [protect {table}]"));
    }
    project.sql("DROP TABLE ambix_version");
    assert_eq!(before, (project.schema(), legacy_rows(&mut project)), "stamping touched a table");
}

fn changing_a_model(dialect: &'static str) {
    let mut project = adopted(dialect);
    project.ambix("upgrade head").done();
    let before = (project.schema(), legacy_rows(&mut project));
    project.edit(
        "src/models.rs",
        "    pub is_archived: bool,",
        "    pub is_archived: bool,\n    #[ambix(default = 1)]\n    pub points: i32,",
    );

    project
        .ambix("revision --autogenerate -m 'exercises have points'")
        .done()
        .says("Detected added column exercises.points  (src/models.rs:36)")
        .says("4 tables left out by the policy");
    let file = project.read(&project.revision("exercises_have_points"));
    assert!(
        file.contains(r#"op.add_column("exercises", column("points", integer()).not_null().default(1));"#),
        "{file}"
    );
    assert!(!file.contains("drop_table"), "{file}");
    assert!(LEGACY.iter().all(|table| !file.contains(table)), "{file}");

    project.ambix("upgrade head").done();
    assert_eq!(project.rows("SELECT points FROM exercises"), ["1"]);
    assert_eq!(before.1, legacy_rows(&mut project));
    project.ambix("check").done();
    project.ambix("downgrade -1").done();
    assert_eq!(before, (project.schema(), legacy_rows(&mut project)));
}

fn a_column_for_a_legacy_table(dialect: &'static str) {
    let mut project = adopted(dialect);
    let before = (project.schema(), legacy_rows(&mut project));
    project
        .ambix("upgrade 5d0f7a31")
        .done()
        .prints("Ran 1 revision in ")
        .says("Running upgrade baseline -> 5d0f7a31c2be, results know the device");
    assert_eq!(project.rows("SELECT device FROM results"), ["web", "web", "web"]);
    project.ambix("check").done();
    project.ambix("downgrade baseline").done();
    assert_eq!(before, (project.schema(), legacy_rows(&mut project)));
    project.ambix("upgrade +1").done();
    project.ambix("downgrade -1").done();
    assert_eq!(before, (project.schema(), legacy_rows(&mut project)));
    project.ambix("downgrade initial").done().prints("now at initial_snapshot");
    project.ambix("upgrade head").done();
}

fn dropping_a_legacy_table_is_refused(dialect: &'static str) {
    let mut project = adopted(dialect);
    project.ambix("upgrade head").done();
    let before = (project.schema(), legacy_rows(&mut project));
    project.ambix("revision -m 'drop results' --rev-id dd01").done();
    let file = project.revision("drop_results");
    project.edit(
        &file,
        "pub fn upgrade(op: &mut Operations) {}",
        "pub fn upgrade(op: &mut Operations) {\n    op.drop_table(\"results\");\n}",
    );
    // What comes before the drop does not run either.
    project.ambix("revision -m 'add notes' --rev-id aa01 --head 5d0f7a31c2be --splice").done();
    let notes = project.revision("add_notes");
    project.edit(
        &notes,
        "pub fn upgrade(op: &mut Operations) {}",
        "pub fn upgrade(op: &mut Operations) {\n    op.add_column(\"users\", column(\"notes\", text()));\n}",
    );
    project.edit(&file, "&[\"5d0f7a31c2be\"]", "&[\"aa01\"]");

    for command in ["upgrade head", "upgrade head --sql"] {
        project
            .ambix(command)
            .exits(2)
            .prints_nothing()
            .says("error: revision dd01 drops table results, which is protected by the policy (protect results); nothing has run")
            .says("help: take the drop out of migrations/versions/");
    }
    assert_eq!(before, (project.schema(), legacy_rows(&mut project)));
    project.ambix("current").done().prints_lines(&["5d0f7a31c2be"]);
}

fn errors_name_their_way_out(dialect: &'static str) {
    let project = adopted(dialect);
    project
        .ambix("revision --autogenerate -m early")
        .exits(2)
        .says("error: Target database is not up to date: 1 revision pending")
        .says("help: run `ambix upgrade head` first, then generate again");
    project
        .ambix("upgrade x")
        .exits(2)
        .says("error: Can't locate revision identified by 'x'")
        .says("help: `ambix history` lists the revisions there are");
    project.ambix("revision -m side --rev-id 5ide --head baseline --splice").done();
    project
        .ambix("upgrade head")
        .exits(2)
        .says("error: Multiple head revisions are present")
        .says("help: the heads are 5d0f7a31c2be, 5ide");
    project.ambix("revision -m more").exits(2).says("Multiple head revisions are present").says("--head");
    assert_eq!(project.revisions().len(), 4, "a refused command wrote a file");
}
