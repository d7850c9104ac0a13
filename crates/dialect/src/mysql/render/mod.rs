//! Statements as SQL. What changes a table is one clause or more behind its `ALTER TABLE`.

mod column;
mod index;
mod key;
mod table;

pub(super) use column::default_words;

#[cfg(test)]
mod tests;

use ambix_schema::{Address, Kind, Literal, Name, Object, TableName, View};

use super::{Flavour, Mysql, literal, words};
use crate::{RenderError, Statement};

/// The options of an index that no query uses.
const UNUSED: [&str; 2] = ["ignored", "invisible"];

/// The SQL of one statement, one entry per statement the server is sent.
pub(super) fn statement(mysql: &Mysql, statement: &Statement) -> Result<Vec<String>, RenderError> {
    let ctx = Ctx { mysql };
    match statement {
        Statement::CreateTable(image) => Ok(vec![table::create(ctx, image)?]),
        Statement::RebuildTable { after, .. } => {
            Err(ctx
                .unsupported("alters tables in place and never rebuilds them", &Address::table(&after.name)))
        }
        Statement::Create { at, object } => ctx.create(at, object),
        Statement::Drop { at, object } => ctx.drop_object(at, object),
        Statement::Alter { at, from, to, using: _ } => ctx.alter(at, from, to),
        Statement::AlterTable { table, parts: _ } => {
            let clauses = ctx.clauses(statement)?;
            ctx.alter_table(table, &clauses)
        }
        Statement::Rename { from, to } => ctx.rename(from, to),
        Statement::Insert { table, columns, rows } => ctx.insert(table, columns, rows),
        Statement::Sql(text) => Ok(vec![text.trim().trim_end_matches(';').trim_end().to_owned()]),
    }
}

/// The server a statement is for.
#[derive(Clone, Copy)]
struct Ctx<'a> {
    mysql: &'a Mysql,
}

