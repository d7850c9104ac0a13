//! A slice of what production does to a run, on every database; `cargo xtask rel` tries far more of it.

use std::path::PathBuf;

use ambix_tests::faults::crash::{Subject, Victim};
use ambix_tests::faults::{
    Script, Tally, block, crash, cut, faulty_binary, hostile, kill, race, revision_texts, scripts,
};
use ambix_tests::live::{DIALECTS, available};
use ambix_tests::story::binary;
use libtest_mimic::{Arguments, Failed, Trial};
use xtask::servers::Durable;

/// What is tried on one database.
type Slice = fn(&'static str) -> Result<(), Failed>;

fn main() {
    let arguments = Arguments::from_args();
    let everywhere: [(&str, Slice); 2] = [("race", many_at_once), ("kill", killed)];
    let on_servers: [(&str, Slice); 2] = [("cut", cut_off), ("block", in_the_way)];
    let started_here: [(&str, Slice); 1] = [("crash", crashed)];
    let mut trials = Vec::new();
    for dialect in DIALECTS {
        let slices = everywhere
            .iter()
            .chain(on_servers.iter().filter(|_| dialect != "sqlite"))
            .chain(started_here.iter().filter(|_| matches!(dialect, "postgres" | "mariadb")));
        for &(name, slice) in slices {
            let is_missing = available(dialect).is_err() || binary().is_none() || faulty_binary().is_none();
            let trial = Trial::test(format!("faults::{name}::{dialect}"), move || slice(dialect));
            trials.push(trial.with_ignored_flag(is_missing));
        }
    }
    let is_missing = available("postgres").is_err() || faulty_binary().is_none();
    trials.push(Trial::test("faults::kill::a_value_of_an_enum", added).with_ignored_flag(is_missing));
    trials.push(Trial::test("faults::hostile::files", changed_files));
    libtest_mimic::run(&arguments, trials).exit();
}

fn plain() -> Result<PathBuf, String> {
    binary().ok_or_else(|| "the binary is gone".into())
}

fn faulty() -> Result<PathBuf, String> {
    faulty_binary().ok_or_else(|| "the binary with fault points is gone".into())
}

fn named(dialect: &str, name: &str) -> Result<Script, String> {
    scripts(dialect).into_iter().find(|script| script.name == name).ok_or_else(|| format!("no script {name}"))
}

fn many_at_once(dialect: &'static str) -> Result<(), Failed> {
    Ok(race::race(dialect, 4, None, &plain()?)?.settled().map(drop)?)
}

/// Three points of the script that mixes rows and columns, from one end to the other.
fn killed(dialect: &'static str) -> Result<(), Failed> {
    let (script, binary) = (named(dialect, "rows around a column")?, faulty()?);
    let known = kill::undisturbed(dialect, &script, &[], &binary)?;
    let mut tally = Tally::default();
    for point in known.points.iter().step_by(known.points.len().div_ceil(3).max(1)) {
        kill::at_point(dialect, &script, &known, point, &[], &binary, &mut tally)?;
    }
    Ok(tally.settled().map(drop)?)
}

/// Killed behind a statement that runs alone, and that no relation shows.
fn added() -> Result<(), Failed> {
    let (dialect, script, binary) = ("postgres", named("postgres", "an enum")?, faulty()?);
    let known = kill::undisturbed(dialect, &script, &[], &binary)?;
    let mut tally = Tally::default();
    for point in
        known.points.iter().filter(|point| point.starts_with("alone_done") || point.starts_with("started"))
    {
        kill::at_point(dialect, &script, &known, point, &[], &binary, &mut tally)?;
    }
    Ok(tally.settled().map(drop)?)
}

/// A server of its own, killed while the run stands behind a statement, and at a time by chance.
fn crashed(dialect: &'static str) -> Result<(), Failed> {
    let (script, binary) = (named(dialect, "rows around a column")?, faulty()?);
    let known = kill::undisturbed(dialect, &script, &[], &binary)?;
    let subject = Subject { dialect, script: &script, known: &known, binary: &binary };
    let mut server = Durable::start(dialect)?;
    let mut tally = Tally::default();
    let middle = known.points.get(known.points.len() / 2).ok_or("the run passes no point")?;
    crash::at_point(subject, &mut server, Victim::Server, middle, &mut tally)?;
    crash::at_random(subject, &mut server, 1, &mut tally)?;
    Ok(tally.settled().map(drop)?)
}

fn changed_files() -> Result<(), Failed> {
    Ok(hostile::files(&revision_texts()?, 200, 1).settled().map(drop)?)
}

fn cut_off(dialect: &'static str) -> Result<(), Failed> {
    let (script, binary) = (named(dialect, "rows around a column")?, faulty()?);
    let known = kill::undisturbed(dialect, &script, &[], &binary)?;
    let traffic = cut::traffic(dialect, &script, &binary)?;
    let mut tally = Tally::default();
    for seed in 1..3 {
        cut::cut(dialect, &script, &known, &traffic, seed, &binary, &mut tally)?;
    }
    Ok(tally.settled().map(drop)?)
}

fn in_the_way(dialect: &'static str) -> Result<(), Failed> {
    let mut tally = Tally::default();
    block::trial(dialect, &named(dialect, "a column")?, &plain()?, &mut tally)?;
    Ok(tally.settled().map(drop)?)
}
