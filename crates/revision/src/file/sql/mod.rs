//! Revision files in SQL: comments at the head say where the revision stands, marked comments begin its
//! parts, and each statement is run as it is written.
//!
//! ```sql
//! -- add phone
//! --
//! -- revision: 7c1e5b0a9d42
//! -- down_revision: 3f2a9c0d1b7e
//!
//! -- ambix:up
//! ALTER TABLE users ADD COLUMN phone text;
//!
//! -- ambix:down
//! ALTER TABLE users DROP COLUMN phone;
//! ```

mod header;
#[cfg(feature = "source")]
mod keep;
mod read;
#[cfg(feature = "source")]
mod replay;
#[cfg(feature = "source")]
mod write;

use ambix_schema::{Piece, Uncut};

pub use header::read_sql_header;
#[cfg(feature = "source")]
pub use keep::{Kept, keep_sql};
pub use read::read_sql;
#[cfg(feature = "source")]
pub use write::{Said, Unwritable, write_sql};

/// How the comments begin that say something to ambix: `-- ambix:up`.
pub const MARK: &str = "ambix:";

/// Takes a text apart as a dialect does whose marked comments begin with [`MARK`].
pub type Cut<'a> = &'a dyn Fn(&str) -> Result<Vec<Piece>, Uncut>;

/// What a comment to the end of its line says, with its range: without the signs before it and the one blank
/// that follows them.
fn said(text: &str, range: &std::ops::Range<usize>) -> (String, std::ops::Range<usize>) {
    let whole = &text[range.clone()];
    let line = whole.trim_start_matches(['-', '#']);
    let line = line.strip_prefix([' ', '\t']).unwrap_or(line);
    (line.trim_end().to_owned(), range.end - line.len()..range.end)
}
