//! The modules of a project and what a name means in one of them.
//!
//! Paths are resolved as rustc does it: own definitions, imports, glob imports, re-exports, `crate`,
//! `self`, `super`. Where that leads nowhere (a module in an unusual place) the last segment decides,
//! if there is only one type of that name. Two are a problem and never a guess.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;

use super::outline::{Definition, Import, Outline};
use super::place::{Place, crate_name};

/// A definition by file and index.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct DefinitionId {
    /// The file.
    pub(crate) file: usize,
    /// The definition in it.
    pub(crate) index: usize,
}

/// What a path means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Found {
    /// A type of the project.
    Definition(DefinitionId),
    /// A path into a crate that is not part of the project, or into the standard library.
    Foreign(Vec<CompactString>),
    /// Several types of the project; which one cannot be told.
    Ambiguous(Vec<DefinitionId>),
    /// Nothing that is known.
    Nothing,
}

impl Found {
    fn or_else(self, other: impl FnOnce() -> Self) -> Self {
        if self == Self::Nothing { other() } else { self }
    }
}

/// A module by its number among all modules of the project.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct ModuleId(usize);

/// All modules of a project.
#[derive(Debug)]
pub(crate) struct Modules<'a> {
    outlines: &'a [Outline],
    places: BTreeMap<Place, ModuleId>,
    scopes: Vec<Scope<'a>>,
    /// The first module of each file.
    of_file: Vec<Vec<ModuleId>>,
    by_name: BTreeMap<&'a str, Vec<DefinitionId>>,
    /// Every name that is part of a module's path: what is not among them leads out of the project.
    module_names: BTreeSet<&'a str>,
}

#[derive(Debug)]
struct Scope<'a> {
    place: Place,
    definitions: BTreeMap<&'a str, Vec<DefinitionId>>,
    imports: Vec<&'a Import>,
    globs: Vec<&'a [CompactString]>,
}

/// How far re-exports are followed.
const MAX_DEPTH: usize = 16;

impl<'a> Modules<'a> {
    /// The modules of all files, except those a `cfg` leaves out.
    pub(crate) fn new(outlines: &'a [Outline]) -> Self {
        let mut modules = Self {
            outlines,
            places: BTreeMap::new(),
            scopes: Vec::new(),
            of_file: Vec::new(),
            by_name: BTreeMap::new(),
            module_names: outlines
                .iter()
                .flat_map(|outline| {
                    let inline = outline.modules.iter().flat_map(|module| &module.path);
                    outline.place.names().chain(inline.map(CompactString::as_str))
                })
                .collect(),
        };
        for (file, outline) in outlines.iter().enumerate() {
            let place = &outline.place;
            let mut ids = Vec::new();
            for module in &outline.modules {
                let id = modules.scope(place.below(&module.path));
                let scope = &mut modules.scopes[id.0];
                scope.imports.extend(&module.imports);
                scope.globs.extend(module.globs.iter().map(Vec::as_slice));
                ids.push(id);
            }
            for (index, definition) in outline.definitions.iter().enumerate() {
                let id = DefinitionId { file, index };
                let scope = &mut modules.scopes[ids[definition.module].0];
                scope.definitions.entry(&definition.name).or_default().push(id);
                modules.by_name.entry(&definition.name).or_default().push(id);
            }
            modules.of_file.push(ids);
        }
        modules
    }

    /// The module of a file by its index there.
    pub(crate) fn module(&self, file: usize, index: usize) -> ModuleId {
        self.of_file[file][index]
    }

    /// The module a definition stands in.
    pub(crate) fn module_of(&self, id: DefinitionId) -> ModuleId {
        self.module(id.file, self.definition(id).module)
    }

