//! Who a session waits for: only another session can see that, and only while it waits.

use std::convert::Infallible;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection, Postgres};

use super::session::{affected, texts};
use crate::drivers::{Rows, script};
use crate::lock::Holder;

/// The columns that make a [`Holder`], of `a`, a row of `pg_stat_activity`.
pub(super) const HOLDER_COLUMNS: &str = "\
    a.pid::text, coalesce(a.application_name, ''), coalesce(a.usename::text, ''), \
    coalesce(to_char(coalesce(a.xact_start, a.backend_start) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), '?') \
    || ' UTC'";

/// Looks again and again, and leaves in `seen` the last sessions that the session `pid` was seen to
/// wait for. Never ends; it is dropped when the statement is through.
pub(super) async fn blockers(
    options: &PgConnectOptions,
    pid: i32,
    interval: Duration,
    seen: &mut Vec<Holder>,
) -> Infallible {
    let sql = format!(
        "SELECT {HOLDER_COLUMNS}, coalesce(a.query, '') FROM pg_catalog.pg_stat_activity a \
         WHERE a.pid = ANY (pg_catalog.pg_blocking_pids({pid})) ORDER BY a.pid"
    );
    let mut second: Option<PgConnection> = None;
    loop {
        tokio::time::sleep(interval).await;
        if second.is_none() {
            second = PgConnection::connect_with(options).await.ok();
        }
        let Some(connection) = &mut second else { continue };
        match script::run::<Postgres, _>(connection, &sql, affected, Some(texts)).await {
            Ok(ran) if !ran.rows.is_empty() => *seen = holders(ran.rows),
            Ok(_) => {}
            // The report is a help and no more: without it the statement's own failure still tells.
            Err(_) => second = None,
        }
    }
}

/// Reads rows of [`HOLDER_COLUMNS`] and a query.
pub(super) fn holders(rows: Rows) -> Vec<Holder> {
    rows.into_iter()
        .map(|row| {
            let mut cells = row.into_iter().map(Option::unwrap_or_default);
            let mut next = || cells.next().unwrap_or_default();
            Holder { pid: next(), application: next(), user: next(), since: next(), query: next() }
        })
        .collect()
}
