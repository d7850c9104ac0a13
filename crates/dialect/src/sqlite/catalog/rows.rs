//! The rows of the catalog queries, gathered by table.

use std::collections::BTreeMap;

use crate::{CatalogError, CatalogRow, CatalogRows};

pub(super) const OBJECTS: &str = "objects";
pub(super) const TABLES: &str = "tables";
pub(super) const COLUMNS: &str = "columns";
pub(super) const INDEX_KEYS: &str = "index_keys";
pub(super) const FOREIGN_KEYS: &str = "foreign_keys";

/// A row of `sqlite_schema`.
#[derive(Clone, Copy, Debug)]
pub(super) struct ObjectRow<'a> {
    /// `table`, `index`, `view` or `trigger`.
    pub(super) kind: &'a str,
    pub(super) name: &'a str,
    pub(super) table: &'a str,
    /// Null for indexes that a constraint made.
    pub(super) sql: Option<&'a str>,
}

/// What sort of table something is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TableKind {
    Plain {
        is_strict: bool,
        is_without_rowid: bool,
    },
    /// Part of how a virtual table stores itself.
    Shadow,
    /// A virtual table or a view.
    Other,
}

/// A table with its rows of all queries.
#[derive(Clone, Debug)]
pub(super) struct TableRows<'a> {
    pub(super) name: &'a str,
    pub(super) sql: &'a str,
    pub(super) is_strict: bool,
    pub(super) is_without_rowid: bool,
    /// In the order of the table.
    pub(super) columns: Vec<ColumnRow<'a>>,
    pub(super) indexes: BTreeMap<&'a str, IndexRows<'a>>,
    pub(super) foreign_keys: BTreeMap<u32, ForeignKeyRows<'a>>,
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub(super) struct ColumnRow<'a> {
    pub(super) name: &'a str,
    pub(super) ty: &'a str,
    pub(super) is_not_null: bool,
    pub(super) default: Option<&'a str>,
    /// Place in the primary key, from 1; 0 is none.
    pub(super) key_position: u32,
    /// 0 for a plain column, 2 for a generated one, 3 for one that is stored.
    pub(super) hidden: u32,
}

/// An index, made by CREATE INDEX or by a constraint.
#[derive(Clone, Debug)]
pub(super) struct IndexRows<'a> {
    pub(super) is_unique: bool,
    /// `c` by CREATE INDEX, `u` by UNIQUE, `pk` by PRIMARY KEY.
    pub(super) origin: &'a str,
    /// Null for those of a constraint.
    pub(super) sql: Option<&'a str>,
    pub(super) keys: Vec<IndexKeyRow<'a>>,
}

/// A key of an index.
#[derive(Clone, Copy, Debug)]
pub(super) struct IndexKeyRow<'a> {
    /// Null for an expression.
    pub(super) column: Option<&'a str>,
    pub(super) is_descending: bool,
    pub(super) collation: Option<&'a str>,
}

/// A foreign key.
#[derive(Clone, Debug)]
pub(super) struct ForeignKeyRows<'a> {
    pub(super) table: &'a str,
    pub(super) on_update: &'a str,
    pub(super) on_delete: &'a str,
    /// Referencing and referenced column; the latter null where the primary key is meant.
    pub(super) columns: Vec<(&'a str, Option<&'a str>)>,
}

pub(super) fn objects(rows: &CatalogRows) -> Result<Vec<ObjectRow<'_>>, CatalogError> {
    rows.of(OBJECTS)
        .map(|row| {
            Ok(ObjectRow {
                kind: row.text(OBJECTS, "type")?,
                name: row.text(OBJECTS, "name")?,
                table: row.text(OBJECTS, "table_name")?,
                sql: row.optional("sql"),
            })
        })
        .collect()
}

pub(super) fn table_kinds(rows: &CatalogRows) -> Result<BTreeMap<&str, TableKind>, CatalogError> {
    rows.of(TABLES)
        .map(|row| {
            let kind = match row.text(TABLES, "type")? {
                "table" => TableKind::Plain {
                    is_strict: row.flag("is_strict"),
                    is_without_rowid: row.flag("is_without_rowid"),
                },
                "shadow" => TableKind::Shadow,
                _virtual_or_view => TableKind::Other,
            };
            Ok((row.text(TABLES, "name")?, kind))
        })
        .collect()
}

