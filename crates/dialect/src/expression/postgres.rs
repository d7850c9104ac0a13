//! PostgreSQL: an author's spelling and that of `pg_get_expr` brought together, one node at a time.
#![expect(clippy::wildcard_enum_match_arm, reason = "sqlparser's expressions are open-ended")]

mod calls;

use std::mem;

use ambix_schema::Type;
use sqlparser::ast::{
    BinaryOperator, CastKind, DateTimeField, Expr, FunctionArg, FunctionArgExpr, Ident, Interval,
    IntervalFields, TrimWhereField, UnaryOperator, Value,
};

use self::calls::{call, function, object_name, plain_arguments};
use super::casts::{
    cast, cast_to, is_literal, relax_arithmetic, relax_comparison, relax_double, relax_literal,
    relax_network, relax_padded, relax_power, relax_same, relax_texts, settle_json, settle_literal, spelled,
    string, text_array,
};
use super::common::relax_common;
use super::infer::type_of;
use super::{Setting, rows};
use crate::keywords;
use crate::sql_writer::is_plain;

/// Rewrites one node whose inner nodes are rewritten already.
pub(super) fn rewrite(expr: &mut Expr, setting: &Setting<'_>) {
    let taken = mem::replace(expr, Expr::value(Value::Null));
    *expr = rewritten(taken, setting);
}

fn rewritten(expr: Expr, setting: &Setting<'_>) -> Expr {
    match expr {
        Expr::Identifier(name) => Expr::Identifier(plain(name, keywords::POSTGRES)),
        Expr::CompoundIdentifier(names) => {
            Expr::CompoundIdentifier(names.into_iter().map(|name| plain(name, keywords::POSTGRES)).collect())
        }
        Expr::Value(value) => match value.value {
            Value::EscapedStringLiteral(text) | Value::UnicodeStringLiteral(text) => {
                Expr::value(Value::SingleQuotedString(text))
            }
            Value::SingleQuotedByteStringLiteral(bits) => {
                spelled(string(bits), &Type::Other("\"bit\"".to_owned()), setting)
            }
            // `1e3` is no whole number to the server, although it prints one.
            Value::Number(digits, _) if digits.contains(['e', 'E']) => {
                cast_to(string(digits), &Type::Decimal { precision: None, scale: None }, setting)
            }
            Value::DollarQuotedString(text) => Expr::value(Value::SingleQuotedString(text.value)),
            kept => Expr::value(kept),
        },
        Expr::UnaryOp { op, expr } => unary(op, *expr, setting),
        Expr::Cast { kind: CastKind::Cast | CastKind::DoubleColon, expr, data_type, format: None } => {
            cast(*expr, &data_type, setting)
        }
        Expr::TypedString(typed) if !typed.uses_odbc_syntax => {
            cast(Expr::Value(typed.value), &typed.data_type, setting)
        }
        Expr::Interval(interval)
            if interval.leading_field.is_none() && interval.fractional_seconds_precision.is_none() =>
        {
            let ty = sqlparser::ast::DataType::Interval { fields: None::<IntervalFields>, precision: None };
            cast(*interval.value, &ty, setting)
        }
        Expr::Interval(interval) => with_fields(interval, setting),
        Expr::BinaryOp { left, op, right } => binary(*left, op, *right, setting),
        Expr::Between { expr, negated, low, high } => between(&expr, negated, *low, *high, setting),
        Expr::InList { expr, list, negated } => membership(*expr, list, negated, setting),
        Expr::AnyOp { left, compare_op, right, is_some: _ } => any(left, compare_op, right, setting),
        Expr::AllOp { left, compare_op, right } => all(left, compare_op, right, setting),
        Expr::IsDistinctFrom(left, right) => distinct(*left, *right, false, setting),
        Expr::IsNotDistinctFrom(left, right) => distinct(*left, *right, true, setting),
        Expr::Case { case_token, end_token, operand, mut conditions, else_result } => {
            let mut else_result = else_result.filter(|result| !is_null(result));
            if let Some(operand) = &operand {
                for when in &mut conditions {
                    relax_comparison(&mut when.condition, operand, setting);
                }
            }
            let results = conditions.iter_mut().map(|when| &mut when.result);
            let mut results: Vec<&mut Expr> = results.chain(else_result.as_deref_mut()).collect();
            relax_common(&mut results, setting);
            Expr::Case { case_token, end_token, operand, conditions, else_result }
        }
        Expr::Extract { field: DateTimeField::Custom(field), syntax, expr } => {
            let field = DateTimeField::Custom(Ident::new(field.value.to_ascii_uppercase()));
            Expr::Extract { field, syntax, expr }
        }
        // Without FROM it begins at the first character.
        Expr::Substring { expr, substring_from: None, substring_for, special: _, shorthand } => {
            let first = Expr::value(Value::Number("1".to_owned(), false));
            let substring_from = Some(Box::new(first));
            Expr::Substring { expr, substring_from, substring_for, special: true, shorthand }
        }
        Expr::Trim { trim_where, trim_what, expr, trim_characters: None } => {
            trim(trim_where, trim_what, *expr)
        }
        Expr::Substring { expr, substring_from, substring_for, special: _, shorthand } => {
            Expr::Substring { expr, substring_from, substring_for, special: true, shorthand }
        }
        Expr::Collate { expr, collation } => {
            Expr::Collate { expr, collation: object_name(collation, keywords::POSTGRES, setting) }
        }
        Expr::Function(function) => call(function, setting),
        other => other,
    }
}

