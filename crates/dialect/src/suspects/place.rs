//! Whether a text may be put into a statement at all.
#![expect(clippy::wildcard_enum_match_arm, reason = "sqlparser's tokens are open-ended")]

use sqlparser::dialect::Dialect;
use sqlparser::tokenizer::{Token, Tokenizer, Whitespace};

/// Whether a text put between parentheses ends where it is meant to: its own parentheses match, its strings
/// end, no comment begins, and no further statement.
pub(crate) fn stays_in_its_place(text: &str, dialect: &dyn Dialect) -> bool {
    let Ok(tokens) = Tokenizer::new(dialect, text).tokenize() else { return false };
    let mut open = Vec::new();
    for token in tokens {
        match token {
            Token::LParen | Token::LBracket | Token::LBrace => open.push(token),
            Token::RParen if open.pop() != Some(Token::LParen) => return false,
            Token::RBracket if open.pop() != Some(Token::LBracket) => return false,
            Token::RBrace if open.pop() != Some(Token::LBrace) => return false,
            Token::SemiColon
            | Token::Whitespace(Whitespace::SingleLineComment { .. } | Whitespace::MultiLineComment(_)) => {
                return false;
            }
            _other => {}
        }
    }
    open.is_empty()
}

#[cfg(test)]
mod tests {
    use sqlparser::dialect::PostgreSqlDialect;

    use super::stays_in_its_place;

    #[test]
    fn a_text_that_would_leave_its_place_is_not_asked_about() {
        let stays = |text| stays_in_its_place(text, &PostgreSqlDialect {});
        for text in ["a > 0", "f(a[1], ';', \"x)\") IN ('(', $$)$$)", "'it''s'"] {
            assert!(stays(text), "{text}");
        }
        let leaving =
            ["a) FROM t; --", "1; DROP TABLE users", "a -- b", "a /* b */", "(a", "a)", "(a]", "'a", "a)(b"];
        for text in leaving {
            assert!(!stays(text), "{text}");
        }
    }
}
