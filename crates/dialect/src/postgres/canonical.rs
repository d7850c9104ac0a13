//! One object in the spelling PostgreSQL is compared in: what the server fills in is taken away again.

use ambix_schema::{
    Action, Address, Column, Domain, Exclusion, Expr, Extension, ForeignKey, Identity, IdentityMode, Index,
    IndexKey, IndexSubject, Kind, Name, Nulls, Object, PrimaryKey, Range, Schema, Sequence, SequenceOptions,
    Table, TableName, Type, View,
};

use super::{Postgres, defaults, primary_key_name, types};
use crate::expression::{Grammar, Setting, canonical_expression_in, canonical_query};
use crate::keywords;
use crate::sql_writer::is_plain;

/// Options that other databases have for a table, and this one does not keep.
const FOREIGN_OPTIONS: &[&str] = &[
    "auto_increment",
    "charset",
    "collate",
    "default_charset",
    "engine",
    "row_format",
    "strict",
    "without_rowid",
];

/// Brings one object to its one spelling.
pub(super) fn canonical(postgres: &Postgres, at: &Address, object: Object, whole: &Schema) -> Object {
    let place = Place { postgres, whole, table: at.table_name() };
    match object {
        Object::Extension(extension) => Extension { version: None, ..extension }.into(),
        Object::Sequence(sequence) => canonical_sequence(sequence).into(),
        Object::Table(table) => place.table(table).into(),
        Object::Column(column) => place.column(column).into(),
        Object::PrimaryKey(key) => place.primary_key(key).into(),
        Object::Check(mut check) => {
            check.expr = place.expr(&check.expr);
            // What is not enforced was never checked.
            check.is_validated &= check.is_enforced;
            check.into()
        }
        Object::ForeignKey(key) => place.foreign_key(key).into(),
        Object::Exclusion(exclusion) => place.exclusion(exclusion).into(),
        Object::Index(index) => place.index(index).into(),
        Object::View(view) => place.view(view).into(),
        Object::Domain(domain) => place.domain(domain).into(),
        Object::Composite(mut composite) => {
            for attribute in &mut composite.attributes {
                attribute.ty = place.ty(attribute.ty.clone());
                attribute.collation = place.collation(attribute.collation.take());
            }
            composite.into()
        }
        Object::Range(range) => place.range(range).into(),
        kept @ (Object::Namespace(_) | Object::Enum(_) | Object::Unique(_)) => kept,
    }
}

/// Where an object stands.
struct Place<'a> {
    postgres: &'a Postgres,
    whole: &'a Schema,
    table: Option<TableName>,
}