/// A name without needless quotes; what is not quoted is folded to lower case, as the server does.
fn plain(name: Ident, keywords: &[&str]) -> Ident {
    match name.quote_style {
        None => Ident::new(name.value.to_ascii_lowercase()),
        Some(_) if is_plain(&name.value, keywords) => Ident::new(name.value),
        Some(_) => name,
    }
}

/// `INTERVAL '90' MINUTE`, which the server keeps as `'01:30:00'::interval minute`.
fn with_fields(interval: Interval, setting: &Setting<'_>) -> Expr {
    if let (Some(field), None, None, None, Expr::Value(value)) = (
        &interval.leading_field,
        &interval.leading_precision,
        &interval.last_field,
        &interval.fractional_seconds_precision,
        interval.value.as_ref(),
    ) && let Value::SingleQuotedString(count) = &value.value
        && count.trim().parse::<i64>().is_ok()
    {
        let field = field.to_string().to_ascii_lowercase();
        let text = string(format!("{} {field}", count.trim()));
        return cast_to(text, &Type::Other(format!("interval {field}")), setting);
    }
    Expr::Interval(interval)
}

/// A test against NULL is one for being null.
fn distinct(mut left: Expr, mut right: Expr, negated: bool, setting: &Setting<'_>) -> Expr {
    if is_null(&right) {
        let left = Box::new(left);
        return if negated { Expr::IsNull(left) } else { Expr::IsNotNull(left) };
    }
    relax_comparison(&mut right, &left, setting);
    relax_comparison(&mut left, &right, setting);
    let test = Expr::IsDistinctFrom(Box::new(left), Box::new(right));
    if negated { Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(test) } } else { test }
}

fn unary(op: UnaryOperator, mut inner: Expr, setting: &Setting<'_>) -> Expr {
    if matches!(op, UnaryOperator::PGSquareRoot | UnaryOperator::PGCubeRoot) {
        relax_double(&mut inner, setting, true);
    }
    if let (UnaryOperator::Minus | UnaryOperator::Plus, Expr::Value(value)) = (op, &inner)
        && let Value::Number(digits, is_long) = &value.value
        && !digits.starts_with('-')
    {
        let sign = if op == UnaryOperator::Minus { "-" } else { "" };
        return Expr::value(Value::Number(format!("{sign}{digits}"), *is_long));
    }
    Expr::UnaryOp { op, expr: Box::new(inner) }
}

