//! What can be wrong with a set of revisions.

use std::fmt;

use ambix_schema::escape;

use crate::RevisionId;
use crate::id::listed;

/// A fault in a set of revisions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GraphError {
    /// The revisions it is about, as positions in the argument of [`crate::Graph::new`], so that whoever
    /// read them from files can name the files. The first is the one to change.
    pub nodes: Vec<usize>,
    /// What is wrong.
    pub kind: GraphErrorKind,
}

/// What is wrong with a set of revisions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GraphErrorKind {
    /// Two revisions have one identifier.
    DuplicateId(RevisionId),
    /// Two revisions declare one label.
    DuplicateLabel {
        /// The label.
        label: String,
        /// The revision that cannot have it.
        revision: RevisionId,
        /// The revision that has it.
        used_by: RevisionId,
    },
    /// A label is also the identifier of a revision.
    LabelIsRevision {
        /// The label.
        label: String,
        /// The revision that declares it.
        revision: RevisionId,
    },
    /// A label would read as something else in a target.
    InvalidLabel {
        /// The label.
        label: String,
        /// The revision that declares it.
        revision: RevisionId,
        /// The characters that are in the way; empty when the whole word is.
        banned: Vec<char>,
    },
    /// A revision follows one that is not there.
    UnknownParent {
        /// The revision.
        revision: RevisionId,
        /// What it says it follows.
        parent: RevisionId,
    },
    /// A revision depends on one that is not there.
    UnknownDependency {
        /// The revision.
        revision: RevisionId,
        /// What it says it depends on.
        dependency: String,
        /// Identifiers that begin like it.
        candidates: Vec<RevisionId>,
    },
    /// A revision follows itself.
    SelfLoop(RevisionId),
    /// A revision depends on itself.
    DependencySelfLoop(RevisionId),
    /// Revisions follow one another in a circle: each one the next, the last the first.
    Cycle(Vec<RevisionId>),
    /// The same, with at least one dependency in the circle.
    DependencyCycle(Vec<RevisionId>),
}

impl GraphError {
    /// The revisions it is about.
    pub fn ids(&self) -> Vec<RevisionId> {
        match &self.kind {
            GraphErrorKind::DuplicateLabel { revision, used_by, .. } => {
                vec![revision.clone(), used_by.clone()]
            }
            GraphErrorKind::DuplicateId(revision)
            | GraphErrorKind::SelfLoop(revision)
            | GraphErrorKind::DependencySelfLoop(revision)
            | GraphErrorKind::LabelIsRevision { revision, .. }
            | GraphErrorKind::InvalidLabel { revision, .. }
            | GraphErrorKind::UnknownParent { revision, .. }
            | GraphErrorKind::UnknownDependency { revision, .. } => vec![revision.clone()],
            GraphErrorKind::Cycle(ids) | GraphErrorKind::DependencyCycle(ids) => ids.clone(),
        }
    }

    /// The way out.
    pub fn hint(&self) -> Option<String> {
        Some(match &self.kind {
            GraphErrorKind::DuplicateId(_) => {
                "give one of the two another identifier, or remove the file that is a copy".into()
            }
            GraphErrorKind::DuplicateLabel { label, .. } => {
                format!("name the branch otherwise, or take '{}' away from one of them", escape(label))
            }
            GraphErrorKind::LabelIsRevision { .. } => "name the branch otherwise".into(),
            GraphErrorKind::InvalidLabel { .. } => {
                "use letters, digits, '_' and '-'; head, heads, base and current are taken, and so is an \
                 ending like -1"
                    .into()
            }
            GraphErrorKind::UnknownParent { parent, .. } => {
                format!("restore the file of {parent}, or correct the down revision")
            }
            GraphErrorKind::UnknownDependency { candidates, .. } if !candidates.is_empty() => {
                format!("write the identifier in full: {}", enumerated(candidates))
            }
            GraphErrorKind::UnknownDependency { .. } => {
                "restore the file, or correct the dependency; it is a full identifier or a label".into()
            }
            GraphErrorKind::SelfLoop(_) | GraphErrorKind::Cycle(_) => "correct a down revision".into(),
            GraphErrorKind::DependencySelfLoop(_) | GraphErrorKind::DependencyCycle(_) => {
                "correct a down revision or a dependency".into()
            }
        })
    }
}

impl fmt::Display for GraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            GraphErrorKind::DuplicateId(id) => write!(f, "Revision {id} is present more than once"),
            GraphErrorKind::DuplicateLabel { label, revision, used_by } => {
                let label = escape(label);
                write!(f, "Branch name '{label}' in revision {revision} already used by revision {used_by}")
            }
            GraphErrorKind::LabelIsRevision { label, revision } => {
                write!(f, "Branch name '{}' in revision {revision} is the id of a revision", escape(label))
            }
            GraphErrorKind::InvalidLabel { label, revision, banned } if banned.is_empty() => {
                write!(f, "'{}' in revision {revision} cannot be a branch name", escape(label))
            }
            GraphErrorKind::InvalidLabel { label, revision, banned } => {
                let (banned, label) = (listed(banned), escape(label));
                write!(
                    f,
                    "Character(s) '{banned}' not allowed in branch name '{label}' of revision {revision}"
                )
            }
            GraphErrorKind::UnknownParent { revision, parent } => {
                write!(f, "Revision {parent} referenced from {revision} is not present")
            }
            GraphErrorKind::UnknownDependency { revision, dependency, .. } => {
                let dependency = escape(dependency);
                write!(f, "Revision {dependency} referenced from {revision} as a dependency is not present")
            }
            GraphErrorKind::SelfLoop(id) => write!(f, "Self-loop is detected in revision {id}"),
            GraphErrorKind::DependencySelfLoop(id) => {
                write!(f, "Dependency self-loop is detected in revision {id}")
            }
            GraphErrorKind::Cycle(ids) => write!(f, "Cycle is detected in revisions ({})", enumerated(ids)),
            GraphErrorKind::DependencyCycle(ids) => {
                write!(f, "Dependency cycle is detected in revisions ({})", enumerated(ids))
            }
        }
    }
}

impl std::error::Error for GraphError {}

/// At most ten identifiers for people, and how many more there are.
pub(crate) fn enumerated(ids: &[RevisionId]) -> String {
    const SHOWN: usize = 10;
    let mut text: Vec<String> = ids.iter().take(SHOWN).map(ToString::to_string).collect();
    if ids.len() > SHOWN {
        text.push(format!("and {} more", ids.len() - SHOWN));
    }
    text.join(", ")
}
