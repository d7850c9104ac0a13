//! The comparison: every address of both sides is looked at once.

use std::collections::BTreeMap;

use ambix_dialect::Canonical;
use ambix_schema::{Address, Change, Facet, Kind, Object, Schema};
use serde::Serialize;

use crate::adopt::adopt;
use crate::policy::{Action, Policy};
use crate::renames::{RenameCandidate, RenameHint, candidates, follow};
use crate::side_by_side::side_by_side;

/// What a comparison found.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Diff {
    /// The changes that make the first schema the second, policy and coverage aside: renames, then
    /// drops (parts before their tables), alterations, creations. They apply in this order.
    pub changes: Vec<Change>,
    /// Pairs of a drop and a creation that look like one rename. Never acted upon here.
    pub rename_candidates: Vec<RenameCandidate>,
    /// Differences that the policy or the coverage left out.
    pub skipped: Vec<Skipped>,
}

/// A difference that did not become a change, and why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Skipped {
    /// The change that would have been.
    pub change: Change,
    /// Why it is not.
    pub because: Because,
}

/// Why a difference was left out.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// A rule ignores the object.
    Ignored {
        /// The rule, for people.
        rule: String,
    },
    /// A rule protects the object.
    Protected {
        /// The rule, for people.
        rule: String,
    },
    /// A rule asks for the difference to be shown and left alone.
    Reported {
        /// The rule, for people.
        rule: String,
    },
    /// `IncludeObject` code left it out.
    Code,
    /// A side has no words for it.
    NotCovered,
    /// Two texts of one expression, of which nobody could say whether they mean the same.
    Unexplained {
        /// Why, for people.
        reason: String,
    },
}

/// Compares two schemas: what must change so that `from` becomes `to`.
///
/// `renames` are said by an author (`renamed_from`, `--rename`); one that does not fit both sides is
/// passed over, because it was carried out long ago. Names are compared as they are, and implied ones
/// by shape.
pub fn diff(from: &Canonical, to: &Canonical, policy: &Policy, renames: &[RenameHint]) -> Diff {
    let (from, carried_out) = follow(from.schema(), to.schema(), renames);
    let to = adopt(&from, to.schema());
    let mut found =
        Found { policy, from: &from, to: &to, excluded_tables: BTreeMap::new(), diff: Diff::default() };

    for (at, from, to) in side_by_side(&from, &to) {
        found.compare(at, from, to);
    }
    let mut diff = found.diff;
    diff.rename_candidates = candidates(&from, &to, &diff.changes);
    diff.changes = carried_out.into_iter().chain(in_order(diff.changes)).collect();
    diff
}

/// Drops in reverse address order, so that parts go before their table; then alterations; then creations.
fn in_order(changes: Vec<Change>) -> Vec<Change> {
    let (mut drops, mut alters, mut creates) = (Vec::new(), Vec::new(), Vec::new());
    for change in changes {
        match change {
            Change::Drop { .. } => drops.push(change),
            Change::Create { .. } => creates.push(change),
            Change::Alter { .. } | Change::Rename { .. } | Change::Opaque(_) => alters.push(change),
        }
    }
    drops.reverse();
    drops.into_iter().chain(alters).chain(creates).collect()
}

impl Diff {
    /// Takes one facet out of the alteration of an object, which nobody could explain: it is shown, and
    /// nothing is done about it.
    pub fn leave_unexplained(&mut self, at: &Address, facet: Facet, reason: &str) {
        let is_meant = |change: &Change| matches!(change, Change::Alter { at: place, .. } if place == at);
        let Some(place) = self.changes.iter().position(is_meant) else { return };
        let Change::Alter { at, from, to, using } = self.changes.remove(place) else { return };
        let (mut alone, mut rest) = (from.clone(), to.clone());
        alone.adopt(facet, &to);
        rest.adopt(facet, &from);
        if !from.differing(&rest).is_empty() {
            let rest = Change::Alter { at: at.clone(), from: from.clone(), to: rest, using };
            self.changes.insert(place, rest);
        }
        let change = Change::Alter { at, from, to: alone, using: None };
        self.skipped.push(Skipped { change, because: Because::Unexplained { reason: reason.to_owned() } });
    }
}

struct Found<'a> {
    policy: &'a Policy,
    from: &'a Schema,
    to: &'a Schema,
    excluded_tables: BTreeMap<Address, bool>,
    diff: Diff,
}

