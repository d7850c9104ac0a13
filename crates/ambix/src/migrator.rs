//! Revisions in a program: compiled in, and run by it, as the command would run them.

use std::sync::Arc;
use std::time::Duration;

use ambix_database::Connect;
use ambix_diff::IncludeObject;
use ambix_revision::{RevisionId, Revisions};

use crate::config::{Config, DataLoss, PartialNaming};
use crate::workflow::{self, Current, Event, Observer, Ran, RunOptions};
use crate::{Error, Project};

/// Whoever is told what happens.
type Told = Arc<dyn Fn(&Event<'_>) + Send + Sync>;

/// Runs the revisions of a program.
///
/// ```no_run
/// static REVISIONS: ambix::Revisions = ambix::Revisions::new(&[]); // ambix::revisions!("migrations/versions")
///
/// # async fn start(pool: sqlx::SqlitePool) -> Result<(), ambix::Error> {
/// ambix::Migrator::new(&REVISIONS).upgrade(&pool, "head").await?;
/// # Ok(())
/// # }
/// ```
///
/// Several processes may do so at once: one works, the others wait for it and find nothing left to do.
/// Sessions are opened with what the pool connects with; those of the pool are left alone, and nothing that
/// the pool does after connecting is done in them.
#[derive(Clone)]
pub struct Migrator {
    revisions: Revisions,
    config: Config,
    code: Option<Arc<dyn IncludeObject>>,
    told: Option<Told>,
}

impl Migrator {
    /// With the settings that the configuration file has by default.
    pub fn new(revisions: &Revisions) -> Self {
        Self { revisions: *revisions, config: Config::defaults("."), code: None, told: None }
    }

    /// The table that holds the current heads, perhaps with its schema before a dot; `ambix_version` unless
    /// said otherwise.
    #[must_use]
    pub fn version_table(mut self, name: impl Into<String>) -> Self {
        self.config.database.version_table = name.into();
        self
    }

    /// The schemas that the revisions are about; the first is the default one.
    #[must_use]
    pub fn schemas<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.config.database.schemas = names.into_iter().map(Into::into).collect();
        self
    }

    /// How long connecting may take; 10 seconds unless said otherwise.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.config.database.connect_timeout = limit;
        self
    }

    /// How long a statement waits for a lock; 5 seconds unless said otherwise.
    #[must_use]
    pub fn lock_timeout(mut self, limit: Duration) -> Self {
        self.config.database.lock_timeout = limit;
        self
    }

    /// How long a statement may run; without limit unless said otherwise.
    #[must_use]
    pub fn statement_timeout(mut self, limit: Duration) -> Self {
        self.config.database.statement_timeout = limit;
        self
    }

    /// How long to wait for another process that runs revisions; one minute unless said otherwise.
    #[must_use]
    pub fn lock_wait(mut self, limit: Duration) -> Self {
        self.config.database.lock_wait = limit;
        self
    }

    /// How constraints and indexes are named that a revision leaves unnamed.
    #[must_use]
    pub fn naming(mut self, naming: PartialNaming) -> Self {
        self.config.naming = naming;
        self
    }

    /// Names of objects that no revision may drop, as `[policy] protect` has them.
    #[must_use]
    pub fn protect<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.config.policy.protect.extend(names.into_iter().map(Into::into));
        self
    }

    /// Lets a downgrade destroy values.
    #[must_use]
    pub fn accept_data_loss(mut self) -> Self {
        self.config.hazards.data_loss = DataLoss::Allow;
        self
    }

    /// Decides in code which objects take part.
    #[must_use]
    pub fn include_object(mut self, code: impl IncludeObject + 'static) -> Self {
        self.code = Some(Arc::new(code));
        self
    }

    /// Is told what happens while revisions run.
    #[must_use]
    pub fn on_event(mut self, told: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        self.told = Some(Arc::new(told));
        self
    }

    /// Upgrades to a target: `head`, `heads`, `+1`, an id or a unique prefix of one.
    ///
    /// # Errors
    /// Any [`Error`]; it says what is committed and what is not.
    pub async fn upgrade<C: Connect + ?Sized>(&self, database: &C, target: &str) -> Result<Ran, Error> {
        let project = self.project(database)?;
        workflow::upgrade(&project, target, &RunOptions::default(), &mut self.observer()).await
    }

    /// Downgrades to a target: `base`, `-1`, an id or a unique prefix of one.
    ///
    /// # Errors
    /// Any [`Error`]; it says what is committed and what is not.
    pub async fn downgrade<C: Connect + ?Sized>(&self, database: &C, target: &str) -> Result<Ran, Error> {
        let project = self.project(database)?;
        workflow::downgrade(&project, target, &RunOptions::default(), &mut self.observer()).await
    }

    /// Says where a database is without running anything, and gives the heads afterwards.
    ///
    /// # Errors
    /// Any [`Error`]; the version table is then as it was.
    pub async fn stamp<C: Connect + ?Sized>(
        &self,
        database: &C,
        target: &str,
    ) -> Result<Vec<RevisionId>, Error> {
        let project = self.project(database)?;
        workflow::stamp(&project, &[target.to_owned()], false).await.map(|(_, heads)| heads)
    }

    /// Where a database is. Creates nothing.
    ///
    /// # Errors
    /// Any [`Error`] that keeps it from looking.
    pub async fn current<C: Connect + ?Sized>(&self, database: &C) -> Result<Current, Error> {
        let project = self.project(database)?;
        workflow::current(&project, &project.outline()?).await
    }

    /// The revisions that `upgrade` to all heads would run, in order. Creates nothing.
    ///
    /// # Errors
    /// Any [`Error`] that keeps it from looking, and revisions in the database that the program does not
    /// know.
    pub async fn pending<C: Connect + ?Sized>(&self, database: &C) -> Result<Vec<RevisionId>, Error> {
        let project = self.project(database)?;
        let revisions = project.revisions()?;
        let current = workflow::current(&project, &revisions.outline()?).await?;
        let heads = revisions.graph().known(&current.heads)?;
        Ok(revisions.graph().upgrade(&heads, "heads")?.into_iter().map(|step| step.revision).collect())
    }

    fn project<C: Connect + ?Sized>(&self, database: &C) -> Result<Project, Error> {
        let project = Project::of_program(self.config.clone(), self.revisions, database.url()?);
        Ok(project.with_code(self.code.clone()))
    }

    fn observer(&self) -> Teller {
        Teller(self.told.clone())
    }
}

impl std::fmt::Debug for Migrator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Migrator")
            .field("revisions", &self.revisions.as_slice().len())
            .field("database", &self.config.database)
            .finish_non_exhaustive()
    }
}

/// Passes on what happens, if somebody wants to know.
struct Teller(Option<Told>);

impl Observer for Teller {
    fn event(&mut self, event: &Event<'_>) {
        if let Some(told) = &self.0 {
            told(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static NONE: Revisions = Revisions::new(&[]);

    /// A program upgrades in a task of its own, which must be able to move between threads.
    #[test]
    fn every_call_may_run_in_a_task() {
        fn moves_between_threads<T: Send>(_: T) {}
        let migrator = Migrator::new(&NONE);
        moves_between_threads(migrator.upgrade("sqlite::memory:", "head"));
        moves_between_threads(migrator.downgrade("sqlite::memory:", "base"));
        moves_between_threads(migrator.stamp("sqlite::memory:", "head"));
        moves_between_threads(migrator.current("sqlite::memory:"));
        moves_between_threads(migrator.pending("sqlite::memory:"));
    }
}
