//! Alembic: `versions/*.py`. The head of each file says which revision it is; what it does is in Python, and
//! comes from a script that Alembic rendered, or stays where it is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ambix_revision::{Kept, RevisionId};

use super::python::{Value, assigned, docstring, does_nothing};
use super::reading::{has_extension, name};
use super::rendered::Rendered;
use super::{Down, Migration, Reading};
use crate::Error;

/// Reads the directory, and the scripts that were rendered for a database with this version table.
pub(super) fn read(
    reading: &mut Reading<'_>,
    directory: &Path,
    scripts: &[PathBuf],
    version_table: &str,
) -> Result<Vec<Migration>, Error> {
    let mut rendered = Rendered::new(version_table);
    for script in scripts {
        let text = Reading::text(script)?;
        rendered.read(reading, script, &text);
    }
    let mut migrations = Vec::new();
    let mut files: BTreeMap<String, PathBuf> = BTreeMap::new();
    for path in reading.files_below(directory)? {
        let file = name(&path);
        if !has_extension(&path, "py") || file.starts_with("__") {
            continue;
        }
        let text = Reading::text(&path)?;
        let Some(migration) = migration(reading, &path, &text, &mut rendered) else { continue };
        if let Some(other) = files.insert(migration.version.clone(), path.clone()) {
            reading.twice(&path, &other, &migration.version, "alembic");
        }
        migrations.push(migration);
    }
    rendered.refuse_what_is_left(reading);
    Ok(migrations)
}

fn migration(
    reading: &mut Reading<'_>,
    path: &Path,
    text: &str,
    rendered: &mut Rendered,
) -> Option<Migration> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let id = value(reading, path, text, "revision")?;
    let Some(Value::Text(version)) = id else {
        reading.whole(
            path,
            "it does not say which revision it is",
            "Alembic needs `revision = \"…\"` in it, too; keep other files elsewhere",
        );
        return None;
    };
    let down = value(reading, path, text, "down_revision")?.unwrap_or(Value::None).texts();
    let branch_labels = value(reading, path, text, "branch_labels")?.unwrap_or(Value::None).texts();
    let depends_on = value(reading, path, text, "depends_on")?.unwrap_or(Value::None).texts();
    let id = identifier(reading, path, text, &version)?;
    let down: Vec<RevisionId> =
        down.iter().filter_map(|down| identifier(reading, path, text, down)).collect();
    let doc = docstring(text);
    let message = doc.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let create_date = doc.lines().find_map(|line| line.trim().strip_prefix("Create Date:"));
    let elsewhere = || format!("Alembic ran Python for it, {}", reading.escaped(path));
    let otherwise = |function: &str| {
        if does_nothing(text, function) { Kept::Text(String::new()) } else { Kept::Elsewhere(elsewhere()) }
    };
    let upgrade = rendered.upgrade(&version).unwrap_or_else(|| otherwise("upgrade"));
    let downgrade = rendered.downgrade(&version).unwrap_or_else(|| otherwise("downgrade"));
    Some(Migration {
        down: Down::Said(down),
        branch_labels,
        depends_on,
        message: message.to_owned(),
        create_date: create_date.map(|date| date.trim().to_owned()).filter(|date| !date.is_empty()),
        sources: vec![reading.shown(path)],
        ..Migration::new(version, id, upgrade, downgrade)
    })
}

/// What a name is assigned; the outer `None` when that cannot be read, which is a problem.
#[expect(clippy::option_option, reason = "not being there and not being readable are two things")]
fn value(reading: &mut Reading<'_>, path: &Path, text: &str, name: &str) -> Option<Option<Value>> {
    match assigned(text, name) {
        Ok(value) => Some(value),
        Err(range) => {
            reading.problem(
                path,
                text,
                range,
                format!("what {name} is cannot be read without running it"),
                "write a text, None, or a tuple of texts",
            );
            None
        }
    }
}

fn identifier(reading: &mut Reading<'_>, path: &Path, text: &str, version: &str) -> Option<RevisionId> {
    match RevisionId::parse(version) {
        Ok(id) => Some(id),
        Err(error) => {
            let start = text.find(version).unwrap_or_default();
            let help = error.hint().unwrap_or_default();
            let help =
                format!("{help}; rename the revision with Alembic first, in its files and in the table");
            reading.problem(path, text, start..start + version.len(), error.to_string(), help);
            None
        }
    }
}
