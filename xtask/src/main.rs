//! The project's own chores, as `cargo xtask NAME`. Nothing here is shipped.
#![expect(clippy::print_stdout, reason = "the chores talk to whoever runs them")]

mod bench;
mod bless;
mod demo;
mod rel;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{process, servers};

/// Chores of the ambix project.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Starts private database servers and runs the whole suite against them.
    Test {
        /// Runs only the tests whose name contains this.
        filter: Option<String>,
        /// Further arguments for the test runner.
        #[arg(last = true)]
        rest: Vec<String>,
    },
    /// Runs a command with the private database servers up and their URLs in the environment.
    With {
        /// The command and its arguments.
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<String>,
    },
    /// Rewrites the expectations of the cases under `fixtures/cases`; review the diff.
    Bless {
        /// Only the cases whose name contains this.
        filter: Option<String>,
    },
    /// Tells the whole story on `SQLite`, in a temporary project, with the real binary.
    Demo,
    /// Measures speed and memory and prints a table of ratios and limits.
    Bench {
        /// How many tables the generated project has.
        #[arg(long, default_value_t = 1000)]
        tables: usize,
    },
    /// Tries the laws on live databases: `drift` changes single facts, `operations` runs the rows of the guide,
    /// `pairs` migrates random pairs, `race`, `kill`, `crash`, `cut` and `block` disturb runs, `mutants` switches
    /// protections off.
    Rel {
        /// Which of them, and its options; `--help` lists them.
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Checks the house rules: crate arrows, file sizes, headers, words.
    Tidy,
}

/// What a chore comes to: an exit code to pass through, or why it could not be done.
type Outcome = Result<ExitCode, String>;

fn main() -> ExitCode {
    let outcome = match Arguments::parse().chore {
        Chore::Test { filter, rest } => test::run(filter.as_deref(), &rest),
        Chore::With { command } => test::with(&command),
        Chore::Bless { filter } => bless::run(filter.as_deref()),
        Chore::Demo => demo::run(),
        Chore::Bench { tables } => bench::run(tables),
        Chore::Rel { arguments } => rel::run(&arguments),
        Chore::Tidy => tidy(),
    };
    outcome.unwrap_or_else(|reason| {
        eprintln!("error: {reason}");
        ExitCode::from(2)
    })
}

fn tidy() -> Outcome {
    let report = xtask::tidy::inspect(process::root())?;
    for note in &report.notes {
        println!("note: {note}");
    }
    for finding in &report.findings {
        println!("{finding}");
    }
    println!("tidy: {} findings, {} notes", report.findings.len(), report.notes.len());
    Ok(if report.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
