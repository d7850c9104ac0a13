//! Arguments of commands that change a database: `upgrade`, `downgrade`, `stamp`.

use clap::Args;

use super::Output;

#[derive(Args, Debug)]
pub(crate) struct Upgrade {
    /// head, heads, +1, an id or a unique prefix of one; with --sql also from:to.
    #[arg(allow_hyphen_values = true)]
    pub(crate) target: String,
    /// Print the SQL instead of running it.
    #[arg(long)]
    pub(crate) sql: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Downgrade {
    /// base, -1, an id or a unique prefix of one; with --sql also from:to.
    #[arg(allow_hyphen_values = true)]
    pub(crate) target: String,
    /// Print the SQL instead of running it.
    #[arg(long)]
    pub(crate) sql: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Stamp {
    /// head, heads, base, or ids.
    #[arg(required = true)]
    pub(crate) targets: Vec<String>,
    /// Forget whatever the version table holds first, known or not.
    #[arg(long)]
    pub(crate) purge: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}
