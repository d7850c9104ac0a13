//! MariaDB: connecting, the pinned session, transactions, failures, read-only sessions and the lock.

use std::time::{Duration, Instant};

use crate::support::{Scratch, Server, cell, settings, variable};
use ambix_database::{Access, Database, DatabaseErrorKind as Kind, ForeignKeys, Holder, connect};
use ambix_dialect::History;
use ambix_schema::TableName;

async fn scratch() -> (Scratch, Database) {
    let scratch = Scratch::on(Server::MariaDb).await;
    let database = scratch.open().await;
    (scratch, database)
}

async fn failure(url: &str) -> (Kind, String) {
    let mut settings = settings(url, Access::ReadOnly);
    settings.connect_timeout = Duration::from_secs(5);
    let error = connect(&settings).await.unwrap_err();
    let shown = format!("{error}\n{error:?}\n{:?}\n{settings:?}", error.hint());
    (*error.kind, shown)
}

#[tokio::test]
async fn the_session_is_pinned_and_the_server_is_known_by_its_own_word() {
    let (scratch, _) = scratch().await;
    let mut settings = settings(&scratch.url().replace("mariadb:", "mysql:"), Access::ReadWrite);
    settings.statement_timeout = Duration::from_secs(90);
    let mut database = connect(&settings).await.unwrap();
    for (name, value) in [
        ("sql_mode", "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"),
        ("time_zone", "+00:00"),
        ("character_set_client", "utf8mb4"),
        ("character_set_results", "utf8mb4"),
        ("foreign_key_checks", "1"),
        ("autocommit", "1"),
        ("lock_wait_timeout", "1"),
        ("innodb_lock_wait_timeout", "1"),
        ("max_statement_time", "90.000000"),
        ("transaction_read_only", "0"),
    ] {
        let variable = if name == "transaction_read_only" { "tx_read_only" } else { name };
        assert_eq!(cell(&mut database, &format!("SELECT @@{variable}")).await, value, "{name}");
    }
    assert_eq!(database.dialect_name(), "mariadb");
    assert!(database.version_text().starts_with("MariaDB "), "{}", database.version_text());
    assert!(database.server_version() >= (10, 6));
    assert_eq!(database.dialect().default_namespace().as_str(), scratch.name());
    database.ping().await.unwrap();
    database.close().await.unwrap();
    scratch.drop().await;
}

#[tokio::test]
async fn every_cell_is_text() {
    let (scratch, mut database) = scratch().await;
    let rows = database
        .query_text(
            "SELECT 1, 1.50, 2e3, 'ü\u{1f99c}', NULL, x'ff00', CAST('2024-01-02' AS DATE), b'101' + 0, TIME '01:02:03', \
             CAST('{\"a\":1}' AS CHAR); SELECT 'second'",
        )
        .await
        .unwrap();
    let cells: Vec<Option<&str>> = rows[0].iter().map(Option::as_deref).collect();
    let expected = [
        Some("1"),
        Some("1.50"),
        Some("2000"),
        Some("ü\u{1f99c}"),
        None,
        Some("0xFF00"),
        Some("2024-01-02"),
        Some("5"),
        Some("01:02:03"),
        Some("{\"a\":1}"),
    ];
    assert_eq!(cells, expected);
    assert_eq!(rows[1], [Some("second".to_owned())]);
    scratch.drop().await;
}

#[tokio::test]
async fn rows_are_committed_and_rolled_back() {
    let (scratch, mut database) = scratch().await;
    database.execute("CREATE TABLE t (x int)").await.unwrap();
    database.begin(ForeignKeys::Enforced).await.unwrap();
    database.execute("INSERT INTO t VALUES (1)").await.unwrap();
    database.rollback().await.unwrap();
    database.begin(ForeignKeys::Deferred).await.unwrap();
    database
        .execute("INSERT INTO t VALUES (2); SAVEPOINT s; INSERT INTO t VALUES (3); ROLLBACK TO s")
        .await
        .unwrap();
    database.commit().await.unwrap();
    assert_eq!(database.query_text("SELECT x FROM t").await.unwrap(), [[Some("2".to_owned())]]);
    scratch.drop().await;
}

