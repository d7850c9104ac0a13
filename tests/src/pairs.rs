//! Pairs: a database built from one schema, filled with rows, is led to another schema and back.
//!
//! What a statement may not do to rows that are there (a required column without a default, a check they
//! break) the server refuses; then everything has to be as it was, where DDL takes part in transactions,
//! and the way is tried without rows.

mod rows;

use ambix_dialect::{Canonical, normalize};
use ambix_schema::{Change, Schema};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::generate::{SchemaRecipe, schema};
use crate::law::{self, Broken, changes, inverses, planned, script};
use crate::live::{Live, namespaces};
use rows::{Rows, fill, kept_columns};

/// How far the rows of a pair came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// There and back.
    ThereAndBack,
    /// There; the way back was refused for what the rows hold.
    There,
    /// Nowhere; the way there was refused for what the rows hold.
    Nowhere,
    /// There were none: no table takes any.
    NoRows,
}

/// Two schemas out of one seed.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The one to start from.
    pub from: SchemaRecipe,
    /// The one to arrive at.
    pub to: SchemaRecipe,
}

/// A pair that breaks a law, as small as it could be made.
#[derive(Clone, Debug)]
pub struct Breach {
    /// How.
    pub how: Broken,
    /// What it is made from.
    pub pair: Pair,
}

/// How often a pair that breaks a law is made smaller.
const SHRINKS: usize = 20;

/// Tries the pair of a seed.
///
/// # Errors
/// The breach, made small.
pub fn trial(seed: u64, dialect: &str) -> Result<Way, Box<Breach>> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut tree = (schema(), schema())
        .prop_map(|(from, to)| Pair { from, to })
        .new_tree(&mut runner)
        .map_err(|reason| Box::new(Breach { how: reason.to_string(), pair: Pair::empty() }))?;
    let pair = tree.current();
    let mut breach = match pair.migrate(dialect) {
        Ok(way) => return Ok(way),
        Err(how) => Breach { how, pair },
    };
    let mut is_smaller = tree.simplify();
    for _ in 0..SHRINKS {
        if !is_smaller {
            break;
        }
        let pair = tree.current();
        is_smaller = match pair.migrate(dialect) {
            Ok(_) => tree.complicate(),
            Err(how) => {
                breach = Breach { how, pair };
                tree.simplify()
            }
        };
    }
    Err(Box::new(breach))
}

impl Pair {
    fn empty() -> Self {
        let empty = SchemaRecipe { tables: Vec::new(), moods: 1, extras: 0 };
        Self { from: empty.clone(), to: empty }
    }

    /// Leads a database from the one schema to the other and back.
    ///
    /// # Errors
    /// How a law is broken.
    pub fn migrate(&self, dialect: &str) -> Result<Way, Broken> {
        let offline = ambix_dialect::dialect(dialect, None, None).map_err(|error| error.to_string())?;
        let known = [&self.from, &self.to].map(|recipe| recipe.build(offline.as_ref()));
        let live = Live::fresh(dialect, &namespaces(&known))?;
        let [from, to] =
            [&self.from, &self.to].map(|recipe| normalize(recipe.build(live.dialect()), live.dialect()));
        migrate(live, &from, &to, dialect)
    }
}

/// Leads a fresh database from `from` to `to` and back.
///
/// # Errors
/// How a law is broken.
pub fn migrate(mut live: Live, from: &Canonical, to: &Canonical, dialect: &str) -> Result<Way, Broken> {
    law::build(&mut live, from)?;
    fill(&mut live, from.schema())?;
    let found = changes(from, to);
    let kept = kept_columns(from.schema(), to.schema());
    let before = Rows::read(&mut live, &kept)?;
    let everything = Rows::read(&mut live, &kept_columns(from.schema(), from.schema()))?;
    let arrived = step(&mut live, from, &found, to)?;
    if let Err(refused) = arrived {
        // Elsewhere the statements before the refused one have been carried out, and nobody takes them back.
        if live.dialect().facts().has_transactional_ddl {
            arrived_at(&mut live, from, "after a refused upgrade")?;
            everything.still(&mut live, "after a refused upgrade")?;
        }
        law::proof(from, to, dialect).map_err(|broken| format!("{broken}\nwith rows: {refused}"))?;
        return Ok(Way::Nowhere);
    }
    before.still(&mut live, "after the upgrade")?;
    built_directly(to, dialect)?.same(&mut live)?;
    let back = step(&mut live, to, &inverses(&found)?, from)?;
    match back {
        Ok(()) => before.still(&mut live, "after the downgrade")?,
        Err(refused) => {
            if live.dialect().facts().has_transactional_ddl {
                before.still(&mut live, "after a refused downgrade")?;
            }
            law::proof(from, to, dialect).map_err(|broken| format!("{broken}\nwith rows: {refused}"))?;
            return Ok(Way::There);
        }
    }
    Ok(if everything.are_none() { Way::NoRows } else { Way::ThereAndBack })
}

/// Runs changes. The inner error is the server's, which may be about the rows; what is planned wrongly, or
/// leads elsewhere, is a broken law.
fn step(
    live: &mut Live,
    from: &Canonical,
    found: &[Change],
    to: &Canonical,
) -> Result<Result<(), String>, Broken> {
    let plan = planned(from.schema(), found, live.dialect())?;
    if let Err(refused) = live.run(&plan.steps) {
        return Ok(Err(format!("{refused}\n{}", script(&plan))));
    }
    arrived_at(live, to, "after the changes").map_err(|broken| format!("{broken}\n{}", script(&plan)))?;
    Ok(Ok(()))
}

fn arrived_at(live: &mut Live, wanted: &Canonical, when: &str) -> Result<(), Broken> {
    law::same(&law::read(live, wanted)?, wanted.schema(), when)?;
    // What every table has says nothing here, and a comparison of databases would speak of it.
    if !live.dialect().facts().inherent_options.is_empty() {
        return Ok(());
    }
    let left = changes(&live.read()?, wanted);
    if left.is_empty() { Ok(()) } else { Err(format!("still different {when}:\n{}", law::text(&left))) }
}

/// What a database says of itself that was built from a schema and from nothing else.
struct Built(Schema);

fn built_directly(schema: &Canonical, dialect: &str) -> Result<Built, Broken> {
    let mut live = Live::fresh(dialect, &namespaces([schema.schema()]))?;
    law::build(&mut live, schema)?;
    let mut built = live.read()?.into_schema();
    // A name that the server chose may have been another one before.
    for (at, facet) in schema.schema().implied() {
        built.imply(at.clone(), *facet);
    }
    Ok(Built(built))
}

impl Built {
    fn same(&self, live: &mut Live) -> Result<(), Broken> {
        law::same(live.read()?.schema(), &self.0, "from a database that was built directly")
    }
}
