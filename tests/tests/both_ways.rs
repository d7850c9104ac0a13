//! Two databases, made by SQL of `fixtures/both_ways`: the script that `ambix diff --sql` writes turns the
//! first into the second, and the one of the other direction turns it back. Each time nothing is left to
//! compare.
//!
//! One Markdown file is one pair. Its sections name the databases they are for:
//!
//! - `first: sqlite, postgres` and `second: …` are the two databases, as SQL,
//! - `script there: postgres` and `script back: …` are the statements that turn the one into the other, where
//!   they are worth a look,
//! - `strict there: …` and `strict back: …` are what `--strict` finds in the servers' own words when a script is
//!   through, where that is anything,
//! - `refused there: …` and `refused back: …` are the beginning of what is said where there is no way,
//! - `rows: …` is a query whose rows are the same before and after; `first` puts them in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use ambix_tests::case::{Body, titled};
use ambix_tests::live::{DIALECTS, Live, available};
use ambix_tests::story::binary;
use libtest_mimic::{Arguments, Failed, Trial};

/// The bodies of one pair's sections, by title and database.
type Pair = BTreeMap<(String, String), String>;

const TITLES: [&str; 9] = [
    "first",
    "second",
    "script there",
    "script back",
    "strict there",
    "strict back",
    "refused there",
    "refused back",
    "rows",
];

fn main() {
    let arguments = Arguments::from_args();
    let trials = match trials() {
        Ok(trials) => trials,
        Err(reason) => {
            eprintln!("error: {reason}");
            std::process::exit(2);
        }
    };
    libtest_mimic::run(&arguments, trials).exit();
}

fn trials() -> Result<Vec<Trial>, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/both_ways");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&root)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect())
        .map_err(|error| format!("could not read {}: {error}", root.display()))?;
    paths.sort();
    let mut trials = Vec::new();
    for path in paths {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read(&path).map_err(|error| format!("{name}: {error}"))?;
        let text = String::from_utf8(text).map_err(|error| format!("{name}: {error}"))?;
        let pair = Arc::new(read(&text).map_err(|reason| format!("{name}: {reason}"))?);
        for dialect in DIALECTS {
            if !pair.contains_key(&("first".to_owned(), dialect.to_owned())) {
                continue;
            }
            let pair = Arc::clone(&pair);
            let trial = Trial::test(format!("{name}::{dialect}"), move || both_ways(&pair, dialect));
            trials.push(trial.with_ignored_flag(available(dialect).is_err()));
        }
    }
    Ok(trials)
}

fn read(text: &str) -> Result<Pair, String> {
    let is_known = |heading: &str| {
        let Some((title, dialects)) = heading.split_once(": ") else {
            return Err(format!("`{heading}` names no database"));
        };
        let is_known = TITLES.contains(&title) && dialects.split(", ").all(|it| DIALECTS.contains(&it));
        if is_known { Ok(()) } else { Err(format!("no section is called `{heading}`")) }
    };
    let mut pair = Pair::new();
    for Body { title, text } in titled(text, is_known)? {
        let (title, dialects) = title.split_once(": ").unwrap_or((&title, ""));
        for dialect in dialects.split(", ") {
            pair.insert((title.to_owned(), dialect.to_owned()), text.clone());
        }
    }
    for (title, dialect) in pair.keys() {
        for needed in ["first", "second"] {
            if !pair.contains_key(&(needed.to_owned(), dialect.clone())) {
                return Err(format!("`{title}` speaks of {dialect}, and there is no `{needed}` for it"));
            }
        }
    }
    Ok(pair)
}