/// A statement that commits by itself leaves nothing to roll back, and that is never passed over.
#[tokio::test]
async fn a_transaction_that_a_statement_ended_is_noticed() {
    let (scratch, mut database) = scratch().await;
    database.execute("CREATE TABLE t (x int)").await.unwrap();
    for sql in ["INSERT INTO t VALUES (1); ALTER TABLE t ADD y1 int", "COMMIT", "COMMIT; START TRANSACTION"] {
        database.begin(ForeignKeys::Enforced).await.unwrap();
        database.execute(sql).await.unwrap();
        assert_eq!(*database.commit().await.unwrap_err().kind, Kind::TransactionEnded, "{sql}");
        assert_eq!(*database.rollback().await.unwrap_err().kind, Kind::TransactionEnded, "{sql}");
    }
    assert_eq!(cell(&mut database, "SELECT count(*) FROM t").await, "1");
    scratch.drop().await;
}

#[tokio::test]
async fn errors_carry_the_statement_its_code_and_its_line() {
    let (scratch, mut database) = scratch().await;
    let error = database.execute("SELECT 1;\n-- naïve ✓\nSELECT nothing\nFROM WHERE").await.unwrap_err();
    let failure = error.statement().unwrap();
    assert_eq!((failure.number, failure.code.as_deref()), (Some(2), Some("1064, SQLSTATE 42000")));
    assert!(failure.sql.ends_with("FROM WHERE"), "{error}");
    assert!(failure.line.is_some(), "{error}");

    database.execute("CREATE TABLE t (x int PRIMARY KEY, y int NOT NULL CHECK (y > 0))").await.unwrap();
    for (sql, words) in [
        (
            "INSERT INTO t VALUES (1, 1), (1, 1)",
            "Duplicate entry '1' for key 'PRIMARY' (code 1062, SQLSTATE 23000)",
        ),
        ("INSERT INTO t VALUES (2, NULL)", "Column 'y' cannot be null (code 1048, SQLSTATE 23000)"),
        ("INSERT INTO t VALUES (2, -1)", "CONSTRAINT `t.y` failed"),
    ] {
        let error = database.execute(sql).await.unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
    // The session goes on as if nothing had been.
    assert_eq!(cell(&mut database, "SELECT count(*) FROM t").await, "0");
    scratch.drop().await;
}

#[tokio::test]
async fn a_lock_timeout_says_who_is_in_the_way() {
    let (scratch, mut database) = scratch().await;
    database.execute("CREATE TABLE t (x int PRIMARY KEY, y int); INSERT INTO t VALUES (1, 1)").await.unwrap();
    let mut other = scratch.open().await;
    other.begin(ForeignKeys::Enforced).await.unwrap();
    other.execute("UPDATE t SET y = 2").await.unwrap();
    let holder = cell(&mut other, "SELECT CONNECTION_ID()").await;
    for sql in ["UPDATE t SET y = 3", "ALTER TABLE t ADD z int"] {
        let start = Instant::now();
        let error = database.execute(sql).await.unwrap_err();
        assert!(error.is_lock_timeout() && error.hint().unwrap().contains("lock_timeout"), "{error:?}");
        assert!(start.elapsed() < Duration::from_secs(5));
        assert!(error.to_string().contains(&format!("session {holder} (")), "{sql}: {error}");
    }
    other.rollback().await.unwrap();
    database.execute("ALTER TABLE t ADD z int").await.unwrap();
    scratch.drop().await;
}

/// After a deadlock the server has rolled back by itself, and nothing is left.
#[tokio::test]
async fn a_deadlock_can_be_rolled_back() {
    let (scratch, mut one) = scratch().await;
    one.execute("CREATE TABLE t (x int PRIMARY KEY, y int); INSERT INTO t VALUES (1, 1), (2, 2)")
        .await
        .unwrap();
    let mut two = scratch.open().await;
    one.begin(ForeignKeys::Enforced).await.unwrap();
    two.begin(ForeignKeys::Enforced).await.unwrap();
    one.execute("UPDATE t SET y = 10 WHERE x = 1").await.unwrap();
    two.execute("UPDATE t SET y = 20 WHERE x = 2").await.unwrap();
    let (first, second) = tokio::join!(
        one.execute("UPDATE t SET y = 10 WHERE x = 2"),
        two.execute("UPDATE t SET y = 20 WHERE x = 1")
    );
    assert!(first.is_err() || second.is_err());
    for result in [first, second] {
        assert!(result.is_ok() || result.unwrap_err().is_lock_timeout());
    }
    one.rollback().await.unwrap();
    two.rollback().await.unwrap();
    assert_eq!(cell(&mut one, "SELECT GROUP_CONCAT(y ORDER BY x) FROM t").await, "1,2");
    scratch.drop().await;
}

#[tokio::test]
async fn a_statement_that_runs_too_long_is_stopped() {
    let scratch = Scratch::on(Server::MariaDb).await;
    let mut settings = settings(&scratch.url(), Access::ReadWrite);
    settings.statement_timeout = Duration::from_millis(300);
    let mut database = connect(&settings).await.unwrap();
    let error = database.execute("SELECT SLEEP(20)").await.unwrap_err();
    assert!(matches!(*error.kind, Kind::Cancelled(_)), "{error:?}");
    database.ping().await.unwrap();
    scratch.drop().await;
}

#[tokio::test]
async fn a_read_only_session_writes_nothing() {
    let (scratch, mut database) = scratch().await;
    database.execute("CREATE TABLE t (x int)").await.unwrap();
    let mut looking = connect(&settings(&scratch.url(), Access::ReadOnly)).await.unwrap();
    for sql in
        ["INSERT INTO t VALUES (1)", "ALTER TABLE t ADD y int", "CREATE TABLE u (x int)", "DROP TABLE t"]
    {
        let error = looking.execute(sql).await.unwrap_err();
        assert!(matches!(*error.kind, Kind::ReadOnly(_)), "{sql}: {error:?}");
    }
    assert_eq!(looking.heads().await.unwrap(), None);
    looking.begin(ForeignKeys::Enforced).await.unwrap();
    looking.execute("INSERT INTO t VALUES (1)").await.unwrap_err();
    looking.rollback().await.unwrap();
    looking.read_schema().await.unwrap();
    scratch.drop().await;
}

#[tokio::test]
async fn the_version_table_is_made_read_and_written() {
    let (scratch, mut database) = scratch().await;
    assert_eq!(database.heads().await.unwrap(), None);
    database.ensure_version_table().await.unwrap();
    database.ensure_version_table().await.unwrap();
    database.begin(ForeignKeys::Enforced).await.unwrap();
    database.execute_history(&History::Insert { id: "a1".into() }).await.unwrap();
    database.execute_history(&History::Update { from: "a1".into(), to: "b2".into() }).await.unwrap();
    database.commit().await.unwrap();
    assert_eq!(database.heads().await.unwrap(), Some(vec!["b2".to_owned()]));
    let gone = database.execute_history(&History::Delete { id: "a1".into() }).await.unwrap_err();
    assert!(gone.to_string().contains("does not hold a1 any more"), "{gone}");
    // A table of the same name in another case is another table on this server.
    database.execute("DROP TABLE ambix_version; CREATE VIEW ambix_version AS SELECT 1 AS x").await.unwrap();
    let error = database.heads().await.unwrap_err();
    assert!(error.to_string().contains("it is a view"), "{error}");
    scratch.drop().await;
}

#[tokio::test]
async fn the_second_waits_and_is_told_for_whom() {
    let (scratch, mut first) = scratch().await;
    let mut second = scratch.open().await;
    let mut lock = first.lock().await.unwrap();
    first.execute("CREATE TABLE t (x int)").await.unwrap();
    assert!(lock.is_alive().await, "a schema change took the lock along");
    let error = second.lock().await.unwrap_err();
    assert!(matches!(&*error.kind, Kind::Locked { holders, .. } if holders.len() == 1), "{error:?}");
    assert!(error.to_string().contains("the lock of ambix of root@127.0.0.1"), "{error}");
    let releasing = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(500)).await;
        lock.release().await.unwrap();
    });
    let mut told: Vec<Holder> = Vec::new();
    let lock = second.lock_telling(&mut |holders| told.extend_from_slice(holders)).await.unwrap();
    assert_eq!(told.len(), 1, "{told:?}");
    releasing.await.unwrap();
    // Another database and another version table have locks of their own.
    let other = Scratch::on(Server::MariaDb).await;
    other.open().await.lock().await.unwrap().release().await.unwrap();
    let mut settings = settings(&scratch.url(), Access::ReadWrite);
    settings.version_table = TableName::new("other_version");
    connect(&settings).await.unwrap().lock().await.unwrap().release().await.unwrap();
    lock.release().await.unwrap();
    other.drop().await;
    scratch.drop().await;
}

