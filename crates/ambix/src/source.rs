//! Sources: what `--from` and `--to` may name, and how they are spelled.

use std::path::PathBuf;

use ambix_database::Url;

use crate::Error;

/// Where a schema comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// The models: those of the project, or those below a path.
    Models(Option<PathBuf>),
    /// A database: the project's, or that of a URL.
    Database(Option<Url>),
    /// The revisions, replayed to their heads or to one of them.
    Revisions(Option<String>),
    /// A snapshot in a file.
    File(PathBuf),
    /// The models as they are at a commit of git.
    Git(String),
}

/// The spellings there are, for whoever wrote another one.
const SPELLINGS: &str =
    "a source is models, models:PATH, db, db:URL, revisions, revisions@REVISION, file:PATH or git:COMMIT";

impl Source {
    /// Reads the spelling of the command line.
    ///
    /// # Errors
    /// [`Error::Refused`] for what is no source, [`Error::Database`] for a URL that cannot be read.
    pub fn parse(text: &str) -> Result<Self, Error> {
        // What follows may be a URL with a password in it, so only the first word is ever repeated.
        let word_end = text.find([':', '@', '/']).unwrap_or(text.len());
        let (word, rest) = text.split_at(word_end);
        let value = rest.get(1..).unwrap_or_default();
        let is_filled = !value.is_empty();
        match (word, rest.chars().next()) {
            ("models", None) => Ok(Self::Models(None)),
            ("models", Some(':')) if is_filled => Ok(Self::Models(Some(value.into()))),
            ("db", None) => Ok(Self::Database(None)),
            ("db", Some(':')) if is_filled => Ok(Self::Database(Some(Url::parse(value)?))),
            ("revisions", None) => Ok(Self::Revisions(None)),
            ("revisions", Some('@')) if is_filled => Ok(Self::Revisions(Some(value.into()))),
            ("file", Some(':')) if is_filled => Ok(Self::File(value.into())),
            ("git", Some(':')) if is_filled => Ok(Self::Git(value.into())),
            (_, Some(':')) if text.contains("://") => Err(Error::refused(
                format!("{word}: is the beginning of a URL, and no source"),
                "write db: before a URL, as in --from db:postgres://localhost/app",
            )),
            (_, _) => Err(Error::refused(
                format!("{:?} is no source of a schema", ambix_schema::escape(word)),
                SPELLINGS,
            )),
        }
    }

    /// Whether it can be read without a project.
    pub fn stands_alone(&self) -> bool {
        match self {
            Self::Database(Some(_)) | Self::File(_) | Self::Models(Some(_)) => true,
            Self::Models(None) | Self::Database(None) | Self::Revisions(_) | Self::Git(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_read() {
        let read = |text: &str| format!("{:?}", Source::parse(text).unwrap());
        assert_eq!(read("models"), "Models(None)");
        assert_eq!(read("models:src/db"), "Models(Some(\"src/db\"))");
        assert_eq!(read("db"), "Database(None)");
        assert!(read("db:sqlite:app.db").contains("app.db"));
        assert_eq!(read("revisions"), "Revisions(None)");
        assert_eq!(read("revisions@3f2a+1"), "Revisions(Some(\"3f2a+1\"))");
        assert_eq!(read("file:a:b.json"), "File(\"a:b.json\")");
        assert_eq!(read("git:HEAD~1"), "Git(\"HEAD~1\")");
    }

    #[test]
    fn what_is_no_source_is_refused_without_repeating_a_password() {
        for text in ["", "modles", "db:", "models:", "revisions:x", "git", "file:", "/tmp/x", "git@x"] {
            let error = Source::parse(text).unwrap_err();
            assert_eq!(error.hint().as_deref(), Some(SPELLINGS), "{text}");
        }
        for text in
            ["postgres://me:secret@host/app", "db:postgres//me:secret@host", "bd:mysql://me:secret@h/x"]
        {
            let error = Source::parse(text).unwrap_err();
            assert!(!format!("{error} {:?}", error.hint()).contains("secret"), "{error}");
        }
    }
}
