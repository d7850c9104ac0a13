//! One fact on a live database: what is noticed, and whether the plan leads there and back.

use std::collections::BTreeSet;

use ambix_dialect::Canonical;
use ambix_schema::{Change, Schema, Unmodelled};

use super::sheet::{Fact, Sheet};
use crate::law::{changes, inverses, planned, script, text};
use crate::live::Live;

/// What came of one fact.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// The fact's name.
    pub name: String,
    /// The differences that were found, sorted.
    pub found: Vec<String>,
    /// What that means.
    pub verdict: Verdict,
}

/// Whether a fact holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Exactly what was expected was found, and the plan leads there and back.
    Noticed,
    /// There was nothing to find, for the reason given.
    LeftAlone(String),
    /// Something else was found than was expected.
    Missed(Vec<String>),
    /// The server did not take the fact's own SQL.
    Invalid(String),
    /// The difference was found, and the plan for it fails or leads elsewhere.
    Unplannable(String),
}

impl Verdict {
    /// Whether it is as it should be.
    pub fn holds(&self) -> bool {
        match self {
            Self::Noticed | Self::LeftAlone(_) => true,
            Self::Missed(_) | Self::Invalid(_) | Self::Unplannable(_) => false,
        }
    }
}

/// Tries every fact of a sheet whose name holds `filter`, and tells what came of each at once.
///
/// # Errors
/// When there is no database to try it on, or the base cannot be built.
pub fn run(
    sheet: &Sheet,
    dialect: &str,
    filter: &str,
    told: &mut dyn FnMut(&Outcome),
) -> Result<Vec<Outcome>, String> {
    let mut stage = Stage::open(sheet, dialect)?;
    let wanted = sheet.facts.iter().filter(|fact| fact.name.contains(filter));
    wanted
        .map(|fact| {
            let outcome = stage.outcome(fact)?;
            told(&outcome);
            Ok(outcome)
        })
        .collect()
}

/// The database a fact is tried on.
struct Stage<'a> {
    sheet: &'a Sheet,
    dialect: &'a str,
    live: Live,
    /// What the base is read as.
    base: Canonical,
}

/// The namespaces a sheet may use beside the default one.
const NAMESPACES: [&str; 2] = ["app", "other"];

impl<'a> Stage<'a> {
    fn open(sheet: &'a Sheet, dialect: &'a str) -> Result<Self, String> {
        let (live, base) = Self::built(sheet, dialect)?;
        Ok(Self { sheet, dialect, live, base })
    }

    fn built(sheet: &Sheet, dialect: &str) -> Result<(Live, Canonical), String> {
        let namespaces: Vec<String> = match dialect {
            "postgres" => NAMESPACES.map(str::to_owned).to_vec(),
            _other => Vec::new(),
        };
        let mut live = Live::fresh(dialect, &namespaces)?;
        live.execute(&sheet.base).map_err(|error| format!("the base cannot be built: {error}"))?;
        let base = live.read()?;
        Ok((live, base))
    }

    fn outcome(&mut self, fact: &Fact) -> Result<Outcome, String> {
        let (found, verdict) = match self.seen(fact)? {
            Err(reason) => (Vec::new(), Verdict::Invalid(reason)),
            Ok((before, after)) => {
                let found = differences(&before, &after);
                let verdict = self.verdict(fact, &found, &before, &after)?;
                (found, verdict)
            }
        };
        Ok(Outcome { name: fact.name.clone(), found, verdict })
    }

    fn verdict(
        &mut self,
        fact: &Fact,
        found: &[String],
        before: &Canonical,
        after: &Canonical,
    ) -> Result<Verdict, String> {
        if found != fact.expected {
            return Ok(Verdict::Missed(found.to_vec()));
        }
        if let Some(reason) = &fact.reason {
            return Ok(Verdict::LeftAlone(reason.clone()));
        }
        Ok(match self.there_and_back(fact, before, after)? {
            Ok(()) => Verdict::Noticed,
            Err(reason) => Verdict::Unplannable(reason),
        })
    }

    /// The schema before and after the one change; the inner error is the server's about the fact.
    fn seen(&mut self, fact: &Fact) -> Result<Result<(Canonical, Canonical), String>, String> {
        self.begin()?;
        let seen = self.seen_in_transaction(fact);
        self.end()?;
        Ok(seen)
    }

