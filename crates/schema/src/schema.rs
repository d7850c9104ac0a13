//! A schema: a sorted map from address to object, and the fold of changes over it.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};

use crate::address_map::AddressMap;
use crate::following::{follow_in_address, follow_in_object};
use crate::{
    Address, ApplyError, Change, Coverage, Dependent, Facet, Kind, Movable, Name, Object, Prerequisite,
    TableName, Unmodelled,
};

type Objects = AddressMap<Arc<Object>>;

/// What a database, a set of models, or a chain of revisions says exists.
///
/// Equality is equality of the objects; coverage and implied facets say how the source speaks, not what.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Schema {
    // Shared, so that a copy of a schema is cheap: what is changed in one of them is copied then.
    #[serde(with = "as_list")]
    objects: Arc<Objects>,
    /// What this source is able to speak about.
    #[serde(default)]
    pub coverage: Coverage,
    /// Facets that a convention filled in and the source did not say: they yield to what the other
    /// side of a comparison says. `Facet::Name` stands for the name in the address.
    #[serde(default)]
    implied: BTreeSet<(Address, Facet)>,
    /// What the source holds beside its objects: triggers, views, virtual tables. Never compared.
    #[serde(default)]
    pub unmodelled: Vec<Unmodelled>,
    /// What is not modelled and stands on an object, which cannot go or change its type meanwhile.
    #[serde(default)]
    pub dependents: Vec<Dependent>,
    /// Those of the dependents that can step aside and come back.
    #[serde(default)]
    pub movables: Vec<Movable>,
    /// What objects stand on beside each other, in the order in which it can be made.
    #[serde(default)]
    pub prerequisites: Vec<Prerequisite>,
}

impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        self.objects == other.objects
    }
}

impl Eq for Schema {}

impl Serialize for Schema {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Fields<'a> {
            #[serde(with = "as_list")]
            objects: &'a Objects,
            coverage: &'a Coverage,
            implied: &'a BTreeSet<(Address, Facet)>,
            unmodelled: &'a [Unmodelled],
            dependents: &'a [Dependent],
            movables: &'a [Movable],
            prerequisites: &'a [Prerequisite],
        }
        Fields {
            objects: &self.objects,
            coverage: &self.coverage,
            implied: &self.implied,
            unmodelled: &self.unmodelled,
            dependents: &self.dependents,
            movables: &self.movables,
            prerequisites: &self.prerequisites,
        }
        .serialize(serializer)
    }
}

