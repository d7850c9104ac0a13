//! Normalisation: the only way to a [`Canonical`] schema, inside which equality is `==`.

mod form;
mod spelled_out;

use std::collections::BTreeSet;

use ambix_schema::{Address, Change, Dependent, Facet, Kind, Name, Object, Schema, TableName, Type};

use crate::Dialect;
use form::{formed, formed_change};
use spelled_out::SpelledOut;

/// A schema in the one spelling of a dialect. Only [`normalize`] makes one.
#[derive(Clone, Debug)]
pub struct Canonical {
    schema: Schema,
    /// The enum types that revisions speak of, on a database that has none.
    enums: SpelledOut,
}

/// What is told of types that the database does not have makes no difference.
impl PartialEq for Canonical {
    fn eq(&self, other: &Self) -> bool {
        self.schema == other.schema
    }
}

impl Eq for Canonical {}

impl Canonical {
    /// The schema.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Takes changes in an open world (see [`Schema::apply_open`]), each brought to this dialect's
    /// spelling first; gives them back in that spelling. A change to something the database has no
    /// such object for (an enum type on SQLite) is left out; where the columns of an enum type spell out its
    /// values (MySQL), it is a change to each of them.
    pub fn fold(&mut self, changes: &[Change], dialect: &dyn Dialect) -> Vec<Change> {
        let default = dialect.default_namespace().clone();
        let changes: Vec<Change> = changes
            .iter()
            .map(|change| settled_change(change, &default))
            .flat_map(|change| formed_change(change, &self.schema, dialect))
            .collect();
        let before: Vec<Option<Object>> =
            changes.iter().map(|change| change.at().and_then(|at| self.schema.get(at).cloned())).collect();
        self.enums.enter(&mut self.schema);
        for change in &changes {
            self.schema.apply_open(change);
            require_columns_of_key(&mut self.schema, change);
        }
        let retyped = self.enums.follow(&changes, dialect);
        let mut spelled: Vec<Change> = Vec::new();
        for (change, before) in changes.into_iter().zip(before) {
            spelled.extend(self.spell(change, before, dialect));
        }
        for at in retyped {
            spelled.extend(self.spell_again(&at, dialect));
        }
        SpelledOut::leave(&mut self.schema, dialect);
        spelled
    }

    /// One change in the dialect's spelling, and its object in place in that spelling too.
    fn spell(&mut self, change: Change, before: Option<Object>, dialect: &dyn Dialect) -> Option<Change> {
        let (at, from, to, using) = match change {
            Change::Create { at, object } => (at, None, object, None),
            Change::Alter { at, from, to, using } => (at, Some(from), to, using),
            Change::Drop { .. } | Change::Rename { .. } | Change::Opaque(_) => return Some(change),
        };
        let current = self.schema.get(&at).cloned().unwrap_or(to);
        let Some(object) = dialect.canonical(&at, current, &self.schema) else {
            // An enum leaves when everything that is made from it has been.
            if at.kind != Kind::Enum {
                self.schema.remove(&at);
            }
            return None;
        };
        if let Some(current) = self.schema.get_mut(&at) {
            current.clone_from(&object);
        }
        let Some(from) = from else { return Some(Change::Create { at, object }) };
        let from = match before {
            Some(before) => before,
            None => dialect.canonical(&at, from, &self.schema)?,
        };
        Some(Change::Alter { at, from, to: object, using })
    }

    /// A column whose enum type has other values now.
    fn spell_again(&mut self, at: &Address, dialect: &dyn Dialect) -> Option<Change> {
        let from = self.schema.get(at)?.clone();
        let named = self.enums.named(at, &from)?;
        let to = dialect.canonical(at, named, &self.schema)?;
        if from == to {
            return None;
        }
        self.schema.insert(at.clone(), to.clone());
        Some(Change::Alter { at: at.clone(), from, to, using: None })
    }

    /// Takes over the spelling of another side for one object, where a server has said that both say the
    /// same.
    pub fn take_over(&mut self, at: &Address, facet: Facet, from: &Object) {
        if let Some(object) = self.schema.get_mut(at) {
            object.adopt(facet, from);
        }
    }

    /// The schema, given away; it is no longer known to be canonical.
    pub fn into_schema(self) -> Schema {
        self.schema
    }
}

