//! `import`: what is refused before a file is written, and what is kept in a form of its own.

use ambix_tests::project::Project;

const HISTORY: &str = "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, \
     installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB NOT NULL, \
     execution_time BIGINT NOT NULL)";

/// An empty project with files in `migrations`.
fn with(files: &[(&str, &str)]) -> Project {
    let project = Project::empty("sqlite");
    project.ambix("init ambix --dialect sqlite").done();
    project.write("migrations/README.md", "not SQL");
    for (name, text) in files {
        project.write(&format!("migrations/{name}"), text);
    }
    project
}

/// The same, and these versions in the history of sqlx, with a checksum that fits none.
fn applied(files: &[(&str, &str)], versions: &[i64]) -> Project {
    let mut project = with(files);
    project.sql(HISTORY);
    for version in versions {
        project.sql(&format!(
            "INSERT INTO _sqlx_migrations VALUES ({version}, 'x', CURRENT_TIMESTAMP, TRUE, X'00', 1)"
        ));
    }
    project
}

#[track_caller]
fn nothing_was_written(project: &mut Project) {
    let files = std::fs::read_dir(project.path().join("ambix/versions")).expect("it is there").count();
    assert_eq!(files, 0);
    let tables = project.rows("SELECT name FROM sqlite_master WHERE name LIKE 'ambix%'");
    assert!(tables.is_empty(), "{tables:?}");
}

const ONE: (&str, &str) = ("1_one.sql", "CREATE TABLE a (x int);\n");
const TWO: (&str, &str) = ("2_two.sql", "CREATE TABLE b (x int);\n");
const THREE: (&str, &str) = ("3_three.sql", "CREATE TABLE c (x int);\n");

#[test]
fn what_a_revision_cannot_hold_is_refused_where_it_stands() {
    let project = with(&[
        ("1_one.sql", "CREATE TABLE a (x int);\n.read more.sql\n"),
        ("2_two.sql", "UPDATE a SET x = 1;\nCOMMIT;\nBEGIN;\nUPDATE a SET x = 2;\n"),
        ("3_three.sql", "SELECT 'open\n"),
        ("4_four.sql", "-- ambix:down\nSELECT 1;\n"),
        ("5_five.up.sql", "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1;\n"),
        ("6_six.down.sql", "SELECT 1;\n"),
        ("07_seven.sql", ""),
        ("7_again.sql", ""),
        ("words_eight.sql", ""),
    ]);
    project
        .ambix("import --from sqlx")
        .exits(2)
        .says("migrations/1_one.sql:2:1")
        .says("migrations/2_two.sql:2:1")
        .says("COMMIT stands here")
        .says("migrations/3_three.sql:1:8")
        .says("migrations/4_four.sql:1:1")
        .says("this comment would speak to ambix")
        .says("migrations/5_five.up.sql:1:1")
        .says("there is a way back and no way up")
        .says("version 7 is also that of migrations/07_seven.sql")
        .says("its name does not begin with a version")
        .says("could not read the migrations of sqlx: 8 problems");
    nothing_was_written(&mut { project });
}

#[test]
fn odd_files_are_kept_as_they_are() {
    let mut project = with(&[
        ("0001_crlf.sql", "\u{feff}-- Windows.\r\nCREATE TABLE a (\r\n  x text DEFAULT 'é\r\n;--'\r\n);\r\n"),
        (
            "0002_wrapped.sql",
            "begin transaction; /* all */\nINSERT INTO a (x) VALUES (';');\nEND;\n-- done\n",
        ),
        ("0003_empty.sql", ""),
        ("0004_comment.sql", "-- nothing yet"),
        (
            "0005_trigger.up.sql",
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET x = CASE 1 WHEN 1 THEN x END; END",
        ),
        ("0005_trigger.down.sql", "DROP TRIGGER t"),
        ("0006_a very-Odd (nâme)!.sql", "CREATE TABLE b (x int)"),
    ]);
    project
        .ambix("import --from sqlx --format json")
        .done()
        .prints("\"from\": \"sqlx\"")
        .prints("ambix/versions/0006_a_very_odd_nme.sql");
    project.ambix("upgrade head").done();
    assert_eq!(project.rows("SELECT hex(dflt_value) FROM pragma_table_info('a')"), ["27C3A90D0A3B2D2D27"]);
    assert_eq!(project.rows("SELECT x FROM a"), [";"]);
    project
        .ambix("downgrade 0004")
        .exits(2)
        .says("revision 0006 cannot be taken back: sqlx had no way back for it");
    assert!(project.read("ambix/versions/0002_wrapped.sql").contains("/* begin transaction */; /* all */"));
}

#[test]
fn a_migration_that_failed_is_never_taken_for_applied() {
    let mut project = applied(&[ONE, TWO], &[1]);
    project.sql("UPDATE _sqlx_migrations SET success = 0");
    project
        .ambix("import --from sqlx")
        .exits(2)
        .says("sqlx did not finish 1: its row in _sqlx_migrations says success = false")
        .says("--no-stamp");
    nothing_was_written(&mut project);
    project.ambix("import --from sqlx --no-stamp").done().says("Imported 2 revisions of sqlx");
    project.ambix("current").done().prints_nothing();
}

