//! Why a target cannot be found or reached. The texts are Alembic's where it has one, because that is what
//! people search for.

use std::fmt;

use ambix_schema::escape;

use crate::graph::{SHORTEST_PREFIX, enumerated};
use crate::{RevisionId, RevisionIdError};

/// Why a target cannot be found or reached.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TargetError {
    /// A text cannot be the identifier of a revision.
    InvalidId(RevisionIdError),
    /// It is not written as targets are.
    Syntax {
        /// The target.
        text: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// A range stands where a single place is needed.
    RangeNotAllowed {
        /// The range.
        text: String,
    },
    /// A single place, or more than two, stand where a range is needed.
    NotARange {
        /// What was written.
        text: String,
    },
    /// No revision and no label is called so.
    UnknownRevision {
        /// What was looked for.
        text: String,
        /// Revisions that begin so, when the text is too short to be a beginning.
        candidates: Vec<RevisionId>,
    },
    /// Several revisions begin so.
    AmbiguousPrefix {
        /// What was looked for.
        text: String,
        /// The revisions.
        candidates: Vec<RevisionId>,
    },
    /// No branch is called so.
    UnknownBranch {
        /// What was looked for.
        text: String,
        /// The labels there are.
        labels: Vec<String>,
    },
    /// The revision is not on the branch the target is narrowed to.
    NotInBranch {
        /// The revision.
        revision: RevisionId,
        /// The branch.
        branch: String,
    },
    /// The database is at a revision that no file declares.
    UnknownCurrent {
        /// What the version table holds.
        id: RevisionId,
        /// How many revisions were read.
        known: usize,
    },
    /// One head is needed and there are several.
    MultipleHeads {
        /// The target.
        argument: String,
        /// The heads.
        heads: Vec<RevisionId>,
    },
    /// Steps are counted from where the database is, and it is in several places.
    SeveralCurrent {
        /// The target.
        relative: String,
        /// Its steps.
        steps: i64,
        /// The same, made exact.
        forms: Vec<String>,
    },
    /// The way up or down parts.
    AmbiguousWalk {
        /// The target.
        text: String,
        /// Where it parts; `None` for the base.
        at: Option<RevisionId>,
        /// The next revisions.
        candidates: Vec<RevisionId>,
    },
    /// The history ends before the steps do.
    TooFar {
        /// The target.
        text: String,
        /// The steps wanted.
        steps: i64,
        /// The steps there are.
        possible: u64,
    },
    /// An upgrade to where a downgrade leads.
    NeedsDowngrade {
        /// The target.
        text: String,
    },
    /// A downgrade to where an upgrade leads.
    NeedsUpgrade {
        /// The target.
        text: String,
    },
    /// A downgrade to a revision that is not applied.
    NotApplied {
        /// The target.
        text: String,
    },
    /// A range that goes nowhere.
    NotAnAncestor {
        /// Its start.
        revision: RevisionId,
        /// Its end.
        of: Vec<RevisionId>,
    },
}

impl TargetError {
    /// The way out.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::InvalidId(error) => return error.hint(),
            Self::Syntax { .. } => {
                "write head, heads, base, current, a revision, the beginning of one, +1, -1, \
                                    REVISION+1, LABEL@head, LABEL@base or LABEL@+1"
                    .into()
            }
            Self::RangeNotAllowed { .. } => {
                "a range has a meaning for `history -r`, and for `upgrade` and `downgrade` with --sql".into()
            }
            Self::NotARange { .. } => "for instance base:head, abc123: or :current".into(),
            Self::UnknownRevision { candidates, .. } if !candidates.is_empty() => format!(
                "a beginning has at least {SHORTEST_PREFIX} characters; did you mean {}?",
                enumerated(candidates)
            ),
            Self::UnknownRevision { .. } => "`ambix history` lists the revisions there are".into(),
            Self::AmbiguousPrefix { .. } => "write more of it".into(),
            Self::UnknownBranch { labels, .. } if labels.is_empty() => {
                "no revision declares a label; before the @ any revision of the branch can stand".into()
            }
            Self::UnknownBranch { labels, .. } => format!("the labels are {}", escape(&labels.join(", "))),
            Self::NotInBranch { branch, .. } => {
                format!("leave '{}@' out, or name another branch", escape(branch))
            }
            Self::UnknownCurrent { id, known } => format!(
                "the database is at {id}, and none of the {known} revision files read declares it; restore its \
                 file, or say where the database is with `ambix stamp --purge REVISION`"
            ),
            Self::MultipleHeads { heads, .. } => {
                format!("the heads are {}; `ambix merge heads` makes them one", enumerated(heads))
            }
            Self::SeveralCurrent { forms, .. } => format!("write {}", escape(&forms.join(" or "))),
            Self::AmbiguousWalk { candidates, .. } => {
                format!("name the revision to go to; the next ones are {}", enumerated(candidates))
            }
            Self::TooFar { possible: 0, steps, .. } if *steps < 0 => "nothing is left to undo there".into(),
            Self::TooFar { possible: 0, .. } => "nothing is left to apply there".into(),
            Self::TooFar { possible, steps, .. } => {
                format!("there are {possible}: {}{possible}", if *steps < 0 { '-' } else { '+' })
            }
            Self::NeedsDowngrade { text } => format!("`ambix downgrade {}` goes there", escape(text)),
            Self::NeedsUpgrade { text } => format!("`ambix upgrade {}` goes there", escape(text)),
            Self::NotApplied { text } => {
                format!("it is not applied; `ambix upgrade {}` applies it", escape(text))
            }
            Self::NotAnAncestor { .. } => "the older end comes first".into(),
        })
    }
}

