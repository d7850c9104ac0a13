//! Rows of the catalog as a schema. Nothing is brought to one spelling here; that is for `canonical`.

use std::collections::{BTreeMap, BTreeSet};

use ambix_schema::{
    Action, Address, Check, Column, ColumnDefault, Dependent, Exclusion, ExclusionElement, Expr, Extension,
    Facet, ForeignKey, Generated, Index, IndexKey, Kind, MatchType, Movable, Name, Namespace, Nulls,
    PrimaryKey, Schema, Silent, Table, TableName, Unique, Unmodelled, View,
};

use super::prerequisites::read_prerequisites;
use super::row::{Numbers, Row, rows_of};
use super::sequences::{OwnedSequence, owned_sequences, read_identity, read_sequences};
use super::types::{read_type, read_types};
use crate::postgres::{primary_key_name, types};
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
    read_dependents(&mut schema, rows)?;
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
        schema.insert(
            Address::extension(row.name("name")?),
            Extension {
                version: None,
                namespace: row.optional("namespace").map(Name::from),
                requires: Silent(row.list("requires")?.into_iter().map(Name::from).collect()),
            },
        );
    }
    Ok(())
}

fn read_tables(schema: &mut Schema, rows: &CatalogRows) -> Result<(), CatalogError> {
    for row in rows_of(rows, "tables") {
        let mut options = row.options(&TABLE_OPTIONS)?;
        options.extend(
            row.pairs("toast_options")?.into_iter().map(|(key, value)| (format!("toast.{key}"), value)),
        );
        let table = Table {
            comment: row.owned("comment"),
            options,
            partition_by: row.owned("partition"),
            inherits: read_parents(row)?,
        };
        schema.insert(Address::table(row.own_name()?), table);
    }
    Ok(())
}

/// Options of a table that are no storage parameters.
const TABLE_OPTIONS: [&str; 6] =
    ["access_method", "force_row_security", "replica_identity", "row_security", "tablespace", "unlogged"];

/// Options of an index that are no storage parameters.
const INDEX_OPTIONS: [&str; 3] = ["clustered", "replica_identity", "tablespace"];

fn read_parents(row: Row<'_>) -> Result<Vec<TableName>, CatalogError> {
    row.lists("inherits")?
        .into_iter()
        .map(|parts| match <[Option<String>; 2]>::try_from(parts) {
            Ok([Some(namespace), Some(name)]) => Ok(TableName::qualified(namespace, name)),
            Ok(_) | Err(_) => Err(row.error("a parent has no name; the schema may have been changing")),
        })
        .collect()
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
            options: column_options(row)?,
            ..Column::new(read_type(row)?)
        };
        schema.insert(at, column);
        numbers.entry(table).or_default().insert(place, name);
    }
    Ok(numbers)
}

fn column_options(row: Row<'_>) -> Result<BTreeMap<String, String>, CatalogError> {
    let mut options = row.options(&["inherited", "statistics"])?;
    let storage = match row.optional("storage") {
        Some("p") => Some("plain"),
        Some("e") => Some("external"),
        Some("m") => Some("main"),
        Some("x") => Some("extended"),
        Some(other) => return Err(row.error(format!("storage is of the unknown kind {other:?}"))),
        None => None,
    };
    let compression = match row.optional("compression") {
        Some("p") => Some("pglz"),
        Some("l") => Some("lz4"),
        Some(other) => return Err(row.error(format!("compression is of the unknown kind {other:?}"))),
        None => None,
    };
    options.extend(storage.map(|word| ("storage".to_owned(), word.to_owned())));
    options.extend(compression.map(|word| ("compression".to_owned(), word.to_owned())));
    Ok(options)
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
        key.opclass = read_opclass(row)?;
        parts.elements.push((key, read_operator(row)));
    }
    Ok(keys)
}

/// `gist_trgm_ops`, qualified where it is not the server's own, with its parameters: `ops(siglen='32')`.
fn read_opclass(row: Row<'_>) -> Result<Option<String>, CatalogError> {
    let parts = row.list("opclass")?;
    let parts: Vec<String> = match parts.as_slice() {
        [] => return Ok(None),
        [namespace, name] if namespace == "pg_catalog" => vec![types::type_name(name)],
        parts => parts.iter().map(|part| types::type_name(part)).collect(),
    };
    let parameters: Vec<String> = row
        .pairs("opclass_options")?
        .into_iter()
        .map(|(key, value)| format!("{}='{}'", types::type_name(&key), value.replace('\'', "''")))
        .collect();
    let parameters =
        if parameters.is_empty() { String::new() } else { format!("({})", parameters.join(", ")) };
    Ok(Some(format!("{}{parameters}", parts.join("."))))
}

fn read_operator(row: Row<'_>) -> Option<String> {
    let operator = row.optional("operator")?;
    Some(match row.optional("operator_namespace") {
        Some(namespace) => format!("OPERATOR({}.{operator})", types::type_name(namespace)),
        None => operator.to_owned(),
    })
}

/// Storage parameters and the like of the index behind a constraint.
fn key_options(row: Row<'_>) -> Result<BTreeMap<String, String>, CatalogError> {
    let mut options = row.options(&INDEX_OPTIONS)?;
    if row.flag("has_period") {
        options.insert("without_overlaps".to_owned(), "true".to_owned());
    }
    Ok(options)
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
                    options: key_options(row)?,
                    comment: row.owned("comment"),
                    ..Unique::new(row.columns("columns", &table, numbers)?)
                };
                schema.insert(part(Kind::Unique), unique);
            }
            "c" => {
                let check = Check {
                    is_validated: row.flag("is_validated"),
                    no_inherit: row.flag("no_inherit"),
                    is_enforced: is_enforced(row),
                    comment: row.owned("comment"),
                    ..Check::new(row.text("expression")?)
                };
                schema.insert(part(Kind::Check), check);
            }
            // It is told among what is left alone.
            "f" if row.flag("has_period") => {}
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

