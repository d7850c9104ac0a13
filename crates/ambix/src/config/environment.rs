//! The variables a configuration may name: those of the process, and those of a `.env` file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{ConfigError, ConfigErrorKind};

/// Variables by name. Nothing here asks the process: whoever starts a workflow hands them in. `Debug` shows
/// the names alone.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    dotenv: Dotenv,
}

/// What became of `.env`.
#[derive(Clone, Debug, Default)]
enum Dotenv {
    #[default]
    NotLookedFor,
    NotFound {
        from: PathBuf,
    },
    Loaded(PathBuf),
}

impl Environment {
    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// The value of a variable that is there and not empty.
    pub fn get_filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// The same with what the nearest `.env` file from a directory upwards adds. Variables that are there
    /// stay as they are.
    ///
    /// # Errors
    /// [`ConfigError`] when there is a file and it cannot be read.
    pub fn with_dotenv(mut self, root: &Path) -> Result<Self, ConfigError> {
        let found = root.ancestors().map(|directory| directory.join(".env")).find(|path| path.is_file());
        let Some(path) = found else {
            self.dotenv = Dotenv::NotFound { from: root.to_owned() };
            return Ok(self);
        };
        let text = super::discover::read_text(&path)?;
        for variable in dotenvy::from_read_iter(text.as_bytes()) {
            let (name, value) =
                variable.map_err(|error| ConfigError::new(unreadable(&path, &text, &error)))?;
            self.variables.entry(name).or_insert(value);
        }
        self.dotenv = Dotenv::Loaded(path);
        Ok(self)
    }

    /// What became of `.env`, for people.
    pub(super) fn dotenv(&self) -> String {
        let shown = |path: &Path| ambix_schema::escape(&path.display().to_string());
        match &self.dotenv {
            Dotenv::NotLookedFor => "not read".into(),
            Dotenv::NotFound { from } => format!("none in {} or above", shown(from)),
            Dotenv::Loaded(path) => format!("{} does not have it", shown(path)),
        }
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        Self { variables: variables.into_iter().collect(), dotenv: Dotenv::default() }
    }
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

/// The line is named and not quoted: there may be a password in it.
fn unreadable(path: &Path, text: &str, error: &dotenvy::Error) -> ConfigErrorKind {
    let mut line = None;
    // What it gives is the line, or what stands behind the `=` of it.
    if let dotenvy::Error::LineParse(part, _) = error
        && !part.trim().is_empty()
    {
        line = text.lines().position(|line| line.trim_end().ends_with(part.trim_end()));
    }
    ConfigErrorKind::Dotenv { path: path.to_owned(), line: line.map(|line| line + 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_dotenv_file_adds_and_does_not_replace() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join(".env"), "# c\nA=one\nexport B='two three'\nC=\"x#y\"\n")
            .unwrap();
        let below = directory.path().join("a/b");
        std::fs::create_dir_all(&below).unwrap();
        let read = environment(&[("A", "real")]).with_dotenv(&below).unwrap();
        assert_eq!(
            (read.get("A"), read.get("B"), read.get("C")),
            (Some("real"), Some("two three"), Some("x#y"))
        );
        assert!(read.dotenv().ends_with(".env does not have it"));
        assert_eq!(format!("{read:?}"), "{\"A\", \"B\", \"C\"}");
    }

    #[test]
    fn a_faulty_line_is_named_and_not_quoted() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join(".env"), "A=1\nPASSWORD=hunter2 and more\n").unwrap();
        let error = environment(&[]).with_dotenv(directory.path()).unwrap_err();
        assert!(error.to_string().ends_with(".env: line 2 is not NAME=value"), "{error}");
        assert!(!error.to_string().contains("hunter2"));
        assert!(error.hint().is_some());
    }

    #[test]
    fn empty_variables_are_there_and_not_filled() {
        let read = environment(&[("A", "")]);
        assert_eq!((read.get("A"), read.get_filled("A"), read.get("B")), (Some(""), None, None));
    }
}
