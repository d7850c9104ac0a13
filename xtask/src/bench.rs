//! `cargo xtask bench`: the binary and the benchmark built for speed, run beside the private servers.

use crate::Outcome;
use crate::process::{self, cargo};
use crate::test::run_beside_servers;

/// Measures a generated project of so many tables and prints the table.
pub(crate) fn run(tables: usize) -> Outcome {
    let binary = process::build_ambix_as_measured()?;
    let mut command = cargo();
    command.args(["bench", "--quiet", "--workspace", "--bench", "speed", "--"]);
    command.arg(tables.to_string()).env("AMBIX_BIN", binary);
    run_beside_servers(&mut command)
}
