//! Commands that change a database: `upgrade`, `downgrade`, `stamp`.

use ambix::workflow::{self, Ran, Resume, RunOptions};
use ambix::{Error, RevisionId};
use serde_json::json;

use super::project;
use crate::args::{Downgrade, EnsureVersion, Format, Global, Reset, Running, Script, Stamp, Upgrade};
use crate::exit::Exit;
use crate::report::{self, Progress};

pub(crate) async fn upgrade(global: &Global, arguments: &Upgrade) -> Result<Exit, Error> {
    let project = project(global)?;
    if arguments.script.sql {
        print_script(&arguments.script, &workflow::upgrade_script(&project, &arguments.target).await?);
        return Ok(Exit::Done);
    }
    let options =
        RunOptions { accept_edited: arguments.accept_edited.clone(), ..options(&arguments.running) };
    let mut progress = progress(global);
    let running = Box::pin(workflow::upgrade(&project, &arguments.target, &options, &mut progress));
    let ran = tell_failure(arguments.output.format, until_interrupted(running).await)?;
    tell(global, arguments.output.format, &ran);
    Ok(Exit::Done)
}

pub(crate) async fn downgrade(global: &Global, arguments: &Downgrade) -> Result<Exit, Error> {
    let project = project(global)?;
    if arguments.script.sql {
        print_script(&arguments.script, &workflow::downgrade_script(&project, &arguments.target).await?);
        return Ok(Exit::Done);
    }
    let options = RunOptions { accept_data_loss: arguments.accept_data_loss, ..options(&arguments.running) };
    let mut progress = progress(global);
    let running = Box::pin(workflow::downgrade(&project, &arguments.target, &options, &mut progress));
    let ran = tell_failure(arguments.output.format, until_interrupted(running).await)?;
    tell(global, arguments.output.format, &ran);
    Ok(Exit::Done)
}

pub(crate) async fn stamp(global: &Global, arguments: &Stamp) -> Result<Exit, Error> {
    let project = project(global)?;
    if arguments.script.sql {
        let script = workflow::stamp_script(&project, &arguments.targets, arguments.purge).await?;
        print_script(&arguments.script, &script);
        return Ok(Exit::Done);
    }
    let (before, after) = workflow::stamp(&project, &arguments.targets, arguments.purge).await?;
    match arguments.output.format {
        Format::Json => report::json(&json!({ "schema_version": 1, "before": before, "heads": after })),
        Format::Text if after.iter().map(RevisionId::as_str).eq(before.iter().map(String::as_str)) => {
            report::result(&format!("Already there: {}", place(&after)));
        }
        Format::Text => report::result(&place(&after)),
    }
    Ok(Exit::Done)
}

fn options(running: &Running) -> RunOptions {
    let Running { allow_protected, single_transaction, dry_run, resume_after, resume_at } = running;
    RunOptions {
        allow_protected: allow_protected.clone(),
        single_transaction: *single_transaction,
        dry_run: *dry_run,
        resume: resume_after.map(Resume::After).or(resume_at.map(Resume::At)),
        ..RunOptions::default()
    }
}

pub(crate) async fn ensure_version(global: &Global, arguments: &EnsureVersion) -> Result<Exit, Error> {
    let project = project(global)?;
    if arguments.script.sql {
        print_script(&arguments.script, &workflow::ensure_version_script(&project)?);
        return Ok(Exit::Done);
    }
    let is_made = workflow::ensure_version(&project).await?;
    let table = project.version_table();
    match arguments.output.format {
        Format::Json => {
            let table = &project.config().database.version_table;
            report::json(&json!({ "schema_version": 1, "version_table": table, "is_made": is_made }));
        }
        Format::Text if is_made => report::result(&format!("Made the version table {table}")),
        Format::Text => report::result(&format!("Already there: the version table {table}")),
    }
    Ok(Exit::Done)
}

pub(crate) async fn reset(global: &Global, arguments: &Reset) -> Result<Exit, Error> {
    let project = project(global)?;
    let mut progress = progress(global);
    let running = Box::pin(workflow::reset(&project, arguments.allow_reset, &mut progress));
    let (down, up) = tell_failure(arguments.output.format, until_interrupted(running).await)?;
    match arguments.output.format {
        Format::Json => report::json(&json!({
            "schema_version": 1, "taken_back": down.revisions, "ran": up.revisions, "heads": up.heads,
        })),
        Format::Text if global.quiet => {}
        Format::Text => report::result(&format!(
            "Took back {} and ran {}; now {}",
            down.revisions.len(),
            up.revisions.len(),
            place(&up.heads)
        )),
    }
    Ok(Exit::Done)
}

/// Runs until it is over, or until somebody wants it to stop: Ctrl-C, or the signal with which a machine that
/// shuts down ends its programs. The connections go with it, and with them what was not committed.
async fn until_interrupted<T>(running: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    tokio::select! {
        over = running => over,
        () = interrupted() => Err(Error::refused(
            "interrupted: what is committed stays, and the rest is undone; a statement that was sent and commits by \
             itself may still run to its end",
            "see where it stands with `ambix status`; the same command goes on from there",
        )),
    }
}

#[cfg(unix)]
async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    // Where a signal cannot be waited for, it ends the process as it always did.
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

/// A revision that failed, for programs; people are told as of every error.
fn tell_failure<T>(format: Format, outcome: Result<T, Error>) -> Result<T, Error> {
    if let (Format::Json, Err(Error::Run { failure, .. })) = (format, &outcome) {
        report::json(&json!({ "schema_version": 1, "failure": failure }));
    }
    outcome
}

fn progress(global: &Global) -> Progress {
    Progress { is_quiet: global.quiet, is_verbose: global.verbose }
}

fn print_script(options: &Script, script: &str) {
    if let Some(tag) = &options.tag {
        // A line break would end the comment, and what follows it would run.
        report::script(&format!("-- tag: {}", ambix::schema::escape(tag)));
    }
    if !script.is_empty() {
        report::script(script.trim_end());
    }
}

fn tell(global: &Global, format: Format, ran: &Ran) {
    match format {
        Format::Json => {
            report::json(&json!({
                "schema_version": 1,
                "ran": ran.revisions,
                "heads": ran.heads,
                "is_dry_run": ran.is_dry_run,
            }));
        }
        Format::Text if global.quiet => {}
        Format::Text if ran.revisions.is_empty() => {
            report::result(&format!("Already there: {}", place(&ran.heads)));
        }
        Format::Text if ran.is_dry_run => {
            let count = ran.revisions.len();
            let noun = if count == 1 { "revision" } else { "revisions" };
            report::result(&format!(
                "Dry run of {count} {noun}: it would be {}; nothing has changed",
                place(&ran.heads)
            ));
        }
        Format::Text => {
            let count = ran.revisions.len();
            let noun = if count == 1 { "revision" } else { "revisions" };
            report::result(&format!(
                "Ran {count} {noun} in {} ms; now {}",
                ran.elapsed.as_millis(),
                place(&ran.heads)
            ));
        }
    }
}

fn place(heads: &[RevisionId]) -> String {
    let ids: Vec<String> = heads.iter().map(ToString::to_string).collect();
    if ids.is_empty() { "at base".into() } else { format!("at {}", ids.join(", ")) }
}
