//! Fault points: places where a test makes the program die, and protections that a test switches off.
//!
//! Only with the feature `faults`, which no program that is shipped has. Without it [`point`] is nothing and
//! [`is_off`] is always false, so that nothing of this is left in the binary.
//!
//! `AMBIX_FAULT=name:n` aborts the process when the point `name` is passed for the `n`th time (the first
//! without `:n`), as a kill would: no destructor runs, and no connection says goodbye. `AMBIX_FAULT_TRACE=1`
//! writes `fault point: name` to stderr whenever one is passed, so that a test learns which there are, and
//! how often, in a run. `AMBIX_MUTANT=name` switches one protection off.
//!
//! The points, in the order in which a run passes them:
//!
//! | point | where |
//! |---|---|
//! | `locked` | the lock is held, nothing has been read |
//! | `tables` | the own tables are there |
//! | `planned` | what runs is decided, nothing has run |
//! | `begun` | the transaction of a revision is open |
//! | `statement` | before each statement inside a transaction |
//! | `statement_done` | after each statement inside a transaction |
//! | `journal_written` | what runs alone is marked as started, not committed yet |
//! | `started` | the mark is committed, the statement is not sent yet |
//! | `alone_done` | the statement that runs alone has run, and is not marked as done |
//! | `marked` | the mark is written, not committed yet |
//! | `done` | the mark is committed |
//! | `version_written` | the version row and the history are written, not committed yet (on PostgreSQL mostly one message with the commit) |
//! | `committing` | right before the commit of a revision |
//! | `committed` | the revision is committed |
//! | `leaving` | before each statement that takes the own tables away at base |
//! | `recovered` | what an earlier run left open is decided upon |
//! | `repaired` | an invalid index that an earlier run left is dropped |
//!
//! The protections:
//!
//! | name | without it |
//! |---|---|
//! | `no_lock` | a run takes no lock |
//! | `no_journal` | what runs alone is not journalled |
//! | `journal_after` | the mark `started` is written after the statement instead of before it |
//! | `checksum_ignored` | an edited revision is not noticed |
//! | `no_fence` | a statement of a killed run that still works is not waited for |
//! | `invalid_index_trusted` | an index that is there counts, valid or not |
//! | `version_row_outside` | the version row is written in a transaction of its own |
//! | `quotes_not_doubled` | a quote in a name is not doubled |
//! | `pragma_inside` | SQLite's foreign keys are switched off inside the transaction, where that does nothing |
//! | `heads_not_read_again` | the heads are not read again in the transaction of a revision |
//! | `protected_ignored` | protected objects are not protected while revisions run |
//! | `loss_not_counted` | a downgrade does not look at what it would destroy |
//! | `secrets_not_scrubbed` | a password stays in a message |

/// A point where a test can make the program die.
#[cfg(not(feature = "faults"))]
#[inline]
pub fn point(_name: &'static str) {}

/// Whether a protection is switched off.
#[cfg(not(feature = "faults"))]
#[inline]
pub const fn is_off(_name: &'static str) -> bool {
    false
}

/// Hands the switches of other crates on.
#[cfg(not(feature = "faults"))]
#[inline]
pub(crate) fn arm() {}

#[cfg(feature = "faults")]
pub(crate) use armed::arm;
#[cfg(feature = "faults")]
pub use armed::{is_off, point};

#[cfg(feature = "faults")]
#[expect(clippy::disallowed_methods, reason = "a test says through the environment where a run is to die")]
mod armed {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// Where to die, and at which of the passes.
    static FAULT: OnceLock<Option<(String, u64)>> = OnceLock::new();
    static PASSED: AtomicU64 = AtomicU64::new(0);
    static MUTANT: OnceLock<Option<String>> = OnceLock::new();

    /// A point where a test can make the program die.
    pub fn point(name: &'static str) {
        if std::env::var("AMBIX_FAULT_TRACE").is_ok() {
            let mut stderr = std::io::stderr();
            drop(std::io::Write::write_all(&mut stderr, format!("fault point: {name}\n").as_bytes()));
        }
        let fault = FAULT.get_or_init(|| {
            let said = std::env::var("AMBIX_FAULT").ok()?;
            let (name, number) = said.split_once(':').unwrap_or((&said, "1"));
            Some((name.to_owned(), number.parse().ok()?))
        });
        if let Some((wanted, number)) = fault
            && wanted == name
            && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == *number
        {
            match std::env::var_os("AMBIX_FAULT_HOLD") {
                Some(path) => hold(std::path::Path::new(&path)),
                None => std::process::abort(),
            }
        }
    }

    /// Stands still for as long as the file is there that says so: what is done meanwhile is done to the server.
    fn hold(path: &std::path::Path) {
        const LONGEST: std::time::Duration = std::time::Duration::from_mins(1);
        let begun = std::time::Instant::now();
        let is_there = std::fs::write(path, b"held").is_ok();
        while is_there && path.exists() && begun.elapsed() < LONGEST {
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    }

    /// Hands the switches of other crates on.
    pub(crate) fn arm() {
        ambix_dialect::QUOTES_ARE_NOT_DOUBLED.store(is_off("quotes_not_doubled"), Ordering::Relaxed);
    }

    /// Whether a protection is switched off.
    pub fn is_off(name: &'static str) -> bool {
        MUTANT.get_or_init(|| std::env::var("AMBIX_MUTANT").ok()).as_deref() == Some(name)
    }
}
