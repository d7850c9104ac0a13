//! A private `MariaDB` server: found, initialised, started, and stopped with its directory removed.

use std::fs::{self, File};
use std::io::Read;
use std::net::{SocketAddr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tempfile::TempDir;

use super::Keeping;
use super::install::{Package, install};
use super::port::free_port;
use super::user::User;
use crate::process::run_quietly;

/// The password of the user `locked`: every character that a URL would take for its own.
const PASSWORD: &str = "p@ss/w%rd 1";

/// How long a server may take from its start to its first word.
const PATIENCE: Duration = Duration::from_mins(1);

/// Fast and forgetful: nothing here outlives the run.
const OPTIONS: [&str; 19] = [
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--skip-log-bin",
    "--performance-schema=OFF",
    "--character-set-server=utf8mb4",
    "--default-storage-engine=InnoDB",
    "--default-time-zone=+00:00",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-flush-method=nosync",
    "--innodb-doublewrite=OFF",
    "--innodb-log-file-size=16M",
    "--innodb-buffer-pool-size=128M",
    "--innodb-fast-shutdown=2",
    "--sync-binlog=0",
    "--sync-frm=OFF",
    "--max-connections=300",
    "--table-open-cache=4000",
    "--key-buffer-size=8M",
    "--aria-pagecache-buffer-size=8M",
];

/// What a server says instead that writes down what it commits.
const DURABLE: [&str; 4] = [
    "--innodb-flush-log-at-trx-commit=1",
    "--innodb-flush-method=fsync",
    "--innodb-doublewrite=ON",
    "--sync-frm=ON",
];

/// A running server. Dropping it stops the server and removes its directory.
pub(super) struct MariaDb {
    programs: Programs,
    user: Option<User>,
    directory: TempDir,
    port: u16,
    keeping: Keeping,
    server: Option<Child>,
}

/// What has to be there.
struct Programs {
    server: PathBuf,
    install: PathBuf,
}

impl MariaDb {
    /// Installs what is missing, when that is possible. Apart from [`MariaDb::start`], because only one
    /// installation can run at a time.
    pub(super) fn prepare() -> Result<(), String> {
        if Programs::find().is_some() {
            return Ok(());
        }
        let package = Package { debian: "mariadb-server", fedora: "mariadb-server", homebrew: "mariadb" };
        install("MariaDB", &package, "mariadbd, mariadb-install-db")?;
        Programs::find().map(drop).ok_or_else(|| "the package mariadb-server brought no mariadbd".to_owned())
    }

    /// Makes the system tables and starts the server.
    pub(super) fn start(keeping: Keeping) -> Result<Self, String> {
        let programs = Programs::find().ok_or("mariadbd or mariadb-install-db is gone")?;
        let user = User::instead_of_root(&["mysql", "nobody"])?;
        let directory = tempfile::Builder::new()
            .prefix("ambix-mariadb-")
            .tempdir()
            .map_err(|error| format!("could not make a directory for MariaDB: {error}"))?;
        if let Some(user) = &user {
            user.own(directory.path())?;
        }
        let mut mariadb = Self { programs, user, directory, port: 0, keeping, server: None };
        mariadb.initialise()?;
        mariadb.listen()?;
        Ok(mariadb)
    }

    /// Where the tests find it.
    pub(super) fn environment(&self) -> Vec<(&'static str, String)> {
        let place = format!("127.0.0.1:{}", self.port);
        let password = utf8_percent_encode(PASSWORD, NON_ALPHANUMERIC);
        vec![
            ("AMBIX_TEST_MARIADB_URL", self.url()),
            ("AMBIX_TEST_MARIADB_PASSWORD_URL", format!("mariadb://locked:{password}@{place}/locked")),
            ("AMBIX_TEST_MARIADB_PASSWORD", PASSWORD.to_owned()),
            ("AMBIX_TEST_MARIADB_SOCKET", self.directory.path().join("socket").display().to_string()),
        ]
    }

    fn initialise(&self) -> Result<(), String> {
        let mut install = self.command(&self.programs.install);
        install.arg("--no-defaults").arg("--auth-root-authentication-method=normal").arg("--skip-test-db");
        install.arg("--skip-name-resolve").arg("--innodb-log-file-size=16M");
        install.arg(self.at("--datadir=", "data")).arg(self.at("--tmpdir=", ""));
        run_quietly(&mut install)?;
        let path = self.directory.path().join("init.sql");
        fs::write(&path, accounts()).map_err(|error| format!("could not write init.sql: {error}"))
    }

    /// Starts the server on a free port. Between asking for one and using it another program may take
    /// it, so that is tried a few times.
    fn listen(&mut self) -> Result<(), String> {
        for _attempt in 0..3 {
            self.port = free_port()?;
            if self.boot()? {
                return Ok(());
            }
            self.stop();
        }
        let log = fs::read(self.directory.path().join("log")).unwrap_or_default();
        Err(format!("could not start MariaDB; its log says:\n{}", String::from_utf8_lossy(&log)))
    }

    /// Starts the server on its port; false when it does not come up.
    fn boot(&mut self) -> Result<bool, String> {
        let durable: &[&str] = if self.keeping == Keeping::Durable { &DURABLE } else { &[] };
        let mut start = self.command(&self.programs.server);
        start.arg("--no-defaults").args(OPTIONS).args(durable).arg(format!("--port={}", self.port));
        start.arg(self.at("--datadir=", "data")).arg(self.at("--socket=", "socket"));
        start.arg(self.at("--pid-file=", "pid")).arg(self.at("--tmpdir=", ""));
        start.arg(self.at("--init-file=", "init.sql"));
        let log = self.directory.path().join("log");
        let log = File::create(&log).map_err(|error| format!("could not make a log file: {error}"))?;
        start.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::from(log));
        // An interrupt at the terminal is for the tests; the server goes when they are through.
        start.process_group(0);
        let child = start.spawn().map_err(|error| format!("could not run mariadbd: {error}"))?;
        answers(self.server.insert(child), self.port)
    }

    /// Where a user is who may make databases.
    pub(super) fn url(&self) -> String {
        format!("mariadb://root@127.0.0.1:{}/mysql", self.port)
    }

    /// Kills the server.
    pub(super) fn kill(&mut self) -> Result<(), String> {
        let Some(mut server) = self.server.take() else { return Ok(()) };
        let killed = server.kill().and_then(|()| server.wait());
        killed.map(drop).map_err(|error| format!("could not kill MariaDB: {error}"))
    }

    /// Starts it again after a kill, on the same port.
    pub(super) fn restart(&mut self) -> Result<(), String> {
        if self.boot()? {
            return Ok(());
        }
        let log = fs::read(self.directory.path().join("log")).unwrap_or_default();
        Err(format!("MariaDB does not come up again; its log says:\n{}", String::from_utf8_lossy(&log)))
    }

    fn stop(&mut self) {
        let Some(mut server) = self.server.take() else { return };
        // Nothing it holds is needed any more, so it is not asked to write it down.
        if let Err(reason) = server.kill().and_then(|()| server.wait()) {
            eprintln!("warning: MariaDB on port {} still runs: {reason}", self.port);
        }
    }

    /// An option that names a place in our directory.
    fn at(&self, option: &str, name: &str) -> String {
        format!("{option}{}", self.directory.path().join(name).display())
    }

    fn command(&self, program: &PathBuf) -> Command {
        let mut command = Command::new(program);
        // The server's account may not be allowed into our own working directory.
        command.current_dir(self.directory.path());
        if let Some(user) = &self.user {
            user.assume(&mut command);
        }
        command
    }
}

