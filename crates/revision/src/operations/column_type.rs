//! Words for column types.

use ambix_schema::{TableName, Type};

use super::phrase::{self, Phrase};

/// A type that counts fractions of a second.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Temporal {
    precision: Option<u32>,
    has_zone: bool,
    has_date: bool,
}

impl From<Temporal> for Type {
    fn from(Temporal { precision, has_zone, has_date }: Temporal) -> Self {
        if has_date { Self::Timestamp { precision, has_zone } } else { Self::Time { precision, has_zone } }
    }
}

vocabulary! {
    words {
        /// True or false.
        fn boolean() -> Type { Type::Boolean }
        /// 8-bit signed integer.
        fn tinyint() -> Type { Type::TinyInt }
        /// 16-bit signed integer.
        fn smallint() -> Type { Type::SmallInt }
        /// 32-bit signed integer.
        fn integer() -> Type { Type::Integer }
        /// 64-bit signed integer.
        fn bigint() -> Type { Type::BigInt }
        /// An unsigned integer: `unsigned(integer())`.
        fn unsigned(of: into Type) -> Type { Type::Unsigned(Box::new(of)) }
        /// 32-bit floating point.
        fn real() -> Type { Type::Real }
        /// 64-bit floating point.
        fn double() -> Type { Type::Double }
        /// Exact decimal: digits in all, and digits behind the point.
        fn decimal(precision: plain u32, scale: plain u32) -> Type {
            Type::Decimal { precision: Some(precision), scale: Some(scale) }
        }
        /// Exact decimal with a number of digits and the database's own scale.
        fn decimal_precision(precision: plain u32) -> Type {
            Type::Decimal { precision: Some(precision), scale: None }
        }
        /// Exact decimal of any number of digits.
        fn decimal_unlimited() -> Type { Type::Decimal { precision: None, scale: None } }
        /// Fixed length text.
        fn character(length: plain u32) -> Type { Type::Char { length } }
        /// Text of limited length.
        fn varchar(length: plain u32) -> Type { Type::Varchar { length: Some(length) } }
        /// `varchar` without a length.
        fn varchar_unlimited() -> Type { Type::Varchar { length: None } }
        /// Text of any length.
        fn text() -> Type { Type::Text }
        /// Bytes of any length.
        fn bytes() -> Type { Type::Bytes }
        /// Bytes of fixed length.
        fn binary(length: plain u32) -> Type { Type::Binary { length } }
        /// Bytes of limited length.
        fn varbinary(length: plain u32) -> Type { Type::Varbinary { length } }
        /// A calendar date.
        fn date() -> Type { Type::Date }
        /// A time of day.
        fn time() -> Temporal { Temporal { precision: None, has_zone: false, has_date: false } }
        /// A time of day with an offset.
        fn timetz() -> Temporal { Temporal { precision: None, has_zone: true, has_date: false } }
        /// A date and time.
        fn timestamp() -> Temporal { Temporal { precision: None, has_zone: false, has_date: true } }
        /// An instant.
        fn timestamptz() -> Temporal { Temporal { precision: None, has_zone: true, has_date: true } }
        /// A span of time.
        fn interval() -> Type { Type::Interval }
        /// A universally unique identifier.
        fn uuid() -> Type { Type::Uuid }
        /// JSON kept as text.
        fn json() -> Type { Type::Json }
        /// JSON in a binary form.
        fn jsonb() -> Type { Type::Jsonb }
        /// An IP address with an optional network mask.
        fn inet() -> Type { Type::Inet }
        /// A network.
        fn cidr() -> Type { Type::Cidr }
        /// A hardware address.
        fn macaddr() -> Type { Type::MacAddr }
        /// An array of a type.
        fn array(of: into Type) -> Type { Type::Array(Box::new(of)) }
        /// An enumerated type by its name.
        fn enum_type(name: into TableName) -> Type { Type::Enum(name) }
        /// A domain, composite or range type by its name.
        fn defined_type(name: into TableName) -> Type { Type::Defined(name) }
        /// Any other type, as the database spells it.
        fn sql_type(spelling: into String) -> Type { Type::Other(spelling) }
    }

    methods owned Temporal {
        /// Digits of a second.
        fn precision(this, digits: plain u32) {
            this.precision = Some(digits);
        }
    }
}

/// A type as a revision says it.
pub(super) fn type_phrase(ty: &Type) -> String {
    let word = |name: &str| Phrase::word(name, []).finish();
    let number = |name: &str, number: &u32| Phrase::word(name, [number.to_string()]).finish();
    let temporal = |name: &str, precision: &Option<u32>| {
        Phrase::word(name, []).say_some("precision", precision.as_ref(), u32::to_string).finish()
    };
    match ty {
        Type::Boolean => word("boolean"),
        Type::TinyInt => word("tinyint"),
        Type::SmallInt => word("smallint"),
        Type::Integer => word("integer"),
        Type::BigInt => word("bigint"),
        Type::Unsigned(inner) => Phrase::word("unsigned", [type_phrase(inner)]).finish(),
        Type::Real => word("real"),
        Type::Double => word("double"),
        Type::Decimal { precision: Some(precision), scale: Some(scale) } => {
            Phrase::word("decimal", [precision.to_string(), scale.to_string()]).finish()
        }
        Type::Decimal { precision: Some(precision), scale: None } => number("decimal_precision", precision),
        // A scale without a precision does not exist.
        Type::Decimal { precision: None, scale: _ } => word("decimal_unlimited"),
        Type::Char { length } => number("character", length),
        Type::Varchar { length: Some(length) } => number("varchar", length),
        Type::Varchar { length: None } => word("varchar_unlimited"),
        Type::Text => word("text"),
        Type::Bytes => word("bytes"),
        Type::Binary { length } => number("binary", length),
        Type::Varbinary { length } => number("varbinary", length),
        Type::Date => word("date"),
        Type::Time { precision, has_zone: false } => temporal("time", precision),
        Type::Time { precision, has_zone: true } => temporal("timetz", precision),
        Type::Timestamp { precision, has_zone: false } => temporal("timestamp", precision),
        Type::Timestamp { precision, has_zone: true } => temporal("timestamptz", precision),
        Type::Interval => word("interval"),
        Type::Uuid => word("uuid"),
        Type::Json => word("json"),
        Type::Jsonb => word("jsonb"),
        Type::Inet => word("inet"),
        Type::Cidr => word("cidr"),
        Type::MacAddr => word("macaddr"),
        Type::Array(inner) => Phrase::word("array", [type_phrase(inner)]).finish(),
        Type::Enum(name) => Phrase::word("enum_type", [phrase::table(name)]).finish(),
        Type::Defined(name) => Phrase::word("defined_type", [phrase::table(name)]).finish(),
        Type::Other(spelling) => Phrase::word("sql_type", [phrase::text(spelling)]).finish(),
    }
}
