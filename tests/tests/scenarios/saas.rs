//! The daily workflow, step by step: from nothing to a reviewed upgrade of a database with rows.

use ambix_tests::project::Project;

use crate::Scenario;

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("saas::from_nothing_to_tables", from_nothing_to_tables),
    ("saas::a_required_column_for_a_table_with_rows", a_required_column_for_a_table_with_rows),
    ("saas::the_whole_week", the_whole_week),
    ("saas::a_reset_is_for_development", a_reset_is_for_development),
    ("saas::a_renamed_field_keeps_its_values", a_renamed_field_keeps_its_values),
    ("saas::a_change_made_by_hand_is_found", a_change_made_by_hand_is_found),
];

const USERS: &str = "INSERT INTO users (email) VALUES ('ada@example.org'), ('bob@example.org')";
const ACTIVE: &str = "    #[ambix(default = true)]\n    pub is_active: bool,";
const PROJECTS: &str = r#"
/// What a user works on.
#[derive(sqlx::FromRow, ambix::Entity)]
#[ambix(table = "projects")]
pub struct Project {
    #[ambix(primary_key)]
    pub id: uuid::Uuid,
    #[ambix(references = "users.id", on_delete = "cascade")]
    pub owner_id: i64,
    #[ambix(length = 100)]
    pub title: String,
}
"#;

/// The project after its first upgrade, with two rows in `users`.
fn started(dialect: &'static str) -> Project {
    let mut project = Project::copied("saas", dialect);
    project.ambix("revision --autogenerate -m 'initial tables'").done();
    project.ambix("upgrade head").done();
    project.sql(USERS);
    project
}

/// Adds a field in front of `is_active`.
fn add_field(project: &Project, field: &str) {
    project.edit("src/models.rs", ACTIVE, &format!("{field}\n{ACTIVE}"));
}

fn users(project: &mut Project) -> Vec<String> {
    project.rows("SELECT id, email, is_active FROM users ORDER BY id")
}

fn from_nothing_to_tables(dialect: &'static str) {
    let mut project = Project::copied("saas", dialect);
    let written = project
        .ambix("revision --autogenerate -m 'Initial tables'")
        .done()
        .says("Detected added table users  (src/models.rs:")
        .says("Detected added index users.users_email_idx  (src/models.rs:");
    let path = written.stdout.trim_end();
    // 20241113_1430_abc123d4e5f6_initial_tables.rs
    let name = path.strip_prefix("migrations/versions/").expect("the path is relative to the project");
    let parts: Vec<&str> = name.splitn(4, '_').collect();
    let is_digits = |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    assert!(is_digits(parts[0], 8) && is_digits(parts[1], 4) && parts[2].len() == 12, "{name}");
    assert_eq!(parts[3], "initial_tables.rs");
    let file = project.read(path);
    assert!(file.starts_with("//! Initial tables\n//!\n//! Revision ID: "), "{file}");
    assert!(file.contains(&format!("pub const REVISION: &str = \"{}\";", parts[2])), "{file}");
    assert!(file.contains("pub const DOWN_REVISION: &[&str] = &[];"), "{file}");

    assert_eq!(project.schema().schema().iter().count(), 0, "generating touched the database");
    project.ambix("upgrade head").done().says("Initial tables");
    project.ambix("check").done().prints_lines(&["No new upgrade operations detected."]);
    project.ambix("check --offline").done();
    project
        .ambix("revision --autogenerate -m again")
        .done()
        .prints_lines(&["No changes in schema detected."]);
    assert_eq!(project.revisions(), [name]);
    project.ambix("downgrade base --accept-data-loss").done();
    assert_eq!(project.schema().schema().iter().count(), 0);
}