    /// A definition.
    pub(crate) fn definition(&self, id: DefinitionId) -> &'a Definition {
        &self.outlines[id.file].definitions[id.index]
    }

    /// Whether a bare name means something other than what Rust gives every module.
    pub(crate) fn shadows(&self, module: ModuleId, name: &str) -> bool {
        let scope = &self.scopes[module.0];
        scope.definitions.contains_key(name) || scope.imports.iter().any(|import| import.name == name)
    }

    /// What a path means in a module.
    pub(crate) fn resolve(&self, module: ModuleId, path: &[CompactString]) -> Found {
        match self.path(module, path, MAX_DEPTH) {
            Found::Nothing => self.by_last_segment(module, path),
            Found::Foreign(path) => self.in_sibling_crate(path),
            found @ (Found::Definition(_) | Found::Ambiguous(_)) => found,
        }
    }

    /// Where two or more definitions stand, for help.
    pub(crate) fn places(&self, ids: &[DefinitionId]) -> String {
        let places: BTreeSet<String> = ids
            .iter()
            .map(|id| self.outlines[id.file].origin(self.definition(*id).mark).to_string())
            .collect();
        places.into_iter().collect::<Vec<_>>().join(" and ")
    }

    fn scope(&mut self, place: Place) -> ModuleId {
        let next = ModuleId(self.scopes.len());
        let id = *self.places.entry(place.clone()).or_insert(next);
        if id == next {
            let (definitions, imports, globs) = (BTreeMap::new(), Vec::new(), Vec::new());
            self.scopes.push(Scope { place, definitions, imports, globs });
        }
        id
    }

    fn path(&self, module: ModuleId, path: &[CompactString], depth: usize) -> Found {
        let (Some((first, rest)), Some(depth)) = (path.split_first(), depth.checked_sub(1)) else {
            return Found::Nothing;
        };
        let place = &self.scopes[module.0].place;
        match first.as_str() {
            "" => Found::Foreign(rest.to_vec()),
            "crate" => self.below(&Place::root(place.krate()), rest, depth),
            "self" => self.below(place, rest, depth),
            "super" => match place.parent() {
                Some(parent) => self.below(&parent, rest, depth),
                None => Found::Nothing,
            },
            name if rest.is_empty() => self.name(module, name, depth),
            name => self.below_child(place, name, rest, depth).or_else(|| {
                self.through_import(module, name, rest, depth)
                    .unwrap_or_else(|| Found::Foreign(path.to_vec()))
            }),
        }
    }

    /// A path inside a module of the project. The file of a module between may not be among those
    /// that were read.
    fn below(&self, place: &Place, path: &[CompactString], depth: usize) -> Found {
        let module = self.places.get(place);
        match (path, module) {
            ([], _) | ([_], None) => Found::Nothing,
            ([first, ..], Some(module)) if first == "super" || first == "self" => {
                self.path(*module, path, depth)
            }
            ([name], Some(module)) => self.name(*module, name, depth),
            ([first, rest @ ..], module) => self.below_child(place, first, rest, depth).or_else(|| {
                module
                    .and_then(|module| self.through_import(*module, first, rest, depth))
                    .unwrap_or(Found::Nothing)
            }),
        }
    }

    fn below_child(&self, place: &Place, name: &str, path: &[CompactString], depth: usize) -> Found {
        if self.module_names.contains(name) {
            self.below(&place.child(name), path, depth)
        } else {
            Found::Nothing
        }
    }

    fn through_import(
        &self,
        module: ModuleId,
        first: &str,
        rest: &[CompactString],
        depth: usize,
    ) -> Option<Found> {
        let import = self.scopes[module.0].imports.iter().find(|import| import.name == first)?;
        if import.path == [first] {
            return None;
        }
        let whole: Vec<CompactString> = import.path.iter().chain(rest).cloned().collect();
        Some(self.path(module, &whole, depth))
    }

    /// A name as a module sees it.
    fn name(&self, module: ModuleId, name: &str, depth: usize) -> Found {
        let scope = &self.scopes[module.0];
        match scope.definitions.get(name).map(Vec::as_slice) {
            Some([only]) => return Found::Definition(*only),
            Some(several) => return Found::Ambiguous(several.to_vec()),
            None => {}
        }
        if let Some(import) = scope.imports.iter().find(|import| import.name == name) {
            return match import.path.as_slice() {
                [only] if only == name => Found::Foreign(vec![name.into()]),
                // A module of the project in an unusual place: the path still names the type.
                path => self.path(module, path, depth).or_else(|| self.by_last_segment(module, path)),
            };
        }
        self.through_globs(scope, module, name, depth)
    }

    fn through_globs(&self, scope: &Scope<'_>, module: ModuleId, name: &str, depth: usize) -> Found {
        let Some(depth) = depth.checked_sub(1) else { return Found::Nothing };
        let mut found = Found::Nothing;
        for glob in &scope.globs {
            let path: Vec<CompactString> = glob.iter().cloned().chain([name.into()]).collect();
            match self.path(module, &path, depth) {
                // What a foreign crate exports is not known, so it is only the last resort.
                Found::Foreign(path) if found == Found::Nothing && begins_in_known_crate(&path) => {
                    found = Found::Foreign(path);
                }
                Found::Nothing | Found::Foreign(_) => {}
                other @ (Found::Definition(_) | Found::Ambiguous(_)) => return other,
            }
        }
        found
    }

    /// Another crate of the same project, found by the folder it stands in.
    fn in_sibling_crate(&self, path: Vec<CompactString>) -> Found {
        let [krate, .., last] = path.as_slice() else { return Found::Foreign(path) };
        if begins_in_known_crate(&path) {
            return Found::Foreign(path);
        }
        let roots: BTreeSet<&str> = self.places.keys().map(Place::krate).collect();
        for root in roots.into_iter().filter(|root| crate_name(root) == *krate) {
            let found = self.below(&Place::root(root), &path[1..], MAX_DEPTH);
            if found != Found::Nothing {
                return found;
            }
            let own = self.named(last, |place| place.krate() == root);
            if let Some(found) = one_of(own) {
                return found;
            }
        }
        Found::Foreign(path)
    }

    /// The only type of the project with the last name of a path: in the same crate, or else anywhere.
    fn by_last_segment(&self, module: ModuleId, path: &[CompactString]) -> Found {
        let Some(last) = path.last() else { return Found::Nothing };
        let krate = self.scopes[module.0].place.krate();
        let mut qualifiers = path[..path.len() - 1].iter().map(CompactString::as_str).rev();
        let within = qualifiers.find(|part| !["crate", "self", "super"].contains(part));
        let fits = |place: &Place| within.is_none() || place.names().last() == within;
        let near = self.named(last, |place| place.krate() == krate && fits(place));
        let near = if near.is_empty() { self.named(last, |place| place.krate() == krate) } else { near };
        let all = if near.is_empty() { self.named(last, |_| true) } else { near };
        one_of(all).unwrap_or(Found::Nothing)
    }

    fn named(&self, name: &str, fits: impl Fn(&Place) -> bool) -> Vec<DefinitionId> {
        let all = self.by_name.get(name).map(Vec::as_slice).unwrap_or_default();
        all.iter().copied().filter(|id| fits(&self.scopes[self.module_of(*id).0].place)).collect()
    }
}

