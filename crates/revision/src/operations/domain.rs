//! Domains: `create_domain`, `alter_domain`, `drop_domain`.

use std::collections::BTreeMap;

use ambix_schema::{
    Address, Change, ColumnDefault, Domain, DomainCheck, Expr, Kind, Name, Object, TableName, Type,
};
use serde::{Deserialize, Serialize};

use super::column_type::type_phrase;
use super::lower::{Ctx, LowerError, alteration, unknown_type};
use super::phrase::{self, Phrase};
use super::{Edit, Scalar, Verb};

/// A new domain.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreateDomain {
    /// The name.
    pub name: TableName,
    /// The domain.
    pub domain: Domain,
}

/// What changes about a domain. What is not said stays as it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlterDomain {
    /// The name.
    pub name: TableName,
    /// The type it is made from.
    pub ty: Option<Type>,
    /// Whether it may hold nulls.
    pub is_nullable: Option<bool>,
    /// The default.
    pub default: Edit<ColumnDefault>,
    /// The collation.
    pub collation: Edit<String>,
    /// Conditions that come or change, and the names of those that go.
    pub checks: BTreeMap<Name, Option<DomainCheck>>,
    /// The comment.
    pub comment: Edit<String>,
}

/// A domain dropped.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DropDomain {
    /// The name.
    pub name: TableName,
}

impl AlterDomain {
    /// An alteration of a domain that changes nothing yet.
    pub fn new(name: TableName) -> Self {
        Self {
            name,
            ty: None,
            is_nullable: None,
            default: Edit::Keep,
            collation: Edit::Keep,
            checks: BTreeMap::new(),
            comment: Edit::Keep,
        }
    }

    /// The alteration that makes one domain out of another.
    pub fn between(name: TableName, from: &Domain, to: &Domain) -> Self {
        let Domain { ty, is_nullable, default, collation, checks, comment } = to;
        let gone = from
            .checks
            .iter()
            .filter(|old| !checks.iter().any(|check| check.name == old.name))
            .map(|old| (old.name.clone(), None));
        let said = checks
            .iter()
            .filter(|check| !from.checks.contains(check))
            .map(|check| (check.name.clone(), Some(check.clone())));
        Self {
            ty: (*ty != from.ty).then(|| ty.clone()),
            is_nullable: (*is_nullable != from.is_nullable).then_some(*is_nullable),
            default: Edit::between(from.default.as_ref(), default.as_ref()),
            collation: Edit::between(from.collation.as_ref(), collation.as_ref()),
            checks: gone.chain(said).collect(),
            comment: Edit::between(from.comment.as_ref(), comment.as_ref()),
            ..Self::new(name)
        }
    }
}

/// Puts a condition in place, in the order of the names.
fn put(checks: &mut Vec<DomainCheck>, check: DomainCheck) {
    checks.retain(|other| other.name != check.name);
    checks.push(check);
    checks.sort();
}

