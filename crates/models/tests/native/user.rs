//! The example of the documentation, read whole.

use crate::support::{dump, options, parse_type, read_files, shown};
use ambix_models::Source;
use ambix_models::read;
use ambix_schema::{Address, Facet, Kind};

const USER: &str = r#"
use ambix::{Entity, Enum};
use chrono::{DateTime, Utc};

#[derive(sqlx::FromRow, ambix::Entity)]
#[ambix(table = "users", schema = "app", comment = "People who can sign in")]
#[ambix(unique(tenant_id, email, name = "uq_users_tenant_email"))]
#[ambix(index(email, name = "ix_users_active", where = "is_active = true"))]
#[ambix(check = "age >= 0", name = "ck_users_age")]
pub struct User {
    #[ambix(primary_key)]
    id: i64,
    #[ambix(references = "tenants.id", on_delete = "cascade")]
    tenant_id: i64,
    #[ambix(unique, length = 255)]
    email: String,
    #[ambix(default = "", renamed_from = "name")]
    full_name: String,
    age: Option<i32>,
    #[ambix(default = true)]
    is_active: bool,
    mood: Mood,
    #[ambix(default_sql = "now()")]
    created_at: DateTime<Utc>,
}

#[derive(sqlx::Type, ambix::Enum)]
#[sqlx(type_name = "mood", rename_all = "snake_case")]
enum Mood { Happy, SoSo }
"#;

const TENANT: &str = r#"
#[derive(ambix::Entity)]
#[ambix(table = "tenants", schema = "app")]
pub struct Tenant {
    #[ambix(primary_key)]
    id: i64,
}
"#;

#[test]
fn the_example_of_the_documentation_is_read_whole() {
    let read = read_files(&[("src/user.rs", USER), ("src/tenant.rs", TENANT)]);
    assert_eq!(shown(&read.problems), "");
    assert_eq!(dump(&read.schema), include_str!("user.txt").trim_end());
    assert_eq!((read.files, read.entities), (2, 2));
    let coverage = &read.schema.coverage;
    let silent = [Kind::Namespace, Kind::Extension, Kind::Domain, Kind::Sequence, Kind::View];
    assert_eq!(silent.map(|kind| coverage.speaks_of(kind)), [false; 5]);
    assert!(!coverage.speaks_of_facet(Kind::Column, Facet::OnUpdate));
    assert!(coverage.speaks_of_facet(Kind::Column, Facet::Default));
}

#[test]
fn every_object_knows_where_it_is_said() {
    let read = read_files(&[("src/user.rs", USER), ("src/tenant.rs", TENANT)]);
    assert!(read.schema.iter().all(|(at, _)| read.origins.contains(at)));
    let users = ambix_schema::TableName::qualified("app", "users");
    let line = |at: Address| read.origins.get(&at).unwrap().to_string();
    assert_eq!(line(Address::table(&users)), "src/user.rs:10");
    assert_eq!(line(Address::column(&users, "full_name")), "src/user.rs:18");
    assert_eq!(line(Address::part(&users, Kind::Check, "ck_users_age")), "src/user.rs:9");
    assert_eq!(line(Address::of(Kind::Enum, "mood")), "src/user.rs:29");
    let renames: Vec<String> =
        read.renames.iter().map(|rename| format!("{} -> {}", rename.from, rename.to)).collect();
    assert_eq!(renames, ["column app.users.name -> full_name"]);
}

#[test]
fn the_order_of_files_changes_nothing() {
    let source = |path: &str, text: &str| Source { path: path.into(), text: text.into() };
    let broken = "#[derive(ambix::Entity)] struct A { x: Nope, #[ambix(uniq)] y: i32 }";
    let mut files: Vec<Source> = (0..20)
        .map(|i| source(&format!("src/m{i}.rs"), &USER.replace("\"users\"", &format!("\"users{}\"", i % 15))))
        .collect();
    files.push(source("src/tenant.rs", TENANT));
    files.push(source("src/broken.rs", broken));
    let forwards = read(files.clone(), &options(), &parse_type);
    files.reverse();
    let backwards = read(files, &options(), &parse_type);
    assert_eq!(dump(&forwards.schema), dump(&backwards.schema));
    assert_eq!(shown(&forwards.problems), shown(&backwards.problems));
    assert_eq!(forwards.origins, backwards.origins);
    assert_eq!(forwards.renames, backwards.renames);
    assert!(!forwards.problems.is_empty());
}