#[tokio::test]
async fn a_holder_that_is_killed_frees_the_lock_and_notices() {
    let (scratch, mut first) = scratch().await;
    let mut second = scratch.open().await;
    let mut lock = first.lock().await.unwrap();
    let error = second.lock().await.unwrap_err();
    let Kind::Locked { holders, .. } = &*error.kind else { panic!("{error:?}") };
    second.execute(&format!("KILL {}", holders[0].pid)).await.unwrap();
    let other = second.lock().await.unwrap();
    assert!(!lock.is_alive().await);
    assert!(lock.release().await.is_err());
    other.release().await.unwrap();
    scratch.drop().await;
}

#[tokio::test]
async fn a_session_that_was_killed_says_that_it_is_lost() {
    let (scratch, mut database) = scratch().await;
    let id = cell(&mut database, "SELECT CONNECTION_ID()").await;
    scratch.open().await.execute(&format!("KILL {id}")).await.unwrap();
    for _ in 0..2 {
        let error = database.execute("SELECT 1").await.unwrap_err();
        assert!(matches!(*error.kind, Kind::Lost(_)), "{error:?}");
    }
    scratch.drop().await;
}

#[tokio::test]
async fn what_keeps_one_out_is_told_apart_and_tells_no_secret() {
    let place = Server::MariaDb.place();
    for (password, canary) in [("canary", "canary"), ("ca%40na%2Fry", "ca@na/ry"), ("can'ary%22", "can'ary")]
    {
        let (kind, shown) = failure(&format!("mariadb://locked:{password}@{place}/locked")).await;
        assert!(matches!(kind, Kind::WrongPassword { was_given: true, .. }), "{kind:?}");
        assert!(!shown.contains(password) && !shown.contains(canary), "{shown}");
    }
    let (kind, _) = failure(&format!("mysql://locked@{place}/locked")).await;
    assert!(matches!(kind, Kind::WrongPassword { was_given: false, .. }), "{kind:?}");
    let (kind, _) = failure(&format!("mysql://root@{place}/nowhere")).await;
    assert!(matches!(&kind, Kind::UnknownDatabase(message) if message.contains("nowhere")), "{kind:?}");
    let url = variable("AMBIX_TEST_MARIADB_PASSWORD_URL");
    let (account, _) = url.rsplit_once('/').unwrap();
    let (kind, _) = failure(&format!("{account}/mysql")).await;
    assert!(matches!(kind, Kind::NotAdmitted(_)), "{kind:?}");
    let (kind, shown) = failure("mysql://me:s3cr3t@127.0.0.1:1/app").await;
    assert_eq!(kind, Kind::Refused);
    assert!(!shown.contains("s3cr3t"), "{shown}");
    let (kind, _) = failure("mysql://me@h/app?socket=/nonexistent/socket").await;
    assert_eq!(kind, Kind::Refused);
    let (kind, _) = failure(&format!("mysql://root@{place}/mysql?ssl-mode=required")).await;
    assert!(matches!(kind, Kind::Tls(_)), "{kind:?}");
    let (kind, _) = failure(&format!("mysql://root@{place}/mysql?ssl-ca=/nowhere/ca.pem")).await;
    assert!(matches!(kind, Kind::BadFile(_)), "{kind:?}");
}

