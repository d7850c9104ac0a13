//! Completion in a shell: the shell asks ambix itself, so revisions and labels of the project are among the
//! answers.

use std::ffi::OsString;

use ambix::config::Environment;
use ambix::{Options, Project};
use clap::CommandFactory as _;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::env::{CompleteEnv, Shells};

use crate::args::Arguments;

/// The variable by which a shell asks.
const VARIABLE: &str = "AMBIX_COMPLETE";

/// Answers a shell, if one asks; whether one did.
pub(crate) fn answered(arguments: &[OsString]) -> bool {
    if std::env::var_os(VARIABLE).is_none() {
        return false;
    }
    let directory = std::env::current_dir().ok();
    let asked = CompleteEnv::with_factory(Arguments::command).var(VARIABLE);
    match asked.try_complete(arguments.iter().cloned(), directory.as_deref()) {
        Ok(is_answered) => is_answered,
        // Whatever the shell wanted, it did not want a command to run.
        Err(error) => {
            crate::report::message(&format!("error: could not complete: {}", error.render()));
            true
        }
    }
}

/// What a shell has to source.
///
/// # Errors
/// When there is no such shell.
pub(crate) fn registration(shell: &str) -> std::io::Result<String> {
    let unknown = || std::io::Error::other(format!("there are no completions for {shell}"));
    let shells = Shells::builtins();
    let completer = shells.completer(shell).ok_or_else(unknown)?;
    let mut script = Vec::new();
    completer.write_registration(VARIABLE, "ambix", "ambix", "ambix", &mut script)?;
    String::from_utf8(script).map_err(std::io::Error::other)
}

/// Completes places in the graph.
pub(crate) fn revisions() -> ArgValueCandidates {
    ArgValueCandidates::new(candidates)
}

/// Words, labels and identifiers. A project that cannot be read has none of its own, and completing is no
/// time to complain.
fn candidates() -> Vec<CompletionCandidate> {
    let mut candidates: Vec<CompletionCandidate> =
        ["head", "heads", "base", "current"].into_iter().map(CompletionCandidate::new).collect();
    let environment: Environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let Ok(directory) = std::env::current_dir() else { return candidates };
    let Ok(project) = Project::open(&directory, Options::default(), environment) else { return candidates };
    let Ok(outline) = project.outline() else { return candidates };
    for header in outline.headers() {
        let labels = header.branch_labels.iter().map(|label| format!("{label}@head"));
        candidates.extend(labels.map(CompletionCandidate::new));
        let help = ambix::schema::escape(&header.message);
        candidates.push(CompletionCandidate::new(header.id.as_str()).help(Some(help.into())));
    }
    candidates
}
