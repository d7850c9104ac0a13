//! Where statements by hand leave their traces on MariaDB and MySQL.

use ambix_schema::TableName;
use sqlparser::dialect::MySqlDialect;

use crate::trace::{Reader, Trace, parts};

/// The trace of one statement by hand.
pub(super) fn of_sql(sql: &str) -> Trace {
    let parts = parts(sql, &MySqlDialect {});
    let mut reader = Reader::new(&parts, false);
    let relations = if reader.take("CREATE") {
        created(&mut reader)
    } else if reader.take("ALTER") {
        altered(&mut reader)
    } else if reader.take("DROP") {
        dropped(&mut reader)
    } else if reader.take_all(&["RENAME", "TABLE"]) {
        renamed(&mut reader)
    } else {
        let harmless = ["TRUNCATE", "OPTIMIZE", "ANALYZE", "CHECK", "REPAIR", "FLUSH"];
        if harmless.into_iter().any(|word| reader.take(word)) {
            return Trace::Repeatable(Vec::new());
        }
        if reader.take("SET") && !reader.take("GLOBAL") && !reader.take("PERSIST") {
            return Trace::Session;
        }
        Vec::new()
    };
    if relations.is_empty() { Trace::Unseen } else { Trace::In(relations) }
}

fn created(reader: &mut Reader<'_>) -> Vec<TableName> {
    reader.take_all(&["OR", "REPLACE"]);
    if reader.take("TEMPORARY") {
        return Vec::new();
    }
    reader.skip(&["UNIQUE", "FULLTEXT", "SPATIAL", "ONLINE", "OFFLINE"]);
    if reader.take("INDEX") {
        return if reader.skip_past("ON") { reader.name().into_iter().collect() } else { Vec::new() };
    }
    if reader.take("TABLE") {
        reader.take_all(&["IF", "NOT", "EXISTS"]);
        return reader.name().into_iter().collect();
    }
    // What may stand before VIEW, TRIGGER, PROCEDURE and FUNCTION holds names of users.
    for word in ["VIEW", "TRIGGER", "PROCEDURE", "FUNCTION"] {
        let mut ahead = reader.again();
        if ahead.skip_past(word) {
            ahead.take_all(&["IF", "NOT", "EXISTS"]);
            return ahead.name().into_iter().collect();
        }
    }
    Vec::new()
}

fn altered(reader: &mut Reader<'_>) -> Vec<TableName> {
    reader.skip(&["ONLINE", "OFFLINE", "IGNORE"]);
    if !reader.take("TABLE") {
        return if reader.skip_past("VIEW") { reader.name().into_iter().collect() } else { Vec::new() };
    }
    reader.take_all(&["IF", "EXISTS"]);
    let mut names: Vec<TableName> = reader.name().into_iter().collect();
    let mut ahead = reader.again();
    while ahead.skip_past("RENAME") {
        if !["COLUMN", "INDEX", "KEY"].into_iter().any(|word| ahead.take(word)) {
            ahead.skip(&["TO", "AS"]);
            names.extend(ahead.name());
        }
    }
    names
}

fn dropped(reader: &mut Reader<'_>) -> Vec<TableName> {
    if reader.take("INDEX") {
        return if reader.skip_past("ON") { reader.name().into_iter().collect() } else { Vec::new() };
    }
    if reader.take("TEMPORARY") {
        return Vec::new();
    }
    if !["TABLE", "VIEW", "TRIGGER", "PROCEDURE", "FUNCTION"].into_iter().any(|word| reader.take(word)) {
        return Vec::new();
    }
    reader.take_all(&["IF", "EXISTS"]);
    reader.names()
}

fn renamed(reader: &mut Reader<'_>) -> Vec<TableName> {
    let mut names = Vec::new();
    while let Some(from) = reader.name() {
        names.push(from);
        if !reader.take("TO") {
            return Vec::new();
        }
        names.extend(reader.name());
        if !reader.take_sign(",") {
            break;
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relations(sql: &str) -> Vec<String> {
        match of_sql(sql) {
            Trace::In(relations) => relations.iter().map(ToString::to_string).collect(),
            Trace::Repeatable(_) | Trace::Session | Trace::Unseen => Vec::new(),
        }
    }

    #[test]
    fn the_relations_that_a_statement_changes_are_known() {
        for (sql, names) in [
            ("create table if not exists `a``b` (id int)", vec!["a`b"]),
            ("CREATE OR REPLACE TABLE app.t (id int)", vec!["app.t"]),
            ("/* why */ ALTER ONLINE TABLE t ADD x int, RENAME COLUMN a TO b", vec!["t"]),
            ("ALTER TABLE t RENAME TO u", vec!["t", "u"]),
            ("DROP TABLE IF EXISTS a, b.c", vec!["a", "b.c"]),
            ("CREATE UNIQUE INDEX ix ON t (a)", vec!["t"]),
            ("DROP INDEX ix ON t", vec!["t"]),
            ("RENAME TABLE a TO b, c TO d", vec!["a", "b", "c", "d"]),
            ("CREATE ALGORITHM=MERGE DEFINER=`me`@`%` VIEW v AS SELECT 1", vec!["v"]),
            ("CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1", vec!["tr"]),
            ("DROP PROCEDURE IF EXISTS p", vec!["p"]),
        ] {
            assert_eq!(relations(sql), names, "{sql}");
        }
    }

    #[test]
    fn what_leaves_no_trace_says_so() {
        for sql in
            ["CALL p()", "GRANT ALL ON t TO u", "CREATE TEMPORARY TABLE t (a int)", "SET GLOBAL a = 1", "'"]
        {
            assert_eq!(of_sql(sql), Trace::Unseen, "{sql}");
        }
        assert_eq!(of_sql("SET foreign_key_checks = 0"), Trace::Session);
        assert_eq!(of_sql("OPTIMIZE TABLE t"), Trace::Repeatable(Vec::new()));
    }
}
