//! One form for what a database knows as one thing: a unique index of whole columns is a unique constraint
//! where the two are not told apart.

use ambix_schema::{Address, Change, Index, IndexKey, IndexSubject, Kind, Name, Object, Schema, Unique};

use crate::Dialect;

/// An object in its one form, and the address of that.
pub(super) fn formed(at: Address, object: Object, dialect: &dyn Dialect) -> (Address, Object) {
    if dialect.facts().tells_unique_from_index {
        return (at, object);
    }
    match object.as_index().and_then(|index| Some((columns(index)?, index))) {
        Some((columns, Index { options, comment, .. })) => {
            let (options, comment) = (options.clone(), comment.clone());
            (of_kind(at, Kind::Unique), Unique { options, comment, ..Unique::new(columns) }.into())
        }
        None => (at, object),
    }
}

/// A change with its objects in their one form; an alteration between two forms is a drop and a creation.
pub(super) fn formed_change(change: Change, before: &Schema, dialect: &dyn Dialect) -> Vec<Change> {
    if dialect.facts().tells_unique_from_index {
        return vec![change];
    }
    match change {
        Change::Create { at, object } => {
            let (at, object) = formed(at, object, dialect);
            vec![Change::Create { at, object }]
        }
        Change::Drop { at, object } => {
            let (formed_at, object) = formed(at, object, dialect);
            vec![Change::Drop { at: address(formed_at, before), object }]
        }
        Change::Alter { at, from, to, using } => {
            let (from_at, from) = formed(at.clone(), from, dialect);
            let (to_at, to) = formed(at, to, dialect);
            if from_at == to_at {
                return vec![Change::Alter { at: from_at, from, to, using }];
            }
            vec![Change::Drop { at: from_at, object: from }, Change::Create { at: to_at, object: to }]
        }
        Change::Rename { from, to } => vec![Change::Rename { from: address(from, before), to }],
        Change::Opaque(opaque) => vec![Change::Opaque(opaque)],
    }
}

/// The address under which a schema has an index or unique constraint of a name.
pub(super) fn address(at: Address, schema: &Schema) -> Address {
    let other = match at.kind {
        Kind::Index => Kind::Unique,
        Kind::Unique => Kind::Index,
        Kind::Namespace
        | Kind::Extension
        | Kind::Enum
        | Kind::Domain
        | Kind::Composite
        | Kind::Range
        | Kind::Sequence
        | Kind::Table
        | Kind::Column
        | Kind::PrimaryKey
        | Kind::Check
        | Kind::ForeignKey
        | Kind::Exclusion
        | Kind::View => return at,
    };
    let formed = of_kind(at.clone(), other);
    if !schema.contains(&at) && schema.contains(&formed) { formed } else { at }
}

fn of_kind(at: Address, kind: Kind) -> Address {
    Address { kind, ..at }
}

/// The columns of an index that a unique constraint says as well.
fn columns(index: &Index) -> Option<Vec<Name>> {
    let Index {
        keys,
        is_unique,
        method,
        predicate,
        include,
        nulls_not_distinct,
        options: _,
        comment: _,
        is_valid: _,
        concurrently: _,
    } = index;
    let is_plain_method = method
        .as_deref()
        .is_none_or(|method| method.eq_ignore_ascii_case("btree") || method.eq_ignore_ascii_case("hash"));
    if !is_unique || !is_plain_method || predicate.is_some() || !include.is_empty() || *nulls_not_distinct {
        return None;
    }
    keys.iter().map(column).collect()
}

fn column(key: &IndexKey) -> Option<Name> {
    let IndexKey { subject, is_descending, nulls: _, collation, opclass, prefix } = key;
    match subject {
        IndexSubject::Column(name)
            if !is_descending && collation.is_none() && opclass.is_none() && prefix.is_none() =>
        {
            Some(name.clone())
        }
        IndexSubject::Column(_) | IndexSubject::Expr(_) => None,
    }
}
