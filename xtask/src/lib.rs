//! The house rules as a function, so that an ordinary test can hold the tree to them.

pub mod tidy;
