//! Names as a database stores them, and the one function that makes a foreign text safe to show.

use std::fmt;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// A name exactly as the catalog stores it: unquoted, case preserved, possibly hostile.
///
/// `as_str` gives the raw text, for quoting by a dialect. `Display` is for people: it escapes what a
/// terminal or a comment would act on (see [`escape`]).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name(CompactString);

impl Name {
    /// The raw name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Name {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&Name> for Name {
    fn from(name: &Name) -> Self {
        name.clone()
    }
}

impl std::borrow::Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&escape(&self.0))
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

/// Makes a text that came from a database or a file safe for a terminal, a log line or a comment.
///
/// Control characters (C0, DEL, C1), bidirectional controls, zero-width characters, line and
/// paragraph separators become `\u{..}`; newline, carriage return and tab become `\n`, `\r`, `\t`.
/// A text without any of them comes back unchanged.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if acts_on_a_terminal(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

fn acts_on_a_terminal(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{061c}' | '\u{feff}' | '\u{00ad}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_act_on_is_spelled_out() {
        assert_eq!(escape("a\u{1b}[31m\n--\u{202e}b"), "a\\u{1b}[31m\\n--\\u{202e}b");
        assert_eq!(escape("naïve ✓"), "naïve ✓");
    }
}
