//! `alter_column`: everything about a column that can change while it stays.

use std::collections::BTreeMap;

use ambix_schema::{
    Address, Change, Column, ColumnDefault, Expr, Generated, Identity, IdentityMode, Name, Object, TableName,
    Type,
};
use serde::{Deserialize, Serialize};

use super::column::{identity_phrase, unknown_default};
use super::column_type::type_phrase;
use super::lower::{Ctx, LowerError, alteration, unknown_type};
use super::options::{applied_options, edited_options, placeholder_options};
use super::phrase::{self, Phrase};
use super::{Edit, Scalar, Verb};

/// What changes about a column. What is not said stays as it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlterColumn {
    /// The table.
    pub table: TableName,
    /// The column.
    pub name: Name,
    /// The type.
    pub ty: Option<Type>,
    /// How old values become values of the new type.
    pub using: Option<Expr>,
    /// Whether it may hold nulls.
    pub is_nullable: Option<bool>,
    /// The default.
    pub default: Edit<ColumnDefault>,
    /// How it numbers itself.
    pub identity: Edit<Identity>,
    /// The expression it is computed from.
    pub generated: Edit<Generated>,
    /// The collation.
    pub collation: Edit<String>,
    /// The expression the server puts in when another column of the row changes.
    pub on_update: Edit<Expr>,
    /// Options by their names; `None` takes one away.
    pub options: BTreeMap<String, Option<String>>,
    /// The comment.
    pub comment: Edit<String>,
    /// The new name; it comes last.
    pub rename: Option<Name>,
}

impl AlterColumn {
    /// An alteration of a column that changes nothing yet.
    pub fn new(table: TableName, name: Name) -> Self {
        Self {
            table,
            name,
            ty: None,
            using: None,
            is_nullable: None,
            default: Edit::Keep,
            identity: Edit::Keep,
            generated: Edit::Keep,
            collation: Edit::Keep,
            on_update: Edit::Keep,
            options: BTreeMap::new(),
            comment: Edit::Keep,
            rename: None,
        }
    }

    /// The alteration that makes one column out of another.
    pub fn between(table: TableName, name: Name, from: &Column, to: &Column, using: Option<Expr>) -> Self {
        let Column {
            ty,
            is_nullable,
            default,
            identity,
            generated,
            collation,
            on_update,
            options,
            comment,
            position: _,
        } = to;
        Self {
            ty: (*ty != from.ty).then(|| ty.clone()),
            using,
            is_nullable: (*is_nullable != from.is_nullable).then_some(*is_nullable),
            default: Edit::between(from.default.as_ref(), default.as_ref()),
            identity: Edit::between(from.identity.as_ref(), identity.as_ref()),
            generated: Edit::between(from.generated.as_ref(), generated.as_ref()),
            collation: Edit::between(from.collation.as_ref(), collation.as_ref()),
            on_update: Edit::between(from.on_update.as_ref(), on_update.as_ref()),
            options: edited_options(&from.options, options),
            comment: Edit::between(from.comment.as_ref(), comment.as_ref()),
            ..Self::new(table, name)
        }
    }

    fn identity(&mut self, mode: IdentityMode) {
        let mut identity = match std::mem::take(&mut self.identity) {
            Edit::Set(identity) => identity,
            Edit::Keep | Edit::Unset => Identity::new(mode),
        };
        identity.mode = mode;
        self.identity = Edit::Set(identity);
    }

    /// The numbers of the identity that is being set; numbers alone set the database's own form.
    fn numbers(&mut self) -> &mut ambix_schema::SequenceOptions {
        if !matches!(self.identity, Edit::Set(_)) {
            self.identity = Edit::Set(Identity::new(IdentityMode::Auto));
        }
        let Edit::Set(identity) = &mut self.identity else { unreachable!("the identity was just set") };
        &mut identity.options
    }
}

