//! Foreign keys, resolved to the tables and columns they reference.

use std::collections::BTreeMap;

use ambix_schema::{Action, ForeignKey, Kind, Name, TableName};

use super::constraints::{Unnamed, columns};
use super::tables::Table;
use crate::attributes::{EntityColumn, Finding, ForeignKeySaid, Reference, Said, nearest};

/// The foreign keys of a table, those of the fields first. Where not every file could be read, a table
/// that is not found means nothing.
pub(crate) fn of(
    table: &Table<'_>,
    tables: &BTreeMap<TableName, Table<'_>>,
    is_whole: bool,
    report: &mut dyn FnMut(Finding),
) -> Vec<Unnamed> {
    let entity = &table.entity.entity;
    let on_fields = entity
        .columns
        .iter()
        .filter_map(|column| column.attributes.references.as_ref().map(|said| (Some(column), &**said)));
    let on_struct = entity.attributes.foreign_keys.iter().map(|said| (None, said));
    let mut keys = Vec::new();
    for (own, said) in on_fields.chain(on_struct) {
        match foreign_key(table, own, said, tables) {
            Ok(key) => keys.extend(key),
            Err(Refused::Unknown(finding)) => {
                if is_whole {
                    report(finding);
                }
            }
            Err(Refused::Wrong(finding)) => report(finding),
        }
    }
    keys
}

/// Why a foreign key is refused.
enum Refused {
    /// Its table is not there, or not in what could be read.
    Unknown(Finding),
    /// It cannot be, whatever else there is.
    Wrong(Finding),
}

fn foreign_key(
    table: &Table<'_>,
    own: Option<&EntityColumn>,
    said: &ForeignKeySaid,
    tables: &BTreeMap<TableName, Table<'_>>,
) -> Result<Option<Unnamed>, Refused> {
    let names = match own {
        Some(column) => Some(vec![Name::from(column.name.as_str())]),
        None => columns(table, &said.columns).filter(|names| !names.is_empty()),
    };
    let Some(names) = names else { return Ok(None) };
    let target = target(table, &said.references, tables)?;
    let referenced = referenced_columns(target, &said.references)?;
    if referenced.len() != names.len() {
        let message = format!(
            "{} column{} cannot reference {} of `{}`",
            names.len(),
            if names.len() == 1 { "" } else { "s" },
            referenced.len(),
            target.name
        );
        let listed: Vec<String> = referenced.iter().map(ToString::to_string).collect();
        let help = format!("the referenced columns are {}", listed.join(", "));
        return Err(Refused::Wrong(Finding::error(said.references.mark, message).help(help)));
    }
    let mut key = ForeignKey::new(names.clone(), target.name.clone(), referenced);
    key.on_delete = action(table, said.on_delete.as_ref())?;
    key.on_update = action(table, said.on_update.as_ref())?;
    key.match_type = said.match_type;
    key.deferrable = said.deferrable;
    Ok(Some(Unnamed {
        kind: Kind::ForeignKey,
        name: said.name.clone(),
        words: names,
        referenced: Some(target.name.clone()),
        implied: None,
        object: key.into(),
        mark: said.mark,
    }))
}

/// The table that is meant: a table without a schema is looked for beside the entity first, and then
/// in the default schema. One in both is a problem and never a guess.
fn target<'t, 'a>(
    table: &Table<'_>,
    said: &Said<Reference>,
    tables: &'t BTreeMap<TableName, Table<'a>>,
) -> Result<&'t Table<'a>, Refused> {
    let reference = &said.value;
    let named = |namespace: Option<Name>| {
        tables.get(&TableName { namespace, name: Name::from(reference.table.as_str()) })
    };
    if let Some(namespace) = &reference.namespace {
        return named(Some(namespace.as_str().into())).ok_or_else(|| nowhere(said, tables));
    }
    match (&table.name.namespace, named(None)) {
        (Some(own), in_default) => match (named(Some(own.clone())), in_default) {
            (Some(_), Some(_)) => {
                let message =
                    format!("`{}` is a table of schema `{own}` and of the default schema", reference.table);
                let help = format!(
                    "write `{own}.{}(column)` for the one in `{own}`; give the other a schema of its own",
                    reference.table
                );
                Err(Refused::Wrong(Finding::error(said.mark, message).help(help)))
            }
            (Some(near), None) => Ok(near),
            (None, Some(in_default)) => Ok(in_default),
            (None, None) => Err(nowhere(said, tables)),
        },
        (None, Some(in_default)) => Ok(in_default),
        (None, None) => Err(nowhere(said, tables)),
    }
}

