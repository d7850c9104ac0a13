//! Alterations in place, one statement a facet.

use ambix_schema::{Address, Enum, Expr, Facet, ForeignKey, Index, Object, PrimaryKey, Sequence, Table};

use super::table::{parameter_name, storage};
use super::words::{self, Words, changed_numbers};
use super::{alter_column, constraint, defined};
use crate::RenderError;
use crate::postgres::TITLE;
use crate::postgres::transition::{additions, renamed_value};

pub(super) fn alter(
    words: Words<'_>,
    at: &Address,
    from: &Object,
    to: &Object,
    using: Option<&Expr>,
) -> Result<Vec<String>, RenderError> {
    match (from, to) {
        (Object::Namespace(_), Object::Namespace(to)) => {
            Ok(vec![words::comment("SCHEMA", &words.name(&at.name)?, to.comment.as_deref())?])
        }
        (Object::Extension(_), Object::Extension(to)) => {
            let name = words.name(&at.name)?;
            let version = to.version.as_ref().map(|version| words::text(version.as_str())).transpose()?;
            let version = version.map(|version| format!(" TO {version}")).unwrap_or_default();
            Ok(vec![format!("ALTER EXTENSION {name} UPDATE{version}")])
        }
        (Object::Enum(from), Object::Enum(to)) => alter_enum(words, at, from, to, using),
        (Object::Domain(from), Object::Domain(to)) => defined::alter_domain(words, at, from, to),
        (Object::Composite(from), Object::Composite(to)) => defined::alter_composite(words, at, from, to),
        (Object::Range(from), Object::Range(to)) => defined::alter_range(words, at, from, to),
        (Object::Sequence(from), Object::Sequence(to)) => alter_sequence(words, at, from, to),
        (Object::Table(from), Object::Table(to)) => alter_table(words, at, from, to),
        (Object::Column(from), Object::Column(to)) => alter_column::alter(words, at, from, to, using),
        (Object::PrimaryKey(before), Object::PrimaryKey(after)) => {
            alter_primary_key(words, at, before, after)
        }
        (Object::ForeignKey(from), Object::ForeignKey(to)) => alter_foreign_key(words, at, from, to),
        (Object::Check(_), Object::Check(after))
            if after.is_validated && only(from, to, Facet::Validated) =>
        {
            validate(words, at, from)
        }
        (Object::Index(from), Object::Index(to)) => alter_index(words, at, from, to),
        (_, _) => {
            Err(RenderError::unsupported(TITLE, "cannot alter this in place; drop it and create it", at))
        }
    }
}

fn only(from: &Object, to: &Object, facet: Facet) -> bool {
    from.differing(to) == [facet]
}

fn table_of(words: Words<'_>, at: &Address) -> Result<String, RenderError> {
    words.table(&at.table_name().unwrap_or_else(|| at.qualified_name()))
}

fn alter_enum(
    words: Words<'_>,
    at: &Address,
    from: &Enum,
    to: &Enum,
    using: Option<&Expr>,
) -> Result<Vec<String>, RenderError> {
    let name = words.qualified(at.namespace.as_ref(), &at.name)?;
    if let Some((before, after)) = renamed_value(from, to, using) {
        let (before, after) = (words::text(before)?, words::text(after)?);
        return Ok(vec![format!("ALTER TYPE {name} RENAME VALUE {before} TO {after}")]);
    }
    let Some(added) = additions(from, to) else {
        let reason = "cannot remove or reorder values of an enum in place; create a new type instead";
        return Err(RenderError::unsupported(TITLE, reason, at));
    };
    let mut sql = Vec::new();
    for place in added {
        let value = words::text(&to.values[place])?;
        let is_last = to.values[place..].iter().all(|value| !from.values.contains(value));
        let beside = if is_last {
            String::new()
        } else if let Some(before) = place.checked_sub(1).and_then(|before| to.values.get(before)) {
            format!(" AFTER {}", words::text(before)?)
        } else {
            let next = to.values.iter().find(|value| from.values.contains(value));
            next.map(|next| words::text(next))
                .transpose()?
                .map_or_else(String::new, |next| format!(" BEFORE {next}"))
        };
        sql.push(format!("ALTER TYPE {name} ADD VALUE {value}{beside}"));
    }
    if from.comment != to.comment {
        sql.push(words::comment("TYPE", &name, to.comment.as_deref())?);
    }
    Ok(sql)
}

fn alter_sequence(
    words: Words<'_>,
    at: &Address,
    from: &Sequence,
    to: &Sequence,
) -> Result<Vec<String>, RenderError> {
    let mut clauses = Vec::new();
    if from.ty != to.ty {
        clauses.push(format!("AS {}", words.ty(&to.ty)));
    }
    clauses.extend(changed_numbers(&from.options, &to.options));
    if from.owned_by != to.owned_by {
        clauses.push(match &to.owned_by {
            Some(owner) => format!("OWNED BY {}", words.column(owner)?),
            None => "OWNED BY NONE".into(),
        });
    }
    if clauses.is_empty() {
        return Ok(Vec::new());
    }
    let name = words.qualified(at.namespace.as_ref(), &at.name)?;
    Ok(vec![format!("ALTER SEQUENCE {name} {}", clauses.join(" "))])
}

