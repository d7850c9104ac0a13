//! Other names for what lives directly in a namespace, or is one: `rename_table`, `rename_enum`, …

use ambix_schema::{Address, Change, Kind, Name, TableName};
use serde::{Deserialize, Serialize};

use super::Verb;
use super::lower::{Ctx, LowerError};
use super::phrase::{self, Phrase};

/// A table, enum, sequence, view or namespace given another name; what refers to it follows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rename {
    /// Where it is now.
    pub from: Address,
    /// Its new name.
    pub to: Name,
}

vocabulary! {
    verbs {
        /// Gives a table another name.
        fn rename_table(name: into TableName, to: into Name) -> Rename {
            Rename { from: Address::table(name), to }
        }

        /// Gives an enum another name.
        fn rename_enum(name: into TableName, to: into Name) -> Rename {
            Rename { from: Address::of(Kind::Enum, name), to }
        }

        /// Gives a domain another name.
        fn rename_domain(name: into TableName, to: into Name) -> Rename {
            Rename { from: Address::of(Kind::Domain, name), to }
        }

        /// Gives a composite type another name.
        fn rename_composite_type(name: into TableName, to: into Name) -> Rename {
            Rename { from: Address::of(Kind::Composite, name), to }
        }

        /// Gives a range type another name.
        fn rename_range_type(name: into TableName, to: into Name) -> Rename {
            Rename { from: Address::of(Kind::Range, name), to }
        }

        /// Gives a sequence another name.
        fn rename_sequence(name: into TableName, to: into Name) -> Rename {
            Rename { from: Address::of(Kind::Sequence, name), to }
        }

        /// Gives a view another name.
        fn rename_view(name: into TableName, to: into Name) -> Rename {
            Rename { from: Address::of(Kind::View, name), to }
        }

        /// Gives a schema (a namespace) another name.
        fn rename_schema(name: into Name, to: into Name) -> Rename {
            Rename { from: Address::namespace(name), to }
        }
    }
}

impl Rename {
    /// The verb that renames objects of a kind; `None` for kinds that have another way.
    pub(crate) fn verb_for(kind: Kind) -> Option<&'static str> {
        match kind {
            Kind::Table => Some("rename_table"),
            Kind::Enum => Some("rename_enum"),
            Kind::Domain => Some("rename_domain"),
            Kind::Composite => Some("rename_composite_type"),
            Kind::Range => Some("rename_range_type"),
            Kind::Sequence => Some("rename_sequence"),
            Kind::View => Some("rename_view"),
            Kind::Namespace => Some("rename_schema"),
            Kind::Extension
            | Kind::Column
            | Kind::PrimaryKey
            | Kind::Unique
            | Kind::Check
            | Kind::ForeignKey
            | Kind::Exclusion
            | Kind::Index => None,
        }
    }
}

impl Verb for Rename {
    fn lower(&self, _: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        Ok(vec![Change::Rename { from: self.from.clone(), to: self.to.clone() }])
    }

    fn phrase(&self) -> String {
        let verb = Self::verb_for(self.from.kind).expect("only what a verb renames is recorded as a rename");
        Phrase::verb(verb, [phrase::table(&self.from.qualified_name()), phrase::name(&self.to)]).finish()
    }
}
