//! MariaDB and MySQL: an author's spelling and that of the catalog brought together, one node at a time.
//!
//! The servers print a parsed expression anew: names in backticks, functions under their first name,
//! booleans as numbers.
#![expect(clippy::wildcard_enum_match_arm, reason = "sqlparser's expressions are open-ended")]

use std::mem;

use super::Setting;
use super::infer::arguments;
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
pub(super) fn rewrite(expr: &mut Expr, setting: &Setting<'_>) {
    let taken = mem::replace(expr, Expr::value(Value::Null));
    *expr = rewritten(taken, setting);
}

fn rewritten(expr: Expr, setting: &Setting<'_>) -> Expr {
    match expr {
        // What is no column may be a word of a function, such as the unit of TIMESTAMPDIFF.
        Expr::Identifier(name) if setting.is_column(&name.value) => Expr::Identifier(in_backticks(name)),
        // Only the table's own columns can be meant.
        Expr::CompoundIdentifier(mut names) => match names.pop() {
            Some(name) => Expr::Identifier(in_backticks(name)),
            None => Expr::CompoundIdentifier(names),
        },
        Expr::Value(value) => Expr::value(literal(value.value)),
        Expr::Prefixed { prefix, value } if is_unicode(&prefix) => *value,
        Expr::UnaryOp { op, expr } => unary(op, *expr),
        Expr::BinaryOp { left, op, right } => match operator(op) {
            op @ (BinaryOperator::And | BinaryOperator::Or) => {
                Expr::BinaryOp { left: Box::new(truth(*left)), op, right: Box::new(truth(*right)) }
            }
            op => Expr::BinaryOp { left, op, right },
        },
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
        Value::Number(digits, is_long) if digits.starts_with('.') => {
            Value::Number(format!("0{digits}"), is_long)
        }
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
    let bare = unnested(inner);
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
        Expr::Identifier(name) => comparison(Expr::Identifier(name), BinaryOperator::Eq),
        Expr::BinaryOp { left, op, right } => match opposite(&op) {
            Some(op @ (BinaryOperator::And | BinaryOperator::Or)) => Expr::BinaryOp {
                left: Box::new(nested(negation(*left))),
                op,
                right: Box::new(nested(negation(*right))),
            },
            Some(op) => Expr::BinaryOp { left, op, right },
            None => not(Expr::BinaryOp { left, op, right }),
        },
        other => not(other),
    }
}

fn not(inner: Expr) -> Expr {
    Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(inner) }
}

fn nested(inner: Expr) -> Expr {
    Expr::Nested(Box::new(inner))
}

fn unnested(mut expr: Expr) -> Expr {
    while let Expr::Nested(inner) = expr {
        expr = *inner;
    }
    expr
}

/// The operator that holds when another does not, and the other half of De Morgan's laws.
fn opposite(op: &BinaryOperator) -> Option<BinaryOperator> {
    Some(match op {
        BinaryOperator::Eq => BinaryOperator::NotEq,
        BinaryOperator::NotEq => BinaryOperator::Eq,
        BinaryOperator::Lt => BinaryOperator::GtEq,
        BinaryOperator::GtEq => BinaryOperator::Lt,
        BinaryOperator::Gt => BinaryOperator::LtEq,
        BinaryOperator::LtEq => BinaryOperator::Gt,
        BinaryOperator::And => BinaryOperator::Or,
        BinaryOperator::Or => BinaryOperator::And,
        _other => return None,
    })
}

/// A column where only true and false count is compared with zero.
fn truth(expr: Expr) -> Expr {
    match unnested(expr) {
        Expr::Identifier(name) => comparison(Expr::Identifier(name), BinaryOperator::NotEq),
        // Parentheses are set anew afterwards, and are needed until then.
        other => nested(other),
    }
}

