//! The scenarios of real teams, each typed command by command into the built binary, on every database.

mod massacorp;
mod mathakine;
mod saas;

use ambix_tests::live::{DIALECTS, available};
use ambix_tests::story::binary;
use libtest_mimic::{Arguments, Trial};

/// What a scenario is: a name, and what happens on one dialect.
type Scenario = (&'static str, fn(&'static str));

const SCENARIOS: &[&[Scenario]] = &[mathakine::SCENARIOS, saas::SCENARIOS, massacorp::SCENARIOS];

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for (name, scenario) in SCENARIOS.iter().copied().flatten().copied() {
        for dialect in DIALECTS {
            let is_missing = binary().is_none() || available(dialect).is_err();
            let told = move || {
                scenario(dialect);
                Ok(())
            };
            trials.push(Trial::test(format!("{name}::{dialect}"), told).with_ignored_flag(is_missing));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}