vocabulary! {
    verbs {
        /// Changes a column: type, nulls, default, numbering, generation, collation, comment, name.
        fn alter_column(table: into TableName, name: into Name) -> AlterColumn {
            AlterColumn::new(table, name)
        }
    }

    methods recorded AlterColumn {
        /// Another type.
        fn set_type(this, ty: into Type) {
            this.ty = Some(ty);
        }

        /// How old values become values of the new type.
        fn using(this, expression: into Expr) {
            this.using = Some(expression);
        }

        /// Refuses nulls.
        fn set_not_null(this) {
            this.is_nullable = Some(false);
        }

        /// Allows nulls.
        fn drop_not_null(this) {
            this.is_nullable = Some(true);
        }

        /// The value an insert without one gets.
        fn set_default(this, value: into Scalar) {
            this.default = Edit::Set(ColumnDefault::Literal(value.0));
        }

        /// The expression an insert without a value evaluates.
        fn set_default_sql(this, expression: into Expr) {
            this.default = Edit::Set(ColumnDefault::Sql(expression));
        }

        /// No default any more.
        fn drop_default(this) {
            this.default = Edit::Unset;
        }

        /// Numbers itself, unless a value is given.
        fn identity(this) {
            AlterColumn::identity(this, IdentityMode::ByDefault);
        }

        /// Numbers itself always.
        fn identity_always(this) {
            AlterColumn::identity(this, IdentityMode::Always);
        }

        /// Numbers itself in the database's own way.
        fn auto_increment(this) {
            AlterColumn::identity(this, IdentityMode::Auto);
        }

        /// Numbers itself by a default on a sequence it owns.
        fn serial(this) {
            AlterColumn::identity(this, IdentityMode::Serial);
        }

        /// Is the row id (SQLite).
        fn rowid(this) {
            AlterColumn::identity(this, IdentityMode::RowId);
        }

        /// No longer numbers itself.
        fn drop_identity(this) {
            this.identity = Edit::Unset;
        }

        /// First number.
        fn start(this, number: plain i64) {
            this.numbers().start = Some(number);
        }

        /// Step from number to number.
        fn increment(this, number: plain i64) {
            this.numbers().increment = Some(number);
        }

        /// Lowest number.
        fn min_value(this, number: plain i64) {
            this.numbers().min = Some(number);
        }

        /// Highest number.
        fn max_value(this, number: plain i64) {
            this.numbers().max = Some(number);
        }

        /// Numbers handed out at once.
        fn cache(this, count: plain i64) {
            this.numbers().cache = Some(count);
        }

        /// Starts over at the end.
        fn cycle(this) {
            this.numbers().is_cyclic = true;
        }

        /// Is computed from an expression, and stored unless more is said.
        fn generated(this, expression: into Expr) {
            this.generated = Edit::Set(Generated { expr: expression, is_stored: true });
        }

        /// The computed values are stored.
        fn stored(this) {
            if let Edit::Set(generated) = &mut this.generated {
                generated.is_stored = true;
            }
        }

        /// The values are computed when they are read.
        fn virtual_(this) {
            if let Edit::Set(generated) = &mut this.generated {
                generated.is_stored = false;
            }
        }

        /// No longer computed; the values stay.
        fn drop_generated(this) {
            this.generated = Edit::Unset;
        }

        /// Another collation.
        fn collate(this, collation: into String) {
            this.collation = Edit::Set(collation);
        }

        /// The database's default collation.
        fn drop_collate(this) {
            this.collation = Edit::Unset;
        }

        /// The expression the server puts in when another column of the row changes (MySQL).
        fn on_update(this, expression: into Expr) {
            this.on_update = Edit::Set(expression);
        }

        /// Stays as it is when another column of the row changes.
        fn drop_on_update(this) {
            this.on_update = Edit::Unset;
        }

        /// Gives an option a value, in the words of the database.
        fn option(this, name: into String, value: into String) {
            this.options.insert(name, Some(value));
        }

        /// Takes an option away.
        fn drop_option(this, name: into String) {
            this.options.insert(name, None);
        }

        /// The comment.
        fn comment(this, text: into String) {
            this.comment = Edit::Set(text);
        }

        /// No comment any more.
        fn drop_comment(this) {
            this.comment = Edit::Unset;
        }

        /// Another name, once all else has changed.
        fn rename(this, to: into Name) {
            this.rename = Some(to);
        }
    }
}

