//! SQLite live: what is rendered builds, what is built reads back, and a rebuild loses nothing.

use std::str::FromStr;

use ambix_dialect::{Canonical, CatalogRows, Dialect, Sqlite, Statement, TableImage, normalize};
use ambix_schema::{
    Address, Change, Column, ColumnDefault, Identity, IdentityMode, Index, IndexKey, Kind, Literal, Name,
    Object, PrimaryKey, Schema, Silent, Table, TableName, Type,
};
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row, SqliteConnection};

/// A database in memory.
struct Database(SqliteConnection);

impl Database {
    async fn new() -> Self {
        // As a runner opens it: the connection that changes tables does not enforce foreign keys.
        let options = SqliteConnectOptions::from_str("sqlite::memory:").unwrap().foreign_keys(false);
        Self(options.connect().await.unwrap())
    }

    async fn with(script: &str) -> Self {
        let mut database = Self::new().await;
        database.run(script).await;
        database
    }

    async fn run(&mut self, script: &str) {
        self.try_run(script).await.unwrap_or_else(|error| panic!("{error}\n{script}"));
    }

    async fn try_run(&mut self, script: &str) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(AssertSqlSafe(script.to_owned())).execute(&mut self.0).await.map(|_| ())
    }

    /// Runs statements in a transaction, one by one, and checks foreign keys, as a runner does.
    async fn change(&mut self, statements: &[Statement]) {
        let mut sql = vec!["BEGIN IMMEDIATE".to_owned()];
        for statement in statements {
            sql.extend(Sqlite::default().render(statement).unwrap());
        }
        for one in sql {
            self.run(&one).await;
        }
        assert_eq!(self.rows("PRAGMA foreign_key_check").await, Vec::<Vec<Option<String>>>::new());
        self.run("COMMIT").await;
    }

    async fn rows(&mut self, sql: &str) -> Vec<Vec<Option<String>>> {
        let rows = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).fetch_all(&mut self.0).await.unwrap();
        rows.iter().map(cells).collect()
    }

    async fn texts(&mut self, sql: &str) -> Vec<String> {
        let text = |row: Vec<Option<String>>| {
            row.into_iter().map(|cell| cell.unwrap_or_else(|| "NULL".into())).collect::<Vec<_>>().join("|")
        };
        self.rows(sql).await.into_iter().map(text).collect()
    }

    async fn read(&mut self) -> Schema {
        let sqlite = Sqlite::default();
        let mut rows = CatalogRows::default();
        for query in sqlite.catalog() {
            let answer = self.rows(query.sql).await;
            assert!(answer.iter().all(|row| row.len() == query.columns.len()), "{}", query.name);
            rows.insert(query, answer);
        }
        sqlite.read_catalog(&rows).unwrap()
    }

    async fn canonical(&mut self) -> Canonical {
        normalize(self.read().await, &Sqlite::default())
    }

    async fn integrity(&mut self) {
        assert_eq!(self.texts("PRAGMA integrity_check").await, ["ok"]);
    }
}

fn cells(row: &SqliteRow) -> Vec<Option<String>> {
    (0..row.len()).map(|at| row.get_unchecked::<Option<String>, _>(at)).collect()
}

/// All statements that build a schema from nothing.
fn creation(schema: &Schema) -> Vec<Statement> {
    let mut statements = Vec::new();
    for name in schema.tables() {
        let image = TableImage::of(schema, &name).unwrap();
        let indexes: Vec<Statement> = image
            .indexes
            .iter()
            .map(|(at, index)| Statement::Create { at: at.clone(), object: index.clone().into() })
            .collect();
        statements.push(Statement::CreateTable(image));
        statements.extend(indexes);
    }
    statements
}

