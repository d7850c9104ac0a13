//! Statements as PostgreSQL's SQL. Every name of a table, type or index is qualified with its namespace.

mod alter;
mod alter_column;
mod column;
mod constraint;
mod defined;
mod index;
mod options;
mod rename;
mod table;
mod words;

pub(super) use words::default as default_sql;

#[cfg(test)]
mod tests;

use ambix_schema::{Address, Enum, Extension, Literal, Name, Namespace, Object, Sequence, TableName, View};

use super::{Postgres, TITLE};
use crate::literal::literal_sql;
use crate::{RenderError, Statement};
use words::Words;

/// The SQL of one statement, one entry per statement the server is sent.
pub(super) fn statement(postgres: &Postgres, statement: &Statement) -> Result<Vec<String>, RenderError> {
    let words = Words { postgres };
    match statement {
        Statement::CreateTable(image) => table::create(words, image),
        Statement::RebuildTable { after, .. } => Err(RenderError::unsupported(
            TITLE,
            "alters tables in place and never rebuilds them",
            &Address::table(&after.name),
        )),
        Statement::Create { at, object } => create(words, at, object),
        // The parent's statement drops an inherited column here too.
        Statement::Drop { object: Object::Column(column), .. } if column::is_inherited(column) => {
            Ok(Vec::new())
        }
        Statement::Drop { at, object } => drop(words, at, object).map(|sql| vec![sql]),
        Statement::Alter { at, from, to, using } => alter::alter(words, at, from, to, using.as_ref()),
        Statement::AlterTable { parts, .. } => {
            let parts: Vec<Vec<String>> =
                parts.iter().map(|part| self::statement(postgres, part)).collect::<Result<_, _>>()?;
            Ok(parts.concat())
        }
        Statement::Rename { from, to } => rename::rename(words, from, to).map(|sql| vec![sql]),
        Statement::Insert { table, columns, rows } => insert(words, table, columns, rows),
        Statement::Sql(text) => Ok(vec![text.clone()]),
    }
}

fn create(words: Words<'_>, at: &Address, object: &Object) -> Result<Vec<String>, RenderError> {
    let at_table = || at.table_name().unwrap_or_else(|| at.qualified_name());
    match object {
        Object::Namespace(namespace) => create_namespace(words, at, namespace),
        Object::Extension(extension) => create_extension(words, at, extension),
        Object::Enum(object) => create_enum(words, at, object),
        Object::Domain(domain) => defined::create_domain(words, at, domain),
        Object::Composite(composite) => defined::create_composite(words, at, composite),
        Object::Range(range) => defined::create_range(words, at, range),
        Object::Sequence(sequence) => create_sequence(words, at, sequence),
        Object::Table(table) => {
            let image = crate::TableImage {
                name: at.qualified_name(),
                table: table.clone(),
                columns: Vec::new(),
                constraints: Vec::new(),
                indexes: Vec::new(),
            };
            table::create(words, &image)
        }
        Object::Column(column) => column::add(words, at, column),
        Object::PrimaryKey(_)
        | Object::Unique(_)
        | Object::Check(_)
        | Object::ForeignKey(_)
        | Object::Exclusion(_) => {
            let table = words.table(&at_table())?;
            let clause = constraint::clause(words, at, object)?;
            let mut sql = vec![format!("ALTER TABLE {table} ADD {clause}")];
            sql.extend(constraint::after(words, at, object)?);
            Ok(sql)
        }
        Object::Index(index) => index::create(words, at, index),
        Object::View(view) => create_view(words, at, view),
    }
}

fn drop(words: Words<'_>, at: &Address, object: &Object) -> Result<String, RenderError> {
    let table = || words.table(&at.table_name().unwrap_or_else(|| at.qualified_name()));
    let name = || words.qualified(at.namespace.as_ref(), &at.name);
    Ok(match object {
        Object::Namespace(_) => format!("DROP SCHEMA {}", words.name(&at.name)?),
        Object::Extension(_) => format!("DROP EXTENSION {}", words.name(&at.name)?),
        Object::Enum(_) | Object::Composite(_) | Object::Range(_) => format!("DROP TYPE {}", name()?),
        Object::Domain(_) => format!("DROP DOMAIN {}", name()?),
        Object::Sequence(_) => format!("DROP SEQUENCE {}", name()?),
        Object::Table(_) => format!("DROP TABLE {}", name()?),
        Object::Column(_) => format!("ALTER TABLE {} DROP COLUMN {}", table()?, words.name(&at.name)?),
        Object::PrimaryKey(_)
        | Object::Unique(_)
        | Object::Check(_)
        | Object::ForeignKey(_)
        | Object::Exclusion(_) => {
            let constraint = constraint::name(at, object);
            format!("ALTER TABLE {} DROP CONSTRAINT {}", table()?, words.name(&constraint)?)
        }
        Object::Index(index) => {
            let concurrently = if index.concurrently.0 { "CONCURRENTLY " } else { "" };
            format!("DROP INDEX {concurrently}{}", name()?)
        }
        Object::View(view) => format!("DROP {} {}", view_word(view), name()?),
    })
}

