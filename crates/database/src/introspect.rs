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

/// A query and its rows.
type Answer = (&'static CatalogQuery, Rows);

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
        let answers = self.answers_of(queries.iter().filter(|query| !query.is_fingerprint)).await?;
        let after = self.session_mut().moment(&namespaces).await?;
        Ok((after == Some(before)).then(|| rows_of(answers)))
    }

    /// Reads once; `None` when the schema was another one afterwards.
    async fn read_once(
        &mut self,
        queries: &'static [CatalogQuery],
    ) -> Result<Option<CatalogRows>, DatabaseErrorKind> {
        let is_fingerprint = |query: &&CatalogQuery| query.is_fingerprint;
        let answers = self.answers_of(queries.iter()).await?;
        let (before, answers): (Vec<_>, Vec<_>) =
            answers.into_iter().partition(|(query, _)| is_fingerprint(query));
        let after = self.answers_of(queries.iter().filter(is_fingerprint)).await?;
        Ok((before == after).then(|| rows_of(answers)))
    }

    /// Asks some of the queries, all under one state as far as the server can, and under pinned names.
    async fn answers_of(
        &mut self,
        queries: impl Iterator<Item = &'static CatalogQuery>,
    ) -> Result<Vec<Answer>, DatabaseErrorKind> {
        let (namespaces, is_in_transaction) = (self.namespaces(), self.is_in_transaction());
        self.session_mut().begin_reading(is_in_transaction).await?;
        let answered = self.each_answer(queries, &namespaces).await;
        let ended = self.session_mut().end_reading(is_in_transaction).await;
        let answers = answered?;
        ended?;
        Ok(answers)
    }

    async fn each_answer(
        &mut self,
        queries: impl Iterator<Item = &'static CatalogQuery>,
        namespaces: &[String],
    ) -> Result<Vec<Answer>, DatabaseErrorKind> {
        let mut answers = Vec::new();
        for query in queries {
            answers.push((query, self.session_mut().catalog(query, namespaces).await?));
        }
        Ok(answers)
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

fn rows_of(answers: Vec<Answer>) -> CatalogRows {
    let mut rows = CatalogRows::default();
    for (query, answer) in answers {
        rows.insert(query, answer);
    }
    rows
}
