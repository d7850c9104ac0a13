//! Expansion: alterations that no operation and no statement can say become a drop and a creation.

use ambix_dialect::{Dialect, Transition};
use ambix_schema::{Address, Change, Composite, Expr, Facet, Kind, Name, Object, Schema, Type};

/// The change as operations can say it.
pub(crate) fn expand(before: &Schema, change: Change, dialect: &dyn Dialect, all: &[Change]) -> Vec<Change> {
    let Change::Alter { at, from, to, using: _ } = &change else { return vec![change] };
    match at.kind {
        Kind::Unique | Kind::PrimaryKey | Kind::ForeignKey | Kind::Check | Kind::Exclusion | Kind::Index => {
            let facets = from.differing(to);
            let is_said = facets.iter().all(|facet| matches!(facet, Facet::Comment | Facet::Options));
            let is_aside = at.kind.is_constraint() && is_said;
            // Nothing that others may reference goes for the sake of a comment.
            let is_sayable = facets.iter().all(|facet| is_altered_in_place(*facet, to))
                || (is_aside && dialect.transition(&change) == Transition::InPlace);
            let has_new_name = facets == [Facet::Name] && is_renamed_in_place(&change, dialect, all);
            if is_sayable || has_new_name { vec![change] } else { recreated(at, from, to) }
        }
        Kind::Column if dialect.transition(&change) == Transition::Recreate => {
            let mut changes = Vec::new();
            let dependents = dependents_of_column(before, at, all);
            changes.extend(
                dependents.iter().map(|(at, object)| Change::Drop { at: at.clone(), object: object.clone() }),
            );
            changes.extend(recreated(at, from, to));
            changes.extend(dependents.into_iter().map(|(at, object)| Change::Create { at, object }));
            changes
        }
        Kind::Column if dialect.transition(&change) == Transition::InPlace => {
            let mut dependents = dependents_of_retyped(before, at, from, to, all);
            if dialect.facts().foreign_keys_hold_types {
                dependents.extend(foreign_keys_of_retyped(before, at, from, to, all));
            }
            let mut changes: Vec<Change> = dependents
                .iter()
                .map(|(at, object)| Change::Drop { at: at.clone(), object: object.clone() })
                .collect();
            changes.push(change);
            changes.extend(dependents.into_iter().map(|(at, object)| Change::Create { at, object }));
            changes
        }
        Kind::Composite if dialect.transition(&change) == Transition::Recreate => one_by_one(at, from, to),
        Kind::Column
        | Kind::Namespace
        | Kind::Extension
        | Kind::Enum
        | Kind::Domain
        | Kind::Composite
        | Kind::Range
        | Kind::Sequence
        | Kind::Table
        | Kind::View => vec![change],
    }
}

/// Whether a primary key only gets another name, which no new object takes over from it.
fn is_renamed_in_place(change: &Change, dialect: &dyn Dialect, all: &[Change]) -> bool {
    let Change::Alter { at, from: Object::PrimaryKey(from), to: Object::PrimaryKey(to), .. } = change else {
        return false;
    };
    let (Some(old), Some(_)) = (&from.name, &to.name) else { return false };
    let is_taken_over = all.iter().any(|other| {
        matches!(other, Change::Create { at: new, .. } if new.namespace == at.namespace && new.name == *old)
    });
    !is_taken_over && dialect.transition(change) == Transition::InPlace
}

/// A composite type loses attributes, then gives others to those that stay, then gains new ones, where they keep
/// their order: the middle step alone makes it anew, and the text of a value means the same before and after.
fn one_by_one(at: &Address, from: &Object, to: &Object) -> Vec<Change> {
    let step = |from: &Composite, to: &Composite| {
        let (from, to) = (Object::from(from.clone()), Object::from(to.clone()));
        (from != to).then(|| Change::Alter { at: at.clone(), from, to, using: None })
    };
    let (Object::Composite(first), Object::Composite(last)) = (from, to) else { return Vec::new() };
    let is_in = |all: &Composite, name: &Name| all.attributes.iter().any(|other| other.name == *name);
    let mut fewer = first.clone();
    fewer.attributes.retain(|attribute| is_in(last, &attribute.name));
    let mut retyped = last.clone();
    retyped.attributes.truncate(fewer.attributes.len());
    let names = |all: &Composite| all.attributes.iter().map(|own| own.name.clone()).collect::<Vec<_>>();
    if fewer.attributes.is_empty() || names(&fewer) != names(&retyped) {
        return vec![Change::Alter { at: at.clone(), from: from.clone(), to: to.clone(), using: None }];
    }
    [step(first, &fewer), step(&fewer, &retyped), step(&retyped, last)].into_iter().flatten().collect()
}

