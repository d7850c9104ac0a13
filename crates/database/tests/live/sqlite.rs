//! SQLite: files, transactions, deferred foreign keys, the write lock, and read-only sessions.

use std::path::Path;
use std::time::Duration;

use crate::support::{cell, settings};
use ambix_database::{Access, Database, DatabaseErrorKind as Kind, ForeignKeys, Violation, connect};
use ambix_dialect::History;
use ambix_schema::{Address, TableName};

async fn open(path: &Path, access: Access) -> Database {
    let mut settings = settings(&format!("sqlite:{}", path.display()), access);
    settings.create_if_missing = access == Access::ReadWrite;
    connect(&settings).await.unwrap()
}

async fn memory() -> Database {
    connect(&settings("sqlite::memory:", Access::ReadWrite)).await.unwrap()
}

const FAMILY: &str = "CREATE TABLE parent (id INTEGER PRIMARY KEY); \
    CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent ON DELETE CASCADE); \
    INSERT INTO parent VALUES (1), (2); INSERT INTO child VALUES (10, 1), (20, 2)";

#[tokio::test]
async fn a_file_is_created_only_when_that_is_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a b.db");
    let url = format!("sqlite:{}?mode=rwc", path.display().to_string().replace(' ', "%20"));

    let error = connect(&settings(&url, Access::ReadWrite)).await.unwrap_err();
    assert_eq!(*error.kind, Kind::NoFile { path: path.display().to_string() });
    assert!(error.hint().unwrap().contains("ambix upgrade"));
    assert!(!path.exists());

    let mut create = settings(&url, Access::ReadOnly);
    create.create_if_missing = true;
    assert!(matches!(*connect(&create).await.unwrap_err().kind, Kind::NoFile { .. }));
    create.access = Access::ReadWrite;
    let mut database = connect(&create).await.unwrap();
    database.execute("CREATE TABLE t (x)").await.unwrap();
    assert!(path.exists());
    assert!(database.version_text().starts_with("SQLite 3."));
    assert_eq!(database.dialect_name(), "sqlite");
}

