//! Models as they are at a commit: listed and read with git itself, without a checkout.

use std::path::PathBuf;
use std::process::Command;

use ambix_models::{Options, Source, select};

use crate::Error;

/// The files that the options choose, as the commit has them.
///
/// # Errors
/// [`Error::Refused`] when git cannot be run or says no, [`Error::Collect`] for a bad glob.
pub(super) fn sources(commit: &str, options: &Options) -> Result<Vec<Source>, Error> {
    // A name that begins with a dash would be an option to git, and a colon would name a file.
    if commit.starts_with('-') || commit.contains(':') {
        return Err(Error::refused(
            format!("{:?} is no commit", ambix_schema::escape(commit)),
            "name a commit, a branch or a tag, as in git:main or git:HEAD~1",
        ));
    }
    let tree = format!("{commit}^{{tree}}");
    // Below the project's directory alone, and with paths that start there.
    let listed = git(options, &["ls-tree", "-r", "-z", &tree])?;
    let mut objects = Vec::new();
    for entry in listed.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
        let entry = String::from_utf8_lossy(entry);
        let Some((facts, path)) = entry.split_once('\t') else { continue };
        // A link or a submodule is no file of models.
        if let Some((_, object)) = facts.rsplit_once(' ').filter(|_| facts.starts_with("100")) {
            objects.push((PathBuf::from(path), object.to_owned()));
        }
    }
    let chosen = select(options, objects.iter().map(|(path, _)| path.as_path()))?;
    let wanted = objects.into_iter().filter(|(path, _)| chosen.contains(path.as_path()));
    wanted
        .map(|(path, object)| {
            let text = git(options, &["cat-file", "blob", &object])?;
            let text = String::from_utf8(text).map_err(|_| {
                Error::refused(
                    format!("{} at {commit} is not UTF-8", ambix_schema::escape(&path.display().to_string())),
                    "leave it out with [models] exclude",
                )
            })?;
            Ok(Source { path, text })
        })
        .collect()
}

fn git(options: &Options, arguments: &[&str]) -> Result<Vec<u8>, Error> {
    let ran = Command::new("git").arg("-C").arg(&options.root).args(arguments).output();
    let output = ran.map_err(|error| {
        Error::refused(format!("could not run git: {error}"), "install git, or compare with another source")
    })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Error::refused(
        format!("git could not read the models: {}", ambix_schema::escape(said.trim())),
        "name a commit, a branch or a tag that `git log` knows",
    ))
}
