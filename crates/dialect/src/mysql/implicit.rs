//! The index that the server makes behind a foreign key, where none begins with its columns.

use std::collections::{BTreeMap, BTreeSet};

use ambix_schema::{
    Address, ForeignKey, Index, IndexKey, IndexSubject, Kind, Name, Object, Schema, TableName,
};

use super::facts::{Features, Flavour};

/// What serves the foreign keys of one table.
#[derive(Default)]
struct Served {
    /// The columns of keys and indexes, as far as they are whole columns.
    keys: Vec<Vec<Name>>,
    /// Names of indexes that are taken.
    names: BTreeSet<Name>,
    foreign_keys: Vec<(Name, ForeignKey)>,
}

/// The indexes to be, each under the name of its foreign key.
pub(super) fn implicit(features: Features, whole: &Schema) -> Vec<(Address, Object)> {
    let mut tables: BTreeMap<TableName, Served> = BTreeMap::new();
    for (at, object) in whole.iter() {
        let Some(table) = at.table_name() else { continue };
        if let Object::ForeignKey(key) = object {
            let served = tables.entry(table).or_default();
            served.foreign_keys.push((at.name.clone(), key.clone()));
        } else if let Some(columns) = columns(features, object) {
            let served = tables.entry(table).or_default();
            served.keys.push(columns);
            served.names.insert(at.name.clone());
        }
    }
    let mut made = Vec::new();
    for (table, mut served) in tables {
        for (name, key) in std::mem::take(&mut served.foreign_keys) {
            let is_served = served.keys.iter().any(|columns| columns.starts_with(&key.columns));
            if is_served || key.columns.is_empty() {
                continue;
            }
            let name = served.free(&name);
            let index = Index::new(key.columns.iter().map(IndexKey::column).collect());
            made.push((Address::part(&table, Kind::Index, name), index.into()));
            served.keys.push(key.columns);
        }
    }
    made
}

impl Served {
    /// The name of a foreign key, or one like it where an index has that name already.
    fn free(&mut self, name: &Name) -> Name {
        let mut free = name.clone();
        let mut number = 2;
        while !self.names.insert(free.clone()) {
            free = Name::from(format!("{}_{number}", name.as_str()));
            number += 1;
        }
        free
    }
}

/// The whole columns a key or index begins with; `None` for what serves no foreign key. MySQL looks for one in
/// ascending order only.
fn columns(features: Features, object: &Object) -> Option<Vec<Name>> {
    let serves_descending = features.flavour == Flavour::MariaDb;
    if let Object::PrimaryKey(key) = object {
        let is_whole = |name: &&Name| {
            let is_ascending = !key.options.contains_key(&super::order_option(name));
            !key.options.contains_key(&super::prefix_option(name)) && (serves_descending || is_ascending)
        };
        return Some(key.columns.iter().take_while(is_whole).cloned().collect());
    }
    if let Object::Unique(key) = object {
        return Some(key.columns.clone());
    }
    let index = object.as_index()?;
    let is_searched = index.method.as_deref().is_some_and(|method| {
        matches!(method.to_ascii_lowercase().as_str(), "fulltext" | "spatial" | "vector")
    });
    if is_searched {
        return None;
    }
    let in_order = index.keys.iter().take_while(|key| serves_descending || !key.is_descending);
    let whole = in_order.map_while(|key| match &key.subject {
        IndexSubject::Column(name) if key.prefix.is_none() => Some(name.clone()),
        IndexSubject::Column(_) | IndexSubject::Expr(_) => None,
    });
    Some(whole.collect())
}

#[cfg(test)]
mod tests {
    use ambix_schema::{PrimaryKey, Unique};

    use super::*;
    use crate::mysql::facts::features;

    fn made(objects: Vec<(Address, Object)>) -> Vec<String> {
        made_on(Flavour::MariaDb, objects)
    }

    fn made_on(flavour: Flavour, objects: Vec<(Address, Object)>) -> Vec<String> {
        let mut schema = Schema::new();
        let key = |columns: &[&str]| {
            let columns = columns.iter().map(|name| Name::from(*name)).collect();
            ForeignKey::new(columns, "users".into(), vec!["id".into()])
        };
        schema.insert(Address::part("posts", Kind::ForeignKey, "fk"), key(&["user_id"]));
        schema.insert(Address::part("posts", Kind::ForeignKey, "same"), key(&["user_id"]));
        for (at, object) in objects {
            schema.insert(at, object);
        }
        implicit(features(flavour, flavour.default_version()), &schema)
            .into_iter()
            .map(|(at, _)| at.to_string())
            .collect()
    }

    #[test]
    fn a_foreign_key_has_an_index_and_several_share_one() {
        assert_eq!(made(vec![]), ["index posts.fk"]);
    }

    #[test]
    fn what_begins_with_its_columns_serves_it() {
        let columns = || vec![Name::from("user_id"), Name::from("id")];
        let at = |kind, name: &str| Address::part("posts", kind, name);
        let index = || Index::new(columns().iter().map(IndexKey::column).collect());
        assert!(made(vec![(at(Kind::Index, "i"), index().into())]).is_empty());
        assert!(made(vec![(at(Kind::Unique, "u"), Unique::new(columns()).into())]).is_empty());
        assert!(made(vec![(Address::primary_key("posts"), PrimaryKey::new(columns()).into())]).is_empty());
        let fulltext = Index { method: Some("fulltext".into()), ..index() };
        assert_eq!(made(vec![(at(Kind::Index, "fk"), fulltext.into())]).len(), 1);
        let mut descending = index();
        descending.keys[0].is_descending = true;
        let descending = || vec![(at(Kind::Index, "i"), descending.clone().into())];
        assert!(made_on(Flavour::MariaDb, descending()).is_empty());
        assert_eq!(made_on(Flavour::MySql, descending()), ["index posts.fk"]);
        let mut prefixed = index();
        prefixed.keys[0].prefix = Some(3);
        assert_eq!(made(vec![(at(Kind::Index, "fk"), prefixed.into())]), ["index posts.fk_2"]);
    }
}
