//! Commands that change revision files which are there: `rebase`, `squash`.

use std::path::Path;

use ambix::schema::escape;
use ambix::workflow::{self, RebaseRequest, SquashRequest};
use ambix::{Error, RevisionId};
use serde_json::json;

use super::{project, working_directory};
use crate::args::{Format, Global, Rebase, Squash};
use crate::exit::Exit;
use crate::report;

pub(crate) async fn rebase(global: &Global, arguments: &Rebase) -> Result<Exit, Error> {
    let project = project(global)?;
    let request = RebaseRequest {
        branch: arguments.branch.clone(),
        onto: arguments.onto.clone(),
        offline: arguments.offline,
    };
    let rebased = workflow::rebase(&project, &request).await?;
    let root = working_directory()?;
    match arguments.output.format {
        Format::Json => report::json(&json!({
            "schema_version": 1,
            "revision": rebased.revision,
            "before": rebased.before,
            "down_revision": [rebased.onto],
            "moved": rebased.moved,
            "path": shown(&rebased.path, &root),
            "asked": rebased.asked,
        })),
        Format::Text => report::result(&escape(&shown(&rebased.path, &root).display().to_string())),
    }
    if !global.quiet {
        report::message(&format!(
            "{} follows {} now, and no longer {}; {} moved",
            rebased.revision,
            rebased.onto,
            listed(&rebased.before),
            rebased.moved.len()
        ));
        tell_asked(rebased.asked.as_deref(), "has applied the branch");
    }
    Ok(Exit::Done)
}

pub(crate) async fn squash(global: &Global, arguments: &Squash) -> Result<Exit, Error> {
    let project = project(global)?;
    let request = SquashRequest {
        target: arguments.revision.clone(),
        message: arguments.message.clone(),
        offline: arguments.offline,
    };
    let squashed = workflow::squash(&project, &request).await?;
    let root = working_directory()?;
    match arguments.output.format {
        Format::Json => report::json(&json!({
            "schema_version": 1,
            "revision": squashed.revision,
            "replaced": squashed.replaced,
            "path": shown(&squashed.path, &root),
            "asked": squashed.asked,
        })),
        Format::Text => report::result(&escape(&shown(&squashed.path, &root).display().to_string())),
    }
    if !global.quiet {
        report::message(&format!(
            "{} stands for {} earlier revisions now, and their files are gone",
            squashed.revision,
            squashed.replaced.len()
        ));
        tell_asked(squashed.asked.as_deref(), "is at a revision that is gone");
    }
    Ok(Exit::Done)
}

/// One database is asked; there may be others.
fn tell_asked(asked: Option<&str>, what: &str) {
    match asked {
        Some(database) => {
            report::message(&format!("asked {database}; whether another database {what}, only you can know"));
        }
        None => report::message(&format!("no database was asked; whether one {what}, only you can know")),
    }
}

fn shown<'p>(path: &'p Path, root: &Path) -> &'p Path {
    path.strip_prefix(root).unwrap_or(path)
}

fn listed(ids: &[RevisionId]) -> String {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    if ids.is_empty() { "<base>".into() } else { ids.join(", ") }
}
