//! Constraints as values: `primary_key(["id"])`, `foreign_key(["user_id"], "users", ["id"]).on_delete(Cascade)`.

use ambix_schema::{
    Action, Check, Deferrable, Exclusion, ExclusionElement, Expr, ForeignKey, Kind, MatchType, Name, Object,
    PrimaryKey, TableName, Unique,
};
use serde::{Deserialize, Serialize};

use super::constraint_verbs::CreateConstraint;
use super::key::key_phrase;
use super::phrase::{self, Phrase};
use super::{KeyDefinition, List, Operation, Recordable};

/// A constraint of a table, with its name unless the naming convention is to choose one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "constraint", rename_all = "snake_case")]
pub enum Constraint {
    /// A primary key.
    PrimaryKey(PrimaryKeyDefinition),
    /// A unique constraint.
    Unique(UniqueDefinition),
    /// A foreign key.
    ForeignKey(ForeignKeyDefinition),
    /// A check.
    Check(CheckDefinition),
    /// An exclusion.
    Exclusion(ExclusionDefinition),
}

macro_rules! definitions {
    ($($(#[$doc:meta])* $definition:ident is $sort:ident { $field:ident: $object:ty };)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
        pub struct $definition {
            /// The name; `None` is left to the convention.
            pub name: Option<Name>,
            /// The constraint.
            pub $field: $object,
        }

        impl From<$definition> for Constraint {
            fn from(definition: $definition) -> Self {
                Self::$sort(definition)
            }
        }

        impl Recordable for $definition {
            const SORT: &'static str = stringify!($definition);

            fn within(operation: &mut Operation) -> Option<&mut Self> {
                if let Operation::CreateConstraint(CreateConstraint {
                    definition: Constraint::$sort(definition), ..
                }) = operation
                {
                    Some(definition)
                } else {
                    None
                }
            }
        }
    )*};
}
definitions! {
    /// A primary key that is to be. Its name is here and not in the key.
    PrimaryKeyDefinition is PrimaryKey { key: PrimaryKey };
    /// A unique constraint that is to be.
    UniqueDefinition is Unique { key: Unique };
    /// A foreign key that is to be.
    ForeignKeyDefinition is ForeignKey { key: ForeignKey };
    /// A check that is to be.
    CheckDefinition is Check { check: Check };
    /// An exclusion that is to be.
    ExclusionDefinition is Exclusion { exclusion: Exclusion };
}

vocabulary! {
    words {
        /// A primary key.
        fn primary_key(columns: into List<Name>) -> PrimaryKeyDefinition {
            PrimaryKeyDefinition { name: None, key: PrimaryKey::new(columns.0) }
        }

        /// A unique constraint.
        fn unique(columns: into List<Name>) -> UniqueDefinition {
            UniqueDefinition { name: None, key: Unique::new(columns.0) }
        }

        /// A foreign key: its columns, the referenced table, and the columns there.
        fn foreign_key(
            columns: into List<Name>, table: into TableName, referenced: into List<Name>,
        ) -> ForeignKeyDefinition {
            ForeignKeyDefinition { name: None, key: ForeignKey::new(columns.0, table, referenced.0) }
        }

        /// A condition that no row may make false.
        fn check(condition: into Expr) -> CheckDefinition {
            CheckDefinition { name: None, check: Check::new(condition) }
        }

        /// An exclusion: no two rows for which all operators hold. `exclude([key("room").with("=")])`
        fn exclude(elements: into List<KeyDefinition>) -> ExclusionDefinition {
            let elements = elements.0.into_iter().map(element).collect();
            ExclusionDefinition { name: None, exclusion: Exclusion::new(elements) }
        }

        /// Set only these of the referencing columns to null (PostgreSQL 15).
        fn set_null(columns: into List<Name>) -> Action {
            Action::SetNull(columns.0)
        }

        /// Set only these of the referencing columns to their defaults (PostgreSQL 15).
        fn set_default(columns: into List<Name>) -> Action {
            Action::SetDefault(columns.0)
        }
    }

    constants OnAction for Action {
        /// Refuse, at the end of the statement or transaction.
        NoAction => Action::NoAction,
        /// Refuse at once.
        Restrict => Action::Restrict,
        /// Do the same to the referencing rows.
        Cascade => Action::Cascade,
        /// Set the referencing columns to null.
        SetNull => Action::SetNull(Vec::new()),
        /// Set the referencing columns to their defaults.
        SetDefault => Action::SetDefault(Vec::new()),
    }

    constants Timing for Deferrable {
        /// At commit.
        Deferred => Deferrable::InitiallyDeferred,
        /// At each statement, unless the transaction defers it.
        Immediate => Deferrable::InitiallyImmediate,
    }

    methods both PrimaryKeyDefinition {
        /// The name.
        fn name(this, name: into Name) {
            this.name = Some(name);
        }

        /// Can be put off within a transaction.
        fn deferrable(this, initially: into Deferrable) {
            this.key.deferrable = initially;
        }

        /// Columns carried along.
        fn include(this, columns: into List<Name>) {
            this.key.include = columns.0;
        }

        /// A storage parameter or conflict clause, in the words of the database.
        fn option(this, name: into String, value: into String) {
            this.key.options.insert(name, value);
        }

        /// A comment on the constraint.
        fn comment(this, text: into String) {
            this.key.comment = Some(text);
        }
    }

    methods both UniqueDefinition {
        /// The name.
        fn name(this, name: into Name) {
            this.name = Some(name);
        }

        /// Columns carried along.
        fn include(this, columns: into List<Name>) {
            this.key.include = columns.0;
        }

        /// Nulls count as equal.
        fn nulls_not_distinct(this) {
            this.key.nulls_not_distinct = true;
        }

        /// Can be put off within a transaction.
        fn deferrable(this, initially: into Deferrable) {
            this.key.deferrable = initially;
        }

        /// A storage parameter or conflict clause, in the words of the database.
        fn option(this, name: into String, value: into String) {
            this.key.options.insert(name, value);
        }

        /// A comment on the constraint.
        fn comment(this, text: into String) {
            this.key.comment = Some(text);
        }
    }

    methods both ForeignKeyDefinition {
        /// The name.
        fn name(this, name: into Name) {
            this.name = Some(name);
        }

        /// What happens to referencing rows on delete.
        fn on_delete(this, action: into Action) {
            this.key.on_delete = action;
        }

        /// What happens to referencing rows when the key changes.
        fn on_update(this, action: into Action) {
            this.key.on_update = action;
        }

        /// Of several columns, all are null or none is.
        fn match_full(this) {
            this.key.match_type = MatchType::Full;
        }

        /// The standard's MATCH PARTIAL, which no server here implements.
        fn match_partial(this) {
            this.key.match_type = MatchType::Partial;
        }

        /// Can be put off within a transaction.
        fn deferrable(this, initially: into Deferrable) {
            this.key.deferrable = initially;
        }

        /// Existing rows are not checked.
        fn not_valid(this) {
            this.key.is_validated = false;
        }

        /// No row is checked, old or new.
        fn not_enforced(this) {
            this.key.is_enforced = false;
        }

        /// A comment on the constraint.
        fn comment(this, text: into String) {
            this.key.comment = Some(text);
        }
    }

    methods both CheckDefinition {
        /// The name.
        fn name(this, name: into Name) {
            this.name = Some(name);
        }

        /// Existing rows are not checked.
        fn not_valid(this) {
            this.check.is_validated = false;
        }

        /// Inheriting tables are left out.
        fn no_inherit(this) {
            this.check.no_inherit = true;
        }

        /// No row is checked, old or new.
        fn not_enforced(this) {
            this.check.is_enforced = false;
        }

        /// A comment on the constraint.
        fn comment(this, text: into String) {
            this.check.comment = Some(text);
        }
    }

    methods both ExclusionDefinition {
        /// The name.
        fn name(this, name: into Name) {
            this.name = Some(name);
        }

        /// The index method, such as `gist`.
        fn using(this, method: into String) {
            this.exclusion.method = Some(method);
        }

        /// Only rows for which this holds.
        fn filter(this, condition: into Expr) {
            this.exclusion.predicate = Some(condition);
        }

        /// Can be put off within a transaction.
        fn deferrable(this, initially: into Deferrable) {
            this.exclusion.deferrable = initially;
        }

        /// Columns carried along.
        fn include(this, columns: into List<Name>) {
            this.exclusion.include = columns.0;
        }

        /// A storage parameter, in the words of the database.
        fn option(this, name: into String, value: into String) {
            this.exclusion.options.insert(name, value);
        }

        /// A comment on the constraint.
        fn comment(this, text: into String) {
            this.exclusion.comment = Some(text);
        }
    }
}

pub(super) fn element(key: KeyDefinition) -> ExclusionElement {
    ExclusionElement { key: key.key, operator: key.operator.unwrap_or_else(|| "=".into()) }
}

impl Constraint {
    /// The constraint that an object is, under a name; `None` for objects of other kinds.
    pub fn of(name: &Name, object: &Object) -> Option<Self> {
        let name = Some(name.clone());
        match object.clone() {
            Object::PrimaryKey(mut key) => {
                Some(Self::PrimaryKey(PrimaryKeyDefinition { name: key.name.take(), key }))
            }
            Object::Unique(key) => Some(Self::Unique(UniqueDefinition { name, key })),
            Object::ForeignKey(key) => Some(Self::ForeignKey(ForeignKeyDefinition { name, key })),
            Object::Check(check) => Some(Self::Check(CheckDefinition { name, check })),
            Object::Exclusion(exclusion) => Some(Self::Exclusion(ExclusionDefinition { name, exclusion })),
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
            | Object::View(_) => None,
        }
    }

    /// What kind it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::PrimaryKey(_) => Kind::PrimaryKey,
            Self::Unique(_) => Kind::Unique,
            Self::ForeignKey(_) => Kind::ForeignKey,
            Self::Check(_) => Kind::Check,
            Self::Exclusion(_) => Kind::Exclusion,
        }
    }

    /// The name that was said.
    pub fn name(&self) -> Option<&Name> {
        match self {
            Self::PrimaryKey(PrimaryKeyDefinition { name, .. })
            | Self::Unique(UniqueDefinition { name, .. })
            | Self::ForeignKey(ForeignKeyDefinition { name, .. })
            | Self::Check(CheckDefinition { name, .. })
            | Self::Exclusion(ExclusionDefinition { name, .. }) => name.as_ref(),
        }
    }

    /// The words that make it, without those that qualify it.
    pub(super) fn arguments(&self) -> Vec<String> {
        match self {
            Self::PrimaryKey(definition) => vec![phrase::names(&definition.key.columns)],
            Self::Unique(definition) => vec![phrase::names(&definition.key.columns)],
            Self::ForeignKey(ForeignKeyDefinition { key, .. }) => vec![
                phrase::names(&key.columns),
                phrase::table(&key.references.0),
                phrase::names(&key.references.1),
            ],
            Self::Check(definition) => vec![phrase::text(definition.check.expr.as_str())],
            Self::Exclusion(definition) => {
                let elements = definition.exclusion.elements.iter();
                vec![phrase::list(elements.map(|element| key_phrase(&element.key, Some(&element.operator))))]
            }
        }
    }

    /// Appends the words that qualify it, the name aside.
    pub(super) fn qualify(&self, phrase: Phrase) -> Phrase {
        match self {
            Self::PrimaryKey(PrimaryKeyDefinition { name: _, key }) => {
                let PrimaryKey { name: _, columns: _, include, deferrable, options, comment } = key;
                let phrase = say_deferrable(phrase.say_names("include", include), *deferrable);
                say_comment(phrase.say_options(options), comment.as_deref())
            }
            Self::Unique(UniqueDefinition { name: _, key }) => {
                let Unique { columns: _, include, nulls_not_distinct, deferrable, options, comment } = key;
                let phrase = phrase.say_names("include", include);
                let phrase = phrase.say_if(*nulls_not_distinct, "nulls_not_distinct");
                say_comment(say_deferrable(phrase, *deferrable).say_options(options), comment.as_deref())
            }
            Self::ForeignKey(ForeignKeyDefinition { name: _, key }) => qualify_foreign_key(phrase, key),
            Self::Check(CheckDefinition { name: _, check }) => {
                let Check { expr: _, is_validated, no_inherit, is_enforced, comment } = check;
                let phrase = phrase
                    .say_if(*no_inherit, "no_inherit")
                    .say_if(!is_validated, "not_valid")
                    .say_if(!is_enforced, "not_enforced");
                say_comment(phrase, comment.as_deref())
            }
            Self::Exclusion(ExclusionDefinition { name: _, exclusion }) => {
                let Exclusion { elements: _, method, predicate, include, deferrable, options, comment } =
                    exclusion;
                let phrase = phrase
                    .say_some("using", method.as_deref(), phrase::text)
                    .say_names("include", include)
                    .say_some("filter", predicate.as_ref(), |expr| phrase::text(expr.as_str()));
                say_comment(say_deferrable(phrase, *deferrable).say_options(options), comment.as_deref())
            }
        }
    }

    /// The constraint as `create_table` says it.
    pub(super) fn phrase(&self) -> String {
        let word = match self {
            Self::PrimaryKey(_) => "primary_key",
            Self::Unique(_) => "unique",
            Self::ForeignKey(_) => "foreign_key",
            Self::Check(_) => "check",
            Self::Exclusion(_) => "exclude",
        };
        let phrase = Phrase::word(word, [self.arguments().join(", ")]);
        self.qualify(phrase.say_some("name", self.name(), phrase::name)).finish()
    }
}

