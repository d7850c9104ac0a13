//! What MariaDB and MySQL can and cannot do, by version, as data.
//!
//! What is said was seen on servers: MariaDB 10.11, MySQL 9.7. What is said of older ones is from their manuals.

use ambix_schema::{Kind, Naming, Type};

use crate::{Facts, ScriptGuard};

/// Characters of a name that the server keeps.
pub(super) const MAX_IDENTIFIER: usize = 64;

/// Which of the two servers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flavour {
    /// MariaDB.
    MariaDb,
    /// MySQL, and what is made from it.
    MySql,
}

impl Flavour {
    /// The name used in configuration and revision files.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::MariaDb => "mariadb",
            Self::MySql => "mysql",
        }
    }

    /// The name for people.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::MariaDb => "MariaDB",
            Self::MySql => "MySQL",
        }
    }

    /// The version facts are for when none is told.
    pub(super) const fn default_version(self) -> (u32, u32) {
        match self {
            Self::MariaDb => (10, 11),
            Self::MySql => (8, 0),
        }
    }
}

/// The facts every dialect has.
pub(super) fn facts(flavour: Flavour, version: (u32, u32)) -> Facts {
    Facts {
        name: flavour.name(),
        title: flavour.title(),
        version,
        has_transactional_ddl: false,
        has_namespaces: false,
        has_enum_types: false,
        enum_values_in_columns: true,
        comments: &[Kind::Table, Kind::Column, Kind::PrimaryKey, Kind::Unique, Kind::Index],
        validates_later: false,
        allows_forward_references: false,
        alters_constraints: true,
        alters_tables_at_once: true,
        creates_indexes_inside: true,
        foreign_keys_hold_types: true,
        // MySQL refuses to rename what an expression names, unless the same statement says the expression anew.
        expressions_follow_renames: flavour == Flavour::MariaDb,
        tells_unique_from_index: false,
        inherent_options: &["collate", "engine"],
        compared_definitions: &["view", "trigger"],
        // Of columns and indexes always; of tables it depends on the file system, and two that differ in
        // case only are no good idea anywhere.
        ignores_case_of_names: true,
        // One ALTER TABLE drops the old one and adds the new one.
        reads_while_indexing: false,
        names_indexes_by_table: true,
        indexes_long_values: false,
        long_text: Type::Other("longtext".into()),
        quote_mark: '`',
        hexadecimal: ("HEX(", ")"),
        max_identifier: Some(MAX_IDENTIFIER),
        script_guard: ScriptGuard::default(),
        // Bytes are at least as many as characters, so that what fits in bytes fits.
        naming: Naming { max_bytes: Some(MAX_IDENTIFIER), ..Naming::default() },
    }
}

/// What only one of the servers has, or some of its versions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Features {
    /// Which server.
    pub(super) flavour: Flavour,
    /// `json` is a type of its own, and no `longtext` with a check.
    pub(super) native_json: bool,
    /// `uuid` is a type.
    pub(super) uuid: bool,
    /// Any expression can be a default, without parentheses around it.
    pub(super) bare_default_expressions: bool,
    /// A literal can be the default of a `text`, `blob`, `json` or spatial column.
    pub(super) text_defaults: bool,
    /// Keys of an index can be expressions.
    pub(super) functional_indexes: bool,
    /// A text or blob without a length can be the key of an index: of as much as fits, or by a hash.
    pub(super) indexes_whole_texts: bool,
    /// Indexes over vectors.
    pub(super) vector_indexes: bool,
    /// `DESC` in an index is kept.
    pub(super) descending_keys: bool,
    /// Character sets of Unicode are compared by its newer rules unless told otherwise.
    pub(super) uca_by_default: bool,
    /// `DROP CONSTRAINT` drops a check; otherwise it is `DROP CHECK`.
    pub(super) drops_constraint: bool,
}

/// Features by the first version that has them.
pub(super) fn features(flavour: Flavour, version: (u32, u32)) -> Features {
    let since = |maria: Option<(u32, u32)>, my: Option<(u32, u32)>| {
        let first = match flavour {
            Flavour::MariaDb => maria,
            Flavour::MySql => my,
        };
        first.is_some_and(|first| version >= first)
    };
    Features {
        flavour,
        native_json: since(None, Some((5, 7))),
        uuid: since(Some((10, 7)), None),
        bare_default_expressions: since(Some((10, 2)), None),
        text_defaults: since(Some((10, 2)), None),
        functional_indexes: since(None, Some((8, 0))),
        indexes_whole_texts: since(Some((10, 4)), None),
        vector_indexes: since(Some((11, 7)), None),
        descending_keys: since(Some((10, 8)), Some((8, 0))),
        uca_by_default: since(Some((11, 5)), None),
        drops_constraint: since(Some((10, 2)), None),
    }
}
