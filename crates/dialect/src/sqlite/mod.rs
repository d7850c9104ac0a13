//! SQLite: what it keeps, how it is changed, how it is read.
//!
//! SQLite alters little in place; the rest is a table built anew. What it keeps of a definition is the
//! text, which [`ddl`] reads back.

mod by_hand;
mod canonical;
mod catalog;
mod ddl;
mod defaults;
mod facts;
mod in_place;
mod options;
mod rebuild;
mod refusal;
mod render;
mod transition;
mod types;

use ambix_schema::{Address, Change, Name, Object, Piece, Schema, Type, Uncut};

use crate::{CatalogError, CatalogQuery, CatalogRows, Dialect, Facts, RenderError, Statement, Transition};

/// The name for people.
const TITLE: &str = "SQLite";

/// The one namespace there is.
const NAMESPACE: &str = "main";

/// SQLite.
#[derive(Clone, Debug)]
pub struct Sqlite {
    facts: Facts,
    namespace: Name,
}

impl Sqlite {
    /// SQLite in one version of its library, as (major, minor).
    pub fn new(version: (u32, u32)) -> Self {
        Self { facts: facts::facts(version), namespace: NAMESPACE.into() }
    }
}

impl Default for Sqlite {
    /// The oldest version whose catalog tells all that is read here.
    fn default() -> Self {
        Self::new((3, 37))
    }
}

impl Dialect for Sqlite {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn default_namespace(&self) -> &Name {
        &self.namespace
    }

    fn canonical(&self, at: &Address, object: Object, whole: &Schema) -> Option<Object> {
        canonical::canonical(self, at, object, whole)
    }

    fn refusal(&self, at: &Address, object: &Object) -> Option<String> {
        refusal::refusal(at, object)
    }

    fn transition(&self, change: &Change) -> Transition {
        transition::transition(change)
    }

    fn render(&self, statement: &Statement) -> Result<Vec<String>, RenderError> {
        render::statement(statement)
    }

    fn dropped_by_hand(&self, text: &str) -> Vec<Address> {
        crate::dropped::dropped(text, &sqlparser::dialect::SQLiteDialect {}, false)
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
        catalog::read(rows, &self.facts.naming)
    }

    fn parse_type(&self, text: &str) -> Type {
        types::parse(text)
    }

    fn quote(&self, name: &Name) -> Result<String, RenderError> {
        render::quote(name)
    }
}
