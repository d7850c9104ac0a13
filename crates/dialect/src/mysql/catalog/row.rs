//! A row of a catalog query, its cells read as what they stand for.

use ambix_schema::{Name, TableName};

use crate::{CatalogError, CatalogRow, CatalogRows};

/// One query's row, with the query's name for what may go wrong.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    query: &'static str,
    row: CatalogRow<'a>,
}

/// The rows of one query.
pub(super) fn rows_of<'a>(rows: &'a CatalogRows, query: &'static str) -> impl Iterator<Item = Row<'a>> {
    rows.of(query).map(move |row| Row { query, row })
}

impl<'a> Row<'a> {
    pub(super) fn text(self, column: &str) -> Result<&'a str, CatalogError> {
        self.row.text(self.query, column)
    }

    pub(super) fn optional(self, column: &str) -> Option<&'a str> {
        self.row.optional(column)
    }

    /// A text that is there and not empty.
    pub(super) fn said(self, column: &str) -> Option<String> {
        self.optional(column).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    pub(super) fn flag(self, column: &str) -> bool {
        self.row.flag(column)
    }

    pub(super) fn name(self, column: &str) -> Result<Name, CatalogError> {
        self.text(column).map(Name::from)
    }

    pub(super) fn table(self) -> Result<TableName, CatalogError> {
        Ok(TableName::qualified(self.text("namespace")?, self.text("table")?))
    }

    pub(super) fn own_name(self) -> Result<TableName, CatalogError> {
        Ok(TableName::qualified(self.text("namespace")?, self.text("name")?))
    }

    pub(super) fn number(self, column: &str) -> Result<Option<u32>, CatalogError> {
        let parse = |text: &str| {
            text.parse().map_err(|_| self.error(format!("{column} is {text:?}, which is no whole number")))
        };
        self.optional(column).map(parse).transpose()
    }

    pub(super) fn error(self, reason: impl Into<String>) -> CatalogError {
        CatalogError::new(self.query, reason)
    }
}
