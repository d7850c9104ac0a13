//! A place in a list of tokens, and the steps a reader takes from it.

use super::{Token, TokenKind};

/// A place in a list of tokens.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'t, 'a> {
    rest: &'t [Token<'a>],
}

impl<'t, 'a> Cursor<'t, 'a> {
    pub(super) fn new(tokens: &'t [Token<'a>]) -> Self {
        Self { rest: tokens }
    }

    pub(super) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn peek(&self) -> Option<&'t Token<'a>> {
        self.rest.first()
    }

    pub(super) fn next(&mut self) -> Option<&'t Token<'a>> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    /// Steps over these keywords when all of them come next.
    pub(super) fn accept(&mut self, words: &[&str]) -> bool {
        let is_next = self.rest.len() >= words.len()
            && self.rest.iter().zip(words).all(|(token, word)| token.is_word(word));
        if is_next {
            self.rest = &self.rest[words.len()..];
        }
        is_next
    }

    /// Steps over one of these keywords.
    pub(super) fn accept_any(&mut self, words: &[&'static str]) -> Option<&'static str> {
        words.iter().find(|word| self.accept(&[word])).copied()
    }

    pub(super) fn accept_sign(&mut self, sign: char) -> bool {
        let is_next = self.peek().is_some_and(|token| token.is_sign(sign));
        if is_next {
            self.rest = &self.rest[1..];
        }
        is_next
    }

    /// A keyword that must come next.
    pub(super) fn expect(&mut self, words: &[&str]) -> Option<()> {
        self.accept(words).then_some(())
    }

    /// A name: a word, or anything in quotes.
    pub(super) fn name(&mut self) -> Option<String> {
        self.next()?.unquoted()
    }

    /// A parenthesis with everything up to its match; gives what stands inside.
    pub(super) fn group(&mut self) -> Option<&'t [Token<'a>]> {
        if !self.accept_sign('(') {
            return None;
        }
        let rest = self.rest;
        let mut depth = 1_usize;
        for (at, token) in rest.iter().enumerate() {
            if token.is_sign('(') {
                depth += 1;
            } else if token.is_sign(')') {
                depth -= 1;
            }
            if depth == 0 {
                self.rest = &rest[at + 1..];
                return Some(&rest[..at]);
            }
        }
        None
    }

    /// Everything that is left.
    pub(super) fn remainder(&mut self) -> &'t [Token<'a>] {
        std::mem::take(&mut self.rest)
    }
}

/// Cuts tokens at the commas outside parentheses.
pub(super) fn split_at_commas<'t, 'a>(tokens: &'t [Token<'a>]) -> Vec<&'t [Token<'a>]> {
    let mut depth = 0_usize;
    tokens
        .split(|token| {
            match (token.kind, token.text) {
                (TokenKind::Sign, "(") => depth += 1,
                (TokenKind::Sign, ")") => depth = depth.saturating_sub(1),
                (_, _) => {}
            }
            depth == 0 && token.is_sign(',')
        })
        .collect()
}
