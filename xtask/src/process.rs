//! Running cargo and other programs: where the workspace is, and children that an interrupt stops.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The root of the workspace.
///
/// # Panics
/// When this program was not built in the workspace.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace root")
}

/// A cargo command in the workspace, with the cargo that runs us.
pub fn cargo() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// Builds the `ambix` binary, and says where it is.
///
/// # Errors
/// When it cannot be run, or fails.
pub fn build_ambix() -> Result<PathBuf, String> {
    build(&["--package", "ambix-cli"], "debug")
}

/// Builds the `ambix` binary as the tests are built, and says where it is.
///
/// The whole workspace is named, with one of its tests: so the same features of other people's crates are
/// chosen as for the tests themselves, and nothing is compiled twice.
///
/// # Errors
/// When it cannot be run, or fails.
pub fn build_ambix_as_tested() -> Result<PathBuf, String> {
    build(&AS_TESTED, "debug")
}

/// Builds the `ambix` binary for speed, with the features of the benchmark that measures it, and says where
/// it is.
///
/// # Errors
/// When it cannot be run, or fails.
pub fn build_ambix_as_measured() -> Result<PathBuf, String> {
    build(&["--workspace", "--bin", "ambix", "--bench", "speed", "--profile", "release"], "release")
}

/// Builds the `ambix` binary with fault points, puts it aside, and says where it is. The binary without
/// them is to be built after it, because both go by one name.
///
/// # Errors
/// When it cannot be run, or fails.
pub fn build_faulty_ambix() -> Result<PathBuf, String> {
    let built = build(&[AS_TESTED.as_slice(), &["--features", "ambix-cli/faults"]].concat(), "debug")?;
    let aside = built.with_file_name("ambix-faults").with_extension(std::env::consts::EXE_EXTENSION);
    // Under another name first: a run may be using the one from before.
    let fresh = aside.with_extension("fresh");
    let copied = std::fs::copy(&built, &fresh).and_then(|_bytes| std::fs::rename(&fresh, &aside));
    copied.map_err(|error| format!("could not put {} aside: {error}", built.display()))?;
    Ok(aside)
}

/// The binary under both its names, and one small test beside it.
const AS_TESTED: [&str; 7] = ["--workspace", "--bin", "ambix", "--bin", "cargo-ambix", "--test", "tidy"];

fn build(arguments: &[&str], folder: &str) -> Result<PathBuf, String> {
    let status = run(cargo().args(["build", "--quiet"]).args(arguments))?;
    if !status.success() {
        return Err("could not build the ambix binary".into());
    }
    // Beside this program, whatever the target directory is called.
    let own = std::env::current_exe().map_err(|error| format!("could not find this program: {error}"))?;
    let directory = own.parent().and_then(Path::parent).ok_or("this program lies in no target directory")?;
    let binary = directory.join(folder).join("ambix").with_extension(std::env::consts::EXE_EXTENSION);
    if binary.is_file() { Ok(binary) } else { Err(format!("{} was not built", binary.display())) }
}

/// Runs a command to its end with our own input and output.
///
/// An interrupt reaches a child by the terminal itself; this process stays alive to clean up behind
/// it. A termination signal reaches only us, so the child is stopped from here.
///
/// # Errors
/// When it cannot be run, or fails.
pub fn run(command: &mut Command) -> Result<ExitStatus, String> {
    stay_alive_on_interrupt();
    let mut child = command.spawn().map_err(|error| could_not_run(command, &error))?;
    let mut stopped_at = None;
    loop {
        let status = child.try_wait().map_err(|error| could_not_run(command, &error))?;
        if let Some(status) = status {
            return Ok(status);
        }
        if INTERRUPTED.load(Ordering::Relaxed) {
            let since = *stopped_at.get_or_insert_with(Instant::now);
            stop_after_grace(&mut child, since);
        }
        sleep(Duration::from_millis(20));
    }
}

/// Runs a command quietly; what it printed becomes part of the error when it fails.
///
/// # Errors
/// When it cannot be run, or fails.
pub fn run_quietly(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| could_not_run(command, &error))?;
    let stdout = String::from_utf8_lossy(&output.stdout);
    if output.status.success() {
        return Ok(stdout.into_owned());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(format!("could not run {command:?}: {}\n{stdout}{stderr}", output.status))
}

/// The exit code of a child, to be passed through; death by a signal is 2.
pub fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(2);
    ExitCode::from(code)
}

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

fn stay_alive_on_interrupt() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let handler = || INTERRUPTED.store(true, Ordering::Relaxed);
        if let Err(error) = ctrlc::set_handler(handler) {
            eprintln!("warning: an interrupt will leave servers behind: {error}");
        }
    });
}

fn stop_after_grace(child: &mut Child, since: Instant) {
    if since.elapsed() > Duration::from_secs(5) {
        // It may have ended in this very moment; then there is nothing to stop.
        let _ = child.kill();
    }
}

fn could_not_run(command: &Command, error: &std::io::Error) -> String {
    format!("could not run {}: {error}", command.get_program().display())
}
