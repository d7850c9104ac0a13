//! What changes need and the database lacks: functions and the like, made just before their first use; and
//! what is in their way and the other side has no use for.

use std::collections::{BTreeMap, BTreeSet};

use ambix_schema::{Address, Change, Expr, Kind, Movable, Opaque, Prerequisite, Schema};

use crate::bystanders::{needed_by, standing, stood_on_when_dropped};

/// Ordered changes with what they need made before them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Prepared {
    /// The changes, and the statements that make what they need.
    pub changes: Vec<Change>,
    /// What is made, with an object that needs it.
    pub made: Vec<(Prerequisite, Address)>,
    /// What nobody can tell how to make, with an object that needs it.
    pub missing: Vec<(Prerequisite, Address)>,
    /// What is in the way and gives way.
    pub moved: Vec<Moved>,
}

/// A trigger, rule, policy or function that stands on an object that changes or goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moved {
    /// What it is, in the database's words.
    pub what: String,
    /// What it stands on.
    pub on: Address,
    /// Whether it comes back, because the other side has it too.
    pub returns: bool,
}

/// Puts what ordered changes need, `after` knows of and `before` lacks, in front of its first use. What is in
/// their way is taken away first, and comes back last if `after` has it too, and as it is there.
pub fn prepare(before: &Schema, after: &Schema, changes: Vec<Change>) -> Prepared {
    let mut prepared = Prepared::default();
    let (changes, backs) = give_way(before, after, changes, &mut prepared);
    let lacking: Vec<&Prerequisite> = after
        .prerequisites
        .iter()
        .filter(|wanted| !before.prerequisites.iter().any(|known| known.is_twin_of(wanted)))
        .collect();
    if lacking.is_empty() {
        return Prepared { changes, ..prepared };
    }
    let uses = uses(&lacking, &changes, &backs);
    let mut before_change: BTreeMap<usize, Vec<Change>> = BTreeMap::new();
    // Those that were made first come first: a later one may be made of an earlier one.
    for (number, (place, at)) in uses {
        let wanted = lacking[number];
        match &wanted.sql {
            Some(sql) => {
                before_change.entry(place).or_default().push(by_hand(sql));
                prepared.made.push((wanted.clone(), at));
            }
            None => prepared.missing.push((wanted.clone(), at)),
        }
    }
    for (place, change) in changes.into_iter().enumerate() {
        prepared.changes.extend(before_change.remove(&place).unwrap_or_default());
        prepared.changes.push(change);
    }
    prepared
}

fn by_hand(sql: &str) -> Change {
    Change::Opaque(Opaque::Sql { text: sql.to_owned(), dialect: None })
}

