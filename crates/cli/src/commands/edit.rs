//! `edit`: revision files in the person's own editor.

use std::path::PathBuf;
use std::process::Command;

use ambix::schema::escape;
use ambix::{Error, asks_where_the_database_is, workflow};

use super::{environment, project};
use crate::args::{Edit, Global};
use crate::exit::Exit;

pub(crate) async fn edit(global: &Global, arguments: &Edit) -> Result<Exit, Error> {
    let project = project(global)?;
    let outline = project.outline()?;
    let target = &arguments.revision;
    let current = if asks_where_the_database_is(target) {
        outline.graph().known(&workflow::current(&project, &outline).await?.heads)?
    } else {
        Vec::new()
    };
    let wanted = outline.graph().resolve(target, &current)?;
    let root = &project.config().root;
    let paths: Vec<PathBuf> =
        wanted.iter().filter_map(|id| outline.get(id)).map(|header| root.join(&header.path)).collect();
    if paths.is_empty() {
        return Err(Error::refused(
            format!("No current revisions: '{}' is the base, which has no file", escape(target)),
            "name a revision, or head; `ambix history` lists them",
        ));
    }
    let variables = environment();
    let editor = ["VISUAL", "EDITOR"]
        .into_iter()
        .find_map(|name| variables.get(name).filter(|editor| !editor.trim().is_empty()))
        .ok_or_else(|| {
            Error::refused("no editor is set", "set VISUAL or EDITOR to the command that opens a file")
        })?;
    open(editor, &paths)?;
    // Better told now than by the next command.
    project.revisions()?;
    Ok(Exit::Done)
}

/// Runs the editor as git does: its words may hold options, so a shell takes them apart, and the files are
/// handed over beside them.
fn open(editor: &str, paths: &[PathBuf]) -> Result<(), Error> {
    let mut command = if cfg!(windows) { Command::new(editor) } else { Command::new("sh") };
    if !cfg!(windows) {
        command.args(["-c", &format!("{editor} \"$@\""), editor]);
    }
    let failed = |why: String| {
        Error::refused(
            format!("Error executing editor ({}): {why}", escape(editor)),
            "set VISUAL or EDITOR to a command that opens a file and returns when it is closed",
        )
    };
    let status = command.args(paths).status().map_err(|error| failed(error.to_string()))?;
    if status.success() { Ok(()) } else { Err(failed(status.to_string())) }
}
