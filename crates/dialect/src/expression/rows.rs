//! Rows compared with each other, which the server takes apart into comparisons of their values.
#![expect(clippy::wildcard_enum_match_arm, reason = "sqlparser's expressions are open-ended")]

use sqlparser::ast::{BinaryOperator, Expr};

use super::infer::arguments;

/// The values of `(a, b)` or `ROW(a, b)`.
fn values(expr: &Expr) -> Option<Vec<Expr>> {
    let values: Vec<Expr> = match expr {
        Expr::Nested(inner) => return values(inner),
        Expr::Tuple(items) => items.clone(),
        Expr::Function(function) if function.name.to_string().eq_ignore_ascii_case("row") => {
            arguments(function).cloned().collect()
        }
        _other => return None,
    };
    (values.len() > 1).then_some(values)
}

/// `(a, b) = (c, d)` as pairs of values; `None` when they are no rows of one length.
fn pairs(left: &Expr, right: &Expr) -> Option<Vec<(Expr, Expr)>> {
    let (left, right) = (values(left)?, values(right)?);
    (left.len() == right.len()).then(|| left.into_iter().zip(right).collect())
}

/// Two rows that are equal, or not, by their values; `compare` makes one comparison.
pub(super) fn compared(
    left: &Expr,
    op: &BinaryOperator,
    right: &Expr,
    compare: impl Fn(Expr, BinaryOperator, Expr) -> Expr,
) -> Option<Expr> {
    let joined = match op {
        BinaryOperator::Eq => BinaryOperator::And,
        BinaryOperator::NotEq => BinaryOperator::Or,
        _other => return None,
    };
    let tests = pairs(left, right)?.into_iter().map(|(left, right)| compare(left, op.clone(), right));
    chain(tests, &joined)
}

/// A row among others: one of them, or none, is equal to it.
pub(super) fn among(
    left: &Expr,
    list: &[Expr],
    negated: bool,
    compare: impl Fn(Expr, BinaryOperator, Expr) -> Expr,
) -> Option<Expr> {
    let (op, joined) = if negated {
        (BinaryOperator::NotEq, BinaryOperator::And)
    } else {
        (BinaryOperator::Eq, BinaryOperator::Or)
    };
    let tests: Option<Vec<Expr>> = list.iter().map(|right| compared(left, &op, right, &compare)).collect();
    chain(tests?.into_iter(), &joined)
}

fn chain(tests: impl Iterator<Item = Expr>, op: &BinaryOperator) -> Option<Expr> {
    tests.reduce(|left, right| Expr::BinaryOp {
        left: Box::new(left),
        op: op.clone(),
        right: Box::new(right),
    })
}
