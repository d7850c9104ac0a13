//! One file's text to its outline. The only place where syntax and plain data meet.
#![expect(clippy::wildcard_enum_match_arm, reason = "syn's enums of syntax are open")]

use std::borrow::Cow;
use std::ops::Range;

use compact_str::CompactString;
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::{Attribute, Fields, Item, ItemEnum, ItemMacro, ItemMod, ItemStruct, ItemType, Meta, UseTree};

use super::outline::{Definition, EntityOutline, FieldType, Import, MacroCall, Meaning, Module, Outline};
use super::rust_type::{RustType, mark_type};
use crate::Source;
use crate::attributes::{Entity, Enumeration, Finding, Mark, Notes, Spot, SqlxAttributes, name_of};
use crate::cfg::{Features, Verdict};

/// Reads one file. Findings of every item are gathered; a file that is not Rust is one finding.
pub(crate) fn outline(source: Source, features: &Features) -> Outline {
    let Source { path, text } = source;
    let skipped = preamble(&text);
    let mut outline = Outline::empty(&path, text);
    if !may_matter(&outline.text) {
        return outline;
    }
    let mut notes = Notes::default();
    match syn::parse_file(&outline.text[skipped..]) {
        Ok(file) => {
            let mut reader = Reader { outline: &mut outline, notes: &mut notes, features };
            if features.verdict(&file.attrs) != Verdict::No {
                reader.module(Vec::new(), &file.items);
            }
        }
        Err(error) => {
            let (message, place) = syntax_error(&error, &outline.text[skipped..]);
            return unparsed(outline, skipped, message, place);
        }
    }
    (outline.spots, outline.findings) = notes.into_spots(&outline.text, skipped);
    outline
}

/// A file whose only finding is that it is not Rust.
fn unparsed(mut outline: Outline, skipped: usize, message: String, place: Range<usize>) -> Outline {
    let mark = Notes::default().mark(Span::call_site());
    outline.spots = vec![Spot::of(&outline.text, place.start + skipped..place.end + skipped)];
    outline.findings = vec![Finding::error(mark, message).label("not valid Rust")];
    outline.is_parsed = false;
    outline
}

/// The words and the place of a syntax error.
fn syntax_error(error: &syn::Error, text: &str) -> (String, Range<usize>) {
    let (message, range) = (error.to_string(), error.span().byte_range());
    // The lexer knows where it stopped, and not why.
    if message == "cannot parse string into token stream" {
        let end = text[range.start..].chars().next().map_or(range.end, |c| range.start + c.len_utf8());
        return ("a delimiter without its partner, or a malformed literal".into(), range.start..end);
    }
    // At the end of a file there is no token to stand on.
    if range == (0..0) { (message, text.len()..text.len()) } else { (message, range) }
}

/// The bytes syn passes over before it begins: a byte order mark and a `#!` line.
fn preamble(text: &str) -> usize {
    let mark = text.strip_prefix('\u{feff}').map_or(0, |rest| text.len() - rest.len());
    match text[mark..].strip_prefix("#!") {
        Some(rest) if !rest.trim_start().starts_with('[') => {
            mark + text[mark..].find('\n').unwrap_or(text.len() - mark)
        }
        Some(_) | None => mark,
    }
}

/// Whether a file can hold anything of use: an entity, a type another file's entity has, a name passed
/// on, or a macro.
fn may_matter(text: &str) -> bool {
    ["ambix", "sqlx", "struct", "type ", "enum", "use ", "cfg", "macro"]
        .iter()
        .any(|word| text.contains(word))
}

struct Reader<'a> {
    outline: &'a mut Outline,
    notes: &'a mut Notes,
    features: &'a Features,
}

