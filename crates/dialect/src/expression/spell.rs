//! Forms that the parser does not know or reads otherwise than the server, written as others, token by token.
#![expect(clippy::wildcard_enum_match_arm, reason = "sqlparser's tokens are open-ended")]

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// Brings the tokens of a PostgreSQL expression to forms that the parser reads. Whitespace goes.
pub(super) fn postgres(tokens: &mut Vec<TokenWithSpan>) {
    tokens.retain(|token| !matches!(token.token, Token::Whitespace(_)));
    spell_trim(tokens);
    spell_null_tests(tokens);
    spell_collations_of_casts(tokens);
}

/// Brings the tokens of an expression of MariaDB or MySQL to forms that the parser reads as they do:
/// whitespace goes, `&&` and `||` bind as AND and OR, `MOD` is `%`, and `!` before a whole test is NOT. Whether
/// all of it is read as the server reads it.
pub(super) fn mysql(tokens: &mut Vec<TokenWithSpan>) -> bool {
    tokens.retain(|token| !matches!(token.token, Token::Whitespace(_)));
    for at in 0..tokens.len() {
        let word = keyword(tokens, at);
        let before = at.checked_sub(1).and_then(|before| keyword(tokens, before));
        // The parser takes everything behind BINARY for its operand.
        let is_type = matches!(before, Some(Keyword::AS | Keyword::SET | Keyword::CHARSET));
        if word == Some(Keyword::BINARY) && !is_type {
            return false;
        }
        let is_call = tokens.get(at + 1).is_some_and(|next| next.token == Token::LParen)
            && !at.checked_sub(1).and_then(|before| tokens.get(before)).is_some_and(ends_operand);
        let is_test = begins_test(tokens, at) && ends_test(tokens, at + 1);
        let Some(token) = tokens.get_mut(at) else { break };
        token.token = match &token.token {
            Token::Overlap => Token::make_keyword("AND"),
            Token::StringConcat => Token::make_keyword("OR"),
            Token::Word(word)
                if !is_call && word.quote_style.is_none() && word.value.eq_ignore_ascii_case("mod") =>
            {
                Token::Mod
            }
            Token::ExclamationMark if is_test => Token::make_keyword("NOT"),
            _other => continue,
        };
    }
    true
}

/// Whether only an operator can follow.
fn ends_operand(token: &TokenWithSpan) -> bool {
    match &token.token {
        Token::Number(..) | Token::RParen | Token::SingleQuotedString(_) => true,
        Token::Word(word) => word.quote_style.is_some() || word.keyword == Keyword::NoKeyword,
        _other => false,
    }
}

/// Whether a place is where a test may begin as a whole.
fn begins_test(tokens: &[TokenWithSpan], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|before| tokens.get(before)) else { return true };
    match &before.token {
        Token::LParen | Token::Comma => true,
        Token::Word(word) if word.quote_style.is_none() => {
            matches!(word.keyword, Keyword::AND | Keyword::OR | Keyword::NOT)
        }
        _other => false,
    }
}

/// Whether one name, or one pair of parentheses, is all that stands at a place up to AND, OR or the end.
fn ends_test(tokens: &[TokenWithSpan], at: usize) -> bool {
    let end = match tokens.get(at).map(|token| &token.token) {
        Some(Token::Word(_)) => at,
        Some(Token::LParen) => match closing(tokens, at) {
            Some(close) => close,
            None => return false,
        },
        _other => return false,
    };
    match tokens.get(end + 1).map(|token| &token.token) {
        None | Some(Token::RParen | Token::Comma | Token::Overlap | Token::StringConcat) => true,
        Some(Token::Word(_)) => matches!(keyword(tokens, end + 1), Some(Keyword::AND | Keyword::OR)),
        Some(_) => false,
    }
}

/// The parenthesis that closes the one at `open`.
fn closing(tokens: &[TokenWithSpan], open: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match &token.token {
            Token::LParen => depth += 1,
            Token::RParen if depth == 1 => return Some(at),
            Token::RParen => depth -= 1,
            _other => {}
        }
    }
    None
}

fn keyword(tokens: &[TokenWithSpan], at: usize) -> Option<Keyword> {
    match tokens.get(at).map(|token| &token.token) {
        Some(Token::Word(word)) if word.quote_style.is_none() => Some(word.keyword),
        _other => None,
    }
}

