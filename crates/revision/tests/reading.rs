//! What cannot be read is a problem with its place and a way out, all of them in one go.

#![cfg(feature = "source")]

use std::path::Path;

use ambix_revision::{Operation, Revision, read_rust};
use ambix_schema::Problem;

const HEAD: &str = "//! a\n\nuse ambix::prelude::*;\n\npub const REVISION: &str = \"abc\";\n\
     pub const DOWN_REVISION: &[&str] = &[];\n\npub fn downgrade(op: &mut Operations) {}\n\n";

fn read(items: &str, body: &str) -> Result<Revision, Vec<Problem>> {
    let text = format!("{HEAD}{items}\npub fn upgrade(op: &mut Operations) {{\n{body}\n}}\n");
    read_rust(Path::new("versions/abc.rs"), &text)
}

/// Each problem as `marked text: message (help)`.
fn problems(items: &str, body: &str) -> Vec<String> {
    let problems = read(items, body).expect_err("the body cannot be read");
    problems
        .iter()
        .map(|problem| {
            let marked = &problem.excerpt[problem.marked.clone()];
            let help = problem.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
            format!("{marked}: {}{help}", problem.message)
        })
        .collect()
}

fn phrases(items: &str, body: &str) -> Vec<String> {
    let revision = read(items, body).unwrap_or_else(|problems| panic!("{problems:#?}"));
    revision.upgrade.iter().map(Operation::phrase).collect()
}

#[test]
fn all_problems_of_a_file_are_gathered_with_their_places() {
    let body = r#"
        op.add_colum("users", column("a", text()));
        op.add_column("users", column("a", varchr(3)));
        op.add_column("users", column("a", varchar("x")).not_nul());
        op.add_column("users");
        op.create_index("ix", "t", ["a"]).wher("x");"#;
    let expected = [
        "add_colum: there is no operation `add_colum` (did you mean `add_column`?)",
        "varchr: `varchr` is not part of the vocabulary (did you mean `varchar`?)",
        "\"x\": expected a whole number, found a text",
        "add_column: `add_column` takes 2 arguments and got 1 (write `add_column(table, column)`)",
        "wher: `wher` cannot be said here (possible are `unique`, `using`, `filter`, `include`, \
         `nulls_not_distinct`, `option`, `comment`, `concurrently`)",
    ];
    assert_eq!(problems("", body), expected);
}

#[test]
fn rust_that_is_not_read_is_said_to_be_so() {
    let first = |body| problems("fn helper() -> String { String::new() }", body).remove(0);
    let start = |body| first(body).split(" (").next().unwrap_or_default().to_owned();
    assert_eq!(start("let a = 1;"), "let a = 1;: only calls on `op` can stand here");
    assert_eq!(
        start("for t in [1] { op.drop_table(\"x\"); }"),
        "for t in [1] { op.drop_table(\"x\"); }: only calls on `op` can stand here"
    );
    assert_eq!(start("op.execute(helper());"), "helper: `helper` is not part of the vocabulary");
    assert_eq!(start("op.execute(&format!(\"x\"));"), "format!(\"x\"): this expression cannot be read");
    assert_eq!(start("op.drop_table(x::y(\"a\"));"), "x::y: this function is not part of the vocabulary");
    assert_eq!(start("op.execute(b\"x\");"), "b\"x\": a literal of this kind cannot be read");
    assert_eq!(start("#[cfg(x)] op.execute(\"x\");"), "#[cfg(x)]: attributes cannot be read here");
    assert!(first("op.execute(helper());").contains("op.execute(\"...\")"));
}

