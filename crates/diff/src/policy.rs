//! Policy: which objects a comparison may touch, declared in configuration or decided by a closure.
//!
//! Rules are tried in order and the first that matches wins. A rule that matches a table holds for
//! everything that belongs to the table.

use std::fmt;
use std::sync::Arc;

use ambix_schema::{Address, Facet, Kind, Name, Object};
use globset::{Glob, GlobMatcher};

/// What happens to an object that a rule matches.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Action {
    /// It is compared like any other.
    Include,
    /// It counts as if it were on neither side.
    Ignore,
    /// It may stay and be referenced, and is never dropped or altered.
    Protect,
    /// A difference is shown and never becomes an operation.
    Report,
}

impl Action {
    /// Reads the word of configuration.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Include, Self::Ignore, Self::Protect, Self::Report]
            .into_iter()
            .find(|action| action.word() == word)
    }

    /// The word of configuration.
    pub fn word(self) -> &'static str {
        match self {
            Self::Include => "include",
            Self::Ignore => "ignore",
            Self::Protect => "protect",
            Self::Report => "report",
        }
    }
}

/// On which sides an object must be found for a rule to match.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OnlyIn {
    /// On the side compared from, and not on the other.
    Database,
    /// On the side compared to, and not on the other.
    Models,
    /// On both.
    Both,
}

impl OnlyIn {
    /// Reads the word of configuration.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "database" => Some(Self::Database),
            "models" => Some(Self::Models),
            "both" => Some(Self::Both),
            _unknown => None,
        }
    }
}

/// One rule of a policy.
#[derive(Clone, Debug)]
pub struct Rule {
    kind: Option<Kind>,
    name: Option<GlobMatcher>,
    only_in: Option<OnlyIn>,
    attribute: Option<Facet>,
    action: Action,
    text: String,
    reason: Option<String>,
}

impl Rule {
    /// A rule that matches everything, to be narrowed.
    pub fn new(action: Action) -> Self {
        let text = action.word().to_owned();
        Self { kind: None, name: None, only_in: None, attribute: None, action, text, reason: None }
    }

    /// Reads the short form of configuration: `tmp_*`, `index:ix_legacy_*`, `column:users.legacy_*`.
    ///
    /// # Errors
    /// [`PolicyError`] for an unknown kind or a bad glob.
    pub fn short(action: Action, text: &str) -> Result<Self, PolicyError> {
        let mut rule = Self::new(action);
        let name = match text.split_once(':') {
            Some((word, name)) => {
                let kind = Kind::from_word(word.trim());
                rule.kind = Some(kind.ok_or_else(|| PolicyError::Kind { word: word.trim().to_owned() })?);
                name.trim()
            }
            None => text,
        };
        rule = rule.named(name)?;
        rule.text = format!("{} {text}", action.word());
        Ok(rule)
    }

    /// Narrows the rule to one kind.
    #[must_use]
    pub fn of_kind(mut self, kind: Kind) -> Self {
        self.kind = Some(kind);
        self.text = format!("{} kind={}", self.text, kind.word());
        self
    }

    /// Narrows the rule to names matching a glob: the object's own name, `table.name`, or
    /// `schema.table.name`.
    ///
    /// # Errors
    /// [`PolicyError::Glob`] for a bad glob.
    pub fn named(mut self, glob: &str) -> Result<Self, PolicyError> {
        let compiled = Glob::new(glob)
            .map_err(|error| PolicyError::Glob { glob: glob.into(), reason: error.kind().to_string() })?;
        self.name = Some(compiled.compile_matcher());
        self.text = format!("{} name={glob}", self.text);
        Ok(self)
    }

    /// Narrows the rule to objects found on these sides.
    #[must_use]
    pub fn only_in(mut self, sides: OnlyIn) -> Self {
        self.only_in = Some(sides);
        self
    }

    /// Narrows the rule to one attribute of the objects it matches.
    #[must_use]
    pub fn attribute(mut self, facet: Facet) -> Self {
        self.attribute = Some(facet);
        self.text = format!("{} attribute={}", self.text, facet.word());
        self
    }

