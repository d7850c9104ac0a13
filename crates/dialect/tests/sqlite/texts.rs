//! Definitions as people write them: read, built anew from what was read, and the same to SQLite itself.

use crate::support::{Database, creation, rebuild};

/// Types, among them what SQLite has never heard of.
const TYPES: &[&str] = &[
    "",
    "INTEGER",
    "int",
    "INT",
    "Integer",
    "TINYINT",
    "SMALLINT",
    "MEDIUMINT",
    "BIGINT",
    "UNSIGNED BIG INT",
    "INT2",
    "INT8",
    "INT(11)",
    "BIGINT(20)",
    "INTEGER UNSIGNED",
    "CHARACTER(20)",
    "VARCHAR(255)",
    "varchar",
    "VARYING CHARACTER(255)",
    "NCHAR(55)",
    "NATIVE CHARACTER(70)",
    "NVARCHAR(100)",
    "TEXT",
    "text(100)",
    "CLOB",
    "BLOB",
    "REAL",
    "DOUBLE",
    "DOUBLE PRECISION",
    "FLOAT",
    "float(10,2)",
    "NUMERIC",
    "NUMERIC(18)",
    "DECIMAL(10,5)",
    "DECIMAL(10, 5)",
    "decimal",
    "DECIMAL(10,-2)",
    "BOOLEAN",
    "BOOL",
    "DATE",
    "DATETIME",
    "DATETIME(6)",
    "TIMESTAMP",
    "TIMESTAMP WITH TIME ZONE",
    "TIME",
    "UUID",
    "GUID",
    "JSON",
    "JSONB",
    "MONEY",
    "ANY",
    "STRING",
    "LONGVARCHAR",
    "LONGTEXT",
    "TINYBLOB",
    "BYTEA",
    "BINARY(16)",
    "VARBINARY(16)",
    "YEAR",
    "ENUM",
    "POINT",
    "GEOMETRY(4326)",
    "SERIAL",
    "INTERVAL",
    "INET",
    "\"my type\"",
    "`type`",
    "'quoted'",
    "text[]",
    "FLOATING POINT",
    "CHARINT",
    "XBLOBX",
    "text /* why */ long",
    "_x",
    "ünïcode",
];

/// What can stand behind a type.
const CONSTRAINTS: &[&str] = &[
    "NOT NULL",
    "NULL",
    "not null ON CONFLICT REPLACE",
    "NOT NULL ON CONFLICT ABORT",
    "CONSTRAINT nn NOT NULL",
    "UNIQUE",
    "UNIQUE ON CONFLICT IGNORE",
    "CONSTRAINT \"a u\" UNIQUE",
    "PRIMARY KEY",
    "PRIMARY KEY ASC",
    "PRIMARY KEY DESC",
    "PRIMARY KEY ON CONFLICT FAIL",
    "CONSTRAINT pk PRIMARY KEY",
    "CHECK (c > 0)",
    "CHECK (c IN ('a', \"b\", 3) OR [c] IS NULL)",
    "CONSTRAINT ck CHECK (typeof(c) <> 'x')",
    "DEFAULT 5",
    "DEFAULT -5",
    "DEFAULT + 5",
    "DEFAULT - 5",
    "DEFAULT 5.0",
    "DEFAULT 1e3",
    "DEFAULT .5",
    "DEFAULT -0",
    "DEFAULT 0x1F",
    "DEFAULT 'it''s'",
    "DEFAULT ''",
    "DEFAULT \"dq\"",
    "DEFAULT [br]",
    "DEFAULT `bt`",
    "DEFAULT bare",
    "DEFAULT x'00ff'",
    "DEFAULT X''",
    "DEFAULT TRUE",
    "DEFAULT false",
    "DEFAULT NULL",
    "DEFAULT (NULL)",
    "DEFAULT (1 + 2)",
    "DEFAULT ('a' || 'b')",
    "DEFAULT ((((7))))",
    "DEFAULT (-7)",
    "DEFAULT ('5')",
    "DEFAULT '5'",
    "DEFAULT '5.0'",
    "DEFAULT ' 5 '",
    "DEFAULT '1e2'",
    "DEFAULT (abs(-3))",
    "DEFAULT 9223372036854775807",
    "DEFAULT 9223372036854775808",
    "DEFAULT 12345678901234567890.12345",
    "DEFAULT '-- no comment'",
    "DEFAULT 'a\nb'",
    "DEFAULT (x'00')",
    "DEFAULT (CASE WHEN 1 THEN 'x' END)",
    "COLLATE NOCASE",
    "COLLATE rtrim",
    "COLLATE binary",
    "COLLATE \"NOCASE\"",
    "REFERENCES p",
    "REFERENCES p (id)",
    "REFERENCES P(ID)",
    "REFERENCES \"p\" ON DELETE CASCADE",
    "REFERENCES p ON UPDATE SET NULL ON DELETE RESTRICT",
    "REFERENCES p ON DELETE SET DEFAULT",
    "REFERENCES p ON DELETE NO ACTION",
    "REFERENCES p MATCH FULL",
    "REFERENCES p MATCH SIMPLE ON DELETE CASCADE",
    "REFERENCES p DEFERRABLE",
    "REFERENCES p NOT DEFERRABLE",
    "REFERENCES p DEFERRABLE INITIALLY DEFERRED",
    "REFERENCES p DEFERRABLE INITIALLY IMMEDIATE",
    "REFERENCES p NOT DEFERRABLE INITIALLY DEFERRED",
    "CONSTRAINT f REFERENCES p (k)",
    "REFERENCES gone",
    "REFERENCES gone (x) ON DELETE CASCADE",
    "REFERENCES t (c)",
    "REFERENCES t",
    "REFERENCES p REFERENCES gone",
    "CONSTRAINT a CONSTRAINT b NOT NULL",
    "CONSTRAINT trailing",
    "AS (1 + 1)",
    "AS (lower(d)) STORED",
    "GENERATED ALWAYS AS (d || 'x') VIRTUAL",
    "GENERATED ALWAYS AS (d) STORED NOT NULL",
    "NOT NULL DEFAULT 1 UNIQUE",
    "DEFAULT 1 NOT NULL CHECK (c > 0) CHECK (c < 9) COLLATE NOCASE REFERENCES p",
    "DEFAULT 1 DEFAULT 2",
];

