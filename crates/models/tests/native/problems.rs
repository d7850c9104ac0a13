//! What is wrong in people's source: message, place, marked text and the way out of each problem.

use ambix_schema::Severity;

use crate::support::{problems, read_files, shown};

/// The problems of an entity with these attributes and fields; places count from its third line.
fn of(attributes: &str, fields: &str) -> Vec<String> {
    problems(&format!("#[derive(ambix::Entity)]\n{attributes}\nstruct Item {{ {fields} }}"))
}

fn field(attribute: &str, field: &str) -> Vec<String> {
    of("", &format!("#[ambix({attribute})] {field}"))
}

fn structure(attribute: &str) -> Vec<String> {
    of(&format!("#[ambix({attribute})]"), "id: i64, email: String")
}

#[test]
fn a_file_that_is_not_rust_is_one_problem_and_the_others_are_read() {
    let read = read_files(&[
        ("src/bad.rs", "struct User {\n    id: i64\n    name: String,\n}"),
        (
            "src/good.rs",
            "#[derive(ambix::Entity)] struct A { #[ambix(references = \"user.id\")] a: i64, b: InBad }",
        ),
    ]);
    assert_eq!(shown(&read.problems), "src/bad.rs:3:5: expected `,` | name | -");
    assert_eq!(read.entities, 1);
    assert_eq!(
        problems("struct A { a: i32"),
        ["1:10: a delimiter without its partner, or a malformed literal | { | -"]
    );
    assert_eq!(
        problems("struct A"),
        ["1:9: unexpected end of input, expected one of: `where`, parentheses, curly braces, `;` |  | -"]
    );
    assert_eq!(
        problems("struct A; }")[0].split(" | ").next(),
        Some("1:11: a delimiter without its partner, or a malformed literal")
    );
    assert!(problems("struct A;\nconst B: &str = \"x;\n")[0].starts_with("2:17: a delimiter"));
    assert_eq!(problems("\u{feff}#!/usr/bin/env x\nstruct é A;").len(), 1);
    assert!(problems("\u{feff}#!/usr/bin/env x\nstruct é A;")[0].starts_with("2:10: "));
}

#[test]
fn unknown_keys_name_the_nearest() {
    assert_eq!(
        structure("tabel = \"x\""),
        ["2:9: unknown key `tabel` in `#[ambix(...)]` | tabel | did you mean `table`?"]
    );
    assert_eq!(
        field("uniqe", "a: i32"),
        ["3:23: unknown key `uniqe` in `#[ambix(...)]` | uniqe | did you mean `unique`?"]
    );
    assert_eq!(
        structure("unique(email, nam = \"x\")"),
        ["2:23: unknown key `nam` in `unique(...)` | nam | did you mean `name`?"]
    );
    assert_eq!(
        structure("index(email(descc))"),
        ["2:21: unknown key `descc` in `email(...)` | descc | did you mean `desc`?"]
    );
    assert_eq!(
        structure("length = 3"),
        ["2:9: `length` belongs on a field, not on the struct | length | move it to the field it is about"]
    );
    assert_eq!(
        field("table = \"x\"", "a: i32"),
        [
            "3:23: `table` belongs on the struct, not on a field | table | move it to an `#[ambix(...)]` above the struct"
        ]
    );
    assert!(structure("banana")[0].contains("the keys here are `table`, `schema`, "));
}

