//! A fresh database to try things on, gone when its value is dropped: a file in a temporary directory
//! for `SQLite`, a database of its own on the private server for the others.

use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ambix_database::{Access, Database, ForeignKeys, Settings, Url, connect};
use ambix_dialect::{Canonical, Dialect, Scope, Step, normalize};
use ambix_schema::{Kind, Schema};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// Where the private `PostgreSQL` server is; `cargo xtask test` starts one and says so.
pub const POSTGRES_URL: &str = "AMBIX_TEST_POSTGRES_URL";

/// Where the private `MariaDB` server is.
pub const MARIADB_URL: &str = "AMBIX_TEST_MARIADB_URL";

/// Where a `MySQL` server is, whose user may make databases. Nobody starts one: without the variable, what
/// concerns `MySQL` alone is counted as not run.
pub const MYSQL_URL: &str = "AMBIX_TEST_MYSQL_URL";

/// Where the pooler before that `PostgreSQL` server is, when there is one; the database is to be added.
pub const POOLER_URL: &str = "AMBIX_TEST_PGBOUNCER_URL";

/// The databases that tests run on.
pub const DIALECTS: [&str; 4] = ["mariadb", "mysql", "postgres", "sqlite"];

/// Whether tests on this database can run here, and if not, what would make them.
///
/// # Errors
/// A sentence for whoever wonders why a test was passed over.
pub fn available(dialect: &str) -> Result<(), String> {
    server_url(dialect).map(drop)
}

/// The URL of the pooler, without a database.
///
/// # Errors
/// When there is none.
pub fn pooler_url() -> Result<String, String> {
    let url = std::env::var_os(POOLER_URL).and_then(|url| url.into_string().ok());
    url.ok_or_else(|| {
        format!("{POOLER_URL} is not set; `cargo xtask test` starts a pooler where there is one")
    })
}

/// The URL of the private server of a dialect; none is needed for a dialect without servers.
fn server_url(dialect: &str) -> Result<Option<String>, String> {
    let variable = match dialect {
        "postgres" => POSTGRES_URL,
        "mariadb" => MARIADB_URL,
        "mysql" => MYSQL_URL,
        _without_servers => return Ok(None),
    };
    let url = std::env::var_os(variable).and_then(|url| url.into_string().ok());
    let url = url.ok_or_else(|| match dialect {
        "mysql" => format!("{variable} is not set; it is the URL of a server for tests"),
        _started => format!("{variable} is not set; `cargo xtask test` starts a server"),
    })?;
    Ok(Some(url))
}

/// An empty database and one session in it.
pub struct Live {
    runtime: Runtime,
    database: Option<Database>,
    keeper: Keeper,
    url: String,
}

/// What takes the database away again.
enum Keeper {
    Directory { _directory: TempDir },
    Server { url: String, name: String },
}

impl Live {
    /// A fresh database. `namespaces` are read beside the default one.
    ///
    /// # Errors
    /// When it cannot be made or reached.
    pub fn fresh(dialect: &str, namespaces: &[String]) -> Result<Self, String> {
        Self::on(server_url(dialect)?.as_deref(), dialect, namespaces)
    }

    /// A fresh database on a server.
    ///
    /// # Errors
    /// When it cannot be made or reached.
    pub fn on(server: Option<&str>, dialect: &str, namespaces: &[String]) -> Result<Self, String> {
        let server = || server.ok_or_else(|| format!("{dialect} has no server"));
        let runtime =
            Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
        let (keeper, url) = match dialect {
            "sqlite" => sqlite_file()?,
            "postgres" => runtime.block_on(database_on_server(server()?, " TEMPLATE template0"))?,
            "mariadb" | "mysql" => {
                runtime.block_on(database_on_server(server()?, " CHARACTER SET utf8mb4"))?
            }
            other => return Err(format!("there are no live tests on {other}")),
        };
        let mut settings = settings(&url)?;
        if !namespaces.is_empty() {
            settings.namespaces = std::iter::once("public".to_owned()).chain(namespaces.to_vec()).collect();
        }
        let mut live = Self { runtime, database: None, keeper, url };
        let database = live.runtime.block_on(connect(&settings)).map_err(|error| error.to_string())?;
        live.database = Some(database);
        if let Keeper::Directory { .. } = live.keeper {
            // Nobody needs it after a crash, so that nobody has to wait for the disk.
            live.execute("PRAGMA synchronous = OFF")?;
        }
        Ok(live)
    }

