//! Rows of the catalog as a schema. Nothing is brought to one spelling here; that is for `canonical`.

use std::collections::{BTreeMap, BTreeSet};

use ambix_schema::{
    Action, Address, Coverage, ForeignKey, Index, IndexKey, IndexSubject, Kind, Name, PrimaryKey, Schema,
    Table, TableName, Unique, Unmodelled,
};

use super::row::{Row, rows_of};
use super::{column, definition, partition};
use crate::mysql::{Flavour, Mysql, order_option, prefix_option};
use crate::{CatalogError, CatalogRows};

/// What the servers call the index of every primary key.
const PRIMARY: &str = "PRIMARY";

/// The schema that the rows of all queries tell.
pub(in crate::mysql) fn read(mysql: &Mysql, rows: &CatalogRows) -> Result<Schema, CatalogError> {
    refuse_single_rights(rows)?;
    let mut schema = Schema::new();
    schema.coverage = Coverage::full().without_kinds([
        Kind::Namespace,
        Kind::Extension,
        Kind::Enum,
        Kind::Domain,
        Kind::Composite,
        Kind::Range,
        Kind::Sequence,
        Kind::Exclusion,
        // Seen and kept, and not compared.
        Kind::View,
    ]);
    let tables = read_tables(&mut schema, rows)?;
    column::read_columns(mysql, &mut schema, rows, &tables)?;
    read_indexes(mysql, &mut schema, rows, &tables)?;
    read_foreign_keys(&mut schema, rows, &tables)?;
    read_unmodelled(mysql, &mut schema, rows)?;
    Ok(schema)
}

/// What a user cannot see looks as if it were not there, and would be dropped or made again.
fn refuse_single_rights(rows: &CatalogRows) -> Result<(), CatalogError> {
    let seen: Vec<Row<'_>> = rows_of(rows, "single_rights").collect();
    let Some(first) = seen.first() else { return Ok(()) };
    let names: Vec<&str> = seen.iter().take(5).map(|row| row.text("what")).collect::<Result<_, _>>()?;
    let more = if seen.len() > names.len() { ", and others" } else { "" };
    let (user, namespace) = (first.text("user")?, first.text("namespace")?);
    let reason = ambix_schema::escape(&format!(
        "{user} has rights on single tables or columns of {namespace} alone ({}{more}), and the server shows \
         nothing of all others",
        names.join(", ")
    ));
    Err(first.error(reason).with_advice(
        "use a user with SELECT on the whole database, or grant it: GRANT SELECT ON database.* TO user",
    ))
}

/// The tables that are modelled; what else stands among them is only noted.
fn read_tables(schema: &mut Schema, rows: &CatalogRows) -> Result<BTreeSet<TableName>, CatalogError> {
    let mut tables = BTreeSet::new();
    let mut partitions = partition::read(rows)?;
    for row in rows_of(rows, "tables") {
        let name = row.own_name()?;
        match row.text("type")? {
            "BASE TABLE" => {
                let table = Table {
                    comment: row.said("comment"),
                    options: table_options(row),
                    partition_by: partitions.remove(&name),
                    ..Table::default()
                };
                schema.insert(Address::table(&name), table);
                tables.insert(name);
            }
            // Views have rows of their own.
            "VIEW" => {}
            other => schema.unmodelled.push(Unmodelled {
                kind: other.to_ascii_lowercase().replace("system versioned", "system-versioned table"),
                on: None,
                name: name.name,
                sql: None,
            }),
        }
    }
    Ok(tables)
}

/// `row_format=COMPRESSED key_block_size=8 partitioned`, and what is said of every table.
fn table_options(row: Row<'_>) -> BTreeMap<String, String> {
    let mut options = BTreeMap::new();
    for (key, column) in [("engine", "engine"), ("collate", "collation")] {
        options.extend(row.said(column).map(|value| (key.to_owned(), value)));
    }
    for option in row.optional("options").unwrap_or_default().split_whitespace() {
        if let Some((key, value)) = option.split_once('=') {
            let bare = |text: &str| text.trim_matches(['`', '\'', '"']).to_owned();
            options.insert(bare(key).to_ascii_lowercase(), bare(value));
        }
    }
    options
}

