//! A program with its own revisions, on a database in memory.

use std::sync::{Arc, Mutex};

use ambix::workflow::Event;
use ambix::{Error, Migrator, Revisions};
use sqlx::SqlitePool;

static REVISIONS: Revisions = ambix::revisions!("examples/upgrade_at_start/versions");

static MIXED: Revisions = ambix::revisions!("tests/mixed");

static BROKEN: Revisions = Revisions::new(&[]).with_sql(&[ambix::CompiledSql {
    path: "versions/broken.sql",
    text: "-- revision: aaaa\n-- down_revision: base\n-- ambix:up\nSELECT 'open;\n",
}]);

async fn memory() -> SqlitePool {
    SqlitePool::connect("sqlite::memory:").await.expect("memory is always there")
}

async fn count(pool: &SqlitePool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(pool).await.expect("the query can be run")
}

#[tokio::test]
async fn a_pool_is_brought_up_to_date_and_back() {
    let pool = memory().await;
    let migrator = Migrator::new(&REVISIONS);
    assert_eq!(migrator.pending(&pool).await.unwrap().len(), 3);

    let ran = migrator.upgrade(&pool, "head").await.unwrap();
    assert_eq!(ran.revisions.len(), 3);
    assert_eq!(count(&pool, "SELECT count(*) FROM visits").await, 1);
    assert!(migrator.upgrade(&pool, "head").await.unwrap().revisions.is_empty());
    assert!(migrator.pending(&pool).await.unwrap().is_empty());
    let current = migrator.current(&pool).await.unwrap();
    assert_eq!(
        (current.heads.as_slice(), current.is_at_heads),
        (["c3d4e5f6a7b8".to_owned()].as_slice(), true)
    );

    migrator.clone().accept_data_loss().downgrade(&pool, "base").await.unwrap();
    let left = "SELECT count(*) FROM sqlite_schema WHERE name = 'visits'";
    assert_eq!(count(&pool, left).await, 0);
}

#[tokio::test]
async fn revisions_in_sql_stand_beside_those_in_rust() {
    let pool = memory().await;
    let migrator = Migrator::new(&MIXED);
    let ran = migrator.upgrade(&pool, "head").await.unwrap();
    assert_eq!(ran.revisions.iter().map(ambix::RevisionId::as_str).collect::<Vec<_>>(), ["aaaa", "bbbb"]);
    sqlx::query("INSERT INTO notes (id) VALUES (1)").execute(&pool).await.unwrap();
    assert_eq!(count(&pool, "SELECT count(*) FROM notes WHERE text = ';'").await, 1);
    let refused = sqlx::query("DELETE FROM notes").execute(&pool).await.unwrap_err();
    assert!(refused.to_string().contains("kept; all of them"), "{refused}");
    migrator.accept_data_loss().downgrade(&pool, "aaaa").await.unwrap();
    assert_eq!(count(&pool, "SELECT count(*) FROM pragma_table_info('notes')").await, 1);

    let error = Migrator::new(&BROKEN).upgrade(&pool, "head").await.unwrap_err();
    assert_eq!(error.problems()[0].origin.to_string(), "versions/broken.sql:4");
}

#[tokio::test]
async fn stamping_runs_nothing() {
    let pool = memory().await;
    let migrator = Migrator::new(&REVISIONS).version_table("of_this_program");
    assert_eq!(migrator.stamp(&pool, "head").await.unwrap().len(), 1);
    assert!(migrator.pending(&pool).await.unwrap().is_empty());
    assert_eq!(count(&pool, "SELECT count(*) FROM of_this_program").await, 1);
    assert_eq!(count(&pool, "SELECT count(*) FROM sqlite_schema WHERE name = 'visits'").await, 0);
}

#[tokio::test]
async fn the_program_is_told_what_happens() {
    let pool = memory().await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let teller = Arc::clone(&told);
    let migrator = Migrator::new(&REVISIONS).on_event(move |event| {
        if let Event::Running { revision, .. } = event {
            teller.lock().unwrap().push(revision.message.clone());
        }
    });
    migrator.upgrade(&pool, "head").await.unwrap();
    assert_eq!(*told.lock().unwrap(), ["visits", "who made them", "the first visit"]);
}

#[tokio::test]
async fn what_is_protected_is_not_dropped_by_a_revision() {
    let pool = memory().await;
    let migrator = Migrator::new(&REVISIONS).protect(["visits"]).accept_data_loss();
    migrator.upgrade(&pool, "head").await.unwrap();
    let error = migrator.downgrade(&pool, "base").await.unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error}");
    let path = "examples/upgrade_at_start/versions/20240105_0900_a1b2c3d4e5f6_visits.rs";
    assert!(error.hint().unwrap().contains(path), "{:?}", error.hint());
    assert_eq!(count(&pool, "SELECT count(*) FROM visits").await, 1);
}

#[tokio::test]
async fn no_drift_is_no_failure() {
    let pool = memory().await;
    Migrator::new(&REVISIONS).upgrade(&pool, "head").await.unwrap();
    ambix::assert_no_drift!(&pool, models = ["examples/upgrade_at_start/models.rs"]);
}

#[tokio::test]
async fn drift_is_told_with_its_place() {
    let pool = memory().await;
    Migrator::new(&REVISIONS).upgrade(&pool, "head").await.unwrap();
    sqlx::query("DROP INDEX ix_visits_visitor").execute(&pool).await.unwrap();
    let models = ["examples/upgrade_at_start/models.rs"];
    let drift = ambix::drift(env!("CARGO_MANIFEST_DIR"), &pool, &models).await.unwrap().unwrap();
    assert!(drift.contains("added index visits.ix_visits_visitor"), "{drift}");
    assert!(drift.contains("(examples/upgrade_at_start/models.rs:14)"), "{drift}");
}

#[tokio::test]
#[should_panic(expected = "no entities were found in src/nothing.rs")]
async fn models_that_are_not_there_are_no_agreement() {
    let pool = memory().await;
    ambix::assert_no_drift!(&pool, models = ["src/nothing.rs"]);
}
