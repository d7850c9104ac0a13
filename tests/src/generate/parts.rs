//! Uniques, checks, indexes and foreign keys of a generated table, over whatever columns it has.

use ambix_dialect::Dialect;
use ambix_schema::{
    Action, Address, Check, Column, Deferrable, ForeignKey, Index, IndexKey, Kind, Name, Nulls, Object,
    Schema, TableName, Type, Unique,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// The column that refers to other tables.
pub(super) const REFERENCING: &str = "other_id";

/// What a unique constraint is made from: which of the table's columns.
#[derive(Clone, Debug)]
pub struct UniqueRecipe(Vec<usize>);

/// What a check is made from: which of the conditions.
#[derive(Clone, Debug)]
pub struct CheckRecipe(usize);

/// What an index is made from.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is one coin that was tossed")]
pub struct IndexRecipe {
    keys: Vec<(usize, bool)>,
    is_unique: bool,
    has_expression: bool,
    has_predicate: bool,
    sorts_nulls: bool,
}

/// What a foreign key is made from.
#[derive(Clone, Debug)]
pub struct ForeignKeyRecipe {
    target: usize,
    on_delete: usize,
    deferrable: usize,
}

pub(super) fn unique() -> impl Strategy<Value = UniqueRecipe> {
    vec(0..10usize, 1..3).prop_map(UniqueRecipe)
}

pub(super) fn check() -> impl Strategy<Value = CheckRecipe> {
    (0..CONDITIONS.len()).prop_map(CheckRecipe)
}

pub(super) fn index() -> impl Strategy<Value = IndexRecipe> {
    let rare = || prop::bool::weighted(0.25);
    (vec((0..10usize, any::<bool>()), 1..3), rare(), rare(), rare(), rare()).prop_map(
        |(keys, is_unique, has_expression, has_predicate, sorts_nulls)| IndexRecipe {
            keys,
            is_unique,
            has_expression,
            has_predicate,
            sorts_nulls,
        },
    )
}

pub(super) fn foreign_key() -> impl Strategy<Value = ForeignKeyRecipe> {
    (0..4usize, 0..5usize, 0..3usize).prop_map(|(target, on_delete, deferrable)| ForeignKeyRecipe {
        target,
        on_delete,
        deferrable,
    })
}

/// Conditions, with the column each is about.
const CONDITIONS: [(&str, &str); 5] = [
    ("age", "age >= 0"),
    ("title", "length(title) > 0 OR title <> 'it''s'"),
    ("amount", "amount < 1000 AND amount IS NOT NULL"),
    ("age", "age BETWEEN 1 AND 99"),
    ("title", "title IN ('a', 'b', 'c')"),
];

/// The columns of a table that can be compared for equality and order, and be the key of an index, by name.
fn comparable(table: &TableName, dialect: &dyn Dialect, schema: &Schema) -> Vec<Name> {
    let is_long = |ty: &Type| matches!(ty, Type::Text | Type::Bytes) && !dialect.facts().indexes_long_values;
    let is_comparable =
        |column: &Column| !matches!(column.ty, Type::Json | Type::Jsonb) && !is_long(&column.ty);
    let columns = schema.columns(table).into_iter().filter(|(_, column)| is_comparable(column));
    columns.map(|(name, _)| name.clone()).collect()
}

fn picked(from: &[Name], numbers: impl Iterator<Item = usize>) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    for number in numbers {
        let name = from[number % from.len()].clone();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

impl UniqueRecipe {
    pub(super) fn build(&self, table: &TableName, number: usize, dialect: &dyn Dialect, schema: &mut Schema) {
        let from = comparable(table, dialect, schema);
        if from.is_empty() {
            return;
        }
        let unique = Unique::new(picked(&from, self.0.iter().copied()));
        // Two constraints over the same columns are one to some servers.
        let is_taken = schema
            .parts(table)
            .any(|(_, object)| object.as_unique().is_some_and(|other| other.columns == unique.columns));
        let is_key = schema
            .get(&Address::primary_key(table))
            .is_some_and(|key| key.as_primary_key().is_some_and(|key| key.columns == unique.columns));
        if !is_taken && !is_key {
            let name = format!("uq {} {number}", table.name.as_str());
            schema.insert(Address::part(table, Kind::Unique, name), unique);
        }
    }
}

impl CheckRecipe {
    pub(super) fn build(&self, table: &TableName, schema: &mut Schema) {
        let (column, condition) = CONDITIONS[self.0];
        if schema.contains(&Address::column(table, column)) {
            let name = format!("ck_{}_{}", table.name.as_str(), self.0);
            schema.insert(Address::part(table, Kind::Check, name), Check::new(condition));
        }
    }
}

impl IndexRecipe {
    pub(super) fn build(&self, table: &TableName, number: usize, dialect: &dyn Dialect, schema: &mut Schema) {
        let from = comparable(table, dialect, schema);
        let has = |column: &str| schema.contains(&Address::column(table, column));
        let mut keys = Vec::new();
        if !from.is_empty() {
            let names = picked(&from, self.keys.iter().map(|(number, _)| *number));
            keys.extend(names.into_iter().zip(&self.keys).map(|(name, (_, is_descending))| {
                let nulls = (self.sorts_nulls && *is_descending).then_some(Nulls::Last);
                IndexKey { is_descending: *is_descending, nulls, ..IndexKey::column(name) }
            }));
        }
        // What is computed from a long text is as long.
        let is_long = |name: &str| {
            let column = schema.get(&Address::column(table, name)).and_then(Object::as_column);
            !dialect.facts().indexes_long_values && column.is_some_and(|column| column.ty == Type::Text)
        };
        if self.has_expression && has("title") && !is_long("title") {
            keys.push(IndexKey::expr("lower(title)"));
        }
        if keys.is_empty() {
            return;
        }
        let predicate = (self.has_predicate && has("age")).then(|| "age > 18".into());
        let index = Index { is_unique: self.is_unique, predicate, ..Index::new(keys) };
        let at = Address::part(table, Kind::Index, format!("ix_{}_{number}", table.name.as_str()));
        if dialect.refusal(&at, &index.clone().into()).is_none() {
            schema.insert(at, index);
        }
    }
}

impl ForeignKeyRecipe {
    pub(super) fn build(&self, table: &TableName, number: usize, dialect: &dyn Dialect, schema: &mut Schema) {
        let Some(own) = schema.get(&Address::column(table, REFERENCING)).and_then(|own| own.as_column())
        else {
            return;
        };
        let is_nullable = own.is_nullable;
        let tables: Vec<TableName> = schema.tables().collect();
        let target = &tables[self.target % tables.len()];
        let key = schema.get(&Address::primary_key(target)).and_then(|key| key.as_primary_key());
        let has_single_key = key.is_some_and(|key| key.columns == [Name::from("id")]);
        if !has_single_key || schema.contains(&at(table, number)) {
            return;
        }
        let on_delete = match self.on_delete {
            0 => Action::Cascade,
            1 => Action::Restrict,
            2 if is_nullable => Action::SetNull(Vec::new()),
            3 => Action::SetDefault(Vec::new()),
            _other => Action::NoAction,
        };
        let deferrable =
            [Deferrable::No, Deferrable::InitiallyImmediate, Deferrable::InitiallyDeferred][self.deferrable];
        let key = ForeignKey::new(vec![REFERENCING.into()], target.clone(), vec!["id".into()]);
        let key = ForeignKey { on_delete, deferrable, ..key };
        if dialect.refusal(&at(table, number), &key.clone().into()).is_none() {
            schema.insert(at(table, number), key);
        }
    }
}

fn at(table: &TableName, number: usize) -> Address {
    Address::part(table, Kind::ForeignKey, format!("fk_{}_{number}", table.name.as_str()))
}
