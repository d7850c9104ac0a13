//! The pages of the guide: what they show is typed, and what they print is compared.

use std::fs;
use std::path::{Path, PathBuf};

use ambix_tests::story::{Story, binary};
use libtest_mimic::{Arguments, Failed, Trial};
use similar::TextDiff;

fn main() {
    let arguments = Arguments::from_args();
    let mut pages = pages();
    pages.sort();
    let trial = |page: PathBuf| {
        let name = page.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Trial::test(name, move || follow(&page)).with_ignored_flag(binary().is_none())
    };
    libtest_mimic::run(&arguments, pages.into_iter().map(trial).collect()).exit();
}

fn pages() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guide");
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|it| it == "md")).collect()
}

/// Follows a page in an empty directory, with the database that needs no server.
fn follow(page: &Path) -> Result<(), Failed> {
    let text = String::from_utf8(fs::read(page)?)?;
    let empty = tempfile::tempdir()?;
    let story = Story::parse(&text)?;
    let differences = story.tell(empty.path(), "sqlite")?;
    if std::env::var_os("AMBIX_BLESS").is_some() {
        return Ok(fs::write(page, story.with_found(&differences))?);
    }
    let shown: Vec<String> = differences
        .iter()
        .map(|difference| {
            let diff = TextDiff::from_lines(difference.expected.as_str(), difference.found.as_str());
            format!("{}\n{}", difference.command, diff.unified_diff().header("the page", "the command"))
        })
        .collect();
    if shown.is_empty() { Ok(()) } else { Err(shown.join("\n").into()) }
}
