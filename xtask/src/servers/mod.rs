//! Private database servers for the tests: one file a database, each started in a temporary directory
//! on a free port and gone when its guard is dropped.

mod install;
mod mariadb;
mod pgbouncer;
mod port;
mod postgres;
mod user;

use std::thread;

use mariadb::MariaDb;
use pgbouncer::PgBouncer;
use postgres::Postgres;

/// All servers the suite needs, alive as long as this value.
pub(crate) struct Servers {
    /// Gone before the server behind it.
    pooler: Option<PgBouncer>,
    postgres: Postgres,
    mariadb: MariaDb,
}

impl Servers {
    /// Finds or installs the programs, and starts every server, one beside the other.
    pub(crate) fn start() -> Result<Self, String> {
        Postgres::prepare()?;
        MariaDb::prepare()?;
        thread::scope(|scope| {
            let mariadb = scope.spawn(MariaDb::start);
            let postgres = Postgres::start();
            let mariadb = mariadb.join().map_err(|_| "the start of MariaDB panicked")?;
            let (postgres, mariadb) = (postgres?, mariadb?);
            let pooler = PgBouncer::start(postgres.port())?;
            Ok(Self { pooler, postgres, mariadb })
        })
    }

    /// The environment variables that tell the tests where the servers are.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        let mut environment = self.postgres.environment();
        environment.extend(self.mariadb.environment());
        environment.extend(self.pooler.iter().map(PgBouncer::environment));
        environment
    }
}
