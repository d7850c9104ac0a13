//! What MariaDB and MySQL cannot hold, said so that it follows the server's name.

use std::collections::BTreeMap;

use ambix_schema::{
    Action, Address, Check, Column, ColumnDefault, Deferrable, ForeignKey, Index, IndexKey, IndexSubject,
    Kind, Literal, MatchType, Name, Object, PrimaryKey, Schema, Table, Type, Unique, View,
};

use super::facts::{Features, Flavour};
use super::{collation, order_option, prefix_option, sorts, types, words};
use crate::otherwise;
use crate::sql_writer::text_problem;

/// Characters of the comment on a column and on an index.
const MAX_COMMENT: usize = 1_024;

/// Characters of the comment on a table.
const MAX_TABLE_COMMENT: usize = 2_048;

/// Longest `char`, in characters.
const MAX_CHAR: u32 = 255;

/// Longest `varchar` and `varbinary`, in bytes, a row being no longer.
const MAX_VARCHAR: u32 = 65_535;

/// Most digits of a `decimal`, and most of them behind the point.
const MAX_PRECISION: (u32, u32) = (65, 30);

/// Why the server cannot hold the object; `None` if it can.
pub(super) fn refusal(features: Features, at: &Address, object: &Object) -> Option<String> {
    names(at).or_else(|| match object {
        Object::Namespace(_) => {
            Some("has databases where others have schemas, and they are not created here".into())
        }
        Object::Extension(_) => Some("has no extensions to create".into()),
        Object::Sequence(_) => Some(match features.flavour {
            Flavour::MariaDb => "has sequences, which are left alone; say auto_increment instead".into(),
            Flavour::MySql => "has no sequences; say auto_increment instead".into(),
        }),
        Object::Domain(_) => Some("has no domains".into()),
        Object::Composite(_) => Some("has no composite types".into()),
        Object::Range(_) => Some("has no range types".into()),
        Object::Exclusion(_) => Some("has no exclusion constraints".into()),
        Object::Enum(object) => object.values.iter().find_map(|value| enum_value_refusal(value)),
        Object::Table(table) => table_refusal(table),
        Object::Column(column) => column_refusal(features, column),
        Object::PrimaryKey(key) => primary_key_refusal(key),
        Object::Unique(key) => unique_refusal(features, key),
        Object::Check(check) => check_refusal(features, check),
        Object::ForeignKey(key) => foreign_key_refusal(key),
        Object::Index(index) => index_refusal(features, index),
        Object::View(View { is_materialized, .. }) => {
            is_materialized.then(|| "has no materialized views".to_owned())
        }
    })
}

fn names(at: &Address) -> Option<String> {
    let own = (at.kind != Kind::PrimaryKey).then_some(&at.name);
    let problem =
        [at.namespace.as_ref(), at.table.as_ref(), own].into_iter().flatten().find_map(name_refusal);
    problem.or_else(|| {
        let is_reserved =
            matches!(at.kind, Kind::Index | Kind::Unique) && at.name.as_str().eq_ignore_ascii_case("PRIMARY");
        is_reserved.then(|| "keeps the name PRIMARY for primary keys".to_owned())
    })
}

fn name_refusal(name: &Name) -> Option<String> {
    let problem = words::name_problem(name)?;
    Some(format!("cannot use the name {:?}: {problem}", name.as_str()))
}

fn comment_refusal(comment: Option<&String>, most: usize) -> Option<String> {
    let comment = comment?;
    let length = comment.chars().count();
    text_problem(comment).or_else(|| beyond_plane(comment, "of a comment")).or_else(|| {
        (length > most).then(|| format!("keeps {most} characters of this comment, which has {length}"))
    })
}

fn table_refusal(table: &Table) -> Option<String> {
    let Table { comment, options, partition_by: _, inherits } = table;
    if !inherits.is_empty() {
        return Some("has no inheritance between tables".into());
    }
    let unknown = options.keys().find(|key| !collation::is_name(key));
    if let Some(key) = unknown {
        return Some(format!("has no table option {}", ambix_schema::escape(key)));
    }
    comment_refusal(comment.as_ref(), MAX_TABLE_COMMENT)
}

