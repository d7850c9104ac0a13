//! Private database servers for the tests: one file a database, each started in a temporary directory
//! on a free port and gone when its guard is dropped.

mod durable;
mod install;
mod mariadb;
mod pgbouncer;
mod port;
mod postgres;
mod user;

use std::thread;

pub use durable::Durable;
use mariadb::MariaDb;
use pgbouncer::PgBouncer;
use postgres::Postgres;

/// Whether a server writes down what it commits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Keeping {
    /// As one in production does.
    Durable,
    /// Nothing outlives the run, and nobody waits for the disk.
    Forgetful,
}

/// All servers the suite needs, alive as long as this value.
pub struct Servers {
    /// Gone before the server behind it.
    pooler: Option<PgBouncer>,
    postgres: Postgres,
    mariadb: MariaDb,
}

impl Servers {
    /// Finds or installs the programs, and starts every server, one beside the other.
    ///
    /// # Errors
    /// What could not be installed or started.
    pub fn start() -> Result<Self, String> {
        Postgres::prepare()?;
        MariaDb::prepare()?;
        thread::scope(|scope| {
            let mariadb = scope.spawn(|| MariaDb::start(Keeping::Forgetful));
            let postgres = Postgres::start(Keeping::Forgetful);
            let mariadb = mariadb.join().map_err(|_| "the start of MariaDB panicked")?;
            let (postgres, mariadb) = (postgres?, mariadb?);
            let pooler = PgBouncer::start(postgres.port())?;
            Ok(Self { pooler, postgres, mariadb })
        })
    }

    /// The environment variables that tell the tests where the servers are.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let mut environment = self.postgres.environment();
        environment.extend(self.mariadb.environment());
        environment.extend(self.pooler.iter().map(PgBouncer::environment));
        environment
    }
}
