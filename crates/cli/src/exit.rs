//! Exit codes, after diff(1), and what is said when ambix itself is wrong.

use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use crate::report;

/// How a command went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Exit {
    /// Done, or in sync.
    Done,
    /// A difference or a finding.
    Difference,
    /// It could not be done: usage, configuration, connection, SQL, refused for safety.
    CouldNot,
    /// A bug in ambix.
    Bug,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::from(0),
            Exit::Difference => Self::from(1),
            Exit::CouldNot => Self::from(2),
            Exit::Bug => Self::from(70),
        }
    }
}

/// Turns a panic into a bug report and exit code 70.
pub(crate) fn with_bug_report(work: impl FnOnce() -> Exit) -> Exit {
    panic::set_hook(Box::new(|info| {
        report::message(&format!(
            "error: this is a bug in ambix: {info}\nhelp: report it at {}/issues with the command and this text",
            env!("CARGO_PKG_REPOSITORY")
        ));
    }));
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or(Exit::Bug)
}
