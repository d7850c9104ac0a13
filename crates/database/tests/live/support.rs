//! What the tests of this crate share: databases of their own, and the words to open them.
#![expect(
    clippy::disallowed_methods,
    reason = "the address of the private server comes from `cargo xtask test` through the environment"
)]

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ambix_database::{Access, Database, Settings, Url, connect};

/// A setting that `cargo xtask test` makes.
pub(crate) fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `cargo xtask test`"))
}

/// Settings for a URL, with short times.
pub(crate) fn settings(url: &str, access: Access) -> Settings {
    Settings {
        connect_timeout: Duration::from_secs(10),
        lock_timeout: Duration::from_millis(600),
        lock_wait: Duration::from_millis(1500),
        access,
        ..Settings::new(Url::parse(url).unwrap())
    }
}

/// A database on a private server, dropped again at the end of the test.
pub(crate) struct Scratch {
    name: String,
    server: Server,
}

/// Which private server.
#[derive(Clone, Copy)]
pub(crate) enum Server {
    MariaDb,
    Postgres,
}

impl Server {
    /// Its URL, as its superuser, with a database to talk to it from.
    pub(crate) fn url(self) -> String {
        variable(match self {
            Self::MariaDb => "AMBIX_TEST_MARIADB_URL",
            Self::Postgres => "AMBIX_TEST_POSTGRES_URL",
        })
    }

    /// `host:port`.
    pub(crate) fn place(self) -> String {
        let url = self.url();
        let (_, place) = url.rsplit_once('@').unwrap();
        place.split_once('/').unwrap().0.to_owned()
    }

    async fn session(self) -> Database {
        let mut settings = settings(&self.url(), Access::ReadWrite);
        settings.lock_timeout = Duration::from_mins(1);
        connect(&settings).await.unwrap()
    }
}

impl Scratch {
    /// Creates one on PostgreSQL.
    pub(crate) async fn create() -> Self {
        Self::on(Server::Postgres).await
    }

    /// Creates one.
    pub(crate) async fn on(server: Server) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("ambix_test_{}_{number}", std::process::id());
        let mut session = server.session().await;
        session.execute(&format!("CREATE DATABASE {name}")).await.unwrap();
        session.close().await.unwrap();
        Self { name, server }
    }

    /// Its URL, as a superuser.
    pub(crate) fn url(&self) -> String {
        self.url_as(match self.server {
            Server::MariaDb => "root",
            Server::Postgres => "postgres",
        })
    }

    /// Its URL, as another user.
    pub(crate) fn url_as(&self, user: &str) -> String {
        let url = self.server.url();
        let (scheme, _) = url.split_once("://").unwrap();
        format!("{scheme}://{user}@{}/{}", self.server.place(), self.name)
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// A session that may write.
    pub(crate) async fn open(&self) -> Database {
        connect(&settings(&self.url(), Access::ReadWrite)).await.unwrap()
    }

    /// Drops it.
    pub(crate) async fn drop(self) {
        let force = match self.server {
            Server::MariaDb => "",
            Server::Postgres => " WITH (FORCE)",
        };
        self.server.session().await.execute(&format!("DROP DATABASE {}{force}", self.name)).await.unwrap();
    }
}

/// The first cell of a query.
pub(crate) async fn cell(database: &mut Database, sql: &str) -> String {
    database.query_text(sql).await.unwrap()[0][0].clone().unwrap()
}
