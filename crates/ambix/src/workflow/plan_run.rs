//! What is settled before a revision runs: its segments, and what is refused outright.

use std::collections::BTreeSet;

use ambix_database::fault;
use ambix_dialect::{Canonical, Dialect, loses_comment, lost_comments};
use ambix_diff::Policy;
use ambix_revision::{Direction, Move, Operation, Revision};
use ambix_schema::{Address, Change, Kind, Name, Opaque, Schema};

use super::run::RunOptions;
use crate::revisions::lowered;
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

/// Whether this changes the schema, as far as can be told: work on rows does not count.
pub(crate) fn changes_schema(operation: &Operation, dialect: &dyn Dialect) -> bool {
    let Operation::Execute(execute) = operation else { return operation.changes_schema() };
    dialect.may_change_schema(&execute.sql)
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

/// Refuses a run before its first statement: what the database cannot hold, revisions that cannot be taken
/// back, and drops of protected objects. Gives what there is to say about the rest.
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
) -> Result<Vec<String>, Error> {
    let naming = project.naming(dialect);
    let ctx = Ctx { policy: &project.policy()?, dialect, options };
    let mut state = state.clone();
    let mut without_comment = Vec::new();
    // After SQL by hand, what stands around an object is known to the database alone.
    let mut is_state_known = true;
    for step in moves {
        let Some(revision) = revisions.get(&step.revision) else { continue };
        let operations = match step.direction {
            Direction::Upgrade => &revision.upgrade,
            Direction::Downgrade => &revision.downgrade,
        };
        // A second copy makes each change to the first one copy the schema.
        let before = operations.iter().any(is_raw_sql).then(|| state.clone());
        for operation in operations {
            let said = lowered(&state, &revision.id, operation, dialect, &naming)?;
            let altered = said.iter().filter_map(Change::at);
            let known: BTreeSet<Address> =
                altered.filter(|at| state.schema().contains(at)).cloned().collect();
            is_state_known &= !is_raw_sql(operation);
            let losing = said.iter().filter_map(|change| losing_comment(change, dialect));
            without_comment.extend(losing.cloned());
            let changes = state.fold(said, dialect);
            for change in &changes {
                let whole = is_state_known.then_some(state.schema());
                refuse_unholdable(ctx, revision, operation, change, &known, whole)?;
                refuse_change(ctx, revision, step.direction, change, before.as_ref().unwrap_or(&state))?;
            }
        }
    }
    Ok(lost_comments(&without_comment, dialect).into_iter().collect())
}

/// What does not change while a run is looked over.
#[derive(Clone, Copy)]
struct Ctx<'a> {
    policy: &'a Policy,
    dialect: &'a dyn Dialect,
    options: &'a RunOptions,
}

/// Refuses what can never run here, or must not.
fn refuse_change(
    ctx: Ctx<'_>,
    revision: &Revision,
    direction: Direction,
    change: &Change,
    before: &Canonical,
) -> Result<(), Error> {
    let Ctx { policy, dialect, options } = ctx;
    match change {
        Change::Opaque(Opaque::Sql { text, dialect: only })
            if only.as_deref().is_none_or(|only| only == dialect.facts().name) =>
        {
            refuse_transaction_statement(revision, text, dialect)?;
            let taken = taken_away_by_hand(before, text, dialect);
            taken.iter().try_for_each(|at| refuse_protected(policy, revision, at, options))
        }
        Change::Opaque(Opaque::Irreversible { reason }) => Err(Error::refused(
            format!(
                "revision {} cannot be taken back: {}; nothing has run",
                revision.id,
                ambix_schema::escape(reason)
            ),
            format!("restore a backup, or write the way back into {}", revision.path.display()),
        )),
        Change::Opaque(Opaque::Unknown { reason }) => Err(unknown_body(revision, reason, direction)),
        Change::Drop { at, .. } => refuse_protected(policy, revision, at, options),
        Change::Create { .. }
        | Change::Alter { .. }
        | Change::Rename { .. }
        | Change::Opaque(Opaque::Sql { .. } | Opaque::Insert { .. }) => Ok(()),
    }
}

/// Refuses what the database cannot hold, or would hold as something else. Of an object that is not `known`, an
/// alteration does not say enough to be judged.
fn refuse_unholdable(
    ctx: Ctx<'_>,
    revision: &Revision,
    operation: &Operation,
    change: &Change,
    known: &BTreeSet<Address>,
    whole: Option<&Schema>,
) -> Result<(), Error> {
    let (at, object) = match change {
        Change::Create { at, object } => (at, object),
        Change::Alter { at, to, .. } if known.contains(at) => (at, to),
        Change::Alter { .. } | Change::Drop { .. } | Change::Rename { .. } | Change::Opaque(_) => {
            return Ok(());
        }
    };
    let among = || ctx.dialect.refusal_among(at, object, whole?);
    let Some(reason) = ctx.dialect.refusal(at, object).or_else(among) else { return Ok(()) };
    Err(Error::refused(
        format!(
            "revision {} cannot run: {} {reason} ({at}); nothing has run",
            revision.id,
            ctx.dialect.facts().title
        ),
        format!(
            "say something else than `{}` in {}",
            beginning(&ambix_schema::escape(&operation.phrase())),
            ambix_schema::escape(&revision.path.display().to_string())
        ),
    ))
}