/// JSON has no keys but strings, so the map travels as a list of entries.
mod as_list {
    use super::{Address, Arc, Object, Objects};
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(map: &Objects, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map.iter().map(|(at, object)| (at, &**object)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<Objects>, D::Error> {
        let entries = Vec::<(Address, Object)>::deserialize(deserializer)?;
        let objects: Objects = entries.into_iter().map(|(at, object)| (at, Arc::new(object))).collect();
        Ok(Arc::new(objects))
    }
}

impl Schema {
    /// An empty schema from a source that can express everything.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts an object in place, whatever was there before; gives back what it replaced.
    pub fn insert(&mut self, at: Address, object: impl Into<Object>) -> Option<Object> {
        self.objects_mut().insert(at, Arc::new(object.into())).map(Arc::unwrap_or_clone)
    }

    /// Takes an object out.
    pub fn remove(&mut self, at: &Address) -> Option<Object> {
        self.objects_to_change(at)?.remove(at).map(Arc::unwrap_or_clone)
    }

    /// The object at an address.
    pub fn get(&self, at: &Address) -> Option<&Object> {
        self.objects.get(at).map(Arc::as_ref)
    }

    /// The object at an address, to be changed in place.
    pub fn get_mut(&mut self, at: &Address) -> Option<&mut Object> {
        self.objects_to_change(at)?.get_mut(at).map(Arc::make_mut)
    }

    /// Whether an address is taken.
    pub fn contains(&self, at: &Address) -> bool {
        self.objects.contains(at)
    }

    /// All objects in address order.
    pub fn iter(&self) -> impl Iterator<Item = (&Address, &Object)> {
        self.objects.iter().map(|(at, object)| (at, &**object))
    }

    /// All objects, given away in address order.
    pub fn into_objects(self) -> impl DoubleEndedIterator<Item = (Address, Object)> {
        let objects = Arc::unwrap_or_clone(self.objects);
        objects.into_entries().map(|(at, object)| (at, Arc::unwrap_or_clone(object)))
    }

    /// All objects in address order, to be changed in place.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&Address, &mut Object)> {
        self.objects_mut().iter_mut().map(|(at, object)| (at, Arc::make_mut(object)))
    }

    /// Puts another object at each address, in address order; `None` takes out what is there. Addresses that
    /// are left over stay as they are.
    pub fn replace(&mut self, objects: impl IntoIterator<Item = Option<Object>>) {
        let mut gone = Vec::new();
        for ((at, place), object) in self.objects_mut().iter_mut().zip(objects) {
            match object {
                Some(object) => *place = Arc::new(object),
                None => gone.push(at.clone()),
            }
        }
        for at in gone {
            self.remove(&at);
        }
    }

    /// Gives each object another address and form, or takes it out.
    pub fn place(&mut self, mut place: impl FnMut(Address, Object) -> Option<(Address, Object)>) {
        let objects = Arc::unwrap_or_clone(std::mem::take(&mut self.objects)).into_entries();
        let placed = objects.filter_map(|(at, object)| place(at, Arc::unwrap_or_clone(object)));
        self.objects = Arc::new(placed.map(|(at, object)| (at, Arc::new(object))).collect());
    }

    fn objects_mut(&mut self) -> &mut Objects {
        Arc::make_mut(&mut self.objects)
    }

    /// An object that is not there is no reason to part with the other copies.
    fn objects_to_change(&mut self, at: &Address) -> Option<&mut Objects> {
        let is_shared = Arc::strong_count(&self.objects) > 1;
        (!is_shared || self.contains(at)).then(|| self.objects_mut())
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// The qualified names of all tables.
    pub fn tables(&self) -> impl Iterator<Item = TableName> {
        self.objects.iter().filter(|(at, _)| at.kind == Kind::Table).map(|(at, _)| at.qualified_name())
    }

    /// A table and all its parts, in address order.
    pub fn parts<'a>(
        &'a self,
        table: &TableName,
    ) -> impl Iterator<Item = (&'a Address, &'a Object)> + use<'a> {
        let table = table.clone();
        let range = self.objects.starting_at(&Address::table(&table)).map(|(at, object)| (at, &**object));
        range.take_while(move |(at, _)| {
            at.namespace == table.namespace && at.table.as_ref() == Some(&table.name)
        })
    }