fn alter_table(words: Words<'_>, at: &Address, from: &Table, to: &Table) -> Result<Vec<String>, RenderError> {
    if from.partition_by != to.partition_by {
        let reason = "cannot change how a table is partitioned; create a new table and move the rows";
        return Err(RenderError::unsupported(TITLE, reason, at));
    }
    let table = words.qualified(at.namespace.as_ref(), &at.name)?;
    let mut sql = alter_options(words, &format!("ALTER TABLE {table}"), &from.options, &to.options)?;
    if from.comment != to.comment {
        sql.push(words::comment("TABLE", &table, to.comment.as_deref())?);
    }
    Ok(sql)
}

fn alter_index(words: Words<'_>, at: &Address, from: &Index, to: &Index) -> Result<Vec<String>, RenderError> {
    let (before, after) = (Object::Index(from.clone()), Object::Index(to.clone()));
    if before.differing(&after).iter().any(|facet| !matches!(facet, Facet::Comment | Facet::Options)) {
        return Err(RenderError::unsupported(
            TITLE,
            "cannot alter an index in place; drop it and create it",
            at,
        ));
    }
    let name = words.qualified(at.namespace.as_ref(), &at.name)?;
    let mut sql = alter_options(words, &format!("ALTER INDEX {name}"), &from.options, &to.options)?;
    if from.comment != to.comment {
        sql.push(words::comment("INDEX", &name, to.comment.as_deref())?);
    }
    Ok(sql)
}

type Options = std::collections::BTreeMap<String, String>;

fn alter_options(
    words: Words<'_>,
    alter: &str,
    from: &Options,
    to: &Options,
) -> Result<Vec<String>, RenderError> {
    let mut sql = Vec::new();
    let gone: Vec<String> = from
        .keys()
        .filter(|key| !to.contains_key(*key))
        .map(|key| parameter_name(words, key))
        .collect::<Result<_, _>>()?;
    if !gone.is_empty() {
        sql.push(format!("{alter} RESET ({})", gone.join(", ")));
    }
    let set = to.iter().filter(|(key, value)| from.get(*key) != Some(value));
    if let Some(set) = storage(words, set)? {
        sql.push(format!("{alter} SET ({set})"));
    }
    Ok(sql)
}

fn alter_primary_key(
    words: Words<'_>,
    at: &Address,
    from: &PrimaryKey,
    to: &PrimaryKey,
) -> Result<Vec<String>, RenderError> {
    let (before, after) = (Object::PrimaryKey(from.clone()), Object::PrimaryKey(to.clone()));
    if !only(&before, &after, Facet::Name) {
        return Err(RenderError::unsupported(TITLE, "cannot alter a primary key in place", at));
    }
    let (old, new) = (constraint::name(at, &before), constraint::name(at, &after));
    let table = table_of(words, at)?;
    Ok(vec![format!("ALTER TABLE {table} RENAME CONSTRAINT {} TO {}", words.name(&old)?, words.name(&new)?)])
}

fn alter_foreign_key(
    words: Words<'_>,
    at: &Address,
    from: &ForeignKey,
    to: &ForeignKey,
) -> Result<Vec<String>, RenderError> {
    let (before, after) = (Object::ForeignKey(from.clone()), Object::ForeignKey(to.clone()));
    let facets = before.differing(&after);
    let is_known = facets.iter().all(|facet| matches!(facet, Facet::Deferrable | Facet::Validated));
    if !is_known || (from.is_validated && !to.is_validated) {
        return Err(RenderError::unsupported(TITLE, "cannot alter a foreign key in place", at));
    }
    let mut sql = Vec::new();
    if from.deferrable != to.deferrable {
        let when = match to.deferrable {
            ambix_schema::Deferrable::No => "NOT DEFERRABLE",
            ambix_schema::Deferrable::InitiallyImmediate => "DEFERRABLE INITIALLY IMMEDIATE",
            ambix_schema::Deferrable::InitiallyDeferred => "DEFERRABLE INITIALLY DEFERRED",
        };
        let (table, name) = (table_of(words, at)?, words.name(&at.name)?);
        sql.push(format!("ALTER TABLE {table} ALTER CONSTRAINT {name} {when}"));
    }
    if from.is_validated != to.is_validated {
        sql.extend(validate(words, at, &after)?);
    }
    Ok(sql)
}

fn validate(words: Words<'_>, at: &Address, object: &Object) -> Result<Vec<String>, RenderError> {
    let name = words.name(&constraint::name(at, object))?;
    Ok(vec![format!("ALTER TABLE {} VALIDATE CONSTRAINT {name}", table_of(words, at)?)])
}
