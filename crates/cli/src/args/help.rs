//! Arguments of commands for shells and manuals: `completions`, `man`.

use std::path::PathBuf;

use clap::Args;

#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_parser = ["bash", "elvish", "fish", "powershell", "zsh"])]
    pub(crate) shell: String,
}

#[derive(Args, Debug)]
pub(crate) struct Man {
    /// The command to describe; ambix itself otherwise.
    pub(crate) command: Option<String>,
    /// Write a page for ambix and one for each command into a directory instead.
    #[arg(long, value_name = "DIRECTORY", conflicts_with = "command")]
    pub(crate) directory: Option<PathBuf>,
}
