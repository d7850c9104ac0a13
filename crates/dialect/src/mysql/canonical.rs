//! One object in the spelling MariaDB and MySQL are compared in.

use std::collections::BTreeMap;

use ambix_schema::{
    Action, Address, Check, Column, Expr, ForeignKey, Index, IndexKey, IndexSubject, Kind, Name, Nulls,
    Object, PrimaryKey, Schema, Table, TableName, Type, View,
};

use super::collation::{canonical_collation, default_collation};
use super::{Flavour, Mysql, defaults, partition, sorts, types};
use crate::expression::{Grammar, Setting, canonical_expression_in};
use crate::otherwise;

/// Options that other databases have for a table, and these do not keep.
const FOREIGN_OPTIONS: [&str; 3] = ["fillfactor", "strict", "without_rowid"];

/// One object in its one spelling; `None` when the server has no such object.
pub(super) fn canonical(mysql: &Mysql, at: &Address, object: Object, whole: &Schema) -> Option<Object> {
    let place = Place { mysql, whole, table: at.table_name() };
    Some(match object {
        // An enum is the type of each column that has it.
        Object::Enum(_) => return None,
        // Refused, and so kept for the refusal to name.
        Object::Namespace(_)
        | Object::Extension(_)
        | Object::Domain(_)
        | Object::Composite(_)
        | Object::Range(_)
        | Object::Sequence(_)
        | Object::Exclusion(_)
        | Object::Unique(_) => object,
        Object::Table(table) => place.table(table).into(),
        Object::Column(column) => place.column(column).into(),
        // Every primary key is called PRIMARY, whatever its author said.
        Object::PrimaryKey(key) => PrimaryKey { name: None, ..key }.into(),
        Object::Check(check) => Check { expr: place.expr(&check.expr), comment: None, ..check }.into(),
        Object::ForeignKey(key) => place.foreign_key(key).into(),
        Object::Index(index) => place.index(index).into(),
        Object::View(view) => {
            let text = view.definition.as_str().trim().trim_end_matches(';').trim_end();
            View { definition: Expr::from(text), comment: None, ..view }.into()
        }
    })
}

/// Where an object stands.
struct Place<'a> {
    mysql: &'a Mysql,
    whole: &'a Schema,
    table: Option<TableName>,
}

