//! `--format json`: what `docs/json.md` says is what is printed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::{massacorp, saas};

/// The fields that the page lists under a heading.
fn documented(heading: &str) -> BTreeSet<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/json.md");
    let text = String::from_utf8(fs::read(page).expect("the page is there")).expect("the page is text");
    let section = text.split("\n## ").find_map(|section| section.strip_prefix(&format!("{heading}\n")));
    let section = section.unwrap_or_else(|| panic!("the page says nothing about {heading}"));
    section.lines().filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned())).collect()
}

/// The fields of a value, as deep as the page goes.
fn printed(value: &Value, at: &str, documented: &BTreeSet<String>, found: &mut BTreeSet<String>) {
    let goes_deeper = |at: &str| {
        documented
            .iter()
            .any(|field| field.starts_with(&format!("{at}.")) || field.starts_with(&format!("{at}[")))
    };
    match value {
        Value::Object(fields) if at.is_empty() || goes_deeper(at) => {
            for (name, field) in fields {
                let below = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                printed(field, &below, documented, found);
            }
        }
        Value::Array(entries) if goes_deeper(at) => {
            for entry in entries {
                printed(entry, &format!("{at}[]"), documented, found);
            }
        }
        Value::Object(_)
        | Value::Array(_)
        | Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_) => {
            found.insert(at.to_owned());
        }
    }
}

#[track_caller]
fn agree(heading: &str, values: &[Value]) {
    let documented = documented(heading);
    let mut found = BTreeSet::new();
    for value in values {
        assert_eq!(value["schema_version"], 1, "{heading}: {value}");
        printed(value, "", &documented, &mut found);
    }
    assert_eq!(found, documented, "{heading}: printed on the left, documented on the right");
}

#[test]
fn what_looks_is_as_documented() {
    let mut project = massacorp();
    project.ambix("revision -q -m side --rev-id 51de --head abc123 --splice").done();
    project.ambix("upgrade f6a7 -q").done();
    let json = |words: &str| project.ambix(&format!("{words} --format json")).done().json();
    for words in ["history", "history -i", "heads", "branches", "show head-1"] {
        let words = words.replace("head-1", "abd4");
        agree("history, heads, branches, show", &[json(&words)]);
    }
    agree("current", &[json("current")]);
    agree("status", &[json("status")]);
    agree("list-templates", &[json("list-templates")]);
    project.sql("ALTER TABLE tenants ADD COLUMN extra TEXT");
    agree("doctor", &[project.ambix("doctor --format json").exits(1).json()]);
    project.ambix("merge heads -q").done();
    project.ambix("upgrade head -q").done();
    agree("check", &[project.ambix("check --format json").exits(1).json()]);
    project.sql("UPDATE ambix_version SET version_num = 'lost'");
    let unknown = project.ambix("check --format json").exits(1).json();
    assert_eq!(unknown["unknown_revision"], serde_json::json!(["lost"]));
}

#[test]
fn what_runs_is_as_documented() {
    let project = massacorp();
    let json = |words: &str| project.ambix(&format!("{words} --format json")).done().json();
    agree("ensure-version", &[json("ensure-version")]);
    agree("upgrade, downgrade", &[json("upgrade head")]);
    agree("upgrade, downgrade", &[json("upgrade head")]);
    agree("upgrade, downgrade", &[json("downgrade -1")]);
    project.ambix("upgrade head -q").done();
    agree("stamp", &[json("stamp head")]);
    agree("reset", &[json("reset --allow-reset")]);
}

#[test]
fn what_fails_is_as_documented() {
    let project = massacorp();
    project.ambix("upgrade head -q").done();
    let path =
        project.ambix("revision -q -m bad --rev-id bad1 --head f6a7 --splice --format json").done().json();
    let path = path["path"].as_str().expect("a revision has a file").to_owned();
    project.edit(
        &path,
        "pub fn upgrade(op: &mut Operations) {}",
        "pub fn upgrade(op: &mut Operations) {\n    op.execute(\"INSERT INTO nowhere VALUES (1)\");\n}",
    );
    let failed = project.ambix("upgrade bad1 --format json").exits(2).says("nowhere");
    agree("a revision that fails", &[failed.json()]);
    assert_eq!(failed.json()["failure"]["sql"], "INSERT INTO nowhere VALUES (1)");
}

#[test]
fn what_writes_is_as_documented() {
    let project = saas();
    let json = |words: &str| project.ambix(&format!("{words} --format json")).done().json();
    agree("revision, merge", &[json("revision --autogenerate -m one --rev-id one1")]);
    project.ambix("upgrade head -q").done();
    let nothing = json("revision --autogenerate -m two");
    assert_eq!(nothing["revision"], Value::Null);
    agree("revision, merge", &[nothing]);
    agree("revision, merge", &[json("revision -m two --rev-id two1")]);
    agree("revision, merge", &[json("revision -m three --rev-id thr1 --head one1 --splice")]);
    agree("rebase", &[json("rebase thr1 --onto two1")]);
    agree("revision, merge", &[json("revision -m four --rev-id fou1 --head two1 --splice")]);
    agree("revision, merge", &[json("merge heads")]);
    project.ambix("upgrade head -q").done();
    agree("squash", &[json("squash head")]);
    project.ambix("check").done();
    project.remove("ambix.toml");
    project.remove("migrations");
    agree("init", &[json("init")]);
    project.write("of_sqlx/1_one.sql", "SELECT 1;");
    let import = "import --from sqlx of_sqlx --no-stamp";
    agree("import", &[json(import), json(import)]);
}
