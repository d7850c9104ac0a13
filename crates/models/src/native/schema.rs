//! All files to one schema: the order of the work, and what is gathered on the way.

use std::collections::{BTreeMap, BTreeSet};

use ambix_schema::{
    Address, Coverage, Enum, Facet, Kind, Name, Namespace, Object, Origin, Problem, Schema, Severity,
    TableName,
};
use rayon::prelude::*;

use super::column::Columns;
use super::constraints::{self, Unnamed};
use super::enums::Enums;
use super::file::outline;
use super::modules::{DefinitionId, Modules, left_out};
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
    let modules = Modules::new(&outlines);
    let types = Types { modules: &modules, parse_type };
    let enums = Enums::new(&outlines, &left_out);
    let mut work = Work { outlines: &outlines, left_out: &left_out, gathered: Gathered::default() };
    work.findings();
    work.macro_calls();
    let tables = {
        let Work { outlines, left_out, gathered } = &mut work;
        let module = |file, index| modules.module(file, index);
        let mut report = |file: usize, finding| gathered.report(&outlines[file], finding);
        tables(outlines, left_out, module, options, &mut report)
    };
    work.tables(&tables, &types, &enums);
    work.constraints(&tables, options);
    let renamed_enums = work.enum_types(&enums);
    let read = work.gathered.finish(renamed(&tables, renamed_enums), outlines.len(), tables.len());
    outlines.into_par_iter().for_each(drop);
    read
}

struct Work<'a> {
    outlines: &'a [Outline],
    left_out: &'a [bool],
    gathered: Gathered,
}

#[derive(Default)]
struct Gathered {
    objects: Vec<(Address, Object)>,
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
            self.active().flat_map(|outline| outline.generators.iter().map(String::as_str)).collect();
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

    /// Tables, their namespaces and their columns; each table by itself.
    fn tables(&mut self, tables: &BTreeMap<TableName, Table<'_>>, types: &Types<'_>, enums: &Enums<'_>) {
        let columns = Columns { types, enums, is_whole: self.is_whole() };
        self.gathered.append(tables.par_iter().map(|(_, table)| of_table(table, &columns)).collect());
        // From last to first, so that the origin of a namespace is the first table in it.
        for table in tables.values().rev() {
            let said = &table.entity.entity.attributes.schema;
            if let (Some(namespace), Some(said)) = (&table.name.namespace, said) {
                self.gathered.namespace(namespace, table.outline, said.mark);
            }
        }
    }

    /// Keys, checks, indexes and foreign keys. Only to settle their names, all tables are looked at
    /// together.
    fn constraints(&mut self, tables: &BTreeMap<TableName, Table<'_>>, options: &Options) {
        let is_whole = self.is_whole();
        let (mut all, problems): (Vec<_>, Vec<_>) = tables
            .par_iter()
            .map(|(name, table)| {
                let mut problems = Vec::new();
                let mut unnamed = constraints::of(table);
                let mut report = |finding| problems.push(table.outline.problem(finding));
                unnamed.extend(foreign_keys::of(table, tables, is_whole, &mut report));
                unnamed.iter_mut().for_each(|one| names::propose(name, one, &options.naming));
                ((table, unnamed), problems)
            })
            .unzip();
        self.gathered.problems.extend(problems.into_iter().flatten());
        let gathered = &mut self.gathered;
        let mut report = |table: &Table<'_>, finding| gathered.report(table.outline, finding);
        names::settle(tables, &mut all, options.naming.max_bytes, &mut report);
        let parts = all.into_par_iter().map(|(table, named)| of_constraints(table, named)).collect();
        self.gathered.append(parts);
    }

