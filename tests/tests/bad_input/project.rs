//! A project in a temporary directory, the binary run in it, and what every refusal must look like.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ambix_tests::story::binary;
use libtest_mimic::Failed;
use tempfile::TempDir;

/// A project that `ambix init` has set up.
pub(crate) struct Project {
    directory: TempDir,
    url: Option<String>,
}

/// What a command said and how it ended.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The command line.
    command: String,
    /// `None` when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Project {
    /// A fresh project, and the URL its commands find in `DATABASE_URL`.
    pub(crate) fn new(dialect: &str, url: Option<&str>) -> Result<Self, Failed> {
        let project = Self::bare(url)?;
        fs::create_dir(project.path("src"))?;
        project.ambix(&["init", "--quiet", "--dialect", dialect]).done()?;
        Ok(project)
    }

    /// A directory with nothing in it.
    pub(crate) fn bare(url: Option<&str>) -> Result<Self, Failed> {
        Ok(Self { directory: tempfile::tempdir()?, url: url.map(ToOwned::to_owned) })
    }

    /// A SQLite project whose database is the file `app.db` in it, which does not exist yet.
    pub(crate) fn sqlite() -> Result<Self, Failed> {
        Self::new("sqlite", Some("sqlite:app.db"))
    }

    /// What `DATABASE_URL` says from here on.
    pub(crate) fn set_url(&mut self, url: &str) {
        self.url = Some(url.to_owned());
    }

    /// The same project, `DATABASE_URL` saying something else.
    pub(crate) fn with_url(mut self, url: &str) -> Self {
        self.set_url(url);
        self
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.directory.path().join(relative)
    }

    pub(crate) fn write(&self, relative: &str, text: impl AsRef<[u8]>) -> io::Result<()> {
        fs::write(self.path(relative), text)
    }

    /// A revision file with bodies of its own.
    pub(crate) fn write_revision(
        &self,
        id: &str,
        down: &[&str],
        upgrade: &str,
        downgrade: &str,
    ) -> io::Result<()> {
        let text = format!(
            "//! {id}\n//!\n//! Revision ID: {id}\n\nuse ambix::prelude::*;\n\n\
             pub const REVISION: &str = {id:?};\npub const DOWN_REVISION: &[&str] = &{down:?};\n\n\
             pub fn upgrade(op: &mut Operations) {{\n{upgrade}\n}}\n\n\
             pub fn downgrade(op: &mut Operations) {{\n{downgrade}\n}}\n"
        );
        self.write(&format!("migrations/versions/{id}.rs"), text)
    }

    /// The text of the only revision file.
    pub(crate) fn only_revision(&self) -> Result<String, Failed> {
        let mut files = Vec::new();
        for entry in fs::read_dir(self.path("migrations/versions"))? {
            files.push(entry?.path());
        }
        let [file] = files.as_slice() else { return Err(format!("not one revision file: {files:?}").into()) };
        Ok(String::from_utf8(fs::read(file)?)?)
    }

    /// Runs the binary in the project.
    pub(crate) fn ambix(&self, arguments: &[&str]) -> Ran {
        self.ambix_through(&[], arguments)
    }

    /// What a command prints for other programs, as it is: an SQL script may hold any character in a name.
    pub(crate) fn ambix_raw(&self, arguments: &[&str]) -> Ran {
        self.spawned(&[], arguments)
    }

    /// Runs the binary by way of other programs: `setpriv …`, `sh -c …`.
    pub(crate) fn ambix_through(&self, before: &[&str], arguments: &[&str]) -> Ran {
        let ran = self.spawned(before, arguments);
        ran.is_fit_for_a_terminal();
        ran
    }

    fn spawned(&self, before: &[&str], arguments: &[&str]) -> Ran {
        let binary = binary().expect("tests without the binary are passed over");
        let binary = binary.canonicalize().expect("the binary is there").display().to_string();
        let words: Vec<&str> =
            before.iter().copied().chain([binary.as_str()]).chain(arguments.iter().copied()).collect();
        let (program, rest) = words.split_first().expect("the binary is one of the words");
        let mut command = Command::new(program);
        command.args(rest).current_dir(self.directory.path()).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("AMBIX_") || name.starts_with("PG") || name == "DATABASE_URL" {
                command.env_remove(name);
            }
        }
        if let Some(url) = &self.url {
            command.env("DATABASE_URL", url);
        }
        let output = command.output().expect("the binary and what comes before it can be run");
        Ran {
            command: arguments.join(" "),
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Every file and directory with what is in it, but for databases.
    pub(crate) fn listing(&self) -> Result<BTreeMap<PathBuf, Vec<u8>>, Failed> {
        let mut found = BTreeMap::new();
        list(self.directory.path(), &mut found)?;
        Ok(found)
    }

    /// Runs a command that must be refused and must leave the project's files as they are.
    pub(crate) fn refuses(&self, arguments: &[&str], parts: &[&str]) -> Result<Ran, Failed> {
        let before = self.listing()?;
        let ran = self.ambix(arguments);
        ran.refused(parts);
        assert_eq!(names(&before), names(&self.listing()?), "{ran:?}");
        assert_eq!(before, self.listing()?, "{ran:?}");
        Ok(ran)
    }
}

