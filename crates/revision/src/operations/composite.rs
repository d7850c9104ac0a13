//! Composite types: `create_composite_type`, `alter_composite_type`, `drop_composite_type`.

use ambix_schema::{Address, Attribute, Change, Composite, Kind, Name, Object, TableName, Type};
use serde::{Deserialize, Serialize};

use super::column_type::type_phrase;
use super::lower::{Ctx, LowerError, alteration};
use super::phrase::{self, Phrase};
use super::{Edit, Verb};

/// A new composite type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreateCompositeType {
    /// The name.
    pub name: TableName,
    /// The attributes and the comment.
    pub composite: Composite,
}

/// A composite type given its list of attributes anew.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlterCompositeType {
    /// The name.
    pub name: TableName,
    /// All its attributes from then on, in order.
    pub attributes: Vec<Attribute>,
    /// The comment.
    pub comment: Edit<String>,
}

/// A composite type dropped.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DropCompositeType {
    /// The name.
    pub name: TableName,
}

vocabulary! {
    verbs {
        /// Creates a composite type; its attributes follow.
        fn create_composite_type(name: into TableName) -> CreateCompositeType {
            CreateCompositeType { name, composite: Composite::default() }
        }

        /// Gives a composite type its list of attributes anew; they follow.
        fn alter_composite_type(name: into TableName) -> AlterCompositeType {
            AlterCompositeType { name, attributes: Vec::new(), comment: Edit::Keep }
        }

        /// Drops a composite type.
        fn drop_composite_type(name: into TableName) -> DropCompositeType {
            DropCompositeType { name }
        }
    }

    methods recorded CreateCompositeType {
        /// The next attribute.
        fn attribute(this, name: into Name, ty: into Type) {
            this.composite.attributes.push(Attribute { name, ty, collation: None });
        }

        /// The next attribute, with a collation.
        fn attribute_collated(this, name: into Name, ty: into Type, collation: into String) {
            this.composite.attributes.push(Attribute { name, ty, collation: Some(collation) });
        }

        /// A comment on the type.
        fn comment(this, text: into String) {
            this.composite.comment = Some(text);
        }
    }

    methods recorded AlterCompositeType {
        /// The next attribute.
        fn attribute(this, name: into Name, ty: into Type) {
            this.attributes.push(Attribute { name, ty, collation: None });
        }

        /// The next attribute, with a collation.
        fn attribute_collated(this, name: into Name, ty: into Type, collation: into String) {
            this.attributes.push(Attribute { name, ty, collation: Some(collation) });
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
    Address::of(Kind::Composite, name)
}

fn say_attribute(phrase: Phrase, attribute: &Attribute) -> Phrase {
    let Attribute { name, ty, collation } = attribute;
    match collation {
        Some(collation) => {
            phrase.say("attribute_collated", [phrase::name(name), type_phrase(ty), phrase::text(collation)])
        }
        None => phrase.say("attribute", [phrase::name(name), type_phrase(ty)]),
    }
}

impl Verb for CreateCompositeType {
    fn lower(&self, _: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        Ok(vec![Change::Create { at: at(&self.name), object: self.composite.clone().into() }])
    }

    fn phrase(&self) -> String {
        let Composite { attributes, comment } = &self.composite;
        let phrase = Phrase::verb("create_composite_type", [phrase::table(&self.name)]);
        let phrase = attributes.iter().fold(phrase, say_attribute);
        phrase.say_some("comment", comment.as_deref(), phrase::text).finish()
    }
}

impl Verb for AlterCompositeType {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let Self { name, attributes, comment } = self;
        let at = at(name);
        let known = ctx.before.get(&at).and_then(Object::as_composite).cloned();
        let from = known.unwrap_or_else(|| Composite {
            attributes: Vec::new(),
            comment: comment.placeholder(|| "unknown".into()),
        });
        let to =
            Composite { attributes: attributes.clone(), comment: comment.applied_to(from.comment.clone()) };
        Ok(alteration(at, from, to, None))
    }

    fn phrase(&self) -> String {
        let Self { name, attributes, comment } = self;
        let phrase = Phrase::verb("alter_composite_type", [phrase::table(name)]);
        let phrase = attributes.iter().fold(phrase, say_attribute);
        phrase.say_edit("comment", comment, |text| phrase::text(text)).finish()
    }
}

impl Verb for DropCompositeType {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let at = at(&self.name);
        let object = ctx.known_or_placeholder(&at);
        Ok(vec![Change::Drop { at, object }])
    }

    fn phrase(&self) -> String {
        Phrase::verb("drop_composite_type", [phrase::table(&self.name)]).finish()
    }
}
