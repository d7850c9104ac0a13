//! Histories of other tools, read from their directories: what each migration is called in the tool's history
//! table, what it follows, and the SQL it is made of.
//!
//! One file a tool. Reading changes nothing, and gathers all that is wrong.

mod alembic;
mod applied;
mod diesel;
mod python;
mod reading;
mod refinery;
mod rendered;
mod sea_orm;
mod sqlx;

use std::path::{Path, PathBuf};

use ambix_dialect::ForeignColumn;
use ambix_revision::{Kept, RevisionId};
use ambix_schema::TableName;
use sha2::{Digest, Sha256};

use crate::{Error, Tool};

pub(crate) use applied::{Checks, check, rows};
pub(crate) use reading::Reading;

impl Tool {
    /// What could not be read, for an error.
    pub(crate) fn migrations(self) -> &'static str {
        match self {
            Self::Alembic => "the revisions of alembic",
            Self::Sqlx => "the migrations of sqlx",
            Self::Diesel => "the migrations of diesel",
            Self::Refinery => "the migrations of refinery",
            Self::SeaOrm => "the migrations of sea-orm",
        }
    }

    /// Where it keeps its files when nobody says otherwise, the likeliest first.
    fn usual_directories(self) -> &'static [&'static str] {
        match self {
            Self::Alembic => &["alembic/versions", "migrations/versions"],
            Self::Sqlx | Self::Diesel | Self::Refinery => &["migrations"],
            Self::SeaOrm => &["migration/src"],
        }
    }

    /// The columns of its history table that are read: the version first.
    pub(crate) fn history_columns(self) -> &'static [ForeignColumn<'static>] {
        use ForeignColumn::{Bytes, Text};
        match self {
            Self::Alembic => &[Text("version_num")],
            Self::Sqlx => &[Text("version"), Bytes("checksum"), Text("success")],
            Self::Diesel | Self::SeaOrm => &[Text("version")],
            Self::Refinery => &[Text("version"), Text("checksum")],
        }
    }

    /// The directory to read: the one that is said, else the usual one that is there.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is none.
    pub(crate) fn directory(self, root: &Path, said: Option<&Path>) -> Result<PathBuf, Error> {
        let usual = self.usual_directories();
        let found = match said {
            Some(said) => Some(root.join(said)),
            None => usual.iter().map(|name| root.join(name)).find(|path| path.is_dir()),
        };
        if let Some(path) = found.filter(|path| path.is_dir()) {
            // What a directory of migrations is called is within the one of the tool.
            let inner = path.join("versions");
            return Ok(if self == Self::Alembic && inner.is_dir() { inner } else { path });
        }
        let looked = match said {
            Some(said) => said.display().to_string(),
            None => usual.join(" and no "),
        };
        Err(Error::refused(
            format!("could not find {}: there is no {}", self.migrations(), ambix_schema::escape(&looked)),
            format!("name the directory: `ambix import --from {} DIRECTORY`", self.name()),
        ))
    }

    /// Reads the migrations in the order in which the tool runs them. `scripts` are rendered ones, which write
    /// the history table.
    ///
    /// # Errors
    /// [`Error::File`] for what cannot be read; what is wrong inside files is gathered in `reading`.
    pub(crate) fn read(
        self,
        reading: &mut Reading<'_>,
        directory: &Path,
        scripts: &[PathBuf],
        history_table: &TableName,
    ) -> Result<Vec<Migration>, Error> {
        match self {
            Self::Alembic => alembic::read(reading, directory, scripts, history_table.name.as_str()),
            Self::Sqlx => sqlx::read(reading, directory),
            Self::Diesel => diesel::read(reading, directory),
            Self::Refinery => refinery::read(reading, directory),
            Self::SeaOrm => sea_orm::read(reading, directory),
        }
    }
}

