//! What a project's models are read from, and what comes of it.

use std::path::PathBuf;

use ambix_schema::{Address, AddressMap, Name, Naming, Origin, Problem, Schema, Type};

/// Which files are read, and how.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    /// The folder that `paths` and `exclude` are relative to.
    pub root: PathBuf,
    /// Globs of the files to read.
    pub paths: Vec<String>,
    /// Globs of the files to leave out.
    pub exclude: Vec<String>,
    /// The features that are on for `#[cfg(feature = "...")]`.
    pub features: Vec<String>,
    /// How a table is named when its entity does not say.
    pub table_names: TableNames,
    /// How constraints and indexes are named when their author does not say.
    pub naming: Naming,
}

/// How a table is named when its entity does not say.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TableNames {
    /// The struct's name in `snake_case`.
    #[default]
    Singular,
    /// The same, with the last word in the plural.
    Plural,
}

/// One file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// The path, as it is shown in problems.
    pub path: PathBuf,
    /// The text.
    pub text: String,
}

/// A dialect's reader of types that an author spells: `sql_type = "numeric(10, 2)"`.
pub type ParseType<'a> = dyn Fn(&str) -> Type + Sync + 'a;

/// An object that its author says had another name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rename {
    /// Where it was. A column's table already has its new name.
    pub from: Address,
    /// The name it has now.
    pub to: Name,
}

/// What the models say.
#[derive(Clone, Debug)]
pub struct Read {
    /// The schema.
    pub schema: Schema,
    /// What is wrong in the source, by place.
    pub problems: Vec<Problem>,
    /// Where each object is said.
    pub origins: AddressMap<Origin>,
    /// Renames, in the order in which they are to be done.
    pub renames: Vec<Rename>,
    /// How many files were read.
    pub files: usize,
    /// How many entities were found.
    pub entities: usize,
}

/// Reads the schema that sources say. Pure: the same sources give the same result, in whatever order
/// they come.
pub fn read(sources: Vec<Source>, options: &Options, parse_type: &ParseType<'_>) -> Read {
    crate::native::read(sources, options, parse_type)
}
