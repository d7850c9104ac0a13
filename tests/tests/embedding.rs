//! The example that upgrades at start, as many processes at once, on every database.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use ambix_tests::live::{DIALECTS, Live, available};
use libtest_mimic::{Arguments, Failed, Trial};

/// How many processes start at once.
const PROCESSES: usize = 8;

fn main() {
    let arguments = Arguments::from_args();
    let trials = DIALECTS.map(|dialect| {
        let is_missing = available(dialect).is_err();
        let trial = move || eight_programs_at_once(dialect);
        Trial::test(format!("eight_programs_at_once::{dialect}"), trial).with_ignored_flag(is_missing)
    });
    libtest_mimic::run(&arguments, trials.into()).exit();
}

fn eight_programs_at_once(dialect: &str) -> Result<(), Failed> {
    let mut live = Live::fresh(dialect, &[])?;
    let programs: Vec<Child> = (0..PROCESSES).map(|_| start(live.url())).collect::<Result<_, _>>()?;
    let mut told = String::new();
    for program in programs {
        let output = program.wait_with_output()?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if !output.status.success() {
            return Err(format!("{}: {}", output.status, text(&output.stderr)).into());
        }
        told.push_str(&text(&output.stdout));
    }
    for revision in ["a1b2c3d4e5f6", "b2c3d4e5f6a7", "c3d4e5f6a7b8"] {
        let running = format!("running {revision} ");
        let times = told.matches(&running).count();
        // A run that was overtaken has announced what another one did, so it may be said more than once.
        if times == 0 {
            return Err(format!("nobody ran {revision}:\n{told}").into());
        }
    }
    let welcomed = live.query("SELECT count(*) FROM visits WHERE page = '/welcome'")?;
    let visits = live.query("SELECT count(*) FROM visits WHERE page = '/'")?;
    let heads = live.query("SELECT version_num FROM ambix_version")?;
    let one = |text: &str| vec![vec![Some(text.to_owned())]];
    if (welcomed, visits, heads) == (one("1"), one(&PROCESSES.to_string()), one("c3d4e5f6a7b8")) {
        return Ok(());
    }
    Err(format!("something ran twice, or not at all:\n{told}").into())
}

fn start(url: &str) -> Result<Child, String> {
    let program = example()?;
    Command::new(&program)
        // The driver of the example's pool knows one word for both servers.
        .env("DATABASE_URL", url.replacen("mariadb://", "mysql://", 1))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("could not run {}: {error}", program.display()))
}

/// The example, which is built with the tests.
fn example() -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let target = own.ancestors().nth(2).ok_or("the test lies in no target directory")?;
    let name = format!("upgrade_at_start{}", std::env::consts::EXE_SUFFIX);
    let path = target.join("examples").join(name);
    if path.is_file() { Ok(path) } else { Err(format!("{} is not built", path.display())) }
}
