//! `cargo xtask test`: private servers, the real binary, and the whole suite against both.

use std::process::Command;

use crate::Outcome;
use crate::process::{self, cargo};
use crate::servers::Servers;

/// Where a MySQL server is that whoever runs the tests lends them; no program of one is looked for.
const MYSQL_URL: &str = "AMBIX_TEST_MYSQL_URL";

/// Runs the tests whose name contains `filter`, or all. What is printed last is the test runner's own
/// summary, and its exit code is ours.
pub(crate) fn run(filter: Option<&str>, rest: &[String]) -> Outcome {
    let faulty = process::build_faulty_ambix()?;
    let binary = process::build_ambix_as_tested()?;
    let has_nextest = has_nextest();
    // nextest leaves the examples in the documentation out; they go first, so that its words are the last.
    if filter.is_none() && has_nextest {
        let status = process::run(cargo().args(["test", "--workspace", "--doc", "--quiet"]))?;
        if !status.success() {
            return Ok(process::exit_code(status));
        }
    }
    let mut command = cargo();
    if has_nextest {
        command.args(["nextest", "run", "--workspace", "--no-fail-fast"]).args(filter).args(rest);
    } else {
        command.args(["test", "--workspace", "--no-fail-fast"]).args(filter);
        if !rest.is_empty() {
            command.arg("--").args(rest);
        }
    }
    if std::env::var_os(MYSQL_URL).is_none() {
        eprintln!("note: {MYSQL_URL} is not set, so the tests on MySQL are counted as skipped");
    }
    command.env("AMBIX_BIN", binary).env("AMBIX_FAULTS_BIN", faulty);
    run_beside_servers(&mut command)
}

/// Runs any command with the servers up.
pub(crate) fn with(command: &[String]) -> Outcome {
    let (program, arguments) = command.split_first().ok_or("there is no command to run")?;
    run_beside_servers(Command::new(program).args(arguments))
}

/// Runs a command with the servers up and their URLs in its environment.
pub(crate) fn run_beside_servers(command: &mut Command) -> Outcome {
    let servers = Servers::start()?;
    Ok(process::exit_code(process::run(command.envs(servers.environment()))?))
}

fn has_nextest() -> bool {
    let version = cargo().args(["nextest", "--version"]).output();
    version.is_ok_and(|output| output.status.success())
}
