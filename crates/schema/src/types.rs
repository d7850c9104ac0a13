//! Column types, as far as they mean the same in more than one database.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::TableName;

/// A column type. What has no variant of its own is [`Type::Other`], in the words of the database.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// True or false.
    Boolean,
    /// 8-bit signed integer (16 bits on PostgreSQL, which has nothing smaller).
    TinyInt,
    /// 16-bit signed integer.
    SmallInt,
    /// 32-bit signed integer.
    Integer,
    /// 64-bit signed integer.
    BigInt,
    /// An unsigned integer (MySQL, MariaDB); elsewhere the next larger signed one. The inner type is an integer type.
    Unsigned(Box<Type>),
    /// 32-bit floating point.
    Real,
    /// 64-bit floating point.
    Double,
    /// Exact decimal; digits in all, and digits behind the point.
    Decimal {
        /// Total number of digits; `None` is unlimited.
        precision: Option<u32>,
        /// Digits behind the point; only with a precision.
        scale: Option<u32>,
    },
    /// Fixed length text, padded; length in characters.
    Char {
        /// Characters.
        length: u32,
    },
    /// Text of limited length; `None` is `varchar` without a length.
    Varchar {
        /// Characters at most.
        length: Option<u32>,
    },
    /// Text of any length.
    Text,
    /// Bytes of any length.
    Bytes,
    /// Bytes of fixed length.
    Binary {
        /// Bytes.
        length: u32,
    },
    /// Bytes of limited length.
    Varbinary {
        /// Bytes at most.
        length: u32,
    },
    /// A calendar date.
    Date,
    /// A time of day.
    Time {
        /// Digits of a second; `None` is the database's default.
        precision: Option<u32>,
        /// Whether it carries an offset.
        has_zone: bool,
    },
    /// A date and time.
    Timestamp {
        /// Digits of a second; `None` is the database's default.
        precision: Option<u32>,
        /// Whether it is an instant (`timestamptz`).
        has_zone: bool,
    },
    /// A span of time.
    Interval,
    /// A universally unique identifier.
    Uuid,
    /// JSON kept as text.
    Json,
    /// JSON in a binary form (PostgreSQL `jsonb`); the same as JSON elsewhere.
    Jsonb,
    /// An IP address with an optional network mask.
    Inet,
    /// A network.
    Cidr,
    /// A hardware address.
    MacAddr,
    /// An array of a type (PostgreSQL).
    Array(Box<Type>),
    /// An enumerated type, by name; its values are an object of their own.
    Enum(TableName),
    /// A domain, composite or range type, by name; what it is made of is an object of its own (PostgreSQL).
    Defined(TableName),
    /// Any other type, spelled as the database spells it.
    Other(String),
}

impl Type {
    /// Whether this is a whole number type.
    pub fn is_integer(&self) -> bool {
        matches!(self, Self::TinyInt | Self::SmallInt | Self::Integer | Self::BigInt | Self::Unsigned(_))
    }

    /// What an array is of, as deep as arrays go; any other type is of itself.
    fn element(&self) -> &Self {
        let mut ty = self;
        while let Self::Array(inner) | Self::Unsigned(inner) = ty {
            ty = inner;
        }
        ty
    }

    /// The enumerated type this is, or is an array of.
    pub fn enum_name(&self) -> Option<&TableName> {
        if let Self::Enum(name) = self.element() { Some(name) } else { None }
    }

    /// The type with an object of its own (enum, domain, composite, range) that this is or is an array of.
    pub fn defined_name(&self) -> Option<&TableName> {
        if let Self::Enum(name) | Self::Defined(name) = self.element() { Some(name) } else { None }
    }

    /// The same, to be changed in place.
    pub fn defined_name_mut(&mut self) -> Option<&mut TableName> {
        if let Self::Array(inner) | Self::Unsigned(inner) = self {
            return inner.defined_name_mut();
        }
        if let Self::Enum(name) | Self::Defined(name) = self { Some(name) } else { None }
    }
}

/// For people; a dialect spells types for its database.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = |precision: &Option<u32>| precision.map(|p| format!("({p})")).unwrap_or_default();
        match self {
            Self::Boolean => f.write_str("boolean"),
            Self::TinyInt => f.write_str("tinyint"),
            Self::SmallInt => f.write_str("smallint"),
            Self::Integer => f.write_str("integer"),
            Self::BigInt => f.write_str("bigint"),
            Self::Unsigned(inner) => write!(f, "{inner} unsigned"),
            Self::Real => f.write_str("real"),
            Self::Double => f.write_str("double"),
            Self::Decimal { precision: Some(p), scale: Some(s) } => write!(f, "decimal({p}, {s})"),
            Self::Decimal { precision: Some(p), scale: None } => write!(f, "decimal({p})"),
            Self::Decimal { precision: None, scale: _ } => f.write_str("decimal"),
            Self::Char { length } => write!(f, "char({length})"),
            Self::Varchar { length: Some(length) } => write!(f, "varchar({length})"),
            Self::Varchar { length: None } => f.write_str("varchar"),
            Self::Text => f.write_str("text"),
            Self::Bytes => f.write_str("bytes"),
            Self::Binary { length } => write!(f, "binary({length})"),
            Self::Varbinary { length } => write!(f, "varbinary({length})"),
            Self::Date => f.write_str("date"),
            Self::Time { precision, has_zone } => {
                write!(f, "time{}{}", if *has_zone { "tz" } else { "" }, digits(precision))
            }
            Self::Timestamp { precision, has_zone } => {
                write!(f, "timestamp{}{}", if *has_zone { "tz" } else { "" }, digits(precision))
            }
            Self::Interval => f.write_str("interval"),
            Self::Uuid => f.write_str("uuid"),
            Self::Json => f.write_str("json"),
            Self::Jsonb => f.write_str("jsonb"),
            Self::Inet => f.write_str("inet"),
            Self::Cidr => f.write_str("cidr"),
            Self::MacAddr => f.write_str("macaddr"),
            Self::Array(inner) => write!(f, "{inner}[]"),
            Self::Enum(name) | Self::Defined(name) => write!(f, "{name}"),
            Self::Other(text) => f.write_str(&crate::escape(text)),
        }
    }
}
