//! Types: the words MariaDB and MySQL have for them, and what they store.
//!
//! A display width (`int(11)`) says nothing about what is stored and is passed over; `tinyint(1)` is how
//! both servers store a boolean. What has no type of its own in the vocabulary keeps the server's words,
//! in one spelling, so that an `enum` is its values.

use ambix_schema::{Enum, Type};

use super::facts::Features;
use super::literal;

/// Digits of a `decimal` that says none.
const DECIMAL_DIGITS: u32 = 10;

/// The first word of a type that has no type of its own in the vocabulary; empty where it is no type at all.
pub(super) fn name_of(text: &str) -> String {
    Words::of(text).map(|words| words.name).unwrap_or_default()
}

/// Reads a type, from an author or from `COLUMN_TYPE` of the catalog.
pub(super) fn parse(text: &str, features: Features) -> Type {
    let text = text.trim();
    if let Some(inner) = text.strip_suffix("[]") {
        return Type::Array(Box::new(parse(inner, features)));
    }
    match Words::of(text) {
        Some(words) => words.ty(features).unwrap_or_else(|| Type::Other(words.spelled())),
        None => Type::Other(text.to_owned()),
    }
}

/// A type taken apart: `int(10) unsigned zerofill`, `enum('a','b')`.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Words {
    /// The words before the parentheses, in lower case.
    name: String,
    arguments: Vec<Argument>,
    is_unsigned: bool,
    is_zerofill: bool,
    /// What else follows, in lower case.
    rest: String,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Argument {
    Number(u32),
    Text(String),
}

impl Words {
    fn of(text: &str) -> Option<Self> {
        let (name, rest) = text.split_once('(').unwrap_or((text, ""));
        let mut words = normal(name);
        let (arguments, rest) = if rest.is_empty() { (Vec::new(), rest) } else { arguments(rest)? };
        let mut after: Vec<String> =
            normal(rest).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let mut is_unsigned = false;
        let mut is_zerofill = false;
        let mut take = |word: &str| match word {
            "unsigned" => {
                is_unsigned = true;
                false
            }
            "zerofill" => {
                // The servers make such a number unsigned by themselves.
                is_zerofill = true;
                is_unsigned = true;
                false
            }
            "signed" => false,
            _other => true,
        };
        words = words.split(' ').filter(|word| take(word)).collect::<Vec<_>>().join(" ");
        after.retain(|word| take(word));
        Some(Self { name: words, arguments, is_unsigned, is_zerofill, rest: after.join(" ") })
    }

    fn number(&self, place: usize) -> Option<u32> {
        match self.arguments.get(place)? {
            Argument::Number(number) => Some(*number),
            Argument::Text(_) => None,
        }
    }

    /// The type with a variant of its own; `None` when it keeps its words.
    fn ty(&self, features: Features) -> Option<Type> {
        if !self.rest.is_empty() {
            return None;
        }
        if let Some(ty) = self.integer() {
            return match (self.is_zerofill, self.is_unsigned) {
                // Here the width is what is seen.
                (true, _) => None,
                (false, true) => Some(Type::Unsigned(Box::new(ty))),
                (false, false) => Some(ty),
            };
        }
        if self.is_unsigned || self.is_zerofill {
            return None;
        }
        self.number_type().or_else(|| self.text_type(features)).or_else(|| self.time_type())
    }

    /// The integer type, of whatever sign.
    fn integer(&self) -> Option<Type> {
        Some(match (self.name.as_str(), self.number(0)) {
            ("bool" | "boolean", None) => Type::Boolean,
            ("tinyint", Some(1)) if !self.is_unsigned => Type::Boolean,
            ("tinyint" | "int1", _) => Type::TinyInt,
            ("smallint" | "int2", _) => Type::SmallInt,
            ("int" | "integer" | "int4", _) => Type::Integer,
            ("bigint" | "int8", _) => Type::BigInt,
            _other => return None,
        })
    }