#[tokio::test]
async fn the_right_password_and_the_socket_get_in() {
    let url = variable("AMBIX_TEST_MARIADB_PASSWORD_URL");
    let mut database = connect(&settings(&url, Access::ReadOnly)).await.unwrap();
    assert_eq!(cell(&mut database, "SELECT DATABASE()").await, "locked");
    let shown = format!("{database:?} {}", database.described());
    assert!(!shown.contains(&variable("AMBIX_TEST_MARIADB_PASSWORD")), "{shown}");
    let socket = variable("AMBIX_TEST_MARIADB_SOCKET");
    let url = format!("mariadb://root@localhost/mysql?socket={socket}");
    let mut database = connect(&settings(&url, Access::ReadOnly)).await.unwrap();
    assert_eq!(cell(&mut database, "SELECT CURRENT_USER()").await, "root@localhost");
}

#[tokio::test]
async fn something_that_is_no_such_server() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        use std::io::Write;
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    let (kind, shown) = failure(&format!("mysql://me:s3cr3t@127.0.0.1:{port}/app")).await;
    server.join().unwrap();
    assert!(matches!(kind, Kind::Unreachable(_)), "{kind:?}");
    assert!(!shown.contains("s3cr3t"), "{shown}");
}

#[tokio::test]
async fn who_sees_single_tables_is_told_so_and_reads_no_schema() {
    let (scratch, mut owner) = scratch().await;
    let (name, user) = (scratch.name().to_owned(), format!("u{}", std::process::id()));
    let grants = [
        "CREATE TABLE seen (id int, hidden int)".to_owned(),
        "CREATE TABLE unseen (id int)".to_owned(),
        format!("CREATE USER {user}@'127.0.0.1'"),
        format!("GRANT SELECT (id) ON {name}.seen TO {user}@'127.0.0.1'"),
    ];
    for sql in grants {
        owner.execute(&sql).await.unwrap();
    }
    let mut database = connect(&settings(&scratch.url_as(&user), Access::ReadOnly)).await.unwrap();
    let error = database.read_schema().await.unwrap_err();
    let told = format!("{user}@127.0.0.1 has rights on single tables or columns of {name} alone (seen.id)");
    assert!(error.to_string().contains(&told), "{error}");
    assert!(error.hint().is_some_and(|hint| hint.contains("GRANT SELECT ON")), "{error:?}");
    owner.execute(&format!("GRANT SELECT ON {name}.* TO {user}@'127.0.0.1'")).await.unwrap();
    let mut database = connect(&settings(&scratch.url_as(&user), Access::ReadOnly)).await.unwrap();
    assert_eq!(database.read_schema().await.unwrap().tables().count(), 2);
    owner.execute(&format!("DROP USER {user}@'127.0.0.1'")).await.unwrap();
    scratch.drop().await;
}

