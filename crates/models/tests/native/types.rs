//! Every Rust type that is a column type, and how names lead to types.

use crate::support::{column, problems, read_files, schema, schema_of, shown};

fn type_of(prelude: &str, ty: &str) -> String {
    let text = format!("{prelude}\n#[derive(ambix::Entity)] struct Item {{ a: {ty} }}");
    let column = column(&schema(&text), "item", "a");
    format!("{}{}", column.ty, if column.is_nullable { "?" } else { "" })
}

#[test]
fn types_of_the_standard_library() {
    let types = [
        ("bool", "boolean"),
        ("i8", "tinyint"),
        ("i16", "smallint"),
        ("i32", "integer"),
        ("i64", "bigint"),
        ("u8", "smallint"),
        ("u16", "integer"),
        ("u32", "bigint"),
        ("u64", "decimal(20, 0)"),
        ("f32", "real"),
        ("f64", "double"),
        ("String", "text"),
        ("&'static str", "text"),
        ("Box<str>", "text"),
        ("std::borrow::Cow<'static, str>", "text"),
        ("char", "char(1)"),
        ("Vec<u8>", "bytes"),
        ("&'static [u8]", "bytes"),
        ("[u8; 16]", "bytes"),
        ("Vec<i32>", "integer[]"),
        ("Box<[String]>", "text[]"),
        ("Option<i32>", "integer?"),
        ("std::option::Option<Vec<String>>", "text[]?"),
        ("Vec<Option<i32>>", "integer[]"),
        ("Box<i64>", "bigint"),
        ("std::sync::Arc<str>", "text"),
        ("NonZeroI32", "integer"),
        ("std::net::IpAddr", "inet"),
        ("std::time::Duration", "interval"),
        ("std::num::NonZero<u16>", "integer"),
        ("(i32)", "integer"),
    ];
    for (rust, sql) in types {
        assert_eq!(type_of("", rust), sql, "{rust}");
    }
}

#[test]
fn types_of_crates() {
    let types = [
        ("NaiveDate", "date"),
        ("NaiveTime", "time"),
        ("chrono::NaiveDateTime", "timestamp"),
        ("DateTime<Utc>", "timestamptz"),
        ("DateTime<Local>", "timestamptz"),
        ("chrono::DateTime<chrono::FixedOffset>", "timestamptz"),
        ("time::OffsetDateTime", "timestamptz"),
        ("PrimitiveDateTime", "timestamp"),
        ("time::Date", "date"),
        ("time::Time", "time"),
        ("jiff::Timestamp", "timestamptz"),
        ("Zoned", "timestamptz"),
        ("jiff::civil::DateTime", "timestamp"),
        ("jiff::civil::Date", "date"),
        ("jiff::civil::Time", "time"),
        ("uuid::Uuid", "uuid"),
        ("Decimal", "decimal"),
        ("BigDecimal", "decimal"),
        ("serde_json::Value", "jsonb"),
        ("sqlx::types::Json<Foo>", "jsonb"),
        ("Option<Json<Foo>>", "jsonb?"),
        ("IpNetwork", "inet"),
        ("MacAddress", "macaddr"),
        ("bytes::Bytes", "bytes"),
        ("PgRange<i32>", "int4range"),
        ("PgRange<DateTime<Utc>>", "tstzrange"),
        ("PgInterval", "interval"),
        ("sqlx::types::Text<Foo>", "text"),
    ];
    for (rust, sql) in types {
        assert_eq!(type_of("", rust), sql, "{rust}");
    }
}

#[test]
fn imports_decide_between_types_of_one_name() {
    assert_eq!(type_of("use jiff::civil::DateTime;", "DateTime"), "timestamp");
    assert_eq!(type_of("use chrono::{DateTime as Moment, Utc};", "Moment<Utc>"), "timestamptz");
    assert_eq!(type_of("use chrono as c;", "c::NaiveDate"), "date");
    assert_eq!(type_of("use serde_json::{self, Value as Any};", "Any"), "jsonb");
    assert_eq!(type_of("use uuid::Uuid as String;", "String"), "uuid");
    assert_eq!(type_of("type Time = i64; mod x { pub struct Time; }", "Time"), "bigint");
}

