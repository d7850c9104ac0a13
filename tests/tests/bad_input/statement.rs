//! A statement that fails in the middle of a revision: all of the revision is undone, and said to be.

use ambix_tests::live::Live;

use super::project::Project;
use super::{Outcome, Test, on, on_each};

pub(super) fn tests() -> Vec<Test> {
    let mut tests = on_each("statement::failing_in_the_middle", middle);
    tests.extend(on_each("statement::failing_on_the_way_down", way_down));
    tests.extend(on_each("statement::ending_the_transaction_itself", ends_transaction));
    tests.push(on("statement::failing_beside_one_that_stands_alone", "postgres", |_dialect| stands_alone()));
    tests
}

fn tables(live: &mut Live, dialect: &str) -> Result<Vec<String>, libtest_mimic::Failed> {
    let sql = match dialect {
        "sqlite" => {
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'index') AND name NOT LIKE 'sqlite_%' ORDER BY 1"
        }
        _postgres => "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = 'public' ORDER BY 1",
    };
    Ok(live.query(sql)?.into_iter().flatten().flatten().collect())
}

fn table(name: &str) -> String {
    format!(
        "    op.create_table({name:?}).column(column(\"id\", bigint()).not_null()).constraint(primary_key([\"id\"]));\n"
    )
}

fn middle(dialect: &'static str) -> Outcome {
    let mut live = Live::fresh(dialect, &[])?;
    let project = Project::new(dialect, Some(live.url()))?;
    let insert = "    op.execute(\"INSERT INTO one VALUES (1)\");\n";
    project.write_revision("aaa1", &[], &table("one"), "    op.drop_table(\"one\");")?;
    let down = "    op.drop_table(\"three\"); op.drop_table(\"two\"); op.execute(\"DELETE FROM one\");";
    project.write_revision("bbb2", &["aaa1"], &(table("two") + insert + insert + &table("three")), down)?;

    let ran = project.ambix(&["upgrade", "head"]);
    ran.refused(&[
        "could not upgrade to bbb2",
        "could not run `INSERT INTO one VALUES (1)`",
        "rolled back as a whole",
        "the database is at aaa1",
    ]);
    assert_eq!(tables(&mut live, dialect)?, ["ambix_version", "one"], "{}", ran.shown("left something"));
    assert!(live.query("SELECT id FROM one")?.is_empty(), "{}", ran.shown("left a row"));
    let current = project.ambix(&["current"]).done()?;
    assert!(current.stdout.starts_with("aaa1"), "{}", current.shown("is elsewhere"));

    project.write_revision("bbb2", &["aaa1"], &(table("two") + insert + &table("three")), down)?;
    project.ambix(&["upgrade", "head"]).done()?;
    assert_eq!(tables(&mut live, dialect)?, ["ambix_version", "one", "three", "two"]);
    project.ambix(&["downgrade", "base"]).done()?;
    assert!(tables(&mut live, dialect)?.is_empty());
    Ok(())
}

fn way_down(dialect: &'static str) -> Outcome {
    let mut live = Live::fresh(dialect, &[])?;
    let project = Project::new(dialect, Some(live.url()))?;
    let down = "    op.drop_table(\"one\");\n    op.execute(\"DELETE FROM nowhere_at_all\");";
    project.write_revision("aaa1", &[], &table("one"), down)?;
    project.ambix(&["upgrade", "head"]).done()?;
    let ran = project.ambix(&["downgrade", "base"]);
    ran.refused(&[
        "could not downgrade from aaa1",
        "nowhere_at_all",
        "rolled back as a whole",
        "the database is at aaa1",
    ]);
    assert_eq!(tables(&mut live, dialect)?, ["ambix_version", "one"], "{}", ran.shown("left something"));
    Ok(())
}

fn ends_transaction(dialect: &'static str) -> Outcome {
    let mut live = Live::fresh(dialect, &[])?;
    let project = Project::new(dialect, Some(live.url()))?;
    for verb in ["COMMIT", "ROLLBACK"] {
        let sql = format!("INSERT INTO one VALUES (1); {verb}; INSERT INTO one VALUES (2)");
        let body = format!("{}    op.execute({sql:?});\n", table("one"));
        project.write_revision("aaa1", &[], &body, "")?;
        let ran = project.ambix(&["upgrade", "head"]);
        ran.refused(&["aaa1", verb, "nothing has run", "take BEGIN, COMMIT and ROLLBACK out of"]);
        assert_eq!(tables(&mut live, dialect)?, ["ambix_version"], "{}", ran.shown("left something"));
        let current = project.ambix(&["current"]).done()?;
        assert_eq!(current.stdout, "", "{}", current.shown("is somewhere"));
    }
    Ok(())
}

/// What cannot stand in a transaction is committed when the next statement fails; that is said.
fn stands_alone() -> Outcome {
    let mut live = Live::fresh("postgres", &[])?;
    let project = Project::new("postgres", Some(live.url()))?;
    project.write_revision("aaa1", &[], &table("one"), "    op.drop_table(\"one\");")?;
    let body =
        "    op.create_index(\"ix\", \"one\", [\"id\"]).concurrently();\n    op.execute(\"SELECT 1/0\");\n";
    project.write_revision("bbb2", &["aaa1"], body, "")?;
    let ran = project.ambix(&["upgrade", "head"]);
    ran.refused(&[
        "could not upgrade to bbb2",
        "division by zero",
        "the revision is half done",
        "not committed:",
        "CREATE INDEX CONCURRENTLY",
        "at aaa1",
    ]);
    assert!(!ran.stderr.contains("rolled back as a whole"), "{}", ran.shown("claims too much"));
    live.execute("DROP INDEX ix")?;
    project.write_revision("bbb2", &["aaa1"], &body.replace("1/0", "1"), "")?;
    project.ambix(&["upgrade", "head"]).done()?;
    Ok(())
}
