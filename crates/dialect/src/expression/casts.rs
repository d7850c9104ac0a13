//! Casts that change nothing: those the server adds where the author wrote none, and would add again.
#![expect(clippy::wildcard_enum_match_arm, reason = "sqlparser's expressions are open-ended")]

use std::mem;

use ambix_schema::{Literal, Type};
use sqlparser::ast::{Array, CastKind, DataType, Expr, Ident, ObjectName, Value};

use super::Setting;
use super::infer::{natural, rank, type_of};
use super::interval::canonical_interval;
use crate::literal::canonical_number;
use crate::postgres::types;

/// A cast in one spelling, or what it is cast from where the cast changes nothing wherever it stands.
pub(super) fn cast(inner: Expr, data_type: &DataType, setting: &Setting<'_>) -> Expr {
    let inner = bare(inner);
    let ty = cast_type(data_type, setting);
    if let Expr::Value(value) = &inner {
        match &value.value {
            Value::SingleQuotedString(text) => return text_cast(text.clone(), &ty, setting),
            Value::Number(digits, _) if natural(digits) == ty || is_plain_decimal(digits, &ty) => {
                return inner;
            }
            Value::Boolean(_) if ty == Type::Boolean => return inner,
            _other => {}
        }
    }
    if ty == Type::Array(Box::new(Type::Text))
        && let Some(array) = text_array(&inner, setting)
    {
        return Expr::Array(array.clone());
    }
    let is_needless = match type_of(&inner, setting) {
        Some(Type::Varchar { .. } | Type::Text) if is_free_text(&ty) => true,
        Some(_) | None => column_type(&inner, setting).is_some_and(|stored| stored == ty),
    };
    if is_needless { inner } else { spelled(inner, &ty, setting) }
}

/// Takes `character varying` off the elements of an array and puts it behind the whole, so that no
/// element loses what makes the array one of `varchar`.
pub(super) fn gather_array_cast(expr: &mut Expr, setting: &Setting<'_>) {
    let Expr::Array(array) = expr else { return };
    let free = Type::Varchar { length: None };
    let is_varchar = |element: &Expr| {
        cast_parts(element, setting).is_some_and(|(inner, ty)| is_text_literal(inner) && ty == free)
    };
    if array.elem.is_empty() || !array.elem.iter().all(is_varchar) {
        return;
    }
    array.elem.iter_mut().for_each(take_off);
    let array = mem::replace(expr, Expr::value(Value::Null));
    *expr = spelled(array, &Type::Array(Box::new(free)), setting);
}

/// The array of texts an expression is, with or without a cast to an array of texts.
pub(super) fn text_array<'a>(expr: &'a Expr, setting: &Setting<'_>) -> Option<&'a Array> {
    let inner = match cast_parts(expr, setting) {
        Some((inner, Type::Array(element))) if is_free_text(&element) => inner,
        Some(_) => return None,
        None => expr,
    };
    match inner {
        Expr::Array(array) if !array.elem.is_empty() && array.elem.iter().all(is_text_literal) => Some(array),
        _other => None,
    }
}

/// Gives a bare string a type, in a place that takes a value of any.
pub(super) fn assert_text(expr: &mut Expr, setting: &Setting<'_>) {
    if is_text_literal(expr) {
        let text = mem::replace(expr, Expr::value(Value::Null));
        *expr = spelled(text, &Type::Text, setting);
    }
}

/// Takes the cast off one side of a comparison where the other side brings the server to add it again.
pub(super) fn relax_comparison(side: &mut Expr, other: &Expr, setting: &Setting<'_>) {
    let Some((inner, ty)) = cast_parts(side, setting) else { return };
    let other_type = if is_literal(other) { None } else { type_of(other, setting) };
    let is_needless = if is_literal(other) {
        false
    } else if is_number(inner) && rank(&ty).is_some() {
        // Compared by value, so that only the rounding of `real` could tell.
        ty != Type::Real
    } else if is_text_literal(inner) {
        match other_type {
            Some(known) => is_same(&known, &ty, setting),
            // Only dates and times have comparisons between two of their types.
            None => {
                !matches!(ty, Type::Date | Type::Time { .. } | Type::Timestamp { .. }) && rank(&ty).is_none()
            }
        }
    } else {
        is_widening(inner, &ty, other_type.as_ref(), setting)
    };
    if is_needless {
        take_off(side);
    }
}

