//! Arguments of `import`.

use std::path::PathBuf;

use ambix::Tool;
use clap::Args;
use clap::builder::PossibleValuesParser;

use super::Output;

/// The names of the tools.
fn tools() -> PossibleValuesParser {
    PossibleValuesParser::new(Tool::ALL.map(Tool::name))
}

#[derive(Args, Debug)]
pub(crate) struct Import {
    /// The tool.
    #[arg(long, value_name = "TOOL", value_parser = tools())]
    pub(crate) from: String,
    /// The directory of its migrations; the usual one otherwise.
    #[arg(value_name = "DIRECTORY")]
    pub(crate) directory: Option<PathBuf>,
    /// For alembic: what `alembic upgrade base:heads --sql` printed, or `alembic downgrade heads:base --sql`.
    /// May be said again.
    #[arg(long, value_name = "FILE")]
    pub(crate) script: Vec<PathBuf>,
    /// The table in which the tool keeps what it applied, where it has another name than usual.
    #[arg(long, value_name = "TABLE")]
    pub(crate) history_table: Option<String>,
    /// Write the files alone: ask no database, and record nothing as applied.
    #[arg(long)]
    pub(crate) no_stamp: bool,
    /// Take the file of an applied migration as it is now, though it was edited. May be said again.
    #[arg(long, value_name = "VERSION", conflicts_with = "no_stamp")]
    pub(crate) accept_edited: Vec<String>,
    /// Keep what was applied and has no file any more, as revisions without a body.
    #[arg(long, conflicts_with = "no_stamp")]
    pub(crate) keep_missing: bool,
    /// Directory for the revisions: one of version_locations, or one below.
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) version_path: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: Output,
}
