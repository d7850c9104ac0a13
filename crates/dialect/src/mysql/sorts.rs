//! Sorts of types: texts, numbers, large values, bits; what may be said of a column depends on them.

use ambix_schema::Type;

use super::types::name_of;

/// Whether values of the type are characters, which have a collation.
pub(super) fn is_text(ty: &Type) -> bool {
    match ty {
        Type::Char { .. } | Type::Varchar { .. } | Type::Text | Type::Enum(_) => true,
        Type::Other(text) => {
            let name = name_of(text);
            matches!(name.as_str(), "tinytext" | "mediumtext" | "longtext" | "enum" | "set")
        }
        Type::Boolean
        | Type::TinyInt
        | Type::SmallInt
        | Type::Integer
        | Type::BigInt
        | Type::Unsigned(_)
        | Type::Real
        | Type::Double
        | Type::Decimal { .. }
        | Type::Bytes
        | Type::Binary { .. }
        | Type::Varbinary { .. }
        | Type::Date
        | Type::Time { .. }
        | Type::Timestamp { .. }
        | Type::Interval
        | Type::Uuid
        | Type::Json
        | Type::Jsonb
        | Type::Inet
        | Type::Cidr
        | Type::MacAddr
        | Type::Array(_)
        | Type::Defined(_) => false,
    }
}

/// Whether values of the type are numbers.
pub(super) fn is_number(ty: &Type) -> bool {
    match ty {
        Type::Boolean
        | Type::TinyInt
        | Type::SmallInt
        | Type::Integer
        | Type::BigInt
        | Type::Unsigned(_)
        | Type::Real
        | Type::Double
        | Type::Decimal { .. } => true,
        Type::Other(text) => {
            let name = name_of(text);
            matches!(
                name.as_str(),
                "tinyint"
                    | "smallint"
                    | "mediumint"
                    | "int"
                    | "bigint"
                    | "float"
                    | "double"
                    | "decimal"
                    | "year"
            )
        }
        Type::Char { .. }
        | Type::Varchar { .. }
        | Type::Text
        | Type::Bytes
        | Type::Binary { .. }
        | Type::Varbinary { .. }
        | Type::Date
        | Type::Time { .. }
        | Type::Timestamp { .. }
        | Type::Interval
        | Type::Uuid
        | Type::Json
        | Type::Jsonb
        | Type::Inet
        | Type::Cidr
        | Type::MacAddr
        | Type::Array(_)
        | Type::Enum(_)
        | Type::Defined(_) => false,
    }
}

/// Whether values of the type are kept outside the row, so that MySQL takes no literal for their default.
pub(super) fn is_large(ty: &Type) -> bool {
    const SPATIAL: [&str; 8] = [
        "geometry",
        "geometrycollection",
        "linestring",
        "multilinestring",
        "multipoint",
        "multipolygon",
        "point",
        "polygon",
    ];
    if let Type::Other(text) = ty {
        return text.ends_with("text") || text.ends_with("blob") || SPATIAL.contains(&text.as_str());
    }
    matches!(ty, Type::Text | Type::Bytes | Type::Json)
}

/// Whether values of the type are bits, which are told as `b'101'`.
pub(super) fn is_bits(ty: &Type) -> bool {
    matches!(ty, Type::Other(text) if text.starts_with("bit("))
}