fn column_refusal(features: Features, column: &Column) -> Option<String> {
    let Column {
        ty,
        is_nullable: _,
        default,
        identity,
        generated,
        collation,
        on_update,
        options,
        comment,
        position: _,
    } = column;
    if let Some(reason) = type_refusal(features, ty) {
        return Some(reason);
    }
    if let Some(name) = collation.as_ref().filter(|name| !collation::is_name(name)) {
        return Some(format!("has no collation {}", ambix_schema::escape(name)));
    }
    if identity.is_some() && !sorts::is_number(ty) {
        return Some(format!("numbers only columns of numbers, and this one is {ty}"));
    }
    if let Some(reason) = otherwise::numbered(identity.as_ref()) {
        return Some(reason);
    }
    if generated.is_some() && (default.is_some() || identity.is_some() || on_update.is_some()) {
        return Some(
            "computes a generated column itself: it has no default and no numbers of its own".into(),
        );
    }
    if let Some(ColumnDefault::Literal(Literal::Text(text))) = default
        && let Some(problem) = text_problem(text).or_else(|| beyond_plane(text, "of a default"))
    {
        return Some(problem);
    }
    column_option_refusal(features, options).or_else(|| comment_refusal(comment.as_ref(), MAX_COMMENT))
}

fn column_option_refusal(features: Features, options: &BTreeMap<String, String>) -> Option<String> {
    // A check of a column is one of its table to MySQL, and only MariaDB compresses the values of one column.
    let known: &[&str] = match features.flavour {
        Flavour::MariaDb => &["check", "compressed", "invisible", "srid"],
        Flavour::MySql => &["invisible", "srid"],
    };
    if let Some(key) = options.keys().find(|key| !known.contains(&key.as_str())) {
        return Some(format!("has no column option {}", ambix_schema::escape(key)));
    }
    let number = options.get("srid").filter(|number| number.parse::<u32>().is_err())?;
    Some(format!("numbers its systems of coordinates, and {} is no number", ambix_schema::escape(number)))
}

/// What these servers know of a schema they keep, or tell, in three bytes a character: of others a question mark
/// is left, which would differ from what was said for ever.
fn beyond_plane(text: &str, what: &str) -> Option<String> {
    let c = text.chars().find(|c| u32::from(*c) > 0xffff)?;
    Some(format!("tells a question mark for the {c:?} {what}: it knows characters of the basic plane there"))
}

fn enum_value_refusal(value: &str) -> Option<String> {
    let is_cut = value.ends_with(' ');
    let cut = || is_cut.then(|| format!("cuts the space off the end of {value:?}"));
    text_problem(value).or_else(|| beyond_plane(value, "of a value")).or_else(cut)
}

fn type_refusal(features: Features, ty: &Type) -> Option<String> {
    // Canonical ones have both; only an author can have left them out.
    if matches!(ty, Type::Decimal { precision: None, .. }) {
        return Some(
            "keeps a decimal without a precision as decimal(10,0), which drops every fraction; say both, as in \
             decimal(12, 2) or #[ambix(precision = 12, scale = 2)]"
                .into(),
        );
    }
    if matches!(ty, Type::Time { has_zone: true, .. }) {
        return Some("has no time of day with a zone; say time()".into());
    }
    if let Err(reason) = types::declared(ty, features) {
        return Some(reason);
    }
    if let Type::Other(text) = ty
        && let Some(reason) = beyond_plane(text, "of a value")
    {
        return Some(reason);
    }
    match types::stored(ty.clone(), features) {
        Type::Char { length } | Type::Binary { length } if length > MAX_CHAR => {
            Some(format!("has no fixed length of {length}: it is {MAX_CHAR} at most"))
        }
        Type::Varchar { length: Some(length) } | Type::Varbinary { length } if length > MAX_VARCHAR => {
            Some(format!("has no text of length {length}: a row holds {MAX_VARCHAR} bytes"))
        }
        Type::Decimal { precision: Some(precision), scale } => {
            let scale = scale.unwrap_or(0);
            let is_out =
                precision == 0 || precision > MAX_PRECISION.0 || scale > MAX_PRECISION.1.min(precision);
            is_out.then(|| {
                format!(
                    "has no decimal({precision}, {scale}): there are {} digits at most, and {} behind the point",
                    MAX_PRECISION.0, MAX_PRECISION.1
                )
            })
        }
        Type::Time { precision: Some(digits), .. } | Type::Timestamp { precision: Some(digits), .. }
            if digits > 6 =>
        {
            Some(format!("keeps 6 digits of a second at most, not {digits}"))
        }
        Type::Boolean
        | Type::TinyInt
        | Type::SmallInt
        | Type::Integer
        | Type::BigInt
        | Type::Unsigned(_)
        | Type::Real
        | Type::Double
        | Type::Decimal { .. }
        | Type::Char { .. }
        | Type::Varchar { .. }
        | Type::Text
        | Type::Bytes
        | Type::Binary { .. }
        | Type::Varbinary { .. }
        | Type::Date
        | Type::Time { .. }
        | Type::Timestamp { .. }
        | Type::Interval
        | Type::Uuid
        | Type::Json
        | Type::Jsonb
        | Type::Inet
        | Type::Cidr
        | Type::MacAddr
        | Type::Array(_)
        | Type::Enum(_)
        | Type::Defined(_)
        | Type::Other(_) => None,
    }
}

