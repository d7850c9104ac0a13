//! Why PostgreSQL cannot hold an object, before any statement is written.

use std::collections::BTreeSet;

use ambix_schema::{
    Action, Address, Column, ColumnDefault, Domain, Enum, Exclusion, ForeignKey, Index, Kind, Literal,
    MatchType, Name, Object, Range, Type, Unique,
};

use super::catalog::RANGE_OPTIONS;
use super::facts::{Features, MAX_IDENTIFIER};
use super::types;
use crate::otherwise;
use crate::sql_writer::{name_problem, text_problem};

/// Longest `varchar` and `char`, in characters.
const MAX_LENGTH: u32 = 10_485_760;

/// Most digits of a `numeric` that says how many it has.
const MAX_PRECISION: u32 = 1_000;

/// Why the server cannot hold the object; `None` if it can.
pub(super) fn refusal(features: Features, at: &Address, object: &Object) -> Option<String> {
    names(at).or_else(|| object.comment().and_then(text_problem)).or_else(|| match object {
        Object::Column(column) => system_column(at).or_else(|| column_refusal(features, column)),
        Object::Enum(object) => enum_refusal(object),
        Object::Domain(domain) => domain_refusal(features, domain),
        Object::Composite(composite) => composite.attributes.iter().find_map(|attribute| {
            name_refusal(&attribute.name).or_else(|| type_refusal(features, &attribute.ty))
        }),
        Object::Range(range) => range_refusal(features, range),
        Object::Sequence(sequence) => {
            (!matches!(types::stored(sequence.ty.clone()), Type::SmallInt | Type::Integer | Type::BigInt))
                .then(|| format!("has no sequences of {}", sequence.ty))
        }
        Object::PrimaryKey(key) => {
            key.name.as_ref().and_then(name_refusal).or_else(|| no_columns(&key.columns))
        }
        Object::Unique(key) => unique_refusal(features, key),
        Object::ForeignKey(key) => foreign_key_refusal(features, key),
        Object::Index(index) => index_refusal(features, index),
        Object::Check(check) if !check.is_enforced && !features.not_enforced => {
            Some("enforces every check before version 18".into())
        }
        Object::Exclusion(exclusion) => exclusion_refusal(exclusion),
        Object::Namespace(_)
        | Object::Extension(_)
        | Object::Table(_)
        | Object::Check(_)
        | Object::View(_) => None,
    })
}

/// Columns that every table has already.
const SYSTEM_COLUMNS: [&str; 6] = ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"];

fn system_column(at: &Address) -> Option<String> {
    let name = at.name.as_str();
    SYSTEM_COLUMNS.contains(&name).then(|| format!("has a column {name} of its own in every table"))
}

fn names(at: &Address) -> Option<String> {
    if at.kind == Kind::Namespace && at.name.as_str().starts_with("pg_") {
        return Some("keeps names of schemas that begin with pg_ for itself".into());
    }
    let own = (at.kind != Kind::PrimaryKey).then_some(&at.name);
    [at.namespace.as_ref(), at.table.as_ref(), own].into_iter().flatten().find_map(name_refusal)
}

fn name_refusal(name: &Name) -> Option<String> {
    let problem = name_problem(name, Some(MAX_IDENTIFIER))?;
    Some(format!("cannot use the name {:?}: {problem}", name.as_str()))
}

fn no_columns(columns: &[Name]) -> Option<String> {
    columns.is_empty().then(|| "has no key without columns".to_owned())
}

fn column_refusal(features: Features, column: &Column) -> Option<String> {
    if let Some(reason) = type_refusal(features, &column.ty) {
        return Some(reason);
    }
    if let Some(generated) = &column.generated {
        if !generated.is_stored && !features.virtual_columns {
            return Some("has no virtual generated columns in this version; say stored".into());
        }
        if column.default.is_some() || column.identity.is_some() {
            return Some("computes a generated column itself: it has no default and no identity".into());
        }
    }
    if let Some(ColumnDefault::Literal(ambix_schema::Literal::Text(text))) = &column.default
        && let Some(problem) = text_problem(text)
    {
        return Some(problem);
    }
    let stored = types::stored(column.ty.clone());
    if column.identity.is_some() && !matches!(stored, Type::SmallInt | Type::Integer | Type::BigInt) {
        return Some(format!("numbers only smallint, integer and bigint columns, not {}", column.ty));
    }
    if let Some(reason) = otherwise::changing_with_row(column.on_update.as_ref()) {
        return Some(reason);
    }
    if let (Some(ColumnDefault::Literal(literal)), Type::Enum(_)) = (&column.default, &column.ty)
        && matches!(literal, ambix_schema::Literal::Bool(_))
    {
        return Some("has no enum with a boolean default".into());
    }
    None
}

