//! Commands that say where the database is: `current` and `status`.

use ambix::schema::escape;
use ambix::workflow::{self, Current as Where, Entry, Recorded, Status as Found};
use ambix::{Error, Outline};
use serde_json::json;

use super::project_to_look_at;
use crate::args::{Current, Format, Global, Status};
use crate::exit::Exit;
use crate::report;

pub(crate) async fn current(global: &Global, arguments: &Current) -> Result<Exit, Error> {
    let project = project_to_look_at(global)?;
    let outline = project.outline()?;
    let place = workflow::current(&project, &outline).await?;
    match arguments.output.format {
        Format::Json => report::json(&json!({ "schema_version": 1, "current": place })),
        Format::Text => tell_place(global, &outline, &place),
    }
    if arguments.check_heads && !place.is_at_heads {
        report::message("error: Database is not on all head revisions\nhelp: run `ambix upgrade heads`");
        return Ok(Exit::Difference);
    }
    Ok(Exit::Done)
}

fn tell_place(global: &Global, outline: &Outline, place: &Where) {
    if global.verbose {
        report::message(&format!("Current revision(s) for {}:", place.database));
    } else if place.heads.is_empty() && !global.quiet {
        report::message(&format!("{} is at base: no revision is recorded", place.database));
    }
    let known = |id: &str| outline.graph().find(id).ok().filter(|found| found.as_str() == id);
    let mut wanted: Vec<_> = place.heads.iter().filter_map(|row| known(row)).collect();
    wanted.extend(place.implied_heads.iter().cloned());
    let is_row = |entry: &Entry<'_>| !place.implied_heads.contains(&entry.header.id);
    for entry in workflow::entries(outline, Some(&wanted)) {
        let line = if global.verbose {
            report::entry_block(&entry, is_row(&entry))
        } else {
            report::entry_name(&entry, false)
        };
        report::result(&line);
    }
    for id in &place.unknown {
        report::result(&format!("{} (unknown)", escape(id)));
    }
    warn_of_unknown(outline, &place.unknown);
}

fn warn_of_unknown(outline: &Outline, unknown: &[String]) {
    if let Some(unknown) = unknown.first() {
        report::message(&format!(
            "warning: Can't locate revision identified by '{}' in {}\nhelp: bring its file back, or set the \
             version table anew with `ambix stamp --purge REVISION`",
            escape(unknown),
            outline.directory().display()
        ));
    }
}

pub(crate) async fn status(global: &Global, arguments: &Status) -> Result<Exit, Error> {
    let project = project_to_look_at(global)?;
    let revisions = project.revisions()?;
    let outline = revisions.outline()?;
    let found = workflow::status(&project, &outline).await?;
    let recorded = workflow::recorded(&project, &revisions).await?;
    match arguments.output.format {
        Format::Json => {
            let mut status = json!(found);
            status["edited"] = json!(recorded.edited);
            status["half_done"] = json!(recorded.half_done);
            report::json(&json!({ "schema_version": 1, "status": status }));
        }
        Format::Text => {
            tell_status(global, &outline, &found);
            tell_recorded(&recorded);
        }
    }
    Ok(Exit::Done)
}

/// What needs a person before anything else can run.
fn tell_recorded(recorded: &Recorded) {
    for edited in &recorded.edited {
        report::result(&format!(
            "  edited {}  applied {} by {}, and its file says something else now",
            edited.revision,
            escape(&edited.applied_at),
            escape(&edited.applied_by)
        ));
    }
    if let Some(half) = &recorded.half_done {
        report::result(&format!(
            "  half done {}  {}: {} of {} statements have run",
            escape(&half.revision),
            escape(&half.direction),
            half.done,
            half.statements
        ));
    }
}

fn tell_status(global: &Global, outline: &Outline, found: &Found) {
    let heads: Vec<String> = found.current.heads.iter().map(|row| escape(row)).collect();
    let at = if heads.is_empty() { "base".into() } else { heads.join(", ") };
    report::result(&format!("{}: at {at}", found.current.database));
    report::result(&format!("{} applied, {} pending", found.applied.len(), found.pending.len()));
    let mut groups = vec![("pending", &found.pending)];
    if global.verbose {
        groups.insert(0, ("applied", &found.applied));
    }
    for (word, ids) in groups {
        for id in ids {
            let message = outline.get(id).map(|header| escape(&header.message)).unwrap_or_default();
            report::result(format!("  {word} {id}  {message}").trim_end());
        }
    }
    for id in &found.current.unknown {
        report::result(&format!("  unknown {}", escape(id)));
    }
    warn_of_unknown(outline, &found.current.unknown);
}
