//! Arguments of commands that compare schemas: `check`, `diff`, `snapshot`.

use clap::Args;

use super::Output;

/// What a source may be, for the help of each option that takes one.
const SOURCES: &str =
    "models, models:PATH, db, db:URL, revisions, revisions@REVISION, file:PATH or git:COMMIT";

#[derive(Args, Debug)]
pub(crate) struct Check {
    /// Compare the replayed revisions with the models; no database is asked.
    #[arg(long)]
    pub(crate) offline: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Diff {
    #[arg(long, value_name = "SOURCE", help = format!("The schema to compare from: {SOURCES}"))]
    pub(crate) from: String,
    #[arg(long, value_name = "SOURCE", help = "The schema to compare to, spelled in the same way")]
    pub(crate) to: String,
    /// Print the script that turns the first into the second; nothing when they are equal.
    #[arg(long, conflicts_with = "format")]
    pub(crate) sql: bool,
    /// Once nothing differs, also compare what both servers themselves print of every object.
    #[arg(long)]
    pub(crate) strict: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Snapshot {
    #[arg(default_value = "db", value_name = "SOURCE", help = format!("The schema: {SOURCES}"))]
    pub(crate) source: String,
}
