//! Enumerated types: `create_enum`, `add_enum_value`, `rename_enum_value`, `alter_enum`, `drop_enum`.

use ambix_schema::{Address, Change, Enum, Kind, Object, TableName};
use serde::{Deserialize, Serialize};

use super::lower::{Ctx, LowerError, alteration};
use super::phrase::{self, Phrase};
use super::{Edit, List, Verb};

/// A new enum.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreateEnum {
    /// The name.
    pub name: TableName,
    /// Its values, in sort order.
    pub values: Vec<String>,
    /// The comment.
    pub comment: Option<String>,
}

/// A value added to an enum.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AddEnumValue {
    /// The enum.
    pub name: TableName,
    /// The value.
    pub value: String,
    /// Its place; at the end where none is said.
    pub place: Option<ValuePlace>,
}

/// The place of a new value among those of an enum.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValuePlace {
    /// Just before a value.
    Before(String),
    /// Just after a value.
    After(String),
}

/// A value of an enum given another name; rows that hold it follow.
///
/// Its change tells how old values become new ones (`using`, the new value as a literal): without that
/// it would be the same change as dropping one value and adding another in its place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RenameEnumValue {
    /// The enum.
    pub name: TableName,
    /// The value.
    pub from: String,
    /// Its new name.
    pub to: String,
}

/// An enum whose values are reordered or fewer: its whole list anew.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlterEnum {
    /// The enum.
    pub name: TableName,
    /// All its values from then on, in sort order.
    pub values: Vec<String>,
    /// The comment.
    pub comment: Edit<String>,
}

/// An enum dropped.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DropEnum {
    /// The enum.
    pub name: TableName,
}

vocabulary! {
    verbs {
        /// Creates an enumerated type with its values in sort order.
        fn create_enum(name: into TableName, values: into List<String>) -> CreateEnum {
            CreateEnum { name, values: values.0, comment: None }
        }

        /// Adds a value, at the end unless a place is said.
        fn add_enum_value(name: into TableName, value: into String) -> AddEnumValue {
            AddEnumValue { name, value, place: None }
        }

        /// Gives a value another name; rows that hold it follow.
        fn rename_enum_value(name: into TableName, from: into String, to: into String) -> RenameEnumValue {
            RenameEnumValue { name, from, to }
        }

        /// Gives an enum its list of values anew: for another order, or without some of them.
        fn alter_enum(name: into TableName, values: into List<String>) -> AlterEnum {
            AlterEnum { name, values: values.0, comment: Edit::Keep }
        }

        /// Drops an enum.
        fn drop_enum(name: into TableName) -> DropEnum {
            DropEnum { name }
        }
    }

    methods recorded CreateEnum {
        /// A comment on the enum.
        fn comment(this, text: into String) {
            this.comment = Some(text);
        }
    }

    methods recorded AddEnumValue {
        /// Just before another value.
        fn before(this, value: into String) {
            this.place = Some(ValuePlace::Before(value));
        }

        /// Just after another value.
        fn after(this, value: into String) {
            this.place = Some(ValuePlace::After(value));
        }
    }

    methods recorded AlterEnum {
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

fn known(ctx: &Ctx<'_>, name: &TableName) -> Option<Enum> {
    ctx.before.get(&at(name)).and_then(Object::as_enum).cloned()
}

fn at(name: &TableName) -> Address {
    Address::of(Kind::Enum, name)
}

impl Verb for CreateEnum {
    fn lower(&self, _: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let object = Enum { values: self.values.clone(), comment: self.comment.clone() };
        Ok(vec![Change::Create { at: at(&self.name), object: object.into() }])
    }

    fn phrase(&self) -> String {
        Phrase::verb("create_enum", [phrase::table(&self.name), phrase::texts(&self.values)])
            .say_some("comment", self.comment.as_deref(), phrase::text)
            .finish()
    }
}

impl Verb for AddEnumValue {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        // Of an unknown enum, only the neighbour is known.
        let neighbour = match &self.place {
            Some(ValuePlace::Before(value) | ValuePlace::After(value)) => vec![value.clone()],
            None => Vec::new(),
        };
        let from = known(ctx, &self.name).unwrap_or(Enum { values: neighbour, comment: None });
        if from.values.contains(&self.value) {
            return Ok(Vec::new());
        }
        let place_of = |value: &String| {
            from.values.iter().position(|known| known == value).ok_or_else(|| LowerError::NoSuchValue {
                doing: "add a value beside another",
                at: self.name.clone(),
                value: value.clone(),
            })
        };
        let place = match &self.place {
            Some(ValuePlace::Before(value)) => place_of(value)?,
            Some(ValuePlace::After(value)) => place_of(value)? + 1,
            None => from.values.len(),
        };
        let mut to = from.clone();
        to.values.insert(place, self.value.clone());
        Ok(alteration(at(&self.name), from, to, None))
    }

    fn phrase(&self) -> String {
        let phrase = Phrase::verb("add_enum_value", [phrase::table(&self.name), phrase::text(&self.value)]);
        match &self.place {
            Some(ValuePlace::Before(value)) => phrase.say("before", [phrase::text(value)]),
            Some(ValuePlace::After(value)) => phrase.say("after", [phrase::text(value)]),
            None => phrase,
        }
        .finish()
    }
}

impl Verb for RenameEnumValue {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let from =
            known(ctx, &self.name).unwrap_or_else(|| Enum { values: vec![self.from.clone()], comment: None });
        let mut to = from.clone();
        let value = to.values.iter_mut().find(|value| **value == self.from).ok_or_else(|| {
            LowerError::NoSuchValue {
                doing: "rename a value",
                at: self.name.clone(),
                value: self.from.clone(),
            }
        })?;
        value.clone_from(&self.to);
        let using = format!("'{}'", self.to.replace('\'', "''"));
        Ok(alteration(at(&self.name), from, to, Some(using.into())))
    }

    fn phrase(&self) -> String {
        let arguments = [phrase::table(&self.name), phrase::text(&self.from), phrase::text(&self.to)];
        Phrase::verb("rename_enum_value", arguments).finish()
    }
}

impl Verb for AlterEnum {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let Self { name, values, comment } = self;
        let from = known(ctx, name).unwrap_or_else(|| Enum {
            values: Vec::new(),
            comment: comment.placeholder(|| "unknown".into()),
        });
        let to = Enum { values: values.clone(), comment: comment.applied_to(from.comment.clone()) };
        Ok(alteration(at(name), from, to, None))
    }

    fn phrase(&self) -> String {
        Phrase::verb("alter_enum", [phrase::table(&self.name), phrase::texts(&self.values)])
            .say_edit("comment", &self.comment, |text| phrase::text(text))
            .finish()
    }
}

impl Verb for DropEnum {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let at = at(&self.name);
        let object = ctx.known_or_placeholder(&at);
        Ok(vec![Change::Drop { at, object }])
    }

    fn phrase(&self) -> String {
        Phrase::verb("drop_enum", [phrase::table(&self.name)]).finish()
    }
}
