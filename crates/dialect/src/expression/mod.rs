//! SQL expressions brought to one spelling, so that what an author writes and what a server prints meet.

use ambix_schema::Name;
use sqlparser::dialect::{Dialect as SqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

/// Whose grammar an expression is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Grammar {
    /// PostgreSQL's.
    Postgres,
    /// SQLite's.
    Sqlite,
}

impl Grammar {
    fn parser(self) -> &'static dyn SqlDialect {
        match self {
            Self::Postgres => &PostgreSqlDialect {},
            Self::Sqlite => &SQLiteDialect {},
        }
    }
}

/// An expression in one spelling. What does not parse comes back with its whitespace collapsed.
pub(crate) fn canonical_expression(text: &str, grammar: Grammar, default_namespace: &Name) -> String {
    let _ = default_namespace;
    let parsed = Parser::new(grammar.parser())
        .try_with_sql(text)
        .and_then(|mut parser| {
            let expr = parser.parse_expr()?;
            parser.expect_token(&Token::EOF)?;
            Ok(expr)
        });
    match parsed {
        Ok(expr) => expr.to_string(),
        Err(_) => collapsed(text),
    }
}

/// The text with every run of whitespace outside quotes made one blank.
fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
