//! The laws, on generated schemas: the pure ones for every dialect, the live ones on real databases.
//!
//! What is drawn depends on the seed alone; a failure names it, and `AMBIX_LAW_SEED` and
//! `AMBIX_LAW_CASES` set another seed or more cases.

use ambix_dialect::{Canonical, Dialect, dialect, normalize};
use ambix_tests::generate::{SchemaRecipe, schema};
use ambix_tests::law::{self, Broken};
use ambix_tests::live::{DIALECTS, available};
use ambix_tests::pairs;
use libtest_mimic::{Arguments, Failed, Trial};
use proptest::prelude::any;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// Cases of each pure law and dialect.
const PURE: u32 = 300;
/// Pairs of each dialect that become files in SQL.
const FILES: u32 = 40;
/// Schemas read back from `SQLite`.
const LIVE_SQLITE: u32 = 100;
/// Schemas read back from each database with a server.
const LIVE_SERVER: u32 = 25;
/// Pairs on `SQLite` that are led from the one to the other and back, with rows in them.
const PAIRS_SQLITE: u64 = 200;
/// The same on each database with a server; `cargo xtask rel pairs` tries more.
const PAIRS_SERVER: u64 = 25;

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for name in DIALECTS {
        trials.extend(pure_laws(name));
        trials.extend(live_laws(name));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

type PairLaw = fn(&Canonical, &Canonical, &dyn Dialect) -> Result<(), Broken>;

fn pure_laws(name: &'static str) -> Vec<Trial> {
    let pairs: [(&str, PairLaw); 4] = [
        ("silence", |a, _, _| law::silence(a)),
        ("reach", law::reach),
        ("return", law::way_back),
        ("sameness", law::sameness),
    ];
    let mut trials: Vec<Trial> = pairs
        .into_iter()
        .map(|(law_name, law)| {
            Trial::test(format!("{law_name}::{name}"), move || {
                let dialect = dialect(name, None, None)?;
                let dialect = dialect.as_ref();
                hold(PURE, (schema(), schema()), |(a, b)| {
                    law(&canonical(&a, dialect), &canonical(&b, dialect), dialect)
                })
            })
        })
        .collect();
    trials.push(Trial::test(format!("idempotence::{name}"), move || {
        let dialect = dialect(name, None, None)?;
        hold(PURE, schema(), |a| law::idempotence(&a.build(dialect.as_ref()), dialect.as_ref()))
    }));
    trials.push(Trial::test(format!("legibility::{name}"), move || {
        let dialect = dialect(name, None, None)?;
        let dialect = dialect.as_ref();
        let slips = proptest::collection::vec(any::<(u16, u8)>(), 0..8);
        hold(FILES, (schema(), schema(), any::<String>(), slips), |(a, b, text, slips)| {
            law::legibility(&canonical(&a, dialect), &canonical(&b, dialect), dialect, &text, &slips)
        })
    }));
    trials
}

fn live_laws(name: &'static str) -> Vec<Trial> {
    let cases = if name == "sqlite" { LIVE_SQLITE } else { LIVE_SERVER };
    let is_missing = available(name).is_err();
    let fidelity = move || {
        let dialect = dialect(name, None, None)?;
        hold(cases, schema(), |a| law::fidelity(&canonical(&a, dialect.as_ref()), name))
    };
    let pairs = if name == "sqlite" { PAIRS_SQLITE } else { PAIRS_SERVER };
    let proof = move || {
        let first = number("AMBIX_LAW_SEED").unwrap_or(1);
        for seed in first..first + number("AMBIX_LAW_CASES").unwrap_or(pairs) {
            pairs::trial(seed, name).map_err(|breach| {
                let again = format!("cargo xtask rel pairs --database {name} --seed {seed} --count 1");
                format!("{again}\n{}\n{:#?}", breach.how, breach.pair)
            })?;
        }
        Ok(())
    };
    vec![
        Trial::test(format!("fidelity::{name}"), fidelity).with_ignored_flag(is_missing),
        Trial::test(format!("proof::{name}"), proof).with_ignored_flag(is_missing),
    ]
}

fn canonical(recipe: &SchemaRecipe, dialect: &dyn Dialect) -> Canonical {
    normalize(recipe.build(dialect), dialect)
}

/// Holds a law against so many draws; what breaks it is shrunk before it is shown.
fn hold<S: Strategy>(
    cases: u32,
    strategy: S,
    law: impl Fn(S::Value) -> Result<(), Broken>,
) -> Result<(), Failed> {
    let seed = number("AMBIX_LAW_SEED").unwrap_or(1);
    let cases = number("AMBIX_LAW_CASES").map_or(cases, |cases| u32::try_from(cases).unwrap_or(u32::MAX));
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 400, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    runner
        .run(&strategy, |drawn| law(drawn).map_err(TestCaseError::fail))
        .map_err(|error| Failed::from(format!("AMBIX_LAW_SEED={seed}: {error}")))
}

fn number(variable: &str) -> Option<u64> {
    std::env::var_os(variable)?.to_str()?.parse().ok()
}
