//! Casts that change nothing: those the server adds where the author wrote none, and would add again.
#![expect(clippy::wildcard_enum_match_arm, reason = "sqlparser's expressions are open-ended")]

use std::mem;

use ambix_schema::{Literal, Type};
use sqlparser::ast::{Array, CastKind, DataType, Expr, Ident, ObjectName, Value};

use super::Setting;
use super::infer::{natural, rank, type_of};
use super::values::{canonical_text, truth};
use crate::literal::canonical_number;
use crate::postgres::types;

/// A cast in one spelling, or what it is cast from where the cast changes nothing wherever it stands.
pub(super) fn cast(inner: Expr, data_type: &DataType, setting: &Setting<'_>) -> Expr {
    cast_to(inner, &cast_type(data_type, setting), setting)
}

/// A cast to a type.
pub(super) fn cast_to(inner: Expr, ty: &Type, setting: &Setting<'_>) -> Expr {
    let inner = match (bare(inner), ty) {
        (Expr::Array(array), Type::Array(element)) if !array.elem.is_empty() && !is_varying(element) => {
            return cast_elements(array, element, setting);
        }
        (inner, _) => inner,
    };
    if let Expr::Value(value) = &inner {
        match &value.value {
            Value::SingleQuotedString(text) => return text_cast(text.clone(), ty, setting),
            Value::Number(digits, _) if natural(digits) == *ty || is_plain_decimal(digits, ty) => {
                return inner;
            }
            Value::Boolean(_) if *ty == Type::Boolean => return inner,
            _other => {}
        }
    }
    if *ty == Type::Array(Box::new(Type::Text))
        && let Some(array) = text_array(&inner, setting)
    {
        return Expr::Array(array.clone());
    }
    let is_needless = match type_of(&inner, setting) {
        Some(Type::Varchar { .. } | Type::Text) if is_free_text(ty) => true,
        Some(_) | None => column_type(&inner, setting).is_some_and(|stored| stored == *ty),
    };
    if is_needless { inner } else { spelled(inner, ty, setting) }
}

/// The server casts the elements of an array that is written out, and not the whole.
fn cast_elements(mut array: Array, element: &Type, setting: &Setting<'_>) -> Expr {
    for item in &mut array.elem {
        let inner = mem::replace(item, Expr::value(Value::Null));
        *item = match bare(inner) {
            Expr::Array(inner) => cast_elements(inner, element, setting),
            inner => cast_to(inner, element, setting),
        };
    }
    Expr::Array(array)
}

fn is_varying(ty: &Type) -> bool {
    is_free_text(ty) || matches!(ty, Type::Varchar { .. } | Type::Char { .. })
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
    let other_type = if is_literal(other) { None } else { type_of(other, setting).map(compared) };
    if let Some(known) = &other_type {
        settle_literal(side, known, setting);
    }
    let Some((inner, ty)) = cast_parts(side, setting) else { return };
    let is_needless = if is_literal(other) {
        false
    } else if let Some(digits) = number(inner) {
        match &other_type {
            Some(_) => is_widening(inner, &ty, other_type.as_ref(), setting),
            // Of an unknown type it is compared by its value.
            None => keeps_value(digits, &ty),
        }
    } else if let Some(text) = text_of(inner) {
        fits(text, &ty)
            && match &other_type {
                Some(known) => is_same(known, &ty, setting),
                // Only dates and times have comparisons between two of their types.
                None => {
                    !matches!(ty, Type::Date | Type::Time { .. } | Type::Timestamp { .. })
                        && rank(&ty).is_none()
                }
            }
    } else if is_null(inner) {
        other_type.as_ref().is_some_and(|known| is_same(known, &ty, setting))
    } else if ty == Type::Text && matches!(column_type(inner, setting), Some(Type::Char { .. })) {
        // A text on the other side makes the server compare texts.
        other_type == Some(Type::Text)
    } else {
        is_widening(inner, &ty, other_type.as_ref(), setting)
    };
    if is_needless {
        take_off(side);
        if let Some(known) = &other_type {
            settle_literal(side, known, setting);
        }
    }
}

/// The type as which a value is compared.
fn compared(ty: Type) -> Type {
    if ty == Type::Cidr { Type::Inet } else { ty }
}

/// Gives a bare string the form in which the server prints a value of the type that it takes.
pub(super) fn settle_literal(side: &mut Expr, ty: &Type, setting: &Setting<'_>) {
    let Expr::Value(value) = side else { return };
    let Value::SingleQuotedString(text) = &value.value else { return };
    *side = text_cast(text.clone(), ty, setting);
    take_off(side);
}

/// JSON between operators that take nothing else on this side.
pub(super) fn settle_json(side: &mut Expr) {
    if let Expr::Value(value) = side
        && let Value::SingleQuotedString(text) = &mut value.value
        && text.starts_with(['{', '['])
    {
        *text = canonical_text(mem::take(text), &Type::Jsonb);
    }
}

/// Takes a cast to `inet` off a network, which has no operators of its own.
pub(super) fn relax_network(side: &mut Expr, setting: &Setting<'_>) {
    let Some((inner, Type::Inet)) = cast_parts(side, setting) else { return };
    if column_type(inner, setting) == Some(Type::Cidr) {
        take_off(side);
    }
}

