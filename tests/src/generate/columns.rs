//! Columns and the primary key of a generated table.

use ambix_dialect::Dialect;
use ambix_schema::{
    Address, Column, ColumnDefault, Expr, Generated, Identity, IdentityMode, Literal, Object, PrimaryKey,
    Schema, Silent, TableName, Type,
};
use proptest::prelude::*;

use super::Key;

/// The name of the one enum.
pub(super) const ENUM: &str = "mood";

/// What a column is made from.
#[derive(Clone, Debug)]
pub struct ColumnRecipe {
    family: usize,
    variant: usize,
    is_nullable: bool,
    default: usize,
    has_comment: bool,
}

pub(super) fn recipe() -> impl Strategy<Value = ColumnRecipe> {
    (0..FAMILIES.len(), 0..4usize, any::<bool>(), 0..4usize, prop::bool::weighted(0.2)).prop_map(
        |(family, variant, is_nullable, default, has_comment)| ColumnRecipe {
            family,
            variant,
            is_nullable,
            default,
            has_comment,
        },
    )
}

/// A column's name, the types it takes, and the defaults it takes with any of them.
struct Family {
    name: &'static str,
    types: fn() -> Vec<Type>,
    defaults: fn() -> Vec<ColumnDefault>,
}

const FAMILIES: [Family; 14] = [
    Family { name: "age", types: integers, defaults: numbers },
    Family { name: "select", types: integers, defaults: numbers },
    Family { name: "amount", types: decimals, defaults: decimal_numbers },
    Family { name: "title", types: texts, defaults: words },
    Family { name: "odd \"col\" it's", types: texts, defaults: words },
    Family { name: "code", types: codes, defaults: none },
    Family { name: "seen_at", types: timestamps, defaults: now },
    Family { name: "born", types: || vec![Type::Date], defaults: none },
    Family { name: "is_active", types: || vec![Type::Boolean], defaults: truths },
    Family { name: "data", types: || vec![Type::Json, Type::Jsonb], defaults: none },
    Family { name: "token", types: || vec![Type::Uuid], defaults: none },
    Family { name: "payload", types: || vec![Type::Bytes], defaults: none },
    Family { name: "mood", types: || vec![Type::Enum(ENUM.into())], defaults: happy },
    Family { name: "other_id", types: || vec![Type::BigInt], defaults: none },
];

fn integers() -> Vec<Type> {
    vec![Type::SmallInt, Type::Integer, Type::BigInt]
}

fn decimals() -> Vec<Type> {
    let decimal = |precision| Type::Decimal { precision: Some(precision), scale: Some(2) };
    vec![decimal(10), decimal(14), Type::Double, Type::Decimal { precision: None, scale: None }]
}

fn texts() -> Vec<Type> {
    vec![Type::Text, Type::Varchar { length: Some(40) }, Type::Varchar { length: Some(200) }]
}

fn codes() -> Vec<Type> {
    vec![Type::Char { length: 2 }, Type::Char { length: 4 }]
}

fn timestamps() -> Vec<Type> {
    let timestamp = |precision, has_zone| Type::Timestamp { precision, has_zone };
    vec![timestamp(None, true), timestamp(None, false), timestamp(Some(3), true)]
}

fn none() -> Vec<ColumnDefault> {
    Vec::new()
}

fn literals(literals: &[Literal]) -> Vec<ColumnDefault> {
    literals.iter().cloned().map(ColumnDefault::Literal).collect()
}

fn numbers() -> Vec<ColumnDefault> {
    literals(&["0", "-7", "42"].map(|digits| Literal::Number(digits.into())))
}

fn decimal_numbers() -> Vec<ColumnDefault> {
    literals(&["1.5", "0"].map(|digits| Literal::Number(digits.into())))
}

fn words() -> Vec<ColumnDefault> {
    literals(&["", "it's", "a \\ \"b\"\n%c"].map(|text| Literal::Text(text.into())))
}

fn truths() -> Vec<ColumnDefault> {
    literals(&[Literal::Bool(true), Literal::Bool(false)])
}

fn happy() -> Vec<ColumnDefault> {
    literals(&[Literal::Text("happy".into())])
}

fn now() -> Vec<ColumnDefault> {
    vec![ColumnDefault::Sql(Expr::from("CURRENT_TIMESTAMP"))]
}

/// Puts a column at the end of a table, unless it is there or the dialect cannot hold it.
pub(super) fn put(table: &TableName, name: &str, column: Column, dialect: &dyn Dialect, schema: &mut Schema) {
    let at = Address::column(table, name);
    let place = schema.columns(table).last().map_or(0, |(_, column)| column.position.0) + 1;
    let column = Object::from(Column { position: Silent(place), ..column });
    if !schema.contains(&at) && dialect.refusal(&at, &column).is_none() {
        schema.insert(at, column);
    }
}

/// Puts the columns and the primary key into the schema.
pub(super) fn build(
    table: &TableName,
    recipes: &[ColumnRecipe],
    key: Key,
    dialect: &dyn Dialect,
    schema: &mut Schema,
) {
    let put = |schema: &mut Schema, name, column| put(table, name, column, dialect, schema);
    if key != Key::None {
        let identity = (key == Key::Numbered).then(|| Identity::new(IdentityMode::Auto));
        put(schema, "id", Column { is_nullable: false, identity, ..Column::new(Type::BigInt) });
    }
    if key == Key::Composite {
        put(schema, "age", Column { is_nullable: false, ..Column::new(Type::Integer) });
    }
    for recipe in recipes {
        let family = &FAMILIES[recipe.family];
        put(schema, family.name, recipe.column());
        // A second column that is computed from the first, now and then.
        if family.name == "age" && recipe.default == 3 {
            let generated = Some(Generated { expr: "age + 1".into(), is_stored: true });
            put(schema, "next_age", Column { generated, ..Column::new(Type::BigInt) });
        }
    }
    let columns = match key {
        Key::None => return,
        Key::Single | Key::Numbered => vec!["id".into()],
        Key::Composite => vec!["id".into(), "age".into()],
    };
    schema.insert(Address::primary_key(table), PrimaryKey::new(columns));
}

impl ColumnRecipe {
    fn column(&self) -> Column {
        let family = &FAMILIES[self.family];
        let types = (family.types)();
        let ty = types[self.variant % types.len()].clone();
        // Without a precision, some databases keep no digits behind the point.
        let is_whole = matches!(ty, Type::Decimal { precision: None, .. });
        let defaults = if is_whole { numbers() } else { (family.defaults)() };
        Column {
            is_nullable: self.is_nullable,
            default: defaults.get(self.default).cloned(),
            comment: self.has_comment.then(|| "what it's for".to_owned()),
            ..Column::new(ty)
        }
    }
}
