//! Keys, checks, exclusions and indexes of a table, before they have their final names.

use ambix_schema::{
    Check, Exclusion, ExclusionElement, Expr, Index, IndexKey, Kind, Name, Object, PrimaryKey, Silent,
    TableName, Unique,
};

use super::tables::Table;
use crate::attributes::{CheckSaid, EntityColumn, IndexKeySaid, IndexSaid, KeySaid, Mark, Said};

/// A constraint or index that may still need a name.
#[derive(Debug)]
pub(crate) struct Unnamed {
    /// Its kind.
    pub(crate) kind: Kind,
    /// The name its author gave it.
    pub(crate) name: Option<Said<String>>,
    /// The words a made-up name is put together from.
    pub(crate) words: Vec<Name>,
    /// The table it refers to.
    pub(crate) referenced: Option<TableName>,
    /// The name of the convention, where none is said; a number behind it where it is taken.
    pub(crate) implied: Option<Name>,
    /// The object. A primary key has its name inside.
    pub(crate) object: Object,
    /// Where it is said.
    pub(crate) mark: Mark,
}

impl Unnamed {
    /// The name it has in the end.
    pub(crate) fn settled(&self) -> Option<&str> {
        let said = self.name.as_ref().map(|said| said.value.as_str());
        said.or(self.implied.as_ref().map(Name::as_str))
    }
}

/// Everything but the foreign keys, in the order of the source: fields first, then the struct.
/// Columns that are not there have been reported with the attributes; what needs them is left out.
pub(crate) fn of(table: &Table<'_>) -> Vec<Unnamed> {
    let entity = &table.entity.entity;
    let mut all: Vec<Unnamed> = primary_key(table).into_iter().collect();
    for column in &entity.columns {
        let attributes = &column.attributes;
        all.extend(attributes.uniques.iter().filter_map(|said| unique(table, Some(column), said)));
        all.extend(attributes.indexes.iter().filter_map(|said| index(table, said)));
        all.extend(attributes.checks.iter().map(|said| check(table, Some(column), said)));
    }
    let attributes = &entity.attributes;
    all.extend(attributes.uniques.iter().filter_map(|said| unique(table, None, said)));
    all.extend(attributes.indexes.iter().filter_map(|said| index(table, said)));
    all.extend(attributes.checks.iter().map(|said| check(table, None, said)));
    for said in &attributes.exclusions {
        let elements: Option<Vec<ExclusionElement>> = said
            .elements
            .iter()
            .map(|element| {
                let operator = element.operator.as_ref()?.value.clone();
                Some(ExclusionElement { key: index_key(table, element)?, operator })
            })
            .collect();
        let Some(elements) = elements else { continue };
        let words = elements.iter().map(|element| word(&element.key)).collect();
        let exclusion = Exclusion {
            method: said.method.as_ref().map(|said| said.value.clone()),
            predicate: expr(said.predicate.as_ref()),
            deferrable: said.deferrable,
            ..Exclusion::new(elements)
        };
        all.push(Unnamed {
            kind: Kind::Exclusion,
            name: said.name.clone(),
            words,
            referenced: None,
            implied: None,
            object: exclusion.into(),
            mark: said.mark,
        });
    }
    all
}

/// The columns that names mean; `None` when one is not there.
pub(crate) fn columns(table: &Table<'_>, names: &[Said<String>]) -> Option<Vec<Name>> {
    let entity = &table.entity.entity;
    names.iter().map(|name| Some(Name::from(entity.column(&name.value)?.name.as_str()))).collect()
}

fn primary_key(table: &Table<'_>) -> Option<Unnamed> {
    let first = table.primary_key.first()?;
    let said = table.key_said();
    let names: Vec<Name> = table.primary_key.iter().map(|column| Name::from(column.name.as_str())).collect();
    let on_field = || first.attributes.primary_key.as_ref().map_or(first.field.mark, |said| said.mark);
    let key = PrimaryKey {
        deferrable: said.map(|said| said.deferrable).unwrap_or_default(),
        ..PrimaryKey::new(names.clone())
    };
    Some(Unnamed {
        kind: Kind::PrimaryKey,
        name: said.and_then(|said| said.name.clone()),
        words: names,
        referenced: None,
        implied: None,
        object: key.into(),
        mark: said.map_or_else(on_field, |said| said.mark),
    })
}

