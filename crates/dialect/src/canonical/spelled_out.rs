//! Enum types on a database that has none: what revisions say of them is kept beside the schema, because
//! columns are made from it.

use ambix_schema::{Address, Change, Kind, Object, Schema, Table, TableName};

use crate::Dialect;

/// The enum types, and the columns that have one, each as its author named it.
#[derive(Clone, Debug, Default)]
pub(super) struct SpelledOut(Schema);

impl SpelledOut {
    /// Puts the types into a schema, so that what is made from them can be.
    pub(super) fn enter(&self, schema: &mut Schema) {
        for (at, object) in self.0.iter().filter(|(at, _)| at.kind == Kind::Enum) {
            schema.insert(at.clone(), object.clone());
        }
    }

    /// Follows changes; says which columns have a type with other values afterwards.
    pub(super) fn follow(&mut self, changes: &[Change], dialect: &dyn Dialect) -> Vec<Address> {
        if dialect.facts().has_enum_types || (self.0.is_empty() && !changes.iter().any(speaks_of_enums)) {
            return Vec::new();
        }
        let mut altered: Vec<TableName> = Vec::new();
        for change in changes {
            self.0.apply_open(change);
            if let Change::Alter { at, .. } = change
                && at.kind == Kind::Enum
            {
                altered.push(at.qualified_name());
            }
        }
        self.prune();
        let is_altered = |object: &Object| {
            let name = object.as_column().and_then(|column| column.ty.enum_name());
            name.is_some_and(|name| altered.contains(name))
        };
        self.0.iter().filter(|(_, object)| is_altered(object)).map(|(at, _)| at.clone()).collect()
    }

    /// Keeps the types, the columns that have one, and the tables of these, whose renames they follow.
    fn prune(&mut self) {
        let columns: Vec<(Address, Object)> = self
            .0
            .iter()
            .filter(|(_, object)| object.as_column().is_some_and(|column| column.ty.enum_name().is_some()))
            .map(|(at, object)| (at.clone(), object.clone()))
            .collect();
        let mut kept: Schema = self
            .0
            .iter()
            .filter(|(at, _)| at.kind == Kind::Enum)
            .map(|(at, object)| (at.clone(), object.clone()))
            .collect();
        for (at, column) in columns {
            if let Some(table) = at.table_name() {
                kept.insert(Address::table(table), Table::default());
            }
            kept.insert(at, column);
        }
        self.0 = kept;
    }

    /// A column with its type by name again.
    pub(super) fn named(&self, at: &Address, spelled: &Object) -> Option<Object> {
        let named = self.0.get(at)?.as_column()?;
        let mut column = spelled.as_column()?.clone();
        column.ty = named.ty.clone();
        Some(column.into())
    }

    /// Takes out of a schema again what the database has no such object for. The types that it holds now are
    /// those that are known here, for the same changes were made to both.
    pub(super) fn leave(&self, schema: &mut Schema, dialect: &dyn Dialect) {
        if dialect.facts().has_enum_types {
            return;
        }
        for (at, _) in self.0.iter().filter(|(at, _)| at.kind == Kind::Enum) {
            schema.remove(at);
        }
    }
}

/// Whether a change is about an enum type, or a column that has one.
fn speaks_of_enums(change: &Change) -> bool {
    let has_one = |object: &Object| object.as_column().is_some_and(|column| column.ty.enum_name().is_some());
    match change {
        Change::Create { at, object } | Change::Drop { at, object } => {
            at.kind == Kind::Enum || has_one(object)
        }
        Change::Alter { at, from, to, using: _ } => at.kind == Kind::Enum || has_one(from) || has_one(to),
        Change::Rename { from, to: _ } => from.kind == Kind::Enum,
        Change::Opaque(_) => false,
    }
}
