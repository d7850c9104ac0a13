//! The enum types of a project.

use std::collections::{BTreeMap, BTreeSet};

use ambix_schema::{TableName, Type};

use super::modules::DefinitionId;
use super::outline::{Meaning, Outline};
use crate::attributes::{Enumeration, Finding};

/// Every enum that can be a type of the database.
#[derive(Debug)]
pub(crate) struct Enums<'a> {
    outlines: &'a [Outline],
    by_type: BTreeMap<TableName, DefinitionId>,
}

impl<'a> Enums<'a> {
    /// The enums of all files that are not left out.
    pub(crate) fn new(outlines: &'a [Outline], left_out: &[bool]) -> Self {
        let mut enums = Self { outlines, by_type: BTreeMap::new() };
        for (file, outline) in outlines.iter().enumerate().filter(|(file, _)| !left_out[*file]) {
            for index in 0..outline.definitions.len() {
                let id = DefinitionId { file, index };
                if let Some((said, _)) = enums.get(id).filter(|(said, _)| said.repr.is_none()) {
                    let name = type_name(said);
                    enums.by_type.entry(name).or_insert(id);
                }
            }
        }
        enums
    }

    /// An enum, and whether it is declared as a type of the database by itself.
    pub(crate) fn get(&self, id: DefinitionId) -> Option<(&'a Enumeration, bool)> {
        match &self.outlines[id.file].definitions[id.index].meaning {
            Meaning::Enum { said, is_declared } => Some((said, *is_declared)),
            Meaning::Alias { .. } | Meaning::Newtype { .. } | Meaning::Opaque => None,
        }
    }

    /// The values of an enum.
    pub(crate) fn values(&self, id: DefinitionId) -> Vec<&'a str> {
        self.get(id)
            .map(|(said, _)| said.values.iter().map(|value| &*value.value).collect())
            .unwrap_or_default()
    }

    /// A type that an author spelled, which may be the name of an enum here.
    pub(crate) fn recognise(&self, ty: Type) -> (Type, Option<DefinitionId>) {
        if let Type::Array(inner) = ty {
            let (inner, id) = self.recognise(*inner);
            return (Type::Array(Box::new(inner)), id);
        }
        let name = if let Type::Other(text) = &ty {
            match text.split_once('.') {
                Some((namespace, name)) => TableName::qualified(namespace, name),
                None => TableName::new(text.as_str()),
            }
        } else if let Type::Enum(name) = &ty {
            name.clone()
        } else {
            return (ty, None);
        };
        match self.by_type.get(&name) {
            Some(id) => (Type::Enum(name), Some(*id)),
            None => (ty, None),
        }
    }

    /// The enums that are types of the database: those declared, and those a column has.
    pub(crate) fn existing(
        &self,
        used: &BTreeSet<DefinitionId>,
        left_out: &[bool],
        report: &mut dyn FnMut(usize, Finding),
    ) -> BTreeMap<TableName, (DefinitionId, &'a Enumeration)> {
        let mut existing: BTreeMap<TableName, (DefinitionId, &Enumeration)> = BTreeMap::new();
        for (file, outline) in self.outlines.iter().enumerate().filter(|(file, _)| !left_out[*file]) {
            for index in 0..outline.definitions.len() {
                let id = DefinitionId { file, index };
                let Some((said, is_declared)) = self.get(id) else { continue };
                if said.repr.is_some() || !(is_declared || used.contains(&id)) {
                    continue;
                }
                // The derive `Enum` has checked a declared enum already.
                if let Some(mark) = said.with_data.filter(|_| !is_declared) {
                    let message = format!("a variant of `{}` carries data", said.name.value);
                    let help = "a column has this type, and a value of a database enum is a name alone";
                    report(file, Finding::error(mark, message).help(help));
                }
                let name = type_name(said);
                match existing.get(&name) {
                    None => {
                        existing.insert(name, (id, said));
                    }
                    Some((first, earlier)) if self.values(*first) != self.values(id) => {
                        let at = self.outlines[first.file].origin(earlier.name.mark);
                        let message = format!("two enums with different values are type `{name}`");
                        let help = format!(
                            "the other is `{}` at {at}; give one another `type_name`",
                            earlier.name.value
                        );
                        report(file, Finding::error(said.name.mark, message).help(help));
                    }
                    Some(_) => {}
                }
            }
        }
        existing
    }
}

/// The name of an enum's type.
pub(crate) fn type_name(said: &Enumeration) -> TableName {
    TableName { namespace: said.schema.as_deref().map(Into::into), name: said.type_name.as_str().into() }
}