impl Place<'_> {
    fn own_column(&self, name: &Name) -> Option<&Column> {
        let table = self.table.as_ref()?;
        self.whole.get(&Address::column(table, name))?.as_column()
    }

    fn setting(&self) -> Setting<'_> {
        Setting {
            grammar: Grammar::Postgres,
            default_namespace: &self.postgres.default_namespace,
            columns: None,
        }
    }

    fn expr(&self, expr: &Expr) -> Expr {
        let columns =
            |name: &str| self.own_column(&Name::from(name)).map(|column| self.ty(column.ty.clone()));
        let setting = Setting { columns: Some(&columns), ..self.setting() };
        Expr::from(canonical_expression_in(expr.as_str(), &setting))
    }

    fn ty(&self, ty: Type) -> Type {
        let ty = types::stored(ty);
        if let Type::Array(inner) = ty { Type::Array(Box::new(self.named(*inner))) } else { self.named(ty) }
    }

    /// A type by name is an enum when the schema has one of that name.
    fn named(&self, ty: Type) -> Type {
        let Type::Other(text) = &ty else { return ty };
        let Some(mut name) = types::named(text) else { return ty };
        if name.namespace.as_ref() == Some(&self.postgres.default_namespace) {
            name.namespace = None;
        }
        if self.whole.contains(&Address::of(Kind::Enum, &name)) {
            return Type::Enum(name);
        }
        let is_defined = |kind| self.whole.contains(&Address::of(kind, &name));
        if [Kind::Domain, Kind::Composite, Kind::Range].into_iter().any(is_defined) {
            return Type::Defined(name);
        }
        match name.namespace {
            Some(_) => ty,
            None => Type::Other(types::type_name(name.name.as_str())),
        }
    }

    fn table(&self, table: Table) -> Table {
        let Table { comment, options, partition_by, inherits } = table;
        let options = options
            .into_iter()
            .map(|(key, value)| (key.to_ascii_lowercase(), value))
            .filter(|(key, _)| !FOREIGN_OPTIONS.contains(&key.as_str()))
            .collect();
        Table { comment, options, partition_by: partition_by.map(|text| self.partition(&text)), inherits }
    }

    /// `RANGE (created_at)`: the method in capitals, each key as an expression.
    fn partition(&self, text: &str) -> String {
        let text = text.trim();
        let parts = text.split_once('(').and_then(|(method, keys)| Some((method, keys.strip_suffix(')')?)));
        let Some((method, keys)) = parts else { return text.to_owned() };
        // A call without a name is a list of expressions, which the one parser reads.
        let call = self.expr(&Expr::from(format!("partition_keys({keys})")));
        match call.as_str().strip_prefix("partition_keys") {
            Some(keys) => format!("{} {keys}", method.trim().to_ascii_uppercase()),
            None => text.to_owned(),
        }
    }

    fn column(&self, column: Column) -> Column {
        let Column {
            ty,
            is_nullable,
            default,
            identity,
            generated,
            collation,
            // Refused, and so kept for the refusal to name.
            on_update,
            options,
            comment,
            position,
        } = column;
        let ty = self.ty(ty);
        let identity = identity.map(|identity| canonical_identity(&identity, &ty));
        let generated = generated.map(|mut generated| {
            generated.expr = self.expr(&generated.expr);
            generated
        });
        let has_own_values = identity.is_some() || generated.is_some();
        Column {
            default: default
                .filter(|_| !has_own_values)
                .and_then(|default| defaults::canonical(self.postgres, default, &ty)),
            // An identity is never null, and the server says so.
            is_nullable: is_nullable && identity.is_none(),
            ty,
            identity,
            generated,
            collation: self.collation(collation),
            on_update,
            options,
            comment,
            position,
        }
    }

    fn domain(&self, domain: Domain) -> Domain {
        let Domain { ty, is_nullable, default, collation, mut checks, comment } = domain;
        let ty = self.ty(ty);
        let value = |name: &str| name.eq_ignore_ascii_case("value").then(|| ty.clone());
        let setting = Setting { columns: Some(&value), ..self.setting() };
        for check in &mut checks {
            check.expr = Expr::from(canonical_expression_in(check.expr.as_str(), &setting));
        }
        checks.sort();
        Domain {
            default: default.and_then(|default| defaults::canonical(self.postgres, default, &ty)),
            ty,
            is_nullable,
            collation: self.collation(collation),
            checks,
            comment,
        }
    }

    fn range(&self, range: Range) -> Range {
        let Range { subtype, collation, options, comment } = range;
        let spelled = |value: String| match types::name_parts(&value) {
            Some(parts) => {
                let is_unsaid =
                    |name: &str| name == "pg_catalog" || name == self.postgres.default_namespace.as_str();
                let parts: Vec<String> = match parts.as_slice() {
                    [namespace, name] if is_unsaid(namespace) => vec![types::type_name(name)],
                    parts => parts.iter().map(|part| types::type_name(part)).collect(),
                };
                parts.join(".")
            }
            None => value,
        };
        Range {
            subtype: self.ty(subtype),
            collation: self.collation(collation),
            options: options
                .into_iter()
                .map(|(key, value)| (key.to_ascii_lowercase(), spelled(value)))
                .collect(),
            comment,
        }
    }

    /// A collation in its one spelling; none when it is that of the database.
    fn collation(&self, name: Option<String>) -> Option<String> {
        canonical_collation(&name?, &self.postgres.default_namespace)
    }

    fn primary_key(&self, mut key: PrimaryKey) -> PrimaryKey {
        let convention = self.table.as_ref().map(|table| primary_key_name(&table.name));
        key.name = key.name.filter(|name| Some(name) != convention.as_ref());
        key
    }

    fn foreign_key(&self, mut key: ForeignKey) -> ForeignKey {
        let (table, referenced) = &mut key.references;
        if referenced.is_empty()
            && let Some(Object::PrimaryKey(primary)) = self.whole.get(&Address::primary_key(&*table))
        {
            referenced.clone_from(&primary.columns);
        }
        for action in [&mut key.on_delete, &mut key.on_update] {
            if let Action::SetNull(columns) | Action::SetDefault(columns) = action
                && *columns == key.columns
            {
                columns.clear();
            }
        }
        // What is not enforced was never checked.
        key.is_validated &= key.is_enforced;
        key
    }

    fn exclusion(&self, exclusion: Exclusion) -> Exclusion {
        let Exclusion { mut elements, method, predicate, .. } = exclusion.clone();
        for element in &mut elements {
            element.key = self.key(element.key.clone());
            element.operator = element.operator.trim().to_owned();
        }
        let predicate = predicate.map(|expr| self.expr(&expr));
        Exclusion { elements, method: canonical_method(method), predicate, ..exclusion }
    }

    fn index(&self, mut index: Index) -> Index {
        index.keys = index.keys.into_iter().map(|key| self.key(key)).collect();
        index.method = canonical_method(index.method);
        index.predicate = index.predicate.map(|expr| self.expr(&expr));
        index.nulls_not_distinct &= index.is_unique;
        index.options =
            index.options.into_iter().map(|(key, value)| (key.to_ascii_lowercase(), value)).collect();
        index
    }

    fn key(&self, key: IndexKey) -> IndexKey {
        let IndexKey { subject, is_descending, nulls, collation, opclass, prefix } = key;
        let (subject, collation) = match (self.subject(subject), collation) {
            (IndexSubject::Expr(expr), None) => match ends_in_collation(expr.as_str()) {
                Some((inner, name)) => {
                    (self.subject(IndexSubject::Expr(inner.into())), Some(name.to_owned()))
                }
                None => (IndexSubject::Expr(expr), None),
            },
            (subject, collation) => (subject, collation),
        };
        let column = match &subject {
            IndexSubject::Column(name) => self.own_column(name),
            IndexSubject::Expr(_) => None,
        };
        // What comes last in one direction comes first in the other.
        let usual = if is_descending { Nulls::First } else { Nulls::Last };
        let of_column = self.collation(column.and_then(|column| column.collation.clone()));
        let collation = self.collation(collation).filter(|name| of_column.as_ref() != Some(name));
        let opclass = opclass
            .map(|name| self.unqualified(&name))
            .filter(|name| column.is_none_or(|column| !is_usual_opclass(name, &self.ty(column.ty.clone()))));
        IndexKey {
            subject,
            is_descending,
            nulls: nulls.filter(|nulls| *nulls != usual),
            collation,
            opclass,
            // Refused, and so kept for the refusal to name.
            prefix,
        }
    }

    /// An expression that is nothing but a column's name is that column.
    fn subject(&self, subject: IndexSubject) -> IndexSubject {
        let IndexSubject::Expr(expr) = subject else { return subject };
        let expr = self.expr(&expr);
        if is_plain(expr.as_str(), keywords::POSTGRES) && self.own_column(&expr.as_str().into()).is_some() {
            return IndexSubject::Column(expr.as_str().into());
        }
        IndexSubject::Expr(expr)
    }

    fn view(&self, view: View) -> View {
        let definition = canonical_query(view.definition.as_str(), &self.setting());
        View { definition: definition.into(), ..view }
    }

    fn unqualified(&self, name: &str) -> String {
        let default = self.postgres.default_namespace.as_str();
        match name.split_once('.') {
            Some((namespace, bare)) if namespace == "pg_catalog" || namespace == default => bare.to_owned(),
            Some(_) | None => name.to_owned(),
        }
    }
}

