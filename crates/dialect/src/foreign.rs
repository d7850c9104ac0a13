//! Tables of other tools, which are read and never written.

use ambix_schema::{Name, TableName};

use crate::{Dialect, RenderError};

/// A column to read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ForeignColumn<'a> {
    /// As text.
    Text(&'a str),
    /// Bytes, in hexadecimal digits.
    Bytes(&'a str),
}

impl<'a> ForeignColumn<'a> {
    /// Its name.
    pub fn name(self) -> &'a str {
        match self {
            Self::Text(name) | Self::Bytes(name) => name,
        }
    }
}

/// The query for columns of a table, in no particular order of rows.
///
/// # Errors
/// [`RenderError`] when a name cannot be quoted.
pub fn select_foreign(
    dialect: &dyn Dialect,
    table: &TableName,
    columns: &[ForeignColumn<'_>],
) -> Result<String, RenderError> {
    let (before, behind) = dialect.facts().hexadecimal;
    let quoted: Result<Vec<String>, RenderError> = columns
        .iter()
        .map(|column| {
            let name = dialect.quote(&Name::from(column.name()))?;
            Ok(match column {
                ForeignColumn::Text(_) => name,
                ForeignColumn::Bytes(_) => format!("{before}{name}{behind}"),
            })
        })
        .collect();
    let mut path = Vec::new();
    for name in table.namespace.iter().chain([&table.name]) {
        path.push(dialect.quote(name)?);
    }
    Ok(format!("SELECT {} FROM {}", quoted?.join(", "), path.join(".")))
}
