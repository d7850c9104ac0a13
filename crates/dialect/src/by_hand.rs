//! SQL by hand: whether it would end the transaction it is to run in, and whether it leaves the schema alone.
#![expect(clippy::wildcard_enum_match_arm, reason = "sqlparser's tokens are open")]

use sqlparser::dialect::Dialect as Grammar;
use sqlparser::tokenizer::{Token, Tokenizer};

/// The statement of a text that begins or ends a transaction, by its first words; `None` when there is
/// none, or the text cannot be read and the server is left to say what is wrong.
pub(crate) fn transaction_statement(text: &str, grammar: &dyn Grammar) -> Option<String> {
    let tokens = Tokenizer::new(grammar, text).tokenize().ok()?;
    // How many BEGIN and CASE of a trigger's or function's body wait for their END.
    let mut open = 0_usize;
    for statement in tokens.split(|token| *token == Token::SemiColon) {
        let words = words(statement);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let found = match words.as_slice() {
            ["COMMIT", "PREPARED", ..]
            | ["ROLLBACK", "TO", ..]
            | ["ROLLBACK", _, "TO", ..]
            | ["BEGIN", "NOT", "ATOMIC", ..] => None,
            [word @ ("COMMIT" | "ROLLBACK" | "ABORT"), ..] => Some(*word),
            ["START", "TRANSACTION", ..] => Some("START TRANSACTION"),
            // A trigger's or a function's body has its own BEGIN and END.
            ["BEGIN", ..] if open == 0 => Some("BEGIN"),
            ["END"] | ["END", "TRANSACTION" | "WORK", ..] if open == 0 => Some("END"),
            _ => None,
        };
        if let Some(found) = found {
            return Some(found.to_owned());
        }
        let is_body = words.first() == Some(&"CREATE") && words.contains(&"BEGIN");
        if is_body || words.starts_with(&["BEGIN", "NOT", "ATOMIC"]) || open > 0 {
            open = (open + blocks_opened(&words)).saturating_sub(blocks_closed(&words));
        }
    }
    None
}

/// Whether each statement of a text only reads or writes rows, told by its first word. A text that cannot
/// be read is taken for more.
pub(crate) fn only_rows(text: &str, grammar: &dyn Grammar) -> bool {
    const ROWS: [&str; 8] = ["SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH", "VALUES", "TABLE"];
    let Ok(tokens) = Tokenizer::new(grammar, text).tokenize() else { return false };
    tokens
        .split(|token| *token == Token::SemiColon)
        .filter(|statement| !statement.iter().all(|token| matches!(token, Token::Whitespace(_))))
        .all(|statement| words(statement).first().is_some_and(|word| ROWS.contains(&word.as_str())))
}

/// The words of a statement that are no quoted names, in capitals.
fn words(statement: &[Token]) -> Vec<String> {
    statement
        .iter()
        .filter_map(|token| match token {
            Token::Word(word) if word.quote_style.is_none() => Some(word.value.to_uppercase()),
            _ => None,
        })
        .collect()
}

fn blocks_opened(words: &[&str]) -> usize {
    // The CASE of `END CASE` opens nothing.
    let before = std::iter::once(&"").chain(words);
    before.zip(words).filter(|(before, word)| matches!(**word, "BEGIN" | "CASE") && **before != "END").count()
}

fn blocks_closed(words: &[&str]) -> usize {
    // `END IF` and its like close what opened without a word that is counted.
    let after = words.iter().skip(1).chain(std::iter::once(&""));
    let is_end = |(word, after): &(&&str, &&str)| {
        **word == "END" && !matches!(**after, "IF" | "LOOP" | "WHILE" | "REPEAT" | "FOR")
    };
    words.iter().zip(after).filter(is_end).count()
}

#[cfg(test)]
mod tests {
    use sqlparser::dialect::{MySqlDialect, PostgreSqlDialect, SQLiteDialect};

    use super::*;

    #[test]
    fn what_ends_a_transaction_is_found() {
        let found = |text| {
            let both = [
                transaction_statement(text, &PostgreSqlDialect {}),
                transaction_statement(text, &SQLiteDialect {}),
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
            "CREATE TRIGGER a AFTER INSERT ON t BEGIN UPDATE t SET a = CASE b WHEN 1 THEN 2 END; DELETE FROM u; END;",
            "CREATE TABLE \"commit\" (a int)",
            "UPDATE t SET a = 'not closed",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
        let body = "DO $$ BEGIN PERFORM 1; COMMIT; END $$";
        assert_eq!(transaction_statement(body, &PostgreSqlDialect {}), None);
    }

    #[test]
    fn bodies_of_mysql_end_where_they_end() {
        let found = |text| transaction_statement(text, &MySqlDialect {});
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
            assert!(only_rows(text, &MySqlDialect {}), "{text}");
        }
        for text in
            ["ALTER TABLE t ADD x int", "INSERT INTO t VALUES (1); TRUNCATE t", "CALL p()", "SET @a = 1", "'"]
        {
            assert!(!only_rows(text, &MySqlDialect {}), "{text}");
        }
    }
}
