//! `cargo xtask rel`: trials on live databases, longer than a test run lasts.

use crate::Outcome;
use crate::process::{build_ambix_as_tested, build_faulty_ambix, cargo};
use crate::test::run_beside_servers;

/// Runs the trials with the private servers up; their own words are what is printed, and their exit
/// code is ours.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let faulty = build_faulty_ambix()?;
    let binary = build_ambix_as_tested()?;
    let mut command = cargo();
    command.env("AMBIX_BIN", binary).env("AMBIX_FAULTS_BIN", faulty);
    command.args(["run", "--quiet", "--package", "ambix-tests", "--bin", "rel", "--"]).args(arguments);
    run_beside_servers(&mut command)
}
