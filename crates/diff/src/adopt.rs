//! Adoption: what a convention filled in yields to what the other side says.
//!
//! An unnamed constraint matches by shape; an auto increment that nobody wrote down takes whichever
//! form the database has.

use std::collections::BTreeSet;

use ambix_schema::{Address, Facet, Kind, Object, Schema, TableName, Type};

use crate::side_by_side::side_by_side;

/// The schema compared to, with its implied facets taken over from the schema compared from.
pub(crate) fn adopt(from: &Schema, to: &Schema) -> Schema {
    let mut adopted = to.clone();
    adopt_names(from, &mut adopted);
    adopt_defined_types(from, &mut adopted);
    adopt_unsaid_options(from, &mut adopted);
    adopt_collations(from, &mut adopted);
    adopt_partitions(from, &mut adopted);
    adopt_validity(from, &mut adopted);
    for (at, facet) in to.implied() {
        adopt_facet(from, &mut adopted, at, *facet);
    }
    for (at, facet) in from.implied() {
        if *facet == Facet::Name && at.kind == Kind::PrimaryKey {
            adopt_facet(from, &mut adopted, at, *facet);
        }
    }
    adopted
}

fn adopt_names(from: &Schema, to: &mut Schema) {
    let mut claimed: BTreeSet<Address> = BTreeSet::new();
    let (mut only_from, mut only_to): (Vec<Address>, Vec<Address>) = (Vec::new(), Vec::new());
    for (at, before, after) in side_by_side(from, to).filter(|(at, ..)| is_nameable(at.kind)) {
        match (before, after) {
            (Some(_), None) => only_from.push(at.clone()),
            (None, Some(_)) => only_to.push(at.clone()),
            (Some(_), Some(_)) | (None, None) => {}
        }
    }
    for at in only_to {
        let twin = only_from.iter().find(|twin| {
            twin.kind == at.kind
                && twin.table_name() == at.table_name()
                && (to.is_implied(&at, Facet::Name) || from.is_implied(twin, Facet::Name))
                && !claimed.contains(*twin)
                && from.get(twin) == to.get(&at)
        });
        if let Some(twin) = twin
            && let Some(object) = to.remove(&at)
        {
            to.insert(twin.clone(), object);
            claimed.insert(twin.clone());
        }
    }
}

/// A side without words for domains and their like spells one as any other type by its name; the other
/// side says that it is the same.
fn adopt_defined_types(from: &Schema, to: &mut Schema) {
    if to.coverage.speaks_of(Kind::Domain) {
        return;
    }
    let same: Vec<Address> = side_by_side(from, to)
        .filter_map(|(at, theirs, ours)| Some((at, ours?.as_column()?, theirs?.as_column()?)))
        .filter(|(_, ours, theirs)| is_spelled(&ours.ty, &theirs.ty))
        .map(|(at, _, _)| at.clone())
        .collect();
    for at in same {
        if let (Some(ours), Some(theirs)) = (to.get_mut(&at), from.get(&at)) {
            ours.adopt(Facet::Type, theirs);
        }
    }
}

/// Options that the side compared to leaves unsaid, because it seldom has words for them, stay as they are.
fn adopt_unsaid_options(from: &Schema, to: &mut Schema) {
    let coverage = to.coverage.clone();
    for (at, theirs) in from.iter() {
        let unsaid = theirs.options().into_iter().flatten();
        let unsaid: Vec<_> = unsaid.filter(|(option, _)| !coverage.speaks_of_option(option)).collect();
        if unsaid.is_empty() {
            continue;
        }
        let Some(ours) = to.get_mut(at).and_then(Object::options_mut) else { continue };
        for (option, value) in unsaid {
            ours.entry(option.clone()).or_insert_with(|| value.clone());
        }
    }
}

/// A column that says no collation has that of its table, where tables have one.
fn adopt_collations(from: &Schema, to: &mut Schema) {
    let mut inherited: Vec<(Address, String)> = Vec::new();
    for (at, theirs, ours) in side_by_side(from, to) {
        let is_unsaid = ours
            .and_then(Object::as_column)
            .is_some_and(|column| column.collation.is_none() && has_collation(&column.ty));
        let theirs = theirs.and_then(Object::as_column).and_then(|column| column.collation.as_ref());
        let table = at.table_name().filter(|_| is_unsaid && theirs.is_some());
        let options = table.and_then(|table| to.get(&Address::table(table))).and_then(Object::options);
        if let Some(collation) = options.and_then(|options| options.get("collate")) {
            inherited.push((at.clone(), collation.clone()));
        }
    }
    for (at, collation) in inherited {
        if let Some(Object::Column(column)) = to.get_mut(&at) {
            column.collation = Some(collation);
        }
    }
}

/// Whether values of a type are characters.
fn has_collation(ty: &Type) -> bool {
    if let Type::Other(text) = ty {
        return text.ends_with("text") || text.starts_with("enum(") || text.starts_with("set(");
    }
    matches!(ty, Type::Char { .. } | Type::Varchar { .. } | Type::Text | Type::Enum(_))
}

/// How a table is partitioned stays as it is, where the side compared to does not say.
fn adopt_partitions(from: &Schema, to: &mut Schema) {
    if to.coverage.speaks_of_option("partition_by") {
        return;
    }
    for (at, theirs) in from.iter() {
        let Some(theirs) = theirs.as_table().filter(|theirs| theirs.partition_by.is_some()) else { continue };
        if let Some(Object::Table(ours)) = to.get_mut(at)
            && ours.partition_by.is_none()
        {
            ours.partition_by.clone_from(&theirs.partition_by);
        }
    }
}

/// Nobody wants an index that is not valid: where one is, a whole one is built.
fn adopt_validity(from: &Schema, to: &mut Schema) {
    let is_valid = |object: &Object| object.as_index().is_none_or(|index| index.is_valid);
    let broken: Vec<Address> = to
        .iter()
        .filter(|(at, ours)| !is_valid(ours) && from.get(at).is_none_or(is_valid))
        .map(|(at, _)| at.clone())
        .collect();
    for at in broken {
        if let Some(Object::Index(index)) = to.get_mut(&at) {
            index.is_valid = true;
        }
    }
}

/// Whether a type without a variant spells the name of a defined one.
fn is_spelled(ours: &Type, theirs: &Type) -> bool {
    match (ours, theirs) {
        (Type::Array(ours), Type::Array(theirs)) => is_spelled(ours, theirs),
        (Type::Other(text), Type::Defined(name)) => text.replace('"', "") == unescaped(name),
        (_, _) => false,
    }
}

fn unescaped(name: &TableName) -> String {
    let parts = name.namespace.iter().chain([&name.name]);
    parts.map(|part| part.as_str().replace('"', "")).collect::<Vec<_>>().join(".")
}

fn is_nameable(kind: Kind) -> bool {
    kind == Kind::Index || (kind.is_constraint() && kind != Kind::PrimaryKey)
}

fn adopt_facet(from: &Schema, to: &mut Schema, at: &Address, facet: Facet) {
    let Some(theirs) = from.get(at) else { return };
    // To change one object of a shared schema copies the schema.
    if to.get(at) == Some(theirs) {
        return;
    }
    let Some(ours) = to.get_mut(at) else { return };
    // A key column that does not number its rows at all is a difference, not another form of numbering.
    let yields = match theirs.as_column() {
        Some(column) if facet == Facet::Identity => column.identity.is_some(),
        Some(_) | None => true,
    };
    if yields {
        ours.adopt(facet, theirs);
    }
}
