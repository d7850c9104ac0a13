//! What changes need and the database lacks: functions and the like, made just before their first use.

use std::collections::BTreeMap;

use ambix_schema::{Address, Change, Expr, Kind, Opaque, Prerequisite, Schema};

/// Ordered changes with what they need made before them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Prepared {
    /// The changes, and the statements that make what they need.
    pub changes: Vec<Change>,
    /// What is made, with an object that needs it.
    pub made: Vec<(Prerequisite, Address)>,
    /// What nobody can tell how to make, with an object that needs it.
    pub missing: Vec<(Prerequisite, Address)>,
}

/// Puts what ordered changes need, `after` knows of and `before` lacks, in front of its first use.
pub fn prepare(before: &Schema, after: &Schema, changes: Vec<Change>) -> Prepared {
    let lacking: Vec<&Prerequisite> = after
        .prerequisites
        .iter()
        .filter(|wanted| !before.prerequisites.iter().any(|known| known.is_twin_of(wanted)))
        .collect();
    if lacking.is_empty() {
        return Prepared { changes, ..Prepared::default() };
    }
    let uses = uses(&lacking, &changes);
    let mut prepared = Prepared::default();
    let mut before_change: BTreeMap<usize, Vec<Change>> = BTreeMap::new();
    // Those that were made first come first: a later one may be made of an earlier one.
    for (number, (place, at)) in uses {
        let wanted = lacking[number];
        match &wanted.sql {
            Some(sql) => {
                let text = sql.clone();
                let made = Change::Opaque(Opaque::Sql { text, dialect: None });
                before_change.entry(place).or_default().push(made);
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

/// For each that is needed, by its number: the place of its first use, and the object that needs it.
fn uses(lacking: &[&Prerequisite], changes: &[Change]) -> BTreeMap<usize, (usize, Address)> {
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
        let first = wanted.needed_by.iter().filter_map(|at| Some((place_of(at)?, at.clone()))).min();
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

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
