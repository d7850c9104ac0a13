//! The queries, a constant number of them, each in a file of its own.

use crate::CatalogQuery;

/// Every query; the fingerprint is also asked again at the end.
pub(in crate::postgres) const QUERIES: &[CatalogQuery] = &[
    CatalogQuery {
        name: "fingerprint",
        sql: include_str!("fingerprint.sql"),
        columns: &["kind", "count", "sum"],
        takes_namespaces: true,
        is_fingerprint: true,
    },
    CatalogQuery {
        name: "namespaces",
        sql: include_str!("namespaces.sql"),
        columns: &["namespace", "comment"],
        takes_namespaces: true,
        is_fingerprint: false,
    },
    CatalogQuery {
        name: "extensions",
        sql: include_str!("extensions.sql"),
        columns: &["name"],
        takes_namespaces: false,
        is_fingerprint: false,
    },
    CatalogQuery {
        name: "enums",
        sql: include_str!("enums.sql"),
        columns: &["namespace", "name", "comment", "value"],
        takes_namespaces: true,
        is_fingerprint: false,
    },
    CatalogQuery {
        name: "sequences",
        sql: include_str!("sequences.sql"),
        columns: &["namespace", "name", "type", "start", "increment", "min", "max", "cache", "is_cyclic", "owner_namespace", "owner_table", "owner_column"],
        takes_namespaces: true,
        is_fingerprint: false,
    },
    CatalogQuery {
        name: "tables",
        sql: include_str!("tables.sql"),
        columns: &["namespace", "name", "comment", "options", "partition"],
        takes_namespaces: true,
        is_fingerprint: false,
    },
    CatalogQuery {
        name: "columns",
        sql: include_str!("columns.sql"),
        columns: &["namespace", "table", "name", "position", "type", "is_nullable", "default", "identity", "generated", "collation", "comment", "enum_namespace", "enum_name", "is_array", "has_sequence", "uses_sequence", "start", "increment", "min", "max", "cache", "is_cyclic"],
        takes_namespaces: true,
        is_fingerprint: false,
    },
    CatalogQuery {
        name: "constraints",
        sql: include_str!("constraints.sql"),
        columns: &["namespace", "table", "name", "type", "columns", "referenced_namespace", "referenced_table", "referenced_columns", "on_update", "on_delete", "set_columns", "match", "is_deferrable", "is_deferred", "is_validated", "no_inherit", "expression", "include", "nulls_not_distinct", "method", "predicate"],
        takes_namespaces: true,
        is_fingerprint: false,
    },
    CatalogQuery {
        name: "indexes",
        sql: include_str!("indexes.sql"),
        columns: &["namespace", "table", "name", "is_unique", "is_valid", "method", "predicate", "nulls_not_distinct", "options", "comment"],
        takes_namespaces: true,
        is_fingerprint: false,
    },
    CatalogQuery {
        name: "index_keys",
        sql: include_str!("index_keys.sql"),
        columns: &["namespace", "table", "index", "is_included", "column", "expression", "is_descending", "nulls_first", "collation", "opclass", "operator"],
        takes_namespaces: true,
        is_fingerprint: false,
    },
    CatalogQuery {
        name: "views",
        sql: include_str!("views.sql"),
        columns: &["namespace", "name", "is_materialized", "definition"],
        takes_namespaces: true,
        is_fingerprint: false,
    },
    CatalogQuery {
        name: "unmodelled",
        sql: include_str!("unmodelled.sql"),
        columns: &["kind", "namespace", "table", "name", "sql"],
        takes_namespaces: true,
        is_fingerprint: false,
    },
];
