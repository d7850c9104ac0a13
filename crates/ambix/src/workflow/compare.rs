//! Comparing two sources: what was looked at, what differs, and where in source it comes from.

use std::collections::BTreeSet;

use ambix_database::Database;
use ambix_dialect::Canonical;
use ambix_diff::{Diff, RenameHint, diff};
use ambix_schema::{Address, AddressMap, Change, Kind, Origin, Problem, Schema};

use super::settle::{leave_out, settle};
use crate::{Error, Models, Project};

/// Two schemas, and what differs between them.
#[derive(Debug)]
pub struct Comparison {
    /// The side compared from.
    pub from: Canonical,
    /// The side compared to.
    pub to: Canonical,
    /// What must change so that the first becomes the second.
    pub diff: Diff,
    /// What was looked at.
    pub looked: Looked,
    /// The differences for people, with their places in source.
    pub findings: Vec<Finding>,
    /// Where in the models each object is said.
    pub origins: AddressMap<Origin>,
    /// Warnings about the models.
    pub warnings: Vec<Problem>,
    /// What has a comment in the models that the database does not keep.
    pub unkept_comments: BTreeSet<Address>,
}

/// What a comparison looked at, for whoever wonders why it found nothing.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Looked {
    /// The side compared from: `PostgreSQL 15.8 database ...`, `the revisions up to ...`.
    pub from: String,
    /// How many model files were read.
    pub files: usize,
    /// How many entities and enums were found in them.
    pub entities: usize,
    /// The globs that model files were looked for with.
    pub paths: Vec<String>,
}

/// One difference.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Finding {
    /// `added column users.full_name`, without its place.
    pub text: String,
    /// Where in the models it is said, if it is.
    pub origin: Option<Origin>,
    /// The change.
    pub change: Change,
}

/// Compares `from` with the models, and has the server of `from`, where there is a connection, tell
/// expressions apart that the text does not.
pub(crate) async fn compare_settled(
    project: &Project,
    database: Option<Database>,
    from: Canonical,
    described: String,
    mut models: Models,
    renames: &[RenameHint],
) -> Result<Comparison, Error> {
    let mut unexplained = Vec::new();
    if let Some(mut database) = database {
        let policy = project.policy()?;
        let hints = hints(&models, renames);
        unexplained = settle(&mut database, &from, &mut models.schema, &policy, &hints).await?;
        database.close().await?;
    }
    let mut comparison = compare_with_models(project, from, described, models, renames)?;
    if !unexplained.is_empty() {
        leave_out(&mut comparison.diff, &unexplained);
        comparison.findings = findings(&comparison.diff.changes, &comparison.origins);
    }
    Ok(comparison)
}

/// Compares `from` with the models, by their texts alone.
pub(crate) fn compare_with_models(
    project: &Project,
    from: Canonical,
    described: String,
    models: Models,
    renames: &[RenameHint],
) -> Result<Comparison, Error> {
    let hints = hints(&models, renames);
    let diff = diff(&from, &models.schema, &project.policy()?, &hints);
    let looked = Looked {
        from: described,
        files: models.read.files,
        entities: models.read.entities,
        paths: project.config().models.paths.clone(),
    };
    let (warnings, origins) = (models.read.problems, models.read.origins);
    let findings = findings(&diff.changes, &origins);
    let Models { schema: to, unkept_comments, read: _ } = models;
    Ok(Comparison { from, to, diff, looked, findings, origins, warnings, unkept_comments })
}

/// The renames that the models say, and those that were said on the command line.
fn hints(models: &Models, renames: &[RenameHint]) -> Vec<RenameHint> {
    let said = models.read.renames.iter();
    said.map(|rename| RenameHint { from: rename.from.clone(), to: rename.to.clone() })
        .chain(renames.iter().cloned())
        .collect()
}

