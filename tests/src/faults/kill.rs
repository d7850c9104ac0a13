//! Killed runs: at every point that a run passes, and at any time. What is left is taken up by the next one.

use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{Chance, Ground, Script, State, Tally};

/// A run of a script that nothing disturbs: the points it passes, how long it takes, and where it leads.
pub struct Undisturbed {
    /// Each pass of a point, as `AMBIX_FAULT` takes it.
    pub points: Vec<String>,
    wanted: State,
    took: Duration,
}

impl Undisturbed {
    /// How long it takes, in microseconds, and never nothing.
    pub(super) fn longest(&self) -> u64 {
        u64::try_from(self.took.as_micros()).unwrap_or(u64::MAX).max(1000)
    }
}

/// Runs a script without disturbing it.
///
/// # Errors
/// When the run fails, or passes no points.
pub fn undisturbed(
    dialect: &'static str,
    script: &Script,
    variables: &[(&str, &str)],
    binary: &Path,
) -> Result<Undisturbed, String> {
    let mut ground = Ground::new(dialect, script, binary)?;
    ground.run(&first(), variables)?.done()?;
    let begun = Instant::now();
    let ran = ground.run("upgrade head", &[&[("AMBIX_FAULT_TRACE", "1")], variables].concat())?.done();
    let ran = ran.map_err(|error| format!("{dialect}, {}: {error}", script.name))?;
    let took = begun.elapsed();
    let mut points: Vec<String> = Vec::new();
    for name in ran.said.lines().filter_map(|line| line.strip_prefix("fault point: ")) {
        let before = points.iter().filter(|point| point.split(':').next() == Some(name)).count();
        points.push(format!("{name}:{}", before + 1));
    }
    if points.is_empty() {
        return Err("the binary has no fault points; `cargo xtask rel` builds one that has".into());
    }
    Ok(Undisturbed { points, wanted: ground.state()?, took })
}

/// Up to the revision that makes the tables, which is led to without a disturbance.
pub(super) fn first() -> String {
    format!("upgrade {}", Script::id(0))
}

/// Kills a run where it passes a point, and lets the next one go on.
///
/// # Errors
/// When the ground cannot be prepared.
pub fn at_point(
    dialect: &'static str,
    script: &Script,
    known: &Undisturbed,
    point: &str,
    variables: &[(&str, &str)],
    binary: &Path,
    tally: &mut Tally,
) -> Result<(), String> {
    let what = format!("{dialect}, {}, killed at {point}", script.name);
    let mut ground = Ground::new(dialect, script, binary)?;
    ground.run(&first(), variables)?.done()?;
    let fault = [&[("AMBIX_FAULT", point)], variables].concat();
    let killed = ground.run("upgrade head", &fault)?;
    if killed.code.is_some() {
        tally.fail(format!("{what}: it went on and exited with {:?}\n{}", killed.code, killed.said));
        return Ok(());
    }
    go_on(&mut ground, known, variables, &what, tally)
}

/// Kills a run at a time that the seed says.
///
/// # Errors
/// When the ground cannot be prepared.
pub fn at_random(
    dialect: &'static str,
    script: &Script,
    known: &Undisturbed,
    seed: u64,
    binary: &Path,
    tally: &mut Tally,
) -> Result<(), String> {
    let mut ground = Ground::new(dialect, script, binary)?;
    ground.run(&first(), &[])?.done()?;
    let after = Duration::from_micros(Chance::of(seed).below(known.longest()));
    let run = ground.start("upgrade head", &[])?;
    sleep(after);
    let killed = run.kill()?;
    tally.count(if killed.code.is_some() { "over before the kill" } else { "killed at random" });
    let what = format!("{dialect}, {}, killed after {} us, seed {seed}", script.name, after.as_micros());
    go_on(&mut ground, known, &[], &what, tally)
}

/// The next run, and what it must have led to.
pub(super) fn go_on(
    ground: &mut Ground,
    known: &Undisturbed,
    variables: &[(&str, &str)],
    what: &str,
    tally: &mut Tally,
) -> Result<(), String> {
    let next = ground.run("upgrade head", variables)?;
    if next.code != Some(0) {
        tally.fail(format!("{what}: the next run exited with {:?}\n{}", next.code, next.said));
        return Ok(());
    }
    match ground.state()?.against(&known.wanted) {
        Some(wrong) => tally.fail(format!("{what}: it is not what an undisturbed run leads to\n{wrong}")),
        None => tally.count("taken up"),
    }
    let again = ground.run("upgrade head", variables)?;
    if again.code != Some(0) {
        tally.fail(format!("{what}: a run with nothing to do exited with {:?}\n{}", again.code, again.said));
    }
    Ok(())
}