    /// Another session in place of one that is lost.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub fn reconnect(&mut self) -> Result<(), String> {
        drop(self.database.take());
        let settings = settings(&self.url)?;
        let database = self.runtime.block_on(connect(&settings)).map_err(|error| error.to_string())?;
        self.database = Some(database);
        Ok(())
    }

    /// Where the database is, for another session.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What the database is called.
    pub fn name(&self) -> &str {
        match &self.keeper {
            Keeper::Directory { .. } => "",
            Keeper::Server { name, .. } => name,
        }
    }

    /// The dialect of the server, at its real version.
    pub fn dialect(&self) -> &dyn Dialect {
        self.session().dialect()
    }

    fn session(&self) -> &Database {
        self.database.as_ref().expect("the session is open until the value is dropped")
    }

    fn session_mut(&mut self) -> (&Runtime, &mut Database) {
        let database = self.database.as_mut().expect("the session is open until the value is dropped");
        (&self.runtime, database)
    }

    /// Runs steps as an upgrade runs them: in one transaction, but for those that stand alone.
    ///
    /// # Errors
    /// The statement that failed and what the server said.
    pub fn run(&mut self, steps: &[Step]) -> Result<(), String> {
        let (runtime, database) = self.session_mut();
        runtime.block_on(run(database, steps))
    }

    /// Runs SQL as it stands.
    ///
    /// # Errors
    /// What the server said.
    pub fn execute(&mut self, sql: &str) -> Result<(), String> {
        let (runtime, database) = self.session_mut();
        runtime.block_on(database.execute(sql)).map_err(|error| error.to_string())
    }

    /// Begins a transaction, to try something in and to forget it.
    ///
    /// # Errors
    /// What the server said.
    pub fn begin(&mut self) -> Result<(), String> {
        let (runtime, database) = self.session_mut();
        runtime.block_on(database.begin(ForeignKeys::Deferred)).map_err(|error| error.to_string())
    }

    /// Takes back what was done since the transaction began.
    ///
    /// # Errors
    /// What the server said.
    pub fn rollback(&mut self) -> Result<(), String> {
        let (runtime, database) = self.session_mut();
        runtime.block_on(database.rollback()).map_err(|error| error.to_string())
    }

    /// The rows of a query, every cell as text.
    ///
    /// # Errors
    /// What the server said.
    pub fn query(&mut self, sql: &str) -> Result<Vec<Vec<Option<String>>>, String> {
        let (runtime, database) = self.session_mut();
        runtime.block_on(database.query_text(sql)).map_err(|error| error.to_string())
    }

    /// The schema, read back and made canonical.
    ///
    /// # Errors
    /// When the catalog cannot be read.
    pub fn read(&mut self) -> Result<Canonical, String> {
        let (runtime, database) = self.session_mut();
        let schema = runtime.block_on(database.read_schema()).map_err(|error| error.to_string())?;
        Ok(normalize(schema, self.dialect()))
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        let database = self.database.take();
        let closed = self.runtime.block_on(async {
            if let Some(database) = database {
                database.close().await.map_err(|error| error.to_string())?;
            }
            match &self.keeper {
                Keeper::Directory { .. } => Ok(()),
                Keeper::Server { url, name } => drop_database(url, name).await,
            }
        });
        if let Err(reason) = closed {
            eprintln!("warning: a test database was left behind: {reason}");
        }
    }
}

