//! The tables of a project: which entity is which table, and where its primary key is said.

use std::collections::BTreeMap;

use ambix_schema::{Name, TableName};

use super::outline::{EntityOutline, Outline};
use crate::attributes::{Case, EntityColumn, Finding, KeySaid, Mark};
use crate::{Options, TableNames};

/// An entity under its table's name.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    /// The name.
    pub(crate) name: TableName,
    /// Its outline.
    pub(crate) outline: &'a Outline,
    /// The entity.
    pub(crate) entity: &'a EntityOutline,
    /// The file, by index.
    pub(crate) file: usize,
    /// The columns of the primary key.
    pub(crate) primary_key: Vec<&'a EntityColumn>,
}

impl Table<'_> {
    /// Where the table is named: its attribute, or the struct.
    pub(crate) fn mark(&self) -> Mark {
        let entity = &self.entity.entity;
        entity.attributes.table.as_ref().map_or(entity.name.mark, |said| said.mark)
    }

    /// The key said on the struct.
    pub(crate) fn key_said(&self) -> Option<&KeySaid> {
        self.entity.entity.attributes.primary_key.as_ref()
    }

    /// Whether a column is the whole primary key.
    pub(crate) fn is_whole_key(&self, column: &EntityColumn) -> bool {
        matches!(self.primary_key.as_slice(), [only] if std::ptr::eq(*only, column))
    }
}

/// The tables by name. The second entity of one table is a finding in its file.
pub(crate) fn tables<'a>(
    outlines: &'a [Outline],
    left_out: &[bool],
    options: &Options,
    report: &mut (dyn FnMut(usize, Finding) + Send),
) -> BTreeMap<TableName, Table<'a>> {
    let mut tables: BTreeMap<TableName, Table<'a>> = BTreeMap::new();
    for (file, outline) in outlines.iter().enumerate().filter(|(file, _)| !left_out[*file]) {
        for entity in &outline.entities {
            let table = Table {
                name: name(entity, options),
                outline,
                entity,
                file,
                primary_key: primary_key(entity),
            };
            if let Some(first) = tables.get(&table.name) {
                let at = first.outline.origin(first.entity.entity.name.mark);
                let finding = Finding::error(
                    table.mark(),
                    format!("two entities are table `{}`", table.name),
                )
                .label(format!("also `{}`", first.entity.entity.name.value))
                .help(format!(
                    "the other is `{}` at {at}; give one another `table`, or leave one out with `skip`",
                    first.entity.entity.name.value
                ));
                report(file, finding);
                continue;
            }
            tables.insert(table.name.clone(), table);
        }
    }
    tables
}

fn name(entity: &EntityOutline, options: &Options) -> TableName {
    let entity = &entity.entity;
    let by_convention = || {
        let singular = Case::Snake.of(&entity.name.value);
        match options.table_names {
            TableNames::Singular => singular,
            TableNames::Plural => plural(&singular),
        }
    };
    let name = entity.attributes.table.as_ref().map_or_else(by_convention, |said| said.value.clone());
    TableName {
        namespace: entity.attributes.schema.as_ref().map(|said| Name::from(said.value.as_str())),
        name: name.into(),
    }
}

fn primary_key(entity: &EntityOutline) -> Vec<&EntityColumn> {
    let entity = &entity.entity;
    match &entity.attributes.primary_key {
        Some(key) => key.columns.iter().filter_map(|name| entity.column(&name.value)).collect(),
        None => entity
            .columns
            .iter()
            .filter(|column| column.attributes.primary_key.as_ref().is_some_and(|said| said.value))
            .collect(),
    }
}

/// The plural of the last word of a name.
pub(crate) fn plural(name: &str) -> String {
    const IRREGULAR: [(&str, &str); 8] = [
        ("person", "people"),
        ("child", "children"),
        ("man", "men"),
        ("woman", "women"),
        ("datum", "data"),
        ("index", "indices"),
        ("analysis", "analyses"),
        ("status", "statuses"),
    ];
    let start = name.rfind('_').map_or(0, |at| at + 1);
    let (before, word) = name.split_at(start);
    let plural = if let Some((_, plural)) = IRREGULAR.iter().find(|(singular, _)| *singular == word) {
        (*plural).to_owned()
    } else if word.ends_with('y') && !["ay", "ey", "oy", "uy"].iter().any(|end| word.ends_with(end)) {
        format!("{}ies", &word[..word.len() - 1])
    } else if ["s", "x", "z", "ch", "sh"].iter().any(|end| word.ends_with(end)) {
        format!("{word}es")
    } else {
        format!("{word}s")
    };
    format!("{before}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_are_those_of_plain_english() {
        let words = ["user", "category", "day", "box", "user_address", "person", "branch"];
        let plurals: Vec<String> = words.into_iter().map(plural).collect();
        assert_eq!(plurals, ["users", "categories", "days", "boxes", "user_addresses", "people", "branches"]);
    }
}
