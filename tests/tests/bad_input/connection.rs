//! Databases that cannot be reached or let nobody in; passwords stay out of every message.

use ambix_tests::live::POSTGRES_URL;
use libtest_mimic::Failed;

use super::project::Project;
use super::{Outcome, Test, alone, on};

/// The URL of a role that must give its password.
const PASSWORD_URL: &str = "AMBIX_TEST_POSTGRES_PASSWORD_URL";

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
        on("connection::wrong_password", "postgres", |_dialect| wrong_password()),
        on("connection::unknown_user", "postgres", |_dialect| {
            refused("nobodyhere", "postgres", &["as `nobodyhere`", "correct the user"])
        }),
        on("connection::unknown_database", "postgres", |_dialect| {
            refused(
                "postgres",
                "nodb",
                &["database `nodb`", "there is no such database", "create the database"],
            )
        }),
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

/// `host:port` of the private server.
fn place() -> Result<String, Failed> {
    let url = variable(POSTGRES_URL)?;
    let (_, rest) = url.split_once('@').ok_or("the server's URL names no user")?;
    Ok(rest.split('/').next().unwrap_or_default().to_owned())
}

fn refused(user: &str, database: &str, parts: &[&str]) -> Outcome {
    let place = place()?;
    let url = format!("postgres://{user}:s3cr%40t%2Fx@{place}/{database}");
    let project = Project::new("postgres", Some(&url))?;
    let place = format!("on {place}");
    let parts: Vec<&str> = parts.iter().copied().chain(["could not connect to", &place]).collect();
    refused_without_secret(&project, &["s3cr@t/x", "s3cr%40t", "s3cr"], &parts)
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

fn wrong_password() -> Outcome {
    let parts =
        ["database `locked`", "as `locked`", "the server refused the password", "correct the password"];
    refused("locked", "locked", &parts)?;

    let place = place()?;
    let project = Project::new("postgres", Some(&format!("postgres://locked@{place}/locked")))?;
    project.refuses(&["check"], &["no password was given", "PGPASSWORD"])?;

    // As a part of the URL, with characters that are encoded when they are put in.
    let url = "postgres://locked:${DATABASE_URL}@PLACE/locked".replace("PLACE", &place);
    project.write("ambix.toml", format!("[database]\ndialect = \"postgres\"\nurl = \"{url}\"\n"))?;
    let project = project.with_url("wr@ng/p%ss");
    refused_without_secret(
        &project,
        &["wr@ng", "wr%40ng", "%2Fp", "p%ss"],
        &["the server refused the password"],
    )?;

    // The right one is let in, whatever characters it has.
    let project = Project::new("postgres", Some(&variable(PASSWORD_URL)?))?;
    let ran = project.ambix(&["-v", "check"]).done()?;
    let secret = variable("AMBIX_TEST_POSTGRES_PASSWORD")?;
    for secret in [secret.as_str(), "p%40ss", "p@ss"] {
        assert!(!ran.stderr.contains(secret) && !ran.stdout.contains(secret), "{}", ran.shown("tells"));
    }
    Ok(())
}

fn unknown_host() -> Outcome {
    let project = Project::new("postgres", Some("postgres://u:s3cret@no-such-host.invalid/db"))?;
    refused_without_secret(
        &project,
        &["s3cret"],
        &["could not connect to", "no-such-host.invalid", "correct the host in the database URL"],
    )
}

fn server_down() -> Outcome {
    let project = Project::new("postgres", Some("postgres://u:s3cret@127.0.0.1:1/db"))?;
    refused_without_secret(
        &project,
        &["s3cret"],
        &["could not connect to", "127.0.0.1:1", "no server listens there", "start the server"],
    )
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
