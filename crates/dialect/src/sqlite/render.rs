//! Statements as SQLite's SQL.

use ambix_schema::{
    Action, Address, Check, Column, ColumnDefault, Deferrable, ForeignKey, Identity, IdentityMode, Index,
    IndexKey, IndexSubject, Kind, Literal, MatchType, Name, Object, PrimaryKey, TableName, Unique, View,
};

use super::canonical::{is_strict, is_without_rowid};
use super::ddl::{is_bytes, is_call};
use super::options::{self, Options};
use super::{TITLE, rebuild, refusal, types};
use crate::literal::literal_sql;
use crate::sql_writer::checked_identifier;
use crate::{RenderError, Statement, TableImage, keywords};

/// The SQL of one statement, one entry per statement the server is sent.
pub(super) fn statement(statement: &Statement) -> Result<Vec<String>, RenderError> {
    match statement {
        Statement::CreateTable(image) => Ok(vec![create_table(image, &image.name)?]),
        Statement::RebuildTable { before, after, copied, keep } => {
            rebuild::rebuild_table(before, after, copied, keep)
        }
        Statement::Create { at, object } => create(at, object),
        Statement::Drop { at, object } => drop_object(at, object),
        Statement::Alter { at, from: _, to, using: _ } => {
            refuse(at, to)?;
            Err(needs_rebuild("alter", at))
        }
        Statement::AlterTable { parts, .. } => {
            let parts: Vec<Vec<String>> = parts.iter().map(self::statement).collect::<Result<_, _>>()?;
            Ok(parts.concat())
        }
        Statement::Rename { from, to } => rename(from, to),
        Statement::Insert { table, columns, rows } => insert(table, columns, rows),
        Statement::Sql(text) => Ok(vec![text.trim().trim_end_matches(';').trim_end().to_owned()]),
    }
}

/// A name as an identifier, in double quotes where it needs them.
pub(super) fn quote(name: &Name) -> Result<String, RenderError> {
    // No keywords, and yet SQLite reads them as values where no column has that name.
    if ["true", "false"].contains(&name.as_str()) {
        return Ok(format!("\"{}\"", name.as_str()));
    }
    checked_identifier(name, keywords::SQLITE, None)
}

/// The name of a table, or of what lives beside one.
pub(super) fn qualified(name: &TableName) -> Result<String, RenderError> {
    match &name.namespace {
        Some(namespace) if namespace.as_str() != super::NAMESPACE => {
            Err(RenderError::unsupported(TITLE, "has no schemas", &Address::table(name)))
        }
        Some(_) | None => quote(&name.name),
    }
}

/// Names in parentheses.
pub(super) fn list(names: &[Name]) -> Result<String, RenderError> {
    let names: Vec<String> = names.iter().map(quote).collect::<Result<_, _>>()?;
    Ok(format!("({})", names.join(", ")))
}

/// CREATE TABLE of an image under a name of the caller's choice.
pub(super) fn create_table(image: &TableImage, name: &TableName) -> Result<String, RenderError> {
    let TableImage { name: own, table, columns, constraints, indexes: _ } = image;
    let at = Address::table(own);
    refuse(&at, &table.clone().into())?;
    if columns.is_empty() {
        return Err(RenderError::unsupported(TITLE, "has no tables without columns", &at));
    }
    // The key of a single whole number stands at its column: there alone can it say AUTOINCREMENT, and
    // there alone does DESC mean that it is no number of the row.
    let own_key = constraints.iter().find_map(|(_, object)| object.as_primary_key());
    let rowid = whole_number_key(image);
    let mut lines = Vec::new();
    for (name, column) in columns {
        let at = Address::column(own, name);
        let key = own_key.filter(|_| rowid == Some(name));
        lines.push(column_definition(&at, column, is_strict(table), key)?);
    }
    for (at, object) in constraints {
        if at.kind != Kind::PrimaryKey || rowid.is_none() {
            lines.push(constraint(at, object)?);
        }
    }
    let options: Vec<&str> = [(is_strict(table), "STRICT"), (is_without_rowid(table), "WITHOUT ROWID")]
        .into_iter()
        .filter_map(|(is_on, words)| is_on.then_some(words))
        .collect();
    let tail = if options.is_empty() { String::new() } else { format!(" {}", options.join(", ")) };
    Ok(format!("CREATE TABLE {} (\n    {}\n){tail}", qualified(name)?, lines.join(",\n    ")))
}

