//! Runs a case: reads its models, and gives what its expectations say; and proves it on a live database.

use std::fs;
use std::path::{Path, PathBuf};

use ambix::{Because, Policy, Project, RenameHint};
use ambix_dialect::{Canonical, Dialect, dialect, normalize};
use ambix_diff::{Diff, diff};
use ambix_models::{Options, Read, Source, TableNames};
use ambix_schema::{Schema, Severity, TableName};

use crate::case::Case;
use crate::law::{inverses, planned, script};
use crate::live::{Live, namespaces};

/// Sections as they are found: title and body.
pub type Found = Vec<(String, String)>;

/// What a case comes to in one dialect.
struct Comparison {
    from: Canonical,
    to: Canonical,
    policy: Policy,
    diff: Diff,
}

/// The expectations of a case for one dialect, as they are found.
///
/// # Errors
/// Why the case cannot be run at all.
pub fn found(case: &Case, name: &str) -> Result<Found, String> {
    let dialect = dialect(name, None, None).map_err(|error| error.to_string())?;
    let dialect = dialect.as_ref();
    let comparison = compare(case, dialect)?;
    let mut found = vec![("changes".to_owned(), changes(&comparison.diff))];
    let up = planned(comparison.from.schema(), &comparison.diff.changes, dialect);
    if case.section_of("refused", name).is_some() {
        let reason = up.err().unwrap_or_else(|| "it is not refused".to_owned());
        let first_line = reason.lines().next().unwrap_or_default();
        return Ok(vec![("refused".to_owned(), first_line.to_owned())]);
    }
    found.push(("sql up".to_owned(), script(&up?)));
    let (after, back) = way_back(&comparison)?;
    found.push(("sql down".to_owned(), script(&planned(&after, &back, dialect)?)));
    Ok(found)
}

/// The problems in the models of a case, one a line.
///
/// # Errors
/// Why the case cannot be run at all.
pub fn problems(case: &Case) -> Result<Found, String> {
    let dialect = dialect("sqlite", None, None).map_err(|error| error.to_string())?;
    let lines: Vec<String> = ["models from", "models to"]
        .iter()
        .flat_map(|title| read(case, title, dialect.as_ref()).problems)
        .map(|problem| problem.to_string())
        .collect();
    Ok(vec![("problems".to_owned(), lines.join("\n"))])
}

/// Builds the first models in a fresh database, upgrades, and downgrades; compares after each.
///
/// # Errors
/// What failed, or what is different.
pub fn prove(case: &Case, name: &str) -> Result<(), String> {
    if case.section_of("refused", name).is_some() {
        return Ok(());
    }
    // Which namespaces to read has to be known before the server is asked for its version.
    let offline = dialect(name, None, None).map_err(|error| error.to_string())?;
    let known = compare(case, offline.as_ref())?;
    let mut live = Live::fresh(name, &namespaces([known.from.schema(), known.to.schema()]))?;

    let comparison = compare(case, live.dialect())?;
    let nothing = normalize(Schema::new(), live.dialect());
    let creation = diff(&nothing, &comparison.from, &Policy::default(), &[]).changes;
    let creation = planned(nothing.schema(), &creation, live.dialect())?;
    run(&mut live, &creation, "creation")?;
    if let Some(rows) = case.section_of("rows", name) {
        live.execute(rows)?;
    }
    let before = live.read()?;
    no_difference(&before, &comparison.from, &Policy::default(), "the database built from `models from`")?;
    let rows = rows(&mut live, before.schema())?;

    let upgrade = planned(comparison.from.schema(), &comparison.diff.changes, live.dialect())?;
    run(&mut live, &upgrade, "upgrade")?;
    no_difference(&live.read()?, &comparison.to, &comparison.policy, "the upgraded database")?;

    let (after, back) = way_back(&comparison)?;
    let downgrade = planned(&after, &back, live.dialect())?;
    run(&mut live, &downgrade, "downgrade")?;
    let restored = live.read()?;
    no_difference(&restored, &before, &Policy::default(), "the downgraded database")?;
    if restored != before {
        return Err("the downgraded database differs from the one before in what a comparison adopts".into());
    }
    let rows_now = self::rows(&mut live, restored.schema())?;
    if rows_now == rows { Ok(()) } else { Err(format!("rows changed:\n{rows:?}\n{rows_now:?}")) }
}

fn run(live: &mut Live, plan: &ambix_plan::Plan, what: &str) -> Result<(), String> {
    live.run(&plan.steps).map_err(|error| format!("the {what} failed: {error}\n{what}:\n{}", script(plan)))
}

fn no_difference(found: &Canonical, wanted: &Canonical, policy: &Policy, what: &str) -> Result<(), String> {
    let left = diff(found, wanted, policy, &[]).changes;
    if left.is_empty() {
        return Ok(());
    }
    Err(format!("{what} is not what it should be; still to do:\n{}", crate::law::text(&left)))
}

/// Cells by row, as text.
type Rows = Vec<Vec<Option<String>>>;