/// The plain tables, by name.
pub(super) fn tables<'a>(
    rows: &'a CatalogRows,
    objects: &[ObjectRow<'a>],
    kinds: &BTreeMap<&'a str, TableKind>,
) -> Result<BTreeMap<&'a str, TableRows<'a>>, CatalogError> {
    let mut tables = BTreeMap::new();
    for object in objects.iter().filter(|object| object.kind == "table") {
        let Some(TableKind::Plain { is_strict, is_without_rowid }) = kinds.get(object.name).copied() else {
            continue;
        };
        let table = TableRows {
            name: object.name,
            sql: object.sql.unwrap_or_default(),
            is_strict,
            is_without_rowid,
            columns: Vec::new(),
            indexes: BTreeMap::new(),
            foreign_keys: BTreeMap::new(),
        };
        tables.insert(object.name, table);
    }
    gather_columns(rows, &mut tables)?;
    gather_indexes(rows, objects, &mut tables)?;
    gather_foreign_keys(rows, &mut tables)?;
    Ok(tables)
}

fn gather_columns<'a>(
    rows: &'a CatalogRows,
    tables: &mut BTreeMap<&'a str, TableRows<'a>>,
) -> Result<(), CatalogError> {
    for row in rows.of(COLUMNS) {
        let Some(table) = tables.get_mut(row.text(COLUMNS, "table_name")?) else { continue };
        table.columns.push(ColumnRow {
            name: row.text(COLUMNS, "name")?,
            ty: row.optional("type").unwrap_or_default(),
            is_not_null: row.flag("is_not_null"),
            default: row.optional("dflt_value"),
            key_position: number(row, COLUMNS, "key_position")?,
            hidden: number(row, COLUMNS, "hidden")?,
        });
    }
    Ok(())
}

fn gather_indexes<'a>(
    rows: &'a CatalogRows,
    objects: &[ObjectRow<'a>],
    tables: &mut BTreeMap<&'a str, TableRows<'a>>,
) -> Result<(), CatalogError> {
    let definitions: BTreeMap<&str, &'a str> = objects
        .iter()
        .filter(|object| object.kind == "index")
        .filter_map(|object| Some((object.name, object.sql?)))
        .collect();
    for row in rows.of(INDEX_KEYS) {
        let Some(table) = tables.get_mut(row.text(INDEX_KEYS, "table_name")?) else { continue };
        let name = row.text(INDEX_KEYS, "index_name")?;
        let index = table.indexes.entry(name).or_insert(IndexRows {
            is_unique: row.flag("is_unique"),
            origin: row.text(INDEX_KEYS, "origin")?,
            sql: definitions.get(name).copied(),
            keys: Vec::new(),
        });
        index.keys.push(IndexKeyRow {
            column: row.optional("column_name"),
            is_descending: row.flag("is_descending"),
            collation: row.optional("collation"),
        });
    }
    Ok(())
}

fn gather_foreign_keys<'a>(
    rows: &'a CatalogRows,
    tables: &mut BTreeMap<&'a str, TableRows<'a>>,
) -> Result<(), CatalogError> {
    for row in rows.of(FOREIGN_KEYS) {
        let Some(table) = tables.get_mut(row.text(FOREIGN_KEYS, "table_name")?) else { continue };
        let key = table.foreign_keys.entry(number(row, FOREIGN_KEYS, "id")?).or_insert(ForeignKeyRows {
            table: row.text(FOREIGN_KEYS, "referenced_table")?,
            on_update: row.text(FOREIGN_KEYS, "on_update")?,
            on_delete: row.text(FOREIGN_KEYS, "on_delete")?,
            columns: Vec::new(),
        });
        key.columns.push((row.text(FOREIGN_KEYS, "column_name")?, row.optional("referenced_column")));
    }
    Ok(())
}

fn number(row: CatalogRow<'_>, query: &str, column: &str) -> Result<u32, CatalogError> {
    let text = row.text(query, column)?;
    text.parse().map_err(|_| CatalogError::new(query, format!("{column} is no number: {text:?}")))
}