fn comparison(column: Expr, op: BinaryOperator) -> Expr {
    let zero = Expr::value(Value::Number("0".to_owned(), false));
    Expr::BinaryOp { left: Box::new(column), op, right: Box::new(zero) }
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
    let arguments: Vec<Expr> = arguments(&function).cloned().collect();
    match (known, arguments.as_slice()) {
        ("timestampadd" | "timestampdiff", [Expr::Identifier(unit), one, other]) => {
            let unit = Expr::Identifier(Ident::new(unit.value.to_ascii_uppercase()));
            call(known, [unit, one.clone(), other.clone()])
        }
        ("isnull", [operand]) => Expr::IsNull(Box::new(nested(operand.clone()))),
        ("mod", [left, right]) => operation(left, BinaryOperator::Modulo, right),
        ("date_add", [left, right @ Expr::Interval(_)]) => operation(left, BinaryOperator::Plus, right),
        ("date_sub", [left, right @ Expr::Interval(_)]) => operation(left, BinaryOperator::Minus, right),
        ("instr", [text, part]) => call("locate", [part.clone(), text.clone()]),
        ("round", [number]) => call("round", [number.clone(), Expr::value(Value::Number("0".into(), false))]),
        _other => Expr::Function(function),
    }
}

fn operation(left: &Expr, op: BinaryOperator, right: &Expr) -> Expr {
    Expr::BinaryOp { left: Box::new(nested(left.clone())), op, right: Box::new(nested(right.clone())) }
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
            let is_logic = matches!(op, BinaryOperator::And | BinaryOperator::Or);
            let has_bits = |child: &&Expr| matches!(child, Expr::BinaryOp { op, .. } if is_bitwise(op));
            *op == BinaryOperator::Xor
                || (is_bitwise(op) && children.iter().any(|child| is_operation(child)))
                || (!is_logic && !is_comparison(op) && children.iter().any(has_bits))
                || children.iter().any(|child| is_doubtful_child(op, child))
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

/// Whether a parent and its bare child would stand otherwise if `||` and `&&` had the precedence they have.
fn is_doubtful_child(parent: &BinaryOperator, child: &Expr) -> bool {
    match child {
        Expr::BinaryOp { op, .. } => op != parent && (is_doubtful(op) || is_doubtful(parent)),
        Expr::UnaryOp { .. } => is_doubtful(parent),
        other => is_doubtful(parent) && is_test(other),
    }
}

/// `||` is OR here, and `&&` is AND, with the precedence of these.
fn is_doubtful(op: &BinaryOperator) -> bool {
    matches!(op, BinaryOperator::StringConcat | BinaryOperator::PGOverlap)
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

#[cfg(test)]
mod tests {
    use ambix_schema::{Name, Type};

    use crate::expression::{Grammar, Setting, canonical_expression_in};

    const CHECKS: &str = include_str!("../../../../fixtures/expressions/mariadb_checks.txt");

    fn canonical(text: &str) -> String {
        let columns = |name: &str| {
            ["a", "b", "c", "d", "dt", "f", "j", "n", "e"].contains(&name).then_some(Type::Integer)
        };
        let setting = Setting {
            grammar: Grammar::Mysql,
            default_namespace: &Name::from("app"),
            columns: Some(&columns),
        };
        canonical_expression_in(text, &setting)
    }

    #[test]
    fn what_authors_write_meets_what_mariadb_prints() {
        let lines: Vec<&str> = CHECKS.lines().filter(|line| !line.starts_with('#')).collect();
        let mut failed = Vec::new();
        for pair in lines.chunks(2) {
            let [written, printed] = [pair[0], pair[1].trim_start()].map(canonical);
            if written != printed || canonical(&written) != written {
                failed.push(format!("{}\n    {written}\n    {printed}", pair[0]));
            }
        }
        assert!(lines.len() > 200 && failed.is_empty(), "{}", failed.join("\n"));
    }

    #[test]
    fn what_differs_stays_different() {
        for (one, other) in [
            ("a > 0", "a >= 0"),
            ("c = 'a'", "c = 'A'"),
            ("a = 1", "a = '1'"),
            ("not (a and b)", "not a and b"),
            ("a - (b - 1) > 0", "a - b - 1 > 0"),
            ("c like 'a\\_b'", "c like 'a_b'"),
            ("a is true", "a = 1"),
            ("a or b and c", "(a or b) and c"),
            ("length(c) > 1", "char_length(c) > 1"),
            ("c = 'a\\\\b'", "c = 'ab'"),
        ] {
            assert_ne!(canonical(one), canonical(other), "{one} / {other}");
        }
    }

    #[test]
    fn words_of_a_function_are_no_columns() {
        assert_eq!(canonical("timestampdiff(DAY, d, dt) > 0"), "timestampdiff(DAY, `d`, `dt`) > 0");
    }
}