fn no_columns(columns: &[Name]) -> Option<String> {
    columns.is_empty().then(|| "has no key without columns".to_owned())
}

fn primary_key_refusal(key: &PrimaryKey) -> Option<String> {
    let PrimaryKey { name: _, columns, include, deferrable, options, comment } = key;
    if let Some(reason) = otherwise::deferred_key(*deferrable) {
        return Some(reason);
    }
    let is_known = |key: &String, value: &String| {
        columns.iter().any(|column| {
            let is_length = !value.is_empty() && value.bytes().all(|c| c.is_ascii_digit());
            (*key == prefix_option(column) && is_length) || *key == order_option(column)
        })
    };
    if let Some((key, _)) = options.iter().find(|(key, value)| !is_known(key, value)) {
        return Some(format!("has no option {} of a primary key", ambix_schema::escape(key)));
    }
    key_extras(!include.is_empty(), false)
        .or_else(|| no_columns(columns))
        .or_else(|| comment_refusal(comment.as_ref(), MAX_COMMENT))
}

fn unique_refusal(features: Features, key: &Unique) -> Option<String> {
    let Unique { columns, include, nulls_not_distinct, deferrable, options, comment } = key;
    otherwise::deferred_key(*deferrable)
        .or_else(|| key_extras(!include.is_empty(), *nulls_not_distinct))
        .or_else(|| no_columns(columns))
        .or_else(|| option_refusal(features, options))
        .or_else(|| comment_refusal(comment.as_ref(), MAX_COMMENT))
}

fn key_extras(has_include: bool, nulls_not_distinct: bool) -> Option<String> {
    if has_include {
        return Some("cannot include further columns in an index".into());
    }
    nulls_not_distinct.then(|| "always holds nulls distinct in an index".into())
}

fn check_refusal(features: Features, check: &Check) -> Option<String> {
    // MySQL can leave a check unenforced, and MariaDB cannot.
    let is_enforced = check.is_enforced || features.flavour == Flavour::MySql;
    otherwise::unchecked("check", check.is_validated, is_enforced)
        .or_else(|| otherwise::inheritance(check.no_inherit))
}

fn foreign_key_refusal(key: &ForeignKey) -> Option<String> {
    let ForeignKey {
        columns,
        references: (_, referenced),
        on_delete,
        on_update,
        match_type,
        deferrable,
        is_validated,
        is_enforced,
        comment: _,
    } = key;
    if let Some(reason) = otherwise::unchecked("foreign key", *is_validated, *is_enforced) {
        return Some(reason);
    }
    match deferrable {
        Deferrable::No => {}
        Deferrable::InitiallyImmediate | Deferrable::InitiallyDeferred => {
            return Some("checks foreign keys at once and cannot defer them".into());
        }
    }
    if *match_type != MatchType::Simple {
        return Some("lets a row pass when any column of a foreign key is null (MATCH SIMPLE), and says nothing of another MATCH".into());
    }
    for action in [on_delete, on_update] {
        match action {
            Action::SetDefault(_) => return Some("has no SET DEFAULT for foreign keys".into()),
            Action::SetNull(columns) if !columns.is_empty() => {
                return Some("sets all columns of a foreign key to null or none".into());
            }
            Action::SetNull(_) | Action::NoAction | Action::Restrict | Action::Cascade => {}
        }
    }
    if !referenced.is_empty() && referenced.len() != columns.len() {
        return Some(format!(
            "needs as many referenced columns as referencing ones, not {} for {}",
            referenced.len(),
            columns.len()
        ));
    }
    no_columns(columns)
}

