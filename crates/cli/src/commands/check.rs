//! `check`: the drift gate.

use ambix::Error;
use ambix::workflow::{self, Checked, Comparison};

use super::project_to_look_at;
use crate::args::{Check, Format, Global};
use crate::exit::Exit;
use crate::report;

pub(crate) async fn check(global: &Global, arguments: &Check) -> Result<Exit, Error> {
    let project = project_to_look_at(global)?;
    let checked = if arguments.offline {
        workflow::check_offline(&project)?
    } else {
        workflow::check(&project).await?
    };
    match arguments.output.format {
        Format::Json => report::json(&report::checked_json(&checked)),
        Format::Text => tell(global, arguments, &checked),
    }
    Ok(if checked.is_in_sync() { Exit::Done } else { Exit::Difference })
}

fn tell(global: &Global, arguments: &Check, checked: &Checked) {
    if let Some(unknown) = checked.unknown.first() {
        let unknown = ambix::schema::escape(unknown);
        report::result(&format!(
            "Can't locate revision identified by '{unknown}', which the database says it is at."
        ));
        report::message(
            "help: bring its file back, or set the version table anew with `ambix stamp --purge REVISION`",
        );
        return;
    }
    if !checked.edited.is_empty() {
        let count = checked.edited.len();
        let noun = if count == 1 { "revision was" } else { "revisions were" };
        report::result(&format!("{count} {noun} edited after being applied:"));
        for edited in &checked.edited {
            report::result(&format!("  {} (applied {})", edited.revision, edited.applied_at));
        }
        report::message(
            "help: put the files back as they were; or record what they say now with `ambix upgrade head --accept-edited REVISION`",
        );
    }
    if !checked.pending.is_empty() {
        let count = checked.pending.len();
        let noun = if count == 1 { "revision" } else { "revisions" };
        report::result(&format!("Target database is not up to date: {count} {noun} pending."));
        for id in &checked.pending {
            report::result(&format!("  {id}"));
        }
        report::message("help: run `ambix upgrade head`, then check again");
        return;
    }
    if let Some(comparison) = &checked.comparison {
        report::warnings(&comparison.warnings);
        tell_comparison(global, arguments, comparison);
    }
}

fn tell_comparison(global: &Global, arguments: &Check, comparison: &Comparison) {
    let reported: Vec<_> = comparison.diff.skipped.iter().filter(|skipped| skipped.is_reported()).collect();
    if comparison.findings.is_empty() && reported.is_empty() {
        report::result("No new upgrade operations detected.");
    } else {
        let count = comparison.findings.len() + reported.len();
        report::result(&format!("New upgrade operations detected: {count}"));
        for finding in &comparison.findings {
            report::result(&format!("  {}", report::finding_line(finding)));
        }
        for skipped in &reported {
            report::result(&format!("  {}", report::reported_line(skipped)));
        }
        if !comparison.findings.is_empty() {
            let offline = if arguments.offline { " --offline" } else { "" };
            report::message(&format!(
                "help: `ambix revision --autogenerate{offline} -m \"...\"` writes them down"
            ));
        }
    }
    if !global.quiet {
        if global.verbose || comparison.looked.entities == 0 {
            for line in report::looked_lines(&comparison.looked) {
                report::message(&line);
            }
        }
        for line in report::skipped_lines(&comparison.diff.skipped, global.verbose) {
            report::message(&line);
        }
    }
}