fn names(listing: &BTreeMap<PathBuf, Vec<u8>>) -> Vec<&Path> {
    listing.keys().map(PathBuf::as_path).collect()
}

fn list(directory: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, found)?;
            found.insert(path, Vec::new());
        } else {
            let text = if path.is_file() { fs::read(&path)? } else { Vec::new() };
            found.insert(path, text);
        }
    }
    Ok(())
}

impl Ran {
    /// It worked.
    pub(crate) fn done(self) -> Result<Self, Failed> {
        if self.code == Some(0) { Ok(self) } else { Err(self.shown("should have worked").into()) }
    }

    /// It found a difference.
    pub(crate) fn differs(self) -> Result<Self, Failed> {
        if self.code == Some(1) { Ok(self) } else { Err(self.shown("should have found a difference").into()) }
    }

    /// It could not be done, says so once on stderr, and says all of `parts`.
    pub(crate) fn refused(&self, parts: &[&str]) {
        assert_eq!(self.code, Some(2), "{}", self.shown("should have been refused"));
        assert_eq!(self.stdout, "", "{}", self.shown("has results although it was refused"));
        assert!(self.stderr.contains("error: "), "{}", self.shown("says no error"));
        for part in parts {
            assert!(self.stderr.contains(part), "{}", self.shown(&format!("does not say `{part}`")));
        }
        self.says_it_once();
    }

    /// No error's text and no last word stands there twice, in whatever dress. The help for one problem may
    /// be the help for another.
    fn says_it_once(&self) {
        for text in self
            .stderr
            .lines()
            .filter_map(|line| line.strip_prefix("error: ").or(line.strip_prefix("help: ")))
        {
            let times = self.stderr.matches(text).count();
            assert_eq!(times, 1, "{}", self.shown(&format!("says it {times} times: {text}")));
        }
    }

    /// Nothing that a terminal would act on, no panic, no debug output.
    fn is_fit_for_a_terminal(&self) {
        for text in [&self.stdout, &self.stderr] {
            let raw = text.chars().find(|c| is_acted_on(*c) && *c != '\n');
            assert!(raw.is_none(), "{}", self.shown(&format!("holds {raw:?} as it is")));
            for word in ["panicked", "bug in ambix", "RUST_BACKTRACE", "Err(", "Error {"] {
                assert!(!text.contains(word), "{}", self.shown(&format!("says {word}")));
            }
        }
    }

    pub(crate) fn shown(&self, what: &str) -> String {
        let Self { command, code, stdout, stderr } = self;
        format!("`ambix {command}` {what}\nexit code {code:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}")
    }
}

/// Control characters, bidirectional controls, and what takes no room.
pub(crate) fn is_acted_on(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
