//! The top level of the repository: few things, each expected.

use std::path::Path;
use std::process::Command;

use super::{Finding, Report, entries};

/// Everything the top level holds.
const EXPECTED: [&str; 16] = [
    ".cargo",
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "clippy.toml",
    "crates",
    "docs",
    "fixtures",
    "rustfmt.toml",
    "tests",
    "xtask",
];

pub(super) fn inspect(root: &Path, report: &mut Report) -> Result<(), String> {
    let present = present(root)?;
    for name in present.iter().filter(|name| !EXPECTED.contains(&name.as_str())) {
        report.findings.push(Finding::of_file(
            Path::new(name),
            "not expected at the top level; find it a place below, or add it to xtask/src/tidy/top.rs",
        ));
    }
    for name in EXPECTED.iter().filter(|name| !root.join(name).exists()) {
        report.findings.push(Finding::of_file(Path::new(name), "expected at the top level and missing"));
    }
    Ok(())
}

/// What git knows of, so that an editor's folder is nobody's business; in a tree without git, what is there.
fn present(root: &Path) -> Result<Vec<String>, String> {
    let listing = Command::new("git").args(["ls-tree", "--name-only", "HEAD"]).current_dir(root).output();
    if let Ok(output) = listing
        && output.status.success()
    {
        return Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect());
    }
    let names = entries(root)?.into_iter().filter_map(|path| path.file_name()?.to_str().map(str::to_owned));
    Ok(names.filter(|name| name != "target" && name != ".git").collect())
}
