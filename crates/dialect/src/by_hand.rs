//! SQL by hand that would end the transaction it is to run in.
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
        let words: Vec<String> = statement
            .iter()
            .filter_map(|token| match token {
                Token::Word(word) if word.quote_style.is_none() => Some(word.value.to_uppercase()),
                _ => None,
            })
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let found = match words.as_slice() {
            ["COMMIT", "PREPARED", ..] | ["ROLLBACK", "TO", ..] | ["ROLLBACK", _, "TO", ..] => None,
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
        let opens_body = words.first() == Some(&"CREATE") && words.contains(&"BEGIN");
        if opens_body || open > 0 {
            let count = |wanted: &[&str]| words.iter().filter(|word| wanted.contains(word)).count();
            open = (open + count(&["BEGIN", "CASE"])).saturating_sub(count(&["END"]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use sqlparser::dialect::{PostgreSqlDialect, SQLiteDialect};

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
}
