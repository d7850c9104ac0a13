//! SQL by hand: cut into its statements, whether it would end the transaction it is to run in, and whether
//! it leaves the schema alone.

mod cut;
mod lex;

pub(crate) use cut::{Ending, cut, statements};
pub(crate) use lex::{Lexeme, Sort};

use ambix_schema::{Piece, PieceKind};
use sqlparser::dialect::Dialect as Grammar;

use lex::lexemes;

/// How a dialect reads SQL: its tokens, and where a statement ends.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) grammar: &'a dyn Grammar,
    pub(crate) ending: &'a dyn Fn() -> Box<dyn Ending>,
}

impl Reading<'_> {
    /// The statements of a text; `None` when it cannot be read, and the server is left to say what is wrong.
    fn statements(self, text: &str) -> Option<Vec<Piece>> {
        statements(text, self.grammar, self.ending).ok()
    }

    /// The tokens of a text; `None` when it cannot be read.
    pub(crate) fn lexemes(self, text: &str) -> Option<Vec<Lexeme>> {
        lexemes(text, self.grammar).ok()
    }

    /// The bare words of a statement in capitals, up to as many as are asked for.
    pub(crate) fn words(self, text: &str, most: usize) -> Vec<String> {
        let found = lexemes(text, self.grammar).unwrap_or_default();
        found.iter().map(|lexeme| lexeme.word(text)).filter(|word| !word.is_empty()).take(most).collect()
    }
}

/// The statements of a text; the text as it is when it cannot be read.
pub(crate) fn split(text: &str, reading: Reading<'_>) -> Vec<String> {
    match reading.statements(text) {
        Some(pieces) => pieces.into_iter().map(|piece| text[piece.range].to_owned()).collect(),
        None => vec![text.to_owned()],
    }
}

/// The statement of a text that begins or ends a transaction, by its first words; `None` when there is
/// none, or the text cannot be read and the server is left to say what is wrong.
pub(crate) fn transaction_statement(text: &str, reading: Reading<'_>) -> Option<String> {
    reading.statements(text)?.into_iter().find_map(|piece| {
        let words = reading.words(&text[piece.range], 4);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let found = match words.as_slice() {
            ["COMMIT", "PREPARED", ..]
            | ["ROLLBACK", "TO", ..]
            | ["ROLLBACK", _, "TO", ..]
            | ["BEGIN", "NOT", "ATOMIC", ..] => None,
            [word @ ("COMMIT" | "ROLLBACK" | "ABORT" | "BEGIN" | "END"), ..] => Some(*word),
            ["START", "TRANSACTION", ..] => Some("START TRANSACTION"),
            _other => None,
        };
        found.map(ToOwned::to_owned)
    })
}

/// Whether each statement of a text only reads or writes rows, told by its first word. A text that cannot
/// be read is taken for more.
pub(crate) fn only_rows(text: &str, reading: Reading<'_>) -> bool {
    const ROWS: [&str; 8] = ["SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH", "VALUES", "TABLE"];
    let Some(pieces) = reading.statements(text) else { return false };
    pieces.into_iter().all(|piece| {
        let first = reading.words(&text[piece.range], 1);
        first.first().is_some_and(|word| ROWS.contains(&word.as_str()))
    })
}

/// Whether a semicolon stands inside a single statement, and not only behind it.
pub(crate) fn has_inner_semicolon(text: &str, reading: Reading<'_>) -> bool {
    let lexemes = reading.lexemes(text).unwrap_or_default();
    let says = lexemes.iter().filter(|lexeme| lexeme.is_significant());
    says.skip_while(|lexeme| lexeme.sort != Sort::Semicolon).any(|lexeme| lexeme.sort != Sort::Semicolon)
}

/// Whether a text may leave the schema another than it was, as far as schemas are modelled: triggers,
/// routines and privileges are not. A text that cannot be read may.
pub(crate) fn may_change_schema(text: &str, reading: Reading<'_>) -> bool {
    let Some(pieces) = reading.statements(text) else { return true };
    pieces.into_iter().any(|piece| {
        let PieceKind::Statement { .. } = piece.kind else { return false };
        let words = reading.words(&text[piece.range], usize::MAX);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        !leaves_schema_alone(&words)
    })
}