/// Marks the files that a `cfg` on their `mod` leaves out, with all below them.
pub(crate) fn left_out(outlines: &[Outline]) -> Vec<bool> {
    let mut excluded = Vec::new();
    for Outline { place, modules, .. } in outlines {
        for module in modules.iter().filter(|module| !module.excluded.is_empty()) {
            let parent = place.below(&module.path);
            excluded.extend(module.excluded.iter().map(|name| parent.child(name)));
        }
    }
    outlines.iter().map(|outline| excluded.iter().any(|out| outline.place.is_in(out))).collect()
}

fn one_of(ids: Vec<DefinitionId>) -> Option<Found> {
    match ids.as_slice() {
        [] => None,
        [only] => Some(Found::Definition(*only)),
        _several => Some(Found::Ambiguous(ids)),
    }
}

/// Whether a path begins in a crate whose types are known by name.
fn begins_in_known_crate(path: &[CompactString]) -> bool {
    path.first().is_some_and(|first| is_known_crate(first))
}

/// Whether the types of a crate are known by name.
pub(crate) fn is_known_crate(krate: &str) -> bool {
    const KNOWN: [&str; 20] = [
        "std",
        "core",
        "alloc",
        "chrono",
        "time",
        "jiff",
        "jiff_sqlx",
        "uuid",
        "rust_decimal",
        "bigdecimal",
        "serde_json",
        "ipnetwork",
        "ipnet",
        "mac_address",
        "bytes",
        "sqlx",
        "sqlx_core",
        "sqlx_postgres",
        "bit_vec",
        "ambix",
    ];
    KNOWN.contains(&krate)
}
