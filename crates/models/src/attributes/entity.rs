//! A struct with `#[derive(ambix::Entity)]`: its attributes, its columns, and what they say of each other.

use std::ops::Deref;
use std::sync::LazyLock;

use compact_str::CompactString;
use quote::ToTokens;
use syn::{Attribute, Field, Fields, Ident};

use super::field::FieldAttributes;
use super::notes::{Finding, Notes, Said, name_of};
use super::sqlx::SqlxAttributes;
use super::suggest;
use super::table::TableAttributes;

/// An entity as its source says it, types left aside.
#[derive(Clone, Debug)]
pub(crate) struct Entity {
    /// The struct's name.
    pub name: Said<String>,
    /// What its attributes say.
    pub attributes: TableAttributes,
    /// Its columns, in order.
    pub columns: Vec<EntityColumn>,
}

/// A field that is a column.
#[derive(Clone, Debug)]
pub(crate) struct EntityColumn {
    /// The field's name.
    pub field: Said<String>,
    /// The column's name.
    pub name: CompactString,
    /// What `#[ambix(...)]` says.
    pub attributes: Spoken,
    /// What `#[sqlx(...)]` says, where there is one.
    pub sqlx: Option<Box<SqlxAttributes>>,
}

/// What the attributes of a field say. Most fields have none, and then it is one for all of them.
#[derive(Clone, Debug)]
pub(crate) struct Spoken(Option<Box<FieldAttributes>>);

impl Deref for Spoken {
    type Target = FieldAttributes;

    fn deref(&self) -> &FieldAttributes {
        static NOTHING: LazyLock<FieldAttributes> = LazyLock::new(FieldAttributes::default);
        self.0.as_deref().unwrap_or(&NOTHING)
    }
}

