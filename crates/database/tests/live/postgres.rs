//! PostgreSQL: the pinned session, transactions, failures, read-only sessions, and reading the schema.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::proxy;
use crate::support::{Scratch, cell, settings};
use ambix_database::{Access, Database, DatabaseError, DatabaseErrorKind as Kind, ForeignKeys, connect};
use ambix_dialect::{History, normalize};
use ambix_schema::{Schema, TableName};

async fn canonical(database: &mut Database) -> Result<Schema, DatabaseError> {
    let schema = database.read_schema().await?;
    Ok(normalize(schema, database.dialect()).into_schema())
}

async fn tables(database: &mut Database) -> Vec<TableName> {
    canonical(database).await.unwrap().tables().collect()
}

#[tokio::test]
async fn the_session_is_pinned() {
    let scratch = Scratch::create().await;
    let mut database = scratch.open().await;
    database
        .execute(&format!(
            "ALTER DATABASE {0} SET TimeZone = 'Asia/Tokyo'; ALTER DATABASE {0} SET search_path = pg_catalog; \
             ALTER DATABASE {0} SET standard_conforming_strings = off; ALTER DATABASE {0} SET lock_timeout = 1",
            scratch.name()
        ))
        .await
        .unwrap();
    let mut settings = settings(&scratch.url(), Access::ReadWrite);
    settings.namespaces = vec!["My \"App\"".into(), "public".into()];
    settings.statement_timeout = Duration::from_secs(90);
    let mut database = connect(&settings).await.unwrap();
    for (name, value) in [
        ("application_name", "ambix"),
        ("TimeZone", "UTC"),
        ("search_path", "\"My \"\"App\"\"\", public"),
        ("standard_conforming_strings", "on"),
        ("client_encoding", "UTF8"),
        ("lock_timeout", "600ms"),
        ("statement_timeout", "90s"),
        ("idle_in_transaction_session_timeout", "0"),
        ("default_transaction_read_only", "off"),
    ] {
        let found = cell(&mut database, &format!("SHOW {name}")).await;
        assert_eq!(found.replace("1min 30s", "90s"), value, "{name}");
    }
    assert!(database.version_text().starts_with("PostgreSQL "));
    assert!(database.server_version() >= (12, 0));
    assert_eq!(database.dialect().default_namespace().as_str(), "My \"App\"");
    database.ping().await.unwrap();
    database.close().await.unwrap();
    scratch.drop().await;
}

#[tokio::test]
async fn transactions_commit_and_roll_back() {
    let scratch = Scratch::create().await;
    let mut database = scratch.open().await;
    database.begin(ForeignKeys::Enforced).await.unwrap();
    database.execute("CREATE TABLE gone (x int)").await.unwrap();
    database.rollback().await.unwrap();
    database.begin(ForeignKeys::Deferred).await.unwrap();
    database.execute("CREATE TABLE kept (x int)").await.unwrap();
    database.commit().await.unwrap();
    assert_eq!(tables(&mut database).await, [TableName::new("kept")]);
    scratch.drop().await;
}

#[tokio::test]
async fn a_commit_that_would_not_be_one_is_an_error() {
    let scratch = Scratch::create().await;
    let mut database = scratch.open().await;

    database.begin(ForeignKeys::Enforced).await.unwrap();
    database.execute("SELECT 1/0").await.unwrap_err();
    assert_eq!(*database.commit().await.unwrap_err().kind, Kind::TransactionFailed);
    database.rollback().await.unwrap();

    for sql in ["CREATE TABLE a (x int); COMMIT", "CREATE TABLE b (x int); COMMIT; BEGIN"] {
        database.begin(ForeignKeys::Enforced).await.unwrap();
        database.execute(sql).await.unwrap();
        let error = database.commit().await.unwrap_err();
        assert_eq!(*error.kind, Kind::TransactionEnded);
        assert!(error.hint().unwrap().contains("COMMIT"));
        assert_eq!(*database.rollback().await.unwrap_err().kind, Kind::TransactionEnded);
    }
    database.begin(ForeignKeys::Enforced).await.unwrap();
    database.execute("CREATE TABLE c (x int); COMMIT; SELECT 1/0").await.unwrap_err();
    assert_eq!(*database.rollback().await.unwrap_err().kind, Kind::TransactionEnded);

    database.begin(ForeignKeys::Enforced).await.unwrap();
    database.execute("CREATE TABLE d (x int); SAVEPOINT s; ROLLBACK TO s; RELEASE s").await.unwrap();
    database.commit().await.unwrap();
    scratch.drop().await;
}

