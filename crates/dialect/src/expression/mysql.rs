//! MariaDB and MySQL: an author's spelling and that of the catalog brought together, one node at a time.
//!
//! The servers print a parsed expression anew: names in backticks, functions under their first name,
//! booleans as numbers.
#![expect(clippy::wildcard_enum_match_arm, reason = "sqlparser's expressions are open-ended")]

use std::mem;

use sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments,
    Ident, ObjectName, UnaryOperator, Value,
};

/// Functions that go by several names, and the one that is kept.
const SYNONYMS: [(&str, &str); 22] = [
    ("ceil", "ceiling"),
    ("character_length", "char_length"),
    ("current_date", "curdate"),
    ("current_time", "curtime"),
    ("day", "dayofmonth"),
    ("lcase", "lower"),
    ("localtime", "current_timestamp"),
    ("localtimestamp", "current_timestamp"),
    ("mid", "substr"),
    ("now", "current_timestamp"),
    ("octet_length", "length"),
    ("power", "pow"),
    ("session_user", "user"),
    ("sha1", "sha"),
    ("std", "stddev"),
    ("stddev_pop", "stddev"),
    ("substring", "substr"),
    ("system_user", "user"),
    ("ucase", "upper"),
    ("var_pop", "variance"),
    ("position", "locate"),
    ("schema", "database"),
];

/// Rewrites one node whose inner nodes are rewritten already.
pub(super) fn rewrite(expr: &mut Expr) {
    let taken = mem::replace(expr, Expr::value(Value::Null));
    *expr = rewritten(taken);
}

fn rewritten(expr: Expr) -> Expr {
    match expr {
        Expr::Identifier(name) => Expr::Identifier(in_backticks(name)),
        // Only the table's own columns can be meant.
        Expr::CompoundIdentifier(mut names) => match names.pop() {
            Some(name) => Expr::Identifier(in_backticks(name)),
            None => Expr::CompoundIdentifier(names),
        },
        Expr::Value(value) => Expr::value(literal(value.value)),
        Expr::Prefixed { prefix, value } if is_unicode(&prefix) => *value,
        Expr::UnaryOp { op, expr } => unary(op, *expr),
        Expr::BinaryOp { left, op, right } => Expr::BinaryOp { left, op: operator(op), right },
        Expr::RLike { negated, expr, pattern, regexp: _ } => {
            Expr::RLike { negated, expr, pattern, regexp: true }
        }
        Expr::Case { case_token, end_token, operand, conditions, else_result } => Expr::Case {
            case_token,
            end_token,
            operand,
            conditions,
            else_result: else_result.filter(|result| !is_null(result)),
        },
        Expr::Substring { expr, substring_from: Some(from), substring_for, special: _, shorthand: _ } => {
            call("substr", [Some(expr), Some(from), substring_for].into_iter().flatten().map(|part| *part))
        }
        Expr::Position { expr, r#in } => call("locate", [*expr, *r#in]),
        Expr::Ceil {
            expr,
            field: sqlparser::ast::CeilFloorKind::DateTimeField(sqlparser::ast::DateTimeField::NoDateTime),
        } => call("ceiling", [*expr]),
        Expr::Floor {
            expr,
            field: sqlparser::ast::CeilFloorKind::DateTimeField(sqlparser::ast::DateTimeField::NoDateTime),
        } => call("floor", [*expr]),
        Expr::Function(function) => named(function),
        other => other,
    }
}

fn in_backticks(name: Ident) -> Ident {
    Ident::with_quote('`', name.value)
}

/// Strings in double quotes are strings, and booleans are numbers.
fn literal(value: Value) -> Value {
    match value {
        Value::Boolean(value) => Value::Number(u8::from(value).to_string(), false),
        Value::SingleQuotedString(text)
        | Value::DoubleQuotedString(text)
        | Value::NationalStringLiteral(text) => {
            // The parser takes backslashes for what they stand for, and prints them bare.
            Value::SingleQuotedString(text.replace('\\', "\\\\"))
        }
        kept => kept,
    }
}

/// `_utf8mb4'x'`: the servers add it, and every session here speaks it.
fn is_unicode(prefix: &Ident) -> bool {
    prefix.quote_style.is_none() && prefix.value.to_ascii_lowercase().starts_with("_utf8")
}

fn unary(op: UnaryOperator, inner: Expr) -> Expr {
    match (op, &inner) {
        (UnaryOperator::Minus | UnaryOperator::Plus, Expr::Value(value)) => {
            if let Value::Number(digits, is_long) = &value.value
                && !digits.starts_with('-')
            {
                let sign = if op == UnaryOperator::Minus { "-" } else { "" };
                return Expr::value(Value::Number(format!("{sign}{digits}"), *is_long));
            }
            Expr::UnaryOp { op, expr: Box::new(inner) }
        }
        (UnaryOperator::Not | UnaryOperator::BangNot, _) => negation(inner),
        (op, _) => Expr::UnaryOp { op, expr: Box::new(inner) },
    }
}

/// NOT moves into what it negates, where that has a negated form.
fn negation(inner: Expr) -> Expr {
    let bare = match inner {
        Expr::Nested(inner) => *inner,
        inner => inner,
    };
    match bare {
        Expr::Like { negated, any, expr, pattern, escape_char } => {
            Expr::Like { negated: !negated, any, expr, pattern, escape_char }
        }
        Expr::RLike { negated, expr, pattern, regexp } => {
            Expr::RLike { negated: !negated, expr, pattern, regexp }
        }
        Expr::InList { expr, list, negated } => Expr::InList { expr, list, negated: !negated },
        Expr::Between { expr, negated, low, high } => Expr::Between { expr, negated: !negated, low, high },
        Expr::IsNull(expr) => Expr::IsNotNull(expr),
        Expr::IsNotNull(expr) => Expr::IsNull(expr),
        other => Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(other) },
    }
}

