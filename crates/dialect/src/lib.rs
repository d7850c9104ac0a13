//! Everything known about each database, one folder each, without any I/O.
//!
//! A [`Dialect`] brings schemas to one spelling ([`normalize`]), says how a change can be carried out,
//! renders statements as SQL, and reads the rows its catalog queries return. Whoever is outside a
//! dialect's folder asks [`Facts`], and never the dialect's name.

mod by_hand;
mod canonical;
mod catalog;
mod comments;
mod dropped;
mod expression;
mod facts;
mod foreign;
mod history;
mod keywords;
mod literal;
mod mysql;
mod otherwise;
mod own_table;
mod postgres;
mod registry;
mod sql_writer;
mod sqlite;
mod statement;
mod suspects;
mod trace;

pub use canonical::{Canonical, normalize};
pub use catalog::{CatalogError, CatalogQuery, CatalogRow, CatalogRows};
pub use comments::{loses_comment, lost_comments};
pub use facts::{Facts, ScriptGuard};
pub use foreign::{ForeignColumn, select_foreign};
pub use history::{History, history};
pub use mysql::{Flavour, Mysql};
pub use own_table::OwnTable;
pub use postgres::Postgres;
pub use registry::{DIALECTS, UnknownDialect, dialect};
#[cfg(feature = "faults")]
pub use sql_writer::QUOTES_ARE_NOT_DOUBLED;
pub use sqlite::Sqlite;
pub use statement::{RenderError, Scope, Statement, Step, TableImage};
pub use suspects::{
    Answer, Asking, Inquiry, Question, Refusal, Role, Shape, Suspect, Utterance, Verdict, questions,
    suspects, verdicts,
};

pub use trace::Trace;

use std::fmt::Debug;

use ambix_schema::{Address, Change, Literal, Name, Object, Piece, Schema, Type, Uncut};

/// What is known about one database, for one server version and one default namespace.
pub trait Dialect: Send + Sync + Debug {
    /// Yes/no answers and numbers, by server version.
    fn facts(&self) -> &Facts;

    /// The namespace that objects without one live in, as the server calls it.
    fn default_namespace(&self) -> &Name;

    /// One object in the spelling this dialect compares: types by their stored form, expressions
    /// parsed and printed one way, facets the database does not keep taken away. `whole` is the
    /// schema the object stands in, with namespaces already made canonical. `None` when the database
    /// has no such object at all (an enum type on SQLite).
    ///
    /// Idempotent: applied to its own result it changes nothing.
    fn canonical(&self, at: &Address, object: Object, whole: &Schema) -> Option<Object>;

    /// What the server makes by itself when it is given a schema, where nothing in it already serves: the
    /// index behind a foreign key. Its names are the server's choice.
    fn implicit(&self, _whole: &Schema) -> Vec<(Address, Object)> {
        Vec::new()
    }

    /// Why this database cannot hold the object, for people (`has no array types`); `None` if it can.
    fn refusal(&self, at: &Address, object: &Object) -> Option<String>;

    /// Why this database cannot hold the object among the others of its schema, for people; `None` if it can.
    fn refusal_among(&self, _at: &Address, _object: &Object, _whole: &Schema) -> Option<String> {
        None
    }

    /// The name a primary key takes among the other names of its schema when nobody gives it one; `None` where
    /// it takes none.
    fn usual_primary_key(&self, _table: &Name) -> Option<Name> {
        None
    }

    /// What the server made along with an object and named after it, and its name once the object has another:
    /// the multirange of a range type. `None` where there is nothing, or where its author named it.
    fn companion(&self, _at: &Address, _object: &Object, _to: &Name) -> Option<(Address, Name)> {
        None
    }

    /// How a change to an existing table or object is carried out.
    fn transition(&self, change: &Change) -> Transition;

    /// The SQL of one statement: one entry per statement the server is sent, without a final `;`.
    ///
    /// # Errors
    /// [`RenderError`] when the database has no words for it, or a name cannot be quoted.
    fn render(&self, statement: &Statement) -> Result<Vec<String>, RenderError>;

    /// Whether the server takes a statement in a transaction. Most do with all of them.
    fn scope(&self, _statement: &Statement) -> Scope {
        Scope::Transaction
    }

    /// SQL by hand, taken apart where its statements cannot be sent together; else the text as it is.
    fn split_by_hand(&self, text: &str) -> Vec<String> {
        vec![text.to_owned()]
    }

    /// The objects that SQL by hand drops or empties, as far as its words tell.
    fn dropped_by_hand(&self, text: &str) -> Vec<Address>;

    /// A literal as SQL.
    ///
    /// # Errors
    /// [`RenderError::Value`] for a value that cannot be written.
    fn literal(&self, literal: &Literal) -> Result<String, RenderError>;

    /// Where the effect of a statement that runs outside a transaction is seen afterwards; `sql` is the one of
    /// its texts that is sent.
    fn trace(&self, statement: &Statement, _sql: &str) -> Trace {
        trace::of_statement(statement)
    }

    /// The statement of SQL by hand that would begin or end a transaction, by its first words: a revision
    /// runs in a transaction that is not its own to end.
    fn transaction_statement(&self, text: &str) -> Option<String>;

    /// A text of SQL taken apart into its statements and the comments between them, as the server reads it.
    /// Comments that begin with `mark` end the statement before them.
    ///
    /// # Errors
    /// [`Uncut`] with the place of what is left open, or of a command that only a client knows.
    fn cut(&self, text: &str, mark: &str) -> Result<Vec<Piece>, Uncut>;

    /// Whether SQL by hand only reads and writes rows, told by the first word of each statement.
    fn only_rows(&self, text: &str) -> bool;

    /// Whether SQL by hand may leave the schema another than it was, as far as schemas are modelled.
    fn may_change_schema(&self, text: &str) -> bool;

    /// Whether the database's own client would cut this statement of a script at a semicolon inside it, unless it
    /// is told another delimiter.
    fn is_cut_by_clients(&self, _statement: &str) -> bool {
        false
    }

    /// What a script says first, so that its statements mean the same in whatever session runs it.
    fn script_settings(&self) -> Vec<String> {
        Vec::new()
    }

    /// The queries whose rows [`Dialect::read_catalog`] reads. Their number does not depend on the schema.
    fn catalog(&self) -> &'static [CatalogQuery];

    /// Reads the rows of the catalog queries into a schema. Not yet canonical.
    ///
    /// # Errors
    /// [`CatalogError`] when a row is not what the query promises.
    fn read_catalog(&self, rows: &CatalogRows) -> Result<Schema, CatalogError>;

    /// Reads a type as an author writes it (`sql_type = "numeric(10,2)"`); what is not known becomes
    /// [`Type::Other`].
    fn parse_type(&self, text: &str) -> Type;

    /// How the server is asked whether two expressions say the same; `None` where it keeps their text, so
    /// that asking would tell nothing.
    fn asking(&self) -> Option<&dyn Asking> {
        None
    }

    /// Quotes a name as an identifier.
    ///
    /// # Errors
    /// [`RenderError`] for names no quoting can save: empty, with a NUL, too long.
    fn quote(&self, name: &Name) -> Result<String, RenderError>;
}

/// How a change is carried out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Transition {
    /// By a statement of its own.
    InPlace,
    /// By dropping the old object and creating the new one.
    Recreate,
    /// By building the whole table anew and copying its rows (SQLite).
    Rebuild,
}
