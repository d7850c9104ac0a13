//! Column defaults: literals known by their value for the column's type, everything else by its text.

use ambix_schema::{ColumnDefault, Expr, Literal, Type};

use super::Postgres;
use super::types;
use crate::expression::{Grammar, Setting, canonical_expression_in, canonical_text, literal_of, truth};
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
            let number = canonical_number(&text);
            Some(number.map_or_else(|| Literal::Text(canonical_text(text, ty)), Literal::Number))
        }
        (Literal::Text(text) | Literal::Number(text), Type::Boolean) => {
            Some(truth(&text).map_or(Literal::Text(text), Literal::Bool))
        }
        (Literal::Number(digits), _) => Some(Literal::Text(
            canonical_number(&digits).filter(|_| is_written_out(&digits)).unwrap_or(digits),
        )),
        (Literal::Bool(value), Type::Boolean) => Some(Literal::Bool(value)),
        (Literal::Bool(value), _) => Some(Literal::Text(value.to_string())),
        (Literal::Text(text), ty) => Some(Literal::Text(canonical_text(text, ty))),
    }
}

fn is_number(ty: &Type) -> bool {
    ty.is_integer() || matches!(ty, Type::Decimal { .. } | Type::Real | Type::Double)
}

/// Whether the digits hold no exponent, which a text column would keep as it is.
fn is_written_out(digits: &str) -> bool {
    !digits.contains(['e', 'E', '.'])
}
