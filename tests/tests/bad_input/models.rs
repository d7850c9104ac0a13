//! Entity source that cannot be used.

use super::project::Project;
use super::{Outcome, Test, alone};

pub(super) fn tests() -> Vec<Test> {
    vec![
        alone("models::unparsable_rust_is_named_with_its_place", unparsable),
        alone("models::an_unknown_key_has_a_caret_and_the_nearest_key", unknown_key),
        alone("models::problems_of_several_files_come_in_one_run", several),
        alone("models::two_entities_with_one_table_name_each_other", one_table),
        alone("models::a_foreign_key_to_nowhere", nowhere),
        alone("models::a_type_with_no_mapping", no_mapping),
        alone("models::a_decimal_that_would_lose_its_fraction", decimal),
        alone("models::a_text_that_no_key_can_hold", long_key),
        alone("models::a_file_that_is_not_text", not_text),
        alone("models::an_enum_that_cannot_be_one", bad_enum),
        alone("models::rubbish_never_ends_in_a_panic", rubbish),
    ]
}

/// The three commands that read models say the same.
fn refused(files: &[(&str, &str)], parts: &[&str]) -> Outcome {
    let project = Project::sqlite()?;
    for (name, text) in files {
        project.write(&format!("src/{name}"), text)?;
    }
    project.refuses(&["check", "--offline"], parts)?;
    project.refuses(&["check"], parts)?;
    project.refuses(&["revision", "--autogenerate", "-m", "x"], parts)?;
    Ok(())
}

fn unparsable() -> Outcome {
    refused(
        &[("user.rs", "#[derive(ambix::Entity)]\nstruct User {\n    name: = String,\n}\n")],
        &["--> src/user.rs:3:11", "3 |     name: = String,", "  ^", "could not read the models: 1 problem"],
    )?;
    refused(
        &[("user.rs", "struct A;\nfn x( {\n")],
        &["--> src/user.rs:2:7", "could not read the models: 1 problem"],
    )
}

fn unknown_key() -> Outcome {
    refused(
        &[(
            "user.rs",
            "#[derive(ambix::Entity)]\nstruct User {\n    #[ambix(primary_key, lenght = 3)]\n    id: i64,\n}\n",
        )],
        &["unknown key `lenght`", "--> src/user.rs:3:26", "^^^^^^", "did you mean `length`?"],
    )
}

/// What models ask of a server that is not even there.
fn refused_by(dialect: &'static str, fields: &str, parts: &[&str]) -> Outcome {
    let project = Project::new(dialect, None)?;
    project.write("src/bill.rs", format!("#[derive(ambix::Entity)]\nstruct Bill {{\n{fields}}}\n"))?;
    project.refuses(&["check", "--offline"], parts)?;
    project.refuses(&["revision", "--autogenerate", "--offline", "-m", "x"], parts)?;
    Ok(())
}

fn decimal() -> Outcome {
    for (dialect, title) in [("mariadb", "MariaDB"), ("mysql", "MySQL")] {
        let message =
            format!("column bill.total: {title} keeps a decimal without a precision as decimal(10,0)");
        refused_by(
            dialect,
            "    #[ambix(primary_key)]\n    id: i64,\n    total: rust_decimal::Decimal,\n",
            &[&message, "#[ambix(precision = 12, scale = 2)]", "src/bill.rs:5"],
        )?;
    }
    Ok(())
}

fn long_key() -> Outcome {
    refused_by(
        "mysql",
        "    #[ambix(primary_key)]\n    id: i64,\n    #[ambix(unique)]\n    number: String,\n",
        &["MySQL cannot index number without a length", "#[ambix(length = 255)]", "src/bill.rs:"],
    )
}

fn several() -> Outcome {
    refused(
        &[
            ("a.rs", "#[derive(ambix::Entity)]\nstruct A { #[ambix(primry_key)] id: i64 }\n"),
            ("b.rs", "struct B {\n"),
            (
                "c.rs",
                "#[derive(ambix::Entity)]\n#[ambix(tabel = \"c\")]\nstruct C { #[ambix(uniqe)] id: i64 }\n",
            ),
        ],
        &[
            "--> src/a.rs:2:20",
            "did you mean `primary_key`?",
            "--> src/b.rs:1:10",
            "--> src/c.rs:2:9",
            "did you mean `table`?",
            "--> src/c.rs:3:20",
            "did you mean `unique`?",
            "could not read the models: 4 problems",
        ],
    )
}

fn one_table() -> Outcome {
    refused(
        &[
            ("a.rs", "#[derive(ambix::Entity)]\nstruct User { #[ambix(primary_key)] id: i64 }\n"),
            (
                "b.rs",
                "#[derive(ambix::Entity)]\n#[ambix(table = \"user\")]\nstruct Person { #[ambix(primary_key)] id: i64 }\n",
            ),
        ],
        &["two entities are table `user`", "src/a.rs:2", "src/b.rs:2:17", "`User`", "`table`"],
    )
}

fn nowhere() -> Outcome {
    refused(
        &[(
            "a.rs",
            "#[derive(ambix::Entity)]\nstruct Post {\n    #[ambix(references = \"usr.id\")]\n    a: i64,\n    \
             #[ambix(references = \"post.nope\")]\n    b: i64,\n}\n",
        )],
        &[
            "no entity is table `usr`",
            "--> src/a.rs:3:26",
            "table `post` has no column `nope`",
            "--> src/a.rs:5:26",
        ],
    )
}

fn no_mapping() -> Outcome {
    refused(
        &[(
            "a.rs",
            "#[derive(ambix::Entity)]\nstruct Post {\n    lock: std::sync::Mutex<i32>,\n    other: Option<Unheard>,\n}\n",
        )],
        &[
            "no column type is known for `std::sync::Mutex<i32>`",
            "--> src/a.rs:3:11",
            "Unheard",
            "src/a.rs:4:",
            "sql_type",
            "#[ambix(skip)]",
        ],
    )
}

fn not_text() -> Outcome {
    let project = Project::sqlite()?;
    project.write("src/a.rs", b"// \xff\xfe\nstruct A;\n")?;
    project.refuses(&["check", "--offline"], &["src/a.rs", "UTF-8"])?;
    Ok(())
}

fn bad_enum() -> Outcome {
    refused(
        &[(
            "a.rs",
            "#[derive(ambix::Enum)]\nenum Mood { Happy(i32), Sad }\n#[derive(ambix::Entity)]\n\
             struct A { #[ambix(primary_key)] id: i64, mood: Mood }\n",
        )],
        &["--> src/a.rs:2:", "Happy"],
    )
}

/// Every prefix of a good file, and some of it upside down: refused or read, never a bug.
fn rubbish() -> Outcome {
    const GOOD: &str = "#[derive(ambix::Entity)]\n#[ambix(table = \"t\", unique(a, b, name = \"u\"))]\n#[ambix(index(expr = \
                        \"lower(a)\"), check = \"a > 0\")]\nstruct T { #[ambix(primary_key, default = -1)] a: Option<i64>, b: [u8; 4] }\n";
    let project = Project::sqlite()?;
    for end in (1..GOOD.len()).step_by(11) {
        let backwards: String = GOOD[..end].chars().rev().collect();
        for text in [GOOD[..end].to_owned(), GOOD[end..].to_owned(), backwards] {
            project.write("src/a.rs", &text)?;
            let ran = project.ambix(&["check", "--offline"]);
            assert!(matches!(ran.code, Some(0..=2)), "{}\n{text}", ran.shown("broke"));
        }
    }
    Ok(())
}
