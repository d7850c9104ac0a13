//! Ensure version: the version table alone, before anything is applied.

use ambix_database::Access;
use ambix_dialect::{History, history as history_sql};

use super::script_text::Script;
use crate::{Error, Project};

/// Makes the version table unless it is there; whether it had to be made.
///
/// # Errors
/// Any [`Error`] that keeps it from being made.
pub async fn ensure_version(project: &Project) -> Result<bool, Error> {
    let mut database = project.connect(Access::ReadWrite, true).await?;
    let lock = database.lock().await?;
    let is_missing = database.heads().await?.is_none();
    let ensured = database.ensure_version_table().await;
    // The lock goes on every path; that the table could not be made is the news.
    let released = lock.release().await;
    ensured?;
    released?;
    Ok(is_missing)
}

/// The SQL that makes the version table, there or not.
///
/// # Errors
/// Any [`Error`] that keeps the dialect from being known.
pub fn ensure_version_script(project: &Project) -> Result<String, Error> {
    let dialect = project.dialect()?;
    let create = history_sql(dialect.as_ref(), &project.version_table(), &History::Create)
        .map_err(|kind| Error::Plan { what: "the version table".into(), kind: kind.into() })?;
    let mut script = Script::of(dialect.as_ref());
    script.statements(&create);
    Ok(script.finish())
}
