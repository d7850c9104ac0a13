//! The lock: one run at a time per database and version table.
//!
//! It is polled and never waited for in the server: a blocking wait holds a snapshot, for which
//! `CREATE INDEX CONCURRENTLY` of the run that holds the lock would wait in turn, for ever.

use std::fmt;
use std::time::{Duration, Instant};

use ambix_schema::{TableName, escape};
use sha2::{Digest, Sha256};

use crate::database::Database;
use crate::drivers::LockSession;
use crate::error::{DatabaseError, DatabaseErrorKind, Doing};

/// A session that holds what another one waits for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Holder {
    /// The server's number for the session.
    pub pid: String,
    /// What the session calls itself.
    pub application: String,
    /// As whom it is connected.
    pub user: String,
    /// Since when its transaction is open.
    pub since: String,
    /// What it runs, or ran last.
    pub query: String,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pid, application, user, since, query } = self;
        write!(f, "session {pid} ({} of {}, since {since})", escape(application), escape(user))?;
        if query.is_empty() { Ok(()) } else { write!(f, " with `{}`", crate::error::abridged(query)) }
    }
}

/// The lock, held until it is released or dropped, or its session dies.
#[derive(Debug)]
pub struct Lock {
    session: LockSession,
}

impl Lock {
    /// Whether it is still held. To be asked before each statement that must not run beside another run.
    pub async fn is_alive(&mut self) -> bool {
        self.session.is_alive().await
    }

    /// Gives it up.
    ///
    /// # Errors
    /// When its session was lost before, so that another run may have begun beside this one.
    pub async fn release(self) -> Result<(), DatabaseError> {
        self.session.close().await.doing("give up the lock")
    }
}

impl Database {
    /// Takes the lock, waiting for it up to [`Settings::lock_wait`](crate::Settings).
    ///
    /// # Errors
    /// [`DatabaseErrorKind::Locked`] with the holders when it was not given up in time, or a trouble
    /// of the connection.
    pub async fn lock(&mut self) -> Result<Lock, DatabaseError> {
        self.lock_telling(&mut |_| {}).await
    }

    /// Takes the lock like [`Database::lock`], and tells once who is waited for.
    ///
    /// # Errors
    /// As [`Database::lock`].
    pub async fn lock_telling(
        &mut self,
        waits_for: &mut (dyn FnMut(&[Holder]) + Send),
    ) -> Result<Lock, DatabaseError> {
        let doing = format!("take the lock of {}", self.described());
        let settings = self.settings().clone();
        let table = self.version_table();
        let mut session = self.session_mut().lock_session(&settings).await.doing(&doing)?;
        let start = Instant::now();
        let mut was_told = false;
        for attempt in 0_u32.. {
            if crate::fault::is_off("no_lock") || session.try_take(&table).await.doing(&doing)? {
                return Ok(Lock { session });
            }
            if start.elapsed() >= settings.lock_wait {
                break;
            }
            if !was_told {
                waits_for(&session.holders(&table).await.doing(&doing)?);
                was_told = true;
            }
            let left = settings.lock_wait.saturating_sub(start.elapsed());
            tokio::time::sleep(pause(attempt, session.number()).min(left)).await;
        }
        let holders = session.holders(&table).await.doing(&doing)?;
        let waited = settings.lock_wait;
        Err(DatabaseError::new(doing, DatabaseErrorKind::Locked { waited, holders }))
    }
}

impl Database {
    /// Marks this session as the one that works under the lock. A statement of a run that was killed may still
    /// be at work in the server, though the lock went with that run: it is waited for, up to
    /// [`Settings::lock_wait`](crate::Settings), and told once.
    ///
    /// # Errors
    /// [`DatabaseErrorKind::StillRunning`] when it does not end in time, or a trouble of the connection.
    pub async fn enter_run(
        &mut self,
        waits_for: &mut (dyn FnMut(&[Holder]) + Send),
    ) -> Result<(), DatabaseError> {
        // On MariaDB this is a lock of its own, and would make up for the other.
        if crate::fault::is_off("no_fence") || crate::fault::is_off("no_lock") {
            return Ok(());
        }
        let doing = format!("begin to work on {}", self.described());
        let table = self.version_table();
        let waited = self.settings().lock_wait;
        let start = Instant::now();
        for attempt in 0_u32.. {
            let holders = self.session_mut().enter_run(&table).await.doing(&doing)?;
            if holders.is_empty() {
                break;
            }
            if start.elapsed() >= waited {
                return Err(DatabaseError::new(doing, DatabaseErrorKind::StillRunning { waited, holders }));
            }
            // One that is just ending needs no word.
            if attempt == 2 {
                waits_for(&holders);
            }
            let left = waited.saturating_sub(start.elapsed());
            tokio::time::sleep(pause(attempt, std::process::id()).min(left)).await;
        }
        Ok(())
    }

    /// Undoes [`Database::enter_run`].
    ///
    /// # Errors
    /// When the connection is lost; what it marked is gone with it.
    pub async fn leave_run(&mut self) -> Result<(), DatabaseError> {
        self.session_mut().leave_run().await.doing("say that the work is done")
    }
}

/// Between 100 ms and 1 s, growing, and different from session to session, so that many waiting runs
/// do not ask in step.
fn pause(attempt: u32, session: u32) -> Duration {
    let base = 100_u64 << attempt.min(3);
    let spread =
        u64::from(session.wrapping_mul(2_654_435_761).wrapping_add(attempt.wrapping_mul(40_503)) % 200);
    Duration::from_millis(base + spread)
}

/// The 64 bits that stand for a version table of a database.
pub(crate) fn key(database: &str, table: &TableName) -> [u8; 8] {
    let namespace = table.namespace.as_ref().map_or("", |namespace| namespace.as_str());
    let mut hash = Sha256::new();
    for part in ["ambix lock", database, namespace, table.name.as_str()] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let digest = hash.finalize();
    let mut key = [0; 8];
    key.copy_from_slice(&digest[..8]);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_tells_databases_and_tables_apart() {
        let table = TableName::qualified("public", "ambix_version");
        assert_eq!(key("app", &table), key("app", &table));
        assert_ne!(key("app", &table), key("app2", &table));
        assert_ne!(key("app", &table), key("app", &TableName::qualified("other", "ambix_version")));
        assert_ne!(key("a", &TableName::qualified("b", "c")), key("ab", &TableName::qualified("", "c")));
    }

    #[test]
    fn pauses_stay_between_a_tenth_of_a_second_and_one() {
        for attempt in 0..50 {
            let pause = pause(attempt, 4711);
            assert!(pause >= Duration::from_millis(100) && pause <= Duration::from_secs(1), "{pause:?}");
        }
    }
}
