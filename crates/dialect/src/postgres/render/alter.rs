//! Alterations in place, one statement a facet.

use ambix_schema::{
    Address, Enum, Expr, Facet, ForeignKey, Index, Object, PrimaryKey, Sequence, Table, View,
};

use super::words::{self, Words, changed_numbers};
use super::{alter_column, constraint, defined, options};
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
        (Object::Extension(from), Object::Extension(to)) => {
            let name = words.name(&at.name)?;
            if from.namespace != to.namespace {
                let namespace = to.namespace.as_ref().unwrap_or(&words.postgres.default_namespace);
                return Ok(vec![format!("ALTER EXTENSION {name} SET SCHEMA {}", words.name(namespace)?)]);
            }
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
        (Object::Check(_), Object::Check(_))
        | (Object::Unique(_), Object::Unique(_))
        | (Object::Exclusion(_), Object::Exclusion(_)) => alter_constraint(words, at, from, to),
        (Object::View(before), Object::View(after)) => alter_view(words, at, before, after),
        (Object::Index(from), Object::Index(to)) => alter_index(words, at, from, to),
        (_, _) => {
            Err(RenderError::unsupported(TITLE, "cannot alter this in place; drop it and create it", at))
        }
    }
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
    let name = words.qualified(at.namespace.as_ref(), &at.name)?;
    let mut sql = Vec::new();
    if !clauses.is_empty() {
        sql.push(format!("ALTER SEQUENCE {name} {}", clauses.join(" ")));
    }
    if from.comment != to.comment {
        sql.push(words::comment("SEQUENCE", &name, to.comment.as_deref())?);
    }
    Ok(sql)
}

