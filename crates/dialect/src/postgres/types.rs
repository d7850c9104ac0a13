//! PostgreSQL's types: read from an author's or the server's spelling, brought to one, written as DDL.

use ambix_schema::{Name, TableName, Type};

use crate::keywords;
use crate::sql_writer::{identifier, is_plain};

/// Reads a type in any of its spellings; what has no variant becomes [`Type::Other`] in one spelling.
pub(crate) fn parse(text: &str) -> Type {
    let text = text.trim();
    if let Some(element) = array_element(text) {
        // The server keeps neither the number of dimensions nor their sizes.
        return array_of(parse(element));
    }
    if text.contains('"') {
        return quoted(text);
    }
    let words = text.to_ascii_lowercase();
    let words = words.strip_prefix("pg_catalog.").unwrap_or(&words);
    let Spelling { base, arguments, rest } = Spelling::of(words);
    let full = if rest.is_empty() { base.clone() } else { format!("{base} {rest}") };
    known(&full, &arguments).unwrap_or_else(|| Type::Other(other(&base, &arguments, &rest)))
}

/// The type the server stores when it is told to make a column of this one.
pub(crate) fn stored(ty: Type) -> Type {
    match ty {
        Type::TinyInt => Type::SmallInt,
        Type::Unsigned(inner) => next_larger(&inner),
        Type::Decimal { precision: Some(precision), scale } => {
            Type::Decimal { precision: Some(precision), scale: Some(scale.unwrap_or(0)) }
        }
        Type::Decimal { precision: None, scale: _ } => Type::Decimal { precision: None, scale: None },
        Type::Binary { .. } | Type::Varbinary { .. } => Type::Bytes,
        // Six digits are what the server keeps when nothing is said.
        Type::Time { precision: Some(6), has_zone } => Type::Time { precision: None, has_zone },
        Type::Timestamp { precision: Some(6), has_zone } => Type::Timestamp { precision: None, has_zone },
        Type::Array(inner) => array_of(stored(*inner)),
        Type::Other(text) => {
            let parsed = parse(&text);
            if matches!(parsed, Type::Other(_)) { parsed } else { stored(parsed) }
        }
        kept @ (Type::Boolean
        | Type::SmallInt
        | Type::Integer
        | Type::BigInt
        | Type::Real
        | Type::Double
        | Type::Char { .. }
        | Type::Varchar { .. }
        | Type::Text
        | Type::Bytes
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
        | Type::Enum(_)
        | Type::Defined(_)) => kept,
    }
}

/// The type as DDL spells it. Names of enums are qualified, because a search path may not hold them.
pub(crate) fn spell(ty: &Type, default_namespace: &Name) -> String {
    let digits = |precision: &Option<u32>| precision.map(|p| format!("({p})")).unwrap_or_default();
    match ty {
        Type::Boolean => "boolean".into(),
        Type::SmallInt | Type::TinyInt => "smallint".into(),
        Type::Integer => "integer".into(),
        Type::BigInt => "bigint".into(),
        Type::Unsigned(_) => spell(&stored(ty.clone()), default_namespace),
        Type::Real => "real".into(),
        Type::Double => "double precision".into(),
        Type::Decimal { precision: Some(p), scale } => format!("numeric({p}, {})", scale.unwrap_or(0)),
        Type::Decimal { precision: None, scale: _ } => "numeric".into(),
        Type::Char { length } => format!("char({length})"),
        Type::Varchar { length } => format!("varchar{}", digits(length)),
        Type::Text => "text".into(),
        Type::Bytes | Type::Binary { .. } | Type::Varbinary { .. } => "bytea".into(),
        Type::Date => "date".into(),
        Type::Time { precision, has_zone } => {
            format!("{}{}", if *has_zone { "timetz" } else { "time" }, digits(precision))
        }
        Type::Timestamp { precision, has_zone } => {
            format!("{}{}", if *has_zone { "timestamptz" } else { "timestamp" }, digits(precision))
        }
        Type::Interval => "interval".into(),
        Type::Uuid => "uuid".into(),
        Type::Json => "json".into(),
        Type::Jsonb => "jsonb".into(),
        Type::Inet => "inet".into(),
        Type::Cidr => "cidr".into(),
        Type::MacAddr => "macaddr".into(),
        Type::Array(inner) => format!("{}[]", spell(inner, default_namespace)),
        Type::Enum(TableName { namespace, name }) | Type::Defined(TableName { namespace, name }) => {
            let namespace = namespace.as_ref().unwrap_or(default_namespace);
            format!("{}.{}", type_name(namespace.as_str()), type_name(name.as_str()))
        }
        Type::Other(text) => text.clone(),
    }
}

