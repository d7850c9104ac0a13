//! Protections switched off, one at a time: what is tried must notice that each is gone.

use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use super::kill::{at_point, undisturbed};
use super::race::race_with;
use super::{Ground, Script, Tally, scripts};

/// A trial: fails when the protection is missing. It is given the variables of every run.
type Trial = fn(&'static str, &[(&str, &str)], &Path) -> Result<(), String>;

/// A protection, where it matters, and what notices that it is gone.
pub struct Mutant {
    /// The name that switches it off.
    pub name: &'static str,
    /// The database it is tried on.
    pub dialect: &'static str,
    trial: Trial,
}

impl Mutant {
    /// Whether all is well with the protection, and something is wrong without it. Gives what was wrong.
    ///
    /// # Errors
    /// What is wrong with the protection in place, or that nothing is without it.
    pub fn catch(&self, binary: &Path) -> Result<String, String> {
        (self.trial)(self.dialect, &[], binary)
            .map_err(|wrong| format!("{}: wrong with the protection in place\n{wrong}", self.name))?;
        match (self.trial)(self.dialect, &[("AMBIX_MUTANT", self.name)], binary) {
            Ok(()) => Err(format!("{} on {}: nothing noticed", self.name, self.dialect)),
            Err(noticed) => Ok(noticed.lines().next().unwrap_or_default().to_owned()),
        }
    }
}

/// Every protection that can be switched off.
pub const MUTANTS: &[Mutant] = &[
    Mutant { name: "no_lock", dialect: "mariadb", trial: many_at_once },
    Mutant { name: "heads_not_read_again", dialect: "sqlite", trial: many_at_once },
    Mutant { name: "no_journal", dialect: "mariadb", trial: killed_around_a_column },
    Mutant { name: "journal_after", dialect: "mariadb", trial: killed_around_a_column },
    Mutant { name: "version_row_outside", dialect: "sqlite", trial: killed_around_rows },
    Mutant { name: "version_row_outside", dialect: "postgres", trial: killed_around_rows },
    Mutant { name: "invalid_index_trusted", dialect: "postgres", trial: an_index_that_failed },
    Mutant { name: "checksum_ignored", dialect: "sqlite", trial: an_edited_revision },
    Mutant { name: "no_fence", dialect: "mariadb", trial: a_statement_that_goes_on },
    Mutant { name: "quotes_not_doubled", dialect: "sqlite", trial: a_quote_in_a_name },
    Mutant { name: "pragma_inside", dialect: "sqlite", trial: a_parent_built_anew },
    Mutant { name: "protected_ignored", dialect: "sqlite", trial: a_protected_table },
    Mutant { name: "loss_not_counted", dialect: "sqlite", trial: a_downgrade_that_destroys },
    Mutant { name: "secrets_not_scrubbed", dialect: "postgres", trial: a_password_in_a_message },
];

fn many_at_once(dialect: &'static str, variables: &[(&str, &str)], binary: &Path) -> Result<(), String> {
    // Chance has a part in it: several rounds, and one that goes wrong is enough.
    for _ in 0..3 {
        race_with(dialect, 8, None, variables, binary)?.settled()?;
    }
    Ok(())
}

fn script_named(dialect: &str, name: &str) -> Result<Script, String> {
    scripts(dialect).into_iter().find(|script| script.name == name).ok_or_else(|| format!("no script {name}"))
}

fn killed_everywhere(
    dialect: &'static str,
    name: &str,
    variables: &[(&str, &str)],
    binary: &Path,
) -> Result<(), String> {
    let script = script_named(dialect, name)?;
    let known = undisturbed(dialect, &script, variables, binary)?;
    let mut tally = Tally::default();
    for point in &known.points {
        at_point(dialect, &script, &known, point, variables, binary, &mut tally)?;
        if !tally.failures.is_empty() {
            break;
        }
    }
    tally.settled().map(drop)
}

fn killed_around_a_column(
    dialect: &'static str,
    variables: &[(&str, &str)],
    binary: &Path,
) -> Result<(), String> {
    killed_everywhere(dialect, "rows around a column", variables, binary)
}

fn killed_around_rows(
    dialect: &'static str,
    variables: &[(&str, &str)],
    binary: &Path,
) -> Result<(), String> {
    killed_everywhere(dialect, "rows by hand", variables, binary)
}

/// A run that must be refused.
fn refused(ground: &mut Ground, words: &str, variables: &[(&str, &str)]) -> Result<(), String> {
    let ran = ground.run(words, variables)?;
    if ran.code == Some(2) {
        Ok(())
    } else {
        Err(format!("`{words}` exited with {:?}\n{}", ran.code, ran.said))
    }
}

fn an_index_that_failed(
    dialect: &'static str,
    variables: &[(&str, &str)],
    binary: &Path,
) -> Result<(), String> {
    let body = "\n    op.create_index(\"ix_age\", \"accounts\", [\"age\"]).unique().concurrently();";
    let mut ground = Ground::new(dialect, &Script::new("a unique index", [body]), binary)?;
    ground.run(&super::kill::first(), variables)?.done()?;
    ground.live().execute("INSERT INTO accounts (id, name, age) VALUES (3, 'third', 20)")?;
    refused(&mut ground, "upgrade head", variables)?;
    ground.live().execute("DELETE FROM accounts WHERE id = 3")?;
    ground.run("upgrade head", variables)?.done()?;
    let doubled = "INSERT INTO accounts (id, name, age) VALUES (4, 'fourth', 20)";
    match ground.live().execute(doubled) {
        Ok(()) => Err("the unique index lets the same value in twice".into()),
        Err(_refused) => Ok(()),
    }
}

fn an_edited_revision(
    dialect: &'static str,
    variables: &[(&str, &str)],
    binary: &Path,
) -> Result<(), String> {
    let script = script_named(dialect, "a column")?;
    let mut ground = Ground::new(dialect, &script, binary)?;
    ground.run("upgrade head", variables)?.done()?;
    let longer =
        Script::new("a column", ["\n    op.add_column(\"accounts\", column(\"town\", text()));", ""]);
    for (name, text) in longer.files() {
        ground.write(&format!("migrations/versions/{name}"), &text)?;
    }
    refused(&mut ground, "upgrade head", variables)
}

fn a_statement_that_goes_on(
    dialect: &'static str,
    variables: &[(&str, &str)],
    binary: &Path,
) -> Result<(), String> {
    // A statement that only waits ends with its client, and of one that keeps readers out the next run waits to
    // read: an index over many rows is built on without its client, and meanwhile nothing shows that it comes.
    let body = "\n    op.create_index(\"ix_name\", \"accounts\", [\"name\"]);";
    let mut ground = Ground::new(dialect, &Script::new("an index over many rows", [body]), binary)?;
    ground.run(&super::kill::first(), variables)?.done()?;
    let rows = "INSERT INTO accounts (id, name) SELECT seq, SHA2(seq, 256) FROM seq_10_to_800009";
    ground.live().execute(rows)?;
    let killed = ground.start("upgrade head", variables)?;
    computes(&mut ground)?;
    killed.kill()?;
    ground.start("upgrade head", variables)?.end()?.done().map(drop)
}

/// Until the statement of the run is at work.
fn computes(ground: &mut Ground) -> Result<(), String> {
    let sql = "SELECT 1 FROM information_schema.PROCESSLIST \
               WHERE DB = DATABASE() AND INFO LIKE '%ix_name%' AND ID <> CONNECTION_ID()";
    for _ in 0..200 {
        if !ground.live().query(sql)?.is_empty() {
            return Ok(());
        }
        sleep(Duration::from_millis(20));
    }
    Err("the statement of the run was never at work".into())
}

fn a_quote_in_a_name(dialect: &'static str, variables: &[(&str, &str)], binary: &Path) -> Result<(), String> {
    let body = "\n    op.create_table(\"a\\\"b\").column(column(\"c\\\"d\", bigint()));";
    let mut ground = Ground::new(dialect, &Script::new("a quote", [body]), binary)?;
    ground.run("upgrade head", variables)?.done()?;
    ground.live().query("SELECT \"c\"\"d\" FROM \"a\"\"b\"").map(drop)
}

fn a_parent_built_anew(
    dialect: &'static str,
    variables: &[(&str, &str)],
    binary: &Path,
) -> Result<(), String> {
    let script = Script::new(
        "a parent",
        [
            r#"
    op.create_table("items")
        .column(column("id", bigint()).not_null())
        .column(column("account_id", bigint()))
        .constraint(primary_key(["id"]))
        .constraint(foreign_key(["account_id"], "accounts", ["id"]).on_delete(Cascade));
    op.execute("INSERT INTO items (id, account_id) VALUES (1, 1), (2, 2)");"#,
            "\n    op.alter_column(\"accounts\", \"age\").set_type(text());",
        ],
    );
    let mut ground = Ground::new(dialect, &script, binary)?;
    ground.run("upgrade head", variables)?.done()?;
    let left = ground.live().query("SELECT id FROM items")?.len();
    if left == 2 { Ok(()) } else { Err(format!("{left} of 2 rows are left")) }
}

fn a_protected_table(dialect: &'static str, variables: &[(&str, &str)], binary: &Path) -> Result<(), String> {
    let mut ground = Ground::new(dialect, &script_named(dialect, "drops")?, binary)?;
    ground.write(
        "ambix.toml",
        &format!(
            "script_location = \"migrations\"\n[database]\ndialect = \"{dialect}\"\n\
             url = \"${{DATABASE_URL}}\"\n[policy]\nprotect = [\"orders\"]\n"
        ),
    )?;
    refused(&mut ground, "upgrade head", variables)
}

fn a_downgrade_that_destroys(
    dialect: &'static str,
    variables: &[(&str, &str)],
    binary: &Path,
) -> Result<(), String> {
    let mut ground = Ground::new(dialect, &script_named(dialect, "a column")?, binary)?;
    let last = Script::id(1);
    let text = format!(
        "//! a column\n\nuse ambix::prelude::*;\n\npub const REVISION: &str = \"{last}\";\n\
         pub const DOWN_REVISION: &[&str] = &[\"{}\"];\n\n\
         pub fn upgrade(op: &mut Operations) {{\n    op.add_column(\"accounts\", column(\"city\", text()));\n}}\n\n\
         pub fn downgrade(op: &mut Operations) {{\n    op.drop_column(\"accounts\", \"city\");\n}}\n",
        Script::id(0)
    );
    ground.write(&format!("migrations/versions/{last}.rs"), &text)?;
    ground.run("upgrade head", variables)?.done()?;
    ground.live().execute("UPDATE accounts SET city = 'here'")?;
    refused(&mut ground, "downgrade -1", variables)
}

fn a_password_in_a_message(
    dialect: &'static str,
    variables: &[(&str, &str)],
    binary: &Path,
) -> Result<(), String> {
    const CANARY: &str = "canary-d41d8cd9";
    let body = format!("\n    op.execute(\"SELECT '{CANARY}' FROM no_such_table\");");
    let mut ground = Ground::new(dialect, &Script::new("a password", [body]), binary)?;
    // Whom the server trusts may send any password.
    let url = ground.url().replacen("postgres@", &format!("postgres:{CANARY}@"), 1);
    let ran = ground.run("upgrade head", &[&[("DATABASE_URL", url.as_str())], variables].concat())?;
    match ran.code {
        Some(2) if !ran.said.contains(CANARY) => Ok(()),
        code => Err(format!("the password is shown, or the run was no failure: {code:?}")),
    }
}
