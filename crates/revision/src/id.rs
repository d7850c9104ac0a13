//! Revision identifiers: short words that never read as part of a target such as `abc+1` or `label@head`.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use ambix_schema::escape;
use serde::{Deserialize, Serialize};

/// Words that name a place in the graph and can therefore name no revision and no label.
pub(crate) const RESERVED: [&str; 4] = ["head", "heads", "base", "current"];

/// The identifier of a revision. Cheap to clone; `Display` is escaped for terminals.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RevisionId(Arc<str>);

impl RevisionId {
    /// Longest identifier in bytes: what the version table has room for on every database.
    pub const MAX_BYTES: usize = 32;

    /// Checks a text that somebody gave as an identifier.
    ///
    /// # Errors
    /// [`RevisionIdError`] when it could be mistaken for something else in a target, or does not fit.
    pub fn parse(text: &str) -> Result<Self, RevisionIdError> {
        let refuse = |kind| RevisionIdError { text: text.to_owned(), kind };
        if text.is_empty() {
            return Err(refuse(RevisionIdErrorKind::Empty));
        }
        if RESERVED.contains(&text) {
            return Err(refuse(RevisionIdErrorKind::Reserved));
        }
        if text.len() > Self::MAX_BYTES {
            return Err(refuse(RevisionIdErrorKind::TooLong));
        }
        // The version table takes no others, and a file name is made of it.
        let is_fit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
        let mut banned: Vec<char> = text.chars().filter(|c| !is_fit(*c)).collect();
        banned.sort_unstable();
        banned.dedup();
        if !banned.is_empty() {
            return Err(refuse(RevisionIdErrorKind::Banned(banned)));
        }
        Ok(Self(text.into()))
    }

    /// An identifier as a version table holds it. It is not checked: whatever stands there is looked up,
    /// and what no revision declares is reported as unknown.
    pub fn from_stored(text: &str) -> Self {
        Self(text.into())
    }

    /// The identifier for new revisions: twelve hexadecimal digits of the given random bytes.
    pub fn random_from(bytes: [u8; 6]) -> Self {
        let number = bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        Self(format!("{number:012x}").into())
    }

    /// The raw text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The characters of `text` that are in `banned`, or are blank, or would act on a terminal; sorted.
pub(crate) fn banned_characters(text: &str, banned: &[char]) -> Vec<char> {
    let mut found: Vec<char> =
        text.chars().filter(|c| banned.contains(c) || c.is_whitespace() || is_escaped(*c)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn is_escaped(c: char) -> bool {
    let mut buffer = [0; 4];
    let text: &str = c.encode_utf8(&mut buffer);
    escape(text) != text
}

impl fmt::Display for RevisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&escape(&self.0))
    }
}

impl fmt::Debug for RevisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

impl Borrow<str> for RevisionId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for RevisionId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for RevisionId {
    type Err = RevisionIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for RevisionId {
    type Error = RevisionIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<RevisionId> for String {
    fn from(id: RevisionId) -> Self {
        id.as_str().to_owned()
    }
}

/// Why a text cannot be the identifier of a revision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RevisionIdError {
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub kind: RevisionIdErrorKind,
}

/// What is wrong with an identifier.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RevisionIdErrorKind {
    /// There is nothing.
    Empty,
    /// It is one of the words `head`, `heads`, `base`, `current`.
    Reserved,
    /// It is longer than [`RevisionId::MAX_BYTES`].
    TooLong,
    /// It contains these characters.
    Banned(Vec<char>),
}

impl RevisionIdError {
    /// The way out.
    pub fn hint(&self) -> Option<String> {
        Some(match &self.kind {
            RevisionIdErrorKind::Empty => "leave it out to get a random identifier".into(),
            RevisionIdErrorKind::Reserved => "head, heads, base and current are places in the graph".into(),
            RevisionIdErrorKind::TooLong => format!("use at most {} bytes", RevisionId::MAX_BYTES),
            RevisionIdErrorKind::Banned(_) => "use letters, digits and _".into(),
        })
    }
}

impl fmt::Display for RevisionIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = escape(&self.text);
        match &self.kind {
            RevisionIdErrorKind::Empty => f.write_str("a revision identifier cannot be empty"),
            RevisionIdErrorKind::Reserved => write!(f, "'{text}' cannot be a revision identifier"),
            RevisionIdErrorKind::TooLong => write!(f, "revision identifier '{text}' is too long"),
            RevisionIdErrorKind::Banned(banned) => {
                write!(f, "Character(s) '{}' not allowed in revision identifier '{text}'", listed(banned))
            }
        }
    }
}

impl std::error::Error for RevisionIdError {}

/// Characters for people, separated by commas.
pub(crate) fn listed(characters: &[char]) -> String {
    let shown: Vec<String> = characters.iter().map(|c| escape(&c.to_string())).collect();
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        RevisionId::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn characters_that_targets_use_are_refused() {
        assert_eq!(refusal("a@b"), "Character(s) '@' not allowed in revision identifier 'a@b'");
        assert_eq!(refusal("a-b:c+d"), "Character(s) '+, -, :' not allowed in revision identifier 'a-b:c+d'");
        assert_eq!(refusal("a\nb"), "Character(s) '\\n' not allowed in revision identifier 'a\\nb'");
        assert_eq!(refusal("../x"), "Character(s) '/' not allowed in revision identifier '../x'");
        assert_eq!(
            refusal("a\u{202e}b"),
            "Character(s) '\\u{202e}' not allowed in revision identifier 'a\\u{202e}b'"
        );
        assert_eq!(refusal("año'x"), "Character(s) '\', ñ' not allowed in revision identifier 'año\'x'");
        assert!(RevisionId::parse("add_A.1").is_ok());
    }

    #[test]
    fn reserved_empty_and_endless_texts_are_refused() {
        assert_eq!(refusal("head"), "'head' cannot be a revision identifier");
        assert_eq!(refusal(""), "a revision identifier cannot be empty");
        assert!(refusal(&"a".repeat(33)).ends_with("is too long"));
        assert!(RevisionId::parse(&"a".repeat(32)).is_ok());
        for text in ["", "heads", "a b"] {
            assert!(RevisionId::parse(text).unwrap_err().hint().is_some());
        }
    }

    #[test]
    fn random_identifiers_are_twelve_digits() {
        let id = RevisionId::random_from([0, 1, 0x2f, 0xab, 0xff, 9]);
        assert_eq!(id.as_str(), "00012fabff09");
        assert_eq!(RevisionId::parse(id.as_str()).unwrap(), id);
    }

    #[test]
    fn stored_identifiers_are_shown_escaped() {
        assert_eq!(RevisionId::from_stored("a\u{1b}[2J").to_string(), "a\\u{1b}[2J");
    }
}
