//! Reading the schema: fingerprint, catalog queries, fingerprint; and again if they differ.
//!
//! No server reads its catalog under one snapshot throughout: PostgreSQL's `pg_get_indexdef` prints
//! the newest definition even in REPEATABLE READ. So the second fingerprint is taken outside the
//! transaction of the first, and rows are only believed between two equal ones.
//!
//! A fingerprint costs as much as a query of all columns. So a server that can say more cheaply that nothing
//! changed meanwhile is asked for that first, and for fingerprints when it does not say so: on PostgreSQL the
//! snapshot, which is the same as long as no transaction ends; on MariaDB the times at which the tables were
//! defined.

use std::time::Duration;

use ambix_dialect::{CatalogQuery, CatalogRows};
use ambix_schema::{Address, Schema, TableName};

use crate::database::Database;
use crate::drivers::Rows;
use crate::error::{DatabaseError, DatabaseErrorKind, Doing};

/// How often the schema is read before it is said to be changing.
const TRIES: u32 = 5;

/// Names that begin so, beside the version table, are ambix's own.
pub(crate) const OWN_PREFIX: &str = "ambix_";

type Fingerprint = Vec<Rows>;

impl Database {
    /// Reads the schema, without ambix's own tables. Not yet canonical.
    ///
    /// # Errors
    /// When the catalog cannot be read, or keeps changing meanwhile.
    pub async fn read_schema(&mut self) -> Result<Schema, DatabaseError> {
        let rows = self.catalog_rows().await?;
        let doing = self.reading();
        let mut schema =
            self.dialect().read_catalog(&rows).map_err(DatabaseErrorKind::Catalog).doing(doing)?;
        self.leave_out_own(&mut schema);
        Ok(schema)
    }

    /// The rows of all catalog queries, as of one moment.
    ///
    /// # Errors
    /// As [`Database::read_schema`].
    pub async fn catalog_rows(&mut self) -> Result<CatalogRows, DatabaseError> {
        let doing = self.reading();
        let queries = self.dialect().catalog();
        match self.read_undisturbed(queries).await {
            Ok(Some(rows)) => return Ok(rows),
            Err(error) if !self.may_have_been_a_change(&error) => return Err(error).doing(doing),
            Ok(None) | Err(_) => {}
        }
        for attempt in 1..=TRIES {
            match self.read_once(queries).await {
                Ok(Some(rows)) => return Ok(rows),
                // An object that goes away between two queries can also make one of them fail.
                Err(error) if attempt == TRIES || !self.may_have_been_a_change(&error) => {
                    return Err(error).doing(doing);
                }
                Ok(None) | Err(_) => {}
            }
            tokio::time::sleep(Duration::from_millis(50) * attempt).await;
        }
        Err(DatabaseErrorKind::Changing { tries: TRIES }).doing(doing)
    }

    /// Reads once without fingerprints; `None` where the server does not say that nothing changed meanwhile.
    /// Inside a transaction of the caller's the two looks would be one.
    async fn read_undisturbed(
        &mut self,
        queries: &'static [CatalogQuery],
    ) -> Result<Option<CatalogRows>, DatabaseErrorKind> {
        if self.is_in_transaction() {
            return Ok(None);
        }
        let namespaces = self.namespaces();
        let Some(before) = self.session_mut().moment(&namespaces).await? else { return Ok(None) };
        let mut rows = CatalogRows::default();
        self.session_mut().begin_reading(false).await?;
        let read = self.read_rows(queries, &mut rows).await;
        let ended = self.session_mut().end_reading(false).await;
        read?;
        ended?;
        let after = self.session_mut().moment(&namespaces).await?;
        Ok((after.as_ref() == Some(&before)).then_some(rows))
    }

    /// Reads once; `None` when the schema was another one afterwards.
    async fn read_once(
        &mut self,
        queries: &'static [CatalogQuery],
    ) -> Result<Option<CatalogRows>, DatabaseErrorKind> {
        let mut rows = CatalogRows::default();
        let before = self.reading_of(queries, Some(&mut rows)).await?;
        let after = self.reading_of(queries, None).await?;
        Ok((before == after).then_some(rows))
    }

    /// The fingerprint, and after it the rows of every query.
    async fn reading_of(
        &mut self,
        queries: &'static [CatalogQuery],
        rows: Option<&mut CatalogRows>,
    ) -> Result<Fingerprint, DatabaseErrorKind> {
        let is_in_transaction = self.is_in_transaction();
        self.session_mut().begin_reading(is_in_transaction).await?;
        let read = self.fingerprint_and_rows(queries, rows).await;
        let ended = self.session_mut().end_reading(is_in_transaction).await;
        let fingerprint = read?;
        ended?;
        Ok(fingerprint)
    }

    async fn fingerprint_and_rows(
        &mut self,
        queries: &'static [CatalogQuery],
        rows: Option<&mut CatalogRows>,
    ) -> Result<Fingerprint, DatabaseErrorKind> {
        let namespaces = self.namespaces();
        let mut fingerprint = Fingerprint::new();
        for query in queries.iter().filter(|query| query.is_fingerprint) {
            fingerprint.push(self.session_mut().catalog(query, &namespaces).await?);
        }
        if let Some(rows) = rows {
            self.read_rows(queries, rows).await?;
        }
        Ok(fingerprint)
    }

    async fn read_rows(
        &mut self,
        queries: &'static [CatalogQuery],
        rows: &mut CatalogRows,
    ) -> Result<(), DatabaseErrorKind> {
        let namespaces = self.namespaces();
        for query in queries.iter().filter(|query| !query.is_fingerprint) {
            rows.insert(query, self.session_mut().catalog(query, &namespaces).await?);
        }
        Ok(())
    }

    /// In a transaction of the caller's a failure has ended it, so there is no second try.
    fn may_have_been_a_change(&self, error: &DatabaseErrorKind) -> bool {
        !self.is_in_transaction() && matches!(error, DatabaseErrorKind::Statement(_))
    }

    fn reading(&self) -> String {
        format!("read the schema of {}", self.described())
    }

    fn leave_out_own(&self, schema: &mut Schema) {
        let version_table = self.version_table();
        let default = self.dialect().default_namespace().clone();
        let is_own = |table: &TableName| {
            table.namespace.as_ref().unwrap_or(&default)
                == version_table.namespace.as_ref().unwrap_or(&default)
                && (table.name == version_table.name || table.name.as_str().starts_with(OWN_PREFIX))
        };
        let own: Vec<Address> = schema
            .iter()
            .filter(|(at, _)| at.table_name().is_some_and(|table| is_own(&table)))
            .map(|(at, _)| at.clone())
            .collect();
        for at in own {
            schema.remove(&at);
        }
        schema.unmodelled.retain(|thing| !thing.on.as_ref().is_some_and(is_own));
    }
}
