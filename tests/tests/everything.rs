//! A database with one of everything: built anew from its comparison with an empty one, and changed nearly
//! everywhere. Each time nothing is left to compare.

use ambix_dialect::Canonical;
use ambix_diff::{Policy, diff};
use ambix_plan::{order, plan, prepare};
use ambix_tests::live::{Live, available};
use libtest_mimic::{Arguments, Failed, Trial};

/// One of everything.
const DATABASE: &str = include_str!("../../fixtures/databases/postgres.sql");

/// What changes it nearly everywhere.
const CHANGES: &str = include_str!("../../fixtures/databases/postgres-changes.sql");

/// The schemas that the script makes.
const NAMESPACES: [&str; 2] = ["app", "We ird.schema"];

fn main() {
    let arguments = Arguments::from_args();
    let trial =
        Trial::test("everything::postgres", everything).with_ignored_flag(available("postgres").is_err());
    libtest_mimic::run(&arguments, vec![trial]).exit();
}

fn everything() -> Result<(), Failed> {
    let whole = made_from(&[DATABASE])?;
    let changed = made_from(&[DATABASE, CHANGES])?;
    let mut copy = database()?;
    turn_into(&mut copy, &whole)?;
    turn_into(&mut copy, &changed)
}

fn database() -> Result<Live, String> {
    Live::fresh("postgres", &NAMESPACES.map(str::to_owned))
}

fn made_from(scripts: &[&str]) -> Result<Canonical, String> {
    let mut live = database()?;
    for script in scripts {
        live.execute(script)?;
    }
    live.read()
}

/// Runs what a comparison with the schema comes to; then there is nothing left to compare.
fn turn_into(live: &mut Live, wanted: &Canonical) -> Result<(), Failed> {
    let before = live.read()?;
    let found = diff(&before, wanted, &Policy::default(), &[]);
    let ordered = order(before.schema(), &found.changes, live.dialect());
    let prepared = prepare(before.schema(), wanted.schema(), ordered);
    let planned =
        plan(before.schema(), &prepared.changes, live.dialect()).map_err(|error| error.to_string())?;
    live.execute("SET check_function_bodies = off")?;
    live.run(&planned.steps)?;
    let left = diff(&live.read()?, wanted, &Policy::default(), &[]);
    let left: Vec<String> = left.changes.iter().map(ToString::to_string).collect();
    if left.is_empty() { Ok(()) } else { Err(left.join("\n").into()) }
}
