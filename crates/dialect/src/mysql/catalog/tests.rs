//! Rows as the servers answer, read one by one.

use ambix_schema::{Address, Column, ColumnDefault, Kind, Literal, Object, Schema, TableName, Type};

use super::*;
use crate::mysql::{Flavour, Mysql};
use crate::{CatalogRows, Dialect, normalize};

/// Answers by query, a cell each in the order of its columns.
fn schema(flavour: Flavour, answers: &[(&str, &[&[Option<&str>]])]) -> Schema {
    let mysql = Mysql::new(flavour, Mysql::default_version(flavour), "app");
    let mut rows = CatalogRows::default();
    for (name, cells) in answers {
        let query = mysql.catalog().iter().find(|query| query.name == *name).unwrap();
        let cells =
            cells.iter().map(|row| row.iter().map(|cell| cell.map(str::to_owned)).collect()).collect();
        rows.insert(query, cells);
    }
    let schema = read(&mysql, &rows).unwrap();
    normalize(schema, &mysql).into_schema()
}

const TABLE: &[Option<&str>] = &[
    Some("app"),
    Some("t"),
    Some("BASE TABLE"),
    Some("InnoDB"),
    Some("utf8_general_ci"),
    Some("row_format=COMPRESSED partitioned"),
    Some(""),
];

fn row<'a>(name: &'a str, ty: &'a str, default: Option<&'a str>, extra: &'a str) -> [Option<&'a str>; 12] {
    [
        Some("app"),
        Some("t"),
        Some(name),
        Some("1"),
        Some(ty),
        Some("YES"),
        default,
        Some(extra),
        None,
        Some(""),
        None,
        None,
    ]
}

fn column(flavour: Flavour, cells: [Option<&str>; 12]) -> Column {
    let schema = schema(flavour, &[("tables", &[TABLE]), ("columns", &[&cells])]);
    let found = schema.iter().find_map(|(_, object)| object.as_column().cloned());
    found.unwrap()
}

fn text(value: &str) -> ColumnDefault {
    ColumnDefault::Literal(Literal::Text(value.into()))
}

#[test]
fn every_query_is_bound_to_one_database() {
    for flavour in [Flavour::MariaDb, Flavour::MySql] {
        for query in queries(flavour) {
            assert!(query.takes_namespaces && query.sql.contains("_SCHEMA = ?"), "{}", query.name);
        }
    }
}

#[test]
fn defaults_are_sql_on_mariadb_and_bare_on_mysql() {
    let maria = |ty, default| column(Flavour::MariaDb, row("c", ty, Some(default), "")).default;
    assert_eq!(maria("varchar(9)", "NULL"), None);
    assert_eq!(maria("varchar(9)", "'NULL'"), Some(text("NULL")));
    assert_eq!(maria("varchar(9)", "'it''s \\\\'"), Some(text("it's \\")));
    assert_eq!(maria("int(11)", "5"), Some(ColumnDefault::Literal(Literal::Number("5".into()))));
    assert_eq!(maria("tinyint(1)", "1"), Some(ColumnDefault::Literal(Literal::Bool(true))));
    assert_eq!(
        maria("datetime", "current_timestamp()"),
        Some(ColumnDefault::Sql("current_timestamp()".into()))
    );
    let mysql = |ty, default, extra| column(Flavour::MySql, row("c", ty, Some(default), extra)).default;
    assert_eq!(mysql("varchar(9)", "NULL", ""), Some(text("NULL")));
    assert_eq!(mysql("varchar(9)", "it's \\", ""), Some(text("it's \\")));
    assert_eq!(mysql("text", "_utf8mb4\\'x\\'", "DEFAULT_GENERATED"), Some(text("x")));
    let lines = "_utf8mb4\\'a\\nb\\\\\\\\n\\'";
    assert_eq!(mysql("text", lines, "DEFAULT_GENERATED"), Some(text("a\nb\\n")));
    // Bytes of UTF-8, each told as a character; and a server that would tell them right.
    let told = "_utf8mb4\\'\u{c3}\u{a9}\u{f0}\u{9f}\u{a6}\u{80}\\'";
    assert_eq!(mysql("text", told, "DEFAULT_GENERATED"), Some(text("é🦀")));
    assert_eq!(mysql("text", "_utf8mb4\\'é\\'", "DEFAULT_GENERATED"), Some(text("é")));
    let clock = mysql("datetime", "CURRENT_TIMESTAMP", "DEFAULT_GENERATED on update CURRENT_TIMESTAMP");
    assert_eq!(clock, Some(ColumnDefault::Sql("current_timestamp()".into())));
}

#[test]
fn what_extra_says_is_read() {
    let extra = |extra| column(Flavour::MySql, row("c", "datetime(6)", None, extra));
    let updated = extra("on update CURRENT_TIMESTAMP(6)");
    assert_eq!(updated.on_update.unwrap().as_str(), "current_timestamp(6)");
    assert!(extra("INVISIBLE").options.contains_key("invisible"));
    let numbered = column(Flavour::MariaDb, row("c", "int(10) unsigned", None, "auto_increment"));
    assert!(numbered.identity.is_some() && !numbered.is_nullable);
    let compressed = column(Flavour::MariaDb, row("c", "text /*M!100301 COMPRESSED*/", None, ""));
    assert_eq!((compressed.ty, compressed.options.len()), (Type::Text, 1));
    let mut computed = row("c", "int(11)", None, "STORED GENERATED");
    computed[10] = Some("`a` * 2");
    assert!(column(Flavour::MariaDb, computed).generated.unwrap().is_stored);
}

