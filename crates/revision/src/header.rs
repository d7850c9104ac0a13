//! The header of a revision: all there is to know of it but what it does.

use std::path::PathBuf;

use crate::{Form, Node, Operation, Revision, RevisionId};

/// What the head of a revision file says. Lists and graphs need no more, and it is read much faster than a
/// whole file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// Its identifier.
    pub id: RevisionId,
    /// The revisions it follows: none for a base, several for a merge.
    pub down: Vec<RevisionId>,
    /// Names for the branch that begins here.
    pub branch_labels: Vec<String>,
    /// Revisions that must be applied before it without being its parents.
    pub depends_on: Vec<String>,
    /// What it does, in one line.
    pub message: String,
    /// The whole text at the head of the file.
    pub doc: String,
    /// When it was created, as the file says it.
    pub create_date: Option<String>,
    /// The file; empty for a compiled revision.
    pub path: PathBuf,
}

impl Header {
    /// What the graph needs to know of it.
    pub fn node(&self) -> Node {
        Node {
            id: self.id.clone(),
            down: self.down.clone(),
            depends_on: self.depends_on.clone(),
            branch_labels: self.branch_labels.clone(),
        }
    }
}

impl Header {
    /// The whole revision: the head, and what it does.
    pub(crate) fn with(self, upgrade: Vec<Operation>, downgrade: Vec<Operation>, form: Form) -> Revision {
        let Self { id, down, branch_labels, depends_on, message, doc, create_date, path } = self;
        Revision {
            id,
            down,
            branch_labels,
            depends_on,
            message,
            doc,
            create_date,
            path,
            upgrade,
            downgrade,
            form,
        }
    }
}

impl From<&Revision> for Header {
    fn from(revision: &Revision) -> Self {
        let Revision {
            id,
            down,
            branch_labels,
            depends_on,
            message,
            doc,
            create_date,
            path,
            upgrade: _,
            downgrade: _,
            form: _,
        } = revision;
        Self {
            id: id.clone(),
            down: down.clone(),
            branch_labels: branch_labels.clone(),
            depends_on: depends_on.clone(),
            message: message.clone(),
            doc: doc.clone(),
            create_date: create_date.clone(),
            path: path.clone(),
        }
    }
}
