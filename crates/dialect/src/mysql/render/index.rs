//! Indexes as they stand in CREATE TABLE and behind ADD.

use std::collections::BTreeMap;

use ambix_schema::{Address, Index, IndexKey, IndexSubject};

use super::{Ctx, comment};
use crate::RenderError;
use crate::mysql::words;

/// ``KEY `by_name` (`name`(10) DESC) COMMENT 'why'``.
pub(super) fn definition(ctx: Ctx<'_>, at: &Address, index: &Index) -> Result<String, RenderError> {
    ctx.refuse(at, &index.clone().into())?;
    let Index {
        keys,
        is_unique,
        method,
        predicate: _,
        include: _,
        nulls_not_distinct: _,
        options: settings,
        comment: text,
        is_valid: _,
        concurrently: _,
    } = index;
    let word = match method.as_deref().unwrap_or_default() {
        "fulltext" => "FULLTEXT KEY",
        "spatial" => "SPATIAL KEY",
        "vector" => "VECTOR KEY",
        _plain if *is_unique => "UNIQUE KEY",
        _plain => "KEY",
    };
    let keys: Vec<String> = keys.iter().map(key).collect::<Result<_, _>>()?;
    let mut clauses = vec![format!("{word} {} ({})", words::quoted(&at.name)?, keys.join(", "))];
    if let Some(method) = method.as_deref().filter(|method| matches!(*method, "btree" | "hash" | "rtree")) {
        clauses.push(format!("USING {}", method.to_ascii_uppercase()));
    }
    clauses.extend(comment(text.as_ref())?);
    clauses.extend(options(settings));
    Ok(clauses.join(" "))
}

/// The options of an index that have words; the refusal names all others.
pub(super) fn options(settings: &BTreeMap<String, String>) -> Vec<String> {
    settings
        .iter()
        .map(|(key, value)| match key.as_str() {
            "ignored" => "IGNORED".to_owned(),
            "invisible" => "INVISIBLE".to_owned(),
            "parser" => format!("WITH PARSER {}", words::backticks(value)),
            key => format!("{}={value}", key.to_ascii_uppercase()),
        })
        .collect()
}

fn key(key: &IndexKey) -> Result<String, RenderError> {
    let IndexKey { subject, is_descending, nulls: _, collation: _, opclass: _, prefix } = key;
    let subject = match subject {
        IndexSubject::Column(name) => words::quoted(name)?,
        IndexSubject::Expr(expr) => format!("({})", expr.as_str()),
    };
    let prefix = prefix.map(|length| format!("({length})")).unwrap_or_default();
    Ok(format!("{subject}{prefix}{}", if *is_descending { " DESC" } else { "" }))
}