#[tokio::test]
async fn what_is_no_database() {
    let directory = tempfile::tempdir().unwrap();
    let text = directory.path().join("notes.txt");
    std::fs::write(&text, "a text that is no database, and long enough to be asked about\n".repeat(20))
        .unwrap();
    for (url, words) in [
        (text.display().to_string(), "is not a SQLite database"),
        (directory.path().display().to_string(), "is a directory"),
        (directory.path().join("no/x.db").display().to_string(), "there is no directory"),
    ] {
        let error = connect(&settings(&format!("sqlite:{url}"), Access::ReadWrite)).await.unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn a_read_only_session_writes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("x.db");
    open(&path, Access::ReadWrite).await.execute("CREATE TABLE t (x)").await.unwrap();

    let mut database = open(&path, Access::ReadOnly).await;
    for sql in ["INSERT INTO t VALUES (1)", "CREATE TABLE u (x)", "DROP TABLE t"] {
        let error = database.execute(sql).await.unwrap_err();
        assert!(matches!(*error.kind, Kind::ReadOnly(_)), "{error:?}");
        assert!(error.hint().is_some());
    }
    assert!(database.read_schema().await.unwrap().contains(&Address::table(TableName::new("t"))));
    assert_eq!(database.heads().await.unwrap(), None);
    database.begin(ForeignKeys::Deferred).await.unwrap();
    database.commit().await.unwrap();
}

#[tokio::test]
async fn transactions_commit_and_roll_back() {
    let mut database = memory().await;
    database.begin(ForeignKeys::Enforced).await.unwrap();
    assert!(matches!(*database.begin(ForeignKeys::Enforced).await.unwrap_err().kind, Kind::Transaction(_)));
    database.execute("CREATE TABLE gone (x)").await.unwrap();
    database.rollback().await.unwrap();
    database.begin(ForeignKeys::Enforced).await.unwrap();
    database.execute("CREATE TABLE kept (x)").await.unwrap();
    database.commit().await.unwrap();
    assert!(matches!(*database.commit().await.unwrap_err().kind, Kind::Transaction(_)));
    database.rollback().await.unwrap();
    let schema = database.read_schema().await.unwrap();
    assert_eq!(schema.tables().collect::<Vec<_>>(), [TableName::new("kept")]);
}

#[tokio::test]
async fn a_commit_inside_a_transaction_does_not_go_unnoticed() {
    let mut database = memory().await;
    for sql in ["CREATE TABLE a (x); COMMIT", "CREATE TABLE b (x); COMMIT; BEGIN"] {
        database.begin(ForeignKeys::Enforced).await.unwrap();
        database.execute(sql).await.unwrap();
        assert_eq!(*database.commit().await.unwrap_err().kind, Kind::TransactionEnded);
        assert_eq!(*database.rollback().await.unwrap_err().kind, Kind::TransactionEnded);
    }
    database.begin(ForeignKeys::Enforced).await.unwrap();
    database.execute("CREATE TABLE c (x); COMMIT; CREATE TABLE c (x)").await.unwrap_err();
    assert_eq!(*database.rollback().await.unwrap_err().kind, Kind::TransactionEnded);
    // Nothing of that sticks to the next one.
    database.begin(ForeignKeys::Enforced).await.unwrap();
    database.execute("CREATE TABLE d (x)").await.unwrap();
    database.rollback().await.unwrap();
}

#[tokio::test]
async fn a_table_is_rebuilt_and_its_children_stay() {
    let mut database = memory().await;
    database.execute(FAMILY).await.unwrap();
    database.begin(ForeignKeys::Deferred).await.unwrap();
    database
        .execute(
            "CREATE TABLE new (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO new (id) SELECT id FROM parent; \
             DROP TABLE parent; ALTER TABLE new RENAME TO parent",
        )
        .await
        .unwrap();
    database.commit().await.unwrap();
    assert_eq!(cell(&mut database, "SELECT count(*) FROM child").await, "2");
    assert_eq!(cell(&mut database, "PRAGMA foreign_keys").await, "1");
    let error = database.execute("INSERT INTO child VALUES (30, 99)").await.unwrap_err();
    assert!(error.to_string().contains("FOREIGN KEY"), "{error}");
}

#[tokio::test]
async fn deferred_foreign_keys_are_checked_before_the_commit() {
    let mut database = memory().await;
    database.execute(FAMILY).await.unwrap();
    database.begin(ForeignKeys::Deferred).await.unwrap();
    assert_eq!(cell(&mut database, "PRAGMA foreign_keys").await, "0");
    database.execute("DELETE FROM parent WHERE id = 2").await.unwrap();
    let error = database.commit().await.unwrap_err();
    let violation = Violation { table: "child".into(), references: "parent".into(), rows: 1 };
    assert_eq!(*error.kind, Kind::ForeignKeys(vec![violation]));
    assert!(error.to_string().contains("1 row of child would point at no row of parent"), "{error}");
    database.rollback().await.unwrap();
    assert_eq!(cell(&mut database, "SELECT count(*) FROM parent").await, "2");
    assert_eq!(cell(&mut database, "PRAGMA foreign_keys").await, "1");
}

#[tokio::test]
async fn violations_from_before_do_not_stand_in_the_way() {
    let mut database = memory().await;
    database.execute(FAMILY).await.unwrap();
    database
        .execute("PRAGMA foreign_keys = 0; DELETE FROM parent WHERE id = 2; PRAGMA foreign_keys = 1")
        .await
        .unwrap();
    database.begin(ForeignKeys::Deferred).await.unwrap();
    database.execute("CREATE TABLE t (x)").await.unwrap();
    database.commit().await.unwrap();

    database.begin(ForeignKeys::Deferred).await.unwrap();
    database.execute("DELETE FROM parent").await.unwrap();
    assert!(
        matches!(&*database.commit().await.unwrap_err().kind, Kind::ForeignKeys(new) if new[0].rows == 1)
    );
    database.rollback().await.unwrap();
}

#[tokio::test]
async fn only_one_writer_at_a_time() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("x.db");
    let mut first = open(&path, Access::ReadWrite).await;
    let mut second = open(&path, Access::ReadWrite).await;
    let mut lock = first.lock().await.unwrap();
    assert!(lock.is_alive().await);
    first.begin(ForeignKeys::Enforced).await.unwrap();
    let error = second.begin(ForeignKeys::Deferred).await.unwrap_err();
    assert!(error.is_lock_timeout(), "{error:?}");
    assert!(!second.is_in_transaction());
    assert_eq!(cell(&mut second, "PRAGMA foreign_keys").await, "1");

    let waiting = tokio::spawn(async move {
        second.begin(ForeignKeys::Enforced).await.unwrap();
        second.commit().await.unwrap();
    });
    tokio::time::sleep(Duration::from_millis(150)).await;
    first.commit().await.unwrap();
    waiting.await.unwrap();
    lock.release().await.unwrap();
}

