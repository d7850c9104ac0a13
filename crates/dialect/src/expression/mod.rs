//! SQL expressions brought to one spelling, so that what an author writes and what a server prints meet.
//!
//! The text is parsed, rewritten node by node, and printed. Whatever is not understood for certain comes
//! back as it was written, with its whitespace collapsed: a result always means what its source meant,
//! and bringing it to one spelling a second time changes nothing.

mod casts;
mod collapse;
mod common;
mod conditions;
mod infer;
mod interval;
mod mysql;
mod parentheses;
mod postgres;
mod remembered;
mod rows;
mod spell;
mod sqlite;
mod understood;
mod values;

use std::ops::ControlFlow;

use ambix_schema::{Literal, Name, Type};
use sqlparser::ast::{
    Expr, ObjectNamePart, Query, Select, SelectItem, Visit, VisitMut, Visitor, VisitorMut,
    visit_relations_mut,
};
use sqlparser::dialect::{Dialect as SqlDialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Token, Tokenizer};

use collapse::collapsed;
use remembered::{LITERALS, SPELLED};

pub(crate) use conditions::bare_condition;
pub(crate) use values::{canonical_text, truth};

/// How deep an expression may nest before it is left as written.
const MAX_DEPTH: usize = 100;

/// How often a text may be rewritten before it must have come to rest.
const MAX_ROUNDS: usize = 4;

/// Whose grammar an expression is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Grammar {
    /// PostgreSQL's.
    Postgres,
    /// SQLite's.
    Sqlite,
    /// MariaDB's and MySQL's.
    Mysql,
}

impl Grammar {
    fn parser(self) -> &'static dyn SqlDialect {
        match self {
            Self::Postgres => &PostgreSqlDialect {},
            Self::Sqlite => &SQLiteDialect {},
            Self::Mysql => &MySqlDialect {},
        }
    }
}

/// The type of a column by its name; `None` when there is no such column.
pub(crate) type ColumnTypes<'a> = dyn Fn(&str) -> Option<Type> + 'a;

/// What is known about the place an expression stands in.
#[derive(Clone, Copy)]
pub(crate) struct Setting<'a> {
    /// Whose grammar.
    pub(crate) grammar: Grammar,
    /// The namespace that goes without saying.
    pub(crate) default_namespace: &'a Name,
    /// The type of a column that the expression may name; `None` when the columns are not known.
    pub(crate) columns: Option<&'a ColumnTypes<'a>>,
}

impl Setting<'_> {
    fn column_type(&self, name: &str) -> Option<Type> {
        self.columns.and_then(|columns| columns(name))
    }

    /// Whether a name is one of a column, or may be.
    fn is_column(&self, name: &str) -> bool {
        self.columns.is_none_or(|columns| columns(name).is_some())
    }
}

/// An expression in one spelling, with nothing known about its columns.
pub(crate) fn canonical_expression(text: &str, grammar: Grammar, default_namespace: &Name) -> String {
    canonical_expression_in(text, &Setting { grammar, default_namespace, columns: None })
}

/// An expression in one spelling. What does not parse comes back with its whitespace collapsed.
///
/// With the types of its columns known, casts that PostgreSQL adds around them are taken off again.
pub(crate) fn canonical_expression_in(text: &str, setting: &Setting<'_>) -> String {
    SPELLED.with(|spelled| {
        spelled.of(text, setting, |text, setting| {
            at_rest(text, |text| {
                if !understood::prints_as_it_reads(text, setting.grammar) {
                    return None;
                }
                let expr = parsed(text, setting.grammar).ok()?;
                rewritten(expr, setting)
            })
        })
    })
}

/// The literal an expression is, and the type it is cast to; `None` for all other expressions.
pub(crate) fn literal_of(text: &str, setting: &Setting<'_>) -> Option<(Literal, Option<Type>)> {
    LITERALS.with(|literals| {
        literals.of(text, setting, |text, setting| {
            let mut expr = parsed(text, setting.grammar).ok()?;
            each(&mut expr, |expr| match setting.grammar {
                Grammar::Postgres => {
                    postgres::rewrite(expr, setting);
                    parentheses::without_nesting(expr);
                }
                Grammar::Sqlite | Grammar::Mysql => parentheses::without_nesting(expr),
            });
            casts::literal_parts(&expr, setting)
        })
    })
}

