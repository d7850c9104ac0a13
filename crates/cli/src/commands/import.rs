//! The command that takes over the history of another tool: `import`.

use ambix::schema::escape;
use ambix::workflow::{self, ImportRequest, Imported};
use ambix::{Error, Tool};
use serde_json::json;

use super::{project, working_directory};
use crate::args::{Format, Global, Import};
use crate::exit::Exit;
use crate::report;

pub(crate) async fn import(global: &Global, arguments: &Import) -> Result<Exit, Error> {
    let project = project(global)?;
    let tool = Tool::named(&arguments.from).ok_or_else(|| {
        Error::refused(
            format!("there is no import from {}", escape(&arguments.from)),
            "see `ambix import --help`",
        )
    })?;
    if !arguments.script.is_empty() && tool != Tool::Alembic {
        return Err(Error::refused(
            format!("--script is for alembic: {} has its SQL in its files, or nowhere", tool.name()),
            "leave it out",
        ));
    }
    let here = working_directory()?;
    let request = ImportRequest {
        tool,
        directory: arguments.directory.as_ref().map(|path| here.join(path)),
        scripts: arguments.script.iter().map(|path| here.join(path)).collect(),
        history_table: arguments.history_table.clone(),
        version_path: arguments.version_path.as_ref().map(|path| here.join(path)),
        no_stamp: arguments.no_stamp,
        accept_edited: arguments.accept_edited.clone(),
        keep_missing: arguments.keep_missing,
        now: jiff::Timestamp::now(),
    };
    let imported = workflow::import(&project, &request).await?;
    let shown = |path: &std::path::Path| path.strip_prefix(&here).unwrap_or(path).to_owned();
    match arguments.output.format {
        Format::Json => {
            let written: Vec<_> = imported
                .written
                .iter()
                .map(|it| {
                    json!({
                        "revision": it.revision,
                        "version": it.version,
                        "path": shown(&it.path),
                        "is_elsewhere": it.is_elsewhere,
                    })
                })
                .collect();
            report::json(&json!({
                "schema_version": 1,
                "from": tool.name(),
                "written": written,
                "already_there": imported.already_there,
                "notes": imported.notes,
                "database": imported.database,
                "applied": imported.applied,
                "stamped": imported.stamped,
            }));
        }
        Format::Text => {
            for it in &imported.written {
                report::result(&escape(&shown(&it.path).display().to_string()));
            }
        }
    }
    if !global.quiet {
        tell(tool, &imported);
    }
    Ok(Exit::Done)
}

/// What a person should know, on stderr.
fn tell(tool: Tool, imported: &Imported) {
    for note in &imported.notes {
        report::message(&format!("note: {}", escape(note)));
    }
    let already = imported.already_there.len();
    report::message(&match (imported.written.len(), already) {
        (0, _) => format!("Already there: all {} of {}", revisions(already), tool.name()),
        (written, 0) => format!("Imported {} of {}", revisions(written), tool.name()),
        (written, _) => {
            format!("Imported {} of {}; {already} were there already", revisions(written), tool.name())
        }
    });
    let elsewhere = imported.written.iter().filter(|it| it.is_elsewhere).count();
    if elsewhere > 0 {
        report::message(&format!(
            "{} without a body: a database that has what they do can be at them, and no new one can be brought there \
             until their statements are written into the files",
            revisions(elsewhere)
        ));
    }
    match (&imported.stamped, &imported.database) {
        (Some(heads), Some(database)) => {
            let heads: Vec<String> = heads.iter().map(ToString::to_string).collect();
            report::message(&format!(
                "Recorded in {database} what {} has applied there: it is at {}; nothing was run",
                tool.name(),
                heads.join(", ")
            ));
        }
        (None, Some(database)) => {
            report::message(&format!("Nothing had to be recorded in {database}"));
        }
        (_, None) => {}
    }
}

fn revisions(number: usize) -> String {
    format!("{number} {}", if number == 1 { "revision" } else { "revisions" })
}
