//! Revisions in SQL: what they are known to do to the schema.

use ambix_dialect::{Canonical, Dialect};
use ambix_revision::{Form, Operation, Replayed, Revision, RevisionId};
use ambix_schema::Naming;

use crate::workflow::changes_schema;
use crate::{Error, RevisionSet};

impl RevisionSet {
    /// As [`Self::replay`], for a comparison: every revision must say what it does to the schema.
    ///
    /// # Errors
    /// [`Error::Refused`] naming the revisions in SQL that do not say it, and as [`Self::replay`].
    pub fn replay_known(
        &self,
        at: &[RevisionId],
        dialect: &dyn Dialect,
        naming: &Naming,
    ) -> Result<Canonical, Error> {
        let wanted = self.graph().closure(at);
        let in_order = self.graph().topological().into_iter().filter(|id| wanted.contains(*id));
        let unknown: Vec<(&Revision, String)> = in_order
            .filter_map(|id| self.get(id))
            .filter_map(|revision| Some((revision, unsaid(revision, dialect)?)))
            .collect();
        if unknown.is_empty() { self.replay(at, dialect, naming) } else { Err(refusal(&unknown)) }
    }
}

/// The digest of the statements of a revision whose effect on the schema nothing says; `None` where there is
/// none, or it is known; empty where it was done elsewhere, as a revision in Rust says.
fn unsaid(revision: &Revision, dialect: &dyn Dialect) -> Option<String> {
    let Form::Sql(sql) = &revision.form else {
        let is_elsewhere = |operation: &Operation| matches!(operation, Operation::DoneElsewhere(_));
        return revision.upgrade.iter().any(is_elsewhere).then(String::new);
    };
    let digest = match &sql.replayed {
        Replayed::As(_) => return None,
        Replayed::Outdated { digest } => digest.clone(),
        Replayed::Unsaid => sql.digest(),
    };
    revision.upgrade.iter().any(|operation| changes_schema(operation, dialect)).then_some(digest)
}

fn refusal(unknown: &[(&Revision, String)]) -> Error {
    const SHOWN: usize = 5;
    let mut named: Vec<String> = unknown
        .iter()
        .take(SHOWN)
        .map(|(revision, _)| {
            let path = ambix_schema::escape(&revision.path.display().to_string());
            format!("{} ({path})", revision.id)
        })
        .collect();
    if unknown.len() > SHOWN {
        named.push(format!("and {} more", unknown.len() - SHOWN));
    }
    let mut what = crate::error::count(unknown.len(), "revision");
    if unknown.iter().all(|(revision, _)| matches!(revision.form, Form::Sql(_))) {
        what.push_str(" in SQL");
    }
    let hint = match unknown {
        [(revision, digest)] => {
            let is_outdated =
                matches!(&revision.form, Form::Sql(sql) if matches!(sql.replayed, Replayed::Outdated { .. }));
            if digest.is_empty() {
                "ask a database, or write into the file the operations that its upgrade stands for".into()
            } else if is_outdated {
                format!(
                    "its statements were edited since `-- ambix:replay` was written: bring the operations below it \
                     up to date, and write `-- ambix:replay {digest}`; or ask a database"
                )
            } else {
                format!(
                    "ask a database, or write at the end of the file `-- ambix:replay {digest}` and below it, in \
                     comments, the operations that its upgrade stands for: `-- op.add_column(...);`"
                )
            }
        }
        _several => {
            "ask a database, or say in each file under `-- ambix:replay` what its upgrade stands for".into()
        }
    };
    Error::refused(
        format!(
            "could not tell the schema without a database: what {what} {} to it is not known: {}",
            if unknown.len() == 1 { "does" } else { "do" },
            named.join(", ")
        ),
        hint,
    )
}
