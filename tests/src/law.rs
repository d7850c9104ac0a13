//! The laws of docs/laws.md, each as a function that says how a pair of schemas breaks it.

use std::collections::BTreeSet;
use std::path::Path;

use ambix_dialect::{Canonical, Dialect, normalize};
use ambix_diff::{Policy, diff};
use ambix_plan::{Plan, order, plan};
use ambix_revision::operations::Execute;
use ambix_revision::{Draft, MARK, Noted, Operation, RevisionId, Said, raise, read_sql, write_sql};
use ambix_schema::{Address, Change, Facet, Name, Object, Schema};

use crate::live::{Live, namespaces};

/// A law broken: how.
pub type Broken = String;

/// `diff(a, a)` is empty.
///
/// # Errors
/// The changes found between a schema and itself.
pub fn silence(a: &Canonical) -> Result<(), Broken> {
    let found = changes(a, a);
    if found.is_empty() { Ok(()) } else { Err(format!("a schema differs from itself:\n{}", text(&found))) }
}

/// `apply(a, diff(a, b)) == b`, and so it is after the planner has put the changes into order.
///
/// # Errors
/// The change that does not apply, or what is still different.
pub fn reach(a: &Canonical, b: &Canonical, dialect: &dyn Dialect) -> Result<(), Broken> {
    let found = changes(a, b);
    same(&applied(a.schema(), &found)?, b.schema(), "as compared")?;
    let ordered = order(a.schema(), &found, dialect);
    same(&applied(a.schema(), &ordered)?, b.schema(), "as ordered")
}

/// The inverses in reverse order give the first schema back.
///
/// # Errors
/// The change that does not apply or invert, or what is still different.
pub fn way_back(a: &Canonical, b: &Canonical, dialect: &dyn Dialect) -> Result<(), Broken> {
    let found = changes(a, b);
    let after = applied(a.schema(), &found)?;
    let back = inverses(&found)?;
    same(&applied(&after, &back)?, a.schema(), "as inverted")?;
    let ordered = order(&after, &back, dialect);
    same(&applied(&after, &ordered)?, a.schema(), "as ordered on the way back")
}

/// Equal inputs give byte-equal output.
///
/// # Errors
/// The two outputs.
pub fn sameness(a: &Canonical, b: &Canonical, dialect: &dyn Dialect) -> Result<(), Broken> {
    let once = script(&up(a, b, dialect)?);
    // The same objects, put in the other way round.
    let reversed = |canonical: &Canonical| {
        let objects: Vec<_> = canonical.schema().clone().into_objects().rev().collect();
        let mut schema: Schema = objects.into_iter().collect();
        for (at, facet) in canonical.schema().implied() {
            schema.imply(at.clone(), *facet);
        }
        normalize(schema, dialect)
    };
    let again = script(&up(&reversed(a), &reversed(b), dialect)?);
    if once == again { Ok(()) } else { Err(format!("two outputs of one input:\n{once}\n---\n{again}")) }
}

/// `normalize(normalize(s)) == normalize(s)`.
///
/// # Errors
/// What a second normalisation still changes.
pub fn idempotence(schema: &Schema, dialect: &dyn Dialect) -> Result<(), Broken> {
    let once = normalize(schema.clone(), dialect);
    let twice = normalize(once.schema().clone(), dialect);
    same(twice.schema(), once.schema(), "when normalised twice")
}