/// The changes with what is in their way taken away before them and put back behind them, and the places of
/// the latter with what they stand on.
fn give_way(
    before: &Schema,
    after: &Schema,
    changes: Vec<Change>,
    prepared: &mut Prepared,
) -> (Vec<Change>, BTreeMap<usize, Address>) {
    let leading = changes.iter().take_while(|change| matches!(change, Change::Rename { .. })).count();
    let mut renamed = before.clone();
    changes[..leading].iter().for_each(|change| renamed.apply_open(change));
    let said = |text: &str| {
        changes
            .iter()
            .any(|change| matches!(change, Change::Opaque(Opaque::Sql { text: own, .. }) if own == text))
    };
    let dropped: BTreeSet<Address> = changes
        .iter()
        .filter_map(|change| match change {
            Change::Drop { at, .. } => Some(stood_on_when_dropped(&renamed, at)),
            Change::Create { .. } | Change::Alter { .. } | Change::Rename { .. } | Change::Opaque(_) => None,
        })
        .flatten()
        .collect();
    let of_dropped = standing(&renamed, &dropped);
    let goes_for_good = |at: &Address| {
        let is_made =
            changes.iter().any(|change| matches!(change, Change::Create { at: made, .. } if made == at));
        dropped.contains(at) && !is_made
    };
    let is_in_the_way = |movable: &Movable| {
        said(&movable.away)
            || (of_dropped.contains(&movable)
                && needed_by(&renamed, movable).iter().all(goes_for_good)
                && !goes_with_its_table(&renamed, &changes, movable))
    };
    let moved: Vec<_> = renamed.movables.iter().filter(|movable| is_in_the_way(movable)).cloned().collect();
    if moved.is_empty() {
        return (changes, BTreeMap::new());
    }
    let is_theirs = |change: &Change| match change {
        Change::Opaque(Opaque::Sql { text, .. }) => {
            moved.iter().any(|movable| movable.away == *text || movable.back.as_ref() == Some(text))
        }
        Change::Create { .. }
        | Change::Drop { .. }
        | Change::Alter { .. }
        | Change::Rename { .. }
        | Change::Opaque(_) => false,
    };
    let mut all: Vec<Change> = changes.iter().filter(|change| !is_theirs(change)).cloned().collect();
    for movable in moved.iter().rev() {
        // What needs it goes before it, and it goes before what it stands on.
        let place = if needed_by(&renamed, movable).is_empty() {
            leading
        } else {
            let on = |at: &Address| {
                renamed.dependents.iter().any(|other| other.what == movable.what && other.on == *at)
            };
            let first = all.iter().position(|change| matches!(change, Change::Drop { at, .. } if on(at)));
            first.unwrap_or(leading)
        };
        all.insert(place, by_hand(&movable.away));
    }
    let mut backs = BTreeMap::new();
    for movable in moved.iter().rev() {
        let on = renamed.dependents.iter().find(|other| other.what == movable.what);
        let Some(on) = on.map(|other| other.on.clone()) else { continue };
        let own = after.movables.iter().find(|other| other.what == movable.what);
        let own = own.and_then(|own| own.back.as_ref());
        if let Some(back) = own {
            backs.insert(all.len(), on.clone());
            all.push(by_hand(back));
        }
        prepared.moved.push(Moved { what: movable.what.clone(), on, returns: own.is_some() });
    }
    (all, backs)
}

/// Whether all that it stands on are columns of tables that go too: then it goes with one of them.
fn goes_with_its_table(before: &Schema, changes: &[Change], movable: &Movable) -> bool {
    let goes = |at: &Address| {
        at.kind == Kind::Column
            && at.table_name().is_some_and(|table| {
                let table = Address::table(table);
                changes.iter().any(|change| matches!(change, Change::Drop { at, .. } if *at == table))
            })
    };
    before.dependents.iter().filter(|other| other.what == movable.what).all(|other| goes(&other.on))
}

/// For each that is needed, by its number: the place of its first use, and the object that needs it.
fn uses(
    lacking: &[&Prerequisite],
    changes: &[Change],
    backs: &BTreeMap<usize, Address>,
) -> BTreeMap<usize, (usize, Address)> {
    let mut places: BTreeMap<&Address, usize> = BTreeMap::new();
    for (place, change) in changes.iter().enumerate() {
        if let Change::Create { at, .. } | Change::Alter { at, .. } = change {
            places.entry(at).or_insert(place);
        }
    }
    let place_of = |at: &Address| {
        let own = *places.get(at)?;
        // The parts of a new table are made with it.
        let table = at.table_name().filter(|_| at.kind != Kind::Index).map(Address::table);
        Some(table.and_then(|table| places.get(&table)).map_or(own, |place| own.min(*place)))
    };
    let mut uses: BTreeMap<usize, (usize, Address)> = BTreeMap::new();
    let mut waiting: Vec<usize> = Vec::new();
    for (number, wanted) in lacking.iter().enumerate() {
        let needed = wanted.needed_by.iter().filter_map(|at| Some((place_of(at)?, at.clone())));
        let called = backs.iter().filter(|(place, _)| calls(&changes[**place], wanted));
        let called = called.map(|(place, on)| (*place, on.clone()));
        let first = needed.chain(called).min();
        if let Some(first) = first {
            uses.insert(number, first);
            waiting.push(number);
        }
    }
    // A body is text to most servers, so what it calls is what it mentions.
    while let Some(number) = waiting.pop() {
        let (Some(sql), Some(first)) = (&lacking[number].sql, uses.get(&number).cloned()) else { continue };
        let body = Expr::from(sql.as_str());
        for (other, called) in lacking.iter().enumerate() {
            let is_earlier = uses.get(&other).is_none_or(|known| first.0 < known.0);
            if other != number && is_earlier && body.mentions(&called.name) {
                uses.insert(other, first.clone());
                waiting.push(other);
            }
        }
    }
    uses
}

