//! Every attribute of the native dialect, and what it becomes.

use crate::support::{column, dump, options, read_files, read_with, schema, schema_of, shown};
use ambix_schema::{Address, Facet, Kind};

fn entity(attributes: &str, fields: &str) -> String {
    format!("#[derive(ambix::Entity)]\n{attributes}\nstruct Item {{ {fields} }}")
}

/// The lines of the dump about one kind of object.
fn lines(text: &str, kind: &str) -> Vec<String> {
    let dump = dump(&schema(text));
    dump.lines().filter(|line| line.trim_start_matches('~').starts_with(kind)).map(str::to_owned).collect()
}

fn one_column(field: &str) -> String {
    let found = lines(&entity("", field), "column");
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

#[test]
fn a_table_is_named_by_its_struct_or_its_attribute() {
    let table = |text: &str| lines(text, "table");
    assert_eq!(table("#[derive(ambix::Entity)] struct UserAccount { id: i64 }"), ["table user_account"]);
    assert_eq!(table(&entity("#[ambix(table = \"a.b\", comment = \"c\")]", "id: i64")), ["table a.b  \"c\""]);
    assert_eq!(table(&entity("#[ambix(schema = \"app\")]", "id: i64")), ["table app.item"]);
    let mut plural = options();
    plural.table_names = ambix_models::TableNames::Plural;
    let read = read_with(&[("src/a.rs", &entity("", "id: i64"))], &plural);
    assert!(read.schema.contains(&Address::table("items")));
}

#[test]
fn a_table_has_options_and_a_partitioning() {
    let text = entity(
        "#[ambix(options(strict, fillfactor = 70, engine = \"InnoDB\"), partition_by = \"range (id)\")]",
        "id: i64",
    );
    let schema = schema(&text);
    let table = schema.get(&Address::table("item")).unwrap();
    assert_eq!(table.facet_text(Facet::Options).unwrap(), "(engine=InnoDB, fillfactor=70, strict=true)");
    assert_eq!(table.facet_text(Facet::Partition).unwrap(), "\"range (id)\"");
}

#[test]
fn attributes_may_be_split_and_structs_skipped() {
    let text = entity(
        "#[ambix(table = \"t\")]\n#[ambix(schema = \"s\")]",
        "#[ambix(unique)] #[ambix(length = 3)] a: String",
    );
    assert_eq!(lines(&text, "column"), ["column s.t.a  varchar(3); not null"]);
    assert!(schema(&entity("#[ambix(skip)]", "x: NoType")).is_empty());
    assert!(schema("struct Plain { x: NoType }").is_empty());
}

#[test]
fn columns_are_named_by_case_attribute_and_sqlx() {
    let text = entity(
        "#[ambix(rename_all = \"camelCase\")]",
        "first_name: String, #[sqlx(rename = \"X\")] b: i32, #[ambix(column = \"Y\")] #[sqlx(rename = \"Z\")] c: i32, r#type: i32",
    );
    let names: Vec<String> =
        lines(&text, "column").iter().map(|line| line.split("  ").next().unwrap().to_owned()).collect();
    assert_eq!(names, ["column item.X", "column item.Y", "column item.firstName", "column item.type"]);
    let sqlx = entity("#[sqlx(rename_all = \"SCREAMING_SNAKE_CASE\")]", "first_name: String");
    assert_eq!(lines(&sqlx, "column"), ["column item.FIRST_NAME  text; not null"]);
}

#[test]
fn fields_may_be_skipped() {
    let text = entity("", "id: i64, #[ambix(skip)] a: NoType, #[sqlx(skip)] b: NoType");
    assert_eq!(lines(&text, "column"), ["column item.id  bigint; not null"]);
}

#[test]
fn types_take_length_precision_and_scale() {
    assert_eq!(one_column("#[ambix(length = 20)] a: String"), "column item.a  varchar(20); not null");
    assert_eq!(one_column("#[ambix(length = 16)] a: Vec<u8>"), "column item.a  varbinary(16); not null");
    assert_eq!(
        one_column("#[ambix(precision = 10, scale = 2)] a: Decimal"),
        "column item.a  decimal(10, 2); not null"
    );
    assert_eq!(
        one_column("#[ambix(precision = 3)] a: Option<DateTime<Utc>>"),
        "column item.a  timestamptz(3); null"
    );
    assert_eq!(one_column("#[ambix(sql_type = \"citext\")] a: Option<Foo>"), "column item.a  citext; null");
    assert_eq!(
        one_column("#[ambix(sql_type = \"bigint\", primary_key)] a: Foo"),
        "column item.a  bigint; not null; ~auto increment"
    );
}

#[test]
fn null_collation_and_comment_can_be_said() {
    assert_eq!(one_column("#[ambix(nullable)] a: i32"), "column item.a  integer; null");
    assert_eq!(one_column("#[ambix(nullable = false)] a: Option<i32>"), "column item.a  integer; not null");
    assert_eq!(
        one_column("#[ambix(collate = \"de_DE\", comment = \"Name\")] a: String"),
        "column item.a  text; not null; \"de_DE\"; \"Name\""
    );
}

#[test]
fn defaults_are_literals_or_expressions() {
    let default = |field: &str| one_column(field).split("default ").nth(1).unwrap_or("none").to_owned();
    assert_eq!(default("#[ambix(default = \"\")] a: String"), "''");
    assert_eq!(default("#[ambix(default = 'x')] a: char"), "'x'");
    assert_eq!(default("#[ambix(default = -1)] a: i32"), "-1");
    assert_eq!(default("#[ambix(default = 1_000)] a: i32"), "1000");
    assert_eq!(default("#[ambix(default = 0x1f)] a: i32"), "31");
    assert_eq!(default("#[ambix(default = -1.50)] a: Decimal"), "-1.50");
    assert_eq!(default("#[ambix(default = false)] a: bool"), "false");
    assert_eq!(default("#[ambix(default_sql = \"now()\")] a: DateTime<Utc>"), "now()");
    assert_eq!(default("#[ambix(default = \"{}\")] a: serde_json::Value"), "'{}'");
    assert_eq!(default("#[ambix(default = \"{}\")] a: Vec<i32>"), "'{}'");
    assert_eq!(default("a: i32"), "none");
}

#[test]
fn generated_columns_are_stored_unless_virtual() {
    assert_eq!(
        one_column("#[ambix(generated = \"1 + 1\")] a: i32"),
        "column item.a  integer; not null; generated as (1 + 1) stored"
    );
    assert_eq!(
        one_column("#[ambix(generated = \"1 + 1\", virtual)] a: i32"),
        "column item.a  integer; not null; generated as (1 + 1) virtual"
    );
}

#[test]
fn a_single_integer_key_is_numbered_by_convention() {
    let key = |field: &str| one_column(field).trim_start_matches("column item.").to_owned();
    assert_eq!(key("#[ambix(primary_key)] id: i64"), "id  bigint; not null; ~auto increment");
    assert_eq!(key("#[ambix(primary_key)] id: Option<i32>"), "id  integer; not null; ~auto increment");
    assert_eq!(key("#[ambix(primary_key, auto_increment)] id: i64"), "id  bigint; not null; auto increment");
    assert_eq!(key("#[ambix(primary_key, auto_increment = false)] id: i64"), "id  bigint; not null");
    assert_eq!(key("#[ambix(primary_key, default = 1)] id: i64"), "id  bigint; not null; default 1");
    assert_eq!(
        key("#[ambix(primary_key, default_sql = \"f()\")] id: i64"),
        "id  bigint; not null; default f()"
    );
    assert_eq!(key("#[ambix(primary_key)] id: Uuid"), "id  uuid; not null");
    assert_eq!(key("#[ambix(identity = \"always\")] n: i64"), "n  bigint; not null; identity always");
    assert_eq!(
        key("#[ambix(primary_key, identity = \"by default\")] id: i64"),
        "id  bigint; not null; identity by default"
    );
    let composite =
        lines(&entity("", "#[ambix(primary_key)] a: i64, #[ambix(primary_key)] b: Option<i64>"), "column");
    assert_eq!(composite, ["column item.a  bigint; not null", "column item.b  bigint; not null"]);
    let shared = "#[derive(ambix::Entity)] struct Item { #[ambix(primary_key)] id: i64 }
        #[derive(ambix::Entity)] struct Detail { #[ambix(primary_key, references = \"item.id\")] id: i64 }";
    assert_eq!(column(&schema(shared), "detail", "id").identity, None);
    assert!(column(&schema(shared), "item", "id").identity.is_some());
}

#[test]
fn primary_keys_are_said_on_fields_or_on_the_struct() {
    let fields = "a: i64, b_c: i64";
    let key = |attributes: &str| lines(&entity(attributes, fields), "primary key");
    assert_eq!(key("#[ambix(primary_key(b_c, a))]"), ["primary key of item  (b_c, a)"]);
    assert_eq!(
        key("#[ambix(primary_key(a, name = \"pk\", deferrable))]"),
        ["primary key of item  pk; (a); deferrable initially immediate"]
    );
    assert!(key("").is_empty());
    let mut named = options();
    named.naming.primary_key = Some("pk_{table}".into());
    let read = read_with(&[("src/a.rs", &entity("#[ambix(primary_key(a))]", fields))], &named);
    assert_eq!(
        read.schema.get(&Address::primary_key("item")).unwrap().as_primary_key().unwrap().name,
        Some("pk_item".into())
    );
    assert!(read.schema.is_implied(&Address::primary_key("item"), Facet::Name));
}

#[test]
fn unique_constraints_on_fields_and_structs() {
    let text = entity(
        "#[ambix(unique(a, b))] #[ambix(unique(fieldName, name = \"u\", include(b), nulls_not_distinct, deferrable = \"initially deferred\"))]",
        "#[ambix(unique)] a: i32, #[ambix(unique(name = \"ub\", include(a)))] b: i32, #[ambix(column = \"c\")] fieldName: i32, #[ambix(unique = false)] d: i32",
    );
    assert_eq!(
        lines(&text, "unique"),
        [
            "~unique item.item_a_b_key  (a, b)",
            "~unique item.item_a_key  (a)",
            "unique item.u  (c); include (b); nulls not distinct; deferrable initially deferred",
            "unique item.ub  (b); include (a)",
        ]
    );
}

#[test]
fn indexes_take_all_their_options() {
    let text = entity(
        "#[ambix(index(a, b(desc, nulls_last, opclass = \"text_ops\", collate = \"C\", length = 5), expr = \"lower(b)\", expr(\"a + 1\", desc), name = \"all\", unique, using = \"btree\", where = \"a > 0\", include(name), nulls_not_distinct, concurrently, options(fillfactor = 70), comment = \"why\"))]
         #[ambix(index(name))] #[ambix(index(\"where\"))] #[ambix(index(expr = \"lower(b)\"))]",
        "#[ambix(index(desc, using = \"hash\"))] a: i32, #[ambix(index)] b: String, name: String, #[ambix(column = \"where\")] w: i32",
    );
    assert_eq!(
        lines(&text, "index"),
        [
            "index item.all  \"why\"; include (name); nulls not distinct; (a, b(5) C text_ops desc nulls last, (lower(b)), (a + 1) desc); unique; \"btree\"; a > 0; (fillfactor=70)",
            "~index item.item_a_idx  (a desc); \"hash\"",
            "~index item.item_b_idx  (b)",
            "~index item.item_expr_idx  ((lower(b)))",
            "~index item.item_name_idx  (name)",
            "~index item.item_where_idx  (where)",
        ]
    );
    let schema = schema(&text);
    let index = schema.get(&Address::part("item", Kind::Index, "all")).unwrap().as_index().unwrap();
    assert!(index.concurrently.0);
}

#[test]
fn checks_are_named_by_hand_or_by_their_column() {
    let text = entity(
        "#[ambix(check = \"a > 0\", name = \"ck\", check = \"a < b\")] #[ambix(check(\"b > 1\", name = \"ck2\"))] #[ambix(check = \"b > 2\")]",
        "#[ambix(check = \"a <> 5\")] a: i32, b: i32",
    );
    assert_eq!(
        lines(&text, "check"),
        [
            "check item.ck  a > 0",
            "check item.ck2  b > 1",
            "~check item.item_a_check  a <> 5",
            "~check item.item_b_check  b > 2",
            "~check item.item_check  a < b",
        ]
    );
}

#[test]
fn foreign_keys_on_fields_and_structs() {
    let text = r#"
#[derive(ambix::Entity)]
#[ambix(primary_key(x, y))]
struct Target { x: i32, y: i32, #[ambix(column = "w")] z: i32 }
#[derive(ambix::Entity)]
#[ambix(foreign_key(a, b, references = "target(x, y)", on_delete = "set null (b)", on_update = "restrict", match = "full", deferrable = "initially deferred", name = "fk"))]
#[ambix(foreign_key(a, b, references = "target"))]
struct Item {
    #[ambix(references = "target.z", on_delete = "SET NULL", on_update = "cascade")]
    a: i32,
    #[ambix(references("target(w)", name = "fk_b", deferrable))]
    b: i32,
    #[ambix(primary_key)]
    id: i32,
    #[ambix(references = "item")]
    parent: Option<i32>,
}"#;
    assert_eq!(
        lines(text, "foreign key"),
        [
            "foreign key item.fk  (a, b); deferrable initially deferred; target(x, y); on delete set null (b); on update restrict; match full",
            "foreign key item.fk_b  (b); deferrable initially immediate; target(w); on delete no action; on update no action",
            "~foreign key item.item_a_b_fkey  (a, b); target(x, y); on delete no action; on update no action",
            "~foreign key item.item_a_fkey  (a); target(w); on delete set null; on update cascade",
            "~foreign key item.item_parent_fkey  (parent); item(id); on delete no action; on update no action",
        ]
    );
}

#[test]
fn a_reference_finds_its_schema() {
    let table = |schema: &str, name: &str, reference: &str| {
        let schema = if schema.is_empty() { String::new() } else { format!(", schema = \"{schema}\"") };
        format!(
            "#[derive(ambix::Entity)] #[ambix(table = \"{name}\"{schema})] struct S {{ #[ambix(primary_key)] id: i64, #[ambix(references = \"{reference}\")] other: i64 }}"
        )
    };
    let target = |own: &str, reference: &str| {
        let schema = schema_of(&[
            ("src/a.rs", &table(own, "item", reference)),
            ("src/b.rs", &table("app", "near", "app.near(id)")),
            ("src/c.rs", &table("", "far", "far.id")),
        ]);
        let own = if own.is_empty() {
            ambix_schema::TableName::new("item")
        } else {
            ambix_schema::TableName::qualified(own, "item")
        };
        let at = Address::part(own, Kind::ForeignKey, "item_other_fkey");
        schema.get(&at).unwrap().facet_text(Facet::References).unwrap()
    };
    assert_eq!(target("app", "near.id"), "app.near(id)");
    assert_eq!(target("app", "far.id"), "far(id)");
    assert_eq!(target("", "app.near.id"), "app.near(id)");
    assert_eq!(target("", "app.near(id)"), "app.near(id)");
}

#[test]
fn exclusions_have_elements_with_operators() {
    let text = entity(
        "#[ambix(exclude(using = \"gist\", room = \"=\", during(with = \"&&\", opclass = \"range_ops\"), expr(\"lower(note)\", with = \"=\"), where = \"room > 0\", deferrable, name = \"no_clash\"))]",
        "room: i32, #[ambix(sql_type = \"tsrange\")] during: String, note: String",
    );
    assert_eq!(
        lines(&text, "exclude"),
        [
            "exclude item.no_clash  deferrable initially immediate; (room with =, during range_ops with &&, (lower(note)) with =); \"gist\"; room > 0"
        ]
    );
}

#[test]
fn names_that_a_convention_makes_twice_are_numbered() {
    let text = entity(
        "#[ambix(index(a, where = \"a > 1\"))] #[ambix(index(a, name = \"item_a_idx_1\"))]",
        "#[ambix(index)] a: i32",
    );
    assert_eq!(
        lines(&text, "index"),
        [
            "~index item.item_a_idx  (a)",
            "index item.item_a_idx_1  (a)",
            "~index item.item_a_idx_2  (a); a > 1"
        ]
    );
}

#[test]
fn renames_come_tables_first() {
    let text = r#"
#[derive(ambix::Enum)] #[ambix(renamed_from = "humor")] enum Mood { A }
#[derive(ambix::Entity)] #[ambix(renamed_from = "old")]
struct Item { #[ambix(renamed_from = "b")] a: i32 }"#;
    let read = read_files(&[("src/a.rs", text)]);
    assert_eq!(shown(&read.problems), "");
    let renames: Vec<String> =
        read.renames.iter().map(|rename| format!("{} -> {}", rename.from, rename.to)).collect();
    assert_eq!(renames, ["table old -> item", "enum humor -> mood", "column item.b -> a"]);
}

#[test]
fn configuration_is_evaluated() {
    let text = r#"
#[cfg(feature = "db")]
mod inner {
    #[cfg_attr(feature = "db", derive(ambix::Entity), ambix(table = "t"))]
    struct A { a: i32, #[cfg(feature = "more")] b: NoType, #[cfg_attr(feature = "db", ambix(length = 5))] c: String, #[cfg(not(feature = "more"))] d: i32 }
}
#[cfg(test)]
#[derive(ambix::Entity)]
struct B { a: NoType }
#[cfg(feature = "more")]
mod gone;
"#;
    let mut features = options();
    let files =
        [("src/lib.rs", text), ("src/gone/deep.rs", "#[derive(ambix::Entity)] struct C { a: NoType }")];
    assert!(read_with(&files, &features).schema.is_empty());
    features.features = vec!["db".into()];
    let read = read_with(&files, &features);
    assert_eq!(shown(&read.problems), "");
    assert_eq!(
        dump(&read.schema),
        "table t\ncolumn t.a  integer; not null\ncolumn t.c  varchar(5); not null\ncolumn t.d  integer; not null"
    );
}
