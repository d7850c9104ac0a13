//! What the derives accept compiles, and adds nothing.

use ambix_derive::{Entity, Enum};

#[derive(Entity, Clone, Debug, PartialEq)]
#[ambix(table = "users", schema = "app", comment = "People who can sign in")]
#[ambix(unique(tenant_id, email, name = "uq_users_tenant_email"))]
#[ambix(index(email, created(desc, nulls_last), name = "ix_users_active", where = "is_active = true"))]
#[ambix(check = "age >= 0", name = "ck_users_age", options(strict, fillfactor = 70))]
struct User {
    #[ambix(primary_key)]
    id: i64,
    #[ambix(references = "tenants.id", on_delete = "cascade")]
    tenant_id: i64,
    #[ambix(unique, length = 255, default = "", renamed_from = "mail")]
    email: String,
    #[ambix(default = -1)]
    age: Option<i32>,
    #[sqlx(rename = "created")]
    #[ambix(default_sql = "now()")]
    created_at: String,
    #[ambix(skip)]
    cache: (),
}

#[derive(Enum, Clone, Copy, Debug, PartialEq)]
#[sqlx(type_name = "mood", rename_all = "snake_case")]
enum Mood {
    Happy,
    #[ambix(rename = "so-so")]
    SoSo,
}

#[test]
fn a_derived_entity_is_the_struct_it_was() {
    let user =
        User { id: 1, tenant_id: 2, email: String::new(), age: None, created_at: String::new(), cache: () };
    assert_eq!(user.clone(), user);
    assert_ne!(Mood::Happy, Mood::SoSo);
}
