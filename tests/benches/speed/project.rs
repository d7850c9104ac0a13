//! The generated project: tables of twelve columns, twenty entities a file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// Entities in one file, and tables in one revision.
pub(crate) const PER_FILE: usize = 20;

/// A project in a temporary directory, and the binary that works in it.
pub(crate) struct Project {
    directory: TempDir,
    binary: PathBuf,
}

/// The source of the file that holds tables `first..first + count`.
pub(crate) fn source(first: usize, count: usize) -> String {
    (first..first + count).map(entity).collect()
}

/// The sources of a whole project.
pub(crate) fn sources(tables: usize) -> Vec<String> {
    (0..tables).step_by(PER_FILE).map(|first| source(first, PER_FILE.min(tables - first))).collect()
}

fn entity(number: usize) -> String {
    let referenced = number.saturating_sub(1);
    format!(
        r#"
/// What table {number} keeps.
#[derive(Debug, Clone, sqlx::FromRow, ambix::Entity)]
#[ambix(table = "table_{number}", comment = "Table number {number}")]
#[ambix(index(title, created_at, name = "ix_table_{number}_title"))]
#[ambix(check = "amount >= 0", name = "ck_table_{number}_amount")]
pub struct Table{number} {{
    #[ambix(primary_key, auto_increment)]
    pub id: i64,
    #[ambix(references = "table_{referenced}.id", on_delete = "cascade")]
    pub parent_id: Option<i64>,
    #[ambix(unique, length = 255)]
    pub email: String,
    #[ambix(default = "", length = 100)]
    pub title: String,
    pub description: Option<String>,
    pub amount: i32,
    pub ratio: f64,
    #[ambix(default = true)]
    pub is_active: bool,
    pub payload: Option<serde_json::Value>,
    pub token: Option<uuid::Uuid>,
    #[ambix(default_sql = "CURRENT_TIMESTAMP")]
    pub created_at: chrono::DateTime<chrono::Utc>,
    pub updated_at: Option<chrono::DateTime<chrono::Utc>>,
}}
"#
    )
}

impl Project {
    /// A project of `tables` tables whose revisions each bring one file of entities, so that the models
    /// and the revisions agree in the end.
    pub(crate) fn generate(tables: usize) -> Result<Self, String> {
        let directory = tempfile::tempdir().map_err(|error| error.to_string())?;
        let binary = std::env::var_os("AMBIX_BIN").ok_or("AMBIX_BIN is not set; use `cargo xtask bench`")?;
        let project = Self { directory, binary: binary.into() };
        fs::create_dir_all(project.path().join("src")).map_err(|error| error.to_string())?;
        project.run(&["init", "--dialect", "postgres"])?;
        for (number, source) in sources(tables).into_iter().enumerate() {
            let file = project.path().join(format!("src/models_{number}.rs"));
            fs::write(file, source).map_err(|error| error.to_string())?;
            let message = format!("file {number}");
            project.run(&["revision", "--autogenerate", "--offline", "-m", &message])?;
        }
        Ok(project)
    }

    /// Its directory.
    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// The binary with arguments, in the project.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments).current_dir(self.path()).env_remove("DATABASE_URL");
        command
    }

    /// The binary's path.
    pub(crate) fn binary(&self) -> &Path {
        &self.binary
    }

    /// Runs the binary; anything but success is an error with what it said.
    pub(crate) fn run(&self, arguments: &[&str]) -> Result<(), String> {
        let output = self.command(arguments).output().map_err(|error| error.to_string())?;
        if output.status.success() {
            return Ok(());
        }
        let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
        Err(format!("`ambix {}` failed: {}", arguments.join(" "), said.concat()))
    }
}
