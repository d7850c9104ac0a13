//! What PostgreSQL can and cannot do, by version, as data.

use ambix_schema::{Kind, Naming, Type};

use crate::{Facts, ScriptGuard};

/// The version facts are for when none is told.
pub(super) const DEFAULT_VERSION: (u32, u32) = (15, 0);

/// Bytes of a name that the server keeps.
pub(super) const MAX_IDENTIFIER: usize = 63;

/// The facts every dialect has.
pub(super) fn facts(version: (u32, u32)) -> Facts {
    Facts {
        name: "postgres",
        title: super::TITLE,
        version,
        has_transactional_ddl: true,
        has_namespaces: true,
        has_enum_types: true,
        enum_values_in_columns: false,
        comments: &Kind::ALL,
        validates_later: true,
        allows_forward_references: false,
        alters_constraints: true,
        alters_tables_at_once: false,
        creates_indexes_inside: false,
        foreign_keys_hold_types: false,
        expressions_follow_renames: true,
        tells_unique_from_index: true,
        inherent_options: &[],
        compared_definitions: &[],
        ignores_case_of_names: false,
        reads_while_indexing: true,
        names_indexes_by_table: false,
        indexes_long_values: true,
        long_text: Type::Text,
        quote_mark: '"',
        hexadecimal: ("encode(", ", 'hex')"),
        max_identifier: Some(MAX_IDENTIFIER),
        script_guard: ScriptGuard::default(),
        naming: Naming { max_bytes: Some(MAX_IDENTIFIER), ..Naming::default() },
    }
}

/// What only some of the versions have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Features {
    /// `ALTER COLUMN … DROP EXPRESSION`.
    pub(super) drops_expression: bool,
    /// `SET COMPRESSION`.
    pub(super) column_compression: bool,
    /// Constraints that are not enforced.
    pub(super) not_enforced: bool,
    /// Keys without overlaps.
    pub(super) periods: bool,
    /// Parameters of an operator class.
    pub(super) opclass_parameters: bool,
    /// Multiranges beside ranges.
    pub(super) multiranges: bool,
    /// `UNIQUE NULLS NOT DISTINCT`.
    pub(super) nulls_not_distinct: bool,
    /// `ON DELETE SET NULL (columns)`.
    pub(super) set_null_columns: bool,
    /// Columns carried along in an SP-GiST index.
    pub(super) spgist_include: bool,
    /// A scale below zero or above the precision.
    pub(super) any_scale: bool,
    /// `ALTER COLUMN … SET EXPRESSION`.
    pub(super) sets_expression: bool,
    /// Generated columns that are not stored.
    pub(super) virtual_columns: bool,
}

/// Features by the first major version that has them.
pub(super) fn features((major, _): (u32, u32)) -> Features {
    Features {
        drops_expression: major >= 13,
        column_compression: major >= 14,
        not_enforced: major >= 18,
        periods: major >= 18,
        opclass_parameters: major >= 13,
        multiranges: major >= 14,
        nulls_not_distinct: major >= 15,
        set_null_columns: major >= 15,
        spgist_include: major >= 14,
        any_scale: major >= 15,
        sets_expression: major >= 17,
        virtual_columns: major >= 18,
    }
}
