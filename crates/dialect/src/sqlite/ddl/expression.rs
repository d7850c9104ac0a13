//! Expressions inside a definition, and what their tokens tell.

use super::cursor::Cursor;
use super::{Token, TokenKind, tokens};

/// Tokens back as text: no comments, names in standard quotes, and a word in double quotes that names no
/// column as the text SQLite takes it for.
pub(super) fn spelled(parts: &[Token<'_>], columns: &[&str]) -> String {
    let mut out = String::new();
    let mut end = parts.first().map_or(0, |token| token.start);
    for (at, token) in parts.iter().enumerate() {
        if token.start > end {
            out.push(' ');
        }
        end = token.end();
        let before = at.checked_sub(1).and_then(|at| parts.get(at));
        match (token.kind, token.unquoted()) {
            (TokenKind::Quoted, Some(name)) if is_text(token, &name, before, parts.get(at + 1), columns) => {
                out.push_str(&enclosed(&name, "'"));
            }
            (TokenKind::Quoted, Some(name)) => {
                out.push_str(&enclosed(&name, "\""));
            }
            (_, _) => out.push_str(token.text),
        }
    }
    out
}

fn enclosed(name: &str, quote: &str) -> String {
    format!("{quote}{}{quote}", name.replace(quote, &quote.repeat(2)))
}

/// SQLite reads `"word"` as a text where no column has that name.
fn is_text(
    token: &Token<'_>,
    name: &str,
    before: Option<&Token<'_>>,
    after: Option<&Token<'_>>,
    columns: &[&str],
) -> bool {
    let is_column = columns.iter().chain(&["rowid", "oid", "_rowid_"]).any(|c| c.eq_ignore_ascii_case(name));
    let is_qualified = before.is_some_and(|token| token.is_sign('.') || token.is_word("COLLATE"))
        || after.is_some_and(|token| token.is_sign('.') || token.is_sign('('));
    token.text.starts_with('"') && !is_column && !is_qualified
}

/// Whether an expression is one function call, which needs no parentheses around it.
pub(in crate::sqlite) fn is_call(expression: &str) -> bool {
    tokens(expression).is_some_and(|parts| is_call_of(&parts))
}

/// Tokens without the parentheses around all of them.
pub(in crate::sqlite) fn without_parentheses<'t, 'a>(mut parts: &'t [Token<'a>]) -> &'t [Token<'a>] {
    loop {
        let mut cursor = Cursor::new(parts);
        match cursor.group() {
            Some(inner) if cursor.is_done() => parts = inner,
            Some(_) | None => return parts,
        }
    }
}

/// Whether an expression is bytes written out, `x'00'`.
pub(in crate::sqlite) fn is_bytes(expression: &str) -> bool {
    tokens(expression).is_some_and(|parts| matches!(parts.as_slice(), [only] if only.kind == TokenKind::Blob))
}

fn is_call_of(parts: &[Token<'_>]) -> bool {
    let mut cursor = Cursor::new(parts);
    let is_named = cursor.next().is_some_and(|token| token.kind == TokenKind::Word);
    is_named && cursor.group().is_some() && cursor.is_done()
}

/// An expression whose last words are `COLLATE name`, cut into what is collated and the name. Only where
/// the collation holds for the whole: for a name, a call or a parenthesis, and not for `a || b COLLATE c`.
pub(in crate::sqlite) fn ends_in_collation(expression: &str) -> Option<(String, String)> {
    let parts = tokens(expression)?;
    let (subject, collation) = collated(&parts)?;
    let end = subject.last()?.end();
    Some((expression[..end].trim_start().to_owned(), collation))
}

/// The same on tokens.
pub(super) fn collated<'t, 'a>(parts: &'t [Token<'a>]) -> Option<(&'t [Token<'a>], String)> {
    let [subject @ .., collate, name] = parts else { return None };
    let is_name = subject.len() == 1 && matches!(subject[0].kind, TokenKind::Word | TokenKind::Quoted);
    let is_group = {
        let mut cursor = Cursor::new(subject);
        cursor.group().is_some() && cursor.is_done()
    };
    let holds_for_all = is_name || is_group || is_call_of(subject);
    (collate.is_word("COLLATE") && holds_for_all).then_some(())?;
    Some((subject, name.unquoted()?))
}

