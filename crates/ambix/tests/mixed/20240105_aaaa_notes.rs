//! notes
//!
//! Revision ID: aaaa
//! Revises: <base>
//! Create Date: 2024-01-05 09:00:00 UTC

use ambix::prelude::*;

pub const REVISION: &str = "aaaa";
pub const DOWN_REVISION: &[&str] = &[];

pub fn upgrade(op: &mut Operations) {
    op.create_table("notes").column(column("id", integer()).not_null()).constraint(primary_key(["id"]));
}

pub fn downgrade(op: &mut Operations) {
    op.drop_table("notes");
}
