//! Commands that only look: `current`, `history`, `heads`, `show`.

use ambix::workflow::{self, Current as Place, Entry};
use ambix::{Error, Project, RevisionSet};
use serde_json::{Value, json};

use super::project;
use crate::args::{Current, Format, Global, Heads, History, Show};
use crate::exit::Exit;
use crate::report;

pub(crate) async fn current(global: &Global, arguments: &Current) -> Result<Exit, Error> {
    let project = project(global)?;
    let revisions = project.revisions()?;
    let place = workflow::current(&project, &revisions).await?;
    match arguments.output.format {
        Format::Json => report::json(&json!({ "schema_version": 1, "current": place })),
        Format::Text => tell_place(global, &revisions, &place),
    }
    if arguments.check_heads && !place.is_at_heads {
        report::message("error: Database is not on all head revisions\nhelp: run `ambix upgrade heads`");
        return Ok(Exit::Difference);
    }
    Ok(Exit::Done)
}

fn tell_place(global: &Global, revisions: &RevisionSet, place: &Place) {
    if global.verbose {
        report::message(&format!("Current revision(s) for {}:", place.database));
    } else if place.heads.is_empty() && !global.quiet {
        report::message(&format!("{} is at base: no revision is recorded", place.database));
    }
    let entries = workflow::entries(revisions, None);
    for head in &place.heads {
        let entry = entries.iter().find(|entry| entry.revision.id.as_str() == head);
        match entry {
            Some(entry) if global.verbose => report::result(&report::entry_block(entry, true)),
            Some(entry) => report::result(&format!("{head}{}", if entry.is_head { " (head)" } else { "" })),
            None => report::result(&format!("{} (unknown)", ambix::schema::escape(head))),
        }
    }
    if let Some(unknown) = place.unknown.first() {
        let unknown = ambix::schema::escape(unknown);
        report::message(&format!(
            "warning: Can't locate revision identified by '{unknown}' in {}\nhelp: bring its file back, or set the version table anew with `ambix stamp --purge REVISION`",
            revisions.directory().display()
        ));
    }
}

pub(crate) async fn history(global: &Global, arguments: &History) -> Result<Exit, Error> {
    let project = project(global)?;
    let revisions = project.revisions()?;
    let asks_database = arguments.indicate_current
        || arguments.rev_range.as_ref().is_some_and(|range| range.contains("current"));
    let heads = if asks_database { current_heads(&project, &revisions).await? } else { Vec::new() };
    let wanted = match &arguments.rev_range {
        Some(range) => Some(revisions.graph().range(range, &heads)?),
        None => None,
    };
    let entries = workflow::entries(&revisions, wanted.as_deref());
    let is_current = |entry: &Entry<'_>| heads.contains(&entry.revision.id);
    match arguments.output.format {
        Format::Json => {
            let listed: Vec<Value> = entries
                .iter()
                .map(|entry| report::entry_json(entry, asks_database.then(|| is_current(entry))))
                .collect();
            report::json(&json!({ "schema_version": 1, "revisions": listed }));
        }
        Format::Text => {
            for entry in &entries {
                let line = if global.verbose { report::entry_block } else { report::entry_line };
                report::result(&line(entry, is_current(entry)));
            }
            if entries.is_empty() && !global.quiet {
                report::message(&format!("no revisions in {}", revisions.directory().display()));
            }
        }
    }
    Ok(Exit::Done)
}

async fn current_heads(project: &Project, revisions: &RevisionSet) -> Result<Vec<ambix::RevisionId>, Error> {
    let place = workflow::current(project, revisions).await?;
    Ok(revisions.graph().known(&place.heads)?)
}

pub(crate) fn heads(global: &Global, arguments: &Heads) -> Result<Exit, Error> {
    let revisions = project(global)?.revisions()?;
    let entries = workflow::entries(&revisions, None);
    let heads: Vec<&Entry<'_>> = entries.iter().filter(|entry| entry.is_head).collect();
    match arguments.output.format {
        Format::Json => {
            let listed: Vec<Value> = heads.iter().map(|entry| report::entry_json(entry, None)).collect();
            report::json(&json!({ "schema_version": 1, "revisions": listed }));
        }
        Format::Text => {
            for entry in heads {
                let block = report::entry_block(entry, false);
                report::result(&if global.verbose { block } else { format!("{} (head)", entry.revision.id) });
            }
        }
    }
    Ok(Exit::Done)
}

pub(crate) async fn show(global: &Global, arguments: &Show) -> Result<Exit, Error> {
    let project = project(global)?;
    let revisions = project.revisions()?;
    let asks_database = arguments.revision.starts_with("current");
    let heads = if asks_database { current_heads(&project, &revisions).await? } else { Vec::new() };
    let wanted = revisions.graph().resolve(&arguments.revision, &heads)?;
    let entries = workflow::entries(&revisions, Some(&wanted));
    match arguments.output.format {
        Format::Json => {
            let listed: Vec<Value> = entries.iter().map(|entry| report::entry_json(entry, None)).collect();
            report::json(&json!({ "schema_version": 1, "revisions": listed }));
        }
        Format::Text => {
            for entry in &entries {
                report::result(&report::entry_block(entry, heads.contains(&entry.revision.id)));
            }
        }
    }
    Ok(Exit::Done)
}
