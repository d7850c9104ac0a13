//! The laws of operations on generated schemas: raising loses nothing, and what is written is read.

#![cfg(feature = "source")]

mod generate;

use std::path::Path;

use ambix_revision::{
    Draft, Noted, Operation, Raised, RevisionId, checksum, lower, raise, read_rust, replay, write_rust,
};
use ambix_schema::{Change, Kind, Naming, Opaque, Schema};
use proptest::prelude::*;

/// The changes from one schema to another in an order in which they apply: what goes, then what
/// changes, then what comes. Constraints and indexes are not altered but built anew.
fn changes(from: &Schema, to: &Schema) -> Vec<Change> {
    let mut drops = Vec::new();
    let mut alterations = Vec::new();
    let mut creations = Vec::new();
    for (at, object) in from.iter() {
        match to.get(at) {
            Some(other) if other == object => {}
            Some(other) if at.kind.is_constraint() || at.kind == Kind::Index => {
                drops.push(Change::Drop { at: at.clone(), object: object.clone() });
                creations.push(Change::Create { at: at.clone(), object: other.clone() });
            }
            Some(other) => alterations.push(Change::Alter {
                at: at.clone(),
                from: object.clone(),
                to: other.clone(),
                using: None,
            }),
            None => drops.push(Change::Drop { at: at.clone(), object: object.clone() }),
        }
    }
    let missing = to.iter().filter(|(at, _)| !from.contains(at));
    creations.extend(missing.map(|(at, object)| Change::Create { at: at.clone(), object: object.clone() }));
    let turn = |change: &Change| match change.kind() {
        Some(Kind::Column) => 1,
        Some(Kind::Table) => 2,
        _other => 0,
    };
    // Sequences go before what owns them, keys and indexes before columns, columns before their table.
    drops.sort_by_key(|change| (turn(change), change.at().cloned()));
    creations.sort_by_key(|change| change.at().cloned());
    drops.into_iter().chain(alterations).chain(creations).collect()
}

fn operations(raised: &[Raised]) -> Vec<Operation> {
    raised.iter().map(|raised| raised.operation.clone()).collect()
}

fn draft(upgrade: Vec<Noted>, downgrade: Vec<Operation>, message: String) -> Draft {
    Draft {
        id: RevisionId::from_stored("7c1e5b0a9d42"),
        down: vec![RevisionId::from_stored("3f2a9c0d1b7e")],
        branch_labels: vec!["main".into()],
        depends_on: vec![],
        message,
        create_date: "2024-11-13 14:30:00 UTC".into(),
        header: vec!["Proved: upgrade and downgrade on SQLite 3.46".into()],
        upgrade,
        downgrade: downgrade.into_iter().map(Noted::from).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn raised_operations_lead_where_the_changes_lead(from in generate::schema(), to in generate::schema()) {
        let changes = changes(&from, &to);
        let raised = raise(&from, &changes);
        let mut reached = from.clone();
        let operations = operations(&raised);
        replay(&operations, &mut reached, &Naming::default()).unwrap();
        let phrases: Vec<String> = operations.iter().map(Operation::phrase).collect();
        prop_assert_eq!(&reached, &to, "{:#?}", phrases);
        let mut covered: Vec<usize> = raised.into_iter().flat_map(|raised| raised.covers).collect();
        covered.sort_unstable();
        covered.dedup();
        prop_assert_eq!(covered, (0..changes.len()).collect::<Vec<_>>());
    }

    #[test]
    fn what_is_lowered_and_raised_again_is_the_same(from in generate::schema(), to in generate::schema()) {
        let first = operations(&raise(&from, &changes(&from, &to)));
        let mut state = from.clone();
        let mut lowered = Vec::new();
        for operation in &first {
            let changes = lower(operation, &state, &Naming::default()).unwrap();
            for change in &changes {
                state.apply_open(change);
            }
            lowered.extend(changes);
        }
        let mut reached = from.clone();
        replay(&operations(&raise(&from, &lowered)), &mut reached, &Naming::default()).unwrap();
        prop_assert_eq!(reached, to);
    }

    #[test]
    fn what_is_written_is_read(
        from in generate::schema(), to in generate::schema(), message in generate::text(),
        comments in proptest::collection::vec(generate::text(), 0..3), sql in generate::text(),
    ) {
        let mut forth = changes(&from, &to);
        forth.push(Change::Opaque(Opaque::Sql { text: sql.clone(), dialect: Some(sql) }));
        let forth = raise(&from, &forth);
        let back = operations(&raise(&to, &changes(&to, &from)));
        let upgrade: Vec<Noted> = forth
            .iter()
            .map(|raised| Noted { operation: raised.operation.clone(), comments: comments.clone() })
            .collect();
        let draft = draft(upgrade, back.clone(), message);
        let text = write_rust(&draft);
        let read = read_rust(Path::new("versions/a.rs"), &text).unwrap();
        prop_assert_eq!(&read.upgrade, &operations(&forth), "{}", text);
        prop_assert_eq!(&read.downgrade, &back, "{}", text);
        prop_assert_eq!(&read.node().down, &draft.down);
        // A comment of this form keeps the quick reader away.
        let in_full = read_rust(Path::new("versions/a.rs"), &format!("{text}/* */")).unwrap();
        prop_assert_eq!(&read, &in_full, "{}", text);
        // Comments and layout do not count.
        let plain = Draft { upgrade: read.upgrade.iter().cloned().map(Noted::from).collect(), ..draft };
        let again = read_rust(Path::new("b.rs"), &write_rust(&plain)).unwrap();
        prop_assert_eq!(checksum(&read), checksum(&again));
    }

    #[test]
    fn no_text_breaks_out_of_a_comment(comment in any::<String>(), message in any::<String>()) {
        let operation = Operation::from(ambix_revision::operations::Execute { sql: "x".into(), dialect: None });
        let noted = Noted { operation: operation.clone(), comments: vec![comment] };
        let text = write_rust(&draft(vec![noted], vec![], message));
        let read = read_rust(Path::new("a.rs"), &text).unwrap();
        prop_assert_eq!(read.upgrade, vec![operation]);
        prop_assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
    }

    #[test]
    fn operations_survive_json(from in generate::schema(), to in generate::schema()) {
        let operations = operations(&raise(&from, &changes(&from, &to)));
        let json = serde_json::to_string(&operations).unwrap();
        prop_assert_eq!(serde_json::from_str::<Vec<Operation>>(&json).unwrap(), operations);
    }
}
