//! Peak memory by the number of tables: linear, so that a project twice as large needs twice as much.

use std::process::{Command, ExitCode, Stdio};

use nix::sys::resource::{UsageWho, getrusage};

use crate::project::Project;
use crate::table::Table;

/// Makes this program run one command and print its peak memory in kilobytes, then leave. A program of
/// its own, because the system counts the peak over all children together.
pub(crate) const FLAG: &str = "--peak-of";

/// What is allowed beside twice, for what does not scale: allocator slack and thread-local arenas.
const LIMIT: f64 = 2.4;

pub(crate) fn measure(tables: usize, table: &mut Table) -> Result<(), String> {
    let mut peaks = Vec::new();
    for part in [4, 2, 1] {
        let project = Project::generate(tables / part)?;
        peaks.push(peak(&project)?);
    }
    let [quarter, half, whole] = peaks[..] else { return Err("three sizes were measured".into()) };
    // Growth between sizes, so that what every run needs does not hide what each table costs.
    table.add(
        format!("peak memory from {} to {} to {tables} tables", tables / 4, tables / 2),
        format!("{:.1} / {:.1} / {:.1} MB", quarter / 1e3, half / 1e3, whole / 1e3),
        (whole - half) / (half - quarter).max(1.0),
        LIMIT,
        "×",
    );
    Ok(())
}

fn peak(project: &Project) -> Result<f64, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(own)
        .arg(FLAG)
        .arg(project.binary())
        .args(["check", "--offline"])
        .current_dir(project.path())
        .output()
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().map_err(|_| {
        format!("the peak memory was not told: {text}{}", String::from_utf8_lossy(&output.stderr))
    })
}

/// Runs a command and prints the peak memory of it.
pub(crate) fn measure_child(command: &[String]) -> ExitCode {
    let Some((program, arguments)) = command.split_first() else { return ExitCode::from(2) };
    let status = Command::new(program).args(arguments).stdout(Stdio::null()).status();
    let is_success = status.is_ok_and(|status| status.success());
    match getrusage(UsageWho::RUSAGE_CHILDREN) {
        Ok(usage) if is_success => {
            println!("{}", usage.max_rss());
            ExitCode::SUCCESS
        }
        Ok(_) | Err(_) => ExitCode::FAILURE,
    }
}
