//! Peak memory by the number of tables: linear, so that a project twice as large needs twice as much.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use nix::sys::resource::{UsageWho, getrusage};

use crate::project::Project;
use crate::table::Table;

/// Makes this program run one command and print its peak memory in kilobytes, then leave. A program of
/// its own, because the system counts the peak over all children together.
pub(crate) const FLAG: &str = "--peak-of";

/// Twice the tables, twice the memory, and what an allocator rounds up to.
const LIMIT: f64 = 2.2;

pub(crate) fn measure(tables: usize, table: &mut Table) -> Result<(), String> {
    let mut peaks = Vec::new();
    for size in [0, tables / 4, tables / 2, tables] {
        let project = Project::generate(size)?;
        let arguments = ["check", "--offline"].map(ToOwned::to_owned);
        peaks.push(peak_of(project.binary(), &arguments, Some(project.path()))?);
    }
    let [nothing, quarter, half, whole] = peaks[..] else { return Err("four sizes were measured".into()) };
    // What a run over nothing needs is taken off, so that it does not hide what each table costs.
    let growth = |small: f64, large: f64| (large - nothing) / (small - nothing).max(1.0);
    table.add(
        format!("peak memory from {} to {} to {tables} tables", tables / 4, tables / 2),
        format!("{:.1} / {:.1} / {:.1} MB", quarter / 1e3, half / 1e3, whole / 1e3),
        growth(quarter, half).max(growth(half, whole)),
        LIMIT,
        "×",
    );
    Ok(())
}

/// The peak memory of one run, in kilobytes. A difference that was found is a run that succeeded.
pub(crate) fn peak_of(program: &Path, arguments: &[String], at: Option<&Path>) -> Result<f64, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(own);
    command.arg(FLAG).arg(program).args(arguments);
    if let Some(at) = at {
        command.current_dir(at);
    }
    let output = command.output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().map_err(|_| {
        format!("the peak memory was not told: {text}{}", String::from_utf8_lossy(&output.stderr))
    })
}

/// Runs a command and prints the peak memory of it.
pub(crate) fn measure_child(command: &[String]) -> ExitCode {
    let Some((program, arguments)) = command.split_first() else { return ExitCode::from(2) };
    let status = Command::new(program).args(arguments).stdout(Stdio::null()).status();
    let is_success = status.is_ok_and(|status| matches!(status.code(), Some(0 | 1)));
    match getrusage(UsageWho::RUSAGE_CHILDREN) {
        Ok(usage) if is_success => {
            println!("{}", usage.max_rss());
            ExitCode::SUCCESS
        }
        Ok(_) | Err(_) => ExitCode::FAILURE,
    }
}