    fn number_type(&self) -> Option<Type> {
        Some(match (self.name.as_str(), self.arguments.as_slice()) {
            ("float" | "float4", []) => Type::Real,
            ("float", [Argument::Number(bits)]) if *bits <= 24 => Type::Real,
            ("float", [Argument::Number(_)]) | ("double" | "double precision" | "real" | "float8", []) => {
                Type::Double
            }
            ("decimal" | "numeric" | "dec" | "fixed", []) => Type::Decimal { precision: None, scale: None },
            ("decimal" | "numeric" | "dec" | "fixed", [Argument::Number(precision)]) => {
                Type::Decimal { precision: Some(*precision), scale: Some(0) }
            }
            (
                "decimal" | "numeric" | "dec" | "fixed",
                [Argument::Number(precision), Argument::Number(scale)],
            ) => Type::Decimal { precision: Some(*precision), scale: Some(*scale) },
            _other => return None,
        })
    }

    fn text_type(&self, features: Features) -> Option<Type> {
        let length = self.number(0);
        if self.arguments.len() > 1 {
            return None;
        }
        Some(match (self.name.as_str(), length) {
            ("char" | "character" | "nchar" | "national char" | "national character", length) => {
                Type::Char { length: length.unwrap_or(1) }
            }
            (
                "varchar" | "character varying" | "char varying" | "nvarchar" | "national varchar"
                | "varcharacter",
                length,
            ) => Type::Varchar { length },
            ("text", None) => Type::Text,
            ("blob" | "bytea", None) => Type::Bytes,
            ("binary", length) => Type::Binary { length: length.unwrap_or(1) },
            ("varbinary", Some(length)) => Type::Varbinary { length },
            ("json", None) => Type::Json,
            ("jsonb", None) => Type::Jsonb,
            // Where the server has such a type, it is kept by its own word, and no binary(16).
            ("uuid", None) if !features.uuid => Type::Uuid,
            _other => return None,
        })
    }

    fn time_type(&self) -> Option<Type> {
        let precision = self.number(0);
        Some(match self.name.as_str() {
            "date" => Type::Date,
            "time" => Type::Time { precision, has_zone: false },
            "datetime" => Type::Timestamp { precision, has_zone: false },
            "timestamp" | "timestamptz" => Type::Timestamp { precision, has_zone: true },
            _other => return None,
        })
    }

    /// The words in their one spelling: no display widths, no defaults, values quoted one way.
    fn spelled(&self) -> String {
        let name = match self.name.as_str() {
            "middleint" | "int3" => "mediumint",
            "long" | "long varchar" => "mediumtext",
            "long varbinary" => "mediumblob",
            "int1" => "tinyint",
            "int2" => "smallint",
            "integer" | "int4" => "int",
            "int8" => "bigint",
            "float4" => "float",
            "float8" | "double precision" | "real" => "double",
            "numeric" | "dec" | "fixed" => "decimal",
            "geomcollection" => "geometrycollection",
            name => name,
        };
        let is_integer = matches!(name, "tinyint" | "smallint" | "mediumint" | "int" | "bigint");
        let arguments: Vec<String> = match (name, self.arguments.as_slice()) {
            ("year", _) => Vec::new(),
            _any if is_integer && !self.is_zerofill => Vec::new(),
            ("bit", []) => vec!["1".to_owned()],
            ("decimal", []) => vec![DECIMAL_DIGITS.to_string(), "0".to_owned()],
            ("decimal", [Argument::Number(precision)]) => vec![precision.to_string(), "0".to_owned()],
            // In both, the servers take away the blanks at the end of a value.
            ("enum" | "set", arguments) => arguments.iter().map(|argument| argument.sql(true)).collect(),
            (_name, arguments) => arguments.iter().map(|argument| argument.sql(false)).collect(),
        };
        let mut out = name.to_owned();
        if !arguments.is_empty() {
            out = format!("{out}({})", arguments.join(","));
        }
        for (is_on, word) in [(self.is_unsigned, "unsigned"), (self.is_zerofill, "zerofill")] {
            if is_on {
                out.push(' ');
                out.push_str(word);
            }
        }
        if !self.rest.is_empty() {
            out.push(' ');
            out.push_str(&self.rest);
        }
        out
    }
}

impl Argument {
    fn sql(&self, trims: bool) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) if trims => literal::quoted(text.trim_end_matches(' ')),
            Self::Text(text) => literal::quoted(text),
        }
    }
}

