//! `diff` and `snapshot`: any two schemas compared, and one written down.

use ambix::workflow::{self, Differed};
use ambix::{Error, Project, Source};

use super::{project, project_if_any};
use crate::args::{Diff, Format, Global, Snapshot};
use crate::exit::Exit;
use crate::report;

pub(crate) async fn diff(global: &Global, arguments: &Diff) -> Result<Exit, Error> {
    let (from, to) = (Source::parse(&arguments.from)?, Source::parse(&arguments.to)?);
    let project = project_of(global, &[&from, &to])?;
    let differed = workflow::diff(project.as_ref(), &from, &to, arguments.strict).await?;
    report::warnings(&differed.from.warnings);
    report::warnings(&differed.to.warnings);
    match arguments.output.format {
        Format::Json => report::json(&report::differed_json(&differed)),
        Format::Text if arguments.sql => tell_script(global, &differed)?,
        Format::Text => tell(global, &differed),
    }
    Ok(if differed.is_equal() { Exit::Done } else { Exit::Difference })
}

pub(crate) async fn snapshot(global: &Global, arguments: &Snapshot) -> Result<Exit, Error> {
    let source = Source::parse(&arguments.source)?;
    let project = project_of(global, &[&source])?;
    report::script(&workflow::snapshot(project.as_ref(), &source).await?.to_json()?);
    Ok(Exit::Done)
}

/// Sources that stand alone need no project; where there is one, its policy applies to them too.
fn project_of(global: &Global, sources: &[&Source]) -> Result<Option<Project>, Error> {
    if sources.iter().all(|source| source.stands_alone()) {
        return project_if_any(global);
    }
    project(global).map(Some)
}

fn tell_script(global: &Global, differed: &Differed) -> Result<(), Error> {
    let script = differed.script()?;
    if !script.is_empty() {
        report::script(script.trim_end());
    }
    tell_rest(global, differed);
    Ok(())
}

fn tell(global: &Global, differed: &Differed) {
    let reported: Vec<_> = differed.diff.skipped.iter().filter(|skipped| skipped.is_reported()).collect();
    let unmodelled = differed.unmodelled.as_ref().map_or(0, Vec::len);
    let count = differed.findings.len() + differed.definitions.len() + reported.len() + unmodelled;
    if count == 0 {
        report::result("No differences.");
    } else {
        report::result(&format!("Differences: {count}"));
    }
    for finding in &differed.findings {
        report::result(&format!("  {}", report::finding_line(finding)));
    }
    for different in &differed.definitions {
        report::result(&format!("  {}", report::definition_line(different)));
    }
    for skipped in &reported {
        report::result(&format!("  {}", report::reported_line(skipped)));
    }
    for different in differed.unmodelled.iter().flatten() {
        report::result(&format!("  unmodelled: {}", report::unmodelled_line(different)));
    }
    tell_rest(global, differed);
}

/// What is not a difference, and what a person may want to know of beside them.
fn tell_rest(global: &Global, differed: &Differed) {
    if global.quiet {
        return;
    }
    if global.verbose {
        report::message(&format!("compared {} with {}", differed.from.described, differed.to.described));
    }
    for candidate in &differed.diff.rename_candidates {
        report::message(&format!("may be a rename, and is dropped and created anew: {candidate}"));
    }
    let prepared = differed.prepared();
    for (thing, at) in prepared.made.iter().chain(&prepared.missing) {
        let kind = ambix::schema::escape(&thing.kind);
        let way = if thing.sql.is_some() { "--sql makes it first" } else { "make it there first" };
        let identity = ambix::schema::escape(&thing.identity);
        report::message(&format!("{kind} {identity} is not in the first, and {at} needs it: {way}"));
    }
    for moved in &prepared.moved {
        let what = ambix::schema::escape(&moved.what);
        let way = if moved.returns {
            "--sql takes it away and puts it back"
        } else {
            "the second has no such thing, and --sql takes it away for good"
        };
        report::message(&format!("{what} stands on {}: {way}", moved.on));
    }
    for line in report::skipped_lines(&differed.diff.skipped, global.verbose) {
        report::message(&line);
    }
    for line in report::unmodelled_lines(differed, global.verbose) {
        report::message(&line);
    }
}
