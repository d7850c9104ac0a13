//! Static reading: values without types, and the table of words that turns them into operations by
//! calling the very functions a compiled revision calls.

use ambix_schema::{Action, Deferrable, Expr, Name, TableName, Type};

use super::{
    CheckDefinition, ColumnDefinition, Constraint, ExclusionDefinition, ForeignKeyDefinition, KeyDefinition,
    List, Operation, Operations, OptionalName, PrimaryKeyDefinition, Rows, Scalar, Temporal,
    UniqueDefinition,
};
use crate::place::Place;

/// A value with the place it stands at.
#[derive(Clone, Debug)]
pub(crate) struct Spanned {
    pub(crate) value: Value,
    pub(crate) place: Place,
}

/// What an expression in a revision file can be.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(String),
    /// Decimal digits, with a sign if negative.
    Integer(String),
    /// A floating point number as Rust displays it.
    Float(String),
    Bool(bool),
    /// `None`, or `()`.
    Nothing,
    List(Vec<Spanned>),
    /// A value of the vocabulary.
    Made(Box<Made>),
}

impl Value {
    fn describe(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Integer(_) => "a whole number",
            Self::Float(_) => "a number",
            Self::Bool(_) => "true or false",
            Self::Nothing => "nothing",
            Self::List(_) => "a list",
            Self::Made(made) => made.describe(),
        }
    }
}

/// Why a call cannot be read.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) place: Place,
    pub(crate) message: String,
}

/// The arguments of one call, taken in order.
pub(crate) struct Arguments {
    values: std::vec::IntoIter<Spanned>,
}

impl Arguments {
    pub(crate) fn new(values: Vec<Spanned>) -> Self {
        Self { values: values.into_iter() }
    }

    /// The next argument. How many there are was checked against the word's parameters before.
    pub(crate) fn take<T: FromValue>(&mut self) -> Result<T, Refusal> {
        let value = self.values.next().expect("a call has as many arguments as its word has parameters");
        T::from_value(value)
    }
}

/// What a word is said of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Receiver {
    /// Nothing: a free function or constant.
    Nothing,
    /// `op` itself.
    Operations,
    /// A value of the vocabulary, by its sort.
    Made(&'static str),
    /// The operation just recorded, by the sort of what can be said more about.
    Recorded(&'static str),
}

/// One entry of the vocabulary.
pub(crate) struct Word {
    pub(crate) name: &'static str,
    pub(crate) of: Receiver,
    pub(crate) parameters: &'static [&'static str],
    /// The sort of what a verb or word gives, by which it is known what can be said more about it.
    pub(crate) gives: &'static str,
    pub(crate) call: Call,
}

/// How a word is called.
pub(crate) enum Call {
    Word(fn(&mut Arguments) -> Result<Made, Refusal>),
    Constant(fn() -> Made),
    Made(fn(Made, &mut Arguments) -> Result<Made, Refusal>),
    Verb(fn(&mut Operations, &mut Arguments) -> Result<(), Refusal>),
    Recorded(fn(&mut Operation, &mut Arguments) -> Result<(), Refusal>),
}

/// A type of the vocabulary's values.
pub(crate) trait FromMade: Sized {
    const SORT: &'static str;

    /// The value, whose sort was looked at before.
    fn expect(made: Made) -> Self;
}

macro_rules! made {
    ($($sort:ident($ty:ty) $words:literal),* $(,)?) => {
        /// A value that a word of the vocabulary made.
        #[derive(Clone, Debug)]
        pub(crate) enum Made { $($sort($ty),)* }

        impl Made {
            pub(crate) fn sort(&self) -> &'static str {
                match self { $(Self::$sort(_) => stringify!($sort),)* }
            }

            pub(crate) fn describe(&self) -> &'static str {
                match self { $(Self::$sort(_) => $words,)* }
            }
        }

        $(
            impl From<$ty> for Made {
                fn from(value: $ty) -> Self {
                    Self::$sort(value)
                }
            }

            impl FromMade for $ty {
                const SORT: &'static str = stringify!($sort);

                fn expect(made: Made) -> Self {
                    let Made::$sort(value) = made else {
                        unreachable!("a word was looked up by another sort than its receiver's")
                    };
                    value
                }
            }
        )*
    };
}
made!(
    Column(ColumnDefinition) "a column",
    PrimaryKey(PrimaryKeyDefinition) "a primary key",
    Unique(UniqueDefinition) "a unique constraint",
    ForeignKey(ForeignKeyDefinition) "a foreign key",
    Check(CheckDefinition) "a check",
    Exclusion(ExclusionDefinition) "an exclusion",
    Key(KeyDefinition) "a key",
    Type(Type) "a type",
    Temporal(Temporal) "a type",
    Table(TableName) "a table name",
    Action(Action) "an action",
    Deferrable(Deferrable) "a time of checking",
    Scalar(Scalar) "a value",
);

/// A parameter's type, read from a value as Rust would convert it.
pub(crate) trait FromValue: Sized {
    /// What is wanted, for people.
    const WANTED: &'static str;

    /// The parameter; the value comes back when it is something else.
    fn convert(value: Value) -> Result<Self, Mismatch>;

