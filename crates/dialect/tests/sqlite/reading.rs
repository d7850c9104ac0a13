//! What is built reads back, whatever it is called and however it is spelled.

use ambix_dialect::{Canonical, Sqlite, Statement, TableImage, normalize};
use ambix_schema::{
    Address, Column, ColumnDefault, Identity, IdentityMode, Index, IndexKey, Kind, Literal, Object,
    PrimaryKey, Schema, Silent, Table, TableName, Type,
};

use crate::support::{Database, creation, round_trip};

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
    for expected in [("view", "v"), ("trigger", "tr"), ("virtual table", "ft"), ("shadow table", "ft_data")] {
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
        let key = PrimaryKey::new(vec!["id".into()]);
        schema.insert(Address::primary_key(&table), key);
        let index = Index::new(vec![IndexKey::column(name.as_str())]);
        schema.insert(Address::part(&table, Kind::Index, format!("{name} ix{number}")), index);
        let unique = ambix_schema::Unique::new(vec![name.as_str().into()]);
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
        PrimaryKey { name: Some("pk_t".into()), ..PrimaryKey::new(vec!["id".into()]) },
    );
    let models = normalize(models, &Sqlite::default());
    let mut database = Database::new().await;
    database.change(&creation(models.schema())).await;
    assert_eq!(database.canonical().await, models);
    database.run("INSERT INTO t DEFAULT VALUES").await;
    let row = "SELECT id, \"on\", n, at IS NOT NULL FROM t";
    assert_eq!(database.texts(row).await, ["1|1|5|1"]);
}
