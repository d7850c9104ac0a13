//! Normalisation: the only way to a [`Canonical`] schema, inside which equality is `==`.

use ambix_schema::{Address, Kind, Name, Object, Schema, TableName};

use crate::Dialect;

/// A schema in the one spelling of a dialect. Only [`normalize`] makes one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Canonical(Schema);

impl Canonical {
    /// The schema.
    pub fn schema(&self) -> &Schema {
        &self.0
    }

    /// The schema, given away; it is no longer known to be canonical.
    pub fn into_schema(self) -> Schema {
        self.0
    }
}

/// Brings a schema to the one spelling of a dialect: the default namespace is left unsaid, empty
/// comments vanish, columns of a primary key are not null, and each object passes
/// [`Dialect::canonical`]. Idempotent.
pub fn normalize(schema: Schema, dialect: &dyn Dialect) -> Canonical {
    let default = dialect.default_namespace().clone();
    let Schema { coverage, unmodelled, .. } = &schema;
    let (coverage, unmodelled) = (coverage.clone(), unmodelled.clone());
    let implied = schema.implied().clone();

    let mut whole: Schema = schema
        .into_objects()
        .into_iter()
        .filter(|(at, _)| !(at.kind == Kind::Namespace && at.name == default))
        .map(|(at, object)| (without_default(at, &default), settled(object, &default)))
        .collect();
    require_key_columns(&mut whole);

    let mut canonical = Schema::new();
    for (at, object) in whole.iter() {
        if let Some(object) = dialect.canonical(at, object.clone(), &whole) {
            canonical.insert(at.clone(), object);
        }
    }
    canonical.coverage = coverage;
    canonical.unmodelled = unmodelled;
    for (at, facet) in implied {
        canonical.imply(without_default(at, &default), facet);
    }
    Canonical(canonical)
}

fn without_default(mut at: Address, default: &Name) -> Address {
    if at.namespace.as_ref() == Some(default) {
        at.namespace = None;
    }
    at
}

/// What every dialect agrees on.
fn settled(mut object: Object, default: &Name) -> Object {
    let unsay = |name: &mut TableName| {
        if name.namespace.as_ref() == Some(default) {
            name.namespace = None;
        }
    };
    let drop_empty = |comment: &mut Option<String>| {
        if comment.as_deref() == Some("") {
            *comment = None;
        }
    };
    match &mut object {
        Object::Namespace(namespace) => drop_empty(&mut namespace.comment),
        Object::Table(table) => drop_empty(&mut table.comment),
        Object::Column(column) => {
            drop_empty(&mut column.comment);
            if let Some(name) = column.ty.enum_name_mut() {
                unsay(name);
            }
        }
        Object::ForeignKey(key) => unsay(&mut key.references.0),
        Object::Enum(object) => drop_empty(&mut object.comment),
        Object::Index(index) => drop_empty(&mut index.comment),
        Object::Sequence(sequence) => {
            if let Some(owner) = sequence.owned_by.take() {
                sequence.owned_by = Some(without_default(owner, default));
            }
        }
        Object::Extension(_)
        | Object::PrimaryKey(_)
        | Object::Unique(_)
        | Object::Check(_)
        | Object::Exclusion(_)
        | Object::View(_) => {}
    }
    object
}

/// The standard makes the columns of a primary key not null, and so do all servers here.
fn require_key_columns(schema: &mut Schema) {
    let columns: Vec<Address> = schema
        .iter()
        .filter_map(|(at, object)| Some((at.table_name()?, object.as_primary_key()?)))
        .flat_map(|(table, key)| key.columns.iter().map(move |name| Address::column(&table, name)))
        .collect();
    for at in columns {
        if let Some(Object::Column(column)) = schema.get_mut(&at) {
            column.is_nullable = false;
        }
    }
}
