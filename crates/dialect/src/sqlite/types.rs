//! Types: the words SQLite is given for them, the words it may hold, and what is stored.
//!
//! SQLite keeps any words as a column's type and stores by a rule of its own (the *affinity*). Whole
//! numbers are all stored alike, so that all their names are one type here.

use ambix_schema::{Column, Type};

use super::ddl::{Token, TokenKind, tokens};
use super::options;

/// How SQLite treats values that arrive in a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Affinity {
    /// Texts that look like numbers become numbers.
    Numeric,
    /// Numbers become texts.
    Text,
    /// Values stay as they are.
    Blob,
}

/// Reads a declared type.
pub(super) fn parse(text: &str) -> Type {
    let text = text.trim();
    match text.strip_suffix("[]") {
        Some(inner) => Type::Array(Box::new(parse(inner))),
        None => known(text).unwrap_or_else(|| Type::Other(normal(text))),
    }
}

/// The type some words mean, if they are known here.
fn known(text: &str) -> Option<Type> {
    let (words, numbers) = cut(text)?;
    number_type(&words, &numbers)
        .or_else(|| text_type(&words, &numbers))
        .or_else(|| time_type(&words, &numbers))
}

fn number_type(words: &str, numbers: &[u32]) -> Option<Type> {
    Some(match (words, numbers) {
        ("INTEGER" | "INT" | "INT4" | "MEDIUMINT", _) => Type::Integer,
        ("TINYINT", _) => Type::TinyInt,
        ("SMALLINT" | "INT2", _) => Type::SmallInt,
        ("BIGINT" | "INT8", _) => Type::BigInt,
        ("UNSIGNED BIG INT" | "BIGINT UNSIGNED" | "UNSIGNED BIGINT", _) => {
            Type::Unsigned(Box::new(Type::BigInt))
        }
        ("INTEGER UNSIGNED" | "INT UNSIGNED" | "UNSIGNED INT" | "UNSIGNED INTEGER", _) => {
            Type::Unsigned(Box::new(Type::Integer))
        }
        ("BOOLEAN" | "BOOL", _) => Type::Boolean,
        ("REAL" | "DOUBLE" | "DOUBLE PRECISION" | "FLOAT" | "FLOAT4" | "FLOAT8", _) => Type::Double,
        ("DECIMAL" | "NUMERIC" | "DEC" | "REAL_DECIMAL", []) => {
            Type::Decimal { precision: None, scale: None }
        }
        ("DECIMAL" | "NUMERIC" | "DEC" | "REAL_DECIMAL", [precision]) => {
            Type::Decimal { precision: Some(*precision), scale: Some(0) }
        }
        ("DECIMAL" | "NUMERIC" | "DEC" | "REAL_DECIMAL", [precision, scale]) => {
            Type::Decimal { precision: Some(*precision), scale: Some(*scale) }
        }
        _other => return None,
    })
}

fn text_type(words: &str, numbers: &[u32]) -> Option<Type> {
    let first = numbers.first().copied();
    Some(match (words, numbers) {
        ("CHAR" | "CHARACTER" | "NCHAR" | "NATIVE CHARACTER", _) => Type::Char { length: first.unwrap_or(1) },
        ("VARCHAR" | "CHARACTER VARYING" | "CHAR VARYING" | "VARYING CHARACTER" | "NVARCHAR", _) => {
            Type::Varchar { length: first }
        }
        ("TEXT" | "CLOB" | "ENUM_TEXT", _) => Type::Text,
        ("BINARY", [length]) => Type::Binary { length: *length },
        ("VARBINARY", [length]) => Type::Varbinary { length: *length },
        // A column without a type stores like a BLOB.
        ("BINARY" | "VARBINARY" | "BLOB" | "BYTEA" | "VARBINARY_BLOB" | "BINARY_BLOB" | "", _) => Type::Bytes,
        ("UUID", _) => Type::Uuid,
        ("JSON" | "JSON_TEXT", _) => Type::Json,
        ("JSONB" | "JSONB_TEXT", _) => Type::Jsonb,
        _other => return None,
    })
}

