//! What is tried on live databases for longer than a test run lasts: single facts, random pairs, and what
//! production does to a run.
//!
//! `cargo xtask rel` starts the servers and runs this.
#![expect(clippy::print_stdout, reason = "the findings are for whoever runs it")]

mod faults;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use ambix_tests::drift::{self, Outcome, Sheet, Verdict};
use ambix_tests::live::available;
use ambix_tests::operations::{COLUMNS, Page};
use ambix_tests::pairs::{self, Way};
use clap::{Parser, Subcommand};

/// Trials on live databases.
#[derive(Parser)]
#[command(name = "cargo xtask rel", bin_name = "cargo xtask rel")]
struct Arguments {
    #[command(subcommand)]
    trial: Trial,
}

#[derive(Subcommand)]
enum Trial {
    /// Changes one thing of a rich schema at a time by SQL, and sees that the comparison notices it.
    Drift {
        /// The one database to try; all of them without it.
        #[arg(long)]
        database: Option<String>,
        /// Only the facts whose name holds this.
        #[arg(long, default_value = "")]
        filter: String,
        /// Also lists what is as it should be.
        #[arg(short, long)]
        verbose: bool,
    },
    /// Runs every row of the guide's map of operations, and sees that the database holds what the page says.
    Operations {
        /// The one database to try; all of them without it.
        #[arg(long)]
        database: Option<String>,
    },
    /// Leads databases built from random schemas, with rows in them, to other random schemas and back.
    Pairs {
        /// How many pairs on each database.
        #[arg(long, default_value_t = 100)]
        count: u64,
        /// The seed of the first pair; the others count up from it.
        #[arg(long)]
        seed: Option<u64>,
        /// The one database to try; all of them without it.
        #[arg(long)]
        database: Option<String>,
    },
    /// Starts many runs of twenty revisions at once, also behind a pooler.
    Race {
        /// How many rounds of each.
        #[arg(long, default_value_t = 3)]
        count: u64,
        /// How many runs at once.
        #[arg(long, value_delimiter = ',', default_values_t = [2, 8, 32])]
        runners: Vec<usize>,
        /// The one database to try; all of them without it.
        #[arg(long)]
        database: Option<String>,
    },
    /// Kills runs at every point that they pass, and at random.
    Kill {
        /// How many random kills on each database.
        #[arg(long, default_value_t = 100)]
        count: u64,
        /// The seed of the first of them.
        #[arg(long)]
        seed: Option<u64>,
        /// The one database to try; all of them without it.
        #[arg(long)]
        database: Option<String>,
    },
    /// Kills servers under runs: at points that they pass, and at random; and starts them again.
    Crash {
        /// How many kills of each sort on each database.
        #[arg(long, default_value_t = 30)]
        count: u64,
        /// The seed of the first of them.
        #[arg(long)]
        seed: Option<u64>,
        /// The one database to try; all of them without it.
        #[arg(long)]
        database: Option<String>,
    },
    /// Cuts the connections of runs, and swallows answers to COMMIT.
    Cut {
        /// How many cuts on each database.
        #[arg(long, default_value_t = 100)]
        count: u64,
        /// The seed of the first of them.
        #[arg(long)]
        seed: Option<u64>,
        /// The one database to try; all of them without it.
        #[arg(long)]
        database: Option<String>,
    },
    /// Puts a reader in the way of a change, and measures how long others wait behind it.
    Block {
        /// The one database to try; all of them without it.
        #[arg(long)]
        database: Option<String>,
    },
    /// Reads revision files with bytes changed at random, and provokes failures with a password at hand.
    Hostile {
        /// How many changed files.
        #[arg(long, default_value_t = 10_000)]
        count: u64,
        /// The seed of the first of them.
        #[arg(long)]
        seed: Option<u64>,
        /// The one database to try; all of them without it.
        #[arg(long)]
        database: Option<String>,
    },
    /// Switches off one protection at a time, and sees that something above notices.
    Mutants {
        /// Only the protections whose name holds this.
        #[arg(long, default_value = "")]
        filter: String,
    },
}

fn main() -> ExitCode {
    let holds =
        match Arguments::parse().trial {
            Trial::Drift { database, filter, verbose } => drifts(database.as_deref(), &filter, verbose),
            Trial::Operations { database } => {
                databases(database.as_deref()).and_then(|databases| operations(&databases))
            }
            Trial::Pairs { count, seed, database } => pairs(count, seed, database.as_deref()),
            Trial::Race { count, runners, database } => databases(database.as_deref())
                .and_then(|databases| faults::races(&databases, count, &runners)),
            Trial::Kill { count, seed, database } => databases(database.as_deref())
                .and_then(|databases| faults::kills(&databases, count, chosen(seed))),
            Trial::Crash { count, seed, database } => databases(database.as_deref())
                .and_then(|databases| faults::crashes(&databases, count, chosen(seed))),
            Trial::Cut { count, seed, database } => databases(database.as_deref())
                .and_then(|databases| faults::cuts(&databases, count, chosen(seed))),
            Trial::Block { database } => {
                databases(database.as_deref()).and_then(|databases| faults::blocks(&databases))
            }
            Trial::Hostile { count, seed, database } => databases(database.as_deref())
                .and_then(|databases| faults::hostilities(&databases, count, chosen(seed))),
            Trial::Mutants { filter } => faults::mutations(&filter),
        };
    match holds {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(reason) => {
            eprintln!("error: {reason}");
            ExitCode::from(2)
        }
    }
}

