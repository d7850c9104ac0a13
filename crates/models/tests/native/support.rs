//! What the tests of this crate share: reading inline sources, and showing what came of it.

use ambix_models::{Options, Read, Source, TableNames, read};
use ambix_schema::{Address, Column, Facet, Naming, Problem, Schema, Type};

pub(crate) fn options() -> Options {
    Options {
        root: ".".into(),
        paths: vec!["src/**/*.rs".into()],
        exclude: Vec::new(),
        features: Vec::new(),
        table_names: TableNames::Singular,
        naming: Naming::default(),
    }
}

pub(crate) fn parse_type(text: &str) -> Type {
    match text.strip_suffix("[]") {
        Some(inner) => Type::Array(Box::new(parse_type(inner))),
        None if text == "bigint" => Type::BigInt,
        None => Type::Other(text.to_owned()),
    }
}

pub(crate) fn read_files(files: &[(&str, &str)]) -> Read {
    read_with(files, &options())
}

pub(crate) fn read_with(files: &[(&str, &str)], options: &Options) -> Read {
    let source = |(path, text): &(&str, &str)| Source { path: (*path).into(), text: (*text).into() };
    read(files.iter().map(source).collect(), options, &parse_type)
}

/// Reads sources that must be without problems.
pub(crate) fn schema_of(files: &[(&str, &str)]) -> Schema {
    let read = read_files(files);
    assert!(read.problems.is_empty(), "{}", shown(&read.problems));
    read.schema
}

/// Reads one file that must be without problems.
pub(crate) fn schema(text: &str) -> Schema {
    schema_of(&[("src/models.rs", text)])
}

/// The problems of one file, each as `line:column: message | marked text | help`.
pub(crate) fn problems(text: &str) -> Vec<String> {
    read_files(&[("src/models.rs", text)]).problems.iter().map(line).collect()
}

pub(crate) fn line(problem: &Problem) -> String {
    let marked = &problem.excerpt[problem.marked.clone()];
    let help = problem.help.as_deref().unwrap_or("-");
    format!("{}:{}: {} | {marked} | {help}", problem.origin.line, problem.origin.column, problem.message)
}

pub(crate) fn shown(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(|problem| format!("{}:{}", problem.origin.path.display(), line(problem)))
        .collect::<Vec<_>>()
        .join("\n")
}

pub(crate) fn column(schema: &Schema, table: &str, name: &str) -> Column {
    let at = Address::column(table, name);
    schema.get(&at).unwrap_or_else(|| panic!("no {at} in\n{}", dump(schema))).as_column().unwrap().clone()
}

/// Every object on a line, with what it says.
pub(crate) fn dump(schema: &Schema) -> String {
    let mut lines = Vec::new();
    for (at, object) in schema.iter() {
        let facets = Facet::ALL.into_iter().filter_map(|facet| {
            let text = object.facet_text(facet)?;
            let is_plain = [
                "no ",
                "yes",
                "not ",
                "()",
                "valid",
                "enforced",
                "nulls distinct",
                "inherit",
                "match simple",
                "include ()",
            ]
            .iter()
            .any(|plain| text.starts_with(plain));
            let mark = if schema.is_implied(at, facet) { "~" } else { "" };
            (!is_plain || text == "not null").then(|| format!("{mark}{text}"))
        });
        let facets: Vec<String> = facets.collect();
        let name = if schema.is_implied(at, Facet::Name) { "~" } else { "" };
        lines.push(format!("{name}{at}  {}", facets.join("; ")).trim_end().to_owned());
    }
    lines.join("\n")
}
