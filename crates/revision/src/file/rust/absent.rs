//! Words that people bring along from other tools and that are left out on purpose, each with the reason and the
//! way out. What the guide says of them is compared with this list.

/// Why there is no word of this name, and what to write instead; `None` for a word nobody left out.
pub(super) fn absent(name: &str) -> Option<&'static str> {
    ABSENT.iter().find(|(names, _)| names.contains(&name)).map(|(_, reason)| *reason)
}

/// The words left out, for documentation.
pub fn absent_words() -> impl Iterator<Item = &'static str> {
    ABSENT.iter().flat_map(|(names, _)| names.iter().copied())
}

/// The words left out, those with one reason together.
const ABSENT: &[(&[&str], &str)] = &[
    (
        &["if_exists", "if_not_exists"],
        "a revision is replayed without a database, so what it does cannot depend on what is there; \
         where a database has it already, say so with `ambix stamp`, or write \
         `op.execute(\"DROP TABLE IF EXISTS ...\")`",
    ),
    (
        &["insert_before", "insert_after", "first", "after"],
        "columns are told apart by their names and never by their order, so a new one comes last; \
         say `ambix revision` with a new table and `op.execute(\"INSERT ... SELECT ...\")` where the order matters",
    ),
    (
        &["inline_references", "references"],
        "a foreign key is an operation of its own: `op.create_foreign_key(...)`; SQLite gets both in one `ADD COLUMN`",
    ),
    (&["inline_primary_key"], "a primary key is an operation of its own: `op.create_primary_key(...)`"),
    (
        &["batch_alter_table", "batch_op"],
        "say the operations one after the other: where SQLite must rebuild a table, neighbours share one rebuild",
    ),
    (
        &["autocommit_block"],
        "a statement that no transaction takes ends the open one and begins another by itself",
    ),
    (
        &["get_bind", "get_context", "run_async", "invoke"],
        "a revision records what is to be done and is read without a database; \
         what needs one is SQL: `op.execute(\"...\")`",
    ),
    (
        &["create_table_comment", "drop_table_comment"],
        "say it of the table: `op.alter_table(\"users\").comment(\"...\")`, or `.drop_comment()`",
    ),
    (&["f"], "a name that is written down is final: write it as it stands"),
    (&["inline_literal"], "write the value as it stands: `\"text\"`, `1`, `true`, `null()`"),
    (&["server_default"], "write `.default(\"value\")`, or `.default_sql(\"expression\")`"),
    (
        &["nullable"],
        "write `.not_null()` of a new column; of one that is there, `.set_not_null()` or `.drop_not_null()`",
    ),
    (&["type_"], "write `.set_type(bigint())`"),
    (&["new_column_name"], "write `.rename(\"name\")`"),
    (
        &["existing_type", "existing_nullable", "existing_server_default", "existing_comment"],
        "what was there before is known from the revisions before: leave it out",
    ),
    (&["initially"], "write `.deferrable(Deferred)` or `.deferrable(Immediate)`"),
    (&["onupdate"], "write `.on_update(Cascade)`"),
    (&["ondelete"], "write `.on_delete(Cascade)`"),
    (&["postgresql_where", "sqlite_where"], "write `.filter(\"condition\")`"),
    (&["postgresql_using"], "write `.using(\"...\")`"),
    (&["postgresql_include"], "write `.include([\"column\"])`"),
    (&["postgresql_concurrently"], "write `.concurrently()`"),
    (&["postgresql_not_valid"], "write `.not_valid()`"),
    (&["postgresql_ops"], "write `key(\"column\").opclass(\"...\")`"),
    (&["mysql_length"], "write `key(\"column\").prefix(10)`"),
];
