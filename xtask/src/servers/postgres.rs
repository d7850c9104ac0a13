//! A private `PostgreSQL` server: found, initialised, started, and stopped with its directory removed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tempfile::TempDir;

use super::Keeping;
use super::install::{Package, install};
use super::port::free_port;
use super::user::User;
use crate::process::run_quietly;

/// The password of the role `locked`: every character that a URL would take for its own.
const PASSWORD: &str = "p@ss/w%rd 1";

/// Who may come in how: `locked` by its password alone, everybody else without one.
const HBA: &str = "\
local all locked scram-sha-256
host all locked 127.0.0.1/32 scram-sha-256
local all all trust
host all all 127.0.0.1/32 trust
";

/// Fast and forgetful: nothing here outlives the run.
const CONFIGURATION: &str = "
listen_addresses = '127.0.0.1'
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 200
shared_buffers = 128MB
autovacuum = off
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_min_messages = fatal
";

/// What a server says instead that writes down what it commits.
const DURABLE: &str = "
fsync = on
synchronous_commit = on
full_page_writes = on
";

/// A running server. Dropping it stops the server and removes its directory.
pub(super) struct Postgres {
    programs: PathBuf,
    user: Option<User>,
    directory: TempDir,
    port: u16,
}

impl Postgres {
    /// Installs what is missing, when that is possible. Apart from [`Postgres::start`], because only one
    /// installation can run at a time.
    pub(super) fn prepare() -> Result<(), String> {
        if find_programs().is_some() {
            return Ok(());
        }
        let package = Package { debian: "postgresql", fedora: "postgresql-server", homebrew: "postgresql" };
        install("PostgreSQL", &package, "initdb, pg_ctl")?;
        find_programs().map(drop).ok_or_else(|| "the package postgresql brought no initdb".to_owned())
    }