impl Drop for MariaDb {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Waits for the first word of a server that was started; false when it ended before, or says nothing.
fn answers(server: &mut Child, port: u16) -> Result<bool, String> {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        let ended = server.try_wait().map_err(|error| format!("could not look after mariadbd: {error}"))?;
        if ended.is_some() {
            return Ok(false);
        }
        if greets(port) {
            return Ok(true);
        }
        sleep(Duration::from_millis(20));
    }
    Ok(false)
}

/// The server speaks first, and only when its accounts are made.
fn greets(port: u16) -> bool {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let Ok(mut stream) = TcpStream::connect_timeout(&address, Duration::from_secs(1)) else { return false };
    let is_set = stream.set_read_timeout(Some(Duration::from_secs(10))).is_ok();
    is_set && stream.read_exact(&mut [0; 5]).is_ok()
}

/// `root` without a password over the network, `locked` by its password alone, and `reader`, who may
/// read everything and see nobody else's sessions.
fn accounts() -> String {
    let password = PASSWORD.replace('\'', "''");
    format!(
        "CREATE USER IF NOT EXISTS root@'127.0.0.1';\n\
         GRANT ALL PRIVILEGES ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;\n\
         CREATE USER IF NOT EXISTS locked@'127.0.0.1' IDENTIFIED BY '{password}';\n\
         CREATE DATABASE IF NOT EXISTS locked;\n\
         GRANT ALL PRIVILEGES ON locked.* TO locked@'127.0.0.1';\n\
         CREATE USER IF NOT EXISTS reader@'127.0.0.1';\n\
         GRANT SELECT ON *.* TO reader@'127.0.0.1';\n"
    )
}

impl Programs {
    /// On PATH, else in the places packages use.
    fn find() -> Option<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut places: Vec<PathBuf> = std::env::split_paths(&path).collect();
        places.extend(
            [
                "/usr/sbin",
                "/usr/bin",
                "/usr/libexec",
                "/usr/local/sbin",
                "/usr/local/mysql/bin",
                "/opt/homebrew/opt/mariadb/bin",
                "/usr/local/opt/mariadb/bin",
            ]
            .map(PathBuf::from),
        );
        let find = |names: [&str; 2]| {
            let candidates = names.iter().flat_map(|name| places.iter().map(move |place| place.join(name)));
            candidates.into_iter().find(|path| path.is_file())
        };
        // MySQL's own server has no such installer, and is initialised otherwise.
        let install = find(["mariadb-install-db", "mysql_install_db"])?;
        Some(Self { server: find(["mariadbd", "mysqld"])?, install })
    }
}