fn type_refusal(features: Features, ty: &Type) -> Option<String> {
    let is_out_of = |length: u32| length == 0 || length > MAX_LENGTH;
    match ty {
        Type::Char { length } | Type::Varchar { length: Some(length) } if is_out_of(*length) => {
            Some(format!("has no text of length {length}: it is between 1 and {MAX_LENGTH}"))
        }
        Type::Decimal { precision: Some(precision), .. } if !(1..=MAX_PRECISION).contains(precision) => {
            Some(format!("has no numeric of {precision} digits: there are between 1 and {MAX_PRECISION}"))
        }
        Type::Decimal { precision: Some(precision), scale: Some(scale) }
            if scale > precision && !features.any_scale =>
        {
            Some(format!("has no numeric({precision}, {scale}): the scale is within the precision"))
        }
        Type::Time { precision: Some(digits), .. } | Type::Timestamp { precision: Some(digits), .. }
            if *digits > 6 =>
        {
            Some(format!("keeps 6 digits of a second at most, not {digits}"))
        }
        Type::Array(inner) => type_refusal(features, inner),
        Type::Other(text) => match text.to_ascii_lowercase().as_str() {
            "serial" | "bigserial" | "smallserial" | "serial2" | "serial4" | "serial8" => {
                Some(format!("has no type {text}: say auto_increment or identity instead"))
            }
            "" => Some("has no type without a name".into()),
            spelled if spelled.starts_with("numeric(") && !features.any_scale => {
                Some(format!("has no {text} before version 15: the scale is between 0 and the precision"))
            }
            _other => None,
        },
        Type::Boolean
        | Type::TinyInt
        | Type::SmallInt
        | Type::Integer
        | Type::BigInt
        | Type::Unsigned(_)
        | Type::Real
        | Type::Double
        | Type::Decimal { .. }
        | Type::Char { .. }
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
        | Type::Enum(_)
        | Type::Defined(_) => None,
    }
}

fn enum_refusal(object: &Enum) -> Option<String> {
    let long = object.values.iter().find(|value| value.len() > MAX_IDENTIFIER);
    if let Some(value) = long {
        return Some(format!(
            "keeps {MAX_IDENTIFIER} bytes of an enum value, and {value:?} has {}",
            value.len()
        ));
    }
    if object.values.iter().any(|value| value.contains('\0')) {
        return Some("has no enum value with a NUL character".into());
    }
    let distinct: BTreeSet<&String> = object.values.iter().collect();
    (distinct.len() < object.values.len()).then(|| "has no enum with a value twice".into())
}

fn domain_refusal(features: Features, domain: &Domain) -> Option<String> {
    if let Some(ColumnDefault::Literal(Literal::Text(text))) = &domain.default
        && let Some(problem) = text_problem(text)
    {
        return Some(problem);
    }
    let names: BTreeSet<&Name> = domain.checks.iter().map(|check| &check.name).collect();
    if names.len() < domain.checks.len() {
        return Some("has no domain with two checks of one name".into());
    }
    names.into_iter().find_map(name_refusal).or_else(|| type_refusal(features, &domain.ty))
}

fn range_refusal(features: Features, range: &Range) -> Option<String> {
    let unknown = range.options.keys().find(|key| !RANGE_OPTIONS.contains(&key.as_str()));
    if let Some(key) = unknown {
        return Some(format!("has no option {key} of a range type"));
    }
    if range.options.contains_key("multirange_type_name") && !features.multiranges {
        return Some("has multiranges only from version 14 on".into());
    }
    type_refusal(features, &range.subtype)
}

fn unique_refusal(features: Features, key: &Unique) -> Option<String> {
    if key.nulls_not_distinct && !features.nulls_not_distinct {
        return Some("has NULLS NOT DISTINCT only from version 15 on".into());
    }
    no_columns(&key.columns)
}

fn exclusion_refusal(exclusion: &Exclusion) -> Option<String> {
    if exclusion.elements.is_empty() {
        return Some("has no exclusion constraint without elements".into());
    }
    let is_symbol = |text: &str| !text.is_empty() && text.chars().all(|c| "+-*/<>=~!@#%^&|`?".contains(c));
    let is_operator = |text: &str| {
        let qualified = text.strip_prefix("OPERATOR(").and_then(|text| text.strip_suffix(')'));
        let qualified = qualified.and_then(|text| text.rsplit_once('.'));
        match qualified {
            Some((namespace, symbol)) => types::name_parts(namespace).is_some() && is_symbol(symbol),
            None => is_symbol(text),
        }
    };
    let wrong = exclusion.elements.iter().find(|element| !is_operator(&element.operator));
    wrong.map(|element| format!("has no operator {:?}", element.operator))
}

