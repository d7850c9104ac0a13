//! What SQLite cannot hold, said so that it follows "SQLite …".

use ambix_schema::{
    Action, Address, Check, Column, ColumnDefault, Exclusion, ForeignKey, Index, IndexKey, Kind, Literal,
    Name, Nulls, Object, Table, Unique,
};

use super::options::{self, Options};
use super::types;
use crate::otherwise;
use crate::sql_writer::{name_problem, text_problem};

/// Why SQLite cannot hold an object; `None` if it can.
pub(super) fn refusal(at: &Address, object: &Object) -> Option<String> {
    let place = || namespace(at).or_else(|| name(at));
    match object {
        Object::Namespace(_) => Some("has no schemas".into()),
        Object::Extension(_) => Some("has no extensions to create".into()),
        Object::Domain(_) => Some("has no domains".into()),
        Object::Composite(_) => Some("has no composite types".into()),
        Object::Range(_) => Some("has no range types".into()),
        Object::Sequence(_) => Some("has no sequences".into()),
        Object::Exclusion(Exclusion { .. }) => Some("has no exclusion constraints".into()),
        // Enumerated types are texts here.
        Object::Enum(object) => object.values.iter().find_map(|value| text_problem(value)),
        Object::Table(object) => place().or_else(|| table(object)),
        Object::Column(object) => place().or_else(|| column(object)),
        Object::PrimaryKey(object) => place()
            .or_else(|| object.name.as_ref().and_then(name_refusal))
            .or_else(|| otherwise::deferred_key(object.deferrable))
            .or_else(|| key_extras(!object.include.is_empty(), false))
            .or_else(|| key_options(&object.options)),
        Object::Check(object) => place().or_else(|| check(object)),
        Object::Unique(object) => place().or_else(|| unique(object)),
        Object::ForeignKey(object) => place().or_else(|| foreign_key(object)),
        Object::Index(object) => place().or_else(|| index(object)),
        Object::View(object) => {
            place().or_else(|| object.is_materialized.then(|| "has no materialized views".into()))
        }
    }
}

fn namespace(at: &Address) -> Option<String> {
    let namespace = at.namespace.as_ref().filter(|name| name.as_str() != super::NAMESPACE)?;
    Some(format!("has no schemas, so nothing can live in {namespace}"))
}

/// Names that no quoting saves, and those SQLite keeps for itself.
fn name(at: &Address) -> Option<String> {
    if at.kind == Kind::PrimaryKey {
        return None;
    }
    if let Some(reason) = name_refusal(&at.name) {
        return Some(reason);
    }
    let is_object = matches!(at.kind, Kind::Table | Kind::Index | Kind::View);
    let is_reserved = at.name.as_str().get(..7).is_some_and(|start| start.eq_ignore_ascii_case("sqlite_"));
    (is_object && is_reserved).then(|| "keeps names that begin with sqlite_ for itself".into())
}

fn name_refusal(name: &Name) -> Option<String> {
    Some(format!("cannot use the name {:?}: {}", name.as_str(), name_problem(name, None)?))
}

fn table(table: &Table) -> Option<String> {
    let Table { comment: _, options, partition_by, inherits } = table;
    if partition_by.is_some() {
        return Some("has no partitioned tables".into());
    }
    if !inherits.is_empty() {
        return Some("has no tables that inherit".into());
    }
    let unknown = options.keys().find(|key| !super::canonical::TABLE_OPTIONS.contains(&key.as_str()))?;
    Some(format!("has no table option {}, only strict and without_rowid", ambix_schema::escape(unknown)))
}

fn column(column: &Column) -> Option<String> {
    if let Some(ColumnDefault::Literal(Literal::Text(text))) = &column.default
        && let Some(problem) = text_problem(text)
    {
        return Some(problem);
    }
    if let Some(unknown) = options::unknown_of_column(&column.options) {
        return Some(format!("has no option {} for a column", ambix_schema::escape(unknown)));
    }
    let stored = types::stored(column.ty.clone(), false);
    if let Err(reason) = types::words_of(column, false) {
        return Some(reason);
    }
    if column.identity.is_some() && !stored.is_integer() {
        return Some(format!("can number only an INTEGER column, and this one is {}", column.ty));
    }
    if column.generated.is_some() && (column.default.is_some() || column.identity.is_some()) {
        return Some("cannot give a generated column a default or numbers of its own".into());
    }
    otherwise::column(column)
}

