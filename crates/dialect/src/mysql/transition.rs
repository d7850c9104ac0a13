//! Which alterations MariaDB and MySQL have a statement for, and which take a new object.

use ambix_schema::{Change, Kind, Object};

use crate::Transition;

/// How a change is carried out.
pub(super) fn transition(change: &Change) -> Transition {
    let is_in_place = match change {
        Change::Alter { from, to, .. } => match (from, to) {
            (Object::Column(from), Object::Column(to)) => match (&from.generated, &to.generated) {
                (None, None) => true,
                (Some(from), Some(to)) => from.is_stored == to.is_stored,
                // Values that are there may become computed ones, or stay, only where they are stored.
                (Some(generated), None) | (None, Some(generated)) => generated.is_stored,
            },
            (Object::Table(_) | Object::Enum(_) | Object::Namespace(_), _) => true,
            (
                Object::Column(_)
                | Object::Extension(_)
                | Object::Domain(_)
                | Object::Composite(_)
                | Object::Range(_)
                | Object::Sequence(_)
                | Object::PrimaryKey(_)
                | Object::Unique(_)
                | Object::Check(_)
                | Object::ForeignKey(_)
                | Object::Exclusion(_)
                | Object::Index(_)
                | Object::View(_),
                _,
            ) => false,
        },
        Change::Rename { from, to: _ } => !matches!(from.kind, Kind::Check | Kind::ForeignKey),
        Change::Create { .. } | Change::Drop { .. } | Change::Opaque(_) => true,
    };
    if is_in_place { Transition::InPlace } else { Transition::Recreate }
}

#[cfg(test)]
mod tests {
    use ambix_schema::{Address, Column, Generated, Index, IndexKey, Type};

    use super::*;

    #[test]
    fn values_are_computed_or_kept_in_place_only_where_they_are_stored() {
        let column = |is_stored: Option<bool>| {
            let generated = is_stored.map(|is_stored| Generated { expr: "1".into(), is_stored });
            Object::from(Column { generated, ..Column::new(Type::Integer) })
        };
        let on = |from: Option<bool>, to: Option<bool>| {
            let at = Address::column("t", "c");
            transition(&Change::Alter { at, from: column(from), to: column(to), using: None })
        };
        assert_eq!(on(None, None), Transition::InPlace);
        assert_eq!(on(None, Some(true)), Transition::InPlace);
        assert_eq!(on(None, Some(false)), Transition::Recreate);
        assert_eq!(on(Some(false), Some(true)), Transition::Recreate);
        assert_eq!(on(Some(false), None), Transition::Recreate);
    }

    #[test]
    fn an_index_is_made_anew() {
        let index = |name: &str| Object::from(Index::new(vec![IndexKey::column(name)]));
        let at = Address::part("t", Kind::Index, "i");
        let change = Change::Alter { at, from: index("a"), to: index("b"), using: None };
        assert_eq!(transition(&change), Transition::Recreate);
    }
}
