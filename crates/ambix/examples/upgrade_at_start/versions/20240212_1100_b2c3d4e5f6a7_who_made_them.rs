//! who made them
//!
//! Revision ID: b2c3d4e5f6a7
//! Revises: a1b2c3d4e5f6
//! Create Date: 2024-02-12 11:00:00 UTC

use ambix::prelude::*;

pub const REVISION: &str = "b2c3d4e5f6a7";
pub const DOWN_REVISION: &[&str] = &["a1b2c3d4e5f6"];
pub const BRANCH_LABELS: &[&str] = &[];
pub const DEPENDS_ON: &[&str] = &[];

pub fn upgrade(op: &mut Operations) {
    op.add_column("visits", column("visitor", varchar(100)).not_null().default("somebody"));
    op.create_index("ix_visits_visitor", "visits", ["visitor"]);
}

pub fn downgrade(op: &mut Operations) {
    op.drop_index("ix_visits_visitor").on("visits");
    op.drop_column("visits", "visitor");
}
