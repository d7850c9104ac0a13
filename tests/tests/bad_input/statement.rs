//! A statement that fails in the middle of a revision: all of the revision is undone, and said to be; or,
//! where the database cannot do that, what is done and what is not is told apart.

use ambix_tests::live::Live;

use super::project::Project;
use super::{Outcome, Test, on, on_all, on_transactional};

pub(super) fn tests() -> Vec<Test> {
    let mut tests = on_transactional("statement::failing_in_the_middle", middle);
    tests.extend(on_transactional("statement::failing_on_the_way_down", way_down));
    tests.extend(on_all("statement::ending_the_transaction_itself", ends_transaction));
    tests.push(on("statement::failing_beside_one_that_stands_alone", "postgres", |_dialect| stands_alone()));
    tests.push(on("statement::failing_half_way", "mariadb", half_way));
    tests.push(on("statement::failing_inside_a_text", "mariadb", inside));
    tests.push(on("statement::failing_among_rows", "mariadb", among_rows));
    tests.push(on("statement::failing_on_the_way_down_half_way", "mariadb", half_way_down));
    tests
}

/// The tables that are not ambix's own.
fn tables(live: &mut Live, dialect: &str) -> Result<Vec<String>, libtest_mimic::Failed> {
    let sql = match dialect {
        "sqlite" => {
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'index') AND name NOT LIKE 'sqlite_%' ORDER BY 1"
        }
        "mariadb" | "mysql" => {
            "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1"
        }
        _postgres => "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = 'public' ORDER BY 1",
    };
    let all = live.query(sql)?.into_iter().flatten().flatten();
    Ok(all.filter(|name| !name.starts_with("ambix_")).collect())
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
    assert_eq!(tables(&mut live, dialect)?, ["one"], "{}", ran.shown("left something"));
    assert!(live.query("SELECT id FROM one")?.is_empty(), "{}", ran.shown("left a row"));
    let current = project.ambix(&["current"]).done()?;
    assert!(current.stdout.starts_with("aaa1"), "{}", current.shown("is elsewhere"));

    project.write_revision("bbb2", &["aaa1"], &(table("two") + insert + &table("three")), down)?;
    project.ambix(&["upgrade", "head"]).done()?;
    assert_eq!(tables(&mut live, dialect)?, ["one", "three", "two"]);
    project.ambix(&["downgrade", "base", "--accept-data-loss"]).done()?;
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
    assert_eq!(tables(&mut live, dialect)?, ["one"], "{}", ran.shown("left something"));
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
        assert!(tables(&mut live, dialect)?.is_empty(), "{}", ran.shown("left something"));
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
    project.write_revision("bbb2", &["aaa1"], &body.replace("1/0", "1"), "")?;
    let edited = project.ambix(&["upgrade", "head"]);
    edited.refused(&[
        "bbb2 was edited after 1 of its 2 statements were applied",
        "CREATE INDEX",
        "ambix stamp",
    ]);
    live.execute("DROP INDEX ix")?;
    project.ambix(&["stamp", "aaa1"]).done()?;
    project.ambix(&["upgrade", "head"]).done()?;
    Ok(())
}

