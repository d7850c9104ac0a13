//! x
use crate::Outcome;
pub(crate) fn run(_tables: usize) -> Outcome {
    Err("x".into())
}
