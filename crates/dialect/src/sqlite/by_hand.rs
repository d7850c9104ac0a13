//! Where a statement ends: at its semicolon, and that of a trigger at the one behind its END, as
//! `sqlite3_complete` has it.

use sqlparser::dialect::SQLiteDialect;

use crate::by_hand::{Ending, Lexeme, Reading, Sort};

/// How SQL is read.
pub(super) const READING: Reading<'static> =
    Reading { grammar: &SQLiteDialect {}, ending: &|| Box::new(SqliteEnding::default()) };

/// The end of one statement.
#[derive(Default)]
struct SqliteEnding {
    /// The first words, until it is known what they begin.
    words: Vec<String>,
    state: State,
}

#[derive(Default)]
enum State {
    /// What it is is not known yet.
    #[default]
    Beginning,
    /// No trigger: the next semicolon ends it.
    Plain,
    /// A trigger, and how much of the `; END` that ends it has been read.
    Trigger { read: Read },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Read {
    Nothing,
    Semicolon,
    End,
}

impl SqliteEnding {
    fn begins(&mut self, word: String) {
        self.words.push(word);
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        self.state = match words.as_slice() {
            ["EXPLAIN" | "CREATE"]
            | ["EXPLAIN", "QUERY"]
            | ["EXPLAIN", "QUERY", "PLAN"]
            | [.., "EXPLAIN" | "PLAN", "CREATE"]
            | [.., "CREATE", "TEMP" | "TEMPORARY"] => State::Beginning,
            [.., "CREATE", "TRIGGER"] | [.., "CREATE", "TEMP" | "TEMPORARY", "TRIGGER"] => {
                State::Trigger { read: Read::Nothing }
            }
            _other => State::Plain,
        };
    }
}

impl Ending for SqliteEnding {
    fn take(&mut self, lexeme: &Lexeme, text: &str) -> bool {
        match &mut self.state {
            State::Beginning if lexeme.sort == Sort::Semicolon => true,
            State::Beginning => {
                self.begins(lexeme.word(text));
                !matches!(self.state, State::Trigger { .. })
            }
            State::Plain => true,
            State::Trigger { read } => {
                let before = *read;
                *read = if lexeme.sort == Sort::Semicolon {
                    Read::Semicolon
                } else if before == Read::Semicolon && lexeme.word(text) == "END" {
                    Read::End
                } else {
                    Read::Nothing
                };
                before == Read::End || *read == Read::End
            }
        }
    }

    fn refusal(&self, rest: &str) -> Option<(String, String)> {
        rest.starts_with('.').then(|| {
            let message = "a line that begins with a dot is a command of the sqlite3 shell".to_owned();
            (message, "take it out: the database does not know it".to_owned())
        })
    }
}
