//! Which alterations PostgreSQL has a statement for, and which take a new object.

use std::collections::BTreeMap;

use ambix_schema::{Change, Composite, Enum, Expr, Facet, Object};

use super::facts::Features;
use crate::Transition;

/// How a change is carried out.
pub(super) fn transition(features: Features, change: &Change) -> Transition {
    let Change::Alter { from, to, using, .. } = change else { return Transition::InPlace };
    let facets = from.differing(to);
    let only = |known: &[Facet]| facets.iter().all(|facet| known.contains(facet));
    let is_in_place = match (from, to) {
        (Object::Column(from), Object::Column(to)) => match (&from.generated, &to.generated) {
            (before, after) if before == after => true,
            (Some(_), None) => features.drops_expression,
            (Some(before), Some(after)) => features.sets_expression && before.is_stored && after.is_stored,
            // Nothing turns an existing column into a generated one.
            (None, _) => false,
        },
        (Object::Enum(from), Object::Enum(to)) => {
            additions(from, to).is_some() || renamed_value(from, to, using.as_ref()).is_some()
        }
        (Object::Domain(_), Object::Domain(_)) => {
            !facets.iter().any(|facet| matches!(facet, Facet::Type | Facet::Collation))
        }
        (Object::Composite(from), Object::Composite(to)) => only_adds_and_drops_attributes(from, to),
        (Object::Range(_), Object::Range(_)) => only(&[Facet::Comment]),
        (Object::PrimaryKey(from), Object::PrimaryKey(to)) => {
            only(&[Facet::Name, Facet::Comment, Facet::Options]) && same_period(&from.options, &to.options)
        }
        (Object::ForeignKey(_), Object::ForeignKey(to)) => {
            let enforcement = features.not_enforced && facets.contains(&Facet::Enforced);
            let known = [Facet::Deferrable, Facet::Validated, Facet::Comment, Facet::Enforced];
            (only(&known[..3]) && is_validation(&facets, to.is_validated)) || (enforcement && only(&known))
        }
        (Object::Check(_), Object::Check(to)) => {
            only(&[Facet::Validated, Facet::Comment]) && is_validation(&facets, to.is_validated)
        }
        (Object::Index(_), Object::Index(_)) => only(&[Facet::Comment, Facet::Options]),
        (Object::Unique(from), Object::Unique(to)) => {
            only(&[Facet::Comment, Facet::Options]) && same_period(&from.options, &to.options)
        }
        (Object::Exclusion(_), Object::Exclusion(_)) | (Object::View(_), Object::View(_)) => {
            only(&[Facet::Comment, Facet::Options])
        }
        (Object::Unique(_) | Object::Exclusion(_) | Object::View(_), _) => facets.is_empty(),
        (
            Object::Namespace(_)
            | Object::Extension(_)
            | Object::Sequence(_)
            | Object::Table(_)
            | Object::Column(_)
            | Object::Enum(_)
            | Object::Domain(_)
            | Object::Composite(_)
            | Object::Range(_)
            | Object::PrimaryKey(_)
            | Object::ForeignKey(_)
            | Object::Check(_)
            | Object::Index(_),
            _,
        ) => true,
    };
    if is_in_place { Transition::InPlace } else { Transition::Recreate }
}

/// Whether attributes go, and new ones come behind those that stay: nothing moves an attribute, and the
/// server refuses another type while a column is of the composite.
pub(super) fn only_adds_and_drops_attributes(from: &Composite, to: &Composite) -> bool {
    let kept: Vec<_> = from.attributes.iter().filter(|old| to.attributes.contains(old)).collect();
    let is_named = |name| from.attributes.iter().any(|old| old.name == name);
    let added = &to.attributes[kept.len().min(to.attributes.len())..];
    to.attributes.iter().take(kept.len()).eq(kept.iter().copied())
        && !added.iter().any(|attribute| is_named(attribute.name.clone()))
}

/// Nothing turns a key into one without overlaps, or back.
fn same_period(from: &BTreeMap<String, String>, to: &BTreeMap<String, String>) -> bool {
    from.get("without_overlaps") == to.get("without_overlaps")
}

/// A constraint can be validated, and never made unvalidated again.
fn is_validation(facets: &[Facet], is_validated_after: bool) -> bool {
    is_validated_after || !facets.contains(&Facet::Validated)
}

/// The values to be added to an enum, each with its place in the new order; `None` when values go or
/// change places, which no statement can do.
pub(super) fn additions(from: &Enum, to: &Enum) -> Option<Vec<usize>> {
    let mut kept = from.values.iter();
    let mut awaited = kept.next();
    let mut added = Vec::new();
    for (place, value) in to.values.iter().enumerate() {
        if awaited == Some(value) {
            awaited = kept.next();
        } else if from.values.contains(value) {
            return None;
        } else {
            added.push(place);
        }
    }
    awaited.is_none().then_some(added)
}

/// The old and the new name of an enum's value, where its author says that it is renamed: `using` tells
/// how old values become new ones, and one place differs. Without it a value goes and another comes.
pub(super) fn renamed_value<'a>(
    from: &'a Enum,
    to: &'a Enum,
    using: Option<&Expr>,
) -> Option<(&'a str, &'a str)> {
    using?;
    let mut differing = from.values.iter().zip(&to.values).filter(|(before, after)| before != after);
    let (before, after) = differing.next()?;
    let is_only = differing.next().is_none() && from.values.len() == to.values.len();
    (is_only && !from.values.contains(after)).then_some((before, after))
}

#[cfg(test)]
mod tests {
    use ambix_schema::{Address, Check, Column, Generated, Kind, Type};

    use super::*;
    use crate::postgres::facts::features;

    fn mood(values: &[&str]) -> Enum {
        Enum { values: values.iter().map(|value| (*value).to_owned()).collect(), comment: None }
    }

    #[test]
    fn enum_values_are_only_added_in_place() {
        let from = mood(&["happy", "sad"]);
        assert_eq!(additions(&from, &mood(&["calm", "happy", "so_so", "sad", "angry"])), Some(vec![0, 2, 4]));
        assert_eq!(additions(&from, &mood(&["sad", "happy"])), None);
        assert_eq!(additions(&from, &mood(&["happy"])), None);
    }

    #[test]
    fn what_has_no_statement_is_made_anew() {
        let change = |from: Object, to: Object| Change::Alter {
            at: Address::part("t", Kind::Column, "c"),
            from,
            to,
            using: None,
        };
        let plain = Column::new(Type::Integer);
        let mut generated = plain.clone();
        generated.generated = Some(Generated { expr: Expr::from("a + 1"), is_stored: true });
        let mut other = plain.clone();
        other.generated = Some(Generated { expr: Expr::from("a + 2"), is_stored: true });
        let old = features((15, 0));
        let on = |features, from: &Column, to: &Column| {
            transition(features, &change(from.clone().into(), to.clone().into()))
        };
        assert_eq!(on(old, &plain, &generated), Transition::Recreate);
        assert_eq!(on(old, &generated, &plain), Transition::InPlace);
        assert_eq!(on(old, &generated, &other), Transition::Recreate);
        assert_eq!(on(features((17, 0)), &generated, &other), Transition::InPlace);
        let valid = Check::new("a > 0");
        let fresh = Check { is_validated: false, ..valid.clone() };
        let validate = change(fresh.clone().into(), valid.clone().into());
        assert_eq!(transition(old, &validate), Transition::InPlace);
        assert_eq!(transition(old, &change(valid.into(), fresh.into())), Transition::Recreate);
    }
}
