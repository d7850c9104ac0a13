//! A column as CREATE TABLE, ADD COLUMN and MODIFY COLUMN write it: always the whole of it.

use ambix_schema::{Address, Column, ColumnDefault, Type};

use super::{Ctx, comment};
use crate::RenderError;
use crate::mysql::facts::Flavour;
use crate::mysql::{Mysql, collation, defaults, literal, sorts, types, words};

/// `` `email` varchar(255) COLLATE utf8mb4_bin NOT NULL DEFAULT '' COMMENT 'where to write' ``.
pub(super) fn definition(ctx: Ctx<'_>, at: &Address, column: &Column) -> Result<String, RenderError> {
    let Column {
        ty,
        is_nullable,
        default,
        identity,
        generated,
        collation,
        on_update,
        options,
        comment: text,
        // A column's place is not for choice.
        position: _,
    } = column;
    let features = ctx.mysql.features;
    let declared = types::declared(ty, features).map_err(|reason| ctx.unsupported(reason, at))?;
    let mut clauses = vec![words::quoted(&at.name)?, declared];
    if options.contains_key("compressed") {
        clauses.push("COMPRESSED".into());
    }
    if let Some(number) = options.get("srid") {
        clauses.push(match features.flavour {
            Flavour::MariaDb => format!("REF_SYSTEM_ID={number}"),
            Flavour::MySql => format!("SRID {number}"),
        });
    }
    if let Some(name) = collation {
        if !collation::is_name(name) {
            return Err(ctx.unsupported(format!("has no collation {name:?}"), at));
        }
        clauses.push(format!("COLLATE {name}"));
    }
    if let Some(generated) = generated {
        let kept = if generated.is_stored { "STORED" } else { "VIRTUAL" };
        clauses.push(format!("GENERATED ALWAYS AS ({}) {kept}", generated.expr.as_str()));
    }
    clauses.extend(nullability(features.flavour, column, *is_nullable).map(str::to_owned));
    if options.contains_key("invisible") {
        clauses.push("INVISIBLE".into());
    }
    if let Some(default) = default {
        clauses.push(format!("DEFAULT {}", default_words(ctx.mysql, default, ty)?));
    }
    if let Some(expr) = on_update {
        clauses.push(format!("ON UPDATE {}", expr.as_str()));
    }
    if identity.is_some() {
        clauses.push("AUTO_INCREMENT".into());
    }
    clauses.extend(comment(text.as_ref())?);
    if let Some(check) = options.get("check") {
        clauses.push(format!("CHECK ({check})"));
    }
    Ok(clauses.join(" "))
}

/// A timestamp that does not say NULL is not null on older servers, and MariaDB has no word for the nulls
/// of a generated column.
fn nullability(flavour: Flavour, column: &Column, is_nullable: bool) -> Option<&'static str> {
    let is_instant = matches!(column.ty, Type::Timestamp { has_zone: true, .. });
    match (is_nullable, &column.generated, flavour) {
        (_, Some(_), Flavour::MariaDb) => None,
        (false, _, _) => Some("NOT NULL"),
        (true, None, _) if is_instant => Some("NULL"),
        (true, _, _) => None,
    }
}

pub(in crate::mysql) fn default_words(
    mysql: &Mysql,
    default: &ColumnDefault,
    ty: &Type,
) -> Result<String, RenderError> {
    match default {
        ColumnDefault::Literal(value) => {
            let value = literal::literal(value)?;
            // MySQL takes a default for these only as an expression.
            let is_expression = !mysql.features.text_defaults && sorts::is_large(ty);
            Ok(if is_expression { format!("({value})") } else { value })
        }
        ColumnDefault::Sql(expr) if defaults::is_clock(expr.as_str()) => Ok(expr.as_str().to_owned()),
        ColumnDefault::Sql(expr) => Ok(format!("({})", expr.as_str())),
    }
}
