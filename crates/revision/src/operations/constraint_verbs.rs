//! Verbs about constraints of a table that exists: create, drop, rename, validate.

use ambix_schema::{Address, Change, Check, Expr, ForeignKey, Kind, Name, Object, PrimaryKey, TableName};
use serde::{Deserialize, Serialize};

use super::lower::{Ctx, LowerError};
use super::phrase::{self, Phrase};
use super::{
    CheckDefinition, Constraint, ExclusionDefinition, ForeignKeyDefinition, KeyDefinition, List, Operation,
    OptionalName, PrimaryKeyDefinition, Recordable, UniqueDefinition, Verb, check, exclude, foreign_key,
    primary_key, unique,
};

/// A constraint added to a table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreateConstraint {
    /// The table.
    pub table: TableName,
    /// The constraint, with its name.
    pub definition: Constraint,
}

/// A constraint of a table by its name, and its kind where that is said.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NamedConstraint {
    /// The table.
    pub table: TableName,
    /// The name.
    pub name: Name,
    /// The kind; found by the name where no kind is said.
    pub kind: Option<Kind>,
}

/// A constraint dropped.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DropConstraint {
    /// Which.
    pub constraint: NamedConstraint,
}

/// A constraint given another name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RenameConstraint {
    /// Which.
    pub constraint: NamedConstraint,
    /// Its new name.
    pub to: Name,
}

/// A constraint checked against the rows that were there before it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ValidateConstraint {
    /// Which.
    pub constraint: NamedConstraint,
}

/// The primary key of a table dropped, whatever its name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DropPrimaryKey {
    /// The table.
    pub table: TableName,
}

vocabulary! {
    verbs {
        /// Adds a primary key; its columns no longer hold nulls.
        fn create_primary_key(
            name: into OptionalName, table: into TableName, columns: into List<Name>,
        ) -> PrimaryKeyDefinition {
            let definition = PrimaryKeyDefinition { name: name.0, key: primary_key(columns).key };
            CreateConstraint { table, definition: definition.into() }
        }

        /// Adds a unique constraint.
        fn create_unique_constraint(
            name: into OptionalName, table: into TableName, columns: into List<Name>,
        ) -> UniqueDefinition {
            let definition = UniqueDefinition { name: name.0, key: unique(columns).key };
            CreateConstraint { table, definition: definition.into() }
        }

        /// Adds a foreign key: its columns, the referenced table, and the columns there.
        fn create_foreign_key(
            name: into OptionalName,
            table: into TableName,
            columns: into List<Name>,
            referenced_table: into TableName,
            referenced_columns: into List<Name>,
        ) -> ForeignKeyDefinition {
            let key = foreign_key(columns, referenced_table, referenced_columns).key;
            let definition = ForeignKeyDefinition { name: name.0, key };
            CreateConstraint { table, definition: definition.into() }
        }

        /// Adds a condition that no row may make false.
        fn create_check_constraint(
            name: into OptionalName, table: into TableName, condition: into Expr,
        ) -> CheckDefinition {
            let definition = CheckDefinition { name: name.0, check: check(condition).check };
            CreateConstraint { table, definition: definition.into() }
        }

        /// Adds an exclusion: no two rows for which all operators hold.
        fn create_exclude_constraint(
            name: into OptionalName, table: into TableName, elements: into List<KeyDefinition>,
        ) -> ExclusionDefinition {
            let definition = ExclusionDefinition { name: name.0, exclusion: exclude(elements).exclusion };
            CreateConstraint { table, definition: definition.into() }
        }

        /// Drops a constraint.
        fn drop_constraint(table: into TableName, name: into Name) -> NamedConstraint {
            DropConstraint { constraint: NamedConstraint { table, name, kind: None } }
        }

        /// Drops the primary key of a table, whatever its name.
        fn drop_primary_key(table: into TableName) -> DropPrimaryKey {
            DropPrimaryKey { table }
        }

        /// Gives a constraint another name.
        fn rename_constraint(table: into TableName, name: into Name, to: into Name) -> NamedConstraint {
            RenameConstraint { constraint: NamedConstraint { table, name, kind: None }, to }
        }

        /// Checks a constraint against the rows that were there before it.
        fn validate_constraint(table: into TableName, name: into Name) -> NamedConstraint {
            ValidateConstraint { constraint: NamedConstraint { table, name, kind: None } }
        }
    }

    methods recorded NamedConstraint {
        /// It is a primary key.
        fn primary_key(this) {
            this.kind = Some(Kind::PrimaryKey);
        }

        /// It is a unique constraint.
        fn unique(this) {
            this.kind = Some(Kind::Unique);
        }

        /// It is a foreign key.
        fn foreign_key(this) {
            this.kind = Some(Kind::ForeignKey);
        }

        /// It is a check.
        fn check(this) {
            this.kind = Some(Kind::Check);
        }

        /// It is an exclusion.
        fn exclude(this) {
            this.kind = Some(Kind::Exclusion);
        }
    }
}

