//! Problems found in people's source: data only; whoever prints decides how it looks.

use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Where in a source file something stands.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Origin {
    /// The file, relative to the project where possible.
    pub path: Arc<Path>,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", crate::escape(&self.path.display().to_string()), self.line)
    }
}

/// Whether a problem stops the work.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The source cannot be used as it is.
    Error,
    /// Something is passed over; the work goes on.
    Warning,
}

/// One problem in a source file, with all that is needed to show it as a compiler would.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Problem {
    /// Whether it stops the work.
    pub severity: Severity,
    /// What is wrong, as a lowercase fragment.
    pub message: String,
    /// Where it begins.
    pub origin: Origin,
    /// The text of the lines from the one it begins on to the one it ends on.
    pub excerpt: String,
    /// The bytes of `excerpt` it is about.
    pub marked: Range<usize>,
    /// A short word at the mark.
    pub label: Option<String>,
    /// The way out.
    pub help: Option<String>,
}

impl Problem {
    /// A problem at a byte range of a file's text. Line, column and excerpt are worked out here.
    pub fn at(
        severity: Severity,
        path: impl AsRef<Path>,
        text: &str,
        range: Range<usize>,
        message: impl Into<String>,
    ) -> Self {
        let start = floor_boundary(text, range.start.min(text.len()));
        let end = floor_boundary(text, range.end.clamp(start, text.len()));
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[end..].find('\n').map_or(text.len(), |at| end + at);
        let line = text[..start].matches('\n').count() + 1;
        let column = text[line_start..start].chars().count() + 1;
        Self {
            severity,
            message: message.into(),
            origin: Origin { path: path.as_ref().into(), line, column },
            excerpt: text[line_start..line_end].to_owned(),
            marked: start - line_start..end - line_start,
            label: None,
            help: None,
        }
    }

    /// The same problem with the way out.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same problem with a word at the mark.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }
}

/// One line; the full picture is drawn by the command line.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.origin, self.origin.column, self.message)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

fn floor_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_knows_its_line_and_marks_its_bytes() {
        let text = "struct A;\n  let é = 1;\n";
        let at = text.find('1').unwrap();
        let problem = Problem::at(Severity::Error, "a.rs", text, at..at + 1, "no ones");
        assert_eq!((problem.origin.line, problem.origin.column), (2, 11));
        assert_eq!(&problem.excerpt[problem.marked.clone()], "1");
    }
}