impl Entity {
    /// Reads a struct whose `cfg`s are already decided. Gives back the fields beside their columns.
    pub(crate) fn read<'a>(
        attributes: &[Attribute],
        ident: &Ident,
        fields: &'a Fields,
        is_active: impl Fn(&Field) -> bool,
        notes: &mut Notes,
    ) -> (Self, Vec<&'a Field>) {
        let name = Said { value: String::from(name_of(ident)), mark: notes.mark(ident.span()) };
        let table = TableAttributes::read(attributes, notes);
        let sqlx = SqlxAttributes::read(attributes, notes);
        let case = table.rename_all.as_ref().map(|said| said.value).or(sqlx.rename_all);
        let mut entity = Self { name, attributes: table, columns: Vec::new() };
        let Fields::Named(fields) = fields else {
            notes.add(
                Finding::error(entity.name.mark, "an entity is a struct with named fields")
                    .help("each named field becomes a column"),
            );
            return (entity, Vec::new());
        };
        let mut read = Vec::with_capacity(fields.named.len());
        entity.columns.reserve_exact(fields.named.len());
        for field in fields.named.iter().filter(|field| is_active(field)) {
            if let Some(column) = column(field, case, notes) {
                entity.columns.push(column);
                read.push(field);
            }
        }
        if entity.columns.is_empty() && entity.attributes.skip.is_none() {
            let message = format!("entity `{}` has no columns", entity.name.value);
            notes.add(Finding::error(entity.name.mark, message));
        }
        entity.check(notes);
        (entity, read)
    }

    /// The column a name means: a column's own name first, then a field's.
    pub(crate) fn column(&self, name: &str) -> Option<&EntityColumn> {
        let by_column = self.columns.iter().find(|column| column.name == name);
        by_column.or_else(|| self.columns.iter().find(|column| column.field.value == name))
    }

    /// Finds what the attributes say of columns that are not there.
    fn check(&self, notes: &mut Notes) {
        for (i, column) in self.columns.iter().enumerate() {
            if let Some(earlier) = self.columns[..i].iter().find(|earlier| earlier.name == column.name) {
                let message = format!("two fields are column `{}`", column.name);
                let mark = column.attributes.column.as_ref().map_or(column.field.mark, |said| said.mark);
                let help = format!("the other is field `{}`; rename one, or `skip` it", earlier.field.value);
                notes.add(Finding::error(mark, message).help(help));
            }
        }
        for name in self.named_columns().filter(|name| self.column(&name.value).is_none()) {
            let known = self.columns.iter().flat_map(|column| [&*column.name, &*column.field.value]);
            let finding =
                Finding::error(name.mark, format!("`{}` has no column `{}`", self.name.value, name.value));
            notes.add(finding.help(suggest::help(&name.value, known, || {
                let columns: Vec<&str> = self.columns.iter().map(|column| &*column.name).collect();
                format!("its columns are {}", columns.join(", "))
            })));
        }
        let mut on_fields = self.columns.iter().filter_map(|column| column.attributes.primary_key.as_ref());
        if self.attributes.primary_key.is_some()
            && let Some(field) = on_fields.find(|said| said.value)
        {
            notes.add(
                Finding::error(field.mark, "`primary_key` stands on the struct and on a field")
                    .help("say it in one place"),
            );
        }
    }

    /// Every column name said in a constraint of the struct.
    fn named_columns(&self) -> impl Iterator<Item = &Said<String>> {
        let TableAttributes { primary_key, uniques, indexes, foreign_keys, exclusions, .. } =
            &self.attributes;
        let keys = primary_key.iter().chain(uniques).flat_map(|key| key.columns.iter().chain(&key.include));
        let indexed = indexes.iter().flat_map(|index| {
            let keys = index.keys.iter().filter(|key| !key.is_expr).map(|key| &key.subject);
            keys.chain(&index.include)
        });
        let excluded = exclusions.iter().flat_map(|exclusion| {
            exclusion.elements.iter().filter(|key| !key.is_expr).map(|key| &key.subject)
        });
        let on_fields = self.columns.iter().flat_map(|column| {
            let uniques = column.attributes.uniques.iter().flat_map(|key| &key.include);
            uniques.chain(column.attributes.indexes.iter().flat_map(|index| &index.include))
        });
        keys.chain(indexed)
            .chain(foreign_keys.iter().flat_map(|key| &key.columns))
            .chain(excluded)
            .chain(on_fields)
    }
}

fn column(field: &Field, case: Option<super::Case>, notes: &mut Notes) -> Option<EntityColumn> {
    let ident = field.ident.as_ref()?;
    let own = Said { value: String::from(name_of(ident)), mark: notes.mark(ident.span()) };
    let has = |name: &str| field.attrs.iter().any(|attribute| attribute.path().is_ident(name));
    let attributes = has("ambix").then(|| Box::new(FieldAttributes::read(&field.attrs, &own, notes)));
    let attributes = Spoken(attributes);
    let sqlx = has("sqlx").then(|| Box::new(SqlxAttributes::read(&field.attrs, notes)));
    let is_skipped = sqlx.as_ref().is_some_and(|sqlx| sqlx.is_skipped);
    if attributes.skip.as_ref().map_or(is_skipped, |said| said.value) {
        return None;
    }
    if let Some(mark) = sqlx.as_ref().and_then(|sqlx| sqlx.flatten) {
        let of = field.ty.to_token_stream().to_string().replace(' ', "");
        notes.add(
            Finding::error(mark, "`#[sqlx(flatten)]` cannot be read: the columns stand in another struct")
                .help(format!(
                    "write the columns of `{of}` out here, or leave the field out with `#[ambix(skip)]`"
                )),
        );
        return None;
    }
    let of_sqlx = || sqlx.as_ref().and_then(|sqlx| sqlx.rename.as_ref());
    let renamed = attributes.column.as_ref().or_else(of_sqlx).map(|said| said.value.as_str().into());
    let name = renamed.unwrap_or_else(|| match case {
        Some(case) => case.of(&own.value).into(),
        None => own.value.as_str().into(),
    });
    Some(EntityColumn { field: own, name, attributes, sqlx })
}