/// Reads a schema, builds it elsewhere from what was read, and reads it again.
async fn round_trip(script: &str) -> Canonical {
    let mut database = Database::with(script).await;
    let first = database.canonical().await;
    assert_eq!(normalize(first.schema().clone(), &Sqlite::default()), first, "idempotent: {script}");
    let mut copy = Database::new().await;
    copy.change(&creation(first.schema())).await;
    let second = copy.canonical().await;
    assert_eq!(second, first, "{script}");
    assert_eq!(second.schema().columns(&"t".into()).len(), first.schema().columns(&"t".into()).len());
    first
}

fn column<'a>(schema: &'a Canonical, table: &str, name: &str) -> &'a Column {
    schema.schema().get(&Address::column(table, name)).and_then(Object::as_column).unwrap()
}

#[tokio::test]
async fn what_is_read_builds_the_same_again() {
    let scripts = [
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT NOT NULL DEFAULT 'it''s', b BOOLEAN DEFAULT 1,
           c DECIMAL(10,2) DEFAULT 1.50, d DATETIME DEFAULT CURRENT_TIMESTAMP, e DEFAULT hello, f DEFAULT \"q\",
           g INT DEFAULT -5, h TEXT DEFAULT (lower('X') || 'y'), i BLOB DEFAULT x'00ff', j REAL DEFAULT 1e2)",
        "CREATE TABLE t (a INT, b INT, PRIMARY KEY (b, a)) WITHOUT ROWID",
        "CREATE TABLE t (a INT PRIMARY KEY, b TEXT, c ANY) STRICT, WITHOUT ROWID",
        "CREATE TABLE t (a INTEGER PRIMARY KEY) STRICT",
        "CREATE TABLE p (id INTEGER PRIMARY KEY, k TEXT UNIQUE);
         CREATE TABLE t (a REFERENCES p, b CONSTRAINT fk_b REFERENCES P(K) ON DELETE SET NULL ON UPDATE CASCADE
           NOT DEFERRABLE INITIALLY DEFERRED, c INT REFERENCES p (id) MATCH FULL DEFERRABLE INITIALLY DEFERRED,
           d INT, e INT, CONSTRAINT two FOREIGN KEY (d, e) REFERENCES gone (x, y) ON DELETE RESTRICT,
           FOREIGN KEY (e) REFERENCES p (ID) ON DELETE SET DEFAULT DEFERRABLE)",
        "CREATE TABLE t (a INT CHECK (a > 0) CHECK (a < 9), b TEXT COLLATE NOCASE UNIQUE,
           c INT GENERATED ALWAYS AS (a + 1) STORED, d AS (a * 2), CONSTRAINT ck CHECK (a <> b) UNIQUE (a, b),
           CONSTRAINT ck CHECK (b IN ('x', \"y\")), CHECK (a IS NOT NULL))",
        "CREATE TABLE [t](`a` int, \"b c\" varchar(10) /* , x */ not null, -- )\n 'd' text, [e\"f] int, g)",
        "CREATE TABLE t (a TEXT COLLATE NOCASE, b INT, c TEXT);
         CREATE UNIQUE INDEX i1 ON t (a, b DESC) WHERE b > 0 AND c IS NOT NULL;
         CREATE INDEX i2 ON t (lower(a), b + 1 DESC, c COLLATE RTRIM, a COLLATE BINARY);
         CREATE INDEX i3 ON t ((b), lower(c) COLLATE NOCASE); CREATE INDEX i4 ON t (c || a COLLATE BINARY)",
        "CREATE TABLE t (id BIGINT PRIMARY KEY, u UUID, j JSON, ts TIMESTAMPTZ, n NVARCHAR(5), m MONEY)",
        "CREATE TABLE t AS SELECT 1 AS a, 'x' AS \"b b\", 2.5 AS c",
    ];
    for script in scripts {
        let schema = round_trip(script).await;
        assert!(schema.schema().unmodelled.is_empty(), "{script}: {:?}", schema.schema().unmodelled);
    }
}

#[tokio::test]
async fn each_facet_is_read_as_it_is_declared() {
    let mut database = Database::with(
        "CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER);
         CREATE TABLE t (id INTEGER PRIMARY KEY, x INT CHECK (x > 0), y INT, Z INT COLLATE rtrim UNIQUE
           REFERENCES P DEFERRABLE INITIALLY DEFERRED, v INT AS (x) VIRTUAL);
         CREATE TABLE k (a INTEGER, b INTEGER, PRIMARY KEY (a, b));
         CREATE INDEX ix ON t (Y, (X), x + 1)",
    )
    .await;
    let schema = database.canonical().await;
    let mode = |table: &str, name: &str| column(&schema, table, name).identity.as_ref().map(|it| it.mode);
    assert_eq!(mode("p", "id"), Some(IdentityMode::Auto));
    assert_eq!(mode("t", "id"), Some(IdentityMode::RowId));
    assert_eq!(mode("k", "a"), None);
    assert_eq!(column(&schema, "t", "Z").collation.as_deref(), Some("RTRIM"));
    assert!(!column(&schema, "t", "v").generated.as_ref().unwrap().is_stored);
    let key = schema.schema().get(&Address::part("t", Kind::ForeignKey, "t_Z_fkey")).unwrap();
    let key = key.as_foreign_key().unwrap();
    assert_eq!(key.references, ("p".into(), vec!["id".into()]));
    assert_eq!(key.deferrable, ambix_schema::Deferrable::InitiallyDeferred);
    let check = Address::part("t", Kind::Check, "t_x_check");
    assert!(schema.schema().is_implied(&check, ambix_schema::Facet::Name));
    let index = schema.schema().get(&Address::part("t", Kind::Index, "ix")).unwrap().as_index().unwrap();
    let keys = [IndexKey::column("y"), IndexKey::column("x"), IndexKey::expr("x + 1")];
    assert_eq!(index.keys, keys);
}

#[tokio::test]
async fn what_is_not_modelled_is_noted() {
    let mut database = Database::with(
        "CREATE TABLE t (a INT PRIMARY KEY ON CONFLICT REPLACE, b TEXT UNIQUE COLLATE NOCASE);
         CREATE VIEW v AS SELECT a FROM t;
         CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END;
         CREATE VIRTUAL TABLE ft USING fts5(x);
         CREATE TABLE sqlitex (a)",
    )
    .await;
    let schema = database.read().await;
    let kinds: Vec<(&str, &str)> =
        schema.unmodelled.iter().map(|it| (it.kind.as_str(), it.name.as_str())).collect();
    for expected in [
        ("conflict clause", "a"),
        ("view", "v"),
        ("trigger", "tr"),
        ("virtual table", "ft"),
        ("shadow table", "ft_data"),
    ] {
        assert!(kinds.contains(&expected), "{expected:?} in {kinds:?}");
    }
    let tables: Vec<TableName> = schema.tables().collect();
    assert_eq!(tables, ["sqlitex".into(), "t".into()]);
}

#[tokio::test]
async fn hostile_names_survive() {
    let mut names: Vec<String> = [
        "a\"b",
        "a`b",
        "a'b",
        "a\\b",
        "a;b",
        "a.b",
        "a b",
        " a",
        "a ",
        "Select",
        "user",
        "order",
        "group",
        "🦀",
        "\u{e9}",
        "e\u{301}",
        "a\u{200d}b",
        "a\u{202e}b",
        "\u{1b}[31m",
        "a\nb",
        "a\rb",
        "a\tb",
        "-- x",
        "/* x */",
        "$$",
        "$1",
        "%s",
        "{}",
        "{0}",
        "\\n",
        "r#type",
        "self",
        "crate",
        "fn",
        "1abc",
        "pg_x",
        "con",
        "..",
        "a/b",
        "[x]",
        "[",
        "]",
        "true",
        "rowid",
        "x') --",
    ]
    .map(str::to_owned)
    .to_vec();
    names.push("é".repeat(32));
    names.push("x".repeat(300));
    let mut schema = Schema::new();
    for (number, name) in names.iter().enumerate() {
        let table = TableName::new(name.as_str());
        schema.insert(Address::table(&table), Table::default());
        schema.insert(Address::column(&table, "id"), Column::new(Type::BigInt));
        let mut column = Column::new(Type::Text);
        column.position = Silent(2);
        column.default = Some(ColumnDefault::Literal(Literal::Text(name.clone())));
        schema.insert(Address::column(&table, name.as_str()), column);
        let key =
            PrimaryKey { name: None, columns: vec!["id".into()], deferrable: ambix_schema::Deferrable::No };
        schema.insert(Address::primary_key(&table), key);
        let index = Index::new(vec![IndexKey::column(name.as_str())]);
        schema.insert(Address::part(&table, Kind::Index, format!("{name} ix{number}")), index);
        let unique = ambix_schema::Unique {
            columns: vec![name.as_str().into()],
            include: Vec::new(),
            nulls_not_distinct: false,
            deferrable: ambix_schema::Deferrable::No,
        };
        schema.insert(Address::part(&table, Kind::Unique, format!("{name} uq")), unique);
        let key = ambix_schema::ForeignKey::new(
            vec![name.as_str().into()],
            table.clone(),
            vec![name.as_str().into()],
        );
        schema.insert(Address::part(&table, Kind::ForeignKey, format!("{name} fk")), key);
    }
    let schema = normalize(schema, &Sqlite::default());
    let mut database = Database::new().await;
    database.change(&creation(schema.schema())).await;
    let read = database.canonical().await;
    assert_eq!(read, schema);
    assert!(read.schema().unmodelled.is_empty());
    for name in &names {
        let image = TableImage::of(read.schema(), &name.as_str().into()).unwrap();
        let copied = image.columns.iter().map(|(name, _)| (name.clone(), name.clone())).collect();
        database
            .change(&[Statement::RebuildTable {
                before: image.clone(),
                after: image,
                copied,
                keep: Vec::new(),
            }])
            .await;
    }
    assert_eq!(database.canonical().await, schema);
}

/// The rebuild that takes a table of a database through changes.
fn rebuild(schema: &Schema, table: &str, changes: &[Change]) -> Statement {
    let name = TableName::new(table);
    let before = TableImage::of(schema, &name).unwrap();
    let mut changed = schema.clone();
    for change in changes {
        changed.apply(change).unwrap();
    }
    let after = TableImage::of(&changed, &name).unwrap();
    let copied = before
        .columns
        .iter()
        .filter(|(name, _)| after.columns.iter().any(|(own, _)| own == name))
        .map(|(name, _)| (name.clone(), name.clone()))
        .collect();
    let keep = schema
        .unmodelled
        .iter()
        .filter(|it| it.on.as_ref() == Some(&name) || it.kind == "view")
        .cloned()
        .collect();
    Statement::RebuildTable { before, after, copied, keep }
}

const SHOP: &str = "
    CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, age INT CHECK (age > 0), up AS (upper(name)));
    CREATE INDEX ix_name ON users (name) WHERE age > 1;
    CREATE TABLE log (line TEXT);
    CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INT REFERENCES users ON DELETE CASCADE);
    CREATE VIEW adults AS SELECT id, name FROM users WHERE age > 17;
    CREATE VIEW names AS SELECT name FROM adults;
    CREATE TRIGGER on_adults INSTEAD OF INSERT ON adults BEGIN INSERT INTO users (name) VALUES (new.name); END;
    CREATE TRIGGER on_users AFTER UPDATE OF name ON users BEGIN INSERT INTO log VALUES (old.name || ';' || new.name); END;
    CREATE TRIGGER on_posts AFTER INSERT ON posts BEGIN UPDATE users SET name = name || '+' WHERE id = new.user_id; END;
    INSERT INTO users (id, name, age) VALUES (3, 'a', 20), (7, 'b', 30), (9, 'gone', 1);
    DELETE FROM users WHERE id = 9;
    INSERT INTO posts VALUES (1, 3), (2, 7);
    DELETE FROM log;
