//! Operations: what a revision records. One file a family of verbs; each holds the data, the words
//! (one declaration for compiled and static reading), the lowering to changes, and the Rust text.

#![expect(
    clippy::return_self_not_must_use,
    reason = "what a verb gives back may be dropped: the operation is recorded"
)]

#[macro_use]
mod vocabulary;

mod alter_column;
mod argument;
mod column;
mod column_type;
mod composite;
mod constraint;
mod constraint_verbs;
mod container;
mod data;
mod dependents;
mod domain;
mod enumeration;
mod index;
mod key;
mod lower;
mod options;
mod phrase;
mod range_type;
#[cfg(feature = "source")]
pub(crate) mod reading;
mod rename;
mod sequence;
mod table;
mod view;

use ambix_schema::{Change, Naming, Schema};
use serde::{Deserialize, Serialize};

pub use alter_column::AlterColumn;
pub use argument::{Edit, List, OptionalName, Rows, Scalar, null, number};
pub use column::{AddColumn, ColumnDefinition, DropColumn, column};
pub use column_type::{
    Temporal, array, bigint, binary, boolean, bytes, character, cidr, date, decimal, decimal_precision,
    decimal_unlimited, defined_type, double, enum_type, inet, integer, interval, json, jsonb, macaddr, real,
    smallint, sql_type, text, time, timestamp, timestamptz, timetz, tinyint, unsigned, uuid, varbinary,
    varchar, varchar_unlimited,
};
pub use composite::{AlterCompositeType, CreateCompositeType, DropCompositeType};
pub use constraint::{
    CheckDefinition, Constraint, ExclusionDefinition, ForeignKeyDefinition, OnAction, PrimaryKeyDefinition,
    Timing, UniqueDefinition, check, exclude, foreign_key, primary_key, set_default, set_null, unique,
};
pub use constraint_verbs::{
    CreateConstraint, DropConstraint, DropPrimaryKey, NamedConstraint, RenameConstraint, ValidateConstraint,
};
pub use container::{AlterExtension, AlterSchema, CreateExtension, CreateSchema, DropExtension, DropSchema};
pub use data::{Allow, BulkInsert, DoneElsewhere, Execute, Irreversible, Replaces};
pub use domain::{AlterDomain, CreateDomain, DropDomain};
pub use enumeration::{AddEnumValue, AlterEnum, CreateEnum, DropEnum, RenameEnumValue, ValuePlace};
pub use index::{AlterIndex, CreateIndex, DropIndex, RenameIndex};
pub use key::{KeyDefinition, expr, key};
pub use lower::LowerError;
pub use range_type::{AlterRangeType, CreateRangeType, DropRangeType};
pub use rename::Rename;
pub use sequence::{AlterSequence, CreateSequence, DropSequence};
pub use table::{AlterTable, CreateTable, DropTable, table};
pub use view::{CreateView, DropView, ReplaceView};

#[cfg(feature = "source")]
pub(crate) use phrase::text as text_literal;

use lower::Ctx;

/// The operations of one direction of a revision, in order. Recording performs nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Operations {
    list: Vec<Operation>,
}

impl Operations {
    /// No operations yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What was recorded so far.
    pub fn as_slice(&self) -> &[Operation] {
        &self.list
    }

    /// What was recorded.
    pub fn into_vec(self) -> Vec<Operation> {
        self.list
    }

    /// Records an operation that was made by other means than a verb.
    pub fn push(&mut self, operation: impl Into<Operation>) {
        self.list.push(operation.into());
    }

    #[cfg(feature = "source")]
    pub(crate) fn last_mut(&mut self) -> Option<&mut Operation> {
        self.list.last_mut()
    }

    fn record<T: Recordable>(&mut self, operation: Operation) -> Recorded<'_, T> {
        self.list.push(operation);
        let last = self.list.last_mut().expect("an operation was just pushed");
        Recorded::of(last)
    }
}

/// An operation that was just recorded, so that more can be said about it.
#[derive(Debug)]
pub struct Recorded<'a, T> {
    target: &'a mut T,
}

