//! The vocabulary of ambix: objects, addresses, schemas, changes, `apply` and `inverse`.
//!
//! Everything here is a plain value. Nothing reads a clock, a file, a socket or the environment,
//! and no collection has an order that depends on hashing.

mod address;
mod address_map;
mod change;
mod coverage;
mod expr;
mod facet;
mod following;
mod name;
mod naming;
mod object;
mod prerequisite;
mod problem;
mod schema;
mod script;
mod types;
mod unmodelled;

pub use address::{Address, Kind, TableName};
pub use address_map::AddressMap;
pub use change::{ApplyError, Change, Irreversible, Opaque};
pub use coverage::Coverage;
pub use expr::Expr;
pub use facet::{Facet, Silent};
pub use name::{Name, escape};
pub use naming::Naming;
pub use object::{
    Action, Attribute, Check, Column, ColumnDefault, Composite, Deferrable, Domain, DomainCheck, Enum,
    Exclusion, ExclusionElement, Extension, ForeignKey, Generated, Identity, IdentityMode, Index, IndexKey,
    IndexSubject, Literal, MatchType, Namespace, Nulls, Object, PrimaryKey, Range, Sequence, SequenceOptions,
    Table, Unique, View,
};
pub use prerequisite::Prerequisite;
pub use problem::{Origin, Problem, Severity};
pub use schema::Schema;
pub use script::{Piece, PieceKind, Uncut};
pub use types::Type;
pub use unmodelled::{Dependent, Movable, Unmodelled};