impl Ctx<'_> {
    fn unsupported(self, reason: impl Into<String>, at: &Address) -> RenderError {
        RenderError::unsupported(self.mysql.title(), reason, at)
    }

    fn refuse(self, at: &Address, object: &Object) -> Result<(), RenderError> {
        match super::refusal::refusal(self.mysql.features, at, object) {
            Some(reason) => Err(self.unsupported(reason, at)),
            None => Ok(()),
        }
    }

    fn qualified(self, name: &TableName) -> Result<String, RenderError> {
        words::qualified(name, &self.mysql.default_namespace)
    }

    /// Clauses behind the ALTER TABLE of a table; nothing when there are none.
    fn alter_table(self, table: &TableName, clauses: &[String]) -> Result<Vec<String>, RenderError> {
        if clauses.is_empty() {
            return Ok(Vec::new());
        }
        Ok(vec![format!("ALTER TABLE {} {}", self.qualified(table)?, clauses.join(", "))])
    }

    fn altered(self, at: &Address, clauses: &[String]) -> Result<Vec<String>, RenderError> {
        self.alter_table(&at.table_name().unwrap_or_else(|| at.qualified_name()), clauses)
    }

    /// What of a change to a table stands behind its ALTER TABLE.
    fn clauses(self, part: &Statement) -> Result<Vec<String>, RenderError> {
        match part {
            Statement::Create { at, object } => Ok(vec![self.creation(at, object)?]),
            Statement::Drop { at, object } => Ok(vec![self.drop_clause(at, object)?]),
            Statement::Alter { at, from, to, using: _ } => self.alteration(at, from, to),
            Statement::AlterTable { table: _, parts } => {
                let mut clauses = Vec::new();
                for part in parts {
                    match used_otherwise(part, parts) {
                        Some((at, is_unused)) => clauses.extend(self.use_of_index(part, at, is_unused)?),
                        None => clauses.extend(self.clauses(part)?),
                    }
                }
                Ok(clauses)
            }
            Statement::Rename { from, to } if from.kind == Kind::Column => Ok(vec![column_rename(from, to)?]),
            Statement::CreateTable(_)
            | Statement::RebuildTable { .. }
            | Statement::Rename { .. }
            | Statement::Insert { .. }
            | Statement::Sql(_) => {
                let at = part.at().unwrap_or_else(|| Address::table(TableName::new("")));
                Err(self.unsupported("cannot do this in one go with other changes to a table", &at))
            }
        }
    }

    /// `ALTER INDEX … IGNORED`, said where the index would be dropped, and not again where it would be made.
    fn use_of_index(
        self,
        part: &Statement,
        at: &Address,
        is_unused: bool,
    ) -> Result<Option<String>, RenderError> {
        if !matches!(part, Statement::Drop { .. }) {
            return Ok(None);
        }
        let word = match (self.mysql.features.flavour, is_unused) {
            (Flavour::MariaDb, true) => "IGNORED",
            (Flavour::MariaDb, false) => "NOT IGNORED",
            (Flavour::MySql, true) => "INVISIBLE",
            (Flavour::MySql, false) => "VISIBLE",
        };
        Ok(Some(format!("ALTER INDEX {} {word}", words::quoted(&at.name)?)))
    }

    fn create(self, at: &Address, object: &Object) -> Result<Vec<String>, RenderError> {
        match object {
            // An enum is the type of each column that has it, and nothing of its own.
            Object::Enum(_) => Ok(Vec::new()),
            Object::View(View { definition, is_materialized: _, options: _, comment: _, reads: _ }) => {
                self.refuse(at, object)?;
                let name = self.qualified(&at.qualified_name())?;
                Ok(vec![format!("CREATE VIEW {name} AS {}", definition.as_str())])
            }
            Object::Namespace(_)
            | Object::Extension(_)
            | Object::Domain(_)
            | Object::Composite(_)
            | Object::Range(_)
            | Object::Sequence(_)
            | Object::Table(_)
            | Object::Column(_)
            | Object::PrimaryKey(_)
            | Object::Unique(_)
            | Object::Check(_)
            | Object::ForeignKey(_)
            | Object::Exclusion(_)
            | Object::Index(_) => self.altered(at, &[self.creation(at, object)?]),
        }
    }

    fn creation(self, at: &Address, object: &Object) -> Result<String, RenderError> {
        self.refuse(at, object)?;
        match object {
            Object::Column(column) => Ok(format!("ADD COLUMN {}", column::definition(self, at, column)?)),
            Object::PrimaryKey(_) | Object::Unique(_) | Object::Check(_) | Object::ForeignKey(_) => {
                Ok(format!("ADD {}", key::definition(self, at, object)?))
            }
            Object::Index(index) => Ok(format!("ADD {}", index::definition(self, at, index)?)),
            Object::Table(_) => Err(self.unsupported("has no tables without columns", at)),
            Object::Enum(_)
            | Object::View(_)
            | Object::Namespace(_)
            | Object::Extension(_)
            | Object::Domain(_)
            | Object::Composite(_)
            | Object::Range(_)
            | Object::Sequence(_)
            | Object::Exclusion(_) => Err(self.unsupported("has no such part of a table", at)),
        }
    }

    fn drop_object(self, at: &Address, object: &Object) -> Result<Vec<String>, RenderError> {
        match object {
            Object::Table(_) => Ok(vec![format!("DROP TABLE {}", self.qualified(&at.qualified_name())?)]),
            Object::View(_) => Ok(vec![format!("DROP VIEW {}", self.qualified(&at.qualified_name())?)]),
            Object::Enum(_) => Ok(Vec::new()),
            Object::Namespace(_)
            | Object::Extension(_)
            | Object::Domain(_)
            | Object::Composite(_)
            | Object::Range(_)
            | Object::Sequence(_)
            | Object::Column(_)
            | Object::PrimaryKey(_)
            | Object::Unique(_)
            | Object::Check(_)
            | Object::ForeignKey(_)
            | Object::Exclusion(_)
            | Object::Index(_) => self.altered(at, &[self.drop_clause(at, object)?]),
        }
    }

    fn drop_clause(self, at: &Address, object: &Object) -> Result<String, RenderError> {
        let what = match object {
            Object::Column(_) => "COLUMN",
            Object::PrimaryKey(_) => return Ok("DROP PRIMARY KEY".to_owned()),
            Object::Unique(_) | Object::Index(_) => "INDEX",
            Object::ForeignKey(_) => "FOREIGN KEY",
            Object::Check(_) if self.mysql.features.drops_constraint => "CONSTRAINT",
            Object::Check(_) => "CHECK",
            Object::Table(_)
            | Object::Enum(_)
            | Object::View(_)
            | Object::Namespace(_)
            | Object::Extension(_)
            | Object::Domain(_)
            | Object::Composite(_)
            | Object::Range(_)
            | Object::Sequence(_)
            | Object::Exclusion(_) => return Err(self.unsupported("has no such part of a table", at)),
        };
        Ok(format!("DROP {what} {}", words::quoted(&at.name)?))
    }

    fn alter(self, at: &Address, from: &Object, to: &Object) -> Result<Vec<String>, RenderError> {
        if let (Object::Enum(_), Object::Enum(_)) = (from, to) {
            return Ok(Vec::new());
        }
        let clauses = self.alteration(at, from, to)?;
        self.altered(at, &clauses)
    }

    fn alteration(self, at: &Address, from: &Object, to: &Object) -> Result<Vec<String>, RenderError> {
        self.refuse(at, to)?;
        match (from, to) {
            // Whatever is not said again is lost.
            (Object::Column(_), Object::Column(to)) => {
                Ok(vec![format!("MODIFY COLUMN {}", column::definition(self, at, to)?)])
            }
            (Object::Table(from), Object::Table(to)) => table::altered(self, at, from, to),
            (_, _) => Err(self.unsupported("cannot alter this in place; drop it and create it", at)),
        }
    }

    fn rename(self, from: &Address, to: &Name) -> Result<Vec<String>, RenderError> {
        let (old, new) = (words::quoted(&from.name)?, words::quoted(to)?);
        let clause = match from.kind {
            Kind::Table | Kind::View => {
                let target = TableName { namespace: from.namespace.clone(), name: to.clone() };
                let (old, new) = (self.qualified(&from.qualified_name())?, self.qualified(&target)?);
                return Ok(vec![format!("RENAME TABLE {old} TO {new}")]);
            }
            Kind::Column => column_rename(from, to)?,
            Kind::Index | Kind::Unique => format!("RENAME INDEX {old} TO {new}"),
            Kind::Enum => return Ok(Vec::new()),
            Kind::PrimaryKey | Kind::Check | Kind::ForeignKey => {
                return Err(self.unsupported("cannot rename this, only drop it and create it anew", from));
            }
            Kind::Namespace
            | Kind::Extension
            | Kind::Domain
            | Kind::Composite
            | Kind::Range
            | Kind::Sequence
            | Kind::Exclusion => {
                return Err(self.unsupported("has no such object", from));
            }
        };
        self.altered(from, &[clause])
    }

    fn insert(
        self,
        table: &TableName,
        columns: &[Name],
        rows: &[Vec<Literal>],
    ) -> Result<Vec<String>, RenderError> {
        let into = self.qualified(table)?;
        let mut lines = Vec::new();
        for row in rows {
            if row.len() != columns.len() {
                let reason =
                    format!("a row for {table} has {} values for {} columns", row.len(), columns.len());
                return Err(RenderError::Value { reason });
            }
            let values: Vec<String> = row.iter().map(literal::literal).collect::<Result<_, _>>()?;
            lines.push(format!("({})", values.join(", ")));
        }
        if lines.is_empty() {
            return Ok(Vec::new());
        }
        Ok(vec![format!(
            "INSERT INTO {into} ({}) VALUES\n    {}",
            words::list(columns)?,
            lines.join(",\n    ")
        )])
    }
}

