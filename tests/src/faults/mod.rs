//! What production does to a run, done on purpose: many runs at once, killed runs, cut connections, readers
//! in the way. Afterwards `upgrade head` must get there without a hand's help, and the database must be what
//! an undisturbed one is.
//!
//! `cargo xtask rel` tries as many as it is told; the suite tries a few of each.

pub mod block;
pub mod crash;
pub mod cut;
mod ground;
pub mod hostile;
pub mod kill;
pub mod mutants;
mod proxy;
pub mod race;
mod scripts;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use ground::{Ground, Ran, State};
pub use scripts::{Script, scripts};

/// The binary that was built with fault points; `cargo xtask` builds it and says so.
pub const FAULTS_BIN: &str = "AMBIX_FAULTS_BIN";

/// The binary with fault points, if there is one.
pub fn faulty_binary() -> Option<PathBuf> {
    std::env::var_os(FAULTS_BIN).map(PathBuf::from)
}

/// The texts of revision files that use all there is.
///
/// # Errors
/// When they cannot be read.
pub fn revision_texts() -> Result<Vec<String>, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/revisions");
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(failed)? {
        paths.push(entry.map_err(failed)?.path());
    }
    paths.sort();
    let texts = paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    texts
        .map(|path| {
            std::fs::read(path).map(|text| String::from_utf8_lossy(&text).into_owned()).map_err(failed)
        })
        .collect()
}

/// What came of a number of trials.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// How often each thing happened.
    pub counts: BTreeMap<String, u64>,
    /// What must not be, one entry each.
    pub failures: Vec<String>,
}

impl Tally {
    /// Counts one more.
    pub fn count(&mut self, what: impl Into<String>) {
        *self.counts.entry(what.into()).or_default() += 1;
    }

    /// Counts a failure and keeps what is wrong.
    pub fn fail(&mut self, what: impl Into<String>) {
        self.count("FAILED");
        self.failures.push(what.into());
    }

    /// The counts in one line.
    pub fn line(&self) -> String {
        let counts: Vec<String> = self.counts.iter().map(|(what, times)| format!("{times} {what}")).collect();
        if counts.is_empty() { "nothing tried".into() } else { counts.join(", ") }
    }

    /// An error with every failure, if there is one.
    ///
    /// # Errors
    /// All failures as one text.
    pub fn settled(self) -> Result<Self, String> {
        if self.failures.is_empty() { Ok(self) } else { Err(self.failures.join("\n\n")) }
    }
}

/// Numbers that look random and are the same for the same seed.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// From a seed.
    pub fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number below a limit, which must not be zero.
    pub fn below(&mut self, limit: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}
