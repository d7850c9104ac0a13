//! Killed servers: while a run stands at a point that it passes, and at any time. The server starts again over what
//! it wrote down, and the next run goes on.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use xtask::servers::Durable;

use super::kill::{Undisturbed, first, go_on};
use super::{Chance, Ground, Ran, Script, Tally};
use crate::live::Live;

/// How long a server may take to come back by itself.
const PATIENCE: Duration = Duration::from_mins(1);

/// What is killed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Victim {
    /// The whole server, which is started again.
    Server,
    /// The one process that serves the run; the server then begins anew by itself (`PostgreSQL`).
    Backend,
}

impl Victim {
    fn word(self) -> &'static str {
        match self {
            Self::Server => "the server",
            Self::Backend => "a backend",
        }
    }
}

/// A run that is disturbed.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The database.
    pub dialect: &'static str,
    /// The revisions.
    pub script: &'a Script,
    /// What an undisturbed run of them is like.
    pub known: &'a Undisturbed,
    /// The binary with fault points.
    pub binary: &'a Path,
}

/// Kills what a run talks to while it stands at a point.
///
/// # Errors
/// When the ground cannot be prepared, or the server does not come back.
pub fn at_point(
    subject: Subject<'_>,
    server: &mut Durable,
    victim: Victim,
    point: &str,
    tally: &mut Tally,
) -> Result<(), String> {
    let Subject { dialect, script, known, binary: _ } = subject;
    let what = format!("{dialect}, {}, {} killed at {point}", script.name, victim.word());
    let mut ground = ground(subject, server)?;
    let sign = ground.folder().join("held");
    let path = sign.display().to_string();
    let mut run = ground.start("upgrade head", &[("AMBIX_FAULT", point), ("AMBIX_FAULT_HOLD", &path)])?;
    run.until(&sign)?;
    strike(server, victim, &mut ground)?;
    // Where the run was over before the point, there is no such file.
    drop(std::fs::remove_file(&sign));
    let ran = run.end()?;
    judge(&ran, &what, tally);
    ground.live().reconnect()?;
    go_on(&mut ground, known, &[], &what, tally)
}

/// Kills the server at a time that the seed says.
///
/// # Errors
/// When the ground cannot be prepared, or the server does not come back.
pub fn at_random(
    subject: Subject<'_>,
    server: &mut Durable,
    seed: u64,
    tally: &mut Tally,
) -> Result<(), String> {
    let Subject { dialect, script, known, binary: _ } = subject;
    let mut ground = ground(subject, server)?;
    let after = Duration::from_micros(Chance::of(seed).below(known.longest()));
    let run = ground.start("upgrade head", &[])?;
    sleep(after);
    strike(server, Victim::Server, &mut ground)?;
    let what =
        format!("{dialect}, {}, the server killed after {} us, seed {seed}", script.name, after.as_micros());
    let ran = run.end()?;
    judge(&ran, &what, tally);
    ground.live().reconnect()?;
    go_on(&mut ground, known, &[], &what, tally)
}

fn ground(subject: Subject<'_>, server: &Durable) -> Result<Ground, String> {
    let Subject { dialect, script, known: _, binary } = subject;
    let live = Live::on(Some(&server.url()), dialect, &[])?;
    let mut ground = Ground::with(live, dialect, script, binary)?;
    ground.run(&first(), &[])?.done()?;
    Ok(ground)
}

fn strike(server: &mut Durable, victim: Victim, ground: &mut Ground) -> Result<(), String> {
    match victim {
        Victim::Server => {
            server.kill()?;
            server.restart()
        }
        Victim::Backend => {
            let others = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() \
                          AND backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY backend_start";
            let found = ground.live().query(others)?;
            let pids: Vec<String> = found.into_iter().flatten().flatten().collect();
            // The run may be over already.
            let Some(pid) = pids.last() else { return Ok(()) };
            let killed = Command::new("kill").args(["-9", pid]).stderr(Stdio::null()).status();
            killed.map_err(|error| format!("could not run kill: {error}"))?;
            back_again(ground)
        }
    }
}

/// A server that lost a backend throws everybody out and begins anew.
fn back_again(ground: &mut Ground) -> Result<(), String> {
    let begun = Instant::now();
    let has_lost_session = |ground: &mut Ground| ground.live().query("SELECT 1").is_err();
    while !has_lost_session(ground) && begun.elapsed() < Duration::from_secs(5) {
        sleep(Duration::from_millis(5));
    }
    while let Err(reason) = ground.live().reconnect() {
        if begun.elapsed() > PATIENCE {
            return Err(format!("the server does not come back: {reason}"));
        }
        sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// A run that loses its server says so, and takes it for no bug of its own.
fn judge(ran: &Ran, what: &str, tally: &mut Tally) {
    match ran.code {
        Some(0) => tally.count("over before the kill"),
        Some(2) if ran.said.contains("error: ") => tally.count("said that it lost the server"),
        code => tally.fail(format!("{what}: it exited with {code:?}\n{}", ran.said)),
    }
}
