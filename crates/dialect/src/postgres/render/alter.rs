//! Alterations in place: one statement a facet, in an order that works.

use ambix_schema::{
    Address, Column, Enum, Expr, Facet, ForeignKey, Generated, Identity, IdentityMode, Index, Object,
    PrimaryKey, Sequence, Table, Type,
};

use super::column::{create_sequence, identity_clause, identity_mode, next_value};
use super::constraint;
use super::table::{parameter_name, storage};
use super::words::{Words, changed_numbers};
use crate::RenderError;
use crate::postgres::transition::additions;
use crate::postgres::{TITLE, types};

pub(super) fn alter(
    words: Words<'_>,
    at: &Address,
    from: &Object,
    to: &Object,
    using: Option<&Expr>,
) -> Result<Vec<String>, RenderError> {
    match (from, to) {
        (Object::Namespace(_), Object::Namespace(to)) => {
            Ok(vec![words.comment("SCHEMA", &words.name(&at.name)?, to.comment.as_deref())?])
        }
        (Object::Extension(_), Object::Extension(to)) => {
            let name = words.name(&at.name)?;
            let version = to.version.as_ref().map(|version| words.text(version)).transpose()?;
            let version = version.map(|version| format!(" TO {version}")).unwrap_or_default();
            Ok(vec![format!("ALTER EXTENSION {name} UPDATE{version}")])
        }
        (Object::Enum(from), Object::Enum(to)) => alter_enum(words, at, from, to),
        (Object::Sequence(from), Object::Sequence(to)) => alter_sequence(words, at, from, to),
        (Object::Table(from), Object::Table(to)) => alter_table(words, at, from, to),
        (Object::Column(from), Object::Column(to)) => alter_column(words, at, from, to, using),
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

fn alter_enum(words: Words<'_>, at: &Address, from: &Enum, to: &Enum) -> Result<Vec<String>, RenderError> {
    let name = words.qualified(at.namespace.as_ref(), &at.name)?;
    let Some(added) = additions(from, to) else {
        let reason = "cannot remove or reorder values of an enum in place; create a new type instead";
        return Err(RenderError::unsupported(TITLE, reason, at));
    };
    let mut sql = Vec::new();
    for place in added {
        let value = words.text(&to.values[place])?;
        let is_last = to.values[place..].iter().all(|value| !from.values.contains(value));
        let beside = if is_last {
            String::new()
        } else if let Some(before) = place.checked_sub(1).and_then(|before| to.values.get(before)) {
            format!(" AFTER {}", words.text(before)?)
        } else {
            let next = to.values.iter().find(|value| from.values.contains(value));
            next.map(|next| words.text(next))
                .transpose()?
                .map_or_else(String::new, |next| format!(" BEFORE {next}"))
        };
        sql.push(format!("ALTER TYPE {name} ADD VALUE {value}{beside}"));
    }
    if from.comment != to.comment {
        sql.push(words.comment("TYPE", &name, to.comment.as_deref())?);
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
        sql.push(words.comment("TABLE", &table, to.comment.as_deref())?);
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
        sql.push(words.comment("INDEX", &name, to.comment.as_deref())?);
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

/// A column's alteration under way.
struct Alteration<'a> {
    words: Words<'a>,
    at: &'a Address,
    /// `ALTER TABLE … ALTER COLUMN …`.
    alter: String,
    table: String,
    sql: Vec<String>,
}

fn alter_column(
    words: Words<'_>,
    at: &Address,
    from: &Column,
    to: &Column,
    using: Option<&Expr>,
) -> Result<Vec<String>, RenderError> {
    let table = table_of(words, at)?;
    let alter = format!("ALTER TABLE {table} ALTER COLUMN {}", words.name(&at.name)?);
    let mut alteration = Alteration { words, at, alter, table, sql: Vec::new() };
    // Position is never compared, because no server moves a column.
    let Column { ty, is_nullable, default, identity, generated, collation, comment, position: _ } = to;
    let is_retyped = from.ty != *ty || from.collation != *collation;
    let keeps_form = match (&from.identity, identity) {
        (Some(before), Some(after)) => is_identity(before) == is_identity(after),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };

    alteration.generated(from.generated.as_ref(), generated.as_ref())?;
    if let Some(before) = from.identity.as_ref().filter(|_| !keeps_form) {
        alteration.stop_numbering(before)?;
    }
    // The server casts a default along with its column only where a plain assignment would do.
    let takes_default_off = from.default.is_some() && (is_retyped || default.is_none() || !keeps_form);
    if takes_default_off {
        alteration.push("DROP DEFAULT");
    }
    if is_retyped {
        alteration.retype(from, to, using)?;
    }
    if let Some(default) = default.as_ref().filter(|_| takes_default_off || from.default != *default) {
        let value = words.default(default)?;
        alteration.push(&format!("SET DEFAULT {value}"));
    }
    if from.is_nullable != *is_nullable {
        alteration.push(if *is_nullable { "DROP NOT NULL" } else { "SET NOT NULL" });
    }
    match (&from.identity, identity) {
        (Some(before), Some(after)) if keeps_form && is_identity(after) => {
            alteration.renumber(before, after);
        }
        (Some(before), Some(after)) if keeps_form => {
            alteration.alter_sequence(before, after, from.ty != to.ty, to)?;
        }
        (_, Some(after)) if !keeps_form => alteration.start_numbering(to, after)?,
        (_, _) => {}
    }
    if from.comment != *comment {
        let sql = words.comment("COLUMN", &words.column(at)?, comment.as_deref())?;
        alteration.sql.push(sql);
    }
    Ok(alteration.sql)
}

impl Alteration<'_> {
    fn push(&mut self, action: &str) {
        self.sql.push(format!("{} {action}", self.alter));
    }

    fn unsupported(&self, reason: &str) -> RenderError {
        RenderError::unsupported(TITLE, reason, self.at)
    }

    fn generated(&mut self, from: Option<&Generated>, to: Option<&Generated>) -> Result<(), RenderError> {
        let features = self.words.postgres.features;
        match (from, to) {
            (before, after) if before == after => {}
            (Some(_), None) if features.drops_expression => self.push("DROP EXPRESSION"),
            (Some(_), None) => {
                return Err(self.unsupported("keeps a generated column generated before version 13"));
            }
            (Some(before), Some(after))
                if features.sets_expression && before.is_stored && after.is_stored =>
            {
                self.push(&format!("SET EXPRESSION AS ({})", after.expr.as_str()));
            }
            (_, _) => {
                return Err(
                    self.unsupported("cannot change a generated column in place; drop it and create it")
                );
            }
        }
        Ok(())
    }

    fn retype(&mut self, from: &Column, to: &Column, using: Option<&Expr>) -> Result<(), RenderError> {
        let mut action = format!("TYPE {}", self.words.ty(&to.ty));
        match (&from.collation, &to.collation) {
            (_, Some(collation)) => {
                action.push_str(&format!(" COLLATE {}", self.words.collation(collation)?));
            }
            (Some(_), None) => action.push_str(" COLLATE pg_catalog.\"default\""),
            (None, None) => {}
        }
        if let Some(using) = using {
            action.push_str(&format!(" USING {}", using.as_str()));
        } else if from.ty != to.ty && !is_assignable(&from.ty, &to.ty) {
            let name = self.words.name(&self.at.name)?;
            let through = if from.ty.enum_name().is_some() && to.ty.enum_name().is_some() {
                if matches!(from.ty, Type::Array(_)) { "::text[]" } else { "::text" }
            } else {
                ""
            };
            action.push_str(&format!(" USING {name}{through}::{}", self.words.ty(&to.ty)));
        }
        self.push(&action);
        Ok(())
    }

    fn stop_numbering(&mut self, before: &Identity) -> Result<(), RenderError> {
        if is_identity(before) {
            self.push("DROP IDENTITY");
            return Ok(());
        }
        // The sequence cannot go while the default needs it.
        self.push("DROP DEFAULT");
        self.with_sequence("DROP SEQUENCE ", "")
    }

    /// Runs a statement about the column's own sequence, whose name the catalog alone knows.
    fn with_sequence(&mut self, before: &str, after: &str) -> Result<(), RenderError> {
        let (table, column) = (self.words.text(&self.table)?, self.words.text(self.at.name.as_str())?);
        let name = format!("pg_get_serial_sequence({table}, {column})");
        let tail = if after.is_empty() { String::new() } else { format!(" || {}", self.words.text(after)?) };
        let body = format!("BEGIN EXECUTE {} || {name}{tail}; END", self.words.text(before)?);
        let tag = dollar_tag(&body);
        self.sql.push(format!("DO {tag} {body} {tag}"));
        Ok(())
    }

    fn alter_sequence(
        &mut self,
        from: &Identity,
        to: &Identity,
        is_retyped: bool,
        column: &Column,
    ) -> Result<(), RenderError> {
        let mut clauses = Vec::new();
        if is_retyped {
            clauses.push(format!("AS {}", self.words.counter(column)));
        }
        clauses.extend(changed_numbers(&from.options, &to.options));
        if clauses.is_empty() {
            return Ok(());
        }
        self.with_sequence("ALTER SEQUENCE ", &format!(" {}", clauses.join(" ")))
    }

    fn start_numbering(&mut self, column: &Column, after: &Identity) -> Result<(), RenderError> {
        if is_identity(after) {
            self.push(&format!("ADD {}", identity_clause(after)));
        } else {
            self.sql.push(create_sequence(self.words, self.at, column, &after.options)?);
            let sequence =
                self.words.qualified(self.at.namespace.as_ref(), &self.words.serial_sequence(self.at))?;
            self.sql.push(format!("ALTER SEQUENCE {sequence} OWNED BY {}", self.words.column(self.at)?));
            let next = next_value(self.words, self.at)?;
            self.push(&format!("SET DEFAULT {next}"));
        }
        self.go_on_from_the_last(after)
    }

    /// Numbers that are taken already are not handed out again.
    fn go_on_from_the_last(&mut self, after: &Identity) -> Result<(), RenderError> {
        let name = self.words.name(&self.at.name)?;
        let table = self.words.text(&self.table)?;
        let column = self.words.text(self.at.name.as_str())?;
        let step = after.options.increment.unwrap_or(1);
        let extreme = if step > 0 { "max" } else { "min" };
        self.sql.push(format!(
            "SELECT setval(pg_get_serial_sequence({table}, {column}), {extreme}({name})) FROM {} HAVING count({name}) > 0",
            self.table
        ));
        Ok(())
    }

    fn renumber(&mut self, from: &Identity, to: &Identity) {
        let mut actions = Vec::new();
        if identity_mode(from.mode) != identity_mode(to.mode) {
            actions.push(format!("SET GENERATED {}", identity_mode(to.mode)));
        }
        actions.extend(
            changed_numbers(&from.options, &to.options).into_iter().map(|clause| format!("SET {clause}")),
        );
        if !actions.is_empty() {
            self.push(&actions.join(" "));
        }
    }
}

fn is_identity(identity: &Identity) -> bool {
    identity.mode != IdentityMode::Serial
}

/// A dollar quote that the text does not hold.
fn dollar_tag(body: &str) -> String {
    let mut tag = "$$".to_owned();
    let mut number = 0u32;
    while body.contains(&tag) {
        number += 1;
        tag = format!("$ambix{number}$");
    }
    tag
}

/// Whether the server casts a column's values by itself, as it does in an assignment.
fn is_assignable(from: &Type, to: &Type) -> bool {
    let (from, to) = (types::stored(from.clone()), types::stored(to.clone()));
    let is_number =
        |ty: &Type| ty.is_integer() || matches!(ty, Type::Decimal { .. } | Type::Real | Type::Double);
    let is_text = |ty: &Type| matches!(ty, Type::Text | Type::Varchar { .. } | Type::Char { .. });
    let is_time = |ty: &Type| matches!(ty, Type::Date | Type::Timestamp { .. });
    let is_clock = |ty: &Type| matches!(ty, Type::Time { .. });
    match (&from, &to) {
        (from, to) if is_text(to) => !matches!(from, Type::Bytes),
        (from, to) if is_number(from) && is_number(to) => true,
        (from, to) if is_time(from) && is_time(to) => true,
        (Type::Timestamp { .. }, Type::Time { .. })
        | (Type::Interval, Type::Time { has_zone: false, .. }) => true,
        (Type::Json, Type::Jsonb)
        | (Type::Jsonb, Type::Json)
        | (Type::Cidr, Type::Inet)
        | (Type::Inet, Type::Cidr) => true,
        (Type::Array(from), Type::Array(to)) => is_assignable(from, to),
        (from, to) => (is_clock(from) && is_clock(to)) || from == to,
    }
}
