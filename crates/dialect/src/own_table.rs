//! Tables of ambix's own beside the version table: the history of what ran, and the journal of what runs.
//!
//! Their names are made from the version table's, so that several version tables in one database have several
//! histories, and each stands in the namespace of its version table.

use ambix_schema::{Address, Column, Literal, Name, PrimaryKey, Table, TableName, Type};

use crate::{Dialect, RenderError, Statement, TableImage};

/// The version table that a configuration which says nothing has.
const USUAL: &str = "ambix_version";

/// The first column of every own table: a number, counted up.
const ID: &str = "id";

/// The name of the primary key is made from the table's with these characters more, and must fit as well.
const ROOM: usize = 4;

/// Which of the own tables.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum OwnTable {
    /// What ran: a row for each time that a revision ran, and never changed again.
    History,
    /// What runs: the statements of a revision that cannot be one transaction. Empty when nothing is half done.
    Journal,
}

/// What a column of an own table holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Holds {
    Number,
    Word,
    Text,
}

/// A column: its name, what it holds, whether it may hold nothing.
type OwnColumn = (&'static str, Holds, bool);

const HISTORY: [OwnColumn; 8] = [
    (ID, Holds::Number, false),
    ("revision", Holds::Word, false),
    ("direction", Holds::Word, false),
    ("checksum", Holds::Word, true),
    ("applied_by", Holds::Word, false),
    ("applied_at", Holds::Word, false),
    ("duration_ms", Holds::Number, true),
    ("program", Holds::Word, false),
];

const JOURNAL: [OwnColumn; 11] = [
    (ID, Holds::Number, false),
    ("revision", Holds::Word, false),
    ("direction", Holds::Word, false),
    ("checksum", Holds::Word, false),
    ("segment", Holds::Number, false),
    ("state", Holds::Word, false),
    ("runs_alone", Holds::Word, false),
    ("statement", Holds::Text, false),
    ("watched", Holds::Text, false),
    ("found_before", Holds::Text, true),
    ("noted", Holds::Word, false),
];

impl OwnTable {
    /// Every own table beside the version table.
    pub const ALL: [Self; 2] = [Self::History, Self::Journal];

    fn word(self) -> &'static str {
        match self {
            Self::History => "history",
            Self::Journal => "journal",
        }
    }

    fn columns(self) -> &'static [OwnColumn] {
        match self {
            Self::History => &HISTORY,
            Self::Journal => &JOURNAL,
        }
    }

    /// Its columns, the number first, in the order in which [`OwnTable::select`] gives them.
    pub fn column_names(self) -> impl Iterator<Item = &'static str> {
        self.columns().iter().map(|(name, _, _)| *name)
    }

    /// Its name beside a version table: `ambix_history`, or `ambix_history_alembic_version`. A name that would
    /// be longer than the database keeps is cut, and told apart by a number made of the whole.
    pub fn beside(self, version_table: &TableName, dialect: &dyn Dialect) -> TableName {
        let word = self.word();
        let whole = version_table.name.as_str();
        let name = if whole == USUAL { format!("ambix_{word}") } else { format!("ambix_{word}_{whole}") };
        let longest = dialect.facts().max_identifier.unwrap_or(usize::MAX);
        let name = if name.len() + ROOM <= longest { name } else { cut(&name, longest - ROOM) };
        let default = dialect.facts().has_namespaces.then(|| dialect.default_namespace().clone());
        TableName { namespace: version_table.namespace.clone().or(default), name: name.into() }
    }

    /// Makes it.
    ///
    /// # Errors
    /// [`RenderError`] when its name cannot be quoted.
    pub fn create(
        self,
        version_table: &TableName,
        dialect: &dyn Dialect,
    ) -> Result<Vec<String>, RenderError> {
        let table = self.beside(version_table, dialect);
        let columns = self.columns().iter().map(|(name, holds, is_nullable)| {
            let ty = match holds {
                Holds::Number => Type::BigInt,
                Holds::Word => Type::Varchar { length: Some(255) },
                Holds::Text => dialect.facts().long_text.clone(),
            };
            ((*name).into(), Column { is_nullable: *is_nullable, ..Column::new(ty) })
        });
        let key = PrimaryKey {
            name: Some(Name::from(format!("{}_pkc", table.name.as_str()))),
            ..PrimaryKey::new(vec![ID.into()])
        };
        dialect.render(&Statement::CreateTable(TableImage {
            name: table.clone(),
            table: Table::default(),
            columns: columns.collect(),
            constraints: vec![(Address::primary_key(&table), key.into())],
            indexes: Vec::new(),
        }))
    }

    /// Takes it away.
    ///
    /// # Errors
    /// [`RenderError`] when its name cannot be quoted.
    pub fn drop(self, version_table: &TableName, dialect: &dyn Dialect) -> Result<Vec<String>, RenderError> {
        let at = Address::table(self.beside(version_table, dialect));
        dialect.render(&Statement::Drop { at, object: Table::default().into() })
    }

    /// Puts one row more in, whose number is the next one: the values of all other columns.
    ///
    /// # Errors
    /// [`RenderError`] for a value that cannot be written.
    pub fn append(
        self,
        row: &[Literal],
        version_table: &TableName,
        dialect: &dyn Dialect,
    ) -> Result<String, RenderError> {
        let table = self.spelled(version_table, dialect)?;
        let columns = self.quoted_columns(dialect)?;
        let next = format!("coalesce(max({}), 0) + 1", dialect.quote(&ID.into())?);
        let values = row.iter().map(|value| dialect.literal(value)).collect::<Result<Vec<_>, _>>()?;
        let values = std::iter::once(next).chain(values).collect::<Vec<_>>().join(", ");
        Ok(format!("INSERT INTO {table} ({columns}) SELECT {values} FROM {table}"))
    }

    /// Puts rows in, each with as many values as the table has columns.
    ///
    /// # Errors
    /// [`RenderError`] for a value that cannot be written.
    pub fn insert(
        self,
        rows: Vec<Vec<Literal>>,
        version_table: &TableName,
        dialect: &dyn Dialect,
    ) -> Result<Vec<String>, RenderError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let table = self.beside(version_table, dialect);
        let columns = self.column_names().map(Name::from).collect();
        dialect.render(&Statement::Insert { table, columns, rows })
    }

    /// Reads all of it, in the order of its numbers.
    ///
    /// # Errors
    /// [`RenderError`] when its name cannot be quoted.
    pub fn select(self, version_table: &TableName, dialect: &dyn Dialect) -> Result<String, RenderError> {
        let columns = self.quoted_columns(dialect)?;
        let id = dialect.quote(&ID.into())?;
        Ok(format!("SELECT {columns} FROM {} ORDER BY {id}", self.spelled(version_table, dialect)?))
    }

    /// Takes rows out: those with these numbers, or all.
    ///
    /// # Errors
    /// [`RenderError`] when its name cannot be quoted.
    pub fn delete(
        self,
        ids: Option<&[u64]>,
        version_table: &TableName,
        dialect: &dyn Dialect,
    ) -> Result<String, RenderError> {
        let table = self.spelled(version_table, dialect)?;
        let Some(ids) = ids else { return Ok(format!("DELETE FROM {table}")) };
        let ids: Vec<String> = ids.iter().map(u64::to_string).collect();
        let id = dialect.quote(&ID.into())?;
        Ok(format!("DELETE FROM {table} WHERE {id} IN ({})", ids.join(", ")))
    }

    fn quoted_columns(self, dialect: &dyn Dialect) -> Result<String, RenderError> {
        let columns = self.column_names().map(|name| dialect.quote(&name.into()));
        Ok(columns.collect::<Result<Vec<_>, _>>()?.join(", "))
    }

    fn spelled(self, version_table: &TableName, dialect: &dyn Dialect) -> Result<String, RenderError> {
        let TableName { namespace, name } = self.beside(version_table, dialect);
        let parts = namespace.iter().chain([&name]).map(|part| dialect.quote(part));
        Ok(parts.collect::<Result<Vec<_>, _>>()?.join("."))
    }
}

