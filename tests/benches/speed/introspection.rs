//! Introspection of a large `PostgreSQL` database, against the same catalog queries sent raw.

use ambix_database::{Access, Settings, Url, connect};
use ambix_dialect::{dialect, normalize};
use ambix_models::Source;
use ambix_schema::Schema;
use ambix_tests::law::{changes, planned};
use ambix_tests::live::{Live, POSTGRES_URL};
use ambix_tests::runner::read_models;
use sqlx::{Connection, PgConnection, Row};
use tokio::runtime::Builder;

use crate::project::sources;
use crate::table::{Table, fastest, milliseconds};

const RUNS: usize = 7;

pub(crate) fn measure(tables: usize, table: &mut Table) -> Result<(), String> {
    let mut live = Live::fresh("postgres", &[])?;
    build(&mut live, tables)?;
    let url = live.url().to_owned();
    let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;

    let mut raw = runtime.block_on(PgConnection::connect(&url)).map_err(|error| error.to_string())?;
    let dialect = dialect("postgres", None, None).map_err(|error| error.to_string())?;
    let queries = dialect.catalog();
    let raw_time = fastest(RUNS, || {
        runtime.block_on(async {
            let mut cells = 0;
            for query in queries {
                let mut sent = sqlx::query(query.sql);
                if query.takes_namespaces {
                    sent = sent.bind(vec!["public".to_owned()]);
                }
                let rows = sent.fetch_all(&mut raw).await.map_err(|error| error.to_string())?;
                cells += rows.iter().map(Row::len).sum::<usize>();
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
        raw.close().await.map_err(|error| error.to_string())?;
        database.close().await.map_err(text)
    })?;
    table.add(
        format!("introspection of {tables} tables against its queries raw"),
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
    if std::env::var_os(POSTGRES_URL).is_none() {
        return Err(format!("{POSTGRES_URL} is not set; use `cargo xtask bench`"));
    }
    live.run(&plan.steps)
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
