//! One test a case and dialect: what it expects on paper, and the proof of it on a live database.
//!
//! With `AMBIX_BLESS` set, expectations are rewritten in place instead (`cargo xtask bless`).

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ambix_tests::case::{Case, elder};
use ambix_tests::live::available;
use ambix_tests::map;
use ambix_tests::runner::{self, Found};
use libtest_mimic::{Arguments, Failed, Trial};
use similar::TextDiff;

fn main() {
    let arguments = Arguments::from_args();
    let cases = match runner::cases(&root()) {
        Ok(cases) => cases,
        Err(reason) => {
            eprintln!("error: {reason}");
            std::process::exit(2);
        }
    };
    let is_blessing = std::env::var_os("AMBIX_BLESS").is_some();
    let trials = if is_blessing { cases.into_iter().map(blessing).collect() } else { tests(cases) };
    libtest_mimic::run(&arguments, trials).exit();
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/cases")
}

fn tests(cases: Vec<Case>) -> Vec<Trial> {
    let mut trials = vec![Trial::test("map", the_map_is_whole)];
    for case in cases {
        let case = Arc::new(case);
        if case.section("problems").is_some() {
            let case = Arc::clone(&case);
            trials
                .push(Trial::test(case.name.clone(), move || compare(&case, &runner::problems(&case)?, "")));
        }
        for dialect in case.dialects() {
            let is_missing = available(&dialect).is_err();
            let name = format!("{}::{dialect}", case.name);
            let (paper, live) = (Arc::clone(&case), Arc::clone(&case));
            let (paper_dialect, live_dialect) = (dialect.clone(), dialect);
            trials.push(Trial::test(name.clone(), move || {
                compare(&paper, &runner::found(&paper, &paper_dialect)?, &paper_dialect)
            }));
            let prove = move || Ok(runner::prove(&live, &live_dialect)?);
            trials.push(Trial::test(format!("{name}::live"), prove).with_ignored_flag(is_missing));
        }
    }
    trials
}

/// Every row of `fixtures/cases/README.md` is there, and so is what it names.
fn the_map_is_whole() -> Result<(), Failed> {
    let faults = map::faults(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))?;
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n").into()) }
}

/// Compares what is found with what the case says, as a diff from the one to the other.
fn compare(case: &Case, found: &Found, dialect: &str) -> Result<(), Failed> {
    let mut differences = String::new();
    for (title, found) in found {
        let Some(expected) = case.section_for(title, dialect) else {
            let place = if dialect.is_empty() { title.clone() } else { format!("{title}: {dialect}") };
            return Err(format!("the case has no section `## {place}`; `cargo xtask bless` writes it").into());
        };
        let found = found.trim_end_matches('\n');
        if expected != found {
            let diff = TextDiff::from_lines(expected, found);
            let diff = diff.unified_diff().header("expected", "found").to_string();
            differences.extend(["## ", title, "\n", &diff, "\n"]);
        }
    }
    if differences.is_empty() { Ok(()) } else { Err(differences.into()) }
}

/// Rewrites a case's expectations for all its dialects.
fn blessing(case: Case) -> Trial {
    Trial::test(case.name.clone(), move || {
        let mut bodies = Found::new();
        if case.section("problems").is_some() {
            bodies.extend(runner::problems(&case)?);
        }
        // What MariaDB adds of its own is said apart, and not shared; and MySQL goes by its word.
        let mut dialects = case.dialects();
        dialects.sort_by_key(|dialect| (elder(dialect).is_some(), dialect == "mariadb"));
        for dialect in dialects {
            for (title, body) in runner::found(&case, &dialect)? {
                let is_shared = title == "changes";
                let titles = [Some(title.clone()).filter(|_| is_shared)]
                    .into_iter()
                    .chain([elder(&dialect).map(|elder| format!("{title}: {elder}"))])
                    .flatten();
                let holds = |known: &String| bodies.iter().find(|(it, _)| it == known);
                // The last word that holds for the dialect is the nearest to it.
                let common = titles.filter_map(|known| holds(&known).cloned()).next_back();
                let is_first = is_shared && common.is_none();
                let own = if is_first { title } else { format!("{title}: {dialect}") };
                // What dialects share is said once; who differs says so.
                if common.is_none_or(|(_, body_of_all)| body_of_all != body) {
                    bodies.push((own, body));
                }
            }
        }
        let path = root().join(format!("{}.md", case.name));
        Ok(fs::write(path, case.with_sections(&bodies))?)
    })
}
