//! The small spellings: names in backticks, qualified names, lists.

use ambix_schema::{Name, TableName};

use super::facts::MAX_IDENTIFIER;
use crate::RenderError;
use crate::sql_writer::doubled;

/// A name in backticks, which every name bears.
pub(super) fn quoted(name: &Name) -> Result<String, RenderError> {
    match name_problem(name) {
        Some(reason) => Err(RenderError::Name { name: name.as_str().to_owned(), reason }),
        None => Ok(backticks(name.as_str())),
    }
}

/// Any text in backticks, each of its own doubled.
pub(super) fn backticks(text: &str) -> String {
    format!("`{}`", doubled(text, '`'))
}

/// Why a name cannot be an identifier at all; `None` if it can.
pub(super) fn name_problem(name: &Name) -> Option<String> {
    let text = name.as_str();
    if text.is_empty() {
        return Some("it is empty".into());
    }
    if text.contains('\0') {
        return Some("it holds a NUL character".into());
    }
    if text.ends_with(' ') {
        return Some("it ends with a space".into());
    }
    if text.ends_with(['\t', '\n', '\x0b', '\x0c', '\r']) {
        return Some("it ends with a blank".into());
    }
    if let Some(c) = text.chars().find(|c| u32::from(*c) > 0xffff) {
        return Some(format!("it holds {c:?}, and names hold only characters of the basic plane"));
    }
    let length = text.chars().count();
    (length > MAX_IDENTIFIER)
        .then(|| format!("it has {length} characters and the database keeps {MAX_IDENTIFIER}"))
}

/// `users`, or `app`.`users` where the table lives in another database than the connection's.
pub(super) fn qualified(name: &TableName, default: &Name) -> Result<String, RenderError> {
    let own = quoted(&name.name)?;
    match &name.namespace {
        Some(namespace) if namespace != default => Ok(format!("{}.{own}", quoted(namespace)?)),
        Some(_) | None => Ok(own),
    }
}

/// Names between commas.
pub(super) fn list(names: &[Name]) -> Result<String, RenderError> {
    let names: Vec<String> = names.iter().map(quoted).collect::<Result<_, _>>()?;
    Ok(names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_apart_from_sql() {
        assert_eq!(quoted(&"a`b".into()).unwrap(), "`a``b`");
        assert_eq!(quoted(&"select".into()).unwrap(), "`select`");
        assert_eq!(quoted(&"é".repeat(64).into()).unwrap().chars().count(), 66);
        for name in ["", "a\0", "a ", "🦀", &"a".repeat(65)] {
            assert!(quoted(&name.into()).is_err(), "{name:?}");
        }
    }

    #[test]
    fn the_database_of_the_connection_goes_unsaid() {
        let name = |namespace: &str| qualified(&TableName::qualified(namespace, "t"), &"app".into()).unwrap();
        assert_eq!((name("app"), name("other")), ("`t`".to_owned(), "`other`.`t`".to_owned()));
    }
}
