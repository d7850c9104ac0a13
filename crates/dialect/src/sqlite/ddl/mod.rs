//! SQLite's own words, read back: tokens, the texts of CREATE TABLE and CREATE INDEX.
//!
//! SQLite keeps each definition as the text it was given, and names of constraints, checks, generated
//! expressions, AUTOINCREMENT and collations are nowhere else. A text is either understood whole or not
//! at all: every function here gives `None` rather than a guess.

mod cursor;
mod expression;
mod index;
mod table;
mod token;

pub(super) use expression::{
    Event, ends_in_collation, hexadecimal, is_bytes, is_call, mentions, row_columns, trigger_event,
    without_hexadecimal, without_parentheses,
};
pub(super) use index::read_index;
pub(super) use table::{ColumnText, ConstraintText, ForeignKeyText, KeyText, Rule, TableText, read_table};
pub(super) use token::{Token, TokenKind, tokens};
