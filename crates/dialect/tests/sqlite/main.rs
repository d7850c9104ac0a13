//! SQLite live: what is rendered builds, what is built reads back, and a rebuild loses nothing.

mod changing;
mod property;
mod reading;
mod support;