fn a_required_column_for_a_table_with_rows(dialect: &'static str) {
    let mut project = started(dialect);
    let before = (project.schema(), users(&mut project));
    add_field(&project, "    pub full_name: String,");
    project
        .ambix("revision --autogenerate -m 'Add full_name to user'")
        .done()
        .says("Detected added column users.full_name  (src/models.rs:10)");
    // Two people have no name, and the server is told no value for them.
    project
        .ambix("upgrade head")
        .exits(2)
        .says("error: could not upgrade to ")
        .says("(Add full_name to user)")
        .says("full_name")
        .says("the revision was rolled back as a whole");
    assert_eq!(before, (project.schema(), users(&mut project)));

    let file = project.revision("add_full_name_to_user");
    project.remove(&file);
    project.edit("src/models.rs", "    pub full_name", "    #[ambix(default = \"\")]\n    pub full_name");
    project.ambix("revision --autogenerate -m 'Add full_name to user'").done();
    let file = project.read(&project.revision("add_full_name_to_user"));
    assert!(file.contains("// src/models.rs:11  added column users.full_name\n"), "{file}");
    assert!(
        file.contains(r#"op.add_column("users", column("full_name", text()).not_null().default(""));"#),
        "{file}"
    );
    project.ambix("upgrade head").done();
    assert_eq!(project.rows("SELECT full_name FROM users"), ["", ""]);
    assert_eq!(before.1, users(&mut project));
    project.ambix("downgrade -1").done();
    assert_eq!(before, (project.schema(), users(&mut project)));
}

fn the_whole_week(dialect: &'static str) {
    let mut project = started(dialect);
    let first = (project.schema(), users(&mut project));
    add_field(&project, "    #[ambix(default = \"\")]\n    pub full_name: String,");
    project.ambix("revision --autogenerate -m 'add full name'").done();
    project.ambix("upgrade head").done();

    let models = project.read("src/models.rs");
    project.write("src/models.rs", &format!("{models}{PROJECTS}"));
    project.ambix("revision --autogenerate -m projects").done().says("Detected added table projects");
    project.ambix("upgrade head").done();
    let second = project.schema();

    // A text without a length cannot be the key of an index everywhere.
    let (before, was) = match dialect {
        "mariadb" | "mysql" => ("#[ambix(unique, index, length = 100)]", "varchar(100)"),
        _others => ("#[ambix(unique, index)]", "text"),
    };
    project.edit("src/models.rs", before, "#[ambix(unique, index, length = 255)]");
    let found = &format!("changed column users.email: {was} → varchar(255)  (src/models.rs:9)");
    project.ambix("check").exits(1).prints("New upgrade operations detected: 1\n").prints(found);
    project.ambix("check --offline").exits(1).prints(found);
    project.ambix("revision --autogenerate -m 'limit e-mails'").done().says(&format!("Detected {found}"));
    // Not applied yet: a second one would hold the same again.
    project.ambix("revision --autogenerate -m again").exits(2).says("Target database is not up to date");
    let script = project.ambix("upgrade head --sql").done().says_nothing();
    script.prints("BEGIN;\n").prints("COMMIT;");
    project.ambix("check").exits(1).prints("1 revision pending");
    project.ambix("upgrade head").done();
    project.ambix("check").done();
    assert_eq!(first.1, users(&mut project));
    let head = project.ambix("current").done().stdout;
    assert!(head.ends_with(" (head)\n"), "{head}");

    project.ambix("downgrade -1").done();
    assert_eq!(second, project.schema());
    project.ambix("downgrade -2").done().prints("Ran 2 revisions in ");
    assert_eq!(first, (project.schema(), users(&mut project)));
    let verbose = project.ambix("history --verbose").done();
    assert_eq!(verbose.stdout.matches("Rev: ").count(), 4, "{}", verbose.stdout);
    project.ambix("downgrade base --accept-data-loss").done().prints("now at base");
    project.ambix("upgrade head").done().prints("Ran 4 revisions in ");
    project.ambix("check").done();
}

fn a_reset_is_for_development(dialect: &'static str) {
    let mut project = started(dialect);
    let before = users(&mut project);
    project.ambix("reset").exits(2).prints_nothing().says("could not reset").says("allow_reset = true");
    assert_eq!(before, users(&mut project));
    let configured = project.read("ambix.toml");
    project.write("ambix.toml", &format!("{configured}\n[env.development]\ndatabase.allow_reset = true\n"));
    project.ambix("reset --env development").done().prints("Took back 1 and ran 1; now at ");
    assert_eq!(users(&mut project), Vec::<String>::new());
    project.ambix("check").done();
}

fn a_renamed_field_keeps_its_values(dialect: &'static str) {
    let mut project = started(dialect);
    let before = (project.schema(), users(&mut project));
    project.edit("src/models.rs", "pub email", "pub e_mail");
    let revisions = project.revisions();
    project
        .ambix("revision --autogenerate -m rename")
        .exits(1)
        .prints_nothing()
        .says("--rename users.email=users.e_mail")
        .says("--no-rename users.email");
    assert_eq!(revisions, project.revisions(), "a stop wrote a file");
    project.ambix("revision --autogenerate -m rename --rename users.email=users.e_mail").done();
    let file = project.read(&project.revision("rename"));
    assert!(file.contains(r#"op.alter_column("users", "email").rename("e_mail");"#), "{file}");
    assert!(!file.contains("drop_column"), "{file}");
    project.ambix("upgrade head").done();
    project.ambix("check").done();
    assert_eq!(project.rows("SELECT e_mail FROM users ORDER BY id"), ["ada@example.org", "bob@example.org"]);
    project.ambix("downgrade -1").done();
    assert_eq!(before, (project.schema(), users(&mut project)));
}

fn a_change_made_by_hand_is_found(dialect: &'static str) {
    let mut project = started(dialect);
    project.sql("ALTER TABLE users ADD COLUMN nick varchar(20)");
    project.sql(match dialect {
        "mariadb" | "mysql" => "DROP INDEX users_email_idx ON users",
        _others => "DROP INDEX users_email_idx",
    });
    project
        .ambix("check")
        .exits(1)
        .prints("New upgrade operations detected: 2")
        .prints("removed column users.nick")
        .prints("added index users.users_email_idx");
    project.ambix("check --offline").done();
    project.ambix("revision --autogenerate -m 'back to the models'").done();
    project.ambix("upgrade head").done();
    project.ambix("check").done();
    project.ambix("downgrade -1").done();
    assert_eq!(project.rows("SELECT nick FROM users"), ["null", "null"]);
}