    /// Gives the reason that is shown with what the rule left out.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// What the rule does.
    pub fn action(&self) -> Action {
        self.action
    }

    /// Whether the rule names this object, its sides aside.
    fn names(&self, at: &Address) -> bool {
        if self.names_itself(at) {
            return true;
        }
        let covers_parts = matches!(self.kind, None | Some(Kind::Table));
        match at.table_name().filter(|_| covers_parts && at.kind.belongs_to_table()) {
            Some(table) => self.matches_name(&own_spellings(&Address::table(table))),
            None => false,
        }
    }

    /// Whether the rule names this object, and not only the table it is a part of.
    fn names_itself(&self, at: &Address) -> bool {
        let itself = self.kind.is_none_or(|kind| kind == at.kind)
            && (self.kind.is_some() || !at.kind.belongs_to_table());
        itself && self.matches_name(&own_spellings(at))
    }

    fn matches_name(&self, spellings: &[String]) -> bool {
        self.name.as_ref().is_none_or(|glob| spellings.iter().any(|name| glob.is_match(name)))
    }

    fn matches_sides(&self, is_in_from: bool, is_in_to: bool) -> bool {
        match self.only_in {
            None => true,
            Some(OnlyIn::Database) => is_in_from && !is_in_to,
            Some(OnlyIn::Models) => is_in_to && !is_in_from,
            Some(OnlyIn::Both) => is_in_from && is_in_to,
        }
    }
}

/// `column:users.legacy_*` is meant with the table, `index:ix_legacy_*` without it.
fn own_spellings(at: &Address) -> Vec<String> {
    let raw = |name: &Option<Name>| name.as_ref().map(|name| name.as_str().to_owned());
    let name = at.name.as_str().to_owned();
    let mut spellings = vec![name.clone()];
    let in_table = match raw(&at.table).filter(|_| at.kind.belongs_to_table()) {
        Some(table) => format!("{table}.{name}"),
        None => name,
    };
    if let Some(namespace) = raw(&at.namespace) {
        spellings.push(format!("{namespace}.{in_table}"));
    }
    spellings.push(in_table);
    spellings
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&ambix_schema::escape(&self.text))?;
        match &self.reason {
            Some(reason) => write!(f, " ({})", ambix_schema::escape(reason)),
            None => Ok(()),
        }
    }
}

/// A rule that cannot be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PolicyError {
    /// A kind that does not exist.
    #[error(
        "there is no kind `{word}`; kinds are schema, extension, enum, sequence, table, column, primary_key, unique, check, foreign_key, exclude, index, view"
    )]
    Kind {
        /// The word.
        word: String,
    },
    /// A glob that cannot be compiled.
    #[error("`{glob}` is not a glob: {reason}")]
    Glob {
        /// The glob.
        glob: String,
        /// Why.
        reason: String,
    },
}

/// What an [`IncludeObject`] is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// The object: the model's where both sides have one.
    pub object: &'a Object,
    /// Where it is.
    pub at: &'a Address,
    /// Its name.
    pub name: &'a Name,
    /// Its kind.
    pub kind: Kind,
    /// Whether `object` comes from the side compared from (the database).
    pub reflected: bool,
    /// The counterpart on the other side.
    pub compare_to: Option<&'a Object>,
}

/// The policy as code: whether an object takes part in a comparison. Leaving out a table leaves out
/// everything that belongs to it.
pub trait IncludeObject: Send + Sync {
    /// Whether the object takes part.
    fn include_object(&self, candidate: &Candidate<'_>) -> bool;
}

impl<F: Fn(&Candidate<'_>) -> bool + Send + Sync> IncludeObject for F {
    fn include_object(&self, candidate: &Candidate<'_>) -> bool {
        self(candidate)
    }
}

/// Rules, and code behind them.
#[derive(Clone, Default)]
pub struct Policy {
    rules: Vec<Rule>,
    code: Option<Arc<dyn IncludeObject>>,
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy").field("rules", &self.rules).field("code", &self.code.is_some()).finish()
    }
}

