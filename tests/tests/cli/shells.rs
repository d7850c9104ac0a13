//! What shells, editors and manuals need: `completions`, `man`, `edit`, `list-templates`.

use std::fs;

use ambix_tests::project::{Project, Run, run};

use crate::{massacorp, saas};

#[test]
fn a_shell_is_told_revisions_and_labels() {
    let project = massacorp();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        project.ambix(&format!("completions {shell}")).done().says_nothing().prints("AMBIX_COMPLETE");
    }
    project.ambix("completions tcsh").exits(2).says("bash");
    project.ambix("revision -q -m side --rev-id 51de --head abc123 --splice --branch-label side").done();
    let asked = |words: &str, index: &str| -> Run {
        let mut command = project.command("ambix", words);
        command.env("AMBIX_COMPLETE", "bash").env("_CLAP_COMPLETE_INDEX", index);
        command
            .env("_CLAP_IFS", "\n")
            .env("_CLAP_COMPLETE_COMP_TYPE", "9")
            .env("_CLAP_COMPLETE_SPACE", "true");
        run(words, &mut command)
    };
    let answer = asked("-- ambix upgrade ab", "2").done().stdout;
    assert_eq!(answer.lines().collect::<Vec<_>>(), ["abc123d4e5f6", "abd45f60718a"]);
    let answer = asked("-- ambix revision --head si", "3").done().stdout;
    assert_eq!(answer, "side@head");
    let answer = asked("-- ambix ensure", "1").done().stdout;
    assert_eq!(answer.trim(), "ensure-version");
}

#[test]
fn manual_pages_are_printed_or_written() {
    let project = Project::empty("sqlite");
    project.ambix("man").done().prints(".TH ambix 1").prints("upgrade");
    project.ambix("man upgrade").done().prints("upgrade");
    project.ambix("man nothing").exits(2).says("there is no command 'nothing'");
    project.ambix("man --directory pages").done();
    let pages: Vec<_> = fs::read_dir(project.path().join("pages")).unwrap().collect();
    assert!(pages.len() > 20, "{pages:?}");
}

#[test]
fn an_editor_gets_the_files() {
    let project = massacorp();
    let edit = |words: &str, editor: &str| {
        let mut command = project.command("ambix", words);
        command.env_remove("VISUAL").env("EDITOR", editor);
        run(words, &mut command)
    };
    edit("edit head", "printf %s > opened").done();
    project.write("editor.sh", "echo \"$@\" > opened\n");
    edit("edit abd4", "sh ./editor.sh --wait").done();
    let opened = project.read("opened");
    assert!(opened.starts_with("--wait ") && opened.ends_with("_add_phone.rs\n"), "{opened}");
    edit("edit current", "true").exits(2).says("No current revisions: 'current' is the base");
    edit("edit nope", "true").exits(2).says("Can't locate revision identified by 'nope'");
    edit("edit head", "false").exits(2).says("Error executing editor (false): exit status: 1");
    edit("edit head", "").exits(2).says("no editor is set").says("help: set VISUAL or EDITOR");
    project.write("editor.sh", "echo 'fn x(' >> \"$1\"\n");
    edit("edit head", "sh ./editor.sh").exits(2).says("this is not Rust");
}

#[test]
fn templates_are_listed_and_used() {
    let project = Project::empty("sqlite");
    project.ambix("list-templates").done().prints("Available templates:\n\ngeneric - ").prints("\ncargo - ");
    let facts = project.ambix("list-templates --format json").done().json();
    let names: Vec<&str> =
        facts["templates"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    for name in &names {
        let project = Project::empty("sqlite");
        if *name == "cargo" {
            project.write("Cargo.toml", "[package]\nname = \"app\"  # mine\n");
        }
        project.ambix(&format!("init --template {name} --dialect postgres")).done();
        project.ambix("heads").done();
    }
    project.ambix("init --template multidb").exits(2).says("[possible values: generic, sql, parts, cargo]");
    project.ambix("init --template parts").exits(2).says("a SQLite database is a file");
    project.ambix("init --template cargo").exits(2).says("there is no ").says("Cargo.toml");
    assert!(!project.path().join("migrations").exists());

    let parts = Project::empty("sqlite");
    parts.ambix("init --template parts --dialect mariadb").done();
    let written = parts.read("ambix.toml");
    assert!(written.contains("\nurl = \"mariadb://${MARIADB_USER}:${MARIADB_PASSWORD}@${MARIADB_HOST:-localhost}:${MARIADB_PORT:-3306}/${MARIADB_DB}\"\n"), "{written}");
    let sql = Project::empty("sqlite");
    sql.ambix("init -t sql").done();
    assert!(sql.read("ambix.toml").contains("\nformat = \"sql\" "));
    let cargo = Project::empty("sqlite");
    cargo.write("Cargo.toml", "[workspace]\nmembers = []\n");
    cargo.ambix("init -t cargo").done().prints("Cargo.toml\n");
    assert!(
        cargo.read("Cargo.toml").starts_with("[workspace]\nmembers = []\n\n[workspace.metadata.ambix]\n")
    );
    cargo.ambix("upgrade head").done();
    cargo.ambix("init -t cargo other").exits(2).says("has a [workspace.metadata.ambix] already");
}

#[test]
fn no_message_is_a_message_too() {
    let project = saas();
    let path = project.ambix("revision").done().stdout;
    assert!(project.read(path.trim_end()).starts_with("//! empty message\n"));
}
