//! sqlx: `VERSION_DESCRIPTION.sql`, or `.up.sql` and `.down.sql`, in one directory.
//!
//! Names and checksums as `sqlx-core/src/migrate/source.rs` has them: the version is a whole number, and a
//! checksum is SHA-384 over the file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ambix_revision::Kept;
use sha2::{Digest, Sha384};

use super::reading::{has_extension, name};
use super::{Migration, Reading, date_of, hexadecimal, id_of, with_any_line_ends};
use crate::Error;

#[derive(Default)]
struct Files {
    digits: String,
    description: String,
    up: Option<PathBuf>,
    down: Option<PathBuf>,
    is_simple: bool,
}

/// Reads the directory.
pub(super) fn read(reading: &mut Reading<'_>, directory: &Path) -> Result<Vec<Migration>, Error> {
    let mut versions: BTreeMap<i64, Files> = BTreeMap::new();
    for path in Reading::entries(directory)? {
        let file = name(&path);
        if !has_extension(&path, "sql") || !path.is_file() {
            continue;
        }
        let Some((digits, rest)) = file.split_once('_') else { continue };
        let Ok(version) = digits.parse::<i64>() else {
            reading.whole(
                &path,
                "its name does not begin with a version, a whole number",
                "sqlx refuses the directory because of it, too: give it a version, or keep it elsewhere",
            );
            continue;
        };
        let files = versions.entry(version).or_default();
        let (description, is_down) = match rest.strip_suffix(".down.sql") {
            Some(description) => (description, true),
            None => (rest.trim_end_matches(".sql").trim_end_matches(".up"), false),
        };
        let place = if is_down { &mut files.down } else { &mut files.up };
        if let Some(other) = place.replace(path.clone()) {
            reading.twice(&path, &other, digits, "sqlx");
        }
        if !is_down {
            digits.clone_into(&mut files.digits);
            files.description = description.replace('_', " ");
            files.is_simple = !rest.ends_with(".up.sql");
        }
    }
    let mut migrations = Vec::new();
    for (version, files) in versions {
        if let Some(up) = files.up.clone() {
            migrations.push(migration(reading, version, files, &up)?);
        } else {
            let help = "add the `.up.sql` that belongs to it, or take it away";
            reading.whole(&files.down.unwrap_or_default(), "there is a way back and no way up", help);
        }
    }
    Ok(migrations)
}

fn migration(reading: &mut Reading<'_>, version: i64, files: Files, up: &Path) -> Result<Migration, Error> {
    let Files { digits, description, up: _, down, is_simple } = files;
    let text = Reading::text(up)?;
    let upgrade = reading.sql(up, &text);
    let downgrade = match &down {
        Some(down) => {
            let text = Reading::text(down)?;
            reading.way_back(down, &text, &upgrade)
        }
        None if is_simple => Kept::Irreversible("sqlx had no way back for it".into()),
        None => Kept::Irreversible("sqlx had no .down.sql for it".into()),
    };
    let sources = [Some(up), down.as_deref()].into_iter().flatten().map(|path| reading.shown(path));
    let digest = |text: String| hexadecimal(&Sha384::digest(text.as_bytes()));
    Ok(Migration {
        message: description,
        create_date: date_of(&digits),
        sources: sources.collect(),
        checksums: with_any_line_ends(&text).map(digest).into(),
        ..Migration::new(version.to_string(), id_of(&digits), upgrade, downgrade)
    })
}
