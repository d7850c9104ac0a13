//! A server that is there to be killed: it writes down what it commits, and starts again over the same directory.

use super::Keeping;
use super::mariadb::MariaDb;
use super::postgres::Postgres;

/// One server of its own.
pub struct Durable(Kind);

enum Kind {
    Postgres(Postgres),
    MariaDb(MariaDb),
}

impl Durable {
    /// Starts one of a kind: `postgres` or `mariadb`.
    ///
    /// # Errors
    /// When there is no such kind, or it cannot be installed or started.
    pub fn start(kind: &str) -> Result<Self, String> {
        match kind {
            "postgres" => {
                Postgres::prepare()?;
                Ok(Self(Kind::Postgres(Postgres::start(Keeping::Durable)?)))
            }
            "mariadb" => {
                MariaDb::prepare()?;
                Ok(Self(Kind::MariaDb(MariaDb::start(Keeping::Durable)?)))
            }
            other => Err(format!("there is no server of {other} to kill")),
        }
    }

    /// Where it is: the URL of a database whose user may make others.
    pub fn url(&self) -> String {
        match &self.0 {
            Kind::Postgres(server) => server.url(),
            Kind::MariaDb(server) => server.url(),
        }
    }

    /// Kills all its processes, as `kill -9` does.
    ///
    /// # Errors
    /// When they cannot be found, or do not go.
    pub fn kill(&mut self) -> Result<(), String> {
        match &mut self.0 {
            Kind::Postgres(server) => server.kill(),
            Kind::MariaDb(server) => server.kill(),
        }
    }

    /// Starts it again over what it left, in the same place.
    ///
    /// # Errors
    /// When it does not come up again.
    pub fn restart(&mut self) -> Result<(), String> {
        match &mut self.0 {
            Kind::Postgres(server) => server.restart(),
            Kind::MariaDb(server) => server.restart(),
        }
    }
}
