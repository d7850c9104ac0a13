//! Rust types as column types: through aliases, newtypes and imports to a type a database has.

use ambix_schema::Type;
use compact_str::CompactString;

use super::enums::type_name;
use super::modules::{DefinitionId, Found, ModuleId, Modules, is_known_crate};
use super::outline::Meaning;
use super::rust_type::RustType;
use crate::ParseType;

/// What a column's Rust type says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Mapped {
    /// The column type.
    pub(crate) ty: Type,
    /// Whether there was an `Option` around it.
    pub(crate) is_nullable: bool,
    /// The enum it is, or is an array of.
    pub(crate) enumeration: Option<DefinitionId>,
}

/// Why a Rust type is no column type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Unmapped {
    /// No database has such a type.
    Unknown {
        /// The name that led nowhere, or the whole type.
        name: Option<String>,
        /// Where it is defined, if it is a type of the project.
        defined: Option<DefinitionId>,
        /// Whether the null-ness was seen before that.
        is_nullable: bool,
    },
    /// The name could mean several types.
    Ambiguous {
        /// The name.
        name: String,
        /// The types.
        candidates: Vec<DefinitionId>,
    },
    /// An alias or newtype leads back to itself.
    Endless {
        /// Its name.
        name: String,
    },
}

/// What types are mapped with.
pub(crate) struct Types<'a> {
    pub(crate) modules: &'a Modules<'a>,
    pub(crate) parse_type: &'a ParseType<'a>,
}

/// What a known type of Rust is to a column.
enum Known {
    /// A column type.
    Type(Type),
    /// A column type by a name of the database's.
    Spelled(&'static str),
    /// The first argument, and null.
    Nullable,
    /// The first argument.
    Transparent,
    /// Many of the first argument.
    Many,
    /// A range of the first argument.
    Range,
}

/// How deep aliases and newtypes may stand in each other.
const MAX_DEPTH: usize = 32;

impl Types<'_> {
    /// The column type of a Rust type that stands in a module.
    pub(crate) fn map(&self, module: ModuleId, ty: &RustType) -> Result<Mapped, Unmapped> {
        self.at_depth(module, ty, MAX_DEPTH)
    }

    fn at_depth(&self, module: ModuleId, ty: &RustType, depth: usize) -> Result<Mapped, Unmapped> {
        match ty {
            RustType::Path { segments, arguments } => self.path(module, segments, arguments, depth),
            RustType::Slice(element) => self.many(module, element, depth),
            RustType::Other => Err(unknown(None)),
        }
    }

    fn path(
        &self,
        module: ModuleId,
        segments: &[CompactString],
        arguments: &[RustType],
        depth: usize,
    ) -> Result<Mapped, Unmapped> {
        let last = segments.last().map(CompactString::as_str).unwrap_or_default();
        if let [name] = segments
            && is_in_prelude(name)
            && !self.modules.shadows(module, name)
        {
            return self.known(module, None, name, arguments, depth);
        }
        match self.modules.resolve(module, segments) {
            Found::Definition(id) => {
                let Some(depth) = depth.checked_sub(1) else {
                    return Err(Unmapped::Endless { name: last.to_owned() });
                };
                self.definition(module, id, arguments, depth)
            }
            Found::Foreign(path) => {
                let krate = path.first().filter(|_| path.len() > 1).map(CompactString::as_str);
                let name = path.last().map_or(last, CompactString::as_str);
                self.known(module, krate, name, arguments, depth)
            }
            Found::Ambiguous(candidates) => Err(Unmapped::Ambiguous { name: last.to_owned(), candidates }),
            Found::Nothing => self.known(module, None, last, arguments, depth),
        }
    }

