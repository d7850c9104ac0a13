//! Arguments of commands that change a database: `upgrade`, `downgrade`, `stamp`.

use clap::Args;

use super::Output;
use crate::complete::revisions;

#[derive(Args, Debug)]
pub(crate) struct Upgrade {
    /// head, heads, +1, an id or a unique prefix of one; with --sql also from:to.
    #[arg(allow_hyphen_values = true, add = revisions())]
    pub(crate) target: String,
    #[command(flatten)]
    pub(crate) script: Script,
    /// Record what the file of an applied revision says now, though it was edited. May be said again.
    #[arg(long, value_name = "REVISION", conflicts_with = "sql")]
    pub(crate) accept_edited: Vec<String>,
    #[command(flatten)]
    pub(crate) running: Running,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// What is told to a run in either direction.
#[derive(Args, Debug)]
pub(crate) struct Running {
    /// Let the revisions drop or alter what the policy protects under this name. May be said again.
    #[arg(long, value_name = "NAME")]
    pub(crate) allow_protected: Vec<String>,
    /// Run everything in one transaction, or nothing.
    #[arg(long, conflicts_with = "sql")]
    pub(crate) single_transaction: bool,
    /// Show what would run from the database's real state, and undo it; where the database cannot undo it,
    /// nothing runs.
    #[arg(long, conflicts_with = "sql")]
    pub(crate) dry_run: bool,
    /// Of an interrupted run: all that this statement does is there, and the one after it is next.
    #[arg(long, value_name = "STATEMENT", conflicts_with_all = ["resume_at", "sql"])]
    pub(crate) resume_after: Option<u64>,
    /// Of an interrupted run: nothing that this statement does is there, and it is next.
    #[arg(long, value_name = "STATEMENT", conflicts_with = "sql")]
    pub(crate) resume_at: Option<u64>,
}

#[derive(Args, Debug)]
pub(crate) struct Downgrade {
    /// base, -1, an id or a unique prefix of one; with --sql also from:to.
    #[arg(allow_hyphen_values = true, add = revisions())]
    pub(crate) target: String,
    #[command(flatten)]
    pub(crate) script: Script,
    /// Go back although values are lost that cannot be brought back.
    #[arg(long, conflicts_with = "sql")]
    pub(crate) accept_data_loss: bool,
    #[command(flatten)]
    pub(crate) running: Running,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Stamp {
    /// head, heads, base, or ids; with --sql also one from:to.
    #[arg(required = true, add = revisions())]
    pub(crate) targets: Vec<String>,
    /// Forget whatever the version table holds first, known or not.
    #[arg(long)]
    pub(crate) purge: bool,
    #[command(flatten)]
    pub(crate) script: Script,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Printing instead of running.
#[derive(Args, Debug)]
pub(crate) struct Script {
    /// Print the SQL instead of running it.
    #[arg(long)]
    pub(crate) sql: bool,
    /// A line for the top of the script: which change, whose ticket.
    #[arg(long, requires = "sql", value_name = "TEXT")]
    pub(crate) tag: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct EnsureVersion {
    #[command(flatten)]
    pub(crate) script: Script,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Reset {
    /// Do it although `[database] allow_reset` does not say that it may be done.
    #[arg(long)]
    pub(crate) allow_reset: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}
