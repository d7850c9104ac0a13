//! What the tests share: cases, stories, generated schemas, databases to try things on.

pub mod case;
pub mod drift;
pub mod generate;
pub mod law;
pub mod live;
pub mod pairs;
mod plain;
pub mod project;
pub mod runner;
pub mod story;