/// A collation by its plain name; one of another namespace than the usual ones is qualified and quoted,
/// because a plain name may hold dots (`en_US.utf8`).
fn canonical_collation(name: &str, default_namespace: &Name) -> Option<String> {
    let name = name.strip_prefix("pg_catalog.").unwrap_or(name);
    let parts = if name.starts_with('"') { types::name_parts(name) } else { None };
    let name = match parts.as_deref() {
        Some([name]) => name.clone(),
        Some([namespace, name]) if namespace == "pg_catalog" || namespace == default_namespace.as_str() => {
            name.clone()
        }
        Some(_) | None => name.to_owned(),
    };
    (name != "default").then_some(name)
}

/// `lower(name) COLLATE "C"` as a key of an index: the collation is the key's own, and the server tells it
/// apart from the expression.
fn ends_in_collation(text: &str) -> Option<(&str, &str)> {
    let (inner, name) = text.rsplit_once(" COLLATE ")?;
    let unquoted = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name);
    let is_name = !unquoted.is_empty() && !unquoted.contains(['"', '\'', ' ', '(', ')']);
    is_name.then_some((inner, unquoted))
}

fn canonical_method(method: Option<String>) -> Option<String> {
    method.map(|method| method.to_ascii_lowercase()).filter(|method| method != "btree")
}

