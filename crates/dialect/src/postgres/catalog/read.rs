//! Rows of the catalog as a schema. Nothing is brought to one spelling here; that is for `canonical`.

use std::collections::BTreeMap;

use ambix_schema::{
    Action, Address, Check, Column, ColumnDefault, Exclusion, ExclusionElement, Expr, Extension, Facet,
    ForeignKey, Generated, Index, IndexKey, Kind, MatchType, Name, Namespace, Nulls, PrimaryKey, Schema,
    Silent, Table, TableName, Unique, Unmodelled, View,
};

use super::prerequisites::read_prerequisites;
use super::row::{Numbers, Row, rows_of};
use super::sequences::{OwnedSequence, owned_sequences, read_identity, read_sequences};
use super::types::{read_type, read_types};
use crate::postgres::primary_key_name;
use crate::{CatalogError, CatalogRows};

/// The schema that the rows of all queries tell.
pub(in crate::postgres) fn read(rows: &CatalogRows) -> Result<Schema, CatalogError> {
    let mut schema = Schema::new();
    read_namespaces(&mut schema, rows)?;
    read_types(&mut schema, rows)?;
    read_tables(&mut schema, rows)?;
    let mut sequences = owned_sequences(rows)?;
    let numbers = read_columns(&mut schema, rows, &mut sequences)?;
    read_sequences(&mut schema, rows, &sequences)?;
    let keys = read_keys(rows)?;
    read_constraints(&mut schema, rows, &keys, &numbers)?;
    read_indexes(&mut schema, rows, &keys)?;
    read_views(&mut schema, rows)?;
    read_unmodelled(&mut schema, rows)?;
    read_prerequisites(&mut schema, rows)?;
    Ok(schema)
}

fn read_namespaces(schema: &mut Schema, rows: &CatalogRows) -> Result<(), CatalogError> {
    for row in rows_of(rows, "namespaces") {
        let namespace = Namespace { comment: row.owned("comment") };
        schema.insert(Address::namespace(row.name("namespace")?), namespace);
    }
    for row in rows_of(rows, "extensions") {
        // Which version a server offers is not for a schema to say.
        schema.insert(Address::extension(row.name("name")?), Extension::default());
    }
    Ok(())
}

fn read_tables(schema: &mut Schema, rows: &CatalogRows) -> Result<(), CatalogError> {
    for row in rows_of(rows, "tables") {
        let table = Table {
            comment: row.owned("comment"),
            options: row.options()?,
            partition_by: row.owned("partition"),
            ..Table::default()
        };
        schema.insert(Address::table(row.own_name()?), table);
    }
    Ok(())
}

fn read_columns(
    schema: &mut Schema,
    rows: &CatalogRows,
    sequences: &mut BTreeMap<Address, OwnedSequence>,
) -> Result<Numbers, CatalogError> {
    let mut numbers = Numbers::new();
    for row in rows_of(rows, "columns") {
        let (table, name) = (row.table()?, row.name("name")?);
        let at = Address::column(&table, name.clone());
        let identity = read_identity(row, sequences.get_mut(&at))?;
        let default = row.optional("default").map(Expr::from);
        let is_stored = match row.text("generated")? {
            "" => None,
            "v" => Some(false),
            _stored => Some(true),
        };
        let generated = default.clone().zip(is_stored).map(|(expr, is_stored)| Generated { expr, is_stored });
        let place = row.number("position")?.unwrap_or_default();
        let column = Column {
            is_nullable: row.flag("is_nullable"),
            default: default.filter(|_| identity.is_none() && generated.is_none()).map(ColumnDefault::Sql),
            identity,
            generated,
            collation: row.collation(),
            comment: row.owned("comment"),
            position: Silent(u32::try_from(place).unwrap_or_default()),
            ..Column::new(read_type(row)?)
        };
        schema.insert(at, column);
        numbers.entry(table).or_default().insert(place, name);
    }
    Ok(numbers)
}

