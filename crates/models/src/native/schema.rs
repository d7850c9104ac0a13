//! All files to one schema: the order of the work, and what is gathered on the way.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ambix_schema::{
    Address, AddressMap, Enum, Facet, Kind, Name, Namespace, Object, Origin, Problem, Schema, Severity,
    TableName,
};
use compact_str::CompactString;
use rayon::prelude::*;

use super::column::Columns;
use super::constraints::{self, Unnamed};
use super::coverage::coverage;
use super::enums::Enums;
use super::file::outline;
use super::modules::{DefinitionId, Modules, left_out};
use super::names::OfTable;
use super::outline::Outline;
use super::tables::{Table, tables};
use super::types::Types;
use super::{foreign_keys, names};
use crate::attributes::{Finding, Mark, Said};
use crate::cfg::Features;
use crate::{Options, ParseType, Read, Rename, Source};

/// Reads all files of a project. The same files give the same result, in whatever order they come.
pub(crate) fn read(mut sources: Vec<Source>, options: &Options, parse_type: &ParseType<'_>) -> Read {
    // As text: to compare paths takes them apart each time.
    sources.sort_by(|a, b| a.path.as_os_str().cmp(b.path.as_os_str()));
    let features = Features::new(&options.features);
    // Inside somebody else's thread pool there may be spans of theirs, which must stay valid.
    let owns_threads = rayon::current_thread_index().is_none();
    let outlines: Vec<Outline> = sources
        .into_par_iter()
        .map(|source| {
            if owns_threads {
                proc_macro2::extra::invalidate_current_thread_spans();
            }
            outline(source, &features)
        })
        .collect();
    let left_out = left_out(&outlines);
    let mut work = Work { outlines: &outlines, left_out: &left_out, gathered: Gathered::default() };
    work.findings();
    work.macro_calls();
    let enums = Enums::new(&outlines, &left_out);
    let gathered = &mut work.gathered;
    let mut report = |file: usize, finding| gathered.report(&outlines[file], finding);
    let (modules, tables) =
        rayon::join(|| Modules::new(&outlines), || tables(&outlines, &left_out, options, &mut report));
    let types = Types { modules: &modules, parse_type };
    let columns = Columns { types: &types, enums: &enums, is_whole: work.is_whole() };
    let parts = work.tables(&tables, &columns, options);
    work.namespaces(&tables);
    let used = parts.iter().flat_map(|part| part.used_enums.iter().copied()).collect();
    let renamed_enums = work.enum_types(&enums, &used);
    let renamed = renamed(&tables, renamed_enums);
    let read = finish(work.gathered, parts, &renamed, outlines.len(), tables.len());
    // Nobody waits for memory to be given back.
    rayon::spawn(move || drop(outlines));
    read
}

struct Work<'a> {
    outlines: &'a [Outline],
    left_out: &'a [bool],
    gathered: Gathered,
}

#[derive(Default)]
struct Gathered {
    // Objects are large, and are moved about from here on.
    objects: Vec<(Address, Arc<Object>)>,
    origins: Vec<(Address, Origin)>,
    implied: Vec<(Address, Facet)>,
    problems: Vec<Problem>,
    used_enums: Vec<DefinitionId>,
}