";

#[tokio::test]
async fn a_rebuild_keeps_rows_and_all_that_hangs_on_the_table() {
    let mut database = Database::with(SHOP).await;
    let before = database.canonical().await;
    let others = "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' AND name <> 'users'
                  ORDER BY name";
    let (before_others, before_users) =
        (database.texts(others).await, database.texts("SELECT * FROM users ORDER BY id").await);

    let at = Address::column("users", "name");
    let from = before.schema().get(&at).unwrap().clone();
    let mut to = from.clone();
    if let Object::Column(column) = &mut to {
        column.is_nullable = false;
        column.default = Some(ColumnDefault::Literal(Literal::Text("nobody".into())));
    }
    let change = Change::Alter { at, from, to, using: None };
    database.change(&[rebuild(before.schema(), "users", std::slice::from_ref(&change))]).await;

    let mut expected = before.schema().clone();
    expected.apply(&change).unwrap();
    assert_eq!(database.canonical().await.schema(), &expected);
    assert_eq!(database.texts("SELECT * FROM users ORDER BY id").await, before_users);
    assert_eq!(database.texts(others).await, before_others);
    assert_eq!(database.texts("SELECT * FROM posts").await, ["1|3", "2|7"]);

    database.run("PRAGMA foreign_keys = ON").await;
    database.run("INSERT INTO adults (name) VALUES ('new')").await;
    assert_eq!(database.texts("SELECT max(id) FROM users").await, ["10"], "9 was given before");
    database.run("INSERT INTO posts VALUES (3, 7)").await;
    assert_eq!(database.texts("SELECT * FROM log").await, ["b+;b++"]);
    database.run("DELETE FROM users WHERE id = 3").await;
    assert_eq!(database.texts("SELECT id FROM posts").await, ["2", "3"]);
    assert!(database.try_run("INSERT INTO posts VALUES (4, 99)").await.is_err());
    assert_eq!(database.texts("PRAGMA legacy_alter_table").await, ["0"]);
    database.integrity().await;
}