/// The column that is another name of the row's number: the only key column, declared INTEGER.
pub(super) fn rowid_column(image: &TableImage) -> Option<&Name> {
    let key = image.constraints.iter().find_map(|(_, object)| object.as_primary_key())?;
    whole_number_key(image).filter(|_| !options::is_descending(&key.options, 1))
}

/// The only column of the primary key, if it is declared INTEGER in a table whose rows are numbered.
fn whole_number_key(image: &TableImage) -> Option<&Name> {
    let [name] = image.primary_key() else { return None };
    let (name, column) = image.columns.iter().find(|(own, _)| own == name)?;
    let is_integer = types::words_of(column, is_strict(&image.table)).is_ok_and(|words| words == "INTEGER");
    let is_rowid = is_integer && column.generated.is_none() && !is_without_rowid(&image.table);
    is_rowid.then_some(name)
}

/// Whether a column is the one that numbers rows without ever giving a number twice.
pub(super) fn is_auto_increment(column: &Column) -> bool {
    match &column.identity {
        Some(Identity { mode: IdentityMode::RowId, .. }) | None => false,
        Some(Identity {
            mode: IdentityMode::Auto | IdentityMode::Always | IdentityMode::ByDefault | IdentityMode::Serial,
            ..
        }) => true,
    }
}

/// CREATE INDEX.
pub(super) fn create_index(at: &Address, index: &Index) -> Result<String, RenderError> {
    refuse(at, &index.clone().into())?;
    let table = at
        .table_name()
        .ok_or_else(|| RenderError::unsupported(TITLE, "cannot index what is in no table", at))?;
    let unique = if index.is_unique { "UNIQUE " } else { "" };
    let keys: Vec<String> = index.keys.iter().map(index_key).collect::<Result<_, _>>()?;
    let predicate =
        index.predicate.as_ref().map(|expr| format!(" WHERE {}", expr.as_str())).unwrap_or_default();
    Ok(format!(
        "CREATE {unique}INDEX {} ON {} ({}){predicate}",
        quote(&at.name)?,
        qualified(&table)?,
        keys.join(", ")
    ))
}

fn refuse(at: &Address, object: &Object) -> Result<(), RenderError> {
    match refusal::refusal(at, object) {
        Some(reason) => Err(RenderError::unsupported(TITLE, reason, at)),
        None => Ok(()),
    }
}

fn needs_rebuild(verb: &str, at: &Address) -> RenderError {
    RenderError::unsupported(TITLE, format!("cannot {verb} this in place, only by rebuilding the table"), at)
}

fn column_definition(
    at: &Address,
    column: &Column,
    is_strict: bool,
    key: Option<&PrimaryKey>,
) -> Result<String, RenderError> {
    refuse(at, &column.clone().into())?;
    let unsupported = |reason: String| RenderError::unsupported(TITLE, reason, at);
    let mut words = vec![quote(&at.name)?, types::words_of(column, is_strict).map_err(unsupported)?];
    words.retain(|word| !word.is_empty());
    if let Some(key) = key {
        let order = if options::is_descending(&key.options, 1) { " DESC" } else { "" };
        words.push(format!("{}PRIMARY KEY{order}{}", key_name(key)?, options::conflict_clause(&key.options)));
    }
    if is_auto_increment(column) {
        if key.is_none() {
            let reason = "can number only the one INTEGER column of a primary key, in a table with rowids";
            return Err(unsupported(reason.into()));
        }
        words.push("AUTOINCREMENT".into());
    }
    if let Some(collation) = &column.collation {
        words.push(format!("COLLATE {}", collation_name(collation)?));
    }
    let is_rowid = key.is_some_and(|key| !options::is_descending(&key.options, 1));
    if !column.is_nullable && !is_rowid && !column.options.contains_key(options::NULL) {
        words.push(format!("NOT NULL{}", options::conflict_clause(&column.options)));
    }
    match &column.default {
        None => {}
        Some(ColumnDefault::Literal(value)) => words.push(format!("DEFAULT {}", literal(value)?)),
        Some(ColumnDefault::Sql(expr)) => {
            words.push(format!("DEFAULT {}", default_expression(expr.as_str())));
        }
    }
    if let Some(generated) = &column.generated {
        let kept = if generated.is_stored { "STORED" } else { "VIRTUAL" };
        words.push(format!("GENERATED ALWAYS AS ({}) {kept}", generated.expr.as_str()));
    }
    Ok(words.join(" "))
}

