//! `init`.

use ambix_tests::project::{Project, run};

#[test]
fn writes_a_configuration_and_a_directory() {
    let project = Project::empty("sqlite");
    let made = project.ambix("init").done();
    made.prints_lines(&["ambix.toml", "migrations/versions/"]).says("Set up for sqlite.");
    assert!(project.path().join("migrations/versions").is_dir());
    let written = project.read("ambix.toml");
    assert!(written.contains("script_location = \"migrations\"\n"), "{written}");
    assert!(written.contains("dialect = \"sqlite\"\n"), "{written}");
    project.ambix("heads").done().prints_nothing();
    project.ambix("check").done();
}

#[test]
fn takes_the_dialect_from_the_flag_then_the_url_then_the_environment() {
    let dialect_of = |words: &str, environment: Option<&str>| {
        let project = Project::empty("sqlite");
        let mut command = project.command("ambix", words);
        match environment {
            Some(url) => command.env("DATABASE_URL", url),
            None => command.env_remove("DATABASE_URL"),
        };
        run(words, &mut command).done();
        let written = project.read("ambix.toml");
        let line = written.lines().find_map(|line| line.strip_prefix("dialect = ")).unwrap().to_owned();
        line.trim_matches('"').to_owned()
    };
    assert_eq!(dialect_of("init", None), "sqlite");
    assert_eq!(dialect_of("init", Some("postgres://localhost/app")), "postgres");
    assert_eq!(dialect_of("init --url sqlite:app.db", Some("postgres://localhost/app")), "sqlite");
    assert_eq!(dialect_of("init --dialect postgres", Some("sqlite:app.db")), "postgres");
    assert_eq!(dialect_of("init --dialect postgresql --url sqlite:app.db", None), "postgres");
}

#[test]
fn writes_where_it_is_told_to() {
    let project = Project::empty("sqlite");
    project.ambix("init database/changes --quiet").done().says_nothing();
    assert!(project.read("ambix.toml").contains("script_location = \"database/changes\"\n"));
    assert!(project.path().join("database/changes/versions").is_dir());
}

#[test]
fn tells_programs_what_it_made() {
    let project = Project::empty("sqlite");
    let made = project.ambix("init --format json").done().json();
    assert_eq!(made["dialect"], "sqlite");
    assert!(made["config"].as_str().unwrap().ends_with("ambix.toml"), "{made}");
}

#[test]
fn overwrites_nothing() {
    let project = Project::empty("sqlite");
    project.write("ambix.toml", "# mine\n");
    project.ambix("init").exits(2).prints_nothing().says("ambix.toml exists already");
    assert_eq!(project.read("ambix.toml"), "# mine\n");
    assert!(!project.path().join("migrations").exists());

    let project = Project::empty("sqlite");
    project.write("migrations/versions/0001_mine.rs", "");
    project.ambix("init").exits(2).says("already exists and is not empty");
    assert!(!project.path().join("ambix.toml").exists());
    project.ambix("init other").done();
}

#[test]
fn knows_its_databases() {
    let project = Project::empty("sqlite");
    project.ambix("init --dialect oracle").exits(2).says("help: use --dialect postgres, ");
    assert!(!project.path().join("ambix.toml").exists());
}