fn both_ways(pair: &Pair, dialect: &str) -> Result<(), Failed> {
    let section = |title: &str| pair.get(&(title.to_owned(), dialect.to_owned())).map(String::as_str);
    let (first, second) = (section("first").unwrap_or_default(), section("second").unwrap_or_default());
    let mut live = made(dialect, first)?;
    let rows = section("rows").map(|query| live.query(query)).transpose()?;
    let wanted = made(dialect, second)?;
    let [script, strict, refused] = ["script there", "strict there", "refused there"].map(section);
    if !turned(&mut live, &wanted, script, strict, refused)? {
        live = made(dialect, second)?;
    }
    drop(wanted);
    let wanted = made(dialect, first)?;
    let [script, strict, refused] = ["script back", "strict back", "refused back"].map(section);
    turned(&mut live, &wanted, script, strict, refused)?;
    let left = section("rows").map(|query| live.query(query)).transpose()?;
    if rows == left { Ok(()) } else { Err(format!("the rows were {rows:?}, and are {left:?}").into()) }
}

fn made(dialect: &str, sql: &str) -> Result<Live, String> {
    let mut live = Live::fresh(dialect, &[])?;
    live.execute(sql)?;
    Ok(live)
}

/// Turns one database into another with the script between them; says whether there is one.
fn turned(
    live: &mut Live,
    wanted: &Live,
    script: Option<&str>,
    strict: Option<&str>,
    refused: Option<&str>,
) -> Result<bool, Failed> {
    let found = diff(live, wanted)?;
    if let Some(refused) = refused {
        let is_so = found.code == 2 && found.stderr.starts_with(refused.trim_end());
        return if is_so { Ok(false) } else { Err(found.shown("it should be refused").into()) };
    }
    if found.code != 1 {
        return Err(found.shown("there should be a script").into());
    }
    if let Some(expected) = script {
        let statements = statements(&found.stdout);
        if statements != expected.trim_end() {
            return Err(found.shown("the statements are others").into());
        }
    }
    live.execute(&as_the_client_reads(&found.stdout)).map_err(|error| found.shown(&error))?;
    let again = diff(live, wanted)?;
    if again.code != 0 || !again.stdout.is_empty() {
        return Err(format!("{}\nafter {}", again.shown("something is left"), found.stdout).into());
    }
    let in_its_words = ask(live, wanted, &["--strict", "-q"])?;
    let lines = in_its_words.stdout.lines().filter_map(|line| line.strip_prefix("  unmodelled: "));
    if lines.collect::<Vec<_>>().join("\n") != strict.unwrap_or_default().trim_end() {
        return Err(in_its_words.shown("the server's own words differ otherwise").into());
    }
    Ok(true)
}

/// The script without the commands that tell the client of MariaDB and MySQL where a statement ends: a server is
/// sent none of them.
fn as_the_client_reads(script: &str) -> String {
    script.replace("DELIMITER ;;\n", "").replace("\n;;\nDELIMITER ;\n", ";\n")
}

/// What is run, without what every script begins and ends with.
fn statements(script: &str) -> String {
    let is_fixed = |line: &&str| {
        ["-- from ", "-- to ", "SET client_encoding", "SET standard_conforming", "SET check_function_bodies"]
            .iter()
            .chain(&["SET search_path", "BEGIN", "COMMIT", "PRAGMA foreign_key"])
            .any(|start| line.starts_with(start))
    };
    script.lines().filter(|line| !is_fixed(line)).collect::<Vec<_>>().join("\n")
}

struct Found {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Found {
    fn shown(&self, what: &str) -> String {
        format!("{what}\n? {}\n{}{}", self.code, self.stdout, self.stderr)
    }
}

/// What the built binary says of the two, as a user would ask it.
fn diff(from: &Live, to: &Live) -> Result<Found, Failed> {
    ask(from, to, &["--sql"])
}

fn ask(from: &Live, to: &Live, words: &[&str]) -> Result<Found, Failed> {
    let binary = binary().ok_or("the ambix binary is not built; use `cargo xtask test`")?;
    let directory = tempfile::tempdir()?;
    let output = Command::new(binary)
        .args(["diff", "--from", &format!("db:{}", from.url()), "--to", &format!("db:{}", to.url())])
        .args(words)
        .current_dir(directory.path())
        .env("NO_COLOR", "1")
        .env_remove("AMBIX_CONFIG")
        .env_remove("AMBIX_ENV")
        .stdin(Stdio::null())
        .output()?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(Found {
        code: output.status.code().unwrap_or(-1),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    })
}
