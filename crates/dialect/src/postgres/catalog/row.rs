//! A row of a catalog query, its cells read as what they stand for.

use std::collections::BTreeMap;

use ambix_schema::{Deferrable, Name, SequenceOptions, TableName};

use crate::{CatalogError, CatalogRow, CatalogRows};

/// The names of each table's columns by number.
pub(super) type Numbers = BTreeMap<TableName, BTreeMap<i64, Name>>;

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

    pub(super) fn owned(self, column: &str) -> Option<String> {
        self.optional(column).map(str::to_owned)
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

    pub(super) fn number(self, column: &str) -> Result<Option<i64>, CatalogError> {
        let parse = |text: &str| {
            text.parse().map_err(|_| self.error(format!("{column} is {text:?}, which is no whole number")))
        };
        self.optional(column).map(parse).transpose()
    }

    /// A list that the server wrote as JSON; none when it is null.
    pub(super) fn list(self, column: &str) -> Result<Vec<String>, CatalogError> {
        let Some(text) = self.optional(column) else { return Ok(Vec::new()) };
        serde_json::from_str(text)
            .map_err(|error| self.error(format!("{column} is no list of texts: {error}")))
    }

    /// Column numbers as names; none when there are none.
    pub(super) fn columns(
        self,
        column: &str,
        table: &TableName,
        numbers: &Numbers,
    ) -> Result<Vec<Name>, CatalogError> {
        let Some(text) = self.optional(column) else { return Ok(Vec::new()) };
        let places: Vec<i64> = serde_json::from_str(text)
            .map_err(|error| self.error(format!("{column} is no list of numbers: {error}")))?;
        let named = |place: &i64| {
            let name = numbers.get(table).and_then(|columns| columns.get(place));
            name.cloned().ok_or_else(|| {
                self.error(format!("{table} has no column number {place}; the schema may have been changing"))
            })
        };
        places.iter().map(named).collect()
    }

    /// `{fillfactor=70}` as a map, with what the server keeps in columns of their own: each of `also` that is
    /// not null.
    pub(super) fn options(self, also: &[&str]) -> Result<BTreeMap<String, String>, CatalogError> {
        let mut options = self.pairs("options")?;
        options.extend(also.iter().filter_map(|name| Some(((*name).to_owned(), self.owned(name)?))));
        Ok(options)
    }

    /// A list of `key=value` that the server wrote as JSON.
    pub(super) fn pairs(self, column: &str) -> Result<BTreeMap<String, String>, CatalogError> {
        let pairs = self.list(column)?;
        Ok(pairs
            .into_iter()
            .map(|option| match option.split_once('=') {
                Some((key, value)) => (key.to_owned(), value.to_owned()),
                None => (option, String::new()),
            })
            .collect())
    }

    /// A list of lists of texts that the server wrote as JSON; none when it is null.
    pub(super) fn lists(self, column: &str) -> Result<Vec<Vec<Option<String>>>, CatalogError> {
        let Some(text) = self.optional(column) else { return Ok(Vec::new()) };
        serde_json::from_str(text)
            .map_err(|error| self.error(format!("{column} is no list of lists of texts: {error}")))
    }

    pub(super) fn sequence_options(self) -> Result<SequenceOptions, CatalogError> {
        Ok(SequenceOptions {
            start: self.number("start")?,
            increment: self.number("increment")?,
            min: self.number("min")?,
            max: self.number("max")?,
            cache: self.number("cache")?,
            is_cyclic: self.flag("is_cyclic"),
        })
    }

    /// A collation by its name; one that is not the server's own is qualified, and then always quoted,
    /// because a plain name may hold dots (`en_US.utf8`).
    pub(super) fn collation(self) -> Option<String> {
        let name = self.optional("collation")?;
        let namespace = self.optional("collation_namespace").filter(|name| *name != "pg_catalog");
        let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        Some(match namespace {
            Some(namespace) => format!("{}.{}", quoted(namespace), quoted(name)),
            None => name.to_owned(),
        })
    }

    pub(super) fn deferrable(self) -> Deferrable {
        match (self.flag("is_deferrable"), self.flag("is_deferred")) {
            (false, _) => Deferrable::No,
            (true, false) => Deferrable::InitiallyImmediate,
            (true, true) => Deferrable::InitiallyDeferred,
        }
    }

    pub(super) fn error(self, reason: impl Into<String>) -> CatalogError {
        CatalogError::new(self.query, reason)
    }
}