/// `TRIM(BOTH FROM x)` is the call it stands for.
fn spell_trim(tokens: &mut Vec<TokenWithSpan>) {
    let mut at = 0;
    while at < tokens.len() {
        let place = match keyword(tokens, at + 2) {
            Some(Keyword::BOTH) => "btrim",
            Some(Keyword::LEADING) => "ltrim",
            Some(Keyword::TRAILING) => "rtrim",
            _other => "",
        };
        let is_form = !place.is_empty()
            && keyword(tokens, at) == Some(Keyword::TRIM)
            && keyword(tokens, at + 3) == Some(Keyword::FROM);
        if is_form && let Some(name) = tokens.get_mut(at) {
            name.token = Token::make_word(place, None);
            tokens.drain(at + 2..at + 4);
        }
        at += 1;
    }
}

/// `x ISNULL` is `x IS NULL`. Both words are reserved, so that they name nothing.
fn spell_null_tests(tokens: &mut Vec<TokenWithSpan>) {
    let mut at = 0;
    while at < tokens.len() {
        let words: &[&str] = match tokens.get(at).map(|token| &token.token) {
            Some(Token::Word(word)) if word.quote_style.is_none() => {
                match word.value.to_ascii_lowercase().as_str() {
                    "isnull" => &["IS", "NULL"],
                    "notnull" => &["IS", "NOT", "NULL"],
                    _other => &[],
                }
            }
            _other => &[],
        };
        if at > 0 && !words.is_empty() {
            let words = words.iter().map(|word| TokenWithSpan::wrap(Token::make_keyword(word)));
            tokens.splice(at..=at, words);
        }
        at += 1;
    }
}

/// `x::text COLLATE "C"` gets parentheses around the cast, behind which the parser takes no collation.
fn spell_collations_of_casts(tokens: &mut Vec<TokenWithSpan>) {
    let mut at = 1;
    while at < tokens.len() {
        if keyword(tokens, at) == Some(Keyword::COLLATE)
            && let Some(start) = start_of_cast(tokens, at)
        {
            tokens.insert(at, TokenWithSpan::wrap(Token::RParen));
            tokens.insert(start, TokenWithSpan::wrap(Token::LParen));
            at += 2;
        }
        at += 1;
    }
}

/// Where the cast begins that ends before a place: `x` of `x::character varying(3)`.
fn start_of_cast(tokens: &[TokenWithSpan], end: usize) -> Option<usize> {
    let mut at = end;
    // Back over the words of the type and its length, to the `::` before it.
    while at > 0 {
        at -= 1;
        match &tokens.get(at)?.token {
            Token::DoubleColon => return start_of_operand(tokens, at),
            Token::Word(_) | Token::Period => {}
            Token::RParen => {
                at = opening(tokens, at)?;
                if tokens.get(at + 1..end)?.iter().any(|token| matches!(token.token, Token::Word(_))) {
                    return None;
                }
            }
            _other => return None,
        }
    }
    None
}

/// Where the operand of a cast begins: a name, a literal, a call, something in parentheses, another cast.
fn start_of_operand(tokens: &[TokenWithSpan], end: usize) -> Option<usize> {
    let mut at = end.checked_sub(1)?;
    match &tokens.get(at)?.token {
        Token::RParen => {
            at = opening(tokens, at)?;
            let is_call = at.checked_sub(1).and_then(|before| tokens.get(before)).is_some_and(|token| {
                matches!(&token.token, Token::Word(word) if word.quote_style.is_some() || word.keyword == Keyword::NoKeyword)
            });
            if is_call {
                at -= 1;
            }
        }
        Token::Word(_) | Token::SingleQuotedString(_) | Token::Number(..) => {}
        _other => return None,
    }
    while at >= 2 && tokens.get(at - 1)?.token == Token::Period {
        at -= 2;
    }
    if at >= 1 && tokens.get(at - 1)?.token == Token::DoubleColon {
        return start_of_operand(tokens, at - 1);
    }
    Some(at)
}

/// The parenthesis that the one at `close` closes.
fn opening(tokens: &[TokenWithSpan], close: usize) -> Option<usize> {
    let mut depth = 0usize;
    for at in (0..=close).rev() {
        match &tokens.get(at)?.token {
            Token::RParen => depth += 1,
            Token::LParen if depth == 1 => return Some(at),
            Token::LParen => depth -= 1,
            _other => {}
        }
    }
    None
}