impl<'a> Work<'a> {
    fn active(&self) -> impl Iterator<Item = &'a Outline> {
        self.outlines.iter().zip(self.left_out).filter(|(_, is_out)| !**is_out).map(|(outline, _)| outline)
    }

    fn is_whole(&self) -> bool {
        self.outlines.iter().all(|outline| outline.is_parsed)
    }

    /// What each file had to say against itself.
    fn findings(&mut self) {
        let problems: Vec<Problem> = self
            .active()
            .flat_map(|outline| outline.findings.iter().map(|finding| outline.problem(finding.clone())))
            .collect();
        self.gathered.problems.extend(problems);
    }

    /// Entities that macros generate cannot be seen.
    fn macro_calls(&mut self) {
        let generators: BTreeSet<&str> =
            self.active().flat_map(|outline| outline.generators.iter().map(CompactString::as_str)).collect();
        let mut problems = Vec::new();
        for outline in self.active() {
            let calls = outline.calls.iter();
            for call in calls.filter(|call| call.mentions_entity || generators.contains(call.name.as_str())) {
                let message = format!("the entities that `{}!` generates cannot be seen", call.name);
                let finding = Finding::warning(call.mark, message).help(
                    "macros are not expanded: write the structs out, or keep their tables out of the comparison with `[policy] ignore`",
                );
                problems.push(outline.problem(finding));
            }
        }
        self.gathered.problems.extend(problems);
    }

    /// Each table with its columns, keys, checks, indexes and foreign keys, in the order of their names.
    /// Only to settle the names of constraints, all tables are looked at together.
    fn tables<'t>(
        &mut self,
        tables: &'t BTreeMap<TableName, Table<'t>>,
        columns: &Columns<'_>,
        options: &Options,
    ) -> Vec<Gathered> {
        let (mut parts, mut unnamed): (Vec<Gathered>, Vec<OfTable<'t>>) = tables
            .par_iter()
            .map(|(name, table)| {
                let mut gathered = of_table(table, columns);
                let mut unnamed = constraints::of(table);
                let mut report = |finding| gathered.report(table.outline, finding);
                unnamed.extend(foreign_keys::of(table, tables, columns.is_whole, &mut report));
                for one in &mut unnamed {
                    names::propose(name, one, &options.naming);
                }
                (gathered, (table, unnamed))
            })
            .unzip();
        let gathered = &mut self.gathered;
        let mut report = |table: &Table<'_>, finding| gathered.report(table.outline, finding);
        names::settle(tables, &mut unnamed, options.naming.max_bytes, &mut report);
        parts.par_iter_mut().zip(unnamed).for_each(|(part, (table, named))| part.constraints(table, named));
        parts
    }

    /// The namespaces of tables. From last to first, so that the first table is the origin.
    fn namespaces(&mut self, tables: &BTreeMap<TableName, Table<'_>>) {
        for table in tables.values().rev() {
            let said = &table.entity.entity.attributes.schema;
            if let (Some(namespace), Some(said)) = (&table.name.namespace, said) {
                self.gathered.namespace(namespace, table.outline, said.mark);
            }
        }
    }

    /// The enum types that are declared or that a column has.
    fn enum_types(&mut self, enums: &Enums<'a>, used: &BTreeSet<DefinitionId>) -> Vec<Renamed<'a>> {
        let mut renamed = Vec::new();
        let (outlines, gathered) = (self.outlines, &mut self.gathered);
        let mut report = |file: usize, finding| gathered.report(&outlines[file], finding);
        for (name, (id, said)) in enums.existing(used, self.left_out, &mut report) {
            let outline = &outlines[id.file];
            if let Some(namespace) = &name.namespace {
                gathered.namespace(namespace, outline, said.name.mark);
            }
            let object = Enum {
                values: said.values.iter().map(|value| value.value.clone()).collect(),
                comment: said.comment.clone().filter(|comment| !comment.is_empty()),
            };
            let at = Address::of(Kind::Enum, &name);
            gathered.insert(at.clone(), object.into(), outline, said.name.mark);
            if let Some(from) = &said.renamed_from {
                renamed.push((at, from, outline));
            }
        }
        renamed
    }
}

/// Everything a table says by itself: the table and its columns.
fn of_table(table: &Table<'_>, columns: &Columns<'_>) -> Gathered {
    let said = &table.entity.entity;
    // Columns with their keys and indexes: most tables have fewer constraints than columns.
    let mut gathered = Gathered::with_capacity(2 * said.columns.len() + 1);
    let text = |said: &Option<Said<String>>| said.as_ref().map(|said| said.value.clone());
    let object = ambix_schema::Table {
        comment: text(&said.attributes.comment).filter(|comment| !comment.is_empty()),
        options: said.attributes.options.clone(),
        partition_by: text(&said.attributes.partition_by),
        inherits: Vec::new(),
    };
    gathered.insert(Address::table(&table.name), object.into(), table.outline, said.name.mark);
    let mut in_order: Vec<usize> = (0..said.columns.len()).collect();
    in_order.sort_unstable_by_key(|place| &said.columns[*place].name);
    for place in in_order {
        let column = &said.columns[place];
        let problems = &mut gathered.problems;
        let mut report = |finding| problems.push(table.outline.problem(finding));
        let Some(built) = columns.build(table, place, &mut report) else { continue };
        let at = Address::column(&table.name, column.name.as_str());
        if built.is_identity_implied {
            gathered.implied.push((at.clone(), Facet::Identity));
        }
        gathered.used_enums.extend(built.enumeration);
        gathered.insert(at, built.column.into(), table.outline, column.field.mark);
    }
    gathered
}

/// An object that says what it was called, and where it says so.
type Renamed<'a> = (Address, &'a Said<String>, &'a Outline);

/// What tables and columns say they were called: tables first, because a column is renamed in a table
/// that already has its new name.
fn renamed<'a>(tables: &'a BTreeMap<TableName, Table<'a>>, enums: Vec<Renamed<'a>>) -> Vec<Renamed<'a>> {
    let mut all: Vec<Renamed<'a>> = Vec::new();
    for table in tables.values() {
        let from = table.entity.entity.attributes.renamed_from.as_ref();
        all.extend(from.map(|from| (Address::table(&table.name), from, table.outline)));
    }
    all.extend(enums);
    for table in tables.values() {
        for column in &table.entity.entity.columns {
            let at = || Address::column(&table.name, column.name.as_str());
            let from = column.attributes.renamed_from.as_ref();
            all.extend(from.map(|from| (at(), from, table.outline)));
        }
    }
    all
}

