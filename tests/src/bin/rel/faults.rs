//! The trials of what production does to a run: each prints what it counted, and every failure in full.

use std::path::PathBuf;

use ambix_tests::faults::crash::{self, Subject, Victim};
use ambix_tests::faults::{
    Chance, FAULTS_BIN, Script, Tally, block, cut, faulty_binary, hostile, kill, mutants, race,
    revision_texts, scripts,
};
use ambix_tests::live::{available, pooler_url};
use ambix_tests::story::binary;
use xtask::servers::Durable;

fn plain() -> Result<PathBuf, String> {
    binary().ok_or_else(|| "the ambix binary is not built; use `cargo xtask rel`".into())
}

fn faulty() -> Result<PathBuf, String> {
    faulty_binary().ok_or_else(|| format!("{FAULTS_BIN} is not set; `cargo xtask rel` builds that binary"))
}

/// Says what came of it, and whether all of it was well.
fn told(what: &str, tally: &Tally) -> bool {
    for failure in &tally.failures {
        println!("{failure}\n");
    }
    println!("{what}: {}", tally.line());
    tally.failures.is_empty()
}

fn add(sum: &mut Tally, more: Tally) {
    for (what, times) in more.counts {
        *sum.counts.entry(what).or_default() += times;
    }
    sum.failures.extend(more.failures);
}

