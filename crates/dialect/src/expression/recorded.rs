//! Hundreds of spellings that a server was told, and what it printed for each: both must meet in one text.
#![expect(clippy::wildcard_enum_match_arm, reason = "sqlparser's tokens are open-ended")]

use std::fmt::Write as _;

use ambix_schema::{
    Address, Column, ColumnDefault, Enum, Expr, Name, Object, Schema, Table, TableName, Type,
};

use sqlparser::dialect::{Dialect as SqlDialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::tokenizer::{Token, Tokenizer};

use super::{Grammar, Setting, canonical_expression, canonical_expression_in};
use crate::{Dialect, Flavour, Mysql, Postgres};

const CHECKS: &str = include_str!("../../../../fixtures/expressions/postgres_checks.txt");
const DEFAULTS: &str = include_str!("../../../../fixtures/expressions/postgres_defaults.txt");
const INDEXES: &str = include_str!("../../../../fixtures/expressions/postgres_index.txt");

const MARIADB_CHECKS: &str = include_str!("../../../../fixtures/expressions/mariadb_more_checks.txt");
const MARIADB_DEFAULTS: &str = include_str!("../../../../fixtures/expressions/mariadb_defaults.txt");

/// What was written and what the server printed for it.
struct Pair {
    written: &'static str,
    printed: &'static str,
    /// Whether only the server can tell that the two are one.
    is_for_server: bool,
}

fn pairs(text: &'static str) -> impl Iterator<Item = Pair> {
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    std::iter::from_fn(move || {
        let line = lines.next()?;
        let printed = lines.next().expect("what was printed follows").trim_start();
        let (written, is_for_server) = line.strip_prefix("? ").map_or((line, false), |line| (line, true));
        Some(Pair { written, printed, is_for_server })
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

fn canonical_default(dialect: &dyn Dialect, ty: &str, text: &str) -> Option<ColumnDefault> {
    let at = Address::column("d", "c");
    let ty = dialect.parse_type(ty);
    let column = Column { default: Some(ColumnDefault::Sql(Expr::from(text))), ..Column::new(ty) };
    let mut whole = Schema::new();
    whole.insert(Address::of(ambix_schema::Kind::Enum, TableName::new("mood")), Enum::default());
    whole.insert(Address::table("d"), Table::default());
    match dialect.canonical(&at, column.into(), &whole) {
        Some(Object::Column(column)) => column.default,
        other => panic!("a column stays one: {other:?}"),
    }
}

/// The pairs that do not come out as they are marked.
fn wrong(pairs: impl Iterator<Item = Pair>, spelled: impl Fn(&str, &str) -> [String; 2]) -> String {
    pairs
        .filter_map(|Pair { written, printed, is_for_server }| {
            let [one, other] = spelled(written, printed);
            ((one == other) == is_for_server).then(|| format!("{written}\n    {one}\n    {other}\n"))
        })
        .collect()
}

#[test]
fn checks_meet() {
    let found = wrong(pairs(CHECKS), |written, printed| [canonical(written), canonical(printed)]);
    assert!(found.is_empty(), "{found}");
}

#[test]
fn index_expressions_meet() {
    let found = wrong(pairs(INDEXES), |written, printed| {
        // A collation is told apart from the expression.
        let written = canonical(written);
        let written = written.strip_suffix(" COLLATE \"C\"").map_or(written.clone(), str::to_owned);
        [written, canonical(printed)]
    });
    assert!(found.is_empty(), "{found}");
}

#[test]
fn defaults_meet() {
    let found = wrong(pairs(DEFAULTS), |written, printed| {
        let (ty, text) = written.split_once('\t').expect("a type stands before a default");
        [text, printed]
            .map(|text| format!("{:?}", canonical_default(&Postgres::new((15, 0), "pairs"), ty, text)))
    });
    assert!(found.is_empty(), "{found}");
}

/// An expression in MariaDB's one spelling.
fn mariadb(text: &str) -> String {
    let default_namespace = Name::from("pairs");
    let setting = Setting { grammar: Grammar::Mysql, default_namespace: &default_namespace, columns: None };
    canonical_expression_in(text, &setting)
}

#[test]
fn checks_of_mariadb_meet() {
    let found = wrong(pairs(MARIADB_CHECKS), |written, printed| [mariadb(written), mariadb(printed)]);
    assert!(found.is_empty(), "{found}");
}

#[test]
fn defaults_of_mariadb_meet() {
    let dialect = Mysql::new(Flavour::MariaDb, (10, 11), "pairs");
    let found = wrong(pairs(MARIADB_DEFAULTS), |written, printed| {
        let (ty, text) = written.split_once('\t').expect("a type stands before a default");
        [text, printed].map(|text| format!("{:?}", canonical_default(&dialect, ty, text)))
    });
    assert!(found.is_empty(), "{found}");
}

#[test]
fn a_second_time_changes_nothing() {
    for Pair { written, printed, .. } in pairs(MARIADB_CHECKS) {
        for text in [written, printed] {
            let once = mariadb(text);
            assert_eq!(mariadb(&once), once, "{text}");
        }
    }
    for Pair { written, printed, .. } in pairs(CHECKS).chain(pairs(INDEXES)) {
        for text in [written, printed] {
            let once = canonical(text);
            assert_eq!(canonical(&once), once, "{text}");
        }
    }
}

/// Another word or sign in the place of one, which says something else.
fn altered(token: &Token) -> Option<String> {
    const OTHERS: [(&str, &str); 23] = [
        ("age", "a_null"),
        ("body", "b_null"),
        ("price", "total"),
        ("status", "email"),
        ("first", "last"),
        ("created_at", "ts2"),
        ("active", "exists_flag"),
        ("tags", "vtags"),
        ("lower", "upper"),
        ("ltrim", "rtrim"),
        ("coalesce", "nullif"),
        ("greatest", "least"),
        ("length", "char_length"),
        ("floor", "ceil"),
        ("and", "or"),
        ("or", "and"),
        ("true", "false"),
        ("any", "all"),
        ("day", "month"),
        ("year", "month"),
        ("not", " "),
        ("like", "ilike"),
        ("date_trunc", "date_part"),
    ];
    Some(match token {
        Token::Word(word) if word.quote_style.is_none() => {
            let lower = word.value.to_ascii_lowercase();
            OTHERS.iter().find(|(from, _)| *from == lower).map(|(_, to)| (*to).to_owned())?
        }
        Token::Word(word) => format!("\"{}_\"", word.value),
        Token::Number(digits, _) => format!("{digits}1"),
        Token::SingleQuotedString(text) => format!("'{text}1'"),
        Token::Eq => "<>".to_owned(),
        Token::Neq => "=".to_owned(),
        Token::Lt => "<=".to_owned(),
        Token::LtEq => "<".to_owned(),
        Token::Gt => ">=".to_owned(),
        Token::GtEq => ">".to_owned(),
        Token::Plus => "-".to_owned(),
        Token::Minus => "+".to_owned(),
        Token::Mul | Token::Mod => "/".to_owned(),
        Token::Div => "*".to_owned(),
        Token::Tilde => "!~".to_owned(),
        Token::LongArrow => "->".to_owned(),
        Token::AtArrow => "<@".to_owned(),
        Token::Overlap => "@>".to_owned(),
        _other => return None,
    })
}

/// The texts that differ from one in a single word and are brought to the same spelling all the same.
fn confused(written: &str, parser: &dyn SqlDialect, canonical: impl Fn(&str) -> String) -> String {
    let tokens = Tokenizer::new(parser, written).tokenize().expect("it has tokens");
    let before = canonical(written);
    let mut found = String::new();
    for (place, token) in tokens.iter().enumerate() {
        let Some(other) = altered(token) else { continue };
        let text: String = tokens
            .iter()
            .enumerate()
            .map(|(at, token)| if at == place { other.clone() } else { token.to_string() })
            .collect();
        if canonical(&text) == before {
            let _ = writeln!(found, "{written}\n{text}\n    {before}");
        }
    }
    found
}

/// Two expressions that differ in one word never come to one text, unless that word says nothing.
#[test]
fn one_other_word_is_another_expression() {
    // A sign without a meaning.
    const SILENT: [&str; 1] = ["age > +1"];
    let written = pairs(CHECKS).chain(pairs(INDEXES)).map(|pair| pair.written);
    let found: String = written
        .filter(|written| !SILENT.contains(written))
        .map(|written| confused(written, &PostgreSqlDialect {}, canonical))
        .collect();
    assert!(found.is_empty(), "{found}");
    let written = pairs(MARIADB_CHECKS).map(|pair| pair.written).filter(|written| !SILENT.contains(written));
    let found: String = written.map(|written| confused(written, &MySqlDialect {}, mariadb)).collect();
    assert!(found.is_empty(), "{found}");
    let main = Name::from("main");
    let sqlite = |text: &str| canonical_expression(text, Grammar::Sqlite, &main);
    // Neither a backslash nor a dollar quotes anything in SQLite.
    let written = pairs(CHECKS).map(|pair| pair.written).filter(|written| !written.contains(['\\', '$']));
    let written = written.filter(|written| !SILENT.contains(written));
    let found: String = written.map(|written| confused(written, &SQLiteDialect {}, sqlite)).collect();
    assert!(found.is_empty(), "{found}");
}

/// Casts that round or change what is computed stay.
#[test]
fn what_a_cast_does_is_kept() {
    for (one, other) in [
        ("age::float8 / 3 > 1", "age / 3 > 1"),
        ("age::numeric / 3 > 1", "age / 3 > 1"),
        ("(age)::double precision / (3)::double precision > 1", "age / 3 > 1"),
        ("total::numeric(5,1) * price > 1", "total * price > 1"),
        ("total::numeric(5,1) > price", "total > price"),
        ("total > 5.55::numeric(3,1)", "total > 5.55"),
        ("total > 5.5::int", "total > 5.5"),
        ("age > 1e1 / 3", "age > 10 / 3"),
        ("substring(body for 3) = 'a'", "substring(body, 3) = 'a'"),
        ("coalesce(total, price::numeric(5,1)) > 0", "coalesce(total, price) > 0"),
        ("jsonb_typeof(data) = 'object'::varchar(3)", "jsonb_typeof(data) = 'object'"),
        ("price::int > 1", "price > 1"),
        ("body = 'A'", "body = 'a'"),
        ("\"Age\" > 1", "age > 1"),
        ("age::text = '5'", "age = 5"),
        ("tags = '{a,NULL}'", "tags = '{a,\"NULL\"}'"),
        ("data = '{\"a\": 1}'", "data = '{\"a\": \"1\"}'"),
        ("created_at > '2020-01-01 10:00+02'", "created_at > '2020-01-01 10:00'"),
        ("row(age, big) <> row(1, 2)", "age <> 1 AND big <> 2"),
        ("coalesce(age::bigint, 0) > 1", "coalesce(age, 0) > 1"),
        ("ceil(age / 2) > 1", "floor(age / 2) > 1"),
    ] {
        assert_ne!(canonical(one), canonical(other), "{one} is not {other}");
    }
}
