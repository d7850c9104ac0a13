//! Scripts: the SQL an upgrade or downgrade would send, for a person to review and run.

use ambix_dialect::{Canonical, Dialect, History, ScriptGuard, history as history_sql, normalize};
use ambix_plan::plan;
use ambix_revision::{Direction, Move, RevisionId};

use super::plan_run::{changes_schema, refuse_before_anything_runs};
use super::run::{RunOptions, current_heads, history};
use super::script_text::Script;
use crate::revisions::replay_operations;
use crate::{Error, Project, RevisionSet};

/// The script that upgrades to `target`: from the revision before the colon in `a:b`, else from where
/// the database is; without a database, from base.
///
/// # Errors
/// Any [`Error`]; nothing is run in any case.
pub async fn upgrade_script(project: &Project, target: &str) -> Result<String, Error> {
    let revisions = project.revisions_to_run()?;
    let (start, target) = Start::find(project, &revisions, target).await?;
    let moves = revisions.graph().upgrade(&start.heads, target)?;
    script(project, &revisions, start, &moves)
}

/// The script that downgrades; `target` is a range `from:to`, or a target from where the database is.
///
/// # Errors
/// Any [`Error`]; nothing is run in any case.
pub async fn downgrade_script(project: &Project, target: &str) -> Result<String, Error> {
    let revisions = project.revisions_to_run()?;
    let (start, target) = Start::find(project, &revisions, target).await?;
    let moves = revisions.graph().downgrade(&start.heads, target)?;
    script(project, &revisions, start, &moves)
}

/// Where a script starts.
struct Start {
    dialect: Box<dyn Dialect>,
    heads: Vec<RevisionId>,
    state: Canonical,
    has_version_table: bool,
}

impl Start {
    async fn find<'t>(
        project: &Project,
        revisions: &RevisionSet,
        target: &'t str,
    ) -> Result<(Self, &'t str), Error> {
        if let Some((from, to)) = target.split_once(':') {
            let heads = if from.is_empty() { Vec::new() } else { revisions.graph().resolve(from, &[])? };
            return Ok((Self::replayed(project, revisions, heads)?, to));
        }
        if project.config().database.url.is_none() && project.url().is_err() {
            return Ok((Self::replayed(project, revisions, Vec::new())?, target));
        }
        let Some(mut database) = project.connect_to_look().await? else {
            return Ok((Self::replayed(project, revisions, Vec::new())?, target));
        };
        let has_version_table = database.heads().await?.is_some();
        let heads = current_heads(revisions, &mut database).await?;
        let dialect = project.dialect_of(&database)?;
        database.also_read(revisions.namespaces(dialect.as_ref(), &project.naming(dialect.as_ref()))?);
        let read = database.read_schema().await?;
        let mut state = normalize(read, dialect.as_ref());
        let naming = project.naming(dialect.as_ref());
        revisions.remind_of_types(&mut state, &heads, dialect.as_ref(), &naming)?;
        Ok((Self { dialect, heads, state, has_version_table }, target))
    }

    fn replayed(project: &Project, revisions: &RevisionSet, heads: Vec<RevisionId>) -> Result<Self, Error> {
        let dialect = project.dialect()?;
        let state = revisions.replay(&heads, dialect.as_ref(), &project.naming(dialect.as_ref()))?;
        let has_version_table = !heads.is_empty();
        Ok(Self { dialect, heads, state, has_version_table })
    }
}

fn script(project: &Project, revisions: &RevisionSet, start: Start, moves: &[Move]) -> Result<String, Error> {
    let Start { dialect, heads: _, mut state, has_version_table } = start;
    let dialect = dialect.as_ref();
    let options = RunOptions::default();
    let notes = refuse_before_anything_runs(project, revisions, moves, &state, dialect, &options)?;
    let table = project.version_table();
    let in_version_table = |what: &History| {
        history_sql(dialect, &table, what)
            .map_err(|kind| Error::Plan { what: "the version table".into(), kind: kind.into() })
    };
    let mut script = Script::of(dialect);
    for note in &notes {
        script.comment(note);
    }
    if !has_version_table && !moves.is_empty() {
        script.statements(&in_version_table(&History::Create)?);
        script.blank();
    }
    for step in moves {
        let Some(revision) = revisions.get(&step.revision) else { continue };
        let (verb, operations) = match step.direction {
            Direction::Upgrade => ("upgrade to", &revision.upgrade),
            Direction::Downgrade => ("downgrade from", &revision.downgrade),
        };
        script.comment(&format!("Running {verb} {}: {}", revision.id, revision.message));
        let before = state.schema().clone();
        let naming = project.naming(dialect);
        let changes = replay_operations(&mut state, &revision.id, operations, dialect, &naming)?;
        let planned = plan(&before, &changes, dialect)
            .map_err(|kind| Error::Plan { what: format!("revision {}", revision.id), kind })?;
        let guard = if operations.iter().any(|operation| changes_schema(operation, dialect)) {
            dialect.facts().script_guard
        } else {
            ScriptGuard::default()
        };
        script.fixed(guard.before_begin);
        script.steps(&planned.steps);
        for change in &step.head_changes {
            script.in_transaction(&in_version_table(&history(change))?);
        }
        script.fixed(guard.before_commit);
        script.commit();
        script.fixed(guard.after_commit);
        script.blank();
    }
    Ok(script.finish())
}