#[test]
fn values_have_to_fit_their_keys() {
    assert_eq!(structure("table = 5"), ["2:17: `table` takes a text | 5 | write `table = \"...\"`"]);
    assert_eq!(structure("table = \"\""), ["2:17: `table` is empty | \"\" | -"]);
    assert_eq!(structure("table"), ["2:9: `table` takes a text | table | write `table = \"...\"`"]);
    assert_eq!(
        structure("unique"),
        ["2:9: `unique` takes a list in parentheses | unique | write `unique(a, b)`"]
    );
    assert_eq!(
        field("length = -1", "a: String"),
        ["3:32: `length` takes a whole number | -1 | write `length = 255`"]
    );
    assert_eq!(
        field("primary_key = 1", "a: i32"),
        ["3:37: `primary_key` takes no value, or `true` or `false` | 1 | write `primary_key`"]
    );
    assert_eq!(
        field("references = \"item.a\", on_delete = \"cascad\"", "a: i32")[0],
        "3:58: `on_delete` cannot be `cascad` | \"cascad\" | did you mean `cascade`?"
    );
    assert_eq!(
        structure("rename_all = \"Title\"")[0].split(" | ").next().unwrap(),
        "2:22: `rename_all` cannot be `Title`"
    );
    assert_eq!(
        field("identity = \"never\"", "a: i32"),
        ["3:34: `identity` cannot be `never` | \"never\" | it is one of `always`, `by default`"]
    );
    assert_eq!(
        field("default = Utc::now()", "a: DateTime<Utc>"),
        [
            "3:33: `default` takes a literal | Utc::now() | for an expression of the database write `default_sql = \"...\"`"
        ]
    );
    assert_eq!(
        structure("table = \"a\" schema = \"b\""),
        ["2:21: expected `,` between the entries of an attribute | schema | -"]
    );
    assert_eq!(
        of("#[ambix]", "id: i64"),
        ["2:3: expected `#[ambix(...)]` | ambix | the keys stand in parentheses"]
    );
}

#[test]
fn nothing_is_said_twice() {
    assert_eq!(
        of("#[ambix(table = \"a\")]\n#[ambix(table = \"b\")]", "id: i64"),
        ["3:17: `table` is said twice | \"b\" | -"]
    );
    assert_eq!(structure("unique(email, email)"), ["2:23: `unique` names column `email` twice | email | -"]);
    assert_eq!(
        of("#[ambix(primary_key(id))]", "#[ambix(primary_key)] id: i64"),
        ["3:23: `primary_key` stands on the struct and on a field | primary_key | say it in one place"]
    );
    assert_eq!(
        of("", "a: i32, #[ambix(column = \"a\")] b: i32"),
        ["3:40: two fields are column `a` | \"a\" | the other is field `a`; rename one, or `skip` it"]
    );
    assert_eq!(
        of("#[ambix(unique(id, name = \"x\"), unique(email, name = \"x\"))]", "id: i64, email: String"),
        ["2:54: the name `x` is taken by another unique | \"x\" | give one of them another name"]
    );
    assert_eq!(
        field("generated = \"1\", default = 1", "a: i32"),
        [
            "3:50: `default` beside `generated` | 1 | a column has one source of values: take away `generated` or `default`"
        ]
    );
    assert_eq!(field("sql_type = \"text\", length = 4", "a: String").len(), 1);
}

#[test]
fn some_keys_need_others() {
    assert_eq!(
        field("on_delete = \"cascade\"", "a: i32"),
        [
            "3:35: `on_delete` without `references` | \"cascade\" | say what the column references: `references = \"table.column\"`"
        ]
    );
    assert_eq!(field("virtual", "a: i32"), ["3:23: `stored` or `virtual` without `generated` | virtual | -"]);
    assert_eq!(field("scale = 2", "a: Decimal"), ["3:31: `scale` without `precision` | 2 | -"]);
    assert_eq!(structure("name = \"x\"").len(), 1);
    assert_eq!(
        structure("foreign_key(id)"),
        [
            "2:9: `foreign_key` without `references` | foreign_key | write `foreign_key(a, b, references = \"table(x, y)\")`"
        ]
    );
    assert_eq!(
        structure("index(unique)"),
        [
            "2:9: `index` names no column | index | write `index(column, ...)` or `index(expr = \"lower(email)\")`"
        ]
    );
    assert_eq!(
        structure("exclude(using = \"gist\", id(desc))"),
        [
            "2:33: this element of `exclude` has no operator | id | write `column = \"&&\"` or `column(with = \"&&\")`"
        ]
    );
}

