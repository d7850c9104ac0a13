//! The ground that trials stand on: a project with revisions, a database of its own, and runs of the binary.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use ambix_dialect::Canonical;
use ambix_schema::Kind;
use tempfile::TempDir;

use super::Script;
use crate::live::Live;

/// A run that takes longer hangs.
const LONGEST: Duration = Duration::from_mins(3);

/// A project and its database.
pub struct Ground {
    folder: TempDir,
    live: Live,
    binary: PathBuf,
    dialect: &'static str,
    runs: u32,
}

/// A run that is over.
#[derive(Clone, Debug)]
pub struct Ran {
    /// The exit code; `None` when it was killed.
    pub code: Option<i32>,
    /// Results and messages.
    pub said: String,
}

impl Ran {
    /// Whether it says that another run is at work.
    pub fn found_the_lock_taken(&self) -> bool {
        self.code == Some(2) && self.said.contains("another run has held the lock")
    }

    /// Whether it did what it was told.
    ///
    /// # Errors
    /// What it said, when it did not.
    pub fn done(self) -> Result<Self, String> {
        if self.code == Some(0) {
            Ok(self)
        } else {
            Err(format!("exited with {:?}:\n{}", self.code, self.said))
        }
    }
}

/// A run that is not over.
pub struct Running {
    child: Child,
    said: PathBuf,
}

/// Everything of a database that two runs must agree on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct State {
    schema: Canonical,
    rows: Vec<String>,
    heads: Vec<String>,
    /// Indexes that the server says are not valid.
    invalid: Vec<String>,
}

impl State {
    /// What is different here from what it should be; nothing when all is well.
    pub fn against(&self, wanted: &Self) -> Option<String> {
        let Self { schema, rows, heads, invalid } = self;
        let mut wrong = Vec::new();
        if heads != &wanted.heads {
            wrong.push(format!("the heads are {heads:?} instead of {:?}", wanted.heads));
        }
        if !invalid.is_empty() {
            wrong.push(format!("invalid indexes are left: {invalid:?}"));
        }
        if schema != &wanted.schema {
            wrong.push("the schema is another one".into());
        }
        for row in rows.iter().filter(|row| !wanted.rows.contains(row)) {
            wrong.push(format!("too much: {row}"));
        }
        for row in wanted.rows.iter().filter(|row| !rows.contains(row)) {
            wrong.push(format!("lacking: {row}"));
        }
        if wrong.is_empty() && rows.len() != wanted.rows.len() {
            wrong.push(format!("{} rows instead of {}", rows.len(), wanted.rows.len()));
        }
        (!wrong.is_empty()).then(|| wrong.join("\n"))
    }
}

