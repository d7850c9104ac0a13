//! Finds the files that hold models and reads their text.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use ignore::WalkBuilder;
use rayon::prelude::*;

use crate::{Options, Source};

/// Why the files could not be collected.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// A pattern that is no glob.
    #[error("could not read the glob `{glob}` in `[models] {key}`: {reason}")]
    Glob {
        /// `paths` or `exclude`.
        key: &'static str,
        /// The pattern.
        glob: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A folder that could not be listed.
    #[error("could not list the files below {}: {reason}", root.display())]
    Walk {
        /// Where the search began.
        root: PathBuf,
        /// What went wrong, with the place.
        reason: String,
    },
    /// A file that could not be read.
    #[error("could not read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
}

/// Reads every file that `paths` matches and `exclude` does not, sorted by path. What `.gitignore`
/// leaves out is left out here.
///
/// # Errors
/// [`CollectError`] for a bad glob, a folder that cannot be listed and a file that cannot be read.
pub fn collect(options: &Options) -> Result<Vec<Source>, CollectError> {
    let wanted = globs("paths", &options.paths)?;
    let excluded = globs("exclude", &options.exclude)?;
    let mut paths = Vec::new();
    for start in starts(&options.root, &options.paths) {
        walk(&options.root, &start, &wanted, &excluded, &mut paths)?;
    }
    paths.sort();
    paths.dedup();
    paths.into_par_iter().map(|path| text_of(&options.root, path)).collect()
}

/// Those of the paths, relative to the root, that `paths` matches and `exclude` does not: for files that
/// are listed by other means than by walking a folder.
///
/// # Errors
/// [`CollectError::Glob`] for a bad glob.
pub fn select<'a>(
    options: &Options,
    files: impl IntoIterator<Item = &'a Path>,
) -> Result<BTreeSet<PathBuf>, CollectError> {
    let wanted = globs("paths", &options.paths)?;
    let excluded = globs("exclude", &options.exclude)?;
    Ok(files.into_iter().filter(|path| is_chosen(path, &wanted, &excluded)).map(Path::to_owned).collect())
}

/// A pattern that matches a folder leaves out all that is below it.
fn is_chosen(path: &Path, wanted: &GlobSet, excluded: &GlobSet) -> bool {
    wanted.is_match(path) && !path.ancestors().any(|part| excluded.is_match(part))
}

/// The folders below which all matches must lie: the part of each glob before its first wildcard.
/// `.gitignore` files above them still count.
fn starts(root: &Path, patterns: &[String]) -> Vec<PathBuf> {
    let mut starts: Vec<PathBuf> = patterns
        .iter()
        .map(|pattern| {
            let pattern = pattern.trim_start_matches("./");
            let wildcard = pattern.find(['*', '?', '[', '{', '\\']).unwrap_or(pattern.len());
            let fixed = pattern[..wildcard].rsplit_once('/').map_or("", |(folder, _)| folder);
            root.join(fixed)
        })
        .filter(|start| start.is_dir())
        .collect();
    starts.sort();
    starts.dedup();
    // A folder inside another is walked with it.
    let mut outer: Vec<PathBuf> = Vec::new();
    for start in starts {
        if !outer.iter().any(|folder| start.starts_with(folder)) {
            outer.push(start);
        }
    }
    outer
}

fn walk(
    root: &Path,
    start: &Path,
    wanted: &GlobSet,
    excluded: &GlobSet,
    paths: &mut Vec<PathBuf>,
) -> Result<(), CollectError> {
    // A `.gitignore` counts without a repository too: a checkout may have been exported.
    let walk = WalkBuilder::new(start).require_git(false).hidden(true).follow_links(false).build();
    for entry in walk {
        let entry = entry
            .map_err(|error| CollectError::Walk { root: start.to_owned(), reason: error.to_string() })?;
        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
            continue;
        }
        let path = entry.into_path();
        let shown = path.strip_prefix(root).unwrap_or(&path);
        if is_chosen(shown, wanted, excluded) {
            paths.push(path);
        }
    }
    Ok(())
}

fn globs(key: &'static str, patterns: &[String]) -> Result<GlobSet, CollectError> {
    let bad = |glob: &str, error: &globset::Error| CollectError::Glob {
        key,
        glob: glob.to_owned(),
        reason: error.kind().to_string(),
    };
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let glob = GlobBuilder::new(pattern.trim_start_matches("./")).literal_separator(true).build();
        set.add(glob.map_err(|error| bad(pattern, &error))?);
    }
    set.build().map_err(|error| bad(&patterns.join(", "), &error))
}

#[expect(clippy::disallowed_methods, reason = "this is where files of models are read")]
fn text_of(root: &Path, path: PathBuf) -> Result<Source, CollectError> {
    let text =
        std::fs::read_to_string(&path).map_err(|source| CollectError::Read { path: path.clone(), source })?;
    let path = path.strip_prefix(root).map(Path::to_owned).unwrap_or(path);
    Ok(Source { path, text })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::TableNames;

    fn options(root: &Path, paths: &[&str], exclude: &[&str]) -> Options {
        let owned = |patterns: &[&str]| patterns.iter().map(ToString::to_string).collect();
        Options {
            root: root.to_owned(),
            paths: owned(paths),
            exclude: owned(exclude),
            features: Vec::new(),
            table_names: TableNames::Singular,
            naming: ambix_schema::Naming::default(),
        }
    }

    fn project(files: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for file in files {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        root
    }

    fn found(root: &Path, paths: &[&str], exclude: &[&str]) -> Vec<String> {
        let sources = collect(&options(root, paths, exclude)).unwrap();
        sources.into_iter().map(|source| source.path.display().to_string().replace('\\', "/")).collect()
    }

    #[test]
    fn globs_choose_and_gitignore_leaves_out() {
        let root = project(&[
            "src/lib.rs",
            "src/models/user.rs",
            "src/models/old.rs",
            "src/gen/a.rs",
            "crates/shop/src/lib.rs",
            "target/x.rs",
            "notes.txt",
        ]);
        fs::write(root.path().join(".gitignore"), "/src/gen\n/target\n").unwrap();
        assert_eq!(
            found(root.path(), &["src/**/*.rs"], &["**/old.rs"]),
            ["src/lib.rs", "src/models/user.rs"]
        );
        assert_eq!(
            found(root.path(), &["./src/lib.rs", "crates/*/src/**/*.rs"], &[]),
            ["crates/shop/src/lib.rs", "src/lib.rs"]
        );
        assert_eq!(found(root.path(), &["**/*.rs"], &["src"]), ["crates/shop/src/lib.rs"]);
        assert!(found(root.path(), &["nowhere/**/*.rs"], &[]).is_empty());
    }

    #[test]
    fn a_bad_glob_is_named() {
        let root = project(&[]);
        let error = collect(&options(root.path(), &["src/**/{a,b"], &[])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "could not read the glob `src/**/{a,b` in `[models] paths`: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)"
        );
    }

    #[test]
    fn a_file_that_is_not_text_is_named() {
        let root = project(&[]);
        fs::create_dir(root.path().join("src")).unwrap();
        fs::write(root.path().join("src/lib.rs"), [0xff, 0xfe]).unwrap();
        let error = collect(&options(root.path(), &["src/**/*.rs"], &[])).unwrap_err();
        assert!(matches!(&error, CollectError::Read { .. }));
        assert!(error.to_string().ends_with("src/lib.rs: stream did not contain valid UTF-8"), "{error}");
    }
}
