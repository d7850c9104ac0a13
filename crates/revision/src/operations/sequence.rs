//! Sequences that no identity owns: `create_sequence`, `alter_sequence`, `drop_sequence`.

use ambix_schema::{Address, Change, Kind, Name, Object, Sequence, SequenceOptions, TableName, Type};
use serde::{Deserialize, Serialize};

use super::column::numbers_phrase;
use super::column_type::type_phrase;
use super::lower::{Ctx, LowerError, alteration};
use super::phrase::{self, Phrase};
use super::{Edit, Verb};

/// A new sequence.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreateSequence {
    /// The name.
    pub name: TableName,
    /// The sequence.
    pub sequence: Sequence,
}

/// What changes about a sequence.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlterSequence {
    /// The name.
    pub name: TableName,
    /// The type of its numbers.
    pub ty: Option<Type>,
    /// First number.
    pub start: Edit<i64>,
    /// Step.
    pub increment: Edit<i64>,
    /// Lowest number.
    pub min: Edit<i64>,
    /// Highest number.
    pub max: Edit<i64>,
    /// Numbers handed out at once.
    pub cache: Edit<i64>,
    /// Whether it starts over at the end.
    pub is_cyclic: Option<bool>,
    /// The column it is dropped with.
    pub owned_by: Edit<Address>,
    /// The comment.
    pub comment: Edit<String>,
}

/// A sequence dropped.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DropSequence {
    /// The name.
    pub name: TableName,
}

impl AlterSequence {
    /// An alteration of a sequence that changes nothing yet.
    pub fn new(name: TableName) -> Self {
        Self {
            name,
            ty: None,
            start: Edit::Keep,
            increment: Edit::Keep,
            min: Edit::Keep,
            max: Edit::Keep,
            cache: Edit::Keep,
            is_cyclic: None,
            owned_by: Edit::Keep,
            comment: Edit::Keep,
        }
    }

    /// The alteration that makes one sequence out of another.
    pub fn between(name: TableName, from: &Sequence, to: &Sequence) -> Self {
        let Sequence { ty, options, owned_by, comment } = to;
        let SequenceOptions { start, increment, min, max, cache, is_cyclic } = options;
        let old = &from.options;
        Self {
            ty: (*ty != from.ty).then(|| ty.clone()),
            start: Edit::between(old.start.as_ref(), start.as_ref()),
            increment: Edit::between(old.increment.as_ref(), increment.as_ref()),
            min: Edit::between(old.min.as_ref(), min.as_ref()),
            max: Edit::between(old.max.as_ref(), max.as_ref()),
            cache: Edit::between(old.cache.as_ref(), cache.as_ref()),
            is_cyclic: (*is_cyclic != old.is_cyclic).then_some(*is_cyclic),
            owned_by: Edit::between(from.owned_by.as_ref(), owned_by.as_ref()),
            comment: Edit::between(from.comment.as_ref(), comment.as_ref()),
            ..Self::new(name)
        }
    }
}

vocabulary! {
    verbs {
        /// Creates a sequence of 64-bit numbers unless more is said.
        fn create_sequence(name: into TableName) -> CreateSequence {
            CreateSequence { name, sequence: plain() }
        }

        /// Changes a sequence.
        fn alter_sequence(name: into TableName) -> AlterSequence {
            AlterSequence::new(name)
        }

        /// Drops a sequence.
        fn drop_sequence(name: into TableName) -> DropSequence {
            DropSequence { name }
        }
    }

    methods recorded CreateSequence {
        /// The type of its numbers.
        fn of_type(this, ty: into Type) {
            this.sequence.ty = ty;
        }

        /// First number.
        fn start(this, number: plain i64) {
            this.sequence.options.start = Some(number);
        }

        /// Step from number to number.
        fn increment(this, number: plain i64) {
            this.sequence.options.increment = Some(number);
        }

        /// Lowest number.
        fn min_value(this, number: plain i64) {
            this.sequence.options.min = Some(number);
        }

        /// Highest number.
        fn max_value(this, number: plain i64) {
            this.sequence.options.max = Some(number);
        }

        /// Numbers handed out at once.
        fn cache(this, count: plain i64) {
            this.sequence.options.cache = Some(count);
        }

        /// Starts over at the end.
        fn cycle(this) {
            this.sequence.options.is_cyclic = true;
        }

        /// Is dropped with a column.
        fn owned_by(this, table: into TableName, column: into Name) {
            this.sequence.owned_by = Some(Address::column(table, column));
        }

        /// A comment on the sequence.
        fn comment(this, text: into String) {
            this.sequence.comment = Some(text);
        }
    }

    methods recorded AlterSequence {
        /// The type of its numbers.
        fn of_type(this, ty: into Type) {
            this.ty = Some(ty);
        }

        /// First number.
        fn start(this, number: plain i64) {
            this.start = Edit::Set(number);
        }

        /// The database's own first number.
        fn drop_start(this) {
            this.start = Edit::Unset;
        }

        /// Step from number to number.
        fn increment(this, number: plain i64) {
            this.increment = Edit::Set(number);
        }

        /// The database's own step.
        fn drop_increment(this) {
            this.increment = Edit::Unset;
        }

        /// Lowest number.
        fn min_value(this, number: plain i64) {
            this.min = Edit::Set(number);
        }

        /// No lowest number of its own.
        fn drop_min_value(this) {
            this.min = Edit::Unset;
        }

        /// Highest number.
        fn max_value(this, number: plain i64) {
            this.max = Edit::Set(number);
        }

        /// No highest number of its own.
        fn drop_max_value(this) {
            this.max = Edit::Unset;
        }

        /// Numbers handed out at once.
        fn cache(this, count: plain i64) {
            this.cache = Edit::Set(count);
        }

        /// The database's own number handed out at once.
        fn drop_cache(this) {
            this.cache = Edit::Unset;
        }

        /// Starts over at the end.
        fn cycle(this) {
            this.is_cyclic = Some(true);
        }

        /// Stops at the end.
        fn drop_cycle(this) {
            this.is_cyclic = Some(false);
        }

        /// Is dropped with a column.
        fn owned_by(this, table: into TableName, column: into Name) {
            this.owned_by = Edit::Set(Address::column(table, column));
        }

        /// Stands alone.
        fn drop_owned_by(this) {
            this.owned_by = Edit::Unset;
        }

        /// The comment.
        fn comment(this, text: into String) {
            this.comment = Edit::Set(text);
        }

        /// No comment any more.
        fn drop_comment(this) {
            this.comment = Edit::Unset;
        }
    }
}

