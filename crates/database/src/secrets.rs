//! Secrets: texts that must never be shown, and the one function that takes them out of a text.

use std::fmt;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::fault;

/// What stands in place of a secret.
const MASK: &str = "***";

/// A shorter secret is only taken out where it stands alone: `a` is in every message.
const LENGTH_FOUND_INSIDE_WORDS: usize = 4;

/// The passwords of a connection, in every spelling in which a driver or a server may repeat them.
#[derive(Clone, Default)]
pub struct Secrets {
    /// Longest first, so that a spelling is gone before a part of it is looked for.
    spellings: Vec<String>,
}

impl Secrets {
    /// The spellings of a password. `as_written` is how the URL spells it; `shown` are texts that are
    /// printed anyway (user, host, database): a password equal to one of them cannot be told from it.
    pub(crate) fn of(password: &str, as_written: Option<&str>, shown: &[&str]) -> Self {
        let encoded = utf8_percent_encode(password, NON_ALPHANUMERIC).to_string();
        let mut spellings = vec![
            password.to_owned(),
            encoded.to_lowercase(),
            encoded.replace("%20", "+"),
            password.replace('\'', "''"),
            password.escape_debug().to_string(),
            ambix_schema::escape(password),
            encoded,
        ];
        spellings.extend(as_written.map(str::to_owned));
        spellings.retain(|spelling| !spelling.is_empty() && !shown.contains(&spelling.as_str()));
        spellings.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        spellings.dedup();
        Self { spellings }
    }

    /// The text with every secret replaced.
    pub fn scrub(&self, text: &str) -> String {
        if fault::is_off("secrets_not_scrubbed") {
            return text.to_owned();
        }
        self.spellings.iter().fold(text.to_owned(), |text, secret| masked(&text, secret))
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(***)")
    }
}

fn masked(text: &str, secret: &str) -> String {
    let anywhere = secret.len() >= LENGTH_FOUND_INSIDE_WORDS;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(secret) {
        let (before, after) = (&rest[..at], &rest[at + secret.len()..]);
        let is_inside_a_word = before.chars().next_back().is_some_and(char::is_alphanumeric)
            || after.chars().next().is_some_and(char::is_alphanumeric);
        out.push_str(before);
        out.push_str(if anywhere || !is_inside_a_word { MASK } else { secret });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_taken_out() {
        let secrets = Secrets::of("p@ss'w rd/1", Some("p%40ss'w%20rd%2f1"), &["me"]);
        for text in
            ["p@ss'w rd/1", "p%40ss'w%20rd%2f1", "p%40ss%27w%20rd%2F1", "p@ss''w rd/1", "p%40ss%27w+rd%2F1"]
        {
            assert_eq!(secrets.scrub(&format!("password={text};")), "password=***;");
        }
        assert_eq!(format!("{secrets:?}"), "Secrets(***)");
    }

    #[test]
    fn a_short_secret_is_taken_out_where_it_stands_alone() {
        let secrets = Secrets::of("a", None, &[]);
        assert_eq!(secrets.scrub("a bad password=a"), "*** bad password=***");
    }

    #[test]
    fn a_secret_that_is_also_the_user_stays_readable() {
        let secrets = Secrets::of("postgres", None, &["postgres"]);
        assert_eq!(secrets.scrub("role postgres"), "role postgres");
    }
}