    /// A table's columns in the order of their positions.
    pub fn columns<'a>(&'a self, table: &TableName) -> Vec<(&'a Name, &'a crate::Column)> {
        let mut columns: Vec<_> =
            self.parts(table).filter_map(|(at, object)| Some((&at.name, object.as_column()?))).collect();
        columns.sort_by_key(|(_, column)| column.position.0);
        columns
    }

    /// Says that a facet was filled in by a convention and yields to the other side.
    pub fn imply(&mut self, at: Address, facet: Facet) {
        self.implied.insert((at, facet));
    }

    /// Says it of all of these, and of no others.
    pub fn set_implied(&mut self, implied: BTreeSet<(Address, Facet)>) {
        self.implied = implied;
    }

    /// Whether a facet was filled in by a convention.
    pub fn is_implied(&self, at: &Address, facet: Facet) -> bool {
        self.implied.contains(&(at.clone(), facet))
    }

    /// Everything that was filled in by a convention, which is forgotten here.
    pub fn take_implied(&mut self) -> BTreeSet<(Address, Facet)> {
        std::mem::take(&mut self.implied)
    }

    /// Everything that was filled in by a convention.
    pub fn implied(&self) -> &BTreeSet<(Address, Facet)> {
        &self.implied
    }

    /// Applies one change.
    ///
    /// # Errors
    /// [`ApplyError`] when the change does not fit; the schema is then as it was.
    pub fn apply(&mut self, change: &Change) -> Result<(), ApplyError> {
        match change {
            Change::Create { at, object } => {
                let owner = at.table_name().filter(|_| at.kind != Kind::Table);
                // An index may also stand on a materialized view.
                let is_there = |name: &TableName| {
                    self.contains(&Address::table(name)) || self.contains(&Address::of(Kind::View, name))
                };
                if let Some(owner) = owner.filter(|owner| !is_there(owner)) {
                    return Err(ApplyError::Missing { at: Address::table(owner) });
                }
                self.create(at, object)
            }
            Change::Drop { at, object: _ } => {
                self.remove(at).ok_or_else(|| ApplyError::Missing { at: at.clone() })?;
                self.dependents.retain(|other| !other.goes_with(at));
                if matches!(at.kind, Kind::Table | Kind::View) {
                    let parts: Vec<Address> =
                        self.parts(&at.qualified_name()).map(|(at, _)| at.clone()).collect();
                    for part in &parts {
                        self.remove(part);
                    }
                    self.unmodelled.retain(|other| other.on.as_ref() != Some(&at.qualified_name()));
                }
                Ok(())
            }
            Change::Alter { at, from: _, to, using: _ } => match self.get_mut(at) {
                Some(object) => {
                    *object = to.clone();
                    Ok(())
                }
                None => Err(ApplyError::Missing { at: at.clone() }),
            },
            Change::Rename { from, to } => self.rename(from, to),
            Change::Opaque(_) => Ok(()),
        }
    }

    /// Applies one change in an open world: what a change needs and this schema does not know is
    /// taken to exist outside (a legacy table, raw SQL), and nothing is an error.
    pub fn apply_open(&mut self, change: &Change) {
        // A column of an unknown table is remembered; a change to something unknown changes nothing.
        let applied = match change {
            Change::Create { at, object } => self.create(at, object),
            Change::Drop { .. } | Change::Alter { .. } | Change::Rename { .. } | Change::Opaque(_) => {
                self.apply(change)
            }
        };
        drop(applied);
    }

    fn create(&mut self, at: &Address, object: &Object) -> Result<(), ApplyError> {
        let mut object = object.clone();
        if let (Object::Column(column), Some(table)) = (&mut object, at.table_name()) {
            // A column without a place goes to the end, where every server puts it.
            let places = self.parts(&table).filter_map(|(_, object)| Some(object.as_column()?.position.0));
            let last = places.max().unwrap_or_default();
            let is_taken = column.position.0 <= last;
            if is_taken {
                column.position.0 = last + 1;
            }
        }
        if self.contains(at) {
            return Err(ApplyError::AlreadyExists { at: at.clone() });
        }
        self.objects_mut().insert(at.clone(), Arc::new(object));
        Ok(())
    }

    fn rename(&mut self, from: &Address, to: &Name) -> Result<(), ApplyError> {
        if !self.contains(from) {
            return Err(ApplyError::Missing { at: from.clone() });
        }
        let renamed = from.renamed(to.clone());
        if self.contains(&renamed) {
            return Err(ApplyError::AlreadyExists { at: renamed });
        }
        let objects = Arc::unwrap_or_clone(std::mem::take(&mut self.objects));
        let objects: Objects = objects
            .into_entries()
            .map(|(mut at, mut object)| {
                follow_in_object(&at, Arc::make_mut(&mut object), from, to);
                follow_in_address(&mut at, from, to);
                (at, object)
            })
            .collect();
        self.objects = Arc::new(objects);
        self.unmodelled.iter_mut().for_each(|other| other.follow(from, to));
        self.dependents.iter_mut().for_each(|other| follow_in_address(&mut other.on, from, to));
        self.movables.retain(|other| !other.mentions(&from.name));
        let implied = std::mem::take(&mut self.implied);
        self.implied = implied
            .into_iter()
            .map(|(mut at, facet)| {
                follow_in_address(&mut at, from, to);
                (at, facet)
            })
            .collect();
        Ok(())
    }
}

