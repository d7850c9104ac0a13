//! The type of an expression, as far as it follows from its columns, literals and casts.
#![expect(clippy::wildcard_enum_match_arm, reason = "sqlparser's expressions are open-ended")]

use ambix_schema::Type;
use sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Value,
};

use super::Setting;
use crate::postgres::types;

/// The type of an expression; `None` when it is not known, as with a bare string, which takes its type
/// from what it meets.
pub(super) fn type_of(expr: &Expr, setting: &Setting<'_>) -> Option<Type> {
    match expr {
        Expr::Identifier(name) => setting.column_type(&name.value).map(types::stored),
        Expr::CompoundIdentifier(names) => {
            names.last().and_then(|name| setting.column_type(&name.value)).map(types::stored)
        }
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => Some(natural(digits)),
            Value::Boolean(_) => Some(Type::Boolean),
            _other => None,
        },
        Expr::Cast { data_type, .. } => Some(types::stored(types::parse(&data_type.to_string()))),
        Expr::Function(function) => of_function(function, setting),
        Expr::Nested(expr) | Expr::Collate { expr, .. } => type_of(expr, setting),
        // Whole numbers are rounded as the fractions they could be.
        Expr::Ceil { expr, .. } | Expr::Floor { expr, .. } => match type_of(expr, setting)? {
            exact @ Type::Decimal { .. } => Some(exact),
            other => rank(&other).map(|_| Type::Double),
        },
        Expr::Extract { .. } => Some(Type::Decimal { precision: None, scale: None }),
        Expr::Position { .. } => Some(Type::Integer),
        Expr::Substring { .. } | Expr::Trim { .. } | Expr::Overlay { .. } => Some(Type::Text),
        Expr::BinaryOp { left, op, right } => of_operation(left, op, right, setting),
        Expr::Case { conditions, else_result, .. } => conditions
            .iter()
            .map(|when| &when.result)
            .chain(else_result.as_deref())
            .find_map(|branch| type_of(branch, setting)),
        Expr::IsNull(_) | Expr::IsNotNull(_) | Expr::InList { .. } | Expr::Like { .. } => Some(Type::Boolean),
        _other => None,
    }
}

/// The arguments of a call that are plain expressions.
pub(super) fn arguments(function: &Function) -> impl Iterator<Item = &Expr> {
    let list = match &function.args {
        FunctionArguments::List(list) => list.args.as_slice(),
        FunctionArguments::None | FunctionArguments::Subquery(_) => &[],
    };
    list.iter().filter_map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _other => None,
    })
}

/// The type PostgreSQL gives a number without a cast.
pub(super) fn natural(digits: &str) -> Type {
    if digits.parse::<i32>().is_ok() {
        Type::Integer
    } else if digits.parse::<i64>().is_ok() {
        Type::BigInt
    } else {
        Type::Decimal { precision: None, scale: None }
    }
}

/// The place of a number type in the order in which the server widens; `None` for all other types.
pub(super) fn rank(ty: &Type) -> Option<u8> {
    match ty {
        Type::SmallInt => Some(1),
        Type::Integer => Some(2),
        Type::BigInt => Some(3),
        Type::Decimal { .. } => Some(4),
        Type::Real => Some(5),
        Type::Double => Some(6),
        _other => None,
    }
}