impl Gathered {
    fn with_capacity(objects: usize) -> Self {
        let (objects, origins) = (Vec::with_capacity(objects), Vec::with_capacity(objects));
        Self { objects, origins, ..Self::default() }
    }

    fn report(&mut self, outline: &Outline, finding: Finding) {
        self.problems.push(outline.problem(finding));
    }

    fn insert(&mut self, at: Address, object: Object, outline: &Outline, mark: Mark) {
        self.origins.push((at.clone(), outline.origin(mark)));
        self.objects.push((at, Arc::new(object)));
    }

    /// Every table of a namespace says it again; the last one to do so stays.
    fn namespace(&mut self, name: &Name, outline: &Outline, mark: Mark) {
        self.insert(Address::namespace(name), Namespace::default().into(), outline, mark);
    }

    /// The constraints and indexes of a table, whose names are settled.
    fn constraints(&mut self, table: &Table<'_>, mut named: Vec<Unnamed>) {
        named.sort_by(|a, b| (a.kind, a.settled()).cmp(&(b.kind, b.settled())));
        for one in named {
            let (is_implied, mark) = (one.implied.is_some(), one.mark);
            let (at, object) = names::placed(&table.name, one);
            if is_implied {
                self.implied.push((at.clone(), Facet::Name));
            }
            self.insert(at, object, table.outline, mark);
        }
    }
}

/// The runs that tables are, which come in order, with a few entries that belong between them.
fn joined<V: Clone>(tables: Vec<Vec<(Address, V)>>, others: Vec<(Address, V)>) -> AddressMap<V> {
    let mut all = AddressMap::of_runs(tables);
    for (at, value) in others {
        all.insert(at, value);
    }
    all
}

/// Puts the tables together. They come in order and so do their parts, which makes maps of them fast.
fn finish(
    first: Gathered,
    tables: Vec<Gathered>,
    renamed: &[Renamed<'_>],
    files: usize,
    entities: usize,
) -> Read {
    let (mut objects, mut origins) = (Vec::with_capacity(tables.len()), Vec::with_capacity(tables.len()));
    let Gathered { objects: other_objects, origins: other_origins, mut implied, mut problems, .. } = first;
    for gathered in tables {
        objects.push(gathered.objects);
        origins.push(gathered.origins);
        implied.extend(gathered.implied);
        problems.extend(gathered.problems);
    }
    let ((mut schema, implied), origins) = rayon::join(
        || {
            let schema = Schema::from(joined(objects, other_objects));
            (schema, implied.into_iter().collect::<BTreeSet<(Address, Facet)>>())
        },
        || joined(origins, other_origins),
    );
    schema.set_implied(implied);
    let mut carried_over = Vec::new();
    for (at, from, outline) in renamed {
        match rename(at, from, &origins) {
            Ok(rename) => carried_over.push(rename),
            Err(finding) => problems.push(outline.problem(finding)),
        }
    }
    schema.coverage = coverage();
    let order = |problem: &Problem| (problem.origin.clone(), problem.severity == Severity::Warning);
    problems.sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.message.cmp(&b.message)));
    problems.dedup();
    Read { schema, problems, origins, renames: carried_over, files, entities }
}

fn rename(at: &Address, from: &Said<String>, origins: &AddressMap<Origin>) -> Result<Rename, Finding> {
    let old = at.renamed(from.value.as_str());
    if old == *at {
        let message = format!("`renamed_from` is the name this {} has now", at.kind.word());
        return Err(Finding::error(from.mark, message).help("take `renamed_from` away"));
    }
    if let Some(origin) = origins.get(&old) {
        let message = format!("{old} is still there, at {origin}");
        let help = "what was renamed is gone under its old name; take one of the two away";
        return Err(Finding::error(from.mark, message).help(help));
    }
    Ok(Rename { from: old, to: at.name.clone() })
}