#[tokio::test]
async fn errors_carry_the_statement_its_code_and_its_line() {
    let scratch = Scratch::create().await;
    let mut database = scratch.open().await;
    let error = database.execute("SELECT 1;\n-- naïve ✓\nSELECT nothing\nFROM nowhere").await.unwrap_err();
    let failure = error.statement().unwrap();
    assert_eq!((failure.line, failure.code.as_deref()), (Some(4), Some("42P01")));
    assert!(failure.sql.ends_with("FROM nowhere"));
    assert!(
        error.to_string().contains("relation \"nowhere\" does not exist (statement 2, line 4, code 42P01)"),
        "{error}"
    );

    database.execute("CREATE TABLE t (x int PRIMARY KEY)").await.unwrap();
    let error = database.execute("INSERT INTO t VALUES (1), (1)").await.unwrap_err();
    assert!(error.to_string().contains("Key (x)=(1) already exists"), "{error}");
    let error = database.execute("SELECT lenght('x')").await.unwrap_err();
    assert!(error.hint().unwrap().contains("No function matches"), "{error:?}");

    let hostile = "CREATE TABLE \"a\u{1b}[31m\n-- \u{202e}\" (x int)";
    database.execute(hostile).await.unwrap();
    let error = database.execute(hostile).await.unwrap_err().to_string();
    assert!(!error.contains('\u{1b}') && !error.contains('\n') && !error.contains('\u{202e}'), "{error}");
    assert!(database.execute("SELECT 1\0").await.unwrap_err().to_string().contains("NUL"));
    database.ping().await.unwrap();
    scratch.drop().await;
}

#[tokio::test]
async fn a_lock_timeout_names_who_holds_the_lock() {
    let scratch = Scratch::create().await;
    let mut database = scratch.open().await;
    database.execute("CREATE TABLE t (x int)").await.unwrap();
    let mut other = scratch.open().await;
    other.execute("SET application_name = 'nightly report'").await.unwrap();
    other.begin(ForeignKeys::Enforced).await.unwrap();
    other.execute("LOCK TABLE t IN ACCESS SHARE MODE").await.unwrap();

    let error = database.execute("ALTER TABLE t ADD y int").await.unwrap_err();
    assert!(error.is_lock_timeout(), "{error:?}");
    let shown = error.to_string();
    assert!(
        shown.contains("nightly report of postgres") && shown.contains("LOCK TABLE t IN ACCESS SHARE"),
        "{shown}"
    );
    other.rollback().await.unwrap();
    database.execute("ALTER TABLE t ADD y int").await.unwrap();
    scratch.drop().await;
}

#[tokio::test]
async fn a_statement_that_runs_too_long() {
    let scratch = Scratch::create().await;
    let mut settings = settings(&scratch.url(), Access::ReadWrite);
    settings.statement_timeout = Duration::from_millis(100);
    let mut database = connect(&settings).await.unwrap();
    let error = database.execute("SELECT pg_sleep(10)").await.unwrap_err();
    assert!(matches!(*error.kind, Kind::Cancelled(_)), "{error:?}");
    scratch.drop().await;
}

