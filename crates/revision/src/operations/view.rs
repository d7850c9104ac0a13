//! Views: `create_view`, `replace_view`, `drop_view`.

use ambix_schema::{Address, Change, Expr, Kind, Object, TableName, View};
use serde::{Deserialize, Serialize};

use super::Verb;
use super::lower::{Ctx, LowerError, alteration};
use super::phrase::{self, Phrase};

/// A new view.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreateView {
    /// The name.
    pub name: TableName,
    /// The view.
    pub view: View,
}

/// A view given another query, in place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReplaceView {
    /// The name.
    pub name: TableName,
    /// The query.
    pub definition: Expr,
}

/// A view dropped.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DropView {
    /// The name.
    pub name: TableName,
    /// Whether its rows are stored; known by the name where an earlier revision created it.
    pub is_materialized: bool,
}

vocabulary! {
    verbs {
        /// Creates a view from a query.
        fn create_view(name: into TableName, query: into Expr) -> CreateView {
            CreateView { name, view: View::new(query) }
        }

        /// Gives a view another query.
        fn replace_view(name: into TableName, query: into Expr) -> ReplaceView {
            ReplaceView { name, definition: query }
        }

        /// Drops a view.
        fn drop_view(name: into TableName) -> DropView {
            DropView { name, is_materialized: false }
        }
    }

    methods recorded CreateView {
        /// Its rows are stored.
        fn materialized(this) {
            this.view.is_materialized = true;
        }

        /// An option, in the words of the database.
        fn option(this, name: into String, value: into String) {
            this.view.options.insert(name, value);
        }

        /// A comment on the view.
        fn comment(this, text: into String) {
            this.view.comment = Some(text);
        }
    }

    methods recorded DropView {
        /// Its rows are stored.
        fn materialized(this) {
            this.is_materialized = true;
        }
    }
}

fn at(name: &TableName) -> Address {
    Address::of(Kind::View, name)
}

impl Verb for CreateView {
    fn lower(&self, _: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        Ok(vec![Change::Create { at: at(&self.name), object: self.view.clone().into() }])
    }

    fn phrase(&self) -> String {
        let View { definition, is_materialized, options, comment, reads: _ } = &self.view;
        Phrase::verb("create_view", [phrase::table(&self.name), phrase::sql(definition.as_str())])
            .say_if(*is_materialized, "materialized")
            .say_options(options)
            .say_some("comment", comment.as_deref(), phrase::text)
            .finish()
    }
}

impl Verb for ReplaceView {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let at = at(&self.name);
        let known = ctx.before.get(&at).and_then(Object::as_view).cloned();
        let from = known.unwrap_or_else(|| View::new(""));
        let to = View { definition: self.definition.clone(), ..from.clone() };
        Ok(alteration(at, from, to, None))
    }

    fn phrase(&self) -> String {
        let arguments = [phrase::table(&self.name), phrase::sql(self.definition.as_str())];
        Phrase::verb("replace_view", arguments).finish()
    }
}

impl Verb for DropView {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let at = at(&self.name);
        let known = ctx.before.get(&at).cloned();
        let said = View { is_materialized: self.is_materialized, ..View::new("") };
        Ok(vec![Change::Drop { at, object: known.unwrap_or_else(|| said.into()) }])
    }

    fn phrase(&self) -> String {
        Phrase::verb("drop_view", [phrase::table(&self.name)])
            .say_if(self.is_materialized, "materialized")
            .finish()
    }
}
