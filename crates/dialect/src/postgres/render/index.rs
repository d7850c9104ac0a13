//! Indexes.

use ambix_schema::{Address, Index, IndexKey, IndexSubject, Nulls};

use super::options;
use super::words::{self, Words};
use crate::RenderError;
use crate::postgres::types;

pub(super) fn create(words: Words<'_>, at: &Address, index: &Index) -> Result<Vec<String>, RenderError> {
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
        concurrently,
    } = index;
    let table = words.table(&at.table_name().unwrap_or_else(|| at.qualified_name()))?;
    let keys: Vec<String> = keys.iter().map(|key| self::key(words, key)).collect::<Result<_, _>>()?;
    let mut clauses = vec![format!(
        "CREATE {}INDEX {}{} ON {table}",
        if *is_unique { "UNIQUE " } else { "" },
        if concurrently.0 { "CONCURRENTLY " } else { "" },
        words.name(&at.name)?,
    )];
    if let Some(method) = method {
        clauses.push(format!("USING {}", words.name(&method.as_str().into())?));
    }
    clauses.push(format!("({})", keys.join(", ")));
    if !include.is_empty() {
        clauses.push(format!("INCLUDE ({})", words.list(include)?));
    }
    if *nulls_not_distinct {
        clauses.push("NULLS NOT DISTINCT".into());
    }
    if let Some(parameters) = options::parameters(words, options)? {
        clauses.push(format!("WITH ({parameters})"));
    }
    let tablespace = options::name_clause(words, "TABLESPACE", options, "tablespace")?;
    if !tablespace.is_empty() {
        clauses.push(tablespace.trim_start().to_owned());
    }
    if let Some(predicate) = predicate {
        clauses.push(format!("WHERE {}", predicate.as_str()));
    }
    let mut sql = vec![clauses.join(" ")];
    sql.extend(options::after_index(&table, &words.name(&at.name)?, options));
    let name = words.qualified(at.namespace.as_ref(), &at.name)?;
    sql.extend(words::comment_if_any("INDEX", &name, comment.as_deref())?);
    Ok(sql)
}

/// `gist_trgm_ops(siglen = '32')`: taken apart and quoted anew, so that nothing is spliced.
fn operator_class(words: Words<'_>, opclass: &str) -> Result<String, RenderError> {
    let wrong = || RenderError::Value { reason: format!("{opclass:?} is no operator class") };
    let (name, parameters) = match opclass.split_once('(') {
        Some((name, rest)) => (name, Some(rest.strip_suffix(')').ok_or_else(wrong)?)),
        None => (opclass, None),
    };
    let parts = types::name_parts(name).ok_or_else(wrong)?;
    let parts: Vec<String> =
        parts.iter().map(|part| words.name(&part.as_str().into())).collect::<Result<_, _>>()?;
    let Some(parameters) = parameters else { return Ok(parts.join(".")) };
    let mut pairs = Vec::new();
    for pair in parameters.split(", ") {
        let (key, value) = pair.split_once('=').ok_or_else(wrong)?;
        let value = value.strip_prefix('\'').and_then(|value| value.strip_suffix('\'')).unwrap_or(value);
        let value = words::text(&value.replace("''", "'"))?;
        pairs.push(format!("{} = {value}", words.name(&key.trim().trim_matches('"').into())?));
    }
    Ok(format!("{} ({})", parts.join("."), pairs.join(", ")))
}

/// One key: `lower(email) COLLATE "C" text_pattern_ops DESC NULLS LAST`.
pub(super) fn key(words: Words<'_>, key: &IndexKey) -> Result<String, RenderError> {
    // The prefix is MySQL's.
    let IndexKey { subject, is_descending, nulls, collation, opclass, prefix: _ } = key;
    let mut clauses = vec![match subject {
        IndexSubject::Column(name) => words.name(name)?,
        IndexSubject::Expr(expr) => format!("({})", expr.as_str()),
    }];
    if let Some(collation) = collation {
        clauses.push(format!("COLLATE {}", words.collation(collation)?));
    }
    if let Some(opclass) = opclass {
        clauses.push(operator_class(words, opclass)?);
    }
    if *is_descending {
        clauses.push("DESC".into());
    }
    match nulls {
        Some(Nulls::First) => clauses.push("NULLS FIRST".into()),
        Some(Nulls::Last) => clauses.push("NULLS LAST".into()),
        None => {}
    }
    Ok(clauses.join(" "))
}