fn index_refusal(features: Features, index: &Index) -> Option<String> {
    let Index {
        keys,
        is_unique,
        method,
        predicate,
        include,
        nulls_not_distinct,
        options,
        comment,
        is_valid: _,
        concurrently: _,
    } = index;
    if predicate.is_some() {
        return Some("has no partial indexes".into());
    }
    if let Some(reason) = key_extras(!include.is_empty(), *nulls_not_distinct) {
        return Some(reason);
    }
    let method = method.as_deref().unwrap_or("btree").to_ascii_lowercase();
    match method.as_str() {
        "fulltext" | "spatial" | "vector" if *is_unique => {
            return Some(format!("has no unique {method} index"));
        }
        "btree" | "fulltext" | "hash" | "rtree" | "spatial" => {}
        "vector" if features.vector_indexes => {}
        other => return Some(format!("has no index method {}", ambix_schema::escape(other))),
    }
    if keys.is_empty() {
        return Some("has no index without keys".into());
    }
    keys.iter()
        .find_map(|key| key_refusal(features, key))
        .or_else(|| option_refusal(features, options))
        .or_else(|| comment_refusal(comment.as_ref(), MAX_COMMENT))
}

fn key_refusal(features: Features, key: &IndexKey) -> Option<String> {
    let IndexKey { subject, is_descending: _, nulls, collation, opclass, prefix: _ } = key;
    if matches!(subject, IndexSubject::Expr(_)) && !features.functional_indexes {
        return Some("has no indexes on expressions; index a generated column".into());
    }
    if opclass.is_some() {
        return Some("has no operator classes".into());
    }
    if collation.is_some() {
        return Some("indexes a column in its own collation only".into());
    }
    nulls.is_some().then(|| "sorts nulls before all values and cannot be told otherwise".into())
}

/// Why a key cannot be made of the columns it names: MySQL wants to be told how much of a text to hold.
pub(super) fn key_without_length(
    features: Features,
    at: &Address,
    object: &Object,
    whole: &Schema,
) -> Option<String> {
    if features.indexes_whole_texts {
        return None;
    }
    let table = at.table_name()?;
    let columns: Vec<&Name> = if let Some(key) = object.as_primary_key() {
        key.columns.iter().filter(|name| !key.options.contains_key(&prefix_option(name))).collect()
    } else if let Some(unique) = object.as_unique() {
        unique.columns.iter().collect()
    } else {
        let is_searched = |method: &str| matches!(method, "fulltext" | "spatial");
        let index = object.as_index().filter(|index| !index.method.as_deref().is_some_and(is_searched))?;
        let whole_columns = index.keys.iter().filter(|key| key.prefix.is_none());
        whole_columns
            .filter_map(|key| match &key.subject {
                IndexSubject::Column(name) => Some(name),
                IndexSubject::Expr(_) => None,
            })
            .collect()
    };
    let long = columns.into_iter().find(|name| {
        let column = whole.get(&Address::column(&table, (*name).clone())).and_then(Object::as_column);
        column.is_some_and(|column| sorts::is_large(&types::stored(column.ty.clone(), features)))
    })?;
    Some(format!(
        "cannot index {} without a length; give the column a length, as in varchar(255)",
        ambix_schema::escape(long.as_str())
    ))
}

fn option_refusal(features: Features, options: &BTreeMap<String, String>) -> Option<String> {
    let unused = match features.flavour {
        Flavour::MariaDb => "ignored",
        Flavour::MySql => "invisible",
    };
    let is_known = |key: &str, value: &str| {
        let is_size =
            key == "key_block_size" && value.bytes().all(|c| c.is_ascii_digit()) && !value.is_empty();
        key == unused || key == "parser" || is_size
    };
    let (key, _) = options.iter().find(|(key, value)| !is_known(key, value))?;
    Some(format!("has no index option {}", ambix_schema::escape(key)))
}