fn operator(op: BinaryOperator) -> BinaryOperator {
    match op {
        BinaryOperator::PGOverlap => BinaryOperator::And,
        BinaryOperator::StringConcat => BinaryOperator::Or,
        other => other,
    }
}

fn is_null(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(value) if value.value == Value::Null)
}

/// A call under the function's first name, in lower case, with parentheses.
fn named(mut function: Function) -> Expr {
    let parts: Vec<&Ident> = function.name.0.iter().filter_map(|part| part.as_ident()).collect();
    let [name] = parts.as_slice() else { return Expr::Function(function) };
    let lower = name.value.to_ascii_lowercase();
    let known =
        SYNONYMS.iter().find(|(synonym, _)| *synonym == lower).map_or(lower.as_str(), |(_, name)| *name);
    let plain = Ident::new(known);
    function.name = ObjectName::from(vec![plain]);
    if function.args == FunctionArguments::None {
        function.args = no_arguments();
    }
    if let ("current_timestamp", FunctionArguments::List(list)) = (known, &mut function.args)
        && list.args.iter().any(|argument| argument.to_string() == "0")
    {
        list.args.clear();
    }
    Expr::Function(function)
}

fn no_arguments() -> FunctionArguments {
    FunctionArguments::List(FunctionArgumentList {
        duplicate_treatment: None,
        args: Vec::new(),
        clauses: Vec::new(),
    })
}

fn call(name: &str, arguments: impl IntoIterator<Item = Expr>) -> Expr {
    let args =
        arguments.into_iter().map(|argument| FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))).collect();
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args,
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

/// Operators whose place among the others sqlparser and the servers see differently, so that without
/// parentheses the two may read one text as different trees.
pub(super) fn is_misread(expr: &Expr) -> bool {
    match expr {
        Expr::BinaryOp { left, op, right } => {
            let children = [left.as_ref(), right.as_ref()];
            *op == BinaryOperator::Xor
                || (is_bitwise(op) && children.iter().any(|child| is_operation(child)))
                || children.iter().any(|child| matches!(child, Expr::BinaryOp { op, .. } if is_bitwise(op)))
                || (is_comparison(op) && children.iter().any(|child| is_test(child)))
        }
        Expr::Like { expr, pattern, .. } | Expr::RLike { expr, pattern, .. } => {
            is_test(expr) || is_test(pattern)
        }
        Expr::InList { expr, .. }
        | Expr::InSubquery { expr, .. }
        | Expr::IsNull(expr)
        | Expr::IsNotNull(expr) => is_test(expr),
        Expr::Between { expr, low, high, .. } => [expr, low, high].into_iter().any(|part| is_test(part)),
        Expr::UnaryOp { op: UnaryOperator::BangNot, expr } => is_operation(expr),
        _other => false,
    }
}

fn is_bitwise(op: &BinaryOperator) -> bool {
    matches!(
        op,
        BinaryOperator::BitwiseAnd
            | BinaryOperator::BitwiseOr
            | BinaryOperator::BitwiseXor
            | BinaryOperator::PGBitwiseXor
            | BinaryOperator::PGBitwiseShiftLeft
            | BinaryOperator::PGBitwiseShiftRight
            | BinaryOperator::StringConcat
            | BinaryOperator::PGOverlap
    )
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
            | BinaryOperator::Spaceship
    )
}

fn is_operation(expr: &Expr) -> bool {
    is_test(expr) || matches!(expr, Expr::BinaryOp { .. } | Expr::UnaryOp { .. })
}

/// A comparison or membership test without parentheses around it.
fn is_test(expr: &Expr) -> bool {
    match expr {
        Expr::BinaryOp { op, .. } => is_comparison(op),
        Expr::Like { .. }
        | Expr::RLike { .. }
        | Expr::InList { .. }
        | Expr::InSubquery { .. }
        | Expr::IsNull(_)
        | Expr::IsNotNull(_)
        | Expr::Between { .. } => true,
        _other => false,
    }
}
