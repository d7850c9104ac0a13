//! All files to one schema: the order of the work, and what is gathered on the way.

use std::collections::{BTreeMap, BTreeSet};

use ambix_schema::{
    Address, Coverage, Enum, Facet, Kind, Name, Namespace, Object, Origin, Problem, Schema, Severity,
    TableName,
};
use rayon::prelude::*;

use super::column::Columns;
use super::enums::Enums;
use super::file::outline;
use super::modules::{DefinitionId, Modules, left_out};
use super::outline::Outline;
use super::tables::{Table, tables};
use super::types::Types;
use super::{constraints, foreign_keys, names};
use crate::attributes::{Finding, Mark, Said};
use crate::cfg::Features;
use crate::{Options, ParseType, Read, Rename, Source};

/// Reads all files of a project. The same files give the same result, in whatever order they come.
pub(crate) fn read(mut sources: Vec<Source>, options: &Options, parse_type: &ParseType<'_>) -> Read {
    sources.sort_by(|a, b| a.path.cmp(&b.path));
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
    work.enum_types(&enums);
    work.renames(&tables);
    let files = outlines.len();
    work.gathered.finish(files, tables.len())
}

struct Work<'a> {
    outlines: &'a [Outline],
    left_out: &'a [bool],
    gathered: Gathered,
}

#[derive(Default)]
struct Gathered {
    schema: Schema,
    problems: Vec<Problem>,
    origins: BTreeMap<Address, Origin>,
    renames: Vec<Rename>,
    used_enums: BTreeSet<DefinitionId>,
}

impl Work<'_> {
    fn active(&self) -> impl Iterator<Item = &Outline> {
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

    /// Tables, their namespaces and their columns.
    fn tables(&mut self, tables: &BTreeMap<TableName, Table<'_>>, types: &Types<'_>, enums: &Enums<'_>) {
        let columns = Columns { types, enums, is_whole: self.is_whole() };
        let gathered = &mut self.gathered;
        for table in tables.values() {
            let said = &table.entity.entity;
            let text = |said: &Option<Said<String>>| said.as_ref().map(|said| said.value.clone());
            let object = ambix_schema::Table {
                comment: text(&said.attributes.comment).filter(|comment| !comment.is_empty()),
                options: said.attributes.options.clone(),
                partition_by: text(&said.attributes.partition_by),
            };
            if let (Some(namespace), Some(mark)) = (&table.name.namespace, &said.attributes.schema) {
                gathered.namespace(namespace, table.outline, mark.mark);
            }
            gathered.insert(Address::table(&table.name), object.into(), table.outline, said.name.mark);
            for (place, column) in said.columns.iter().enumerate() {
                let problems = &mut gathered.problems;
                let mut report = |finding| problems.push(table.outline.problem(finding));
                let Some(built) = columns.build(table, place, &mut report) else { continue };
                let at = Address::column(&table.name, column.name.as_str());
                if built.is_identity_implied {
                    gathered.schema.imply(at.clone(), Facet::Identity);
                }
                gathered.used_enums.extend(built.enumeration);
                gathered.insert(at, built.column.into(), table.outline, column.field.mark);
            }
        }
    }

    /// Keys, checks, indexes and foreign keys, all with names.
    fn constraints(&mut self, tables: &BTreeMap<TableName, Table<'_>>, options: &Options) {
        let is_whole = self.is_whole();
        let (outlines, gathered) = (self.outlines, &mut self.gathered);
        let mut unnamed = Vec::new();
        for table in tables.values() {
            let mut all = constraints::of(table);
            let mut report = |finding| gathered.report(table.outline, finding);
            all.extend(foreign_keys::of(table, tables, is_whole, &mut report));
            unnamed.push((table.name.clone(), all));
        }
        let mut report = |file: usize, finding| gathered.report(&outlines[file], finding);
        for named in names::named(tables, unnamed, &options.naming, &mut report) {
            if let Some(facet) = named.implied() {
                gathered.schema.imply(named.at.clone(), facet);
            }
            gathered.insert(named.at, named.object, &outlines[named.file], named.mark);
        }
    }

    /// The enum types that are declared or that a column has.
    fn enum_types(&mut self, enums: &Enums<'_>) {
        let used = std::mem::take(&mut self.gathered.used_enums);
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
            if let Some(from) = &said.renamed_from {
                gathered.rename(&at, from, outline);
            }
            gathered.insert(at, object.into(), outline, said.name.mark);
        }
    }

    /// Tables first, because a column is renamed in a table that already has its new name.
    fn renames(&mut self, tables: &BTreeMap<TableName, Table<'_>>) {
        let gathered = &mut self.gathered;
        let enums = std::mem::take(&mut gathered.renames);
        for table in tables.values() {
            if let Some(from) = &table.entity.entity.attributes.renamed_from {
                gathered.rename(&Address::table(&table.name), from, table.outline);
            }
        }
        gathered.renames.extend(enums);
        for table in tables.values() {
            for column in &table.entity.entity.columns {
                if let Some(from) = &column.attributes.renamed_from {
                    let at = Address::column(&table.name, column.name.as_str());
                    gathered.rename(&at, from, table.outline);
                }
            }
        }
    }
}

impl Gathered {
    fn report(&mut self, outline: &Outline, finding: Finding) {
        self.problems.push(outline.problem(finding));
    }

    fn insert(&mut self, at: Address, object: Object, outline: &Outline, mark: Mark) {
        self.origins.insert(at.clone(), outline.origin(mark));
        self.schema.insert(at, object);
    }

    fn namespace(&mut self, name: &Name, outline: &Outline, mark: Mark) {
        let at = Address::namespace(name);
        if !self.schema.contains(&at) {
            self.insert(at, Namespace::default().into(), outline, mark);
        }
    }

    fn rename(&mut self, at: &Address, from: &Said<String>, outline: &Outline) {
        let old = at.renamed(from.value.as_str());
        if old == *at {
            let message = format!("`renamed_from` is the name this {} has now", at.kind.word());
            self.report(outline, Finding::error(from.mark, message).help("take `renamed_from` away"));
            return;
        }
        if let Some(origin) = self.origins.get(&old) {
            let message = format!("{old} is still there, at {origin}");
            let help = "what was renamed is gone under its old name; take one of the two away";
            self.report(outline, Finding::error(from.mark, message).help(help));
            return;
        }
        self.renames.push(Rename { from: old, to: at.name.clone() });
    }

    fn finish(self, files: usize, entities: usize) -> Read {
        let Self { mut schema, mut problems, origins, renames, used_enums: _ } = self;
        schema.coverage =
            Coverage::full().without_kinds([Kind::Namespace, Kind::Extension, Kind::Sequence, Kind::View]);
        problems.sort_by(|a, b| {
            let order = |problem: &Problem| (problem.origin.clone(), problem.severity == Severity::Warning);
            order(a).cmp(&order(b)).then_with(|| a.message.cmp(&b.message))
        });
        problems.dedup();
        Read { schema, problems, origins, renames, files, entities }
    }
}
