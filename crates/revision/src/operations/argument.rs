//! Types of arguments: what a literal, an array or `None` in a revision becomes.

use ambix_schema::{Literal, Name};
use serde::{Deserialize, Serialize};

use super::{KeyDefinition, phrase};

/// A list given as an array: `["id", "name"]`, or `[key("id").desc()]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct List<T>(pub(crate) Vec<T>);

impl<'a, T: From<&'a str>, const N: usize> From<[&'a str; N]> for List<T> {
    fn from(items: [&'a str; N]) -> Self {
        Self(items.into_iter().map(T::from).collect())
    }
}

impl<'a, T: From<&'a str>> From<&[&'a str]> for List<T> {
    fn from(items: &[&'a str]) -> Self {
        Self(items.iter().copied().map(T::from).collect())
    }
}

impl<'a, T: From<&'a str>, const N: usize> From<&[&'a str; N]> for List<T> {
    fn from(items: &[&'a str; N]) -> Self {
        Self::from(items.as_slice())
    }
}

impl<'a, T: From<&'a str>> From<Vec<&'a str>> for List<T> {
    fn from(items: Vec<&'a str>) -> Self {
        Self(items.into_iter().map(T::from).collect())
    }
}

impl<const N: usize> From<[KeyDefinition; N]> for List<KeyDefinition> {
    fn from(items: [KeyDefinition; N]) -> Self {
        Self(items.into_iter().collect())
    }
}

impl From<Vec<KeyDefinition>> for List<KeyDefinition> {
    fn from(items: Vec<KeyDefinition>) -> Self {
        Self(items)
    }
}

/// A name, or `None` where the naming convention is to choose one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OptionalName(pub(crate) Option<Name>);

impl From<&str> for OptionalName {
    fn from(name: &str) -> Self {
        Self(Some(name.into()))
    }
}

impl From<String> for OptionalName {
    fn from(name: String) -> Self {
        Self(Some(name.into()))
    }
}

impl From<Option<&str>> for OptionalName {
    fn from(name: Option<&str>) -> Self {
        Self(name.map(Name::from))
    }
}

/// A literal value: `""`, `true`, `0`, `1.5`, `null()`, `number("0.10")`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scalar(pub(crate) Literal);

vocabulary! {
    words {
        /// The value null.
        fn null() -> Scalar {
            Scalar(Literal::Null)
        }

        /// A number by its digits, of which none is lost: `number("0.10")`.
        fn number(digits: into String) -> Scalar {
            Scalar(Literal::Number(digits))
        }
    }
}

impl From<Scalar> for Literal {
    fn from(scalar: Scalar) -> Self {
        scalar.0
    }
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        Self(Literal::Text(text.to_owned()))
    }
}

impl From<String> for Scalar {
    fn from(text: String) -> Self {
        Self(Literal::Text(text))
    }
}

impl From<bool> for Scalar {
    fn from(value: bool) -> Self {
        Self(Literal::Bool(value))
    }
}

macro_rules! numbers {
    ($($ty:ty)*) => {
        $(impl From<$ty> for Scalar {
            fn from(value: $ty) -> Self {
                Self(Literal::Number(value.to_string()))
            }
        })*
    };
}
numbers!(i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64);

impl Scalar {
    /// The literal as an argument: `"a"`, `true`, `1`, `null()`, `number("0.10")`.
    pub(super) fn phrase(literal: &Literal) -> String {
        match literal {
            Literal::Null => "null()".into(),
            Literal::Bool(value) => value.to_string(),
            Literal::Number(digits) => number_phrase(digits),
            Literal::Text(text) => phrase::text(text),
        }
    }

    /// The literal as an element of a row, where every element must be of one type.
    pub(super) fn element_phrase(literal: &Literal) -> String {
        let text = Self::phrase(literal);
        if text.ends_with(')') && !matches!(literal, Literal::Text(_)) {
            return text;
        }
        // `-1.into()` would negate the converted value.
        if text.starts_with('-') { format!("({text}).into()") } else { format!("{text}.into()") }
    }
}

/// A number as Rust would print it may stand as itself; any other keeps its digits in a text.
fn number_phrase(digits: &str) -> String {
    if digits.parse::<i32>().is_ok_and(|value| value.to_string() == digits) {
        return digits.to_owned();
    }
    if digits.parse::<i64>().is_ok_and(|value| value.to_string() == digits) {
        return format!("{digits}i64");
    }
    let is_plain_float = digits.contains('.')
        && digits.len() < 20
        && digits.parse::<f64>().is_ok_and(|value| value.is_finite() && value.to_string() == digits);
    if is_plain_float { digits.to_owned() } else { format!("number({})", phrase::text(digits)) }
}

/// Rows of literal values: `[[1.into(), "first".into()]]`; no rows at all are `()`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rows(pub(crate) Vec<Vec<Scalar>>);

impl<const N: usize, const M: usize> From<[[Scalar; M]; N]> for Rows {
    fn from(rows: [[Scalar; M]; N]) -> Self {
        Self(rows.into_iter().map(|row| row.into_iter().collect()).collect())
    }
}

impl From<Vec<Vec<Scalar>>> for Rows {
    fn from(rows: Vec<Vec<Scalar>>) -> Self {
        Self(rows)
    }
}

impl From<()> for Rows {
    fn from((): ()) -> Self {
        Self(Vec::new())
    }
}

/// What an alteration does to one aspect.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edit<T> {
    /// Leaves it as it is.
    #[default]
    Keep,
    /// Gives it a value.
    Set(T),
    /// Takes its value away.
    Unset,
}

impl<T: Clone> Edit<T> {
    /// The value after the edit.
    pub fn applied_to(&self, value: Option<T>) -> Option<T> {
        match self {
            Self::Keep => value,
            Self::Set(value) => Some(value.clone()),
            Self::Unset => None,
        }
    }

    /// The edit that makes a value out of another.
    pub fn between(from: Option<&T>, to: Option<&T>) -> Self
    where
        T: PartialEq,
    {
        match to {
            _same if from == to => Self::Keep,
            Some(value) => Self::Set(value.clone()),
            None => Self::Unset,
        }
    }

    /// Whether anything is said.
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// A value that this edit changes: what stands in for one that is not known.
    pub(super) fn placeholder(&self, unknown: impl FnOnce() -> T) -> Option<T> {
        match self {
            Self::Keep | Self::Set(_) => None,
            Self::Unset => Some(unknown()),
        }
    }
}
