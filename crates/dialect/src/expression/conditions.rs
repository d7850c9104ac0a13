//! Conditions that mean the same to PostgreSQL although it prints them as they were written: a truth value
//! compared with `true` or `false`, and the value itself.
#![expect(clippy::wildcard_enum_match_arm, reason = "sqlparser's expressions are open-ended")]

use sqlparser::ast::{BinaryOperator, Expr, UnaryOperator, Value};

use super::{Setting, canonical_expression_in, each, parsed};

/// The condition with `x = true` as `x` and `x = false` as `NOT x`, null or not; `None` when it cannot be
/// read. Only truth values compare with `true`, so no type has to be known.
pub(crate) fn bare_condition(text: &str, setting: &Setting<'_>) -> Option<String> {
    let mut expr = parsed(text, setting.grammar).ok()?;
    each(&mut expr, |expr| {
        let Expr::BinaryOp { left, op, right } = expr else { return };
        let (operand, value) = match (known(left), known(right)) {
            (None, Some(value)) => (left, value),
            (Some(value), None) => (right, value),
            (None, None) | (Some(_), Some(_)) => return,
        };
        let is_so = match op {
            BinaryOperator::Eq => value,
            BinaryOperator::NotEq => !value,
            _other => return,
        };
        let operand = Expr::Nested(operand.clone());
        *expr = if is_so { operand } else { negation(operand) };
    });
    Some(canonical_expression_in(&expr.to_string(), setting))
}

fn negation(expr: Expr) -> Expr {
    Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(expr) }
}

fn known(expr: &Expr) -> Option<bool> {
    match expr {
        Expr::Nested(inner) => known(inner),
        Expr::Value(value) => match value.value {
            Value::Boolean(known) => Some(known),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use ambix_schema::Name;

    use super::*;
    use crate::expression::Grammar;

    #[test]
    fn a_truth_value_compared_with_one_is_itself() {
        let namespace = Name::from("public");
        let setting = Setting { grammar: Grammar::Postgres, default_namespace: &namespace, columns: None };
        let same = |one: &str, other: &str| bare_condition(one, &setting) == bare_condition(other, &setting);
        assert!(same("(is_active = true)", "is_active"));
        assert!(same("((a > 1) = false)", "(NOT (a > 1))"));
        assert!(same("(true <> is_active)", "(NOT is_active)"));
        assert!(same("((is_active = true) AND (n > 0))", "(is_active AND (n > 0))"));
        assert!(!same("(is_active = true)", "(is_active IS TRUE)"));
        assert!(!same("(is_active = false)", "is_active"));
    }
}
