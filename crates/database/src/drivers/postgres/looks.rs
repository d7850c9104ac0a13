//! Looking at what a statement is to change, at what an interrupted one left, and at runs that were killed
//! and still work.

use ambix_schema::TableName;

use super::session::Session;
use super::watch::{HOLDER_COLUMNS, holders};
use crate::drivers::Outcome;
use crate::lock::{Holder, key};

/// What a session is called while it works under the lock, followed by what the lock is for.
const RUNNING: &str = "ambix run ";

impl Session {
    /// The role that the session acts as.
    pub(crate) async fn user(&mut self) -> Outcome<Option<String>> {
        let rows = self.rows("SELECT session_user::text").await?;
        Ok(rows.into_iter().flatten().flatten().next())
    }

    /// Each relation with its kind and its indexes, and whether these are valid; each enum with its values.
    pub(crate) async fn printed(&mut self, relations: &[TableName]) -> Outcome<Vec<Option<String>>> {
        let sql = "SELECT c.relkind::text, coalesce(i.relname::text, ''), \
                   coalesce(pg_catalog.pg_get_indexdef(x.indexrelid), ''), \
                   CASE WHEN x.indisvalid THEN 'valid' ELSE 'not valid' END \
                   FROM pg_catalog.pg_class c \
                   JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
                   LEFT JOIN pg_catalog.pg_index x ON x.indrelid = c.oid OR x.indexrelid = c.oid \
                   LEFT JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid \
                   WHERE n.nspname = $1 AND c.relname = $2 \
                   UNION ALL \
                   SELECT 'enum', e.enumlabel::text, e.enumsortorder::text, '' \
                   FROM pg_catalog.pg_type t \
                   JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace \
                   JOIN pg_catalog.pg_enum e ON e.enumtypid = t.oid \
                   WHERE n.nspname = $1 AND t.typname = $2 ORDER BY 1, 2";
        let mut printed = Vec::new();
        for relation in relations {
            let rows = self.of_relation(sql, relation).await?;
            let line = |row: Vec<Option<String>>| {
                let cells: Vec<String> = row.into_iter().map(Option::unwrap_or_default).collect();
                cells.join(" ").trim_end().to_owned()
            };
            let lines: Vec<String> = rows.into_iter().map(line).collect();
            printed.push((!lines.is_empty()).then(|| lines.join("\n")));
        }
        Ok(printed)
    }

    /// The indexes of these relations, and of the tables of those that are indexes, that are not valid. One that
    /// somebody builds at this moment is not either, and is left out.
    pub(crate) async fn invalid_indexes(&mut self, relations: &[TableName]) -> Outcome<Vec<TableName>> {
        let sql = "SELECT DISTINCT ns.nspname::text, i.relname::text \
                   FROM pg_catalog.pg_class c \
                   JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
                   LEFT JOIN pg_catalog.pg_index own ON own.indexrelid = c.oid \
                   JOIN pg_catalog.pg_index x ON x.indrelid = coalesce(own.indrelid, c.oid) \
                   JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid \
                   JOIN pg_catalog.pg_namespace ns ON ns.oid = i.relnamespace \
                   WHERE n.nspname = $1 AND c.relname = $2 AND NOT x.indisvalid AND i.relkind = 'i' \
                     AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p \
                       WHERE p.index_relid = x.indexrelid) \
                   ORDER BY 1, 2";
        let mut found = Vec::new();
        for relation in relations {
            for row in self.of_relation(sql, relation).await? {
                let mut cells = row.into_iter().map(Option::unwrap_or_default);
                let mut next = || cells.next().unwrap_or_default();
                let index = TableName::qualified(next(), next());
                if !found.contains(&index) {
                    found.push(index);
                }
            }
        }
        Ok(found)
    }

    /// Says by the session's name that it works under the lock; or, when another session of that name is still
    /// at work, whose run must have been killed, says which.
    pub(crate) async fn enter_run(&mut self, table: &TableName) -> Outcome<Vec<Holder>> {
        let name = format!("{RUNNING}{:016x}", u64::from_be_bytes(key(self.database(), table)));
        let sql = format!(
            "SELECT {HOLDER_COLUMNS}, coalesce(a.query, '') FROM pg_catalog.pg_stat_activity a \
             WHERE a.application_name = '{name}' AND a.pid <> pg_catalog.pg_backend_pid() \
               AND a.datname = pg_catalog.current_database() AND coalesce(a.state, 'active') <> 'idle' \
             ORDER BY a.pid"
        );
        let orphans = holders(self.rows(&sql).await?);
        if orphans.is_empty() {
            self.rows(&format!("SET application_name = '{name}'")).await?;
        }
        Ok(orphans)
    }

    /// Undoes [`Session::enter_run`].
    pub(crate) async fn leave_run(&mut self) -> Outcome<()> {
        self.rows("SET application_name = 'ambix'").await.map(|_| ())
    }
}