/// Whether an operator class is what the server takes for the type when nobody says one.
fn is_usual_opclass(name: &str, ty: &Type) -> bool {
    let usual: &[&str] = match ty {
        Type::Text | Type::Varchar { .. } => &["text_ops", "varchar_ops"],
        Type::Char { .. } => &["bpchar_ops"],
        Type::Boolean => &["bool_ops"],
        Type::SmallInt => &["int2_ops"],
        Type::Integer => &["int4_ops"],
        Type::BigInt => &["int8_ops"],
        Type::Decimal { .. } => &["numeric_ops"],
        Type::Real => &["float4_ops"],
        Type::Double => &["float8_ops"],
        Type::Bytes => &["bytea_ops"],
        Type::Date => &["date_ops"],
        Type::Time { has_zone: false, .. } => &["time_ops"],
        Type::Time { has_zone: true, .. } => &["timetz_ops"],
        Type::Timestamp { has_zone: false, .. } => &["timestamp_ops"],
        Type::Timestamp { has_zone: true, .. } => &["timestamptz_ops"],
        Type::Interval => &["interval_ops"],
        Type::Uuid => &["uuid_ops"],
        Type::Jsonb => &["jsonb_ops"],
        Type::Inet | Type::Cidr => &["inet_ops", "cidr_ops"],
        Type::MacAddr => &["macaddr_ops"],
        Type::Array(_) => &["array_ops"],
        Type::Enum(_) => &["enum_ops"],
        Type::TinyInt
        | Type::Unsigned(_)
        | Type::Binary { .. }
        | Type::Varbinary { .. }
        | Type::Json
        | Type::Defined(_)
        | Type::Other(_) => &[],
    };
    usual.contains(&name)
}

fn canonical_identity(identity: &Identity, ty: &Type) -> Identity {
    let mode = match identity.mode {
        IdentityMode::Auto | IdentityMode::RowId => IdentityMode::ByDefault,
        kept @ (IdentityMode::Always | IdentityMode::ByDefault | IdentityMode::Serial) => kept,
    };
    let options = canonical_numbers(&identity.options, ty);
    Identity { mode, options, sequence: identity.sequence.clone() }
}

fn canonical_sequence(sequence: Sequence) -> Sequence {
    let Sequence { ty, options, owned_by, comment } = sequence;
    let ty = types::stored(ty);
    Sequence { options: canonical_numbers(&options, &ty), ty, owned_by, comment }
}

/// Numbers that the server would choose itself are left unsaid.
fn canonical_numbers(options: &SequenceOptions, ty: &Type) -> SequenceOptions {
    let SequenceOptions { start, increment, min, max, cache, is_cyclic } = *options;
    let (lowest, highest) = types::bounds(ty);
    let is_rising = increment.unwrap_or(1) > 0;
    let (usual_min, usual_max) = if is_rising { (1, highest) } else { (lowest, -1) };
    let usual_start = if is_rising { min.unwrap_or(usual_min) } else { max.unwrap_or(usual_max) };
    SequenceOptions {
        start: start.filter(|start| *start != usual_start),
        increment: increment.filter(|increment| *increment != 1),
        min: min.filter(|min| *min != usual_min),
        max: max.filter(|max| *max != usual_max),
        cache: cache.filter(|cache| *cache != 1),
        is_cyclic,
    }
}
