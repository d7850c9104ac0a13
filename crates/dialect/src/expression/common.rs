//! Values of which one is taken (COALESCE, CASE, GREATEST): the server casts them to the type they share.

use ambix_schema::Type;
use sqlparser::ast::{Expr, Value};

use super::Setting;
use super::casts::{cast_parts, is_literal, is_same, settle_literal, take_off};
use super::infer::{rank, type_of};

/// Takes off the casts that the server adds so that all of `values` have one type: a cast goes when a value
/// without one has that type anyway.
pub(super) fn relax_common(values: &mut [&mut Expr], setting: &Setting<'_>) {
    let own: Vec<Type> = values
        .iter()
        .filter(|value| cast_parts(value, setting).is_none() && !is_text(value))
        .filter_map(|value| type_of(value, setting))
        .collect();
    let Some(shared) = shared(&own, setting) else { return };
    for value in values {
        if is_text(value) {
            settle_literal(value, &shared, setting);
            continue;
        }
        let Some((inner, ty)) = cast_parts(value, setting) else { continue };
        let rounds = matches!(ty, Type::Decimal { precision: Some(_), .. });
        let is_needless = match (rank(&shared), rank(&ty)) {
            (Some(shared), Some(to)) => {
                let from = type_of(inner, setting).and_then(|ty| rank(&ty));
                to == shared && !rounds && (is_null(inner) || from.is_some_and(|from| from <= to))
            }
            (_, _) => is_same(&shared, &ty, setting) && is_literal(inner),
        };
        if is_needless {
            take_off(value);
            if is_text(value) {
                settle_literal(value, &shared, setting);
            }
        }
    }
}

/// The type that values without casts come to: the widest number, or the one type of them all.
fn shared(own: &[Type], setting: &Setting<'_>) -> Option<Type> {
    let (first, rest) = own.split_first()?;
    if own.iter().all(|ty| rank(ty).is_some()) {
        return own.iter().max_by_key(|ty| rank(ty)).cloned();
    }
    rest.iter().all(|ty| is_same(first, ty, setting)).then(|| first.clone())
}

fn is_text(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(value) if matches!(value.value, Value::SingleQuotedString(_)))
}

fn is_null(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(value) if value.value == Value::Null)
}
