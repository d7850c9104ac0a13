//! What models say and the database cannot hold, each at its place in source.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;

use ambix_dialect::Dialect;
use ambix_models::Read;
use ambix_schema::{Address, IndexKey, IndexSubject, Kind, Name, Object, Type};

/// What the database cannot hold, at the place in source that asks for it.
pub(crate) fn refusals(read: &Read, dialect: &dyn Dialect) -> Vec<ambix_schema::Problem> {
    let title = dialect.facts().title;
    let mut refused: Vec<_> = read
        .schema
        .iter()
        .filter_map(|(at, object)| {
            let reason = dialect.refusal(at, &spelled_out(read, at, object, dialect))?;
            Some((at, format!("{at}: {title} {reason}")))
        })
        .collect();
    refused.extend(clashes(read, dialect));
    refused.extend(long_keys(read, dialect));
    refused.into_iter().map(|(at, message)| refusal(read, at, message)).collect()
}

/// A column of an enum type as a database has it that keeps the values with the column.
fn spelled_out<'a>(read: &Read, at: &Address, object: &'a Object, dialect: &dyn Dialect) -> Cow<'a, Object> {
    let is_named = |ty: &Type| !dialect.facts().has_enum_types && ty.enum_name().is_some();
    let Some(column) = object.as_column().filter(|column| is_named(&column.ty)) else {
        return Cow::Borrowed(object);
    };
    match dialect.canonical(at, object.clone(), &read.schema) {
        Some(Object::Column(own)) => Cow::Owned(ambix_schema::Column { ty: own.ty, ..column.clone() }.into()),
        Some(_) | None => Cow::Borrowed(object),
    }
}

/// Names that are one name to a database that does not tell `Users` from `users`.
fn clashes<'a>(read: &'a Read, dialect: &dyn Dialect) -> Vec<(&'a Address, String)> {
    if !dialect.facts().ignores_case_of_names {
        return Vec::new();
    }
    let title = dialect.facts().title;
    let mut known: BTreeMap<(Option<String>, bool, String), &Address> = BTreeMap::new();
    let mut clashes = Vec::new();
    for (at, _) in read.schema.iter() {
        let is_named_by_table = at.kind == Kind::Index && dialect.facts().names_indexes_by_table;
        let table = match at.kind {
            Kind::Index if is_named_by_table => at.table.as_ref(),
            Kind::Table | Kind::View | Kind::Index => None,
            Kind::Column => at.table.as_ref(),
            Kind::Namespace
            | Kind::Extension
            | Kind::Enum
            | Kind::Domain
            | Kind::Composite
            | Kind::Range
            | Kind::Sequence
            | Kind::PrimaryKey
            | Kind::Unique
            | Kind::Check
            | Kind::ForeignKey
            | Kind::Exclusion => continue,
        };
        let table = table.map(|table| table.as_str().to_ascii_lowercase());
        match known.entry((table, is_named_by_table, at.name.as_str().to_ascii_lowercase())) {
            Entry::Vacant(free) => {
                free.insert(at);
            }
            // Columns of tables that clash already need no word of their own.
            Entry::Occupied(taken) if at.kind == Kind::Column && taken.get().table != at.table => {}
            Entry::Occupied(taken) => {
                clashes.push((at, format!("{at}: to {title} that is the same name as {}", taken.get())));
            }
        }
    }
    clashes
}

/// Indexes and keys over texts without a length, where a key must have one.
fn long_keys<'a>(read: &'a Read, dialect: &dyn Dialect) -> Vec<(&'a Address, String)> {
    if dialect.facts().indexes_long_values {
        return Vec::new();
    }
    let title = dialect.facts().title;
    let first_long = |at: &Address, columns: Vec<&'a Name>| {
        let table = at.table_name()?;
        columns.into_iter().find(|name| {
            let column = read.schema.get(&Address::column(&table, (*name).clone()));
            column.and_then(Object::as_column).is_some_and(|column| {
                matches!(column.ty, Type::Text | Type::Bytes | Type::Json | Type::Jsonb)
            })
        })
    };
    let mut found = Vec::new();
    for (at, object) in read.schema.iter() {
        let columns: Vec<&Name> = if let Some(key) = object.as_primary_key() {
            key.columns.iter().collect()
        } else if let Some(unique) = object.as_unique() {
            unique.columns.iter().collect()
        } else if let Some(index) = object.as_index().filter(|index| index.method.is_none()) {
            index.keys.iter().filter(|key| key.prefix.is_none()).filter_map(column_of).collect()
        } else {
            continue;
        };
        if let Some(name) = first_long(at, columns) {
            let way_out = "give the field a length, as in #[ambix(length = 255)]";
            let message = format!("{at}: {title} cannot index {} without a length; {way_out}", name.as_str());
            found.push((at, message));
        }
    }
    found
}

fn refusal(read: &Read, at: &Address, message: String) -> ambix_schema::Problem {
    let nowhere = || ambix_schema::Origin { path: Path::new("").into(), line: 0, column: 0 };
    ambix_schema::Problem {
        severity: ambix_schema::Severity::Error,
        message,
        excerpt: String::new(),
        marked: 0..0,
        label: None,
        help: None,
        origin: read.origins.get(at).cloned().unwrap_or_else(nowhere),
    }
}

fn column_of(key: &IndexKey) -> Option<&Name> {
    match &key.subject {
        IndexSubject::Column(name) => Some(name),
        IndexSubject::Expr(_) => None,
    }
}
