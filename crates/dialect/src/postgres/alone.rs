//! Statements that the server refuses inside a transaction, generated or written by hand.

use ambix_schema::Object;

use super::by_hand::READING;
use crate::by_hand;
use crate::{Scope, Statement};

/// Where a statement runs.
pub(super) fn scope(statement: &Statement) -> Scope {
    let stands_alone = match statement {
        Statement::Create { object: Object::Index(index), .. }
        | Statement::Drop { object: Object::Index(index), .. } => index.concurrently.0,
        Statement::Sql(text) => by_hand::split(text, READING).iter().any(|one| stands_alone(one)),
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
    let statements = by_hand::split(text, READING);
    if statements.iter().any(|statement| stands_alone(statement)) {
        statements
    } else {
        vec![text.to_owned()]
    }
}

/// Whether one statement does, told by its bare words.
fn stands_alone(statement: &str) -> bool {
    let words = READING.words(statement, usize::MAX);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let has = |word| words.contains(&word);
    match words.as_slice() {
        ["CREATE", "UNIQUE", "INDEX", "CONCURRENTLY", ..]
        | ["CREATE" | "DROP", "INDEX", "CONCURRENTLY", ..]
        | ["CREATE" | "DROP", "DATABASE" | "TABLESPACE", ..]
        | ["ALTER", "SYSTEM", ..]
        | ["VACUUM", ..] => true,
        ["REINDEX", ..] => ["CONCURRENTLY", "DATABASE", "SCHEMA", "SYSTEM"].into_iter().any(has),
        ["ALTER", "TABLE", ..] => has("DETACH") && has("CONCURRENTLY"),
        _other => false,
    }
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
        assert_eq!(split(apart), ["UPDATE t SET a = 'é;'", "DROP INDEX CONCURRENTLY ix"]);
    }
}
