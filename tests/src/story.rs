//! A story: one Markdown file whose console blocks are typed, one command after another, in a fresh
//! project with a fresh database, and whose output is compared.
//!
//! ```console
//! $ ambix check
//! No changes in schema detected
//! ? 1
//! ```
//!
//! `? 1` is the exit code where it is not zero. A block opened with a dialect's name (`console sqlite`)
//! is typed on that dialect only. `$ sql SELECT …` asks the database; everything else goes to the shell.
//! A block opened with a file's name (`rust src/models.rs`) is that file from there on.
//! What changes from run to run is written as `<rev1>`, `<date>`, `<time>` and the like, or as an example
//! of it: a real id stands for any other, as long as it is the same one everywhere.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::live::Live;
use crate::plain::Plain;

/// One story, as it stands in its file.
#[derive(Clone, Debug)]
pub struct Story {
    text: String,
    steps: Vec<Step>,
}

/// One command of a story.
#[derive(Clone, Debug)]
struct Step {
    /// The only dialect it is for.
    dialect: Option<String>,
    action: Action,
    /// The bytes of the output that is expected, the exit code's line included; or of a file's text.
    expected: Range<usize>,
    line: usize,
}

/// What is done in a step.
#[derive(Clone, Debug)]
enum Action {
    /// A command is typed.
    Command(String),
    /// A file of that name is written.
    File(String),
}

/// The block a line stands in.
enum Block {
    /// Commands, for one dialect or for all.
    Console(Option<String>),
    /// A file's text.
    File,
    /// Something to look at.
    Other,
}

impl Block {
    fn opened(words: &str) -> Self {
        match (words.strip_prefix("console"), words.split_once(' ')) {
            (Some(dialect), _) => {
                let dialect = dialect.trim();
                Self::Console((!dialect.is_empty()).then(|| dialect.to_owned()))
            }
            (None, Some(_)) => Self::File,
            (None, None) => Self::Other,
        }
    }
}

/// A step whose output was another one.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The command, with its line.
    pub command: String,
    /// What the story says.
    pub expected: String,
    /// What came.
    pub found: String,
    place: Range<usize>,
}

impl Story {
    /// Reads a story.
    ///
    /// # Errors
    /// A sentence with the line when a console block holds output before its first command.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut steps: Vec<Step> = Vec::new();
        let mut block: Option<Block> = None;
        let mut is_first = false;
        let mut offset = 0;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let content = line.trim_end_matches('\n');
            let end = offset + line.len();
            let mut step = |dialect: &Option<String>, action| {
                steps.push(Step { dialect: dialect.clone(), action, expected: end..end, line: number + 1 });
            };
            match (&block, content.strip_prefix("```")) {
                (Some(_), Some(_)) => block = None,
                (None, Some(words)) => {
                    if let (Block::File, Some((_, path))) = (Block::opened(words), words.split_once(' ')) {
                        step(&None, Action::File(path.to_owned()));
                    }
                    block = Some(Block::opened(words));
                    is_first = true;
                }
                (Some(Block::Console(dialect)), None) => {
                    if let Some(command) = content.strip_prefix("$ ") {
                        step(dialect, Action::Command(command.to_owned()));
                        is_first = false;
                    } else if is_first {
                        return Err(format!("line {}: output before the first `$ ` of a block", number + 1));
                    } else if let Some(step) = steps.last_mut() {
                        step.expected.end = end;
                    }
                }
                (Some(Block::File), None) => {
                    if let Some(step) = steps.last_mut() {
                        step.expected.end = end;
                    }
                }
                (Some(Block::Other) | None, None) => {}
            }
            offset = end;
        }
        Ok(Self { text: text.to_owned(), steps })
    }

    /// Types the whole story on one dialect; says where the output differs.
    ///
    /// # Errors
    /// When the project or its database cannot be made, or the shell cannot be run.
    pub fn tell(&self, folder: &Path, dialect: &str) -> Result<Vec<Difference>, String> {
        let mut teller = Teller::begin(folder, dialect)?;
        // What the story shows as an example becomes the same words as what is found.
        let mut told = Plain::new(BTreeMap::new());
        let mut differences = Vec::new();
        for step in &self.steps {
            if step.dialect.as_ref().is_some_and(|only| only != dialect) {
                continue;
            }
            let text = &self.text[step.expected.clone()];
            let typed = match &step.action {
                Action::File(path) => {
                    teller.write(path, text)?;
                    continue;
                }
                Action::Command(command) => command,
            };
            let expected = told.made(text);
            let found = teller.typed(typed)?;
            if expected.trim_end() != found.trim_end() {
                let command = format!("line {}: $ {typed}", step.line);
                differences.push(Difference { command, expected, found, place: step.expected.clone() });
            }
        }
        Ok(differences)
    }

    /// The file's text with what was found in place of what was expected.
    #[must_use]
    pub fn with_found(&self, differences: &[Difference]) -> String {
        let mut text = self.text.clone();
        for difference in differences.iter().rev() {
            let found = difference.found.trim_end();
            let found = if found.is_empty() { String::new() } else { format!("{found}\n") };
            text.replace_range(difference.place.clone(), &found);
        }
        text
    }
}

/// The built binary: `cargo xtask test` says where it is; else beside the tests, if it was built.
pub fn binary() -> Option<PathBuf> {
    if let Some(binary) = std::env::var_os("AMBIX_BIN") {
        return Some(binary.into());
    }
    let own = std::env::current_exe().ok()?;
    let folder = own.parent()?.parent()?;
    let binary = folder.join("ambix").with_extension(std::env::consts::EXE_EXTENSION);
    binary.is_file().then_some(binary)
}

