//! Whitespace collapsed without a parser: outside quotes each run becomes one blank, comments go.

/// The text with every run of whitespace and comments outside quotes made one blank.
pub(super) fn collapsed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut is_gap = false;
    while let Some(c) = rest.chars().next() {
        if let Some(len) = gap(rest) {
            is_gap = true;
            rest = &rest[len..];
            continue;
        }
        if is_gap && !out.is_empty() {
            out.push(' ');
        }
        is_gap = false;
        let len = quoted(rest).unwrap_or(c.len_utf8());
        out.push_str(&rest[..len]);
        rest = &rest[len..];
    }
    out
}

/// How many bytes of whitespace or comment the text begins with.
fn gap(text: &str) -> Option<usize> {
    if text.starts_with("--") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if text.starts_with("/*") {
        return Some(block_comment(text));
    }
    let c = text.chars().next().filter(|c| c.is_whitespace())?;
    Some(c.len_utf8())
}

/// The length of a block comment, which may hold others.
fn block_comment(text: &str) -> usize {
    let mut depth = 0usize;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The length of the quoted text this begins with: `'…'`, `"…"`, `` `…` `` or `$tag$…$tag$`.
fn quoted(text: &str) -> Option<usize> {
    let quote = text.chars().next()?;
    if quote == '$' {
        let tag_end = text[1..].find('$')? + 2;
        let tag = &text[..tag_end];
        let is_tag = tag[1..tag_end - 1].chars().all(|c| c.is_alphanumeric() || c == '_');
        return is_tag.then(|| text[tag_end..].find(tag).map_or(text.len(), |at| tag_end + at + tag.len()));
    }
    if !matches!(quote, '\'' | '"' | '`') {
        return None;
    }
    // A doubled quote reads as two neighbouring quoted texts, which comes to the same.
    Some(text[1..].find(quote).map_or(text.len(), |at| at + 2))
}

#[cfg(test)]
mod tests {
    use super::collapsed;

    #[test]
    fn only_what_lies_outside_quotes_is_collapsed() {
        assert_eq!(collapsed("  a\n\t= 'x  ''y'  -- why\n and b "), "a = 'x  ''y' and b");
        assert_eq!(collapsed("a /* x /* y */ z */ + \"b  c\""), "a + \"b  c\"");
        assert_eq!(collapsed("$q$ a  b $q$  ||  'z"), "$q$ a  b $q$ || 'z");
        assert_eq!(collapsed("$1  +  2"), "$1 + 2");
    }
}