    fn from_value(value: Spanned) -> Result<Self, Refusal> {
        let found = value.value.describe();
        Self::convert(value.value).map_err(|mismatch| match mismatch {
            Mismatch::Here => {
                Refusal { place: value.place, message: format!("expected {}, found {found}", Self::WANTED) }
            }
            Mismatch::Said(message) => Refusal { place: value.place, message },
            Mismatch::Inside(refusal) => refusal,
        })
    }
}

/// How a value fails to be what is wanted.
pub(crate) enum Mismatch {
    /// It is something else.
    Here,
    /// It is of the right sort, and this is wrong with it.
    Said(String),
    /// An element of it is wrong.
    Inside(Refusal),
}

fn list_of<T: FromValue>(value: Value) -> Result<Vec<T>, Mismatch> {
    let Value::List(items) = value else { return Err(Mismatch::Here) };
    items.into_iter().map(|item| T::from_value(item).map_err(Mismatch::Inside)).collect()
}

macro_rules! from_text {
    ($($ty:ty, $wanted:literal);* $(;)?) => {
        $(impl FromValue for $ty {
            const WANTED: &'static str = $wanted;

            fn convert(value: Value) -> Result<Self, Mismatch> {
                let Value::Text(text) = value else { return Err(Mismatch::Here) };
                Ok(Self::from(text))
            }
        })*
    };
}
from_text!(String, "a text"; Name, "a name"; Expr, "an SQL expression in a text");

macro_rules! from_integer {
    ($($ty:ty),*) => {
        $(impl FromValue for $ty {
            const WANTED: &'static str = "a whole number";

            fn convert(value: Value) -> Result<Self, Mismatch> {
                let Value::Integer(digits) = value else { return Err(Mismatch::Here) };
                let out_of_range = |_| {
                    Mismatch::Said(format!("{digits} does not fit: it must be from {} to {}", Self::MIN, Self::MAX))
                };
                digits.parse().map_err(out_of_range)
            }
        })*
    };
}
from_integer!(u32, i64);

macro_rules! from_list {
    ($($item:ty, $wanted:literal);* $(;)?) => {
        $(impl FromValue for List<$item> {
            const WANTED: &'static str = $wanted;

            fn convert(value: Value) -> Result<Self, Mismatch> {
                list_of(value).map(List)
            }
        })*
    };
}
from_list!(
    String, "a list of texts, such as [\"a\", \"b\"]";
    Name, "a list of names, such as [\"id\"]";
    TableName, "a list of table names, such as [\"users\"]";
    KeyDefinition, "a list of names or keys, such as [key(\"id\").desc()]";
);

macro_rules! from_made {
    ($($ty:ty, $wanted:literal: $($sort:ident)|+ $(, $text:ident)?);* $(;)?) => {
        $(impl FromValue for $ty {
            const WANTED: &'static str = $wanted;

            fn convert(value: Value) -> Result<Self, Mismatch> {
                match value {
                    $(Value::$text(text) => Ok(Self::from(text.as_str())),)?
                    Value::Made(made) => match *made {
                        $(Made::$sort(value) => Ok(Self::from(value)),)+
                        _other => Err(Mismatch::Here),
                    },
                    _other => Err(Mismatch::Here),
                }
            }
        })*
    };
}
from_made!(
    ColumnDefinition, "a column, such as column(\"id\", bigint())": Column;
    Constraint, "a constraint, such as primary_key([\"id\"])":
        PrimaryKey | Unique | ForeignKey | Check | Exclusion;
    KeyDefinition, "a name or a key, such as key(\"id\").desc()": Key, Text;
    Type, "a type, such as bigint()": Type | Temporal;
    TableName, "a table name, such as \"users\" or table(\"app\", \"users\")": Table, Text;
    Action, "an action: NoAction, Restrict, Cascade, SetNull or SetDefault": Action;
    Deferrable, "Deferred or Immediate": Deferrable;
);

impl FromValue for OptionalName {
    const WANTED: &'static str = "a name, or None";

    #[expect(clippy::wildcard_enum_match_arm, reason = "every other value is refused alike")]
    fn convert(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Text(text) => Ok(Self(Some(text.into()))),
            Value::Nothing => Ok(Self(None)),
            _other => Err(Mismatch::Here),
        }
    }
}

impl FromValue for Scalar {
    const WANTED: &'static str = "a text, a number, true, false or null()";

    fn convert(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Text(text) => Ok(Self::from(text)),
            Value::Integer(digits) | Value::Float(digits) => Ok(Self(ambix_schema::Literal::Number(digits))),
            Value::Bool(value) => Ok(Self::from(value)),
            Value::Made(made) if made.sort() == Self::SORT => Ok(Self::expect(*made)),
            Value::Nothing | Value::List(_) | Value::Made(_) => Err(Mismatch::Here),
        }
    }
}

/// One row.
struct Row(Vec<Scalar>);

impl FromValue for Row {
    const WANTED: &'static str = "a row, such as [1.into(), \"first\".into()]";

    fn convert(value: Value) -> Result<Self, Mismatch> {
        list_of(value).map(Self)
    }
}

impl FromValue for Rows {
    const WANTED: &'static str = "a list of rows, such as [[1.into(), \"first\".into()]]";

    fn convert(value: Value) -> Result<Self, Mismatch> {
        if let Value::Nothing = value {
            return Ok(Self(Vec::new()));
        }
        let rows: Vec<Row> = list_of(value)?;
        Ok(Self(rows.into_iter().map(|Row(values)| values).collect()))
    }
}
