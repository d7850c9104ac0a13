//! The commands: each calls one workflow and prints what came of it.

mod check;
mod diff;
mod doctor;
mod edit;
mod help;
mod import;
mod look;
mod place;
mod relink;
mod run;
mod write;

use ambix::config::Environment;
use ambix::{Error, Options, Project};

use crate::args::{Arguments, Command, Global};
use crate::exit::Exit;
use crate::report;

/// Runs the command that was asked for.
pub(crate) async fn run(arguments: &Arguments) -> Exit {
    let global = &arguments.global;
    let outcome = match &arguments.command {
        Command::Init(init) => write::init(global, init),
        Command::ListTemplates(list) => Ok(write::list_templates(list)),
        Command::Rebase(rebase) => relink::rebase(global, rebase).await,
        Command::Squash(squash) => relink::squash(global, squash).await,
        Command::Import(import) => import::import(global, import).await,
        Command::Edit(edit) => edit::edit(global, edit).await,
        Command::Revision(revision) => write::revision(global, revision).await,
        Command::Merge(merge) => write::merge(global, merge),
        Command::Upgrade(upgrade) => run::upgrade(global, upgrade).await,
        Command::Downgrade(downgrade) => run::downgrade(global, downgrade).await,
        Command::Stamp(stamp) => run::stamp(global, stamp).await,
        Command::EnsureVersion(ensure) => run::ensure_version(global, ensure).await,
        Command::Reset(reset) => run::reset(global, reset).await,
        Command::Current(current) => place::current(global, current).await,
        Command::History(history) => look::history(global, history).await,
        Command::Heads(heads) => look::heads(global, heads),
        Command::Branches(branches) => look::branches(global, branches),
        Command::Status(status) => place::status(global, status).await,
        Command::Show(show) => look::show(global, show).await,
        Command::Check(check) => check::check(global, check).await,
        Command::Diff(diff) => diff::diff(global, diff).await,
        Command::Snapshot(snapshot) => diff::snapshot(global, snapshot).await,
        Command::Doctor(doctor) => Ok(doctor::doctor(global, doctor).await),
        Command::Completions(completions) => help::completions(completions),
        Command::Man(man) => help::man(man),
    };
    match outcome {
        Ok(exit) => exit,
        Err(error) => {
            report::error(&error);
            match error {
                // Nothing went wrong: there is a difference that a person has to decide about.
                Error::Renames(_) => Exit::Difference,
                Error::Config(_)
                | Error::Policy(_)
                | Error::Collect(_)
                | Error::Source { .. }
                | Error::Graph { .. }
                | Error::Target(_)
                | Error::Database(_)
                | Error::Replay { .. }
                | Error::Plan { .. }
                | Error::Run { .. }
                | Error::Edited(_)
                | Error::Refused { .. }
                | Error::File { .. } => Exit::CouldNot,
            }
        }
    }
}

/// The variables of this process.
fn environment() -> Environment {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// The project the working directory is in.
fn project(global: &Global) -> Result<Project, Error> {
    Project::open(&working_directory()?, options(global), environment())
}

/// The project the working directory is in, for a command that only looks at its revisions: a directory that is
/// not there holds none, which is said.
fn project_to_look_at(global: &Global) -> Result<Project, Error> {
    let project = project(global)?;
    if let Some(missing) = project.missing_location() {
        report::message(&format!(
            "warning: there is no directory {}, so there are no revisions\nhelp: correct script_location or \
             version_locations in ambix.toml, or write the first revision with `ambix revision`",
            ambix::schema::escape(&missing.display().to_string())
        ));
    }
    Ok(project)
}

/// The project the working directory is in, if it is in one.
fn project_if_any(global: &Global) -> Result<Option<Project>, Error> {
    Project::find(&working_directory()?, options(global), environment())
}

fn options(global: &Global) -> Options {
    Options { config: global.config.clone(), env: global.environment.clone(), url: global.url.clone() }
}

fn working_directory() -> Result<std::path::PathBuf, Error> {
    std::env::current_dir().map_err(|kind| Error::File { doing: "find", path: ".".into(), kind })
}
