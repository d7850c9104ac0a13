//! Other tools that keep a history in a database.

/// A tool whose history can be taken over, and whose history table is nobody's model.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tool {
    /// Alembic, of Python.
    Alembic,
    /// sqlx, with its `migrate` command or macro.
    Sqlx,
    /// Diesel.
    Diesel,
    /// refinery.
    Refinery,
    /// The migrations of `SeaORM`.
    SeaOrm,
}

impl Tool {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Alembic, Self::Sqlx, Self::Diesel, Self::Refinery, Self::SeaOrm];

    /// Its name, as commands take it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alembic => "alembic",
            Self::Sqlx => "sqlx",
            Self::Diesel => "diesel",
            Self::Refinery => "refinery",
            Self::SeaOrm => "sea-orm",
        }
    }

    /// The tool of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.name() == name)
    }

    /// The table in which it keeps what it applied.
    pub(crate) fn history_table(self) -> &'static str {
        match self {
            Self::Alembic => "alembic_version",
            Self::Sqlx => "_sqlx_migrations",
            Self::Diesel => "__diesel_schema_migrations",
            Self::Refinery => "refinery_schema_history",
            Self::SeaOrm => "seaql_migrations",
        }
    }
}