/// Brings a schema to the one spelling of a dialect: the default namespace is left unsaid, empty
/// comments vanish, columns of a primary key are not null, and each object passes
/// [`Dialect::canonical`]. Idempotent.
pub fn normalize(schema: Schema, dialect: &dyn Dialect) -> Canonical {
    let default = dialect.default_namespace().clone();
    let Schema { coverage, unmodelled, dependents, movables, prerequisites, .. } = &schema;
    let (coverage, unmodelled, dependents) = (coverage.clone(), unmodelled.clone(), dependents.clone());
    let (movables, prerequisites) = (movables.clone(), prerequisites.clone());
    let implied = schema.implied().clone();

    let mut whole: Schema = schema
        .into_objects()
        .filter(|(at, _)| !(at.kind == Kind::Namespace && at.name == default))
        .map(|(at, object)| formed(without_default(at, &default), settled(object, &default), dialect))
        .collect();
    require_key_columns(&mut whole);
    let implicit = dialect.implicit(&whole);
    for (at, object) in &implicit {
        whole.insert(at.clone(), object.clone());
    }

    let mut canonical: Schema = whole
        .iter()
        .filter_map(|(at, object)| Some((at.clone(), dialect.canonical(at, object.clone(), &whole)?)))
        .collect();
    canonical.coverage = coverage.without_options(dialect.facts().inherent_options.iter().copied());
    canonical.unmodelled = unmodelled
        .into_iter()
        .map(|mut other| {
            if let Some(on) = other.on.as_mut().filter(|on| on.namespace.as_ref() == Some(&default)) {
                on.namespace = None;
            }
            other
        })
        .collect();
    canonical.dependents = dependents
        .into_iter()
        .map(|dependent| Dependent { on: without_default(dependent.on, &default), ..dependent })
        .collect();
    canonical.movables = movables;
    canonical.prerequisites = prerequisites
        .into_iter()
        .map(|mut thing| {
            let settled =
                |all: BTreeSet<Address>| all.into_iter().map(|at| without_default(at, &default)).collect();
            thing.needed_by = settled(thing.needed_by);
            thing.needs = settled(thing.needs);
            thing
        })
        .collect();
    for (at, facet) in implied {
        let at = form::address(without_default(at, &default), &canonical);
        canonical.imply(at, facet);
    }
    for (at, _) in implicit {
        canonical.imply(at, Facet::Name);
    }
    Canonical { schema: canonical, enums: SpelledOut::default() }
}

fn without_default(mut at: Address, default: &Name) -> Address {
    if at.namespace.as_ref() == Some(default) {
        at.namespace = None;
    }
    at
}

fn settled_change(change: &Change, default: &Name) -> Change {
    match change.clone() {
        Change::Create { at, object } => {
            Change::Create { at: without_default(at, default), object: settled(object, default) }
        }
        Change::Drop { at, object } => {
            Change::Drop { at: without_default(at, default), object: settled(object, default) }
        }
        Change::Alter { at, from, to, using } => Change::Alter {
            at: without_default(at, default),
            from: settled(from, default),
            to: settled(to, default),
            using,
        },
        Change::Rename { from, to } => Change::Rename { from: without_default(from, default), to },
        Change::Opaque(opaque) => Change::Opaque(opaque),
    }
}

fn require_columns_of_key(schema: &mut Schema, change: &Change) {
    let (Change::Create { at, object } | Change::Alter { at, to: object, .. }) = change else { return };
    let (Some(table), Some(key)) = (at.table_name(), object.as_primary_key()) else { return };
    for name in &key.columns {
        if let Some(Object::Column(column)) = schema.get_mut(&Address::column(&table, name)) {
            column.is_nullable = false;
        }
    }
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
        Object::Table(table) => {
            drop_empty(&mut table.comment);
            table.inherits.iter_mut().for_each(unsay);
        }
        Object::Column(column) => {
            drop_empty(&mut column.comment);
        }
        Object::Domain(domain) => drop_empty(&mut domain.comment),
        Object::Composite(composite) => drop_empty(&mut composite.comment),
        Object::Range(range) => drop_empty(&mut range.comment),
        Object::ForeignKey(key) => {
            drop_empty(&mut key.comment);
            unsay(&mut key.references.0);
        }
        Object::Enum(object) => drop_empty(&mut object.comment),
        Object::Index(index) => drop_empty(&mut index.comment),
        Object::Sequence(sequence) => {
            drop_empty(&mut sequence.comment);
            if let Some(owner) = sequence.owned_by.take() {
                sequence.owned_by = Some(without_default(owner, default));
            }
        }
        Object::Extension(extension) => {
            if extension.namespace.as_ref() == Some(default) {
                extension.namespace = None;
            }
        }
        Object::PrimaryKey(key) => drop_empty(&mut key.comment),
        Object::Unique(key) => drop_empty(&mut key.comment),
        Object::Check(check) => drop_empty(&mut check.comment),
        Object::Exclusion(exclusion) => drop_empty(&mut exclusion.comment),
        Object::View(view) => {
            drop_empty(&mut view.comment);
            let reads = std::mem::take(&mut view.reads.0);
            view.reads.0 = reads.into_iter().map(|at| without_default(at, default)).collect();
        }
    }
    object.types_mut().into_iter().filter_map(Type::defined_name_mut).for_each(unsay);
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