/// A revision written as SQL reads back as its statements, and says what they stand for. Whatever happens to
/// its bytes, reading it ends.
///
/// # Errors
/// What is not read back.
pub fn legibility(
    a: &Canonical,
    b: &Canonical,
    dialect: &dyn Dialect,
    text: &str,
    slips: &[(u16, u8)],
) -> Result<(), Broken> {
    let forth = order(a.schema(), &changes(a, b), dialect);
    let back = planned(b.schema(), &inverses(&forth)?, dialect)?;
    let said = |plan: &Plan| {
        let statements = plan.steps.iter().flat_map(|step| &step.sql);
        let operation = |sql: &String| Execute { sql: sql.clone(), dialect: None }.into();
        statements
            .map(|sql| Said { operation: operation(sql), comments: vec![text.to_owned()] })
            .collect::<Vec<_>>()
    };
    let upgrade: Vec<Noted> =
        raise(a.schema(), &forth).into_iter().map(|raised| Noted::from(raised.operation)).collect();
    let draft = Draft {
        id: RevisionId::from_stored("7c1e5b0a9d42"),
        down: vec![RevisionId::from_stored("3f2a9c0d1b7e")],
        branch_labels: vec!["main".into()],
        depends_on: Vec::new(),
        message: text.to_owned(),
        create_date: "2024-11-13 14:30:00 UTC".into(),
        header: vec![text.to_owned()],
        upgrade,
        downgrade: Vec::new(),
    };
    let cut = |text: &str| dialect.cut(text, MARK);
    let plan = plan(a.schema(), &forth, dialect).map_err(|error| error.to_string())?;
    let file = write_sql(&draft, &said(&plan), &said(&back), &cut).map_err(|error| error.to_string())?;
    let read =
        read_sql(Path::new("a.sql"), &file, &cut).map_err(|problems| format!("{problems:#?}\n{file}"))?;
    let statements = |operations: &[Operation]| operations.iter().map(Operation::phrase).collect::<Vec<_>>();
    let wanted = |plan: &Plan| said(plan).iter().map(|said| said.operation.phrase()).collect::<Vec<_>>();
    if statements(&read.upgrade) != wanted(&plan) || statements(&read.downgrade) != wanted(&back) {
        return Err(format!("other statements are read from\n{file}"));
    }
    let stands_for: Vec<Operation> = draft.upgrade.iter().map(|noted| noted.operation.clone()).collect();
    if !stands_for.is_empty() && read.replayed() != stands_for {
        return Err(format!("other operations are read from\n{file}"));
    }
    let mut bytes = file.into_bytes();
    for (at, byte) in slips {
        let at = usize::from(*at) % bytes.len();
        bytes[at] = *byte;
    }
    let slipped = String::from_utf8_lossy(&bytes);
    // A file or problems: either will do.
    drop(read_sql(Path::new("a.sql"), &slipped, &cut));
    Ok(())
}

/// Reading a database built from `a` gives `normalize(a)`.
///
/// # Errors
/// What failed, or what is read differently.
pub fn fidelity(a: &Canonical, dialect: &str) -> Result<(), Broken> {
    let mut live = Live::fresh(dialect, &namespaces([a.schema()]))?;
    build(&mut live, a)?;
    same(&read(&mut live, a)?, a.schema(), "read back")
}

/// Running `plan(a, diff(a, b))` on a database built from `a` gives `b`, and the way back gives `a`.
///
/// # Errors
/// What failed, or what is different after a run.
pub fn proof(a: &Canonical, b: &Canonical, dialect: &str) -> Result<(), Broken> {
    let mut live = Live::fresh(dialect, &namespaces([a.schema(), b.schema()]))?;
    build(&mut live, a)?;
    let found = changes(a, b);
    let upgrade = planned(a.schema(), &found, live.dialect())?;
    run(&mut live, &upgrade, "upgrade")?;
    same(&read(&mut live, b)?, b.schema(), "after the upgrade")
        .map_err(|broken| format!("{broken}\nupgrade:\n{}", script(&upgrade)))?;
    let downgrade = planned(b.schema(), &inverses(&found)?, live.dialect())?;
    run(&mut live, &downgrade, "downgrade")?;
    same(&read(&mut live, a)?, a.schema(), "after the downgrade")
        .map_err(|broken| format!("{broken}\ndowngrade:\n{}", script(&downgrade)))
}

/// The schema read back, without the options and collations that there always are and that `wanted` leaves to
/// the server.
pub(crate) fn read(live: &mut Live, wanted: &Canonical) -> Result<Schema, Broken> {
    let mut found = live.read()?.into_schema();
    let places: Vec<_> = found.iter().map(|(at, _)| at.clone()).collect();
    for at in places {
        let said = wanted.schema().get(&at).and_then(Object::options);
        let is_left = |option: &str| said.is_none_or(|said| !said.contains_key(option));
        if let Some(options) = found.get_mut(&at).and_then(Object::options_mut) {
            let inherent = live.dialect().facts().inherent_options;
            options.retain(|option, _| !inherent.contains(&option.as_str()) || !is_left(option));
        }
        let is_left =
            wanted.schema().get(&at).and_then(Object::as_column).is_none_or(|it| it.collation.is_none());
        if let Some(Object::Column(column)) = found.get_mut(&at)
            && is_left
            && !live.dialect().facts().inherent_options.is_empty()
        {
            column.collation = None;
        }
    }
    Ok(found)
}