/// Takes a cast to `text[]` off an array of `character varying`, which is compared in no other way.
pub(super) fn relax_texts(side: &mut Expr, setting: &Setting<'_>) {
    let Some((inner, ty)) = cast_parts(side, setting) else { return };
    let is_varchars = match column_type(inner, setting) {
        Some(Type::Array(element)) => matches!(*element, Type::Varchar { .. }),
        Some(_) | None => false,
    };
    if ty == Type::Array(Box::new(Type::Text)) && is_varchars {
        take_off(side);
    }
}

/// Takes a cast to `double precision` off a number where nothing else is possible; off an exact one, too,
/// where `takes_exact`.
pub(super) fn relax_double(side: &mut Expr, setting: &Setting<'_>, takes_exact: bool) {
    let Some((inner, Type::Double)) = cast_parts(side, setting) else { return };
    let is_needless = match type_of(inner, setting).and_then(|ty| rank(&ty)) {
        Some(rank) => rank <= 3 || (takes_exact && rank == 4),
        None => false,
    };
    if is_needless {
        take_off(side);
    }
}

/// Takes the cast off one side of a sum or product where the other side makes the server add it again.
pub(super) fn relax_arithmetic(side: &mut Expr, other: &Expr, setting: &Setting<'_>) {
    let other = type_of(other, setting);
    if other == Some(Type::Interval) {
        return relax_double(side, setting, true);
    }
    let Some((inner, ty)) = cast_parts(side, setting) else { return };
    if is_widening(inner, &ty, other.as_ref(), setting) {
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
    if (is_text_literal(inner) || is_null(inner)) && wanted(&ty) {
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
    if *ty == Type::Boolean
        && let Some(value) = truth(&text)
    {
        return Expr::value(Value::Boolean(value));
    }
    if rank(ty).is_some()
        && let Some(number) = canonical_number(&text)
    {
        let bare = Expr::value(Value::Number(number.clone(), false));
        let is_natural = natural(&number) == *ty || is_plain_decimal(&number, ty);
        return if is_natural { bare } else { spelled(bare, ty, setting) };
    }
    spelled(string(canonical_text(text, ty)), ty, setting)
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

/// The text of a string.
fn text_of(expr: &Expr) -> Option<&str> {
    let Expr::Value(value) = expr else { return None };
    match &value.value {
        Value::SingleQuotedString(text) => Some(text),
        _other => None,
    }
}

/// Whether a text is whole after a cast to a type, which may be too short for it.
fn fits(text: &str, ty: &Type) -> bool {
    if let Type::Varchar { length: Some(length) } | Type::Char { length } = ty {
        return u32::try_from(text.chars().count()).is_ok_and(|count| count <= *length);
    }
    if let Type::Other(name) = ty {
        return !name.contains('(');
    }
    !matches!(ty, Type::Time { precision: Some(_), .. } | Type::Timestamp { precision: Some(_), .. })
}

fn is_text_literal(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(value) if matches!(value.value, Value::SingleQuotedString(_)))
}

/// The digits of a number.
fn number(expr: &Expr) -> Option<&str> {
    let Expr::Value(value) = expr else { return None };
    match &value.value {
        Value::Number(digits, _) => Some(digits),
        _other => None,
    }
}

pub(super) fn is_null(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(value) if value.value == Value::Null)
}

/// Whether a number is the same after a cast.
fn keeps_value(digits: &str, ty: &Type) -> bool {
    if *ty == Type::SmallInt {
        digits.parse::<i16>().is_ok()
    } else if *ty == Type::Integer {
        digits.parse::<i32>().is_ok()
    } else if *ty == Type::BigInt {
        digits.parse::<i64>().is_ok()
    } else {
        *ty == Type::Double || *ty == Type::Decimal { precision: None, scale: None }
    }
}

/// Whether the server itself widens `inner` to `ty` when it meets `other`. A cast that rounds never is one.
fn is_widening(inner: &Expr, ty: &Type, other: Option<&Type>, setting: &Setting<'_>) -> bool {
    const REAL: u8 = 5;
    if matches!(ty, Type::Decimal { precision: Some(_), .. }) {
        return false;
    }
    let ranks = (rank(ty), other.and_then(rank), type_of(inner, setting).as_ref().and_then(rank));
    let (Some(to), Some(other), Some(from)) = ranks else { return false };
    // Only real with real stays real; with anything else the server computes in double.
    let wider = if from != other && from.max(other) == REAL { REAL + 1 } else { from.max(other) };
    wider == to && from <= to
}

fn column_type(expr: &Expr, setting: &Setting<'_>) -> Option<Type> {
    matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_)).then(|| type_of(expr, setting))?
}

pub(super) fn cast_parts<'a>(expr: &'a Expr, setting: &Setting<'_>) -> Option<(&'a Expr, Type)> {
    let Expr::Cast { expr, data_type, .. } = expr else { return None };
    let inner = match expr.as_ref() {
        Expr::Nested(inner) => inner,
        inner => inner,
    };
    Some((inner, cast_type(data_type, setting)))
}

pub(super) fn take_off(expr: &mut Expr) {
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

pub(super) fn string(text: String) -> Expr {
    Expr::value(Value::SingleQuotedString(text))
}

/// The cast, printed as `inner::type` with the type in the one spelling of DDL.
pub(super) fn spelled(inner: Expr, ty: &Type, setting: &Setting<'_>) -> Expr {
    let name = ObjectName::from(vec![Ident::new(type_text(ty, setting))]);
    Expr::Cast {
        kind: CastKind::DoubleColon,
        expr: Box::new(inner),
        data_type: DataType::Custom(name, Vec::new()),
        format: None,
    }
}