#[tokio::test]
async fn a_lost_connection_is_said_to_be_lost() {
    let scratch = Scratch::create().await;
    let mut database = scratch.open().await;
    let pid = cell(&mut database, "SELECT pg_backend_pid()").await;
    database.begin(ForeignKeys::Enforced).await.unwrap();
    let mut other = scratch.open().await;
    other.execute(&format!("SELECT pg_terminate_backend({pid})")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let error = database.execute("SELECT 1").await.unwrap_err();
    assert!(matches!(*error.kind, Kind::Lost(_)), "{error:?}");
    // The server was asked over another connection: nothing of the transaction is left.
    database.rollback().await.unwrap();
    assert!(database.ping().await.is_err());
    scratch.drop().await;
}

#[tokio::test]
async fn a_read_only_session_writes_nothing_and_needs_few_rights() {
    let scratch = Scratch::create().await;
    let reader = format!("reader_of_{}", scratch.name());
    let mut owner = scratch.open().await;
    owner.execute("CREATE TABLE t (x int)").await.unwrap();
    owner.ensure_version_table().await.unwrap();
    owner.execute_history(&History::Insert { id: "abc".into() }).await.unwrap();
    owner
        .execute(&format!("CREATE ROLE {reader} LOGIN; GRANT SELECT ON ambix_version TO {reader}"))
        .await
        .unwrap();

    for url in [scratch.url(), scratch.url_as(&reader)] {
        let mut database = connect(&settings(&url, Access::ReadOnly)).await.unwrap();
        assert!(tables(&mut database).await.contains(&TableName::new("t")));
        assert_eq!(database.heads().await.unwrap().unwrap(), ["abc"]);
        for sql in ["CREATE TABLE u (x int)", "INSERT INTO t VALUES (1)", "DROP TABLE t"] {
            let error = database.execute(sql).await.unwrap_err();
            assert!(matches!(*error.kind, Kind::ReadOnly(_) | Kind::Statement(_)), "{error:?}");
        }
        database.begin(ForeignKeys::Enforced).await.unwrap();
        database.commit().await.unwrap();
    }
    owner.execute(&format!("DROP OWNED BY {reader}; DROP ROLE {reader}")).await.unwrap();
    scratch.drop().await;
}

#[tokio::test]
async fn the_version_table_is_kept_and_left_out() {
    let scratch = Scratch::create().await;
    let mut settings = settings(&scratch.url(), Access::ReadWrite);
    settings.version_table = TableName::qualified("Own Place", "Ver\"sions");
    settings.namespaces = vec!["public".into(), "Own Place".into()];
    let mut database = connect(&settings).await.unwrap();
    database.execute("CREATE SCHEMA \"Own Place\"; CREATE TABLE t (x int)").await.unwrap();
    assert_eq!(database.heads().await.unwrap(), None);
    database.begin(ForeignKeys::Enforced).await.unwrap();
    database.ensure_version_table().await.unwrap();
    // A temporary table of the same name is not mistaken for it.
    database.execute("CREATE TEMPORARY TABLE \"Ver\"\"sions\" (x int)").await.unwrap();
    for id in ["b", "a"] {
        database.execute_history(&History::Insert { id: id.into() }).await.unwrap();
    }
    database.commit().await.unwrap();
    assert_eq!(database.heads().await.unwrap().unwrap(), ["a", "b"]);
    let error = database.execute_history(&History::Delete { id: "z".into() }).await.unwrap_err();
    assert!(error.to_string().contains("does not hold z any more"), "{error}");
    assert_eq!(tables(&mut database).await, [TableName::new("t")]);

    database.execute("DROP TABLE \"Own Place\".\"Ver\"\"sions\"; CREATE VIEW \"Own Place\".\"Ver\"\"sions\" AS SELECT 1").await.unwrap();
    assert!(database.heads().await.unwrap_err().to_string().contains("is a view"));
    scratch.drop().await;
}

#[tokio::test]
async fn reading_inside_a_transaction_sees_it_and_leaves_the_search_path() {
    let scratch = Scratch::create().await;
    let mut database = scratch.open().await;
    database.begin(ForeignKeys::Enforced).await.unwrap();
    database.execute("CREATE TABLE t (x int); SET LOCAL search_path = public, pg_temp").await.unwrap();
    assert!(tables(&mut database).await.contains(&TableName::new("t")));
    assert_eq!(cell(&mut database, "SHOW search_path").await, "public, pg_temp");
    assert!(database.is_in_transaction());
    database.rollback().await.unwrap();
    assert_eq!(tables(&mut database).await, []);
    assert_eq!(cell(&mut database, "SHOW search_path").await, "public");
    scratch.drop().await;
}

/// Another session renames a column and its index in one transaction, back and forth. Whoever reads
/// the two at different moments sees one name with the other; a reading must be one or the other, or
/// the error that says the schema is changing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schema_that_changes_meanwhile_is_read_as_of_one_moment() {
    let scratch = Scratch::create().await;
    let mut reader = connect(&settings(&scratch.url(), Access::ReadOnly)).await.unwrap();
    let mut writer = scratch.open().await;
    writer.execute("CREATE TABLE t (a int); CREATE INDEX ix_a ON t (a)").await.unwrap();
    canonical(&mut reader).await.unwrap();
    let start = Instant::now();
    canonical(&mut reader).await.unwrap();
    let one_reading = start.elapsed();

    let stop = Arc::new(AtomicBool::new(false));
    let is_stopped = Arc::clone(&stop);
    let writing = tokio::spawn(async move {
        // Now within a reading, now longer than one, so that both outcomes come up.
        let pauses = [one_reading / 8, one_reading / 3, one_reading * 4].into_iter().cycle();
        for ((from, to), pause) in [("a", "b"), ("b", "a")].into_iter().cycle().zip(pauses) {
            if is_stopped.load(Ordering::SeqCst) {
                break;
            }
            let sql = format!("ALTER TABLE t RENAME {from} TO {to}; ALTER INDEX ix_{from} RENAME TO ix_{to}");
            writer.execute(&sql).await.unwrap();
            tokio::time::sleep(pause).await;
        }
    });
    let mut read = 0;
    for _ in 0..15 {
        match canonical(&mut reader).await {
            Ok(schema) => {
                let shown = format!("{schema:?}");
                let is_one = shown.contains("ix_a") && !shown.contains("\"b\"");
                let is_other = shown.contains("ix_b") && !shown.contains("\"a\"");
                assert!(is_one || is_other, "{shown}");
                read += 1;
            }
            Err(error) => assert!(matches!(*error.kind, Kind::Changing { .. }), "{error:?}"),
        }
    }
    stop.store(true, Ordering::SeqCst);
    writing.await.unwrap();
    assert!(read > 0, "not once was the schema read");
    scratch.drop().await;
}