impl Ground {
    /// A project with the revisions of a script, and an empty database.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(dialect: &'static str, script: &Script, binary: &Path) -> Result<Self, String> {
        Self::with(Live::fresh(dialect, &[])?, dialect, script, binary)
    }

    /// The same, with a database that is there.
    ///
    /// # Errors
    /// When its files cannot be written.
    pub fn with(live: Live, dialect: &'static str, script: &Script, binary: &Path) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let ground = Self { folder, live, binary: binary.to_owned(), dialect, runs: 0 };
        let configured = format!(
            "script_location = \"migrations\"\n[database]\ndialect = \"{dialect}\"\nurl = \"${{DATABASE_URL}}\"\n"
        );
        ground.write("ambix.toml", &configured)?;
        for (name, text) in script.files() {
            ground.write(&format!("migrations/versions/{name}"), &text)?;
        }
        Ok(ground)
    }

    /// The directory of the project.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Which database it is.
    pub fn dialect(&self) -> &'static str {
        self.dialect
    }

    /// Where the database is.
    pub fn url(&self) -> &str {
        self.live.url()
    }

    /// The session that looks at it.
    pub fn live(&mut self) -> &mut Live {
        &mut self.live
    }

    /// Writes a file of the project.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, name: &str, text: &str) -> Result<(), String> {
        let path = self.folder.path().join(name);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::write(&path, text)).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Begins a run with words apart by spaces.
    ///
    /// # Errors
    /// When the binary cannot be run.
    pub fn start(&mut self, words: &str, variables: &[(&str, &str)]) -> Result<Running, String> {
        self.runs += 1;
        let said = self.folder.path().join(format!("run-{}.txt", self.runs));
        let file = File::create(&said).map_err(|error| error.to_string())?;
        let again = file.try_clone().map_err(|error| error.to_string())?;
        let mut command = Command::new(&self.binary);
        command.args(words.split_whitespace()).current_dir(self.folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::from(file)).stderr(Stdio::from(again));
        command.env("DATABASE_URL", self.live.url()).env("NO_COLOR", "1");
        for name in [
            "AMBIX_CONFIG",
            "AMBIX_ENV",
            "AMBIX_FAULT",
            "AMBIX_FAULT_TRACE",
            "AMBIX_FAULT_HOLD",
            "AMBIX_MUTANT",
        ] {
            command.env_remove(name);
        }
        command.envs(variables.iter().copied());
        let child = command.spawn().map_err(|error| format!("{}: {error}", self.binary.display()))?;
        Ok(Running { child, said })
    }

    /// Runs to the end.
    ///
    /// # Errors
    /// When the binary cannot be run, or hangs.
    pub fn run(&mut self, words: &str, variables: &[(&str, &str)]) -> Result<Ran, String> {
        self.start(words, variables)?.end()
    }

    /// What is in the database now.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn state(&mut self) -> Result<State, String> {
        let schema = self.live.read()?;
        let mut rows = Vec::new();
        let tables: Vec<_> = schema.schema().iter().filter(|(at, _)| at.kind == Kind::Table).collect();
        for (at, _) in tables {
            let table = self.live.dialect().quote(&at.name).map_err(|error| error.to_string())?;
            let mut found: Vec<String> = self
                .live
                .query(&format!("SELECT * FROM {table}"))?
                .into_iter()
                .map(|row| format!("{}: {}", at.name.as_str(), cells(row)))
                .collect();
            found.sort();
            rows.extend(found);
        }
        let heads = self.live.query("SELECT version_num FROM ambix_version ORDER BY 1").unwrap_or_default();
        let heads = heads.into_iter().map(cells).collect();
        let invalid = if self.dialect == "postgres" {
            let sql = "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE NOT i.indisvalid";
            self.live.query(sql)?.into_iter().map(cells).collect()
        } else {
            Vec::new()
        };
        Ok(State { schema, rows, heads, invalid })
    }
}

fn cells(row: Vec<Option<String>>) -> String {
    row.into_iter().map(|cell| cell.unwrap_or_else(|| "null".into())).collect::<Vec<_>>().join("|")
}

impl Running {
    /// Waits until a file is there, or the run is over.
    ///
    /// # Errors
    /// When neither happens.
    pub fn until(&mut self, file: &Path) -> Result<(), String> {
        let begun = Instant::now();
        while !file.exists() {
            let is_over = self.child.try_wait().map_err(|error| error.to_string())?.is_some();
            if is_over {
                return Ok(());
            }
            if begun.elapsed() > LONGEST {
                return Err(format!("a run stands still before {}", file.display()));
            }
            sleep(Duration::from_millis(2));
        }
        Ok(())
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// When it hangs.
    pub fn end(mut self) -> Result<Ran, String> {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().map_err(|error| error.to_string())? {
                return Ok(self.over(status));
            }
            if begun.elapsed() > LONGEST {
                let said = self.kill()?.said;
                return Err(format!("a run has not ended within {} s:\n{said}", LONGEST.as_secs()));
            }
            sleep(Duration::from_millis(4));
        }
    }

    /// Kills it, as `kill -9` does, wherever it is.
    ///
    /// # Errors
    /// When it cannot be waited for.
    pub fn kill(mut self) -> Result<Ran, String> {
        // It may have ended by itself in this very moment.
        let _ = self.child.kill();
        let status = self.child.wait().map_err(|error| error.to_string())?;
        Ok(self.over(status))
    }

    fn over(&self, status: ExitStatus) -> Ran {
        let said = fs::read(&self.said).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        Ran { code: status.code(), said: said.unwrap_or_default() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
