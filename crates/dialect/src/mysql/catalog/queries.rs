//! The queries, a constant number of them, each in a file of its own.

use crate::CatalogQuery;
use crate::mysql::Flavour;

const fn query(name: &'static str, sql: &'static str, columns: &'static [&'static str]) -> CatalogQuery {
    CatalogQuery { name, sql, columns, takes_namespaces: true, is_fingerprint: false }
}

const FINGERPRINT: CatalogQuery = CatalogQuery {
    is_fingerprint: true,
    ..query("fingerprint", include_str!("fingerprint.sql"), &["kind", "count", "sum"])
};

const TABLES: CatalogQuery = query(
    "tables",
    include_str!("tables.sql"),
    &["namespace", "name", "type", "engine", "collation", "options", "comment"],
);

const PARTITIONS: CatalogQuery = query(
    "partitions",
    include_str!("partitions.sql"),
    &[
        "namespace",
        "table",
        "name",
        "subpartition",
        "method",
        "expression",
        "description",
        "subpartition_method",
        "subpartition_expression",
    ],
);

const COLUMNS: &[&str] = &[
    "namespace",
    "table",
    "name",
    "position",
    "type",
    "is_nullable",
    "default",
    "extra",
    "collation",
    "comment",
    "expression",
    "srid",
];

const INDEX_KEYS: &[&str] = &[
    "namespace",
    "table",
    "index",
    "is_not_unique",
    "column",
    "expression",
    "order",
    "prefix",
    "method",
    "comment",
    "is_unused",
];

const CHECKS: &[&str] = &["namespace", "table", "name", "level", "expression", "is_enforced"];

const FOREIGN_KEYS: CatalogQuery = query(
    "foreign_keys",
    include_str!("foreign_keys.sql"),
    &["namespace", "table", "name", "on_delete", "on_update"],
);

const FOREIGN_KEY_COLUMNS: CatalogQuery = query(
    "foreign_key_columns",
    include_str!("foreign_key_columns.sql"),
    &[
        "namespace",
        "table",
        "name",
        "column",
        "referenced_namespace",
        "referenced_table",
        "referenced_column",
    ],
);

const VIEWS: &[&str] = &["namespace", "name", "sql", "security", "check_option", "algorithm"];

const TRIGGERS: CatalogQuery = query(
    "triggers",
    include_str!("triggers.sql"),
    &["namespace", "table", "name", "timing", "event", "sql"],
);

const ROUTINES: CatalogQuery =
    query("routines", include_str!("routines.sql"), &["namespace", "kind", "name", "sql"]);

const MARIADB: &[CatalogQuery] = &[
    FINGERPRINT,
    query("single_rights", include_str!("single_rights.sql"), &["what", "user", "namespace"]),
    TABLES,
    PARTITIONS,
    query("columns", include_str!("columns_mariadb.sql"), COLUMNS),
    query("index_keys", include_str!("index_keys_mariadb.sql"), INDEX_KEYS),
    query("checks", include_str!("checks_mariadb.sql"), CHECKS),
    FOREIGN_KEYS,
    FOREIGN_KEY_COLUMNS,
    query("views", include_str!("views_mariadb.sql"), VIEWS),
    TRIGGERS,
    ROUTINES,
];

const MYSQL: &[CatalogQuery] = &[
    FINGERPRINT,
    TABLES,
    PARTITIONS,
    query("columns", include_str!("columns_mysql.sql"), COLUMNS),
    query("index_keys", include_str!("index_keys_mysql.sql"), INDEX_KEYS),
    query("checks", include_str!("checks_mysql.sql"), CHECKS),
    FOREIGN_KEYS,
    FOREIGN_KEY_COLUMNS,
    query("views", include_str!("views_mysql.sql"), VIEWS),
    TRIGGERS,
    ROUTINES,
];

/// Every query of one of the servers.
pub(in crate::mysql) fn queries(flavour: Flavour) -> &'static [CatalogQuery] {
    match flavour {
        Flavour::MariaDb => MARIADB,
        Flavour::MySql => MYSQL,
    }
}