fn literal(value: &Literal) -> Result<String, RenderError> {
    literal_sql(value, ["TRUE", "FALSE"])
}

/// The words for the clock and bytes stand as they are; all other expressions need parentheses.
fn default_expression(text: &str) -> String {
    if is_bytes(text) {
        return text.trim().to_owned();
    }
    let is_clock = ["CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME"]
        .iter()
        .any(|word| text.trim().eq_ignore_ascii_case(word));
    if is_clock { text.trim().to_owned() } else { format!("({text})") }
}

fn collation_name(name: &str) -> Result<String, RenderError> {
    let is_plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && keywords::SQLITE.binary_search(&name.to_ascii_lowercase().as_str()).is_err();
    if is_plain { Ok(name.to_owned()) } else { quote(&Name::from(name)) }
}

fn constraint(at: &Address, object: &Object) -> Result<String, RenderError> {
    refuse(at, object)?;
    let name = match object {
        Object::PrimaryKey(key) => key_name(key)?,
        Object::Unique(_)
        | Object::Check(_)
        | Object::ForeignKey(_)
        | Object::Namespace(_)
        | Object::Extension(_)
        | Object::Enum(_)
        | Object::Domain(_)
        | Object::Composite(_)
        | Object::Range(_)
        | Object::Sequence(_)
        | Object::Table(_)
        | Object::Column(_)
        | Object::Exclusion(_)
        | Object::Index(_)
        | Object::View(_) => format!("CONSTRAINT {} ", quote(&at.name)?),
    };
    let rule = match object {
        Object::PrimaryKey(PrimaryKey { columns, options, .. }) => {
            format!("PRIMARY KEY {}", key_columns(columns, options)?)
        }
        Object::Unique(Unique { columns, options, .. }) => {
            format!("UNIQUE {}", key_columns(columns, options)?)
        }
        Object::Check(Check { expr, .. }) => format!("CHECK ({})", expr.as_str()),
        Object::ForeignKey(key) => format!("FOREIGN KEY {} {}", list(&key.columns)?, references(key)?),
        Object::Namespace(_)
        | Object::Extension(_)
        | Object::Enum(_)
        | Object::Domain(_)
        | Object::Composite(_)
        | Object::Range(_)
        | Object::Sequence(_)
        | Object::Table(_)
        | Object::Column(_)
        | Object::Exclusion(_)
        | Object::Index(_)
        | Object::View(_) => {
            return Err(RenderError::unsupported(TITLE, "cannot hold this inside CREATE TABLE", at));
        }
    };
    Ok(format!("{name}{rule}"))
}

/// `CONSTRAINT name ` of a primary key that has one.
fn key_name(key: &PrimaryKey) -> Result<String, RenderError> {
    let option = key.options.get(options::NAME).map(|name| Name::from(name.as_str()));
    match key.name.as_ref().or(option.as_ref()) {
        Some(name) => Ok(format!("CONSTRAINT {} ", quote(name)?)),
        None => Ok(String::new()),
    }
}

/// The columns of a key with their collations and order, and what happens when it is taken.
fn key_columns(columns: &[Name], all: &Options) -> Result<String, RenderError> {
    let mut keys = Vec::new();
    for (place, name) in (1..).zip(columns) {
        let collation = match all.get(&options::collate(place)) {
            Some(collation) => format!(" COLLATE {}", collation_name(collation)?),
            None => String::new(),
        };
        let order = if options::is_descending(all, place) { " DESC" } else { "" };
        keys.push(format!("{}{collation}{order}", quote(name)?));
    }
    Ok(format!("({}){}", keys.join(", "), options::conflict_clause(all)))
}