fn of_function(function: &Function, setting: &Setting<'_>) -> Option<Type> {
    let instant = Type::Timestamp { precision: None, has_zone: true };
    match function.name.to_string().to_ascii_lowercase().as_str() {
        "now" | "statement_timestamp" | "clock_timestamp" => Some(instant),
        "current_date" => Some(Type::Date),
        "localtimestamp" => Some(Type::Timestamp { precision: None, has_zone: false }),
        "lower" | "upper" | "btrim" | "ltrim" | "rtrim" | "concat" | "replace" | "initcap" | "to_char"
        | "md5" | "left" | "right" | "lpad" | "rpad" | "substr" | "split_part" | "format" => Some(Type::Text),
        "length" | "char_length" | "character_length" | "octet_length" | "array_length" | "cardinality"
        | "strpos" | "ascii" | "jsonb_array_length" | "json_array_length" => Some(Type::Integer),
        "coalesce" | "nullif" | "greatest" | "least" => {
            arguments(function).find_map(|argument| type_of(argument, setting))
        }
        "abs" => arguments(function).next().and_then(|argument| type_of(argument, setting)),
        "random" | "pi" | "date_part" => Some(Type::Double),
        "gen_random_uuid" | "uuid_generate_v4" => Some(Type::Uuid),
        _other => None,
    }
}

fn of_operation(left: &Expr, op: &BinaryOperator, right: &Expr, setting: &Setting<'_>) -> Option<Type> {
    if let Some(moment) = of_moments(left, op, right, setting) {
        return Some(moment);
    }
    match op {
        BinaryOperator::Plus
        | BinaryOperator::Minus
        | BinaryOperator::Multiply
        | BinaryOperator::Divide
        | BinaryOperator::Modulo => {
            let (left, right) = (type_of(left, setting)?, type_of(right, setting)?);
            let (left_rank, right_rank) = (rank(&left)?, rank(&right)?);
            let wider = if left_rank >= right_rank { left } else { right };
            Some(match wider {
                Type::Decimal { .. } => Type::Decimal { precision: None, scale: None },
                // Only real with real stays real; with anything else the server computes in double.
                Type::Real if left_rank != right_rank => Type::Double,
                wider => wider,
            })
        }
        BinaryOperator::LongArrow | BinaryOperator::HashLongArrow => Some(Type::Text),
        BinaryOperator::Arrow | BinaryOperator::HashArrow => type_of(left, setting),
        BinaryOperator::StringConcat => {
            let is_text = |side| {
                matches!(type_of(side, setting), Some(Type::Text | Type::Varchar { .. } | Type::Char { .. }))
            };
            (is_text(left) || is_text(right)).then_some(Type::Text)
        }
        BinaryOperator::Eq
        | BinaryOperator::NotEq
        | BinaryOperator::Lt
        | BinaryOperator::LtEq
        | BinaryOperator::Gt
        | BinaryOperator::GtEq
        | BinaryOperator::And
        | BinaryOperator::Or => Some(Type::Boolean),
        _other => None,
    }
}

/// Sums with dates and times.
fn of_moments(left: &Expr, op: &BinaryOperator, right: &Expr, setting: &Setting<'_>) -> Option<Type> {
    let (left, right) = (type_of(left, setting)?, type_of(right, setting)?);
    let is_whole = |ty: &Type| matches!(ty, Type::SmallInt | Type::Integer);
    match (left, op, right) {
        (Type::Date, BinaryOperator::Plus | BinaryOperator::Minus, days) if is_whole(&days) => {
            Some(Type::Date)
        }
        (days, BinaryOperator::Plus, Type::Date) if is_whole(&days) => Some(Type::Date),
        (Type::Date, BinaryOperator::Minus, Type::Date) => Some(Type::Integer),
        (moment @ Type::Timestamp { .. }, BinaryOperator::Plus | BinaryOperator::Minus, Type::Interval) => {
            Some(moment)
        }
        (Type::Timestamp { .. }, BinaryOperator::Minus, Type::Timestamp { .. }) => Some(Type::Interval),
        (Type::Interval, BinaryOperator::Multiply | BinaryOperator::Divide, number)
            if rank(&number).is_some() =>
        {
            Some(Type::Interval)
        }
        (number, BinaryOperator::Multiply, Type::Interval) if rank(&number).is_some() => Some(Type::Interval),
        (Type::Interval, BinaryOperator::Plus | BinaryOperator::Minus, Type::Interval) => {
            Some(Type::Interval)
        }
        (_, _, _) => None,
    }
}