/// As much of a name as fits, and a number of the whole (FNV-1a, which is the same everywhere and for ever).
fn cut(name: &str, longest: usize) -> String {
    let number =
        name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let mut end = longest.saturating_sub(9).min(name.len());
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{number:08x}", &name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mysql, Postgres, Sqlite};

    #[test]
    fn names_follow_the_version_table() {
        let name = |table: &str, dialect: &dyn Dialect| {
            OwnTable::History.beside(&TableName::new(table), dialect).to_string()
        };
        assert_eq!(name("ambix_version", &Sqlite::default()), "ambix_history");
        assert_eq!(name("ambix_version", &Postgres::default()), "public.ambix_history");
        assert_eq!(name("alembic_version", &Mysql::default()), "ambix_history_alembic_version");
        let long = "v".repeat(63);
        let cut = name(&long, &Postgres::default());
        assert!(cut.len() <= "public.".len() + 59, "{cut}");
        assert_ne!(cut, name(&format!("{}w", &long[..62]), &Postgres::default()));
    }

    #[test]
    fn hostile_texts_stay_texts() {
        let row = |text: &str| {
            let mut row = vec![Literal::Text(text.into()); OwnTable::History.column_names().count()];
            row[0] = Literal::Number("1".into());
            row
        };
        let table = TableName::new("ambix_version");
        let mysql = OwnTable::History.insert(vec![row("a\\'; DROP")], &table, &Mysql::default()).unwrap();
        assert!(mysql[0].contains("'a\\\\''; DROP'"), "{mysql:?}");
        assert_eq!(
            OwnTable::Journal.delete(Some(&[1, 2]), &table, &Sqlite::default()).unwrap(),
            "DELETE FROM ambix_journal WHERE id IN (1, 2)"
        );
        let quoted = TableName::new("a\"b");
        assert_eq!(
            OwnTable::Journal.delete(None, &quoted, &Sqlite::default()).unwrap(),
            "DELETE FROM \"ambix_journal_a\"\"b\""
        );
    }
}
