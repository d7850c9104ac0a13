//! Facts: what differs between databases and their versions, as data.

use ambix_schema::{Kind, Naming, Type};

/// Yes/no answers and numbers about one database at one server version.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Facts {
    /// The name used in configuration and revision files: `postgres`, `sqlite`, `mariadb`, `mysql`.
    pub name: &'static str,
    /// The name for people: `PostgreSQL`, `SQLite`.
    pub title: &'static str,
    /// Server version the facts are for, as (major, minor).
    pub version: (u32, u32),
    /// Whether DDL takes part in transactions.
    pub has_transactional_ddl: bool,
    /// Whether there are namespaces to create and drop.
    pub has_namespaces: bool,
    /// Whether enumerated types are objects of their own.
    pub has_enum_types: bool,
    /// Whether each column of an enumerated type keeps the values itself.
    pub enum_values_in_columns: bool,
    /// The kinds of objects whose comments are kept.
    pub comments: &'static [Kind],
    /// Whether a check or foreign key may leave the rows that are there unchecked, to be validated later.
    pub validates_later: bool,
    /// Whether a foreign key may name a table that does not exist yet.
    pub allows_forward_references: bool,
    /// Whether a foreign key can be added to and dropped from an existing table.
    pub alters_constraints: bool,
    /// Whether neighbouring changes to one table go in one statement, because a table must be whole after
    /// each.
    pub alters_tables_at_once: bool,
    /// Whether CREATE TABLE makes the table's indexes too.
    pub creates_indexes_inside: bool,
    /// Whether a column of a foreign key, on either side, keeps its type while the key is there.
    pub foreign_keys_hold_types: bool,
    /// Whether checks, generated columns and indexes over expressions follow a column to its new name.
    pub expressions_follow_renames: bool,
    /// Whether a unique index and a unique constraint are two things.
    pub tells_unique_from_index: bool,
    /// Options that every table has a value for: where one says none, it is whatever the server chose.
    pub inherent_options: &'static [&'static str],
    /// What is not modelled and compared by its definition all the same, because the database keeps that as it
    /// was written; in the order in which it is made.
    pub compared_definitions: &'static [&'static str],
    /// Whether `Users` and `users` are one name, quoted or not.
    pub ignores_case_of_names: bool,
    /// Whether reads of a table go on while an index of it is built by a statement of its own, and an index may
    /// take the name of another that is gone.
    pub reads_while_indexing: bool,
    /// Whether the name of an index is one within its table; otherwise it is one among all tables.
    pub names_indexes_by_table: bool,
    /// Whether texts and bytes without a length can be keys of indexes.
    pub indexes_long_values: bool,
    /// The type of a text that may be as long as a revision file.
    pub long_text: Type,
    /// What stands around a quoted name.
    pub quote_mark: char,
    /// What stands before and behind an expression of bytes to have them in hexadecimal digits.
    pub hexadecimal: (&'static str, &'static str),
    /// Longest identifier in bytes; `None` when there is no limit.
    pub max_identifier: Option<usize>,
    /// What a script says around a transaction that changes tables.
    pub script_guard: ScriptGuard,
    /// The conventions for unnamed constraints and indexes.
    pub naming: Naming,
}

/// Statements that a script says around a transaction that changes tables. A connection does the same
/// by other means.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ScriptGuard {
    /// Before it begins.
    pub before_begin: &'static [&'static str],
    /// Before it is committed.
    pub before_commit: &'static [&'static str],
    /// After it is committed.
    pub after_commit: &'static [&'static str],
}