fn unique(table: &Table<'_>, own: Option<&EntityColumn>, said: &KeySaid) -> Option<Unnamed> {
    let names = match own {
        Some(column) => vec![Name::from(column.name.as_str())],
        None => columns(table, &said.columns)?,
    };
    let unique = Unique {
        include: columns(table, &said.include)?,
        nulls_not_distinct: said.nulls_not_distinct,
        deferrable: said.deferrable,
        ..Unique::new(names.clone())
    };
    (!names.is_empty()).then(|| Unnamed {
        kind: Kind::Unique,
        name: said.name.clone(),
        words: names,
        referenced: None,
        implied: None,
        object: unique.into(),
        mark: said.mark,
    })
}

fn check(table: &Table<'_>, own: Option<&EntityColumn>, said: &CheckSaid) -> Unnamed {
    let expr = Expr::from(said.expr.value.as_str());
    // PostgreSQL names a check after its column when there is exactly one.
    let names = |columns: &[EntityColumn]| -> Vec<Name> {
        columns.iter().map(|column| Name::from(column.name.as_str())).collect()
    };
    let mut words = names(own.map_or(&table.entity.entity.columns, std::slice::from_ref));
    if own.is_none() {
        words.retain(|name| expr.mentions(name));
        if words.len() > 1 {
            words.clear();
        }
    }
    Unnamed {
        kind: Kind::Check,
        name: said.name.clone(),
        words,
        referenced: None,
        implied: None,
        object: Check::new(expr).into(),
        mark: said.expr.mark,
    }
}

fn index(table: &Table<'_>, said: &IndexSaid) -> Option<Unnamed> {
    let keys: Vec<IndexKey> =
        said.keys.iter().map(|key| index_key(table, key)).collect::<Option<Vec<_>>>()?;
    let words = keys.iter().map(word).collect();
    let index = Index {
        is_unique: said.is_unique,
        method: said.method.as_ref().map(|said| said.value.clone()),
        predicate: expr(said.predicate.as_ref()),
        include: columns(table, &said.include)?,
        nulls_not_distinct: said.nulls_not_distinct,
        options: said.options.clone(),
        comment: said.comment.as_ref().map(|said| said.value.clone()).filter(|comment| !comment.is_empty()),
        concurrently: Silent(said.concurrently),
        ..Index::new(keys)
    };
    (!index.keys.is_empty()).then(|| Unnamed {
        kind: Kind::Index,
        name: said.name.clone(),
        words,
        referenced: None,
        implied: None,
        object: index.into(),
        mark: said.mark,
    })
}

fn index_key(table: &Table<'_>, said: &IndexKeySaid) -> Option<IndexKey> {
    let key = if said.is_expr {
        IndexKey::expr(said.subject.value.as_str())
    } else {
        IndexKey::column(table.entity.entity.column(&said.subject.value)?.name.as_str())
    };
    let text = |said: &Option<Said<String>>| said.as_ref().map(|said| said.value.clone());
    Some(IndexKey {
        is_descending: said.is_descending,
        nulls: said.nulls,
        collation: text(&said.collation),
        opclass: text(&said.opclass),
        prefix: said.prefix.as_ref().map(|said| said.value),
        ..key
    })
}

/// The word a key adds to a made-up name.
fn word(key: &IndexKey) -> Name {
    match &key.subject {
        ambix_schema::IndexSubject::Column(name) => name.clone(),
        ambix_schema::IndexSubject::Expr(_) => Name::from("expr"),
    }
}

fn expr(said: Option<&Said<String>>) -> Option<Expr> {
    said.map(|said| Expr::from(said.value.as_str()))
}
