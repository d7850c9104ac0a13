//! The tables of ambix's own beside the version table, as rows of texts.

use ambix_dialect::OwnTable;
use ambix_schema::{Literal, TableName};

use crate::database::Database;
use crate::drivers::Rows;
use crate::error::{DatabaseError, DatabaseErrorKind, Doing};

/// The way out when something else goes by the name of an own table.
const MOVE: &str = "rename what stands there; ambix makes its own table on the next run";

impl Database {
    /// Creates the own tables that are not there yet. To be called under the lock.
    ///
    /// # Errors
    /// When something else goes by the name of one, or it cannot be created.
    pub async fn ensure_own_tables(&mut self, tables: &[OwnTable]) -> Result<(), DatabaseError> {
        for table in tables {
            let name = self.own_name(*table);
            let doing = format!("create the table {name}");
            if self.has_own(*table, &name).await.doing(&doing)? {
                continue;
            }
            let version_table = self.version_table();
            let create = table.create(&version_table, self.dialect());
            for sql in create.map_err(DatabaseErrorKind::Render).doing(&doing)? {
                let created = self.session_mut().run(&sql).await;
                // Where the lock is that of the transaction (SQLite), another run may have been faster.
                let is_there = created.is_err()
                    && !self.is_in_transaction()
                    && self.has_own(*table, &name).await.doing(&doing)?;
                if !is_there {
                    created.doing(&doing)?;
                }
            }
        }
        Ok(())
    }

    /// Takes the own tables away, in the transaction that is open or each by itself.
    ///
    /// # Errors
    /// When one cannot be dropped.
    pub async fn drop_own_tables(&mut self) -> Result<(), DatabaseError> {
        for table in OwnTable::ALL {
            let name = self.own_name(table);
            let doing = format!("drop the table {name}");
            if !self.has_own(table, &name).await.doing(&doing)? {
                continue;
            }
            let drop = table.drop(&self.version_table(), self.dialect());
            for sql in drop.map_err(DatabaseErrorKind::Render).doing(&doing)? {
                crate::fault::point("leaving");
                self.session_mut().run(&sql).await.doing(&doing)?;
            }
        }
        Ok(())
    }

    /// Every row of an own table in order; `None` when there is no such table.
    pub(crate) async fn own_rows(&mut self, table: OwnTable) -> Result<Option<Rows>, DatabaseError> {
        let name = self.own_name(table);
        let doing = format!("read the table {name}");
        if !self.has_own(table, &name).await.doing(&doing)? {
            return Ok(None);
        }
        let select = table.select(&self.version_table(), self.dialect());
        let sql = select.map_err(DatabaseErrorKind::Render).doing(&doing)?;
        self.session_mut().rows(&sql).await.doing(&doing).map(Some)
    }

    /// Puts a row behind those that an own table has.
    pub(crate) async fn own_append(&mut self, table: OwnTable, row: &[Literal]) -> Result<(), DatabaseError> {
        let doing = format!("write the table {}", self.own_name(table));
        let append = table.append(row, &self.version_table(), self.dialect());
        let sql = append.map_err(DatabaseErrorKind::Render).doing(&doing)?;
        self.session_mut().run(&sql).await.doing(&doing).map(|_| ())
    }

    /// Puts rows into an own table, after taking out those with the numbers `instead_of`.
    pub(crate) async fn own_write(
        &mut self,
        table: OwnTable,
        instead_of: &[u64],
        rows: Vec<Vec<Literal>>,
    ) -> Result<(), DatabaseError> {
        let doing = format!("write the table {}", self.own_name(table));
        let version_table = self.version_table();
        let mut all = Vec::new();
        if !instead_of.is_empty() {
            let delete = table.delete(Some(instead_of), &version_table, self.dialect());
            all.push(delete.map_err(DatabaseErrorKind::Render).doing(&doing)?);
        }
        let insert = table.insert(rows, &version_table, self.dialect());
        all.extend(insert.map_err(DatabaseErrorKind::Render).doing(&doing)?);
        for sql in all {
            self.session_mut().run(&sql).await.doing(&doing)?;
        }
        Ok(())
    }

    /// Takes every row out of an own table; nothing happens where there is none.
    pub(crate) async fn own_clear(&mut self, table: OwnTable) -> Result<(), DatabaseError> {
        let name = self.own_name(table);
        let doing = format!("write the table {name}");
        if !self.has_own(table, &name).await.doing(&doing)? {
            return Ok(());
        }
        let delete = table.delete(None, &self.version_table(), self.dialect());
        let sql = delete.map_err(DatabaseErrorKind::Render).doing(&doing)?;
        self.session_mut().run(&sql).await.doing(&doing).map(|_| ())
    }

    pub(crate) fn own_name(&self, table: OwnTable) -> TableName {
        table.beside(&self.version_table(), self.dialect())
    }

    async fn has_own(&mut self, table: OwnTable, name: &TableName) -> Result<bool, DatabaseErrorKind> {
        let wanted = TableName {
            namespace: Some(
                name.namespace.clone().unwrap_or_else(|| self.dialect().default_namespace().clone()),
            ),
            name: name.name.clone(),
        };
        let Some(relation) = self.session_mut().relation(&wanted).await? else { return Ok(false) };
        let missing =
            table.column_names().find(|column| !relation.columns.iter().any(|found| found == column));
        let reason = match missing {
            _ if relation.kind != "table" => format!("it is a {} and not a table of ambix", relation.kind),
            Some(missing) => format!("it is not ambix's own table: it has no column {missing}"),
            None => return Ok(true),
        };
        Err(DatabaseErrorKind::VersionTable { reason, way_out: MOVE })
    }
}