fn read_indexes(
    mysql: &Mysql,
    schema: &mut Schema,
    rows: &CatalogRows,
    tables: &BTreeSet<TableName>,
) -> Result<(), CatalogError> {
    let mut indexes: BTreeMap<(TableName, Name), Index> = BTreeMap::new();
    for row in rows_of(rows, "index_keys") {
        let (table, name) = (row.table()?, row.name("index")?);
        if !tables.contains(&table) {
            continue;
        }
        let index = indexes.entry((table, name)).or_insert_with(|| Index::new(Vec::new()));
        index.is_unique = row.text("is_not_unique")? == "0";
        index.method = row.said("method");
        index.comment = row.said("comment");
        if row.flag("is_unused") {
            let word = match mysql.features.flavour {
                Flavour::MariaDb => "ignored",
                Flavour::MySql => "invisible",
            };
            index.options.insert(word.to_owned(), "true".to_owned());
        }
        index.keys.push(read_key(mysql, row)?);
    }
    for ((table, name), index) in indexes {
        if name.as_str() == PRIMARY {
            let key = PrimaryKey {
                options: key_options(&index),
                comment: index.comment.clone(),
                ..PrimaryKey::new(plain_columns(&index))
            };
            schema.insert(Address::primary_key(&table), key);
        } else if is_constraint(&index) {
            let unique = Unique {
                options: index.options.clone(),
                comment: index.comment.clone(),
                ..Unique::new(plain_columns(&index))
            };
            schema.insert(Address::part(&table, Kind::Unique, name), unique);
        } else {
            schema.insert(Address::part(&table, Kind::Index, name), index);
        }
    }
    Ok(())
}

/// What a primary key holds of its columns, and in which order.
fn key_options(index: &Index) -> BTreeMap<String, String> {
    let mut options = BTreeMap::new();
    for key in &index.keys {
        if let IndexSubject::Column(name) = &key.subject {
            options.extend(key.prefix.map(|length| (prefix_option(name), length.to_string())));
            options.extend(key.is_descending.then(|| (order_option(name), "desc".to_owned())));
        }
    }
    options
}

fn read_key(mysql: &Mysql, row: Row<'_>) -> Result<IndexKey, CatalogError> {
    let mut key = match row.optional("column") {
        Some(column) => IndexKey::column(column),
        None => IndexKey::expr(column::expression(mysql, row.text("expression")?)),
    };
    key.is_descending = row.optional("order") == Some("D");
    key.prefix = row.number("prefix")?;
    Ok(key)
}

/// A unique index of nothing but whole columns is what a unique constraint makes, and the servers know no
/// difference between the two.
fn is_constraint(index: &Index) -> bool {
    let is_plain = |key: &IndexKey| {
        matches!(key.subject, IndexSubject::Column(_)) && !key.is_descending && key.prefix.is_none()
    };
    index.is_unique && index.keys.iter().all(is_plain)
}

fn plain_columns(index: &Index) -> Vec<Name> {
    let columns = index.keys.iter().filter_map(|key| match &key.subject {
        IndexSubject::Column(name) => Some(name.clone()),
        IndexSubject::Expr(_) => None,
    });
    columns.collect()
}

fn read_foreign_keys(
    schema: &mut Schema,
    rows: &CatalogRows,
    tables: &BTreeSet<TableName>,
) -> Result<(), CatalogError> {
    let mut columns: BTreeMap<(TableName, Name), Vec<Row<'_>>> = BTreeMap::new();
    for row in rows_of(rows, "foreign_key_columns") {
        columns.entry((row.table()?, row.name("name")?)).or_default().push(row);
    }
    for row in rows_of(rows, "foreign_keys") {
        let (table, name) = (row.table()?, row.name("name")?);
        if !tables.contains(&table) {
            continue;
        }
        let own = columns.get(&(table.clone(), name.clone())).and_then(|rows| Some((rows, rows.first()?)));
        let (rows, first) = own.ok_or_else(|| {
            row.error(format!("{name} on {table} has no columns; the schema may have been changing"))
        })?;
        let target =
            TableName::qualified(first.text("referenced_namespace")?, first.text("referenced_table")?);
        let named = |column| rows.iter().map(|row| row.name(column)).collect::<Result<Vec<Name>, _>>();
        let key = ForeignKey {
            on_delete: action(row, "on_delete")?,
            on_update: action(row, "on_update")?,
            ..ForeignKey::new(named("column")?, target, named("referenced_column")?)
        };
        schema.insert(Address::part(table, Kind::ForeignKey, name), key);
    }
    Ok(())
}

fn action(row: Row<'_>, column: &str) -> Result<Action, CatalogError> {
    let words = row.text(column)?;
    Action::from_words(words).ok_or_else(|| row.error(format!("{column} is the unknown action {words:?}")))
}

fn read_unmodelled(mysql: &Mysql, schema: &mut Schema, rows: &CatalogRows) -> Result<(), CatalogError> {
    definition::read_views(mysql, schema, rows)?;
    definition::read_triggers(schema, rows)?;
    for row in rows_of(rows, "routines") {
        let (kind, sql) = (row.text("kind")?.to_owned(), row.said("sql"));
        schema.unmodelled.push(Unmodelled { kind, on: None, name: row.name("name")?, sql });
    }
    Ok(())
}