fn references(key: &ForeignKey) -> Result<String, RenderError> {
    let ForeignKey {
        columns: _,
        references: (table, referenced),
        on_delete,
        on_update,
        match_type,
        deferrable,
        is_validated: _,
        is_enforced: _,
        comment: _,
    } = key;
    let mut words = vec![format!("REFERENCES {}", qualified(table)?)];
    if !referenced.is_empty() {
        words.push(list(referenced)?);
    }
    for (event, action) in [("DELETE", on_delete), ("UPDATE", on_update)] {
        let action = match action {
            Action::NoAction => continue,
            Action::Restrict => "RESTRICT",
            Action::Cascade => "CASCADE",
            Action::SetNull(_) => "SET NULL",
            Action::SetDefault(_) => "SET DEFAULT",
        };
        words.push(format!("ON {event} {action}"));
    }
    match match_type {
        MatchType::Simple => {}
        MatchType::Full => words.push("MATCH FULL".into()),
        MatchType::Partial => words.push("MATCH PARTIAL".into()),
    }
    match deferrable {
        Deferrable::No => {}
        Deferrable::InitiallyImmediate => words.push("DEFERRABLE INITIALLY IMMEDIATE".into()),
        Deferrable::InitiallyDeferred => words.push("DEFERRABLE INITIALLY DEFERRED".into()),
    }
    Ok(words.join(" "))
}

fn index_key(key: &IndexKey) -> Result<String, RenderError> {
    let subject = match &key.subject {
        IndexSubject::Column(name) => quote(name)?,
        IndexSubject::Expr(expr) if is_call(expr.as_str()) => expr.as_str().to_owned(),
        IndexSubject::Expr(expr) => format!("({})", expr.as_str()),
    };
    let collation = match &key.collation {
        Some(collation) => format!(" COLLATE {}", collation_name(collation)?),
        None => String::new(),
    };
    Ok(format!("{subject}{collation}{}", if key.is_descending { " DESC" } else { "" }))
}

/// A column put at the end of its table, with constraints that are about it alone.
pub(super) fn added_column(
    at: &Address,
    column: &Column,
    constraints: &[&(Address, Object)],
) -> Result<String, RenderError> {
    let mut words = vec![column_definition(at, column, false, None)?];
    for (own, object) in constraints {
        let rule = match (object.as_foreign_key(), object.as_check()) {
            (Some(key), _) => references(key)?,
            (None, Some(check)) => format!("CHECK ({})", check.expr.as_str()),
            (None, None) => return Err(needs_rebuild("add", own)),
        };
        words.push(format!("CONSTRAINT {} {rule}", quote(&own.name)?));
    }
    Ok(format!("ALTER TABLE {} ADD COLUMN {}", owner(at)?, words.join(" ")))
}

fn create(at: &Address, object: &Object) -> Result<Vec<String>, RenderError> {
    refuse(at, object)?;
    match object {
        Object::Column(column) => Ok(vec![added_column(at, column, &[])?]),
        Object::Index(index) => Ok(vec![create_index(at, index)?]),
        Object::View(View { definition, is_materialized: _, options: _, comment: _, reads: _ }) => {
            Ok(vec![format!("CREATE VIEW {} AS {}", qualified(&at.qualified_name())?, definition.as_str())])
        }
        // Nothing stands for them, so nothing is done; a column of the type is a text.
        Object::Enum(_) => Ok(Vec::new()),
        Object::PrimaryKey(_)
        | Object::Unique(_)
        | Object::Check(_)
        | Object::ForeignKey(_)
        | Object::Exclusion(_) => Err(needs_rebuild("add", at)),
        Object::Table(_) => Err(RenderError::unsupported(TITLE, "has no tables without columns", at)),
        Object::Namespace(_)
        | Object::Extension(_)
        | Object::Domain(_)
        | Object::Composite(_)
        | Object::Range(_)
        | Object::Sequence(_) => Err(RenderError::unsupported(TITLE, "has no such object", at)),
    }
}

