//! The lock on PostgreSQL: one run at a time, waited for with a name, and never left behind.

use std::time::{Duration, Instant};

use crate::support::{Scratch, cell, settings};
use ambix_database::{Access, DatabaseErrorKind as Kind, Holder, connect};
use ambix_schema::TableName;

#[tokio::test]
async fn the_second_waits_and_gets_it_after_the_release() {
    let scratch = Scratch::create().await;
    let mut first = scratch.open().await;
    let mut second = scratch.open().await;
    let lock = first.lock().await.unwrap();
    let releasing = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(500)).await;
        lock.release().await.unwrap();
    });
    let start = Instant::now();
    let mut told: Vec<Holder> = Vec::new();
    let mut lock = second.lock_telling(&mut |holders| told.extend_from_slice(holders)).await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(400), "{:?}", start.elapsed());
    assert!(lock.is_alive().await);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].application.starts_with("ambix lock for "), "{told:?}");
    releasing.await.unwrap();
    lock.release().await.unwrap();
    first.lock().await.unwrap().release().await.unwrap();
    scratch.drop().await;
}

#[tokio::test]
async fn who_waits_too_long_is_told_what_the_holder_runs() {
    let scratch = Scratch::create().await;
    let mut first = scratch.open().await;
    let mut second = scratch.open().await;
    let lock = first.lock().await.unwrap();
    let working = tokio::spawn(async move { first.execute("SELECT pg_sleep(3) /* a long one */").await });
    let error = second.lock().await.unwrap_err();
    assert!(matches!(&*error.kind, Kind::Locked { holders, .. } if holders.len() == 1), "{error:?}");
    let shown = error.to_string();
    assert!(shown.contains("for all of 1500 ms") && shown.contains("a long one"), "{shown}");
    assert!(error.hint().is_some());
    lock.release().await.unwrap();
    working.await.unwrap().unwrap();
    scratch.drop().await;
}

#[tokio::test]
async fn a_lock_that_is_dropped_is_free() {
    let scratch = Scratch::create().await;
    let mut first = scratch.open().await;
    let mut second = scratch.open().await;
    drop(first.lock().await.unwrap());
    second.lock().await.unwrap().release().await.unwrap();
    scratch.drop().await;
}

#[tokio::test]
async fn a_holder_that_is_killed_frees_it_and_notices() {
    let scratch = Scratch::create().await;
    let mut first = scratch.open().await;
    let mut second = scratch.open().await;
    let mut lock = first.lock().await.unwrap();
    assert!(lock.is_alive().await);
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE application_name LIKE 'ambix lock for %' AND datname = current_database()";
    second.execute(sql).await.unwrap();
    let mut other = second.lock().await.unwrap();
    assert!(!lock.is_alive().await);
    assert!(other.is_alive().await);
    assert!(matches!(*lock.release().await.unwrap_err().kind, Kind::Lost(_)));
    other.release().await.unwrap();
    scratch.drop().await;
}

#[tokio::test]
async fn other_databases_and_other_version_tables_do_not_wait() {
    let (one, two) = (Scratch::create().await, Scratch::create().await);
    let mut settings = settings(&one.url(), Access::ReadWrite);
    settings.version_table = TableName::new("other_version");
    let lock = one.open().await.lock().await.unwrap();
    two.open().await.lock().await.unwrap().release().await.unwrap();
    connect(&settings).await.unwrap().lock().await.unwrap().release().await.unwrap();
    lock.release().await.unwrap();
    one.drop().await;
    two.drop().await;
}

/// Waiting in the server, or holding an old snapshot, would make this hang: the build waits for every
/// transaction that is older than itself.
#[tokio::test]
async fn an_index_is_built_concurrently_while_another_run_waits() {
    let scratch = Scratch::create().await;
    let mut first = scratch.open().await;
    first.execute("CREATE TABLE t (x int); INSERT INTO t SELECT generate_series(1, 1000)").await.unwrap();
    let lock = first.lock().await.unwrap();
    let mut second = scratch.open().await;
    let waiting = tokio::spawn(async move { second.lock().await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    first.execute("CREATE INDEX CONCURRENTLY ix_t ON t (x)").await.unwrap();
    let valid = cell(&mut first, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_t'::regclass").await;
    assert_eq!(valid, "t");
    lock.release().await.unwrap();
    waiting.await.unwrap().unwrap().release().await.unwrap();
    scratch.drop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_runs_one_works_at_a_time() {
    let scratch = Scratch::create().await;
    scratch.open().await.execute("CREATE TABLE turns (x int)").await.unwrap();
    let mut runs = Vec::new();
    for _ in 0..8 {
        let mut settings = settings(&scratch.url(), Access::ReadWrite);
        settings.lock_wait = Duration::from_mins(1);
        runs.push(tokio::spawn(async move {
            let mut database = connect(&settings).await.unwrap();
            let lock = database.lock().await.unwrap();
            let before = cell(&mut database, "SELECT count(*) FROM turns").await;
            tokio::time::sleep(Duration::from_millis(20)).await;
            database.execute("INSERT INTO turns VALUES (1)").await.unwrap();
            lock.release().await.unwrap();
            before.parse::<u32>().unwrap()
        }));
    }
    let mut turns = Vec::new();
    for run in runs {
        turns.push(run.await.unwrap());
    }
    turns.sort_unstable();
    assert_eq!(turns, (0..8).collect::<Vec<_>>());
    scratch.drop().await;
}
