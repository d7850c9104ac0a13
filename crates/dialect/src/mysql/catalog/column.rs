//! Rows of columns, and the checks that are part of one.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use ambix_schema::{
    Address, Check, Column, Expr, Generated, Identity, IdentityMode, Kind, Name, Schema, Silent, TableName,
    Type,
};

use super::row::{Row, rows_of};
use crate::mysql::{Flavour, Mysql, defaults, types};
use crate::{CatalogError, CatalogRows};

/// What MariaDB writes behind the type of a column whose values it compresses.
const COMPRESSED: &str = " /*M!100301 COMPRESSED*/";

/// Checks that are part of a column, by the column.
type OwnChecks<'a> = BTreeMap<(TableName, Name), &'a str>;

/// Puts the columns of the known tables into the schema, and the checks.
pub(super) fn read_columns(
    mysql: &Mysql,
    schema: &mut Schema,
    rows: &CatalogRows,
    tables: &BTreeSet<TableName>,
) -> Result<(), CatalogError> {
    let own = read_checks(mysql, schema, rows, tables)?;
    for row in rows_of(rows, "columns") {
        let (table, name) = (row.table()?, row.name("name")?);
        if tables.contains(&table) {
            let check = own.get(&(table.clone(), name.clone())).copied();
            schema.insert(Address::column(&table, name.clone()), read_column(mysql, row, &name, check)?);
        }
    }
    Ok(())
}

fn read_checks<'a>(
    mysql: &Mysql,
    schema: &mut Schema,
    rows: &'a CatalogRows,
    tables: &BTreeSet<TableName>,
) -> Result<OwnChecks<'a>, CatalogError> {
    let mut own = OwnChecks::new();
    for row in rows_of(rows, "checks") {
        let (table, name) = (row.table()?, row.name("name")?);
        if !tables.contains(&table) {
            continue;
        }
        if row.text("level")? == "Column" {
            own.insert((table, name), row.text("expression")?);
        } else {
            let check = Check {
                is_enforced: row.flag("is_enforced"),
                ..Check::new(expression(mysql, row.text("expression")?))
            };
            schema.insert(Address::part(table, Kind::Check, name), check);
        }
    }
    Ok(own)
}

fn read_column(
    mysql: &Mysql,
    row: Row<'_>,
    name: &Name,
    check: Option<&str>,
) -> Result<Column, CatalogError> {
    let told = row.text("type")?;
    let (told, is_compressed) = match told.strip_suffix(COMPRESSED) {
        Some(told) => (told, true),
        None => (told, false),
    };
    let extra = row.optional("extra").unwrap_or_default().to_ascii_lowercase();
    let collation = row.said("collation");
    let is_json = told == "longtext"
        && collation.as_deref() == Some("utf8mb4_bin")
        && check.is_some_and(|check| is_json_check(check, name));
    let ty = if is_json { Type::Json } else { types::parse(told, mysql.features) };
    let mut column = Column::new(ty);
    column.is_nullable = row.flag("is_nullable");
    column.position = Silent(row.number("position")?.unwrap_or_default());
    column.comment = row.said("comment");
    column.collation = collation.filter(|_| !is_json);
    column.on_update = on_update(&extra).map(Expr::from);
    if extra.contains("auto_increment") {
        column.identity = Some(Identity::new(IdentityMode::Auto));
    }
    let is_stored = extra.contains("stored generated") || extra.contains("persistent");
    if let Some(text) = row.said("expression") {
        column.generated = Some(Generated { expr: expression(mysql, &text).into(), is_stored });
    } else {
        let is_generated = extra.contains("default_generated");
        column.default = row.optional("default").map(|text| {
            let text = if is_generated { expression(mysql, text) } else { text.to_owned() };
            defaults::read(&text, &column.ty, is_generated, mysql.features)
        });
    }
    let has = |option: &str, value: &str, is_on: bool, column: &mut Column| {
        if is_on {
            column.options.insert(option.to_owned(), value.to_owned());
        }
    };
    has("invisible", "true", extra.contains("invisible"), &mut column);
    has("compressed", "true", is_compressed, &mut column);
    has("check", check.unwrap_or_default(), check.is_some() && !is_json, &mut column);
    let srid = row.said("srid");
    has("srid", srid.as_deref().unwrap_or_default(), srid.is_some(), &mut column);
    Ok(column)
}

/// The check MariaDB gives a column that was declared `json`.
fn is_json_check(check: &str, name: &Name) -> bool {
    check == format!("json_valid(`{}`)", name.as_str().replace('`', "``"))
}

/// `DEFAULT_GENERATED on update CURRENT_TIMESTAMP(6)`.
fn on_update(extra: &str) -> Option<&str> {
    let (_, rest) = extra.split_once("on update ")?;
    let end = rest.find([' ', ',']).unwrap_or(rest.len());
    Some(&rest[..end])
}

/// An expression as the catalog tells it. MySQL spells quotes, backslashes and ends of lines with a backslash, and
/// takes each byte of its UTF-8 for a character (`Ã©` for `é`).
pub(super) fn expression(mysql: &Mysql, text: &str) -> String {
    match mysql.features.flavour {
        Flavour::MariaDb => text.to_owned(),
        Flavour::MySql => unescaped(&reread(text)),
    }
}

/// The text whose bytes the characters are, if they are the bytes of one.
fn reread(text: &str) -> Cow<'_, str> {
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    match bytes.and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(reread) => Cow::Owned(reread),
        None => Cow::Borrowed(text),
    }
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next().map(|c| match c {
                'n' => '\n',
                'r' => '\r',
                '0' => '\0',
                other => other,
            })),
            c => out.push(c),
        }
    }
    out
}
