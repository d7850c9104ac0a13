//! refinery: `V1__name.sql` and `U2__name.sql` at any depth, or the same in Rust.
//!
//! As `refinery_core` has it, V and U share their versions, a U runs also after a later V has run, and a
//! checksum is `SipHash` 1-3 over name, version and SQL.

use std::collections::BTreeMap;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use ambix_revision::Kept;
use siphasher::sip::SipHasher13;

use super::reading::{has_extension, name};
use super::{Migration, Reading, id_of, with_any_line_ends};
use crate::Error;

/// The parts of a file's name.
struct Name {
    is_late: bool,
    version: i64,
    words: String,
    is_rust: bool,
}

impl Name {
    fn parse(file: &str) -> Option<Self> {
        let (stem, is_rust) = match (file.strip_suffix(".sql"), file.strip_suffix(".rs")) {
            (Some(stem), _) => (stem, false),
            (None, Some(stem)) => (stem, true),
            (None, None) => return None,
        };
        let is_late = stem.starts_with('U');
        let (digits, words) = stem.strip_prefix(['U', 'V'])?.split_once("__")?;
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let is_name = !words.is_empty() && words.chars().all(is_word);
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let version = digits.parse().ok().filter(|_| is_number && is_name)?;
        Some(Self { is_late, version, words: words.to_owned(), is_rust })
    }
}

/// Reads the directory.
pub(super) fn read(reading: &mut Reading<'_>, directory: &Path) -> Result<Vec<Migration>, Error> {
    let mut versions: BTreeMap<i64, (Name, PathBuf)> = BTreeMap::new();
    for path in reading.files_below(directory)? {
        let file = name(&path);
        let Some(parsed) = Name::parse(&file) else {
            if has_extension(&path, "sql") {
                let note =
                    format!("passed over {}: refinery does not read it either", reading.escaped(&path));
                reading.notes.push(note);
            }
            continue;
        };
        let version = parsed.version;
        if let Some((_, other)) = versions.insert(version, (parsed, path.clone())) {
            reading.twice(&path, &other, &version.to_string(), "refinery");
        }
    }
    let mut migrations = Vec::new();
    for (name, path) in versions.into_values() {
        migrations.push(migration(reading, name, &path)?);
    }
    Ok(migrations)
}

fn migration(reading: &mut Reading<'_>, name: Name, path: &Path) -> Result<Migration, Error> {
    let Name { is_late, version, words, is_rust } = name;
    let text = if is_rust { None } else { Some(Reading::text(path)?) };
    let elsewhere = || format!("refinery ran a migration in Rust for it, {}", reading.escaped(path));
    let (upgrade, downgrade, checksums) = match &text {
        None => (Kept::Elsewhere(elsewhere()), Kept::Elsewhere(elsewhere()), Vec::new()),
        Some(text) => (
            reading.sql(path, text),
            Kept::Irreversible("refinery knows no way back".into()),
            checksums(&words, version, text),
        ),
    };
    let id = id_of(&format!("{}{version}", if is_late { 'U' } else { 'V' }));
    Ok(Migration {
        message: words.replace('_', " "),
        sources: vec![reading.shown(path)],
        checksums,
        runs_late: is_late,
        ..Migration::new(version.to_string(), id, upgrade, downgrade)
    })
}

/// The checksum of a migration, with versions of four bytes and of eight (a feature of refinery), and with line
/// ends of either kind.
fn checksums(name: &str, version: i64, text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for text in with_any_line_ends(text) {
        for short in [true, false] {
            let mut hasher = SipHasher13::new();
            name.hash(&mut hasher);
            match i32::try_from(version).ok().filter(|_| short) {
                Some(version) => version.hash(&mut hasher),
                None => version.hash(&mut hasher),
            }
            text.hash(&mut hasher);
            all.push(hasher.finish().to_string());
        }
    }
    all
}