/// Whole definitions; `p` and its keys are there already.
const TABLES: &[&str] = &[
    "CREATE TABLE t (a, b, c)",
    "CREATE TABLE t(a,b,PRIMARY KEY(a,b))",
    "CREATE TABLE t (a, b, PRIMARY KEY (b DESC, a COLLATE NOCASE))",
    "CREATE TABLE t (a TEXT, b INT, PRIMARY KEY (a, b)) WITHOUT ROWID",
    "CREATE TABLE t (a TEXT COLLATE NOCASE, b INT, PRIMARY KEY (a COLLATE NOCASE DESC, b)) WITHOUT ROWID",
    "CREATE TABLE t (a INTEGER PRIMARY KEY, b) WITHOUT ROWID",
    "CREATE TABLE t (a INTEGER, b, PRIMARY KEY (a DESC)) WITHOUT ROWID",
    "CREATE TABLE t (a INTEGER, b, PRIMARY KEY (a DESC))",
    "CREATE TABLE t (a INTEGER PRIMARY KEY DESC, b)",
    "CREATE TABLE t (a INTEGER CONSTRAINT pk_t PRIMARY KEY ON CONFLICT REPLACE AUTOINCREMENT, b)",
    "CREATE TABLE t (a INTEGER, b, PRIMARY KEY (a AUTOINCREMENT))",
    "CREATE TABLE t (a INTEGER, b, CONSTRAINT pk_t PRIMARY KEY (a))",
    "CREATE TABLE t (a INT PRIMARY KEY, b)",
    "CREATE TABLE t (a BIGINT PRIMARY KEY NOT NULL, b)",
    "CREATE TABLE t (a \"INTEGER\" PRIMARY KEY, b)",
    "CREATE TABLE t (a TEXT PRIMARY KEY, b)",
    "CREATE TABLE t (a TEXT NOT NULL PRIMARY KEY, b)",
    "CREATE TABLE t (a TEXT NOT NULL ON CONFLICT IGNORE PRIMARY KEY ON CONFLICT REPLACE, b)",
    "CREATE TABLE t (a INTEGER NOT NULL PRIMARY KEY, b)",
    "CREATE TABLE t (a INT, b REAL, c TEXT, d BLOB, e ANY, f INTEGER NOT NULL) STRICT",
    "CREATE TABLE t (a TEXT PRIMARY KEY, b ANY DEFAULT '5', c ANY DEFAULT 5.0) STRICT",
    "CREATE TABLE t (a INT PRIMARY KEY, b TEXT) WITHOUT ROWID, STRICT",
    "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT) strict",
    "CREATE TABLE t (a, b, UNIQUE (a), UNIQUE (b, a), UNIQUE (a))",
    "CREATE TABLE t (a, b, UNIQUE (a DESC, b COLLATE NOCASE) ON CONFLICT ROLLBACK)",
    "CREATE TABLE t (a, b, UNIQUE (a) UNIQUE (b) CHECK (a > b) FOREIGN KEY (a) REFERENCES p)",
    "CREATE TABLE t (a, b, CONSTRAINT x UNIQUE (a), CONSTRAINT y CHECK (a <> b), CONSTRAINT z FOREIGN KEY (a) REFERENCES p (id))",
    "CREATE TABLE t (a, b, CONSTRAINT x CHECK (a > 0), CONSTRAINT x CHECK (b > 0))",
    "CREATE TABLE t (a, b, CHECK (a > 0) ON CONFLICT REPLACE, CHECK (((b))))",
    "CREATE TABLE t (a, b, PRIMARY KEY (a), UNIQUE (a))",
    "CREATE TABLE t (a, b, FOREIGN KEY (a, b) REFERENCES two (x, y) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED)",
    "CREATE TABLE t (a, b, FOREIGN KEY (a, b) REFERENCES two)",
    "CREATE TABLE t (a, b REFERENCES t (a), FOREIGN KEY (b) REFERENCES t (a) ON UPDATE CASCADE, UNIQUE (a))",
    "CREATE TABLE \"t\" (\"a\" INTEGER, 'b' TEXT, [c] TEXT, `d` TEXT, \"e \"\"f\" TEXT, [g\"h] TEXT, \"i]j\" TEXT)",
    "CREATE TABLE [t] ([select] INT, \"from\" INT, `where` INT, \"order\" INT CHECK (\"order\" > [select]))",
    "CREATE TABLE t (a INT, -- first\n b TEXT /* second, (with) signs */, /* c INT, */ d INT) -- end",
    "CREATE TABLE main.t (a INT, b TEXT)",
    "CREATE TABLE IF NOT EXISTS t (a INT)",
    "CREATE TABLE main . \"t\" (a INT)",
    "create table T (A int, b Text, check (A > B))",
    "CREATE TABLE t (\n\ta\tINTEGER\t,\r\n\tb TEXT\n)",
    "CREATE TABLE t (a INT CHECK(a>0)CHECK(a<9)NOT NULL DEFAULT(1)UNIQUE)",
    "CREATE TABLE t (a INT, b INT AS (a * 2), c INT AS (b + 1) STORED, d TEXT GENERATED ALWAYS AS (json_extract(a, '$.x')))",
    "CREATE TABLE t (a INT, b TEXT AS ('x' || a || \"a\") CHECK (b <> '') UNIQUE)",
    "CREATE TABLE t (a TEXT CHECK (a GLOB '*[0-9]*' AND a NOT LIKE '%\\_%' ESCAPE '\\'))",
    "CREATE TABLE t (a TEXT CHECK (json_valid(a)), b CHECK (b -> '$.x' IS NOT NULL))",
    "CREATE TABLE t (a CHECK (CASE WHEN a THEN 1 ELSE 0 END), b CHECK (b BETWEEN 1 AND 3), c CHECK (c ISNULL OR c NOTNULL))",
    "CREATE TABLE t (a CHECK (a IS NOT 3 AND a == 4 AND a != 5), b CHECK (~b | 1 << 2), c CHECK (-c < +3))",
    "CREATE TABLE t (a CHECK (a COLLATE NOCASE = 'x'), b CHECK (CAST(b AS INTEGER) = b), c CHECK (length(c) <= 10))",
    "CREATE TABLE t (\"é\" TEXT, 表 INT, \"🦀\" TEXT DEFAULT '🦀', CHECK (表 > 0))",
    "CREATE TABLE t (a$b INT, c1 INT, _d INT)",
    "CREATE TABLE t (rowid TEXT, oid INT, _rowid_ TEXT)",
    "CREATE TABLE t (a TEXT DEFAULT (datetime('now')), b INT DEFAULT (strftime('%s', 'now')), c DEFAULT (random()))",
    "CREATE TABLE t (a DEFAULT CURRENT_TIMESTAMP, b DEFAULT current_date, c DEFAULT (CURRENT_TIME), d DEFAULT (unixepoch()))",
    "CREATE TABLE t (a INT NOT NULL CONSTRAINT one DEFAULT 3 CONSTRAINT two CHECK (a > 0) CONSTRAINT three REFERENCES p (id))",
    "CREATE TABLE t (key INT, value TEXT, desc TEXT, type TEXT, abort INT, temp INT, cascade INT, rename TEXT)",
    "CREATE TABLE t (a INT, CONSTRAINT last)",
    "CREATE TABLE t AS SELECT 1 AS a, 'x' AS b, 2.5 AS \"c d\", NULL AS e",
];