/// The qualified name that a [`Type::Other`] spells; `None` when it carries arguments or more words.
pub(crate) fn named(text: &str) -> Option<TableName> {
    let mut parts = name_parts(text)?;
    let name = parts.pop()?;
    let namespace = parts.pop();
    let is_name = parts.is_empty() && (text.contains('"') || !text.contains([' ', '(']));
    is_name.then(|| TableName { namespace: namespace.map(Name::from), name: Name::from(name) })
}

/// A name in the place of a type.
pub(crate) fn type_name(name: &str) -> String {
    identifier(name, keywords::POSTGRES)
}

/// A type spelling taken apart: `timestamp`, `(3)`, `with time zone`.
struct Spelling {
    base: String,
    arguments: Vec<String>,
    rest: String,
}

impl Spelling {
    fn of(words: &str) -> Self {
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let parts = words.split_once('(').and_then(|(base, tail)| {
            let (inner, rest) = tail.split_once(')')?;
            Some((base, inner, rest))
        });
        let Some((base, inner, rest)) = parts else {
            return Self { base: squeezed(words), arguments: Vec::new(), rest: String::new() };
        };
        let arguments = inner.split(',').map(|argument| argument.trim().to_owned()).collect();
        Self { base: squeezed(base), arguments, rest: squeezed(rest) }
    }
}

fn array_element(text: &str) -> Option<&str> {
    if let Some(element) = text.strip_suffix(']') {
        let (element, size) = element.rsplit_once('[')?;
        return size.trim().bytes().all(|byte| byte.is_ascii_digit()).then_some(element);
    }
    let at = text.len().checked_sub(" array".len())?;
    let is_array = text.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(" array"));
    if is_array { text.get(..at) } else { None }
}

fn known(name: &str, arguments: &[String]) -> Option<Type> {
    let numbers: Vec<u32> = arguments.iter().map(|argument| argument.parse().ok()).collect::<Option<_>>()?;
    let timed = |has_zone| match numbers.as_slice() {
        [] => Some((None, has_zone)),
        [precision] => Some((Some(*precision), has_zone)),
        _more => None,
    };
    let time = |has_zone| timed(has_zone).map(|(precision, has_zone)| Type::Time { precision, has_zone });
    let timestamp =
        |has_zone| timed(has_zone).map(|(precision, has_zone)| Type::Timestamp { precision, has_zone });
    match name {
        "time" | "time without time zone" => return time(false),
        "timetz" | "time with time zone" => return time(true),
        "timestamp" | "timestamp without time zone" => return timestamp(false),
        "timestamptz" | "timestamp with time zone" => return timestamp(true),
        _other => {}
    }
    let name = match name {
        "national character varying" | "national char varying" | "nchar varying" => "varchar",
        "national character" | "national char" | "nchar" => "char",
        other => other,
    };
    match (name, numbers.as_slice()) {
        ("numeric" | "decimal" | "dec", []) => Some(Type::Decimal { precision: None, scale: None }),
        ("numeric" | "decimal" | "dec", [p]) => Some(Type::Decimal { precision: Some(*p), scale: Some(0) }),
        ("numeric" | "decimal" | "dec", [p, s]) => {
            Some(Type::Decimal { precision: Some(*p), scale: Some(*s) })
        }
        ("float", [bits]) => Some(if *bits <= 24 { Type::Real } else { Type::Double }),
        ("varchar" | "character varying" | "char varying", []) => Some(Type::Varchar { length: None }),
        ("varchar" | "character varying" | "char varying", [n]) => Some(Type::Varchar { length: Some(*n) }),
        ("char" | "character", []) => Some(Type::Char { length: 1 }),
        ("char" | "character" | "bpchar", [n]) => Some(Type::Char { length: *n }),
        (name, []) => simple(name),
        (_, _) => None,
    }
}