/// A sequence of which nothing is said.
pub(super) fn plain() -> Sequence {
    Sequence::new(Type::BigInt)
}

fn at(name: &TableName) -> Address {
    Address::of(Kind::Sequence, name)
}

/// The arguments that name an owning column.
fn owner_phrase(owner: &Address) -> String {
    let table = owner.table_name().unwrap_or_else(|| owner.qualified_name());
    format!("{}, {}", phrase::table(&table), phrase::name(&owner.name))
}

impl Verb for CreateSequence {
    fn lower(&self, _: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        Ok(vec![Change::Create { at: at(&self.name), object: self.sequence.clone().into() }])
    }

    fn phrase(&self) -> String {
        let Sequence { ty, options, owned_by, comment } = &self.sequence;
        let phrase = Phrase::verb("create_sequence", [phrase::table(&self.name)]).say_some(
            "of_type",
            (*ty != Type::BigInt).then_some(ty),
            type_phrase,
        );
        numbers_phrase(phrase, options)
            .say_some("owned_by", owned_by.as_ref(), owner_phrase)
            .say_some("comment", comment.as_deref(), phrase::text)
            .finish()
    }
}

impl Verb for AlterSequence {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let Self { name, ty, start, increment, min, max, cache, is_cyclic, owned_by, comment } = self;
        let at = at(name);
        let known = ctx.before.get(&at).and_then(Object::as_sequence).cloned();
        let from = known.unwrap_or_else(|| Sequence {
            options: SequenceOptions {
                start: start.placeholder(|| 0),
                increment: increment.placeholder(|| 0),
                min: min.placeholder(|| 0),
                max: max.placeholder(|| 0),
                cache: cache.placeholder(|| 0),
                is_cyclic: *is_cyclic == Some(false),
            },
            owned_by: owned_by.placeholder(|| Address::column("unknown", "unknown")),
            comment: comment.placeholder(|| "unknown".into()),
            ty: super::lower::unknown_type(),
        });
        let to = Sequence {
            ty: ty.clone().unwrap_or_else(|| from.ty.clone()),
            options: SequenceOptions {
                start: start.applied_to(from.options.start),
                increment: increment.applied_to(from.options.increment),
                min: min.applied_to(from.options.min),
                max: max.applied_to(from.options.max),
                cache: cache.applied_to(from.options.cache),
                is_cyclic: is_cyclic.unwrap_or(from.options.is_cyclic),
            },
            owned_by: owned_by.applied_to(from.owned_by.clone()),
            comment: comment.applied_to(from.comment.clone()),
        };
        Ok(alteration(at, from, to, None))
    }

    fn phrase(&self) -> String {
        let Self { name, ty, start, increment, min, max, cache, is_cyclic, owned_by, comment } = self;
        let phrase = Phrase::verb("alter_sequence", [phrase::table(name)])
            .say_some("of_type", ty.as_ref(), type_phrase)
            .say_edit("start", start, i64::to_string)
            .say_edit("increment", increment, i64::to_string)
            .say_edit("min_value", min, i64::to_string)
            .say_edit("max_value", max, i64::to_string)
            .say_edit("cache", cache, i64::to_string)
            .say_if(*is_cyclic == Some(true), "cycle")
            .say_if(*is_cyclic == Some(false), "drop_cycle");
        phrase
            .say_edit("owned_by", owned_by, owner_phrase)
            .say_edit("comment", comment, |text| phrase::text(text))
            .finish()
    }
}

impl Verb for DropSequence {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let at = at(&self.name);
        let object = ctx.known_or_placeholder(&at);
        Ok(vec![Change::Drop { at, object }])
    }

    fn phrase(&self) -> String {
        Phrase::verb("drop_sequence", [phrase::table(&self.name)]).finish()
    }
}