/// Validation and comments are the only facets of a constraint or index that stay in place everywhere.
fn is_altered_in_place(facet: Facet, to: &Object) -> bool {
    match facet {
        Facet::Validated => match to {
            Object::ForeignKey(key) => key.is_validated,
            Object::Check(check) => check.is_validated,
            Object::Namespace(_)
            | Object::Extension(_)
            | Object::Enum(_)
            | Object::Domain(_)
            | Object::Composite(_)
            | Object::Range(_)
            | Object::Sequence(_)
            | Object::Table(_)
            | Object::Column(_)
            | Object::PrimaryKey(_)
            | Object::Unique(_)
            | Object::Exclusion(_)
            | Object::Index(_)
            | Object::View(_) => false,
        },
        Facet::Name
        | Facet::Type
        | Facet::Nullable
        | Facet::Default
        | Facet::Identity
        | Facet::Generated
        | Facet::Collation
        | Facet::Comment
        | Facet::Columns
        | Facet::Include
        | Facet::NullsNotDistinct
        | Facet::Deferrable
        | Facet::References
        | Facet::OnDelete
        | Facet::OnUpdate
        | Facet::Match
        | Facet::Expression
        | Facet::NoInherit
        | Facet::Keys
        | Facet::Unique
        | Facet::Method
        | Facet::Predicate
        | Facet::Options
        | Facet::Partition
        | Facet::Values
        | Facet::Definition
        | Facet::Materialized
        | Facet::Sequence
        | Facet::Owner
        | Facet::Version
        | Facet::Namespace
        | Facet::Inherits
        | Facet::Enforced
        | Facet::Valid => false,
    }
}

fn recreated(at: &Address, from: &Object, to: &Object) -> Vec<Change> {
    vec![
        Change::Drop { at: at.clone(), object: from.clone() },
        Change::Create { at: at.clone(), object: to.clone() },
    ]
}

/// The indexes and constraints a server would drop together with a column, unless another change
/// drops them anyway.
fn dependents_of_column(before: &Schema, at: &Address, all: &[Change]) -> Vec<(Address, Object)> {
    let Some(table) = at.table_name() else { return Vec::new() };
    before
        .parts(&table)
        .filter(|(_, object)| mentions(object, &at.name))
        .filter(|(part, _)| !all.iter().any(|change| change.at() == Some(*part)))
        .map(|(part, object)| (part.clone(), object.clone()))
        .collect()
}

/// What cannot stay while a column changes its type: generated columns that are made from it, which the
/// server refuses, and expressions that the server reads again under the new type and casts back to the
/// old one (`amount::double precision < 1000`).
fn dependents_of_retyped(
    before: &Schema,
    at: &Address,
    from: &Object,
    to: &Object,
    all: &[Change],
) -> Vec<(Address, Object)> {
    let types = from.as_column().zip(to.as_column()).map(|(from, to)| (&from.ty, &to.ty));
    let Some((from, to)) = types.filter(|(from, to)| from != to) else { return Vec::new() };
    // Between texts an expression means what it meant, and no index has to be built anew for it.
    let rereads = !(is_text(from) && is_text(to));
    let Some(table) = at.table_name() else { return Vec::new() };
    let mut found: Vec<(Address, Object)> = Vec::new();
    for (part, object) in before.parts(&table).filter(|(_, object)| computes_with(object, &at.name)) {
        let is_generated = part.kind == Kind::Column;
        let is_changed = all.iter().any(|change| change.at() == Some(part));
        if is_changed || !(is_generated || rereads) {
            continue;
        }
        if is_generated {
            found.extend(dependents_of_column(before, part, all));
        }
        found.push((part.clone(), object.clone()));
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    found.dedup_by(|(a, _), (b, _)| a == b);
    found
}

/// What cannot stay while the type of a column gets another object: expressions that name its values, and
/// generated columns made from it with what is made from those. Each comes behind what it is made from.
pub(crate) fn expressions_over_retyped<'a>(
    before: &'a Schema,
    at: &Address,
) -> Vec<(&'a Address, &'a Object)> {
    let Some(table) = at.table_name() else { return Vec::new() };
    let mut found = Vec::new();
    for (part, object) in before.parts(&table).filter(|(_, object)| computes_with(object, &at.name)) {
        found.push((part, object));
        if part.kind == Kind::Column {
            let made_from = before.parts(&table).filter(|(_, object)| mentions(object, &part.name));
            found.extend(made_from.filter(|(other, _)| *other != part));
        }
    }
    found
}

