//! The projects under `fixtures/projects`, each told by the built binary on each database.

use std::fs;
use std::path::{Path, PathBuf};

use ambix_tests::live::available;
use ambix_tests::story::{Story, binary};
use libtest_mimic::{Arguments, Failed, Trial};
use similar::TextDiff;

const DIALECTS: [&str; 2] = ["sqlite", "postgres"];

fn main() {
    let arguments = Arguments::from_args();
    let trials = match folders() {
        Ok(folders) => folders.into_iter().flat_map(trials).collect(),
        Err(reason) => {
            eprintln!("error: {reason}");
            std::process::exit(2);
        }
    };
    libtest_mimic::run(&arguments, trials).exit();
}

fn folders() -> Result<Vec<PathBuf>, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/projects");
    let entries = fs::read_dir(&root).map_err(|error| format!("could not list {}: {error}", root.display()))?;
    let mut folders: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    folders.retain(|folder| folder.join("story.md").is_file());
    folders.sort();
    Ok(folders)
}

fn trials(folder: PathBuf) -> Vec<Trial> {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let is_blessing = std::env::var_os("AMBIX_BLESS").is_some();
    if is_blessing {
        return vec![Trial::test(name, move || bless(&folder))];
    }
    DIALECTS
        .into_iter()
        .map(|dialect| {
            let folder = folder.clone();
            let is_missing = binary().is_none() || available(dialect).is_err();
            Trial::test(format!("{name}::{dialect}"), move || tell(&folder, dialect))
                .with_ignored_flag(is_missing)
        })
        .collect()
}

fn read(folder: &Path) -> Result<Story, Failed> {
    let text = String::from_utf8(fs::read(folder.join("story.md"))?)?;
    Ok(Story::parse(&text)?)
}

fn tell(folder: &Path, dialect: &str) -> Result<(), Failed> {
    let differences = read(folder)?.tell(folder, dialect)?;
    let shown: Vec<String> = differences
        .iter()
        .map(|difference| {
            let diff = TextDiff::from_lines(difference.expected.as_str(), difference.found.as_str());
            format!("{}\n{}", difference.command, diff.unified_diff().header("expected", "found"))
        })
        .collect();
    if shown.is_empty() { Ok(()) } else { Err(shown.join("\n").into()) }
}

/// One dialect after the other: what both are to print, the last one says.
fn bless(folder: &Path) -> Result<(), Failed> {
    for dialect in DIALECTS.into_iter().rev().filter(|dialect| available(dialect).is_ok()) {
        let story = read(folder)?;
        let differences = story.tell(folder, dialect)?;
        fs::write(folder.join("story.md"), story.with_found(&differences))?;
    }
    Ok(())
}
