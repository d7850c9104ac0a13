//! SQL by hand: how it is cut into tokens, and where a statement ends, which in the body of a stored program
//! is not at a semicolon.

use std::any::TypeId;

use sqlparser::dialect::{Dialect as Grammar, MySqlDialect};

use crate::by_hand::{Ending, Lexeme, Reading, Sort};

/// sqlparser's dialect, but for the comments that servers read (`/*! … */`): it puts their tokens in place of
/// them, and then no token has a place of its own any more.
#[derive(Debug)]
struct Tokens(MySqlDialect);

impl Grammar for Tokens {
    fn dialect(&self) -> TypeId {
        self.0.dialect()
    }

    fn is_identifier_start(&self, c: char) -> bool {
        self.0.is_identifier_start(c)
    }

    fn is_identifier_part(&self, c: char) -> bool {
        self.0.is_identifier_part(c)
    }

    fn is_delimited_identifier_start(&self, c: char) -> bool {
        self.0.is_delimited_identifier_start(c)
    }

    fn supports_string_literal_backslash_escape(&self) -> bool {
        self.0.supports_string_literal_backslash_escape()
    }

    fn ignores_wildcard_escapes(&self) -> bool {
        self.0.ignores_wildcard_escapes()
    }

    fn supports_numeric_prefix(&self) -> bool {
        self.0.supports_numeric_prefix()
    }

    fn requires_single_line_comment_whitespace(&self) -> bool {
        self.0.requires_single_line_comment_whitespace()
    }

    fn supports_multiline_comment_hints(&self) -> bool {
        false
    }
}

/// [`Tokens`], to be pointed at.
static TOKENS: Tokens = Tokens(MySqlDialect {});

/// How SQL is read.
pub(super) const READING: Reading<'static> =
    Reading { grammar: &TOKENS, ending: &|| Box::new(MysqlEnding::default()) };

/// The end of one statement.
#[derive(Default)]
struct MysqlEnding {
    program: Program,
    /// What waits for its END, the innermost last.
    open: Vec<Block>,
    parentheses: usize,
    /// Whether a statement of the body begins here, so that IF and REPEAT are no functions.
    is_beginning: bool,
    /// The word before, empty for what is no word.
    before: String,
}

/// Whether a statement makes a stored program, told by its first words.
#[derive(Default, PartialEq, Eq)]
enum Program {
    /// Nothing is read yet.
    #[default]
    Unknown,
    /// It begins with CREATE: a program when the word for one comes before anything that rules it out.
    Created,
    /// It begins with BEGIN: a block when NOT follows, and a transaction otherwise.
    Begun,
    /// It is one.
    Stored,
    /// It is none.
    No,
}

/// What ends with END.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    /// BEGIN, IF and the loops, and CASE where it is a statement: statements are inside.
    Statements,
    /// CASE inside an expression.
    Value,
}

impl MysqlEnding {
    fn learn(&mut self, word: &str) {
        self.program = match (&self.program, word) {
            (Program::Unknown, "BEGIN") => Program::Begun,
            (Program::Begun, "NOT") => {
                self.open.push(Block::Statements);
                Program::Stored
            }
            (Program::Stored, _)
            | (Program::Created, "TRIGGER" | "PROCEDURE" | "FUNCTION" | "EVENT" | "PACKAGE") => {
                Program::Stored
            }
            (Program::Created, "TABLE" | "INDEX" | "VIEW" | "DATABASE" | "SCHEMA" | "SEQUENCE" | "USER") => {
                Program::No
            }
            (Program::Unknown, "CREATE") | (Program::Created, _) => Program::Created,
            (Program::Unknown | Program::Begun | Program::No, _) => Program::No,
        };
    }

    /// One word of a stored program.
    fn word(&mut self, word: &str) {
        let follows_end = self.before == "END";
        let opened = match word {
            "BEGIN" => Some(Block::Statements),
            // `END IF` and its like: END has closed it already.
            "IF" | "CASE" | "LOOP" | "WHILE" | "REPEAT" | "FOR" if follows_end => None,
            "IF" | "CASE" | "LOOP" | "WHILE" | "REPEAT" | "FOR" if self.is_beginning => {
                Some(Block::Statements)
            }
            "CASE" => Some(Block::Value),
            // The IF of a body that is nothing else, which does not stand where a statement is seen to begin.
            "THEN" if self.open.is_empty() => Some(Block::Statements),
            _other => None,
        };
        if word == "END" {
            self.open.pop();
        }
        self.open.extend(opened);
        let holds_statements = self.open.last() == Some(&Block::Statements);
        self.is_beginning = match word {
            "BEGIN" => true,
            // Behind the loop of `END LOOP` comes its label at most.
            "LOOP" | "REPEAT" => !follows_end && holds_statements,
            "THEN" | "ELSE" | "DO" => holds_statements || self.open.is_empty(),
            // A body of a single statement, behind `FOR EACH ROW`; and the first of `BEGIN NOT ATOMIC`.
            "ROW" => self.before == "EACH",
            "ATOMIC" => self.before == "NOT",
            _other => false,
        };
    }
}