impl Place<'_> {
    fn own_column(&self, name: &Name) -> Option<&Column> {
        let table = self.table.as_ref()?;
        self.whole.get(&Address::column(table, name))?.as_column()
    }

    fn expr(&self, expr: &Expr) -> Expr {
        let columns =
            |name: &str| self.own_column(&Name::from(name)).map(|column| self.ty(column.ty.clone()));
        let setting = Setting {
            grammar: Grammar::Mysql,
            default_namespace: &self.mysql.default_namespace,
            columns: Some(&columns),
        };
        Expr::from(canonical_expression_in(expr.as_str(), &setting))
    }

    /// A type by name is an enum of the schema, and so becomes its values.
    fn ty(&self, ty: Type) -> Type {
        let ty = types::stored(ty, self.mysql.features);
        if matches!(ty, Type::Array(_)) {
            return ty;
        }
        let name = match (ty.enum_name(), &ty) {
            (Some(name), _) => name.clone(),
            (None, Type::Other(text)) => TableName::new(text.as_str()),
            (None, _) => return ty,
        };
        match self.whole.get(&Address::of(Kind::Enum, &name)).and_then(Object::as_enum) {
            Some(object) => types::enumerated(object),
            None => ty,
        }
    }

    fn table(&self, table: Table) -> Table {
        let mut options: BTreeMap<String, String> = BTreeMap::new();
        for (key, value) in table.options {
            let key = match key.to_ascii_lowercase().as_str() {
                "default_charset" | "character_set" | "charset" => "charset".to_owned(),
                "default_collate" | "collation" | "collate" => "collate".to_owned(),
                other => other.to_owned(),
            };
            if !FOREIGN_OPTIONS.contains(&key.as_str()) && key != "auto_increment" {
                let value = canonical_option(&key, &value);
                options.extend(value.map(|value| (key, value)));
            }
        }
        // A collation says its character set.
        if let Some(charset) = options.remove("charset")
            && !options.contains_key("collate")
        {
            match default_collation(&charset, self.mysql.features) {
                Some(collation) => options.insert("collate".into(), collation.into()),
                None => options.insert("charset".into(), charset),
            };
        }
        let partition_by = table.partition_by.map(|text| partition::canonical(&text, |expr| self.expr(expr)));
        Table { options, partition_by, ..table }
    }

    fn is_in_memory(&self) -> bool {
        let table = self.table.as_ref().and_then(|name| self.whole.get(&Address::table(name)));
        let mut options = table.and_then(Object::options).into_iter().flatten();
        options.any(|(key, value)| {
            key.eq_ignore_ascii_case("engine")
                && (value.eq_ignore_ascii_case("memory") || value.eq_ignore_ascii_case("heap"))
        })
    }

    fn table_collation(&self) -> Option<&String> {
        let table = self.whole.get(&Address::table(self.table.as_ref()?))?.as_table()?;
        let of = |wanted: &str| {
            table.options.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
        };
        of("collate")
    }

    fn column(&self, column: Column) -> Column {
        let Column {
            ty,
            is_nullable,
            default,
            identity,
            generated,
            collation,
            on_update,
            options,
            comment,
            position,
        } = column;
        let ty = self.ty(ty);
        let identity = identity.map(|identity| otherwise::plain_numbers(&identity));
        let generated = generated.map(|mut generated| {
            generated.expr = self.expr(&generated.expr);
            generated
        });
        // MariaDB has no word for the nulls of a generated column.
        let has_no_word_for_nulls = generated.is_some() && self.mysql.features.flavour == Flavour::MariaDb;
        let has_own_values = identity.is_some() || generated.is_some();
        let collation = collation.as_ref().or_else(|| self.table_collation()).filter(|_| sorts::is_text(&ty));
        Column {
            default: default
                .filter(|_| !has_own_values)
                .and_then(|default| defaults::canonical(default, &ty, |expr| self.expr(expr))),
            // A numbered column is never null, and the server says so.
            is_nullable: (is_nullable && identity.is_none()) || has_no_word_for_nulls,
            identity,
            generated,
            collation: collation.map(|name| canonical_collation(name)),
            on_update: on_update.map(|expr| defaults::with_digits(self.expr(&expr), &ty)),
            options: self.column_options(options),
            comment,
            position,
            ty,
        }
    }

    fn column_options(&self, options: BTreeMap<String, String>) -> BTreeMap<String, String> {
        options
            .into_iter()
            .map(|(key, value)| (key.to_ascii_lowercase(), value))
            .map(|(key, value)| {
                let value =
                    if key == "check" { self.expr(&Expr::from(value)).as_str().to_owned() } else { value };
                (key, value)
            })
            .collect()
    }

    fn foreign_key(&self, key: ForeignKey) -> ForeignKey {
        let ForeignKey {
            columns,
            references: (table, mut referenced),
            on_delete,
            on_update,
            match_type,
            deferrable,
            is_validated,
            is_enforced,
            comment: _,
        } = key;
        if referenced.is_empty()
            && let Some(Object::PrimaryKey(primary)) = self.whole.get(&Address::primary_key(&table))
        {
            referenced.clone_from(&primary.columns);
        }
        ForeignKey {
            columns,
            references: (table, referenced),
            on_delete: canonical_action(on_delete),
            on_update: canonical_action(on_update),
            match_type,
            deferrable,
            is_validated,
            is_enforced,
            comment: None,
        }
    }

    fn index(&self, index: Index) -> Index {
        let method = index.method.map(|method| method.to_ascii_lowercase());
        // Where a table is kept in memory its indexes are hashed unless told otherwise; nowhere else are they.
        let usual: &[&str] = if self.is_in_memory() { &["hash"] } else { &["btree", "hash"] };
        let method = method.filter(|method| !usual.contains(&method.as_str()));
        let is_searched =
            method.as_deref().is_some_and(|method| matches!(method, "fulltext" | "spatial" | "vector"));
        Index {
            keys: index.keys.into_iter().map(|key| self.index_key(key, is_searched)).collect(),
            method,
            options: index
                .options
                .into_iter()
                .map(|(key, value)| (key.to_ascii_lowercase(), value))
                .collect(),
            ..index
        }
    }

    fn index_key(&self, key: IndexKey, is_searched: bool) -> IndexKey {
        let IndexKey { subject, is_descending, nulls, collation, opclass, prefix } = key;
        let subject = match subject {
            IndexSubject::Column(name) => IndexSubject::Column(name),
            IndexSubject::Expr(expr) => self.index_subject(&expr),
        };
        // Nulls sort before everything, and so last in the other direction.
        let usual = if is_descending { Nulls::Last } else { Nulls::First };
        let is_descending = is_descending && !is_searched && self.mysql.features.descending_keys;
        let length = match &subject {
            IndexSubject::Column(name) => self.own_column(name).and_then(|column| whole_length(&column.ty)),
            IndexSubject::Expr(_) => None,
        };
        let column = match &subject {
            IndexSubject::Column(name) => self.own_column(name),
            IndexSubject::Expr(_) => None,
        };
        let longest = column.and_then(|column| self.longest_prefix(column));
        IndexKey {
            subject,
            is_descending,
            nulls: nulls.filter(|nulls| *nulls != usual),
            collation,
            opclass,
            // A prefix as long as the column is the column.
            prefix: prefix.filter(|prefix| {
                !is_searched && length.is_none_or(|length| *prefix < length) && Some(*prefix) != longest
            }),
        }
    }

    /// What MariaDB indexes of a text or blob when nobody says how much: as much as a key can hold.
    fn longest_prefix(&self, column: &Column) -> Option<u32> {
        const KEY_BYTES: u32 = 3_072;
        let ty = self.ty(column.ty.clone());
        if self.mysql.features.flavour != Flavour::MariaDb || !sorts::is_large(&ty) {
            return None;
        }
        let collation = column.collation.as_ref().or_else(|| self.table_collation());
        let collation = collation.map(|name| canonical_collation(name)).unwrap_or_default();
        // Of a column whose character set nobody says, it is the usual one of a new database.
        let bytes = match collation.split('_').next().unwrap_or_default() {
            _bytes if !sorts::is_text(&ty) => 1,
            "utf8mb4" | "utf16" | "utf16le" | "utf32" | "" => 4,
            "utf8mb3" => 3,
            "ucs2" | "big5" | "gbk" | "sjis" | "cp932" | "euckr" | "gb2312" => 2,
            _single => 1,
        };
        Some(KEY_BYTES / bytes)
    }

    /// An expression that is nothing but a column's name is that column.
    fn index_subject(&self, expr: &Expr) -> IndexSubject {
        let expr = self.expr(expr);
        let inner = expr.as_str().strip_prefix('`').and_then(|text| text.strip_suffix('`'));
        match inner.map(|text| Name::from(text.replace("``", "`"))) {
            Some(name) if self.own_column(&name).is_some() => IndexSubject::Column(name),
            Some(_) | None => IndexSubject::Expr(expr),
        }
    }
}