#[tokio::test]
async fn the_last_number_outlives_all_rows() {
    let mut database = Database::with(SHOP).await;
    database.run("DELETE FROM users").await;
    database.run("DELETE FROM posts").await;
    let schema = database.canonical().await;
    database.change(&[rebuild(schema.schema(), "users", &[])]).await;
    database.run("INSERT INTO users (name) VALUES ('x')").await;
    assert_eq!(database.texts("SELECT id FROM users").await, ["10"]);
    assert_eq!(database.texts("SELECT name, seq FROM sqlite_sequence").await, ["users|10"]);
}

#[tokio::test]
async fn a_view_or_trigger_that_names_a_dropped_column_stops_the_rebuild() {
    for (definition, problem) in [
        ("CREATE VIEW v AS SELECT b FROM t", "no such column"),
        ("CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT new.b; END", "no such column"),
    ] {
        let mut database = Database::with(&format!("CREATE TABLE t (a, b); {definition}")).await;
        let schema = database.canonical().await;
        let at = Address::column("t", "b");
        let object = schema.schema().get(&at).unwrap().clone();
        let statement = rebuild(schema.schema(), "t", &[Change::Drop { at, object }]);
        let sql = Sqlite::default().render(&statement).unwrap();
        let mut failure = None;
        for one in &sql {
            if let Err(error) = database.try_run(one).await {
                failure = Some(error.to_string());
            }
        }
        assert!(failure.as_deref().unwrap_or_default().contains(problem), "{definition}: {failure:?}");
    }
}