fn binary(mut left: Expr, op: BinaryOperator, mut right: Expr, setting: &Setting<'_>) -> Expr {
    let (negated, is_case_blind) = match &op {
        BinaryOperator::PGLikeMatch => (false, false),
        BinaryOperator::PGNotLikeMatch => (true, false),
        BinaryOperator::PGILikeMatch => (false, true),
        BinaryOperator::PGNotILikeMatch => (true, true),
        BinaryOperator::PGRegexMatch | BinaryOperator::PGRegexNotMatch => {
            let negated = op == BinaryOperator::PGRegexNotMatch;
            return match escaped_pattern(&right, &["similar_to_escape", "similar_escape"]) {
                Some((pattern, escape_char)) => {
                    Expr::SimilarTo { negated, expr: Box::new(left), pattern, escape_char }
                }
                None => Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) },
            };
        }
        _other => {
            let compare = |left, op, right| binary(left, op, right, setting);
            if let Some(tests) = rows::compared(&left, &op, &right, compare) {
                return tests;
            }
            relax(&mut left, &op, &mut right, setting);
            return Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) };
        }
    };
    let expr = Box::new(left);
    let (pattern, escape_char) =
        escaped_pattern(&right, &["like_escape"]).unwrap_or_else(|| (Box::new(right), None));
    if is_case_blind {
        Expr::ILike { negated, any: false, expr, pattern, escape_char }
    } else {
        Expr::Like { negated, any: false, expr, pattern, escape_char }
    }
}

/// The call by which the server prints the pattern of SIMILAR TO, and ESCAPE: pattern and escape.
fn escaped_pattern(expr: &Expr, names: &[&str]) -> Option<(Box<Expr>, Option<Box<Expr>>)> {
    let Expr::Function(function) = expr else { return None };
    let is_named = names.contains(&function.name.to_string().as_str());
    let mut arguments = plain_arguments(function).filter(|_| is_named)?.into_iter();
    let (pattern, escape) = (arguments.next()?, arguments.next().filter(|escape| !is_null(escape)));
    arguments.next().is_none().then(|| (Box::new(pattern), escape.map(Box::new)))
}

/// Each side is judged by what the other one is without the cast it may have lost: of two casts, of which
/// each makes the other one needless, one stays.
fn relax(left: &mut Expr, op: &BinaryOperator, right: &mut Expr, setting: &Setting<'_>) {
    relax_network(left, setting);
    relax_network(right, setting);
    if is_comparison(op) {
        relax_comparison(right, left, setting);
        relax_comparison(left, right, setting);
        return;
    }
    relax_same(left, right, setting);
    relax_same(right, left, setting);
    match op {
        BinaryOperator::Plus
        | BinaryOperator::Minus
        | BinaryOperator::Multiply
        | BinaryOperator::Divide
        | BinaryOperator::Modulo => {
            if *op == BinaryOperator::Plus && matches!(type_of(left, setting), Some(Type::Timestamp { .. })) {
                relax_literal(right, setting, |ty| *ty == Type::Interval);
                settle_literal(right, &Type::Interval, setting);
            }
            if is_literal(left) {
                relax_arithmetic(left, right, setting);
                relax_arithmetic(right, left, setting);
            } else {
                relax_arithmetic(right, left, setting);
                relax_arithmetic(left, right, setting);
            }
        }
        BinaryOperator::PGExp => relax_power(left, right, setting),
        BinaryOperator::AtArrow | BinaryOperator::ArrowAt => {
            if type_of(left, setting).is_none() {
                relax_literal(right, setting, |ty| *ty == Type::Jsonb);
            }
            settle_json(right);
        }
        BinaryOperator::HashArrow | BinaryOperator::HashLongArrow => {
            relax_literal(right, setting, |ty| *ty == Type::Array(Box::new(Type::Text)));
        }
        BinaryOperator::StringConcat => {
            relax_padded(left, setting);
            relax_padded(right, setting);
            if type_of(left, setting) == Some(Type::Jsonb) {
                settle_json(right);
            }
        }
        _other => {}
    }
}

