//! A database in memory, and the way from schema to database and back.

use std::str::FromStr;

use ambix_dialect::{Canonical, CatalogRows, Dialect, Sqlite, Statement, TableImage, normalize};
use ambix_schema::{Change, Schema, TableName};
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Row, SqliteConnection};

/// A database in memory.
pub(crate) struct Database(SqliteConnection);

impl Database {
    pub(crate) async fn new() -> Self {
        // As a runner opens it: the connection that changes tables does not enforce foreign keys.
        let options = SqliteConnectOptions::from_str("sqlite::memory:").unwrap().foreign_keys(false);
        Self(options.connect().await.unwrap())
    }

    pub(crate) async fn with(script: &str) -> Self {
        let mut database = Self::new().await;
        database.run(script).await;
        database
    }

    pub(crate) async fn run(&mut self, script: &str) {
        self.try_run(script).await.unwrap_or_else(|error| panic!("{error}\n{script}"));
    }

    pub(crate) async fn try_run(&mut self, script: &str) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(AssertSqlSafe(script.to_owned())).execute(&mut self.0).await.map(|_| ())
    }

    /// Runs statements in a transaction, one by one, and checks foreign keys, as a runner does.
    pub(crate) async fn change(&mut self, statements: &[Statement]) {
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

    /// The same, for what may fail.
    pub(crate) async fn try_change(&mut self, statements: &[Statement]) -> Result<(), String> {
        for statement in statements {
            for one in Sqlite::default().render(statement).map_err(|error| error.to_string())? {
                self.try_run(&one).await.map_err(|error| format!("{error}: {one}"))?;
            }
        }
        Ok(())
    }

    pub(crate) async fn rows(&mut self, sql: &str) -> Vec<Vec<Option<String>>> {
        self.try_rows(sql).await.unwrap_or_else(|error| panic!("{error}\n{sql}"))
    }

    async fn try_rows(&mut self, sql: &str) -> Result<Vec<Vec<Option<String>>>, sqlx::Error> {
        let rows = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).fetch_all(&mut self.0).await?;
        Ok(rows.iter().map(cells).collect())
    }

    pub(crate) async fn texts(&mut self, sql: &str) -> Vec<String> {
        self.try_texts(sql).await.unwrap_or_else(|error| panic!("{error}\n{sql}"))
    }

    pub(crate) async fn try_texts(&mut self, sql: &str) -> Result<Vec<String>, sqlx::Error> {
        let text = |row: Vec<Option<String>>| {
            row.into_iter().map(|cell| cell.unwrap_or_else(|| "NULL".into())).collect::<Vec<_>>().join("|")
        };
        Ok(self.try_rows(sql).await?.into_iter().map(text).collect())
    }

    pub(crate) async fn read(&mut self) -> Schema {
        let sqlite = Sqlite::default();
        let mut rows = CatalogRows::default();
        for query in sqlite.catalog() {
            let answer = self.rows(query.sql).await;
            assert!(answer.iter().all(|row| row.len() == query.columns.len()), "{}", query.name);
            rows.insert(query, answer);
        }
        sqlite.read_catalog(&rows).unwrap()
    }

    pub(crate) async fn canonical(&mut self) -> Canonical {
        normalize(self.read().await, &Sqlite::default())
    }

    pub(crate) async fn integrity(&mut self) {
        assert_eq!(self.texts("PRAGMA integrity_check").await, ["ok"]);
    }
}

pub(crate) fn cells(row: &SqliteRow) -> Vec<Option<String>> {
    (0..row.len()).map(|at| row.get_unchecked::<Option<String>, _>(at)).collect()
}

/// All statements that build a schema from nothing.
pub(crate) fn creation(schema: &Schema) -> Vec<Statement> {
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
pub(crate) async fn round_trip(script: &str) -> Canonical {
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

/// The rebuild that takes a table of a database through changes.
pub(crate) fn rebuild(schema: &Schema, table: &str, changes: &[Change]) -> Statement {
    let name = TableName::new(table);
    let before = TableImage::of(schema, &name).unwrap();
    let mut whole = schema.clone();
    for change in changes {
        whole.apply(change).unwrap();
    }
    let after = TableImage::of(&whole, &name).unwrap();
    let copied = before
        .columns
        .iter()
        .filter(|(name, _)| after.columns.iter().any(|(own, _)| own == name))
        .map(|(name, _)| (name.clone(), name.clone()))
        .collect();
    let keep = schema
        .unmodelled
        .iter()
        .filter(|it| it.on.as_ref() == Some(&name) || ["view", "trigger"].contains(&it.kind.as_str()))
        .cloned()
        .collect();
    Statement::RebuildTable { before, after, copied, keep }
}