/// The keys and included columns of each index, by table and index name.
type Keys = BTreeMap<(TableName, Name), IndexParts>;

#[derive(Default)]
struct IndexParts {
    elements: Vec<(IndexKey, Option<String>)>,
    include: Vec<Name>,
}

fn read_keys(rows: &CatalogRows) -> Result<Keys, CatalogError> {
    let mut keys = Keys::new();
    for row in rows_of(rows, "index_keys") {
        let parts = keys.entry((row.table()?, row.name("index")?)).or_default();
        if row.flag("is_included") {
            parts.include.push(row.name("column")?);
            continue;
        }
        let mut key = match row.optional("column") {
            Some(column) => IndexKey::column(column),
            None => IndexKey::expr(row.text("expression")?),
        };
        key.is_descending = row.flag("is_descending");
        key.nulls = Some(if row.flag("nulls_first") { Nulls::First } else { Nulls::Last });
        key.collation = row.collation();
        key.opclass = row.owned("opclass");
        parts.elements.push((key, row.owned("operator")));
    }
    Ok(keys)
}

fn read_constraints(
    schema: &mut Schema,
    rows: &CatalogRows,
    keys: &Keys,
    numbers: &Numbers,
) -> Result<(), CatalogError> {
    for row in rows_of(rows, "constraints") {
        let (table, name) = (row.table()?, row.name("name")?);
        let part = |kind| Address::part(&table, kind, name.clone());
        match row.text("type")? {
            "p" => read_primary_key(schema, row, &table, name, numbers)?,
            "u" => {
                let unique = Unique {
                    include: row.columns("include", &table, numbers)?,
                    nulls_not_distinct: row.flag("nulls_not_distinct"),
                    deferrable: row.deferrable(),
                    ..Unique::new(row.columns("columns", &table, numbers)?)
                };
                schema.insert(part(Kind::Unique), unique);
            }
            "c" => {
                let check = Check {
                    is_validated: row.flag("is_validated"),
                    no_inherit: row.flag("no_inherit"),
                    ..Check::new(row.text("expression")?)
                };
                schema.insert(part(Kind::Check), check);
            }
            "f" => {
                schema.insert(part(Kind::ForeignKey), read_foreign_key(row, &table, numbers)?);
            }
            "x" => {
                let exclusion = read_exclusion(row, keys.get(&(table.clone(), name.clone())))?;
                schema.insert(part(Kind::Exclusion), exclusion);
            }
            other => return Err(row.error(format!("{name} on {table} is of the unknown kind {other:?}"))),
        }
    }
    Ok(())
}

fn read_primary_key(
    schema: &mut Schema,
    row: Row<'_>,
    table: &TableName,
    name: Name,
    numbers: &Numbers,
) -> Result<(), CatalogError> {
    let at = Address::primary_key(table);
    // A renamed table keeps the name its key was given by convention; nobody chose it.
    let is_conventional = name.as_str().trim_end_matches(|c: char| c.is_ascii_digit()).ends_with("_pkey");
    if is_conventional && name != primary_key_name(&table.name) {
        schema.imply(at.clone(), Facet::Name);
    }
    let columns = row.columns("columns", table, numbers)?;
    let key = PrimaryKey { name: Some(name), deferrable: row.deferrable(), ..PrimaryKey::new(columns) };
    schema.insert(at, key);
    Ok(())
}

