//! Databases that cannot be reached or let nobody in; passwords stay out of every message.

use ambix_tests::live::{MARIADB_URL, POSTGRES_URL};
use libtest_mimic::Failed;

use super::project::Project;
use super::{Outcome, Test, alone, on};

/// A private server: its dialect, the account that may do everything and needs no password, and where the
/// environment tells about it.
struct Server {
    dialect: &'static str,
    superuser: &'static str,
    url: &'static str,
    /// The URL of an account that must give its password.
    password_url: &'static str,
    password: &'static str,
}

const POSTGRES: Server = Server {
    dialect: "postgres",
    superuser: "postgres",
    url: POSTGRES_URL,
    password_url: "AMBIX_TEST_POSTGRES_PASSWORD_URL",
    password: "AMBIX_TEST_POSTGRES_PASSWORD",
};

const MARIADB: Server = Server {
    dialect: "mariadb",
    superuser: "root",
    url: MARIADB_URL,
    password_url: "AMBIX_TEST_MARIADB_PASSWORD_URL",
    password: "AMBIX_TEST_MARIADB_PASSWORD",
};

/// Every command that connects.
const COMMANDS: [&[&str]; 9] = [
    &["-v", "upgrade", "head"],
    &["-v", "downgrade", "base"],
    &["-v", "stamp", "head"],
    &["-v", "check"],
    &["-v", "check", "--format", "json"],
    &["-v", "current"],
    &["-v", "history", "--indicate-current"],
    &["-v", "revision", "--autogenerate", "-m", "x"],
    &["-v", "show", "current"],
];

pub(super) fn tests() -> Vec<Test> {
    vec![
        on("connection::wrong_password", "postgres", |_dialect| wrong_password(&POSTGRES)),
        on("connection::wrong_password", "mariadb", |_dialect| wrong_password(&MARIADB)),
        on("connection::unknown_user", "postgres", |_dialect| {
            refused(&POSTGRES, "nobodyhere", "postgres", &["as `nobodyhere`", "correct the user"])
        }),
        // The server does not tell a wrong user from a wrong password.
        on("connection::unknown_user", "mariadb", |_dialect| {
            refused(&MARIADB, "nobodyhere", "mysql", &["as `nobodyhere`", "the server refused the password"])
        }),
        on("connection::unknown_database", "postgres", |_dialect| unknown_database(&POSTGRES)),
        on("connection::unknown_database", "mariadb", |_dialect| {
            // An account with a password, because one without it refuses any.
            let url = variable(MARIADB.password_url)?;
            let (account, _) = url.rsplit_once('/').ok_or("the URL names no database")?;
            let project = Project::new("mariadb", Some(&format!("{account}/nodb")))?;
            project.refuses(&["check"], &["database `nodb`", "does not let this user in"])?;
            let url = format!("mariadb://root@{}/nodb", place(&MARIADB)?);
            let project = Project::new("mariadb", Some(&url))?;
            let parts = ["database `nodb`", "there is no such database", "create the database"];
            refused_without_secret(&project, &[], &parts)
        }),
        on("connection::the_other_server", "mariadb", |_dialect| the_other_server()),
        alone("connection::unknown_host", unknown_host),
        alone("connection::server_down", server_down),
        alone("connection::sqlite_directory_missing", sqlite_directory_missing),
        alone("connection::sqlite_file_is_no_database", sqlite_file_is_no_database),
        alone("connection::sqlite_file_is_a_directory", sqlite_file_is_a_directory),
        alone("connection::looking_creates_no_sqlite_file", looking_creates_nothing),
    ]
}

fn variable(name: &str) -> Result<String, Failed> {
    Ok(std::env::var_os(name).ok_or(format!("{name} is not set"))?.to_string_lossy().into_owned())
}

/// `host:port` of a private server.
fn place(server: &Server) -> Result<String, Failed> {
    let url = variable(server.url)?;
    let (_, rest) = url.split_once('@').ok_or("the server's URL names no user")?;
    Ok(rest.split('/').next().unwrap_or_default().to_owned())
}

fn refused(server: &Server, user: &str, database: &str, parts: &[&str]) -> Outcome {
    let (place, dialect) = (place(server)?, server.dialect);
    let url = format!("{dialect}://{user}:s3cr%40t%2Fx@{place}/{database}");
    let project = Project::new(dialect, Some(&url))?;
    let place = format!("on {place}");
    let parts: Vec<&str> = parts.iter().copied().chain(["could not connect to", &place]).collect();
    refused_without_secret(&project, &["s3cr@t/x", "s3cr%40t", "s3cr"], &parts)
}

fn unknown_database(server: &Server) -> Outcome {
    let parts = ["database `nodb`", "there is no such database", "create the database"];
    refused(server, server.superuser, "nodb", &parts)
}

