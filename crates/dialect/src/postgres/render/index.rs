//! Indexes.

use ambix_schema::{Address, Index, IndexKey, IndexSubject, Nulls};

use super::table::storage;
use super::words::{self, Words};
use crate::RenderError;

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
    if let Some(options) = storage(words, options.iter())? {
        clauses.push(format!("WITH ({options})"));
    }
    if let Some(predicate) = predicate {
        clauses.push(format!("WHERE {}", predicate.as_str()));
    }
    let mut sql = vec![clauses.join(" ")];
    let name = words.qualified(at.namespace.as_ref(), &at.name)?;
    sql.extend(words::comment_if_any("INDEX", &name, comment.as_deref())?);
    Ok(sql)
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
        let parts: Vec<String> =
            opclass.split('.').map(|part| words.name(&part.into())).collect::<Result<_, _>>()?;
        clauses.push(parts.join("."));
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