pub(crate) fn build(live: &mut Live, schema: &Canonical) -> Result<(), Broken> {
    let nothing = normalize(Schema::new(), live.dialect());
    let creation = up(&nothing, schema, live.dialect())?;
    run(live, &creation, "creation")
}

fn run(live: &mut Live, plan: &Plan, what: &str) -> Result<(), Broken> {
    live.run(&plan.steps).map_err(|error| format!("the {what} failed: {error}\n{what}:\n{}", script(plan)))
}

/// The changes that make `a` into `b`, nothing left out.
pub fn changes(a: &Canonical, b: &Canonical) -> Vec<Change> {
    diff(a, b, &Policy::default(), &[]).changes
}

fn up(a: &Canonical, b: &Canonical, dialect: &dyn Dialect) -> Result<Plan, Broken> {
    planned(a.schema(), &changes(a, b), dialect)
}

/// Orders and plans changes that lead away from `before`.
///
/// # Errors
/// Why they cannot be planned.
pub fn planned(before: &Schema, changes: &[Change], dialect: &dyn Dialect) -> Result<Plan, Broken> {
    let ordered = order(before, changes, dialect);
    plan(before, &ordered, dialect)
        .map_err(|error| format!("could not be planned: {error}\n{}", text(&ordered)))
}

/// The changes that take `changes` back.
///
/// # Errors
/// The change that has no way back.
pub fn inverses(changes: &[Change]) -> Result<Vec<Change>, Broken> {
    changes
        .iter()
        .rev()
        .map(|change| change.inverse().map_err(|error| format!("{change}: {error}")))
        .collect()
}

fn applied(before: &Schema, changes: &[Change]) -> Result<Schema, Broken> {
    let mut schema = before.clone();
    for change in changes {
        schema.apply(change).map_err(|error| format!("{change}: {error}\n{}", text(changes)))?;
    }
    Ok(schema)
}

pub(crate) fn same(found: &Schema, wanted: &Schema, when: &str) -> Result<(), Broken> {
    let chosen = [found, wanted].into_iter().flat_map(names_for_choice).collect();
    let (found, wanted) = (&without_names(found, &chosen), &without_names(wanted, &chosen));
    let mut lines = Vec::new();
    for (at, object) in found.iter() {
        match wanted.get(at) {
            Some(other) if other == object => {}
            Some(other) => {
                for facet in object.differing(other) {
                    let word = |object: &ambix_schema::Object| object.facet_text(facet).unwrap_or_default();
                    let (found, wanted) = (word(object), word(other));
                    lines.push(format!("  {at}: found {found}, wanted {wanted}"));
                }
            }
            None => lines.push(format!("  {at}: found, not wanted")),
        }
    }
    for (at, _) in wanted.iter().filter(|(at, _)| !found.contains(at)) {
        lines.push(format!("  {at}: wanted, not found"));
    }
    if lines.is_empty() { Ok(()) } else { Err(format!("different {when}:\n{}", lines.join("\n"))) }
}

/// What indexes are over that nobody named: the server gives them names, or they have one from before.
fn names_for_choice(schema: &Schema) -> Vec<Address> {
    let implied = schema.implied().iter().filter(|(_, facet)| *facet == Facet::Name);
    implied.filter_map(|(at, _)| over(at, schema.get(at)?)).collect()
}

/// The schema with such indexes called after what they are over: their names are not a part of what was
/// asked for.
fn without_names(schema: &Schema, chosen: &BTreeSet<Address>) -> Schema {
    let mut renamed = schema.clone();
    for (at, object) in schema.iter() {
        let Some(name) = over(at, object).filter(|name| chosen.contains(name)) else { continue };
        renamed.remove(at);
        renamed.insert(name, object.clone());
    }
    renamed
}

fn over(at: &Address, object: &Object) -> Option<Address> {
    let keys: Vec<String> = object.as_index()?.keys.iter().map(ToString::to_string).collect();
    Some(at.renamed(Name::from(format!("on {}", keys.join(", ")))))
}

/// A plan's statements, one a line or more, each with its semicolon.
pub fn script(plan: &Plan) -> String {
    plan.steps.iter().flat_map(|step| &step.sql).flat_map(|sql| [sql.as_str(), ";\n"]).collect()
}

/// Changes for people, one a line.
pub fn text(changes: &[Change]) -> String {
    changes.iter().flat_map(|change| [change.to_string(), "\n".into()]).collect()
}
