//! One fact changed at a time on live databases: what the comparison is known to notice, it notices.
//!
//! Where a server answers, every few facts are enough here: `cargo xtask rel drift` tries all of them, also
//! those that are known to be missed.

use ambix_tests::drift::{DATABASES, Sheet, run};
use ambix_tests::live::available;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let trials = DATABASES.map(|name| {
        Trial::test(format!("drift::{name}"), move || noticed(name))
            .with_ignored_flag(available(name).is_err())
    });
    libtest_mimic::run(&arguments, trials.into()).exit();
}

fn noticed(database: &str) -> Result<(), Failed> {
    let mut sheet = Sheet::of(database)?;
    sheet.facts.retain(|fact| !fact.is_gap);
    sheet.facts = sheet.facts.into_iter().step_by(stride(database)).collect();
    let outcomes = run(&sheet, database, "", &mut |_| {})?;
    let wrong: Vec<String> = outcomes
        .iter()
        .filter(|outcome| !outcome.verdict.holds())
        .map(|outcome| format!("{}: {:?}", outcome.name, outcome.verdict))
        .collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// Every how many facts one is tried: DDL that takes part in no transaction takes its time.
fn stride(database: &str) -> usize {
    match database {
        "sqlite" => 1,
        "postgres" => 3,
        _slower => 6,
    }
}