impl Reader<'_> {
    fn module(&mut self, path: Vec<CompactString>, items: &[Item]) {
        let index = self.outline.modules.len();
        let mut module = Module { path, ..Module::default() };
        for item in items {
            if let Item::Use(item) = item
                && self.features.verdict(&item.attrs) != Verdict::No
            {
                let mut path = Vec::new();
                if item.leading_colon.is_some() {
                    path.push(CompactString::default());
                }
                imports(&item.tree, &mut path, &mut module);
            }
        }
        self.outline.modules.push(module);
        for item in items {
            self.item(index, item);
        }
    }

    fn item(&mut self, module: usize, item: &Item) {
        match item {
            Item::Struct(item) => self.structure(module, item),
            Item::Enum(item) => self.enumeration(module, item),
            Item::Type(item) => self.alias(module, item),
            Item::Mod(item) => self.submodule(module, item),
            Item::Macro(item) => self.macro_call(item),
            _ => {}
        }
    }

    fn submodule(&mut self, module: usize, item: &ItemMod) {
        let name = name_of(&item.ident);
        let is_left_out = self.features.verdict(&item.attrs) == Verdict::No;
        match &item.content {
            Some(_) if is_left_out => {}
            Some((_, items)) => {
                let mut path = self.outline.modules[module].path.clone();
                path.push(name);
                self.module(path, items);
            }
            None if is_left_out => self.outline.modules[module].excluded.push(name),
            None => {}
        }
    }

    fn structure(&mut self, module: usize, item: &ItemStruct) {
        let verdict = self.features.verdict(&item.attrs);
        if verdict == Verdict::No {
            return;
        }
        let attributes = self.features.expanded(&item.attrs);
        let derives = derives(&attributes);
        let mut meaning = Meaning::Opaque;
        // A bare `Entity` with no import in sight is believed: to miss a table would be worse.
        if self.derived(module, &derives, "ambix", "Entity", true) {
            self.entity(module, item, &attributes, verdict);
        } else {
            meaning = self.newtype(item, &attributes).unwrap_or(meaning);
        }
        let mark = self.notes.mark(item.ident.span());
        self.define(module, name_of(&item.ident), mark, meaning);
    }

    fn entity(&mut self, module: usize, item: &ItemStruct, attributes: &[Attribute], verdict: Verdict) {
        let features = self.features;
        let fields = self.expanded_fields(&item.fields);
        let undecided = fields.iter().find(|field| features.verdict(&field.attrs) == Verdict::Unknown);
        let undecided = match verdict {
            Verdict::Unknown => Some(&item.ident),
            Verdict::Yes | Verdict::No => undecided.and_then(|field| field.ident.as_ref()),
        };
        if let Some(ident) = undecided {
            let mark = self.notes.mark(ident.span());
            let finding =
                Finding::warning(mark, format!("the `cfg` of `{ident}` cannot be decided from source"));
            let help = "only `feature`, `test`, `not`, `any` and `all` can be; it is taken to hold";
            self.notes.add(finding.help(help));
        }
        let is_active = |field: &syn::Field| features.verdict(&field.attrs) != Verdict::No;
        let (entity, read) = Entity::read(attributes, &item.ident, &fields, is_active, self.notes);
        if entity.attributes.skip.as_ref().is_some_and(|said| said.value) {
            return;
        }
        let mut types = Vec::with_capacity(read.len());
        for (field, column) in read.into_iter().zip(&entity.columns) {
            let try_from = column.sqlx.as_ref().and_then(|sqlx| sqlx.try_from.as_ref());
            types.push(FieldType {
                ty: self.type_of(&field.ty),
                mark: mark_type(&field.ty, self.notes),
                try_from: try_from.and_then(|text| Some(RustType::read(&syn::parse_str(&text.value).ok()?))),
            });
        }
        self.outline.entities.push(EntityOutline { entity, types, module });
    }

    /// The type among those of the file. Few are different, so each is kept once.
    fn type_of(&mut self, ty: &syn::Type) -> usize {
        let types = &mut self.outline.types;
        types.iter().position(|known| known.is(ty)).unwrap_or_else(|| {
            types.push(RustType::read(ty));
            types.len() - 1
        })
    }

    /// The fields with every `cfg_attr` decided; copied only where there is one.
    fn expanded_fields<'f>(&self, fields: &'f Fields) -> Cow<'f, Fields> {
        let is_conditional = |field: &syn::Field| field.attrs.iter().any(|a| a.path().is_ident("cfg_attr"));
        if !fields.iter().any(is_conditional) {
            return Cow::Borrowed(fields);
        }
        let mut fields = fields.clone();
        for field in &mut fields {
            field.attrs = self.features.expanded(&field.attrs).into_owned();
        }
        Cow::Owned(fields)
    }

    fn newtype(&mut self, item: &ItemStruct, attributes: &[Attribute]) -> Option<Meaning> {
        let sqlx = SqlxAttributes::read(attributes, self.notes);
        if matches!(item.fields, Fields::Named(_)) && !sqlx.is_transparent {
            return None;
        }
        // A marker of a type parameter holds no value.
        let mut values = item.fields.iter().filter(|field| !is_marker(&field.ty));
        let (Some(value), None) = (values.next(), values.next()) else { return None };
        Some(Meaning::Newtype {
            parameters: item.generics.type_params().map(|parameter| name_of(&parameter.ident)).collect(),
            target: RustType::read(&value.ty),
            type_name: sqlx.type_name.map(|said| said.value),
        })
    }

    fn enumeration(&mut self, module: usize, item: &ItemEnum) {
        if self.features.verdict(&item.attrs) == Verdict::No {
            return;
        }
        let attributes = self.features.expanded(&item.attrs);
        let derives = derives(&attributes);
        let has_attribute = |name: &str| attributes.iter().any(|attribute| attribute.path().is_ident(name));
        let is_declared = self.derived(module, &derives, "ambix", "Enum", true);
        let mark = self.notes.mark(item.ident.span());
        let mut meaning = Meaning::Opaque;
        if is_declared || self.derived(module, &derives, "sqlx", "Type", has_attribute("sqlx")) {
            let features = self.features;
            let variants =
                item.variants.iter().filter(|variant| features.verdict(&variant.attrs) != Verdict::No);
            let said = Enumeration::read(&attributes, &item.ident, variants, self.notes);
            if is_declared && !said.is_skipped {
                said.check(self.notes);
            }
            if !said.is_skipped {
                meaning = Meaning::Enum { said, is_declared };
            }
        }
        self.define(module, name_of(&item.ident), mark, meaning);
    }

    fn alias(&mut self, module: usize, item: &ItemType) {
        if self.features.verdict(&item.attrs) == Verdict::No {
            return;
        }
        let meaning = Meaning::Alias {
            parameters: item.generics.type_params().map(|parameter| name_of(&parameter.ident)).collect(),
            target: RustType::read(&item.ty),
        };
        let mark = self.notes.mark(item.ident.span());
        self.define(module, name_of(&item.ident), mark, meaning);
    }

    fn macro_call(&mut self, item: &ItemMacro) {
        if self.features.verdict(&item.attrs) == Verdict::No {
            return;
        }
        let mentions_entity = mentions_entity(&item.mac.tokens);
        if let Some(defined) = &item.ident {
            if mentions_entity {
                self.outline.generators.push(name_of(defined));
            }
            return;
        }
        let Some(last) = item.mac.path.segments.last() else { return };
        let mark = self.notes.mark_tokens(&item.mac.path);
        let name = name_of(&last.ident);
        self.outline.calls.push(MacroCall { name, mark, mentions_entity });
    }

    fn define(&mut self, module: usize, name: CompactString, mark: Mark, meaning: Meaning) {
        self.outline.definitions.push(Definition { name, module, mark, meaning });
    }

    /// Whether one of the derives is `krate::name`. A bare `name` is looked up among the imports; one
    /// that no import names is believed when `if_unknown` says so.
    fn derived(
        &self,
        module: usize,
        derives: &[Vec<CompactString>],
        krate: &str,
        name: &str,
        if_unknown: bool,
    ) -> bool {
        let module = &self.outline.modules[module];
        let import = |name: &str| module.imports.iter().find(|import| import.name == name);
        derives.iter().any(|path| match path.as_slice() {
            [only] => match import(only) {
                Some(import) => {
                    import.path.last().is_some_and(|last| last == name) && is_from(&import.path, krate)
                }
                None => {
                    only == name
                        && (if_unknown
                            || module
                                .globs
                                .iter()
                                .any(|glob| glob.first().is_some_and(|first| first == krate)))
                }
            },
            [first, .., last] => {
                let first = import(first).and_then(|import| import.path.first()).unwrap_or(first);
                last == name && (first == krate || path[path.len() - 2] == krate)
            }
            [] => false,
        })
    }
}

