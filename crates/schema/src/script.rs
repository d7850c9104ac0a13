//! A text of SQL taken apart: its statements and the comments between them, by a dialect that knows how its
//! server reads them. Plain data, for whoever reads or runs such a text.

use std::ops::Range;

/// One piece of a text of SQL.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// Its bytes: of a statement without its semicolon and the comments before it.
    pub range: Range<usize>,
}

/// What a piece of a text of SQL is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PieceKind {
    /// One statement, as a server takes it.
    Statement {
        /// Its tokens, one blank between two: equal for two texts that differ in comments, blanks and line
        /// ends only.
        essence: String,
        /// Whether the text ends, or a marked comment stands, before what it opened is closed: a body
        /// without its END.
        is_open: bool,
    },
    /// A comment that runs to the end of its line and stands between statements.
    Comment,
    /// A comment to the end of its line that begins with the mark that was asked for. It ends the statement
    /// before it.
    Marked,
}

/// Why a text of SQL cannot be taken apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Uncut {
    /// The bytes it is about.
    pub range: Range<usize>,
    /// What is wrong, as a lowercase fragment.
    pub message: String,
    /// The way out.
    pub help: Option<String>,
}