fn foreign_key_refusal(features: Features, key: &ForeignKey) -> Option<String> {
    if !key.is_enforced && !features.not_enforced {
        return Some("enforces every foreign key before version 18".into());
    }
    if key.match_type == MatchType::Partial {
        return Some("has no MATCH PARTIAL".into());
    }
    let named = |action: &Action| matches!(action, Action::SetNull(columns) | Action::SetDefault(columns) if !columns.is_empty());
    if named(&key.on_update) {
        return Some("names columns to set only ON DELETE".into());
    }
    if named(&key.on_delete) && !features.set_null_columns {
        return Some("names the columns to set ON DELETE only from version 15 on".into());
    }
    let referenced = key.references.1.len();
    if referenced != 0 && referenced != key.columns.len() {
        return Some(format!(
            "needs as many referenced columns as referencing ones, not {referenced} for {}",
            key.columns.len()
        ));
    }
    no_columns(&key.columns)
}

fn index_refusal(features: Features, index: &Index) -> Option<String> {
    if index.keys.is_empty() {
        return Some("has no index without keys".into());
    }
    if index.keys.iter().any(|key| key.prefix.is_some()) {
        return Some("indexes whole values; say expr(\"left(name, 10)\") for the beginning of one".into());
    }
    if index.nulls_not_distinct && !features.nulls_not_distinct {
        return Some("has NULLS NOT DISTINCT only from version 15 on".into());
    }
    let method = index.method.as_deref().unwrap_or("btree").to_ascii_lowercase();
    if ["gin", "gist", "brin", "hash", "spgist"].contains(&method.as_str()) {
        if index.is_unique {
            return Some(format!("has no unique {method} index"));
        }
        if index.keys.iter().any(|key| key.is_descending || key.nulls.is_some()) {
            return Some(format!("keeps no order in a {method} index"));
        }
        if ["hash", "spgist"].contains(&method.as_str()) && index.keys.len() > 1 {
            return Some(format!("has one key only in a {method} index"));
        }
        if method != "gist" && !index.include.is_empty() && !(method == "spgist" && features.spgist_include) {
            return Some(format!("carries no columns along in a {method} index"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use ambix_schema::{Identity, IdentityMode, IndexKey};

    use super::*;
    use crate::postgres::facts::features;

    fn of(version: u32, at: &Address, object: impl Into<Object>) -> Option<String> {
        refusal(features((version, 0)), at, &object.into())
    }

    #[test]
    fn names_that_the_server_would_cut_are_refused() {
        let long = Address::column("users", "é".repeat(32));
        assert!(of(15, &long, Column::new(Type::Text)).unwrap().contains("64 bytes"));
        assert_eq!(of(15, &Address::column("users", "é".repeat(31)), Column::new(Type::Text)), None);
    }

    #[test]
    fn what_a_version_lacks_is_refused_with_its_reason() {
        let at = Address::column("users", "c");
        let unique = Unique { nulls_not_distinct: true, ..Unique::new(vec!["a".into()]) };
        assert!(of(14, &at, unique.clone()).is_some() && of(15, &at, unique).is_none());
        assert!(of(15, &at, Column::new(Type::Other("serial".into()))).is_some());
        assert!(of(15, &at, Column::new(Type::Varchar { length: Some(0) })).is_some());
        let numbered =
            Column { identity: Some(Identity::new(IdentityMode::Auto)), ..Column::new(Type::Text) };
        assert!(of(15, &at, numbered).unwrap().contains("not text"));
        let gin =
            Index { method: Some("gin".into()), is_unique: true, ..Index::new(vec![IndexKey::column("a")]) };
        assert_eq!(of(15, &at, gin).as_deref(), Some("has no unique gin index"));
        let by = |method: &str, keys: usize| {
            let keys = (0..keys).map(|_| IndexKey::column("a")).collect();
            Index { method: Some(method.into()), ..Index::new(keys) }
        };
        let including = |index: Index| Index { include: vec!["b".into()], ..index };
        assert_eq!(of(15, &at, by("hash", 2)).as_deref(), Some("has one key only in a hash index"));
        assert_eq!(of(15, &at, by("gist", 2)), None);
        let carried = of(15, &at, including(by("hash", 1)));
        assert_eq!(carried.as_deref(), Some("carries no columns along in a hash index"));
        assert_eq!(of(15, &at, including(by("gist", 1))), None);
        assert!(of(13, &at, including(by("spgist", 1))).is_some());
        assert_eq!(of(14, &at, including(by("spgist", 1))), None);
    }
}
