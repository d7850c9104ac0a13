//! A private `PostgreSQL` server: found, initialised, started, and stopped with its directory removed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tempfile::TempDir;

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
    pub(super) fn start() -> Result<Self, String> {
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
        server.initialise()?;
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
            ("AMBIX_TEST_POSTGRES_URL", format!("postgres://postgres@{place}/postgres")),
            ("AMBIX_TEST_POSTGRES_PASSWORD_URL", format!("postgres://locked:{password}@{place}/locked")),
            ("AMBIX_TEST_POSTGRES_PASSWORD", PASSWORD.to_owned()),
        ]
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    fn initialise(&self) -> Result<(), String> {
        let data = self.data();
        let mut initdb = self.program("initdb");
        initdb.arg("-D").arg(&data);
        initdb.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
        run_quietly(&mut initdb)?;

        let configuration = data.join("postgresql.conf");
        let sockets = self.directory.path().display().to_string().replace('\'', "''");
        append(&configuration, &format!("{CONFIGURATION}unix_socket_directories = '{sockets}'\n"))?;
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
            let mut start = self.program("pg_ctl");
            start.arg("start").arg("-D").arg(self.data()).args(["--wait", "--silent", "--timeout=60"]);
            start.arg("-l").arg(self.directory.path().join("log"));
            start.arg("-o").arg(format!("-p {}", self.port));
            start.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let status = start.status().map_err(|error| format!("could not run pg_ctl: {error}"))?;
            if status.success() {
                return Ok(());
            }
            last = fs::read(self.directory.path().join("log"))
                .map(|log| String::from_utf8_lossy(&log).into_owned())
                .unwrap_or_default();
        }
        Err(format!("could not start PostgreSQL; its log says:\n{last}"))
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
