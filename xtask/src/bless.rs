//! `cargo xtask bless`: cases and the guide rewrite their expectations in place, for a person to review.

use crate::Outcome;
use crate::process::{self, cargo};
use crate::test::run_beside_servers;

/// Rewrites the expectations of the cases and pages of the guide whose name contains `filter`, or of all.
pub(crate) fn run(filter: Option<&str>) -> Outcome {
    let binary = process::build_ambix_as_tested()?;
    let mut command = cargo();
    command.args(["test", "--quiet", "--package", "ambix-tests", "--no-fail-fast"]);
    command.args(["--test", "cases", "--test", "guide", "--test", "operations", "--"]).args(filter);
    let outcome = run_beside_servers(command.env("AMBIX_BLESS", "1").env("AMBIX_BIN", binary));
    println!("review the changes: git diff fixtures docs/guide");
    outcome
}
