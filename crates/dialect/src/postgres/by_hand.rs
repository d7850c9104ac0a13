//! Where a statement ends: at its semicolon, but for those inside parentheses (`CREATE RULE`) and inside the
//! `BEGIN ATOMIC … END` of a function or procedure. The rules are those of psql.

use sqlparser::dialect::PostgreSqlDialect;

use crate::by_hand::{Ending, Lexeme, Reading, Sort};

/// How SQL is read.
pub(super) const READING: Reading<'static> =
    Reading { grammar: &PostgreSqlDialect {}, ending: &|| Box::new(PostgresEnding::default()) };

/// The end of one statement.
#[derive(Default)]
struct PostgresEnding {
    /// The first words.
    words: Vec<String>,
    parentheses: usize,
    /// How many BEGIN and CASE of a body wait for their END.
    blocks: usize,
}

/// As many as tell a function from anything else: `CREATE OR REPLACE FUNCTION`.
const FIRST_WORDS: usize = 4;

impl PostgresEnding {
    fn is_routine(&self) -> bool {
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        matches!(
            words.as_slice(),
            ["CREATE", "FUNCTION" | "PROCEDURE", ..]
                | ["CREATE", "OR", "REPLACE", "FUNCTION" | "PROCEDURE", ..]
        )
    }

    fn word(&mut self, word: String) {
        if self.words.len() < FIRST_WORDS {
            self.words.push(word);
            return;
        }
        match word.as_str() {
            "BEGIN" if self.is_routine() => self.blocks += 1,
            "CASE" if self.blocks > 0 => self.blocks += 1,
            "END" => self.blocks = self.blocks.saturating_sub(1),
            _other => {}
        }
    }
}

impl Ending for PostgresEnding {
    fn take(&mut self, lexeme: &Lexeme, text: &str) -> bool {
        match lexeme.sort {
            Sort::Word => self.word(lexeme.word(text)),
            Sort::Open => self.parentheses += 1,
            Sort::Close => self.parentheses = self.parentheses.saturating_sub(1),
            Sort::Semicolon | Sort::Colon | Sort::Other | Sort::LineComment | Sort::Blank => {}
        }
        self.parentheses == 0 && self.blocks == 0
    }

    fn refusal(&self, rest: &str) -> Option<(String, String)> {
        if rest.starts_with('\\') {
            let message = "a line that begins with a backslash is a command of psql".to_owned();
            return Some((message, "take it out: the server does not know it".to_owned()));
        }
        let words = |count| rest.split_whitespace().take(count).map(str::to_ascii_uppercase);
        let is_copy = words(1).eq(["COPY"]);
        let statement = rest.split(';').next().unwrap_or_default();
        let ends_in_stdin = statement.to_ascii_uppercase().contains("FROM STDIN");
        (is_copy && ends_in_stdin).then(|| {
            let message = "COPY … FROM STDIN waits for rows that a client sends".to_owned();
            (message, "write the rows as INSERT statements".to_owned())
        })
    }
}
