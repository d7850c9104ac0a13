//! Readers in the way: a change that waits for one reader must not keep the others waiting for longer than
//! the lock timeout.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::kill::first;
use super::{Ground, Script, Tally};
use crate::live::Visitor;

/// How long a statement of the run may wait for a lock.
const LOCK_TIMEOUT: Duration = Duration::from_secs(1);

/// What a loaded machine may add.
const GRACE: Duration = Duration::from_millis(1500);

/// How long the reader in the way stays there: far longer than the others may wait.
const STAY: Duration = Duration::from_secs(4);

/// The longest that a reader waited, beside a run that waits for another reader.
///
/// # Errors
/// When the ground cannot be prepared.
pub fn block(
    dialect: &'static str,
    script: &Script,
    lock_timeout: Option<Duration>,
    binary: &Path,
) -> Result<(Duration, Ground), String> {
    let mut ground = Ground::new(dialect, script, binary)?;
    let seconds = lock_timeout.map_or(0, |limit| limit.as_secs());
    ground.write(
        "ambix.toml",
        &format!(
            "script_location = \"migrations\"\n[database]\ndialect = \"{dialect}\"\n\
             url = \"${{DATABASE_URL}}\"\nlock_timeout = \"{seconds}s\"\n"
        ),
    )?;
    ground.run(&first(), &[])?.done()?;
    let mut in_the_way = Visitor::at(ground.url())?;
    in_the_way.query("BEGIN")?;
    in_the_way.query("SELECT count(*) FROM accounts")?;

    let is_over = Arc::new(AtomicBool::new(false));
    let (seen, url) = (Arc::clone(&is_over), ground.url().to_owned());
    let reader = thread::spawn(move || longest_wait(&url, &seen));
    let run = ground.start("upgrade head", &[])?;
    thread::sleep(STAY);
    in_the_way.query("ROLLBACK")?;
    // Whether it gave up or tried again until the way was free is its own affair.
    run.end()?;
    is_over.store(true, Ordering::SeqCst);
    let waited = reader.join().map_err(|_| "a reader panicked")??;
    Ok((waited, ground))
}

/// Reads again and again; how long the slowest answer took.
fn longest_wait(url: &str, is_over: &AtomicBool) -> Result<Duration, String> {
    let mut reader = Visitor::at(url)?;
    let mut longest = Duration::ZERO;
    while !is_over.load(Ordering::SeqCst) {
        let asked = Instant::now();
        reader.query("SELECT count(*) FROM accounts")?;
        longest = longest.max(asked.elapsed());
        thread::sleep(Duration::from_millis(10));
    }
    Ok(longest)
}

/// Tries a script, and then that the next run gets there.
///
/// # Errors
/// When the ground cannot be prepared.
pub fn trial(
    dialect: &'static str,
    script: &Script,
    binary: &Path,
    tally: &mut Tally,
) -> Result<Duration, String> {
    let (waited, mut ground) = block(dialect, script, Some(LOCK_TIMEOUT), binary)?;
    let what = format!("{dialect}, {}", script.name);
    if waited > LOCK_TIMEOUT + GRACE {
        tally.fail(format!("{what}: a reader waited for {} ms", waited.as_millis()));
    } else {
        tally.count("readers kept going");
    }
    let next = ground.run("upgrade head", &[])?;
    if next.code != Some(0) {
        tally.fail(format!("{what}: the next run exited with {:?}\n{}", next.code, next.said));
    }
    Ok(waited)
}
