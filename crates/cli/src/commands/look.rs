//! Commands that only look at revisions: `history`, `heads`, `branches`, `show`.

use ambix::workflow::{self, Entry};
use ambix::{Error, Outline, Project, RevisionId, asks_where_the_database_is};
use serde_json::{Value, json};

use super::project_to_look_at;
use crate::args::{Branches, Format, Global, Heads, History, Show};
use crate::exit::Exit;
use crate::report;

pub(crate) async fn history(global: &Global, arguments: &History) -> Result<Exit, Error> {
    let project = project_to_look_at(global)?;
    let outline = project.outline()?;
    let asks_database =
        arguments.indicate_current || arguments.rev_range.as_deref().is_some_and(asks_where_the_database_is);
    let current = if asks_database { current_heads(&project, &outline).await? } else { Vec::new() };
    let wanted = match &arguments.rev_range {
        Some(range) => Some(outline.graph().range(range, &current)?),
        None => None,
    };
    let entries = workflow::entries(&outline, wanted.as_deref());
    let is_current = |entry: &Entry<'_>| asks_database.then(|| current.contains(&entry.header.id));
    let line = if global.verbose { report::entry_block } else { report::entry_line };
    tell(arguments.output.format, &entries, line, is_current);
    if entries.is_empty() && arguments.output.format == Format::Text && !global.quiet {
        report::message(&format!("no revisions in {}", outline.directory().display()));
    }
    Ok(Exit::Done)
}

pub(crate) fn heads(global: &Global, arguments: &Heads) -> Result<Exit, Error> {
    let outline = project_to_look_at(global)?.outline()?;
    let mut heads = workflow::entries(&outline, None);
    heads.retain(|entry| entry.is_head && !(arguments.resolve_dependencies && entry.is_effective_head));
    let line = if global.verbose { report::entry_block } else { report::entry_name };
    tell(arguments.output.format, &heads, line, |_| None);
    Ok(Exit::Done)
}

pub(crate) fn branches(global: &Global, arguments: &Branches) -> Result<Exit, Error> {
    let outline = project_to_look_at(global)?.outline()?;
    let entries = workflow::entries(&outline, None);
    let points: Vec<&Entry<'_>> = entries.iter().filter(|entry| entry.is_branch_point).collect();
    match arguments.output.format {
        Format::Json => {
            let listed: Vec<Value> = points.iter().map(|entry| report::entry_json(entry, None)).collect();
            report::json(&json!({ "schema_version": 1, "revisions": listed }));
        }
        Format::Text => {
            let line = if global.verbose { report::entry_block } else { report::entry_name };
            for point in points {
                report::result(&line(point, false));
                let is_child = |entry: &&Entry<'_>| point.children.contains(&&entry.header.id);
                for child in entries.iter().rev().filter(is_child) {
                    report::result(&format!("     -> {}", report::entry_name(child, false)));
                }
            }
        }
    }
    Ok(Exit::Done)
}

pub(crate) async fn show(global: &Global, arguments: &Show) -> Result<Exit, Error> {
    let project = project_to_look_at(global)?;
    let outline = project.outline()?;
    let asks_database = asks_where_the_database_is(&arguments.revision);
    let current = if asks_database { current_heads(&project, &outline).await? } else { Vec::new() };
    let wanted = outline.graph().resolve(&arguments.revision, &current)?;
    let entries = workflow::entries(&outline, Some(&wanted));
    let is_current = |entry: &Entry<'_>| asks_database.then(|| current.contains(&entry.header.id));
    tell(arguments.output.format, &entries, report::entry_block, is_current);
    if entries.is_empty() && arguments.output.format == Format::Text && !global.quiet {
        report::message("nothing to show: that is the base, before the first revision");
    }
    Ok(Exit::Done)
}

/// Prints a list of revisions; in text, each as `line` has it.
fn tell(
    format: Format,
    entries: &[Entry<'_>],
    line: fn(&Entry<'_>, bool) -> String,
    is_current: impl Fn(&Entry<'_>) -> Option<bool>,
) {
    match format {
        Format::Json => {
            let listed: Vec<Value> =
                entries.iter().map(|entry| report::entry_json(entry, is_current(entry))).collect();
            report::json(&json!({ "schema_version": 1, "revisions": listed }));
        }
        Format::Text => {
            for entry in entries {
                report::result(&line(entry, is_current(entry).unwrap_or(false)));
            }
        }
    }
}

async fn current_heads(project: &Project, outline: &Outline) -> Result<Vec<RevisionId>, Error> {
    let place = workflow::current(project, outline).await?;
    Ok(outline.graph().known(&place.heads)?)
}