/// Indexes of `CREATE TABLE t (a INT, b TEXT COLLATE NOCASE, c)`.
const INDEXES: &[&str] = &[
    "CREATE INDEX i ON t (a)",
    "CREATE INDEX main.i ON t (a)",
    "CREATE INDEX IF NOT EXISTS \"i\" ON \"t\" (\"a\" ASC, [b] DESC, `c`)",
    "create unique index i on T(A desc,B)",
    "CREATE INDEX i ON t (a COLLATE NOCASE, b COLLATE BINARY DESC, c COLLATE rtrim)",
    "CREATE INDEX i ON t (b COLLATE NOCASE)",
    "CREATE INDEX i ON t (lower(b), a + 1, (c) COLLATE NOCASE)",
    "CREATE INDEX i ON t (lower(b) COLLATE NOCASE DESC)",
    "CREATE INDEX i ON t ((a), ((b)))",
    "CREATE INDEX i ON t (a || b COLLATE NOCASE)",
    "CREATE INDEX i ON t (CASE WHEN a THEN b ELSE c END)",
    "CREATE INDEX i ON t (a, a)",
    "CREATE INDEX i ON t (json_extract(c, '$.x'), c ->> 'y')",
    "CREATE INDEX i ON t (substr(b, 1, 3), -a)",
    "CREATE INDEX i ON t (a) WHERE b IS NOT NULL",
    "CREATE UNIQUE INDEX i ON t (a) WHERE b = 'x' AND (c > 3 OR c IS NULL)",
    "CREATE INDEX i ON t (a) WHERE b IN ('x', \"y\") -- why",
    "CREATE INDEX i ON t (a) /* what */ WHERE a > 0",
    "CREATE INDEX i ON t (a) WHERE b LIKE 'x%'",
    "CREATE INDEX i ON t (a IS NULL, b = 'x')",
    "CREATE INDEX [i \"x\" 'y'] ON t (a)",
];