#[test]
fn an_edited_migration_is_told() {
    let mut project = applied(&[ONE, TWO], &[1]);
    project
        .ambix("import --from sqlx")
        .exits(2)
        .says("migrations/1_one.sql is not what sqlx applied as 1")
        .says("--accept-edited 1");
    nothing_was_written(&mut project);
    project
        .ambix("import --from sqlx --accept-edited 2")
        .exits(2)
        .says("2 is not a version that was applied");
    project.ambix("import --from sqlx --accept-edited 1").done().says("it is at 1; nothing was run");
}

#[test]
fn a_gap_and_a_file_that_is_gone_are_told() {
    let accept = "--accept-edited 1 --accept-edited 3";
    let mut project = applied(&[ONE, TWO, THREE], &[1, 3]);
    project
        .ambix(&format!("import --from sqlx {accept}"))
        .exits(2)
        .says("2 was not applied, and 3, which follows it, was")
        .says("let sqlx run it once more");
    nothing_was_written(&mut project);

    let mut project = applied(&[ONE, THREE], &[1, 2, 3]);
    project
        .ambix(&format!("import --from sqlx {accept}"))
        .exits(2)
        .says("_sqlx_migrations says that sqlx applied 2, and there is no file for it")
        .says("--keep-missing");
    nothing_was_written(&mut project);
    project
        .ambix(&format!("import --from sqlx {accept} --keep-missing"))
        .done()
        .says("1 revision without a body");
    project.ambix("history").done().prints("1 -> 2, file is gone").prints("2 -> 3 (head), three");
    project.ambix("current").done().prints_lines(&["3 (head)"]);
}

#[test]
fn what_comes_later_is_added() {
    let mut project = with(&[ONE]);
    project
        .ambix("import --from sqlx")
        .done()
        .says("has no table _sqlx_migrations: sqlx has applied nothing there");
    project.ambix("upgrade head").done();
    project.write("migrations/2_two.sql", TWO.1);
    project.ambix("import --from sqlx").done().says("Imported 1 revision of sqlx; 1 were there already");
    project.ambix("upgrade head").done();
    // A version that neither the files nor the table know.
    project.sql("UPDATE ambix_version SET version_num = 'abcdef'");
    project.write("migrations/3_three.sql", THREE.1);
    project.ambix("import --from sqlx").exits(2).says("Can't locate revision identified by 'abcdef'");
    assert_eq!(std::fs::read_dir(project.path().join("ambix/versions")).unwrap().count(), 2);
}

#[test]
fn tables_and_directories_are_looked_for_where_they_are_said_to_be() {
    let mut project = with(&[ONE]);
    project.sql("CREATE TABLE other (a int)");
    project.ambix("import --from sqlx --history-table other").exits(2).says("it has no column version");
    project.ambix("import --from sqlx --history-table absent").exits(2).says("has no table absent");
    project
        .ambix("import --from sqlx nowhere")
        .exits(2)
        .says("there is no ")
        .says("ambix import --from sqlx DIRECTORY");
    project.ambix("import --from sea-orm").exits(2).says("there is no migration/src");
    project.ambix("import --from refinery").exits(2).says("there are none in ");
    project.ambix("import --from sqlx --script x").exits(2).says("--script is for alembic");
    project
        .ambix("import --from knex")
        .exits(2)
        .says("possible values: alembic, sqlx, diesel, refinery, sea-orm");
    nothing_was_written(&mut project);
}

#[test]
fn scripts_of_alembic_are_read_in_full_or_not_at_all() {
    let project = Project::of_tool("alembic", "sqlite");
    let script = project.read("up.sqlite.sql");
    let (cut, _) = script.split_once("INSERT INTO alembic_version").unwrap();
    project.write("cut.sql", cut);
    project.write(
        "more.sql",
        "-- Running upgrade dddd4444 -> ffff6666\nUPDATE alembic_version SET version_num='x';\n",
    );
    project.write("plain.sql", "CREATE TABLE a (x int);\n");
    project.write("other.sql", &script.replace("phone", "fax"));
    let import = |words: &str| project.ambix(&format!("import --from alembic {words}"));
    import("--script cut.sql")
        .exits(2)
        .says("this part ends before it writes the version table alembic_version");
    import("--script more.sql").exits(2).says("it holds ffff6666, and no file declares that revision");
    import("--script plain.sql").exits(2).says("this statement belongs to no revision").says("plain.sql:1:1");
    import("--script up.sqlite.sql --script other.sql")
        .exits(2)
        .says("this part was rendered before, with other statements");
    import("--script up.sqlite.sql --history-table versions")
        .exits(2)
        .says("say its name with --history-table");
    project.write("alembic/versions/bad.py", "revision = make_id()\n");
    import("").exits(2).says("what revision is cannot be read without running it").says("bad.py:1:11");
    project.write("alembic/versions/bad.py", "revision = 'a-b'\ndown_revision = None\n");
    import("").exits(2).says("Character(s) '-' not allowed");
    project.write("alembic/versions/bad.py", "revision = 'aaaa1111'\ndown_revision = None\n");
    import("").exits(2).says("aaaa1111").says("bad.py");
    project.remove("alembic/versions/bad.py");
    import("").done().says("3 revisions without a body");
}

#[test]
fn the_tables_of_other_tools_are_left_alone() {
    let mut project = Project::copied("saas", "sqlite");
    project.sql(HISTORY);
    project.sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)");
    project.ambix("revision --autogenerate -m first").done();
    project.ambix("upgrade head").done();
    project.ambix("check -v").done().says("2 tables left out by the policy").says("the history of sqlx");
}
