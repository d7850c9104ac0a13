//! SQL by hand, taken apart at its semicolons: each statement commits by itself, and so is a step of its own.
#![expect(clippy::wildcard_enum_match_arm, reason = "sqlparser's tokens are open")]

use sqlparser::dialect::MySqlDialect;
use sqlparser::tokenizer::{Location, Token, Tokenizer};

/// The statements of a text; the text as it is when it cannot be read, and the server is left to say what
/// is wrong.
pub(super) fn split(text: &str) -> Vec<String> {
    let Ok(tokens) = Tokenizer::new(&MySqlDialect {}, text).with_unescape(false).tokenize_with_location()
    else {
        return vec![text.to_owned()];
    };
    let lines = Lines::of(text);
    let mut found = Vec::new();
    let (mut from, mut words) = (0, Vec::new());
    // How many BEGIN, CASE, IF and loops of a stored program wait for their END.
    let mut open = 0_usize;
    for token in &tokens {
        match &token.token {
            Token::SemiColon if open == 0 => {
                let end = lines.offset(token.span.start);
                if !words.is_empty() {
                    found.push(text[from..end].trim().to_owned());
                }
                (from, words) = (end + 1, Vec::new());
            }
            Token::Word(word) if word.quote_style.is_none() => {
                words.push(word.value.to_uppercase());
                open = depth(&words, open);
            }
            Token::Whitespace(_) => {}
            _sign => words.push(String::new()),
        }
    }
    if words.iter().any(|word| !word.is_empty()) {
        found.push(text[from..].trim().to_owned());
    }
    found
}

/// How deep a stored program is open behind its last word.
fn depth(words: &[String], open: usize) -> usize {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let is_program = words.first() == Some(&"CREATE")
        && words.iter().any(|word| ["TRIGGER", "PROCEDURE", "FUNCTION", "EVENT"].contains(word));
    match words.as_slice() {
        [.., "END", "IF" | "CASE" | "LOOP" | "WHILE" | "REPEAT"] => open,
        [.., "END"] => open.saturating_sub(1),
        [.., "BEGIN"] if is_program => open + 1,
        // `IF NOT EXISTS` and the function `IF(…)` open nothing; inside a body a statement's IF has THEN.
        [.., "CASE" | "LOOP" | "WHILE" | "REPEAT" | "THEN"] if open > 0 => open + opens(&words),
        _other => open,
    }
}

/// THEN opens for IF, and not for the WHEN of a CASE or for ELSEIF.
fn opens(words: &[&str]) -> usize {
    let Some((last, before)) = words.split_last() else { return 0 };
    if *last != "THEN" {
        return 1;
    }
    let introduced = before.iter().rev().find(|word| matches!(**word, "IF" | "ELSEIF" | "WHEN"));
    usize::from(introduced == Some(&"IF"))
}

/// Where the lines of a text begin.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    /// The byte a location stands for.
    fn offset(&self, at: Location) -> usize {
        let index = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
        let start = self.starts.get(index(at.line)).copied().unwrap_or(self.text.len());
        let line = &self.text[start..];
        start + line.char_indices().nth(index(at.column)).map_or(line.len(), |(byte, _)| byte)
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn statements_end_at_their_semicolons() {
        assert_eq!(
            split("UPDATE t SET a = 'é;\\';', b = \"x;\";\n-- why; not\nDELETE FROM `u;v` # x;\n;"),
            ["UPDATE t SET a = 'é;\\';', b = \"x;\"", "-- why; not\nDELETE FROM `u;v` # x;"]
        );
        assert_eq!(split("SELECT 1"), ["SELECT 1"]);
        assert_eq!(split("-- nothing\n"), Vec::<String>::new());
        assert_eq!(split("SELECT 'open"), ["SELECT 'open"]);
    }

    #[test]
    fn a_stored_program_is_one_statement() {
        let body = "CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW BEGIN \
                    IF new.a > 1 THEN SET new.a = 1; ELSEIF new.a < 0 THEN SET new.a = 0; END IF; \
                    CASE new.b WHEN 1 THEN SET new.b = 2; ELSE SET new.b = 3; END CASE; \
                    WHILE new.a < 3 DO SET new.a = CASE new.a WHEN 1 THEN 2 ELSE 3 END; END WHILE; END";
        assert_eq!(split(&format!("{body}; SELECT 1;")), [body, "SELECT 1"]);
        let table = "CREATE TABLE IF NOT EXISTS t (a int)";
        assert_eq!(split(&format!("{table}; BEGIN; COMMIT")), [table, "BEGIN", "COMMIT"]);
    }
}
