//! A recorded MariaDB catalog, read back: every kind of object, and what only its server would print.

use ambix_dialect::{CatalogRows, Dialect, Flavour, Mysql, normalize};
use ambix_schema::{Address, Facet, Object, Schema};

/// The rows that MariaDB 10.11 answered.
const RECORDED: &str = include_str!("../../../../fixtures/catalogs/mariadb-10.11.json");

/// What they say, one object a line.
const EXPECTED: &str = include_str!("mariadb-10.11.txt");

fn mariadb() -> Mysql {
    Mysql::new(Flavour::MariaDb, (10, 11), "app")
}

fn recorded(text: &str) -> Schema {
    let rows: CatalogRows = serde_json::from_str(text).expect("the recording is JSON");
    let schema = mariadb().read_catalog(&rows).expect("the recording is whole");
    normalize(schema, &mariadb()).into_schema()
}

/// The address, and each facet that is not empty.
fn line(at: &Address, object: &Object) -> String {
    let texts = Facet::ALL.into_iter().filter_map(|facet| object.facet_text(facet));
    let texts: Vec<String> = texts.filter(|text| !text.starts_with("no ") && text != "()").collect();
    format!("{at}: {}", texts.join(" · "))
}

#[test]
fn a_recorded_catalog_says_what_was_built() {
    let schema = recorded(RECORDED);
    let lines: Vec<String> = schema.iter().map(|(at, object)| line(at, object)).collect();
    assert_eq!(lines.join("\n").trim(), EXPECTED.trim());
}

#[test]
fn what_is_not_modelled_is_seen() {
    let schema = recorded(RECORDED);
    let mut seen: Vec<String> =
        schema.unmodelled.iter().map(|thing| format!("{} {}", thing.kind, thing.name)).collect();
    seen.sort();
    assert_eq!(
        seen,
        [
            "function twice",
            "sequence numbers",
            "system-versioned table history",
            "trigger touch",
            "view admins"
        ]
    );
}

#[test]
fn a_catalog_that_was_changing_is_an_error_and_never_a_guess() {
    let torn = RECORDED.replace("\"`slug` <> '' or `user_id` > 0\"", "null");
    assert_ne!(torn, RECORDED);
    let rows: CatalogRows = serde_json::from_str(&torn).unwrap();
    let error = mariadb().read_catalog(&rows).unwrap_err();
    assert!(error.to_string().contains("may have been changing"), "{error}");
}

#[test]
fn nothing_changes_when_nothing_changed() {
    let schema = recorded(RECORDED);
    let again = normalize(schema.clone(), &mariadb());
    assert_eq!(*again.schema(), schema);
}