/// What the reading of a schema at rest builds on: every change of a definition is seen in its time.
#[tokio::test]
async fn every_alter_is_seen_in_the_time_of_the_definition() {
    const ALTERS: [&str; 20] = [
        "ALTER a SET DEFAULT 2",
        "COMMENT 'x'",
        "MODIFY b varchar(20)",
        "MODIFY a int COMMENT 'x'",
        "MODIFY a int NOT NULL DEFAULT 1",
        "ADD COLUMN c int",
        "ADD COLUMN c int INVISIBLE",
        "DROP COLUMN b",
        "RENAME COLUMN b TO c",
        "MODIFY b varchar(10) CHARACTER SET latin1",
        "DEFAULT CHARACTER SET latin1",
        "ADD INDEX i (b)",
        "DROP INDEX a_index",
        "RENAME INDEX a_index TO i",
        "ALTER INDEX a_index IGNORED",
        "ADD CHECK (a > 0)",
        "ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES target (id)",
        "DROP PRIMARY KEY",
        "AUTO_INCREMENT = 100",
        "PARTITION BY HASH (id) PARTITIONS 2",
    ];
    let (scratch, mut database) = scratch().await;
    let table = "(id int PRIMARY KEY, a int DEFAULT 1, b varchar(10), KEY a_index (a)) ENGINE = InnoDB";
    database.execute("CREATE TABLE target (id int PRIMARY KEY) ENGINE = InnoDB").await.unwrap();
    for number in 0..ALTERS.len() {
        database.execute(&format!("CREATE TABLE t{number} {table}")).await.unwrap();
    }
    let times = "SELECT GROUP_CONCAT(CREATE_TIME ORDER BY CAST(SUBSTR(TABLE_NAME, 2) AS INT)) \
                 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME LIKE 't_' OR \
                 TABLE_SCHEMA = DATABASE() AND TABLE_NAME LIKE 't__'";
    let before = cell(&mut database, times).await;
    // They are whole seconds.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    for (number, alter) in ALTERS.iter().enumerate() {
        database.execute(&format!("ALTER TABLE t{number} {alter}")).await.unwrap();
    }
    let after = cell(&mut database, times).await;
    assert_eq!(before.split(',').count(), ALTERS.len());
    for ((before, after), alter) in before.split(',').zip(after.split(',')).zip(ALTERS) {
        assert_ne!(before, after, "{alter}");
    }
    database.close().await.unwrap();
    scratch.drop().await;
}