impl fmt::Display for TargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidId(error) => error.fmt(f),
            Self::Syntax { text, problem } => write!(f, "'{}' is no target: {problem}", escape(text)),
            Self::RangeNotAllowed { text } => write!(f, "Range revision not allowed: '{}'", escape(text)),
            Self::NotARange { text } => {
                let text = escape(text);
                write!(f, "History range requires [start]:[end], [start]:, or :[end], and not '{text}'")
            }
            Self::UnknownRevision { text, .. } | Self::UnknownBranch { text, .. } => {
                write!(f, "Can't locate revision identified by '{}'", escape(text))
            }
            Self::UnknownCurrent { id, .. } => write!(f, "Can't locate revision identified by '{id}'"),
            Self::AmbiguousPrefix { text, candidates } => {
                write!(f, "Multiple revisions start with '{}': {}", escape(text), enumerated(candidates))
            }
            Self::NotInBranch { revision, branch } => {
                write!(f, "Revision {revision} is not a member of branch '{}'", escape(branch))
            }
            Self::MultipleHeads { argument, .. } => write!(
                f,
                "Multiple head revisions are present for given argument '{}'; please specify a specific target \
                 revision, '<branchname>@head' to narrow to a specific head, or 'heads' for all heads",
                escape(argument)
            ),
            Self::SeveralCurrent { relative, steps, .. } => {
                let direction = if *steps < 0 { "downgrade" } else { "upgrade" };
                let relative = escape(relative);
                write!(f, "Ambiguous {direction} from multiple current revisions with '{relative}'")
            }
            Self::AmbiguousWalk { text, at: Some(at), .. } => {
                write!(f, "Ambiguous walk with '{}': several ways lead on from {at}", escape(text))
            }
            Self::AmbiguousWalk { text, at: None, .. } => {
                write!(f, "Ambiguous walk with '{}': there are several bases", escape(text))
            }
            Self::TooFar { text, steps, .. } => {
                let count = steps.unsigned_abs();
                write!(f, "Relative revision {} didn't produce {count} migrations", escape(text))
            }
            Self::NeedsDowngrade { text } => {
                write!(f, "'{}' is older than the database, and an upgrade only goes up", escape(text))
            }
            Self::NeedsUpgrade { text } => {
                write!(f, "'{}' is newer than the database, and a downgrade only goes down", escape(text))
            }
            Self::NotApplied { text } => {
                write!(f, "Destination {} is not a valid downgrade target from current head(s)", escape(text))
            }
            Self::NotAnAncestor { revision, of } if of.is_empty() => {
                write!(f, "Revision {revision} does not come before the base")
            }
            Self::NotAnAncestor { revision, of } => {
                write!(f, "Revision {revision} is not an ancestor of revision {}", enumerated(of))
            }
        }
    }
}

impl std::error::Error for TargetError {}

impl From<RevisionIdError> for TargetError {
    fn from(error: RevisionIdError) -> Self {
        Self::InvalidId(error)
    }
}