#[test]
fn aliases_and_newtypes_are_seen_through() {
    assert_eq!(type_of("type Id = i64;", "Option<Id>"), "bigint?");
    assert_eq!(type_of("type Maybe<T> = Option<T>; type Id = Maybe<Uuid>;", "Id"), "uuid?");
    assert_eq!(type_of("type List<T> = Vec<Option<T>>;", "List<String>"), "text[]");
    assert_eq!(type_of("struct UserId(i64);", "UserId"), "bigint");
    assert_eq!(type_of("struct Id<T>(Uuid, std::marker::PhantomData<T>);", "Id<Foo>"), "uuid");
    assert_eq!(
        type_of("#[derive(sqlx::Type)] #[sqlx(transparent)] struct Mail { text: String }", "Mail"),
        "text"
    );
    assert_eq!(
        type_of("#[derive(sqlx::Type)] #[sqlx(type_name = \"citext\")] struct Mail(String);", "Mail"),
        "citext"
    );
}

#[test]
fn sqlx_says_what_a_field_is_read_from() {
    let field = |attribute: &str, ty: &str| {
        let text = format!("#[derive(ambix::Entity)] struct Item {{ #[sqlx({attribute})] a: {ty} }}");
        let column = column(&schema(&text), "item", "a");
        format!("{}{}", column.ty, if column.is_nullable { "?" } else { "" })
    };
    assert_eq!(field("json", "Foo"), "jsonb");
    assert_eq!(field("json(nullable)", "Option<Foo>"), "jsonb?");
    assert_eq!(field("try_from = \"i64\"", "Foo"), "bigint");
    assert_eq!(field("default", "i32"), "integer");
}

#[test]
fn enums_are_types_of_their_own() {
    let values = |text: &str| {
        let text = format!("{text}\n#[derive(ambix::Entity)] struct Item {{ a: Mood }}");
        crate::support::dump(&schema(&text))
            .lines()
            .find(|line| line.starts_with("enum"))
            .unwrap_or("none")
            .to_owned()
    };
    assert_eq!(
        values("#[derive(ambix::Enum)] enum Mood { Happy, SoSo }"),
        "enum mood  (\"Happy\", \"SoSo\")"
    );
    assert_eq!(
        values(
            "#[derive(sqlx::Type)] #[sqlx(type_name = \"app.moods\", rename_all = \"kebab-case\")] enum Mood { Happy, #[sqlx(rename = \"meh\")] SoSo }"
        ),
        "enum app.moods  (\"happy\", \"meh\")"
    );
    assert_eq!(
        values(
            "use sqlx::Type; #[derive(Type)] #[ambix(schema = \"s\", comment = \"c\", rename_all = \"UPPERCASE\")] enum Mood { Happy, #[ambix(rename = \"x\")] B, #[cfg(test)] C }"
        ),
        "enum s.mood  \"c\"; (\"HAPPY\", \"x\")"
    );
    assert_eq!(values("#[derive(sqlx::Type)] #[repr(i32)] enum Mood { Happy = 1 }"), "none");
    assert_eq!(type_of("#[derive(sqlx::Type)] #[repr(i16)] enum Mood { Happy = 1 }", "Mood"), "smallint");
    assert_eq!(type_of("#[derive(ambix::Enum)] enum Mood { A }", "Option<Vec<Mood>>"), "mood[]?");
    assert_eq!(
        type_of(
            "#[derive(ambix::Enum)] #[ambix(type_name = \"feeling\")] enum Mood { A }",
            "#[ambix(sql_type = \"feeling[]\")] String".split("] ").last().unwrap()
        ),
        "text"
    );
    let spelled = "#[derive(ambix::Enum)] enum Mood { A }\n#[derive(ambix::Entity)] struct Item { #[ambix(sql_type = \"mood[]\", default = \"{}\")] a: Vec<String> }";
    assert_eq!(column(&schema(spelled), "item", "a").ty.enum_name().unwrap().to_string(), "mood");
}

