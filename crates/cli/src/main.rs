//! The `ambix` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    ambix_cli::run(std::env::args_os().collect())
}
