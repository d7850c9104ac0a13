//! The version table: which revisions a database is at.

use ambix_schema::{Address, Column, Name, PrimaryKey, Table, TableName, Type};
use sea_query::{
    Alias, Expr, ExprTrait, IntoTableRef, MysqlQueryBuilder, PostgresQueryBuilder, Query,
    QueryStatementWriter, TableRef,
};

use crate::{Dialect, RenderError, Statement, TableImage};

/// The one column of the version table.
const COLUMN: &str = "version_num";

/// Characters of a revision id that the column keeps.
const LENGTH: u32 = 32;

/// What is to be done with the version table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum History {
    /// Make it.
    Create,
    /// A revision becomes one of the heads.
    Insert {
        /// The revision.
        id: String,
    },
    /// A revision is no head any more.
    Delete {
        /// The revision.
        id: String,
    },
    /// One head moves on.
    Update {
        /// The revision it was at.
        from: String,
        /// The revision it is at now.
        to: String,
    },
    /// Forget every head, whatever stands there.
    Clear,
    /// Read the heads.
    Select,
}

/// The SQL for the version table, its name always qualified where the database has namespaces: a
/// temporary table would shadow an unqualified one.
///
/// # Errors
/// [`RenderError`] when the table's name cannot be quoted, or an id is too long for its column.
pub fn history(dialect: &dyn Dialect, table: &TableName, what: &History) -> Result<Vec<String>, RenderError> {
    let table = qualified(dialect, table);
    for name in table.namespace.iter().chain([&table.name]) {
        dialect.quote(name)?;
    }
    let is = |id: &str| Expr::col(Alias::new(COLUMN)).eq(id);
    let sql = |statement: &dyn Written| statement.written(dialect.facts().quote_mark);
    let sql = match what {
        History::Create => return dialect.render(&Statement::CreateTable(image(&table))),
        History::Insert { id } => sql(Query::insert()
            .into_table(reference(&table))
            .columns([Alias::new(COLUMN)])
            .values_panic([checked(id)?.into()])),
        History::Delete { id } => {
            sql(Query::delete().from_table(reference(&table)).and_where(is(checked(id)?)))
        }
        History::Update { from, to } => sql(Query::update()
            .table(reference(&table))
            .value(Alias::new(COLUMN), checked(to)?)
            .and_where(is(checked(from)?))),
        History::Clear => sql(Query::delete().from_table(reference(&table))),
        History::Select => sql(Query::select().column(Alias::new(COLUMN)).from(reference(&table))),
    };
    Ok(vec![sql])
}

/// A statement that is written the same for every database, but for the quotes around names.
trait Written {
    fn written(&self, quote_mark: char) -> String;
}

impl<S: QueryStatementWriter> Written for S {
    fn written(&self, quote_mark: char) -> String {
        if quote_mark == '`' {
            self.to_string(MysqlQueryBuilder)
        } else {
            self.to_string(PostgresQueryBuilder)
        }
    }
}

fn qualified(dialect: &dyn Dialect, table: &TableName) -> TableName {
    let default = dialect.facts().has_namespaces.then(|| dialect.default_namespace().clone());
    TableName { namespace: table.namespace.clone().or(default), name: table.name.clone() }
}

fn reference(table: &TableName) -> TableRef {
    let name = Alias::new(table.name.as_str());
    match &table.namespace {
        Some(namespace) => (Alias::new(namespace.as_str()), name).into_table_ref(),
        None => name.into_table_ref(),
    }
}

/// Ids are letters and digits, so that no database reads one otherwise than another.
fn checked(id: &str) -> Result<&str, RenderError> {
    let is_fit = id.len() <= LENGTH as usize
        && !id.is_empty()
        && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if is_fit {
        return Ok(id);
    }
    let reason = format!("the revision id {id:?} is not 1 to {LENGTH} letters and digits");
    Err(RenderError::Value { reason })
}

fn image(table: &TableName) -> TableImage {
    let column = Column { is_nullable: false, ..Column::new(Type::Varchar { length: Some(LENGTH) }) };
    let key = PrimaryKey {
        name: Some(Name::from(format!("{}_pkc", table.name.as_str()))),
        ..PrimaryKey::new(vec![COLUMN.into()])
    };
    TableImage {
        name: table.clone(),
        table: Table::default(),
        columns: vec![(COLUMN.into(), column)],
        constraints: vec![(Address::primary_key(table), key.into())],
        indexes: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mysql, Postgres, Sqlite};

    #[test]
    fn the_version_table_is_qualified_where_there_are_namespaces() {
        let table = TableName::new("ambix_version");
        let sql = |dialect: &dyn Dialect, what| history(dialect, &table, &what).unwrap().join(";\n");
        let postgres = Postgres::default();
        assert_eq!(
            sql(&postgres, History::Create),
            "CREATE TABLE public.ambix_version (\n    version_num varchar(32) NOT NULL,\n    \
             CONSTRAINT ambix_version_pkc PRIMARY KEY (version_num)\n)"
        );
        assert_eq!(
            sql(&postgres, History::Insert { id: "7c1e5b0a9d42".into() }),
            "INSERT INTO \"public\".\"ambix_version\" (\"version_num\") VALUES ('7c1e5b0a9d42')"
        );
        assert_eq!(
            sql(&postgres, History::Update { from: "a1".into(), to: "b2".into() }),
            "UPDATE \"public\".\"ambix_version\" SET \"version_num\" = 'b2' WHERE \"version_num\" = 'a1'"
        );
        let sqlite = Sqlite::default();
        assert_eq!(
            sql(&sqlite, History::Delete { id: "a1".into() }),
            "DELETE FROM \"ambix_version\" WHERE \"version_num\" = 'a1'"
        );
        assert_eq!(sql(&sqlite, History::Clear), "DELETE FROM \"ambix_version\"");
        let mysql = Mysql::default();
        assert_eq!(
            sql(&mysql, History::Create),
            "CREATE TABLE `ambix_version` (\n    `version_num` varchar(32) NOT NULL,\n    \
             PRIMARY KEY (`version_num`)\n)"
        );
        assert_eq!(
            sql(&mysql, History::Update { from: "a1".into(), to: "b2".into() }),
            "UPDATE `ambix_version` SET `version_num` = 'b2' WHERE `version_num` = 'a1'"
        );
        assert_eq!(sql(&sqlite, History::Select), "SELECT \"version_num\" FROM \"ambix_version\"");
    }

    #[test]
    fn an_id_that_could_be_more_than_an_id_is_refused() {
        let table = TableName::new("ambix_version");
        for id in ["", "a'b", "a\\b", "é", &"a".repeat(33)] {
            let what = History::Insert { id: id.to_owned() };
            assert!(history(&Postgres::default(), &table, &what).is_err(), "{id}");
        }
    }
}
