//! The history tables of other tools: looked at, and never touched.

use ambix_dialect::{ForeignColumn, select_foreign};
use ambix_schema::TableName;

use crate::database::Database;
use crate::error::{DatabaseError, DatabaseErrorKind, Doing};

/// The way out when something else goes by that name.
const ANOTHER: &str = "say with --history-table which table it is";

impl Database {
    /// The rows of another tool's table, every cell as text; `None` when there is no such table. A table without
    /// a namespace is looked for in the default one.
    ///
    /// # Errors
    /// When what stands there lacks one of the columns, or cannot be read.
    pub async fn foreign_rows(
        &mut self,
        table: &TableName,
        columns: &[ForeignColumn<'_>],
    ) -> Result<Option<Vec<Vec<Option<String>>>>, DatabaseError> {
        let namespace = table.namespace.clone().unwrap_or_else(|| self.dialect().default_namespace().clone());
        let table = TableName { namespace: Some(namespace), name: table.name.clone() };
        let doing = format!("read the history table {table}");
        let Some(relation) = self.session_mut().relation(&table).await.doing(&doing)? else {
            return Ok(None);
        };
        let is_missing =
            |column: &&ForeignColumn<'_>| !relation.columns.iter().any(|found| found == column.name());
        if let Some(missing) = columns.iter().find(is_missing) {
            let reason = format!("it has no column {}", missing.name());
            return Err(DatabaseErrorKind::VersionTable { reason, way_out: ANOTHER }).doing(doing);
        }
        let sql = select_foreign(self.dialect(), &table, columns)
            .map_err(DatabaseErrorKind::Render)
            .doing(&doing)?;
        self.session_mut().rows(&sql).await.doing(&doing).map(Some)
    }
}
