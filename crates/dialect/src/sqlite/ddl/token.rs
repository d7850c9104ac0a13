//! The tokens of SQLite's grammar, as its own tokenizer cuts them.

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::sqlite) enum TokenKind {
    /// A bare word: a keyword or a name.
    Word,
    /// A name in double quotes, backticks or brackets.
    Quoted,
    /// A text in single quotes, which SQLite also takes for a name.
    Text,
    /// A blob, `x'00'`.
    Blob,
    /// A number.
    Number,
    /// One character of an operator or a parenthesis.
    Sign,
}

/// One token; comments and blanks are none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::sqlite) struct Token<'a> {
    /// What it is.
    pub(in crate::sqlite) kind: TokenKind,
    /// Its text as it stands.
    pub(in crate::sqlite) text: &'a str,
    /// Where it starts, in bytes.
    pub(in crate::sqlite) start: usize,
}

impl Token<'_> {
    /// Where it ends, in bytes.
    pub(in crate::sqlite) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether it is this keyword.
    pub(in crate::sqlite) fn is_word(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is this sign.
    pub(in crate::sqlite) fn is_sign(&self, sign: char) -> bool {
        self.kind == TokenKind::Sign && self.text.starts_with(sign)
    }

    /// What it says as a name or a text, without its quotes.
    pub(in crate::sqlite) fn unquoted(&self) -> Option<String> {
        let inner = || &self.text[1..self.text.len() - 1];
        match self.kind {
            TokenKind::Word => Some(self.text.to_owned()),
            TokenKind::Quoted if self.text.starts_with('[') => Some(inner().to_owned()),
            TokenKind::Quoted | TokenKind::Text => {
                let quote = &self.text[..1];
                Some(inner().replace(&quote.repeat(2), quote))
            }
            TokenKind::Blob | TokenKind::Number | TokenKind::Sign => None,
        }
    }
}

/// The tokens of a text; `None` when a quote is left open or a character begins no token.
pub(in crate::sqlite) fn tokens(sql: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut start = 0;
    while let Some(first) = sql[start..].chars().next() {
        let rest = &sql[start..];
        if let Some(len) = blank(rest) {
            start += len;
            continue;
        }
        let (kind, len) = match first {
            '\'' => (TokenKind::Text, quoted(rest, first)?),
            '"' | '`' => (TokenKind::Quoted, quoted(rest, first)?),
            '[' => (TokenKind::Quoted, rest.find(']')? + 1),
            'x' | 'X' if rest[1..].starts_with('\'') => (TokenKind::Blob, 1 + quoted(&rest[1..], '\'')?),
            '0'..='9' => (TokenKind::Number, number(rest)),
            '.' if rest[1..].starts_with(|next: char| next.is_ascii_digit()) => {
                (TokenKind::Number, number(rest))
            }
            first if is_name_character(first) && first != '$' => {
                (TokenKind::Word, rest.find(|next| !is_name_character(next)).unwrap_or(rest.len()))
            }
            first if first.is_ascii_punctuation() => (TokenKind::Sign, 1),
            _other => return None,
        };
        tokens.push(Token { kind, text: &rest[..len], start });
        start += len;
    }
    Some(tokens)
}

fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$' || !c.is_ascii()
}

/// The length of the blank or comment a text begins with.
fn blank(text: &str) -> Option<usize> {
    if text.starts_with([' ', '\t', '\n', '\r', '\u{c}']) {
        Some(1)
    } else if text.starts_with("--") {
        Some(text.find('\n').map_or(text.len(), |end| end + 1))
    } else {
        let comment = text.strip_prefix("/*")?;
        Some(comment.find("*/").map_or(text.len(), |end| end + 4))
    }
}

/// The length of a quoted token; a doubled quote stands for itself.
fn quoted(text: &str, quote: char) -> Option<usize> {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c != quote {
            continue;
        }
        if chars.next_if(|(_, next)| *next == quote).is_none() {
            return Some(at + 1);
        }
    }
    None
}

/// The length of a number: decimal, hexadecimal, with a fraction and an exponent.
fn number(text: &str) -> usize {
    let bytes = text.as_bytes();
    let run = |from: usize, accept: fn(&u8) -> bool| {
        from + bytes[from..].iter().take_while(|byte| accept(byte) || **byte == b'_').count()
    };
    if text.starts_with("0x") || text.starts_with("0X") {
        return run(2, u8::is_ascii_hexdigit);
    }
    let mut end = run(0, u8::is_ascii_digit);
    if bytes.get(end) == Some(&b'.') {
        end = run(end + 1, u8::is_ascii_digit);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let has_sign = matches!(bytes.get(end + 1), Some(b'+' | b'-'));
        let digits = end + 1 + usize::from(has_sign);
        if bytes.get(digits).is_some_and(u8::is_ascii_digit) {
            end = run(digits, u8::is_ascii_digit);
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_cut_as_sqlite_cuts_them() {
        let sql = "a\"b\"\"c\"[d]]`e`'f''g' x'00' -1.5e+3/* - */0x1F--x\n.5é$1";
        let texts: Vec<&str> = tokens(sql).unwrap().iter().map(|token| token.text).collect();
        assert_eq!(
            texts,
            ["a", "\"b\"\"c\"", "[d]", "]", "`e`", "'f''g'", "x'00'", "-", "1.5e+3", "0x1F", ".5", "é$1"]
        );
    }

    #[test]
    fn names_lose_their_quotes() {
        let names: Vec<_> =
            tokens("a \"b\"\"c\" [d\"] `e``` 'f'''").unwrap().iter().map(Token::unquoted).collect();
        assert_eq!(names, ["a", "b\"c", "d\"", "e`", "f'"].map(|name| Some(name.to_owned())));
    }

    #[test]
    fn an_open_quote_is_not_understood() {
        assert_eq!(tokens("a 'b"), None);
        assert_eq!(tokens("[b"), None);
    }
}
