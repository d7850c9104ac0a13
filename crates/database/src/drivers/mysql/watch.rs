//! Who a session waits for: only another session can see that, and only while it waits.

use std::convert::Infallible;
use std::time::Duration;

use sqlx::mysql::{MySqlConnectOptions, MySqlConnection};
use sqlx::{Connection, MySql};

use super::session::{Flavour, affected, texts};
use crate::drivers::{Rows, script};
use crate::lock::Holder;

/// The columns that make a [`Holder`], of `held.id`, the number of a session, and of `p`, its row of the
/// process list where it may be seen.
pub(super) const HOLDER_COLUMNS: &str = "\
    CAST(held.id AS CHAR), CONCAT(COALESCE(p.USER, '?'), '@', COALESCE(p.HOST, '?')), \
    COALESCE(CONCAT(DATE_FORMAT(UTC_TIMESTAMP() - INTERVAL p.TIME SECOND, '%Y-%m-%d %H:%i:%s'), ' UTC'), '?')";

/// Looks again and again, and leaves in `seen` the last sessions that the session `id` was seen to wait
/// for. Never ends; it is dropped when the statement is through.
pub(super) async fn blockers(
    options: &MySqlConnectOptions,
    id: u64,
    flavour: Flavour,
    interval: Duration,
    seen: &mut Vec<Holder>,
) -> Infallible {
    let looks = looks(id, flavour);
    let mut second: Option<MySqlConnection> = None;
    loop {
        tokio::time::sleep(interval).await;
        if second.is_none() {
            second = MySqlConnection::connect_with(options).await.ok();
        }
        let Some(connection) = &mut second else { continue };
        for (sql, what) in &looks {
            // The report is a help and no more: what may not be looked at is passed over, and the
            // statement's own failure still tells.
            let ran = script::run::<MySql, _>(&mut *connection, sql, affected, Some(texts)).await;
            let Ok(ran) = ran else { continue };
            if !ran.rows.is_empty() {
                *seen = holders(ran.rows, what);
                break;
            }
        }
    }
}

/// Where to look, the surest place first: whose rows it waits for; whose hold on the table; and, where the
/// server keeps no record of that, who has a transaction open at all.
fn looks(id: u64, flavour: Flavour) -> [(String, &'static str); 3] {
    let rows = match flavour {
        Flavour::MariaDb => format!(
            "SELECT b.trx_mysql_thread_id AS id FROM information_schema.INNODB_LOCK_WAITS w \
             JOIN information_schema.INNODB_TRX r ON r.trx_id = w.requesting_trx_id \
             JOIN information_schema.INNODB_TRX b ON b.trx_id = w.blocking_trx_id \
             WHERE r.trx_mysql_thread_id = {id}"
        ),
        Flavour::MySql => format!(
            "SELECT b.trx_mysql_thread_id AS id FROM performance_schema.data_lock_waits w \
             JOIN information_schema.INNODB_TRX r ON r.trx_id = w.requesting_engine_transaction_id \
             JOIN information_schema.INNODB_TRX b ON b.trx_id = w.blocking_engine_transaction_id \
             WHERE r.trx_mysql_thread_id = {id}"
        ),
    };
    let table = match flavour {
        // The table is there when the plugin of that name is loaded.
        Flavour::MariaDb => format!(
            "SELECT m.THREAD_ID AS id FROM information_schema.METADATA_LOCK_INFO m \
             JOIN information_schema.METADATA_LOCK_INFO own \
               ON own.TABLE_SCHEMA = m.TABLE_SCHEMA AND own.TABLE_NAME = m.TABLE_NAME \
             WHERE own.THREAD_ID = {id} AND m.THREAD_ID <> {id}"
        ),
        Flavour::MySql => format!(
            "SELECT t.PROCESSLIST_ID AS id FROM performance_schema.metadata_locks own \
             JOIN performance_schema.threads me ON me.THREAD_ID = own.OWNER_THREAD_ID \
             JOIN performance_schema.metadata_locks m ON m.OBJECT_SCHEMA = own.OBJECT_SCHEMA \
               AND m.OBJECT_NAME = own.OBJECT_NAME AND m.LOCK_STATUS = 'GRANTED' \
             JOIN performance_schema.threads t ON t.THREAD_ID = m.OWNER_THREAD_ID \
             WHERE own.LOCK_STATUS = 'PENDING' AND me.PROCESSLIST_ID = {id} AND t.PROCESSLIST_ID <> {id}"
        ),
    };
    // Whoever waits for a lock itself, or for nothing but the server, is not the one.
    let open = format!(
        "SELECT trx_mysql_thread_id AS id FROM information_schema.INNODB_TRX \
         WHERE trx_mysql_thread_id NOT IN ({id}, 0) AND trx_state <> 'LOCK WAIT'"
    );
    let about = |ids: String| {
        format!(
            "SELECT DISTINCT {HOLDER_COLUMNS}, COALESCE(p.INFO, '') FROM ({ids}) held \
             LEFT JOIN information_schema.PROCESSLIST p ON p.ID = held.id ORDER BY 1"
        )
    };
    [
        (about(rows), "the transaction"),
        (about(table), "the transaction"),
        (about(open), "perhaps, as its transaction is open, the session"),
    ]
}

/// Reads rows of [`HOLDER_COLUMNS`] and a query.
pub(super) fn holders(rows: Rows, what: &str) -> Vec<Holder> {
    rows.into_iter()
        .map(|row| {
            let mut cells = row.into_iter().map(Option::unwrap_or_default);
            let mut next = || cells.next().unwrap_or_default();
            Holder { pid: next(), application: what.to_owned(), user: next(), since: next(), query: next() }
        })
        .collect()
}
