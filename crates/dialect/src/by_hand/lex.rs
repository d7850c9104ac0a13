//! The tokens of a text of SQL with their bytes, cut by sqlparser's tokenizer for the dialect.
#![expect(clippy::wildcard_enum_match_arm, reason = "sqlparser's tokens are open")]

use std::ops::Range;

use ambix_schema::Uncut;
use sqlparser::dialect::Dialect as Grammar;
use sqlparser::tokenizer::{Location, Token, Tokenizer, Whitespace};

/// One token of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Lexeme {
    /// What it is.
    pub(crate) sort: Sort,
    /// Its bytes.
    pub(crate) range: Range<usize>,
}

/// What a token is, as far as the end of a statement depends on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sort {
    /// A bare word: a keyword or a name.
    Word,
    /// `;`
    Semicolon,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `:`
    Colon,
    /// Any other token that says something: a text, a number, a quoted name, an operator, and a comment
    /// that the server reads (`/*! … */`).
    Other,
    /// A comment to the end of its line.
    LineComment,
    /// Blanks, and comments of several lines.
    Blank,
}

impl Lexeme {
    /// Whether it says something.
    pub(crate) fn is_significant(&self) -> bool {
        match self.sort {
            Sort::Word | Sort::Semicolon | Sort::Open | Sort::Close | Sort::Colon | Sort::Other => true,
            Sort::LineComment | Sort::Blank => false,
        }
    }

    /// A bare word in capitals; empty for anything else.
    pub(crate) fn word(&self, text: &str) -> String {
        match self.sort {
            Sort::Word => text[self.range.clone()].to_ascii_uppercase(),
            Sort::Semicolon
            | Sort::Open
            | Sort::Close
            | Sort::Colon
            | Sort::Other
            | Sort::LineComment
            | Sort::Blank => String::new(),
        }
    }
}

/// All tokens of a text, blanks included, without a gap.
///
/// # Errors
/// [`Uncut`] with the place of what is left open.
pub(crate) fn lexemes(text: &str, grammar: &dyn Grammar) -> Result<Vec<Lexeme>, Uncut> {
    let mut tokens = Vec::new();
    let mut tokenizer = Tokenizer::new(grammar, text).with_unescape(false);
    if let Err(error) = tokenizer.tokenize_with_location_into_buf(&mut tokens) {
        // What could not be read begins where the last token ends.
        let at = tokens.last().map_or(Location { line: 1, column: 1 }, |last| last.span.end);
        return Err(uncut(text, at, &error.message));
    }
    let mut walk = Walk::new(text);
    let mut found = Vec::with_capacity(tokens.len());
    for token in &tokens {
        let start = walk.byte;
        walk.to(token.span.end);
        found.push(Lexeme { sort: sort(&token.token), range: start..walk.byte });
    }
    Ok(found)
}

fn uncut(text: &str, at: Location, message: &str) -> Uncut {
    let mut walk = Walk::new(text);
    walk.to(at);
    let start = walk.byte.min(text.len());
    let end = text[start..].chars().next().map_or(start, |c| start + c.len_utf8());
    let message = message.trim_end_matches('.').replacen("Unterminated", "unterminated", 1);
    let message = message.replacen("Unexpected EOF while in", "the text ends in", 1);
    let message = message.replacen("Expected", "expected", 1).replace("before EOF", "before the text ends");
    Uncut { range: start..end, message: format!("this is not SQL: {message}"), help: Some(CLOSE.into()) }
}

/// The only thing that no tokenizer can read is one that does not end.
const CLOSE: &str = "close the quote or comment that begins here";

fn sort(token: &Token) -> Sort {
    match token {
        Token::Word(word) if word.quote_style.is_none() => Sort::Word,
        Token::SemiColon => Sort::Semicolon,
        Token::LParen => Sort::Open,
        Token::RParen => Sort::Close,
        Token::Colon => Sort::Colon,
        Token::Whitespace(Whitespace::SingleLineComment { .. }) => Sort::LineComment,
        // Every server of the family reads `/*! … */`, and MariaDB also `/*M! … */`.
        Token::Whitespace(Whitespace::MultiLineComment(comment)) if is_read(comment) => Sort::Other,
        Token::Whitespace(_) => Sort::Blank,
        _ => Sort::Other,
    }
}

/// Elsewhere such a comment says nothing, and one more token in a statement does no harm.
fn is_read(comment: &str) -> bool {
    comment.starts_with('!') || comment.starts_with("M!")
}

/// Walks a text in step with the lines and columns of the tokenizer, which counts characters.
struct Walk<'a> {
    rest: std::str::Chars<'a>,
    byte: usize,
    line: u64,
    column: u64,
}

impl<'a> Walk<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: text.chars(), byte: 0, line: 1, column: 1 }
    }

    fn to(&mut self, at: Location) {
        while (self.line, self.column) < (at.line, at.column) {
            let Some(c) = self.rest.next() else { break };
            self.byte += c.len_utf8();
            if c == '\n' {
                (self.line, self.column) = (self.line + 1, 1);
            } else {
                self.column += 1;
            }
        }
    }
}
