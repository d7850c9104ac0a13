//! A role that may not do everything: `doctor` prints the very statements that are missing.

use ambix_tests::project::{Project, run};

use crate::Scenario;

pub(crate) const SCENARIOS: &[Scenario] =
    &[("privileges::doctor_prints_the_missing_grants", doctor_prints_the_missing_grants)];

/// Follows the advice of `doctor` until there is none, as somebody who may give it.
fn doctor_prints_the_missing_grants(dialect: &'static str) {
    let mut project = Project::copied("massacorp", dialect);
    project.ambix("upgrade abc123 -q").done();
    let role = format!("ambix_little_{}", std::process::id());
    let url = project.url().to_owned();
    let (scheme, rest) = url.split_once("://").expect("a URL has a scheme");
    let place = rest.split_once('@').map_or(rest, |(_, place)| place);
    let little = format!("{scheme}://{role}:secret@{place}");
    let user = if dialect == "postgres" { format!("\"{role}\"") } else { format!("'{role}'@'%'") };
    project.sql(&match dialect {
        "postgres" => {
            format!("CREATE ROLE {user} LOGIN PASSWORD 'secret'; REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        }
        _mariadb => format!("CREATE USER {user} IDENTIFIED BY 'secret'; GRANT SELECT ON *.* TO {user}"),
    });
    let doctor = |project: &Project| {
        let mut command = project.command("ambix", "doctor");
        command.env("DATABASE_URL", &little);
        run("doctor", &mut command).never_says("secret")
    };
    let told = doctor(&project).exits(1).prints("BAD  privileges");
    let statements: Vec<String> =
        told.stdout.lines().filter_map(|line| line.strip_prefix("     help: ")).map(str::to_owned).collect();
    let wanted = match dialect {
        "postgres" => format!("GRANT CREATE ON SCHEMA public TO {role};"),
        _mariadb => format!("TO '{role}'@'%';"),
    };
    assert!(statements.iter().any(|statement| statement.ends_with(&wanted)), "{statements:?}");
    for statement in &statements {
        project.sql(statement);
    }
    let then = doctor(&project);
    let mut upgrade = project.command("ambix", "upgrade head -q");
    upgrade.env("DATABASE_URL", &little);
    let upgraded = run("upgrade head -q", &mut upgrade);
    project.sql(&match dialect {
        "postgres" => {
            format!("REASSIGN OWNED BY {user} TO CURRENT_USER; DROP OWNED BY {user}; DROP ROLE {user}")
        }
        _mariadb => format!("DROP USER {user}"),
    });
    then.done();
    upgraded.done();
}