/// A query (the text of a view) in one spelling: its expressions as everywhere, and tables of the default
/// namespace unqualified.
pub(crate) fn canonical_query(text: &str, setting: &Setting<'_>) -> String {
    let text = text.trim().trim_end_matches(';').trim_end();
    at_rest(text, |text| {
        if !understood::prints_as_it_reads(text, setting.grammar) {
            return None;
        }
        let mut parser =
            Parser::new(setting.grammar.parser()).with_recursion_limit(MAX_DEPTH).try_with_sql(text).ok()?;
        let mut query = parser.parse_query().ok()?;
        parser.expect_token(&Token::EOF).ok()?;
        if !understood::is_understood(&query, setting.grammar) {
            return None;
        }
        let flow = visit_relations_mut(&mut query, |relation| {
            let is_default = |part: &ObjectNamePart| {
                part.as_ident().is_some_and(|name| name.value == setting.default_namespace.as_str())
            };
            if relation.0.len() == 2 && relation.0.first().is_some_and(is_default) {
                relation.0.remove(0);
            }
            ControlFlow::<()>::Continue(())
        });
        debug_assert!(flow.is_continue(), "relations are all visited");
        // A cast on an output column is what gives it its type.
        if !has_typed_output(&query) {
            edit(&mut query, setting);
        }
        Some(query.to_string())
    })
}

/// Whether some SELECT of a query puts out a literal with a cast.
fn has_typed_output(query: &Query) -> bool {
    struct Search;
    impl Visitor for Search {
        type Break = ();
        fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
            let is_typed = select.projection.iter().any(|item| match item {
                SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => {
                    matches!(expr, Expr::Cast { .. } | Expr::TypedString(_)) && casts::is_literal(expr)
                }
                SelectItem::ExprWithAliases { .. }
                | SelectItem::QualifiedWildcard(..)
                | SelectItem::Wildcard(_) => false,
            });
            if is_typed { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }
    }
    query.visit(&mut Search).is_break()
}

/// Applies `step` until its result stays. A text that never comes to rest, or that `step` gives up on, is
/// only collapsed.
fn at_rest(text: &str, step: impl Fn(&str) -> Option<String>) -> String {
    let mut current = collapsed(text);
    let original = current.clone();
    for _ in 0..MAX_ROUNDS {
        match step(&current) {
            Some(next) if next == current => return current,
            Some(next) => current = next,
            None => return original,
        }
    }
    original
}

fn parsed(text: &str, grammar: Grammar) -> Result<Expr, ParserError> {
    let mut tokens = Tokenizer::new(grammar.parser(), text).tokenize_with_location()?;
    match grammar {
        Grammar::Postgres => spell::postgres(&mut tokens),
        Grammar::Mysql => {
            if !spell::mysql(&mut tokens) {
                let reason = "the server would read it otherwise";
                return Err(ParserError::ParserError(reason.into()));
            }
        }
        Grammar::Sqlite => {}
    }
    let mut parser =
        Parser::new(grammar.parser()).with_recursion_limit(MAX_DEPTH).with_tokens_with_locations(tokens);
    let expr = parser.parse_expr()?;
    parser.expect_token(&Token::EOF)?;
    Ok(expr)
}

fn rewritten(mut expr: Expr, setting: &Setting<'_>) -> Option<String> {
    if !understood::is_understood(&expr, setting.grammar) {
        return None;
    }
    edit(&mut expr, setting);
    while let Expr::Nested(inner) = expr {
        expr = *inner;
    }
    Some(expr.to_string())
}

/// Rewrites every expression of a tree, then sets parentheses anew.
fn edit(tree: &mut impl VisitMut, setting: &Setting<'_>) {
    match setting.grammar {
        Grammar::Postgres => {
            each(tree, |expr| casts::gather_array_cast(expr, setting));
            each(tree, |expr| {
                postgres::rewrite(expr, setting);
                parentheses::without_nesting(expr);
            });
        }
        Grammar::Sqlite => each(tree, |expr| sqlite::rewrite(expr, setting)),
        Grammar::Mysql => each(tree, |expr| {
            mysql::rewrite(expr, setting);
            parentheses::without_nesting(expr);
        }),
    }
    each(tree, |expr| parentheses::settle(expr, setting.grammar));
}

/// Calls `edit` on every expression of a tree, the inner ones first.
fn each(tree: &mut impl VisitMut, edit: impl FnMut(&mut Expr)) {
    struct Each<F>(F);
    impl<F: FnMut(&mut Expr)> VisitorMut for Each<F> {
        type Break = ();
        fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
            (self.0)(expr);
            ControlFlow::Continue(())
        }
    }
    let flow = tree.visit(&mut Each(edit));
    debug_assert!(flow.is_continue(), "a rewrite never stops half-way");
}

#[cfg(test)]
mod recorded;
#[cfg(test)]
mod tests;
