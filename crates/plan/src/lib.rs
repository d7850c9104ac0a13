//! Orders changes so that they apply, and turns them into steps a database can run.
//!
//! [`order`] is for changes a comparison found: it may choose any order that works. [`plan`] is for
//! changes in an order somebody committed to: it keeps it, and only folds neighbours into one statement.

mod aside;
mod bystanders;
mod expand;
mod fold;
mod graph;
mod order;
mod prerequisites;
mod rebuild;
mod renamed;
mod replaced;
mod retype;
mod successor;
mod views;

pub use fold::{Plan, PlanError, plan};
pub use order::order;
pub use prerequisites::{Moved, Prepared, prepare};
