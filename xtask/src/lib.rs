//! What tests need of the chores: the house rules as a function, and private database servers.

pub mod process;
pub mod servers;
pub mod tidy;