/// Takes the cast off one side of a sum or product where the other side makes the server add it again.
pub(super) fn relax_arithmetic(side: &mut Expr, other: &Expr, setting: &Setting<'_>) {
    let Some((inner, ty)) = cast_parts(side, setting) else { return };
    if is_widening(inner, &ty, type_of(other, setting).as_ref(), setting) {
        take_off(side);
    }
}

/// Takes the casts off both sides of a power, which the server computes in `double precision` unless one
/// side is exact.
pub(super) fn relax_power(left: &mut Expr, right: &mut Expr, setting: &Setting<'_>) {
    let whole = |expr: &Expr| {
        let inner = match cast_parts(expr, setting) {
            Some((inner, Type::Double)) => inner,
            Some(_) | None => expr,
        };
        type_of(inner, setting).and_then(|ty| rank(&ty)).is_some_and(|rank| rank <= 3)
    };
    if whole(left) && whole(right) {
        for side in [left, right] {
            if matches!(cast_parts(side, setting), Some((_, Type::Double))) {
                take_off(side);
            }
        }
    }
}

/// Takes the cast off a string that meets a value of the type it is cast to: the server gives a bare
/// string the type of the other side.
pub(super) fn relax_same(side: &mut Expr, other: &Expr, setting: &Setting<'_>) {
    if let Some(known) = type_of(other, setting).filter(|_| !is_literal(other)) {
        relax_literal(side, setting, |ty| is_same(&known, ty, setting));
    }
}

/// Takes a cast to one of the `wanted` types off a string whose place allows no other type.
pub(super) fn relax_literal(expr: &mut Expr, setting: &Setting<'_>, wanted: impl Fn(&Type) -> bool) {
    let Some((inner, ty)) = cast_parts(expr, setting) else { return };
    if is_text_literal(inner) && wanted(&ty) {
        take_off(expr);
    }
}

/// Takes the cast to text off a column of fixed length, where only a text is possible.
pub(super) fn relax_padded(expr: &mut Expr, setting: &Setting<'_>) {
    let Some((inner, ty)) = cast_parts(expr, setting) else { return };
    if ty == Type::Text && matches!(column_type(inner, setting), Some(Type::Char { .. })) {
        take_off(expr);
    }
}

/// Whether two types are one, given that the default namespace goes without saying.
pub(super) fn is_same(left: &Type, right: &Type, setting: &Setting<'_>) -> bool {
    type_text(left, setting) == type_text(right, setting)
}

/// A value that stands for itself, with or without a cast.
pub(super) fn is_literal(expr: &Expr) -> bool {
    match expr {
        Expr::Value(_) | Expr::TypedString(_) => true,
        Expr::Cast { expr, .. } | Expr::Nested(expr) => is_literal(expr),
        _other => false,
    }
}

/// The literal an expression is, and the type it is cast to.
pub(super) fn literal_parts(expr: &Expr, setting: &Setting<'_>) -> Option<(Literal, Option<Type>)> {
    if let Some((inner, ty)) = cast_parts(expr, setting) {
        let (literal, earlier) = literal_parts(inner, setting)?;
        return earlier.is_none().then_some((literal, Some(ty)));
    }
    let Expr::Value(value) = expr else { return None };
    let literal = match &value.value {
        Value::Number(digits, _) => Literal::Number(digits.clone()),
        Value::SingleQuotedString(text) => Literal::Text(text.clone()),
        Value::Boolean(value) => Literal::Bool(*value),
        Value::Null => Literal::Null,
        _other => return None,
    };
    Some((literal, None))
}

fn text_cast(text: String, ty: &Type, setting: &Setting<'_>) -> Expr {
    if is_free_text(ty) {
        return string(text);
    }
    if *ty == Type::Boolean {
        match text.trim().to_ascii_lowercase().as_str() {
            "t" | "true" | "y" | "yes" | "on" | "1" => return Expr::value(Value::Boolean(true)),
            "f" | "false" | "n" | "no" | "off" | "0" => return Expr::value(Value::Boolean(false)),
            _other => {}
        }
    }
    if rank(ty).is_some()
        && let Some(number) = canonical_number(&text)
    {
        let bare = Expr::value(Value::Number(number.clone(), false));
        let is_natural = natural(&number) == *ty || is_plain_decimal(&number, ty);
        return if is_natural { bare } else { spelled(bare, ty, setting) };
    }
    let text = match ty {
        Type::Interval => canonical_interval(&text).unwrap_or(text),
        Type::Timestamp { has_zone, .. } => canonical_timestamp(&text, *has_zone),
        _other => text,
    };
    spelled(string(text), ty, setting)
}

