//! `check --offline` on the whole project: what a pre-commit hook waits for.

use crate::project::{PER_FILE, Project};
use crate::table::{Table, fastest, milliseconds};

pub(crate) fn measure(tables: usize, table: &mut Table) -> Result<(), String> {
    let project = Project::generate(tables)?;
    let time = fastest(9, || project.run(&["check", "--offline"]))?;
    table.add(
        format!("check --offline, {tables} tables in {} revisions", tables.div_ceil(PER_FILE)),
        "wall time",
        milliseconds(time),
        150.0,
        "ms",
    );
    Ok(())
}