/// An expression with its hexadecimal numbers in decimal: everywhere else `0x1f` is a blob.
pub(in crate::sqlite) fn without_hexadecimal(expression: &str) -> String {
    let mut out = String::with_capacity(expression.len());
    let mut end = 0;
    for token in tokens(expression).unwrap_or_default() {
        if let Some(number) = hexadecimal(token.text).filter(|_| token.kind == TokenKind::Number) {
            out.push_str(&expression[end..token.start]);
            out.push_str(&number.to_string());
            end = token.end();
        }
    }
    out.push_str(&expression[end..]);
    out
}

/// The value of a hexadecimal number, which is 64 bits in two's complement.
pub(in crate::sqlite) fn hexadecimal(text: &str) -> Option<i64> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))?;
    u64::from_str_radix(&digits.replace('_', ""), 16).ok().map(u64::cast_signed)
}

/// The columns of its own table that a trigger names: those behind `NEW.`, `OLD.` and `UPDATE OF`.
pub(in crate::sqlite) fn row_columns(sql: &str) -> Vec<String> {
    let parts = tokens(sql).unwrap_or_default();
    let of_rows = parts.windows(3).filter_map(|three| match three {
        [row, dot, column] if (row.is_word("NEW") || row.is_word("OLD")) && dot.is_sign('.') => {
            column.unquoted()
        }
        _other => None,
    });
    let event = parts.windows(2).position(|two| two[0].is_word("UPDATE") && two[1].is_word("OF"));
    let watched = event.map_or(&[][..], |event| &parts[event + 2..]);
    let watched = watched.iter().take_while(|token| !token.is_word("ON")).filter_map(Token::unquoted);
    of_rows.chain(watched).collect()
}

/// What a trigger waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::sqlite) enum Event {
    Insert,
    Update,
    Delete,
}

/// What a trigger waits for: the first of the three words in its definition, behind its name.
pub(in crate::sqlite) fn trigger_event(sql: &str) -> Option<Event> {
    let parts = tokens(sql)?;
    let mut cursor = Cursor::new(&parts);
    cursor.expect(&["CREATE"])?;
    let _is_temporary = cursor.accept_any(&["TEMP", "TEMPORARY"]);
    cursor.expect(&["TRIGGER"])?;
    cursor.accept(&["IF", "NOT", "EXISTS"]);
    cursor.name()?;
    if cursor.accept_sign('.') {
        cursor.name()?;
    }
    let _has_time = cursor.accept(&["INSTEAD", "OF"]) || cursor.accept_any(&["BEFORE", "AFTER"]).is_some();
    Some(match cursor.accept_any(&["INSERT", "UPDATE", "DELETE"])? {
        "INSERT" => Event::Insert,
        "UPDATE" => Event::Update,
        _delete => Event::Delete,
    })
}

/// Whether a definition mentions a name, quoted or not; the case of letters does not count.
pub(in crate::sqlite) fn mentions(sql: &str, name: &str) -> bool {
    let is_name = |token: &Token<'_>| token.unquoted().is_some_and(|word| word.eq_ignore_ascii_case(name));
    // What cannot be read may mention anything.
    tokens(sql).is_none_or(|parts| parts.iter().any(is_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_quotes_become_standard_ones_and_comments_go() {
        let parts = tokens("[a b] > `c`/* why */AND d in (\"x\", \"D\") -- end").unwrap();
        assert_eq!(spelled(&parts, &["a b", "c", "d"]), "\"a b\" > \"c\" AND d in ('x', \"D\")");
    }

    #[test]
    fn a_collation_belongs_to_the_whole_or_to_nothing() {
        let cut = |text| ends_in_collation(text);
        assert_eq!(cut("lower(a) COLLATE nocase"), Some(("lower(a)".into(), "nocase".into())));
        assert_eq!(cut("a || b COLLATE nocase"), None);
        assert!(is_call("lower(a)") && !is_call("lower(a) || f(b)") && !is_call("(a)"));
    }

    #[test]
    fn a_trigger_names_columns_of_its_table() {
        assert_eq!(
            row_columns(
                "CREATE TRIGGER t AFTER UPDATE OF a, [b] ON t WHEN new.\"c d\" > 1 BEGIN SELECT old.e; END"
            ),
            ["c d", "e", "a", "b"]
        );
    }
}