impl Recordable for NamedConstraint {
    const SORT: &'static str = "NamedConstraint";

    #[expect(clippy::wildcard_enum_match_arm, reason = "three operations of many name a constraint")]
    fn within(operation: &mut Operation) -> Option<&mut Self> {
        match operation {
            Operation::DropConstraint(DropConstraint { constraint })
            | Operation::RenameConstraint(RenameConstraint { constraint, to: _ })
            | Operation::ValidateConstraint(ValidateConstraint { constraint }) => Some(constraint),
            _other => None,
        }
    }
}

impl NamedConstraint {
    /// The constraint's address: by its kind where that is said, else found by its name.
    fn at(&self, ctx: &Ctx<'_>, doing: &'static str) -> Result<Address, LowerError> {
        let Self { table, name, kind } = self;
        match kind {
            Some(Kind::PrimaryKey) => Ok(Address::primary_key(table)),
            Some(kind) => Ok(Address::part(table, *kind, name)),
            None => ctx.constraint_named(table, name).cloned().ok_or_else(|| LowerError::UnknownConstraint {
                doing,
                table: table.clone(),
                name: name.clone(),
            }),
        }
    }

    /// The constraint, or what stands in for an unknown one.
    fn object(&self, ctx: &Ctx<'_>, at: &Address) -> Object {
        let mut object = ctx.known_or_placeholder(at);
        if let (Object::PrimaryKey(key), false) = (&mut object, ctx.before.contains(at)) {
            key.name = Some(self.name.clone());
        }
        object
    }

    fn say_kind(&self, phrase: Phrase) -> Phrase {
        match self.kind {
            Some(Kind::PrimaryKey) => phrase.say("primary_key", []),
            Some(Kind::Unique) => phrase.say("unique", []),
            Some(Kind::ForeignKey) => phrase.say("foreign_key", []),
            Some(Kind::Check) => phrase.say("check", []),
            Some(Kind::Exclusion) => phrase.say("exclude", []),
            Some(
                Kind::Namespace
                | Kind::Extension
                | Kind::Enum
                | Kind::Domain
                | Kind::Composite
                | Kind::Range
                | Kind::Sequence
                | Kind::Table
                | Kind::Column
                | Kind::Index
                | Kind::View,
            )
            | None => phrase,
        }
    }
}

impl Verb for CreateConstraint {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let columns: Vec<Name> =
            ctx.before.columns(&self.table).into_iter().map(|(name, _)| name.clone()).collect();
        let (at, object) = self.definition.placed(ctx, &self.table, &columns, &|_| false)?;
        let mut changes = Vec::new();
        if let Object::PrimaryKey(key) = &object {
            changes.extend(key.columns.iter().filter_map(|name| no_longer_null(ctx, &self.table, name)));
        }
        changes.push(Change::Create { at, object });
        Ok(changes)
    }

    fn phrase(&self) -> String {
        let verb = match &self.definition {
            Constraint::PrimaryKey(_) => "create_primary_key",
            Constraint::Unique(_) => "create_unique_constraint",
            Constraint::ForeignKey(_) => "create_foreign_key",
            Constraint::Check(_) => "create_check_constraint",
            Constraint::Exclusion(_) => "create_exclude_constraint",
        };
        let name = phrase::optional_name(self.definition.name());
        let rest = self.definition.arguments().join(", ");
        let phrase = Phrase::verb(verb, [name, phrase::table(&self.table), rest]);
        self.definition.qualify(phrase).finish()
    }
}

/// A column of a new primary key refuses nulls from then on, said or not.
fn no_longer_null(ctx: &Ctx<'_>, table: &TableName, name: &Name) -> Option<Change> {
    let at = Address::column(table, name);
    let from = ctx.before.get(&at)?;
    let mut column = from.as_column()?.clone();
    if !column.is_nullable {
        return None;
    }
    column.is_nullable = false;
    Some(Change::Alter { at, from: from.clone(), to: column.into(), using: None })
}

