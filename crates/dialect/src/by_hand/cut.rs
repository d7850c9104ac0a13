//! Cutting a text of SQL into its statements: where one ends, its dialect knows.

use std::ops::Range;

use ambix_schema::{Piece, PieceKind, Uncut};
use sqlparser::dialect::Dialect as Grammar;

use super::lex::{Lexeme, Sort, lexemes};

/// What a dialect knows about the end of a statement: it is told every token that says something, one after
/// the other, from the first of the statement on.
pub(crate) trait Ending {
    /// Takes a token in; whether a semicolon here would end the statement.
    fn take(&mut self, lexeme: &Lexeme, text: &str) -> bool;

    /// Why the server does not take a statement that begins so: it is a command of a client.
    fn refusal(&self, _rest: &str) -> Option<(String, String)> {
        None
    }
}

/// Cuts a text into pieces. `mark` is how the comments begin that end the statement before them.
///
/// # Errors
/// [`Uncut`] for a text that no tokenizer can read, and for commands of a client.
pub(crate) fn cut(
    text: &str,
    mark: &str,
    grammar: &dyn Grammar,
    ending: &dyn Fn() -> Box<dyn Ending>,
) -> Result<Vec<Piece>, Uncut> {
    let mut pieces = Vec::new();
    let mut open: Option<Statement> = None;
    for lexeme in lexemes(text, grammar)? {
        if lexeme.sort == Sort::LineComment && is_marked(&text[lexeme.range.clone()], mark) {
            pieces.extend(open.take().map(|statement| statement.piece(text)));
            pieces.push(Piece { kind: PieceKind::Marked, range: trimmed(text, lexeme.range) });
        } else if lexeme.sort == Sort::LineComment && open.is_none() {
            pieces.push(Piece { kind: PieceKind::Comment, range: trimmed(text, lexeme.range) });
        } else if lexeme.is_significant() {
            if open.is_none() && lexeme.sort == Sort::Semicolon {
                continue;
            }
            let statement = match &mut open {
                Some(statement) => statement,
                None => open.insert(Statement::begin(text, &lexeme, ending())?),
            };
            if statement.ends_with(&lexeme, text) {
                // A comment before the semicolon is a part of it: where servers keep texts, they keep it too.
                let end = text[..lexeme.range.start].trim_end().len();
                pieces.extend(open.take().map(|statement| statement.piece_to(end, text)));
            }
        }
    }
    pieces.extend(open.map(|statement| statement.piece(text)));
    Ok(pieces)
}

/// The statements of a text alone.
///
/// # Errors
/// As [`cut`].
pub(crate) fn statements(
    text: &str,
    grammar: &dyn Grammar,
    ending: &dyn Fn() -> Box<dyn Ending>,
) -> Result<Vec<Piece>, Uncut> {
    let mut pieces = cut(text, NO_MARK, grammar, ending)?;
    pieces.retain(|piece| matches!(piece.kind, PieceKind::Statement { .. }));
    Ok(pieces)
}

/// A mark that no comment has: a comment does not hold the end of its line.
const NO_MARK: &str = "\n";

/// What a line comment says, without the signs that make it one.
fn is_marked(comment: &str, mark: &str) -> bool {
    comment.trim_start_matches('-').trim_start_matches('#').trim_start().starts_with(mark)
}

/// Without the end of the line, which the tokenizer counts in.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    range.start..range.start + text[range.clone()].trim_end().len()
}

/// A statement that is being read.
struct Statement {
    tokens: Vec<Range<usize>>,
    ending: Box<dyn Ending>,
    is_open: bool,
}

impl Statement {
    fn begin(text: &str, first: &Lexeme, ending: Box<dyn Ending>) -> Result<Self, Uncut> {
        if let Some((message, help)) = ending.refusal(&text[first.range.start..]) {
            let line = text[first.range.start..].lines().next().unwrap_or_default().trim_end();
            let range = first.range.start..first.range.start + line.len();
            return Err(Uncut { range, message, help: Some(help) });
        }
        Ok(Self { tokens: Vec::new(), ending, is_open: false })
    }

    fn ends_with(&mut self, lexeme: &Lexeme, text: &str) -> bool {
        let may_end = self.ending.take(lexeme, text);
        if may_end && lexeme.sort == Sort::Semicolon {
            return true;
        }
        self.is_open = !may_end;
        self.tokens.push(lexeme.range.clone());
        false
    }

    /// What nothing ends but what comes after it.
    fn piece(self, text: &str) -> Piece {
        let end = self.tokens.last().map_or(0, |last| last.end);
        self.piece_to(end, text)
    }

    fn piece_to(self, end: usize, text: &str) -> Piece {
        let start = self.tokens.first().map_or(0, |first| first.start);
        let tokens: Vec<String> =
            self.tokens.into_iter().map(|range| text[range].replace("\r\n", "\n")).collect();
        let kind = PieceKind::Statement { essence: tokens.join(" "), is_open: self.is_open };
        Piece { kind, range: start..end }
    }
}