/// A further session in a database.
pub struct Visitor {
    runtime: Runtime,
    database: Database,
}

impl Visitor {
    /// In the database of a URL.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub fn at(url: &str) -> Result<Self, String> {
        let runtime =
            Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
        let settings = Settings { lock_timeout: Duration::from_mins(1), ..settings(url)? };
        let database = runtime.block_on(connect(&settings)).map_err(|error| error.to_string())?;
        Ok(Self { runtime, database })
    }

    /// The rows of a query, every cell as text.
    ///
    /// # Errors
    /// What the server said.
    pub fn query(&mut self, sql: &str) -> Result<Vec<Vec<Option<String>>>, String> {
        self.runtime.block_on(self.database.query_text(sql)).map_err(|error| error.to_string())
    }
}

/// Runs SQL as it stands in any database.
///
/// # Errors
/// What the server said.
pub fn execute_at(url: &str, sql: &str) -> Result<(), String> {
    let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    runtime.block_on(administer(url, sql))
}

/// The namespaces beside the default one that a schema speaks of.
pub fn namespaces<'a>(schemas: impl IntoIterator<Item = &'a Schema>) -> Vec<String> {
    let mut names: Vec<String> = schemas
        .into_iter()
        .flat_map(Schema::iter)
        .filter(|(at, _)| at.kind == Kind::Namespace)
        .map(|(at, _)| at.name.as_str().to_owned())
        .collect();
    names.sort();
    names.dedup();
    names
}

async fn run(database: &mut Database, steps: &[Step]) -> Result<(), String> {
    let done = run_in_transactions(database, steps).await;
    if done.is_err() && database.is_in_transaction() {
        database.rollback().await.map_err(|error| error.to_string())?;
    }
    done
}

async fn run_in_transactions(database: &mut Database, steps: &[Step]) -> Result<(), String> {
    database.begin(ForeignKeys::Deferred).await.map_err(|error| error.to_string())?;
    for step in steps {
        let stands_alone = step.scope == Scope::Alone;
        if stands_alone {
            database.commit().await.map_err(|error| error.to_string())?;
        }
        for sql in &step.sql {
            database.execute(sql).await.map_err(|error| format!("{error}\n{sql}"))?;
        }
        if stands_alone {
            database.begin(ForeignKeys::Deferred).await.map_err(|error| error.to_string())?;
        }
    }
    database.commit().await.map_err(|error| error.to_string())
}

fn settings(url: &str) -> Result<Settings, String> {
    let url = Url::parse(url).map_err(|error| error.to_string())?;
    Ok(Settings { access: Access::ReadWrite, create_if_missing: true, ..Settings::new(url) })
}

fn sqlite_file() -> Result<(Keeper, String), String> {
    let directory = tempfile::tempdir().map_err(|error| error.to_string())?;
    let url = format!("sqlite://{}", directory.path().join("test.db").display());
    Ok((Keeper::Directory { _directory: directory }, url))
}

/// A new database on the private server of a dialect, made with these further words.
async fn database_on_server(url: &str, words: &str) -> Result<(Keeper, String), String> {
    // Tests run in several processes and several threads of one.
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("test_{}_{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let (place, _) = url.rsplit_once('/').ok_or_else(|| format!("{url} names no database"))?;
    let own = format!("{place}/{name}");
    administer(url, &format!("CREATE DATABASE {name}{words}")).await?;
    Ok((Keeper::Server { url: url.to_owned(), name }, own))
}

async fn drop_database(url: &str, name: &str) -> Result<(), String> {
    administer(url, &format!("DROP DATABASE {name}")).await
}

async fn administer(url: &str, sql: &str) -> Result<(), String> {
    let mut database = connect(&settings(url)?).await.map_err(|error| error.to_string())?;
    database.execute(sql).await.map_err(|error| error.to_string())?;
    database.close().await.map_err(|error| error.to_string())
}