#[tokio::test]
async fn errors_carry_the_statement_its_number_and_its_line() {
    let mut database = memory().await;
    let error =
        database.execute("CREATE TABLE t (x);\nCREATE TABLE u (x);\nCREATE TABEL v (x)").await.unwrap_err();
    let failure = error.statement().unwrap();
    assert_eq!((failure.number, failure.line, failure.code.as_deref()), (Some(3), Some(3), Some("1")));
    assert_eq!(
        error.to_string(),
        "could not run `CREATE TABLE t (x); CREATE TABLE u (x); CREATE TABEL v (x)`: \
         near \"TABEL\": syntax error (statement 3, line 3, code 1)"
    );
    let error = database.execute("SELECT 1;\0DROP TABLE t").await.unwrap_err();
    assert!(error.to_string().contains("NUL"), "{error}");
    database.execute("SELECT * FROM t").await.unwrap();
}

#[tokio::test]
async fn the_version_table_is_kept_and_left_out() {
    let mut database = memory().await;
    assert_eq!(database.heads().await.unwrap(), None);
    database.ensure_version_table().await.unwrap();
    database.ensure_version_table().await.unwrap();
    assert_eq!(database.heads().await.unwrap(), Some(vec![]));
    for id in ["b", "a"] {
        database.execute_history(&History::Insert { id: id.into() }).await.unwrap();
    }
    assert_eq!(database.heads().await.unwrap().unwrap(), ["a", "b"]);
    database.execute_history(&History::Update { from: "a".into(), to: "c".into() }).await.unwrap();
    database.execute_history(&History::Delete { id: "b".into() }).await.unwrap();
    assert_eq!(database.heads().await.unwrap().unwrap(), ["c"]);
    for what in [History::Delete { id: "b".into() }, History::Update { from: "b".into(), to: "d".into() }] {
        let error = database.execute_history(&what).await.unwrap_err();
        assert!(matches!(*error.kind, Kind::VersionTable { .. }), "{error:?}");
    }
    database.execute("CREATE TABLE t (x)").await.unwrap();
    let schema = database.read_schema().await.unwrap();
    assert!(schema.iter().all(|(at, _)| at.table_name() == Some(TableName::new("t"))), "{schema:?}");
}

#[tokio::test]
async fn what_is_no_version_table() {
    let mut database = memory().await;
    database.execute("CREATE VIEW ambix_version AS SELECT 1 AS version_num").await.unwrap();
    assert!(database.heads().await.unwrap_err().to_string().contains("is a view"));
    database.execute("DROP VIEW ambix_version; CREATE TABLE ambix_version (x)").await.unwrap();
    assert!(database.heads().await.unwrap_err().to_string().contains("no column version_num"));
    assert!(database.ensure_version_table().await.is_err());
    database.execute("DROP TABLE ambix_version; CREATE TABLE ambix_version (version_num)").await.unwrap();
    database.execute("INSERT INTO ambix_version VALUES (NULL)").await.unwrap();
    assert!(database.heads().await.unwrap_err().to_string().contains("without a revision"));
    database
        .execute("DELETE FROM ambix_version; INSERT INTO ambix_version VALUES ('a'), ('a')")
        .await
        .unwrap();
    assert!(database.heads().await.unwrap_err().to_string().contains("twice"));
}