/// What SQLite itself says of a schema, without our readers: its pragmas, and the values its defaults give,
/// those of the clock and of chance aside.
async fn told(database: &mut Database) -> Vec<String> {
    const SAID: [&str; 4] = [
        "SELECT 'table', name, ncol, wr, strict FROM pragma_table_list WHERE schema = 'main' ORDER BY name",
        "SELECT 'column', m.name, c.name, replace(replace(upper(c.type), ' ', ''), '/*WHY*/', ''), c.\"notnull\" AND (c.pk = 0 OR upper(c.type) <> 'INTEGER'), c.pk, c.hidden, c.dflt_value IS NULL OR lower(c.dflt_value) IN ('null', '(null)')
         FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) c WHERE m.type = 'table' ORDER BY 2, c.cid",
        "SELECT 'index', m.name, iif(i.origin = 'c', i.name, ''), i.\"unique\", i.origin, i.partial, group_concat(iif(k.key, concat_ws(' ', k.name, k.cid < 0, k.desc, upper(k.coll)), ''), ',')
         FROM sqlite_schema m JOIN pragma_index_list(m.name) i JOIN pragma_index_xinfo(i.name) k WHERE m.type = 'table'
         GROUP BY m.name, i.name ORDER BY 2, 3, 5, 7",
        "SELECT 'reference', m.name, lower(f.\"table\"), f.\"from\", f.on_update, f.on_delete, f.seq
         FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY 2, 3, 4, 5, 6, 7",
    ];
    let mut all = Vec::new();
    for said in SAID {
        all.extend(database.texts(said).await);
    }
    if database
        .try_run("SAVEPOINT trial; DELETE FROM t; INSERT OR IGNORE INTO t DEFAULT VALUES")
        .await
        .is_ok()
    {
        let names = database
            .texts(
                "SELECT name FROM pragma_table_xinfo('t') WHERE coalesce(dflt_value, '') NOT LIKE '%random%'
                 AND coalesce(dflt_value, '') NOT LIKE '%now%' AND coalesce(dflt_value, '') NOT LIKE '%epoch%'
                 AND coalesce(dflt_value, '') NOT LIKE '%current_%'",
            )
            .await;
        for name in names {
            let quoted = name.replace('"', "\"\"");
            all.extend(
                database.texts(&format!("SELECT typeof(\"{quoted}\"), quote(\"{quoted}\") FROM t")).await,
            );
        }
    }
    // The transaction may be gone already: a conflict clause can say so.
    database.try_run("ROLLBACK TO trial; RELEASE trial").await.ok();
    all
}

