//! Schemas out of numbers: recipes that proptest draws and shrinks, and the schema each one stands for.
//!
//! Names come from small pools, so that two schemas drawn apart share tables and columns and differ in
//! interesting ways; a column's name fixes its family of types, so that every change of type is one
//! that a server can carry out.

mod columns;
mod extras;
mod parts;

use ambix_dialect::Dialect;
use ambix_schema::{Address, Column, Enum, Kind, Namespace, Schema, Table, TableName, Type};
use proptest::collection::vec;
use proptest::prelude::*;

pub use columns::ColumnRecipe;
pub use parts::{CheckRecipe, ForeignKeyRecipe, IndexRecipe, UniqueRecipe};

/// What a schema is made from.
#[derive(Clone, Debug)]
pub struct SchemaRecipe {
    /// The tables; of two with one name the first counts.
    pub tables: Vec<TableRecipe>,
    /// How many of the enum's values there are.
    pub moods: usize,
    /// Which objects there are beside the tables.
    pub extras: u64,
}

/// What a table is made from.
#[derive(Clone, Debug)]
pub struct TableRecipe {
    name: usize,
    columns: Vec<ColumnRecipe>,
    key: Key,
    uniques: Vec<UniqueRecipe>,
    checks: Vec<CheckRecipe>,
    indexes: Vec<IndexRecipe>,
    foreign_keys: Vec<ForeignKeyRecipe>,
    has_comment: bool,
    extras: u64,
}

/// The form of a table's primary key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Key {
    /// There is none.
    None,
    /// `id`.
    Single,
    /// `id`, numbered by the database.
    Numbered,
    /// `id` and `age`.
    Composite,
}

/// Table names, with their namespace; the later ones are hard to quote.
const TABLES: [(Option<&str>, &str); 6] = [
    (None, "users"),
    (None, "posts"),
    (None, "order"),
    (None, "odd \"name\"; --'x'"),
    (None, "straße 表"),
    (Some("app"), "events"),
];

const MOODS: [&str; 4] = ["happy", "so_so", "it's \"odd\"", "sad"];

/// Draws the recipe of a schema of up to four tables.
pub fn schema() -> impl Strategy<Value = SchemaRecipe> {
    (vec(table(), 0..5), 1..=MOODS.len(), any::<u64>()).prop_map(|(tables, moods, extras)| SchemaRecipe {
        tables,
        moods,
        extras,
    })
}

fn table() -> impl Strategy<Value = TableRecipe> {
    let key = prop_oneof![
        Just(Key::None),
        Just(Key::Single),
        Just(Key::Single),
        Just(Key::Numbered),
        Just(Key::Composite)
    ];
    (
        0..TABLES.len(),
        vec(columns::recipe(), 1..8),
        key,
        vec(parts::unique(), 0..2),
        vec(parts::check(), 0..3),
        vec(parts::index(), 0..3),
        vec(parts::foreign_key(), 0..3),
        any::<bool>(),
        any::<u64>(),
    )
        .prop_map(|(name, columns, key, uniques, checks, indexes, foreign_keys, has_comment, extras)| {
            TableRecipe { name, columns, key, uniques, checks, indexes, foreign_keys, has_comment, extras }
        })
}

impl SchemaRecipe {
    /// The schema this stands for, as far as the dialect can hold it.
    pub fn build(&self, dialect: &dyn Dialect) -> Schema {
        let mut schema = Schema::new();
        let has_namespaces = dialect.facts().has_namespaces;
        for (place, recipe) in self.tables.iter().enumerate() {
            let name = recipe.table_name(has_namespaces);
            let is_first = self.tables[..place].iter().all(|other| other.name != recipe.name);
            if is_first {
                recipe.build(&name, dialect, &mut schema);
            }
        }
        // References go last: any of the tables may be their target.
        for recipe in &self.tables {
            let table = recipe.table_name(has_namespaces);
            for (number, foreign_key) in recipe.foreign_keys.iter().enumerate() {
                foreign_key.build(&table, number, dialect, &mut schema);
            }
        }
        self.build_enum(&mut schema);
        for recipe in self.tables.iter().rev() {
            extras::of_table(&recipe.table_name(has_namespaces), recipe.extras, dialect, &mut schema);
        }
        extras::of_schema(self.extras, dialect, &mut schema);
        schema
    }