fn leaves_schema_alone(words: &[&str]) -> bool {
    const HARMLESS: [&str; 20] = [
        "INSERT", "UPDATE", "DELETE", "REPLACE", "VALUES", "TABLE", "MERGE", "TRUNCATE", "GRANT", "REVOKE",
        "SET", "RESET", "PRAGMA", "ANALYZE", "VACUUM", "REINDEX", "REFRESH", "LOCK", "NOTIFY", "OPTIMIZE",
    ];
    const ROUTINES: [&str; 6] = ["TRIGGER", "FUNCTION", "PROCEDURE", "EVENT", "RULE", "POLICY"];
    match words {
        // `SELECT … INTO t` makes a table.
        ["SELECT" | "WITH", rest @ ..] => {
            let pairs = std::iter::once(&"").chain(rest).zip(rest);
            pairs.into_iter().all(|(before, word)| *word != "INTO" || *before == "INSERT")
        }
        [first, ..] if HARMLESS.contains(first) => true,
        ["CREATE" | "ALTER" | "DROP", rest @ ..] => {
            // `OR REPLACE`, `TEMPORARY`, `DEFINER = …` may stand between.
            rest.iter().take(6).any(|word| ROUTINES.contains(word))
                && !rest.first().is_some_and(|word| ["TABLE", "VIEW", "INDEX", "TYPE"].contains(word))
        }
        _other => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::{Dialect, Mysql, Postgres, Sqlite};

    #[test]
    fn what_ends_a_transaction_is_found() {
        let found = |text| {
            let both = [
                Postgres::default().transaction_statement(text),
                Sqlite::default().transaction_statement(text),
            ];
            assert_eq!(both[0], both[1], "{text}");
            both[0].clone()
        };
        for (text, word) in [
            ("COMMIT", "COMMIT"),
            ("UPDATE t SET a = 1; commit;", "COMMIT"),
            ("/* why */ rollback -- x", "ROLLBACK"),
            ("begin; SELECT 1; end;", "BEGIN"),
            ("SELECT 1; END TRANSACTION", "END"),
            ("START TRANSACTION", "START TRANSACTION"),
        ] {
            assert_eq!(found(text).as_deref(), Some(word), "{text}");
        }
        for text in [
            "SELECT 'a; COMMIT'",
            "-- COMMIT\nSELECT 1",
            "ROLLBACK TO SAVEPOINT a",
            "ROLLBACK TRANSACTION TO a",
            "CREATE TABLE \"commit\" (a int)",
            "UPDATE t SET a = 'not closed",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
        let body = "DO $$ BEGIN PERFORM 1; COMMIT; END $$";
        assert_eq!(Postgres::default().transaction_statement(body), None);
    }

    #[test]
    fn a_body_is_inside_its_statement() {
        let trigger = "CREATE TEMP TRIGGER a AFTER INSERT ON t BEGIN UPDATE t SET a = CASE b WHEN 1 THEN 2 END; \
                       DELETE FROM u WHERE \"end\" = [;] AND end = 1; END";
        let sqlite = Sqlite::default();
        assert_eq!(sqlite.transaction_statement(&format!("{trigger};")), None);
        assert_eq!(sqlite.transaction_statement(&format!("{trigger}; END")).as_deref(), Some("END"));
        let pieces = sqlite.cut(&format!("{trigger}; SELECT 1"), "ambix:").unwrap();
        assert_eq!(pieces.len(), 2, "{pieces:?}");
        let postgres = Postgres::default();
        for body in [
            "CREATE FUNCTION f(a int) RETURNS int BEGIN ATOMIC SELECT CASE a WHEN 1 THEN 2 END; SELECT 1; END",
            "CREATE OR REPLACE PROCEDURE p() LANGUAGE plpgsql AS $b$ BEGIN COMMIT; END $b$",
            "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2)",
            "SELECT E'it\\'s;', 'back\\', $$;$$, \"a;\", U&'d\\0061;' /* a /* nested; */ comment; */",
        ] {
            let text = format!("{body}; SELECT 1;");
            let pieces = postgres.cut(&text, "ambix:").unwrap();
            let found: Vec<&str> = pieces.into_iter().map(|piece| &text[piece.range]).collect();
            assert_eq!(found.len(), 2, "{found:?}");
            assert!(body.starts_with(found[0]), "{found:?}");
        }
    }

    #[test]
    fn what_only_a_client_knows_is_refused_where_it_stands() {
        let refused = |dialect: &dyn Dialect, text: &str| {
            let uncut = dialect.cut(text, "ambix:").unwrap_err();
            assert!(uncut.help.is_some() || uncut.message.starts_with("this is not SQL"), "{uncut:?}");
            text[uncut.range].to_owned()
        };
        let (postgres, mysql, sqlite) = (Postgres::default(), Mysql::default(), Sqlite::default());
        assert_eq!(refused(&postgres, "SELECT 1;\n\\connect x\nSELECT 1"), "\\connect x");
        let rows = "copy t (a) from stdin;\n1\n\\.\n";
        assert_eq!(refused(&postgres, rows), "copy t (a) from stdin;");
        assert_eq!(refused(&mysql, "SELECT 1;\nDELIMITER //\n"), "DELIMITER //");
        assert_eq!(refused(&sqlite, ".read x\n"), ".read x");
        assert_eq!(refused(&sqlite, "é 'open"), "'");
        assert!(postgres.cut("COPY t FROM '/tmp/x'; SELECT 'from stdin'", "ambix:").is_ok());
    }

    #[test]
    fn what_may_change_the_schema_is_told_by_its_words() {
        let postgres = Postgres::default();
        for text in [
            "CREATE TABLE t (a int)",
            "CREATE TABLE trigger_log (function int)",
            "INSERT INTO t VALUES (1); ALTER TABLE t ADD b int",
            "SELECT 1 AS a INTO t",
            "DO $$ BEGIN END $$",
            "COMMENT ON TABLE t IS ''",
            "'open",
        ] {
            assert!(postgres.may_change_schema(text), "{text}");
        }
        for text in [
            "UPDATE t SET a = 1; SELECT 1",
            "WITH a AS (INSERT INTO t VALUES (1) RETURNING a) SELECT * FROM a",
            "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "DROP TRIGGER a ON t",
            "CREATE DEFINER = me TRIGGER a",
            "GRANT SELECT ON t TO me",
            "",
        ] {
            assert!(!postgres.may_change_schema(text), "{text}");
        }
    }

    #[test]
    fn bodies_of_mysql_end_where_they_end() {
        let found = |text| Mysql::default().transaction_statement(text);
        for text in [
            "CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW BEGIN IF NEW.x > 1 THEN SET NEW.x = 1; END IF; SET NEW.y = 2; END",
            "CREATE PROCEDURE p() BEGIN CASE x WHEN 1 THEN SELECT 1; END CASE; WHILE x DO SET x = 0; END WHILE; END; SELECT 1",
            "BEGIN NOT ATOMIC SELECT 1; END",
            "INSERT INTO `commit` VALUES ('it\\'s; COMMIT')",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
        let after = "CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.x = 1; END; COMMIT";
        assert_eq!(found(after).as_deref(), Some("COMMIT"));
    }

    #[test]
    fn what_only_touches_rows_is_told_by_its_first_words() {
        for text in [
            "INSERT INTO t VALUES (';')",
            "-- why\nUPDATE t SET a = 1; /* and */ delete from t;\n",
            "(SELECT 1) UNION (SELECT 2)",
            "",
        ] {
            assert!(Mysql::default().only_rows(text), "{text}");
        }
        for text in
            ["ALTER TABLE t ADD x int", "INSERT INTO t VALUES (1); TRUNCATE t", "CALL p()", "SET @a = 1", "'"]
        {
            assert!(!Mysql::default().only_rows(text), "{text}");
        }
    }
}
