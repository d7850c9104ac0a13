//! A project in a temporary directory with a database of its own, and the built binary run in it, one
//! command after the other. A failed expectation panics with everything the command printed.
#![expect(clippy::missing_panics_doc, reason = "panicking is how a test says what is wrong")]
#![expect(clippy::return_self_not_must_use, reason = "an expectation may be the last one")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ambix_dialect::Canonical;
use tempfile::TempDir;

use crate::case::elder;
use crate::live::{Live, execute_at};
use crate::story::binary;

/// A project and its database.
pub struct Project {
    folder: TempDir,
    live: Live,
    dialect: &'static str,
}

impl Project {
    /// A directory with nothing in it, and an empty database.
    pub fn empty(dialect: &'static str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary directory can be made");
        let live = Live::fresh(dialect, &[]).expect("a database can be made");
        Self { folder, live, dialect }
    }

    /// A copy of `fixtures/projects/NAME`, configured for the dialect, with the files that must read
    /// otherwise there (`fixtures/projects/NAME.DIALECT`) put over it.
    pub fn copied(name: &str, dialect: &'static str) -> Self {
        let project = Self::empty(dialect);
        let projects = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/projects");
        copy(&projects.join(name), project.path());
        for dialect in elder(dialect).into_iter().chain([dialect]) {
            let own = projects.join(format!("{name}.{dialect}"));
            if own.is_dir() {
                copy(&own, project.path());
            }
        }
        let configured = project.read("ambix.toml");
        project.write("ambix.toml", &configured.replace("\"postgres\"", &format!("\"{dialect}\"")));
        project
    }

    /// A copy of `fixtures/import/TOOL`, set up for the dialect: what a project of another tool looks like.
    pub fn of_tool(tool: &str, dialect: &'static str) -> Self {
        let project = Self::empty(dialect);
        let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/import");
        copy(&tools.join(tool), project.path());
        project.ambix(&format!("init ambix --dialect {dialect}")).done();
        project
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The dialect of its database.
    pub fn dialect(&self) -> &'static str {
        self.dialect
    }

    /// The URL of its database.
    pub fn url(&self) -> &str {
        self.live.url()
    }

    /// A file's text.
    pub fn read(&self, path: &str) -> String {
        let bytes = fs::read(self.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        String::from_utf8(bytes).expect("files of a project are text")
    }

    /// Writes a file, with the directories above it.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a file lies in a directory"))
            .expect("directories can be made");
        fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// Takes a file or a whole directory away.
    #[track_caller]
    pub fn remove(&self, path: &str) {
        let at = self.path().join(path);
        let removed = if at.is_dir() { fs::remove_dir_all(at) } else { fs::remove_file(at) };
        removed.unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// Replaces a text that occurs once in a file.
    #[track_caller]
    pub fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert_eq!(text.matches(from).count(), 1, "{from:?} in {path}:\n{text}");
        self.write(path, &text.replace(from, to));
    }

    /// The revision files, in order.
    pub fn revisions(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path().join("migrations/versions")) else { return Vec::new() };
        let mut names: Vec<String> =
            entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
        names.sort();
        names
    }

    /// The path of the only revision file whose name ends so.
    #[track_caller]
    pub fn revision(&self, slug: &str) -> String {
        let end = format!("_{slug}.rs");
        let found: Vec<String> = self.revisions().into_iter().filter(|name| name.ends_with(&end)).collect();
        let [name] = found.as_slice() else { panic!("{slug}: {found:?} of {:?}", self.revisions()) };
        format!("migrations/versions/{name}")
    }