/// The servers refuse at once in both cases.
fn canonical_action(action: Action) -> Action {
    match action {
        Action::NoAction | Action::Restrict => Action::NoAction,
        kept @ (Action::Cascade | Action::SetNull(_) | Action::SetDefault(_)) => kept,
    }
}

/// Characters or bytes of a column that an index can hold whole.
fn whole_length(ty: &Type) -> Option<u32> {
    if let Type::Char { length } | Type::Binary { length } | Type::Varbinary { length } = ty {
        return Some(*length);
    }
    if let Type::Varchar { length } = ty { *length } else { None }
}

/// An option's value in one spelling; `None` when it says what goes without saying.
fn canonical_option(key: &str, value: &str) -> Option<String> {
    const ENGINES: [&str; 9] =
        ["Aria", "ARCHIVE", "BLACKHOLE", "CSV", "InnoDB", "MEMORY", "MRG_MyISAM", "MyISAM", "RocksDB"];
    match key {
        "engine" => {
            let known = ENGINES.iter().find(|engine| engine.eq_ignore_ascii_case(value));
            Some(known.map_or_else(|| value.to_owned(), |engine| (*engine).to_owned()))
        }
        "collate" => Some(canonical_collation(value)),
        "charset" => Some(value.to_ascii_lowercase()),
        // Aria tells these of a table once it is altered, and cannot be brought to say less.
        "page_checksum" | "transactional" => Some(value.to_owned()).filter(|value| value != "1"),
        "row_format" => Some(value.to_ascii_uppercase()).filter(|format| format != "DEFAULT"),
        _other => Some(value.to_owned()),
    }
}
