//! Projects of other tools, taken over on every database: the history tables are made as the tools make them, and
//! what the tools have run is there.

use ambix_tests::case::elder;
use ambix_tests::project::Project;

use crate::Scenario;

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("import::sqlx_goes_on", sqlx_goes_on),
    ("import::diesel_goes_on", diesel_goes_on),
    ("import::refinery_goes_on", refinery_goes_on),
    ("import::sea_orm_is_taken_as_it_is", sea_orm_is_taken_as_it_is),
    ("import::alembic_goes_on", alembic_goes_on),
];

/// What one server shows as well as three.
pub(crate) const ON_POSTGRES: &[Scenario] = &[("import::alembic_shares_its_table", alembic_shares_its_table)];

/// SHA-384 of the two files that were applied.
const USERS: &str =
    "2414d6755111d615f50fd6a490ed932878700fa93618645358e681a6c736de9251535b08148bf8eaffb7f58e76105cdf";
const PHONE: &str =
    "41f614a1f6fc4829af1a32155750819d287377f05cb0873ba16dfc37ad38c32aa210de1f1b618a93d4eaad93aeb0cb85";

fn history_of_sqlx(dialect: &str) -> String {
    let (time, bytes) = match dialect {
        "postgres" => ("TIMESTAMPTZ NOT NULL DEFAULT now()", "BYTEA"),
        _other => ("TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP", "BLOB"),
    };
    format!(
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on {time}, \
         success BOOLEAN NOT NULL, checksum {bytes} NOT NULL, execution_time BIGINT NOT NULL)"
    )
}

fn row_of_sqlx(dialect: &str, version: &str, checksum: &str) -> String {
    let bytes = if dialect == "postgres" { format!("'\\x{checksum}'") } else { format!("X'{checksum}'") };
    format!(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES ({version}, 'words', TRUE, {bytes}, 1)"
    )
}

fn sqlx_goes_on(dialect: &'static str) {
    let mut project = Project::of_tool("sqlx", dialect);
    project.sql("CREATE TABLE users (id integer PRIMARY KEY, email varchar(255) NOT NULL)");
    project.sql("ALTER TABLE users ADD COLUMN phone varchar(40)");
    project.sql("INSERT INTO users (id, email) VALUES (1, 'a;b@example.org')");
    project.sql(&history_of_sqlx(dialect));
    project.sql(&row_of_sqlx(dialect, "20240105090000", USERS));
    project.sql(&row_of_sqlx(dialect, "20240212110000", PHONE));
    let before = project.schema();

    project
        .ambix("import --from sqlx")
        .done()
        .prints_lines(&[
            "ambix/versions/20240105090000_create_users.sql",
            "ambix/versions/20240212110000_add_phone.sql",
            "ambix/versions/20240301160000_index_email.sql",
        ])
        .says("Imported 3 revisions of sqlx")
        .says("it is at 20240212110000; nothing was run");
    assert_eq!(project.rows("SELECT count(*) FROM _sqlx_migrations"), ["2"]);
    assert_eq!(project.rows("SELECT version_num FROM ambix_version"), ["20240212110000"]);
    assert_eq!(
        project.rows("SELECT revision, direction FROM ambix_history ORDER BY id"),
        ["20240105090000|stamp", "20240212110000|stamp"]
    );
    assert_eq!(project.schema().schema().iter().count(), before.schema().iter().count());

    project
        .ambix("import --from sqlx")
        .done()
        .prints_nothing()
        .says("Already there: all 3 revisions of sqlx");
    project
        .ambix("upgrade head")
        .done()
        .says("Running upgrade 20240212110000 -> 20240301160000, index email");
    project.ambix("status").done().prints("3 applied, 0 pending");
    project
        .ambix("downgrade -1")
        .exits(2)
        .says("revision 20240301160000 cannot be taken back")
        .says("migrations/20240301160000_index_email.down.sql holds no statement");
    the_history_builds_a_new_database(&mut project, dialect);
}

/// All revisions run in an empty database, and end in what the tool would have made.
fn the_history_builds_a_new_database(project: &mut Project, dialect: &'static str) {
    let mut fresh = Project::empty(dialect);
    fresh.write("ambix.toml", &project.read("ambix.toml"));
    for name in files(project) {
        fresh.write(&format!("ambix/versions/{name}"), &project.read(&format!("ambix/versions/{name}")));
    }
    fresh.ambix("upgrade head").done();
    let users = |project: &mut Project| {
        let schema = project.schema();
        let own = schema.schema().iter().filter(|(at, _)| at.to_string().contains("users"));
        own.map(|(at, object)| format!("{at} {object:?}")).collect::<Vec<_>>()
    };
    assert_eq!(users(&mut fresh), users(project));
}

fn files(project: &Project) -> Vec<String> {
    let entries = std::fs::read_dir(project.path().join("ambix/versions")).expect("it is there");
    entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect()
}

fn diesel_goes_on(dialect: &'static str) {
    let mut project = Project::of_tool("diesel", dialect);
    project.sql("CREATE TABLE users (id integer PRIMARY KEY, email varchar(255) NOT NULL)");
    project.sql(
        "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, \
         run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)",
    );
    project.sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('20240105090000')");
    project.ambix("import --from diesel").done().says("it is at 20240105090000; nothing was run");
    project.ambix("upgrade head").done().says("Running upgrade 20240212110000 -> 20240301160000, fill");
    project.ambix("downgrade 20240212110000").exits(2).says("down.sql holds no statement");
    assert_eq!(project.rows("SELECT version FROM __diesel_schema_migrations"), ["20240105090000"]);
}