/// The rows of every table, columns by name, so that two schemas built differently compare.
fn rows(live: &mut Live, schema: &Schema) -> Result<Vec<(TableName, Rows)>, String> {
    let mut all = Vec::new();
    for table in schema.tables() {
        let quote = |name: &ambix_schema::Name| live.dialect().quote(name).map_err(|error| error.to_string());
        let mut columns =
            schema.columns(&table).iter().map(|(name, _)| quote(name)).collect::<Result<Vec<_>, _>>()?;
        columns.sort();
        let mut place = quote(&table.name)?;
        if let Some(namespace) = &table.namespace {
            place = format!("{}.{place}", quote(namespace)?);
        } else {
            // The session's search path is empty where there is one.
            place = format!("{}.{place}", quote(live.dialect().default_namespace())?);
        }
        let mut rows = live.query(&format!("SELECT {} FROM {place}", columns.join(", ")))?;
        rows.sort();
        all.push((table, rows));
    }
    Ok(all)
}

fn compare(case: &Case, dialect: &dyn Dialect) -> Result<Comparison, String> {
    let from = side(case, "models from", dialect)?;
    let to = side(case, "models to", dialect)?;
    let hints: Vec<RenameHint> = to
        .renames
        .iter()
        .map(|rename| RenameHint { from: rename.from.clone(), to: rename.to.clone() })
        .collect();
    let policy = policy(case.section("policy"))?;
    let (from, to) = (normalize(from.schema, dialect), normalize(to.schema, dialect));
    let diff = diff(&from, &to, &policy, &hints);
    Ok(Comparison { from, to, policy, diff })
}

/// The schema after the changes, and the changes that lead back.
fn way_back(comparison: &Comparison) -> Result<(Schema, Vec<ambix_schema::Change>), String> {
    let mut after = comparison.from.schema().clone();
    for change in &comparison.diff.changes {
        after.apply(change).map_err(|error| format!("{change}: {error}"))?;
    }
    Ok((after, inverses(&comparison.diff.changes)?))
}

/// One side's models, without errors in them.
fn side(case: &Case, title: &str, dialect: &dyn Dialect) -> Result<Read, String> {
    let read = read(case, title, dialect);
    let errors: Vec<String> = read
        .problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .map(|problem| format!("{title}: {problem}"))
        .collect();
    if errors.is_empty() { Ok(read) } else { Err(errors.join("\n")) }
}

fn read(case: &Case, title: &str, dialect: &dyn Dialect) -> Read {
    let text = case.section(title).unwrap_or_default().to_owned();
    read_models(vec![Source { path: PathBuf::from("models.rs"), text }], dialect)
}

/// Reads models as a project without configuration reads them.
pub fn read_models(sources: Vec<Source>, dialect: &dyn Dialect) -> Read {
    let options = Options {
        root: PathBuf::new(),
        paths: Vec::new(),
        exclude: Vec::new(),
        features: Vec::new(),
        table_names: TableNames::Singular,
        naming: dialect.facts().naming.clone(),
    };
    ambix_models::read(sources, &options, &|text: &str| dialect.parse_type(text))
}

/// A case's policy, read as a project's configuration reads it.
fn policy(section: Option<&str>) -> Result<Policy, String> {
    let Some(section) = section else { return Ok(Policy::default()) };
    let directory = tempfile::tempdir().map_err(|error| error.to_string())?;
    let text = format!("[policy]\n{}", section.replace("[[rule]]", "[[policy.rule]]"));
    fs::write(directory.path().join("ambix.toml"), text).map_err(|error| error.to_string())?;
    let project = Project::open(directory.path(), ambix::Options::default(), environment());
    project.and_then(|project| project.policy()).map_err(|error| error.to_string())
}

fn environment() -> ambix::config::Environment {
    ambix::config::Environment::default()
}

/// A comparison for people: what changes, what might be a rename, what was left out and why.
fn changes(diff: &Diff) -> String {
    let changes = diff.changes.iter().map(|change| format!("{change}\n"));
    let candidates = diff
        .rename_candidates
        .iter()
        .map(|candidate| format!("? {} → {}\n", candidate.from, candidate.to.dotted()));
    let skipped = diff.skipped.iter().map(|skipped| {
        let because = match &skipped.because {
            Because::Ignored { rule } => format!("ignored by {rule}"),
            Because::Protected { rule } => format!("protected by {rule}"),
            Because::Reported { rule } => format!("reported by {rule}"),
            Because::Code => "left out by code".to_owned(),
            Because::NotCovered => "not covered".to_owned(),
            Because::Unexplained { reason } => format!("unexplained: {reason}"),
        };
        format!("left alone: {}  ({because})\n", skipped.change)
    });
    changes.chain(candidates).chain(skipped).collect()
}

/// Every case below a directory, by name; what is called `README.md` speaks of them.
///
/// # Errors
/// A file that cannot be read or is no case.
pub fn cases(root: &Path) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    collect(root, root, &mut cases)?;
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(cases)
}

fn collect(root: &Path, directory: &Path, cases: &mut Vec<Case>) -> Result<(), String> {
    let failed = |path: &Path, error: &std::io::Error| format!("could not read {}: {error}", path.display());
    for entry in fs::read_dir(directory).map_err(|error| failed(directory, &error))? {
        let path = entry.map_err(|error| failed(directory, &error))?.path();
        if path.is_dir() {
            collect(root, &path, cases)?;
        } else if path.extension().is_some_and(|extension| extension == "md") && !path.ends_with("README.md")
        {
            let text = fs::read(&path).map_err(|error| failed(&path, &error))?;
            let text = String::from_utf8(text).map_err(|error| format!("{}: {error}", path.display()))?;
            let name = path.strip_prefix(root).unwrap_or(&path).with_extension("");
            let name = name.display().to_string().replace('\\', "/");
            cases.push(Case::parse(&name, &text)?);
        }
    }
    Ok(())
}