fn read_foreign_key(row: Row<'_>, table: &TableName, numbers: &Numbers) -> Result<ForeignKey, CatalogError> {
    let target = TableName::qualified(row.text("referenced_namespace")?, row.text("referenced_table")?);
    let referenced = match row.optional("referenced_names") {
        Some(_) => row.list("referenced_names")?.into_iter().map(Name::from).collect(),
        None => row.columns("referenced_columns", &target, numbers)?,
    };
    let set_columns = row.columns("set_columns", table, numbers)?;
    let match_type = match row.text("match")? {
        "f" => MatchType::Full,
        "p" => MatchType::Partial,
        _simple => MatchType::Simple,
    };
    Ok(ForeignKey {
        on_delete: read_action(row, "on_delete", set_columns)?,
        on_update: read_action(row, "on_update", Vec::new())?,
        match_type,
        deferrable: row.deferrable(),
        is_validated: row.flag("is_validated"),
        ..ForeignKey::new(row.columns("columns", table, numbers)?, target, referenced)
    })
}

fn read_action(row: Row<'_>, column: &str, columns: Vec<Name>) -> Result<Action, CatalogError> {
    match row.text(column)? {
        "a" => Ok(Action::NoAction),
        "r" => Ok(Action::Restrict),
        "c" => Ok(Action::Cascade),
        "n" => Ok(Action::SetNull(columns)),
        "d" => Ok(Action::SetDefault(columns)),
        other => Err(row.error(format!("{column} is the unknown action {other:?}"))),
    }
}

fn read_exclusion(row: Row<'_>, parts: Option<&IndexParts>) -> Result<Exclusion, CatalogError> {
    let name = row.text("name")?;
    let parts =
        parts.ok_or_else(|| row.error(format!("{name} has no index; the schema may have been changing")))?;
    let elements = parts
        .elements
        .iter()
        .map(|(key, operator)| {
            let operator = operator.clone().ok_or_else(|| row.error(format!("{name} lacks an operator")))?;
            Ok(ExclusionElement { key: key.clone(), operator })
        })
        .collect::<Result<_, CatalogError>>()?;
    Ok(Exclusion {
        method: row.owned("method"),
        predicate: row.optional("predicate").map(Expr::from),
        deferrable: row.deferrable(),
        ..Exclusion::new(elements)
    })
}

fn read_indexes(schema: &mut Schema, rows: &CatalogRows, keys: &Keys) -> Result<(), CatalogError> {
    for row in rows_of(rows, "indexes") {
        let (table, name) = (row.table()?, row.name("name")?);
        if !row.flag("is_valid") {
            // What a failed CREATE INDEX CONCURRENTLY leaves behind serves no query.
            let kind = "invalid index".to_owned();
            schema.unmodelled.push(Unmodelled { kind, on: Some(table), name, sql: None });
            continue;
        }
        let parts = keys
            .get(&(table.clone(), name.clone()))
            .ok_or_else(|| row.error(format!("{name} has no keys; the schema may have been changing")))?;
        let index = Index {
            is_unique: row.flag("is_unique"),
            method: row.owned("method"),
            predicate: row.optional("predicate").map(Expr::from),
            include: parts.include.clone(),
            nulls_not_distinct: row.flag("nulls_not_distinct"),
            options: row.options()?,
            comment: row.owned("comment"),
            ..Index::new(parts.elements.iter().map(|(key, _)| key.clone()).collect())
        };
        schema.insert(Address::part(table, Kind::Index, name), index);
    }
    Ok(())
}

fn read_views(schema: &mut Schema, rows: &CatalogRows) -> Result<(), CatalogError> {
    for row in rows_of(rows, "views") {
        let view =
            View { is_materialized: row.flag("is_materialized"), ..View::new(row.text("definition")?) };
        schema.insert(Address::of(Kind::View, row.own_name()?), view);
    }
    Ok(())
}

fn read_unmodelled(schema: &mut Schema, rows: &CatalogRows) -> Result<(), CatalogError> {
    for row in rows_of(rows, "unmodelled") {
        let namespace = row.text("namespace")?;
        schema.unmodelled.push(Unmodelled {
            kind: row.text("kind")?.to_owned(),
            on: row.optional("table").map(|table| TableName::qualified(namespace, table)),
            name: row.name("name")?,
            sql: row.owned("sql"),
        });
    }
    Ok(())
}