impl Found<'_> {
    fn compare(&mut self, at: &Address, from: Option<&Object>, to: Option<&Object>) {
        let change = match (from, to) {
            (Some(from), Some(to)) if from == to => None,
            (Some(from), Some(to)) => self.alteration(at, from, to),
            (Some(from), None) => Some(Change::Drop { at: at.clone(), object: from.clone() }),
            (None, Some(to)) => Some(Change::Create { at: at.clone(), object: to.clone() }),
            (None, None) => None,
        };
        let Some(change) = change else { return };
        match self.objection(at, &change) {
            Some(because) => self.diff.skipped.push(Skipped { change, because }),
            None => self.diff.changes.push(change),
        }
    }

    /// The alteration that is left when facets the policy or the coverage passes over are taken out.
    fn alteration(&mut self, at: &Address, from: &Object, to: &Object) -> Option<Change> {
        let mut wanted = to.clone();
        for facet in from.differing(to) {
            if let Some(because) = self.facet_objection(at, facet) {
                // Only this facet differs in the change that is reported as left out.
                let mut alone = from.clone();
                alone.adopt(facet, to);
                let change = Change::Alter { at: at.clone(), from: from.clone(), to: alone, using: None };
                self.diff.skipped.push(Skipped { change, because });
                wanted.adopt(facet, from);
            }
        }
        let differs = !from.differing(&wanted).is_empty();
        differs.then(|| Change::Alter { at: at.clone(), from: from.clone(), to: wanted, using: None })
    }

    fn facet_objection(&self, at: &Address, facet: Facet) -> Option<Because> {
        // A side without words for a facet has no value of its own, whichever side it is.
        let both_speak =
            [self.from, self.to].iter().all(|side| side.coverage.speaks_of_facet(at.kind, facet));
        if !both_speak {
            return Some(Because::NotCovered);
        }
        let rule = self.policy.decide_facet(at, facet)?;
        because(rule.action(), rule.to_string())
    }

    fn objection(&mut self, at: &Address, change: &Change) -> Option<Because> {
        let (from, to) = (self.from.get(at), self.to.get(at));
        if let Some(rule) = self.policy.decide(at, from, to) {
            let creates_anew = match rule.action() {
                // A protected table that is not there yet may be created with all its parts.
                Action::Protect => from.is_none() && !self.table_exists(at),
                Action::Include | Action::Ignore | Action::Report => false,
            };
            if let Some(because) = because(rule.action(), rule.to_string()).filter(|_| !creates_anew) {
                return Some(because);
            }
        } else if self.code_excludes(at) {
            return Some(Because::Code);
        }
        let takes_away = match change {
            Change::Drop { .. } => true,
            Change::Create { .. } | Change::Alter { .. } | Change::Rename { .. } | Change::Opaque(_) => false,
        };
        (takes_away && !self.to.coverage.speaks_of(at.kind)).then_some(Because::NotCovered)
    }

    fn table_exists(&self, at: &Address) -> bool {
        at.table_name().is_some_and(|table| self.from.contains(&Address::table(table)))
    }

    fn code_excludes(&mut self, at: &Address) -> bool {
        let (from, to) = (self.from, self.to);
        if at.kind.belongs_to_table()
            && let Some(table) = at.table_name()
        {
            let table = Address::table(table);
            let policy = self.policy;
            let is_excluded = *self
                .excluded_tables
                .entry(table.clone())
                .or_insert_with(|| !policy.code_includes(&table, from.get(&table), to.get(&table)));
            if is_excluded {
                return true;
            }
        }
        !self.policy.code_includes(at, from.get(at), to.get(at))
    }
}

fn because(action: Action, rule: String) -> Option<Because> {
    match action {
        Action::Include => None,
        Action::Ignore => Some(Because::Ignored { rule }),
        Action::Protect => Some(Because::Protected { rule }),
        Action::Report => Some(Because::Reported { rule }),
    }
}

impl Skipped {
    /// Whether this difference is to be shown although nothing is done about it.
    pub fn is_reported(&self) -> bool {
        matches!(self.because, Because::Reported { .. } | Because::Unexplained { .. })
    }

    /// Whether nobody could say if this is a difference at all.
    pub fn is_unexplained(&self) -> bool {
        matches!(self.because, Because::Unexplained { .. })
    }

    /// The table or object left out, for counting: parts count with their table.
    pub fn subject(&self) -> Option<Address> {
        let at = self.change.at()?;
        match at.table_name().filter(|_| at.kind != Kind::Table) {
            Some(table) => Some(Address::table(table)),
            None => Some(at.clone()),
        }
    }
}
