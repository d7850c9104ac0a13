//! Domains, composite types and range types.

use ambix_schema::{Address, Attribute, Composite, Domain, DomainCheck, Range};

use super::words::{self, Words};
use crate::RenderError;
use crate::postgres::{TITLE, transition, types};

pub(super) fn create_domain(
    words: Words<'_>,
    at: &Address,
    domain: &Domain,
) -> Result<Vec<String>, RenderError> {
    let Domain { ty, is_nullable, default, collation, checks, comment } = domain;
    let name = words.qualified(at.namespace.as_ref(), &at.name)?;
    let mut clauses = vec![format!("CREATE DOMAIN {name} AS {}", words.ty(ty))];
    if let Some(collation) = collation {
        clauses.push(format!("COLLATE {}", words.collation(collation)?));
    }
    if let Some(default) = default {
        clauses.push(format!("DEFAULT {}", words::default(default)?));
    }
    if !is_nullable {
        clauses.push("NOT NULL".into());
    }
    for check in checks.iter().filter(|check| check.is_validated) {
        clauses.push(check_clause(words, check)?);
    }
    let mut sql = vec![clauses.join(" ")];
    // CREATE DOMAIN counts every condition as validated.
    for check in checks.iter().filter(|check| !check.is_validated) {
        sql.push(format!("ALTER DOMAIN {name} ADD {} NOT VALID", check_clause(words, check)?));
    }
    sql.extend(words::comment_if_any("DOMAIN", &name, comment.as_deref())?);
    Ok(sql)
}

fn check_clause(words: Words<'_>, check: &DomainCheck) -> Result<String, RenderError> {
    Ok(format!("CONSTRAINT {} CHECK ({})", words.name(&check.name)?, check.expr.as_str()))
}

pub(super) fn alter_domain(
    words: Words<'_>,
    at: &Address,
    from: &Domain,
    to: &Domain,
) -> Result<Vec<String>, RenderError> {
    let Domain { ty, is_nullable, default, collation, checks, comment } = to;
    if from.ty != *ty || from.collation != *collation {
        return Err(RenderError::unsupported(TITLE, "cannot change the type of a domain in place", at));
    }
    let name = words.qualified(at.namespace.as_ref(), &at.name)?;
    let alter = format!("ALTER DOMAIN {name}");
    let mut sql = Vec::new();
    let is_validation = |old: &DomainCheck| {
        checks.iter().any(|check| check.name == old.name && check.expr == old.expr && check.is_validated)
    };
    for old in from.checks.iter().filter(|old| !checks.contains(old) && !is_validation(old)) {
        sql.push(format!("{alter} DROP CONSTRAINT {}", words.name(&old.name)?));
    }
    if from.default != *default {
        sql.push(match default {
            Some(default) => format!("{alter} SET DEFAULT {}", words::default(default)?),
            None => format!("{alter} DROP DEFAULT"),
        });
    }
    if from.is_nullable != *is_nullable {
        sql.push(format!("{alter} {} NOT NULL", if *is_nullable { "DROP" } else { "SET" }));
    }
    for check in checks.iter().filter(|check| !from.checks.contains(check)) {
        let was_there = from.checks.iter().any(|old| old.name == check.name && old.expr == check.expr);
        sql.push(if was_there && check.is_validated {
            format!("{alter} VALIDATE CONSTRAINT {}", words.name(&check.name)?)
        } else {
            let valid = if check.is_validated { "" } else { " NOT VALID" };
            format!("{alter} ADD {}{valid}", check_clause(words, check)?)
        });
    }
    if from.comment != *comment {
        sql.push(words::comment("DOMAIN", &name, comment.as_deref())?);
    }
    Ok(sql)
}