/// Midnight and UTC go without saying: `2020-01-01 00:00:00+00` is `2020-01-01`.
pub(super) fn canonical_timestamp(text: &str, has_zone: bool) -> String {
    let text = text.trim();
    let zoneless = if has_zone { text.strip_suffix("+00").unwrap_or(text) } else { text };
    zoneless.strip_suffix(" 00:00:00").unwrap_or(zoneless).to_owned()
}

fn is_plain_decimal(digits: &str, ty: &Type) -> bool {
    *ty == Type::Decimal { precision: None, scale: None } && digits.contains('.')
}

fn is_free_text(ty: &Type) -> bool {
    match ty {
        Type::Text | Type::Varchar { length: None } => true,
        Type::Other(text) => text == "bpchar",
        _other => false,
    }
}

fn is_text_literal(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(value) if matches!(value.value, Value::SingleQuotedString(_)))
}

fn is_number(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(value) if matches!(value.value, Value::Number(..)))
}

/// Whether the server itself widens `inner` to `ty` when it meets `other`.
fn is_widening(inner: &Expr, ty: &Type, other: Option<&Type>, setting: &Setting<'_>) -> bool {
    let ranks = (rank(ty), other.and_then(rank), type_of(inner, setting).as_ref().and_then(rank));
    let (Some(to), Some(other), Some(from)) = ranks else { return false };
    from.max(other) == to.max(other) && from <= to
}

fn column_type(expr: &Expr, setting: &Setting<'_>) -> Option<Type> {
    matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_)).then(|| type_of(expr, setting))?
}

fn cast_parts<'a>(expr: &'a Expr, setting: &Setting<'_>) -> Option<(&'a Expr, Type)> {
    let Expr::Cast { expr, data_type, .. } = expr else { return None };
    let inner = match expr.as_ref() {
        Expr::Nested(inner) => inner,
        inner => inner,
    };
    Some((inner, cast_type(data_type, setting)))
}

fn take_off(expr: &mut Expr) {
    if let Expr::Cast { expr: inner, .. } = expr {
        *expr = bare(mem::replace(inner, Expr::value(Value::Null)));
    }
}

fn bare(mut expr: Expr) -> Expr {
    while let Expr::Nested(inner) = expr {
        expr = *inner;
    }
    expr
}

fn cast_type(data_type: &DataType, setting: &Setting<'_>) -> Type {
    match types::stored(types::parse(&data_type.to_string())) {
        Type::Other(text) => Type::Other(without_default(&text, setting)),
        Type::Array(inner) => Type::Array(Box::new(match *inner {
            Type::Other(text) => Type::Other(without_default(&text, setting)),
            inner => inner,
        })),
        known => known,
    }
}

fn without_default(text: &str, setting: &Setting<'_>) -> String {
    match types::named(text) {
        Some(name) if name.namespace.as_ref() == Some(setting.default_namespace) => {
            types::type_name(name.name.as_str())
        }
        Some(_) | None => text.to_owned(),
    }
}

fn type_text(ty: &Type, setting: &Setting<'_>) -> String {
    match ty {
        Type::Enum(name) | Type::Defined(name) => match &name.namespace {
            Some(namespace) if namespace != setting.default_namespace => {
                format!("{}.{}", types::type_name(namespace.as_str()), types::type_name(name.name.as_str()))
            }
            Some(_) | None => types::type_name(name.name.as_str()),
        },
        Type::Array(inner) => format!("{}[]", type_text(inner, setting)),
        Type::Other(text) => without_default(text, setting),
        plain => types::spell(plain, setting.default_namespace),
    }
}

fn string(text: String) -> Expr {
    Expr::value(Value::SingleQuotedString(text))
}

/// The cast, printed as `inner::type` with the type in the one spelling of DDL.
fn spelled(inner: Expr, ty: &Type, setting: &Setting<'_>) -> Expr {
    let name = ObjectName::from(vec![Ident::new(type_text(ty, setting))]);
    Expr::Cast {
        kind: CastKind::DoubleColon,
        expr: Box::new(inner),
        data_type: DataType::Custom(name, Vec::new()),
        format: None,
    }
}
