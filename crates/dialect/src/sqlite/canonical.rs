//! The one spelling of each object, as SQLite keeps it.

use ambix_schema::{
    Address, Check, Column, Expr, ForeignKey, Identity, IdentityMode, Index, IndexKey, IndexSubject, Nulls,
    Object, PrimaryKey, Schema, Table, TableName, Type, Unique, View,
};

use super::ddl::{TokenKind, ends_in_collation, tokens, without_hexadecimal};
use super::options::{self, Options};
use super::{Sqlite, defaults, types};
use crate::expression::{Grammar, canonical_expression};
use crate::otherwise;

/// The options a table can have.
pub(super) const TABLE_OPTIONS: [&str; 2] = ["strict", "without_rowid"];

/// One object in its one spelling; `None` when SQLite has no such object.
pub(super) fn canonical(sqlite: &Sqlite, at: &Address, object: Object, whole: &Schema) -> Option<Object> {
    let ctx = Ctx { sqlite, whole };
    let table = at.table_name();
    Some(match object {
        Object::Enum(_) => return None,
        // Refused, and so kept for the refusal to name.
        Object::Namespace(_)
        | Object::Extension(_)
        | Object::Domain(_)
        | Object::Composite(_)
        | Object::Range(_)
        | Object::Sequence(_)
        | Object::Exclusion(_) => object,
        Object::Table(object) => table_of(object).into(),
        Object::Column(column) => ctx.column(at, column).into(),
        Object::PrimaryKey(key) => {
            let mut options = ctx.key_options(table.as_ref(), &key.columns, key.options);
            options.extend(key.name.map(|name| (options::NAME.to_owned(), name.as_str().to_owned())));
            let PrimaryKey { columns, include, deferrable, .. } = key;
            PrimaryKey { include, deferrable, options, ..PrimaryKey::new(columns) }.into()
        }
        Object::Unique(key) => Unique {
            include: key.include,
            nulls_not_distinct: key.nulls_not_distinct,
            deferrable: key.deferrable,
            options: ctx.key_options(table.as_ref(), &key.columns, key.options),
            ..Unique::new(key.columns)
        }
        .into(),
        Object::Check(check) => Check { expr: ctx.expr(&check.expr), comment: None, ..check }.into(),
        Object::ForeignKey(key) => ctx.foreign_key(key).into(),
        Object::Index(index) => ctx.index(table.as_ref(), index).into(),
        Object::View(view) => {
            let text = view.definition.as_str().trim().trim_end_matches(';').trim_end();
            View { is_materialized: view.is_materialized, ..View::new(text) }.into()
        }
    })
}

/// Whether a table is declared STRICT.
pub(super) fn is_strict(table: &Table) -> bool {
    is_on(table, "strict")
}

/// Whether a table is declared WITHOUT ROWID.
pub(super) fn is_without_rowid(table: &Table) -> bool {
    is_on(table, "without_rowid")
}

fn is_on(table: &Table, option: &str) -> bool {
    table.options.iter().any(|(key, value)| key.eq_ignore_ascii_case(option) && is_yes(value))
}

fn is_yes(value: &str) -> bool {
    ["", "true", "1", "yes", "on"].iter().any(|yes| value.eq_ignore_ascii_case(yes))
}

fn table_of(table: Table) -> Table {
    let options = table
        .options
        .iter()
        .filter_map(|(key, value)| {
            let known = TABLE_OPTIONS.iter().find(|option| key.eq_ignore_ascii_case(option));
            match known {
                Some(option) => is_yes(value).then(|| ((*option).to_owned(), "true".to_owned())),
                None => Some((key.clone(), value.clone())),
            }
        })
        .collect();
    Table { comment: None, options, ..table }
}

/// A collation other than the one every column has; their names know no case.
fn collation_of(collation: Option<&String>) -> Option<String> {
    collation.map(|name| name.to_ascii_uppercase()).filter(|name| name != "BINARY")
}

struct Ctx<'a> {
    sqlite: &'a Sqlite,
    whole: &'a Schema,
}