/// A project in a temporary directory with a database, and what is known to change between runs.
struct Teller {
    project: TempDir,
    live: Live,
    path: std::ffi::OsString,
    plain: Plain,
}

impl Teller {
    fn begin(folder: &Path, dialect: &str) -> Result<Self, String> {
        let binary = binary().ok_or("the ambix binary is not built; use `cargo xtask test`")?;
        let project = tempfile::tempdir().map_err(|error| error.to_string())?;
        copy(folder, project.path())?;
        let live = Live::fresh(dialect, &[])?;
        let mut places = vec![binary.parent().unwrap_or(Path::new(".")).to_owned()];
        places.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        let path = std::env::join_paths(places).map_err(|error| error.to_string())?;
        // Links in the way to the temporary directory are resolved in what programs print.
        let root = project.path().canonicalize().map_err(|error| error.to_string())?;
        let known = BTreeMap::from([
            (live.url().to_owned(), "<url>"),
            (root.display().to_string(), "<project>"),
            (live.name().to_owned(), "<database>"),
        ]);
        Ok(Self { project, live, path, plain: Plain::new(known) })
    }

    fn write(&self, path: &str, text: &str) -> Result<(), String> {
        let path = self.project.path().join(path);
        let failed = |error: io::Error| format!("could not write {}: {error}", path.display());
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        std::fs::write(&path, text).map_err(failed)
    }

    /// Types one command; gives its output and exit code, made plain.
    fn typed(&mut self, command: &str) -> Result<String, String> {
        let command = self.plain.meant(command);
        let (mut output, code) = match command.strip_prefix("sql ") {
            Some(sql) => (self.asked(sql), 0),
            None => self.shell(&command)?,
        };
        if code != 0 {
            if !output.is_empty() && !output.ends_with('\n') {
                output.push('\n');
            }
            output.push_str("? ");
            output.push_str(&code.to_string());
            output.push('\n');
        }
        Ok(self.plain.made(&output))
    }

    /// The rows of a query, one a line, cells apart by ` | `.
    fn asked(&mut self, sql: &str) -> String {
        match self.live.query(sql) {
            Ok(rows) => {
                let cell = |cell: Option<String>| cell.unwrap_or_else(|| "null".into());
                let line = |row: Vec<_>| row.into_iter().map(cell).collect::<Vec<_>>().join(" | ") + "\n";
                rows.into_iter().map(line).collect()
            }
            Err(error) => format!("{error}\n"),
        }
    }

    /// Both outputs as a terminal shows them, in the order in which they were written.
    fn shell(&self, command: &str) -> Result<(String, i32), String> {
        let failed = |error: io::Error| format!("could not run `{command}`: {error}");
        let (mut reader, writer) = io::pipe().map_err(failed)?;
        let mut shell = Command::new("sh");
        shell.args(["-c", command]).current_dir(self.project.path());
        shell.env("PATH", &self.path).env("DATABASE_URL", self.live.url()).env("NO_COLOR", "1");
        shell.env("TZ", "UTC").env_remove("AMBIX_CONFIG").env_remove("AMBIX_ENV");
        shell.stdin(Stdio::null()).stdout(writer.try_clone().map_err(failed)?).stderr(writer);
        let mut child = shell.spawn().map_err(failed)?;
        // The command keeps our end of the pipe open, and reading would wait for ever.
        drop(shell);
        let mut output = Vec::new();
        reader.read_to_end(&mut output).map_err(failed)?;
        let status = child.wait().map_err(failed)?;
        Ok((String::from_utf8_lossy(&output).into_owned(), status.code().unwrap_or(-1)))
    }
}

/// Everything beside the story itself goes into the project.
fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let failed = |error: io::Error| format!("could not copy {}: {error}", from.display());
    for entry in std::fs::read_dir(from).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let Some(name) = path.file_name().filter(|name| *name != "story.md") else { continue };
        let target = to.join(name);
        if path.is_dir() {
            std::fs::create_dir_all(&target).map_err(failed)?;
            copy(&path, &target)?;
        } else {
            std::fs::copy(&path, &target).map_err(failed)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "# S\n```rust\n$ no\n```\n```console\n$ a\nout\n? 1\n$ b\n```\n```console sqlite\n$ c\n```\n";

    #[test]
    fn a_story_is_its_console_blocks() {
        let story = Story::parse(TEXT).unwrap();
        let commands: Vec<String> = story.steps.iter().map(|step| format!("{:?}", step.action)).collect();
        assert_eq!(commands, [r#"Command("a")"#, r#"Command("b")"#, r#"Command("c")"#]);
        assert_eq!(&TEXT[story.steps[0].expected.clone()], "out\n? 1\n");
        assert_eq!(story.steps[2].dialect.as_deref(), Some("sqlite"));
        assert!(Story::parse("```console\nout\n```\n").is_err());
    }

    #[test]
    fn a_block_with_a_name_is_a_file() {
        let story = Story::parse("```rust src/a.rs\nmod b;\n```\n```rust\nmod c;\n```\n").unwrap();
        let [step] = story.steps.as_slice() else { panic!("{story:?}") };
        assert!(matches!(&step.action, Action::File(path) if path == "src/a.rs"));
        assert_eq!(&story.text[step.expected.clone()], "mod b;\n");
    }

    #[test]
    fn blessing_puts_what_was_found_in_place() {
        let story = Story::parse(TEXT).unwrap();
        let found = |index: usize, text: &str| Difference {
            command: String::new(),
            expected: String::new(),
            found: text.into(),
            place: story.steps[index].expected.clone(),
        };
        let text = story.with_found(&[found(0, ""), found(1, "x\ny\n")]);
        assert!(text.contains("$ a\n$ b\nx\ny\n```"), "{text}");
    }
}