/// What stands in the parentheses just opened, and what follows them.
fn arguments(text: &str) -> Option<(Vec<Argument>, &str)> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    loop {
        let after = if rest.starts_with('\'') {
            let (value, after) = literal::read(rest)?;
            found.push(Argument::Text(value));
            after
        } else {
            let end = rest.find([',', ')'])?;
            found.push(Argument::Number(rest[..end].trim().parse().ok()?));
            &rest[end..]
        };
        let after = after.trim_start();
        if let Some(after) = after.strip_prefix(')') {
            return Some((found, after));
        }
        rest = after.strip_prefix(',')?.trim_start();
    }
}

fn normal(text: &str) -> String {
    text.to_ascii_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The `enum` column type of an enumerated type's values.
pub(super) fn enumerated(object: &Enum) -> Type {
    let values: Vec<String> =
        object.values.iter().map(|value| literal::quoted(value.trim_end_matches(' '))).collect();
    Type::Other(format!("enum({})", values.join(",")))
}

/// The type as the server keeps it. An enumerated type by name stays one: its values are an object.
pub(super) fn stored(ty: Type, features: Features) -> Type {
    let without_zero = |precision: Option<u32>| precision.filter(|digits| *digits != 0);
    match ty {
        Type::Decimal { precision: Some(precision), scale } => {
            Type::Decimal { precision: Some(precision), scale: Some(scale.unwrap_or(0)) }
        }
        Type::Varchar { length } => Type::Varchar { length: Some(length.unwrap_or(255)) },
        Type::Time { precision, has_zone } => Type::Time { precision: without_zero(precision), has_zone },
        Type::Timestamp { precision, has_zone } => {
            Type::Timestamp { precision: without_zero(precision), has_zone }
        }
        Type::Uuid => Type::Binary { length: 16 },
        Type::Jsonb => Type::Json,
        Type::Unsigned(inner) if matches!(*inner, Type::Unsigned(_)) => stored(*inner, features),
        Type::Other(text) => parse(&text, features),
        // Without a precision it is refused, and so kept for the refusal to name.
        kept @ (Type::Decimal { precision: None, .. }
        | Type::Boolean
        | Type::Unsigned(_)
        | Type::TinyInt
        | Type::SmallInt
        | Type::Integer
        | Type::BigInt
        | Type::Real
        | Type::Double
        | Type::Char { .. }
        | Type::Text
        | Type::Bytes
        | Type::Binary { .. }
        | Type::Varbinary { .. }
        | Type::Date
        | Type::Interval
        | Type::Json
        | Type::Inet
        | Type::Cidr
        | Type::MacAddr
        | Type::Array(_)
        | Type::Enum(_)
        | Type::Defined(_)) => kept,
    }
}

/// The words a column is declared with; `Err` says why there are none.
pub(super) fn declared(ty: &Type, features: Features) -> Result<String, String> {
    let digits = |precision: Option<u32>| precision.map(|p| format!("({p})")).unwrap_or_default();
    Ok(match stored(ty.clone(), features) {
        Type::Boolean => "tinyint(1)".into(),
        Type::TinyInt => "tinyint".into(),
        Type::SmallInt => "smallint".into(),
        Type::Integer => "int".into(),
        Type::BigInt => "bigint".into(),
        Type::Unsigned(inner) => format!("{} unsigned", declared(&inner, features)?),
        Type::Real => "float".into(),
        Type::Double => "double".into(),
        Type::Decimal { precision, scale } => {
            format!("decimal({},{})", precision.unwrap_or(DECIMAL_DIGITS), scale.unwrap_or(0))
        }
        Type::Char { length } => format!("char({length})"),
        Type::Varchar { length } => format!("varchar({})", length.unwrap_or(255)),
        Type::Text => "text".into(),
        Type::Bytes => "blob".into(),
        Type::Uuid => "binary(16)".into(),
        Type::Binary { length } => format!("binary({length})"),
        Type::Varbinary { length } => format!("varbinary({length})"),
        Type::Date => "date".into(),
        Type::Time { precision, has_zone: _ } => format!("time{}", digits(precision)),
        Type::Timestamp { precision, has_zone: false } => format!("datetime{}", digits(precision)),
        Type::Timestamp { precision, has_zone: true } => format!("timestamp{}", digits(precision)),
        Type::Json | Type::Jsonb => "json".into(),
        Type::Interval => return Err("has no intervals".into()),
        Type::Inet | Type::Cidr | Type::MacAddr => {
            return Err(format!("has no type {ty}; say one of its own, such as inet6 or varchar(43)"));
        }
        Type::Array(_) => return Err("has no array types".into()),
        Type::Defined(_) => return Err("has no domains, composite types or range types".into()),
        Type::Enum(name) => {
            return Err(format!(
                "keeps an enum with its column, and the values of {name} are not known here"
            ));
        }
        Type::Other(text) => {
            if Words::of(&text).is_none_or(|words| !words.can_be_written()) {
                return Err(format!("cannot have a type spelled {text:?}"));
            }
            text
        }
    })
}

impl Words {
    /// Whether it is one word with arguments, and nothing that would be more than a type.
    fn can_be_written(&self) -> bool {
        let is_word = self.name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let has_nul = |argument: &Argument| match argument {
            Argument::Text(text) => text.contains('\0'),
            Argument::Number(_) => false,
        };
        !self.name.is_empty() && is_word && self.rest.is_empty() && !self.arguments.iter().any(has_nul)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mysql::facts::{Flavour, features};

    fn maria() -> Features {
        features(Flavour::MariaDb, (10, 11))
    }

    fn kept(text: &str) -> Type {
        stored(parse(text, maria()), maria())
    }

    #[test]
    fn display_widths_say_nothing_but_for_booleans() {
        assert_eq!(kept("tinyint(1)"), Type::Boolean);
        assert_eq!(kept("BOOL"), Type::Boolean);
        assert_eq!(kept("tinyint(4)"), Type::TinyInt);
        assert_eq!(kept("tinyint(1) unsigned"), Type::Unsigned(Box::new(Type::TinyInt)));
        assert_eq!(kept("int(11)"), kept("INTEGER"));
        assert_eq!(kept("bigint(20) unsigned"), Type::Unsigned(Box::new(Type::BigInt)));
        assert_eq!(kept("mediumint(8) unsigned"), Type::Other("mediumint unsigned".into()));
        assert_eq!(kept("int(5) zerofill"), Type::Other("int(5) unsigned zerofill".into()));
        assert_eq!(kept("year(4)"), Type::Other("year".into()));
    }

    #[test]
    fn what_is_declared_is_read_back() {
        let texts = [
            "decimal(10,2) unsigned",
            "float(7,3)",
            "bit(3)",
            "set('a','b''c','d\\\\e')",
            "enum('x','it''s','a,b','','a)b')",
            "longtext",
            "point",
            "inet6",
            "uuid",
        ];
        for text in texts {
            assert_eq!(declared(&kept(text), maria()).unwrap(), text);
            assert_eq!(kept(text), Type::Other(text.into()), "{text}");
        }
        for ty in [
            Type::Real,
            Type::Double,
            Type::Decimal { precision: Some(10), scale: Some(0) },
            Type::Char { length: 1 },
            Type::Varchar { length: Some(255) },
            Type::Json,
            Type::Binary { length: 16 },
            Type::Time { precision: Some(3), has_zone: false },
            Type::Timestamp { precision: None, has_zone: false },
            Type::Timestamp { precision: Some(6), has_zone: true },
        ] {
            assert_eq!(kept(&declared(&ty, maria()).unwrap()), ty);
        }
    }

    #[test]
    fn an_enum_is_its_values() {
        let object = Enum { values: vec!["it's".into(), "b\\c ".into()], ..Enum::default() };
        let ty = enumerated(&object);
        assert_eq!(ty, kept("ENUM( 'it\\'s', 'b\\\\c')"));
        assert_ne!(kept("enum('a','b')"), kept("enum('b','a')"));
    }

    #[test]
    fn a_type_is_never_more_than_a_type() {
        for text in
            ["int; drop table x", "int -- x", "enum('a' , b)", "int) default 1", "", "point comment 'x'"]
        {
            assert!(declared(&Type::Other(text.into()), maria()).is_err(), "{text}");
        }
    }
}
