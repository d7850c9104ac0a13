//! Schemas (namespaces) and extensions: `create_schema`, `drop_schema`, `create_extension`, …

use ambix_schema::{Address, Change, Extension, Name, Namespace, Object};
use serde::{Deserialize, Serialize};

use super::lower::{Ctx, LowerError, alteration};
use super::phrase::{self, Phrase};
use super::{Edit, Verb};

/// A new namespace.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreateSchema {
    /// The name.
    pub name: Name,
    /// The comment.
    pub comment: Option<String>,
}

/// What changes about a namespace.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlterSchema {
    /// The name.
    pub name: Name,
    /// The comment.
    pub comment: Edit<String>,
}

/// A namespace dropped; it must be empty.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DropSchema {
    /// The name.
    pub name: Name,
}

/// An extension installed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreateExtension {
    /// The name.
    pub name: Name,
    /// The version; the server's own choice where none is said.
    pub version: Option<String>,
    /// The namespace of its objects; the default one, or the extension's own, where none is said.
    pub namespace: Option<Name>,
}

/// An extension brought to another version or namespace.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlterExtension {
    /// The name.
    pub name: Name,
    /// The version.
    pub version: Edit<String>,
    /// The namespace of its objects.
    pub namespace: Edit<Name>,
}

/// An extension removed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DropExtension {
    /// The name.
    pub name: Name,
}

vocabulary! {
    verbs {
        /// Creates a schema: a namespace for tables.
        fn create_schema(name: into Name) -> CreateSchema {
            CreateSchema { name, comment: None }
        }

        /// Changes the comment of a schema.
        fn alter_schema(name: into Name) -> AlterSchema {
            AlterSchema { name, comment: Edit::Keep }
        }

        /// Drops a schema that is empty.
        fn drop_schema(name: into Name) -> DropSchema {
            DropSchema { name }
        }

        /// Installs an extension.
        fn create_extension(name: into Name) -> CreateExtension {
            CreateExtension { name, version: None, namespace: None }
        }

        /// Brings an extension to another version or schema.
        fn alter_extension(name: into Name) -> AlterExtension {
            AlterExtension { name, version: Edit::Keep, namespace: Edit::Keep }
        }

        /// Removes an extension.
        fn drop_extension(name: into Name) -> DropExtension {
            DropExtension { name }
        }
    }

    methods recorded CreateSchema {
        /// A comment on the schema.
        fn comment(this, text: into String) {
            this.comment = Some(text);
        }
    }

    methods recorded AlterSchema {
        /// The comment.
        fn comment(this, text: into String) {
            this.comment = Edit::Set(text);
        }

        /// No comment any more.
        fn drop_comment(this) {
            this.comment = Edit::Unset;
        }
    }

    methods recorded CreateExtension {
        /// The version.
        fn version(this, version: into String) {
            this.version = Some(version);
        }

        /// The schema its objects live in.
        fn schema(this, namespace: into Name) {
            this.namespace = Some(namespace);
        }
    }

    methods recorded AlterExtension {
        /// The version.
        fn version(this, version: into String) {
            this.version = Edit::Set(version);
        }

        /// The version the server offers.
        fn drop_version(this) {
            this.version = Edit::Unset;
        }

        /// The schema its objects live in.
        fn schema(this, namespace: into Name) {
            this.namespace = Edit::Set(namespace);
        }

        /// Its objects live in the default schema.
        fn drop_schema(this) {
            this.namespace = Edit::Unset;
        }
    }
}

fn dropped(ctx: &Ctx<'_>, at: Address) -> Vec<Change> {
    let object = ctx.known_or_placeholder(&at);
    vec![Change::Drop { at, object }]
}

impl Verb for CreateSchema {
    fn lower(&self, _: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let object = Namespace { comment: self.comment.clone() };
        Ok(vec![Change::Create { at: Address::namespace(&self.name), object: object.into() }])
    }

    fn phrase(&self) -> String {
        Phrase::verb("create_schema", [phrase::name(&self.name)])
            .say_some("comment", self.comment.as_deref(), phrase::text)
            .finish()
    }
}

impl Verb for AlterSchema {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let at = Address::namespace(&self.name);
        let known = match ctx.before.get(&at) {
            Some(Object::Namespace(namespace)) => namespace.comment.clone(),
            Some(_) | None => self.comment.placeholder(|| "unknown".into()),
        };
        let to = Namespace { comment: self.comment.applied_to(known.clone()) };
        Ok(alteration(at, Namespace { comment: known }, to, None))
    }

    fn phrase(&self) -> String {
        Phrase::verb("alter_schema", [phrase::name(&self.name)])
            .say_edit("comment", &self.comment, |text| phrase::text(text))
            .finish()
    }
}

impl Verb for DropSchema {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        Ok(dropped(ctx, Address::namespace(&self.name)))
    }

    fn phrase(&self) -> String {
        Phrase::verb("drop_schema", [phrase::name(&self.name)]).finish()
    }
}

impl Verb for CreateExtension {
    fn lower(&self, _: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let object = Extension {
            version: self.version.clone(),
            namespace: self.namespace.clone(),
            ..Extension::default()
        };
        Ok(vec![Change::Create { at: Address::extension(&self.name), object: object.into() }])
    }

    fn phrase(&self) -> String {
        Phrase::verb("create_extension", [phrase::name(&self.name)])
            .say_some("version", self.version.as_deref(), phrase::text)
            .say_some("schema", self.namespace.as_ref(), phrase::name)
            .finish()
    }
}

impl Verb for AlterExtension {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let at = Address::extension(&self.name);
        let from = match ctx.before.get(&at) {
            Some(Object::Extension(extension)) => extension.clone(),
            Some(_) | None => Extension {
                version: self.version.placeholder(|| "unknown".into()),
                namespace: self.namespace.placeholder(|| "unknown".into()),
                ..Extension::default()
            },
        };
        let to = Extension {
            version: self.version.applied_to(from.version.clone()),
            namespace: self.namespace.applied_to(from.namespace.clone()),
            requires: from.requires.clone(),
        };
        Ok(alteration(at, from, to, None))
    }

    fn phrase(&self) -> String {
        Phrase::verb("alter_extension", [phrase::name(&self.name)])
            .say_edit("version", &self.version, |text| phrase::text(text))
            .say_edit("schema", &self.namespace, phrase::name)
            .finish()
    }
}

impl Verb for DropExtension {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        Ok(dropped(ctx, Address::extension(&self.name)))
    }

    fn phrase(&self) -> String {
        Phrase::verb("drop_extension", [phrase::name(&self.name)]).finish()
    }
}
