//! The map of operations: the rows of `docs/guide/operations.md` are planned and run on every database, and nothing
//! of the vocabulary is missing there. `cargo xtask bless` writes what is found.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use ambix_revision::{Entry, absent_words, vocabulary};
use ambix_tests::operations::{COLUMNS, Page};
use libtest_mimic::{Arguments, Failed, Trial};

/// Of so many rows one is run on the server of a column, and the others are planned for it; servers take their
/// time. `cargo xtask rel operations` runs all.
const EVERY: [usize; 4] = [7, 23, 23, 1];

fn main() {
    let arguments = Arguments::from_args();
    let page = match fs::read(path())
        .map_err(|error| error.to_string())
        .and_then(|text| Page::parse(&String::from_utf8_lossy(&text)))
    {
        Ok(page) => Arc::new(page),
        Err(reason) => {
            eprintln!("error: could not read {}: {reason}", path().display());
            std::process::exit(2);
        }
    };
    if std::env::var_os("AMBIX_BLESS").is_some() {
        let trial = Trial::test("operations", move || bless(&page));
        libtest_mimic::run(&arguments, vec![trial]).exit();
    }
    let mut trials = Vec::new();
    for (number, section) in page.sections.iter().enumerate().filter(|(_, section)| !section.rows.is_empty())
    {
        for (column, name) in COLUMNS.iter().enumerate() {
            let title = section.title.to_lowercase().replace(' ', "_");
            let page = Arc::clone(&page);
            let is_offline = ambix_tests::live::available(name).is_err();
            // What needs a server is not said to have run without one; MySQL is planned in any case.
            let is_passed_over = is_offline && *name != "mysql";
            let trial =
                Trial::test(format!("operations::{title}::{name}"), move || as_said(&page, number, column));
            trials.push(trial.with_ignored_flag(is_passed_over));
        }
    }
    trials.push(Trial::test("operations::all_words_are_there", move || all_words(&page)));
    libtest_mimic::run(&arguments, trials).exit();
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/guide/operations.md")
}

fn as_said(page: &Page, section: usize, column: usize) -> Result<(), Failed> {
    let section = &page.sections[section];
    let found = section.differences(column, EVERY[column])?;
    let told = found.iter().map(|(line, _, cell)| {
        let code = section.rows.iter().find(|row| row.is_at(*line)).map_or("", |row| row.code.as_str());
        format!("line {}: `{code}` on {}: {cell}", line + 1, COLUMNS[column])
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() {
        Ok(())
    } else {
        Err(format!("the page says otherwise:\n{}", told.join("\n")).into())
    }
}

fn bless(page: &Page) -> Result<(), Failed> {
    let mut found = Vec::new();
    let mut failures = Vec::new();
    for section in &page.sections {
        for column in 0..COLUMNS.len() {
            match section.differences(column, 1) {
                Ok(differences) => found.extend(differences),
                Err(reason) => failures.push(reason),
            }
        }
    }
    fs::write(path(), page.with_found(&found))?;
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n\n").into()) }
}

/// Every verb with every word that can be said of what it records, and every other word with its own.
fn all_words(page: &Page) -> Result<(), Failed> {
    let text = fs::read(path())?;
    let text = String::from_utf8_lossy(&text);
    let rows: Vec<&str> =
        page.sections.iter().flat_map(|section| &section.rows).map(|row| row.code.as_str()).collect();
    let mut missing = Vec::new();
    let all: Vec<Entry> = vocabulary().collect();
    for entry in &all {
        let shown = if entry.is_verb { format!("op.{}(", entry.name) } else { entry.name.to_owned() };
        let of_it: Vec<&&str> = rows.iter().filter(|row| has_word(row, &shown)).collect();
        if of_it.is_empty() {
            missing.push(shown.clone());
        }
        // Of two words that make the same kind of value, either shows what can be said of it.
        let is_alike = |other: &&Entry| !entry.is_verb && other.more == entry.more;
        let alike: Vec<&str> = all.iter().filter(is_alike).map(|other| other.name).collect();
        let says_one = |row: &&&str| alike.iter().any(|word| has_word(row, word));
        let of_it: Vec<&&str> = if entry.is_verb { of_it } else { rows.iter().filter(says_one).collect() };
        let unsaid =
            entry.more.iter().filter(|more| !of_it.iter().any(|row| row.contains(&format!(".{more}("))));
        missing.extend(unsaid.map(|more| format!("{shown} … .{more}(")));
    }
    missing.extend(absent_words().filter(|word| !text.contains(&format!("`{word}`"))).map(str::to_owned));
    if missing.is_empty() { Ok(()) } else { Err(format!("missing:\n{}", missing.join("\n")).into()) }
}

/// Whether a row has a word, and not only a longer one with it inside.
fn has_word(row: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    row.match_indices(word).any(|(at, _)| {
        let (before, after) = (&row[..at], &row[at + word.len()..]);
        !before.ends_with(is_part) && (word.ends_with('(') || !after.starts_with(is_part))
    })
}
