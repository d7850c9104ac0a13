//! Where statements that run outside a transaction leave their traces on PostgreSQL.

use ambix_schema::TableName;
use sqlparser::dialect::PostgreSqlDialect;

use crate::trace::{Reader, Trace, parts};

/// The trace of one statement by hand.
pub(super) fn of_sql(sql: &str) -> Trace {
    let parts = parts(sql, &PostgreSqlDialect {});
    let mut reader = Reader::new(&parts, true);
    if reader.take("VACUUM") || reader.take("ANALYZE") {
        return Trace::Repeatable(Vec::new());
    }
    if reader.take("REINDEX") {
        return Trace::Repeatable(reindexed(&mut reader));
    }
    let relations = if reader.take("CREATE") {
        reader.take("UNIQUE");
        if reader.take_all(&["INDEX", "CONCURRENTLY"]) { created(&mut reader) } else { Vec::new() }
    } else if reader.take_all(&["DROP", "INDEX", "CONCURRENTLY"]) {
        reader.take_all(&["IF", "EXISTS"]);
        reader.names()
    } else {
        Vec::new()
    };
    if relations.is_empty() { Trace::Unseen } else { Trace::In(relations) }
}

/// The index, when it has a name, in the namespace of its table; and the table.
fn created(reader: &mut Reader<'_>) -> Vec<TableName> {
    reader.take_all(&["IF", "NOT", "EXISTS"]);
    let mut relations = Vec::new();
    if !reader.take("ON") {
        relations.extend(reader.name());
        if !reader.take("ON") {
            return Vec::new();
        }
    }
    reader.take("ONLY");
    let Some(table) = reader.name() else { return Vec::new() };
    for index in &mut relations {
        index.namespace.clone_from(&table.namespace);
    }
    relations.push(table);
    relations
}

/// What is built anew: an interrupted run leaves an invalid copy of each index behind.
fn reindexed(reader: &mut Reader<'_>) -> Vec<TableName> {
    if reader.take_sign("(") {
        while !reader.take_sign(")") {
            if !reader.step() {
                return Vec::new();
            }
        }
    }
    let is_of_one = reader.take("INDEX") || reader.take("TABLE");
    reader.take("CONCURRENTLY");
    if is_of_one { reader.name().into_iter().collect() } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace(sql: &str) -> (bool, Vec<String>) {
        let names = |relations: Vec<TableName>| relations.iter().map(ToString::to_string).collect();
        match of_sql(sql) {
            Trace::In(relations) => (false, names(relations)),
            Trace::Repeatable(relations) => (true, names(relations)),
            Trace::Session | Trace::Unseen => (false, Vec::new()),
        }
    }

    #[test]
    fn indexes_are_found_where_they_will_be() {
        for (sql, repeats, names) in [
            ("create index concurrently IX on app.T (a)", false, vec!["app.ix", "app.t"]),
            ("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"Ix\" ON ONLY t (a)", false, vec!["Ix", "t"]),
            ("CREATE INDEX CONCURRENTLY ON t (a)", false, vec!["t"]),
            ("DROP INDEX CONCURRENTLY IF EXISTS a, app.b", false, vec!["a", "app.b"]),
            ("REINDEX (VERBOSE, CONCURRENTLY) TABLE t", true, vec!["t"]),
            ("REINDEX INDEX CONCURRENTLY ix", true, vec!["ix"]),
            ("REINDEX SCHEMA app", true, vec![]),
            ("VACUUM FULL t", true, vec![]),
            ("CREATE DATABASE x", false, vec![]),
            ("ALTER TABLE t DETACH PARTITION p CONCURRENTLY", false, vec![]),
        ] {
            assert_eq!(trace(sql), (repeats, names.into_iter().map(str::to_owned).collect()), "{sql}");
        }
    }
}
