//! Running SQL text as it stands: one statement or several, unprepared, nothing cached.

use futures_util::StreamExt;
use sqlx::{AssertSqlSafe, Either, Executor};

use super::Rows;

/// What ran.
pub(super) struct Ran {
    pub(super) affected: u64,
    pub(super) rows: Rows,
}

/// Where it stopped.
pub(super) struct Stopped {
    pub(super) error: sqlx::Error,
    /// How many statements had run before.
    pub(super) completed: usize,
}

/// One cell after the other, as text.
pub(super) type ReadRow<DB> = fn(&<DB as sqlx::Database>::Row) -> sqlx::Result<Vec<Option<String>>>;

/// Runs the text. Rows are kept only with a `read` function: a revision may select a whole table.
pub(super) async fn run<'c, DB, C>(
    connection: C,
    sql: &str,
    affected: fn(&DB::QueryResult) -> u64,
    read: Option<ReadRow<DB>>,
) -> Result<Ran, Stopped>
where
    DB: sqlx::Database,
    C: Executor<'c, Database = DB>,
{
    let mut ran = Ran { affected: 0, rows: Rows::new() };
    let mut completed = 0;
    let mut results = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).fetch_many(connection);
    while let Some(result) = results.next().await {
        match result {
            Ok(Either::Left(done)) => {
                completed += 1;
                ran.affected += affected(&done);
            }
            Ok(Either::Right(row)) => {
                if let Some(read) = read {
                    ran.rows.push(read(&row).map_err(|error| Stopped { error, completed })?);
                }
            }
            Err(error) => return Err(Stopped { error, completed }),
        }
    }
    Ok(ran)
}
