//! A revision: a named, parented list of operations somebody committed.

use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::operations::{Operation, Operations};
use crate::{Node, RevisionId, RevisionIdError};

/// A revision, read from a file or compiled in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Revision {
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
    /// The file it was read from or compiled from.
    pub path: PathBuf,
    /// What upgrading does.
    pub upgrade: Vec<Operation>,
    /// What downgrading does.
    pub downgrade: Vec<Operation>,
    /// What it is written in.
    pub form: Form,
}

/// What a revision is written in.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Form {
    /// Rust: its operations say all there is.
    #[default]
    Rust,
    /// SQL: its operations are statements by hand.
    Sql(Sql),
}

/// What a revision file in SQL says beside its statements.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sql {
    /// What counts of each upgrade operation: the tokens of a statement, without comments and blanks.
    pub upgrade: Vec<String>,
    /// What counts of each downgrade operation.
    pub downgrade: Vec<String>,
    /// What upgrading does to the schema.
    pub replayed: Replayed,
}

/// What the statements of a SQL file do to the schema.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Replayed {
    /// Nothing says it.
    #[default]
    Unsaid,
    /// The file says it in operations, and its statements are those it was said of.
    As(Vec<Operation>),
    /// The file says it of other statements: they were edited since.
    Outdated {
        /// The digest of the statements as they are.
        digest: String,
    },
}

impl Sql {
    /// What tells one list of upgrade statements from another, in twelve hexadecimal digits.
    pub fn digest(&self) -> String {
        let mut hasher = Sha256::new();
        for text in &self.upgrade {
            hasher.update(format!("{} {text}\n", text.len()));
        }
        hexadecimal(&hasher.finalize()[..6])
    }
}

impl Revision {
    /// What this revision stands for beside itself: revisions, and earlier forms of its own, with the checksums
    /// of what they did.
    pub fn replaces(&self) -> impl Iterator<Item = (&str, &str)> {
        self.upgrade.iter().filter_map(|operation| {
            let Operation::Replaces(replaces) = operation else { return None };
            Some((replaces.revision.as_str(), replaces.checksum.as_str()))
        })
    }

    /// Whether a database that recorded this checksum when it applied this revision has applied what the
    /// revision says now.
    pub fn is_what_ran(&self, recorded: &str) -> bool {
        let is_earlier_form = |(revision, checksum)| revision == self.id.as_str() && checksum == recorded;
        checksum(self) == recorded || self.replaces().any(is_earlier_form)
    }

