//! Hundreds of spellings that a server was told, and what it printed for each: both must meet in one text.

use ambix_schema::{Address, Column, ColumnDefault, Enum, Expr, Name, Object, Schema, Table, TableName, Type};

use super::{Grammar, Setting, canonical_expression_in};
use crate::{Dialect, Postgres};

const CHECKS: &str = include_str!("../../../../fixtures/expressions/postgres_checks.txt");
const DEFAULTS: &str = include_str!("../../../../fixtures/expressions/postgres_defaults.txt");
const INDEXES: &str = include_str!("../../../../fixtures/expressions/postgres_index.txt");

/// The pairs of a file: what was written, and what the server printed.
fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    std::iter::from_fn(move || {
        let written = lines.next()?;
        Some((written, lines.next().expect("what was printed follows").trim_start()))
    })
}

/// The columns of the table on which the pairs were recorded.
pub(super) fn column(name: &str) -> Option<Type> {
    let varchar = |length| Type::Varchar { length };
    let instant = |has_zone| Type::Timestamp { precision: None, has_zone };
    let other = |name: &str| Type::Other(name.to_owned());
    Some(match name {
        "age" | "a_null" | "order" | "MixedCase" | "value" => Type::Integer,
        "big" => Type::BigInt,
        "small" => Type::SmallInt,
        "price" => Type::Decimal { precision: Some(10), scale: Some(2) },
        "total" => Type::Decimal { precision: None, scale: None },
        "ratio" => Type::Double,
        "real_col" => Type::Real,
        "status" => varchar(Some(20)),
        "email" => varchar(Some(255)),
        "first" | "last" => varchar(None),
        "body" | "b_null" => Type::Text,
        "code" => Type::Char { length: 2 },
        "mood" => Type::Enum(TableName::new("mood")),
        "active" | "exists_flag" => Type::Boolean,
        "created_at" | "ts2" => instant(true),
        "ts" => instant(false),
        "born" => Type::Date,
        "tm" => Type::Time { precision: None, has_zone: false },
        "tz" => Type::Time { precision: None, has_zone: true },
        "data" => Type::Jsonb,
        "doc" => Type::Json,
        "tags" => Type::Array(Box::new(Type::Text)),
        "vtags" => Type::Array(Box::new(varchar(None))),
        "nums" => Type::Array(Box::new(Type::Integer)),
        "uid" => Type::Uuid,
        "ip" => Type::Inet,
        "net" => Type::Cidr,
        "span" => Type::Interval,
        "bin" => Type::Bytes,
        "cash" => other("money"),
        "vec" => other("tsvector"),
        "rng" => other("int4range"),
        "trng" => other("tstzrange"),
        "bits" => other("bit(3)"),
        "vbits" => other("bit varying(8)"),
        "pt" => other("point"),
        "addr" => other("mail"),
        "comp" => other("point2"),
        "ch" => other("\"char\""),
        "nm" => other("name"),
        "x" => other("xml"),
        _unknown => return None,
    })
}

fn canonical(text: &str) -> String {
    let default_namespace = Name::from("pairs");
    let setting =
        Setting { grammar: Grammar::Postgres, default_namespace: &default_namespace, columns: Some(&column) };
    canonical_expression_in(text, &setting)
}

fn canonical_default(ty: &str, text: &str) -> Option<ColumnDefault> {
    let postgres = Postgres::new((15, 0), "pairs");
    let at = Address::column("d", "c");
    let ty = postgres.parse_type(ty);
    let column =
        Column { default: Some(ColumnDefault::Sql(Expr::from(text))), ..Column::new(ty) };
    let mut whole = Schema::new();
    whole.insert(Address::of(ambix_schema::Kind::Enum, &TableName::new("mood")), Enum::default());
    whole.insert(Address::table("d"), Table::default());
    match postgres.canonical(&at, column.into(), &whole) {
        Some(Object::Column(column)) => column.default,
        other => panic!("a column stays one: {other:?}"),
    }
}

/// What stays apart, which only the server can bring together.
fn apart(pairs: impl Iterator<Item = (String, String, String)>) -> String {
    pairs
        .filter(|(_, written, printed)| written != printed)
        .map(|(text, written, printed)| format!("{text}\n    {written}\n    {printed}\n"))
        .collect()
}

#[test]
fn checks_meet() {
    let pairs = pairs(CHECKS).map(|(written, printed)| (written.to_owned(), canonical(written), canonical(printed)));
    let found = apart(pairs);
    assert_eq!(found, "", "{} stay apart", found.lines().count() / 3);
}

#[test]
fn index_expressions_meet() {
    let pairs = pairs(INDEXES).map(|(written, printed)| (written.to_owned(), canonical(written), canonical(printed)));
    let found = apart(pairs);
    assert_eq!(found, "", "{} stay apart", found.lines().count() / 3);
}

#[test]
fn defaults_meet() {
    let found = apart(pairs(DEFAULTS).map(|(written, printed)| {
        let (ty, text) = written.split_once('\t').expect("a type stands before a default");
        let spelled = |text| format!("{:?}", canonical_default(ty, text));
        (written.to_owned(), spelled(text), spelled(printed))
    }));
    assert_eq!(found, "", "{} stay apart", found.lines().count() / 3);
}

#[test]
fn a_second_time_changes_nothing() {
    for (written, printed) in pairs(CHECKS).chain(pairs(INDEXES)) {
        for text in [written, printed] {
            let once = canonical(text);
            assert_eq!(canonical(&once), once, "{text}");
        }
    }
}