/// Before version 18 every constraint is enforced, and the catalog does not say so.
fn is_enforced(row: Row<'_>) -> bool {
    row.optional("is_enforced").is_none() || row.flag("is_enforced")
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
    let key = PrimaryKey {
        name: Some(name),
        include: row.columns("include", table, numbers)?,
        deferrable: row.deferrable(),
        options: key_options(row)?,
        comment: row.owned("comment"),
        ..PrimaryKey::new(columns)
    };
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
        is_enforced: is_enforced(row),
        comment: row.owned("comment"),
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
        include: parts.include.clone(),
        deferrable: row.deferrable(),
        options: key_options(row)?,
        comment: row.owned("comment"),
        ..Exclusion::new(elements)
    })
}

fn read_indexes(schema: &mut Schema, rows: &CatalogRows, keys: &Keys) -> Result<(), CatalogError> {
    for row in rows_of(rows, "indexes") {
        let (table, name) = (row.table()?, row.name("name")?);
        if !row.flag("is_valid") {
            // What a failed CREATE INDEX CONCURRENTLY leaves behind serves no query.
            let (kind, on) = ("invalid index".to_owned(), Some(table.clone()));
            schema.unmodelled.push(Unmodelled { kind, on, name: name.clone(), sql: None });
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
            options: row.options(&INDEX_OPTIONS)?,
            comment: row.owned("comment"),
            is_valid: row.flag("is_valid"),
            ..Index::new(parts.elements.iter().map(|(key, _)| key.clone()).collect())
        };
        schema.insert(Address::part(table, Kind::Index, name), index);
    }
    Ok(())
}

fn read_views(schema: &mut Schema, rows: &CatalogRows) -> Result<(), CatalogError> {
    for row in rows_of(rows, "views") {
        let view = View {
            is_materialized: row.flag("is_materialized"),
            options: row.options(&["access_method", "tablespace"])?,
            comment: row.owned("comment"),
            reads: Silent(read_reads(row)?),
            ..View::new(row.text("definition")?)
        };
        schema.insert(Address::of(Kind::View, row.own_name()?), view);
    }
    Ok(())
}

/// What a view reads: columns, tables, other views, and types that it names.
fn read_reads(row: Row<'_>) -> Result<BTreeSet<Address>, CatalogError> {
    let mut reads = BTreeSet::new();
    for parts in row.lists("reads")? {
        let Ok([Some(kind), Some(namespace), Some(name), column]) = <[Option<String>; 4]>::try_from(parts)
        else {
            return Err(row.error("reads names something without a name; the schema may have been changing"));
        };
        let name = TableName::qualified(namespace, name);
        reads.insert(match (kind.as_str(), column) {
            ("view", _) => Address::of(Kind::View, name),
            ("primary key", _) => Address::primary_key(name),
            ("table", Some(column)) => Address::column(name, column),
            ("table", None) => Address::table(name),
            (kind, _) => Address::of(type_kind(row, kind)?, name),
        });
    }
    Ok(reads)
}

/// The kind of object that `typtype` stands for.
fn type_kind(row: Row<'_>, kind: &str) -> Result<Kind, CatalogError> {
    match kind {
        "e" => Ok(Kind::Enum),
        "d" => Ok(Kind::Domain),
        "c" => Ok(Kind::Composite),
        "r" => Ok(Kind::Range),
        other => Err(row.error(format!("a type is of the unknown kind {other:?}"))),
    }
}

fn read_dependents(schema: &mut Schema, rows: &CatalogRows) -> Result<(), CatalogError> {
    for row in rows_of(rows, "dependents") {
        let on = match row.text("kind")? {
            "column" => Address::column(row.table()?, row.name("name")?),
            "table" => Address::table(row.own_name()?),
            "extension" => Address::extension(row.name("name")?),
            kind => Address::of(type_kind(row, kind)?, row.own_name()?),
        };
        schema.dependents.push(Dependent { what: row.text("what")?.to_owned(), on });
    }
    for row in rows_of(rows, "movables") {
        schema.movables.push(Movable {
            what: row.text("what")?.to_owned(),
            away: row.text("away")?.to_owned(),
            back: row.owned("back"),
        });
    }
    Ok(())
}

fn read_unmodelled(schema: &mut Schema, rows: &CatalogRows) -> Result<(), CatalogError> {
    for row in rows_of(rows, "unmodelled") {
        let namespace = row.optional("namespace").map(Name::from);
        // What lives in a namespace is in the way when that goes; what is said of it is not.
        let is_said = matches!(row.text("kind")?, "grant" | "default privileges");
        if let Some(namespace) = namespace.as_ref().filter(|_| row.optional("table").is_none() && !is_said) {
            let what = format!("{} {namespace}.{}", row.text("kind")?, row.name("name")?);
            schema.dependents.push(Dependent { what, on: Address::namespace(namespace.clone()) });
        }
        schema.unmodelled.push(Unmodelled {
            kind: row.text("kind")?.to_owned(),
            on: row.optional("table").map(|table| TableName { namespace, name: table.into() }),
            name: row.name("name")?,
            sql: row.owned("sql"),
        });
    }
    Ok(())
}