impl Ctx<'_> {
    fn expr(&self, expr: &Expr) -> Expr {
        let text = without_hexadecimal(expr.as_str());
        canonical_expression(&text, Grammar::Sqlite, &self.sqlite.namespace).into()
    }

    fn table(&self, name: &TableName) -> Option<&Table> {
        self.whole.get(&Address::table(name))?.as_table()
    }

    fn key_columns(&self, table: &TableName) -> Option<&[ambix_schema::Name]> {
        let key = self.whole.get(&Address::primary_key(table))?.as_primary_key()?;
        Some(key.columns.as_slice())
    }

    fn column(&self, at: &Address, column: Column) -> Column {
        let owner = at.table_name();
        let table = owner.as_ref().and_then(|name| self.table(name));
        let is_strict = table.is_some_and(is_strict);
        let ty = types::stored(column.ty.clone(), is_strict);
        let key_columns = owner.as_ref().and_then(|name| self.key_columns(name)).unwrap_or_default();
        let is_only_key = key_columns == std::slice::from_ref(&at.name);
        // SQLite makes such a column another name of the row's number, whether asked or not.
        let is_rowid = is_only_key && ty == Type::Integer && !table.is_some_and(is_without_rowid);
        let takes_null = key_columns.contains(&at.name) && !is_strict && !table.is_some_and(is_without_rowid);
        let is_required =
            !column.is_nullable && (!is_rowid || column.options.contains_key(options::DECLARED));
        let column = Column {
            options: column_options(column.options, &ty, is_strict, takes_null, is_required),
            ..column
        };
        let words = types::words_of(&Column { ty: ty.clone(), ..column.clone() }, is_strict);
        let affinity = types::affinity(&words.unwrap_or_default());
        let expression = |expr: &Expr| self.expr(expr);
        let default =
            column.default.and_then(|default| defaults::canonical(default, &ty, affinity, expression));
        let generated = column.generated.map(|mut generated| {
            generated.expr = self.expr(&generated.expr);
            generated
        });
        Column {
            identity: identity(column.identity, is_rowid && generated.is_none()),
            default,
            generated,
            is_nullable: column.is_nullable,
            collation: collation_of(column.collation.as_ref()),
            on_update: column.on_update,
            options: column.options,
            comment: None,
            position: column.position,
            ty,
        }
    }

    /// A collation that is the column's own goes without saying, and so does what happens anyway.
    fn key_options(
        &self,
        table: Option<&TableName>,
        columns: &[ambix_schema::Name],
        mut all: Options,
    ) -> Options {
        for (place, name) in (1..).zip(columns) {
            let own = table
                .and_then(|table| self.whole.get(&Address::column(table, name)))
                .and_then(Object::as_column)
                .and_then(|column| collation_of(column.collation.as_ref()));
            let option = options::collate(place);
            if let Some(collation) = all.remove(&option) {
                let collation = collation_of(Some(&collation));
                if collation != own {
                    all.insert(option, collation.unwrap_or_else(|| "BINARY".to_owned()));
                }
            }
        }
        with_way_out(all)
    }

    fn foreign_key(&self, key: ForeignKey) -> ForeignKey {
        let (table, mut columns) = key.references;
        if columns.is_empty() {
            columns = self.key_columns(&table).unwrap_or_default().to_vec();
        }
        ForeignKey {
            on_delete: key.on_delete,
            on_update: key.on_update,
            deferrable: key.deferrable,
            match_type: key.match_type,
            is_validated: key.is_validated,
            is_enforced: key.is_enforced,
            ..ForeignKey::new(key.columns, table, columns)
        }
    }

    fn index(&self, table: Option<&TableName>, index: Index) -> Index {
        Index {
            is_unique: index.is_unique,
            method: index.method.filter(|method| !method.eq_ignore_ascii_case("btree")),
            predicate: index.predicate.map(|predicate| self.expr(&predicate)),
            include: index.include,
            nulls_not_distinct: index.nulls_not_distinct,
            options: index.options,
            concurrently: index.concurrently,
            ..Index::new(index.keys.into_iter().map(|key| self.index_key(table, key)).collect())
        }
    }

    fn index_key(&self, table: Option<&TableName>, key: IndexKey) -> IndexKey {
        let (subject, written) = match key.subject {
            IndexSubject::Column(name) => (IndexSubject::Column(name), None),
            IndexSubject::Expr(expr) => self.index_subject(table, &expr),
        };
        let collation = collation_of(key.collation.as_ref().or(written.as_ref()));
        let own = match &subject {
            IndexSubject::Column(name) => table
                .and_then(|table| self.whole.get(&Address::column(table, name)))
                .and_then(Object::as_column)
                .and_then(|column| collation_of(column.collation.as_ref())),
            IndexSubject::Expr(_) => None,
        };
        // BINARY against a column of another collation says something; against a plain one it does not.
        let is_binary = collation.is_none() && key.collation.is_some();
        let collation = match (collation, own) {
            (Some(collation), own) => (Some(&collation) != own.as_ref()).then_some(collation),
            (None, Some(_)) if is_binary => Some("BINARY".to_owned()),
            (None, _) => None,
        };
        let nulls = match (key.nulls, key.is_descending) {
            (Some(Nulls::First), false) | (Some(Nulls::Last), true) => None,
            (nulls, _) => nulls,
        };
        IndexKey {
            subject,
            is_descending: key.is_descending,
            nulls,
            collation,
            opclass: key.opclass,
            prefix: key.prefix,
        }
    }

    /// An expression that only names a column is that column; a collation written behind it is its own.
    fn index_subject(&self, table: Option<&TableName>, expr: &Expr) -> (IndexSubject, Option<String>) {
        let (text, collation) = match ends_in_collation(expr.as_str()) {
            Some((subject, collation)) => (Expr::from(subject), Some(collation)),
            None => (expr.clone(), None),
        };
        let parts = tokens(text.as_str()).unwrap_or_default();
        let name = match parts.as_slice() {
            [only] if matches!(only.kind, TokenKind::Word | TokenKind::Quoted) => only.unquoted(),
            _other => None,
        };
        let column = table.zip(name).and_then(|(table, name)| {
            let columns = self.whole.columns(table);
            columns.into_iter().find(|(own, _)| own.as_str().eq_ignore_ascii_case(&name))
        });
        match column {
            Some((name, _)) => (IndexSubject::Column(name.clone()), collation),
            None => (IndexSubject::Expr(self.expr(&text)), collation),
        }
    }
}

