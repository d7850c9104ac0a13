//! Both readers, one list of operations: every revision in `fixtures/revisions` is compiled into this
//! test and read from its text, and both say the same.

#![cfg(feature = "source")]
#![expect(unreachable_pub, reason = "a revision file is public to the program it is compiled into")]
#![expect(unused_variables, reason = "a revision without a way back does nothing with its operations")]
#![expect(clippy::doc_markdown, reason = "the message of a revision is not Markdown")]

use std::path::Path;

use ambix_revision::{Compiled, Draft, Noted, Revision, checksum, read_rust, write_rust};

/// Revision files say `use ambix::prelude::*`.
extern crate ambix_revision as ambix;

#[path = "../../../fixtures/revisions/columns.rs"]
#[rustfmt::skip]
mod columns;
#[path = "../../../fixtures/revisions/constraints.rs"]
#[rustfmt::skip]
mod constraints;
#[path = "../../../fixtures/revisions/defined.rs"]
#[rustfmt::skip]
mod defined;
#[path = "../../../fixtures/revisions/hostile.rs"]
#[rustfmt::skip]
mod hostile;
#[path = "../../../fixtures/revisions/tables.rs"]
#[rustfmt::skip]
mod tables;
#[path = "../../../fixtures/revisions/types.rs"]
#[rustfmt::skip]
mod types;
#[path = "../../../fixtures/revisions/vocabulary.rs"]
#[rustfmt::skip]
mod vocabulary;

macro_rules! both {
    ($($name:ident),* $(,)?) => {
        /// Each revision by its file name: its text, and the same compiled.
        fn revisions() -> Vec<(&'static str, &'static str, Compiled)> {
            vec![$((
                stringify!($name),
                include_str!(concat!("../../../fixtures/revisions/", stringify!($name), ".rs")),
                Compiled {
                    id: $name::REVISION,
                    down: $name::DOWN_REVISION,
                    branch_labels: $name::BRANCH_LABELS,
                    depends_on: $name::DEPENDS_ON,
                    doc: "",
                    path: "",
                    upgrade: $name::upgrade,
                    downgrade: $name::downgrade,
                },
            )),*]
        }
    };
}
both!(columns, constraints, defined, hostile, tables, types, vocabulary);

fn read(name: &str, text: &str) -> Revision {
    read_rust(Path::new(name), text).unwrap_or_else(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{name}:\n{}", lines.join("\n"))
    })
}

#[test]
fn compiled_and_static_reading_give_the_same_operations() {
    for (name, text, compiled) in revisions() {
        let read = read(name, text);
        let compiled = compiled.revision().unwrap();
        assert_eq!(read.upgrade, compiled.upgrade, "{name}: upgrade");
        assert_eq!(read.downgrade, compiled.downgrade, "{name}: downgrade");
        assert_eq!(read.node(), compiled.node(), "{name}");
        assert_eq!(checksum(&read), checksum(&compiled), "{name}");
    }
}

#[test]
fn the_samples_use_every_operation() {
    let used: std::collections::BTreeSet<String> = revisions()
        .iter()
        .flat_map(|(name, text, _)| {
            let revision = read(name, text);
            revision.upgrade.into_iter().chain(revision.downgrade)
        })
        .map(|operation| operation.phrase().split('(').next().unwrap_or_default().to_owned())
        .collect();
    let missing: Vec<&str> =
        ambix_revision::verbs().filter(|verb| !used.contains(&format!("op.{verb}"))).collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn what_is_written_again_is_read_as_the_same() {
    for (name, text, _) in revisions() {
        let revision = read(name, text);
        let draft = Draft {
            id: revision.id.clone(),
            down: revision.down.clone(),
            branch_labels: revision.branch_labels.clone(),
            depends_on: revision.depends_on.clone(),
            message: revision.message.clone(),
            create_date: revision.create_date.clone().unwrap_or_default(),
            header: vec![],
            upgrade: revision.upgrade.iter().cloned().map(Noted::from).collect(),
            downgrade: revision.downgrade.iter().cloned().map(Noted::from).collect(),
        };
        let written = write_rust(&draft);
        let again = read(name, &written);
        assert_eq!(again.upgrade, revision.upgrade, "{name}\n{written}");
        assert_eq!(again.downgrade, revision.downgrade, "{name}\n{written}");
        assert_eq!(checksum(&again), checksum(&revision), "{name}");
    }
}

#[test]
fn a_written_revision_has_the_look_of_the_contract() {
    let (name, text, _) = revisions().into_iter().find(|(name, ..)| *name == "vocabulary").unwrap();
    let mut revision = read(name, text);
    revision.upgrade.truncate(1);
    let draft = Draft {
        id: revision.id,
        down: revision.down,
        branch_labels: vec![],
        depends_on: vec![],
        message: revision.message,
        create_date: revision.create_date.unwrap(),
        header: vec![],
        upgrade: vec![Noted {
            operation: revision.upgrade.remove(0),
            comments: vec!["src/models/user.rs:14  added column users.full_name".into()],
        }],
        downgrade: revision.downgrade.into_iter().map(Noted::from).collect(),
    };
    let expected: String = {
        let (before, rest) = text.split_once("    op.create_table").unwrap();
        let (_, after) = rest.split_once("gone\");\n").unwrap();
        format!("{before}{after}")
    };
    assert_eq!(write_rust(&draft), expected);
}
