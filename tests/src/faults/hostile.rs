//! Hostile input: revision files with bytes changed at random, and failures of every kind with a password in
//! the URL, which no message may show.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use super::{Chance, Ground, Script, Tally};

/// How long reading one file may take.
const LONGEST: Duration = Duration::from_secs(1);

/// What bytes are replaced by, beside what is in the file already.
const SPLINTERS: [&str; 24] = [
    "\"",
    "\\",
    "\\u{202e}",
    "\u{1b}[31m",
    "\0",
    "\n",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "#",
    "r#\"",
    "'",
    "/*",
    "//",
    ";",
    "op.",
    "..",
    "-1",
    "99999999999999999999",
    "é",
    "🦀",
];

/// Reads mutants of revision files, which must not panic and not take long.
pub fn files(texts: &[String], count: u64, seed: u64) -> Tally {
    let mut tally = Tally::default();
    for seed in seed..seed + count {
        let mut chance = Chance::of(seed);
        let text = mutant(texts, &mut chance);
        let begun = Instant::now();
        let read = catch_unwind(AssertUnwindSafe(|| {
            ambix_revision::read_rust(Path::new("mutant.rs"), &text).map_err(|problems| problems.len())
        }));
        let took = begun.elapsed();
        match read {
            Err(_) => tally.fail(format!("seed {seed}: reading panicked\n{text}")),
            Ok(_) if took > LONGEST => {
                tally.fail(format!("seed {seed}: reading took {} ms\n{text}", took.as_millis()));
            }
            Ok(Err(0)) => tally.fail(format!("seed {seed}: refused without a word\n{text}")),
            Ok(Err(_)) => tally.count("refused"),
            Ok(Ok(_)) => tally.count("read"),
        }
    }
    tally
}

/// A text with a few places changed.
fn mutant(texts: &[String], chance: &mut Chance) -> String {
    let mut text: Vec<char> = pick(texts, chance).chars().collect();
    for _ in 0..=chance.below(6) {
        let at = below(text.len(), chance);
        match chance.below(5) {
            0 => {
                let end = (at + 1 + below(40, chance)).min(text.len());
                text.drain(at..end);
            }
            1 => {
                let end = (at + 1 + below(60, chance)).min(text.len());
                let again: Vec<char> = text[at..end].to_vec();
                let to = below(text.len(), chance);
                text.splice(to..to, again);
            }
            2 => {
                let other: Vec<char> = pick(texts, chance).chars().collect();
                let from = below(other.len(), chance);
                let end = (from + 1 + below(80, chance)).min(other.len());
                text.splice(at..at, other[from..end].iter().copied());
            }
            3 => {
                // Deeper than anybody writes.
                let deep = pick(&["(", "[", "-", "!", "Some("].map(str::to_owned), chance).repeat(2000);
                text.splice(at..at, deep.chars());
            }
            _splinter => {
                let splinter = SPLINTERS[below(SPLINTERS.len(), chance)];
                text.splice(at..at, splinter.chars());
            }
        }
    }
    text.into_iter().collect()
}

fn below(limit: usize, chance: &mut Chance) -> usize {
    let limit = u64::try_from(limit).unwrap_or(u64::MAX).max(1);
    usize::try_from(chance.below(limit)).unwrap_or_default()
}

fn pick<'a>(texts: &'a [String], chance: &mut Chance) -> &'a String {
    &texts[below(texts.len(), chance)]
}

/// Passwords as they stand in a URL, each with the canary in it.
const PASSWORDS: [&str; 12] = [
    "CANARY",
    "CANARY%40x",
    "x%3ACANARY",
    "CANARY%2Fx",
    "CANARY%25x",
    "CANARY%23x",
    "CANARY%3Fx",
    "CANARY%20x",
    "CANARY%27x",
    "CANARY%22x",
    "CANARY%5Cx",
    "CANARY!$&*;=,x",
];

/// What is in each of the passwords, and in nothing that ambix says by itself.
const CANARY: &str = "kanari7291";

/// The same with every byte percent-encoded.
const ENCODED: &str = "%6B%61%6E%61%72%69%37%32%39%31";

/// Runs that fail, each with every password; the canary must not be in anything that is said.
///
/// # Errors
/// When the ground cannot be prepared.
pub fn secrets(dialect: &'static str, binary: &Path) -> Result<Tally, String> {
    let mut tally = Tally::default();
    let body = format!("\n    op.execute(\"SELECT '{CANARY}' FROM no_such_table\");");
    let mut ground = Ground::new(dialect, &Script::new("a failure", [body]), binary)?;
    let (scheme, place) = ground.url().split_once("://").ok_or("the URL has no scheme")?;
    let (user, place) = place.split_once('@').ok_or("the URL names no user")?;
    let (server, database) = place.split_once('/').ok_or("the URL names no database")?;
    let (scheme, user, server, database) =
        (scheme.to_owned(), user.to_owned(), server.to_owned(), database.to_owned());
    for password in PASSWORDS {
        let password = password.replace("CANARY", CANARY);
        let account = format!("{user}:{password}");
        let urls = [
            ("as it is", format!("{scheme}://{account}@{server}/{database}")),
            ("no such user", format!("{scheme}://nobody_{account}@{server}/{database}")),
            ("no such database", format!("{scheme}://{account}@{server}/no_such_database")),
            ("nobody listens", format!("{scheme}://{account}@127.0.0.1:1/{database}")),
            ("no such host", format!("{scheme}://{account}@no-such-host.invalid/{database}")),
            ("no such scheme", format!("no{scheme}://{account}@{server}/{database}")),
            ("a parameter that means nothing", format!("{scheme}://{account}@{server}/{database}?nothing=1")),
            ("a port that is none", format!("{scheme}://{account}@127.0.0.1:port/{database}")),
        ];
        for (what, url) in &urls {
            for words in ["upgrade head", "-v check", "current --format json"] {
                let ran = ground.run(words, &[("DATABASE_URL", url)])?;
                if ran.said.contains(CANARY) || ran.said.to_uppercase().contains(ENCODED) {
                    tally.fail(format!("{dialect}, `{words}`, {what}, {password}:\n{}", ran.said));
                } else if matches!(ran.code, Some(0..=2)) {
                    tally.count("kept to itself");
                } else {
                    tally.fail(format!(
                        "{dialect}, `{words}`, {what}: exited with {:?}\n{}",
                        ran.code, ran.said
                    ));
                }
            }
        }
    }
    Ok(tally)
}
