//! Arguments of commands that look at revisions and at where a database is.

use clap::Args;

use super::Output;
use crate::complete::revisions;

#[derive(Args, Debug)]
pub(crate) struct Current {
    /// Fail when the database is not on all heads.
    #[arg(long)]
    pub(crate) check_heads: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct History {
    /// Only from one revision to another: [from]:[to].
    #[arg(short, long, value_name = "RANGE", allow_hyphen_values = true)]
    pub(crate) rev_range: Option<String>,
    /// Mark the revision the database is at.
    #[arg(short, long)]
    pub(crate) indicate_current: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Heads {
    /// Only those that no other head depends on: what the version table holds once all is applied.
    #[arg(long)]
    pub(crate) resolve_dependencies: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Show {
    /// head, heads, current, LABEL@head, +1, an id or a unique prefix of one.
    #[arg(allow_hyphen_values = true, add = revisions())]
    pub(crate) revision: String,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Branches {
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Status {
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub(crate) output: Output,
}