#[tokio::test]
async fn a_schema_at_rest_is_read_without_fingerprints() {
    async fn asked(database: &mut Database) -> u32 {
        let executed = "SELECT VARIABLE_VALUE FROM information_schema.SESSION_STATUS \
                        WHERE VARIABLE_NAME = 'COM_STMT_EXECUTE'";
        let before: u32 = cell(database, executed).await.parse().unwrap();
        assert_eq!(database.read_schema().await.unwrap().tables().count(), 1);
        cell(database, executed).await.parse::<u32>().unwrap() - before
    }
    let (scratch, mut database) = scratch().await;
    database.execute("CREATE TABLE t (id int PRIMARY KEY) ENGINE = InnoDB").await.unwrap();
    let just_made = asked(&mut database).await;
    tokio::time::sleep(Duration::from_millis(3100)).await;
    let at_rest = asked(&mut database).await;
    // Two looks at the times, and not one look and two fingerprints.
    assert_eq!(at_rest + 1, just_made);
    // An engine with a time of its own.
    database.execute("DROP TABLE t").await.unwrap();
    database.execute("CREATE TABLE t (id int PRIMARY KEY) ENGINE = MyISAM").await.unwrap();
    tokio::time::sleep(Duration::from_millis(3100)).await;
    assert_eq!(asked(&mut database).await, just_made);
    database.close().await.unwrap();
    scratch.drop().await;
}

#[tokio::test]
async fn what_is_asked_twice_is_prepared_once() {
    async fn counted(database: &mut Database, command: &str) -> u32 {
        let sql = format!(
            "SELECT VARIABLE_VALUE FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME = '{command}'"
        );
        cell(database, &sql).await.parse().unwrap()
    }
    let (scratch, mut database) = scratch().await;
    database.execute("CREATE TABLE t (id int PRIMARY KEY)").await.unwrap();
    assert_eq!(database.read_schema().await.unwrap().tables().count(), 1);
    let prepared = counted(&mut database, "COM_STMT_PREPARE").await;
    database.execute("ALTER TABLE t ADD COLUMN a int").await.unwrap();
    let schema = database.read_schema().await.unwrap();
    let table = schema.tables().next().unwrap();
    assert_eq!(schema.columns(&table).len(), 2);
    assert_eq!(counted(&mut database, "COM_STMT_PREPARE").await, prepared);
    // Closing one would hold up the next: nothing answers it.
    assert_eq!(counted(&mut database, "COM_STMT_CLOSE").await, 0);
    database.close().await.unwrap();
    scratch.drop().await;
}
