//! The command line: names, arguments and meaning follow Alembic, cargo and diff(1). One file a family of
//! commands.
#![expect(clippy::doc_markdown, reason = "these are help texts, and a terminal shows backticks as they are")]

mod compare;
mod help;
mod import;
mod look;
mod run;
mod write;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use compare::{Check, Diff, Snapshot};
pub(crate) use help::{Completions, Man};
pub(crate) use import::Import;
pub(crate) use look::{Branches, Current, Doctor, Heads, History, Show, Status};
pub(crate) use run::{Downgrade, EnsureVersion, Reset, Running, Script, Stamp, Upgrade};
pub(crate) use write::{Edit, Init, ListTemplates, Merge, Place, Rebase, Revision, Squash};

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
    /// List what `init --template` can set up.
    ListTemplates(ListTemplates),
    /// Write a new revision file.
    Revision(Revision),
    /// Write an empty revision that joins several heads.
    Merge(Merge),
    /// Make a branch follow another head, instead of merging the two.
    Rebase(Rebase),
    /// Make one revision of all up to one.
    Squash(Squash),
    /// Take over the history of another tool: its migrations become revisions, and none of them is run.
    Import(Import),
    /// Open revision files in $VISUAL or $EDITOR, and read them afterwards.
    Edit(Edit),
    /// Run revisions up to a later one.
    #[command(allow_negative_numbers = true)]
    Upgrade(Upgrade),
    /// Take revisions back to an earlier one.
    #[command(allow_negative_numbers = true)]
    Downgrade(Downgrade),
    /// Say where the database is, without running anything.
    #[command(allow_negative_numbers = true)]
    Stamp(Stamp),
    /// Make the version table, and nothing else.
    EnsureVersion(EnsureVersion),
    /// Take every revision back and run all again; for development.
    Reset(Reset),
    /// Show where the database is.
    Current(Current),
    /// List revisions, newest first.
    History(History),
    /// List the revisions nothing builds on.
    Heads(Heads),
    /// List the revisions that several build on.
    Branches(Branches),
    /// Say what is applied, pending and unknown in the database.
    Status(Status),
    /// Show one revision.
    Show(Show),
    /// Compare the database, or the revisions, with the models.
    Check(Check),
    /// Compare any two of models, databases, revisions and snapshots.
    Diff(Diff),
    /// Write a schema to stdout as JSON, to be compared later as file:PATH.
    Snapshot(Snapshot),
    /// Look at all that commands need: configuration, models, revisions, connection, privileges.
    Doctor(Doctor),
    /// Print what makes a shell complete commands, options and revisions.
    Completions(Completions),
    /// Print the manual page of ambix or of one of its commands.
    Man(Man),
}