pub(super) fn create_composite(
    words: Words<'_>,
    at: &Address,
    composite: &Composite,
) -> Result<Vec<String>, RenderError> {
    let Composite { attributes, comment } = composite;
    let name = words.qualified(at.namespace.as_ref(), &at.name)?;
    let lines: Vec<String> =
        attributes.iter().map(|attribute| attribute_clause(words, attribute)).collect::<Result<_, _>>()?;
    let body = if lines.is_empty() { String::new() } else { format!("\n    {}\n", lines.join(",\n    ")) };
    let mut sql = vec![format!("CREATE TYPE {name} AS ({body})")];
    sql.extend(words::comment_if_any("TYPE", &name, comment.as_deref())?);
    Ok(sql)
}

fn attribute_clause(words: Words<'_>, attribute: &Attribute) -> Result<String, RenderError> {
    let Attribute { name, ty, collation } = attribute;
    let collation = match collation {
        Some(collation) => format!(" COLLATE {}", words.collation(collation)?),
        None => String::new(),
    };
    Ok(format!("{} {}{collation}", words.name(name)?, words.ty(ty)))
}

pub(super) fn alter_composite(
    words: Words<'_>,
    at: &Address,
    from: &Composite,
    to: &Composite,
) -> Result<Vec<String>, RenderError> {
    if !transition::only_adds_and_drops_attributes(from, to) {
        let reason = "cannot change attributes of a composite type in place; create a new type instead";
        return Err(RenderError::unsupported(TITLE, reason, at));
    }
    let name = words.qualified(at.namespace.as_ref(), &at.name)?;
    let mut actions = Vec::new();
    for old in from.attributes.iter().filter(|old| !to.attributes.contains(old)) {
        actions.push(format!("DROP ATTRIBUTE {}", words.name(&old.name)?));
    }
    for new in to.attributes.iter().filter(|new| !from.attributes.contains(new)) {
        actions.push(format!("ADD ATTRIBUTE {}", attribute_clause(words, new)?));
    }
    let mut sql = Vec::new();
    if !actions.is_empty() {
        sql.push(format!("ALTER TYPE {name} {}", actions.join(", ")));
    }
    if from.comment != to.comment {
        sql.push(words::comment("TYPE", &name, to.comment.as_deref())?);
    }
    Ok(sql)
}

pub(super) fn create_range(
    words: Words<'_>,
    at: &Address,
    range: &Range,
) -> Result<Vec<String>, RenderError> {
    let Range { subtype, collation, options, comment } = range;
    let name = words.qualified(at.namespace.as_ref(), &at.name)?;
    let mut clauses = vec![format!("subtype = {}", words.ty(subtype))];
    if let Some(collation) = collation {
        clauses.push(format!("collation = {}", words.collation(collation)?));
    }
    for (key, value) in options {
        // A name in the words of an author is taken apart and quoted anew: nothing is spliced.
        let Some(parts) = types::name_parts(value) else {
            return Err(RenderError::unsupported(TITLE, format!("has no {key} called {value:?}"), at));
        };
        let parts: Vec<String> =
            parts.iter().map(|part| words.name(&part.as_str().into())).collect::<Result<_, _>>()?;
        clauses.push(format!("{} = {}", words.name(&key.as_str().into())?, parts.join(".")));
    }
    let mut sql = vec![format!("CREATE TYPE {name} AS RANGE ({})", clauses.join(", "))];
    sql.extend(words::comment_if_any("TYPE", &name, comment.as_deref())?);
    Ok(sql)
}

pub(super) fn alter_range(
    words: Words<'_>,
    at: &Address,
    from: &Range,
    to: &Range,
) -> Result<Vec<String>, RenderError> {
    let Range { subtype, collation, options, comment } = to;
    if from.subtype != *subtype || from.collation != *collation || from.options != *options {
        let reason = "cannot change a range type in place; create a new type instead";
        return Err(RenderError::unsupported(TITLE, reason, at));
    }
    let name = words.qualified(at.namespace.as_ref(), &at.name)?;
    Ok(vec![words::comment("TYPE", &name, comment.as_deref())?])
}
