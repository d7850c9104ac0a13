//! A recorded PostgreSQL catalog, read back: every kind of object, and what only its server would print.

use ambix_dialect::{CatalogRows, Dialect, Postgres, dialect, normalize};
use ambix_schema::{Address, Change, Facet, Kind, Object, Schema};

/// The rows that PostgreSQL 15 answered under an empty search path.
const RECORDED: &str = include_str!("../../../../fixtures/catalogs/postgres-15.json");

/// What they say, one object a line.
const EXPECTED: &str = include_str!("postgres-15.txt");

fn recorded() -> Schema {
    let rows: CatalogRows = serde_json::from_str(RECORDED).expect("the recording is JSON");
    let postgres = Postgres::default();
    let schema = postgres.read_catalog(&rows).expect("the recording is whole");
    normalize(schema, &postgres).into_schema()
}

/// Lists without anything in them.
const EMPTY: [&str; 3] = ["()", "include ()", "inherits ()"];

/// The address, and each facet that is not empty.
fn line(at: &Address, object: &Object) -> String {
    let texts = Facet::ALL.into_iter().filter_map(|facet| object.facet_text(facet));
    let texts: Vec<String> =
        texts.filter(|text| !text.starts_with("no ") && !EMPTY.contains(&text.as_str())).collect();
    format!("{at}: {}", texts.join(" · "))
}

#[test]
fn a_recorded_catalog_says_what_was_built() {
    let schema = recorded();
    let lines: Vec<String> = schema.iter().map(|(at, object)| line(at, object)).collect();
    assert_eq!(lines.join("\n").trim(), EXPECTED.trim());
}

#[test]
fn what_is_not_modelled_is_seen() {
    let schema = recorded();
    let seen: Vec<(&str, &str)> =
        schema.unmodelled.iter().map(|thing| (thing.kind.as_str(), thing.name.as_str())).collect();
    assert_eq!(seen, [("function", "touch"), ("policy", "own"), ("trigger", "touch")]);
}

#[test]
fn a_catalog_that_was_changing_is_an_error_and_never_a_guess() {
    let torn = RECORDED.replace("\"((age >= 0) AND (age <= 150))\"", "null");
    assert_ne!(torn, RECORDED);
    let rows: CatalogRows = serde_json::from_str(&torn).unwrap();
    let error = dialect("postgres", None, None).unwrap().read_catalog(&rows).unwrap_err();
    assert!(error.to_string().contains("may have been changing"), "{error}");
}

#[test]
fn a_key_that_kept_its_conventional_name_yields() {
    let torn = RECORDED.replace("\"users_pkey\"", "\"people_pkey\"");
    let rows: CatalogRows = serde_json::from_str(&torn).unwrap();
    let schema = dialect("postgres", None, None).unwrap().read_catalog(&rows).unwrap();
    let key = Address::primary_key(ambix_schema::TableName::qualified("public", "users"));
    assert!(schema.is_implied(&key, Facet::Name));
}

#[test]
fn nothing_changes_when_nothing_changed() {
    let postgres = Postgres::default();
    let schema = recorded();
    let again = normalize(schema.clone(), &postgres);
    assert_eq!(*again.schema(), schema);
    let index = Address::part("users", Kind::Index, "ix1");
    let object = schema.get(&index).unwrap().clone();
    let alter = Change::Alter { at: index, from: object.clone(), to: object, using: None };
    assert!(alter.facets().is_empty());
}