/// Changes for people, with their places in source.
pub(crate) fn findings(changes: &[Change], origins: &AddressMap<Origin>) -> Vec<Finding> {
    let origin_of = |change: &Change| {
        let at = match change {
            Change::Rename { from, to } => from.renamed(to.clone()),
            Change::Create { at, .. } | Change::Drop { at, .. } | Change::Alter { at, .. } => at.clone(),
            Change::Opaque(_) => return None,
        };
        origins.get(&at).cloned()
    };
    let whole = Whole::of(changes);
    changes
        .iter()
        .filter(|change| !whole.says(change))
        .map(|change| Finding { text: describe(change), origin: origin_of(change), change: change.clone() })
        .collect()
}

/// The tables that come or go as a whole, and say so for their columns and keys.
struct Whole<'a> {
    created: BTreeSet<&'a Address>,
    dropped: BTreeSet<&'a Address>,
}

impl<'a> Whole<'a> {
    fn of(changes: &'a [Change]) -> Self {
        let mut whole = Self { created: BTreeSet::new(), dropped: BTreeSet::new() };
        for change in changes {
            match change {
                Change::Create { at, .. } if at.kind == Kind::Table => {
                    whole.created.insert(at);
                }
                Change::Drop { at, .. } if at.kind == Kind::Table => {
                    whole.dropped.insert(at);
                }
                Change::Create { .. }
                | Change::Drop { .. }
                | Change::Alter { .. }
                | Change::Rename { .. }
                | Change::Opaque(_) => {}
            }
        }
        whole
    }

    fn says(&self, change: &Change) -> bool {
        let (tables, at) = match change {
            Change::Create { at, .. } => (&self.created, at),
            Change::Drop { at, .. } => (&self.dropped, at),
            Change::Alter { .. } | Change::Rename { .. } | Change::Opaque(_) => return false,
        };
        let is_part = at.kind.belongs_to_table() && at.kind != Kind::Index;
        is_part && at.table_name().is_some_and(|table| tables.contains(&Address::table(table)))
    }
}

/// A change in words: `added column users.full_name`, `changed column users.email: null → not null`.
pub(crate) fn describe(change: &Change) -> String {
    match change {
        Change::Create { at, .. } => format!("added {at}"),
        Change::Drop { at, .. } => format!("removed {at}"),
        Change::Rename { from, to } => format!("renamed {from} to {to}"),
        Change::Alter { at, from, to, .. } => {
            let facets: Vec<String> = from
                .differing(to)
                .into_iter()
                .map(|facet| {
                    let before = from.facet_text(facet).unwrap_or_default();
                    format!("{before} → {}", to.facet_text(facet).unwrap_or_default())
                })
                .collect();
            format!("changed {at}: {}", facets.join(", "))
        }
        Change::Opaque(_) => change.to_string(),
    }
}

/// Reads `--rename users.name=users.full_name` against both sides.
///
/// # Errors
/// [`Error::Refused`] when a side does not have what is named.
pub(crate) fn rename_hint(text: &str, from: &Schema, to: &Schema) -> Result<RenameHint, Error> {
    let usage = "write it as --rename users.name=users.full_name, or --rename users=people for a table";
    let Some((old, new)) = text.split_once('=') else {
        return Err(Error::refused(format!("could not read --rename {text}"), usage));
    };
    let find = |schema: &Schema, name: &str, side: &str| {
        schema
            .iter()
            .map(|(at, _)| at)
            .find(|at| matches!(at.kind, Kind::Table | Kind::Column) && at.dotted() == name.trim())
            .cloned()
            .ok_or_else(|| {
                Error::refused(format!("could not rename {text}: {side} has no {}", name.trim()), usage)
            })
    };
    let old = find(from, old, "the side compared from")?;
    let new = find(to, new, "the model")?;
    if old.kind != new.kind {
        return Err(Error::refused(
            format!("could not rename {text}: a {} is not a {}", old.kind.word(), new.kind.word()),
            usage,
        ));
    }
    // The column of a table that is renamed in the same run goes by the table's new name.
    let from = if old.kind == Kind::Column { Address { name: old.name, ..new.clone() } } else { old };
    Ok(RenameHint { from, to: new.name })
}