impl<'a, T: Recordable> Recorded<'a, T> {
    fn of(operation: &'a mut Operation) -> Self {
        let target = T::within(operation).expect("a verb records the operation that its type says");
        Self { target }
    }
}

/// Something inside an operation that can be said more about.
pub trait Recordable {
    /// The name of the type, by which the static reader tells receivers apart.
    const SORT: &'static str;

    /// It, inside an operation that has it.
    fn within(operation: &mut Operation) -> Option<&mut Self>;
}

/// What every operation can do.
pub(crate) trait Verb {
    /// The changes it stands for, completed from the schema at that point.
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError>;

    /// Its Rust text, without the semicolon. Leaves out what is not said, so a word that the
    /// vocabulary gains later changes no text (and no checksum) of an older revision.
    fn phrase(&self) -> String;
}

macro_rules! operations {
    ($($(#[$doc:meta])* $operation:ident),* $(,)?) => {
        /// One thing a revision records. Plain data.
        #[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
        #[serde(tag = "operation", rename_all = "snake_case")]
        pub enum Operation {
            $($(#[$doc])* $operation($operation),)*
        }

        $(
            impl From<$operation> for Operation {
                fn from(operation: $operation) -> Self {
                    Self::$operation(operation)
                }
            }

            impl Recordable for $operation {
                const SORT: &'static str = stringify!($operation);

                fn within(operation: &mut Operation) -> Option<&mut Self> {
                    if let Operation::$operation(it) = operation { Some(it) } else { None }
                }
            }
        )*

        impl Operation {
            fn verb(&self) -> &dyn Verb {
                match self { $(Self::$operation(operation) => operation,)* }
            }
        }
    };
}
operations!(
    /// `op.create_table`
    CreateTable,
    /// `op.drop_table`
    DropTable,
    /// `op.alter_table`
    AlterTable,
    /// `op.rename_table`, `op.rename_enum`, …
    Rename,
    /// `op.add_column`
    AddColumn,
    /// `op.drop_column`
    DropColumn,
    /// `op.alter_column`
    AlterColumn,
    /// `op.create_index`
    CreateIndex,
    /// `op.drop_index`
    DropIndex,
    /// `op.rename_index`
    RenameIndex,
    /// `op.alter_index`
    AlterIndex,
    /// `op.create_primary_key`, `op.create_unique_constraint`, …
    CreateConstraint,
    /// `op.drop_constraint`
    DropConstraint,
    /// `op.drop_primary_key`
    DropPrimaryKey,
    /// `op.rename_constraint`
    RenameConstraint,
    /// `op.validate_constraint`
    ValidateConstraint,
    /// `op.create_enum`
    CreateEnum,
    /// `op.add_enum_value`
    AddEnumValue,
    /// `op.rename_enum_value`
    RenameEnumValue,
    /// `op.alter_enum`
    AlterEnum,
    /// `op.drop_enum`
    DropEnum,
    /// `op.create_domain`
    CreateDomain,
    /// `op.alter_domain`
    AlterDomain,
    /// `op.drop_domain`
    DropDomain,
    /// `op.create_composite_type`
    CreateCompositeType,
    /// `op.alter_composite_type`
    AlterCompositeType,
    /// `op.drop_composite_type`
    DropCompositeType,
    /// `op.create_range_type`
    CreateRangeType,
    /// `op.alter_range_type`
    AlterRangeType,
    /// `op.drop_range_type`
    DropRangeType,
    /// `op.create_sequence`
    CreateSequence,
    /// `op.alter_sequence`
    AlterSequence,
    /// `op.drop_sequence`
    DropSequence,
    /// `op.create_schema`
    CreateSchema,
    /// `op.alter_schema`
    AlterSchema,
    /// `op.drop_schema`
    DropSchema,
    /// `op.create_extension`
    CreateExtension,
    /// `op.alter_extension`
    AlterExtension,
    /// `op.drop_extension`
    DropExtension,
    /// `op.create_view`
    CreateView,
    /// `op.replace_view`
    ReplaceView,
    /// `op.drop_view`
    DropView,
    /// `op.bulk_insert`
    BulkInsert,
    /// `op.execute`, `op.execute_on`
    Execute,
    /// `op.irreversible`
    Irreversible,
    /// `op.done_elsewhere`
    DoneElsewhere,
    /// `op.allow`
    Allow,
    /// `op.replaces`
    Replaces,
);

impl Operation {
    /// The operation as a revision file says it, on one line and without the semicolon:
    /// `op.drop_column("users", "age")`.
    pub fn phrase(&self) -> String {
        self.verb().phrase()
    }

    /// Whether this is SQL by hand, after which nothing is known of the schema but what a database says.
    pub fn is_raw_sql(&self) -> bool {
        matches!(self, Self::Execute(_))
    }

    /// Whether this changes the schema, as far as can be told: work on rows and SQL by hand do not count.
    pub fn changes_schema(&self) -> bool {
        let is_work_on_rows_or_sql = matches!(self, Self::Execute(_) | Self::BulkInsert(_));
        !is_work_on_rows_or_sql && !self.is_statement_of_the_author()
    }

    /// Whether this states something and does nothing.
    pub fn is_statement_of_the_author(&self) -> bool {
        matches!(self, Self::Irreversible(_) | Self::Allow(_) | Self::Replaces(_))
    }
}

/// The changes an operation stands for, completed from the schema at that point.
///
/// The world is open: what `before` does not know (a legacy table, the work of raw SQL) is taken to
/// exist. A change to something unknown carries placeholders that differ in exactly the facets that
/// change: an unknown column has the type `Type::Other("unknown")`, an unknown object is the plainest
/// of its kind. Constraints and indexes without a name get one from `naming`.
///
/// # Errors
/// [`LowerError`] when what the operation leaves open cannot be completed.
pub fn lower(operation: &Operation, before: &Schema, naming: &Naming) -> Result<Vec<Change>, LowerError> {
    operation.verb().lower(&Ctx { before, naming })
}

/// Every word the static reader knows.
#[cfg(feature = "source")]
pub(crate) fn words() -> impl Iterator<Item = &'static reading::Word> {
    const FAMILIES: &[&[&[reading::Word]]] = &[
        table::WORDS,
        rename::WORDS,
        column::WORDS,
        column_type::WORDS,
        alter_column::WORDS,
        key::WORDS,
        index::WORDS,
        constraint::WORDS,
        constraint_verbs::WORDS,
        enumeration::WORDS,
        domain::WORDS,
        composite::WORDS,
        range_type::WORDS,
        sequence::WORDS,
        container::WORDS,
        view::WORDS,
        data::WORDS,
        argument::WORDS,
    ];
    FAMILIES.iter().copied().flatten().copied().flatten()
}

/// The names of all verbs, for completion and documentation.
#[cfg(feature = "source")]
pub fn verbs() -> impl Iterator<Item = &'static str> {
    words().filter(|word| word.of == reading::Receiver::Operations).map(|word| word.name)
}

/// A verb (`create_index`), or a word that makes a value (`varchar`), as documentation has to speak of it.
#[cfg(feature = "source")]
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// How it is written.
    pub name: &'static str,
    /// Whether it is said of `op`.
    pub is_verb: bool,
    /// What more can be said of what it records or makes (`unique`, `filter`).
    pub more: Vec<&'static str>,
}

/// The whole vocabulary, each verb and each word with what can be said of it.
#[cfg(feature = "source")]
pub fn vocabulary() -> impl Iterator<Item = Entry> {
    words().filter_map(|word| {
        let (is_verb, of) = match word.of {
            reading::Receiver::Operations => (true, reading::Receiver::Recorded(word.gives)),
            reading::Receiver::Nothing => (false, reading::Receiver::Made(word.gives)),
            reading::Receiver::Made(_) | reading::Receiver::Recorded(_) => return None,
        };
        let more = words().filter(|other| other.of == of).map(|other| other.name).collect();
        Some(Entry { name: word.name, is_verb, more })
    })
}