/// The checksums are those that refinery itself made for these files.
fn refinery_goes_on(dialect: &'static str) {
    let mut project = Project::of_tool("refinery", dialect);
    project.sql("CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL)");
    project.sql("ALTER TABLE users ADD COLUMN phone text");
    project.sql("UPDATE users SET phone = ''");
    project.sql(
        "CREATE TABLE refinery_schema_history (version INT4 PRIMARY KEY, name VARCHAR(255), \
         applied_on VARCHAR(255), checksum VARCHAR(255))",
    );
    for (version, name, checksum) in
        [(1, "initial", "3358590559912595574"), (2, "add_phone", "18193100549925451672"), (4, "fill", "5")]
    {
        project.sql(&format!(
            "INSERT INTO refinery_schema_history VALUES ({version}, '{name}', '2024-01-05T09:00:00Z', '{checksum}')"
        ));
    }
    // U3 came later, and refinery would run it all the same.
    project
        .ambix("import --from refinery")
        .done()
        .says("1 revision without a body")
        .says("it is at V4; nothing was run");
    project.ambix("history").done().prints_lines(&[
        "V4 -> U3 (head), notes",
        "V2 -> V4, fill",
        "V1 -> V2, add phone",
        "<base> -> V1, initial",
    ]);
    project.ambix("upgrade head").done().says("Running upgrade V4 -> U3, notes");
    assert_eq!(project.rows("SELECT count(*) FROM notes"), ["0"]);
    let fresh = Project::of_tool("refinery", dialect);
    fresh.ambix("import --from refinery").done().says("refinery has applied nothing there");
    fresh
        .ambix("upgrade head")
        .exits(2)
        .says("revision V4 cannot be run here: refinery ran a migration in Rust for it, migrations/V4__fill.rs; nothing has run")
        .says("`ambix stamp V4`");
    fresh.ambix("upgrade V2").done();
}

fn sea_orm_is_taken_as_it_is(dialect: &'static str) {
    let mut project = Project::of_tool("sea-orm", dialect);
    project.sql("CREATE TABLE seaql_migrations (version varchar(255) NOT NULL PRIMARY KEY, applied_at bigint NOT NULL)");
    for version in ["m20220101_000001_create_table", "m20220102_000001_add_phone"] {
        project.sql(&format!("INSERT INTO seaql_migrations VALUES ('{version}', 1700000000)"));
    }
    project
        .ambix("import --from sea-orm")
        .done()
        .prints_lines(&[
            "ambix/versions/m20220101_000001_create_table.sql",
            "ambix/versions/m20220102_000001_add_phone.sql",
        ])
        .says("passed over migration/src/m20220103_000001_not_registered.rs")
        .says("2 revisions without a body")
        .says("it is at m20220102_000001; nothing was run");
    project.ambix("upgrade head").done().prints("Already there: at m20220102_000001");
    project.ambix("upgrade head --sql").done();
    project.ambix("downgrade base").exits(2).says("cannot be taken back here");
    project.ambix("upgrade base:head --sql").exits(2).says("revision m20220101_000001 cannot be run here");
    project.ambix("check --offline").exits(2).says("what 2 revisions in SQL do to it is not known");
    // The rest is written by ambix.
    project.ambix("revision -m 'the first of our own' --rev-id 0123456789ab").done();
    project.ambix("upgrade head").done().says("Running upgrade m20220102_000001 -> 0123456789ab");
    assert_eq!(project.rows("SELECT version_num FROM ambix_version"), ["0123456789ab"]);
}

fn alembic_goes_on(dialect: &'static str) {
    let mut project = Project::of_tool("alembic", dialect);
    project.sql("CREATE TABLE users (id integer NOT NULL PRIMARY KEY, email varchar(255) NOT NULL)");
    project.sql("CREATE INDEX ix_email ON users (email)");
    project.sql("INSERT INTO users (id, email) VALUES (1, 'a;b@example.org')");
    project.sql(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, \
         CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))",
    );
    project.sql("INSERT INTO alembic_version VALUES ('bbbb2222')");
    let spoken = elder(dialect).unwrap_or(dialect);
    let scripts = format!("--script up.{spoken}.sql --script down.{spoken}.sql");
    project
        .ambix(&format!("import --from alembic {scripts}"))
        .done()
        .says("Imported 4 revisions of alembic")
        .says("it is at bbbb2222; nothing was run")
        .never_says("without a body");
    project.ambix("current").done().prints("bbbb2222 (left)");
    project.ambix("upgrade heads").done().says("Running upgrade bbbb2222, cccc3333 -> dddd4444, merge");
    project.ambix("downgrade left@aaaa1111 --accept-data-loss").done();
    project.ambix("upgrade heads").done();
    assert_eq!(project.rows("SELECT version_num FROM alembic_version"), ["bbbb2222"]);
    assert_eq!(project.rows("SELECT email, phone FROM users"), ["a;b@example.org|null"]);
}

/// The table of Alembic itself will do as well: then both tools see the same.
fn alembic_shares_its_table(dialect: &'static str) {
    let spoken = elder(dialect).unwrap_or(dialect);
    let scripts = format!("--script up.{spoken}.sql --script down.{spoken}.sql");
    let mut shared = Project::of_tool("alembic", dialect);
    shared.edit("ambix.toml", "# version_table = \"ambix_version\"", "version_table = \"alembic_version\"");
    shared.ambix(&format!("import --from alembic {scripts}")).done();
    shared.ambix("upgrade heads").done();
    assert_eq!(shared.rows("SELECT version_num FROM alembic_version"), ["dddd4444"]);
    shared.ambix(&format!("import --from alembic {scripts}")).done().says("Already there: all 4 revisions");
    shared.ambix("downgrade base --accept-data-loss").done();
}