impl AlterColumn {
    /// A column that differs in exactly the facets that change.
    fn placeholder(&self) -> Column {
        let unknown = || String::from("unknown");
        let generated = || Generated { expr: "unknown".into(), is_stored: true };
        Column {
            is_nullable: self.is_nullable.is_none_or(|to| !to),
            default: self.default.placeholder(unknown_default),
            identity: self.identity.placeholder(|| Identity::new(IdentityMode::Auto)),
            generated: self.generated.placeholder(generated),
            collation: self.collation.placeholder(unknown),
            on_update: self.on_update.placeholder(|| "unknown".into()),
            options: placeholder_options(&self.options),
            comment: self.comment.placeholder(unknown),
            ..Column::new(unknown_type())
        }
    }

    fn applied_to(&self, from: &Column) -> Column {
        Column {
            ty: self.ty.clone().unwrap_or_else(|| from.ty.clone()),
            is_nullable: self.is_nullable.unwrap_or(from.is_nullable),
            default: self.default.applied_to(from.default.clone()),
            identity: self.identity.applied_to(from.identity.clone()),
            generated: self.generated.applied_to(from.generated.clone()),
            collation: self.collation.applied_to(from.collation.clone()),
            on_update: self.on_update.applied_to(from.on_update.clone()),
            options: applied_options(&self.options, &from.options),
            comment: self.comment.applied_to(from.comment.clone()),
            position: from.position,
        }
    }
}

impl Verb for AlterColumn {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let at = Address::column(&self.table, &self.name);
        let known = ctx.before.get(&at).and_then(Object::as_column).cloned();
        let from = known.unwrap_or_else(|| self.placeholder());
        let to = self.applied_to(&from);
        let mut changes = alteration(at.clone(), from, to, self.using.clone());
        changes.extend(self.rename.clone().map(|to| Change::Rename { from: at, to }));
        Ok(changes)
    }

    fn phrase(&self) -> String {
        let Self {
            table,
            name,
            ty,
            using,
            is_nullable,
            default,
            identity,
            generated,
            collation,
            on_update,
            options,
            comment,
            rename,
        } = self;
        let phrase = Phrase::verb("alter_column", [phrase::table(table), phrase::name(name)])
            .say_some("set_type", ty.as_ref(), type_phrase)
            .say_some("using", using.as_ref(), |expr| phrase::text(expr.as_str()))
            .say_if(*is_nullable == Some(false), "set_not_null")
            .say_if(*is_nullable == Some(true), "drop_not_null");
        let phrase = match default {
            Edit::Keep => phrase,
            Edit::Set(ColumnDefault::Literal(literal)) => {
                phrase.say("set_default", [Scalar::phrase(literal)])
            }
            Edit::Set(ColumnDefault::Sql(expr)) => {
                phrase.say("set_default_sql", [phrase::text(expr.as_str())])
            }
            Edit::Unset => phrase.say("drop_default", []),
        };
        let phrase = match identity {
            Edit::Keep => phrase,
            Edit::Set(identity) => identity_phrase(phrase, identity),
            Edit::Unset => phrase.say("drop_identity", []),
        };
        let phrase = match generated {
            Edit::Set(Generated { is_stored, .. }) => phrase
                .say_edit("generated", generated, |generated| phrase::text(generated.expr.as_str()))
                .say(if *is_stored { "stored" } else { "virtual_" }, []),
            Edit::Keep | Edit::Unset => phrase.say_edit("generated", generated, |_| String::new()),
        };
        phrase
            .say_edit("collate", collation, |text| phrase::text(text))
            .say_edit("on_update", on_update, |expr| phrase::text(expr.as_str()))
            .say_option_edits(options)
            .say_edit("comment", comment, |text| phrase::text(text))
            .say_some("rename", rename.as_ref(), phrase::name)
            .finish()
    }
}
