//! SQL expressions as text, and the little that must be known about them without a parser.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Name;

/// An SQL expression in the words of the database it is for.
///
/// Two expressions are equal when their texts are; a dialect's `canonical` brings different
/// spellings of one expression to one text before anything is compared.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Expr(String);

impl Expr {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `name` occurs as an identifier, quoted or not.
    pub fn mentions(&self, name: &Name) -> bool {
        self.words().iter().any(|word| word.names(name))
    }

    /// The expression with every identifier `from` replaced by `to`, as a server does on RENAME.
    #[must_use]
    pub fn renamed(&self, from: &Name, to: &Name) -> Self {
        let mut out = String::with_capacity(self.0.len());
        let mut done = 0;
        for word in self.words() {
            if word.names(from) {
                out.push_str(&self.0[done..word.start]);
                out.push_str(&spell(to, word.quote));
                done = word.start + word.len;
            }
        }
        out.push_str(&self.0[done..]);
        Self(out)
    }

    /// The identifiers of the text: bare words and quoted names; string literals are passed over.
    fn words(&self) -> Vec<Word> {
        let text = &self.0;
        let mut words = Vec::new();
        let mut chars = text.char_indices().peekable();
        while let Some((start, c)) = chars.next() {
            let (end, quote) = match c {
                '\'' | '"' | '`' => {
                    let mut end = text.len();
                    while let Some((at, next)) = chars.next() {
                        let is_doubled = next == c && chars.peek().is_some_and(|(_, after)| *after == c);
                        if is_doubled {
                            chars.next();
                        } else if next == c {
                            end = at + c.len_utf8();
                            break;
                        }
                    }
                    (end, Some(c))
                }
                c if c.is_alphabetic() || c == '_' => {
                    let mut end = start + c.len_utf8();
                    while let Some((at, next)) =
                        chars.next_if(|(_, c)| c.is_alphanumeric() || *c == '_' || *c == '$')
                    {
                        end = at + next.len_utf8();
                    }
                    (end, None)
                }
                // A number takes its letters along, so that `1e5` or `0x1f` hold no identifier.
                c if c.is_ascii_digit() => {
                    while chars.next_if(|(_, c)| c.is_alphanumeric() || *c == '_' || *c == '.').is_some() {}
                    continue;
                }
                _other => continue,
            };
            if quote == Some('\'') {
                continue;
            }
            let name = match quote {
                Some(quote) => {
                    let inner = text[start + 1..end].trim_end_matches(quote);
                    inner.replace(&format!("{quote}{quote}"), &quote.to_string())
                }
                None => text[start..end].to_owned(),
            };
            words.push(Word { start, len: end - start, name, quote });
        }
        words
    }
}

struct Word {
    start: usize,
    len: usize,
    name: String,
    quote: Option<char>,
}

impl Word {
    fn names(&self, name: &Name) -> bool {
        if self.quote.is_some() {
            self.name == name.as_str()
        } else {
            self.name.eq_ignore_ascii_case(name.as_str())
        }
    }
}

/// A name in backticks stays in them; any other is quoted where it must be.
fn spell(name: &Name, quote: Option<char>) -> String {
    let text = name.as_str();
    if quote == Some('`') {
        return format!("`{}`", text.replace('`', "``"));
    }
    let is_plain = text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if is_plain { text.to_owned() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
}

impl From<&str> for Expr {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Expr {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::escape(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rename_reaches_identifiers_and_leaves_literals() {
        let expr = Expr::from("age > 0 and \"age\" < 1e5 and note <> 'age' and ages = 1");
        let renamed = expr.renamed(&"age".into(), &"Years".into());
        assert_eq!(renamed.as_str(), "\"Years\" > 0 and \"Years\" < 1e5 and note <> 'age' and ages = 1");
        let backticks = Expr::from("`age` > 0 and note <> 'age'").renamed(&"age".into(), &"order".into());
        assert_eq!(backticks.as_str(), "`order` > 0 and note <> 'age'");
        assert!(expr.mentions(&"note".into()) && !expr.mentions(&"Note2".into()));
    }
}
