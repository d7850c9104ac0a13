//! Arguments of commands that write files: `init`, `revision`, `merge`.

use std::path::PathBuf;

use ambix::config::Template;
use clap::Args;
use clap::builder::PossibleValuesParser;

use super::Output;
use crate::complete::revisions;

/// The names of the templates.
fn templates() -> PossibleValuesParser {
    PossibleValuesParser::new(Template::ALL.map(Template::name))
}

#[derive(Args, Debug)]
pub(crate) struct Init {
    /// Directory for revisions.
    #[arg(default_value = "migrations")]
    pub(crate) directory: String,
    /// What to set up; `ambix list-templates` lists what there is.
    #[arg(short, long, default_value = "generic", value_parser = templates())]
    pub(crate) template: String,
    /// Database: postgres, mariadb, mysql or sqlite. Otherwise what --url or DATABASE_URL says, else sqlite.
    #[arg(long)]
    pub(crate) dialect: Option<String>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Revision {
    /// What the revision does; becomes the first line of the file and part of its name.
    #[arg(short, long, default_value = "")]
    pub(crate) message: String,
    /// Write the operations that make the database what the models say.
    #[arg(long)]
    pub(crate) autogenerate: bool,
    /// Compare with the replayed revisions instead of a database.
    #[arg(long, requires = "autogenerate")]
    pub(crate) offline: bool,
    /// Write a file even when nothing differs.
    #[arg(long, requires = "autogenerate")]
    pub(crate) allow_empty: bool,
    /// A drop and a creation that are one rename: users.name=users.full_name, or users=people.
    #[arg(long, value_name = "OLD=NEW", requires = "autogenerate")]
    pub(crate) rename: Vec<String>,
    /// A drop that is no rename, however much it looks like one.
    #[arg(long, value_name = "OLD", requires = "autogenerate")]
    pub(crate) no_rename: Vec<String>,
    /// The id, instead of one made up.
    #[arg(long, value_name = "ID")]
    pub(crate) rev_id: Option<String>,
    #[command(flatten)]
    pub(crate) place: Place,
    /// The revision to build on, instead of the only head: an id, LABEL@head, or base for a new beginning.
    #[arg(long, value_name = "REVISION", add = revisions())]
    pub(crate) head: Option<String>,
    /// A revision that must be applied before this one without being built on: an id, or a label.
    #[arg(long, value_name = "REVISION", add = revisions())]
    pub(crate) depends_on: Vec<String>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Merge {
    /// heads, or two or more of ids and LABEL@head.
    #[arg(required = true, add = revisions())]
    pub(crate) revisions: Vec<String>,
    /// What the merge is for.
    #[arg(short, long, default_value = "merge heads")]
    pub(crate) message: String,
    /// The id, instead of one made up.
    #[arg(long, value_name = "ID")]
    pub(crate) rev_id: Option<String>,
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Where a new revision stands among the others.
#[derive(Args, Debug)]
pub(crate) struct Place {
    /// Build on a revision that others build on already: the beginning of a branch.
    #[arg(long)]
    pub(crate) splice: bool,
    /// A name for the branch that begins here.
    #[arg(long, value_name = "LABEL")]
    pub(crate) branch_label: Vec<String>,
    /// Directory for the file: one of version_locations, or one below.
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) version_path: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct ListTemplates {
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Edit {
    /// head, heads, current, LABEL@head, an id or a unique prefix of one.
    #[arg(allow_hyphen_values = true, add = revisions())]
    pub(crate) revision: String,
}

#[derive(Args, Debug)]
pub(crate) struct Squash {
    /// The last revision to go into the one; it keeps its id.
    #[arg(add = revisions())]
    pub(crate) revision: String,
    /// What the one revision does; the message of the last one otherwise.
    #[arg(short, long)]
    pub(crate) message: Option<String>,
    /// Do not ask the database where it is.
    #[arg(long)]
    pub(crate) offline: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Rebase {
    /// The head of the branch that moves: an id, or LABEL@head.
    #[arg(add = revisions())]
    pub(crate) branch: String,
    /// The head it is to follow; the only other one otherwise.
    #[arg(long, value_name = "REVISION", add = revisions())]
    pub(crate) onto: Option<String>,
    /// Do not ask the database what it has applied.
    #[arg(long)]
    pub(crate) offline: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}
