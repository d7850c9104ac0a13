//! Cut connections: after any byte in either direction, and with the answer to a COMMIT swallowed.

use std::path::Path;

use super::kill::{Undisturbed, first, go_on};
use super::proxy::{Cut, Proxy, server_of};
use super::{Chance, Ground, Script, Tally};

/// What passes between a run of a script and the server.
pub struct Traffic {
    to_server: u64,
    to_client: u64,
    commits: u64,
}

/// Measures the traffic of a run that nothing cuts.
///
/// # Errors
/// When the run fails.
pub fn traffic(dialect: &'static str, script: &Script, binary: &Path) -> Result<Traffic, String> {
    let mut ground = Ground::new(dialect, script, binary)?;
    ground.run(&first(), &[])?.done()?;
    let proxy = Proxy::to(server_of(ground.url())?, Cut::Never)?;
    let url = proxy.url(ground.url())?;
    ground.run("upgrade head", &[("DATABASE_URL", &url)])?.done()?;
    let (to_server, to_client, commits) = proxy.passed();
    Ok(Traffic { to_server, to_client, commits })
}

/// Cuts one connection of a run where the seed says, and lets the next run go on over a whole one.
///
/// # Errors
/// When the ground cannot be prepared.
pub fn cut(
    dialect: &'static str,
    script: &Script,
    known: &Undisturbed,
    traffic: &Traffic,
    seed: u64,
    binary: &Path,
    tally: &mut Tally,
) -> Result<(), String> {
    let mut chance = Chance::of(seed);
    let cut = match chance.below(3) {
        0 => Cut::ToServer(1 + chance.below(traffic.to_server.max(1))),
        1 => Cut::ToClient(1 + chance.below(traffic.to_client.max(1))),
        _commit => Cut::AnswerToCommit(1 + chance.below(traffic.commits.max(1))),
    };
    let what = format!("{dialect}, {}, cut {cut:?}, seed {seed}", script.name);
    let mut ground = Ground::new(dialect, script, binary)?;
    ground.run(&first(), &[])?.done()?;
    let proxy = Proxy::to(server_of(ground.url())?, cut)?;
    let url = proxy.url(ground.url())?;
    let ran = ground.run("upgrade head", &[("DATABASE_URL", &url)])?;
    match ran.code {
        Some(0) => tally.count("not noticed, or done already"),
        Some(2) => tally.count("cut"),
        code => tally.fail(format!("{what}: exited with {code:?}\n{}", ran.said)),
    }
    go_on(&mut ground, known, &[], &what, tally)
}
