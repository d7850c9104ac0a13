//! `diff` and `snapshot`: any two sources, the script between them, and what stands in the way.

use ambix_tests::project::Project;
use snapbox::assert_data_eq;
use snapbox::str;

use crate::massacorp;

/// Two databases side by side in one directory, and no project.
fn two(first: &str, second: &str) -> Project {
    let directory = Project::empty("sqlite");
    for (name, sql) in [("a.db", first), ("b.db", second)] {
        directory.write(&format!("{name}.sql"), sql);
        directory.sqlite(name, sql);
    }
    directory
}

const SMALL: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);";
const LARGER: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER);
    CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));
    CREATE INDEX posts_by_user ON posts (user_id);
    CREATE VIEW everyone AS SELECT name FROM users;";

#[test]
fn two_databases_need_no_project() {
    let directory = two(SMALL, LARGER);
    let found = directory.ambix("diff --from db:sqlite:a.db --to db:sqlite:b.db").exits(1);
    assert_data_eq!(
        &found.stdout,
        str![[r"
Differences: 4
  added table posts
  added index posts.posts_by_user
  added column users.age
  added view everyone

"]]
    );
    assert_eq!(found.stderr, "");
    let facts =
        directory.ambix("diff --from db:sqlite:a.db --to db:sqlite:b.db --format json").exits(1).json();
    assert_eq!(facts["is_equal"], false);
    assert_eq!(facts["differs"].as_array().map(Vec::len), Some(3));
    assert_eq!(facts["to"]["unmodelled"][0]["name"], "everyone");
    assert_eq!(facts["from"]["unmodelled"].as_array().map(Vec::len), Some(0));
}

#[test]
fn the_script_turns_the_first_into_the_second_and_is_empty_when_they_are_equal() {
    let directory = two(SMALL, LARGER);
    let script = directory.ambix("diff --from db:sqlite:a.db --to db:sqlite:b.db --sql -q").exits(1);
    directory.sqlite("a.db", &script.stdout);
    let again = directory.ambix("diff --from db:sqlite:a.db --to db:sqlite:b.db --sql -q").done();
    assert_eq!((again.stdout.as_str(), again.stderr.as_str()), ("", ""));
    directory
        .ambix("diff --from db:sqlite:a.db --to db:sqlite:b.db")
        .done()
        .prints_lines(&["No differences."]);
}

#[test]
fn a_snapshot_is_compared_later() {
    let directory = two(SMALL, LARGER);
    let snapshot = directory.ambix("snapshot db:sqlite:b.db").done();
    directory.write("b.json", &snapshot.stdout);
    directory.ambix("diff --from file:b.json --to db:sqlite:b.db").done();
    directory.ambix("diff --from db:sqlite:a.db --to file:b.json").exits(1);
    directory.write("b.json", "{}");
    let refused = directory.ambix("diff --from file:b.json --to db:sqlite:b.db").exits(2);
    assert!(refused.stderr.starts_with("error: b.json is no snapshot: missing field"), "{}", refused.stderr);
}

#[test]
fn models_revisions_and_the_database_are_compared_two_by_two() {
    let project = massacorp();
    project.ambix("upgrade head -q").done();
    for (from, to) in [("db", "models"), ("revisions", "models"), ("db", "revisions"), ("models:src", "db")] {
        project.ambix(&format!("diff --from {from} --to {to}")).done().prints_lines(&["No differences."]);
    }
    project.edit("src/models.rs", "    pub name: String,", "    pub name: Option<String>,");
    let found = project.ambix("diff --from revisions --to models").exits(1);
    assert!(
        found.stdout.contains("changed column tenants.name: not null → null  (src/models.rs:"),
        "{}",
        found.stdout
    );
    project.ambix("diff --from revisions@base --to revisions --sql -q").exits(1);
}

#[test]
fn the_models_of_a_commit_are_read_without_checking_it_out() {
    let project = massacorp();
    let git = |words: &str| {
        let own = "-c user.name=a -c user.email=a@example.org -c commit.gpgsign=false";
        let mut command = std::process::Command::new("git");
        command.args(own.split(' ')).args(words.split(' ')).current_dir(project.path());
        let done = command.output().expect("git can be run");
        assert!(done.status.success(), "git {words}: {}", String::from_utf8_lossy(&done.stderr));
    };
    git("init -q");
    git("add src");
    git("commit -q -m models");
    project.ambix("diff --from git:HEAD --to models").done().prints_lines(&["No differences."]);
    project.edit("src/models.rs", "    pub name: String,", "    pub name: Option<String>,");
    let found = project.ambix("diff --from git:HEAD --to models").exits(1);
    found.prints("changed column tenants.name: not null → null  (src/models.rs:");
    let back = project.ambix("diff --from models --to git:HEAD").exits(1);
    back.prints("changed column tenants.name: null → not null");
    let refused = project.ambix("diff --from git:nowhere --to models").exits(2);
    refused.says("error: git could not read the models: ").says("help: name a commit, a branch or a tag");
}

#[test]
fn what_is_no_source_is_refused() {
    let directory = two(SMALL, LARGER);
    for (from, says) in [
        ("modles", "error: \"modles\" is no source of a schema"),
        ("db:sqlite:none.db", "error: could not connect to SQLite file `none.db`"),
        ("models", "error: could not find ambix.toml"),
        ("file:none.json", "error: could not read none.json"),
    ] {
        let refused = directory.ambix(&format!("diff --from {from} --to db:sqlite:b.db")).exits(2);
        assert!(refused.stderr.starts_with(says), "{}", refused.stderr);
        assert_eq!(refused.stdout, "");
    }
}

#[test]
fn strict_lists_what_no_model_speaks_of() {
    let index = "CREATE VIRTUAL TABLE words USING fts5(word);";
    let directory = two(SMALL, &format!("{SMALL} {index}"));
    directory.ambix("diff --from db:sqlite:a.db --to db:sqlite:b.db").done();
    let found = directory.ambix("diff --from db:sqlite:a.db --to db:sqlite:b.db --strict -q").exits(1);
    found.prints("  unmodelled: table words, only in the second\n");
    directory.ambix("diff --from db:sqlite:a.db --to db:sqlite:a.db --strict -q").done();
    directory
        .ambix("diff --from models:a.db --to db:sqlite:a.db --strict")
        .exits(2)
        .says("--strict compares what two servers print, and one side is no database");
}
