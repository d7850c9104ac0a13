//! Reading: a revision file parsed, never compiled. Everything that is wrong with it is gathered.

#![expect(clippy::wildcard_enum_match_arm, reason = "the syntax tree of Rust is open")]

use std::collections::BTreeMap;
use std::path::Path;

use ambix_schema::{Problem, Severity};
use syn::spanned::Spanned as _;

use super::depth::too_deep;
use super::evaluate::{Evaluator, Trouble};
use super::quick::quick;
use crate::operations::Operation;
use crate::operations::reading::{FromValue, Spanned};
use crate::place::Place;
use crate::{Form, Header, Revision, RevisionId, revision};

/// Reads a revision file. `path` goes into the revision and its problems as it is.
///
/// # Errors
/// All [`Problem`]s of the file, each with its place and a way out.
pub fn read_rust(path: &Path, text: &str) -> Result<Revision, Vec<Problem>> {
    match quick(path, text) {
        Some(revision) => Ok(revision),
        None => read_any(path, text),
    }
}

/// Reads a revision file however it is laid out, and has words for what is wrong with it.
pub(super) fn read_any(path: &Path, text: &str) -> Result<Revision, Vec<Problem>> {
    // A byte order mark is not part of the text that spans count.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let problem = |trouble: Trouble| {
        let problem = Problem::at(Severity::Error, path, text, trouble.place.range(), trouble.message);
        match trouble.help {
            Some(help) => problem.with_help(help),
            None => problem,
        }
    };
    if let Some(place) = too_deep(text) {
        let problem = Problem::at(Severity::Error, path, text, place, "this is nested too deep to be read");
        return Err(vec![problem.with_help("a revision is a list of calls; say the same in fewer levels")]);
    }
    let file: syn::File = syn::parse_str(text).map_err(|error| {
        let trouble = |error: syn::Error| {
            problem(Trouble::new(error.span().into(), format!("this is not Rust: {error}")))
        };
        error.into_iter().map(trouble).collect::<Vec<_>>()
    })?;
    let mut reading = Reading { evaluator: Evaluator::new(constants(&file)), functions: functions(&file) };
    let revision = reading.revision(path, &doc(&file));
    let mut troubles = reading.evaluator.into_troubles();
    match revision {
        Some(revision) if troubles.is_empty() => Ok(revision),
        Some(_) | None => {
            troubles.sort_by_key(|trouble| trouble.place.range().start);
            Err(troubles.into_iter().map(problem).collect())
        }
    }
}

/// The text at the head of the file.
fn doc(file: &syn::File) -> String {
    let lines: Vec<String> = file.attrs.iter().filter_map(doc_line).collect();
    lines.join("\n")
}

fn doc_line(attribute: &syn::Attribute) -> Option<String> {
    let syn::Meta::NameValue(meta) = &attribute.meta else { return None };
    let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &meta.value else { return None };
    let text = text.value();
    meta.path.is_ident("doc").then(|| text.strip_prefix(' ').unwrap_or(&text).trim_end().to_owned())
}

fn constants(file: &syn::File) -> BTreeMap<String, &syn::Expr> {
    let mut constants = BTreeMap::new();
    for item in &file.items {
        if let syn::Item::Const(item) = item {
            constants.insert(item.ident.to_string(), &*item.expr);
        }
    }
    constants
}

fn functions(file: &syn::File) -> BTreeMap<String, &syn::ItemFn> {
    let mut functions = BTreeMap::new();
    for item in &file.items {
        if let syn::Item::Fn(item) = item {
            functions.insert(item.sig.ident.to_string(), item);
        }
    }
    functions
}

struct Reading<'a> {
    evaluator: Evaluator<'a>,
    functions: BTreeMap<String, &'a syn::ItemFn>,
}

