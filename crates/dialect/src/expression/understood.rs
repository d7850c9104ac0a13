//! Which expressions are rewritten at all: the forms whose meaning the rules of this folder know.
#![expect(clippy::wildcard_enum_match_arm, reason = "sqlparser's expressions are open-ended")]

use std::ops::ControlFlow;

use sqlparser::ast::{BinaryOperator, Expr, Visit, Visitor};
use sqlparser::tokenizer::{Token, Tokenizer};

use super::Grammar;

/// Whether every part of an expression or query is of a known form, and read with the precedence its server uses.
pub(super) fn is_understood(tree: &impl Visit, grammar: Grammar) -> bool {
    struct Check(Grammar);
    impl Visitor for Check {
        type Break = ();
        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            let is_known = match self.0 {
                Grammar::Postgres => is_known_form(expr) && !is_misread(expr),
                Grammar::Sqlite => is_known_form(expr),
                Grammar::Mysql => {
                    let is_own_form = matches!(expr, Expr::RLike { .. } | Expr::Prefixed { .. });
                    (is_own_form || is_known_form(expr)) && !super::mysql::is_misread(expr)
                }
            };
            if is_known { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        }
    }
    tree.visit(&mut Check(grammar)).is_continue()
}

/// Whether sqlparser prints every string and quoted name of a text as it reads it. It takes two quotes in a
/// row, and a quote behind a backslash, for escaped already, and would print one where there were two.
pub(super) fn prints_as_it_reads(text: &str, grammar: Grammar) -> bool {
    if !["''", "\"\"", "``", "\\"].iter().any(|pair| text.contains(pair)) {
        return true;
    }
    let Ok(tokens) = Tokenizer::new(grammar.parser(), text).tokenize() else { return true };
    let is_doubtful = |text: &str, quote: char| {
        text.contains(&format!("{quote}{quote}")) || text.contains(&format!("\\{quote}"))
    };
    !tokens.iter().any(|token| match token {
        Token::SingleQuotedString(text)
        | Token::EscapedStringLiteral(text)
        | Token::NationalStringLiteral(text) => is_doubtful(text, '\''),
        Token::UnicodeStringLiteral(text) => text.contains('\\') || is_doubtful(text, '\''),
        Token::DollarQuotedString(text) => is_doubtful(&text.value, '\''),
        Token::DoubleQuotedString(text) => is_doubtful(text, '"'),
        Token::Word(word) => word.quote_style.is_some_and(|quote| is_doubtful(&word.value, quote)),
        _other => false,
    })
}

fn is_known_form(expr: &Expr) -> bool {
    match expr {
        Expr::Identifier(_)
        | Expr::CompoundIdentifier(_)
        | Expr::CompoundFieldAccess { .. }
        | Expr::IsFalse(_)
        | Expr::IsNotFalse(_)
        | Expr::IsTrue(_)
        | Expr::IsNotTrue(_)
        | Expr::IsNull(_)
        | Expr::IsNotNull(_)
        | Expr::IsUnknown(_)
        | Expr::IsNotUnknown(_)
        | Expr::IsDistinctFrom(..)
        | Expr::IsNotDistinctFrom(..)
        | Expr::InList { .. }
        | Expr::InSubquery { .. }
        | Expr::Between { .. }
        | Expr::BinaryOp { .. }
        | Expr::Like { any: false, .. }
        | Expr::ILike { any: false, .. }
        | Expr::SimilarTo { .. }
        | Expr::AnyOp { .. }
        | Expr::AllOp { .. }
        | Expr::UnaryOp { .. }
        | Expr::Cast { .. }
        | Expr::AtTimeZone { .. }
        | Expr::Extract { .. }
        | Expr::Ceil { .. }
        | Expr::Floor { .. }
        | Expr::Position { .. }
        | Expr::Substring { .. }
        | Expr::Trim { .. }
        | Expr::Overlay { .. }
        | Expr::Collate { .. }
        | Expr::Nested(_)
        | Expr::Value(_)
        | Expr::TypedString(_)
        | Expr::Function(_)
        | Expr::Case { .. }
        | Expr::Exists { .. }
        | Expr::Subquery(_)
        | Expr::Tuple(_)
        | Expr::Array(_)
        | Expr::Interval(_) => true,
        _other => false,
    }
}

/// sqlparser gives the pattern operators the precedence of `=`, where PostgreSQL gives them that of any
/// other operator. Without parentheses the two may read one text as different trees.
fn is_misread(expr: &Expr) -> bool {
    let Expr::BinaryOp { left, op, right } = expr else { return false };
    let is_pattern = matches!(
        op,
        BinaryOperator::PGRegexMatch
            | BinaryOperator::PGRegexIMatch
            | BinaryOperator::PGRegexNotMatch
            | BinaryOperator::PGRegexNotIMatch
            | BinaryOperator::PGLikeMatch
            | BinaryOperator::PGILikeMatch
            | BinaryOperator::PGNotLikeMatch
            | BinaryOperator::PGNotILikeMatch
    );
    let is_bare_operator = |side: &Expr| {
        matches!(side, Expr::BinaryOp { op, .. } if !matches!(op,
            BinaryOperator::Plus | BinaryOperator::Minus | BinaryOperator::Multiply
            | BinaryOperator::Divide | BinaryOperator::Modulo))
    };
    is_pattern && (is_bare_operator(left) || is_bare_operator(right))
}
