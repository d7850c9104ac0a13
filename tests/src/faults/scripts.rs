//! The revisions that runs are disturbed in: each script is another mixture of what a revision can do.

/// Revisions in a row, the first of which makes the tables that the others work on.
#[derive(Clone, Debug)]
pub struct Script {
    /// What is particular about it.
    pub name: &'static str,
    /// What upgrading does in each of them.
    bodies: Vec<String>,
}

/// Two tables, and rows in them.
const FIRST: &str = r#"
    op.create_table("accounts")
        .column(column("id", bigint()).not_null())
        .column(column("name", varchar(100)).not_null())
        .column(column("age", integer()))
        .constraint(primary_key(["id"]));
    op.create_table("orders")
        .column(column("id", bigint()).not_null())
        .column(column("account_id", bigint()).not_null())
        .constraint(primary_key(["id"]))
        .constraint(foreign_key(["account_id"], "accounts", ["id"]).name("fk_orders_accounts"));
    op.execute("INSERT INTO accounts (id, name, age) VALUES (1, 'first', 20), (2, 'second', NULL)");
    op.execute("INSERT INTO orders (id, account_id) VALUES (1, 1), (2, 1), (3, 2)");"#;

impl Script {
    /// A script of these revisions, after the one that makes the tables.
    pub fn new<S: Into<String>>(name: &'static str, bodies: impl IntoIterator<Item = S>) -> Self {
        let first = std::iter::once(FIRST.to_owned());
        Self { name, bodies: first.chain(bodies.into_iter().map(Into::into)).collect() }
    }

    /// How many revisions there are.
    pub fn len(&self) -> usize {
        self.bodies.len()
    }

    /// There is always the one that makes the tables.
    pub fn is_empty(&self) -> bool {
        self.bodies.is_empty()
    }

    /// The id of a revision, counted from 0.
    pub fn id(number: usize) -> String {
        format!("f{number:011x}")
    }

    /// The revision files: names and texts.
    pub fn files(&self) -> Vec<(String, String)> {
        let file = |(number, body): (usize, &String)| {
            let id = Self::id(number);
            let down = if number == 0 { String::new() } else { format!("\"{}\"", Self::id(number - 1)) };
            let text = format!(
                "//! {}\n\nuse ambix::prelude::*;\n\npub const REVISION: &str = \"{id}\";\n\
                 pub const DOWN_REVISION: &[&str] = &[{down}];\n\n\
                 pub fn upgrade(op: &mut Operations) {{{body}\n}}\n\n\
                 pub fn downgrade(op: &mut Operations) {{\n    op.irreversible(\"it is only led upwards\");\n}}\n",
                self.name
            );
            (format!("{id}.rs"), text)
        };
        self.bodies.iter().enumerate().map(file).collect()
    }
}

/// The scripts for a database.
pub fn scripts(dialect: &str) -> Vec<Script> {
    let concurrently = if dialect == "postgres" { ".concurrently()" } else { "" };
    let index = |name: &str, column: &str| {
        format!("\n    op.create_index(\"{name}\", \"accounts\", [\"{column}\"]){concurrently};")
    };
    let insert =
        |id: u32| format!("\n    op.execute(\"INSERT INTO accounts (id, name) VALUES ({id}, 'by hand')\");");
    let add = |name: &str| {
        format!(
            "\n    op.add_column(\"accounts\", column(\"{name}\", varchar(20)).not_null().default(\"x\"));"
        )
    };
    let mut scripts = vec![
        Script::new(
            "a table",
            [r#"
    op.create_table("notes")
        .column(column("id", bigint()).not_null())
        .column(column("order_id", bigint()))
        .constraint(primary_key(["id"]))
        .constraint(foreign_key(["order_id"], "orders", ["id"]).name("fk_notes_orders"));"#],
        ),
        Script::new("a column", [add("city")]),
        Script::new(
            "five statements",
            [format!(
                "{}{}\n    op.execute(\"UPDATE accounts SET age = coalesce(age, 0) + 1\");{}{}",
                add("city"),
                index("ix_city", "city"),
                add("street"),
                index("ix_street", "street"),
            )],
        ),
        Script::new("rows by hand", [insert(101) + &insert(102)]),
        Script::new("rows around a column", [insert(101) + &add("city") + &insert(102)]),
        Script::new(
            "many rows",
            [r#"
    op.bulk_insert("accounts", ["id", "name"], [[201.into(), "a".into()], [202.into(), "b".into()]]);"#],
        ),
        Script::new("an index", [index("ix_name", "name")]),
        Script::new(
            "indexes around rows",
            [index("ix_name", "name") + &insert(101) + &index("ix_age", "age")],
        ),
        Script::new(
            "renames",
            [r#"
    op.alter_column("accounts", "name").rename("title");
    op.rename_table("orders", "purchases");"#],
        ),
        Script::new(
            "a type",
            [r#"
    op.alter_column("accounts", "age").set_type(bigint());"#
                .to_owned()
                + &insert(101)],
        ),
        Script::new(
            "constraints",
            [r#"
    op.create_check_constraint("ck_accounts_id", "accounts", "id > 0");
    op.create_unique_constraint("uq_accounts_name", "accounts", ["name"]);"#],
        ),
        Script::new(
            "drops",
            [r#"
    op.drop_table("orders");
    op.drop_column("accounts", "age");"#],
        ),
        Script::new("three revisions", [add("city"), insert(101), index("ix_city", "city")]),
        Script::new(
            "a column and its values",
            [r#"
    op.add_column("accounts", column("city", varchar(20)));
    op.execute("UPDATE accounts SET city = 'here'");
    op.alter_column("accounts", "city").set_not_null();"#],
        ),
    ];
    if dialect == "postgres" {
        scripts.push(Script::new("an enum", [
            "\n    op.create_enum(\"mood\", [\"happy\", \"sad\"]);\n    op.add_column(\"accounts\", column(\"mood\", enum_type(\"mood\")));",
            "\n    op.add_enum_value(\"mood\", \"soso\").after(\"happy\");\n    op.execute(\"UPDATE accounts SET mood = 'soso'\");",
        ]));
    }
    scripts
}