fn operations(databases: &[&str]) -> Result<bool, String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/guide/operations.md");
    let text = std::fs::read(path).map_err(|error| format!("could not read {path}: {error}"))?;
    let page = Page::parse(&String::from_utf8_lossy(&text))?;
    let mut holds = true;
    for (column, name) in COLUMNS.iter().enumerate().filter(|(_, name)| databases.contains(name)) {
        let (mut rows, mut failures) = (0, Vec::new());
        for section in &page.sections {
            rows += section.rows.len();
            match section.differences(column, 1) {
                Ok(found) => {
                    failures.extend(found.iter().map(|(line, _, cell)| {
                        format!("line {}: the page says other than: {cell}", line + 1)
                    }));
                }
                Err(reason) => failures.push(reason),
            }
        }
        println!("{name}: {rows} rows, {} failures", failures.len());
        for failure in &failures {
            println!("  {}", failure.replace('\n', "\n  "));
        }
        holds &= failures.is_empty();
    }
    Ok(holds)
}

/// The databases to try, each of which must be there when it was asked for.
fn databases(wanted: Option<&str>) -> Result<Vec<&'static str>, String> {
    let Some(wanted) = wanted else {
        return Ok(drift::DATABASES.into_iter().filter(|name| available(name).is_ok()).collect());
    };
    let known = drift::DATABASES.into_iter().find(|name| *name == wanted);
    let known = known.ok_or_else(|| format!("{wanted} is none of {}", drift::DATABASES.join(", ")))?;
    available(known)?;
    Ok(vec![known])
}

fn drifts(database: Option<&str>, filter: &str, verbose: bool) -> Result<bool, String> {
    let mut holds = true;
    for name in databases(database)? {
        let sheet = Sheet::of(name)?;
        let mut tell = |outcome: &Outcome| {
            if verbose || !outcome.verdict.holds() {
                println!("{name}  {}", row(outcome, &sheet));
            }
        };
        let outcomes = drift::run(&sheet, name, filter, &mut tell)?;
        let wrong = outcomes.iter().filter(|outcome| !outcome.verdict.holds()).count();
        println!("{name}: {} facts, {wrong} of them not as they should be", outcomes.len());
        holds &= wrong == 0;
    }
    Ok(holds)
}

/// The time of day is as good a start as any, once it is said.
#[expect(clippy::disallowed_methods, reason = "a seed that nobody chose is the time of day, and is said")]
fn chosen(seed: Option<u64>) -> u64 {
    seed.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs()))
}

fn pairs(count: u64, seed: Option<u64>, database: Option<&str>) -> Result<bool, String> {
    let first = chosen(seed);
    println!("seeds {first} to {}", first + count - 1);
    let mut holds = true;
    for name in databases(database)? {
        let mut ways: BTreeMap<&str, u64> = BTreeMap::new();
        for seed in first..first + count {
            let word = match pairs::trial(seed, name) {
                Ok(Way::ThereAndBack) => "with rows there and back",
                Ok(Way::There) => "with rows there, refused on the way back",
                Ok(Way::Nowhere) => "refused for their rows, and proved without",
                Ok(Way::NoRows) => "without rows",
                Err(breach) => {
                    println!("{name}: seed {seed}: {}\n{:#?}", breach.how, breach.pair);
                    println!("again: cargo xtask rel pairs --database {name} --seed {seed} --count 1");
                    holds = false;
                    "BROKEN"
                }
            };
            *ways.entry(word).or_default() += 1;
        }
        let ways: Vec<String> = ways.iter().map(|(word, times)| format!("{times} {word}")).collect();
        println!("{name}: {count} pairs: {}", ways.join(", "));
    }
    Ok(holds)
}

/// One fact for people.
fn row(outcome: &Outcome, sheet: &Sheet) -> String {
    let expected = sheet.facts.iter().find(|fact| fact.name == outcome.name).map(|fact| &fact.expected);
    let expected = expected.map(|lines| lines.join("; ")).unwrap_or_default();
    let name = &outcome.name;
    match &outcome.verdict {
        Verdict::Noticed => format!("noticed     {name}: {expected}"),
        Verdict::LeftAlone(reason) => format!("left alone  {name}: {reason}"),
        Verdict::Missed(found) if found.is_empty() => format!("MISSED      {name}: {expected}"),
        Verdict::Missed(found) => {
            format!("OTHERWISE   {name}: {}\n    expected: {expected}", found.join("; "))
        }
        Verdict::Invalid(reason) => format!("INVALID     {name}: {reason}"),
        Verdict::Unplannable(reason) => format!("UNPLANNABLE {name}: {reason}"),
    }
}
