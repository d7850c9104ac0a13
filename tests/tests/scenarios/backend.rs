//! Configuration from the environment, and what a CI job does.

use ambix_tests::project::{Project, Run, run};

use crate::Scenario;

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("backend::the_url_comes_from_the_environment", the_url_comes_from_the_environment),
    ("backend::models_that_are_not_found_are_told", models_that_are_not_found_are_told),
    ("backend::a_revision_is_generated_again", a_revision_is_generated_again),
    ("backend::a_job_goes_up_down_and_up", a_job_goes_up_down_and_up),
];

const TITLE: &str = "    #[ambix(length = 100)]\n    pub title: String,";

fn project(dialect: &'static str) -> Project {
    Project::copied("backend", dialect)
}

/// Runs a command without the variable that holds the URL.
fn without_url(project: &Project, words: &str, directory: &str) -> Run {
    let mut command = project.command("ambix", words);
    command.env_remove("DATABASE_URL").current_dir(project.path().join(directory));
    run(words, &mut command)
}

fn the_url_comes_from_the_environment(dialect: &'static str) {
    let project = project(dialect);
    project.ambix("revision --autogenerate -m 'first tables'").done();
    without_url(&project, "upgrade head", "").exits(2).says("DATABASE_URL");
    // The file beside the configuration serves from every directory below it, and nothing was built.
    project.write(".env", &format!("DATABASE_URL={}\n", project.url()));
    without_url(&project, "upgrade head", "app/src").done();
    without_url(&project, "check", "migrations/versions").done();
    without_url(&project, "current", "app").done().prints(" (head)\n");
    assert!(!project.path().join("target").exists());
    // What the process is told goes before what the file says.
    project.write(".env", "DATABASE_URL=nonsense\n");
    project.ambix("check").done();
}

fn models_that_are_not_found_are_told(dialect: &'static str) {
    let project = project(dialect);
    project.edit("ambix.toml", "app/src/**/*.rs", "src/**/*.rs");
    let title = match dialect {
        "postgres" => "postgres database `",
        "mariadb" => "mariadb database `",
        "mysql" => "mysql database `",
        _sqlite => "SQLite",
    };
    project
        .ambix("revision --autogenerate -m x")
        .done()
        .prints_lines(&["No changes in schema detected."])
        .says("read 0 entities from 0 files matching src/**/*.rs")
        .says("compared with ")
        .says(title)
        .says("no entities were found: check [models] paths");
    assert!(project.revisions().is_empty());
    project.ambix("doctor").exits(1).prints("no entities in 0 files matching src/**/*.rs");
}

/// Two people generated at once: the second takes theirs back and generates again.
fn a_revision_is_generated_again(dialect: &'static str) {
    let mut project = project(dialect);
    project.ambix("revision --autogenerate -m 'first tables'").done();
    project.ambix("upgrade head").done();
    project.sql("INSERT INTO owners (email) VALUES ('ada@example.org')");
    let before = project.schema();
    project.edit(
        "app/src/models.rs",
        TITLE,
        &format!("{TITLE}\n    #[ambix(default = 0)]\n    pub place: i32,"),
    );
    project.ambix("revision --autogenerate -m place").done();
    project.ambix("upgrade head").done();
    project.ambix("downgrade -1").done();
    assert_eq!(before, project.schema());
    project.remove(&project.revision("place"));
    project.edit("app/src/models.rs", "pub place: i32", "pub place: i64");
    project.ambix("revision --autogenerate -m place").done();
    project.ambix("upgrade head").done();
    project.ambix("check").done();
    assert_eq!(project.rows("SELECT email FROM owners"), ["ada@example.org"]);
    // Or both stay, and one follows the other.
    let first = project.ambix("heads").done().stdout;
    let first = first.split(' ').next().expect("there is a head");
    project.ambix("revision -m theirs --rev-id 7he1 -q").done();
    project.ambix(&format!("revision -m mine --rev-id 317e --head {first} --splice -q")).done();
    project.ambix("upgrade head").exits(2).says("Multiple head revisions are present");
    project.ambix("rebase 317e").done().says("317e follows 7he1 now");
    project.ambix("upgrade head").done().prints("now at 317e");
}

fn a_job_goes_up_down_and_up(dialect: &'static str) {
    let mut project = project(dialect);
    project.ambix("revision --autogenerate -m 'first tables' --rev-id aaa1").done();
    project.edit("app/src/models.rs", TITLE, &format!("{TITLE}\n    pub note: Option<i32>,"));
    project.ambix("upgrade head -q").done();
    project.ambix("revision --autogenerate -m note --rev-id bbb2").done();
    project.ambix("downgrade base").done();
    assert_eq!(project.schema().schema().iter().count(), 0);

    project.ambix("upgrade head").done();
    project.ambix("check").done();
    project.ambix("downgrade base").done();
    project.ambix("upgrade head").done();
    project.ambix("check").done();
    project.sql("INSERT INTO owners (email) VALUES ('ada@example.org')");
    project.sql("INSERT INTO items (owner_id, title) SELECT id, 'first' FROM owners");
    project.ambix("downgrade -1").done();
    project.ambix("upgrade head").done();
    assert_eq!(project.rows("SELECT title, note FROM items"), ["first|null"]);
    project.ambix("current --check-heads").done();
}