/// The foreign keys on either side of a column, which the server keeps at one type while they are there.
fn foreign_keys_of_retyped(
    before: &Schema,
    at: &Address,
    from: &Object,
    to: &Object,
    all: &[Change],
) -> Vec<(Address, Object)> {
    let columns = from.as_column().zip(to.as_column());
    let is_retyped = columns.is_some_and(|(from, to)| (&from.ty, &from.collation) != (&to.ty, &to.collation));
    let Some(table) = at.table_name().filter(|_| is_retyped) else { return Vec::new() };
    let is_held = |part: &Address, object: &Object| {
        let Some(key) = object.as_foreign_key() else { return false };
        let references = key.references.0 == table && key.references.1.contains(&at.name);
        references || (part.table_name().as_ref() == Some(&table) && key.columns.contains(&at.name))
    };
    before
        .iter()
        .filter(|(part, object)| {
            is_held(part, object) && !all.iter().any(|change| change.at() == Some(*part))
        })
        .map(|(part, object)| (part.clone(), object.clone()))
        .collect()
}

fn is_text(ty: &Type) -> bool {
    matches!(ty, Type::Text | Type::Varchar { .. } | Type::Char { .. })
}

/// Whether an expression of an object mentions a column; a plain index or key does not compute.
pub(crate) fn computes_with(object: &Object, column: &Name) -> bool {
    let key_computes = |key: &ambix_schema::IndexKey| match &key.subject {
        ambix_schema::IndexSubject::Column(_) => false,
        ambix_schema::IndexSubject::Expr(expr) => expr.mentions(column),
    };
    let expr_mentions = |expr: &Option<Expr>| expr.as_ref().is_some_and(|expr| expr.mentions(column));
    match object {
        Object::Column(other) => {
            other.generated.as_ref().is_some_and(|generated| generated.expr.mentions(column))
        }
        Object::Check(check) => check.expr.mentions(column),
        Object::Index(index) => index.keys.iter().any(key_computes) || expr_mentions(&index.predicate),
        Object::Exclusion(exclusion) => {
            exclusion.elements.iter().any(|element| key_computes(&element.key))
                || expr_mentions(&exclusion.predicate)
        }
        Object::PrimaryKey(_)
        | Object::Unique(_)
        | Object::ForeignKey(_)
        | Object::Namespace(_)
        | Object::Extension(_)
        | Object::Enum(_)
        | Object::Domain(_)
        | Object::Composite(_)
        | Object::Range(_)
        | Object::Sequence(_)
        | Object::Table(_)
        | Object::View(_) => false,
    }
}

/// Whether a constraint or index of a table is made from a column of that table.
pub(crate) fn mentions(object: &Object, column: &Name) -> bool {
    let key_mentions = |key: &ambix_schema::IndexKey| match &key.subject {
        ambix_schema::IndexSubject::Column(name) => name == column,
        ambix_schema::IndexSubject::Expr(expr) => expr.mentions(column),
    };
    let expr_mentions = |expr: &Option<Expr>| expr.as_ref().is_some_and(|expr| expr.mentions(column));
    match object {
        Object::PrimaryKey(key) => key.columns.contains(column),
        Object::Unique(key) => key.columns.contains(column) || key.include.contains(column),
        Object::ForeignKey(key) => key.columns.contains(column),
        Object::Check(check) => check.expr.mentions(column),
        Object::Index(index) => {
            index.keys.iter().any(key_mentions)
                || index.include.contains(column)
                || expr_mentions(&index.predicate)
        }
        Object::Exclusion(exclusion) => {
            exclusion.elements.iter().any(|element| key_mentions(&element.key))
                || expr_mentions(&exclusion.predicate)
        }
        Object::Namespace(_)
        | Object::Extension(_)
        | Object::Enum(_)
        | Object::Domain(_)
        | Object::Composite(_)
        | Object::Range(_)
        | Object::Sequence(_)
        | Object::Table(_)
        | Object::Column(_)
        | Object::View(_) => false,
    }
}
