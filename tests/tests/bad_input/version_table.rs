//! Version tables that hold what no revision file declares, or that are none.

use ambix_tests::live::Live;

use super::project::Project;
use super::{Outcome, Test, on_all};

const ONE: &str = "    op.create_table(\"one\").column(column(\"id\", bigint()));";
const TWO: &str = "    op.create_table(\"two\").column(column(\"id\", bigint()));";

pub(super) fn tests() -> Vec<Test> {
    [
        on_all("version_table::unknown_revision", unknown_revision),
        on_all("version_table::hostile_revision", hostile_revision),
        on_all("version_table::not_a_version_table", not_one),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A project with two revisions and a database that is at the second.
fn upgraded(dialect: &str) -> Result<(Project, Live), libtest_mimic::Failed> {
    let live = Live::fresh(dialect, &[])?;
    let project = Project::new(dialect, Some(live.url()))?;
    project.write_revision("aaa1", &[], ONE, "    op.drop_table(\"one\");")?;
    project.write_revision("bbb2", &["aaa1"], TWO, "    op.drop_table(\"two\");")?;
    project.ambix(&["upgrade", "head"]).done()?;
    Ok((project, live))
}

fn unknown_revision(dialect: &'static str) -> Outcome {
    let (project, mut live) = upgraded(dialect)?;
    live.execute("UPDATE ambix_version SET version_num = 'feedface0000'")?;
    let parts =
        ["Can't locate revision identified by 'feedface0000'", "restore its file", "ambix stamp --purge"];
    for command in
        [&["upgrade", "head"][..], &["downgrade", "base"], &["downgrade", "-1"], &["stamp", "head"]]
    {
        project.refuses(command, &parts)?;
    }
    project.refuses(&["revision", "--autogenerate", "-m", "x"], &parts)?;

    // To look is allowed: the answer is a finding.
    let parts = ["Can't locate revision identified by 'feedface0000'", "stamp --purge"];
    let checked = project.ambix(&["check"]).differs()?;
    assert!(
        checked.stdout.contains(parts[0]) && checked.stderr.contains(parts[1]),
        "{}",
        checked.shown("is vague")
    );
    let checked = project.ambix(&["check", "--format", "json"]).differs()?;
    assert!(checked.stdout.contains("\"feedface0000\""), "{}", checked.shown("is vague"));
    let current = project.ambix(&["current"]).done()?;
    assert!(current.stdout.starts_with("feedface0000 (unknown)"), "{}", current.shown("is vague"));
    assert!(parts.iter().all(|part| current.stderr.contains(part)), "{}", current.shown("is vague"));
    project.ambix(&["current", "--check-heads"]).differs()?;
    assert_eq!(versions(&mut live)?, ["feedface0000"], "nothing of all that writes");

    recovers(&project, &mut live)
}

/// `stamp --purge` makes good whatever is in the table.
fn recovers(project: &Project, live: &mut Live) -> Outcome {
    project.ambix(&["stamp", "--purge", "bbb2"]).done()?;
    assert_eq!(versions(live)?, ["bbb2"]);
    project.ambix(&["downgrade", "base"]).done()?;
    project.ambix(&["upgrade", "head"]).done()?;
    Ok(())
}

fn versions(live: &mut Live) -> Result<Vec<String>, libtest_mimic::Failed> {
    let rows = live.query("SELECT version_num FROM ambix_version ORDER BY 1")?;
    Ok(rows.into_iter().flatten().map(Option::unwrap_or_default).collect())
}

fn hostile_revision(dialect: &'static str) -> Outcome {
    let (project, mut live) = upgraded(dialect)?;
    let escape = if dialect == "postgres" { "chr(27)" } else { "char(27)" };
    let colour = match dialect {
        "mariadb" | "mysql" => format!("concat({escape}, '[31m\n-- x')"),
        _others => format!("{escape} || '[31m' || '\n' || '-- x'"),
    };
    for value in [colour, "'a'';--'".into(), "''".into()] {
        live.execute(&format!("UPDATE ambix_version SET version_num = {value}"))?;
        for command in [&["upgrade", "head"][..], &["downgrade", "base"], &["stamp", "head"]] {
            project.refuses(command, &["help: ", "ambix stamp --purge"])?;
        }
        project.ambix(&["-v", "check"]);
        project.ambix(&["-v", "check", "--format", "json"]);
        project.ambix(&["-v", "current"]);
        recovers(&project, &mut live)?;
    }
    Ok(())
}

fn not_one(dialect: &'static str) -> Outcome {
    let (project, mut live) = upgraded(dialect)?;
    live.execute("DROP TABLE ambix_version")?;
    live.execute("CREATE TABLE ambix_version (x integer)")?;
    let commands =
        [&["upgrade", "head"][..], &["downgrade", "base"], &["stamp", "head"], &["check"], &["current"]];
    for command in commands {
        project.refuses(command, &["ambix_version", "no column version_num", "version_table"])?;
    }
    live.execute("DROP TABLE ambix_version")?;
    live.execute("CREATE VIEW ambix_version AS SELECT 'bbb2' AS version_num")?;
    for command in commands {
        project.refuses(command, &["ambix_version", "is a view", "version_table"])?;
    }
    Ok(())
}
