//! What a role may not do, each with the statement by which somebody else lets it.

use ambix_dialect::OwnTable;
use ambix_schema::TableName;

use crate::database::Database;
use crate::error::{DatabaseError, Doing};

/// Something a run would need and the role may not do.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct MissingPrivilege {
    /// What it may not do: `create tables in schema public`.
    pub what: String,
    /// The statement, for a role that may give it.
    pub statement: String,
}

/// What a missing privilege is about.
enum Subject {
    /// The database or a namespace.
    Everything,
    /// A table that may not be altered.
    Altering(TableName),
    /// A table whose rows may not be read and written.
    Rows(TableName),
}

impl Database {
    /// What the role may not do of all that runs would need: in the namespaces that are read, with these
    /// tables, and with ambix's own. Looks, and tries nothing.
    ///
    /// # Errors
    /// When the catalog cannot be read.
    pub async fn missing_privileges(
        &mut self,
        tables: &[TableName],
    ) -> Result<Vec<MissingPrivilege>, DatabaseError> {
        let doing = format!("see what the role may do in {}", self.described());
        let namespaces = self.namespaces();
        let default = self.dialect().default_namespace().clone();
        let mut own = vec![self.version_table()];
        own.extend(OwnTable::ALL.map(|table| self.own_name(table)));
        let rows = self.session_mut().missing_privileges(&namespaces).await.doing(&doing)?;
        let is_one_of = |at: &TableName, tables: &[TableName]| {
            tables.iter().any(|table| {
                let namespace = table.namespace.as_ref().unwrap_or(&default);
                table.name == at.name && at.namespace.as_ref() == Some(namespace)
            })
        };
        let mut missing: Vec<MissingPrivilege> = rows
            .into_iter()
            .filter_map(|row| {
                let (subject, missing) = read(row)?;
                let matters = match &subject {
                    Subject::Everything => true,
                    Subject::Altering(at) => is_one_of(at, tables),
                    Subject::Rows(at) => is_one_of(at, &own),
                };
                matters.then_some(missing)
            })
            .collect();
        missing.sort();
        Ok(missing)
    }
}

/// A row: subject, namespace, table, what, statement.
fn read(row: Vec<Option<String>>) -> Option<(Subject, MissingPrivilege)> {
    let mut cells = row.into_iter().map(Option::unwrap_or_default);
    let mut next = || cells.next().unwrap_or_default();
    let (subject, namespace, table) = (next(), next(), next());
    let at = TableName::qualified(namespace.as_str(), table.as_str());
    let subject = match subject.as_str() {
        "everything" => Subject::Everything,
        "alter" => Subject::Altering(at),
        "rows" => Subject::Rows(at),
        _unknown => return None,
    };
    Some((subject, MissingPrivilege { what: next(), statement: next() }))
}
