//! What can be wrong with a configuration: the place, and what it is.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use ambix_schema::{Origin, Problem, Severity, escape};

use super::document::Place;

/// An error in a configuration, or in finding one.
#[derive(Debug)]
pub struct ConfigError {
    /// What is wrong.
    pub kind: ConfigErrorKind,
    problem: Option<Box<Problem>>,
}

/// What can be wrong with a configuration.
#[derive(Debug)]
pub enum ConfigErrorKind {
    /// There is none.
    NotFound {
        /// The directories that were looked in, the nearest first.
        looked_in: Vec<PathBuf>,
    },
    /// A file cannot be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A `Cargo.toml` that was asked for says nothing about ambix.
    NoMetadata {
        /// The file.
        path: PathBuf,
    },
    /// It is not TOML.
    Syntax(String),
    /// A key means nothing.
    UnknownKey {
        /// The key with the tables it stands in.
        key: String,
        /// The key that was likely meant.
        suggestion: Option<String>,
        /// The keys that could stand there.
        known: Vec<String>,
    },
    /// A key is missing.
    MissingKey {
        /// The key with the tables it stands in.
        key: String,
        /// What could be said.
        expected: String,
    },
    /// A value is of the wrong type.
    WrongType {
        /// The key.
        key: String,
        /// What it takes.
        expected: &'static str,
        /// What it got.
        found: &'static str,
    },
    /// A value is of the right type and means nothing.
    InvalidValue {
        /// The key.
        key: String,
        /// What is wrong with it.
        problem: String,
        /// The way out.
        hint: String,
    },
    /// There is no such `[env.NAME]`.
    UnknownEnv {
        /// What was asked for.
        name: String,
        /// Those there are.
        known: Vec<String>,
    },
    /// A variable is not set, or empty where that means nothing.
    MissingVariable {
        /// The variable.
        name: String,
        /// The key that needs it.
        key: String,
        /// Whether it is set, and empty.
        is_empty: bool,
        /// Whether the key is in the configuration, and not its default.
        is_configured: bool,
        /// What became of `.env`.
        dotenv: String,
    },
    /// A `${…}` that is not one.
    Reference {
        /// The key.
        key: String,
        /// What is wrong.
        problem: String,
    },
    /// A line of a `.env` file that cannot be read.
    Dotenv {
        /// The file.
        path: PathBuf,
        /// The line, from 1, where it could be told.
        line: Option<usize>,
    },
}

impl ConfigError {
    pub(super) fn new(kind: ConfigErrorKind) -> Self {
        Self { kind, problem: None }
    }

    pub(super) fn at(place: &Place, kind: ConfigErrorKind) -> Self {
        let mut error = Self { kind, problem: None };
        let (path, text) = (place.source.shown.clone(), place.source.text.as_str());
        let mut problem = Problem::at(Severity::Error, path, text, place.range.clone(), error.message());
        problem.help = error.hint();
        error.problem = Some(Box::new(problem));
        error
    }

    /// What is wrong, without the place.
    pub fn message(&self) -> String {
        match &self.kind {
            ConfigErrorKind::NotFound { looked_in } => {
                format!("could not find ambix.toml (looked in {})", directories(looked_in))
            }
            ConfigErrorKind::Unreadable { path, error } => {
                format!("could not read {}: {error}", shown(path))
            }
            ConfigErrorKind::NoMetadata { path } => {
                format!("{} has no [package.metadata.ambix] and no [workspace.metadata.ambix]", shown(path))
            }
            ConfigErrorKind::Syntax(message) => escape(message),
            ConfigErrorKind::UnknownKey { key, .. } => format!("unknown key '{}'", escape(key)),
            ConfigErrorKind::MissingKey { key, .. } => format!("'{key}' is missing"),
            ConfigErrorKind::WrongType { key, expected, found } => {
                format!("'{}' takes {expected}, and this is {found}", escape(key))
            }
            ConfigErrorKind::InvalidValue { key, problem, .. } => {
                format!("'{}' {}", escape(key), escape(problem))
            }
            ConfigErrorKind::UnknownEnv { name, .. } => format!("there is no [env.{}]", escape(name)),
            ConfigErrorKind::MissingVariable { name, key, is_empty, is_configured, .. } => {
                let state = if *is_empty { "empty" } else { "not set" };
                match is_configured {
                    true => format!("variable {name} is {state}, and '{key}' needs it"),
                    false => format!("'{key}' is not configured, and variable {name} is {state}"),
                }
            }
            ConfigErrorKind::Reference { key, problem } => format!("'{}' {problem}", escape(key)),
            ConfigErrorKind::Dotenv { path, line: Some(line) } => {
                format!("could not read {}: line {line} is not NAME=value", shown(path))
            }
            ConfigErrorKind::Dotenv { path, line: None } => {
                format!("could not read {}: a line is not NAME=value", shown(path))
            }
        }
    }