    /// Runs SQL in the database.
    #[track_caller]
    pub fn sql(&mut self, sql: &str) {
        self.live.execute(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// What the server says against SQL that it does not take.
    #[track_caller]
    pub fn refusal(&mut self, sql: &str) -> String {
        self.live.execute(sql).expect_err("the server should not take this")
    }

    /// The rows of a query, cells apart by `|`.
    #[track_caller]
    pub fn rows(&mut self, sql: &str) -> Vec<String> {
        let rows = self.live.query(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let cell = |cell: Option<String>| cell.unwrap_or_else(|| "null".into());
        rows.into_iter().map(|row| row.into_iter().map(cell).collect::<Vec<_>>().join("|")).collect()
    }

    /// The schema of the database.
    #[track_caller]
    pub fn schema(&mut self) -> Canonical {
        self.live.read().expect("the schema can be read")
    }

    /// Runs SQL in a `SQLite` file of the directory, which is made if need be.
    #[track_caller]
    pub fn sqlite(&self, name: &str, sql: &str) {
        let url = format!("sqlite://{}", self.path().join(name).display());
        execute_at(&url, sql).unwrap_or_else(|error| panic!("{name}: {error}"));
    }

    /// Runs `ambix` with words apart by spaces; a word in single quotes may hold some.
    pub fn ambix(&self, words: &str) -> Run {
        run(words, &mut self.command("ambix", words))
    }

    /// The command that [`Self::ambix`] runs, to be changed before it is given to [`run`].
    pub fn command(&self, program: &str, words: &str) -> Command {
        let binary = binary().expect("the ambix binary is not built; use `cargo xtask test`");
        let mut command = Command::new(binary.with_file_name(program));
        command.args(split(words)).current_dir(self.path()).stdin(Stdio::null());
        command.env("DATABASE_URL", self.url()).env("NO_COLOR", "1").env("TZ", "UTC");
        command.env_remove("AMBIX_CONFIG").env_remove("AMBIX_ENV");
        command
    }
}

/// Runs a command and keeps what it printed.
pub fn run(words: &str, command: &mut Command) -> Run {
    let output = command.output().unwrap_or_else(|error| panic!("could not run `{words}`: {error}"));
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is text");
    Run {
        command: words.to_owned(),
        code: output.status.code().unwrap_or(-1),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

/// What a command printed, and its exit code.
#[derive(Clone, Debug)]
pub struct Run {
    command: String,
    /// The exit code.
    pub code: i32,
    /// Results.
    pub stdout: String,
    /// Messages.
    pub stderr: String,
}

impl Run {
    /// It exited with 0.
    #[track_caller]
    pub fn done(self) -> Self {
        self.exits(0)
    }

    /// It exited with this code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}", self.shown());
        self
    }

    /// This is among the results.
    #[track_caller]
    pub fn prints(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "{text:?} is not in the results of {}", self.shown());
        self
    }

    /// This is among the messages.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "{text:?} is not in the messages of {}", self.shown());
        self
    }

    /// This is neither among the results nor among the messages.
    #[track_caller]
    pub fn never_says(self, text: &str) -> Self {
        let is_said = self.stdout.contains(text) || self.stderr.contains(text);
        assert!(!is_said, "{text:?} is in the output of {}", self.shown());
        self
    }

    /// The results are exactly these lines.
    #[track_caller]
    pub fn prints_lines(self, lines: &[&str]) -> Self {
        assert_eq!(self.stdout.lines().collect::<Vec<_>>(), lines, "{}", self.shown());
        self
    }

    /// There are no messages.
    #[track_caller]
    pub fn says_nothing(self) -> Self {
        assert!(self.stderr.is_empty(), "{}", self.shown());
        self
    }

    /// There are no results.
    #[track_caller]
    pub fn prints_nothing(self) -> Self {
        assert!(self.stdout.is_empty(), "{}", self.shown());
        self
    }

    /// The results as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {}", self.shown()))
    }

    fn shown(&self) -> String {
        let Self { command, code, stdout, stderr } = self;
        format!("`{command}`, which exited with {code}\n--- stdout\n{stdout}--- stderr\n{stderr}---")
    }
}

/// Words apart by spaces, but for those in single quotes.
fn split(words: &str) -> Vec<String> {
    let mut split = Vec::new();
    for (number, part) in words.split('\'').enumerate() {
        if number % 2 == 1 {
            split.push(part.to_owned());
        } else {
            split.extend(part.split_whitespace().map(ToOwned::to_owned));
        }
    }
    split
}

/// Copies a directory with everything in it.
fn copy(from: &Path, to: &Path) {
    let entries = fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
    for entry in entries {
        let path: PathBuf = entry.expect("the directory can be listed").path();
        let target = to.join(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            fs::create_dir_all(&target).expect("directories can be made");
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("files can be copied");
        }
    }
}