fn time_type(words: &str, numbers: &[u32]) -> Option<Type> {
    let precision = numbers.first().copied();
    Some(match words {
        "DATE" | "DATE_TEXT" => Type::Date,
        "TIME" | "TIME_TEXT" | "TIME WITHOUT TIME ZONE" => Type::Time { precision, has_zone: false },
        "DATETIME" | "TIMESTAMP" | "DATETIME_TEXT" | "TIMESTAMP_TEXT" | "TIMESTAMP WITHOUT TIME ZONE" => {
            Type::Timestamp { precision, has_zone: false }
        }
        "TIMESTAMPTZ" | "TIMESTAMP WITH TIME ZONE" | "TIMESTAMP_WITH_TIMEZONE_TEXT" => {
            Type::Timestamp { precision, has_zone: true }
        }
        _other => return None,
    })
}

/// The words of a declared type in upper case, and the numbers behind them.
fn cut(text: &str) -> Option<(String, Vec<u32>)> {
    let Some((words, rest)) = text.split_once('(') else { return Some((normal(text), Vec::new())) };
    let numbers = rest.trim_end().strip_suffix(')')?.split(',').map(|number| number.trim().parse().ok());
    Some((normal(words), numbers.collect::<Option<Vec<u32>>>()?))
}

/// Words in upper case with single blanks between them, none around a parenthesis, and no comments.
fn normal(text: &str) -> String {
    let upper = text.to_ascii_uppercase();
    let Some(parts) = tokens(&upper) else {
        return upper.split_whitespace().collect::<Vec<_>>().join(" ");
    };
    let mut out = String::new();
    let mut is_first = true;
    let mut follows_sign = false;
    for part in parts {
        let is_sign = part.kind == TokenKind::Sign;
        if !is_first && !is_sign && !follows_sign {
            out.push(' ');
        }
        out.push_str(part.text);
        (is_first, follows_sign) = (false, is_sign);
    }
    out
}

/// The type as it is stored. STRICT tables know six types only.
pub(super) fn stored(ty: Type, is_strict: bool) -> Type {
    let ty = match ty {
        Type::TinyInt | Type::SmallInt | Type::Integer | Type::BigInt | Type::Unsigned(_) => Type::Integer,
        Type::Boolean => Type::Boolean,
        Type::Real | Type::Double => Type::Double,
        Type::Decimal { precision: Some(precision), scale } => {
            Type::Decimal { precision: Some(precision), scale: Some(scale.unwrap_or(0)) }
        }
        Type::Decimal { precision: None, scale: _ } => Type::Decimal { precision: None, scale: None },
        Type::Char { length } => Type::Char { length },
        Type::Varchar { length } => Type::Varchar { length },
        Type::Text
        | Type::Json
        | Type::Jsonb
        | Type::Enum(_)
        | Type::Inet
        | Type::Cidr
        | Type::MacAddr
        | Type::Interval => Type::Text,
        Type::Bytes | Type::Binary { .. } | Type::Varbinary { .. } | Type::Uuid => Type::Bytes,
        Type::Date => Type::Date,
        Type::Time { .. } => Type::Time { precision: None, has_zone: false },
        Type::Timestamp { .. } => Type::Timestamp { precision: None, has_zone: false },
        Type::Array(inner) => Type::Array(inner),
        Type::Defined(name) => Type::Defined(name),
        Type::Other(text) => match known(&text) {
            Some(known) => return stored(known, is_strict),
            None => Type::Other(normal(&text)),
        },
    };
    if is_strict { strict(ty) } else { ty }
}

