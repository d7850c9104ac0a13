//! The scenarios of real teams, each typed command by command into the built binary, on every database.

mod apps_api;
mod backend;
mod expressions;
mod import;
mod massacorp;
mod mathakine;
mod privileges;
mod running;
mod saas;
mod sql_files;
mod taken_up;

use ambix_tests::live::{DIALECTS, available};
use ambix_tests::story::binary;
use libtest_mimic::{Arguments, Trial};

/// What a scenario is: a name, and what happens on one dialect.
type Scenario = (&'static str, fn(&'static str));

/// Scenarios about a failed revision that is undone as a whole, which not every database can do.
const UNDOES: [&str; 2] =
    ["saas::a_required_column_for_a_table_with_rows", "massacorp::a_failed_revision_changes_nothing"];

const SCENARIOS: &[&[Scenario]] = &[
    mathakine::SCENARIOS,
    backend::SCENARIOS,
    saas::SCENARIOS,
    apps_api::SCENARIOS,
    massacorp::SCENARIOS,
    running::SCENARIOS,
    taken_up::SCENARIOS,
    sql_files::SCENARIOS,
    import::SCENARIOS,
];

/// On the server that is asked about expressions, that undoes what was not committed, and alone where all
/// would show the same.
const ON_POSTGRES: &[&[Scenario]] = &[expressions::SCENARIOS, import::ON_POSTGRES, running::ON_POSTGRES];

/// Where roles have privileges.
const ON_SERVERS: &[&[Scenario]] = &[privileges::SCENARIOS, apps_api::ON_SERVERS];

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    let everywhere = SCENARIOS.iter().copied().flatten().map(|scenario| (scenario, DIALECTS.as_slice()));
    let on_servers = ON_SERVERS
        .iter()
        .copied()
        .flatten()
        .map(|scenario| (scenario, ["mariadb", "mysql", "postgres"].as_slice()));
    let on_postgres =
        ON_POSTGRES.iter().copied().flatten().map(|scenario| (scenario, ["postgres"].as_slice()));
    let on_mysql = running::ON_MYSQL.iter().map(|scenario| (scenario, ["mariadb", "mysql"].as_slice()));
    let on_sqlite = running::ON_SQLITE.iter().map(|scenario| (scenario, ["sqlite"].as_slice()));
    let alone = on_postgres.chain(on_mysql).chain(on_sqlite);
    for (&(name, scenario), dialects) in everywhere.chain(on_servers).chain(alone) {
        let can_tell = |dialect: &&&str| !matches!(**dialect, "mariadb" | "mysql") || !UNDOES.contains(&name);
        for &dialect in dialects.iter().filter(can_tell) {
            let is_missing = binary().is_none() || available(dialect).is_err();
            let told = move || {
                scenario(dialect);
                Ok(())
            };
            trials.push(Trial::test(format!("{name}::{dialect}"), told).with_ignored_flag(is_missing));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}