#[tokio::test]
async fn a_null_does_not_silently_become_the_default() {
    let mut database = Database::with("CREATE TABLE t (a INT, b TEXT); INSERT INTO t VALUES (1, NULL)").await;
    let schema = database.canonical().await;
    let at = Address::column("t", "b");
    let from = schema.schema().get(&at).unwrap().clone();
    let mut required = Column::new(Type::Text);
    required.is_nullable = false;
    required.default = Some(ColumnDefault::Literal(Literal::Text("x".into())));
    required.position = Silent(2);
    let change = Change::Alter { at, from, to: required.into(), using: None };
    let sql = Sqlite::default().render(&rebuild(schema.schema(), "t", &[change])).unwrap();
    database.run(&sql[0]).await;
    let error = database.try_run(&sql[1]).await.unwrap_err();
    assert!(error.to_string().contains("NOT NULL"), "{error}");
}

#[tokio::test]
async fn a_rebuild_that_would_lose_something_is_refused() {
    let mut database = Database::with("CREATE TABLE t (a INT UNIQUE ON CONFLICT REPLACE, b TEXT)").await;
    let schema = database.canonical().await;
    let error = Sqlite::default().render(&rebuild(schema.schema(), "t", &[])).unwrap_err();
    assert!(error.to_string().contains("conflict clause"), "{error}");
}