/// Whether a text is one that SQLite takes; those that it does not take say nothing.
async fn database_of(script: &str) -> Option<Database> {
    const BEFORE: &str = "CREATE TABLE p (id INTEGER PRIMARY KEY, k TEXT UNIQUE);
        CREATE TABLE two (x INT, y INT, PRIMARY KEY (x, y));";
    let mut database = Database::with(BEFORE).await;
    database.try_run(script).await.is_ok().then_some(database)
}

async fn problems(script: &str) -> Option<Vec<String>> {
    let mut database = database_of(script).await?;
    let mut found = Vec::new();
    let first = database.canonical().await;
    if let Some(other) = first.schema().unmodelled.first() {
        found.push(format!("{} {}", other.kind, other.name));
    }
    let said = told(&mut database).await;
    let mut copy = Database::new().await;
    if let Err(error) = copy.try_change(&creation(first.schema())).await {
        return Some(vec![error]);
    }
    if copy.canonical().await != first {
        found.push("read differently from the copy".into());
    }
    let said_of_copy = told(&mut copy).await;
    let differing = |other: &[String]| {
        let lost = said.iter().filter(|line| !other.contains(line)).map(|line| format!("- {line}"));
        let new = other.iter().filter(|line| !said.contains(line)).map(|line| format!("+ {line}"));
        lost.chain(new).collect::<Vec<_>>()
    };
    found.extend(differing(&said_of_copy));
    let tables: Vec<_> = first.schema().tables().collect();
    for table in tables {
        let statement = rebuild(first.schema(), table.name.as_str(), &[]);
        if let Err(error) = database.try_change(&[statement]).await {
            found.push(error);
        }
    }
    if database.canonical().await != first {
        found.push("read differently after a rebuild".into());
    }
    found.extend(differing(&told(&mut database).await));
    Some(found)
}

async fn all_stay(scripts: Vec<String>) {
    let (mut taken, mut wrong) = (0, Vec::new());
    for script in scripts {
        let Some(found) = problems(&script).await else { continue };
        taken += 1;
        if !found.is_empty() {
            wrong.push(format!("{script}\n    {}", found.join("\n    ")));
        }
    }
    assert!(taken > 15, "only {taken} of the texts are taken");
    assert!(wrong.is_empty(), "{} of {taken}\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn every_type_stays_as_it_was_declared() {
    let table = |ty: &&str| format!("CREATE TABLE t (c {ty}, d TEXT)");
    let required = |ty: &&str| format!("CREATE TABLE t (c {ty} NOT NULL DEFAULT '5' PRIMARY KEY, d TEXT)");
    all_stay(TYPES.iter().map(table).chain(TYPES.iter().map(required)).collect()).await;
}

#[tokio::test]
async fn every_constraint_of_a_column_stays() {
    let mut scripts = Vec::new();
    for constraint in CONSTRAINTS {
        for ty in ["", "INTEGER", "TEXT", "DECIMAL(10, 2)", "BOOLEAN"] {
            scripts.push(format!("CREATE TABLE t (c {ty} {constraint}, d TEXT)"));
        }
        scripts.push(format!("CREATE TABLE t (d TEXT PRIMARY KEY, c INTEGER {constraint}) WITHOUT ROWID"));
        scripts.push(format!("CREATE TABLE t (d TEXT, c INTEGER {constraint}) STRICT"));
    }
    for (place, first) in CONSTRAINTS.iter().enumerate() {
        // Each with one other, so that order and neighbours are tried too.
        let second = CONSTRAINTS[(place * 7 + 3) % CONSTRAINTS.len()];
        scripts.push(format!("CREATE TABLE t (c TEXT {first} {second}, d TEXT)"));
        scripts.push(format!("CREATE TABLE t (d TEXT, c INTEGER {second}\n{first})"));
    }
    all_stay(scripts).await;
}

#[tokio::test]
async fn whole_definitions_stay() {
    all_stay(TABLES.iter().map(|text| (*text).to_owned()).collect()).await;
}

#[tokio::test]
async fn indexes_stay() {
    let script = |index: &&str| format!("CREATE TABLE t (a INT, b TEXT COLLATE NOCASE, c); {index}");
    all_stay(INDEXES.iter().map(script).collect()).await;
}
