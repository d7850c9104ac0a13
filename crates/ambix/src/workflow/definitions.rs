//! Views and triggers of a database that keeps their definitions as they were written: no object stands for
//! them, and `diff` compares those texts and has its script make, replace and drop what they say.

use ambix_dialect::Facts;
use ambix_diff::Policy;
use ambix_plan::Prepared;
use ambix_schema::{Address, Change, Kind, Name, Opaque, Schema, TableName, Unmodelled};

/// A view or trigger that the sides do not define alike.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct DefinitionDifference {
    /// What it is, in the database's word.
    pub kind: String,
    /// Its name.
    pub name: Name,
    /// The table or view it hangs on, if any.
    pub on: Option<TableName>,
    /// Its definition on the first side; `None` when it is not there.
    pub from: Option<String>,
    /// Its definition on the second side.
    pub to: Option<String>,
}

impl DefinitionDifference {
    fn of(from: Option<&Unmodelled>, to: Option<&Unmodelled>) -> Option<Self> {
        let Unmodelled { kind, on, name, sql: _ } = to.or(from)?;
        let sql = |side: Option<&Unmodelled>| side.and_then(|thing| thing.sql.clone());
        Some(Self { kind: kind.clone(), name: name.clone(), on: on.clone(), from: sql(from), to: sql(to) })
    }
}

/// What is defined otherwise on the two sides, in the order in which the second side can make it.
pub(crate) fn compare_definitions(
    from: &Schema,
    to: &Schema,
    facts: &Facts,
    policy: &Policy,
) -> Vec<DefinitionDifference> {
    let mut found: Vec<DefinitionDifference> = Vec::new();
    for kind in facts.compared_definitions {
        let (first, second) = (of_kind(from, kind, policy), of_kind(to, kind, policy));
        for gone in first.iter().filter(|own| twin(own, &second).is_none()) {
            found.extend(DefinitionDifference::of(Some(gone), None));
        }
        for own in second {
            let before = twin(own, &first);
            // What hangs on a view goes with it, and has to come back when that is made anew.
            let is_swept = own.on.as_ref().is_some_and(|on| {
                found.iter().any(|other| other.on.is_none() && other.from.is_some() && other.name == on.name)
            });
            if is_swept || before.is_none_or(|before| text(before) != text(own) || before.on != own.on) {
                found.extend(DefinitionDifference::of(before, Some(own)));
            }
        }
    }
    found
}

/// Those of a kind that say how they are made, as far as the policy does not pass over them.
fn of_kind<'a>(schema: &'a Schema, kind: &str, policy: &Policy) -> Vec<&'a Unmodelled> {
    let is_passed_over = |thing: &Unmodelled| {
        let own = TableName { namespace: None, name: thing.name.clone() };
        let place = thing.on.as_ref().map_or_else(|| Address::of(Kind::View, own), Address::table);
        policy.leaves_alone(&place)
    };
    let things = schema.unmodelled.iter().filter(|thing| thing.kind == kind && thing.sql.is_some());
    things.filter(|thing| !is_passed_over(thing)).collect()
}

fn twin<'a>(thing: &Unmodelled, others: &[&'a Unmodelled]) -> Option<&'a Unmodelled> {
    others.iter().copied().find(|other| other.name == thing.name)
}

fn text(thing: &Unmodelled) -> &str {
    thing.sql.as_deref().unwrap_or_default().trim().trim_end_matches(';').trim_end()
}

/// Changes with what differs dropped before them, triggers first, and made behind them.
pub(crate) fn with_definitions(
    before: &Schema,
    prepared: Prepared,
    definitions: &[DefinitionDifference],
) -> Prepared {
    let by_hand = |text: &String| Change::Opaque(Opaque::Sql { text: text.clone(), dialect: None });
    let away = definitions.iter().rev().filter_map(|different| {
        let sql = different.from.as_ref()?;
        let movable = before.movables.iter().find(|movable| movable.back.as_ref() == Some(sql))?;
        Some(by_hand(&movable.away))
    });
    let back = definitions.iter().filter_map(|different| different.to.as_ref()).map(by_hand);
    let changes = away.chain(prepared.changes).chain(back).collect();
    Prepared { changes, ..prepared }
}
