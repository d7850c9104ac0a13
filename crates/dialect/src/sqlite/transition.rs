//! What SQLite alters in place, and what takes a rebuilt table.

use ambix_schema::{Change, Column, ColumnDefault, Kind, Literal, Object};

use super::ddl::is_bytes;
use crate::Transition;

/// How a change to an existing table or object is carried out.
pub(super) fn transition(change: &Change) -> Transition {
    match change {
        Change::Create { at: _, object: Object::Column(column) } if !can_be_added(column) => {
            Transition::Rebuild
        }
        Change::Create { at, .. } if at.kind.is_constraint() => Transition::Rebuild,
        // DROP COLUMN refuses a column that a key, an index, a trigger or a view names, which cannot be
        // seen from the change alone.
        Change::Drop { at, .. } if at.kind == Kind::Column || at.kind.is_constraint() => Transition::Rebuild,
        Change::Alter { at, .. } => match at.kind {
            Kind::Index | Kind::View => Transition::Recreate,
            Kind::Table
            | Kind::Column
            | Kind::PrimaryKey
            | Kind::Unique
            | Kind::Check
            | Kind::ForeignKey
            | Kind::Exclusion => Transition::Rebuild,
            Kind::Namespace
            | Kind::Extension
            | Kind::Enum
            | Kind::Domain
            | Kind::Composite
            | Kind::Range
            | Kind::Sequence => Transition::InPlace,
        },
        Change::Rename { from, to: _ } => match from.kind {
            Kind::Index | Kind::View => Transition::Recreate,
            Kind::PrimaryKey | Kind::Unique | Kind::Check | Kind::ForeignKey | Kind::Exclusion => {
                Transition::Rebuild
            }
            Kind::Table
            | Kind::Column
            | Kind::Namespace
            | Kind::Extension
            | Kind::Enum
            | Kind::Domain
            | Kind::Composite
            | Kind::Range
            | Kind::Sequence => Transition::InPlace,
        },
        Change::Create { .. } | Change::Drop { .. } | Change::Opaque(_) => Transition::InPlace,
    }
}

/// ADD COLUMN wants a value that is the same for all rows: null, or a literal.
pub(super) fn can_be_added(column: &Column) -> bool {
    let Column {
        ty: _,
        is_nullable,
        default,
        identity,
        generated,
        collation: _,
        on_update: _,
        options: _,
        comment: _,
        position: _,
    } = column;
    let has_literal = match default {
        None | Some(ColumnDefault::Literal(Literal::Null)) => *is_nullable,
        Some(ColumnDefault::Literal(_)) => true,
        Some(ColumnDefault::Sql(expr)) => is_bytes(expr.as_str()),
    };
    let is_computed = match generated {
        None => has_literal,
        Some(generated) => !generated.is_stored && *is_nullable,
    };
    identity.is_none() && is_computed
}

#[cfg(test)]
mod tests {
    use super::*;
    use ambix_schema::{Address, Check, Generated, Type};

    fn added(edit: impl FnOnce(&mut Column)) -> Transition {
        let mut column = Column::new(Type::Text);
        edit(&mut column);
        transition(&Change::Create { at: Address::column("users", "name"), object: column.into() })
    }

    #[test]
    fn a_column_is_added_in_place_when_all_rows_get_the_same_value() {
        let literal = || Some(ColumnDefault::Literal(Literal::Text("x".into())));
        let generated = |is_stored| Some(Generated { expr: "1".into(), is_stored });
        assert_eq!(added(|_| {}), Transition::InPlace);
        assert_eq!(added(|column| column.is_nullable = false), Transition::Rebuild);
        let required = |column: &mut Column| (column.is_nullable, column.default) = (false, literal());
        assert_eq!(added(required), Transition::InPlace);
        let clock = |column: &mut Column| column.default = Some(ColumnDefault::Sql("now()".into()));
        assert_eq!(added(clock), Transition::Rebuild);
        assert_eq!(added(|column| column.generated = generated(false)), Transition::InPlace);
        assert_eq!(added(|column| column.generated = generated(true)), Transition::Rebuild);
    }

    #[test]
    fn constraints_take_a_rebuild() {
        let at = Address::part("users", Kind::Check, "adult");
        let object = Object::from(Check::new("age > 17"));
        let drop = Change::Drop { at: at.clone(), object: object.clone() };
        assert_eq!(transition(&drop), Transition::Rebuild);
        assert_eq!(transition(&Change::Create { at, object }), Transition::Rebuild);
    }
}
