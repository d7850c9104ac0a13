//! The command line: names, arguments and meaning follow Alembic, cargo and diff(1).
#![expect(clippy::doc_markdown, reason = "these are help texts, and a terminal shows backticks as they are")]

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Schema diff and autogenerate for Rust.
#[derive(Parser, Debug)]
#[command(
    name = "ambix",
    version,
    about,
    propagate_version = true,
    arg_required_else_help = true,
    max_term_width = 100
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Args, Debug)]
pub(crate) struct Global {
    /// Configuration file; found by walking up from the working directory otherwise.
    #[arg(short, long, global = true, env = "AMBIX_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Lay `[env.NAME]` over the configuration.
    #[arg(long = "env", global = true, env = "AMBIX_ENV", value_name = "NAME")]
    pub(crate) environment: Option<String>,
    /// Database URL; goes before the configured one.
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// Say nothing but results and errors.
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Say more.
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

/// How results are printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// The format option of commands that print facts.
#[derive(Args, Debug)]
pub(crate) struct Output {
    /// How results are printed.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Write ambix.toml and the directory of revision files.
    Init(Init),
    /// Write a new revision file.
    Revision(Revision),
    /// Write an empty revision that joins several heads.
    Merge(Merge),
    /// Run revisions up to a later one.
    Upgrade(Upgrade),
    /// Take revisions back to an earlier one.
    #[command(allow_negative_numbers = true)]
    Downgrade(Downgrade),
    /// Say where the database is, without running anything.
    Stamp(Stamp),
    /// Show where the database is.
    Current(Current),
    /// List revisions, newest first.
    History(History),
    /// List the revisions nothing builds on.
    Heads(Heads),
    /// Show one revision.
    Show(Show),
    /// Compare the database, or the revisions, with the models.
    Check(Check),
    /// Compare any two of models, databases, revisions and snapshots.
    Diff(Diff),
    /// Write a schema to stdout as JSON, to be compared later as file:PATH.
    Snapshot(Snapshot),
}

#[derive(Args, Debug)]
pub(crate) struct Init {
    /// Directory for revisions.
    #[arg(default_value = "migrations")]
    pub(crate) directory: String,
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
    /// The revision to build on, instead of the only head.
    #[arg(long, value_name = "REVISION")]
    pub(crate) head: Option<String>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Merge {
    /// heads, or two or more ids.
    #[arg(required = true)]
    pub(crate) revisions: Vec<String>,
    /// What the merge is for.
    #[arg(short, long, default_value = "merge heads")]
    pub(crate) message: String,
    /// The id, instead of one made up.
    #[arg(long, value_name = "ID")]
    pub(crate) rev_id: Option<String>,
    #[command(flatten)]
    pub(crate) output: Output,
}

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
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Show {
    /// head, heads, current, an id or a unique prefix of one.
    #[arg(allow_hyphen_values = true)]
    pub(crate) revision: String,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Check {
    /// Compare the replayed revisions with the models; no database is asked.
    #[arg(long)]
    pub(crate) offline: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// What a source may be, for the help of each option that takes one.
const SOURCES: &str =
    "models, models:PATH, db, db:URL, revisions, revisions@REVISION, file:PATH or git:COMMIT";

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