    /// The operations that say what upgrading does to the schema, for replay without a database.
    pub fn replayed(&self) -> &[Operation] {
        match &self.form {
            Form::Sql(Sql { replayed: Replayed::As(operations), .. }) => operations,
            Form::Sql(_) | Form::Rust => &self.upgrade,
        }
    }

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

/// SHA-256, in hexadecimal digits, of what a revision does: its operations (the tokens of its statements
/// where it is written in SQL), parents, dependencies and labels. Comments, formatting, the message,
/// acknowledged hazards and what the revision replaces do not count.
pub fn checksum(revision: &Revision) -> String {
    let mut hasher = Sha256::new();
    // Each entry carries its length, so that no two lists of entries read the same.
    let mut enter = |word: &str, text: &str| hasher.update(format!("{word} {} {text}\n", text.len()));
    for id in &revision.down {
        enter("down", id.as_str());
    }
    for name in &revision.depends_on {
        enter("depends_on", name);
    }
    for label in &revision.branch_labels {
        enter("label", label);
    }
    let (upgrade, downgrade) = match &revision.form {
        Form::Rust => (None, None),
        Form::Sql(sql) => (Some(&sql.upgrade), Some(&sql.downgrade)),
    };
    for (word, operations, essences) in
        [("upgrade", &revision.upgrade, upgrade), ("downgrade", &revision.downgrade, downgrade)]
    {
        for (at, operation) in operations.iter().enumerate() {
            if !is_only_said(operation) {
                let essence = essences.and_then(|essences| essences.get(at)).cloned();
                enter(word, &essence.unwrap_or_else(|| operation.phrase()));
            }
        }
    }
    hexadecimal(&hasher.finalize())
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = b"0123456789abcdef";
    let digit = |half: u8| char::from(digits[usize::from(half & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

fn is_only_said(operation: &Operation) -> bool {
    matches!(operation, Operation::Allow(_) | Operation::Replaces(_))
}

/// A revision file compiled into a program: its constants and its two functions.
///
/// [`Revisions`] is what a program has of them; `ambix::revisions!` writes both.
#[derive(Clone, Copy, Debug)]
pub struct Compiled {
    /// `REVISION`
    pub id: &'static str,
    /// `DOWN_REVISION`
    pub down: &'static [&'static str],
    /// `BRANCH_LABELS`
    pub branch_labels: &'static [&'static str],
    /// `DEPENDS_ON`
    pub depends_on: &'static [&'static str],
    /// The text at the head of the file, its first line being the message; may be empty.
    pub doc: &'static str,
    /// The file, as messages name it; may be empty.
    pub path: &'static str,
    /// Records what upgrading does.
    pub upgrade: fn(&mut Operations),
    /// Records what downgrading does.
    pub downgrade: fn(&mut Operations),
}

impl Compiled {
    /// The revision, with what its functions record.
    ///
    /// # Errors
    /// [`RevisionIdError`] when an identifier cannot be one.
    pub fn revision(&self) -> Result<Revision, RevisionIdError> {
        let recorded = |direction: fn(&mut Operations)| {
            let mut operations = Operations::new();
            direction(&mut operations);
            operations.into_vec()
        };
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Ok(Revision {
            id: RevisionId::parse(self.id)?,
            down: self.down.iter().map(|id| RevisionId::parse(id)).collect::<Result<_, _>>()?,
            branch_labels: owned(self.branch_labels),
            depends_on: owned(self.depends_on),
            message: message(self.doc),
            doc: self.doc.to_owned(),
            create_date: create_date(self.doc),
            path: PathBuf::from(self.path),
            upgrade: recorded(self.upgrade),
            downgrade: recorded(self.downgrade),
            form: Form::Rust,
        })
    }
}

/// The first line that says something.
pub(crate) fn message(doc: &str) -> String {
    doc.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_owned()
}

pub(crate) fn create_date(doc: &str) -> Option<String> {
    let date = doc.lines().find_map(|line| line.trim().strip_prefix("Create Date:"))?;
    Some(date.trim().to_owned())
}

/// The revisions of a program, compiled into it.
///
/// ```
/// static REVISIONS: ambix_revision::Revisions = ambix_revision::Revisions::new(&[]);
/// assert!(REVISIONS.as_slice().is_empty());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Revisions {
    compiled: &'static [Compiled],
    in_sql: &'static [CompiledSql],
}

/// A revision file in SQL, put into a program as it is. It is read when the program runs its revisions, by what
/// the program links anyway.
#[derive(Clone, Copy, Debug)]
pub struct CompiledSql {
    /// The file, as messages name it.
    pub path: &'static str,
    /// Its text.
    pub text: &'static str,
}

impl Revisions {
    /// Revisions in any order; their graph decides which follows which.
    pub const fn new(compiled: &'static [Compiled]) -> Self {
        Self { compiled, in_sql: &[] }
    }

    /// With these beside them.
    #[must_use]
    pub const fn with_sql(self, in_sql: &'static [CompiledSql]) -> Self {
        Self { compiled: self.compiled, in_sql }
    }

    /// Each of those in SQL.
    pub const fn in_sql(&self) -> &'static [CompiledSql] {
        self.in_sql
    }

    /// Each of those in Rust.
    pub const fn as_slice(&self) -> &'static [Compiled] {
        self.compiled
    }
}
