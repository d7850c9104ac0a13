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

/// A database on the private server, dropped again at the end of the test.
pub(crate) struct Scratch {
    name: String,
}

impl Scratch {
    /// Creates one.
    pub(crate) async fn create() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("ambix_test_{}_{number}", std::process::id());
        let mut server = server().await;
        server.execute(&format!("CREATE DATABASE {name}")).await.unwrap();
        server.close().await.unwrap();
        Self { name }
    }

    /// Its URL, as a superuser.
    pub(crate) fn url(&self) -> String {
        self.url_as("postgres")
    }

    /// Its URL, as another user.
    pub(crate) fn url_as(&self, user: &str) -> String {
        let server = variable("AMBIX_TEST_POSTGRES_URL");
        let (_, place) = server.rsplit_once('@').unwrap();
        let (place, _) = place.split_once('/').unwrap();
        format!("postgres://{user}@{place}/{}", self.name)
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
        let mut server = server().await;
        server.execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name)).await.unwrap();
    }
}

/// A session with the server itself.
pub(crate) async fn server() -> Database {
    let mut settings = settings(&variable("AMBIX_TEST_POSTGRES_URL"), Access::ReadWrite);
    settings.lock_timeout = Duration::from_mins(1);
    connect(&settings).await.unwrap()
}

/// The first cell of a query.
pub(crate) async fn cell(database: &mut Database, sql: &str) -> String {
    database.query_text(sql).await.unwrap()[0][0].clone().unwrap()
}
