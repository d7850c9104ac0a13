//! PostgreSQL, versions 12 to 18: what it keeps, how it is changed, how it is read.

mod alone;
mod asking;
mod by_hand;
mod canonical;
mod catalog;
mod defaults;
mod facts;
mod multirange;
mod refusal;
mod render;
mod trace;
mod transition;
pub(crate) mod types;

use ambix_schema::{Address, Change, Name, Object, Piece, Schema, Type, Uncut};

use crate::sql_writer::checked_identifier;
use crate::{
    Asking, CatalogError, CatalogQuery, CatalogRows, Dialect, Facts, RenderError, Scope, Statement, Trace,
    Transition, keywords,
};
use facts::Features;

/// The name for people.
const TITLE: &str = "PostgreSQL";

/// PostgreSQL.
#[derive(Clone, Debug)]
pub struct Postgres {
    facts: Facts,
    features: Features,
    default_namespace: Name,
}

impl Postgres {
    /// The version taken when none is told.
    pub const DEFAULT_VERSION: (u32, u32) = facts::DEFAULT_VERSION;

    /// The namespace of a connection that says nothing else.
    pub const DEFAULT_NAMESPACE: &str = "public";

    /// PostgreSQL of one version, as (major, minor), with the namespace that unqualified names live in.
    pub fn new(version: (u32, u32), default_namespace: impl Into<Name>) -> Self {
        Self {
            facts: facts::facts(version),
            features: facts::features(version),
            default_namespace: default_namespace.into(),
        }
    }
}

impl Default for Postgres {
    /// PostgreSQL 15 with `public`.
    fn default() -> Self {
        Self::new(Self::DEFAULT_VERSION, Self::DEFAULT_NAMESPACE)
    }
}

impl Dialect for Postgres {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn default_namespace(&self) -> &Name {
        &self.default_namespace
    }

    fn canonical(&self, at: &Address, object: Object, whole: &Schema) -> Option<Object> {
        Some(canonical::canonical(self, at, object, whole))
    }

    fn usual_primary_key(&self, table: &Name) -> Option<Name> {
        Some(primary_key_name(table))
    }

    fn companion(&self, at: &Address, object: &Object, to: &Name) -> Option<(Address, Name)> {
        multirange::companion(self.features, at, object, to)
    }

    fn refusal(&self, at: &Address, object: &Object) -> Option<String> {
        refusal::refusal(self.features, at, object)
    }

    fn transition(&self, change: &Change) -> Transition {
        transition::transition(self.features, change)
    }

    fn render(&self, statement: &Statement) -> Result<Vec<String>, RenderError> {
        render::statement(self, statement)
    }

    fn scope(&self, statement: &Statement) -> Scope {
        alone::scope(statement)
    }

    fn trace(&self, statement: &Statement, sql: &str) -> Trace {
        match statement {
            Statement::Sql(_) => trace::of_sql(sql),
            Statement::CreateTable(_)
            | Statement::RebuildTable { .. }
            | Statement::Create { .. }
            | Statement::Drop { .. }
            | Statement::Alter { .. }
            | Statement::AlterTable { .. }
            | Statement::Rename { .. }
            | Statement::Insert { .. } => crate::trace::of_statement(statement),
        }
    }

    fn split_by_hand(&self, text: &str) -> Vec<String> {
        alone::split(text)
    }

    fn script_settings(&self) -> Vec<String> {
        let namespace = self.default_namespace.as_str().replace('"', "\"\"");
        vec![
            "SET client_encoding = 'UTF8'".to_owned(),
            "SET standard_conforming_strings = on".to_owned(),
            // A body may use what comes after it.
            "SET check_function_bodies = off".to_owned(),
            format!("SET search_path = \"{namespace}\""),
        ]
    }

    fn dropped_by_hand(&self, text: &str) -> Vec<Address> {
        crate::dropped::dropped(text, &sqlparser::dialect::PostgreSqlDialect {}, true)
    }

    fn literal(&self, literal: &ambix_schema::Literal) -> Result<String, RenderError> {
        crate::literal::literal_sql(literal, ["TRUE", "FALSE"])
    }

    fn transaction_statement(&self, text: &str) -> Option<String> {
        crate::by_hand::transaction_statement(text, by_hand::READING)
    }

    fn cut(&self, text: &str, mark: &str) -> Result<Vec<Piece>, Uncut> {
        crate::by_hand::cut(text, mark, by_hand::READING.grammar, by_hand::READING.ending)
    }

    fn only_rows(&self, text: &str) -> bool {
        crate::by_hand::only_rows(text, by_hand::READING)
    }

    fn may_change_schema(&self, text: &str) -> bool {
        crate::by_hand::may_change_schema(text, by_hand::READING)
    }

    fn catalog(&self) -> &'static [CatalogQuery] {
        catalog::QUERIES
    }

    fn read_catalog(&self, rows: &CatalogRows) -> Result<Schema, CatalogError> {
        catalog::read(rows)
    }

    fn parse_type(&self, text: &str) -> Type {
        types::parse(text)
    }

    fn asking(&self) -> Option<&dyn Asking> {
        Some(self)
    }

    fn quote(&self, name: &Name) -> Result<String, RenderError> {
        checked_identifier(name, keywords::POSTGRES, Some(facts::MAX_IDENTIFIER))
    }
}

/// The name the server gives the primary key of a table when nobody says one.
fn primary_key_name(table: &Name) -> Name {
    const SUFFIX: &str = "_pkey";
    let mut end = table.as_str().len().min(facts::MAX_IDENTIFIER - SUFFIX.len());
    while !table.as_str().is_char_boundary(end) {
        end -= 1;
    }
    Name::from(format!("{}{SUFFIX}", &table.as_str()[..end]))
}

/// `{table}_{column}_seq`, the longer part cut first, as the server's `makeObjectName` does.
fn serial_sequence_name(table: &str, column: &str) -> String {
    const MAX: usize = 63 - "__seq".len();
    let (mut table_end, mut column_end) = (table.len(), column.len());
    while table_end + column_end > MAX {
        if table_end > column_end {
            table_end -= 1;
        } else {
            column_end -= 1;
        }
    }
    let cut = |text: &str, mut end: usize| {
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text[..end].to_owned()
    };
    format!("{}_{}_seq", cut(table, table_end), cut(column, column_end))
}
