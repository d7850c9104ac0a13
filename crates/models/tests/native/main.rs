//! The native dialect, read from inline sources.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod attributes;
mod derives;
mod problems;
mod support;
mod types;
mod user;