impl Constraint {
    /// The object and its address; a constraint without a name gets one by the convention.
    /// `columns` are those of the table, `taken` says which names the same operation already gave.
    pub(super) fn placed(
        &self,
        ctx: &Ctx<'_>,
        table: &TableName,
        columns: &[Name],
        taken: &dyn Fn(&Name) -> bool,
    ) -> Result<(Address, Object), LowerError> {
        let part = |kind, said: Option<&Name>, columns: &[Name], referenced: Option<&TableName>| {
            let name = ctx.name_for(said, kind, table, columns, referenced, taken)?;
            Ok(Address::part(table, kind, name))
        };
        Ok(match self {
            Self::PrimaryKey(PrimaryKeyDefinition { name, key }) => {
                let by_convention = || ctx.naming.name(Kind::PrimaryKey, table, &key.columns, None);
                let name = name.clone().or_else(by_convention);
                (Address::primary_key(table), PrimaryKey { name, ..key.clone() }.into())
            }
            Self::Unique(UniqueDefinition { name, key }) => {
                (part(Kind::Unique, name.as_ref(), &key.columns, None)?, key.clone().into())
            }
            Self::ForeignKey(ForeignKeyDefinition { name, key }) => {
                let referenced = Some(&key.references.0);
                (part(Kind::ForeignKey, name.as_ref(), &key.columns, referenced)?, key.clone().into())
            }
            Self::Check(CheckDefinition { name, check }) => {
                // As PostgreSQL does: a check of one column is named after it.
                let mentioned: Vec<Name> =
                    columns.iter().filter(|column| check.expr.mentions(column)).cloned().collect();
                let named_after = if mentioned.len() == 1 { mentioned.as_slice() } else { &[] };
                (part(Kind::Check, name.as_ref(), named_after, None)?, check.clone().into())
            }
            Self::Exclusion(ExclusionDefinition { name, exclusion }) => {
                let words: Vec<Name> =
                    exclusion.elements.iter().map(|element| super::index::key_word(&element.key)).collect();
                (part(Kind::Exclusion, name.as_ref(), &words, None)?, exclusion.clone().into())
            }
        })
    }
}

impl Verb for DropConstraint {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let at = self.constraint.at(ctx, "drop")?;
        let object = self.constraint.object(ctx, &at);
        Ok(vec![Change::Drop { at, object }])
    }

    fn phrase(&self) -> String {
        let NamedConstraint { table, name, kind: _ } = &self.constraint;
        let phrase = Phrase::verb("drop_constraint", [phrase::table(table), phrase::name(name)]);
        self.constraint.say_kind(phrase).finish()
    }
}

impl Verb for DropPrimaryKey {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let at = Address::primary_key(&self.table);
        let object = ctx.known_or_placeholder(&at);
        Ok(vec![Change::Drop { at, object }])
    }

    fn phrase(&self) -> String {
        Phrase::verb("drop_primary_key", [phrase::table(&self.table)]).finish()
    }
}

impl Verb for RenameConstraint {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let at = self.constraint.at(ctx, "rename")?;
        let from = self.constraint.object(ctx, &at);
        // The address of a primary key carries no name, so its name is a facet.
        let change = match &from {
            Object::PrimaryKey(key) => {
                let to = PrimaryKey { name: Some(self.to.clone()), ..key.clone() };
                let from = PrimaryKey { name: Some(self.constraint.name.clone()), ..key.clone() };
                Change::Alter { at, from: from.into(), to: to.into(), using: None }
            }
            Object::Unique(_) | Object::ForeignKey(_) | Object::Check(_) | Object::Exclusion(_) => {
                Change::Rename { from: at, to: self.to.clone() }
            }
            Object::Namespace(_)
            | Object::Extension(_)
            | Object::Enum(_)
            | Object::Domain(_)
            | Object::Composite(_)
            | Object::Range(_)
            | Object::Sequence(_)
            | Object::Table(_)
            | Object::Column(_)
            | Object::Index(_)
            | Object::View(_) => unreachable!("a constraint's address holds a constraint"),
        };
        Ok(vec![change])
    }

    fn phrase(&self) -> String {
        let NamedConstraint { table, name, kind: _ } = &self.constraint;
        let arguments = [phrase::table(table), phrase::name(name), phrase::name(&self.to)];
        self.constraint.say_kind(Phrase::verb("rename_constraint", arguments)).finish()
    }
}

impl Verb for ValidateConstraint {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let at = self.constraint.at(ctx, "validate")?;
        let known = ctx.known_or_placeholder(&at);
        let validated = |is_validated: bool| match &known {
            Object::ForeignKey(key) => Some(ForeignKey { is_validated, ..key.clone() }.into()),
            Object::Check(check) => Some(Check { is_validated, ..check.clone() }.into()),
            Object::Namespace(_)
            | Object::Extension(_)
            | Object::Enum(_)
            | Object::Domain(_)
            | Object::Composite(_)
            | Object::Range(_)
            | Object::Sequence(_)
            | Object::Table(_)
            | Object::Column(_)
            | Object::PrimaryKey(_)
            | Object::Unique(_)
            | Object::Exclusion(_)
            | Object::Index(_)
            | Object::View(_) => None,
        };
        let (Some(from), Some(to)) = (validated(false), validated(true)) else {
            let NamedConstraint { table, name, kind: _ } = self.constraint.clone();
            return Err(LowerError::NotValidated { table, name });
        };
        Ok(vec![Change::Alter { at, from, to, using: None }])
    }

    fn phrase(&self) -> String {
        let NamedConstraint { table, name, kind: _ } = &self.constraint;
        let phrase = Phrase::verb("validate_constraint", [phrase::table(table), phrase::name(name)]);
        self.constraint.say_kind(phrase).finish()
    }
}
