//! Introspection of a large database on each server, against the same catalog queries sent raw.

use ambix_database::{Access, Settings, Url, connect};
use ambix_dialect::{CatalogQuery, normalize};
use ambix_models::Source;
use ambix_schema::Schema;
use ambix_tests::law::{changes, planned};
use ambix_tests::live::{Live, available};
use ambix_tests::runner::read_models;
use sqlx::{Connection, MySqlConnection, PgConnection, Row};
use tokio::runtime::Builder;

use crate::project::sources;
use crate::table::{Table, fastest, milliseconds};

const RUNS: usize = 7;

pub(crate) fn measure(tables: usize, table: &mut Table) -> Result<(), String> {
    measure_on("postgres", tables, table)?;
    measure_on("mariadb", tables, table)
}

/// A session with a server, with nothing between it and the driver.
enum Raw {
    Postgres(PgConnection),
    MariaDb(MySqlConnection),
}

impl Raw {
    async fn connect(dialect: &str, url: &str) -> Result<Self, sqlx::Error> {
        match dialect {
            "postgres" => {
                let mut connection = PgConnection::connect(url).await?;
                // As ours has it, or the floor would be twice as high.
                sqlx::raw_sql("SET jit = off").execute(&mut connection).await?;
                Ok(Self::Postgres(connection))
            }
            _mariadb => Ok(Self::MariaDb(MySqlConnection::connect(url).await?)),
        }
    }

    /// Asks for the rows of a query about one namespace, and counts their cells.
    async fn ask(&mut self, query: &CatalogQuery, namespace: &str) -> Result<usize, sqlx::Error> {
        match self {
            Self::Postgres(connection) => {
                let mut sent = sqlx::query(query.sql);
                if query.takes_namespaces {
                    sent = sent.bind(vec![namespace.to_owned()]);
                }
                let rows = sent.fetch_all(connection).await?;
                Ok(rows.iter().map(Row::len).sum())
            }
            Self::MariaDb(connection) => {
                let mut sent = sqlx::query(query.sql);
                for _ in query.sql.matches('?') {
                    sent = sent.bind(namespace.to_owned());
                }
                let rows = sent.fetch_all(connection).await?;
                Ok(rows.iter().map(Row::len).sum())
            }
        }
    }

    async fn close(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Postgres(connection) => connection.close().await,
            Self::MariaDb(connection) => connection.close().await,
        }
    }
}

fn measure_on(dialect: &str, tables: usize, table: &mut Table) -> Result<(), String> {
    available(dialect)?;
    let mut live = Live::fresh(dialect, &[])?;
    build(&mut live, tables)?;
    let url = live.url().to_owned();
    let runtime = Builder::new_current_thread().enable_all().build().map_err(text)?;

    let mut raw = runtime.block_on(Raw::connect(dialect, &url)).map_err(text)?;
    let (queries, namespace) = (live.dialect().catalog(), live.dialect().default_namespace().as_str());
    let raw_time = fastest(RUNS, || {
        runtime.block_on(async {
            let mut cells = 0;
            // A reading that nothing disturbs takes no fingerprint.
            for query in queries.iter().filter(|query| !query.is_fingerprint) {
                cells += raw.ask(query, namespace).await.map_err(text)?;
            }
            Ok(cells)
        })
    })?;

    let settings = Settings { access: Access::ReadOnly, ..Settings::new(Url::parse(&url).map_err(text)?) };
    let mut database = runtime.block_on(connect(&settings)).map_err(text)?;
    let ours = fastest(RUNS, || {
        let schema = runtime.block_on(database.read_schema()).map_err(text)?;
        let found = schema.tables().count();
        if found == tables { Ok(schema) } else { Err(format!("{found} tables were read of {tables}")) }
    })?;
    runtime.block_on(async {
        raw.close().await.map_err(text)?;
        database.close().await.map_err(text)
    })?;
    let title = live.dialect().facts().title;
    table.add(
        format!("introspection of {tables} tables on {title} against its queries raw"),
        format!("{:.1} ms / {:.1} ms", milliseconds(ours), milliseconds(raw_time)),
        ours.as_secs_f64() / raw_time.as_secs_f64(),
        1.5,
        "×",
    );
    Ok(())
}

fn build(live: &mut Live, tables: usize) -> Result<(), String> {
    let sources =
        sources(tables).into_iter().map(|text| Source { path: "models.rs".into(), text }).collect::<Vec<_>>();
    let dialect = live.dialect();
    let read = read_models(sources, dialect);
    let (nothing, wanted) = (normalize(Schema::new(), dialect), normalize(read.schema, dialect));
    let plan = planned(nothing.schema(), &changes(&nothing, &wanted), dialect)?;
    live.run(&plan.steps)
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