fn strict(ty: Type) -> Type {
    match ty {
        Type::Boolean => Type::Integer,
        Type::Decimal { .. }
        | Type::Char { .. }
        | Type::Varchar { .. }
        | Type::Date
        | Type::Time { .. }
        | Type::Timestamp { .. } => Type::Text,
        Type::TinyInt
        | Type::SmallInt
        | Type::Integer
        | Type::BigInt
        | Type::Unsigned(_)
        | Type::Real
        | Type::Double
        | Type::Text
        | Type::Bytes
        | Type::Binary { .. }
        | Type::Varbinary { .. }
        | Type::Interval
        | Type::Uuid
        | Type::Json
        | Type::Jsonb
        | Type::Inet
        | Type::Cidr
        | Type::MacAddr
        | Type::Array(_)
        | Type::Enum(_)
        | Type::Defined(_)
        | Type::Other(_) => ty,
    }
}

/// The words a type is declared in where its type alone would be declared in others.
pub(super) fn own_words(text: &str, is_strict: bool) -> Option<String> {
    let words = normal(text);
    let plain = declared(&parse(text), is_strict).ok();
    plain.is_none_or(|plain| normal(&plain) != words).then_some(words)
}

/// The words a column is declared with: its own, where they still say what its type says.
pub(super) fn words_of(column: &Column, is_strict: bool) -> Result<String, String> {
    let own = column.options.get(options::DECLARED).filter(|words| says(words, &column.ty, is_strict));
    match own {
        Some(words) => Ok(words.clone()),
        None => declared(&column.ty, is_strict),
    }
}

/// Whether words can stand as a type and mean the same as one.
pub(super) fn says(words: &str, ty: &Type, is_strict: bool) -> bool {
    let can_stand = words.is_empty() || is_type_name(words);
    can_stand && stored(parse(words), is_strict) == stored(ty.clone(), is_strict)
}

/// The words a column is declared with; `Err` says why there are none.
pub(super) fn declared(ty: &Type, is_strict: bool) -> Result<String, String> {
    Ok(match stored(ty.clone(), is_strict) {
        Type::Boolean => "BOOLEAN".into(),
        Type::TinyInt | Type::SmallInt | Type::Integer | Type::BigInt | Type::Unsigned(_) => "INTEGER".into(),
        Type::Real | Type::Double => "REAL".into(),
        Type::Decimal { precision: Some(precision), scale } => {
            format!("DECIMAL({precision}, {})", scale.unwrap_or(0))
        }
        Type::Decimal { precision: None, scale: _ } => "DECIMAL".into(),
        Type::Char { length } => format!("CHAR({length})"),
        Type::Varchar { length: Some(length) } => format!("VARCHAR({length})"),
        Type::Varchar { length: None } => "VARCHAR".into(),
        Type::Text
        | Type::Json
        | Type::Jsonb
        | Type::Enum(_)
        | Type::Inet
        | Type::Cidr
        | Type::MacAddr
        | Type::Interval => "TEXT".into(),
        Type::Bytes | Type::Binary { .. } | Type::Varbinary { .. } | Type::Uuid => "BLOB".into(),
        Type::Date => "DATE".into(),
        Type::Time { .. } => "TIME".into(),
        Type::Timestamp { .. } => "DATETIME".into(),
        Type::Array(_) => return Err("has no array types".into()),
        Type::Defined(_) => return Err("has no domains, composite types or range types".into()),
        Type::Other(text) if is_strict && text != "ANY" => {
            return Err(format!(
                "has no type {text} in a STRICT table, only INTEGER, REAL, TEXT, BLOB and ANY"
            ));
        }
        Type::Other(text) if !is_type_name(&text) => {
            return Err(format!("cannot have a type spelled {text:?}"));
        }
        Type::Other(text) => text,
    })
}