/// What is left of a column's options: words that still say its type, and answers to a null where one can
/// come.
fn column_options(
    mut all: Options,
    ty: &Type,
    is_strict: bool,
    takes_null: bool,
    is_required: bool,
) -> Options {
    if let Some(words) = all.remove(options::DECLARED).filter(|words| types::says(words, ty, is_strict)) {
        let plain = types::own_words(&words, is_strict);
        all.extend(plain.map(|words| (options::DECLARED.to_owned(), words)));
    }
    let is_allowed = all.remove(options::NULL).is_some() && takes_null;
    if is_allowed {
        all.insert(options::NULL.to_owned(), options::ALLOWED.to_owned());
    }
    if is_allowed || !is_required {
        all.remove(options::ON_CONFLICT);
    }
    with_way_out(all)
}

fn with_way_out(mut all: Options) -> Options {
    if let Some(words) = all.remove(options::ON_CONFLICT) {
        let way = options::way_out(&words);
        all.extend(way.map(|way| (options::ON_CONFLICT.to_owned(), way.to_owned())));
    }
    all
}

fn identity(identity: Option<Identity>, is_rowid: bool) -> Option<Identity> {
    match identity {
        None | Some(Identity { mode: IdentityMode::RowId, .. }) => {
            is_rowid.then(|| Identity::new(IdentityMode::RowId))
        }
        Some(identity) => Some(otherwise::plain_numbers(&identity)),
    }
}
