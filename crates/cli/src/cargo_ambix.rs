//! The `cargo ambix` command: the same as `ambix`, called through cargo.

use std::process::ExitCode;

fn main() -> ExitCode {
    // cargo hands its subcommand's own name over as the first argument.
    let mut arguments: Vec<_> = std::env::args_os().collect();
    if arguments.get(1).is_some_and(|word| word == "ambix") {
        arguments.remove(1);
    }
    ambix_cli::run(arguments)
}
