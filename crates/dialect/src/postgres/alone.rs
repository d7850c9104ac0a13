//! Statements that the server refuses inside a transaction, generated or written by hand.
#![expect(clippy::wildcard_enum_match_arm, reason = "sqlparser's tokens are open")]

use ambix_schema::Object;
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::tokenizer::{Location, Token, Tokenizer};

use crate::{Scope, Statement};

/// Where a statement runs.
pub(super) fn scope(statement: &Statement) -> Scope {
    let stands_alone = match statement {
        Statement::Create { object: Object::Index(index), .. }
        | Statement::Drop { object: Object::Index(index), .. } => index.concurrently.0,
        Statement::Sql(text) => statements(text).iter().any(ByHand::stands_alone),
        Statement::CreateTable(_)
        | Statement::RebuildTable { .. }
        | Statement::Create { .. }
        | Statement::Drop { .. }
        | Statement::Alter { .. }
        | Statement::AlterTable { .. }
        | Statement::Rename { .. }
        | Statement::Insert { .. } => false,
    };
    if stands_alone { Scope::Alone } else { Scope::Transaction }
}

/// The text as it is; or, when one of its statements stands alone, each of them: what is sent together
/// is one transaction to the server.
pub(super) fn split(text: &str) -> Vec<String> {
    let statements = statements(text);
    if statements.iter().any(ByHand::stands_alone) {
        statements.into_iter().map(|statement| statement.text).collect()
    } else {
        vec![text.to_owned()]
    }
}

/// One statement of a text.
struct ByHand {
    text: String,
    /// Its bare words in capitals, strings and quoted names left out.
    words: Vec<String>,
}

impl ByHand {
    fn stands_alone(&self) -> bool {
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        let has = |word| words.contains(&word);
        match words.as_slice() {
            ["CREATE", "UNIQUE", "INDEX", "CONCURRENTLY", ..]
            | ["CREATE" | "DROP", "INDEX", "CONCURRENTLY", ..]
            | ["CREATE" | "DROP", "DATABASE" | "TABLESPACE", ..]
            | ["ALTER", "SYSTEM", ..]
            | ["VACUUM", ..] => true,
            ["REINDEX", ..] => ["CONCURRENTLY", "DATABASE", "SCHEMA", "SYSTEM"].into_iter().any(has),
            ["ALTER", "TABLE", ..] => has("DETACH") && has("CONCURRENTLY"),
            _ => false,
        }
    }
}

/// The statements of a text; none when it cannot be read, and the server is left to say what is wrong.
fn statements(text: &str) -> Vec<ByHand> {
    let Ok(tokens) = Tokenizer::new(&PostgreSqlDialect {}, text).tokenize_with_location() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut words = Vec::new();
    let mut from = 0;
    let mut finish = |from: usize, to: usize, words: Vec<String>| {
        let text = text[from..to].trim();
        // Comments behind the last semicolon are nothing to send.
        if !words.is_empty() {
            found.push(ByHand { text: text.to_owned(), words });
        }
    };
    for token in &tokens {
        match &token.token {
            Token::SemiColon => {
                let at = offset(text, token.span.start);
                finish(from, at, std::mem::take(&mut words));
                from = at + 1;
            }
            Token::Word(word) if word.quote_style.is_none() => words.push(word.value.to_uppercase()),
            _ => {}
        }
    }
    finish(from, text.len(), words);
    found
}

/// The byte a location stands for.
fn offset(text: &str, at: Location) -> usize {
    let index = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
    let mut lines = text.split_inclusive('\n');
    let before: usize = lines.by_ref().take(index(at.line)).map(str::len).sum();
    let line = lines.next().unwrap_or_default();
    before + line.char_indices().nth(index(at.column)).map_or(line.len(), |(byte, _)| byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope_of(text: &str) -> Scope {
        scope(&Statement::Sql(text.to_owned()))
    }

    #[test]
    fn what_the_server_refuses_in_a_transaction_stands_alone() {
        for text in [
            "create index concurrently if not exists ix on t (a)",
            "/* why */ CREATE UNIQUE INDEX\n CONCURRENTLY ix ON t (a);",
            "DROP INDEX CONCURRENTLY ix",
            "REINDEX TABLE CONCURRENTLY t",
            "REINDEX (VERBOSE) SCHEMA app",
            "VACUUM FULL t",
            "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
        ] {
            assert_eq!(scope_of(text), Scope::Alone, "{text}");
        }
        for text in [
            "CREATE INDEX ix ON t (a)",
            "CREATE INDEX \"concurrently\" ON t (a)",
            "SELECT 'CREATE INDEX CONCURRENTLY ix ON t (a)'",
            "-- DROP INDEX CONCURRENTLY ix\nSELECT 1",
            "DO $$ BEGIN PERFORM 1; VACUUM; END $$",
            "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
            "SELECT 'not closed",
        ] {
            assert_eq!(scope_of(text), Scope::Transaction, "{text}");
        }
    }

    #[test]
    fn a_text_is_taken_apart_only_where_it_must_be() {
        let together = "UPDATE t SET a = 'é;';\nUPDATE t SET b = 2;";
        assert_eq!(split(together), [together]);
        let apart = "UPDATE t SET a = 'é;';\n/* é */ DROP INDEX CONCURRENTLY ix; -- done\n";
        assert_eq!(split(apart), ["UPDATE t SET a = 'é;'", "/* é */ DROP INDEX CONCURRENTLY ix"]);
    }
}
