//! Constraints, as they stand in CREATE TABLE and behind ADD.

use ambix_schema::{
    Action, Address, Check, Exclusion, ForeignKey, MatchType, Name, Object, PrimaryKey, TableName, Unique,
};

use super::index;
use super::words::{Words, deferrable};
use crate::RenderError;
use crate::postgres::{TITLE, primary_key_name};

/// `CONSTRAINT name UNIQUE (…)`; a primary key without a name of its own leaves it to the server.
pub(super) fn clause(words: Words<'_>, at: &Address, object: &Object) -> Result<String, RenderError> {
    let body = match object {
        Object::PrimaryKey(key) => primary_key(words, key)?,
        Object::Unique(key) => unique(words, key)?,
        Object::Check(check) => check_clause(check),
        Object::ForeignKey(key) => foreign_key(words, key)?,
        Object::Exclusion(exclusion) => exclude(words, exclusion)?,
        Object::Namespace(_)
        | Object::Extension(_)
        | Object::Enum(_)
        | Object::Domain(_)
        | Object::Composite(_)
        | Object::Range(_)
        | Object::Sequence(_)
        | Object::Table(_)
        | Object::Column(_)
        | Object::Index(_)
        | Object::View(_) => {
            return Err(RenderError::unsupported(TITLE, "has no such constraint", at));
        }
    };
    let name = object.as_primary_key().map_or(Some(&at.name), |key| key.name.as_ref());
    match name {
        Some(name) => Ok(format!("CONSTRAINT {} {body}", words.name(name)?)),
        None => Ok(body),
    }
}

/// The name of a constraint: its own, or for a primary key the one the server gives.
pub(super) fn name(at: &Address, object: &Object) -> Name {
    let Object::PrimaryKey(key) = object else { return at.name.clone() };
    key.name.clone().unwrap_or_else(|| primary_key_name(at.table.as_ref().unwrap_or(&at.name)))
}

/// Whether existing rows are checked when the constraint is added.
pub(super) fn is_validated(object: &Object) -> bool {
    object.as_check().is_none_or(|check| check.is_validated)
        && object.as_foreign_key().is_none_or(|key| key.is_validated)
}

fn primary_key(words: Words<'_>, key: &PrimaryKey) -> Result<String, RenderError> {
    let PrimaryKey { name: _, columns, include: _, deferrable: when, options: _, comment: _ } = key;
    Ok(format!("PRIMARY KEY ({}){}", words.list(columns)?, deferrable(*when)))
}

fn unique(words: Words<'_>, key: &Unique) -> Result<String, RenderError> {
    let Unique { columns, include, nulls_not_distinct, deferrable: when, options: _, comment: _ } = key;
    let nulls = if *nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
    let include =
        if include.is_empty() { String::new() } else { format!(" INCLUDE ({})", words.list(include)?) };
    Ok(format!("UNIQUE{nulls} ({}){include}{}", words.list(columns)?, deferrable(*when)))
}

fn check_clause(check: &Check) -> String {
    let Check { expr, is_validated, no_inherit, is_enforced: _, comment: _ } = check;
    let inherit = if *no_inherit { " NO INHERIT" } else { "" };
    let valid = if *is_validated { "" } else { " NOT VALID" };
    format!("CHECK ({}){inherit}{valid}", expr.as_str())
}

fn foreign_key(words: Words<'_>, key: &ForeignKey) -> Result<String, RenderError> {
    let ForeignKey {
        columns,
        references,
        on_delete,
        on_update,
        match_type,
        deferrable: when,
        is_validated,
        is_enforced: _,
        comment: _,
    } = key;
    let (table, referenced): &(TableName, Vec<Name>) = references;
    let mut clauses =
        vec![format!("FOREIGN KEY ({}) REFERENCES {}", words.list(columns)?, words.table(table)?)];
    if !referenced.is_empty() {
        clauses.push(format!("({})", words.list(referenced)?));
    }
    match match_type {
        MatchType::Simple => {}
        MatchType::Full => clauses.push("MATCH FULL".into()),
        MatchType::Partial => clauses.push("MATCH PARTIAL".into()),
    }
    for (event, action) in [("DELETE", on_delete), ("UPDATE", on_update)] {
        if let Some(action) = action_clause(words, action)? {
            clauses.push(format!("ON {event} {action}"));
        }
    }
    let valid = if *is_validated { "" } else { " NOT VALID" };
    Ok(format!("{}{}{valid}", clauses.join(" "), deferrable(*when)))
}

fn action_clause(words: Words<'_>, action: &Action) -> Result<Option<String>, RenderError> {
    let of_columns = |word: &str, columns: &[Name]| {
        Ok(Some(if columns.is_empty() {
            word.to_owned()
        } else {
            format!("{word} ({})", words.list(columns)?)
        }))
    };
    match action {
        Action::NoAction => Ok(None),
        Action::Restrict => Ok(Some("RESTRICT".into())),
        Action::Cascade => Ok(Some("CASCADE".into())),
        Action::SetNull(columns) => of_columns("SET NULL", columns),
        Action::SetDefault(columns) => of_columns("SET DEFAULT", columns),
    }
}

fn exclude(words: Words<'_>, exclusion: &Exclusion) -> Result<String, RenderError> {
    let Exclusion { elements, method, predicate, include: _, deferrable: when, options: _, comment: _ } =
        exclusion;
    let elements: Vec<String> = elements
        .iter()
        .map(|element| Ok(format!("{} WITH {}", index::key(words, &element.key)?, element.operator)))
        .collect::<Result<_, RenderError>>()?;
    let method = match method {
        Some(method) => format!(" USING {}", words.name(&method.as_str().into())?),
        None => String::new(),
    };
    let predicate = predicate.as_ref().map(|expr| format!(" WHERE ({})", expr.as_str()));
    let predicate = predicate.unwrap_or_default();
    Ok(format!("EXCLUDE{method} ({}){predicate}{}", elements.join(", "), deferrable(*when)))
}
