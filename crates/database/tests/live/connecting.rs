//! Connecting: what goes wrong is said in plain words, with the way out, and without the password.

use std::time::{Duration, Instant};

use crate::support::{cell, settings, variable};
use ambix_database::{Access, DatabaseError, DatabaseErrorKind as Kind, Url, connect};

/// The failure of connecting to a URL, and everything that it shows of itself.
async fn failure(url: &str) -> (DatabaseError, String) {
    let mut settings = settings(url, Access::ReadOnly);
    settings.connect_timeout = Duration::from_secs(2);
    let error = connect(&settings).await.unwrap_err();
    let shown = format!("{error}\n{error:?}\n{error:#?}\n{:?}\n{settings:?}", error.hint());
    (error, shown)
}

fn place() -> String {
    let url = variable("AMBIX_TEST_POSTGRES_URL");
    let (_, place) = url.rsplit_once('@').unwrap();
    place.split_once('/').unwrap().0.to_owned()
}

#[tokio::test]
async fn a_server_that_is_down() {
    // Port 1 is reserved, and nothing listens there.
    let (error, shown) = failure("postgres://me:s3cr3t@127.0.0.1:1/app").await;
    assert_eq!(*error.kind, Kind::Refused);
    assert_eq!(
        error.to_string(),
        "could not connect to postgres database `app` on 127.0.0.1:1 as `me`: \
         the connection was refused: no server listens there"
    );
    assert!(error.hint().unwrap().contains("start the server"));
    assert!(!shown.contains("s3cr3t"), "{shown}");
}

#[tokio::test]
async fn a_socket_that_is_not_there() {
    let (error, _) = failure("postgres:///app?host=/nonexistent&user=me&password=s3cr3t").await;
    assert_eq!(*error.kind, Kind::Refused);
    assert!(error.to_string().contains("the socket /nonexistent/.s.PGSQL."), "{error}");
}

#[tokio::test]
async fn a_host_that_is_not_known() {
    let (error, shown) = failure("postgres://me:s3cr3t@no-such-host.invalid/app").await;
    assert!(matches!(*error.kind, Kind::UnknownHost | Kind::NoAnswer(_)), "{error:?}");
    assert!(!shown.contains("s3cr3t"), "{shown}");
}

#[tokio::test]
async fn a_server_that_never_answers() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut settings = settings(&format!("postgres://me:s3cr3t@127.0.0.1:{port}/app"), Access::ReadOnly);
    settings.connect_timeout = Duration::from_millis(300);
    let start = Instant::now();
    let error = connect(&settings).await.unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(error.to_string().ends_with("no answer within 300 ms"), "{error}");
}

#[tokio::test]
async fn something_that_is_no_postgres_server() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        use std::io::Write;
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    let (error, shown) = failure(&format!("postgres://me:s3cr3t@127.0.0.1:{port}/app")).await;
    server.join().unwrap();
    assert!(matches!(*error.kind, Kind::Unreachable(_) | Kind::Tls(_)), "{error:?}");
    assert!(!shown.contains("s3cr3t"), "{shown}");
}

#[tokio::test]
async fn the_right_password_gets_in() {
    let url = variable("AMBIX_TEST_POSTGRES_PASSWORD_URL");
    let mut database = connect(&settings(&url, Access::ReadOnly)).await.unwrap();
    assert_eq!(cell(&mut database, "SELECT current_user").await, "locked");
    let shown = format!("{database:?} {}", database.described());
    assert!(!shown.contains(&variable("AMBIX_TEST_POSTGRES_PASSWORD")), "{shown}");
}

#[tokio::test]
async fn a_wrong_password_in_every_spelling_stays_hidden() {
    // Each holds the canary, so any part that leaks is found.
    for (password, canary) in [
        ("canary", "canary"),
        ("ca%40na%2Fry", "ca@na/ry"),
        ("ca%20nary", "ca nary"),
        ("can'ary%22", "can'ary"),
        ("%63anary%3F%23", "canary"),
        ("canary%C3%A9%F0%9F%A6%9C", "\u{1f99c}"),
    ] {
        let (error, shown) = failure(&format!("postgres://locked:{password}@{}/locked", place())).await;
        assert!(matches!(*error.kind, Kind::WrongPassword { was_given: true, .. }), "{error:?}");
        assert!(
            shown.contains("as `locked`") && error.hint().unwrap().contains("percent-encoded"),
            "{shown}"
        );
        assert!(!shown.contains(password) && !shown.contains(canary), "{shown}");
    }
}

#[tokio::test]
async fn a_password_that_was_not_given() {
    let (error, _) = failure(&format!("postgres://locked@{}/locked", place())).await;
    assert!(matches!(*error.kind, Kind::WrongPassword { was_given: false, .. }), "{error:?}");
    assert!(error.hint().unwrap().contains("no password was given"));
}

#[tokio::test]
async fn a_database_and_a_user_that_do_not_exist() {
    let (error, shown) = failure(&format!("postgres://postgres:s3cr3t@{}/nowhere", place())).await;
    assert!(
        matches!(&*error.kind, Kind::UnknownDatabase(message) if message.contains("nowhere")),
        "{error:?}"
    );
    assert!(!shown.contains("s3cr3t"), "{shown}");

    let (error, _) = failure(&format!("postgres://nobody_here@{}/postgres", place())).await;
    assert!(
        matches!(&*error.kind, Kind::NotAdmitted(message) if message.contains("nobody_here")),
        "{error:?}"
    );
}

#[tokio::test]
async fn encryption_that_the_server_does_not_offer() {
    let (error, _) = failure(&format!("postgres://postgres@{}/postgres?sslmode=require", place())).await;
    assert!(matches!(*error.kind, Kind::Tls(_)), "{error:?}");
}

#[tokio::test]
async fn parameters_that_cannot_be_meant() {
    for (query, words) in [
        ("sslmode=verify", "`verify` is not one of disable, allow"),
        ("sslmod=require", "the parameter `sslmod` is unknown"),
        ("hostaddr=localhost", "`localhost` is not an IP address"),
        ("port=many", "`many` is not a number"),
        ("sslmode", "lacks its `=`"),
    ] {
        let error = Url::parse(&format!("postgres://me:s3cr3t@h/app?{query}")).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert!(!format!("{error:?}").contains("s3cr3t"));
    }
    let (error, _) =
        failure(&format!("postgres://postgres@{}/postgres?sslrootcert=/nowhere/ca.pem", place())).await;
    assert!(error.to_string().contains("the sslrootcert `/nowhere/ca.pem` cannot be read"), "{error}");
}

#[tokio::test]
async fn a_statement_that_repeats_the_password_is_scrubbed() {
    let url = variable("AMBIX_TEST_POSTGRES_PASSWORD_URL");
    let password = variable("AMBIX_TEST_POSTGRES_PASSWORD");
    let mut database = connect(&settings(&url, Access::ReadWrite)).await.unwrap();
    let error = database.execute(&format!("SELECT '{password}'::integer")).await.unwrap_err();
    let shown = format!("{error} {error:?} {:?}", error.hint());
    assert!(shown.contains("***") && !shown.contains(&password), "{shown}");
}

#[tokio::test]
async fn urls_of_databases_that_are_not_spoken() {
    let (error, shown) = failure("oracle://me:s3cr3t@127.0.0.1/app").await;
    assert_eq!(*error.kind, Kind::UnknownScheme("oracle".into()));
    assert!(!shown.contains("s3cr3t"), "{shown}");
}
