//! Sorts of types: texts, numbers, large values, bits; what may be said of a column depends on them.

use ambix_schema::Type;

use super::types::name_of;

/// Whether values of the type are characters, which have a collation.
pub(super) fn is_text(ty: &Type) -> bool {
    if let Type::Other(text) = ty {
        let name = name_of(text);
        return matches!(name.as_str(), "tinytext" | "mediumtext" | "longtext" | "enum" | "set");
    }
    matches!(ty, Type::Char { .. } | Type::Varchar { .. } | Type::Text | Type::Enum(_))
}

/// Whether values of the type are numbers.
pub(super) fn is_number(ty: &Type) -> bool {
    const OTHERS: [&str; 9] =
        ["tinyint", "smallint", "mediumint", "int", "bigint", "float", "double", "decimal", "year"];
    if let Type::Other(text) = ty {
        return OTHERS.contains(&name_of(text).as_str());
    }
    matches!(
        ty,
        Type::Boolean
            | Type::TinyInt
            | Type::SmallInt
            | Type::Integer
            | Type::BigInt
            | Type::Unsigned(_)
            | Type::Real
            | Type::Double
            | Type::Decimal { .. }
    )
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