#[tokio::test]
async fn columns_come_and_names_change_in_place() {
    let mut database = Database::with("CREATE TABLE t (a INT); INSERT INTO t VALUES (1)").await;
    let mut added = Column::new(Type::Varchar { length: Some(9) });
    added.is_nullable = false;
    added.default = Some(ColumnDefault::Literal(Literal::Text("it's".into())));
    database
        .change(&[
            Statement::Create { at: Address::column("t", "order"), object: added.into() },
            Statement::Rename { from: Address::column("t", "a"), to: "A".into() },
            Statement::Rename { from: Address::table("t"), to: "T".into() },
            Statement::Insert {
                table: "T".into(),
                columns: vec!["A".into(), "order".into()],
                rows: vec![
                    vec![Literal::Number("-2".into()), Literal::Text("x;".into())],
                    vec![Literal::Null, Literal::Bool(true)],
                ],
            },
        ])
        .await;
    assert_eq!(database.texts("SELECT * FROM T").await, ["1|it's", "-2|x;", "NULL|1"]);
    let names: Vec<Name> = database
        .canonical()
        .await
        .schema()
        .columns(&"T".into())
        .into_iter()
        .map(|(name, _)| name.clone())
        .collect();
    assert_eq!(names, ["A".into(), "order".into()]);
}

#[tokio::test]
async fn models_and_database_meet() {
    let mut models = Schema::new();
    models.insert(Address::table("t"), Table::default());
    let mut put = |place: u32, name: &str, ty: Type, edit: &dyn Fn(&mut Column)| {
        let mut column = Column::new(ty);
        column.position = Silent(place);
        edit(&mut column);
        models.insert(Address::column("t", name), column);
    };
    put(1, "id", Type::BigInt, &|column| column.identity = Some(Identity::new(IdentityMode::Auto)));
    put(2, "u", Type::Uuid, &|_| {});
    put(3, "at", Type::Timestamp { precision: Some(6), has_zone: true }, &|column| {
        column.default = Some(ColumnDefault::Sql("now()".into()));
    });
    put(4, "on", Type::Boolean, &|column| column.default = Some(ColumnDefault::Sql("1".into())));
    put(5, "mood", Type::Enum("mood".into()), &|column| column.comment = Some("how".into()));
    put(6, "n", Type::SmallInt, &|column| {
        column.default = Some(ColumnDefault::Literal(Literal::Text("05".into())));
    });
    models.insert(
        Address::primary_key("t"),
        PrimaryKey {
            name: Some("pk_t".into()),
            columns: vec!["id".into()],
            deferrable: ambix_schema::Deferrable::InitiallyDeferred,
        },
    );
    let models = normalize(models, &Sqlite::default());
    let mut database = Database::new().await;
    database.change(&creation(models.schema())).await;
    assert_eq!(database.canonical().await, models);
    database.run("INSERT INTO t DEFAULT VALUES").await;
    let row = "SELECT id, \"on\", n, at IS NOT NULL FROM t";
    assert_eq!(database.texts(row).await, ["1|1|5|1"]);
    database.0.close().await.unwrap();
}