fn drop_object(at: &Address, object: &Object) -> Result<Vec<String>, RenderError> {
    let name = || qualified(&at.qualified_name());
    match object {
        Object::Table(_) => Ok(vec![format!("DROP TABLE {}", name()?)]),
        Object::Index(_) => Ok(vec![format!("DROP INDEX {}", quote(&at.name)?)]),
        Object::View(_) => Ok(vec![format!("DROP VIEW {}", name()?)]),
        Object::Enum(_) => Ok(Vec::new()),
        Object::Column(_)
        | Object::PrimaryKey(_)
        | Object::Unique(_)
        | Object::Check(_)
        | Object::ForeignKey(_)
        | Object::Exclusion(_) => Err(needs_rebuild("drop", at)),
        Object::Namespace(_)
        | Object::Extension(_)
        | Object::Domain(_)
        | Object::Composite(_)
        | Object::Range(_)
        | Object::Sequence(_) => {
            refuse(at, object)?;
            Err(RenderError::unsupported(TITLE, "has no such object", at))
        }
    }
}

fn owner(at: &Address) -> Result<String, RenderError> {
    match at.table_name() {
        Some(table) => qualified(&table),
        None => Err(RenderError::unsupported(TITLE, "cannot change what is in no table", at)),
    }
}

fn rename(from: &Address, to: &Name) -> Result<Vec<String>, RenderError> {
    match from.kind {
        Kind::Table => rename_table(from, to),
        Kind::Column => Ok(vec![format!(
            "ALTER TABLE {} RENAME COLUMN {} TO {}",
            owner(from)?,
            quote(&from.name)?,
            quote(to)?
        )]),
        Kind::Enum => Ok(Vec::new()),
        Kind::Index | Kind::View => {
            Err(RenderError::unsupported(TITLE, "cannot rename this, only drop it and create it anew", from))
        }
        Kind::PrimaryKey | Kind::Unique | Kind::Check | Kind::ForeignKey | Kind::Exclusion => {
            Err(needs_rebuild("rename", from))
        }
        Kind::Namespace | Kind::Extension | Kind::Domain | Kind::Composite | Kind::Range | Kind::Sequence => {
            Err(RenderError::unsupported(TITLE, "has no such object", from))
        }
    }
}

/// Names of tables know no case, so a change of case goes by way of another name.
fn rename_table(from: &Address, to: &Name) -> Result<Vec<String>, RenderError> {
    let table = ambix_schema::Table::default();
    refuse(&from.renamed(to.clone()), &table.into())?;
    let old = qualified(&from.qualified_name())?;
    let new = quote(to)?;
    if !from.name.as_str().eq_ignore_ascii_case(to.as_str()) {
        return Ok(vec![format!("ALTER TABLE {old} RENAME TO {new}")]);
    }
    let between = quote(&Name::from(format!("ambix_rename_{}", to.as_str())))?;
    Ok(vec![
        format!("ALTER TABLE {old} RENAME TO {between}"),
        format!("ALTER TABLE {between} RENAME TO {new}"),
    ])
}

fn insert(table: &TableName, columns: &[Name], rows: &[Vec<Literal>]) -> Result<Vec<String>, RenderError> {
    let into = qualified(table)?;
    if columns.is_empty() {
        return Ok(rows.iter().map(|_| format!("INSERT INTO {into} DEFAULT VALUES")).collect());
    }
    let mut lines = Vec::new();
    for row in rows {
        if row.len() != columns.len() {
            let reason = format!("a row for {table} has {} values for {} columns", row.len(), columns.len());
            return Err(RenderError::Value { reason });
        }
        let values: Vec<String> = row.iter().map(literal).collect::<Result<_, _>>()?;
        lines.push(format!("({})", values.join(", ")));
    }
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![format!("INSERT INTO {into} {} VALUES\n    {}", list(columns)?, lines.join(",\n    "))])
}