impl Policy {
    /// A policy of rules, in order.
    pub fn new(rules: Vec<Rule>) -> Self {
        Self { rules, code: None }
    }

    /// The same policy with code that is asked when no rule matches.
    #[must_use]
    pub fn with_code(mut self, code: impl IncludeObject + 'static) -> Self {
        self.code = Some(Arc::new(code));
        self
    }

    /// Whether an object may not be dropped, whoever asks: the first rule that names it protects it.
    ///
    /// A part of a protected table is not meant: a column that a revision added to it goes again with
    /// the revision. Who means the column says so (`column:results.score`).
    pub fn protects(&self, at: &Address) -> Option<&Rule> {
        let mut rules = self.rules.iter().filter(|rule| rule.attribute.is_none());
        let first = rules.find(|rule| rule.names_itself(at))?;
        (first.action == Action::Protect).then_some(first)
    }

    /// Whether something that is on either side, and no object of ours, is passed over: the first rule that
    /// names it says anything but to include it.
    pub fn leaves_alone(&self, at: &Address) -> bool {
        let mut rules = self.rules.iter().filter(|rule| rule.attribute.is_none());
        rules.find(|rule| rule.names(at)).is_some_and(|rule| rule.action != Action::Include)
    }

    /// The first rule that matches the whole object.
    pub(crate) fn decide(&self, at: &Address, from: Option<&Object>, to: Option<&Object>) -> Option<&Rule> {
        self.rules
            .iter()
            .filter(|rule| rule.attribute.is_none())
            .find(|rule| rule.names(at) && rule.matches_sides(from.is_some(), to.is_some()))
    }

    /// The first rule that matches one facet of an object found on both sides.
    pub(crate) fn decide_facet(&self, at: &Address, facet: Facet) -> Option<&Rule> {
        self.rules
            .iter()
            .filter(|rule| rule.attribute == Some(facet))
            .find(|rule| rule.names(at) && rule.matches_sides(true, true))
    }

    /// Whether the code lets the object take part.
    pub(crate) fn code_includes(&self, at: &Address, from: Option<&Object>, to: Option<&Object>) -> bool {
        let Some(code) = &self.code else { return true };
        let (object, compare_to, reflected) = match (from, to) {
            (from, Some(to)) => (to, from, false),
            (Some(from), None) => (from, None, true),
            (None, None) => return true,
        };
        code.include_object(&Candidate { object, at, name: &at.name, kind: at.kind, reflected, compare_to })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_form_matches_tables_their_parts_and_named_kinds() {
        let tables = Rule::short(Action::Ignore, "tmp_*").unwrap();
        assert!(tables.names(&Address::table("tmp_1")));
        assert!(tables.names(&Address::column("tmp_1", "id")));
        assert!(!tables.names(&Address::column("users", "tmp_id")));
        let indexes = Rule::short(Action::Ignore, "index:ix_legacy_*").unwrap();
        assert!(indexes.names(&Address::part("users", Kind::Index, "ix_legacy_a")));
        assert!(!indexes.names(&Address::table("ix_legacy_a")));
        let columns = Rule::short(Action::Ignore, "column:users.legacy_*").unwrap();
        assert!(columns.names(&Address::column("users", "legacy_a")));
        assert!(!columns.names(&Address::column("posts", "legacy_a")));
        assert!(matches!(Rule::short(Action::Ignore, "colum:x"), Err(PolicyError::Kind { .. })));
    }

    #[test]
    fn a_protected_table_may_lose_a_column_unless_the_column_is_protected_too() {
        let rules = ["results", "column:results.score"];
        let rules = rules.map(|text| Rule::short(Action::Protect, text).unwrap());
        let policy = Policy::new(rules.to_vec());
        assert!(policy.protects(&Address::table("results")).is_some());
        assert!(policy.protects(&Address::column("results", "device")).is_none());
        assert!(policy.protects(&Address::column("results", "score")).is_some());
    }
}