#[test]
fn columns_have_to_be_there() {
    assert_eq!(
        structure("unique(emial)"),
        ["2:16: `Item` has no column `emial` | emial | did you mean `email`?"]
    );
    assert_eq!(
        structure("index(x(desc))"),
        ["2:15: `Item` has no column `x` | x | its columns are id, email"]
    );
    assert_eq!(
        structure("primary_key(nothing)"),
        ["2:21: `Item` has no column `nothing` | nothing | its columns are id, email"]
    );
    assert_eq!(
        structure("index(email, include(idd))"),
        ["2:30: `Item` has no column `idd` | idd | did you mean `id`?"]
    );
    assert_eq!(of("", ""), ["3:8: entity `Item` has no columns | Item | -"]);
}

#[test]
fn a_type_without_a_column_type_is_marked_at_the_field() {
    let way_out =
        "say the type with `#[ambix(sql_type = \"...\")]`, or leave the field out with `#[ambix(skip)]`";
    assert_eq!(
        of("", "a: HashMap<String, i32>"),
        [format!(
            "3:18: no column type is known for `HashMap<String, i32>` | HashMap<String, i32> | {way_out}"
        )]
    );
    assert_eq!(
        of("", "a: usize"),
        [format!("3:18: no column type is known for `usize` | usize | {way_out}")]
    );
    assert_eq!(
        of("", "a: (i32, i32)"),
        [format!("3:18: no column type is known for `(i32, i32)` | (i32, i32) | {way_out}")]
    );
    let defined =
        problems("struct Plain { x: i32 }\n#[derive(ambix::Entity)] struct Item { a: Option<Plain> }");
    assert!(
        defined[0].starts_with("2:43: no column type is known for `Option<Plain>` | Option<Plain> | "),
        "{defined:?}"
    );
    assert!(defined[0].contains("it is defined at src/models.rs:1, where"), "{defined:?}");
    let label = read_files(&[("a.rs", "#[derive(ambix::Entity)] struct Item { a: Vec<Foo> }")])
        .problems
        .remove(0)
        .label;
    assert_eq!(label.unwrap(), "because of `Foo`");
    assert_eq!(of("", "a: my_crate::Timestamp").len(), 1);
}

#[test]
fn sizes_have_to_fit_the_type() {
    assert_eq!(
        field("length = 5", "a: i32"),
        ["3:32: `length` on a column of type integer | 5 | text and bytes have a length"]
    );
    assert_eq!(field("length = 0", "a: String"), ["3:32: a length is at least 1 | 0 | -"]);
    assert_eq!(
        field("precision = 5", "a: f64"),
        [
            "3:35: `precision` on a column of type double | 5 | decimals, times and timestamps have a precision, and decimals a scale"
        ]
    );
    assert_eq!(
        field("precision = 2, scale = 5", "a: Decimal"),
        ["3:46: a scale of 5 is more than the precision of 2 | 5 | -"]
    );
    assert_eq!(
        field("auto_increment", "a: String"),
        ["3:23: `auto_increment` on a column of type text | auto_increment | only integers are numbered"]
    );
}