fn column_rename(from: &Address, to: &Name) -> Result<String, RenderError> {
    Ok(format!("RENAME COLUMN {} TO {}", words::quoted(&from.name)?, words::quoted(to)?))
}

/// Whether a part only changes if queries use an index, and whether they do not afterwards. The servers
/// take an index that leaves and comes back in one statement for one that stays as it is.
fn used_otherwise<'a>(part: &'a Statement, parts: &[Statement]) -> Option<(&'a Address, bool)> {
    let (Statement::Drop { at, .. } | Statement::Create { at, .. }) = part else { return None };
    let before = parts.iter().find_map(|other| {
        if let Statement::Drop { at: other, object } = other { (other == at).then_some(object) } else { None }
    })?;
    let after = parts.iter().find_map(|other| {
        if let Statement::Create { at: other, object } = other {
            (other == at).then_some(object)
        } else {
            None
        }
    })?;
    let is_index = matches!(at.kind, Kind::Index | Kind::Unique);
    let without = |object: &Object| {
        let mut object = object.clone();
        let options = object.options_mut()?;
        let is_unused = UNUSED.iter().filter(|word| options.remove(**word).is_some()).count() > 0;
        Some((object, is_unused))
    };
    let ((before, was_unused), (after, is_unused)) = (without(before)?, without(after)?);
    (is_index && before == after && was_unused != is_unused).then_some((at, is_unused))
}

/// A comment behind what it is on; nothing when there is none.
fn comment(text: Option<&String>) -> Result<Option<String>, RenderError> {
    text.map(|text| Ok(format!("COMMENT {}", literal::text(text)?))).transpose()
}
