//! A private `PgBouncer` before the private `PostgreSQL` server, in transaction mode; where it is not
//! installed, what is tried through it is left out.

use std::fs;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::port::free_port;
use super::user::User;

/// How long it may take to listen.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running pooler. Dropping it stops it.
pub(super) struct PgBouncer {
    child: Child,
    port: u16,
    _directory: TempDir,
}

impl PgBouncer {
    /// Starts one before the server on a port; `None` where the program is missing.
    pub(super) fn start(server: u16) -> Result<Option<Self>, String> {
        let Some(program) = find_program() else { return Ok(None) };
        let failed = |what: &'static str| {
            move |error: std::io::Error| format!("could not {what} for PgBouncer: {error}")
        };
        let user = User::instead_of_root(&["postgres", "nobody"])?;
        let directory = tempfile::Builder::new().prefix("ambix-pgbouncer-").tempdir();
        let directory = directory.map_err(failed("make a directory"))?;
        let port = free_port()?;
        let configuration = directory.path().join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host=127.0.0.1 port={server} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\n\
             max_client_conn = 500\ndefault_pool_size = 50\nlogfile = {}\n",
            directory.path().join("log").display()
        );
        fs::write(&configuration, text).map_err(failed("write the configuration"))?;
        if let Some(user) = &user {
            user.own(directory.path())?;
        }
        let mut command = Command::new(program);
        command.arg("--quiet").arg(&configuration).current_dir(directory.path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some(user) = &user {
            user.assume(&mut command);
        }
        let child = command.spawn().map_err(failed("run the program"))?;
        let mut pooler = Self { child, port, _directory: directory };
        pooler.wait()?;
        Ok(Some(pooler))
    }

    /// Where the tests find it.
    pub(super) fn environment(&self) -> (&'static str, String) {
        ("AMBIX_TEST_PGBOUNCER_URL", format!("postgres://postgres@127.0.0.1:{}", self.port))
    }

    fn wait(&mut self) -> Result<(), String> {
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let status = self.child.try_wait().map_err(|error| format!("PgBouncer is lost: {error}"))?;
            if let Some(status) = status {
                return Err(format!("PgBouncer ended by itself: {status}"));
            }
            if begun.elapsed() > PATIENCE {
                return Err(format!("PgBouncer does not listen within {} s", PATIENCE.as_secs()));
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to stop.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn find_program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    places.map(|place| place.join("pgbouncer")).find(|program| program.is_file())
}
