//! What can go wrong in a workflow: what was being done, to what, and the way out.

use std::io::ErrorKind;
use std::path::PathBuf;

use ambix_database::DatabaseError;
use ambix_diff::{PolicyError, RenameCandidate};
#[cfg(feature = "project")]
use ambix_models::CollectError;
use ambix_plan::PlanError;
use ambix_revision::{GraphError, LowerError, RevisionId, TargetError};
use ambix_schema::{Problem, escape};

#[cfg(feature = "project")]
use crate::config::ConfigError;
use crate::workflow::{Edited, Failure};

/// An error of a workflow. [`Error::hint`] is the way out, [`Error::problems`] the places in source.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration.
    #[cfg(feature = "project")]
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The policy in the configuration.
    #[error("could not read the policy: {0}")]
    Policy(#[from] PolicyError),
    /// Model files that cannot be found or opened.
    #[cfg(feature = "project")]
    #[error(transparent)]
    Collect(#[from] CollectError),
    /// Source that cannot be used: models or revision files.
    #[error("could not read {what}: {}", count(.problems.len(), "problem"))]
    Source {
        /// `the models` or `the revisions`.
        what: &'static str,
        /// The problems, in order of place.
        problems: Vec<Problem>,
    },
    /// Revisions that do not form a graph.
    #[error("the revisions in {} do not fit together: {}", directory.display(), joined(.errors))]
    Graph {
        /// Where they are.
        directory: PathBuf,
        /// What does not fit, with the files it is in.
        errors: Vec<(GraphError, Vec<PathBuf>)>,
    },
    /// A revision identifier that leads nowhere.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The database.
    #[error(transparent)]
    Database(Box<DatabaseError>),
    /// A revision's operation that cannot be understood where it stands.
    #[error("could not replay revision {revision}: {kind}")]
    Replay {
        /// The revision.
        revision: RevisionId,
        /// Why.
        #[source]
        kind: LowerError,
    },
    /// Changes the database cannot do.
    #[error("could not plan {what}: {kind}")]
    Plan {
        /// `revision 3f2a9c0d1b7e`, `the changes`.
        what: String,
        /// Why.
        #[source]
        kind: PlanError,
    },
    /// A revision that failed while it ran.
    #[error("could not {doing}: {kind}")]
    Run {
        /// `upgrade to 3f2a9c0d1b7e (add full_name)`.
        doing: String,
        /// What the server said.
        #[source]
        kind: Box<DatabaseError>,
        /// What is committed and what is not, and the next command.
        failure: Box<Failure>,
    },
    /// Applied revisions whose files were edited since.
    #[error("{}", edited_after(.0))]
    Edited(Vec<Edited>),
    /// A likely rename that nobody decided.
    #[error("{} may be a rename, and ambix never guesses", count(.0.len(), "change"))]
    Renames(Vec<RenameCandidate>),
    /// Something ambix will not do.
    #[error("{message}")]
    Refused {
        /// What and why.
        message: String,
        /// The way out.
        hint: String,
    },
    /// A file that cannot be read or written.
    #[error("could not {doing} {}: {kind}", path.display())]
    File {
        /// `write`, `read`, `create`.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        kind: std::io::Error,
    },
}

impl From<DatabaseError> for Error {
    fn from(error: DatabaseError) -> Self {
        Self::Database(Box::new(error))
    }
}

impl Error {
    /// A refusal with the way out.
    pub fn refused(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Refused { message: message.into(), hint: hint.into() }
    }

    /// The way out, where there is one to name.
    pub fn hint(&self) -> Option<String> {
        match self {
            #[cfg(feature = "project")]
            Self::Config(error) => error.hint(),
            Self::Target(error) => error.hint(),
            Self::Database(error) => error.hint(),
            Self::Run { failure, kind, .. } => {
                let mut lines = failure.lines();
                lines.extend(kind.hint());
                Some(lines.join("\n"))
            }
            Self::Edited(edited) => Some(undo_edits(edited)),
            Self::Refused { hint, .. } => Some(hint.clone()),
            Self::Graph { errors, .. } => errors.iter().find_map(|(error, _)| error.hint()),
            Self::Renames(candidates) => Some(decide_renames(candidates)),
            #[cfg(feature = "project")]
            Self::Collect(CollectError::Read { source: kind, .. }) => unread(kind.kind()),
            Self::File { doing: "read", kind, .. } => unread(kind.kind()),
            Self::File { kind, .. } => unwritten(kind.kind()),
            Self::Plan { kind: PlanError::UnknownTable { .. }, .. } => Some(
                "run it against the database, where the table can be looked at, instead of with --sql".into(),
            ),
            #[cfg(feature = "project")]
            Self::Collect(_) => None,
            Self::Policy(_) | Self::Source { .. } | Self::Replay { .. } | Self::Plan { .. } => None,
        }
    }

    /// The places in source this is about.
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Source { problems, .. } => problems,
            #[cfg(feature = "project")]
            Self::Config(error) => error.problems(),
            #[cfg(feature = "project")]
            Self::Collect(_) => &[],
            Self::Policy(_)
            | Self::Graph { .. }
            | Self::Target(_)
            | Self::Database(_)
            | Self::Replay { .. }
            | Self::Plan { .. }
            | Self::Run { .. }
            | Self::Edited(_)
            | Self::Renames(_)
            | Self::Refused { .. }
            | Self::File { .. } => &[],
        }
    }
}

