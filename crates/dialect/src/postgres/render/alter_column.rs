//! A column altered in place: one statement a facet, in an order that works.

use ambix_schema::{Address, Column, Expr, Generated, Identity, IdentityMode, Type};

use super::column::{create_sequence, identity_clause, identity_mode, is_inherited, next_value};
use super::options;
use super::words::{self, Words, changed_numbers};
use crate::RenderError;
use crate::postgres::{TITLE, types};

/// A column's alteration under way.
struct Alteration<'a> {
    words: Words<'a>,
    at: &'a Address,
    /// `ALTER TABLE … ALTER COLUMN …`.
    alter: String,
    table: String,
    sql: Vec<String>,
}

/// The statements that take a column from one definition to another.
pub(super) fn alter(
    words: Words<'_>,
    at: &Address,
    from: &Column,
    to: &Column,
    using: Option<&Expr>,
) -> Result<Vec<String>, RenderError> {
    let table = words.table(&at.table_name().unwrap_or_else(|| at.qualified_name()))?;
    let action = format!("ALTER TABLE {table} ALTER COLUMN {}", words.name(&at.name)?);
    let mut work = Alteration { words, at, alter: action, table, sql: Vec::new() };
    // Position is never compared, because no server moves a column.
    let Column {
        ty,
        is_nullable,
        default,
        identity,
        generated,
        collation,
        on_update: _,
        options,
        comment,
        position: _,
    } = to;
    if is_inherited(from) && is_inherited(to) {
        // What changes about it changes with the parent's column, but for what each table says for itself.
        work.sql.extend(options::alter_column(words, at, ty, &from.options, options)?);
        if from.comment != *comment {
            work.sql.push(words::comment("COLUMN", &words.column(at)?, comment.as_deref())?);
        }
        return Ok(work.sql);
    }
    let is_retyped = from.ty != *ty || from.collation != *collation;
    let keeps_form = match (&from.identity, identity) {
        (Some(before), Some(after)) => is_identity(before) == is_identity(after),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };

    work.generated(from.generated.as_ref(), generated.as_ref())?;
    if let Some(before) = from.identity.as_ref().filter(|_| !keeps_form) {
        work.stop_numbering(before)?;
    }
    // The server casts a default along with its column only where a plain assignment would do.
    let takes_default_off = from.default.is_some() && (is_retyped || default.is_none() || !keeps_form);
    if takes_default_off {
        work.push("DROP DEFAULT");
    }
    if is_retyped {
        work.retype(from, to, using)?;
    }
    if let Some(default) = default.as_ref().filter(|_| takes_default_off || from.default != *default) {
        let value = words::default(default)?;
        work.push(&format!("SET DEFAULT {value}"));
    }
    if from.is_nullable != *is_nullable {
        work.push(if *is_nullable { "DROP NOT NULL" } else { "SET NOT NULL" });
    }
    match (&from.identity, identity) {
        (Some(before), Some(after)) if keeps_form && is_identity(after) => {
            work.renumber(before, after);
        }
        (Some(before), Some(after)) if keeps_form => {
            work.alter_sequence(before, after, from.ty != to.ty, to)?;
        }
        (_, Some(after)) if !keeps_form => work.start_numbering(to, after)?,
        (_, _) => {}
    }
    work.sql.extend(options::alter_column(words, at, ty, &from.options, options)?);
    if from.comment != *comment {
        let sql = words::comment("COLUMN", &words.column(at)?, comment.as_deref())?;
        work.sql.push(sql);
    }
    Ok(work.sql)
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
        let mut action = vec![format!("TYPE {}", self.words.ty(&to.ty))];
        match (&from.collation, &to.collation) {
            (_, Some(collation)) => action.push(format!("COLLATE {}", self.words.collation(collation)?)),
            (Some(_), None) => action.push("COLLATE pg_catalog.\"default\"".into()),
            (None, None) => {}
        }
        if let Some(using) = using {
            action.push(format!("USING {}", using.as_str()));
        } else if from.ty != to.ty && !is_assignable(&from.ty, &to.ty) {
            let name = self.words.name(&self.at.name)?;
            let through = if from.ty.enum_name().is_some() && to.ty.enum_name().is_some() {
                if matches!(from.ty, Type::Array(_)) { "::text[]" } else { "::text" }
            } else {
                ""
            };
            action.push(format!("USING {name}{through}::{}", self.words.ty(&to.ty)));
        }
        self.push(&action.join(" "));
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
        let (table, column) = (words::text(&self.table)?, words::text(self.at.name.as_str())?);
        let name = format!("pg_get_serial_sequence({table}, {column})");
        let tail = if after.is_empty() { String::new() } else { format!(" || {}", words::text(after)?) };
        let body = format!("BEGIN EXECUTE {} || {name}{tail}; END", words::text(before)?);
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
        let (counter, other) =
            (self.words.counter(column, &to.options), self.words.counter(column, &from.options));
        if is_retyped || counter != other {
            clauses.push(format!("AS {counter}"));
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
            self.sql.push(create_sequence(self.words, self.at, column, after)?);
            let sequence = self.words.serial_sequence(self.at, after)?;
            self.sql.push(format!("ALTER SEQUENCE {sequence} OWNED BY {}", self.words.column(self.at)?));
            let next = next_value(self.words, self.at, after)?;
            self.push(&format!("SET DEFAULT {next}"));
        }
        self.go_on_from_the_last(after)
    }

    /// Numbers that are taken already are not handed out again.
    fn go_on_from_the_last(&mut self, after: &Identity) -> Result<(), RenderError> {
        let name = self.words.name(&self.at.name)?;
        let table = words::text(&self.table)?;
        let column = words::text(self.at.name.as_str())?;
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
    let is_number: fn(&Type) -> bool =
        |ty| ty.is_integer() || matches!(ty, Type::Decimal { .. } | Type::Real | Type::Double);
    let is_text = |ty: &Type| matches!(ty, Type::Text | Type::Varchar { .. } | Type::Char { .. });
    let is_time: fn(&Type) -> bool = |ty| matches!(ty, Type::Date | Type::Timestamp { .. });
    let is_clock: fn(&Type) -> bool = |ty| matches!(ty, Type::Time { .. });
    match (&from, &to) {
        (from, to) if is_text(to) => !matches!(from, Type::Bytes),
        (Type::Array(from), Type::Array(to)) => is_assignable(from, to),
        (Type::Timestamp { .. }, Type::Time { .. })
        | (Type::Interval, Type::Time { has_zone: false, .. })
        | (Type::Json, Type::Jsonb)
        | (Type::Jsonb, Type::Json)
        | (Type::Cidr, Type::Inet)
        | (Type::Inet, Type::Cidr) => true,
        (from, to) => [is_number, is_time, is_clock].iter().any(|is| is(from) && is(to)) || from == to,
    }
}
