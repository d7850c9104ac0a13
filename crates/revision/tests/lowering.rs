//! Lowering completes an operation from what is known, and takes what is not known to exist.

use ambix_revision::operations::Operations;
use ambix_revision::prelude::*;
use ambix_revision::{LowerError, lower, raise, replay};
use ambix_schema::{Address, Change, Kind, Naming, Object, Schema, Type};

fn schema(record: impl FnOnce(&mut Operations)) -> Schema {
    let mut schema = Schema::new();
    replayed(&mut schema, record);
    schema
}

fn replayed(schema: &mut Schema, record: impl FnOnce(&mut Operations)) {
    let mut op = Operations::new();
    record(&mut op);
    replay(op.as_slice(), schema, &Naming::default()).expect("the operations leave nothing open");
}

fn lowered(before: &Schema, record: impl FnOnce(&mut Operations)) -> Result<Vec<String>, LowerError> {
    let mut op = Operations::new();
    record(&mut op);
    let changes = lower(&op.as_slice()[0], before, &Naming::default())?;
    Ok(changes.iter().map(ToString::to_string).collect())
}

fn users() -> Schema {
    schema(|op| {
        op.create_table("users")
            .column(column("id", bigint()).identity())
            .column(column("email", text()).not_null())
            .column(column("age", integer()))
            .constraint(primary_key(["id"]))
            .constraint(unique(["email"]))
            .constraint(check("age > 17"))
            .constraint(check("length(email) > age"));
        op.create_index(None, "users", [expr("lower(email)"), key("age")]);
        op.create_index("by_age", "users", ["age"]).concurrently();
    })
}

#[test]
fn what_has_no_name_is_named_as_postgres_would() {
    let names: Vec<String> = users()
        .iter()
        .filter(|(at, _)| at.kind.is_constraint() || at.kind == Kind::Index)
        .map(|(at, _)| at.to_string())
        .collect();
    assert_eq!(
        names,
        [
            "primary key of users",
            "unique users.users_email_key",
            "check users.users_age_check",
            "check users.users_check",
            "index users.by_age",
            "index users.users_expr_age_idx",
        ]
    );
    let mut twice = users();
    replayed(&mut twice, |op| {
        op.create_check_constraint(None, "users", "age < 200");
    });
    assert!(twice.contains(&Address::part("users", Kind::Check, "users_age_check1")));
}

#[test]
fn a_column_of_the_primary_key_refuses_nulls_without_saying_so() {
    let users = users();
    let id = users.get(&Address::column("users", "id")).and_then(Object::as_column).unwrap();
    assert!(!id.is_nullable);
    let bare = schema(|op| {
        op.create_table("t").column(column("a", text()));
    });
    let changes = lowered(&bare, |op| {
        op.create_primary_key(None, "t", ["a"]);
    });
    assert_eq!(changes.unwrap(), ["~ column t.a  null → not null", "+ primary key of t  (a)"]);
}

#[test]
fn a_dropped_column_takes_along_what_is_made_from_it() {
    let changes = lowered(&users(), |op| {
        op.drop_column("users", "age");
    });
    assert_eq!(
        changes.unwrap(),
        [
            "- index users.by_age  (age)",
            "- index users.users_expr_age_idx  ((lower(email)), age)",
            "- check users.users_age_check  age > 17",
            "- check users.users_check  length(email) > age",
            "- column users.age  integer",
        ]
    );
}

#[test]
fn a_dropped_table_takes_its_parts_along_in_the_opposite_order() {
    let mut op = Operations::new();
    op.drop_table("users");
    let before = users();
    let mut changes = lower(&op.as_slice()[0], &before, &Naming::default()).unwrap();
    changes.reverse();
    let mut back = Schema::new();
    for change in &changes {
        back.apply(&change.inverse().unwrap()).unwrap();
    }
    assert_eq!(back, before);
    assert_eq!(
        back.columns(&"users".into()).iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        ["id", "email", "age"]
    );
}

#[test]
fn what_no_revision_created_is_taken_to_exist() {
    let none = Schema::new();
    let changes = lowered(&none, |op| {
        op.alter_column("legacy", "a").set_type(text()).drop_default().set_not_null();
    });
    assert_eq!(
        changes.unwrap(),
        ["~ column legacy.a  unknown → text, null → not null, default null → no default"]
    );
    assert_eq!(
        lowered(&none, |op| {
            op.drop_table("legacy");
        })
        .unwrap(),
        ["- table legacy"]
    );
    assert_eq!(
        lowered(&none, |op| {
            op.add_enum_value("legacy", "b").after("a");
        })
        .unwrap(),
        ["~ enum legacy  (\"a\") → (\"a\", \"b\")"]
    );
    assert_eq!(
        lowered(&none, |op| {
            op.validate_constraint("legacy", "fk").foreign_key();
        })
        .unwrap(),
        ["~ foreign key legacy.fk  not valid → valid"]
    );
    assert_eq!(
        lowered(&none, |op| {
            op.alter_sequence("s").drop_cache().cycle();
        })
        .unwrap()
        .len(),
        1
    );
}

