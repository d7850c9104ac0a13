//! Diff: any two sources compared, and the script that turns the first into the second.

use ambix_database::Database;
use ambix_dialect::Dialect;
use ambix_diff::{Diff, Policy, diff as compare};
use ambix_plan::{Prepared, order, plan, prepare};
use ambix_schema::Unmodelled;

use super::compare::{Finding, findings};
use super::definitions::{DefinitionDifference, compare_definitions, with_definitions};
use super::script_text::Script;
use super::settle::{Unexplained, leave_out, settle};
use super::sides::{Opened, Reach, Side};
use super::strict::{UnmodelledDifference, strict};
use crate::snapshot::Snapshot;
use crate::source::Source;
use crate::{Error, Project};

/// Two sources, and what differs between them.
#[derive(Debug)]
pub struct Differed {
    /// The side compared from.
    pub from: Side,
    /// The side compared to.
    pub to: Side,
    /// What must change so that the first becomes the second.
    pub diff: Diff,
    /// The differences for people.
    pub findings: Vec<Finding>,
    /// Views and triggers that differ, where they are compared by their definitions.
    pub definitions: Vec<DefinitionDifference>,
    /// What the servers' own words tell apart and no model does; `None` when nobody asked, or when what is
    /// modelled differs already.
    pub unmodelled: Option<Vec<UnmodelledDifference>>,
    dialect: Box<dyn Dialect>,
}

impl Differed {
    /// Whether nothing differs, as far as it is modelled and the policy does not pass over it.
    pub fn is_equal(&self) -> bool {
        self.is_in_sync() && self.unmodelled.as_ref().is_none_or(Vec::is_empty)
    }

    /// Whether nothing differs of what is modelled.
    fn is_in_sync(&self) -> bool {
        self.has_no_script() && !self.diff.skipped.iter().any(ambix_diff::Skipped::is_reported)
    }

    /// Whether there is nothing to run.
    fn has_no_script(&self) -> bool {
        self.diff.changes.is_empty() && self.definitions.is_empty()
    }

    /// What a side holds beside its objects.
    pub fn unmodelled(side: &Side) -> &[Unmodelled] {
        &side.schema.schema().unmodelled
    }

    /// Whether something that no object stands for is compared all the same, by its definition.
    pub fn compares_definition(&self, thing: &Unmodelled) -> bool {
        thing.sql.is_some() && self.dialect.facts().compared_definitions.contains(&thing.kind.as_str())
    }

    /// The changes in an order that applies, with what they need and the first side lacks before them.
    pub fn prepared(&self) -> Prepared {
        let (before, after) = (self.from.schema.schema(), self.to.schema.schema());
        let prepared = prepare(before, after, order(before, &self.diff.changes, self.dialect.as_ref()));
        with_definitions(before, prepared, &self.definitions)
    }

    /// The script that turns the first side into the second; empty when there is nothing to do.
    ///
    /// # Errors
    /// [`Error::Plan`] when the database cannot do it.
    pub fn script(&self) -> Result<String, Error> {
        if self.has_no_script() {
            return Ok(String::new());
        }
        let dialect = self.dialect.as_ref();
        let before = self.from.schema.schema();
        let prepared = self.prepared();
        if let Some((missing, at)) = prepared.missing.first() {
            return Err(Error::refused(
                format!(
                    "{at} needs the {} {}, which {} lacks",
                    missing.kind,
                    ambix_schema::escape(&missing.identity),
                    self.from.described
                ),
                "create it there first, or leave out what needs it with [policy] ignore",
            ));
        }
        let planned = plan(before, &prepared.changes, dialect)
            .map_err(|kind| Error::Plan { what: "the differences".into(), kind })?;
        let guard = dialect.facts().script_guard;
        let mut script = Script::of(dialect);
        script.comment(&format!("from {}", self.from.described));
        script.comment(&format!("to {}", self.to.described));
        script.statements(&dialect.script_settings());
        script.fixed(guard.before_begin);
        script.steps(&planned.steps);
        script.fixed(guard.before_commit);
        script.commit();
        script.fixed(guard.after_commit);
        Ok(script.finish())
    }
}

