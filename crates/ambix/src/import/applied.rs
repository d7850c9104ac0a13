//! What a tool's history table says was applied, held against its files.

use std::collections::BTreeMap;

use ambix_database::Database;
use ambix_revision::{Kept, RevisionId};
use ambix_schema::{TableName, escape};

use super::{Migration, Tool, id_of};
use crate::Error;

/// A row of the history table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Applied {
    version: String,
    checksum: Option<String>,
    has_failed: bool,
}

/// The rows of the history table; `None` when there is no such table.
///
/// # Errors
/// [`Error::Database`] when it cannot be read, or has other columns.
pub(crate) async fn rows(
    tool: Tool,
    database: &mut Database,
    table: &TableName,
) -> Result<Option<Vec<Applied>>, Error> {
    let Some(rows) = database.foreign_rows(table, tool.history_columns()).await? else { return Ok(None) };
    let applied = rows.into_iter().map(|row| {
        let mut cells = row.into_iter();
        let version = cells.next().flatten().unwrap_or_default();
        let checksum = cells.next().flatten().map(|text| text.to_lowercase());
        let success = cells.next().flatten();
        let has_failed = success.is_some_and(|text| !matches!(text.as_str(), "t" | "true" | "1"));
        Applied { version, checksum, has_failed }
    });
    Ok(Some(applied.collect()))
}

/// What of the files and the table may differ.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Checks<'a> {
    /// The tool.
    pub(crate) tool: Tool,
    /// The history table, for people.
    pub(crate) table: &'a TableName,
    /// Versions whose files may be others than they were.
    pub(crate) accept_edited: &'a [String],
    /// Whether what was applied and has no file is kept.
    pub(crate) keep_missing: bool,
}

/// Holds the files against what was applied. Gives the revisions the database is at; puts migrations into the
/// list for what has no file, if that is wanted, and moves those behind the others that the tool would run late.
///
/// # Errors
/// [`Error::Refused`] where the two do not fit, with the way out.
pub(crate) fn check(
    checks: Checks<'_>,
    migrations: &mut Vec<Migration>,
    applied: &[Applied],
) -> Result<Vec<RevisionId>, Error> {
    let rows: BTreeMap<&str, &Applied> = applied.iter().map(|row| (row.version.as_str(), row)).collect();
    for row in rows.values() {
        if row.has_failed {
            return Err(failed(checks, row));
        }
    }
    let missing: Vec<&str> = rows
        .keys()
        .filter(|version| !migrations.iter().any(|migration| migration.version == **version))
        .copied()
        .collect();
    if let Some(version) = missing.first() {
        if !checks.keep_missing || checks.tool == Tool::Alembic {
            return Err(gone(checks, version));
        }
        add_missing(checks.tool, migrations, &missing);
    }
    for version in checks.accept_edited {
        if !rows.contains_key(version.as_str()) {
            return Err(Error::refused(
                format!("{} is not a version that was applied", escape(version)),
                "leave out its --accept-edited",
            ));
        }
    }
    for migration in &*migrations {
        let recorded = rows.get(migration.version.as_str()).and_then(|row| row.checksum.as_ref());
        let is_edited = recorded.is_some_and(|recorded| {
            !migration.checksums.is_empty() && !migration.checksums.contains(recorded)
        });
        if is_edited && !checks.accept_edited.contains(&migration.version) {
            return Err(edited(checks, migration));
        }
    }
    let is_applied = |migration: &Migration| rows.contains_key(migration.version.as_str());
    if checks.tool == Tool::Alembic {
        return Ok(migrations.iter().filter(|it| is_applied(it)).map(|it| it.id.clone()).collect());
    }
    let last = migrations.iter().rposition(is_applied);
    if let Some(last) = last {
        let late: Vec<Migration> =
            migrations[..last].iter().filter(|it| it.runs_late && !is_applied(it)).cloned().collect();
        migrations.retain(|it| !late.contains(it));
        migrations.extend(late);
    }
    let Some(last) = migrations.iter().rposition(is_applied) else { return Ok(Vec::new()) };
    match migrations[..last].iter().find(|it| !is_applied(it)) {
        Some(gap) => Err(left_out(checks, gap, &migrations[last])),
        None => Ok(vec![migrations[last].id.clone()]),
    }
}

/// Versions are whole numbers or texts that sort as the tool runs them.
fn add_missing(tool: Tool, migrations: &mut Vec<Migration>, missing: &[&str]) {
    let key = |version: &str| (version.parse::<i64>().ok(), version.to_owned());
    for version in missing {
        let at = migrations.iter().position(|other| key(&other.version) > key(version));
        let elsewhere = format!("{} applied it, and its file is gone", tool.name());
        let id = match tool {
            Tool::Refinery => id_of(&format!("V{version}")),
            Tool::Alembic | Tool::Sqlx | Tool::Diesel | Tool::SeaOrm => id_of(version),
        };
        let (up, down) = (Kept::Elsewhere(elsewhere.clone()), Kept::Elsewhere(elsewhere));
        let message = "file is gone".into();
        let migration = Migration { message, ..Migration::new(*version, id, up, down) };
        migrations.insert(at.unwrap_or(migrations.len()), migration);
    }
}

fn failed(checks: Checks<'_>, row: &Applied) -> Error {
    let (tool, table, version) = (checks.tool.name(), checks.table, escape(&row.version));
    Error::refused(
        format!(
            "{tool} did not finish {version}: its row in {table} says success = false; nothing was written"
        ),
        format!(
            "see what of it is there; then undo that and take the row away, or do the rest and set success = true; \
             and import again, or import the files alone with --no-stamp (never guess: {version} may be half done)"
        ),
    )
}

fn gone(checks: Checks<'_>, version: &str) -> Error {
    let (tool, table, version) = (checks.tool.name(), checks.table, escape(version));
    let hint = match checks.tool {
        Tool::Alembic => "restore the file; or import the files alone with --no-stamp".to_owned(),
        Tool::Sqlx | Tool::Diesel | Tool::Refinery | Tool::SeaOrm => {
            "restore the file; or keep it as a revision without a body with --keep-missing".to_owned()
        }
    };
    Error::refused(
        format!(
            "{table} says that {tool} applied {version}, and there is no file for it; nothing was written"
        ),
        hint,
    )
}

fn edited(checks: Checks<'_>, migration: &Migration) -> Error {
    let path = migration.sources.first().map(|path| escape(&path.display().to_string())).unwrap_or_default();
    Error::refused(
        format!(
            "{path} is not what {} applied as {}: its checksum is another one than {} has; nothing was written",
            checks.tool.name(),
            escape(&migration.version),
            checks.table
        ),
        format!(
            "restore the file as it was; or, if it says what is in the database, import it with --accept-edited {}",
            escape(&migration.version)
        ),
    )
}

fn left_out(checks: Checks<'_>, gap: &Migration, last: &Migration) -> Error {
    let tool = checks.tool.name();
    Error::refused(
        format!(
            "{} was not applied, and {}, which follows it, was; nothing was written",
            escape(&gap.version),
            escape(&last.version)
        ),
        format!(
            "let {tool} run it once more, so that the database is at one place of the history; or import the files \
             alone with --no-stamp"
        ),
    )
}
