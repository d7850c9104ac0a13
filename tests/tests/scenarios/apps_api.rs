//! Settings in parts, a password that is full of signs, and a database that was there first.

use ambix_tests::project::{Project, Run, run};

use crate::Scenario;

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("apps_api::a_database_that_matches_is_stamped", a_database_that_matches_is_stamped),
    ("apps_api::the_row_of_another_tool_is_kept", the_row_of_another_tool_is_kept),
];

/// On servers alone: a file has no user and no port.
pub(crate) const ON_SERVERS: &[Scenario] = &[("apps_api::settings_come_in_parts", settings_come_in_parts)];

const PASSWORD: &str = "p@ss/w%rd 1";

/// The host and port, and the name of the database, in a URL.
fn place(url: &str) -> (&str, &str, &str) {
    let (_, rest) = url.split_once('@').expect("a URL names its user");
    let (server, database) = rest.split_once('/').expect("a URL names its database");
    let (host, port) = server.split_once(':').expect("a private server has its own port");
    (host, port, database)
}

/// The project with its settings in a file, and no URL anywhere.
fn project(dialect: &'static str, user: &str) -> Project {
    let project = Project::copied("apps_api", dialect);
    project.edit("ambix.toml", "url = \"postgres://", &format!("url = \"{dialect}://"));
    let (host, port, database) = place(project.url());
    project.write(
        ".env",
        &format!(
            "POSTGRES_USER={user}\nPOSTGRES_PASSWORD='{PASSWORD}'\nPOSTGRES_HOST={host}\nPOSTGRES_PORT={port}\n\
             POSTGRES_DB={database}\n"
        ),
    );
    project
}

/// A role of the test's own, with the password; and how it goes again.
fn with_role(project: &mut Project, role: &str) -> String {
    let (made, gone) = match project.dialect() {
        "postgres" => (
            format!("CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'; GRANT ALL ON SCHEMA public TO {role}"),
            format!("REASSIGN OWNED BY {role} TO CURRENT_USER; DROP OWNED BY {role}; DROP ROLE {role}"),
        ),
        _mariadb => {
            let database = place(project.url()).2.to_owned();
            (
                format!(
                    "CREATE USER {role} IDENTIFIED BY '{PASSWORD}'; GRANT ALL ON `{database}`.* TO {role}"
                ),
                format!("DROP USER {role}"),
            )
        }
    };
    project.sql(&made);
    gone
}

fn ambix(project: &Project, words: &str) -> Run {
    let mut command = project.command("ambix", words);
    command.env_remove("DATABASE_URL");
    run(words, &mut command).never_says(PASSWORD).never_says("w%rd").never_says("p%40ss")
}

fn settings_come_in_parts(dialect: &'static str) {
    let role = format!("ambix_api_{}", std::process::id());
    let mut project = project(dialect, &role);
    let gone = with_role(&mut project, &role);
    let ran = [
        ambix(&project, "doctor"),
        ambix(&project, "revision --autogenerate -m notes"),
        ambix(&project, "upgrade head -v"),
        ambix(&project, "check -v"),
        ambix(&project, "current -v"),
        ambix(&project, "history --verbose"),
    ];
    // A statement that repeats the password is shown without it, when it fails and when it is left half done.
    let repeats = repeated(&project);
    // What is wrong is told before anything runs, each part by its name.
    let (host, port, database) = place(project.url());
    let (host, port, database) = (host.to_owned(), port.to_owned(), database.to_owned());
    project.edit(".env", &format!("POSTGRES_PORT={port}"), "POSTGRES_PORT=1");
    let nobody_there = ambix(&project, "upgrade head");
    project.edit(".env", "POSTGRES_PORT=1", &format!("POSTGRES_PORT={port}"));
    project.edit(".env", &format!("POSTGRES_DB={database}"), "POSTGRES_DB=nowhere_at_all");
    let no_database = ambix(&project, "upgrade head");
    project.edit(".env", "POSTGRES_DB=nowhere_at_all\n", "");
    let no_variable = ambix(&project, "upgrade head");
    project.sql(&gone);
    for run in ran {
        run.done();
    }
    for run in repeats {
        run.exits(2).says("'***'");
    }
    nobody_there.exits(2).prints_nothing().says(&host).says("1").says(&format!("as `{role}`"));
    no_database.exits(2).prints_nothing().says("`nowhere_at_all`").says(&format!("as `{role}`"));
    no_variable.exits(2).prints_nothing().says("POSTGRES_DB");
}

/// Runs of a revision whose second statement repeats the password and fails, and the report of the first one.
fn repeated(project: &Project) -> [Run; 3] {
    ambix(project, "revision -m repeats --rev-id bbb1").done();
    let file = project.revision("repeats");
    let body = format!(
        "upgrade(op: &mut Operations) {{\n    op.execute(\"SELECT 1\");\n    \
         op.execute(\"SELECT '{PASSWORD}' FROM no_such_table\");"
    );
    project.edit(&file, "upgrade(op: &mut Operations) {", &body);
    let runs = ["upgrade head", "upgrade head -v", "upgrade head --format json"];
    let runs = runs.map(|words| ambix(project, words));
    project.remove(&file);
    runs
}

/// Nothing is refused; what differs is told.
fn a_database_that_matches_is_stamped(dialect: &'static str) {
    let mut project = Project::copied("apps_api", dialect);
    project
        .write("ambix.toml", &format!("[database]\ndialect = \"{dialect}\"\nurl = \"${{DATABASE_URL}}\"\n"));
    project.ambix("revision --autogenerate -m notes --rev-id aaa1").done();
    project.ambix("upgrade head").done();
    project.sql("INSERT INTO notes (title) VALUES ('first')");
    project.sql("DROP TABLE ambix_version");
    project.ambix("check").exits(1).prints("Target database is not up to date: 1 revision pending.");
    project.ambix("stamp head").done().prints_lines(&["at aaa1"]);
    project.ambix("check").done().prints("No new upgrade operations detected.");
    project.sql("ALTER TABLE notes ADD COLUMN extra varchar(10)");
    project.ambix("stamp head --purge").done();
    project.ambix("check").exits(1).prints("removed column notes.extra");
    assert_eq!(project.rows("SELECT title FROM notes"), ["first"]);
    project.ambix("history --verbose").done().prints("Rev: aaa1 (head)\n");
}

fn the_row_of_another_tool_is_kept(dialect: &'static str) {
    let mut project = Project::copied("apps_api", dialect);
    project.write(
        "ambix.toml",
        &format!("[database]\ndialect = \"{dialect}\"\nurl = \"${{DATABASE_URL}}\"\nversion_table = \"alembic_version\"\n"),
    );
    project.sql(
        "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))",
    );
    project.sql("INSERT INTO alembic_version VALUES ('1975ea83b712')");
    project.ambix("revision -m 'what there was' --rev-id 1975ea83b712").done();
    project.ambix("current").done().prints_lines(&["1975ea83b712 (head)"]);
    project.ambix("upgrade head").done().prints("Already there: at 1975ea83b712");
    project
        .ambix("revision --autogenerate -m notes --rev-id 27c6a30d7c24")
        .done()
        .never_says("alembic_version");
    project.ambix("upgrade head").done();
    assert_eq!(project.rows("SELECT version_num FROM alembic_version"), ["27c6a30d7c24"]);
    project.ambix("check").done();
    project.ambix("downgrade -1").done();
    assert_eq!(project.rows("SELECT version_num FROM alembic_version"), ["1975ea83b712"]);
}