fn edited_after(edited: &[Edited]) -> String {
    let each = edited.iter().map(|Edited { revision, applied_at, applied_by, .. }| {
        format!(
            "revision {revision} was edited after it was applied ({applied_at}, by {})",
            escape(applied_by)
        )
    });
    each.collect::<Vec<_>>().join("; ")
}

fn undo_edits(edited: &[Edited]) -> String {
    let flags: Vec<String> = edited.iter().map(|it| format!("--accept-edited {}", it.revision)).collect();
    format!(
        "put the file back as it was and write a new revision for what is to change; or, when the database is what the \
         file says now, record that with `ambix upgrade ... {}`",
        flags.join(" ")
    )
}

/// The evidence and the exact flags for each likely rename.
fn decide_renames(candidates: &[RenameCandidate]) -> String {
    let mut lines = vec!["say what is meant, for each of them:".to_owned()];
    for candidate in candidates {
        let (from, to) = (candidate.from.dotted(), candidate.to.dotted());
        lines.push(format!("  {candidate}"));
        lines.push(format!("    --rename {from}={to}     the same {}, renamed", candidate.from.kind.word()));
        lines.push(format!("    --no-rename {from}     dropped, and another one added"));
    }
    lines.join("\n")
}

/// How a file that could not be read is made readable.
fn unread(why: ErrorKind) -> Option<String> {
    way(
        why,
        &[
            (ErrorKind::PermissionDenied, "make the file readable"),
            (ErrorKind::InvalidData, "save the file as UTF-8, or leave it out"),
            (ErrorKind::NotFound, "remove the link, or bring back the file it points at"),
            (ErrorKind::NotADirectory, "remove the file that stands where the directory should be"),
        ],
    )
}

/// How a file that could not be written can be.
fn unwritten(why: ErrorKind) -> Option<String> {
    const WRITABLE: &str = "make the directory writable, or name another one in ambix.toml";
    const SPACE: &str = "free some space; nothing was half written";
    way(
        why,
        &[
            (ErrorKind::PermissionDenied, WRITABLE),
            (ErrorKind::ReadOnlyFilesystem, WRITABLE),
            (ErrorKind::StorageFull, SPACE),
            (ErrorKind::QuotaExceeded, SPACE),
            (ErrorKind::FileTooLarge, SPACE),
            (ErrorKind::NotADirectory, "remove the file that stands where the directory should be"),
        ],
    )
}

fn way(why: ErrorKind, ways: &[(ErrorKind, &str)]) -> Option<String> {
    ways.iter().find(|(kind, _)| *kind == why).map(|(_, way)| (*way).to_owned())
}

pub(crate) fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _more => format!("{number} {noun}s"),
    }
}

fn joined(errors: &[(GraphError, Vec<PathBuf>)]) -> String {
    let texts: Vec<String> = errors
        .iter()
        .map(|(error, files)| {
            let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
            if files.is_empty() { error.to_string() } else { format!("{error} ({})", files.join(", ")) }
        })
        .collect();
    texts.join("; ")
}
