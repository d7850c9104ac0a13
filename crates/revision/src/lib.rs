//! The revision graph, operations, replay, and the text of a revision file.

mod file;
mod graph;
mod header;
mod id;
mod moves;
pub mod operations;
#[cfg(feature = "source")]
mod place;
pub mod prelude;
mod raise;
mod replay;
mod revision;
mod target;

pub use file::{Cut, MARK, read_sql, read_sql_header};
#[cfg(feature = "source")]
pub use file::{
    Draft, Kept, Noted, Said, Unwritable, absent_words, keep_sql, read_rust, read_rust_header, relink_rust,
    write_rust, write_sql,
};
pub use graph::{Graph, GraphError, GraphErrorKind, Node};
pub use header::Header;
pub use id::{RevisionId, RevisionIdError, RevisionIdErrorKind};
pub use moves::{Direction, HeadChange, Move, Stamp};
#[cfg(feature = "source")]
pub use operations::{Entry, verbs, vocabulary};
pub use operations::{LowerError, Operation, Operations, lower};
pub use raise::{Raised, raise};
pub use replay::{ReplayError, replay};
pub use revision::{Compiled, CompiledSql, Form, Replayed, Revision, Revisions, Sql, checksum};
pub use target::{Anchor, Target, TargetError, asks_where_the_database_is, split_range};
