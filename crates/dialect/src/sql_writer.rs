//! The small spellings that more than one dialect needs: quoted names, quoted texts, joined lists.

use ambix_schema::Name;

use crate::RenderError;

/// Whether a name can stand unquoted: lowercase ASCII, digits and `_`, not starting with a digit, and no
/// keyword. `keywords` is sorted.
pub(crate) fn is_plain(name: &str, keywords: &[&str]) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && keywords.binary_search(&name).is_err()
}

/// A test's switch, set by the fault points of `ambix-database`: quotes in names are not doubled.
#[cfg(feature = "faults")]
pub static QUOTES_ARE_NOT_DOUBLED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

/// The text with each quote mark in it twice.
pub(crate) fn doubled(text: &str, mark: char) -> String {
    #[cfg(feature = "faults")]
    if QUOTES_ARE_NOT_DOUBLED.load(std::sync::atomic::Ordering::Relaxed) {
        return text.to_owned();
    }
    text.replace(mark, &format!("{mark}{mark}"))
}

/// A name as an identifier in the standard's double quotes, and bare where that says the same.
pub(crate) fn identifier(name: &str, keywords: &[&str]) -> String {
    if is_plain(name, keywords) { name.to_owned() } else { format!("\"{}\"", doubled(name, '"')) }
}

/// The same for a name of any origin.
///
/// # Errors
/// [`RenderError::Name`] for names that no quoting can save.
pub(crate) fn checked_identifier(
    name: &Name,
    keywords: &[&str],
    max_bytes: Option<usize>,
) -> Result<String, RenderError> {
    match name_problem(name, max_bytes) {
        Some(reason) => Err(RenderError::Name { name: name.as_str().to_owned(), reason }),
        None => Ok(identifier(name.as_str(), keywords)),
    }
}

/// Why a name cannot be an identifier at all; `None` if it can.
pub(crate) fn name_problem(name: &Name, max_bytes: Option<usize>) -> Option<String> {
    let text = name.as_str();
    if text.is_empty() {
        return Some("it is empty".into());
    }
    if text.contains('\0') {
        return Some("it holds a NUL character".into());
    }
    let max = max_bytes.filter(|max| text.len() > *max)?;
    Some(format!("it has {} bytes and the database keeps {max}", text.len()))
}

/// Why no database holds a text; `None` when any does.
pub(crate) fn text_problem(text: &str) -> Option<String> {
    text.contains('\0').then(|| format!("has no text with a NUL character, as in {text:?}"))
}

/// A text as the standard's string literal: quotes doubled and nothing else touched.
///
/// # Errors
/// [`RenderError::Value`] for a text with a NUL, which no literal can hold.
pub(crate) fn string_literal(text: &str) -> Result<String, RenderError> {
    if text.contains('\0') {
        return Err(RenderError::Value { reason: format!("the text {text:?} holds a NUL character") });
    }
    Ok(format!("'{}'", text.replace('\'', "''")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keywords;

    #[test]
    fn names_are_quoted_only_where_it_matters() {
        let spell = |name| identifier(name, keywords::POSTGRES);
        assert_eq!(spell("full_name"), "full_name");
        assert_eq!(spell("order"), "\"order\"");
        assert_eq!(spell("Mixed"), "\"Mixed\"");
        assert_eq!(spell("a\"b"), "\"a\"\"b\"");
        assert_eq!(spell("1st"), "\"1st\"");
        assert_eq!(spell("naïve"), "\"naïve\"");
    }

    #[test]
    fn what_no_quoting_saves_is_refused() {
        assert_eq!(name_problem(&"".into(), None).as_deref(), Some("it is empty"));
        assert!(name_problem(&"a\0".into(), None).is_some());
        let long = Name::from("é".repeat(32));
        assert!(name_problem(&long, Some(63)).unwrap().contains("64 bytes"));
        assert!(string_literal("it's \\ fine").unwrap() == "'it''s \\ fine'");
        assert!(string_literal("\0").is_err());
    }
}
