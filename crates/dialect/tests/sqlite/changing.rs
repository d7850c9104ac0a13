//! A rebuild loses nothing, and what is changed in place arrives.

use ambix_dialect::{Dialect, Sqlite, Statement};
use ambix_schema::{
    Address, Change, Column, ColumnDefault, Generated, Kind, Literal, Name, Object, Silent, Type, Unmodelled,
};

use crate::support::{Database, rebuild};

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
        ("CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET b = 1; END", "no such column"),
        ("CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT new.b; END", "reads the column b, which is gone"),
        ("CREATE TRIGGER tr AFTER UPDATE OF a, b ON t BEGIN SELECT 1; END", "reads the column b"),
    ] {
        let mut database = Database::with(&format!("CREATE TABLE t (a, b); {definition}")).await;
        let schema = database.canonical().await;
        let at = Address::column("t", "b");
        let object = schema.schema().get(&at).unwrap().clone();
        let statement = rebuild(schema.schema(), "t", &[Change::Drop { at, object }]);
        let sql = Sqlite::default().render(&statement);
        let mut failure = sql.as_ref().err().map(ToString::to_string);
        for one in sql.unwrap_or_default() {
            if let Err(error) = database.try_run(&one).await {
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
    let mut database = Database::with("CREATE TABLE t (a INT, b TEXT)").await;
    let mut schema = database.canonical().await.into_schema();
    schema.unmodelled.push(Unmodelled {
        kind: "table definition not understood".into(),
        on: Some("t".into()),
        name: "t".into(),
        sql: None,
    });
    let error = Sqlite::default().render(&rebuild(&schema, "t", &[])).unwrap_err();
    assert!(error.to_string().contains("not understood"), "{error}");
}

#[tokio::test]
async fn rows_keep_their_hidden_numbers() {
    let script = "CREATE TABLE t (rowid TEXT, b TEXT); INSERT INTO t (_rowid_, b) VALUES (7, 'x'), (3, 'y');
                  CREATE TABLE w (a TEXT PRIMARY KEY, b) WITHOUT ROWID; INSERT INTO w VALUES ('k', 1)";
    let mut database = Database::with(script).await;
    let schema = database.canonical().await;
    database.change(&[rebuild(schema.schema(), "t", &[]), rebuild(schema.schema(), "w", &[])]).await;
    assert_eq!(database.texts("SELECT _rowid_, b FROM t").await, ["3|y", "7|x"]);
    assert_eq!(database.texts("SELECT * FROM w").await, ["k|1"]);
}

#[tokio::test]
async fn all_rows_stay_when_all_columns_go() {
    let mut database = Database::with("CREATE TABLE t (a INT); INSERT INTO t VALUES (1), (2)").await;
    let schema = database.canonical().await;
    let at = Address::column("t", "a");
    let object = schema.schema().get(&at).unwrap().clone();
    let mut column = Column::new(Type::Boolean);
    column.is_nullable = false;
    column.default = Some(ColumnDefault::Literal(Literal::Bool(true)));
    let create = Change::Create { at: Address::column("t", "b"), object: column.into() };
    database.change(&[rebuild(schema.schema(), "t", &[create, Change::Drop { at, object }])]).await;
    assert_eq!(database.texts("SELECT * FROM t").await, ["1", "1"]);
}

#[tokio::test]
async fn columns_come_and_names_change_in_place() {
    let mut database = Database::with("CREATE TABLE t (a INT); INSERT INTO t VALUES (1)").await;
    let mut added = Column::new(Type::Varchar { length: Some(9) });
    added.is_nullable = false;
    added.default = Some(ColumnDefault::Literal(Literal::Text("it's".into())));
    let mut flag = Column::new(Type::Boolean);
    flag.is_nullable = false;
    flag.default = Some(ColumnDefault::Literal(Literal::Bool(true)));
    let mut twice = Column::new(Type::Integer);
    twice.generated = Some(Generated { expr: "a * 2".into(), is_stored: false });
    database
        .change(&[
            Statement::Create { at: Address::column("t", "flag"), object: flag.into() },
            Statement::Create { at: Address::column("t", "twice"), object: twice.into() },
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
    assert_eq!(database.texts("SELECT * FROM T").await, ["1|1|2|it's", "-2|1|-4|x;", "NULL|1|NULL|1"]);
    let names: Vec<Name> = database
        .canonical()
        .await
        .schema()
        .columns(&"T".into())
        .into_iter()
        .map(|(name, _)| name.clone())
        .collect();
    assert_eq!(names, ["A", "flag", "twice", "order"].map(Name::from));
}

/// What is rendered for the change of one table.
fn statements(before: &ambix_schema::Schema, table: &str, changes: &[Change]) -> Vec<String> {
    Sqlite::default().render(&rebuild(before, table, changes)).unwrap()
}

fn gone(schema: &ambix_schema::Schema, at: Address) -> Change {
    let object = schema.get(&at).unwrap().clone();
    Change::Drop { at, object }
}

#[tokio::test]
async fn columns_go_in_place_where_nothing_is_made_from_them() {
    let script = "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT /* kept */, c TEXT, d TEXT CHECK (d <> ''));
        CREATE INDEX ix ON t (c); CREATE TABLE u AS SELECT 1 AS e; INSERT INTO t VALUES (1, 'b', 'c', 'd')";
    let mut database = Database::with(script).await;
    let schema = database.canonical().await;
    let schema = schema.schema();
    let both = [gone(schema, Address::part("t", Kind::Index, "ix")), gone(schema, Address::column("t", "c"))];
    let sql = statements(schema, "t", &both);
    assert_eq!(sql, ["DROP INDEX ix", "ALTER TABLE t DROP COLUMN c"]);
    // A column that a constraint names takes a rebuild.
    for name in ["a", "d"] {
        let sql = statements(schema, "t", &[gone(schema, Address::column("t", name))]);
        assert!(sql[0].starts_with("CREATE TABLE"), "{name}: {sql:?}");
    }
    database.change(&[rebuild(schema, "t", &both)]).await;
    assert_eq!(database.texts("SELECT * FROM t").await, ["1|b|d"]);
    let text = database.texts("SELECT sql FROM sqlite_schema WHERE name = 't'").await;
    assert!(text[0].contains("/* kept */"), "{text:?}");
    database.integrity().await;

    // SQLite reads all views when a column goes, and is stopped by one that is broken.
    database.run("CREATE VIEW broken AS SELECT x FROM missing").await;
    let schema = database.canonical().await;
    let statement = rebuild(schema.schema(), "t", &[gone(schema.schema(), Address::column("t", "b"))]);
    database.change(&[statement]).await;
    assert_eq!(database.texts("SELECT * FROM t").await, ["1|d"]);
}

#[tokio::test]
async fn a_column_comes_in_place_with_what_is_about_it_alone() {
    let script = "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a INT); INSERT INTO t VALUES (1)";
    let mut database = Database::with(script).await;
    let schema = database.canonical().await;
    let create = |at: Address, object: Object| Change::Create { at, object };
    let mut column = Column::new(Type::Integer);
    column.position = Silent(2);
    let key = ambix_schema::ForeignKey::new(vec!["p_id".into()], "p".into(), vec!["id".into()]);
    let changes = [
        create(Address::column("t", "p_id"), column.into()),
        create(Address::part("t", Kind::ForeignKey, "t p"), key.into()),
        create(Address::part("t", Kind::Check, "ck"), ambix_schema::Check::new("p_id > 0").into()),
    ];
    let sql = statements(schema.schema(), "t", &changes);
    let expected = "ALTER TABLE t ADD COLUMN p_id INTEGER CONSTRAINT ck CHECK (p_id > 0) \
                    CONSTRAINT \"t p\" REFERENCES p (id)";
    assert_eq!(sql, [expected]);
    let mut wider = changes.to_vec();
    wider.push(create(Address::part("t", Kind::Check, "two"), ambix_schema::Check::new("p_id > a").into()));
    assert!(statements(schema.schema(), "t", &wider)[0].starts_with("CREATE TABLE"));
    database.change(&[rebuild(schema.schema(), "t", &changes)]).await;
    let mut expected = schema.schema().clone();
    for change in &changes {
        expected.apply(change).unwrap();
    }
    assert_eq!(database.canonical().await.schema(), &expected);
}

#[tokio::test]
async fn a_trigger_elsewhere_that_needs_a_dropped_column_stops_the_rebuild() {
    for (event, body) in [
        ("INSERT", "UPDATE t SET b = 1"),
        ("DELETE", "INSERT INTO t (b) VALUES (1)"),
        ("UPDATE OF k", "UPDATE t SET b = new.k"),
    ] {
        let script = format!(
            "CREATE TABLE t (a, b); CREATE TABLE o (k); CREATE TRIGGER tr AFTER {event} ON o BEGIN {body}; END"
        );
        let mut database = Database::with(&script).await;
        let schema = database.canonical().await;
        let statement = rebuild(schema.schema(), "t", &[gone(schema.schema(), Address::column("t", "b"))]);
        let failure = database.try_change(&[statement]).await.unwrap_err();
        assert!(failure.contains("column") && failure.contains("EXPLAIN"), "{event}: {failure}");
    }
}