/// A project for MySQL, and the server is MariaDB: only the server itself can tell.
fn the_other_server() -> Outcome {
    let url = format!("mysql://root@{}/mysql", place(&MARIADB)?);
    let project = Project::new("mysql", Some(&url))?;
    refused_without_secret(
        &project,
        &[],
        &["the configuration is for mysql", "the server is MariaDB", "dialect in ambix.toml to mariadb"],
    )
}

fn refused_without_secret(project: &Project, secrets: &[&str], parts: &[&str]) -> Outcome {
    for command in COMMANDS {
        let ran = project.refuses(command, parts)?;
        for secret in secrets {
            assert!(!ran.stderr.contains(secret), "{}", ran.shown(&format!("tells `{secret}`")));
        }
    }
    Ok(())
}

fn wrong_password(server: &Server) -> Outcome {
    let parts =
        ["database `locked`", "as `locked`", "the server refused the password", "correct the password"];
    refused(server, "locked", "locked", &parts)?;

    let (place, dialect) = (place(server)?, server.dialect);
    let project = Project::new(dialect, Some(&format!("{dialect}://locked@{place}/locked")))?;
    project.refuses(&["check"], &["no password was given", "into the database URL"])?;

    // As a part of the URL, with characters that are encoded when they are put in.
    let url = format!("{dialect}://locked:${{DATABASE_URL}}@{place}/locked");
    project.write("ambix.toml", format!("[database]\ndialect = \"{dialect}\"\nurl = \"{url}\"\n"))?;
    let project = project.with_url("wr@ng/p%ss");
    refused_without_secret(
        &project,
        &["wr@ng", "wr%40ng", "%2Fp", "p%ss"],
        &["the server refused the password"],
    )?;

    // The right one is let in, whatever characters it has.
    let project = Project::new(dialect, Some(&variable(server.password_url)?))?;
    let ran = project.ambix(&["-v", "check"]).done()?;
    let secret = variable(server.password)?;
    for secret in [secret.as_str(), "p%40ss", "p@ss"] {
        assert!(!ran.stderr.contains(secret) && !ran.stdout.contains(secret), "{}", ran.shown("tells"));
    }
    Ok(())
}

fn unknown_host() -> Outcome {
    for dialect in ["postgres", "mariadb", "mysql"] {
        let project = Project::new(dialect, Some(&format!("{dialect}://u:s3cret@no-such-host.invalid/db")))?;
        refused_without_secret(
            &project,
            &["s3cret"],
            &["could not connect to", "no-such-host.invalid", "correct the host in the database URL"],
        )?;
    }
    Ok(())
}

fn server_down() -> Outcome {
    for dialect in ["postgres", "mariadb", "mysql"] {
        let project = Project::new(dialect, Some(&format!("{dialect}://u:s3cret@127.0.0.1:1/db")))?;
        refused_without_secret(
            &project,
            &["s3cret"],
            &["could not connect to", "127.0.0.1:1", "no server listens there", "start the server"],
        )?;
    }
    Ok(())
}

fn sqlite_directory_missing() -> Outcome {
    let project = Project::new("sqlite", Some("sqlite:no/such/app.db"))?;
    let place = project.path("no/such").display().to_string();
    let parts = ["there is no directory", place.as_str(), "create the directory"];
    for command in
        [&["upgrade", "head"][..], &["check"], &["current"], &["stamp", "head"], &["downgrade", "base"]]
    {
        project.refuses(command, &parts)?;
    }
    Ok(())
}

fn sqlite_file_is_no_database() -> Outcome {
    let project = Project::new("sqlite", Some("sqlite:notes.txt"))?;
    project.write("notes.txt", "These are notes, and they are worth more than a database.\n".repeat(40))?;
    for command in COMMANDS {
        let ran = project
            .refuses(command, &["notes.txt", "is not a SQLite database", "help: ", "correct the path"])?;
        assert_eq!(
            ran.stderr.matches("notes.txt").count(),
            1,
            "{}",
            ran.shown("names the file more than once")
        );
    }
    Ok(())
}

fn sqlite_file_is_a_directory() -> Outcome {
    let project = Project::new("sqlite", Some("sqlite:src"))?;
    for command in COMMANDS {
        project.refuses(command, &["src", "is a directory", "help: ", "correct the path"])?;
    }
    Ok(())
}

fn looking_creates_nothing() -> Outcome {
    let project = Project::sqlite()?;
    let before = project.listing()?;
    for command in [&["check"][..], &["current"], &["history", "--indicate-current"], &["heads"]] {
        project.ambix(command).done()?;
    }
    assert_eq!(before, project.listing()?);
    Ok(())
}