/// The third of five statements fails where each is committed by itself: the first two are listed as
/// done, the others as not, and both ways out work.
fn half_way(dialect: &'static str) -> Outcome {
    let mut live = Live::fresh(dialect, &[])?;
    let project = Project::new(dialect, Some(live.url()))?;
    let insert = "    op.execute(\"INSERT INTO one VALUES (1)\");\n";
    project.write_revision("aaa1", &[], &table("one"), "    op.drop_table(\"one\");")?;
    let body = table("two") + insert + &table("three") + insert + &table("four");
    let down = "    op.drop_table(\"four\"); op.drop_table(\"three\"); op.drop_table(\"two\"); op.execute(\"DELETE FROM one\");";
    project.write_revision("bbb2", &["aaa1"], &body, down)?;
    let ran = project.ambix(&["upgrade", "head"]);
    ran.refused(&[
        "could not upgrade to bbb2",
        "Duplicate entry '1' for key 'PRIMARY' (code 1062, SQLSTATE 23000)",
        "the revision is half done, and the version is still at aaa1",
        "`ambix stamp bbb2`",
    ]);
    let (_, told) = ran.stderr.split_once("committed:").ok_or("nothing is told")?;
    let (done, left) = told.split_once("not committed:").ok_or("nothing is left")?;
    for (part, has, lacks) in [
        (done, ["`two`", "INSERT INTO one", "`three`"].as_slice(), ["`four`"].as_slice()),
        (left, &["INSERT INTO one VALUES (1) (this one failed)", "after"], &["`two`", "`three`"]),
    ] {
        assert!(has.iter().all(|word| part.contains(word)), "{}", ran.shown("leaves something out"));
        assert!(!lacks.iter().any(|word| part.contains(word)), "{}", ran.shown("tells the wrong thing"));
    }
    assert_eq!(tables(&mut live, dialect)?, ["one", "three", "two"]);
    assert!(project.ambix(&["current"]).done()?.stdout.starts_with("aaa1"));

    // Once the cause is gone, the rest runs; here it is not, and so it fails at the same statement.
    project.ambix(&["upgrade", "head"]).refused(&["statement 4 of 4 failed", "`ambix upgrade bbb2`"]);
    live.execute("DROP TABLE two; DROP TABLE three; DELETE FROM one")?;
    project.ambix(&["stamp", "aaa1"]).done()?;
    project.write_revision(
        "bbb2",
        &["aaa1"],
        &(table("two") + insert + &table("three") + &table("four")),
        down,
    )?;
    project.ambix(&["upgrade", "head"]).done()?;
    project.ambix(&["downgrade", "base", "--accept-data-loss"]).done()?;
    assert!(tables(&mut live, dialect)?.is_empty());
    Ok(())
}

/// Of several statements in one text, those before the one that failed are done.
fn inside(dialect: &'static str) -> Outcome {
    let mut live = Live::fresh(dialect, &[])?;
    let project = Project::new(dialect, Some(live.url()))?;
    let sql = "CREATE TABLE one (x int); CREATE TABLE two (x int); CREATE TABLE one (x int); CREATE TABLE four (x int)";
    project.write_revision("aaa1", &[], &format!("    op.execute({sql:?});"), "")?;
    let ran = project.ambix(&["upgrade", "head"]);
    ran.refused(&["already exists", "half done", "still at base", "`ambix stamp aaa1`"]);
    assert_eq!(tables(&mut live, dialect)?, ["one", "two"]);
    let (_, told) = ran.stderr.split_once("committed:").ok_or("nothing is told")?;
    let (done, left) = told.split_once("not committed:").ok_or("nothing is left")?;
    assert!(
        done.contains("two") && !done.contains("TABLE four") || done.contains("first 2"),
        "{}",
        ran.shown("is vague")
    );
    assert!(!left.is_empty(), "{}", ran.shown("is vague"));
    Ok(())
}

/// A revision that only touches rows is one transaction here, too.
fn among_rows(dialect: &'static str) -> Outcome {
    let mut live = Live::fresh(dialect, &[])?;
    let project = Project::new(dialect, Some(live.url()))?;
    let insert = "    op.execute(\"INSERT INTO one VALUES (1)\");\n";
    project.write_revision("aaa1", &[], &table("one"), "    op.drop_table(\"one\");")?;
    project.write_revision("bbb2", &["aaa1"], &insert.repeat(2), "")?;
    let ran = project.ambix(&["upgrade", "head"]);
    ran.refused(&["Duplicate entry", "rolled back as a whole", "the database is at aaa1"]);
    assert!(live.query("SELECT id FROM one")?.is_empty(), "{}", ran.shown("left a row"));
    Ok(())
}

fn half_way_down(dialect: &'static str) -> Outcome {
    let mut live = Live::fresh(dialect, &[])?;
    let project = Project::new(dialect, Some(live.url()))?;
    let down = "    op.drop_table(\"one\");\n    op.execute(\"DELETE FROM nowhere_at_all\");";
    project.write_revision("aaa1", &[], &table("one"), down)?;
    project.ambix(&["upgrade", "head"]).done()?;
    let ran = project.ambix(&["downgrade", "base"]);
    ran.refused(&[
        "could not downgrade from aaa1",
        "nowhere_at_all",
        "the version is still at aaa1",
        "DROP TABLE `one`",
        "`ambix stamp base`",
    ]);
    assert!(tables(&mut live, dialect)?.is_empty());
    Ok(())
}
