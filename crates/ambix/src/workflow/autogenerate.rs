//! Autogenerate: compare, order, write a revision for a person to review.

use ambix_database::Database;
use ambix_dialect::{Canonical, Dialect, lost_comments, normalize};
use ambix_plan::order;
use ambix_schema::{Change, Schema};

use super::compare::{Comparison, compare_settled, rename_hint};
use super::placing::parents;
use super::revision::{Content, Outcome, Request as RevisionRequest, write};
use crate::revisions::namespaces;
use crate::{Error, Models, Project, RevisionSet};

/// What to generate.
#[derive(Clone, Debug)]
pub struct Request {
    /// The revision to write.
    pub revision: RevisionRequest,
    /// Compare with the replayed revisions instead of a database.
    pub offline: bool,
    /// Write a file even when nothing differs.
    pub allow_empty: bool,
    /// `old=new`, for each drop and creation that is one rename.
    pub renames: Vec<String>,
    /// The old names that are no renames.
    pub no_renames: Vec<String>,
}

/// Writes the revision that makes the database (or the replayed revisions) what the models say.
///
/// # Errors
/// Any [`Error`]; no file is written then.
pub async fn autogenerate(project: &Project, request: &Request) -> Result<Outcome, Error> {
    let revisions = project.revisions()?;
    let outline = revisions.outline()?;
    // What cannot be written needs no comparison.
    let down = parents(&outline, &request.revision.heads, request.revision.splice)?;
    let start = Start::find(project, &revisions, request.offline).await?;
    let (dialect, models) = (start.dialect.as_ref(), start.models);

    let renames = request
        .renames
        .iter()
        .map(|text| rename_hint(text, start.schema.schema(), models.schema.schema()))
        .collect::<Result<Vec<_>, Error>>()?;
    let comparison =
        compare_settled(project, start.database, start.schema, start.described, models, &renames).await?;
    require_decided_renames(&comparison, &request.no_renames)?;
    if comparison.diff.changes.is_empty() && !request.allow_empty {
        return Ok(Outcome::NoChanges(Box::new(comparison)));
    }

    let before = comparison.from.schema().clone();
    let upgrade = order(&before, &comparison.diff.changes, dialect);
    let (after, back) = way_back(&before, &comparison.diff.changes)?;
    let downgrade = order(&after, &back, dialect);
    let created = upgrade.iter().filter_map(|change| match change {
        Change::Create { at, .. } => Some(at),
        Change::Drop { .. } | Change::Alter { .. } | Change::Rename { .. } | Change::Opaque(_) => None,
    });
    let unkept = lost_comments(created.filter(|at| comparison.unkept_comments.contains(*at)), dialect);
    let content = Content {
        dialect: Some(dialect),
        before: &before,
        upgrade: &upgrade,
        after: &after,
        downgrade: &downgrade,
        comparison: Some(comparison),
        notes: unkept.into_iter().collect(),
    };
    write(project, &outline, &request.revision, down, content)
}

/// What models are compared with.
pub(crate) struct Start {
    pub(crate) dialect: Box<dyn Dialect>,
    pub(crate) models: Models,
    pub(crate) schema: Canonical,
    pub(crate) described: String,
    /// The session, for further questions; none when no database was asked.
    pub(crate) database: Option<Database>,
}

/// A database as it was found.
pub(crate) struct Looked {
    pub(crate) heads: Vec<String>,
    pub(crate) dialect: Box<dyn Dialect>,
    pub(crate) models: Models,
    pub(crate) schema: Canonical,
    pub(crate) described: String,
    /// The session, for further questions; none when no database was asked.
    pub(crate) database: Option<Database>,
}

impl Looked {
    /// Reads the models, and heads and schema through one read-only session. Beside the configured
    /// namespaces, those that the models or the revisions name are read.
    pub(crate) async fn at(project: &Project, revisions: &RevisionSet) -> Result<Self, Error> {
        let Some(mut database) = project.connect_to_look().await? else {
            let dialect = project.dialect()?;
            let models = project.models(dialect.as_ref())?;
            let schema = normalize(Schema::new(), dialect.as_ref());
            let described = format!("{}, which does not exist yet", project.url()?.described());
            return Ok(Self { heads: Vec::new(), dialect, models, schema, described, database: None });
        };
        let described = database.described();
        let heads = database.heads().await?.unwrap_or_default();
        let dialect = project.dialect_of(&database)?;
        let models = project.models(dialect.as_ref())?;
        database.also_read(namespaces(&models.schema));
        database.also_read(revisions.namespaces(dialect.as_ref(), &project.naming(dialect.as_ref()))?);
        let schema = normalize(database.read_schema().await?, dialect.as_ref());
        Ok(Self { heads, dialect, models, schema, described, database: Some(database) })
    }
}

impl Start {
    async fn find(project: &Project, revisions: &RevisionSet, offline: bool) -> Result<Self, Error> {
        if offline {
            Self::replayed(project, revisions)
        } else {
            Self::introspected(project, revisions).await
        }
    }

    /// The database, which must be at the heads: a diff against anything older would repeat revisions.
    async fn introspected(project: &Project, revisions: &RevisionSet) -> Result<Self, Error> {
        let Looked { heads, dialect, models, schema, described, database } =
            Looked::at(project, revisions).await?;
        let current = revisions.known(&heads)?;
        let pending = revisions.graph().upgrade(&current, "heads")?.len();
        if pending > 0 {
            return Err(Error::refused(
                format!(
                    "Target database is not up to date: {} pending",
                    crate::error::count(pending, "revision")
                ),
                "run `ambix upgrade head` first, then generate again",
            ));
        }
        Ok(Self { dialect, models, schema, described, database })
    }

    /// The revisions, replayed to their heads; no database is asked.
    pub(crate) fn replayed(project: &Project, revisions: &RevisionSet) -> Result<Self, Error> {
        let dialect = project.dialect()?;
        let heads: Vec<_> = revisions.graph().heads().into_iter().cloned().collect();
        let naming = project.naming(dialect.as_ref());
        // Neither needs the other, and a pre-commit hook waits for both.
        let (models, schema) = rayon::join(
            || project.models(dialect.as_ref()),
            || revisions.replay_known(&heads, dialect.as_ref(), &naming),
        );
        let (models, schema) = (models?, schema?);
        let names: Vec<String> = heads.iter().map(ToString::to_string).collect();
        let described = match names.as_slice() {
            [] => "no revisions".to_owned(),
            names => format!("the revisions up to {}", names.join(", ")),
        };
        Ok(Self { dialect, models, schema, described, database: None })
    }
}

fn require_decided_renames(comparison: &Comparison, no_renames: &[String]) -> Result<(), Error> {
    let undecided: Vec<_> = comparison
        .diff
        .rename_candidates
        .iter()
        .filter(|candidate| !no_renames.contains(&candidate.from.dotted()))
        .cloned()
        .collect();
    if undecided.is_empty() { Ok(()) } else { Err(Error::Renames(undecided)) }
}

/// The schema after the changes, and the changes that lead back from it.
pub(crate) fn way_back(before: &Schema, changes: &[Change]) -> Result<(Schema, Vec<Change>), Error> {
    let mut after = before.clone();
    for change in changes {
        after.apply_open(change);
    }
    let back = changes
        .iter()
        .rev()
        .map(|change| {
            change.inverse().map_err(|error| Error::refused(error.to_string(), "write the downgrade by hand"))
        })
        .collect::<Result<Vec<_>, Error>>()?;
    Ok((after, back))
}