    /// The way out.
    pub fn hint(&self) -> Option<String> {
        match &self.kind {
            ConfigErrorKind::NotFound { .. } => Some(
                "`ambix init` writes one; --config names one elsewhere, and [package.metadata.ambix] in \
                 Cargo.toml serves as well"
                    .into(),
            ),
            ConfigErrorKind::Unreadable { error, .. } => readable(error.kind()),
            ConfigErrorKind::NoMetadata { .. } => Some("add one of them, or write an ambix.toml".into()),
            ConfigErrorKind::Syntax(_) => None,
            ConfigErrorKind::UnknownKey { suggestion: Some(key), .. } => {
                Some(format!("did you mean '{key}'?"))
            }
            ConfigErrorKind::UnknownKey { known, .. } => Some(format!("known here: {}", known.join(", "))),
            ConfigErrorKind::MissingKey { expected, .. } => Some(format!("write {expected}")),
            ConfigErrorKind::WrongType { expected, .. } => Some(format!("write {expected}")),
            ConfigErrorKind::InvalidValue { hint, .. } => Some(hint.clone()),
            ConfigErrorKind::UnknownEnv { known, .. } if known.is_empty() => {
                Some("the configuration has no [env.NAME] at all; check --env and AMBIX_ENV".into())
            }
            ConfigErrorKind::UnknownEnv { known, .. } => {
                Some(format!("there are {}; check --env and AMBIX_ENV", escape(&known.join(", "))))
            }
            ConfigErrorKind::MissingVariable { name, is_configured, dotenv, .. } => {
                let default = match is_configured {
                    true => format!("give a default with ${{{name}:-value}}"),
                    false => "set [database] url".into(),
                };
                Some(format!("set it in the environment or in .env ({dotenv}), or {default}"))
            }
            ConfigErrorKind::Reference { .. } => {
                Some("write ${NAME} or ${NAME:-default}; $$ stands for one $".into())
            }
            ConfigErrorKind::Dotenv { .. } => Some("put values with blanks or # into quotes".into()),
        }
    }

    /// Where it is, when it is in a file.
    pub fn origin(&self) -> Option<&Origin> {
        self.problem.as_deref().map(|problem| &problem.origin)
    }

    /// The place with its text, to be shown as a compiler would; at most one.
    pub fn problems(&self) -> &[Problem] {
        self.problem.as_deref().map_or(&[], std::slice::from_ref)
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.origin() {
            Some(origin) => write!(f, "{origin}:{}: {}", origin.column, self.message()),
            None => f.write_str(&self.message()),
        }
    }
}

impl std::error::Error for ConfigError {}

fn shown(path: &Path) -> String {
    escape(&path.display().to_string())
}

/// The first directories by name, the rest by where they lead.
fn directories(looked_in: &[PathBuf]) -> String {
    const SHOWN: usize = 3;
    let mut text: Vec<String> = looked_in.iter().take(SHOWN).map(|path| shown(path)).collect();
    let last = looked_in.iter().skip(SHOWN).next_back();
    let up_to = last.map(|last| format!(" up to {}", shown(last)));
    if text.is_empty() {
        text.push("no directory".into());
    }
    format!("{}{}", text.join(", "), up_to.unwrap_or_default())
}

/// How a file is made readable.
fn readable(why: io::ErrorKind) -> Option<String> {
    let ways = [
        (io::ErrorKind::NotFound, "check --config and AMBIX_CONFIG"),
        (io::ErrorKind::PermissionDenied, "make the file readable"),
        (io::ErrorKind::InvalidData, "save the file as UTF-8"),
    ];
    ways.into_iter().find(|(kind, _)| *kind == why).map(|(_, way)| way.to_owned())
}
