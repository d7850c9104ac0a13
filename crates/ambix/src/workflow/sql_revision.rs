//! The text of a revision file in SQL: its statements are those that a revision in Rust would run, for which it is
//! asked only whether there are any.

use ambix_dialect::Dialect;
use ambix_plan::{PlanError, plan};
use ambix_revision::operations::{DoneElsewhere, Execute, Irreversible};
use ambix_revision::{Draft, Said, write_sql};
use ambix_schema::{AddressMap, Change, Opaque, Origin, Schema};

use super::revision::{Content, comment};
use crate::revisions::cutting;
use crate::{Error, Project};

/// The text of the file.
///
/// # Errors
/// [`Error::Plan`] for what the database cannot do, [`Error::Refused`] for a statement that would not be read
/// back as it is.
pub(super) fn sql_text(
    project: &Project,
    draft: &Draft,
    content: &Content<'_>,
    origins: &AddressMap<Origin>,
) -> Result<String, Error> {
    let configured = match content.dialect {
        Some(_) => None,
        None => Some(project.dialect()?),
    };
    let dialect = content.dialect.or(configured.as_deref()).expect("one of them is there");
    let upgrade = said(content.before, content.upgrade, origins, dialect)?;
    let downgrade = said(content.after, content.downgrade, &AddressMap::default(), dialect)?;
    write_sql(draft, &upgrade, &downgrade, &cutting(dialect)).map_err(|error| {
        Error::refused(
            format!("could not write the revision as SQL: {error}"),
            "set format = \"rust\" in ambix.toml: revisions in both stand side by side",
        )
    })
}

/// Sees that the database can do what the revision will say, in both directions: what it cannot is better said
/// before there is a file than when it runs. What a person can put right in the file is given back, to be said at
/// its head. A revision that no dialect was chosen for says nothing yet.
///
/// # Errors
/// [`Error::Plan`] for what the database cannot do.
pub(super) fn require_plannable(content: &Content<'_>) -> Result<Vec<String>, Error> {
    let Some(dialect) = content.dialect else { return Ok(Vec::new()) };
    let mut notes = Vec::new();
    let directions =
        [("upgrade", content.before, content.upgrade), ("downgrade", content.after, content.downgrade)];
    for (direction, before, changes) in directions {
        match plan(before, changes, dialect) {
            Ok(_) => {}
            Err(
                kind @ (PlanError::StoodOn { .. } | PlanError::UnknownTable { .. } | PlanError::Apply(_)),
            ) => {
                notes.push(format!("As it is, the {direction} does not run: {kind}."));
            }
            Err(kind @ (PlanError::Refused { .. } | PlanError::Render(_))) => {
                return Err(Error::Plan { what: "the changes".to_owned(), kind });
            }
        }
    }
    Ok(notes)
}

/// The statements of one direction, each with the place in the models it comes from.
fn said(
    before: &Schema,
    changes: &[Change],
    origins: &AddressMap<Origin>,
    dialect: &dyn Dialect,
) -> Result<Vec<Said>, Error> {
    let what = || "the changes".to_owned();
    let planned = plan(before, changes, dialect).map_err(|kind| Error::Plan { what: what(), kind })?;
    let said = changes.iter().filter_map(|change| match change {
        Change::Opaque(Opaque::Irreversible { reason }) => {
            Some(Said { operation: Irreversible { reason: reason.clone() }.into(), comments: Vec::new() })
        }
        Change::Opaque(Opaque::Unknown { reason }) => {
            Some(Said { operation: DoneElsewhere { reason: reason.clone() }.into(), comments: Vec::new() })
        }
        Change::Opaque(Opaque::Sql { .. } | Opaque::Insert { .. })
        | Change::Create { .. }
        | Change::Drop { .. }
        | Change::Alter { .. }
        | Change::Rename { .. } => None,
    });
    let statements = planned.steps.iter().flat_map(|step| {
        let place = step.origin.as_ref().and_then(|change| comment(change, origins));
        step.sql.iter().enumerate().map(move |(at, sql)| Said {
            operation: Execute { sql: sql.trim_end().trim_end_matches(';').to_owned(), dialect: None }.into(),
            comments: place.iter().filter(|_| at == 0).cloned().collect(),
        })
    });
    Ok(said.chain(statements).collect())
}
