//! Types of their own: enums, domains, composite and range types; and the types that rows name.

use std::collections::BTreeMap;

use ambix_schema::{
    Address, Attribute, ColumnDefault, Composite, Domain, DomainCheck, Enum, Expr, Kind, Range, Schema,
    TableName, Type,
};

use super::row::{Row, rows_of};
use crate::postgres::types;
use crate::{CatalogError, CatalogRows};

/// The type that a row names: one with an object of its own by its name, any other by its spelling.
pub(super) fn read_type(row: Row<'_>) -> Result<Type, CatalogError> {
    let (Some(kind), Some(namespace), Some(name)) =
        (row.optional("type_kind"), row.optional("type_namespace"), row.optional("type_name"))
    else {
        return Ok(types::parse(row.text("type")?));
    };
    let name = TableName::qualified(namespace, name);
    let ty = if kind == "e" { Type::Enum(name) } else { Type::Defined(name) };
    Ok(if row.flag("is_array") { Type::Array(Box::new(ty)) } else { ty })
}

pub(super) fn read_types(schema: &mut Schema, rows: &CatalogRows) -> Result<(), CatalogError> {
    read_enums(schema, rows)?;
    read_domains(schema, rows)?;
    read_composites(schema, rows)?;
    read_ranges(schema, rows)
}

fn read_enums(schema: &mut Schema, rows: &CatalogRows) -> Result<(), CatalogError> {
    let mut enums: BTreeMap<TableName, Enum> = BTreeMap::new();
    for row in rows_of(rows, "enums") {
        let object = enums.entry(row.own_name()?).or_default();
        object.comment = row.owned("comment");
        object.values.extend(row.owned("value"));
    }
    for (name, object) in enums {
        schema.insert(Address::of(Kind::Enum, name), object);
    }
    Ok(())
}

fn read_domains(schema: &mut Schema, rows: &CatalogRows) -> Result<(), CatalogError> {
    let mut domains: BTreeMap<TableName, Domain> = BTreeMap::new();
    for row in rows_of(rows, "domains") {
        let name = row.own_name()?;
        if !domains.contains_key(&name) {
            let domain = Domain {
                ty: read_type(row)?,
                is_nullable: row.flag("is_nullable"),
                default: row.optional("default").map(|text| ColumnDefault::Sql(Expr::from(text))),
                collation: row.collation(),
                checks: Vec::new(),
                comment: row.owned("comment"),
            };
            domains.insert(name.clone(), domain);
        }
        if row.optional("check_name").is_some()
            && let Some(domain) = domains.get_mut(&name)
        {
            domain.checks.push(DomainCheck {
                name: row.name("check_name")?,
                expr: Expr::from(row.text("check_expression")?),
                is_validated: row.flag("check_is_validated"),
            });
        }
    }
    for (name, domain) in domains {
        schema.insert(Address::of(Kind::Domain, name), domain);
    }
    Ok(())
}

fn read_composites(schema: &mut Schema, rows: &CatalogRows) -> Result<(), CatalogError> {
    let mut composites: BTreeMap<TableName, Composite> = BTreeMap::new();
    for row in rows_of(rows, "composites") {
        let composite = composites.entry(row.own_name()?).or_default();
        composite.comment = row.owned("comment");
        if row.optional("attribute").is_some() {
            let name = row.name("attribute")?;
            composite.attributes.push(Attribute { name, ty: read_type(row)?, collation: row.collation() });
        }
    }
    for (name, composite) in composites {
        schema.insert(Address::of(Kind::Composite, name), composite);
    }
    Ok(())
}

/// What `CREATE TYPE … AS RANGE` says beside the subtype and the collation.
pub(in crate::postgres) const RANGE_OPTIONS: [&str; 4] =
    ["subtype_opclass", "canonical", "subtype_diff", "multirange_type_name"];

fn read_ranges(schema: &mut Schema, rows: &CatalogRows) -> Result<(), CatalogError> {
    for row in rows_of(rows, "ranges") {
        let mut options = BTreeMap::new();
        for option in RANGE_OPTIONS {
            let parts = row.list(option)?;
            if !parts.is_empty() {
                let parts: Vec<String> = parts.iter().map(|part| types::type_name(part)).collect();
                options.insert(option.to_owned(), parts.join("."));
            }
        }
        let range = Range {
            subtype: read_type(row)?,
            collation: row.collation(),
            options,
            comment: row.owned("comment"),
        };
        schema.insert(Address::of(Kind::Range, row.own_name()?), range);
    }
    Ok(())
}
