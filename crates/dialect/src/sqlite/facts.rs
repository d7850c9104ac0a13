//! What SQLite can and cannot do, as data.

use ambix_schema::{Naming, Type};

use crate::{Facts, ScriptGuard};

/// The facts for one version of the library.
pub(super) fn facts(version: (u32, u32)) -> Facts {
    Facts {
        name: "sqlite",
        title: super::TITLE,
        version,
        has_transactional_ddl: true,
        has_namespaces: false,
        has_enum_types: false,
        enum_values_in_columns: false,
        comments: &[],
        validates_later: false,
        // Foreign keys are only looked at when rows change.
        allows_forward_references: true,
        alters_constraints: false,
        alters_tables_at_once: false,
        creates_indexes_inside: false,
        foreign_keys_hold_types: false,
        expressions_follow_renames: true,
        tells_unique_from_index: true,
        inherent_options: &[],
        compared_definitions: &["view", "trigger"],
        ignores_case_of_names: true,
        // An index keeps its name, and readers see the state before a transaction.
        reads_while_indexing: false,
        names_indexes_by_table: false,
        indexes_long_values: true,
        long_text: Type::Text,
        quote_mark: '"',
        hexadecimal: ("hex(", ")"),
        max_identifier: None,
        // A table that is dropped takes the rows with it that cascade from its own, unless foreign keys
        // are off; and they can only be switched outside a transaction.
        script_guard: ScriptGuard {
            before_begin: &["PRAGMA foreign_keys = OFF"],
            before_commit: &["PRAGMA foreign_key_check"],
            after_commit: &["PRAGMA foreign_keys = ON"],
        },
        naming: Naming { max_bytes: None, ..Naming::default() },
    }
}
