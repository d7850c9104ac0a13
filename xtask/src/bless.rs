//! `cargo xtask bless`: the case runner rewrites its expectations in place, for a person to review.

use crate::Outcome;
use crate::process::{self, cargo};

/// Rewrites the expectations of the cases whose name contains `filter`, or of all.
pub(crate) fn run(filter: Option<&str>) -> Outcome {
    let mut command = cargo();
    command.args(["test", "--quiet", "--package", "ambix-tests", "--test", "cases", "--"]);
    command.args(filter).env("AMBIX_BLESS", "1");
    let code = process::exit_code(process::run(&mut command)?);
    println!("review the changes: git diff fixtures/cases");
    Ok(code)
}
