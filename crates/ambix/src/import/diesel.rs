//! Diesel: a directory `VERSION_NAME` with `up.sql`, `down.sql` and perhaps `metadata.toml`.
//!
//! As `diesel_migrations` has it, the version is what stands before the first `_`, without its dashes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ambix_revision::Kept;

use super::reading::name;
use super::{Migration, Reading, date_of, id_of};
use crate::Error;

/// Reads the directory.
pub(super) fn read(reading: &mut Reading<'_>, directory: &Path) -> Result<Vec<Migration>, Error> {
    let mut versions: BTreeMap<String, PathBuf> = BTreeMap::new();
    for path in Reading::entries(directory)? {
        if !path.is_dir() || reading.is_own(&path) {
            continue;
        }
        if !path.join("up.sql").is_file() {
            reading.whole(
                &path,
                "there is no up.sql in it",
                "diesel refuses the directory because of it, too: add the file, or keep the directory elsewhere",
            );
            continue;
        }
        let directory = name(&path);
        let version = directory.split('_').next().unwrap_or_default().replace('-', "");
        if let Some(other) = versions.insert(version.clone(), path.clone()) {
            reading.twice(&path, &other, &version, "diesel");
        }
    }
    let mut migrations = Vec::new();
    for (version, directory) in versions {
        migrations.push(migration(reading, &version, &directory)?);
    }
    Ok(migrations)
}

fn migration(reading: &mut Reading<'_>, version: &str, directory: &Path) -> Result<Migration, Error> {
    let (up, down) = (directory.join("up.sql"), directory.join("down.sql"));
    let text = Reading::text(&up)?;
    let upgrade = reading.sql(&up, &text);
    let mut sources = vec![reading.shown(&up)];
    let downgrade = if down.is_file() {
        sources.push(reading.shown(&down));
        let text = Reading::text(&down)?;
        reading.way_back(&down, &text, &upgrade)
    } else {
        Kept::Irreversible("diesel had no down.sql for it".into())
    };
    let directory = name(directory);
    let message = directory.split_once('_').map_or(directory.as_str(), |(_, message)| message);
    Ok(Migration {
        message: message.replace('_', " "),
        create_date: date_of(version),
        sources,
        ..Migration::new(version, id_of(version), upgrade, downgrade)
    })
}