#[test]
fn a_default_has_to_fit_the_type() {
    let default = |default: &str, ty: &str| {
        let found = problems(&format!(
            "#[derive(ambix::Enum)] #[ambix(rename_all = \"snake_case\")] enum Mood {{ Happy, SoSo }}\n#[derive(ambix::Entity)] struct Item {{ #[ambix(length = 3, default = {default})] a: String, #[ambix(default = {default})] b: {ty} }}"
        ));
        found.last().cloned().unwrap_or_default()
    };
    let text = problems("#[derive(ambix::Entity)] struct Item { #[ambix(default = 5)] a: String }");
    assert_eq!(
        text,
        [
            "1:58: the number 5 is no value of a column of type text | 5 | write a text in quotes, or an expression with `default_sql`"
        ]
    );
    let last = |text: &str| {
        text.split(": ").nth(1).unwrap_or_default().split(" | ").next().unwrap_or_default().to_owned()
    };
    assert_eq!(last(&default("\"x\"", "i32")), "the text \"x\" is no value of a column of type integer");
    assert_eq!(last(&default("300", "i8")), "the number 300 is no value of a column of type tinyint");
    assert_eq!(last(&default("1.5", "i64")), "the number 1.5 is no value of a column of type bigint");
    assert_eq!(last(&default("1", "bool")), "the number 1 is no value of a column of type boolean");
    assert_eq!(last(&default("\"now()\"", "DateTime<Utc>")), "\"now()\" is an expression, not a literal");
    assert_eq!(last(&default("\"Happy\"", "Mood")), "\"Happy\" is no value of enum mood");
    assert_eq!(default("\"four\"", "Mood").split(" | ").nth(2).unwrap(), "its values are happy, so_so");
    assert_eq!(
        problems(
            "#[derive(ambix::Entity)] struct Item { #[ambix(length = 3, default = \"four\")] a: String }"
        ),
        ["1:70: the default has 4 characters, more than varchar(3) holds | \"four\" | -"]
    );
}

#[test]
fn foreign_keys_to_nowhere() {
    let key = |reference: &str| {
        let read = read_files(&[
            (
                "src/a.rs",
                "#[derive(ambix::Entity)] #[ambix(table = \"tenants\")] struct Tenant { #[ambix(primary_key)] id: i64, #[ambix(primary_key)] nr: i64 }",
            ),
            (
                "src/b.rs",
                "#[derive(ambix::Entity)] #[ambix(schema = \"app\", table = \"people\")] struct Person { id: i64 }",
            ),
            (
                "src/c.rs",
                &format!(
                    "#[derive(ambix::Entity)] struct C {{ #[ambix(references = \"{reference}\")] a: i64 }}"
                ),
            ),
        ]);
        read.problems
            .iter()
            .map(crate::support::line)
            .map(|line| line.replace(&format!(" | \"{reference}\" | "), " | "))
            .collect::<Vec<_>>()
    };
    assert_eq!(key("tenant.id"), ["1:58: no entity is table `tenant` | did you mean `tenants`?"]);
    assert_eq!(key("tenants.idd"), ["1:58: table `tenants` has no column `idd` | did you mean `id`?"]);
    assert_eq!(
        key("tenants"),
        ["1:58: 1 column cannot reference 2 of `tenants` | the referenced columns are id, nr"]
    );
    assert_eq!(
        key("people.id"),
        ["1:58: no entity is table `people` | it is in schema `app`: write `app.people(id)`"]
    );
    assert_eq!(
        key("app.people"),
        ["1:58: no entity is table `app` | a table of a schema is written with its column: `app.people(id)`"]
    );
    assert_eq!(key("app.people()").len(), 1);
    assert_eq!(key("app.people(id)"), [""; 0]);
    assert_eq!(
        key("people2"),
        [
            "1:58: no entity is table `people2` | a foreign key references a table that is an entity, by the table's name"
        ]
    );
    assert!(key("app.people.id").is_empty() && key("tenants.id").is_empty());
    assert_eq!(
        key("a.b.c.d"),
        [
            "1:58: `a.b.c.d` does not name a table and its columns | write `table.column`, `schema.table.column` or `schema.table(column)`; a name with a dot in it goes in double quotes"
        ]
    );
}

#[test]
fn two_entities_cannot_be_one_table() {
    let read = read_files(&[
        ("src/a.rs", "#[derive(ambix::Entity)] struct User { id: i64 }"),
        ("src/b.rs", "#[derive(ambix::Entity)]\n#[ambix(table = \"user\")]\nstruct Account { id: String }"),
    ]);
    assert_eq!(
        shown(&read.problems),
        "src/b.rs:2:17: two entities are table `user` | \"user\" | the other is `User` at src/a.rs:1; give one another `table`, or leave one out with `skip`"
    );
    assert_eq!(read.entities, 1);
}