fn simple(name: &str) -> Option<Type> {
    Some(match name {
        "boolean" | "bool" => Type::Boolean,
        "smallint" | "int2" => Type::SmallInt,
        "integer" | "int" | "int4" => Type::Integer,
        "bigint" | "int8" => Type::BigInt,
        "real" | "float4" => Type::Real,
        "double precision" | "float8" | "float" => Type::Double,
        "text" => Type::Text,
        "bytea" => Type::Bytes,
        "date" => Type::Date,
        "interval" => Type::Interval,
        "uuid" => Type::Uuid,
        "json" => Type::Json,
        "jsonb" => Type::Jsonb,
        "inet" => Type::Inet,
        "cidr" => Type::Cidr,
        "macaddr" => Type::MacAddr,
        _other => return None,
    })
}

/// One spelling of a type without a variant: that of the server's `format_type`.
fn other(base: &str, arguments: &[String], rest: &str) -> String {
    let base = if base == "varbit" { "bit varying" } else { base };
    let arguments = match arguments {
        // A bare `bit` is one bit long, and the server says so.
        [] if base == "bit" => "(1)".to_owned(),
        [] => String::new(),
        arguments => format!("({})", arguments.join(",")),
    };
    if rest.is_empty() { format!("{base}{arguments}") } else { format!("{base}{arguments} {rest}") }
}

/// A type whose name is quoted somewhere: case is kept, and needless quotes go.
fn quoted(text: &str) -> Type {
    let Some(parts) = name_parts(text) else { return Type::Other(text.to_owned()) };
    let is_builtin = matches!(parts.as_slice(), [name] if is_plain(name, keywords::POSTGRES));
    let spelled: Vec<String> = parts.iter().map(|part| type_name(part)).collect();
    if is_builtin { parse(&spelled.join(".")) } else { Type::Other(spelled.join(".")) }
}

/// Takes `"My schema".mood` apart; `None` when it is not a dotted name.
pub(super) fn name_parts(text: &str) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    loop {
        let (part, after) = if let Some(inner) = rest.strip_prefix('"') {
            let (part, after) = closed_quote(inner)?;
            (part, after)
        } else {
            let end = rest.find('.').unwrap_or(rest.len());
            let part = rest[..end].trim().to_lowercase();
            let is_word = part.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$');
            if part.is_empty() || !is_word {
                return None;
            }
            (part, &rest[end..])
        };
        parts.push(part);
        match after.trim_start().strip_prefix('.') {
            Some(next) => rest = next.trim_start(),
            None if after.trim().is_empty() => return Some(parts),
            None => return None,
        }
    }
}

/// The text up to the closing quote, with doubled quotes undone, and what follows it.
fn closed_quote(inner: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut rest = inner;
    loop {
        let at = rest.find('"')?;
        name.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                name.push('"');
                rest = after;
            }
            None => return Some((name, rest)),
        }
    }
}

/// An array; the server does not keep that its elements are arrays themselves.
fn array_of(element: Type) -> Type {
    if matches!(element, Type::Array(_)) { element } else { Type::Array(Box::new(element)) }
}

/// The smallest signed type that holds the unsigned values of one.
fn next_larger(inner: &Type) -> Type {
    let next =
        [(Type::TinyInt, Type::SmallInt), (Type::SmallInt, Type::Integer), (Type::Integer, Type::BigInt)];
    let larger = next.into_iter().find(|(ty, _)| ty == inner).map(|(_, larger)| larger);
    larger.unwrap_or(Type::Decimal { precision: Some(20), scale: Some(0) })
}
/// The lowest and the highest number that a sequence of a type can hold.
pub(super) fn bounds(ty: &Type) -> (i64, i64) {
    if *ty == Type::SmallInt {
        (i64::from(i16::MIN), i64::from(i16::MAX))
    } else if *ty == Type::Integer {
        (i64::from(i32::MIN), i64::from(i32::MAX))
    } else {
        (i64::MIN, i64::MAX)
    }
}
