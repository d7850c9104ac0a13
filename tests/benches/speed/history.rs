//! A long history: how soon `heads` answers, and what running it costs beside the server's own client.

use std::fs;
use std::process::Command;

use ambix_tests::live::{Live, available};

use crate::project::Project;
use crate::table::{Table, fastest, fastest_on, milliseconds};

/// Revisions of the history, each a small one.
const REVISIONS: usize = 1000;

pub(crate) fn measure(table: &mut Table) -> Result<(), String> {
    let project = Project::generate(0)?;
    for number in 0..REVISIONS {
        let file = project.path().join(format!("migrations/versions/{number:04}_step.rs"));
        fs::write(file, revision(number)).map_err(|error| error.to_string())?;
    }
    let time = fastest(15, || project.run(&["heads"]))?;
    table.add(format!("heads of {REVISIONS} revisions"), "wall time", milliseconds(time), 30.0, "ms");
    against_psql(&project, table)
}

/// The same statements in the same transactions, as the script of `upgrade --sql` has them.
fn against_psql(project: &Project, table: &mut Table) -> Result<(), String> {
    available("postgres")?;
    let script = project.command(&["upgrade", "base:head", "--sql"]).output().map_err(text)?;
    if !script.status.success() {
        return Err(String::from_utf8_lossy(&script.stderr).into_owned());
    }
    let file = project.path().join("script.sql");
    fs::write(&file, &script.stdout).map_err(text)?;
    let database = || Live::fresh("postgres", &[]);
    let theirs = fastest_on(5, database, |live| {
        let mut psql = Command::new("psql");
        psql.args(["--quiet", "--set", "ON_ERROR_STOP=1", "--file"]).arg(&file).arg(live.url());
        let output = psql.output().map_err(|error| format!("psql could not be started: {error}"))?;
        let is_done = output.status.success();
        if is_done { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
    })?;
    // As quiet as the other: a line for each revision wakes whoever reads it, on the same processors.
    let ours =
        fastest_on(5, database, |live| project.run(&["--url", live.url(), "--quiet", "upgrade", "head"]))?;
    table.add(
        format!("upgrade head over {REVISIONS} revisions against psql"),
        format!("{:.0} ms / {:.0} ms", milliseconds(ours), milliseconds(theirs)),
        ours.as_secs_f64() / theirs.as_secs_f64(),
        1.5,
        "×",
    );
    Ok(())
}

fn revision(number: usize) -> String {
    let down = match number.checked_sub(1) {
        Some(before) => format!("\"{}\"", id(before)),
        None => String::new(),
    };
    format!(
        "//! step {number}\n//!\n//! Revision ID: {id}\n//! Create Date: 2026-01-01 00:00:00 UTC\n\n\
         use ambix::prelude::*;\n\n\
         pub const REVISION: &str = \"{id}\";\npub const DOWN_REVISION: &[&str] = &[{down}];\n\
         pub const BRANCH_LABELS: &[&str] = &[];\npub const DEPENDS_ON: &[&str] = &[];\n\n\
         pub fn upgrade(op: &mut Operations) {{\n    op.create_table(\"step_{number}\")\n        \
         .column(column(\"id\", bigint()).not_null())\n        .column(column(\"name\", text()));\n}}\n\n\
         pub fn downgrade(op: &mut Operations) {{\n    op.drop_table(\"step_{number}\");\n}}\n",
        id = id(number),
    )
}

fn id(number: usize) -> String {
    format!("{:012x}", number + 0x00a0_0000)
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
