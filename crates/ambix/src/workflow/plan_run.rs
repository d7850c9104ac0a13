//! What is settled before a revision runs: its segments, and what is refused outright.

use ambix_dialect::{Canonical, Dialect};
use ambix_revision::{Direction, Move, Operation};
use ambix_schema::{Change, Opaque};

use super::run::RunOptions;
use crate::revisions::replay_operations;
use crate::{Error, Project, RevisionSet};

/// Operations that can be planned together. SQL by hand ends a segment, because what follows it must
/// be planned from what it left behind.
pub(crate) struct Segment<'a> {
    pub(crate) operations: &'a [Operation],
    pub(crate) is_after_raw_sql: bool,
}

/// Whether this is SQL by hand, after which nothing is known of the schema but what the database says.
pub(crate) fn is_raw_sql(operation: &Operation) -> bool {
    matches!(operation, Operation::Execute(_))
}

/// Whether this changes the schema, as far as can be told: work on rows and SQL by hand do not count.
pub(crate) fn changes_schema(operation: &Operation) -> bool {
    let only_rows_or_words =
        matches!(operation, Operation::BulkInsert(_) | Operation::Irreversible(_) | Operation::Allow(_));
    !only_rows_or_words && !is_raw_sql(operation)
}

pub(crate) fn segments(operations: &[Operation]) -> Vec<Segment<'_>> {
    let mut segments = Vec::new();
    let mut is_after_raw_sql = false;
    for chunk in operations.chunk_by(|a, b| !is_raw_sql(a) || is_raw_sql(b)) {
        segments.push(Segment { operations: chunk, is_after_raw_sql });
        is_after_raw_sql = chunk.last().is_some_and(is_raw_sql);
    }
    segments
}

/// Refuses a run before its first statement: revisions that cannot be taken back, and drops of
/// protected objects.
///
/// # Errors
/// [`Error::Refused`] naming the revision and the way out.
pub(crate) fn refuse_before_anything_runs(
    project: &Project,
    revisions: &RevisionSet,
    moves: &[Move],
    state: &Canonical,
    dialect: &dyn Dialect,
    options: &RunOptions,
) -> Result<(), Error> {
    let policy = project.policy()?;
    let naming = project.naming(dialect);
    let mut state = state.clone();
    for step in moves {
        let Some(revision) = revisions.get(&step.revision) else { continue };
        let operations = match step.direction {
            Direction::Upgrade => &revision.upgrade,
            Direction::Downgrade => &revision.downgrade,
        };
        for change in replay_operations(&mut state, &revision.id, operations, dialect, &naming)? {
            match &change {
                Change::Opaque(Opaque::Sql { text, dialect: only }) => {
                    let is_for_us = only.as_deref().is_none_or(|only| only == dialect.facts().name);
                    if let Some(found) = dialect.transaction_statement(text).filter(|_| is_for_us) {
                        return Err(Error::refused(
                            format!(
                                "revision {} holds {found}, and a revision runs in a transaction that it cannot \
                                 begin or end itself; nothing has run",
                                revision.id
                            ),
                            format!("take BEGIN, COMMIT and ROLLBACK out of {}", revision.path.display()),
                        ));
                    }
                }
                Change::Opaque(Opaque::Irreversible { reason }) => {
                    return Err(Error::refused(
                        format!(
                            "revision {} cannot be taken back: {}",
                            revision.id,
                            ambix_schema::escape(reason)
                        ),
                        format!("restore a backup, or write the way back into {}", revision.path.display()),
                    ));
                }
                Change::Drop { at, .. } => {
                    let is_allowed = |name: &String| *name == at.dotted() || *name == at.name.as_str();
                    let is_allowed = options.allow_protected.iter().any(is_allowed);
                    if let Some(rule) = policy.protects(at).filter(|_| !is_allowed) {
                        return Err(Error::refused(
                            format!(
                                "revision {} drops {at}, which is protected by the policy ({rule}); nothing has run",
                                revision.id
                            ),
                            format!(
                                "take the drop out of {}, or run with `--allow-protected {}`",
                                revision.path.display(),
                                at.dotted()
                            ),
                        ));
                    }
                }
                Change::Create { .. }
                | Change::Alter { .. }
                | Change::Rename { .. }
                | Change::Opaque(Opaque::Insert { .. }) => {}
            }
        }
    }
    Ok(())
}