#[test]
fn what_cannot_be_completed_says_what_to_write() {
    let none = Schema::new();
    let message = |record: fn(&mut Operations)| lowered(&none, record).unwrap_err().to_string();
    assert!(
        message(|op| {
            op.drop_constraint("t", "c");
        })
        .contains("say it with .foreign_key()")
    );
    assert!(
        message(|op| {
            op.drop_index("ix");
        })
        .contains(".on(\"table\")")
    );
    assert!(
        message(|op| {
            op.bulk_insert("t", ["a", "b"], [[1.into()]]);
        })
        .contains("1 values for 2 columns")
    );
    let mood = schema(|op| {
        op.create_enum("mood", ["a"]);
    });
    let error = lowered(&mood, |op| {
        op.rename_enum_value("mood", "x", "y");
    })
    .unwrap_err();
    assert_eq!(error.to_string(), "could not rename a value: enum mood has no value \"x\"");
    let replayed = {
        let mut op = Operations::new();
        op.drop_index("ix");
        replay(op.as_slice(), &mut Schema::new(), &Naming::default()).unwrap_err().to_string()
    };
    assert!(
        replayed.starts_with("operation 1 (`op.drop_index(\"ix\")`): could not drop index ix"),
        "{replayed}"
    );
}

#[test]
fn a_renamed_enum_value_is_raised_as_one() {
    let before = schema(|op| {
        op.create_enum("mood", ["a", "b"]);
    });
    let mut op = Operations::new();
    op.rename_enum_value("mood", "a", "it's");
    let changes = lower(&op.as_slice()[0], &before, &Naming::default()).unwrap();
    assert_eq!(raise(&before, &changes)[0].operation, op.as_slice()[0]);
}

#[test]
fn a_constraint_is_found_by_its_name() {
    let changes = lowered(&users(), |op| {
        op.drop_constraint("users", "users_pkey");
    });
    assert_eq!(changes.unwrap(), ["- primary key of users  (id)"]);
    let changes = lowered(&users(), |op| {
        op.rename_constraint("users", "users_email_key", "uq");
    });
    assert_eq!(changes.unwrap(), ["> unique users.users_email_key → uq"]);
}

#[test]
fn the_wish_to_drop_concurrently_is_that_of_the_drop() {
    let mut op = Operations::new();
    op.drop_index("by_age");
    let changes = lower(&op.as_slice()[0], &users(), &Naming::default()).unwrap();
    let Change::Drop { object: Object::Index(index), .. } = &changes[0] else { panic!("{changes:?}") };
    assert!(!index.concurrently.0);
}

#[test]
fn a_foreign_key_to_a_table_that_comes_later_stands_apart() {
    let both = schema(|op| {
        op.create_table("a").column(column("id", bigint())).constraint(primary_key(["id"]));
        op.create_table("b").column(column("id", bigint())).constraint(primary_key(["id"]));
        op.create_foreign_key("a_b", "a", ["id"], "b", ["id"]);
        op.create_foreign_key("b_a", "b", ["id"], "a", ["id"]);
        op.create_index("ix", "a", ["id"]);
    });
    let creations: Vec<Change> =
        both.iter().map(|(at, object)| Change::Create { at: at.clone(), object: object.clone() }).collect();
    let phrases: Vec<String> =
        raise(&Schema::new(), &creations).iter().map(|raised| raised.operation.phrase()).collect();
    assert_eq!(
        phrases,
        [
            "op.create_table(\"a\").column(column(\"id\", bigint())).constraint(primary_key([\"id\"]))",
            "op.create_index(\"ix\", \"a\", [\"id\"])",
            "op.create_table(\"b\").column(column(\"id\", bigint())).constraint(primary_key([\"id\"]))\
             .constraint(foreign_key([\"id\"], \"a\", [\"id\"]).name(\"b_a\"))",
            "op.create_foreign_key(\"a_b\", \"a\", [\"id\"], \"b\", [\"id\"])",
        ]
    );
}

#[test]
fn a_column_that_shares_its_name_with_a_type_takes_nothing_along() {
    let mut notes = schema(|op| {
        op.create_table("notes").column(column("text", text())).column(column("kind", text()));
        op.create_check_constraint("ck", "notes", "kind = 'a'::text");
    });
    replayed(&mut notes, |op| {
        op.drop_column("notes", "text");
    });
    assert!(notes.contains(&Address::part("notes", Kind::Check, "ck")));
    let column = notes.get(&Address::column("notes", "kind")).and_then(Object::as_column).unwrap();
    assert_eq!(column.ty, Type::Text);
}