/// So many rounds of each number of runs at once.
pub(crate) fn races(databases: &[&'static str], rounds: u64, runners: &[usize]) -> Result<bool, String> {
    let binary = plain()?;
    let mut holds = true;
    for &name in databases {
        for &runners in runners {
            let mut sum = Tally::default();
            for _ in 0..rounds {
                add(&mut sum, race::race(name, runners, None, &binary)?);
            }
            holds &= told(&format!("{name}, {rounds} rounds of {runners} at once"), &sum);
        }
    }
    if !databases.contains(&"postgres") {
        return Ok(holds);
    }
    let Ok(pooler) = pooler_url() else {
        println!("postgres behind a pooler: left out, because pgbouncer is not installed");
        return Ok(holds);
    };
    for &runners in runners {
        let mut sum = Tally::default();
        for _ in 0..rounds {
            let through = |url: &str| through_pooler(&pooler, url);
            add(&mut sum, race::race("postgres", runners, Some(&through), &binary)?);
        }
        holds &= told(&format!("postgres behind a pooler, {rounds} rounds of {runners} at once"), &sum);
    }
    Ok(holds)
}

/// The same database by way of the pooler.
fn through_pooler(pooler: &str, url: &str) -> String {
    let database = url.rsplit('/').next().unwrap_or_default();
    format!("{pooler}/{database}")
}

/// Every script, killed at every point that a run of it passes, and so many times at random.
pub(crate) fn kills(databases: &[&'static str], count: u64, seed: u64) -> Result<bool, String> {
    let binary = faulty()?;
    let mut holds = true;
    println!("seeds {seed} to {}", seed + count.max(1) - 1);
    for &name in databases {
        let scripts = scripts(name);
        let known: Vec<kill::Undisturbed> = scripts
            .iter()
            .map(|script| kill::undisturbed(name, script, &[], &binary))
            .collect::<Result<_, _>>()?;
        let mut sum = Tally::default();
        let mut points = 0;
        for (script, known) in scripts.iter().zip(&known) {
            for point in &known.points {
                points += 1;
                kill::at_point(name, script, known, point, &[], &binary, &mut sum)?;
            }
        }
        holds &= told(&format!("{name}, {} scripts killed at {points} points", scripts.len()), &sum);
        let mut sum = Tally::default();
        for (seed, (script, known)) in (seed..seed + count).zip(scripts.iter().zip(&known).cycle()) {
            kill::at_random(name, script, known, seed, &binary, &mut sum)?;
        }
        holds &= told(&format!("{name}, {count} kills at random"), &sum);
    }
    Ok(holds)
}

/// So many killed servers of each sort: at points, the one process that serves a run, and at random.
pub(crate) fn crashes(databases: &[&'static str], count: u64, seed: u64) -> Result<bool, String> {
    let binary = faulty()?;
    let mut holds = true;
    println!("seeds {seed} to {}", seed + count.max(1) - 1);
    for &name in databases.iter().filter(|name| matches!(**name, "postgres" | "mariadb")) {
        let scripts = scripts(name);
        let mut known = Vec::new();
        for script in &scripts {
            known.push((script, kill::undisturbed(name, script, &[], &binary)?));
        }
        let points: Vec<_> = known
            .iter()
            .flat_map(|(script, undisturbed)| {
                undisturbed.points.iter().map(move |it| (*script, undisturbed, it))
            })
            .collect();
        let victims: &[Victim] =
            if name == "postgres" { &[Victim::Server, Victim::Backend] } else { &[Victim::Server] };
        let mut server = Durable::start(name)?;
        for &victim in victims {
            let mut sum = Tally::default();
            for seed in seed..seed + count {
                let number = Chance::of(seed).below(u64::try_from(points.len()).unwrap_or(1).max(1));
                let Some((script, known, point)) = usize::try_from(number).ok().and_then(|it| points.get(it))
                else {
                    return Err("no run passes a point".into());
                };
                let subject = Subject { dialect: name, script, known, binary: &binary };
                crash::at_point(subject, &mut server, victim, point, &mut sum)?;
            }
            holds &= told(&format!("{name}, {count} of {} points, {victim:?} killed", points.len()), &sum);
        }
        let mut sum = Tally::default();
        for (seed, (script, known)) in (seed..seed + count).zip(known.iter().cycle()) {
            let subject = Subject { dialect: name, script, known, binary: &binary };
            crash::at_random(subject, &mut server, seed, &mut sum)?;
        }
        holds &= told(&format!("{name}, {count} servers killed at random"), &sum);
    }
    Ok(holds)
}

/// So many cut connections.
pub(crate) fn cuts(databases: &[&'static str], count: u64, seed: u64) -> Result<bool, String> {
    let binary = faulty()?;
    let mut holds = true;
    println!("seeds {seed} to {}", seed + count.max(1) - 1);
    for &name in databases.iter().filter(|name| **name != "sqlite") {
        let scripts = scripts(name);
        let mut known = Vec::new();
        for script in &scripts {
            let undisturbed = kill::undisturbed(name, script, &[], &binary)?;
            known.push((script, undisturbed, cut::traffic(name, script, &binary)?));
        }
        let mut sum = Tally::default();
        for (seed, (script, undisturbed, traffic)) in (seed..seed + count).zip(known.iter().cycle()) {
            cut::cut(name, script, undisturbed, traffic, seed, &binary, &mut sum)?;
        }
        holds &= told(&format!("{name}, {count} cuts"), &sum);
    }
    Ok(holds)
}

/// A reader in the way of every script that alters a table.
pub(crate) fn blocks(databases: &[&'static str]) -> Result<bool, String> {
    let binary = plain()?;
    let mut holds = true;
    for &name in databases.iter().filter(|name| **name != "sqlite") {
        let alters = ["a column", "constraints", "a type", "drops"];
        let scripts: Vec<Script> =
            scripts(name).into_iter().filter(|script| alters.contains(&script.name)).collect();
        let mut sum = Tally::default();
        for script in &scripts {
            let waited = block::trial(name, script, &binary, &mut sum)?;
            println!("{name}, {}: the slowest reader waited for {} ms", script.name, waited.as_millis());
        }
        let (waited, _) = block::block(name, &scripts[0], None, &binary)?;
        println!("{name}, without a limit: the slowest reader waited for {} ms", waited.as_millis());
        holds &= told(&format!("{name}, {} scripts with a reader in the way", scripts.len()), &sum);
    }
    Ok(holds)
}

/// So many changed revision files, and every failure with every password.
pub(crate) fn hostilities(databases: &[&'static str], count: u64, seed: u64) -> Result<bool, String> {
    println!("seeds {seed} to {}", seed + count.max(1) - 1);
    let changed = hostile::files(&revision_texts()?, count, seed);
    let mut holds = told(&format!("{count} changed revision files"), &changed);
    let binary = plain()?;
    for &name in databases.iter().filter(|name| **name != "sqlite") {
        holds &= told(&format!("{name}, failures with a password"), &hostile::secrets(name, &binary)?);
    }
    Ok(holds)
}

/// Every protection switched off once.
pub(crate) fn mutations(filter: &str) -> Result<bool, String> {
    let binary = faulty()?;
    let chosen = mutants::MUTANTS.iter().filter(|mutant| mutant.name.contains(filter));
    let (mut caught, mut all) = (0, 0);
    for mutant in chosen {
        let place = format!("{} on {}", mutant.name, mutant.dialect);
        if let Err(reason) = available(mutant.dialect) {
            println!("left out    {place}: {reason}");
            continue;
        }
        all += 1;
        match mutant.catch(&binary) {
            Ok(noticed) => {
                caught += 1;
                println!("caught      {place}: {noticed}");
            }
            Err(reason) => println!("NOT CAUGHT  {place}: {reason}"),
        }
    }
    println!("{caught} of {all} protections are missed when they are gone");
    Ok(caught == all)
}
