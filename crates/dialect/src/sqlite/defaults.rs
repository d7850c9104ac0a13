//! Defaults: literals known by the value that is stored, everything else an expression.

use ambix_schema::{ColumnDefault, Expr, Literal, Type};

use super::ddl::{Token, TokenKind, hexadecimal, tokens, without_parentheses};
use super::types::Affinity;
use crate::literal::canonical_number;

/// Reads a default as the catalog tells it; a bare word or a name in quotes is a text there.
pub(super) fn read(text: &str) -> Option<ColumnDefault> {
    match literal(text, true) {
        Some(Literal::Null) => None,
        Some(literal) => Some(ColumnDefault::Literal(literal)),
        None => Some(ColumnDefault::Sql(Expr::from(text))),
    }
}

/// A default in its one spelling for a column of a type; `expression` brings expressions to theirs.
pub(super) fn canonical(
    default: ColumnDefault,
    ty: &Type,
    affinity: Affinity,
    expression: impl Fn(&Expr) -> Expr,
) -> Option<ColumnDefault> {
    let value = match default {
        ColumnDefault::Literal(value) => value,
        ColumnDefault::Sql(expr) => match literal(expr.as_str(), false) {
            Some(value) => value,
            None => {
                return Some(ColumnDefault::Sql(clock(expr.as_str()).unwrap_or_else(|| expression(&expr))));
            }
        },
    };
    let value = stored(value, *ty == Type::Boolean, affinity);
    (value != Literal::Null).then_some(ColumnDefault::Literal(value))
}

/// SQLite has no `now()`; the words of the standard say the same.
fn clock(text: &str) -> Option<Expr> {
    let words: String = text.to_ascii_lowercase().split_whitespace().collect();
    let bare = words.trim_matches(['(', ')']);
    match bare {
        "now" if words.contains("now()") => Some(Expr::from("CURRENT_TIMESTAMP")),
        "current_timestamp" | "current_date" | "current_time" => Some(Expr::from(bare.to_ascii_uppercase())),
        _other => None,
    }
}

/// The literal an expression is, if it is one.
fn literal(text: &str, bare_words: bool) -> Option<Literal> {
    let parts = tokens(text)?;
    let inner = without_parentheses(&parts);
    let bare_words = bare_words && inner.len() == parts.len();
    match inner {
        [only] => one(only, bare_words),
        [sign, number] if number.kind == TokenKind::Number && (sign.is_sign('-') || sign.is_sign('+')) => {
            decimal(&format!("{}{}", sign.text, number.text)).map(Literal::Number)
        }
        _longer => None,
    }
}

fn one(token: &Token<'_>, bare_words: bool) -> Option<Literal> {
    match token.kind {
        TokenKind::Number => decimal(token.text).map(Literal::Number),
        TokenKind::Text => token.unquoted().map(Literal::Text),
        TokenKind::Word if token.is_word("NULL") => Some(Literal::Null),
        TokenKind::Word if token.is_word("TRUE") => Some(Literal::Bool(true)),
        TokenKind::Word if token.is_word("FALSE") => Some(Literal::Bool(false)),
        TokenKind::Word if token.text.to_ascii_uppercase().starts_with("CURRENT_") => None,
        TokenKind::Word | TokenKind::Quoted if bare_words => token.unquoted().map(Literal::Text),
        TokenKind::Word | TokenKind::Quoted | TokenKind::Blob | TokenKind::Sign => None,
    }
}

/// A number of SQLite, which may be hexadecimal, as a decimal one.
fn decimal(text: &str) -> Option<String> {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    match hexadecimal(digits) {
        Some(number) if is_negative => number.checked_neg().map(|number| number.to_string()),
        Some(number) => Some(number.to_string()),
        None => {
            let digits = text.replace('_', "");
            canonical_number(&digits)
                .map(|plain| if digits.contains(['.', 'e', 'E']) { digits } else { plain })
        }
    }
}