/// Whether an imported path leads to a crate: straight, or through a module of the project that passes
/// it on.
fn is_from(path: &[CompactString], krate: &str) -> bool {
    let first = path.iter().find(|segment| !segment.is_empty());
    first.is_some_and(|first| first == krate || ["crate", "self", "super"].contains(&first.as_str()))
}

fn imports(tree: &UseTree, path: &mut Vec<CompactString>, module: &mut Module) {
    match tree {
        UseTree::Path(tree) => {
            path.push(name_of(&tree.ident));
            imports(&tree.tree, path, module);
            path.pop();
        }
        UseTree::Name(tree) => import(name_of(&tree.ident), None, path, module),
        UseTree::Rename(tree) => {
            import(name_of(&tree.ident), Some(name_of(&tree.rename)), path, module);
        }
        UseTree::Glob(_) => module.globs.push(path.clone()),
        UseTree::Group(group) => {
            for tree in &group.items {
                imports(tree, path, module);
            }
        }
    }
}

fn import(name: CompactString, rename: Option<CompactString>, path: &[CompactString], module: &mut Module) {
    let mut path = path.to_vec();
    // `use a::b::{self, c}` imports `b`.
    let own = if name == "self" { path.last().cloned().unwrap_or_default() } else { name.clone() };
    if name != "self" {
        path.push(name);
    }
    module.imports.push(Import { name: rename.unwrap_or(own), path });
}