/// Whether SQL speaks of what is wanted, without being what makes it.
fn calls(change: &Change, wanted: &Prerequisite) -> bool {
    let Change::Opaque(Opaque::Sql { text, .. }) = change else { return false };
    wanted.sql.as_ref() != Some(text) && Expr::from(text.as_str()).mentions(&wanted.name)
}

#[cfg(test)]
mod tests {
    use ambix_schema::{Check, Column, Table, Type};

    use super::*;

    fn function(name: &str, body: &str, needed_by: &[Address]) -> Prerequisite {
        Prerequisite {
            kind: "function".into(),
            name: name.into(),
            identity: format!("public.{name}(integer)"),
            sql: Some(format!("CREATE FUNCTION {name}(int) RETURNS int LANGUAGE sql AS '{body}'")),
            needed_by: needed_by.iter().cloned().collect(),
            needs: BTreeSet::new(),
        }
    }

    fn creations() -> Vec<Change> {
        let check = Address::part("t", Kind::Check, "t_a_check");
        vec![
            Change::Create {
                at: Address::of(Kind::Enum, "mood"),
                object: ambix_schema::Enum::default().into(),
            },
            Change::Create { at: Address::table("t"), object: Table::default().into() },
            Change::Create { at: Address::column("t", "a"), object: Column::new(Type::Integer).into() },
            Change::Create { at: check, object: Check::new("f(a) > 0").into() },
        ]
    }

    #[test]
    fn what_a_new_table_needs_is_made_before_the_table() {
        let check = Address::part("t", Kind::Check, "t_a_check");
        let mut after = Schema::new();
        // The body of f is dollar quoted in earnest; here g is mentioned outside of any literal.
        let mut f = function("f", "", std::slice::from_ref(&check));
        f.sql = Some("CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS $$ SELECT g($1) $$".into());
        after.prerequisites = vec![function("g", "SELECT 1", &[]), f, function("idle", "SELECT 2", &[])];
        let prepared = prepare(&Schema::new(), &after, creations());
        let made: Vec<&str> = prepared.made.iter().map(|(made, _)| made.name.as_str()).collect();
        assert_eq!(made, ["g", "f"]);
        assert!(
            matches!(&prepared.changes[1], Change::Opaque(Opaque::Sql { text, .. }) if text.contains(" g("))
        );
        assert_eq!(prepared.changes[3].at(), Some(&Address::table("t")));
        assert!(prepared.missing.is_empty());
    }

    #[test]
    fn what_is_there_is_not_made_and_what_cannot_be_made_is_named() {
        let check = Address::part("t", Kind::Check, "t_a_check");
        let mut after = Schema::new();
        after.prerequisites = vec![function("f", "", std::slice::from_ref(&check))];
        assert_eq!(prepare(&after, &after, creations()).changes, creations());
        after.prerequisites[0].sql = None;
        let prepared = prepare(&Schema::new(), &after, creations());
        assert_eq!(prepared.missing, [(after.prerequisites[0].clone(), check)]);
        assert_eq!(prepared.changes, creations());
    }
}