fn insert(
    words: Words<'_>,
    table: &TableName,
    columns: &[Name],
    rows: &[Vec<Literal>],
) -> Result<Vec<String>, RenderError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = Vec::with_capacity(rows.len());
    for row in rows {
        if row.len() != columns.len() {
            let reason = format!("a row for {table} has {} values for {} columns", row.len(), columns.len());
            return Err(RenderError::Value { reason });
        }
        let cells: Vec<String> =
            row.iter().map(|literal| literal_sql(literal, words::TRUTH)).collect::<Result<_, _>>()?;
        values.push(format!("({})", cells.join(", ")));
    }
    let (into, columns) = (words.table(table)?, words.list(columns)?);
    let gap = if values.len() == 1 { " " } else { "\n    " };
    Ok(vec![format!("INSERT INTO {into} ({columns}) VALUES{gap}{}", values.join(&format!(",{gap}")))])
}

fn create_namespace(
    words: Words<'_>,
    at: &Address,
    namespace: &Namespace,
) -> Result<Vec<String>, RenderError> {
    let name = words.name(&at.name)?;
    let mut sql = vec![format!("CREATE SCHEMA {name}")];
    sql.extend(words::comment_if_any("SCHEMA", &name, namespace.comment.as_deref())?);
    Ok(sql)
}

fn create_extension(
    words: Words<'_>,
    at: &Address,
    extension: &Extension,
) -> Result<Vec<String>, RenderError> {
    let name = words.name(&at.name)?;
    let version = match &extension.version {
        Some(version) => format!(" VERSION {}", words::text(version)?),
        None => String::new(),
    };
    let schema = match &extension.namespace {
        Some(namespace) => format!(" SCHEMA {}", words.name(namespace)?),
        None => String::new(),
    };
    Ok(vec![format!("CREATE EXTENSION {name}{schema}{version}")])
}

fn create_enum(words: Words<'_>, at: &Address, object: &Enum) -> Result<Vec<String>, RenderError> {
    let name = words.qualified(at.namespace.as_ref(), &at.name)?;
    let values: Vec<String> =
        object.values.iter().map(|value| words::text(value)).collect::<Result<_, _>>()?;
    let mut sql = vec![format!("CREATE TYPE {name} AS ENUM ({})", values.join(", "))];
    sql.extend(words::comment_if_any("TYPE", &name, object.comment.as_deref())?);
    Ok(sql)
}

fn create_sequence(words: Words<'_>, at: &Address, sequence: &Sequence) -> Result<Vec<String>, RenderError> {
    let name = words.qualified(at.namespace.as_ref(), &at.name)?;
    let mut clauses = vec![format!("CREATE SEQUENCE {name} AS {}", words.ty(&sequence.ty))];
    clauses.extend(words::numbers(&sequence.options));
    if let Some(owner) = &sequence.owned_by {
        clauses.push(format!("OWNED BY {}", words.column(owner)?));
    }
    let mut sql = vec![clauses.join(" ")];
    sql.extend(words::comment_if_any("SEQUENCE", &name, sequence.comment.as_deref())?);
    Ok(sql)
}

fn create_view(words: Words<'_>, at: &Address, view: &View) -> Result<Vec<String>, RenderError> {
    let name = words.qualified(at.namespace.as_ref(), &at.name)?;
    let View { definition, is_materialized: _, options, comment, reads: _ } = view;
    let word = view_word(view);
    let clauses = format!(
        "{}{}{}",
        options::name_clause(words, "USING", options, "access_method")?,
        options::parameters(words, options)?
            .map(|parameters| format!(" WITH ({parameters})"))
            .unwrap_or_default(),
        options::name_clause(words, "TABLESPACE", options, "tablespace")?,
    );
    let query = definition.as_str().trim_end().trim_end_matches(';');
    let mut sql = vec![format!("CREATE {word} {name}{clauses} AS {query}")];
    sql.extend(words::comment_if_any(word, &name, comment.as_deref())?);
    Ok(sql)
}

fn view_word(view: &View) -> &'static str {
    if view.is_materialized { "MATERIALIZED VIEW" } else { "VIEW" }
}