/// One migration of another tool.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Migration {
    /// What the history table calls it.
    pub(crate) version: String,
    /// What the revision is called.
    pub(crate) id: RevisionId,
    /// What it follows: the one before it in the list, or what its file says.
    pub(crate) down: Down,
    pub(crate) branch_labels: Vec<String>,
    pub(crate) depends_on: Vec<String>,
    /// What it does, in one line.
    pub(crate) message: String,
    /// When it was created, as far as that is known.
    pub(crate) create_date: Option<String>,
    /// The files it was read from, as messages name them.
    pub(crate) sources: Vec<PathBuf>,
    pub(crate) upgrade: Kept,
    pub(crate) downgrade: Kept,
    /// What the history table may hold as its checksum; empty where the tool keeps none.
    pub(crate) checksums: Vec<String>,
    /// Whether the tool runs it when a later one has run already.
    pub(crate) runs_late: bool,
}

impl Migration {
    /// One that follows the one before it, of which nothing more is known.
    pub(crate) fn new(version: impl Into<String>, id: RevisionId, upgrade: Kept, downgrade: Kept) -> Self {
        Self {
            version: version.into(),
            id,
            down: Down::Previous,
            branch_labels: Vec::new(),
            depends_on: Vec::new(),
            message: String::new(),
            create_date: None,
            sources: Vec::new(),
            upgrade,
            downgrade,
            checksums: Vec::new(),
            runs_late: false,
        }
    }
}

/// What a migration follows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Down {
    /// The one before it in the list.
    Previous,
    /// These.
    Said(Vec<RevisionId>),
}

/// How much is kept of a version that is too long.
const KEPT: usize = 19;

/// The identifier of a revision for a version of another tool: the version itself, where it can be one; else
/// what can be kept of it, and digits that tell it apart.
pub(crate) fn id_of(version: &str) -> RevisionId {
    if let Ok(id) = RevisionId::parse(version) {
        return id;
    }
    let kept: String =
        version.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.')).take(KEPT).collect();
    let digest = Sha256::digest(version.as_bytes());
    let digits = hexadecimal(&digest[..6]);
    let text = if kept.is_empty() { digits } else { format!("{kept}_{digits}") };
    RevisionId::parse(&text).expect("32 letters, digits, _ and . are an identifier")
}

/// The texts that a file is, whichever line ends it was checked out with: as it is, and with each kind.
fn with_any_line_ends(text: &str) -> [String; 3] {
    let unix = text.replace("\r\n", "\n");
    let windows = unix.replace('\n', "\r\n");
    [text.to_owned(), unix, windows]
}

/// Bytes in hexadecimal digits, as history tables are read.
fn hexadecimal(bytes: &[u8]) -> String {
    let digits = b"0123456789abcdef";
    let digit = |half: u8| char::from(digits[usize::from(half & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// The date that fourteen digits say, for people: `2024-11-13 14:30:00`; with eight, the day.
pub(crate) fn date_of(digits: &str) -> Option<String> {
    let is_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    let format = match digits.len() {
        8 if is_digits => "%Y%m%d",
        14 if is_digits => "%Y%m%d%H%M%S",
        _other => return None,
    };
    match digits.len() {
        8 => jiff::civil::Date::strptime(format, digits).ok().map(|date| date.to_string()),
        _full => {
            let date = jiff::civil::DateTime::strptime(format, digits).ok()?;
            Some(date.strftime("%Y-%m-%d %H:%M:%S").to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_that_can_be_identifiers_are_kept() {
        assert_eq!(id_of("20240105090000").as_str(), "20240105090000");
        assert_eq!(id_of("V1").as_str(), "V1");
        let long = id_of("m20220101_000001_create_a_table_with_a_long_name");
        assert!(long.as_str().starts_with("m20220101_000001_cr_"), "{long}");
        assert_ne!(long, id_of("m20220101_000001_create_a_table_with_a_longer_name"));
        assert_eq!(id_of("été").as_str().len(), "t_".len() + 12);
        assert_eq!(id_of("head").as_str().len(), "head_".len() + 12);
    }

    #[test]
    fn digits_are_dates_where_they_can_be() {
        assert_eq!(date_of("20240105093000").as_deref(), Some("2024-01-05 09:30:00"));
        assert_eq!(date_of("20240105").as_deref(), Some("2024-01-05"));
        for text in ["00000000000000", "20241305093000", "1", "2024-01-05"] {
            assert_eq!(date_of(text), None, "{text}");
        }
    }
}