#[test]
fn json_on_mariadb_is_a_checked_longtext() {
    let mut cells = row("j", "longtext", None, "");
    cells[8] = Some("utf8mb4_bin");
    let check: &[Option<&str>] =
        &[Some("app"), Some("t"), Some("j"), Some("Column"), Some("json_valid(`j`)"), Some("YES")];
    let read = |checks: &[&[Option<&str>]]| {
        schema(Flavour::MariaDb, &[("tables", &[TABLE]), ("columns", &[&cells]), ("checks", checks)])
    };
    let at = Address::column("t", "j");
    let with = read(&[check]);
    let json = with.get(&at).and_then(Object::as_column).unwrap();
    assert_eq!((&json.ty, &json.collation, json.options.len()), (&Type::Json, &None, 0));
    let without = read(&[]);
    let text = without.get(&at).and_then(Object::as_column).unwrap();
    assert_eq!(text.ty, Type::Other("longtext".into()));
    assert_eq!(text.collation.as_deref(), Some("utf8mb4_bin"));
}

#[test]
fn a_unique_index_is_a_constraint_only_when_it_is_plain() {
    let key = |index, prefix| {
        [
            Some("app"),
            Some("t"),
            Some(index),
            Some("0"),
            Some("a"),
            None,
            Some("A"),
            prefix,
            Some("BTREE"),
            Some(""),
            Some("NO"),
        ]
    };
    let (plain, prefixed, primary) = (key("u", None), key("p", Some("10")), key("PRIMARY", None));
    let schema =
        schema(Flavour::MariaDb, &[("tables", &[TABLE]), ("index_keys", &[&plain, &prefixed, &primary])]);
    assert!(schema.contains(&Address::part("t", Kind::Unique, "u")));
    assert!(schema.contains(&Address::primary_key("t")));
    let index = schema.get(&Address::part("t", Kind::Index, "p")).and_then(Object::as_index).unwrap();
    assert!(index.is_unique && index.keys[0].prefix == Some(10) && index.method.is_none());
}

#[test]
fn table_options_are_those_that_were_said() {
    let schema = schema(Flavour::MariaDb, &[("tables", &[TABLE])]);
    let table = schema.get(&Address::table("t")).and_then(Object::as_table).unwrap();
    let options: Vec<String> = table.options.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(options, ["collate=utf8mb3_general_ci", "engine=InnoDB", "row_format=COMPRESSED"]);
    assert_eq!(table.comment, None);
}

#[test]
fn other_things_are_seen_and_left_alone() {
    let thing = |name, ty| [Some("app"), Some(name), Some(ty), None, None, None, Some("")];
    let (sequence, versioned, view) =
        (thing("s", "SEQUENCE"), thing("v", "SYSTEM VERSIONED"), thing("w", "VIEW"));
    let schema = schema(
        Flavour::MariaDb,
        &[
            ("tables", &[&sequence, &versioned, &view]),
            ("columns", &[&row("a", "int(11)", None, "")]),
            (
                "views",
                &[&[
                    Some("app"),
                    Some("w"),
                    Some("select `app`.`t`.`a` AS `a` from `app`.`t`"),
                    Some("INVOKER"),
                    Some("LOCAL"),
                    Some("MERGE"),
                ]],
            ),
            (
                "triggers",
                &[&[Some("app"), Some("t"), Some("tr"), Some("BEFORE"), Some("INSERT"), Some("SET @a = 1")]],
            ),
            ("routines", &[&[Some("app"), Some("function"), Some("f"), None]]),
        ],
    );
    assert_eq!(schema.len(), 0);
    let seen: Vec<String> =
        schema.unmodelled.iter().map(|thing| format!("{} {}", thing.kind, thing.name)).collect();
    assert_eq!(seen, ["sequence s", "system-versioned table v", "view w", "trigger tr", "function f"]);
    assert_eq!(schema.unmodelled[3].on, Some(TableName::new("t")));
    let sql = |number: usize| schema.unmodelled[number].sql.as_deref();
    let view = "CREATE ALGORITHM = MERGE SQL SECURITY INVOKER VIEW `w` AS select `t`.`a` AS `a` from `t` WITH LOCAL CHECK OPTION";
    assert_eq!(sql(2), Some(view));
    assert_eq!(sql(3), Some("CREATE TRIGGER `tr` BEFORE INSERT ON `t` FOR EACH ROW SET @a = 1"));
}

#[test]
fn partitions_are_the_clause_behind_partition_by() {
    let part = |name, method, description, sub: Option<&'static str>| {
        let of_sub = sub.map(|_| "HASH");
        [
            Some("app"),
            Some("t"),
            Some(name),
            sub,
            Some(method),
            Some("`a`"),
            description,
            of_sub,
            sub.map(|_| "`b`"),
        ]
    };
    let clause = |rows: &[&[Option<&str>]]| {
        let schema = schema(Flavour::MariaDb, &[("tables", &[TABLE]), ("partitions", rows)]);
        schema.get(&Address::table("t")).and_then(Object::as_table).unwrap().partition_by.clone().unwrap()
    };
    let range = [part("p0", "RANGE", Some("10"), None), part("p1", "RANGE", Some("MAXVALUE"), None)];
    assert_eq!(
        clause(&[&range[0], &range[1]]),
        "RANGE (`a`) (PARTITION `p0` VALUES LESS THAN (10), PARTITION `p1` VALUES LESS THAN MAXVALUE)"
    );
    let sub = [part("p0", "LIST", Some("1,2"), Some("s0")), part("p0", "LIST", Some("1,2"), Some("s1"))];
    assert_eq!(
        clause(&[&sub[0], &sub[1]]),
        "LIST (`a`) SUBPARTITION BY HASH (`b`) (PARTITION `p0` VALUES IN (1,2) (SUBPARTITION `s0`, SUBPARTITION `s1`))"
    );
}