/// As much of an operation as tells which it is.
fn beginning(phrase: &str) -> String {
    const ENOUGH: usize = 100;
    let cut: String = phrase.chars().take(ENOUGH).collect();
    if cut.len() == phrase.len() { cut } else { format!("{cut}…") }
}

/// What a change gives a comment that the database does not keep.
fn losing_comment<'a>(change: &'a Change, dialect: &dyn Dialect) -> Option<&'a Address> {
    let (at, object, is_new) = match change {
        Change::Create { at, object } => (at, object, true),
        Change::Alter { at, from, to, .. } => (at, to, from.comment() != to.comment()),
        Change::Drop { .. } | Change::Rename { .. } | Change::Opaque(_) => return None,
    };
    (is_new && loses_comment(object, dialect)).then_some(at)
}

/// A revision that was run by another tool, and whose statements no file here holds.
fn unknown_body(revision: &Revision, reason: &str, direction: Direction) -> Error {
    let path = ambix_schema::escape(&revision.path.display().to_string());
    let (doing, hint) = match direction {
        Direction::Upgrade => (
            "run here",
            format!(
                "write its statements into {path}; or, where the database has got what it does by other means \
                 (a dump, the tool it comes from), say so with `ambix stamp {}`",
                revision.id
            ),
        ),
        Direction::Downgrade => {
            ("taken back here", format!("write the way back into {path}, or restore a backup"))
        }
    };
    Error::refused(
        format!(
            "revision {} cannot be {doing}: {}; nothing has run",
            revision.id,
            ambix_schema::escape(reason)
        ),
        hint,
    )
}

fn refuse_transaction_statement(revision: &Revision, text: &str, dialect: &dyn Dialect) -> Result<(), Error> {
    let Some(found) = dialect.transaction_statement(text) else { return Ok(()) };
    Err(Error::refused(
        format!(
            "revision {} holds {found}, and a revision runs in a transaction that it cannot begin or end itself; \
             nothing has run",
            revision.id
        ),
        format!("take BEGIN, COMMIT and ROLLBACK out of {}", revision.path.display()),
    ))
}

fn refuse_protected(
    policy: &Policy,
    revision: &Revision,
    at: &Address,
    options: &RunOptions,
) -> Result<(), Error> {
    let is_this = |name: &String| *name == at.dotted() || *name == at.name.as_str();
    let is_allowed = options.allow_protected.iter().any(is_this);
    if is_allowed || fault::is_off("protected_ignored") {
        return Ok(());
    }
    let Some(rule) = policy.protects(at) else { return Ok(()) };
    Err(Error::refused(
        format!(
            "revision {} drops {at}, which is protected by the policy ({rule}); nothing has run",
            revision.id
        ),
        format!(
            "take the drop out of {}, or run with `--allow-protected {}`",
            revision.path.display(),
            at.dotted()
        ),
    ))
}

/// What SQL by hand takes away, as the schema has it: in its spelling, an index with its table, and with a
/// namespace all that is in it.
fn taken_away_by_hand(state: &Canonical, text: &str, dialect: &dyn Dialect) -> Vec<Address> {
    let default = dialect.default_namespace();
    let ignores_case = dialect.facts().ignores_case_of_names;
    let is_same = |a: &Name, b: &Name| {
        a == b || (ignores_case && a.as_str().to_lowercase() == b.as_str().to_lowercase())
    };
    let mut all = Vec::new();
    for mut at in dialect.dropped_by_hand(text) {
        at.namespace = at.namespace.filter(|namespace| namespace != default);
        let is_it = |known: &Address| {
            let is_inside = at.kind == Kind::Namespace
                && known.kind == Kind::Table
                && known.namespace.as_ref().unwrap_or(default) == &at.name;
            let is_table = match (&at.table, &known.table) {
                (Some(a), Some(b)) => is_same(a, b),
                (None, table) => table.is_none() || at.kind == Kind::Index,
                (Some(_), None) => false,
            };
            let is_own =
                at.kind == known.kind && at.namespace == known.namespace && is_same(&at.name, &known.name);
            is_inside || (is_own && is_table)
        };
        let known: Vec<Address> =
            state.schema().iter().map(|(at, _)| at).filter(|at| is_it(at)).cloned().collect();
        // What the schema does not know may be there all the same.
        if known.is_empty() { all.push(at) } else { all.extend(known) }
    }
    all
}