/// A literal as the column stores it.
fn stored(value: Literal, is_boolean: bool, affinity: Affinity) -> Literal {
    let value = match value {
        // Where it does not become a number, `1.0` is another value than `1`, and SQLite's own rules write it.
        Literal::Number(digits) if affinity != Affinity::Numeric && digits.parse::<i64>().is_err() => {
            return Literal::Number(digits);
        }
        Literal::Number(digits) => Literal::Number(canonical_number(&digits).unwrap_or(digits)),
        Literal::Text(_) | Literal::Bool(_) | Literal::Null => value,
    };
    match (value, affinity) {
        (Literal::Text(text), Affinity::Numeric) => match canonical_number(&text) {
            Some(number) => stored_number(number, is_boolean),
            None => Literal::Text(text),
        },
        (Literal::Bool(value), _) if is_boolean => Literal::Bool(value),
        (Literal::Bool(value), Affinity::Text) => Literal::Text(u8::from(value).to_string()),
        (Literal::Bool(value), Affinity::Numeric | Affinity::Blob) => {
            Literal::Number(u8::from(value).to_string())
        }
        (Literal::Number(digits), Affinity::Text) => Literal::Text(digits),
        (Literal::Number(digits), _) => stored_number(digits, is_boolean),
        (value, _) => value,
    }
}

fn stored_number(digits: String, is_boolean: bool) -> Literal {
    match digits.as_str() {
        "1" if is_boolean => Literal::Bool(true),
        "0" if is_boolean => Literal::Bool(false),
        _number => Literal::Number(digits),
    }
}

#[cfg(test)]
mod tests {
    use super::super::types::{self, affinity};
    use super::*;

    fn settled(default: ColumnDefault, ty: &Type) -> Option<ColumnDefault> {
        let affinity = affinity(&types::declared(ty, false).unwrap());
        canonical(default, ty, affinity, Clone::clone)
    }

    #[test]
    fn literals_are_known_by_what_is_stored() {
        let number = |digits: &str| Some(ColumnDefault::Literal(Literal::Number(digits.into())));
        let text = |text: &str| Some(ColumnDefault::Literal(Literal::Text(text.into())));
        let truth = |value| Some(ColumnDefault::Literal(Literal::Bool(value)));
        let cases = [
            ("'5'", Type::Integer, number("5")),
            ("5.0", Type::Integer, number("5")),
            ("5", Type::Text, text("5")),
            ("(-(5))", Type::Integer, Some(ColumnDefault::Sql("(-(5))".into()))),
            ("- 5", Type::Integer, number("-5")),
            ("0x1F", Type::Integer, number("31")),
            ("1", Type::Boolean, truth(true)),
            ("false", Type::Boolean, truth(false)),
            ("TRUE", Type::Integer, number("1")),
            ("hello", Type::Text, text("hello")),
            ("\"it's\"", Type::Text, text("it's")),
            ("NULL", Type::Text, None),
            ("current_timestamp", Type::Date, Some(ColumnDefault::Sql("CURRENT_TIMESTAMP".into()))),
            ("x'00'", Type::Bytes, Some(ColumnDefault::Sql("x'00'".into()))),
        ];
        for (sql, ty, expected) in cases {
            let once = read(sql).and_then(|default| settled(default, &ty));
            assert_eq!(once, expected, "{sql} as {ty}");
            assert_eq!(once.clone().and_then(|default| settled(default, &ty)), once, "{sql} again");
        }
    }

    #[test]
    fn now_is_the_standards_word() {
        let timestamp = Type::Timestamp { precision: None, has_zone: false };
        for text in ["now()", "NOW ( )", "(now())", "current_timestamp"] {
            assert_eq!(
                settled(ColumnDefault::Sql(text.into()), &timestamp),
                Some(ColumnDefault::Sql("CURRENT_TIMESTAMP".into()))
            );
        }
    }
}