impl Ending for MysqlEnding {
    fn take(&mut self, lexeme: &Lexeme, text: &str) -> bool {
        let word = lexeme.word(text);
        if self.program != Program::Stored && self.program != Program::No {
            self.learn(&word);
        } else if self.program == Program::Stored {
            match lexeme.sort {
                Sort::Word if self.parentheses == 0 || !self.open.is_empty() => self.word(&word),
                Sort::Open => {
                    self.parentheses += 1;
                    self.is_beginning = false;
                }
                Sort::Close => {
                    self.parentheses = self.parentheses.saturating_sub(1);
                    // A procedure's body may follow its parameters at once.
                    self.is_beginning = self.open.is_empty() && self.parentheses == 0;
                }
                // Behind a label, or a statement of the body.
                Sort::Semicolon | Sort::Colon => self.is_beginning = true,
                Sort::Word | Sort::Other | Sort::LineComment | Sort::Blank => self.is_beginning = false,
            }
        }
        self.before = word;
        self.open.is_empty()
    }

    fn refusal(&self, rest: &str) -> Option<(String, String)> {
        let first = rest.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        first.eq_ignore_ascii_case("DELIMITER").then(|| {
            let message = "DELIMITER is a command of the mysql client".to_owned();
            (message, "take it out: the end of a stored program is found without it".to_owned())
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::{Dialect as _, Mysql};

    fn split(text: &str) -> Vec<String> {
        Mysql::default().split_by_hand(text)
    }

    #[test]
    fn statements_end_at_their_semicolons() {
        assert_eq!(
            split("UPDATE t SET a = 'é;\\';', b = \"x;\";\n-- why; not\nDELETE FROM `u;v` # x;\n;"),
            ["UPDATE t SET a = 'é;\\';', b = \"x;\"", "DELETE FROM `u;v` # x;"]
        );
        assert_eq!(split("SELECT 1"), ["SELECT 1"]);
        assert_eq!(split("-- nothing\n"), Vec::<String>::new());
        assert_eq!(split("SELECT 'open"), ["SELECT 'open"]);
        assert_eq!(split("SELECT 1--1; SELECT 2"), ["SELECT 1--1", "SELECT 2"]);
    }

    #[test]
    fn comments_that_the_server_reads_are_a_part_of_a_statement() {
        let hints =
            "/*!40101 SET a = ';' */; CREATE TABLE t (a int) /*!50100 PARTITION BY x; */; /*M!1 y */;";
        let parts =
            ["/*!40101 SET a = ';' */", "CREATE TABLE t (a int) /*!50100 PARTITION BY x; */", "/*M!1 y */"];
        assert_eq!(split(hints), parts);
    }

    #[test]
    fn a_stored_program_is_one_statement() {
        for body in [
            "CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW BEGIN \
             IF new.a > 1 THEN SET new.a = 1; ELSEIF new.a < 0 THEN SET new.a = 0; END IF; \
             CASE new.b WHEN 1 THEN SET new.b = 2; ELSE SET new.b = 3; END CASE; \
             WHILE new.a < 3 DO SET new.a = CASE new.a WHEN 1 THEN 2 ELSE 3 END; END WHILE; END",
            "CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW IF new.a THEN SET new.a = 1; SET new.b = 2; END IF",
            "CREATE OR REPLACE DEFINER=`me`@`%` PROCEDURE p(IN a INT) l: LOOP SET @a = REPEAT('x', 3); \
             LEAVE l; END LOOP l",
            "CREATE FUNCTION f(a INT) RETURNS INT DETERMINISTIC BEGIN \
             RETURN CASE WHEN a THEN REPEAT('x', 2) ELSE IF(a, 1, 2) END; END",
            "BEGIN NOT ATOMIC DECLARE x INT; REPEAT SET x = 1; UNTIL x END REPEAT; SELECT 1; END",
            "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN DELETE FROM t; DELETE FROM u; END",
            "BEGIN NOT ATOMIC IF a THEN SELECT 1; END IF; END",
            "CREATE FUNCTION f(a INT) RETURNS INT DETERMINISTIC IF a THEN RETURN 1; ELSE RETURN 2; END IF",
            "CREATE FUNCTION f(a INT) RETURNS INT RETURN CASE WHEN a THEN 1 ELSE 2 END",
            "CREATE PROCEDURE IF NOT EXISTS p() FOR i IN 1..3 DO SELECT i; END FOR",
            "CREATE PROCEDURE p() BEGIN DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END; SELECT 1; END",
        ] {
            assert_eq!(split(&format!("{body}; SELECT 1;")), [body, "SELECT 1"]);
        }
        let table = "CREATE TABLE IF NOT EXISTS t (`begin` int)";
        assert_eq!(split(&format!("{table}; BEGIN; COMMIT")), [table, "BEGIN", "COMMIT"]);
        let one = "CREATE PROCEDURE p() SELECT IF(a, 1, 2)";
        assert_eq!(split(&format!("{one}; SELECT 1")), [one, "SELECT 1"]);
    }
}
