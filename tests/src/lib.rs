//! What the tests share: cases, stories, generated schemas, databases to try things on, and what befalls them.

pub mod case;
pub mod drift;
pub mod faults;
pub mod generate;
pub mod law;
pub mod live;
pub mod map;
pub mod operations;
pub mod pairs;
mod plain;
pub mod project;
pub mod runner;
pub mod story;
