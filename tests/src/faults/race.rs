//! Many runs at once: each revision once, everybody ends well, and no lock is left.

use std::path::Path;

use super::{Ground, Script, Tally};
use crate::live::Live;

/// Twenty revisions: tables, rows, columns, and an index that is built on its own where that can be.
fn twenty(dialect: &str) -> Script {
    let concurrently = if dialect == "postgres" { ".concurrently()" } else { "" };
    let body = |number: u32| match number % 5 {
        0 => format!("\n    op.create_table(\"t{number}\").column(column(\"id\", bigint()).not_null());"),
        1 | 3 => {
            format!("\n    op.execute(\"INSERT INTO accounts (id, name) VALUES ({number}00, 'once')\");")
        }
        2 => format!("\n    op.add_column(\"accounts\", column(\"c{number}\", integer()));"),
        _index if number == 9 => {
            format!("\n    op.create_index(\"ix_{number}\", \"accounts\", [\"name\"]){concurrently};")
        }
        _index => format!("\n    op.create_index(\"ix_{number}\", \"accounts\", [\"age\", \"name\"]);"),
    };
    Script::new("twenty revisions", (1..20).map(body))
}

/// Starts so many runs at once; `through` is another way to the same database, such as a pooler.
///
/// # Errors
/// When the ground cannot be prepared.
pub fn race(
    dialect: &'static str,
    runners: usize,
    through: Option<&dyn Fn(&str) -> String>,
    binary: &Path,
) -> Result<Tally, String> {
    race_with(dialect, runners, through, &[], binary)
}

/// The same with variables for every run.
pub(super) fn race_with(
    dialect: &'static str,
    runners: usize,
    through: Option<&dyn Fn(&str) -> String>,
    variables: &[(&str, &str)],
    binary: &Path,
) -> Result<Tally, String> {
    let script = twenty(dialect);
    let mut undisturbed = Ground::new(dialect, &script, binary)?;
    undisturbed.run("upgrade head", &[])?.done()?;
    let wanted = undisturbed.state()?;

    let mut tally = Tally::default();
    let mut ground = Ground::new(dialect, &script, binary)?;
    let url = through.map_or_else(|| ground.url().to_owned(), |through| through(ground.url()));
    let mut running = Vec::new();
    for _ in 0..runners {
        running.push(ground.start("upgrade head", &[&[("DATABASE_URL", url.as_str())], variables].concat())?);
    }
    for run in running {
        match run.end() {
            Ok(ran) if ran.code == Some(0) => tally.count("done"),
            Ok(ran) if ran.found_the_lock_taken() => tally.count("lock busy"),
            Ok(ran) => tally.fail(format!("{dialect}, {runners} at once: {:?}\n{}", ran.code, ran.said)),
            Err(reason) => tally.fail(format!("{dialect}, {runners} at once: {reason}")),
        }
    }
    if let Some(wrong) = ground.state()?.against(&wanted) {
        tally.fail(format!("{dialect}, {runners} at once:\n{wrong}"));
    }
    let locks = locks_left(ground.live())?;
    if locks > 0 {
        tally.fail(format!("{dialect}, {runners} at once: {locks} locks are left"));
    }
    Ok(tally)
}

/// The locks of runs that are still held.
fn locks_left(live: &mut Live) -> Result<usize, String> {
    let sql = match live.dialect().facts().name {
        "postgres" => {
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND database = \
             (SELECT oid FROM pg_database WHERE datname = current_database())"
        }
        "mariadb" | "mysql" => {
            "SELECT 1 FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID()"
        }
        _without_locks => return Ok(0),
    };
    // A server takes a moment to see that a client has gone.
    for _ in 0..50 {
        let left = live.query(sql)?.len();
        if left == 0 {
            return Ok(0);
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    Ok(live.query(sql)?.len())
}