/// The first reading's rows are of the old schema; without a second look they would be believed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schema_that_never_rests_is_said_to_be_changing() {
    let scratch = Scratch::create().await;
    let mut reader = connect(&settings(&scratch.url(), Access::ReadOnly)).await.unwrap();
    let mut writer = scratch.open().await;
    writer.execute("CREATE TABLE t (a int)").await.unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let is_stopped = Arc::clone(&stop);
    let writing = tokio::spawn(async move {
        for (from, to) in [("a", "b"), ("b", "a")].into_iter().cycle() {
            if is_stopped.load(Ordering::SeqCst) {
                break;
            }
            writer.execute(&format!("ALTER TABLE t RENAME {from} TO {to}")).await.unwrap();
        }
    });
    let error = reader.read_schema().await.unwrap_err();
    stop.store(true, Ordering::SeqCst);
    writing.await.unwrap();
    assert_eq!(*error.kind, Kind::Changing { tries: 5 });
    assert!(error.to_string().contains("the schema is changing"), "{error}");
    reader.read_schema().await.unwrap();
    scratch.drop().await;
}

/// A driver that got an answer it does not know waits for ever for the next one.
#[tokio::test]
async fn copy_from_the_client_is_refused_and_nothing_hangs() {
    let scratch = Scratch::create().await;
    for sql in ["COPY t FROM STDIN", "COPY t TO STDOUT"] {
        let mut database = scratch.open().await;
        database.begin(ForeignKeys::Enforced).await.unwrap();
        database.execute("CREATE TABLE t (x int)").await.unwrap();
        let failing = tokio::time::timeout(Duration::from_secs(20), async {
            let error = database.execute(sql).await.unwrap_err();
            assert!(error.to_string().contains("write INSERT"), "{error}");
            database.rollback().await.unwrap();
            assert!(matches!(*database.ping().await.unwrap_err().kind, Kind::Lost(_)));
            assert!(database.close().await.is_err());
        });
        failing.await.unwrap();
        assert_eq!(tables(&mut scratch.open().await).await, []);
    }
    scratch.drop().await;
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_looked_up() {
    let scratch = Scratch::create().await;
    let url = scratch.url();
    let (_, place) = url.rsplit_once('@').unwrap();
    let (server, name) = place.split_once('/').unwrap();
    let port = proxy::losing_the_answer_to_commit(server.to_owned());
    let mut database = connect(&settings(
        &format!("postgres://postgres@127.0.0.1:{port}/{name}?sslmode=disable"),
        Access::ReadWrite,
    ))
    .await
    .unwrap();
    database.begin(ForeignKeys::Enforced).await.unwrap();
    database.execute("CREATE TABLE t (x int)").await.unwrap();
    database.commit().await.unwrap();
    assert!(matches!(*database.ping().await.unwrap_err().kind, Kind::Lost(_)));
    assert_eq!(tables(&mut scratch.open().await).await, [TableName::new("t")]);
    scratch.drop().await;
}
