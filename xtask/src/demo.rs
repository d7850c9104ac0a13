//! `cargo demo`: the whole story on `SQLite`, in a temporary project, with the real binary and its real
//! output. It fails loudly when a command does not end as the story says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use tempfile::TempDir;

use crate::Outcome;
use crate::process;

/// The models at the start.
const MODELS: &str = r#"//! What this program keeps.

#[derive(ambix::Entity)]
#[ambix(table = "users", comment = "People who can sign in")]
pub struct User {
    #[ambix(primary_key, auto_increment)]
    pub id: i64,
    #[ambix(unique, length = 255)]
    pub email: String,
    #[ambix(default = true)]
    pub is_active: bool,
}

#[derive(ambix::Entity)]
#[ambix(table = "posts")]
#[ambix(index(author_id, published_at))]
pub struct Post {
    #[ambix(primary_key, auto_increment)]
    pub id: i64,
    #[ambix(references = "users.id", on_delete = "cascade")]
    pub author_id: i64,
    pub title: String,
    pub published_at: Option<String>,
}
"#;

/// The change in the middle of the story: what stands in the models, and what takes its place.
const EDIT: (&str, &str) = (
    "    #[ambix(default = true)]\n",
    "    #[ambix(default = \"\")]\n    pub full_name: String,\n    #[ambix(default = true)]\n",
);

/// Runs the story.
pub(crate) fn run() -> Outcome {
    println!("Building the ambix binary …");
    let story = Story::begin(process::build_ambix()?)?;

    story.say("A project with two structs, and no database yet.");
    story.write("src/models.rs", MODELS)?;
    story.show("src/models.rs")?;

    story.say("Configuration and a place for revisions.");
    story.ambix(&["init", "--dialect", "sqlite"], 0)?;

    story.say("The first revision, read off the structs.");
    story.ambix(&["revision", "--autogenerate", "-m", "initial tables"], 0)?;
    story.show(&story.newest_revision()?)?;
    story.ambix(&["upgrade", "head"], 0)?;

    story.say("A struct changes: users get a full name.");
    story.write("src/models.rs", &MODELS.replacen(EDIT.0, EDIT.1, 1))?;
    story.ambix(&["check", "--offline"], 1)?;
    story.ambix(&["revision", "--autogenerate", "-m", "add full_name to user"], 0)?;
    story.show(&story.newest_revision()?)?;
    story.ambix(&["upgrade", "head"], 0)?;

    story.say("The database now matches the code, and a revision can be taken back.");
    story.ambix(&["check"], 0)?;
    story.ambix(&["downgrade", "-1"], 0)?;
    story.ambix(&["history", "--indicate-current"], 0)?;

    println!("\nThat is the whole loop; the temporary project is gone.");
    Ok(ExitCode::SUCCESS)
}

/// A temporary project and the binary that works in it.
struct Story {
    binary: PathBuf,
    project: TempDir,
}

impl Story {
    fn begin(binary: PathBuf) -> Result<Self, String> {
        let project = tempfile::Builder::new()
            .prefix("ambix-demo-")
            .tempdir()
            .map_err(|error| format!("could not make a temporary project: {error}"))?;
        Ok(Self { binary, project })
    }

    #[expect(clippy::unused_self, reason = "reads as the other verbs do")]
    fn say(&self, sentence: &str) {
        println!("\n── {sentence}");
    }

    fn write(&self, path: &str, text: &str) -> Result<(), String> {
        let file = self.project.path().join(path);
        let folder = file.parent().unwrap_or(self.project.path());
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&file, text))
            .map_err(|error| format!("could not write {path}: {error}"))
    }

    fn show(&self, path: &str) -> Result<(), String> {
        let text = fs::read(self.project.path().join(path))
            .map_err(|error| format!("could not read {path}: {error}"))?;
        println!("\n$ cat {path}\n{}", String::from_utf8_lossy(&text).trim_end());
        Ok(())
    }

    /// Runs one command of the story with our own output; the exit code has to be the expected one.
    fn ambix(&self, arguments: &[&str], expected: i32) -> Result<(), String> {
        let shown: Vec<String> = arguments.iter().map(|argument| shell_word(argument)).collect();
        let shown = format!("ambix {}", shown.join(" "));
        println!("\n$ {shown}");
        let mut command = Command::new(&self.binary);
        command.args(arguments).current_dir(self.project.path()).stdin(Stdio::null());
        // The story is the same whatever the caller's environment points at.
        command.env_remove("AMBIX_CONFIG").env("DATABASE_URL", "sqlite://app.db");
        let code = process::run(&mut command)?.code();
        if code == Some(expected) {
            return Ok(());
        }
        let code = code.map_or_else(|| "a signal".to_owned(), |code| format!("exit code {code}"));
        Err(format!("`{shown}` ended with {code}, the story says {expected}"))
    }

    /// The revision file whose name sorts last: names begin with the date, and of one minute's files
    /// the one written last wins.
    fn newest_revision(&self) -> Result<String, String> {
        let folder = Path::new("migrations/versions");
        let entries = fs::read_dir(self.project.path().join(folder))
            .map_err(|error| format!("could not list {}: {error}", folder.display()))?;
        let newest = entries
            .filter_map(Result::ok)
            .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"))
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.file_name())))
            .max();
        let (_, name) = newest.ok_or("no revision file was written")?;
        Ok(folder.join(name).display().to_string())
    }
}

/// A word as one would type it.
fn shell_word(word: &str) -> String {
    let is_plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./=+@:".contains(c));
    if is_plain { word.to_owned() } else { format!("{word:?}") }
}