vocabulary! {
    verbs {
        /// Creates a domain over a type.
        fn create_domain(name: into TableName, of: into Type) -> CreateDomain {
            CreateDomain { name, domain: Domain::new(of) }
        }

        /// Changes a domain.
        fn alter_domain(name: into TableName) -> AlterDomain {
            AlterDomain::new(name)
        }

        /// Drops a domain.
        fn drop_domain(name: into TableName) -> DropDomain {
            DropDomain { name }
        }
    }

    methods recorded CreateDomain {
        /// Refuses nulls.
        fn not_null(this) {
            this.domain.is_nullable = false;
        }

        /// The value that columns without a default of their own get.
        fn default(this, value: into Scalar) {
            this.domain.default = Some(ColumnDefault::Literal(value.0));
        }

        /// The expression that columns without a default of their own evaluate.
        fn default_sql(this, expression: into Expr) {
            this.domain.default = Some(ColumnDefault::Sql(expression));
        }

        /// The collation.
        fn collation(this, name: into String) {
            this.domain.collation = Some(name);
        }

        /// A condition on `VALUE`.
        fn check(this, name: into Name, condition: into Expr) {
            put(&mut this.domain.checks, DomainCheck { name, expr: condition, is_validated: true });
        }

        /// A condition on `VALUE` that values from before were not checked against.
        fn check_not_valid(this, name: into Name, condition: into Expr) {
            put(&mut this.domain.checks, DomainCheck { name, expr: condition, is_validated: false });
        }

        /// A comment on the domain.
        fn comment(this, text: into String) {
            this.domain.comment = Some(text);
        }
    }

    methods recorded AlterDomain {
        /// Another type; columns of the domain are cast.
        fn set_type(this, ty: into Type) {
            this.ty = Some(ty);
        }

        /// Refuses nulls.
        fn set_not_null(this) {
            this.is_nullable = Some(false);
        }

        /// Allows nulls.
        fn drop_not_null(this) {
            this.is_nullable = Some(true);
        }

        /// The value that columns without a default of their own get.
        fn set_default(this, value: into Scalar) {
            this.default = Edit::Set(ColumnDefault::Literal(value.0));
        }

        /// The expression that columns without a default of their own evaluate.
        fn set_default_sql(this, expression: into Expr) {
            this.default = Edit::Set(ColumnDefault::Sql(expression));
        }

        /// No default any more.
        fn drop_default(this) {
            this.default = Edit::Unset;
        }

        /// The collation.
        fn collation(this, name: into String) {
            this.collation = Edit::Set(name);
        }

        /// The collation of the type.
        fn drop_collation(this) {
            this.collation = Edit::Unset;
        }

        /// A condition on `VALUE`, in the place of one of the same name.
        fn check(this, name: into Name, condition: into Expr) {
            let check = DomainCheck { name: name.clone(), expr: condition, is_validated: true };
            this.checks.insert(name, Some(check));
        }

        /// A condition on `VALUE` that values from before are not checked against.
        fn check_not_valid(this, name: into Name, condition: into Expr) {
            let check = DomainCheck { name: name.clone(), expr: condition, is_validated: false };
            this.checks.insert(name, Some(check));
        }

        /// Drops a condition.
        fn drop_check(this, name: into Name) {
            this.checks.insert(name, None);
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
    Address::of(Kind::Domain, name)
}

fn say_check(phrase: Phrase, check: &DomainCheck) -> Phrase {
    let DomainCheck { name, expr, is_validated } = check;
    let verb = if *is_validated { "check" } else { "check_not_valid" };
    phrase.say(verb, [phrase::name(name), phrase::text(expr.as_str())])
}

impl Verb for CreateDomain {
    fn lower(&self, _: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        Ok(vec![Change::Create { at: at(&self.name), object: self.domain.clone().into() }])
    }

    fn phrase(&self) -> String {
        let Domain { ty, is_nullable, default, collation, checks, comment } = &self.domain;
        let phrase = Phrase::verb("create_domain", [phrase::table(&self.name), type_phrase(ty)])
            .say_if(!is_nullable, "not_null");
        let phrase = match default {
            Some(ColumnDefault::Literal(literal)) => phrase.say("default", [Scalar::phrase(literal)]),
            Some(ColumnDefault::Sql(expr)) => phrase.say("default_sql", [phrase::text(expr.as_str())]),
            None => phrase,
        };
        let phrase = phrase.say_some("collation", collation.as_deref(), phrase::text);
        let phrase = checks.iter().fold(phrase, say_check);
        phrase.say_some("comment", comment.as_deref(), phrase::text).finish()
    }
}

impl Verb for AlterDomain {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let Self { name, ty, is_nullable, default, collation, checks, comment } = self;
        let at = at(name);
        let unknown = || String::from("unknown");
        let known = ctx.before.get(&at).and_then(Object::as_domain).cloned();
        let from = known.unwrap_or_else(|| Domain {
            ty: unknown_type(),
            is_nullable: !is_nullable.unwrap_or(false),
            default: default.placeholder(super::column::unknown_default),
            collation: collation.placeholder(unknown),
            checks: checks
                .iter()
                .filter(|(_, check)| check.is_none())
                .map(|(name, _)| DomainCheck {
                    name: name.clone(),
                    expr: "unknown".into(),
                    is_validated: true,
                })
                .collect(),
            comment: comment.placeholder(unknown),
        });
        let mut to = Domain {
            ty: ty.clone().unwrap_or_else(|| from.ty.clone()),
            is_nullable: is_nullable.unwrap_or(from.is_nullable),
            default: default.applied_to(from.default.clone()),
            collation: collation.applied_to(from.collation.clone()),
            checks: from.checks.clone(),
            comment: comment.applied_to(from.comment.clone()),
        };
        for (name, check) in checks {
            match check {
                Some(check) => put(&mut to.checks, check.clone()),
                None => to.checks.retain(|check| check.name != *name),
            }
        }
        Ok(alteration(at, from, to, None))
    }

    fn phrase(&self) -> String {
        let Self { name, ty, is_nullable, default, collation, checks, comment } = self;
        let phrase = Phrase::verb("alter_domain", [phrase::table(name)])
            .say_some("set_type", ty.as_ref(), type_phrase)
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
        let phrase = phrase.say_edit("collation", collation, |name| phrase::text(name));
        let phrase = checks.iter().fold(phrase, |phrase, (name, check)| match check {
            Some(check) => say_check(phrase, check),
            None => phrase.say("drop_check", [phrase::name(name)]),
        });
        phrase.say_edit("comment", comment, |text| phrase::text(text)).finish()
    }
}

impl Verb for DropDomain {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let at = at(&self.name);
        let object = ctx.known_or_placeholder(&at);
        Ok(vec![Change::Drop { at, object }])
    }

    fn phrase(&self) -> String {
        Phrase::verb("drop_domain", [phrase::table(&self.name)]).finish()
    }
}
