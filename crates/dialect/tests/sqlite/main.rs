//! SQLite live: what is rendered builds, what is built reads back, and a rebuild loses nothing.
#![cfg(test)]

mod changing;
mod meaning;
mod property;
mod reading;
mod support;
mod texts;