/// Compares two sources. Without a project there is no policy, and the sources must do without one too.
///
/// # Errors
/// Any [`Error`] that keeps it from comparing.
pub async fn diff(
    project: Option<&Project>,
    from: &Source,
    to: &Source,
    is_strict: bool,
) -> Result<Differed, Error> {
    if is_strict {
        require_databases([from, to])?;
    }
    let reach = reach(project, [from, to]);
    let (first, second) =
        tokio::try_join!(Opened::open(project, from, &reach), Opened::open(project, to, &reach))?;
    let (first_dialect, second_dialect) = (first.dialect(project)?, second.dialect(project)?);
    require_one_dialect(first_dialect.as_deref(), second_dialect.as_deref())?;
    // Statements run on the first side, so its server's facts decide where it has any.
    let own = match project {
        Some(project) if first_dialect.is_none() && second_dialect.is_none() => Some(project.dialect()?),
        Some(_) | None => None,
    };
    let known = first_dialect.as_deref().or(second_dialect.as_deref()).or(own.as_deref());
    let dialect = known.ok_or_else(|| {
        Error::refused(
            "nothing says which database the models are for",
            "name a database or a snapshot on one side, or run it in a project with an ambix.toml",
        )
    })?;
    let named = [first.named(project, dialect)?, second.named(project, dialect)?].concat();
    let reach = snapshot_reach(reach, [&first, &second]);
    let (mut from, mut to) = tokio::try_join!(
        first.read(project, first_dialect.as_deref().unwrap_or(dialect), &reach, named.clone()),
        second.read(project, second_dialect.as_deref().unwrap_or(dialect), &reach, named.clone()),
    )?;
    let policy = project.map_or_else(|| Ok(Policy::default()), Project::policy)?;
    let mut sessions = [from.database.take(), to.database.take()];
    let unexplained = ask(&mut sessions, &from, &mut to, &policy).await?;
    let mut found = compare(&from.schema, &to.schema, &policy, &to.renames);
    leave_out(&mut found, &unexplained);
    let findings = findings(&found.changes, &to.origins);
    let dialect = first_dialect.or(second_dialect).or(own);
    let dialect = dialect.ok_or_else(|| Error::refused("no database is known", "name one"))?;
    let definitions = compare_definitions(from.schema.schema(), to.schema.schema(), dialect.facts(), &policy);
    let mut differed = Differed { from, to, diff: found, findings, definitions, unmodelled: None, dialect };
    if let [Some(first), Some(second)] = &mut sessions
        && is_strict
        && differed.is_in_sync()
    {
        differed.unmodelled = Some(strict(first, second).await?);
    }
    for session in sessions.into_iter().flatten() {
        session.close().await?;
    }
    Ok(differed)
}

/// The servers' own words take two servers.
fn require_databases(sources: [&Source; 2]) -> Result<(), Error> {
    if sources.into_iter().all(|source| matches!(source, Source::Database(_))) {
        return Ok(());
    }
    Err(Error::refused(
        "--strict compares what two servers print, and one side is no database",
        "bring it into a database of its own, and name that: --to db:URL --strict",
    ))
}

/// Has a server tell expressions apart that the text does not: the first side's, where the script is to run.
async fn ask(
    sessions: &mut [Option<Box<Database>>; 2],
    from: &Side,
    to: &mut Side,
    policy: &Policy,
) -> Result<Vec<Unexplained>, Error> {
    // Two texts that servers printed themselves and that are not the same are a difference, explained or not.
    let is_printed = sessions.iter().all(Option::is_some);
    let Some(database) = sessions.iter_mut().flatten().next() else { return Ok(Vec::new()) };
    let unexplained = settle(database, &from.schema, &mut to.schema, policy, &to.renames).await?;
    Ok(if is_printed { Vec::new() } else { unexplained })
}

/// The snapshot of one source.
///
/// # Errors
/// Any [`Error`] that keeps it from being read.
pub async fn snapshot(project: Option<&Project>, source: &Source) -> Result<Snapshot, Error> {
    let differed = diff(project, source, source, false).await?;
    let reach = match reach(project, [source, source]) {
        Reach::Everything => None,
        Reach::Listed(namespaces) => Some(namespaces),
    };
    Ok(Snapshot::of(&differed.from.schema, differed.dialect.as_ref(), reach))
}

/// Both databases are read equally far: as configured; else as far as the models on the other side
/// reach; else wholly.
fn reach(project: Option<&Project>, sources: [&Source; 2]) -> Reach {
    let is_text = |source: &Source| match source {
        Source::Models(_) | Source::Revisions(_) | Source::Git(_) => true,
        Source::Database(_) | Source::File(_) => false,
    };
    let configured = project.map(|project| project.config().database.schemas.clone()).unwrap_or_default();
    if configured.is_empty() && !sources.into_iter().any(is_text) {
        return Reach::Everything;
    }
    Reach::Listed(configured)
}

/// A snapshot of some namespaces says nothing of the others.
fn snapshot_reach(reach: Reach, sides: [&Opened<'_>; 2]) -> Reach {
    let is_partial = |side: &&Opened<'_>| match side {
        Opened::Snapshot { snapshot, .. } => snapshot.namespaces.is_some(),
        Opened::Database(_) | Opened::Nothing { .. } | Opened::Text(_) => false,
    };
    if sides.iter().any(is_partial) { Reach::Listed(Vec::new()) } else { reach }
}

fn require_one_dialect(from: Option<&dyn Dialect>, to: Option<&dyn Dialect>) -> Result<(), Error> {
    let (Some(from), Some(to)) = (from, to) else { return Ok(()) };
    let (from, to) = (from.facts(), to.facts());
    if from.name == to.name {
        return Ok(());
    }
    Err(Error::refused(
        format!("the first side is {}, and the second is {}", from.title, to.title),
        "compare two of one kind: what one database says has no exact words in the other",
    ))
}