    /// Makes a cluster and starts it.
    pub(super) fn start(keeping: Keeping) -> Result<Self, String> {
        let programs = find_programs().ok_or("initdb, postgres or pg_ctl is gone")?;
        let user = User::instead_of_root(&["postgres", "nobody"])?;
        let directory = tempfile::Builder::new()
            .prefix("ambix-postgres-")
            .tempdir()
            .map_err(|error| format!("could not make a directory for PostgreSQL: {error}"))?;
        if let Some(user) = &user {
            user.own(directory.path())?;
        }
        let mut server = Self { programs, user, directory, port: 0 };
        server.initialise(keeping)?;
        server.listen()?;
        Ok(server)
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Where the tests find it.
    pub(super) fn environment(&self) -> Vec<(&'static str, String)> {
        let place = format!("127.0.0.1:{}", self.port);
        let password = utf8_percent_encode(PASSWORD, NON_ALPHANUMERIC);
        vec![
            ("AMBIX_TEST_POSTGRES_URL", self.url()),
            ("AMBIX_TEST_POSTGRES_PASSWORD_URL", format!("postgres://locked:{password}@{place}/locked")),
            ("AMBIX_TEST_POSTGRES_PASSWORD", PASSWORD.to_owned()),
        ]
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    fn initialise(&self, keeping: Keeping) -> Result<(), String> {
        let data = self.data();
        let mut initdb = self.program("initdb");
        initdb.arg("-D").arg(&data);
        initdb.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
        run_quietly(&mut initdb)?;

        let configuration = data.join("postgresql.conf");
        let sockets = self.directory.path().display().to_string().replace('\'', "''");
        append(&configuration, &format!("{CONFIGURATION}unix_socket_directories = '{sockets}'\n"))?;
        if keeping == Keeping::Durable {
            append(&configuration, DURABLE)?;
        }
        fs::write(data.join("pg_hba.conf"), HBA)
            .map_err(|error| format!("could not write pg_hba.conf: {error}"))?;
        self.create_locked_role()
    }

    /// In single-user mode, because a client may not be installed.
    fn create_locked_role(&self) -> Result<(), String> {
        let script = self.directory.path().join("roles.sql");
        let password = PASSWORD.replace('\'', "''");
        let sql =
            format!("CREATE ROLE locked LOGIN PASSWORD '{password}'\nCREATE DATABASE locked OWNER locked\n");
        fs::write(&script, sql).map_err(|error| format!("could not write roles.sql: {error}"))?;
        let input = fs::File::open(&script)
            .map_err(|error| format!("could not open {}: {error}", script.display()))?;
        let mut single = self.program("postgres");
        single.arg("--single").arg("-D").arg(self.data()).arg("postgres").stdin(Stdio::from(input));
        run_quietly(&mut single).map(drop)
    }

    /// Starts the server on a free port. Between asking for one and using it another program may take
    /// it, so that is tried a few times.
    fn listen(&mut self) -> Result<(), String> {
        let mut last = String::new();
        for _attempt in 0..3 {
            self.port = free_port()?;
            match self.boot() {
                Ok(()) => return Ok(()),
                Err(log) => last = log,
            }
        }
        Err(last)
    }

    /// Starts the server on its port.
    fn boot(&self) -> Result<(), String> {
        let mut start = self.program("pg_ctl");
        start.arg("start").arg("-D").arg(self.data()).args(["--wait", "--silent", "--timeout=60"]);
        start.arg("-l").arg(self.directory.path().join("log"));
        start.arg("-o").arg(format!("-p {}", self.port));
        start.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let status = start.status().map_err(|error| format!("could not run pg_ctl: {error}"))?;
        if status.success() {
            return Ok(());
        }
        let log = fs::read(self.directory.path().join("log")).unwrap_or_default();
        Err(format!("could not start PostgreSQL; its log says:\n{}", String::from_utf8_lossy(&log)))
    }

    /// Where a user is who may make databases.
    pub(super) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Kills the server and all that it started.
    pub(super) fn kill(&self) -> Result<(), String> {
        let file = self.data().join("postmaster.pid");
        let text = fs::read(&file).map_err(|error| format!("could not read {}: {error}", file.display()))?;
        let text = String::from_utf8_lossy(&text);
        let own = text.lines().next().unwrap_or_default().trim().to_owned();
        let children = Command::new("pgrep").args(["-P", &own]).output();
        let children = children.map_err(|error| format!("could not run pgrep: {error}"))?;
        let children = String::from_utf8_lossy(&children.stdout).into_owned();
        let all: Vec<&str> = std::iter::once(own.as_str()).chain(children.lines().map(str::trim)).collect();
        // One may have gone by itself in between.
        let _ = Command::new("kill").arg("-9").args(&all).stderr(Stdio::null()).status();
        let begun = Instant::now();
        while all.iter().any(|pid| is_alive(pid)) {
            if begun.elapsed() > Duration::from_secs(30) {
                return Err("PostgreSQL does not go, whatever is done to it".into());
            }
            sleep(Duration::from_millis(5));
        }
        // Where nobody waits for orphans, a dead server counts as one that runs, and keeps the next one out.
        let lock = self.directory.path().join(format!(".s.PGSQL.{}.lock", self.port));
        for file in [file, lock] {
            fs::remove_file(&file)
                .map_err(|error| format!("could not remove {}: {error}", file.display()))?;
        }
        Ok(())
    }

    /// Starts it again after a kill, on the same port.
    pub(super) fn restart(&self) -> Result<(), String> {
        self.boot()
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        // The server's account may not be allowed into our own working directory.
        command.current_dir(self.directory.path());
        if let Some(user) = &self.user {
            user.assume(&mut command);
        }
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let is_running = self.data().join("postmaster.pid").exists();
        if !is_running {
            return;
        }
        let mut stop = self.program("pg_ctl");
        stop.arg("stop").arg("-D").arg(self.data()).args(["--mode=immediate", "--wait", "--silent"]);
        if let Err(reason) = run_quietly(&mut stop) {
            eprintln!("warning: PostgreSQL on port {} still runs: {reason}", self.port);
        }
    }
}

/// Whether a process is there and not only waited for.
fn is_alive(pid: &str) -> bool {
    let state = Command::new("ps").args(["-o", "stat=", "-p", pid]).output();
    state.is_ok_and(|output| {
        let state = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        !state.is_empty() && !state.starts_with('Z')
    })
}

/// The directory that holds `initdb`, `postgres` and `pg_ctl`: on PATH, else the newest one in the
/// places packages use, else where `pg_config` says.
fn find_programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = std::env::split_paths(&path).collect();
    places.extend(versioned("/usr/lib/postgresql", "", "bin"));
    places.extend(versioned("/usr", "pgsql-", "bin"));
    places.extend(versioned("/opt/homebrew/opt", "postgresql@", "bin"));
    places.extend(versioned("/usr/local/opt", "postgresql@", "bin"));
    let configured = run_quietly(Command::new("pg_config").arg("--bindir")).ok();
    places.extend(configured.map(|text| PathBuf::from(text.trim())));
    places
        .into_iter()
        .find(|place| ["initdb", "postgres", "pg_ctl"].iter().all(|name| place.join(name).is_file()))
}

/// Directories such as `/usr/lib/postgresql/15/bin`, the newest version first.
fn versioned(parent: &str, prefix: &str, tail: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(parent) else { return Vec::new() };
    let mut found: Vec<(u32, PathBuf)> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = name.strip_prefix(prefix)?.parse().ok()?;
            Some((version, entry.path().join(tail)))
        })
        .collect();
    found.sort_by(|a, b| b.cmp(a));
    found.into_iter().map(|(_, path)| path).collect()
}

fn append(path: &Path, text: &str) -> Result<(), String> {
    use std::io::Write;
    fs::OpenOptions::new()
        .append(true)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| format!("could not write {}: {error}", path.display()))
}
