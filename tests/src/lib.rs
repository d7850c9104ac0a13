//! What the tests share: cases, generated schemas, databases to try things on.

pub mod case;
pub mod generate;
pub mod law;
pub mod live;