fn is_comparison(op: &BinaryOperator) -> bool {
    matches!(
        op,
        BinaryOperator::Eq
            | BinaryOperator::NotEq
            | BinaryOperator::Lt
            | BinaryOperator::LtEq
            | BinaryOperator::Gt
            | BinaryOperator::GtEq
    )
}

/// The server keeps BETWEEN as the two comparisons it stands for.
fn between(expr: &Expr, negated: bool, low: Expr, high: Expr, setting: &Setting<'_>) -> Expr {
    let (below, both, above) = if negated {
        (BinaryOperator::Lt, BinaryOperator::Or, BinaryOperator::Gt)
    } else {
        (BinaryOperator::GtEq, BinaryOperator::And, BinaryOperator::LtEq)
    };
    let left = binary(expr.clone(), below, low, setting);
    let right = binary(expr.clone(), above, high, setting);
    Expr::BinaryOp { left: Box::new(left), op: both, right: Box::new(right) }
}

/// `= ANY (ARRAY[…])` is how the server prints IN.
fn any(left: Box<Expr>, compare_op: BinaryOperator, right: Box<Expr>, setting: &Setting<'_>) -> Expr {
    let mut right = right;
    relax_texts(&mut right, setting);
    match elements(&right, setting).filter(|_| compare_op == BinaryOperator::Eq) {
        Some(list) => membership(*left, list, false, setting),
        None => Expr::AnyOp { left, compare_op, right, is_some: false },
    }
}

/// `<> ALL (ARRAY[…])` is how the server prints NOT IN.
fn all(left: Box<Expr>, compare_op: BinaryOperator, right: Box<Expr>, setting: &Setting<'_>) -> Expr {
    let mut right = right;
    relax_texts(&mut right, setting);
    match elements(&right, setting).filter(|_| compare_op == BinaryOperator::NotEq) {
        Some(list) => membership(*left, list, true, setting),
        None => Expr::AllOp { left, compare_op, right },
    }
}

/// The elements of an array that is written out.
fn elements(expr: &Expr, setting: &Setting<'_>) -> Option<Vec<Expr>> {
    if let Some(array) = text_array(expr, setting) {
        return Some(array.elem.clone());
    }
    match expr {
        Expr::Array(array) if !array.elem.is_empty() => Some(array.elem.clone()),
        _other => None,
    }
}

fn membership(mut left: Expr, mut list: Vec<Expr>, negated: bool, setting: &Setting<'_>) -> Expr {
    if list.len() == 1
        && let Some(only) = list.pop()
    {
        let op = if negated { BinaryOperator::NotEq } else { BinaryOperator::Eq };
        return binary(left, op, only, setting);
    }
    let compare = |left, op, right| binary(left, op, right, setting);
    if let Some(tests) = rows::among(&left, &list, negated, compare) {
        return tests;
    }
    let before = left.clone();
    if let Some(first) = list.first() {
        relax_comparison(&mut left, first, setting);
    }
    for item in &mut list {
        relax_comparison(item, &before, setting);
    }
    Expr::InList { expr: Box::new(left), list, negated }
}

/// NULL, with or without a cast, such as the server puts on the ELSE nobody wrote.
fn is_null(expr: &Expr) -> bool {
    match expr {
        Expr::Cast { expr, .. } | Expr::Nested(expr) => is_null(expr),
        other => super::casts::is_null(other),
    }
}

/// `TRIM(BOTH x FROM y)` is a call of `btrim`, which servers before 14 print it as.
fn trim(place: Option<TrimWhereField>, what: Option<Box<Expr>>, expr: Expr) -> Expr {
    let name = match place {
        None | Some(TrimWhereField::Both) => "btrim",
        Some(TrimWhereField::Leading) => "ltrim",
        Some(TrimWhereField::Trailing) => "rtrim",
    };
    let arguments = std::iter::once(expr).chain(what.map(|what| *what));
    Expr::Function(function(name, arguments.map(|expr| FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)))))
}