fn unique(unique: &Unique) -> Option<String> {
    let Unique { columns: _, include, nulls_not_distinct, deferrable, options, comment: _ } = unique;
    otherwise::deferred_key(*deferrable)
        .or_else(|| key_extras(!include.is_empty(), *nulls_not_distinct))
        .or_else(|| key_options(options))
}

fn check(check: &Check) -> Option<String> {
    let Check { expr: _, is_validated, no_inherit, is_enforced, comment: _ } = check;
    otherwise::unchecked("check", *is_validated, *is_enforced).or_else(|| otherwise::inheritance(*no_inherit))
}

fn key_options(all: &Options) -> Option<String> {
    let unknown = options::unknown_of_key(all)?;
    Some(format!("has no option {} for a key", ambix_schema::escape(unknown)))
}

fn key_extras(has_include: bool, nulls_not_distinct: bool) -> Option<String> {
    if has_include {
        return Some("cannot include further columns in an index".into());
    }
    nulls_not_distinct.then(|| "always holds nulls distinct in an index".into())
}

fn foreign_key(key: &ForeignKey) -> Option<String> {
    if let Some(reason) = otherwise::unchecked("foreign key", key.is_validated, key.is_enforced) {
        return Some(reason);
    }
    let other = key.references.0.namespace.as_ref().filter(|name| name.as_str() != super::NAMESPACE);
    if let Some(other) = other {
        return Some(format!("has no schemas, so nothing can be referenced in {other}"));
    }
    [&key.on_delete, &key.on_update].into_iter().find_map(|action| match action {
        Action::SetNull(columns) | Action::SetDefault(columns) if !columns.is_empty() => {
            Some("sets all columns of a foreign key or none".into())
        }
        Action::SetNull(_)
        | Action::SetDefault(_)
        | Action::NoAction
        | Action::Restrict
        | Action::Cascade => None,
    })
}

fn index(index: &Index) -> Option<String> {
    let Index {
        keys,
        is_unique: _,
        method,
        predicate: _,
        include,
        nulls_not_distinct,
        options,
        comment: _,
        is_valid: _,
        concurrently: _,
    } = index;
    if let Some(method) = method.as_ref().filter(|method| !method.eq_ignore_ascii_case("btree")) {
        return Some(format!("has no index method {}, only btree", ambix_schema::escape(method)));
    }
    if let Some(option) = options.keys().next() {
        return Some(format!("has no storage parameters such as {}", ambix_schema::escape(option)));
    }
    key_extras(!include.is_empty(), *nulls_not_distinct).or_else(|| keys.iter().find_map(index_key))
}

fn index_key(key: &IndexKey) -> Option<String> {
    let IndexKey { subject: _, is_descending, nulls, collation: _, opclass, prefix } = key;
    if opclass.is_some() {
        return Some("has no operator classes".into());
    }
    if prefix.is_some() {
        return Some("cannot index only the beginning of a column".into());
    }
    let is_default = match nulls {
        None => true,
        Some(Nulls::First) => !is_descending,
        Some(Nulls::Last) => *is_descending,
    };
    (!is_default).then(|| "sorts nulls in an index before all values and cannot be told otherwise".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ambix_schema::{Identity, IdentityMode, TableName, Type};

    fn of_column(column: Column) -> String {
        refusal(&Address::column("t", "c"), &column.into()).unwrap_or_default()
    }

    #[test]
    fn what_sqlite_lacks_is_refused_with_its_reason() {
        assert_eq!(of_column(Column::new(Type::Array(Box::new(Type::Text)))), "has no array types");
        let mut column = Column::new(Type::Text);
        column.identity = Some(Identity::new(IdentityMode::Auto));
        assert!(of_column(column).starts_with("can number only an INTEGER column"));
        let mut column = Column::new(Type::BigInt);
        column.identity = Some(Identity::new(IdentityMode::Serial));
        assert_eq!(of_column(column), "");

        let table = |name: TableName| refusal(&Address::table(name), &Table::default().into());
        assert!(table(TableName::qualified("app", "t")).unwrap().contains("has no schemas"));
        assert_eq!(table(TableName::qualified("main", "t")), None);
        assert!(table("SQLite_x".into()).unwrap().contains("sqlite_"));
        assert!(table("".into()).unwrap().contains("empty"));
        assert!(table("a\0b".into()).unwrap().contains("NUL"));
        assert_eq!(table("sqlitex".into()), None);
    }
}
