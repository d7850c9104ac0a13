//! Adoption: what a convention filled in yields to what the other side says.
//!
//! An unnamed constraint matches by shape; an auto increment that nobody wrote down takes whichever
//! form the database has.

use std::collections::BTreeSet;

use ambix_schema::{Address, Facet, Kind, Object, Schema};

/// The schema compared to, with its implied facets taken over from the schema compared from.
pub(crate) fn adopt(from: &Schema, to: &Schema) -> Schema {
    let mut adopted = to.clone();
    adopt_names(from, &mut adopted);
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
    let lonely = |schema: &Schema, other: &Schema| -> Vec<Address> {
        schema
            .iter()
            .map(|(at, _)| at)
            .filter(|at| is_nameable(at.kind) && !other.contains(at))
            .cloned()
            .collect()
    };
    let only_from = lonely(from, to);
    for at in lonely(to, from) {
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

fn is_nameable(kind: Kind) -> bool {
    kind == Kind::Index || (kind.is_constraint() && kind != Kind::PrimaryKey)
}

fn adopt_facet(from: &Schema, to: &mut Schema, at: &Address, facet: Facet) {
    let Some(theirs) = from.get(at) else { return };
    let Some(ours) = to.get_mut(at) else { return };
    // A key column that does not number its rows at all is a difference, not another form of numbering.
    let yields = match theirs {
        Object::Column(column) if facet == Facet::Identity => column.identity.is_some(),
        Object::Column(_)
        | Object::Namespace(_)
        | Object::Extension(_)
        | Object::Enum(_)
        | Object::Sequence(_)
        | Object::Table(_)
        | Object::PrimaryKey(_)
        | Object::Unique(_)
        | Object::Check(_)
        | Object::ForeignKey(_)
        | Object::Exclusion(_)
        | Object::Index(_)
        | Object::View(_) => true,
    };
    if yields {
        ours.adopt(facet, theirs);
    }
}