fn alter_table(words: Words<'_>, at: &Address, from: &Table, to: &Table) -> Result<Vec<String>, RenderError> {
    if from.partition_by != to.partition_by {
        let reason = "cannot change how a table is partitioned; create a new table and move the rows";
        return Err(RenderError::unsupported(TITLE, reason, at));
    }
    let table = words.qualified(at.namespace.as_ref(), &at.name)?;
    let mut sql = Vec::new();
    for parent in from.inherits.iter().filter(|parent| !to.inherits.contains(parent)) {
        sql.push(format!("ALTER TABLE {table} NO INHERIT {}", words.table(parent)?));
    }
    for parent in to.inherits.iter().filter(|parent| !from.inherits.contains(parent)) {
        sql.push(format!("ALTER TABLE {table} INHERIT {}", words.table(parent)?));
    }
    let alter = format!("ALTER TABLE {table}");
    sql.extend(options::alter(words, &alter, &table, None, &from.options, &to.options)?);
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
    let (table, index) = (table_of(words, at)?, words.name(&at.name)?);
    let action = format!("ALTER INDEX {name}");
    let mut sql = options::alter(words, &action, &table, Some(&index), &from.options, &to.options)?;
    if from.comment != to.comment {
        sql.push(words::comment("INDEX", &name, to.comment.as_deref())?);
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
    let (old, new) = (constraint::name(at, &before), constraint::name(at, &after));
    let table = table_of(words, at)?;
    let mut sql = Vec::new();
    if old != new {
        let (old, new) = (words.name(&old)?, words.name(&new)?);
        sql.push(format!("ALTER TABLE {table} RENAME CONSTRAINT {old} TO {new}"));
    }
    let renamed = PrimaryKey { name: to.name.clone(), ..from.clone() };
    sql.extend(alter_constraint(words, at, &renamed.into(), &after)?);
    Ok(sql)
}

fn alter_foreign_key(
    words: Words<'_>,
    at: &Address,
    from: &ForeignKey,
    to: &ForeignKey,
) -> Result<Vec<String>, RenderError> {
    let (before, after) = (Object::ForeignKey(from.clone()), Object::ForeignKey(to.clone()));
    let facets = before.differing(&after);
    let is_known = facets.iter().all(|facet| {
        matches!(facet, Facet::Deferrable | Facet::Validated | Facet::Enforced | Facet::Comment)
    });
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
    if from.is_enforced != to.is_enforced {
        let (table, name) = (table_of(words, at)?, words.name(&at.name)?);
        let word = if to.is_enforced { "ENFORCED" } else { "NOT ENFORCED" };
        sql.push(format!("ALTER TABLE {table} ALTER CONSTRAINT {name} {word}"));
    } else if from.is_validated != to.is_validated {
        sql.extend(validate(words, at, &after)?);
    }
    if from.comment != to.comment {
        let (table, name) = (table_of(words, at)?, words.name(&at.name)?);
        sql.push(constraint::comment_on(&table, &name, to.comment.as_deref())?);
    }
    Ok(sql)
}

/// What can change about any constraint: validation, comment, options of its index.
fn alter_constraint(
    words: Words<'_>,
    at: &Address,
    from: &Object,
    to: &Object,
) -> Result<Vec<String>, RenderError> {
    let own = constraint::name(at, to);
    let (table, name) = (table_of(words, at)?, words.name(&own)?);
    let index = words.qualified(at.namespace.as_ref(), &own)?;
    let mut sql = Vec::new();
    for facet in from.differing(to) {
        match facet {
            Facet::Validated if constraint::is_validated(to) => sql.extend(validate(words, at, to)?),
            Facet::Comment => sql.push(constraint::comment_on(&table, &name, constraint::comment_of(to))?),
            Facet::Options => {
                if let (Some(from), Some(to)) = (from.options(), to.options()) {
                    let alter = format!("ALTER INDEX {index}");
                    sql.extend(options::alter(words, &alter, &table, Some(&name), from, to)?);
                }
            }
            Facet::Validated
            | Facet::Name
            | Facet::Type
            | Facet::Nullable
            | Facet::Default
            | Facet::Identity
            | Facet::Generated
            | Facet::Collation
            | Facet::Columns
            | Facet::Include
            | Facet::NullsNotDistinct
            | Facet::Deferrable
            | Facet::References
            | Facet::OnDelete
            | Facet::OnUpdate
            | Facet::Match
            | Facet::Enforced
            | Facet::Expression
            | Facet::NoInherit
            | Facet::Keys
            | Facet::Unique
            | Facet::Method
            | Facet::Predicate
            | Facet::Valid
            | Facet::Partition
            | Facet::Inherits
            | Facet::Values
            | Facet::Definition
            | Facet::Materialized
            | Facet::Sequence
            | Facet::Owner
            | Facet::Version
            | Facet::Namespace => {
                let reason = "cannot alter this in place; drop it and create it";
                return Err(RenderError::unsupported(TITLE, reason, at));
            }
        }
    }
    Ok(sql)
}

fn alter_view(words: Words<'_>, at: &Address, from: &View, to: &View) -> Result<Vec<String>, RenderError> {
    if from.definition != to.definition || from.is_materialized != to.is_materialized {
        let reason = "cannot change the query of a view in place; drop it and create it";
        return Err(RenderError::unsupported(TITLE, reason, at));
    }
    let name = words.qualified(at.namespace.as_ref(), &at.name)?;
    let word = if to.is_materialized { "MATERIALIZED VIEW" } else { "VIEW" };
    let alter = format!("ALTER {word} {name}");
    let mut sql = options::alter(words, &alter, &name, None, &from.options, &to.options)?;
    if from.comment != to.comment {
        sql.push(words::comment(word, &name, to.comment.as_deref())?);
    }
    Ok(sql)
}

fn validate(words: Words<'_>, at: &Address, object: &Object) -> Result<Vec<String>, RenderError> {
    let name = words.name(&constraint::name(at, object))?;
    Ok(vec![format!("ALTER TABLE {} VALIDATE CONSTRAINT {name}", table_of(words, at)?)])
}
