//! Parentheses exactly where they are needed or help: one way of writing them for every source.
#![expect(clippy::wildcard_enum_match_arm, reason = "sqlparser's expressions are open-ended")]

use std::mem;

use sqlparser::ast::{AccessExpr, BinaryOperator, Expr, Subscript, UnaryOperator, Value};

use super::Grammar;

/// How tightly an expression holds together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Class {
    Or,
    And,
    Not,
    /// `IS NULL` and its like.
    Is,
    /// `=`, `<`, …
    Comparison,
    /// `LIKE`, `IN`, `BETWEEN`.
    Membership,
    /// `||`, `->`, `@>` and whatever else a server knows.
    Other,
    Sum,
    Product,
    /// `^`, unary operators, `COLLATE`, `AT TIME ZONE`: always set apart when they meet operators.
    Tight,
    /// A negative number: one value, but no place to hang a cast on.
    Negative,
    Primary,
}

/// Takes off the parentheses of one expression. Only for trees that [`settle`] goes over afterwards.
pub(super) fn without_nesting(expr: &mut Expr) {
    while let Expr::Nested(inner) = expr {
        *expr = mem::replace(inner.as_mut(), Expr::value(Value::Null));
    }
}

/// Sets the parentheses around the operands of one expression.
///
/// On SQLite they are only taken off where every reading agrees that they are needless, and never added,
/// because its precedences differ from the parser's.
pub(super) fn settle(expr: &mut Expr, grammar: Grammar) {
    let parent = class(expr);
    match expr {
        Expr::BinaryOp { left, op, right } => {
            let op = op.clone();
            slot(left, grammar, |child| needs(parent, &op, child, Side::Left));
            slot(right, grammar, |child| needs(parent, &op, child, Side::Right));
        }
        Expr::UnaryOp { expr, .. } | Expr::Collate { expr, .. } => {
            slot(expr, grammar, |child| class(child) != Class::Primary);
        }
        Expr::Cast { expr, kind, .. } => {
            // `CAST(… AS t)` brings parentheses of its own.
            let is_postfix = *kind == sqlparser::ast::CastKind::DoubleColon;
            slot(expr, grammar, |child| is_postfix && class(child) != Class::Primary);
        }
        Expr::AtTimeZone { timestamp, time_zone } => {
            slot(timestamp, grammar, |child| class(child) != Class::Primary);
            slot(time_zone, grammar, |child| class(child) != Class::Primary);
        }
        Expr::IsFalse(inner)
        | Expr::IsNotFalse(inner)
        | Expr::IsTrue(inner)
        | Expr::IsNotTrue(inner)
        | Expr::IsNull(inner)
        | Expr::IsNotNull(inner)
        | Expr::IsUnknown(inner)
        | Expr::IsNotUnknown(inner) => slot(inner, grammar, is_operation),
        Expr::IsDistinctFrom(left, right) | Expr::IsNotDistinctFrom(left, right) => {
            slot(left, grammar, is_operation);
            slot(right, grammar, is_operation);
        }
        Expr::InList { expr, list, .. } => {
            slot(expr, grammar, is_operation);
            list.iter_mut().for_each(free);
        }
        Expr::InSubquery { expr, .. } => slot(expr, grammar, is_operation),
        Expr::Between { expr, low, high, .. } => {
            for operand in [expr, low, high] {
                slot(operand, grammar, is_operation);
            }
        }
        Expr::Like { expr, pattern, .. }
        | Expr::ILike { expr, pattern, .. }
        | Expr::RLike { expr, pattern, .. }
        | Expr::SimilarTo { expr, pattern, .. } => {
            slot(expr, grammar, is_operation);
            slot(pattern, grammar, is_operation);
        }
        Expr::AnyOp { left, right, .. } | Expr::AllOp { left, right, .. } => {
            slot(left, grammar, is_operation);
            free(right);
        }
        Expr::CompoundFieldAccess { root, access_chain } => {
            // Without them `(address).street` would be the column of a table.
            let takes_field = matches!(access_chain.first(), Some(AccessExpr::Dot(_)));
            slot(root, grammar, |child| {
                takes_field
                    || !matches!(child, Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Subquery(_))
            });
            access_chain.iter_mut().for_each(free_subscript);
        }
        Expr::Function(function) => free_arguments(function),
        Expr::Case { operand, conditions, else_result, .. } => {
            operand.iter_mut().chain(else_result).for_each(|part| free(part));
            for when in conditions {
                free(&mut when.condition);
                free(&mut when.result);
            }
        }
        Expr::Tuple(items) => items.iter_mut().for_each(free),
        Expr::Array(array) => array.elem.iter_mut().for_each(free),
        Expr::Extract { expr, .. } | Expr::Ceil { expr, .. } | Expr::Floor { expr, .. } => free(expr),
        Expr::Substring { expr, substring_from, substring_for, .. } => {
            free(expr);
            substring_from.iter_mut().chain(substring_for).for_each(|part| free(part));
        }
        Expr::Position { expr, r#in } => {
            // `a IN b` inside POSITION is no membership test, so that operands are set apart.
            slot(expr, grammar, is_operation);
            slot(r#in, grammar, is_operation);
        }
        _other => {}
    }
}

/// Which operand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

fn needs(parent: Class, op: &BinaryOperator, child: &Expr, side: Side) -> bool {
    let inner = class(child);
    match (parent, inner) {
        (Class::Or, Class::Or)
        | (_, Class::Primary)
        | (Class::Comparison | Class::Sum | Class::Product, Class::Negative)
        | (Class::Comparison, Class::Sum | Class::Product)
        | (Class::Sum, Class::Product) => false,
        (Class::Or | Class::And, inner) => inner == Class::Or,
        (Class::Comparison, Class::Other) => !matches!(child, Expr::BinaryOp { op, .. } if is_accessor(op)),
        (Class::Sum, Class::Sum) | (Class::Product, Class::Product) => side == Side::Right,
        (Class::Other, Class::Other) => {
            let is_chain = matches!(child, Expr::BinaryOp { op: inner, .. } if inner == op);
            !(is_chain && side == Side::Left)
        }
        (_, _) => true,
    }
}

/// `data ->> 'key' = 'x'` reads well, and every server agrees on it.
fn is_accessor(op: &BinaryOperator) -> bool {
    matches!(
        op,
        BinaryOperator::Arrow
            | BinaryOperator::LongArrow
            | BinaryOperator::HashArrow
            | BinaryOperator::HashLongArrow
    )
}

fn is_operation(child: &Expr) -> bool {
    !matches!(class(child), Class::Primary | Class::Negative)
}

/// An operand that needs parentheses when `needs` says so.
fn slot(operand: &mut Expr, grammar: Grammar, needs: impl Fn(&Expr) -> bool) {
    let was_nested = matches!(operand, Expr::Nested(_));
    without_nesting(operand);
    let is_nested = match grammar {
        Grammar::Postgres | Grammar::Mysql => true,
        Grammar::Sqlite => was_nested,
    };
    if is_nested && needs(operand) {
        let inner = mem::replace(operand, Expr::value(Value::Null));
        *operand = Expr::Nested(Box::new(inner));
    }
}

/// An operand between commas or keywords, which never needs parentheses.
fn free(operand: &mut Expr) {
    without_nesting(operand);
}

fn free_subscript(access: &mut AccessExpr) {
    match access {
        AccessExpr::Dot(_) => {}
        AccessExpr::Subscript(Subscript::Index { index }) => free(index),
        AccessExpr::Subscript(Subscript::Slice { lower_bound, upper_bound, stride }) => {
            [lower_bound, upper_bound, stride].into_iter().flatten().for_each(free);
        }
    }
}

fn free_arguments(function: &mut sqlparser::ast::Function) {
    use sqlparser::ast::{FunctionArg, FunctionArgExpr, FunctionArguments};
    let FunctionArguments::List(list) = &mut function.args else { return };
    for argument in &mut list.args {
        let (FunctionArg::Unnamed(arg) | FunctionArg::Named { arg, .. } | FunctionArg::ExprNamed { arg, .. }) =
            argument;
        if let FunctionArgExpr::Expr(expr) = arg {
            free(expr);
        }
    }
}

fn class(expr: &Expr) -> Class {
    match expr {
        Expr::BinaryOp { op, .. } => operator_class(op),
        Expr::UnaryOp { op: UnaryOperator::Not, .. } | Expr::Exists { negated: true, .. } => Class::Not,
        Expr::UnaryOp { .. } | Expr::Collate { .. } | Expr::AtTimeZone { .. } => Class::Tight,
        Expr::IsFalse(_)
        | Expr::IsNotFalse(_)
        | Expr::IsTrue(_)
        | Expr::IsNotTrue(_)
        | Expr::IsNull(_)
        | Expr::IsNotNull(_)
        | Expr::IsUnknown(_)
        | Expr::IsNotUnknown(_)
        | Expr::IsDistinctFrom(..)
        | Expr::IsNotDistinctFrom(..) => Class::Is,
        Expr::InList { .. }
        | Expr::InSubquery { .. }
        | Expr::Between { .. }
        | Expr::Like { .. }
        | Expr::ILike { .. }
        | Expr::RLike { .. }
        | Expr::SimilarTo { .. } => Class::Membership,
        Expr::AnyOp { .. } | Expr::AllOp { .. } => Class::Comparison,
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) if digits.starts_with('-') => Class::Negative,
            _other => Class::Primary,
        },
        _other => Class::Primary,
    }
}

fn operator_class(op: &BinaryOperator) -> Class {
    match op {
        BinaryOperator::Or => Class::Or,
        BinaryOperator::And => Class::And,
        BinaryOperator::Eq
        | BinaryOperator::NotEq
        | BinaryOperator::Lt
        | BinaryOperator::LtEq
        | BinaryOperator::Gt
        | BinaryOperator::GtEq => Class::Comparison,
        BinaryOperator::Plus | BinaryOperator::Minus => Class::Sum,
        BinaryOperator::Multiply | BinaryOperator::Divide | BinaryOperator::Modulo => Class::Product,
        BinaryOperator::PGExp => Class::Tight,
        _other => Class::Other,
    }
}
