//! Range types: `create_range_type`, `alter_range_type`, `drop_range_type`.

use std::collections::BTreeMap;

use ambix_schema::{Address, Change, Kind, Object, Range, TableName, Type};
use serde::{Deserialize, Serialize};

use super::column_type::type_phrase;
use super::lower::{Ctx, LowerError, alteration, unknown_type};
use super::phrase::{self, Phrase};
use super::{Edit, Verb};

/// A new range type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreateRangeType {
    /// The name.
    pub name: TableName,
    /// The range.
    pub range: Range,
}

/// What changes about a range type. What is not said stays as it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlterRangeType {
    /// The name.
    pub name: TableName,
    /// The type of its bounds.
    pub subtype: Option<Type>,
    /// The collation.
    pub collation: Edit<String>,
    /// Options that get a value, and those that go.
    pub options: BTreeMap<String, Option<String>>,
    /// The comment.
    pub comment: Edit<String>,
}

/// A range type dropped.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DropRangeType {
    /// The name.
    pub name: TableName,
}

impl AlterRangeType {
    /// The alteration that makes one range type out of another.
    pub fn between(name: TableName, from: &Range, to: &Range) -> Self {
        let Range { subtype, collation, options, comment } = to;
        let gone =
            from.options.keys().filter(|key| !options.contains_key(*key)).map(|key| (key.clone(), None));
        let said = options
            .iter()
            .filter(|(key, value)| from.options.get(*key) != Some(value))
            .map(|(key, value)| (key.clone(), Some(value.clone())));
        Self {
            name,
            subtype: (*subtype != from.subtype).then(|| subtype.clone()),
            collation: Edit::between(from.collation.as_ref(), collation.as_ref()),
            options: gone.chain(said).collect(),
            comment: Edit::between(from.comment.as_ref(), comment.as_ref()),
        }
    }
}

vocabulary! {
    verbs {
        /// Creates a range of a type.
        fn create_range_type(name: into TableName, of: into Type) -> CreateRangeType {
            CreateRangeType { name, range: Range::new(of) }
        }

        /// Changes a range type.
        fn alter_range_type(name: into TableName) -> AlterRangeType {
            AlterRangeType {
                name,
                subtype: None,
                collation: Edit::Keep,
                options: BTreeMap::new(),
                comment: Edit::Keep,
            }
        }

        /// Drops a range type.
        fn drop_range_type(name: into TableName) -> DropRangeType {
            DropRangeType { name }
        }
    }

    methods recorded CreateRangeType {
        /// The collation.
        fn collation(this, name: into String) {
            this.range.collation = Some(name);
        }

        /// An option, in the words of the database: `subtype_diff`, `subtype_opclass`, …
        fn option(this, name: into String, value: into String) {
            this.range.options.insert(name, value);
        }

        /// A comment on the type.
        fn comment(this, text: into String) {
            this.range.comment = Some(text);
        }
    }

    methods recorded AlterRangeType {
        /// Another type of its bounds; columns are cast.
        fn set_type(this, ty: into Type) {
            this.subtype = Some(ty);
        }

        /// The collation.
        fn collation(this, name: into String) {
            this.collation = Edit::Set(name);
        }

        /// The collation of the type.
        fn drop_collation(this) {
            this.collation = Edit::Unset;
        }

        /// Gives an option a value.
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
    }
}

fn at(name: &TableName) -> Address {
    Address::of(Kind::Range, name)
}

impl Verb for CreateRangeType {
    fn lower(&self, _: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        Ok(vec![Change::Create { at: at(&self.name), object: self.range.clone().into() }])
    }

    fn phrase(&self) -> String {
        let Range { subtype, collation, options, comment } = &self.range;
        Phrase::verb("create_range_type", [phrase::table(&self.name), type_phrase(subtype)])
            .say_some("collation", collation.as_deref(), phrase::text)
            .say_options(options)
            .say_some("comment", comment.as_deref(), phrase::text)
            .finish()
    }
}

impl Verb for AlterRangeType {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let Self { name, subtype, collation, options, comment } = self;
        let at = at(name);
        let unknown = || String::from("unknown");
        let known = ctx.before.get(&at).and_then(Object::as_range).cloned();
        let from = known.unwrap_or_else(|| Range {
            subtype: unknown_type(),
            collation: collation.placeholder(unknown),
            options: options
                .iter()
                .filter(|(_, value)| value.is_none())
                .map(|(name, _)| (name.clone(), unknown()))
                .collect(),
            comment: comment.placeholder(unknown),
        });
        let mut to = Range {
            subtype: subtype.clone().unwrap_or_else(|| from.subtype.clone()),
            collation: collation.applied_to(from.collation.clone()),
            options: from.options.clone(),
            comment: comment.applied_to(from.comment.clone()),
        };
        for (name, value) in options {
            match value {
                Some(value) => to.options.insert(name.clone(), value.clone()),
                None => to.options.remove(name),
            };
        }
        Ok(alteration(at, from, to, None))
    }

    fn phrase(&self) -> String {
        let Self { name, subtype, collation, options, comment } = self;
        let phrase = Phrase::verb("alter_range_type", [phrase::table(name)])
            .say_some("set_type", subtype.as_ref(), type_phrase)
            .say_edit("collation", collation, |name| phrase::text(name));
        let phrase = options.iter().fold(phrase, |phrase, (name, value)| match value {
            Some(value) => phrase.say("option", [phrase::text(name), phrase::text(value)]),
            None => phrase.say("drop_option", [phrase::text(name)]),
        });
        phrase.say_edit("comment", comment, |text| phrase::text(text)).finish()
    }
}

impl Verb for DropRangeType {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let at = at(&self.name);
        let object = ctx.known_or_placeholder(&at);
        Ok(vec![Change::Drop { at, object }])
    }

    fn phrase(&self) -> String {
        Phrase::verb("drop_range_type", [phrase::table(&self.name)]).finish()
    }
}
