//! Normalisation: the only way to a [`Canonical`] schema, inside which equality is `==`.

mod form;
mod settled;
mod spelled_out;

use ambix_schema::{Address, Change, Facet, Kind, Name, Object, Schema};

use crate::Dialect;
use form::{formed, formed_change};
use settled::{settle, settled_change, unsay, without_default};
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
    pub fn fold(&mut self, changes: Vec<Change>, dialect: &dyn Dialect) -> Vec<Change> {
        let default = dialect.default_namespace().clone();
        let changes: Vec<Change> = changes
            .into_iter()
            .map(|change| settled_change(change, &default))
            .flat_map(|change| formed_change(change, &self.schema, dialect))
            .collect();
        let altered = |change: &Change| match change {
            Change::Alter { at, .. } => self.schema.get(at).cloned(),
            Change::Create { .. } | Change::Drop { .. } | Change::Rename { .. } | Change::Opaque(_) => None,
        };
        let before: Vec<Option<Object>> = changes.iter().map(altered).collect();
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
        self.enums.leave(&mut self.schema, dialect);
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
        let differing = from.differing(&object);
        // Where every row is checked as a constraint is added, there is none left to be validated.
        let is_validation = differing == [Facet::Validated] && !dialect.facts().validates_later;
        if using.is_none() && (differing.is_empty() || (is_validation && is_validated(&object))) {
            return None;
        }
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

    /// The schema with the types that revisions speak of, on a database that has none: what an operation on such
    /// a type starts from.
    pub fn with_types(&self) -> Schema {
        let mut schema = self.schema.clone();
        self.enums.enter(&mut schema);
        schema
    }

    /// Takes over what `other` knows of types that the database does not have: a database that was read knows
    /// nothing of them.
    pub fn remember_types(&mut self, other: &Self) {
        self.enums = other.enums.clone();
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
    let mut whole = placed(schema, &default, dialect);
    for (_, object) in whole.iter_mut() {
        settle(object, &default);
    }
    require_key_columns(&mut whole);
    let implicit = dialect.implicit(&whole);
    for (at, object) in &implicit {
        whole.insert(at.clone(), object.clone());
    }

    let spelled: Vec<Option<Object>> =
        whole.iter().map(|(at, object)| dialect.canonical(at, object.clone(), &whole)).collect();
    whole.replace(spelled);
    let inherent = dialect.facts().inherent_options.iter().copied();
    whole.coverage = std::mem::take(&mut whole.coverage).without_options(inherent);
    unsay_default(&mut whole, &default);
    for (at, facet) in whole.take_implied() {
        let at = form::address(without_default(at, &default), &whole);
        whole.imply(at, facet);
    }
    for (at, _) in implicit {
        whole.imply(at, Facet::Name);
    }
    Canonical { schema: whole, enums: SpelledOut::default() }
}

fn is_validated(object: &Object) -> bool {
    object.as_check().is_some_and(|check| check.is_validated)
        || object.as_foreign_key().is_some_and(|key| key.is_validated)
}

/// A schema with each object at its one address and in its one form. Most come that way, and are not built
/// anew.
fn placed(mut schema: Schema, default: &Name, dialect: &dyn Dialect) -> Schema {
    let is_own = |at: &Address| at.kind == Kind::Namespace && at.name == *default;
    let tells_forms = dialect.facts().tells_unique_from_index;
    let may_move = |at: &Address| {
        is_own(at) || at.namespace.as_ref() == Some(default) || (at.kind == Kind::Index && !tells_forms)
    };
    if schema.iter().any(|(at, _)| may_move(at)) {
        schema.place(|at, object| {
            (!is_own(&at)).then(|| formed(without_default(at, default), object, dialect))
        });
    }
    schema
}

/// What the schema holds beside its objects, with the default namespace unsaid.
fn unsay_default(schema: &mut Schema, default: &Name) {
    for other in &mut schema.unmodelled {
        if let Some(on) = &mut other.on {
            unsay(&mut on.namespace, default);
        }
    }
    for dependent in &mut schema.dependents {
        unsay(&mut dependent.on.namespace, default);
    }
    for thing in &mut schema.prerequisites {
        for addresses in [&mut thing.needed_by, &mut thing.needs] {
            let all = std::mem::take(addresses);
            *addresses = all.into_iter().map(|at| without_default(at, default)).collect();
        }
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

/// The standard makes the columns of a primary key not null, and so do all servers here.
fn require_key_columns(schema: &mut Schema) {
    let columns: Vec<Address> = schema
        .iter()
        .filter_map(|(at, object)| Some((object.as_primary_key()?, at.table_name()?)))
        .flat_map(|(key, table)| key.columns.iter().map(move |name| Address::column(&table, name)))
        .collect();
    for at in columns {
        if let Some(Object::Column(column)) = schema.get_mut(&at) {
            column.is_nullable = false;
        }
    }
}