/// The paths of every derive. What is not a list of paths is the compiler's to report.
fn derives(attributes: &[Attribute]) -> Vec<Vec<CompactString>> {
    let mut paths = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("derive")) {
        let Meta::List(list) = &attribute.meta else { continue };
        let mut path: Vec<CompactString> = Vec::new();
        for token in list.tokens.clone() {
            match token {
                TokenTree::Ident(ident) => path.push(name_of(&ident)),
                TokenTree::Punct(punct) if punct.as_char() == ',' => paths.push(std::mem::take(&mut path)),
                // A path that begins with `::` begins with an empty name.
                TokenTree::Punct(_) if path.is_empty() => path.push(CompactString::default()),
                TokenTree::Punct(_) | TokenTree::Group(_) | TokenTree::Literal(_) => {}
            }
        }
        paths.push(path);
    }
    paths
}

fn is_marker(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Path(path) => {
            path.path.segments.last().is_some_and(|segment| segment.ident == "PhantomData")
        }
        _ => false,
    }
}

/// Whether tokens speak of both `ambix` and `Entity`.
fn mentions_entity(tokens: &TokenStream) -> bool {
    fn seek(tokens: &TokenStream, seen: &mut (bool, bool)) {
        for token in tokens.clone() {
            match token {
                TokenTree::Ident(ident) if ident == "ambix" => seen.0 = true,
                TokenTree::Ident(ident) if ident == "Entity" => seen.1 = true,
                TokenTree::Group(group) => seek(&group.stream(), seen),
                TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
    let mut seen = (false, false);
    seek(tokens, &mut seen);
    seen.0 && seen.1
}