impl Reading<'_> {
    fn revision(&mut self, path: &Path, doc: &str) -> Option<Revision> {
        let id = self.id();
        let down = self.down();
        let branch_labels = self.optional_texts("BRANCH_LABELS");
        let depends_on = self.optional_texts("DEPENDS_ON");
        let upgrade = self.operations("upgrade");
        let downgrade = self.operations("downgrade");
        let header = Header {
            id: id?,
            down: down?,
            branch_labels: branch_labels?,
            depends_on: depends_on?,
            message: revision::message(doc),
            doc: doc.to_owned(),
            create_date: revision::create_date(doc),
            path: path.to_owned(),
        };
        Some(header.with(upgrade?, downgrade?, Form::Rust))
    }

    fn id(&mut self) -> Option<RevisionId> {
        let Some(expr) = self.evaluator.constant("REVISION") else {
            let help =
                "a revision file has `pub const REVISION: &str = \"...\";`; keep other files elsewhere";
            self.report(Place::head_of_file(), "this file is not a revision: it has no REVISION", Some(help));
            return None;
        };
        let value = self.evaluator.value(expr)?;
        let place = value.place;
        let text: String = self.convert(value)?;
        self.identifier(&text, place)
    }

    fn down(&mut self) -> Option<Vec<RevisionId>> {
        let Some(expr) = self.evaluator.constant("DOWN_REVISION") else {
            let help =
                "write `pub const DOWN_REVISION: &[&str] = &[\"...\"];`, or `&[]` for a first revision";
            self.report(
                Place::head_of_file(),
                "the revision does not say which revision it follows",
                Some(help),
            );
            return None;
        };
        let value = self.evaluator.value(expr)?;
        let place = value.place;
        let texts: crate::operations::List<String> = self.convert(value)?;
        let ids: Vec<_> = texts.0.iter().map(|text| self.identifier(text, place)).collect();
        ids.into_iter().collect()
    }

    fn identifier(&mut self, text: &str, place: Place) -> Option<RevisionId> {
        match RevisionId::parse(text) {
            Ok(id) => Some(id),
            Err(error) => {
                self.report(place, &error.to_string(), None);
                None
            }
        }
    }

    fn optional_texts(&mut self, name: &str) -> Option<Vec<String>> {
        let Some(expr) = self.evaluator.constant(name) else { return Some(Vec::new()) };
        let value = self.evaluator.value(expr)?;
        let texts: crate::operations::List<String> = self.convert(value)?;
        Some(texts.0)
    }

    fn operations(&mut self, name: &str) -> Option<Vec<Operation>> {
        let Some(function) = self.functions.get(name).copied() else {
            let help = match name {
                "downgrade" => {
                    "write `pub fn downgrade(op: &mut Operations) {}`; \
                     with `op.irreversible(\"why\");` in it if there is no way back"
                }
                _upgrade => "write `pub fn upgrade(op: &mut Operations) {}`",
            };
            self.report(Place::head_of_file(), &format!("the revision has no function `{name}`"), Some(help));
            return None;
        };
        let Some(op) = recorder(function) else {
            let place = function.sig.span().into();
            let help = format!("write `pub fn {name}(op: &mut Operations)`");
            self.report(place, &format!("`{name}` must take the operations, and nothing else"), Some(&help));
            return None;
        };
        self.evaluator.body(&op, &function.block.stmts)
    }

    fn convert<T: FromValue>(&mut self, value: Spanned) -> Option<T> {
        match T::from_value(value) {
            Ok(value) => Some(value),
            Err(refusal) => {
                self.report(refusal.place, &refusal.message, None);
                None
            }
        }
    }

    fn report(&mut self, place: Place, message: &str, help: Option<&str>) {
        let trouble = Trouble::new(place, message.to_owned());
        self.evaluator.report(match help {
            Some(help) => trouble.with_help(help),
            None => trouble,
        });
    }
}

/// The name of the one parameter.
fn recorder(function: &syn::ItemFn) -> Option<String> {
    let mut inputs = function.sig.inputs.iter();
    let (Some(syn::FnArg::Typed(input)), None) = (inputs.next(), inputs.next()) else { return None };
    match &*input.pat {
        syn::Pat::Ident(pattern) => Some(pattern.ident.to_string()),
        // A function that records nothing need not name it.
        syn::Pat::Wild(_) => Some("_".to_owned()),
        _other => None,
    }
}