impl From<AddressMap<Arc<Object>>> for Schema {
    fn from(objects: AddressMap<Arc<Object>>) -> Self {
        Self { objects: Arc::new(objects), ..Self::default() }
    }
}

impl FromIterator<(Address, Object)> for Schema {
    fn from_iter<I: IntoIterator<Item = (Address, Object)>>(objects: I) -> Self {
        objects.into_iter().map(|(at, object)| (at, Arc::new(object))).collect()
    }
}

impl FromIterator<(Address, Arc<Object>)> for Schema {
    fn from_iter<I: IntoIterator<Item = (Address, Arc<Object>)>>(objects: I) -> Self {
        Self::from(objects.into_iter().collect::<Objects>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Check, Column, ForeignKey, Index, IndexKey, PrimaryKey, Table, Type};

    fn users() -> Schema {
        let mut schema = Schema::new();
        schema.insert(Address::table("users"), Table::default());
        schema.insert(Address::column("users", "id"), Column::new(Type::BigInt));
        schema.insert(Address::column("users", "age"), Column::new(Type::Integer));
        schema.insert(Address::primary_key("users"), PrimaryKey::new(vec!["id".into()]));
        schema.insert(Address::part("users", Kind::Check, "adult"), Check::new("age > 17"));
        schema
            .insert(Address::part("users", Kind::Index, "by_age"), Index::new(vec![IndexKey::column("age")]));
        schema.insert(Address::table("posts"), Table::default());
        schema.insert(
            Address::part("posts", Kind::ForeignKey, "author"),
            ForeignKey::new(vec!["user_id".into()], "users".into(), vec!["id".into()]),
        );
        schema
    }

    #[test]
    fn a_renamed_table_takes_its_parts_and_references_along() {
        let mut schema = users();
        let before = schema.clone();
        let rename = Change::Rename { from: Address::table("users"), to: "people".into() };
        schema.apply(&rename).unwrap();
        assert_eq!(schema.parts(&"people".into()).count(), 6);
        let key = schema.get(&Address::part("posts", Kind::ForeignKey, "author")).unwrap();
        assert_eq!(key.as_foreign_key().unwrap().references.0, TableName::new("people"));
        schema.apply(&rename.inverse().unwrap()).unwrap();
        assert_eq!(schema, before);
    }

    #[test]
    fn a_renamed_column_is_renamed_wherever_it_is_named() {
        let mut schema = users();
        schema.apply(&Change::Rename { from: Address::column("users", "age"), to: "years".into() }).unwrap();
        let check = schema.get(&Address::part("users", Kind::Check, "adult")).unwrap();
        assert_eq!(check.as_check().unwrap().expr.as_str(), "years > 17");
        schema.apply(&Change::Rename { from: Address::column("users", "id"), to: "key".into() }).unwrap();
        let key = schema.get(&Address::part("posts", Kind::ForeignKey, "author")).unwrap();
        assert_eq!(key.as_foreign_key().unwrap().references.1, [Name::from("key")]);
    }

    #[test]
    fn what_does_not_fit_is_refused_and_changes_nothing() {
        let mut schema = users();
        let before = schema.clone();
        let lost =
            Change::Create { at: Address::column("ghosts", "id"), object: Column::new(Type::Text).into() };
        assert_eq!(schema.apply(&lost), Err(ApplyError::Missing { at: Address::table("ghosts") }));
        let twice = Change::Rename { from: Address::column("users", "age"), to: "id".into() };
        assert!(matches!(schema.apply(&twice), Err(ApplyError::AlreadyExists { .. })));
        assert_eq!(schema, before);
    }

    #[test]
    fn a_schema_survives_json() {
        let schema = users();
        let text = serde_json::to_string(&schema).unwrap();
        assert_eq!(serde_json::from_str::<Schema>(&text).unwrap(), schema);
    }
}