    /// The enum types that are declared or that a column has.
    fn enum_types(&mut self, enums: &Enums<'a>) -> Vec<Renamed<'a>> {
        let mut renamed = Vec::new();
        let used: BTreeSet<DefinitionId> = self.gathered.used_enums.iter().copied().collect();
        let (outlines, gathered) = (self.outlines, &mut self.gathered);
        let mut report = |file: usize, finding| gathered.report(&outlines[file], finding);
        for (name, (id, said)) in enums.existing(&used, self.left_out, &mut report) {
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
    let mut gathered = Gathered::with_capacity(said.columns.len() + 1);
    let text = |said: &Option<Said<String>>| said.as_ref().map(|said| said.value.clone());
    let object = ambix_schema::Table {
        comment: text(&said.attributes.comment).filter(|comment| !comment.is_empty()),
        options: said.attributes.options.clone(),
        partition_by: text(&said.attributes.partition_by),
    };
    gathered.insert(Address::table(&table.name), object.into(), table.outline, said.name.mark);
    for (place, column) in said.columns.iter().enumerate() {
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
    gathered.sort();
    gathered
}

/// The constraints and indexes of a table.
fn of_constraints(table: &Table<'_>, named: Vec<Unnamed>) -> Gathered {
    let mut gathered = Gathered::with_capacity(named.len());
    for one in named {
        let (is_implied, mark) = (one.implied.is_some(), one.mark);
        let (at, object) = names::placed(&table.name, one);
        if is_implied {
            gathered.implied.push((at.clone(), Facet::Name));
        }
        gathered.insert(at, object, table.outline, mark);
    }
    gathered.sort();
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
    /// Sorted here, where tables are read side by side, so that putting them together only appends.
    fn sort(&mut self) {
        self.objects.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        self.origins.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    }

    fn with_capacity(objects: usize) -> Self {
        let (objects, origins) = (Vec::with_capacity(objects), Vec::with_capacity(objects));
        Self { objects, origins, ..Self::default() }
    }

    fn append(&mut self, others: Vec<Self>) {
        let objects = others.iter().map(|other| other.objects.len()).sum();
        self.objects.reserve(objects);
        self.origins.reserve(objects);
        for Self { objects, origins, implied, problems, used_enums } in others {
            self.objects.extend(objects);
            self.origins.extend(origins);
            self.implied.extend(implied);
            self.problems.extend(problems);
            self.used_enums.extend(used_enums);
        }
    }

    fn report(&mut self, outline: &Outline, finding: Finding) {
        self.problems.push(outline.problem(finding));
    }

    fn insert(&mut self, at: Address, object: Object, outline: &Outline, mark: Mark) {
        self.origins.push((at.clone(), outline.origin(mark)));
        self.objects.push((at, object));
    }

    /// Every table of a namespace says it again; the last one to do so stays.
    fn namespace(&mut self, name: &Name, outline: &Outline, mark: Mark) {
        self.insert(Address::namespace(name), Namespace::default().into(), outline, mark);
    }

    fn finish(mut self, renamed: Vec<Renamed<'_>>, files: usize, entities: usize) -> Read {
        let (objects, origins) = (std::mem::take(&mut self.objects), std::mem::take(&mut self.origins));
        let (mut schema, origins) = rayon::join(
            || objects.into_iter().collect::<Schema>(),
            || origins.into_iter().collect::<BTreeMap<Address, Origin>>(),
        );
        let mut renames = Vec::new();
        for (at, from, outline) in renamed {
            match rename(&at, from, &origins) {
                Ok(rename) => renames.push(rename),
                Err(finding) => self.report(outline, finding),
            }
        }
        let Self { implied, mut problems, .. } = self;
        for (at, facet) in implied {
            schema.imply(at, facet);
        }
        schema.coverage =
            Coverage::full().without_kinds([Kind::Namespace, Kind::Extension, Kind::Sequence, Kind::View]);
        let order = |problem: &Problem| (problem.origin.clone(), problem.severity == Severity::Warning);
        problems.sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.message.cmp(&b.message)));
        problems.dedup();
        Read { schema, problems, origins, renames, files, entities }
    }
}

fn rename(at: &Address, from: &Said<String>, origins: &BTreeMap<Address, Origin>) -> Result<Rename, Finding> {
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