    fn definition(
        &self,
        module: ModuleId,
        id: DefinitionId,
        arguments: &[RustType],
        depth: usize,
    ) -> Result<Mapped, Unmapped> {
        let definition = self.modules.definition(id);
        let home = self.modules.module_of(id);
        match &definition.meaning {
            Meaning::Newtype { type_name: Some(name), .. } => Ok(mapped((self.parse_type)(name))),
            Meaning::Alias { parameters, target } | Meaning::Newtype { parameters, target, .. } => {
                if let RustType::Path { segments, .. } = target
                    && let [only] = segments.as_slice()
                    && let Some(at) = parameters.iter().position(|parameter| parameter == only)
                {
                    // The argument is read where it is written, not where the alias is.
                    let argument = arguments.get(at).ok_or_else(|| unknown(Some(only)))?;
                    return self.at_depth(module, argument, depth);
                }
                self.at_depth(home, &target.with_arguments(parameters, arguments), depth)
            }
            Meaning::Enum { said, .. } => Ok(match &said.repr {
                Some(integer) => mapped(integer_type(integer).expect("only integers are kept as repr")),
                None => Mapped { enumeration: Some(id), ..mapped(Type::Enum(type_name(said))) },
            }),
            Meaning::Opaque => Err(Unmapped::Unknown {
                name: Some(definition.name.to_string()),
                defined: Some(id),
                is_nullable: false,
            }),
        }
    }

    fn known(
        &self,
        module: ModuleId,
        krate: Option<&str>,
        name: &str,
        arguments: &[RustType],
        depth: usize,
    ) -> Result<Mapped, Unmapped> {
        let known = known(krate, name, arguments).ok_or_else(|| unknown(Some(name)))?;
        let first = || arguments.first().ok_or_else(|| unknown(Some(name)));
        match known {
            Known::Type(ty) => Ok(mapped(ty)),
            Known::Spelled(text) => Ok(mapped((self.parse_type)(text))),
            Known::Transparent => self.at_depth(module, first()?, depth),
            Known::Many => self.many(module, first()?, depth),
            Known::Nullable => match self.at_depth(module, first()?, depth) {
                Ok(mapped) => Ok(Mapped { is_nullable: true, ..mapped }),
                Err(Unmapped::Unknown { name, defined, .. }) => {
                    Err(Unmapped::Unknown { name, defined, is_nullable: true })
                }
                Err(other @ (Unmapped::Ambiguous { .. } | Unmapped::Endless { .. })) => Err(other),
            },
            Known::Range => {
                let bound = self.at_depth(module, first()?, depth)?;
                let text = range_of(&bound.ty).ok_or_else(|| unknown(Some(name)))?;
                Ok(mapped((self.parse_type)(text)))
            }
        }
    }

    /// `Vec<u8>` is bytes; any other list is an array.
    fn many(&self, module: ModuleId, element: &RustType, depth: usize) -> Result<Mapped, Unmapped> {
        if let RustType::Path { segments, .. } = element
            && segments.as_slice() == ["u8"]
            && !self.modules.shadows(module, "u8")
        {
            return Ok(mapped(Type::Bytes));
        }
        let element = self.at_depth(module, element, depth)?;
        if matches!(element.ty, Type::Array(_)) {
            return Err(unknown(Some("a list of lists")));
        }
        Ok(Mapped {
            ty: Type::Array(Box::new(element.ty)),
            is_nullable: false,
            enumeration: element.enumeration,
        })
    }
}

fn mapped(ty: Type) -> Mapped {
    Mapped { ty, is_nullable: false, enumeration: None }
}

fn unknown(name: Option<&str>) -> Unmapped {
    Unmapped::Unknown { name: name.map(str::to_owned), defined: None, is_nullable: false }
}

/// Names every module knows without importing them.
fn is_in_prelude(name: &str) -> bool {
    const PRELUDE: [&str; 16] = [
        "bool", "char", "str", "String", "Option", "Vec", "Box", "f32", "f64", "i8", "i16", "i32", "i64",
        "u8", "u16", "u32",
    ];
    PRELUDE.contains(&name) || name == "u64"
}

/// Integers by the smallest signed type that every database has and that holds them.
fn integer_type(name: &str) -> Option<Type> {
    match name {
        "i8" => Some(Type::TinyInt),
        "i16" | "u8" => Some(Type::SmallInt),
        "i32" | "u16" => Some(Type::Integer),
        "i64" | "u32" => Some(Type::BigInt),
        "u64" => Some(Type::Decimal { precision: Some(20), scale: Some(0) }),
        _other => None,
    }
}

