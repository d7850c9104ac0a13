//! Column defaults: literals known by their value for the column's type, everything else by its text.

use std::collections::BTreeMap;

use ambix_schema::{ColumnDefault, Expr, Literal, Type};

use super::Postgres;
use super::types;
use crate::expression::{
    Grammar, LiteralText, Setting, canonical_expression_in, canonical_literal, literal_of,
};
use crate::literal::canonical_number;

/// A default in its one spelling; `None` when it comes to no default at all.
pub(super) fn canonical(postgres: &Postgres, default: ColumnDefault, ty: &Type) -> Option<ColumnDefault> {
    let setting =
        Setting { grammar: Grammar::Postgres, default_namespace: &postgres.default_namespace, columns: None };
    match default {
        ColumnDefault::Literal(literal) => for_type(literal, ty).map(ColumnDefault::Literal),
        ColumnDefault::Sql(expr) => {
            let text = canonical_expression_in(expr.as_str(), &setting);
            match literal_of(&text, &setting) {
                Some((literal, cast)) if is_kept(&literal, cast.as_ref(), ty, postgres) => {
                    for_type(literal, ty).map(ColumnDefault::Literal)
                }
                Some(_) | None => Some(ColumnDefault::Sql(Expr::from(text))),
            }
        }
    }
}

/// Whether a cast on a literal says no more than the column's type does.
fn is_kept(literal: &Literal, cast: Option<&Type>, ty: &Type, postgres: &Postgres) -> bool {
    let Some(cast) = cast else { return true };
    match literal {
        Literal::Null => true,
        Literal::Number(_) => is_number(ty),
        Literal::Bool(_) | Literal::Text(_) => base(cast, postgres) == base(ty, postgres),
    }
}

/// A type without its length and precision, which say nothing about a value that fits; the server refuses
/// one that does not.
fn base(ty: &Type, postgres: &Postgres) -> String {
    if let Type::Varchar { .. } | Type::Char { .. } = ty {
        return base(&Type::Text, postgres);
    }
    if let Type::Time { has_zone, .. } | Type::Timestamp { has_zone, .. } = ty {
        return format!("{} {has_zone}", matches!(ty, Type::Time { .. }));
    }
    if let Type::Array(inner) = ty {
        return format!("{}[]", base(inner, postgres));
    }
    let Type::Other(text) = ty else { return types::spell(ty, &postgres.default_namespace) };
    match types::named(text) {
        // The server quotes a type whose name is a keyword: `"bit"`.
        Some(name) if name.namespace.is_none() && text.starts_with('"') => name.name.as_str().to_owned(),
        Some(name) => types::spell(&Type::Enum(name), &postgres.default_namespace),
        None => text.split('(').next().unwrap_or(text).trim().to_owned(),
    }
}

fn for_type(literal: Literal, ty: &Type) -> Option<Literal> {
    match (literal, ty) {
        (Literal::Null, _) => None,
        (Literal::Text(text) | Literal::Number(text), ty) if is_number(ty) => {
            Some(canonical_number(&text).map_or(Literal::Text(text), Literal::Number))
        }
        (Literal::Text(text) | Literal::Number(text), Type::Boolean) => {
            Some(truth(&text).map_or(Literal::Text(text), Literal::Bool))
        }
        (Literal::Number(digits), _) => Some(Literal::Text(
            canonical_number(&digits).filter(|_| is_written_out(&digits)).unwrap_or(digits),
        )),
        (Literal::Bool(value), Type::Boolean) => Some(Literal::Bool(value)),
        (Literal::Bool(value), _) => Some(Literal::Text(value.to_string())),
        (Literal::Text(text), ty) => Some(Literal::Text(text_for_type(text, ty))),
    }
}

/// A text in the form in which the server prints a value of the type.
fn text_for_type(text: String, ty: &Type) -> String {
    if let Type::Timestamp { has_zone, .. } = ty {
        return canonical_literal(&text, LiteralText::Timestamp { has_zone: *has_zone });
    }
    let is_spelled_in_hex = text.starts_with("\\x");
    if *ty == Type::Interval {
        canonical_literal(&text, LiteralText::Interval)
    } else if *ty == Type::Jsonb {
        json(&text).unwrap_or(text)
    } else if *ty == Type::Uuid || (*ty == Type::Bytes && is_spelled_in_hex) {
        text.to_ascii_lowercase()
    } else if *ty == Type::Bytes && !text.contains('\\') {
        text.bytes().fold("\\x".to_owned(), |digits, byte| digits + &format!("{byte:02x}"))
    } else {
        text
    }
}

/// `jsonb` keeps no blanks and no order of keys. A number that could lose digits leaves the text as it is.
fn json(text: &str) -> Option<String> {
    sorted(&serde_json::from_str(text).ok()?)
}

fn sorted(value: &serde_json::Value) -> Option<String> {
    use serde_json::Value;
    match value {
        Value::Number(number) => (number.is_i64() || number.is_u64()).then(|| number.to_string()),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(sorted).collect::<Option<_>>()?;
            Some(format!("[{}]", items.join(",")))
        }
        Value::Object(fields) => {
            let fields: BTreeMap<&String, String> =
                fields.iter().map(|(key, value)| Some((key, sorted(value)?))).collect::<Option<_>>()?;
            let fields: Vec<String> = fields
                .into_iter()
                .map(|(key, value)| format!("{}:{value}", Value::from(key.as_str())))
                .collect();
            Some(format!("{{{}}}", fields.join(",")))
        }
        Value::Null | Value::Bool(_) | Value::String(_) => Some(value.to_string()),
    }
}

fn truth(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "t" | "true" | "y" | "yes" | "on" | "1" => Some(true),
        "f" | "false" | "n" | "no" | "off" | "0" => Some(false),
        _other => None,
    }
}

fn is_number(ty: &Type) -> bool {
    ty.is_integer() || matches!(ty, Type::Decimal { .. } | Type::Real | Type::Double)
}

/// Whether the digits hold no exponent, which a text column would keep as it is.
fn is_written_out(digits: &str) -> bool {
    !digits.contains(['e', 'E', '.'])
}