/// Whether words can stand as a type: names, then at most two numbers in parentheses.
fn is_type_name(text: &str) -> bool {
    const ENDS: [&str; 12] = [
        "CONSTRAINT",
        "DEFAULT",
        "NULL",
        "NOT",
        "PRIMARY",
        "UNIQUE",
        "CHECK",
        "REFERENCES",
        "COLLATE",
        "GENERATED",
        "AS",
        "ON",
    ];
    let Some(parts) = tokens(text) else { return false };
    let words = parts.iter().take_while(|token| token.kind != TokenKind::Sign).count();
    let are_names = parts[..words].iter().all(|token| {
        matches!(token.kind, TokenKind::Word | TokenKind::Quoted)
            && !ENDS.iter().any(|end| token.is_word(end))
    });
    let are_numbers = match &parts[words..] {
        [] => true,
        [open, inner @ .., close] if open.is_sign('(') && close.is_sign(')') => {
            let numbers: Vec<_> = inner.split(|token| token.is_sign(',')).collect();
            numbers.len() <= 2 && numbers.into_iter().all(is_number)
        }
        _other => false,
    };
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    let all: String = parts.iter().map(|token| bare(token.text)).collect();
    let has_comment = all != bare(text);
    words > 0 && are_names && are_numbers && !has_comment
}

fn is_number(parts: &[Token<'_>]) -> bool {
    match parts {
        [number] => number.kind == TokenKind::Number,
        [sign, number] => (sign.is_sign('-') || sign.is_sign('+')) && number.kind == TokenKind::Number,
        _other => false,
    }
}

/// The affinity of a column, by SQLite's rules on the words it is declared with.
pub(super) fn affinity(words: &str) -> Affinity {
    let words = words.to_ascii_uppercase();
    let has = |part: &str| words.contains(part);
    if has("INT") {
        Affinity::Numeric
    } else if has("CHAR") || has("CLOB") || has("TEXT") {
        Affinity::Text
    } else if has("BLOB") || words.is_empty() || words == "ANY" {
        Affinity::Blob
    } else {
        Affinity::Numeric
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_declared_is_read_back() {
        let types = [
            Type::Boolean,
            Type::Integer,
            Type::Double,
            Type::Decimal { precision: None, scale: None },
            Type::Decimal { precision: Some(10), scale: Some(2) },
            Type::Char { length: 3 },
            Type::Varchar { length: None },
            Type::Varchar { length: Some(255) },
            Type::Text,
            Type::Bytes,
            Type::Date,
            Type::Time { precision: None, has_zone: false },
            Type::Timestamp { precision: None, has_zone: false },
            Type::Other("GEOMETRY(4326)".into()),
        ];
        for ty in types {
            assert_eq!(stored(parse(&declared(&ty, false).unwrap()), false), ty);
        }
    }

    #[test]
    fn synonyms_are_one_type() {
        let same = |text: &str| stored(parse(text), false);
        assert_eq!(same("unsigned  big int"), Type::Integer);
        assert_eq!(same("tinyint(1)"), Type::Integer);
        assert_eq!(same("nvarchar( 20 )"), Type::Varchar { length: Some(20) });
        assert_eq!(same("numeric(10,2)"), Type::Decimal { precision: Some(10), scale: Some(2) });
        assert_eq!(same("timestamp with time zone"), Type::Timestamp { precision: None, has_zone: false });
        assert_eq!(same("money"), Type::Other("MONEY".into()));
        assert_eq!(same(""), Type::Bytes);
        assert_eq!(same("text[]"), Type::Array(Box::new(Type::Text)));
    }

    #[test]
    fn strict_tables_know_six_types() {
        for (ty, word) in [
            (Type::Boolean, "INTEGER"),
            (Type::Uuid, "BLOB"),
            (Type::Date, "TEXT"),
            (Type::Real, "REAL"),
            (Type::Other("any".into()), "ANY"),
        ] {
            assert_eq!(declared(&ty, true).as_deref(), Ok(word));
        }
        assert!(declared(&Type::Other("MONEY".into()), true).is_err());
    }

    #[test]
    fn a_type_cannot_carry_more_than_a_type() {
        for text in ["TEXT DEFAULT 1", "A, b TEXT", "A)", "A(1;2)", "'", "1"] {
            assert!(declared(&Type::Other(text.into()), false).is_err(), "{text}");
        }
    }
}
