//! The house rules, read off the tree: what `cargo xtask tidy` prints and an ordinary test asserts.

mod arrows;
mod files;
mod linked;
mod top;

use std::fmt;
use std::path::{Path, PathBuf};

/// What an inspection found.
#[derive(Debug, Default)]
pub struct Report {
    /// Broken rules.
    pub findings: Vec<Finding>,
    /// Worth a look, and allowed.
    pub notes: Vec<Finding>,
}

/// One place that breaks a rule.
#[derive(Debug)]
pub struct Finding {
    /// The file, relative to the root.
    pub path: PathBuf,
    /// The line, from 1; `None` when the whole file is meant.
    pub line: Option<usize>,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl Finding {
    fn of_file(path: &Path, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: None, message: message.into() }
    }

    fn at(path: &Path, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: Some(line), message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.message)
    }
}

/// Inspects the tree below `root`.
///
/// # Errors
/// A sentence when a file or directory cannot be read.
pub fn inspect(root: &Path) -> Result<Report, String> {
    let mut report = Report::default();
    top::inspect(root, &mut report)?;
    arrows::inspect(root, &mut report)?;
    files::inspect(root, &mut report)?;
    linked::inspect(root, &mut report)?;
    Ok(report)
}

/// Reads a file of the tree.
#[expect(clippy::disallowed_methods, reason = "inspecting files is what this is for")]
fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("could not read {}: {error}", path.display()))
}

/// The entries of a directory, sorted by name.
fn entries(directory: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error: std::io::Error| format!("could not list {}: {error}", directory.display());
    let entries = std::fs::read_dir(directory).map_err(failed)?;
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    paths.sort();
    Ok(paths)
}
