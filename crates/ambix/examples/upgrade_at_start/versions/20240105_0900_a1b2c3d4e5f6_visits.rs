//! visits
//!
//! Revision ID: a1b2c3d4e5f6
//! Revises: <base>
//! Create Date: 2024-01-05 09:00:00 UTC

use ambix::prelude::*;

pub const REVISION: &str = "a1b2c3d4e5f6";
pub const DOWN_REVISION: &[&str] = &[];
pub const BRANCH_LABELS: &[&str] = &[];
pub const DEPENDS_ON: &[&str] = &[];

pub fn upgrade(op: &mut Operations) {
    op.create_table("visits")
        .column(column("id", bigint()).auto_increment())
        .column(column("page", varchar(200)).not_null())
        .constraint(primary_key(["id"]));
}

pub fn downgrade(op: &mut Operations) {
    op.drop_table("visits");
}