    fn seen_in_transaction(&mut self, fact: &Fact) -> Result<(Canonical, Canonical), String> {
        self.execute(&fact.setup)?;
        let before = self.live.read()?;
        self.execute(&fact.mutation)?;
        Ok((before, self.live.read()?))
    }

    /// Carries the changes out as planned, and takes them back.
    fn there_and_back(
        &mut self,
        fact: &Fact,
        before: &Canonical,
        after: &Canonical,
    ) -> Result<Result<(), String>, String> {
        let found = changes(before, after);
        if found.is_empty() {
            return Ok(Ok(()));
        }
        if !self.has_transactional_ddl() {
            // The fact itself has led there, so that the plan begins with the way back.
            let done = self.back(&found, before, after);
            let done = done.and_then(|()| self.there(&found, before, after));
            return Ok(done.and_then(|()| self.back(&found, before, after)));
        }
        self.begin()?;
        let done = self.execute(&fact.setup).and_then(|()| self.there(&found, before, after));
        let done = done.and_then(|()| self.back(&found, before, after));
        self.end()?;
        Ok(done)
    }

    fn there(&mut self, found: &[Change], before: &Canonical, after: &Canonical) -> Result<(), String> {
        self.carry_out(before.schema(), found)?;
        arrived(&self.live.read()?, after, "after the way there")
    }

    fn back(&mut self, found: &[Change], before: &Canonical, after: &Canonical) -> Result<(), String> {
        self.carry_out(after.schema(), &inverses(found)?)?;
        arrived(&self.live.read()?, before, "after the way back")
    }

    fn carry_out(&mut self, from: &Schema, changes: &[Change]) -> Result<(), String> {
        let plan = planned(from, changes, self.live.dialect())?;
        for sql in plan.steps.iter().flat_map(|step| &step.sql) {
            self.live.execute(sql).map_err(|error| format!("{error}\n{}", script(&plan)))?;
        }
        Ok(())
    }

    fn execute(&mut self, sql: &str) -> Result<(), String> {
        if sql.trim().is_empty() { Ok(()) } else { self.live.execute(sql) }
    }

    fn has_transactional_ddl(&self) -> bool {
        self.live.dialect().facts().has_transactional_ddl
    }

    /// Where DDL takes part in transactions, what is tried is forgotten; elsewhere the base is built anew
    /// when it is not what it was.
    fn begin(&mut self) -> Result<(), String> {
        if self.has_transactional_ddl() {
            return self.live.begin();
        }
        let now = self.live.read()?;
        if !differences(&self.base, &now).is_empty() {
            (self.live, self.base) = Self::built(self.sheet, self.dialect)?;
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        if self.has_transactional_ddl() { self.live.rollback() } else { Ok(()) }
    }
}

fn arrived(found: &Canonical, wanted: &Canonical, when: &str) -> Result<(), String> {
    let left = changes(found, wanted);
    if left.is_empty() { Ok(()) } else { Err(format!("still different {when}:\n{}", text(&left))) }
}

/// What a comparison finds, in the words of a sheet.
fn differences(before: &Canonical, after: &Canonical) -> Vec<String> {
    let mut lines: Vec<String> = changes(before, after).iter().map(line).collect();
    let seen = |schema: &Schema| schema.unmodelled.iter().cloned().collect::<BTreeSet<Unmodelled>>();
    let (old, new) = (seen(before.schema()), seen(after.schema()));
    let moved: BTreeSet<String> =
        old.symmetric_difference(&new).map(|thing| format!("? {} {}", thing.kind, thing.name)).collect();
    lines.extend(moved);
    lines.sort();
    lines
}

fn line(change: &Change) -> String {
    match change {
        Change::Create { at, .. } => format!("+ {at}"),
        Change::Drop { at, .. } => format!("- {at}"),
        Change::Alter { at, .. } => {
            let facets: Vec<&str> = change.facets().into_iter().map(ambix_schema::Facet::word).collect();
            format!("~ {at}: {}", facets.join(", "))
        }
        Change::Rename { from, to } => format!("> {from} → {to}"),
        Change::Opaque(_) => "! by hand".to_owned(),
    }
}
