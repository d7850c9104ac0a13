//! The SQL of a stamp, for a person to review and run.

use ambix_dialect::{Dialect, History, history as history_sql};
use ambix_revision::RevisionId;

use super::run::history;
use super::script_text::Script;
use crate::{Error, Outline, Project};

/// Where the version table is before the script.
struct Start {
    dialect: Box<dyn Dialect>,
    heads: Vec<RevisionId>,
    has_version_table: bool,
}

/// The script that sets the version table to the targets: from where the database is, else from base. One
/// target alone may be a range `from:to`. With `purge` it forgets what the table holds first.
///
/// # Errors
/// Any [`Error`]; nothing is run in any case.
pub async fn stamp_script(project: &Project, targets: &[String], purge: bool) -> Result<String, Error> {
    let outline = project.outline()?;
    let graph = outline.graph();
    let (start, targets): (Start, Vec<&str>) = match targets {
        [range] if range.contains(':') => {
            let (from, to) = range.split_once(':').unwrap_or_default();
            let heads = if from.is_empty() { Vec::new() } else { graph.resolve(from, &[])? };
            let has_version_table = !heads.is_empty();
            (Start { dialect: project.dialect()?, heads, has_version_table }, vec![to])
        }
        several if several.iter().any(|target| target.contains(':')) => {
            return Err(Error::refused(
                "Stamp operation with --sql only supports a single starting revision at a time",
                "give one range from:to, or targets alone to start from where the database is",
            ));
        }
        targets => {
            (Start::find(project, &outline, purge).await?, targets.iter().map(String::as_str).collect())
        }
    };
    let current = if purge { &[][..] } else { &start.heads };
    let stamp = graph.stamp(current, &targets)?;
    let table = project.version_table();
    let sql = |what: &History| {
        history_sql(start.dialect.as_ref(), &table, what)
            .map_err(|kind| Error::Plan { what: "the version table".into(), kind: kind.into() })
    };
    let mut script = Script::of(start.dialect.as_ref());
    if !start.has_version_table {
        script.statements(&sql(&History::Create)?);
    }
    if purge && start.has_version_table {
        script.in_transaction(&sql(&History::Clear)?);
    }
    for change in &stamp.head_changes {
        script.in_transaction(&sql(&history(change))?);
    }
    script.commit();
    Ok(script.finish())
}

impl Start {
    async fn find(project: &Project, outline: &Outline, purge: bool) -> Result<Self, Error> {
        let base = || Ok(Self { dialect: project.dialect()?, heads: Vec::new(), has_version_table: false });
        if project.config().database.url.is_none() && project.url().is_err() {
            return base();
        }
        let Some(mut database) = project.connect_to_look().await? else { return base() };
        let rows = database.heads().await?;
        let has_version_table = rows.is_some();
        let rows = rows.unwrap_or_default();
        let heads = if purge { Vec::new() } else { outline.graph().known(&rows)? };
        Ok(Self { dialect: project.dialect_of(&database)?, heads, has_version_table })
    }
}
