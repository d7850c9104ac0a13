//! MariaDB and MySQL: what they keep, how they are changed, how they are read.
//!
//! Two servers of one family under one roof; where they part, `facts` knows. What the SQL standard calls
//! a schema is a database here, and the database of the connection is the namespace that goes unsaid.

mod asking;
mod by_hand;
mod canonical;
mod catalog;
mod collation;
mod defaults;
mod facts;
mod implicit;
mod literal;
mod partition;
mod refusal;
mod render;
mod sorts;
mod trace;
mod transition;
pub(crate) mod types;
mod words;

use crate::{
    Asking, CatalogError, CatalogQuery, CatalogRows, Dialect, Facts, RenderError, Scope, Statement, Trace,
    Transition,
};
use ambix_schema::{Address, Change, Name, Object, Piece, Schema, Type, Uncut};
use facts::Features;
pub use facts::Flavour;

/// MariaDB or MySQL.
#[derive(Clone, Debug)]
pub struct Mysql {
    facts: Facts,
    features: Features,
    default_namespace: Name,
}

impl Mysql {
    /// One of the servers in one version, as (major, minor), with the database of the connection; it is
    /// empty where none is known, and then every name that says a database keeps it.
    pub fn new(flavour: Flavour, version: (u32, u32), database: impl Into<Name>) -> Self {
        Self {
            facts: facts::facts(flavour, version),
            features: facts::features(flavour, version),
            default_namespace: database.into(),
        }
    }

    /// The version taken when none is told.
    pub const fn default_version(flavour: Flavour) -> (u32, u32) {
        flavour.default_version()
    }

    fn title(&self) -> &'static str {
        self.features.flavour.title()
    }
}

impl Default for Mysql {
    /// MariaDB 10.11, of no database in particular.
    fn default() -> Self {
        Self::new(Flavour::MariaDb, Flavour::MariaDb.default_version(), "")
    }
}

impl Dialect for Mysql {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn default_namespace(&self) -> &Name {
        &self.default_namespace
    }

    fn canonical(&self, at: &Address, object: Object, whole: &Schema) -> Option<Object> {
        canonical::canonical(self, at, object, whole)
    }

    fn implicit(&self, whole: &Schema) -> Vec<(Address, Object)> {
        implicit::implicit(self.features, whole)
    }

    fn refusal(&self, at: &Address, object: &Object) -> Option<String> {
        refusal::refusal(self.features, at, object)
    }

    fn refusal_among(&self, at: &Address, object: &Object, whole: &Schema) -> Option<String> {
        refusal::key_without_length(self.features, at, object, whole)
    }

    fn transition(&self, change: &Change) -> Transition {
        transition::transition(change)
    }

    fn render(&self, statement: &Statement) -> Result<Vec<String>, RenderError> {
        render::statement(self, statement)
    }

    /// Every statement that changes the schema commits what is open, and itself.
    fn scope(&self, statement: &Statement) -> Scope {
        match statement {
            Statement::Insert { .. } => Scope::Transaction,
            Statement::Sql(text) if self.only_rows(text) => Scope::Transaction,
            Statement::Sql(_)
            | Statement::CreateTable(_)
            | Statement::RebuildTable { .. }
            | Statement::Create { .. }
            | Statement::Drop { .. }
            | Statement::Alter { .. }
            | Statement::AlterTable { .. }
            | Statement::Rename { .. } => Scope::Alone,
        }
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
        crate::by_hand::split(text, by_hand::READING)
    }

    fn dropped_by_hand(&self, text: &str) -> Vec<Address> {
        crate::dropped::dropped(text, &sqlparser::dialect::MySqlDialect {}, false)
    }

    fn literal(&self, literal: &ambix_schema::Literal) -> Result<String, RenderError> {
        literal::literal(literal)
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

    /// The client knows nothing of the body of a stored program.
    fn is_cut_by_clients(&self, statement: &str) -> bool {
        crate::by_hand::has_inner_semicolon(statement, by_hand::READING)
    }

    fn catalog(&self) -> &'static [CatalogQuery] {
        catalog::queries(self.features.flavour)
    }

    fn read_catalog(&self, rows: &CatalogRows) -> Result<Schema, CatalogError> {
        catalog::read(self, rows)
    }

    fn parse_type(&self, text: &str) -> Type {
        types::parse(text, self.features)
    }

    fn asking(&self) -> Option<&dyn Asking> {
        Some(self)
    }

    fn quote(&self, name: &Name) -> Result<String, RenderError> {
        words::quoted(name)
    }
}

/// The option of a primary key for how much of a column it holds, where it does not hold the whole.
fn prefix_option(column: &Name) -> String {
    format!("prefix {}", column.as_str())
}

/// The option of a primary key for a column in descending order.
fn order_option(column: &Name) -> String {
    format!("order {}", column.as_str())
}
