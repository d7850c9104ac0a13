//! Names that no database holds, or this one does not: refused with the reason and the place.

use ambix_tests::live::Live;

use super::names::{ROLES, Role};
use super::project::Project;
use super::{Outcome, Test, on_transactional};

pub(super) fn tests() -> Vec<Test> {
    let mut tests = Vec::new();
    for dialect in ["mariadb", "mysql"] {
        let run = Box::new(move || refused_by_mysql(dialect));
        tests.push(Test { name: format!("names::refused::{dialect}"), dialect, run });
    }
    tests.extend(on_transactional("names::refused", refused));
    tests
}

/// Names that no database holds, or this one does not: refused with the reason and the place.
fn refused(dialect: &'static str) -> Outcome {
    let live = Live::fresh(dialect, &[])?;
    let long = "x".repeat(64);
    let long_letters = "é".repeat(32);
    let mut cases: Vec<(Role, &str, &str)> = Vec::new();
    let identifiers = ROLES.into_iter().filter(|role| role.is_identifier() && role.is_of(dialect));
    for role in identifiers.filter(|role| dialect == "postgres" || *role != Role::EnumType) {
        cases.extend([(role, "", "empty"), (role, "a\0b", "NUL")]);
        if dialect == "postgres" {
            cases.extend([
                (role, long.as_str(), "the database keeps 63"),
                (role, long_letters.as_str(), "the database keeps 63"),
            ]);
        }
    }
    cases.push((Role::EnumValue, "a\0b", "NUL"));
    cases.push((Role::Default, "a\0b", "NUL"));
    if dialect == "postgres" {
        cases.extend([
            (Role::TableComment, "a\0b", "NUL"),
            (Role::ColumnComment, "a\0b", "NUL"),
            (Role::EnumValue, long.as_str(), "keeps 63 bytes"),
            (Role::Schema, "pg_x", "pg_"),
            (Role::Column, "ctid", "ctid"),
        ]);
    } else {
        cases.extend([
            (Role::Table, "sqlite_x", "sqlite_"),
            (Role::Table, "SQLite_x", "sqlite_"),
            (Role::Index, "sqlite_x", "sqlite_"),
        ]);
    }
    each_refused(&live, dialect, &cases, &[GENERATE, CHECK])
}

const GENERATE: &[&str] = &["revision", "--autogenerate", "-m", "x"];
const CHECK: &[&str] = &["check", "--offline"];

/// Whether every command refuses a model with each name, for its reason and at its place.
fn each_refused(
    live: &Live,
    dialect: &'static str,
    cases: &[(Role, &str, &str)],
    commands: &[&[&str]],
) -> Outcome {
    let mut failures = Vec::new();
    for (role, name, reason) in cases {
        let project = Project::new(dialect, Some(live.url()))?;
        project.write("src/models.rs", role.model(0, name))?;
        for command in commands {
            let ran = project.ambix(command);
            let says = ran.stderr.contains(*reason) && ran.stderr.contains("src/models.rs:");
            if ran.code != Some(2) || !says {
                failures.push(ran.shown(&format!("with {role:?} {name:?} should be refused for `{reason}`")));
            }
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n\n").into()) }
}

/// What MariaDB and MySQL have no names for.
fn refused_by_mysql(dialect: &'static str) -> Outcome {
    let live = Live::fresh(dialect, &[])?;
    let long = "é".repeat(65);
    let identifiers = [Role::Table, Role::Column, Role::Index, Role::Unique, Role::Check, Role::ForeignKey];
    let mut cases: Vec<(Role, &str, &str)> = vec![
        (Role::TableComment, "🦀", "basic plane"),
        (Role::ColumnComment, "🦀", "basic plane"),
        (Role::Default, "🦀", "basic plane"),
        (Role::EnumValue, "🦀", "basic plane"),
        (Role::EnumValue, "a ", "cuts the space off"),
    ];
    for role in identifiers {
        cases.extend(
            [
                ("", "empty"),
                ("a\0b", "NUL"),
                ("a ", "ends with a space"),
                ("a\n", "ends with a blank"),
                ("🦀", "basic plane"),
                (long.as_str(), "the database keeps 64"),
            ]
            .map(|(name, reason)| (role, name, reason)),
        );
    }
    each_refused(&live, dialect, &cases, &[CHECK])
}
