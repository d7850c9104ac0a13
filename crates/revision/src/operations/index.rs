//! Indexes: `create_index`, `drop_index`, `rename_index`, `alter_index`.

use ambix_schema::{
    Address, Change, Expr, Index, IndexKey, IndexSubject, Kind, Name, Object, Silent, TableName,
};
use serde::{Deserialize, Serialize};

use super::key::keys_phrase;
use super::lower::{Ctx, LowerError};
use super::phrase::{self, Phrase};
use super::{Edit, KeyDefinition, List, OptionalName, Verb};

/// A new index.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreateIndex {
    /// The name; `None` is left to the convention.
    pub name: Option<Name>,
    /// The table.
    pub table: TableName,
    /// The index.
    pub index: Index,
    /// Whether it is built without blocking writers.
    pub concurrently: bool,
}

/// An index dropped.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DropIndex {
    /// The name.
    pub name: Name,
    /// The table; found by the name where none is said.
    pub table: Option<TableName>,
    /// Whether it is dropped without blocking writers.
    pub concurrently: bool,
}

/// An index given another name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RenameIndex {
    /// The name.
    pub name: Name,
    /// The new name.
    pub to: Name,
    /// The table; found by the name where none is said.
    pub table: Option<TableName>,
}

/// What can change about an index without building it anew.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlterIndex {
    /// The name.
    pub name: Name,
    /// The table; found by the name where none is said.
    pub table: Option<TableName>,
    /// The comment.
    pub comment: Edit<String>,
}

vocabulary! {
    verbs {
        /// Creates an index over columns (`["email"]`) or keys (`[expr("lower(email)"), key("id").desc()]`).
        fn create_index(
            name: into OptionalName, table: into TableName, keys: into List<KeyDefinition>,
        ) -> CreateIndex {
            let index = Index::new(keys.0.into_iter().map(|key| key.key).collect());
            CreateIndex { name: name.0, table, index, concurrently: false }
        }

        /// Drops an index.
        fn drop_index(name: into Name) -> DropIndex {
            DropIndex { name, table: None, concurrently: false }
        }

        /// Gives an index another name.
        fn rename_index(name: into Name, to: into Name) -> RenameIndex {
            RenameIndex { name, to, table: None }
        }

        /// Changes the comment of an index.
        fn alter_index(name: into Name) -> AlterIndex {
            AlterIndex { name, table: None, comment: Edit::Keep }
        }
    }

    methods recorded CreateIndex {
        /// Equal keys are refused.
        fn unique(this) {
            this.index.is_unique = true;
        }

        /// The access method, such as `gin`.
        fn using(this, method: into String) {
            this.index.method = Some(method);
        }

        /// Only rows for which this holds.
        fn filter(this, condition: into Expr) {
            this.index.predicate = Some(condition);
        }

        /// Columns carried along.
        fn include(this, columns: into List<Name>) {
            this.index.include = columns.0;
        }

        /// Nulls count as equal.
        fn nulls_not_distinct(this) {
            this.index.nulls_not_distinct = true;
        }

        /// A storage parameter, in the words of the database.
        fn option(this, name: into String, value: into String) {
            this.index.options.insert(name, value);
        }

        /// A comment on the index.
        fn comment(this, text: into String) {
            this.index.comment = Some(text);
        }

        /// Builds it without blocking writers.
        fn concurrently(this) {
            this.concurrently = true;
        }
    }

    methods recorded DropIndex {
        /// The table it is on.
        fn on(this, table: into TableName) {
            this.table = Some(table);
        }

        /// Drops it without blocking writers.
        fn concurrently(this) {
            this.concurrently = true;
        }
    }

    methods recorded RenameIndex {
        /// The table it is on.
        fn on(this, table: into TableName) {
            this.table = Some(table);
        }
    }

    methods recorded AlterIndex {
        /// The table it is on.
        fn on(this, table: into TableName) {
            this.table = Some(table);
        }

        /// The comment.
        fn comment(this, text: into String) {
            this.comment = Edit::Set(text);
        }

        /// No comment any more.
        fn drop_comment(this) {
            this.comment = Edit::Unset;
        }
    }
}

/// What stands for a key in a name made by the convention.
pub(super) fn key_word(key: &IndexKey) -> Name {
    match &key.subject {
        IndexSubject::Column(name) => name.clone(),
        IndexSubject::Expr(_) => "expr".into(),
    }
}

impl Verb for CreateIndex {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let words: Vec<Name> = self.index.keys.iter().map(key_word).collect();
        let name = ctx.name_for(self.name.as_ref(), Kind::Index, &self.table, &words, None, &|_| false)?;
        let at = Address::part(&self.table, Kind::Index, name);
        let index = Index { concurrently: Silent(self.concurrently), ..self.index.clone() };
        Ok(vec![Change::Create { at, object: index.into() }])
    }

    fn phrase(&self) -> String {
        let Self { name, table, index, concurrently } = self;
        let Index {
            keys,
            is_unique,
            method,
            predicate,
            include,
            nulls_not_distinct,
            options,
            comment,
            // Nobody asks for an index that the server does not use.
            is_valid: _,
            concurrently: _,
        } = index;
        let arguments = [phrase::optional_name(name.as_ref()), phrase::table(table), keys_phrase(keys)];
        Phrase::verb("create_index", arguments)
            .say_if(*is_unique, "unique")
            .say_some("using", method.as_deref(), phrase::text)
            .say_names("include", include)
            .say_some("filter", predicate.as_ref(), |expr| phrase::text(expr.as_str()))
            .say_if(*nulls_not_distinct, "nulls_not_distinct")
            .say_options(options)
            .say_some("comment", comment.as_deref(), phrase::text)
            .say_if(*concurrently, "concurrently")
            .finish()
    }
}

fn on(phrase: Phrase, table: Option<&TableName>) -> Phrase {
    phrase.say_some("on", table, phrase::table)
}

impl Verb for DropIndex {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let at = ctx.index_named("drop", &self.name, self.table.as_ref())?;
        let mut object = ctx.known_or_placeholder(&at);
        if let Object::Index(index) = &mut object {
            // The wish of this operation, not of the one that built the index.
            index.concurrently = Silent(self.concurrently);
        }
        Ok(vec![Change::Drop { at, object }])
    }

    fn phrase(&self) -> String {
        let phrase = Phrase::verb("drop_index", [phrase::name(&self.name)]);
        on(phrase, self.table.as_ref()).say_if(self.concurrently, "concurrently").finish()
    }
}

impl Verb for RenameIndex {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let from = ctx.index_named("rename", &self.name, self.table.as_ref())?;
        Ok(vec![Change::Rename { from, to: self.to.clone() }])
    }

    fn phrase(&self) -> String {
        let phrase = Phrase::verb("rename_index", [phrase::name(&self.name), phrase::name(&self.to)]);
        on(phrase, self.table.as_ref()).finish()
    }
}

impl Verb for AlterIndex {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let at = ctx.index_named("alter", &self.name, self.table.as_ref())?;
        let known = ctx.before.get(&at).and_then(Object::as_index).cloned();
        let from = known.unwrap_or_else(|| Index {
            comment: self.comment.placeholder(|| "unknown".into()),
            ..Index::new(Vec::new())
        });
        let to = Index { comment: self.comment.applied_to(from.comment.clone()), ..from.clone() };
        Ok(super::lower::alteration(at, from, to, None))
    }

    fn phrase(&self) -> String {
        let phrase = on(Phrase::verb("alter_index", [phrase::name(&self.name)]), self.table.as_ref());
        phrase.say_edit("comment", &self.comment, |text| phrase::text(text)).finish()
    }
}
