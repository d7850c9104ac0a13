//! What SQL by hand takes away, as far as its words tell: for protections, which hold for it as for operations.

use ambix_schema::{Address, Kind, Name, TableName};
use sqlparser::dialect::Dialect as Grammar;

use crate::trace::{Part, Reader, parts};

/// What a `DROP` names, by its word.
const KINDS: [(&str, Kind); 8] = [
    ("TABLE", Kind::Table),
    ("VIEW", Kind::View),
    ("SEQUENCE", Kind::Sequence),
    ("TYPE", Kind::Enum),
    ("DOMAIN", Kind::Domain),
    ("EXTENSION", Kind::Extension),
    ("SCHEMA", Kind::Namespace),
    ("DATABASE", Kind::Namespace),
];

/// What a table drops that is no column.
const NO_COLUMN: [&str; 9] =
    ["CONSTRAINT", "DEFAULT", "NOT", "PRIMARY", "FOREIGN", "CHECK", "PARTITION", "IDENTITY", "EXPRESSION"];

/// The objects that a text drops or empties. An index comes without its table where the statement names none.
pub(crate) fn dropped(text: &str, grammar: &dyn Grammar, folds: bool) -> Vec<Address> {
    let parts = parts(text, grammar);
    let mut found = Vec::new();
    for statement in parts.split(|part| part.is_sign(";")) {
        // Words behind it may be a statement of a body, or one that EXPLAIN or WITH precedes.
        if let Some(start) = statement.iter().position(begins) {
            found.extend(of_statement(&statement[start..], folds));
        }
    }
    found
}

fn begins(part: &Part) -> bool {
    ["DROP", "ALTER", "TRUNCATE"].into_iter().any(|word| part.is(word))
}

fn of_statement(statement: &[Part], folds: bool) -> Vec<Address> {
    let mut reader = Reader::new(statement, folds);
    if reader.take("TRUNCATE") {
        reader.take("TABLE");
        reader.take("ONLY");
        return reader.names().into_iter().map(Address::table).collect();
    }
    if reader.take("ALTER") {
        return of_alter(&mut reader);
    }
    if !reader.take("DROP") {
        return Vec::new();
    }
    reader.skip(&["MATERIALIZED", "FOREIGN", "TEMPORARY"]);
    if reader.take("INDEX") {
        reader.skip(&["CONCURRENTLY", "IF", "EXISTS"]);
        let names = reader.names();
        let table = if reader.take("ON") { reader.name() } else { None };
        return names.into_iter().map(|index| index_of(index, table.as_ref())).collect();
    }
    let Some((_, kind)) = KINDS.into_iter().find(|(word, _)| reader.take(word)) else { return Vec::new() };
    reader.take_all(&["IF", "EXISTS"]);
    let address = |name: TableName| {
        if kind == Kind::Namespace { Address::namespace(name.name) } else { Address::of(kind, name) }
    };
    reader.names().into_iter().map(address).collect()
}

fn of_alter(reader: &mut Reader<'_>) -> Vec<Address> {
    reader.skip(&["ONLINE", "OFFLINE", "IGNORE", "FOREIGN"]);
    if !reader.take("TABLE") {
        return Vec::new();
    }
    reader.skip(&["IF", "EXISTS", "ONLY"]);
    let Some(table) = reader.name() else { return Vec::new() };
    let mut found = Vec::new();
    while reader.skip_past("DROP") {
        if reader.take("INDEX") || reader.take("KEY") {
            reader.take_all(&["IF", "EXISTS"]);
            found.extend(reader.name().map(|index| index_of(index, Some(&table))));
        } else if !NO_COLUMN.into_iter().any(|word| reader.take(word)) {
            reader.take("COLUMN");
            reader.take_all(&["IF", "EXISTS"]);
            found.extend(reader.name().map(|column| Address::column(&table, column.name)));
        }
    }
    found
}

fn index_of(index: TableName, table: Option<&TableName>) -> Address {
    match table {
        Some(table) => Address::part(table, Kind::Index, index.name),
        None => {
            Address { namespace: index.namespace, table: None::<Name>, kind: Kind::Index, name: index.name }
        }
    }
}

#[cfg(test)]
mod tests {
    use sqlparser::dialect::{MySqlDialect, PostgreSqlDialect, SQLiteDialect};

    use super::*;

    fn names(text: &str, grammar: &dyn Grammar) -> Vec<String> {
        dropped(text, grammar, true).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_a_text_takes_away_is_named() {
        for (text, wanted) in [
            ("DROP TABLE results", vec!["table results"]),
            ("SELECT 1; drop /* x */ table if exists a, \"B\".c cascade", vec!["table a", "table B.c"]),
            ("TRUNCATE TABLE ONLY results", vec!["table results"]),
            (
                "ALTER TABLE app.t ADD x int, DROP COLUMN IF EXISTS y, DROP CONSTRAINT z",
                vec!["column app.t.y"],
            ),
            ("DROP MATERIALIZED VIEW v", vec!["view v"]),
            ("DROP SCHEMA app CASCADE", vec!["schema app"]),
            ("INSERT INTO t VALUES ('DROP TABLE results')", vec![]),
            ("-- DROP TABLE results\nSELECT 1", vec![]),
            ("DO $$ BEGIN DROP TABLE results; END $$", vec![]),
        ] {
            assert_eq!(names(text, &PostgreSqlDialect {}), wanted, "{text}");
        }
        assert_eq!(names("DROP TABLE `results`", &MySqlDialect {}), ["table results"]);
        assert_eq!(names("ALTER TABLE t DROP a, DROP KEY k", &MySqlDialect {}), ["column t.a", "index t.k"]);
        assert_eq!(names("DROP TABLE [results]", &SQLiteDialect {}), ["table results"]);
    }
}
