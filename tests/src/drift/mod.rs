//! Drift, fact by fact: one thing of a rich schema is changed by SQL, and the comparison has to notice
//! exactly that, and to know the way there and back.
//!
//! The facts are data, in `fixtures/drift/DATABASE.sql`.

mod sheet;
mod trial;

pub use sheet::{DATABASES, Fact, Sheet};
pub use trial::{Outcome, Verdict, run};