#[test]
fn an_enum_exists_when_it_is_declared_or_used() {
    let dump = |text: &str| crate::support::dump(&schema(text));
    assert_eq!(dump("#[derive(sqlx::Type)] enum Mood { A }"), "");
    assert_eq!(dump("#[derive(ambix::Enum)] enum Mood { A }"), "enum mood  (\"A\")");
    assert_eq!(dump("#[derive(ambix::Enum)] #[ambix(skip)] enum Mood { A }"), "");
    assert_eq!(dump("use specta::Type; #[derive(Type)] enum Mood { A }"), "");
}

#[test]
fn derives_are_told_apart_by_their_crate() {
    let entities = |text: &str| read_files(&[("src/a.rs", text)]).entities;
    assert_eq!(entities("#[derive(ambix::Entity)] struct A { a: i32 }"), 1);
    assert_eq!(entities("#[derive(::ambix::Entity)] struct A { a: i32 }"), 1);
    assert_eq!(entities("use ambix::Entity; #[derive(Debug, Entity)] struct A { a: i32 }"), 1);
    assert_eq!(entities("use ambix::Entity as Table; #[derive(Table)] struct A { a: i32 }"), 1);
    assert_eq!(entities("use ambix as db; #[derive(db::Entity)] struct A { a: i32 }"), 1);
    assert_eq!(entities("use crate::prelude::*; #[derive(Entity)] struct A { a: i32 }"), 1);
    assert_eq!(entities("use bevy::Entity; #[derive(Entity)] struct A { a: i32 }"), 0);
    assert_eq!(entities("#[derive(bevy::Entity)] struct A { a: i32 }"), 0);
}

#[test]
fn names_are_resolved_across_files_and_crates() {
    let user = "use crate::kinds::{Mood, inner::Level as L}; use shop_types::Price; use super::shared::*;
        #[derive(ambix::Entity)] struct User { mood: Mood, level: L, price: Price, id: Id, direct: crate::kinds::inner::Level, up: super::shared::Id }";
    let schema = schema_of(&[
        ("app/src/models/user.rs", user),
        ("app/src/models/shared.rs", "pub type Id = i64;"),
        ("app/src/kinds/mod.rs", "mod deep; pub use deep::Mood; pub mod inner;"),
        ("app/src/kinds/deep.rs", "#[derive(ambix::Enum)] pub enum Mood { A }"),
        ("app/src/kinds/inner.rs", "pub struct Level(i16);"),
        ("app/src/other.rs", "pub struct Level(String); pub type Id = String; pub enum Mood {}"),
        ("shop-types/src/lib.rs", "mod money; pub use money::*;"),
        ("shop-types/src/money.rs", "pub struct Price(rust_decimal::Decimal);"),
    ]);
    let ty = |name: &str| column(&schema, "user", name).ty.to_string();
    assert_eq!(
        [ty("mood"), ty("level"), ty("price"), ty("id"), ty("direct"), ty("up")],
        ["mood", "smallint", "decimal", "bigint", "smallint", "bigint"]
    );
}

#[test]
fn a_name_that_leads_nowhere_is_found_by_itself_or_not_at_all() {
    let user = "#[derive(ambix::Entity)] struct User { level: Level }";
    let one = schema_of(&[("src/user.rs", user), ("src/odd/place.rs", "pub struct Level(i16);")]);
    assert_eq!(column(&one, "user", "level").ty.to_string(), "smallint");
    let two = read_files(&[
        ("src/user.rs", user),
        ("src/a.rs", "pub struct Level(i16);"),
        ("src/b.rs", "\npub type Level = i32;"),
    ]);
    assert_eq!(
        shown(&two.problems),
        "src/user.rs:1:47: `Level` could be one of several types | Level | it is defined at src/a.rs:1 and src/b.rs:2; import the one that is meant, or say the type with `sql_type`"
    );
}

#[test]
fn what_leads_back_to_itself_ends() {
    let endless = problems("type A = Option<B>; struct B(A);\n#[derive(ambix::Entity)] struct Item { a: A }");
    assert_eq!(endless.len(), 1);
    assert!(endless[0].contains("leads back to itself | A |"), "{endless:?}");
    assert_eq!(
        problems("use a::A as B; use B as A;\n#[derive(ambix::Entity)] struct Item { a: A }").len(),
        1
    );
}
