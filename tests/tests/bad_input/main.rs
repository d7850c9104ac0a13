//! Bad input, given to the built binary as a person would give it: every refusal names the place and
//! the way out, ends with exit code 2, and leaves everything as it was.

mod configuration;
mod connection;
mod disk;
mod foreign_names;
mod models;
mod names;
mod project;
mod refused_names;
mod revisions;
mod statement;
mod version_table;

use ambix_tests::live::{DIALECTS, available};
use ambix_tests::story::binary;
use libtest_mimic::{Arguments, Failed, Trial};

/// What a test comes to.
type Outcome = Result<(), Failed>;

/// One test: its name, what it needs beside the binary, and what it does.
struct Test {
    name: String,
    /// The database it runs on; `sqlite` where none is needed.
    dialect: &'static str,
    run: Box<dyn FnOnce() -> Outcome + Send>,
}

fn main() {
    let arguments = Arguments::from_args();
    let tests = [
        models::tests(),
        configuration::tests(),
        connection::tests(),
        version_table::tests(),
        revisions::tests(),
        statement::tests(),
        disk::tests(),
        names::tests(),
        refused_names::tests(),
        foreign_names::tests(),
    ];
    let trials = tests.into_iter().flatten().map(|test| {
        let is_missing = binary().is_none() || available(test.dialect).is_err();
        Trial::test(test.name, test.run).with_ignored_flag(is_missing)
    });
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

/// A test that needs no server.
fn alone(name: &str, run: fn() -> Outcome) -> Test {
    Test { name: name.to_owned(), dialect: "sqlite", run: Box::new(run) }
}

/// A test for each database.
fn on_all(name: &str, run: fn(&'static str) -> Outcome) -> Vec<Test> {
    DIALECTS.into_iter().map(|dialect| on(name, dialect, run)).collect()
}

/// A test for each database whose statements take part in transactions.
fn on_transactional(name: &str, run: fn(&'static str) -> Outcome) -> Vec<Test> {
    ["sqlite", "postgres"].into_iter().map(|dialect| on(name, dialect, run)).collect()
}

/// A test for one database.
fn on(name: &str, dialect: &'static str, run: fn(&'static str) -> Outcome) -> Test {
    Test { name: format!("{name}::{dialect}"), dialect, run: Box::new(move || run(dialect)) }
}
