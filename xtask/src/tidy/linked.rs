//! What a program links that runs its own revisions: its own driver, and nothing that reads source.
//!
//! Macros are left out: they run in the compiler.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use super::{Finding, Report};

/// The features a program chooses, and the packages that must not come with them.
const PROGRAMS: [(&str, &[&str]); 4] = [
    ("sqlite", &["sqlx-postgres", "sqlx-mysql"]),
    ("postgres", &["sqlx-sqlite", "sqlx-mysql", "libsqlite3-sys"]),
    ("mysql", &["sqlx-sqlite", "sqlx-postgres", "libsqlite3-sys"]),
    ("", &["sqlx", "tokio", "sqlparser", "sea-query", "ambix-database", "ambix-plan", "ambix-diff"]),
];

/// What reads source files, or talks to people, and serves no program.
const READERS: [&str; 8] =
    ["ambix-models", "annotate-snippets", "clap", "ignore", "prettyplease", "proc-macro2", "syn", "toml"];

pub(super) fn inspect(root: &Path, report: &mut Report) -> Result<(), String> {
    let manifest = Path::new("crates/ambix/Cargo.toml");
    if !root.join(manifest).is_file() {
        return Ok(());
    }
    for (features, others) in PROGRAMS {
        let linked = linked(root, features)?;
        for package in READERS.iter().chain(others).filter(|package| linked.iter().any(|it| it == *package)) {
            let message =
                format!("a program with the features [{features}] alone links {package}, and must not");
            report.findings.push(Finding::of_file(manifest, message));
        }
    }
    Ok(())
}

/// The packages of such a program by name.
fn linked(root: &Path, features: &str) -> Result<Vec<String>, String> {
    let mut tree = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    tree.current_dir(root).args([
        "tree",
        "--offline",
        "--locked",
        "--package",
        "ambix",
        "--no-default-features",
    ]);
    tree.args([
        "--features",
        features,
        "--edges",
        "normal,no-proc-macro",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]);
    let output = tree.output().map_err(|error| format!("could not run cargo tree: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        return Err(format!("could not run cargo tree: {}", String::from_utf8_lossy(&output.stderr)));
    }
    Ok(text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names that must not come are names of packages: a word that nothing is called would be missed.
    #[test]
    fn a_program_with_everything_links_what_a_small_one_must_not() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let all = linked(root, "project,postgres,mysql,sqlite").unwrap();
        let others = PROGRAMS.iter().flat_map(|(_, others)| others.iter());
        let of_the_command = ["annotate-snippets", "clap"];
        for package in READERS.iter().chain(others).filter(|package| !of_the_command.contains(package)) {
            assert!(all.iter().any(|it| it == package), "{package}");
        }
    }
}
