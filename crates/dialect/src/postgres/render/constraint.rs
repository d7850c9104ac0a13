//! Constraints, as they stand in CREATE TABLE and behind ADD.

use ambix_schema::{
    Action, Address, Check, Exclusion, ForeignKey, MatchType, Name, Object, PrimaryKey, TableName, Unique,
};

use super::index;
use super::options::{self, Options};
use super::words::{self, Words, deferrable};
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

/// Whether existing rows are checked when the constraint is added, or none ever are.
pub(super) fn is_validated(object: &Object) -> bool {
    object.as_check().is_none_or(|check| check.is_validated || !check.is_enforced)
        && object.as_foreign_key().is_none_or(|key| key.is_validated || !key.is_enforced)
}

fn primary_key(words: Words<'_>, key: &PrimaryKey) -> Result<String, RenderError> {
    // The comment is a statement of its own.
    let PrimaryKey { name: _, columns, include, deferrable: when, options, comment: _ } = key;
    let tail = key_tail(words, include, options)?;
    Ok(format!("PRIMARY KEY ({}){tail}{}", key_columns(words, columns, options)?, deferrable(*when)))
}

fn unique(words: Words<'_>, key: &Unique) -> Result<String, RenderError> {
    let Unique { columns, include, nulls_not_distinct, deferrable: when, options, comment: _ } = key;
    let nulls = if *nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
    let tail = key_tail(words, include, options)?;
    Ok(format!("UNIQUE{nulls} ({}){tail}{}", key_columns(words, columns, options)?, deferrable(*when)))
}

fn key_columns(words: Words<'_>, columns: &[Name], options: &Options) -> Result<String, RenderError> {
    let overlaps = if options::is_on(options, "without_overlaps") { " WITHOUT OVERLAPS" } else { "" };
    Ok(format!("{}{overlaps}", words.list(columns)?))
}

/// ` INCLUDE (…) WITH (…) USING INDEX TABLESPACE …`
fn key_tail(words: Words<'_>, include: &[Name], options: &Options) -> Result<String, RenderError> {
    let include =
        if include.is_empty() { String::new() } else { format!(" INCLUDE ({})", words.list(include)?) };
    let parameters = options::parameters(words, options)?;
    let parameters = parameters.map(|parameters| format!(" WITH ({parameters})")).unwrap_or_default();
    let tablespace = options::name_clause(words, "USING INDEX TABLESPACE", options, "tablespace")?;
    Ok(format!("{include}{parameters}{tablespace}"))
}

/// What is said of a constraint once it is there: its comment, and what its index is to the table.
pub(super) fn after(words: Words<'_>, at: &Address, object: &Object) -> Result<Vec<String>, RenderError> {
    let table = words.table(&at.table_name().unwrap_or_else(|| at.qualified_name()))?;
    let name = words.name(&name(at, object))?;
    let mut sql = match object.options() {
        Some(options) => options::after_index(&table, &name, options),
        None => Vec::new(),
    };
    if let Some(comment) = comment_of(object) {
        sql.push(comment_on(&table, &name, Some(comment))?);
    }
    Ok(sql)
}

/// `COMMENT ON CONSTRAINT … ON … IS …`
pub(super) fn comment_on(table: &str, name: &str, comment: Option<&str>) -> Result<String, RenderError> {
    words::comment("CONSTRAINT", &format!("{name} ON {table}"), comment)
}

/// The comment of a constraint.
pub(super) fn comment_of(object: &Object) -> Option<&str> {
    match object {
        Object::PrimaryKey(key) => key.comment.as_deref(),
        Object::Unique(key) => key.comment.as_deref(),
        Object::Check(check) => check.comment.as_deref(),
        Object::ForeignKey(key) => key.comment.as_deref(),
        Object::Exclusion(exclusion) => exclusion.comment.as_deref(),
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
        | Object::View(_) => None,
    }
}

fn check_clause(check: &Check) -> String {
    let Check { expr, is_validated, no_inherit, is_enforced, comment: _ } = check;
    let inherit = if *no_inherit { " NO INHERIT" } else { "" };
    format!("CHECK ({}){inherit}{}", expr.as_str(), validity(*is_validated, *is_enforced))
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
        is_enforced,
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
    let valid = validity(*is_validated, *is_enforced);
    Ok(format!("{}{}{valid}", clauses.join(" "), deferrable(*when)))
}

fn validity(is_validated: bool, is_enforced: bool) -> &'static str {
    match (is_validated, is_enforced) {
        (_, false) => " NOT ENFORCED",
        (false, true) => " NOT VALID",
        (true, true) => "",
    }
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
    let Exclusion { elements, method, predicate, include, deferrable: when, options, comment: _ } = exclusion;
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
    let tail = key_tail(words, include, options)?;
    Ok(format!("EXCLUDE{method} ({}){tail}{predicate}{}", elements.join(", "), deferrable(*when)))
}
