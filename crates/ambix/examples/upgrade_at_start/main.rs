//! A program that brings its database up to date when it starts, and then does its work.
//!
//! ```text
//! DATABASE_URL=sqlite:/tmp/visits.db cargo run -p ambix --example upgrade_at_start
//! ```
//!
//! As many copies as you like may start at once.
#![expect(clippy::print_stdout, reason = "an example talks to whoever runs it")]

use ambix::workflow::Event;
use ambix::{Error, Migrator};

/// The revisions, compiled in. One list serves three databases here because it uses nothing that one of
/// them lacks; a real program has one database.
static REVISIONS: ambix::Revisions = ambix::revisions!("examples/upgrade_at_start/versions");

type Trouble = Box<dyn std::error::Error>;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    if let Err(trouble) = start().await {
        eprintln!("error: {trouble}");
        if let Some(hint) = trouble.downcast_ref::<Error>().and_then(Error::hint) {
            eprintln!("help: {hint}");
        }
        std::process::exit(2);
    }
}

#[expect(clippy::disallowed_methods, reason = "a program asks its environment where the database is")]
async fn start() -> Result<(), Trouble> {
    let url = std::env::var("DATABASE_URL").map_err(|_| "DATABASE_URL is not set")?;
    let migrator = Migrator::new(&REVISIONS).on_event(|event| {
        if let Event::Running { revision, .. } = event {
            println!("running {} ({})", revision.id, revision.message);
        }
    });
    let visit = "INSERT INTO visits (page) VALUES ('/')";
    let count = "SELECT count(*) FROM visits";
    let visits: i64 = match url.split(':').next() {
        Some("postgres") => {
            let pool = sqlx::PgPool::connect(&url).await?;
            migrator.upgrade(&pool, "head").await?;
            sqlx::query(visit).execute(&pool).await?;
            sqlx::query_scalar(count).fetch_one(&pool).await?
        }
        Some("mysql") => {
            let pool = sqlx::MySqlPool::connect(&url).await?;
            migrator.upgrade(&pool, "head").await?;
            sqlx::query(visit).execute(&pool).await?;
            sqlx::query_scalar(count).fetch_one(&pool).await?
        }
        Some(_) | None => {
            let options: sqlx::sqlite::SqliteConnectOptions = url.parse()?;
            let pool = sqlx::SqlitePool::connect_lazy_with(options.create_if_missing(true));
            migrator.upgrade(&pool, "head").await?;
            sqlx::query(visit).execute(&pool).await?;
            sqlx::query_scalar(count).fetch_one(&pool).await?
        }
    };
    println!("visits so far: {visits}");
    Ok(())
}
