//! A project whose revisions are SQL files, on every database: written by ambix and by hand, run both ways.

use ambix_tests::project::Project;

use crate::Scenario;

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("sql_files::generated_both_ways", generated_both_ways),
    ("sql_files::written_by_hand", written_by_hand),
    ("sql_files::a_file_from_windows", a_file_from_windows),
];

const ACTIVE: &str = "    #[ambix(default = true)]\n    pub is_active: bool,";
const MORE: &str = r#"
/// What a user works on.
#[derive(ambix::Entity)]
#[ambix(table = "projects", comment = "it's; a -- comment", check = "length(title) > 0", name = "titled")]
pub struct Project {
    #[ambix(primary_key)]
    pub id: i32,
    #[ambix(references = "users.id", on_delete = "cascade")]
    pub owner_id: i64,
    #[ambix(length = 100, default = "a;'b\\c -- ambix:down")]
    pub title: String,
    pub state: State,
}

#[derive(ambix::Enum)]
#[ambix(type_name = "state", rename_all = "snake_case")]
pub enum State { Open, DoneForNow }
"#;

fn sql_project(dialect: &'static str) -> Project {
    let project = Project::copied("saas", dialect);
    let configured = project.read("ambix.toml");
    project.write("ambix.toml", &format!("format = \"sql\"\n{configured}"));
    project
}

/// Three generated revisions with rows in between: every state is reached on the way up and down again.
fn generated_both_ways(dialect: &'static str) {
    let mut project = sql_project(dialect);
    project.ambix("revision --autogenerate -m one --rev-id aaaa").done();
    project.ambix("upgrade head").done();
    project.sql("INSERT INTO users (email) VALUES ('ada@example.org')");
    let first = project.schema();

    let models = project.read("src/models.rs");
    project.write("src/models.rs", &format!("{models}{MORE}"));
    project.edit("src/models.rs", ACTIVE, "    pub is_active: Option<bool>,\n    pub age: Option<i16>,");
    project.ambix("revision --autogenerate -m two --rev-id bbbb").done();
    project.ambix("upgrade head").done();
    project.ambix("check").done();
    project.ambix("check --offline").done();
    let second = project.schema();
    project.sql("INSERT INTO projects (id, owner_id, state) VALUES (1, 1, 'done_for_now')");
    assert_eq!(project.rows("SELECT title FROM projects"), ["a;'b\\c -- ambix:down"]);

    project.edit(
        "src/models.rs",
        "pub age: Option<i16>",
        "#[ambix(renamed_from = \"age\")]\n    pub years: Option<i64>",
    );
    project.edit("src/models.rs", "#[ambix(length = 100,", "#[ambix(unique, length = 120,");
    project.ambix("revision --autogenerate -m three --rev-id cccc").done();
    project.ambix("upgrade head").done();
    project.ambix("check").done();
    project.ambix("check --offline").done();
    assert_eq!(project.rows("SELECT email FROM users"), ["ada@example.org"]);

    project.ambix("downgrade -1").done();
    assert_eq!(project.schema(), second);
    project.ambix("downgrade aaaa").done();
    assert_eq!(project.schema(), first);
    project.ambix("upgrade head").done();
    project.ambix("check").done();
    project.ambix("downgrade base").done();
}

/// Statements that a cut at every semicolon would tear apart, and those that stand in no transaction.
fn written_by_hand(dialect: &'static str) {
    let (up, down, trial, seen) = match dialect {
        "postgres" => (
            "CREATE TABLE a (x integer, y text);\n\
             CREATE FUNCTION f(v integer) RETURNS text BEGIN ATOMIC SELECT CASE v WHEN 1 THEN ';' END; END;\n\
             CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS $b$ BEGIN NEW.y := $$-- ambix:down\n;$$; \
             RETURN NEW; END $b$;\n\
             CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION t();\n\
             /* a /* nested; */ comment */\n\
             CREATE INDEX CONCURRENTLY ix ON a (x);\n\
             INSERT INTO a (x) VALUES (1);\n",
            "DROP INDEX CONCURRENTLY ix;\nDROP TABLE a;\nDROP FUNCTION t();\nDROP FUNCTION f(integer)",
            "SELECT y, f(1) FROM a",
            "-- ambix:down\n;|;",
        ),
        "mariadb" | "mysql" => (
            "CREATE TABLE a (x integer, y text); # a comment; of MySQL\n\
             CREATE FUNCTION f(v INT) RETURNS TEXT DETERMINISTIC BEGIN \
             IF v = 1 THEN RETURN CASE v WHEN 1 THEN ';' END; END IF; RETURN REPEAT('x', 2); END;\n\
             CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.y = '\\'-- ambix:down\n;'; \
             SET NEW.x = NEW.x + 1; END;\n\
             /*!40101 CREATE INDEX ix ON a (x) */;\n\
             INSERT INTO a (x) VALUES (1);\n",
            "DROP TABLE a;\nDROP FUNCTION f",
            "SELECT y, f(1) FROM a WHERE x = 2",
            "'-- ambix:down\n;|;",
        ),
        _sqlite => (
            "CREATE TABLE a (x integer, y text);\n\
             CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET y = CASE WHEN x THEN '-- ambix:down\n;' END; \
             SELECT 1; END;\n\
             INSERT INTO a (x) VALUES (1);\n",
            "DROP TABLE a",
            "SELECT y, x FROM a",
            "-- ambix:down\n;|1",
        ),
    };
    let mut project = sql_project(dialect);
    let text = format!(
        "-- by hand\n-- revision: aaaa\n-- down_revision: base\n\n-- ambix:up\n{up}\n-- ambix:down\n{down}\n"
    );
    project.write("migrations/versions/a.sql", &text);
    project.ambix("upgrade head").done();
    assert_eq!(project.rows(trial), [seen]);
    project.ambix("downgrade base").done();
    project.ambix("upgrade head").done();
    assert_eq!(project.rows(trial), [seen]);
}

fn a_file_from_windows(dialect: &'static str) {
    let mut project = sql_project(dialect);
    project.ambix("revision --autogenerate -m one --rev-id aaaa").done();
    let path = format!("migrations/versions/{}", project.revisions()[0]);
    let text = project.read(&path).replace('\n', "\r\n");
    project.write(&path, &format!("\u{feff}{text}"));
    project.ambix("check --offline").done();
    project.ambix("upgrade head").done();
    project.ambix("check").done();
    project.ambix("downgrade base").done();
    assert!(project.schema().schema().is_empty());
}
