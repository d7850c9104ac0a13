//! Configurations that are missing, malformed, or incomplete.

use super::project::Project;
use super::{Outcome, Test, alone};

pub(super) fn tests() -> Vec<Test> {
    vec![
        alone("configuration::none", missing),
        alone("configuration::malformed", malformed),
        alone("configuration::unknown_key", unknown_key),
        alone("configuration::wrong_values", wrong_values),
        alone("configuration::unset_variable", unset_variable),
        alone("configuration::no_url_at_all", no_url),
        alone("configuration::urls_that_are_none", bad_urls),
        alone("configuration::a_secret_in_a_broken_url_stays_secret", secret_in_broken_url),
        alone("configuration::named_and_not_there", named),
        alone("configuration::init_over_what_is_there", init_twice),
        alone("configuration::the_wrong_dialect", wrong_dialect),
    ]
}

fn with(text: &str) -> Result<Project, libtest_mimic::Failed> {
    let project = Project::sqlite()?;
    project.write("ambix.toml", text)?;
    Ok(project)
}

fn missing() -> Outcome {
    let project = Project::bare(Some("sqlite:app.db"))?;
    for command in [&["check"][..], &["upgrade", "head"], &["revision", "-m", "x"], &["heads"], &["current"]]
    {
        project.refuses(command, &["could not find ambix.toml", "looked in", "`ambix init`", "--config"])?;
    }
    Ok(())
}

fn malformed() -> Outcome {
    let project = with("script_location = \"migrations\"\n[database\ndialect = \"sqlite\"\n")?;
    project.refuses(&["check"], &["ambix.toml:2:10", "2 | [database", "^", "expected `]`"])?;
    project.write("ambix.toml", "x = \"never closed\n")?;
    project.refuses(&["check"], &["ambix.toml:1:"])?;
    project.write("ambix.toml", b"\xff\xfe")?;
    project.refuses(&["check"], &["ambix.toml", "UTF-8"])?;
    Ok(())
}

fn unknown_key() -> Outcome {
    let project = with("script_location = \"migrations\"\n\n[database]\nurll = \"sqlite:x.db\"\n")?;
    let parts =
        ["unknown key 'database.urll'", "ambix.toml:4:1", "4 | urll", "^^^^", "did you mean 'database.url'?"];
    project.refuses(&["check", "--offline"], &parts)?;
    project.refuses(&["upgrade", "head"], &parts)?;
    Ok(())
}

fn wrong_values() -> Outcome {
    let cases: [(&str, &[&str]); 6] = [
        ("[database]\ndialect = \"oracle\"\n", &["ambix.toml:2:11", "\"oracle\"", "postgres", "sqlite"]),
        ("[database]\nconnect_timeout = \"10 parsecs\"\n", &["ambix.toml:2:19", "connect_timeout", "help: "]),
        ("[database]\nschemas = 3\n", &["ambix.toml:2:11", "schemas", "help: "]),
        ("[models]\npaths = [\"src/[/*.rs\"]\n", &["ambix.toml:2:9", "not a glob", "src/**/*.rs"]),
        ("file_template = \"{slgu}\"\n", &["ambix.toml:1:17", "{slgu}", "{slug}"]),
        ("[[policy.rule]]\naction = \"forget\"\n", &["ambix.toml:2:10", "forget", "ignore", "protect"]),
    ];
    for (text, parts) in cases {
        with(text)?.refuses(&["check", "--offline"], parts)?;
    }
    Ok(())
}

fn unset_variable() -> Outcome {
    let project = with("[database]\nurl = \"${NOWHERE_URL}\"\n")?;
    let parts = ["NOWHERE_URL is not set", "ambix.toml:2:8", "^^^^^^", ".env", "${NOWHERE_URL:-value}"];
    for command in
        [&["check"][..], &["upgrade", "head"], &["current"], &["stamp", "head"], &["downgrade", "base"]]
    {
        project.refuses(command, &parts)?;
    }
    Ok(())
}

fn no_url() -> Outcome {
    let project = Project::new("sqlite", None)?;
    project.write("ambix.toml", "[database]\ndialect = \"sqlite\"\n")?;
    project.refuses(&["check"], &["DATABASE_URL", "help: "])?;
    // What needs no database asks for none.
    project.ambix(&["check", "--offline"]).done()?;
    project.ambix(&["heads"]).done()?;
    Ok(())
}

fn bad_urls() -> Outcome {
    let mut project = Project::new("sqlite", None)?;
    project.write("ambix.toml", "[database]\nurl = \"${DATABASE_URL}\"\n")?;
    let cases: [(&str, &[&str]); 4] = [
        ("app.db", &["could not read the database URL", "sqlite:file.db"]),
        ("oracle://h/db", &["`oracle`", "postgres://", "sqlite:"]),
        ("postgres://u@h:99999/db", &["could not read the database URL", "port", "65535"]),
        ("postgres://u@h:port/db", &["could not read the database URL", "port"]),
    ];
    for (url, parts) in cases {
        project.set_url(url);
        project.refuses(&["upgrade", "head"], parts)?;
        project.refuses(&["check"], parts)?;
    }
    Ok(())
}

/// A password with `/` or `@` as it is breaks the URL; the message about that must not quote it.
fn secret_in_broken_url() -> Outcome {
    let mut project = Project::new("postgres", None)?;
    project.write("ambix.toml", "[database]\nurl = \"${DATABASE_URL}\"\n")?;
    for password in [
        "sEcr3t/half",
        "sEcr3t#half",
        "sEcr3t?half",
        "sEcr3t@half",
        "sEcr3t%zz",
        "sEcr3t:half",
        "sEcr3t half",
    ] {
        project.set_url(&format!("postgres://u:{password}@127.0.0.1:1/db"));
        for command in [&["-v", "check"][..], &["-v", "upgrade", "head"]] {
            let ran = project.refuses(command, &[])?;
            assert!(!ran.stderr.contains("sEcr3t") && !ran.stderr.contains("half"), "{}", ran.shown("tells"));
        }
    }
    Ok(())
}

fn named() -> Outcome {
    let project = Project::sqlite()?;
    project.refuses(&["--config", "nope.toml", "check"], &["nope.toml", "--config", "AMBIX_CONFIG"])?;
    project.refuses(&["--config", "src", "check"], &["src"])?;
    project.refuses(&["--env", "nope", "check"], &["[env.nope]", "--env"])?;
    project.refuses(&["upgrade"], &["TARGET", "Usage: "])?;
    project.refuses(&["frobnicate"], &["frobnicate", "Usage: "])?;
    Ok(())
}

fn init_twice() -> Outcome {
    let project = Project::sqlite()?;
    project.refuses(&["init"], &["ambix.toml exists already", "help: "])?;
    let project = Project::bare(None)?;
    project.refuses(&["init", "--dialect", "oracle"], &["oracle", "--dialect"])?;
    Ok(())
}

fn wrong_dialect() -> Outcome {
    let project = Project::new("postgres", Some("sqlite:app.db"))?;
    project.refuses(&["upgrade", "head"], &["postgres", "sqlite", "[database] dialect"])?;
    project.refuses(&["check"], &["postgres", "sqlite", "[database] dialect"])?;
    Ok(())
}