    fn build_enum(&self, schema: &mut Schema) {
        let is_used = schema
            .iter()
            .filter_map(|(_, object)| object.as_column()?.ty.enum_name())
            .any(|name| name.name.as_str() == columns::ENUM);
        if is_used {
            let values = MOODS[..self.moods].iter().map(|value| (*value).to_owned()).collect();
            schema.insert(Address::of(Kind::Enum, columns::ENUM), Enum { values, comment: None });
        }
    }
}

impl TableRecipe {
    fn table_name(&self, has_namespaces: bool) -> TableName {
        match TABLES[self.name] {
            (Some(namespace), name) if has_namespaces => TableName::qualified(namespace, name),
            (_, name) => TableName::new(name),
        }
    }

    fn build(&self, name: &TableName, dialect: &dyn Dialect, schema: &mut Schema) {
        if let Some(namespace) = &name.namespace {
            schema.insert(Address::namespace(namespace), Namespace::default());
        }
        let comment = self.has_comment.then(|| "it's a \"comment\"".to_owned());
        schema.insert(Address::table(name), Table { comment, ..Table::default() });
        columns::build(name, &self.columns, self.key, dialect, schema);
        if schema.columns(name).is_empty() {
            // Not every database has tables without columns, and none has columns of every type.
            columns::put(name, "id", Column::new(Type::BigInt), dialect, schema);
        }
        if !self.foreign_keys.is_empty() {
            columns::put(name, parts::REFERENCING, Column::new(Type::BigInt), dialect, schema);
        }
        for (number, unique) in self.uniques.iter().enumerate() {
            unique.build(name, number, dialect, schema);
        }
        for check in &self.checks {
            check.build(name, schema);
        }
        for (number, index) in self.indexes.iter().enumerate() {
            index.build(name, number, dialect, schema);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use ambix_dialect::{dialect, normalize};
    use ambix_schema::Facet;
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    use super::*;
    use crate::law::changes;

    /// What is never drawn is never tested, whatever the laws say.
    #[test]
    fn every_kind_is_drawn_and_pairs_differ_in_many_facets() {
        let dialect = dialect("postgres", None, None).unwrap();
        let mut runner = TestRunner::deterministic();
        let (mut kinds, mut facets) = (BTreeSet::new(), BTreeSet::new());
        for _ in 0..300 {
            let drawn = (schema(), schema()).new_tree(&mut runner).unwrap().current();
            let [a, b] = [drawn.0, drawn.1].map(|recipe| normalize(recipe.build(&*dialect), &*dialect));
            kinds.extend(a.schema().iter().map(|(at, _)| at.kind));
            facets.extend(changes(&a, &b).iter().flat_map(ambix_schema::Change::facets));
        }
        for kind in [
            Kind::Namespace,
            Kind::Enum,
            Kind::Table,
            Kind::Column,
            Kind::PrimaryKey,
            Kind::Unique,
            Kind::Check,
            Kind::ForeignKey,
            Kind::Index,
            Kind::Domain,
            Kind::Composite,
        ] {
            assert!(kinds.contains(&kind), "{kind:?} is never drawn");
        }
        for facet in [
            Facet::Type,
            Facet::Nullable,
            Facet::Default,
            Facet::Comment,
            Facet::Columns,
            Facet::Values,
            Facet::OnDelete,
            Facet::Deferrable,
            Facet::References,
            Facet::Keys,
            Facet::Unique,
            Facet::Predicate,
        ] {
            assert!(facets.contains(&facet), "no pair differs in {facet:?}: {facets:?}");
        }
    }
}
