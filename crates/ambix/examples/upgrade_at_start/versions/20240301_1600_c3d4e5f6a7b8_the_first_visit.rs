//! the first visit
//!
//! Revision ID: c3d4e5f6a7b8
//! Revises: b2c3d4e5f6a7
//! Create Date: 2024-03-01 16:00:00 UTC

use ambix::prelude::*;

pub const REVISION: &str = "c3d4e5f6a7b8";
pub const DOWN_REVISION: &[&str] = &["b2c3d4e5f6a7"];
pub const BRANCH_LABELS: &[&str] = &[];
pub const DEPENDS_ON: &[&str] = &[];

pub fn upgrade(op: &mut Operations) {
    // Written by hand: if it ran twice, the count would tell.
    op.execute("INSERT INTO visits (page, visitor) VALUES ('/welcome', 'the program')");
}

pub fn downgrade(op: &mut Operations) {
    op.execute("DELETE FROM visits WHERE page = '/welcome'");
}
