//! Making output plain: what changes from run to run becomes a word in angle brackets, and back.

use std::collections::BTreeMap;

use regex::{Captures, Regex};

/// What stands for what, gathered while a story is told.
pub(crate) struct Plain {
    /// Texts known before the story begins, and their words.
    known: BTreeMap<String, &'static str>,
    /// Revision ids in the order in which they appeared.
    revisions: Vec<String>,
    patterns: Vec<(Regex, &'static str)>,
    id: Regex,
}

/// What is recognised by its look. The order matters: a stamp holds digits that look like less.
const PATTERNS: [(&str, &str); 6] = [
    (r"\b\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?( UTC|Z|\+00:00)?", "<date>"),
    (r"\b\d{8}_\d{4}(\d{2})?_", "<stamp>_"),
    (r"\b(PostgreSQL|SQLite) \d+(\.\d+)+( \([^)]*\))?", "<server>"),
    (r"\b\d+(\.\d+)? ?(ms|µs|s)\b", "<time>"),
    (r"\b(127\.0\.0\.1|localhost):\d+", "$1:<port>"),
    (r"[ \t]+(?m:$)", ""),
];

impl Plain {
    pub(crate) fn new(known: BTreeMap<String, &'static str>) -> Self {
        let compiled = |pattern: &str| Regex::new(pattern).expect("the patterns are constants");
        let patterns = PATTERNS.iter().map(|(pattern, word)| (compiled(pattern), *word)).collect();
        let id = compiled(r"(^|[^0-9a-zA-Z])([0-9a-f]{12})([^0-9a-zA-Z]|$)");
        Self { known, revisions: Vec::new(), patterns, id }
    }

    /// A text with everything that changes between runs replaced by its word.
    pub(crate) fn made(&mut self, text: &str) -> String {
        let mut text = text.to_owned();
        // The longest first: one known text may be a part of another.
        let mut known: Vec<_> = self.known.iter().filter(|(text, _)| !text.is_empty()).collect();
        known.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        for (changing, word) in known {
            text = text.replace(changing.as_str(), word);
        }
        for (pattern, word) in &self.patterns {
            text = pattern.replace_all(&text, *word).into_owned();
        }
        // Neighbouring ids share the character between them, so one pass may leave every other one.
        for _pass in 0..2 {
            let revisions = &mut self.revisions;
            let named = |found: &Captures<'_>| {
                let id = &found[2];
                let place = revisions.iter().position(|known| known == id).unwrap_or_else(|| {
                    revisions.push(id.to_owned());
                    revisions.len() - 1
                });
                format!("{}<rev{}>{}", &found[1], place + 1, &found[3])
            };
            text = self.id.replace_all(&text, named).into_owned();
        }
        text
    }

    /// A command with the words replaced by what they stand for in this run.
    pub(crate) fn meant(&self, command: &str) -> String {
        let mut command = command.to_owned();
        for (number, id) in self.revisions.iter().enumerate().rev() {
            command = command.replace(&format!("<rev{}>", number + 1), id);
        }
        for (changing, word) in &self.known {
            command = command.replace(word, changing);
        }
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_named_in_the_order_they_appear_and_found_again() {
        let mut plain = Plain::new(BTreeMap::from([("sqlite:///tmp/x/a.db".to_owned(), "<url>")]));
        let text = "aaaaaaaaaaa1 -> bbbbbbbbbbb2,aaaaaaaaaaa1 at 2024-11-13 14:30:00 UTC in 1.2 ms, 20241113_1430_bbbbbbbbbbb2_x.rs";
        let made = plain.made(text);
        assert_eq!(made, "<rev1> -> <rev2>,<rev1> at <date> in <time>, <stamp>_<rev2>_x.rs");
        assert_eq!(plain.meant("upgrade <rev2> <url>"), "upgrade bbbbbbbbbbb2 sqlite:///tmp/x/a.db");
    }
}
