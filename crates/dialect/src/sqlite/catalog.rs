//! The catalog: a constant number of queries over `sqlite_schema` and the pragmas, and their rows read.

mod rows;
mod table;

use std::collections::BTreeMap;

use ambix_schema::{Coverage, Kind, Movable, Name, Naming, Schema, TableName, Unmodelled};

use crate::{CatalogError, CatalogQuery, CatalogRows};
use rows::{ObjectRow, TableRows};

const fn query(name: &'static str, sql: &'static str, columns: &'static [&'static str]) -> CatalogQuery {
    CatalogQuery { name, sql, columns, takes_namespaces: false, is_fingerprint: false }
}

/// All queries.
pub(super) const QUERIES: &[CatalogQuery] = &[
    CatalogQuery {
        is_fingerprint: true,
        ..query("schema_version", include_str!("catalog/schema_version.sql"), &["schema_version"])
    },
    query(rows::OBJECTS, include_str!("catalog/objects.sql"), &["type", "name", "table_name", "sql"]),
    query(
        rows::TABLES,
        include_str!("catalog/tables.sql"),
        &["name", "type", "is_strict", "is_without_rowid"],
    ),
    query(
        rows::COLUMNS,
        include_str!("catalog/columns.sql"),
        &["table_name", "name", "type", "is_not_null", "dflt_value", "key_position", "hidden"],
    ),
    query(
        rows::INDEX_KEYS,
        include_str!("catalog/index_keys.sql"),
        &[
            "table_name",
            "index_name",
            "is_unique",
            "origin",
            "column_id",
            "column_name",
            "is_descending",
            "collation",
        ],
    ),
    query(
        rows::FOREIGN_KEYS,
        include_str!("catalog/foreign_keys.sql"),
        &[
            "table_name",
            "id",
            "referenced_table",
            "column_name",
            "referenced_column",
            "on_update",
            "on_delete",
        ],
    ),
];

/// Reads the rows of all queries into a schema.
pub(super) fn read(rows: &CatalogRows, naming: &Naming) -> Result<Schema, CatalogError> {
    let objects = rows::objects(rows)?;
    let kinds = rows::table_kinds(rows)?;
    let tables = rows::tables(rows, &objects, &kinds)?;
    let mut schema = Schema::new();
    // Views are seen, kept, and not compared.
    schema.coverage = Coverage::full().without_kinds([
        Kind::Namespace,
        Kind::Extension,
        Kind::Enum,
        Kind::Domain,
        Kind::Composite,
        Kind::Range,
        Kind::Sequence,
        Kind::Exclusion,
        Kind::View,
    ]);
    for table in tables.values() {
        table::insert(&mut schema, table, &tables, naming);
    }
    insert_others(&mut schema, &objects, &kinds, &tables);
    Ok(schema)
}

/// What is no table, or no table of a kind that can be altered.
fn insert_others(
    schema: &mut Schema,
    objects: &[ObjectRow<'_>],
    kinds: &BTreeMap<&str, rows::TableKind>,
    tables: &BTreeMap<&str, TableRows<'_>>,
) {
    for object in objects {
        let (kind, on) = match object.kind {
            "view" => ("view", None),
            "trigger" => ("trigger", Some(TableName::new(object.table))),
            "table" if kinds.get(object.name) == Some(&rows::TableKind::Shadow) => ("shadow table", None),
            "table" if !tables.contains_key(object.name) => ("virtual table", None),
            _table_or_index => continue,
        };
        if let (Some(sql), "view" | "trigger") = (object.sql, kind) {
            schema.movables.push(Movable {
                what: format!("{kind} {}", object.name),
                away: format!("DROP {} {}", kind.to_uppercase(), quoted(object.name)),
                back: Some(sql.to_owned()),
            });
        }
        schema.unmodelled.push(Unmodelled {
            kind: kind.to_owned(),
            on,
            name: Name::from(object.name),
            sql: object.sql.map(str::to_owned),
        });
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
