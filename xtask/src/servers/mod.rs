//! Private database servers for the tests: one file a database, each started in a temporary directory
//! on a free port and gone when its guard is dropped.

mod install;
mod postgres;
mod user;

use postgres::Postgres;

/// All servers the suite needs, alive as long as this value.
pub(crate) struct Servers {
    postgres: Postgres,
}

impl Servers {
    /// Finds or installs the programs, and starts every server.
    pub(crate) fn start() -> Result<Self, String> {
        Ok(Self { postgres: Postgres::start()? })
    }

    /// The environment variables that tell the tests where the servers are.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        self.postgres.environment()
    }
}
