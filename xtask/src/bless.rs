//! `cargo xtask bless`: cases and stories rewrite their expectations in place, for a person to review.

use crate::Outcome;
use crate::process::{self, cargo};
use crate::test::run_beside_servers;

/// Rewrites the expectations of the cases and stories whose name contains `filter`, or of all.
pub(crate) fn run(filter: Option<&str>) -> Outcome {
    let binary = process::build_ambix("dev")?;
    let mut command = cargo();
    command.args(["test", "--quiet", "--package", "ambix-tests", "--no-fail-fast"]);
    command.args(["--test", "cases", "--test", "stories", "--"]).args(filter);
    let outcome = run_beside_servers(command.env("AMBIX_BLESS", "1").env("AMBIX_BIN", binary));
    println!("review the changes: git diff fixtures");
    outcome
}