/// The types of the standard library and of the crates sqlx has codecs for. The crate matters only for
/// names that several crates have.
fn known(krate: Option<&str>, name: &str, arguments: &[RustType]) -> Option<Known> {
    const COMMON_WORDS: [&str; 13] = [
        "Date",
        "Time",
        "DateTime",
        "Timestamp",
        "Duration",
        "Span",
        "Value",
        "Text",
        "Json",
        "Decimal",
        "Map",
        "Bytes",
        "Zoned",
    ];
    if COMMON_WORDS.contains(&name) && krate.is_some_and(|krate| !is_known_crate(krate)) {
        return None;
    }
    let timestamp = |has_zone| Known::Type(Type::Timestamp { precision: None, has_zone });
    let time = |has_zone| Known::Type(Type::Time { precision: None, has_zone });
    let is_std = matches!(krate, Some("std" | "core" | "alloc"));
    let integer = name.strip_prefix("NonZero").map(str::to_lowercase).filter(|rest| !rest.is_empty());
    if let Some(ty) = integer_type(integer.as_deref().unwrap_or(name)) {
        return Some(Known::Type(ty));
    }
    Some(match name {
        "bool" => Known::Type(Type::Boolean),
        "f32" => Known::Type(Type::Real),
        "f64" => Known::Type(Type::Double),
        "char" => Known::Type(Type::Char { length: 1 }),
        "String" | "str" | "Text" => Known::Type(Type::Text),
        "Option" => Known::Nullable,
        "Box" | "Arc" | "Rc" | "Cow" | "NonZero" => Known::Transparent,
        "Vec" | "VecDeque" => Known::Many,
        "DateTime" if krate == Some("jiff") || krate == Some("jiff_sqlx") => timestamp(false),
        "DateTime" => timestamp(!arguments.is_empty() || krate == Some("chrono")),
        "NaiveDateTime" | "PrimitiveDateTime" => timestamp(false),
        "OffsetDateTime" | "Timestamp" | "Zoned" => timestamp(true),
        "NaiveDate" | "Date" => Known::Type(Type::Date),
        "PgTimeTz" => time(true),
        "NaiveTime" | "Time" => time(false),
        "Duration" | "TimeDelta" | "Span" | "SignedDuration" | "PgInterval" => Known::Type(Type::Interval),
        "Uuid" => Known::Type(Type::Uuid),
        "Decimal" | "BigDecimal" => Known::Type(Type::Decimal { precision: None, scale: None }),
        "Json" | "JsonValue" | "Value" | "JsonRawValue" | "RawValue" => Known::Type(Type::Jsonb),
        "Map" if krate == Some("serde_json") => Known::Type(Type::Jsonb),
        "IpNetwork" | "IpNet" | "IpAddr" | "Ipv4Addr" | "Ipv6Addr" => Known::Type(Type::Inet),
        "MacAddress" => Known::Type(Type::MacAddr),
        "Bytes" | "BytesMut" if !is_std => Known::Type(Type::Bytes),
        "BitVec" => Known::Spelled("varbit"),
        "PgMoney" => Known::Spelled("money"),
        "PgLTree" => Known::Spelled("ltree"),
        "PgHstore" => Known::Spelled("hstore"),
        "PgCiText" => Known::Spelled("citext"),
        "PgRange" => Known::Range,
        _other => return None,
    })
}

/// The range type of PostgreSQL over a type.
fn range_of(bound: &Type) -> Option<&'static str> {
    let table = [
        (Type::Integer, "int4range"),
        (Type::BigInt, "int8range"),
        (Type::Decimal { precision: None, scale: None }, "numrange"),
        (Type::Date, "daterange"),
        (Type::Timestamp { precision: None, has_zone: false }, "tsrange"),
        (Type::Timestamp { precision: None, has_zone: true }, "tstzrange"),
    ];
    table.into_iter().find(|(ty, _)| ty == bound).map(|(_, name)| name)
}
