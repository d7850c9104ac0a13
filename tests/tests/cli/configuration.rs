//! Where a command takes its configuration from, its exit codes and its channels.

use ambix_tests::project::{Project, run};

use crate::massacorp;

#[test]
fn the_project_is_found_from_a_directory_below_it() {
    let project = massacorp();
    let below = project.path().join("src/deep/down");
    std::fs::create_dir_all(&below).unwrap();
    let at = |words: &str| run(words, project.command("ambix", words).current_dir(&below));
    at("upgrade head").done();
    at("check").done();
    at("current").done().prints("f6a7b8c9d0e1 (head)");
    at("revision -m 'from below' --rev-id be10").done();
    assert!(project.revision("from_below").contains("_be10_"));
}

#[test]
fn a_relative_database_is_relative_to_the_project() {
    let project = massacorp();
    let below = project.path().join("src");
    let words = "upgrade head --url sqlite:own.db";
    run(words, project.command("ambix", words).current_dir(&below)).done();
    assert!(project.path().join("own.db").is_file());
    assert!(!below.join("own.db").exists());
}

#[test]
fn a_dotenv_file_says_what_the_environment_does_not() {
    let project = massacorp();
    project.write(".env", "DATABASE_URL=sqlite:from_dotenv.db\n");
    let words = "upgrade head";
    run(words, project.command("ambix", words).env_remove("DATABASE_URL")).done();
    assert!(project.path().join("from_dotenv.db").is_file());
    // The environment goes first.
    let words = "current --check-heads";
    project.ambix(words).exits(1);
    run(words, project.command("ambix", words).env_remove("DATABASE_URL")).done();
}

#[test]
fn an_environment_overrides_any_key() {
    let project = massacorp();
    let text = project.read("ambix.toml");
    project.write(
        "ambix.toml",
        &format!("{text}\n[env.production]\ndatabase.url = \"${{PROD_URL:-sqlite:prod.db}}\"\n"),
    );
    project.ambix("upgrade head --env production").done();
    assert!(project.path().join("prod.db").is_file());
    project.ambix("--env production current").done().prints("f6a7b8c9d0e1 (head)");
    let words = "current";
    run(words, project.command("ambix", words).env("AMBIX_ENV", "production")).done().prints("f6a7b8c9d0e1");
    project.ambix("current").done().prints_nothing();
    project.ambix("current --env staging").exits(2).says("staging").says("production");
}

#[test]
fn another_configuration_can_be_named() {
    let project = massacorp();
    let text = project.read("ambix.toml");
    project.write(
        "conf/other.toml",
        &text.replace("\"migrations\"", "\"../migrations\"").replace("src/", "../src/"),
    );
    std::fs::remove_file(project.path().join("ambix.toml")).unwrap();
    project.ambix("heads").exits(2).says("ambix.toml").says("ambix init");
    project.ambix("heads --config conf/other.toml").done().prints("f6a7b8c9d0e1 (head)");
    let words = "heads";
    run(words, project.command("ambix", words).env("AMBIX_CONFIG", "conf/other.toml")).done();
    project.ambix("heads --config nowhere.toml").exits(2).says("nowhere.toml");
}

#[test]
fn the_manifest_can_hold_the_configuration() {
    let project = massacorp();
    std::fs::remove_file(project.path().join("ambix.toml")).unwrap();
    project.write(
        "Cargo.toml",
        "[package]\nname = \"app\"\n\n[package.metadata.ambix.models]\npaths = [\"src/**/*.rs\"]\n
[package.metadata.ambix.database]\ndialect = \"sqlite\"\nurl = \"${DATABASE_URL}\"\n",
    );
    project.ambix("upgrade head").done().prints("now at f6a7b8c9d0e1");
}

#[test]
fn cargo_calls_it_too() {
    let project = massacorp();
    for words in ["ambix heads", "heads"] {
        run(words, &mut project.command("cargo-ambix", words)).done().prints_lines(&["f6a7b8c9d0e1 (head)"]);
    }
}

#[test]
fn usage_is_no_result() {
    let project = Project::empty("sqlite");
    project.ambix("--help").done().prints("Usage: ambix").says_nothing();
    project.ambix("--version").done().prints("ambix ").says_nothing();
    project.ambix("help revision").done().prints("--autogenerate");
    for words in
        ["", "nonsense", "upgrade", "upgrade head --nonsense", "check --format nonsense", "downgrade"]
    {
        project.ambix(words).exits(2).prints_nothing();
    }
}

#[test]
fn an_error_is_said_once_and_prints_no_result() {
    let project = Project::empty("sqlite");
    let failed = project.ambix("upgrade head").exits(2).prints_nothing();
    assert_eq!(failed.stderr.matches("error: ").count(), 1, "{}", failed.stderr);
    assert_eq!(failed.stderr.matches("help: ").count(), 1, "{}", failed.stderr);
    let project = massacorp();
    project.ambix("upgrade nope --quiet").exits(2).prints_nothing().says("error: Can't locate revision");
    project.ambix("current --url mongodb://x/y").exits(2).says("mongodb");
}
