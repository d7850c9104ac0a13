//! Keys and constraints as they stand in CREATE TABLE and behind ADD.

use ambix_schema::{Action, Address, Check, ForeignKey, Name, Object, PrimaryKey, Unique};

use super::index::options;
use super::{Ctx, comment};
use crate::RenderError;
use crate::mysql::{order_option, prefix_option, words};

/// `PRIMARY KEY (…)`, `UNIQUE KEY … (…)`, `CONSTRAINT … CHECK (…)`, `CONSTRAINT … FOREIGN KEY (…) …`.
pub(super) fn definition(ctx: Ctx<'_>, at: &Address, object: &Object) -> Result<String, RenderError> {
    ctx.refuse(at, object)?;
    match object {
        Object::PrimaryKey(key) => primary_key(key),
        Object::Unique(key) => unique(at, key),
        Object::Check(check) => check_clause(at, check),
        Object::ForeignKey(key) => foreign_key(ctx, at, key),
        Object::Namespace(_)
        | Object::Extension(_)
        | Object::Domain(_)
        | Object::Composite(_)
        | Object::Range(_)
        | Object::Enum(_)
        | Object::Sequence(_)
        | Object::Table(_)
        | Object::Column(_)
        | Object::Exclusion(_)
        | Object::Index(_)
        | Object::View(_) => Err(ctx.unsupported("has no such constraint", at)),
    }
}

fn primary_key(key: &PrimaryKey) -> Result<String, RenderError> {
    let PrimaryKey { name: _, columns, include: _, deferrable: _, options, comment: text } = key;
    let column = |name: &Name| {
        let prefix =
            options.get(&prefix_option(name)).map(|length| format!("({length})")).unwrap_or_default();
        let order = if options.contains_key(&order_option(name)) { " DESC" } else { "" };
        Ok(format!("{}{prefix}{order}", words::quoted(name)?))
    };
    let columns: Vec<String> = columns.iter().map(column).collect::<Result<_, RenderError>>()?;
    let mut clauses = vec![format!("PRIMARY KEY ({})", columns.join(", "))];
    clauses.extend(comment(text.as_ref())?);
    Ok(clauses.join(" "))
}

fn unique(at: &Address, key: &Unique) -> Result<String, RenderError> {
    let Unique {
        columns,
        include: _,
        nulls_not_distinct: _,
        deferrable: _,
        options: settings,
        comment: text,
    } = key;
    let mut clauses = vec![format!("UNIQUE KEY {} ({})", words::quoted(&at.name)?, words::list(columns)?)];
    clauses.extend(comment(text.as_ref())?);
    clauses.extend(options(settings));
    Ok(clauses.join(" "))
}

fn check_clause(at: &Address, check: &Check) -> Result<String, RenderError> {
    let Check { expr, is_validated: _, no_inherit: _, is_enforced, comment: _ } = check;
    let enforced = if *is_enforced { "" } else { " NOT ENFORCED" };
    Ok(format!("CONSTRAINT {} CHECK ({}){enforced}", words::quoted(&at.name)?, expr.as_str()))
}

fn foreign_key(ctx: Ctx<'_>, at: &Address, key: &ForeignKey) -> Result<String, RenderError> {
    let ForeignKey {
        columns,
        references: (table, referenced),
        on_delete,
        on_update,
        match_type: _,
        deferrable: _,
        is_validated: _,
        is_enforced: _,
        comment: _,
    } = key;
    let mut clauses = vec![format!(
        "CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} ({})",
        words::quoted(&at.name)?,
        words::list(columns)?,
        ctx.qualified(table)?,
        words::list(referenced)?,
    )];
    for (event, action) in [("DELETE", on_delete), ("UPDATE", on_update)] {
        let action = match action {
            Action::NoAction => continue,
            Action::Restrict => "RESTRICT",
            Action::Cascade => "CASCADE",
            Action::SetNull(_) => "SET NULL",
            Action::SetDefault(_) => "SET DEFAULT",
        };
        clauses.push(format!("ON {event} {action}"));
    }
    Ok(clauses.join(" "))
}