fn nowhere(said: &Said<Reference>, tables: &BTreeMap<TableName, Table<'_>>) -> Refused {
    let Reference { namespace, table, columns } = &said.value;
    let shown = match namespace {
        Some(namespace) => format!("{namespace}.{table}"),
        None => table.clone(),
    };
    let finding = Finding::error(said.mark, format!("no entity is table `{}`", ambix_schema::escape(&shown)));
    let column = columns.first().map_or("id", String::as_str);
    let elsewhere = tables.keys().find(|name| name.name.as_str() == table);
    // `a.b` was read as column b of table a; there may be a table b in schema a.
    let misread = tables.keys().find(|name| {
        namespace.is_none()
            && name.namespace.as_ref().is_some_and(|own| own.as_str() == table)
            && columns.len() == 1
            && name.name.as_str() == column
    });
    let names: Vec<String> = tables.keys().map(ToString::to_string).collect();
    let help = if let Some(name) = elsewhere {
        match &name.namespace {
            Some(namespace) => format!("it is in schema `{namespace}`: write `{name}({column})`"),
            None => format!("it is in the default schema: write `{table}({column})`"),
        }
    } else if let Some(name) = misread {
        format!("a table of a schema is written with its column: `{name}(id)`")
    } else if let Some(near) = nearest(&shown, names.iter().map(String::as_str)) {
        format!("did you mean `{near}`?")
    } else {
        "a foreign key references a table that is an entity, by the table's name".to_owned()
    };
    Refused::Unknown(finding.help(help))
}

fn referenced_columns(target: &Table<'_>, said: &Said<Reference>) -> Result<Vec<Name>, Refused> {
    let entity = &target.entity.entity;
    if said.value.columns.is_empty() {
        if target.primary_key.is_empty() {
            let message = format!("table `{}` has no primary key to reference", target.name);
            let help = "name the column: `table.column` on a field, `table(column)` on a struct";
            return Err(Refused::Wrong(Finding::error(said.mark, message).help(help)));
        }
        return Ok(target.primary_key.iter().map(|column| Name::from(column.name.as_str())).collect());
    }
    let find = |name: &String| {
        entity.column(name).map(|column| Name::from(column.name.as_str())).ok_or_else(|| {
            let message = format!("table `{}` has no column `{}`", target.name, ambix_schema::escape(name));
            let known = entity.columns.iter().map(|column| column.name.as_str());
            let help = match nearest(name, known.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its columns are {}", known.collect::<Vec<_>>().join(", ")),
            };
            Refused::Wrong(Finding::error(said.mark, message).help(help))
        })
    };
    said.value.columns.iter().map(find).collect()
}

/// An action, with the columns it sets by their column names.
fn action(table: &Table<'_>, said: Option<&Said<Action>>) -> Result<Action, Refused> {
    let Some(said) = said else { return Ok(Action::NoAction) };
    let find = |name: &Name| {
        let column = table.entity.entity.column(name.as_str());
        column.map(|column| Name::from(column.name.as_str())).ok_or_else(|| {
            let message = format!("`{}` has no column `{name}`", table.entity.entity.name.value);
            Refused::Wrong(Finding::error(said.mark, message))
        })
    };
    Ok(match &said.value {
        Action::SetNull(columns) => Action::SetNull(columns.iter().map(find).collect::<Result<_, _>>()?),
        Action::SetDefault(columns) => {
            Action::SetDefault(columns.iter().map(find).collect::<Result<_, _>>()?)
        }
        plain @ (Action::NoAction | Action::Restrict | Action::Cascade) => plain.clone(),
    })
}