#[test]
fn enums_have_to_be_enums() {
    assert_eq!(
        problems("#[derive(ambix::Enum)] enum A { B(i32) }"),
        ["1:33: a variant of `A` carries data | B | a value of a database enum is a name alone"]
    );
    assert_eq!(problems("#[derive(ambix::Enum)] enum A {}"), ["1:29: enum `A` has no values | A | -"]);
    assert_eq!(
        problems("#[derive(ambix::Enum)] enum A { B, #[ambix(rename = \"B\")] C }"),
        [
            "1:59: two variants of `A` have the value `B` | C | give one another value with `#[ambix(rename = \"...\")]`"
        ]
    );
    assert_eq!(
        problems("#[derive(sqlx::Type)] enum A { B(i32) }\n#[derive(ambix::Entity)] struct T { a: A }"),
        [
            "1:32: a variant of `A` carries data | B | a column has this type, and a value of a database enum is a name alone"
        ]
    );
    assert_eq!(
        problems(
            "#[derive(ambix::Enum)] enum A { B }\nmod m { #[derive(ambix::Enum)] #[ambix(type_name = \"a\")] enum X { C } }"
        ),
        [
            "2:63: two enums with different values are type `a` | X | the other is `A` at src/models.rs:1; give one another `type_name`"
        ]
    );
}

#[test]
fn what_cannot_be_read_is_said() {
    let read = read_files(&[
        (
            "src/a.rs",
            "macro_rules! table { ($n:ident) => { #[derive(ambix::Entity)] struct $n { id: i64 } } }",
        ),
        ("src/b.rs", "table!(User);\nwrap! { #[derive(ambix::Entity)] struct A { id: i64 } }\nother!(x);"),
    ]);
    assert!(read.problems.iter().all(|problem| problem.severity == Severity::Warning));
    let way_out = "macros are not expanded: write the structs out, or keep their tables out of the comparison with `[policy] ignore`";
    assert_eq!(
        shown(&read.problems),
        format!(
            "src/b.rs:1:1: the entities that `table!` generates cannot be seen | table | {way_out}\nsrc/b.rs:2:1: the entities that `wrap!` generates cannot be seen | wrap | {way_out}"
        )
    );
    assert_eq!(
        of("", "#[sqlx(flatten)] a: Address, id: i64"),
        [
            "3:22: `#[sqlx(flatten)]` cannot be read: the columns stand in another struct | flatten | write the columns of `Address` out here, or leave the field out with `#[ambix(skip)]`"
        ]
    );
    assert_eq!(
        problems("#[derive(ambix::Entity)] struct A(i32);"),
        ["1:33: an entity is a struct with named fields | A | each named field becomes a column"]
    );
    assert_eq!(
        problems("#[cfg(unix)] #[derive(ambix::Entity)] struct A { id: i64 }"),
        [
            "1:46: the `cfg` of `A` cannot be decided from source | A | only `feature`, `test`, `not`, `any` and `all` can be; it is taken to hold"
        ]
    );
}

#[test]
fn a_rename_comes_from_something_that_is_gone() {
    assert_eq!(
        of("", "#[ambix(renamed_from = \"b\")] a: i32, b: i32"),
        [
            "3:38: column item.b is still there, at src/models.rs:3 | \"b\" | what was renamed is gone under its old name; take one of the two away"
        ]
    );
    assert_eq!(
        of("", "#[ambix(renamed_from = \"a\")] a: i32"),
        ["3:38: `renamed_from` is the name this column has now | \"a\" | take `renamed_from` away"]
    );
}

#[test]
fn all_problems_are_gathered_and_sorted() {
    let found = of(
        "#[ambix(nope)]",
        "#[ambix(nope)] a: Nope, #[ambix(default = 1)] b: String, #[ambix(references = \"x.y\")] c: i32",
    );
    let places: Vec<&str> = found.iter().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(places, ["2:9", "3:23", "3:33", "3:57", "3:93"]);
}
