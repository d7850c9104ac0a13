//! Literals: quotes and backslashes both need a second one, as the servers have it unless told otherwise.

use ambix_schema::Literal;

use crate::RenderError;
use crate::literal::canonical_number;

/// A text as a string literal.
///
/// # Errors
/// [`RenderError::Value`] for a text with a NUL, which could be written and is read back as nothing sane.
pub(super) fn text(text: &str) -> Result<String, RenderError> {
    if text.contains('\0') {
        return Err(RenderError::Value { reason: format!("the text {text:?} holds a NUL character") });
    }
    Ok(quoted(text))
}

/// The same for a text that is known to hold no NUL.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// Any literal.
pub(super) fn literal(literal: &Literal) -> Result<String, RenderError> {
    match literal {
        Literal::Null => Ok("NULL".to_owned()),
        Literal::Bool(value) => Ok(if *value { "TRUE" } else { "FALSE" }.to_owned()),
        Literal::Number(digits) => match canonical_number(digits) {
            Some(_) => Ok(digits.trim().to_owned()),
            None => Err(RenderError::Value { reason: format!("{digits:?} is not a decimal number") }),
        },
        Literal::Text(value) => text(value),
    }
}

/// The text a string literal stands for, from its opening quote on, and what follows it; `None` when it
/// does not end.
pub(super) fn read(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.strip_prefix('\'')?.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\'' => {
                let rest = &text[at + 2..];
                if !rest.starts_with('\'') {
                    return Some((out, rest));
                }
                out.push('\'');
                chars.next();
            }
            '\\' => out.push(match chars.next()?.1 {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\u{8}',
                'Z' => '\u{1a}',
                '0' => '\0',
                other => other,
            }),
            c => out.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for value in ["", "it's", "back\\slash", "a\nb\tc", "\\'", "''", "\"q\"", "é%_"] {
            let written = text(value).unwrap();
            assert_eq!(read(&format!("{written} rest")), Some((value.to_owned(), " rest")), "{written}");
        }
        assert_eq!(text("it's \\ fine").unwrap(), "'it''s \\\\ fine'");
        assert_eq!(read("'a\\nb'"), Some(("a\nb".to_owned(), "")));
        assert_eq!(read("'open"), None);
        assert_eq!(read("'open\\"), None);
        assert!(text("\0").is_err() && literal(&Literal::Number("1; x".into())).is_err());
    }
}