#[test]
fn values_of_the_wrong_sort_are_marked_where_they_stand() {
    let first = |body| problems("", body).remove(0);
    assert_eq!(
        first("op.create_index(\"ix\", \"t\", [\"a\", 1]);"),
        "1: expected a name or a key, such as key(\"id\").desc(), found a whole number"
    );
    assert_eq!(
        first("op.add_column(\"t\", column(\"a\", varchar(99999999999)));"),
        "99999999999: 99999999999 does not fit: it must be from 0 to 4294967295"
    );
    assert_eq!(
        first("op.create_table(\"t\").constraint(text());"),
        "text(): expected a constraint, such as primary_key([\"id\"]), found a type"
    );
    assert_eq!(
        first("op.create_foreign_key(\"f\", \"t\", [\"a\"], \"u\", [\"b\"]).on_delete(cascade);"),
        "cascade: `cascade` is not part of the vocabulary (did you mean `Cascade`?)"
    );
    assert_eq!(
        first("op.drop_table(Cascade());"),
        "Cascade(): `Cascade` is not a function (write `Cascade` alone)"
    );
    assert_eq!(
        first("op.add_column(\"t\", column(\"a\", text));"),
        "text: `text` is a function (call it: `text(...)`)"
    );
}

#[test]
fn constants_of_the_file_are_read_and_circles_are_found() {
    let items = "const T: &str = \"users\"; const C: [&str; 2] = [T, \"b\"]; const L: i64 = -5;\n\
         const A: &str = B; const B: &str = A;";
    let body =
        "op.create_index(Some(T), table(\"app\", T), C); op.create_sequence(T).start(L).min_value(-0);";
    assert_eq!(
        phrases(items, body),
        [
            "op.create_index(\"users\", table(\"app\", \"users\"), [\"users\", \"b\"])",
            "op.create_sequence(\"users\").start(-5).min_value(0)",
        ]
    );
    let circle = problems(items, "op.drop_table(A);");
    assert_eq!(circle, ["A: the constant `A` is made from itself"]);
}

#[test]
fn a_file_that_is_no_revision_says_what_it_lacks() {
    let messages = |text: &str| -> Vec<String> {
        let problems = read_rust(Path::new("a.rs"), text).unwrap_err();
        problems.iter().map(|problem| problem.message.clone()).collect()
    };
    assert_eq!(
        messages("pub fn helper() {}"),
        [
            "this file is not a revision: it has no REVISION",
            "the revision does not say which revision it follows",
            "the revision has no function `upgrade`",
            "the revision has no function `downgrade`",
        ]
    );
    assert_eq!(
        messages(&format!("{HEAD}pub fn upgrade() {{}}")),
        ["`upgrade` must take the operations, and nothing else"]
    );
    let broken =
        read_rust(Path::new("a.rs"), "pub fn upgrade(op: &mut Operations) {\n    op.;\n}").unwrap_err();
    assert_eq!((broken[0].origin.line, broken[0].origin.column), (2, 8));
    assert!(broken[0].message.starts_with("this is not Rust: "));
    let id = messages(
        &HEAD.replace("\"abc\"", "\"head\"").replace("{}", "{}\npub fn upgrade(op: &mut Operations) {}"),
    );
    assert_eq!(id.len(), 1, "{id:?}");
}

#[test]
fn head_lines_byte_order_mark_and_windows_line_ends_are_read() {
    let text = format!(
        "\u{feff}//! first line\n//!\n//! Revision ID: abc\n//! Create Date: 2024-01-01\n{}",
        HEAD.trim_start_matches("//! a\n")
    );
    let text = format!("{text}pub fn upgrade(_: &mut Operations) {{}}\n").replace('\n', "\r\n");
    let revision = read_rust(Path::new("a.rs"), &text).unwrap();
    assert_eq!(revision.message, "first line");
    assert_eq!(revision.create_date.as_deref(), Some("2024-01-01"));
    assert_eq!(revision.upgrade, []);
}

#[test]
fn a_table_of_a_great_many_columns_is_written_and_read() {
    let columns: Vec<String> = (0..1600).map(|n| format!(".column(column(\"c{n}\", text()))")).collect();
    let columns = columns.join("\n");
    let revision = read("", &format!("op.create_table(\"wide\"){columns};")).unwrap();
    let draft = ambix_revision::Draft {
        id: revision.id.clone(),
        down: vec![],
        branch_labels: vec![],
        depends_on: vec![],
        message: "wide".into(),
        create_date: String::new(),
        header: vec![],
        upgrade: revision.upgrade.iter().cloned().map(Into::into).collect(),
        downgrade: vec![],
    };
    let again = read_rust(Path::new("a.rs"), &ambix_revision::write_rust(&draft)).unwrap();
    assert_eq!(again.upgrade, revision.upgrade);
}
