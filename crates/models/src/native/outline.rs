//! What one file says, in plain data: entities, enums, the types it defines and the names it imports.

use std::path::Path;
use std::sync::Arc;

use ambix_schema::{Origin, Problem};
use compact_str::CompactString;

use super::place::Place;
use super::rust_type::RustType;
use crate::attributes::{Entity, Enumeration, Finding, Mark, Spot};

/// One file.
#[derive(Debug)]
pub(crate) struct Outline {
    /// The file as it is shown.
    pub(crate) path: Arc<Path>,
    /// Its crate and module.
    pub(crate) place: Place,
    /// Its text.
    pub(crate) text: String,
    /// Where its marks are.
    pub(crate) spots: Vec<Spot>,
    /// The different types that its fields have.
    pub(crate) types: Vec<RustType>,
    /// Whether it is Rust.
    pub(crate) is_parsed: bool,
    /// The file's own module first, then the inline ones.
    pub(crate) modules: Vec<Module>,
    /// Structs that are tables.
    pub(crate) entities: Vec<EntityOutline>,
    /// Every type the file defines by name.
    pub(crate) definitions: Vec<Definition>,
    /// Macros defined here that generate entities.
    pub(crate) generators: Vec<CompactString>,
    /// Macros called here where items stand.
    pub(crate) calls: Vec<MacroCall>,
    /// What was found wrong.
    pub(crate) findings: Vec<Finding>,
}

/// A module: a file, or a part of one.
#[derive(Debug, Default)]
pub(crate) struct Module {
    /// Its path below the file's own module.
    pub(crate) path: Vec<CompactString>,
    /// The names it imports one by one.
    pub(crate) imports: Vec<Import>,
    /// The modules it imports whole.
    pub(crate) globs: Vec<Vec<CompactString>>,
    /// Modules in other files that a `cfg` leaves out.
    pub(crate) excluded: Vec<CompactString>,
}

/// One imported name.
#[derive(Debug)]
pub(crate) struct Import {
    /// The name it has here.
    pub(crate) name: CompactString,
    /// What it stands for. A leading empty segment is a leading `::`.
    pub(crate) path: Vec<CompactString>,
}

/// An entity with the types of its columns.
#[derive(Debug)]
pub(crate) struct EntityOutline {
    /// The entity.
    pub(crate) entity: Entity,
    /// The type of each of its columns.
    pub(crate) types: Vec<FieldType>,
    /// Its module, by index in the file.
    pub(crate) module: usize,
}

/// The type of a field.
#[derive(Debug)]
pub(crate) struct FieldType {
    /// The type, by index among those of the file.
    pub(crate) ty: usize,
    /// Where it stands.
    pub(crate) mark: Mark,
    /// The type it is converted from, with `#[sqlx(try_from = "...")]`.
    pub(crate) try_from: Option<RustType>,
}

/// A type defined by name.
#[derive(Debug)]
pub(crate) struct Definition {
    /// Its name.
    pub(crate) name: CompactString,
    /// Its module, by index in the file.
    pub(crate) module: usize,
    /// Where its name stands.
    pub(crate) mark: Mark,
    /// What it is.
    pub(crate) meaning: Meaning,
}

/// What a defined type is to a column.
#[derive(Debug)]
pub(crate) enum Meaning {
    /// `type Name<T> = ...;`
    Alias {
        /// Its type parameters.
        parameters: Vec<CompactString>,
        /// What it stands for.
        target: RustType,
    },
    /// A struct around one value.
    Newtype {
        /// Its type parameters.
        parameters: Vec<CompactString>,
        /// The type of that value.
        target: RustType,
        /// The name of its type in the database, where it has one of its own.
        type_name: Option<String>,
    },
    /// An enum of the database.
    Enum {
        /// The enum.
        said: Enumeration,
        /// Whether it is a type of the database even when no column has it.
        is_declared: bool,
    },
    /// A type no column can have.
    Opaque,
}

/// A macro call that may generate items.
#[derive(Debug)]
pub(crate) struct MacroCall {
    /// The macro's name.
    pub(crate) name: CompactString,
    /// Where it is called.
    pub(crate) mark: Mark,
    /// Whether what it is given speaks of an entity.
    pub(crate) mentions_entity: bool,
}

impl Outline {
    /// A file with nothing in it that matters here.
    pub(crate) fn empty(path: &Path, text: String) -> Self {
        Self {
            place: Place::of(path),
            path: path.into(),
            text,
            spots: Vec::new(),
            types: Vec::new(),
            is_parsed: true,
            modules: Vec::new(),
            entities: Vec::new(),
            definitions: Vec::new(),
            generators: Vec::new(),
            calls: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// Where a mark stands, for people.
    pub(crate) fn origin(&self, mark: Mark) -> Origin {
        let spot = self.spots[mark.index()];
        Origin { path: self.path.clone(), line: spot.line(), column: spot.column() }
    }

    /// The text at a mark.
    pub(crate) fn text_at(&self, mark: Mark) -> &str {
        self.text.get(self.spots[mark.index()].range()).unwrap_or_default()
    }

    /// A finding as a problem.
    pub(crate) fn problem(&self, finding: Finding) -> Problem {
        let range = self.spots[finding.mark.index()].range();
        let mut problem = Problem::at(finding.severity, &self.path, &self.text, range, finding.message);
        problem.label = finding.label;
        problem.help = finding.help;
        problem
    }
}