fn qualify_foreign_key(phrase: Phrase, key: &ForeignKey) -> Phrase {
    let ForeignKey {
        columns: _,
        references: _,
        on_delete,
        on_update,
        match_type,
        deferrable,
        is_validated,
        is_enforced,
        comment,
    } = key;
    let action = |action: &Action| (*action != Action::NoAction).then(|| action_phrase(action));
    let phrase = phrase.say_some("on_delete", action(on_delete), |text| text).say_some(
        "on_update",
        action(on_update),
        |text| text,
    );
    let phrase = match match_type {
        MatchType::Simple => phrase,
        MatchType::Full => phrase.say("match_full", []),
        MatchType::Partial => phrase.say("match_partial", []),
    };
    let phrase = say_deferrable(phrase, *deferrable)
        .say_if(!is_validated, "not_valid")
        .say_if(!is_enforced, "not_enforced");
    say_comment(phrase, comment.as_deref())
}

fn say_comment(phrase: Phrase, comment: Option<&str>) -> Phrase {
    phrase.say_some("comment", comment, phrase::text)
}

fn action_phrase(action: &Action) -> String {
    match action {
        Action::NoAction => "NoAction".into(),
        Action::Restrict => "Restrict".into(),
        Action::Cascade => "Cascade".into(),
        Action::SetNull(columns) if columns.is_empty() => "SetNull".into(),
        Action::SetNull(columns) => Phrase::word("set_null", [phrase::names(columns)]).finish(),
        Action::SetDefault(columns) if columns.is_empty() => "SetDefault".into(),
        Action::SetDefault(columns) => Phrase::word("set_default", [phrase::names(columns)]).finish(),
    }
}

fn say_deferrable(phrase: Phrase, deferrable: Deferrable) -> Phrase {
    match deferrable {
        Deferrable::No => phrase,
        Deferrable::InitiallyImmediate => phrase.say("deferrable", ["Immediate".into()]),
        Deferrable::InitiallyDeferred => phrase.say("deferrable", ["Deferred".into()]),
    }
}
