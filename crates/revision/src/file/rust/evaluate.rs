//! Evaluating the small part of Rust that revision files are written in.

#![expect(clippy::wildcard_enum_match_arm, reason = "the syntax tree of Rust is open")]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;

use super::absent::absent;
use crate::file::nearest::nearest;
use crate::operations::reading::{Arguments, Call, Made, Receiver, Refusal, Spanned, Value, Word};
use crate::operations::{Operation, Operations, words};
use crate::place::Place;

/// Something that cannot be read.
#[derive(Debug)]
pub(in crate::file) struct Trouble {
    pub(in crate::file) place: Place,
    pub(in crate::file) message: String,
    pub(in crate::file) help: Option<String>,
}

impl Trouble {
    pub(super) fn new(place: Place, message: String) -> Self {
        Self { place, message, help: None }
    }

    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// What there is to say to somebody who wrote Rust that is not read.
const READABLE: &str = "revision files are read without compiling: calls on `op`, the words of \
     `ambix::prelude`, literals, arrays, `Some`, `None` and constants of the same file can be read; \
     put anything else into `op.execute(\"...\")` or write it out";

/// Evaluates expressions, gathering what cannot be read.
pub(in crate::file) struct Evaluator<'a> {
    constants: BTreeMap<String, &'a syn::Expr>,
    /// Constants being evaluated, to see one that is made from itself.
    open: Vec<String>,
    troubles: Vec<Trouble>,
}

impl<'a> Evaluator<'a> {
    pub(in crate::file) fn new(constants: BTreeMap<String, &'a syn::Expr>) -> Self {
        Self { constants, open: Vec::new(), troubles: Vec::new() }
    }

    pub(super) fn constant(&self, name: &str) -> Option<&'a syn::Expr> {
        self.constants.get(name).copied()
    }

    pub(super) fn report(&mut self, trouble: Trouble) {
        self.troubles.push(trouble);
    }

    pub(in crate::file) fn into_troubles(self) -> Vec<Trouble> {
        self.troubles
    }

    /// The operations that a function's body records; `None` when any of it cannot be read.
    pub(in crate::file) fn body(&mut self, op: &str, statements: &[syn::Stmt]) -> Option<Vec<Operation>> {
        let mut operations = Operations::new();
        let mut is_read = true;
        for statement in statements {
            let read = match statement {
                syn::Stmt::Expr(expr, _) => self.statement(op, expr, &mut operations),
                other => self.unreadable(other.span().into(), "only calls on `op` can stand here"),
            };
            is_read &= read.is_some();
        }
        is_read.then(|| operations.into_vec())
    }

    /// A chain of calls on `op`. It is walked from its root, not descended into: a table of a thousand
    /// columns is a chain of a thousand calls.
    fn statement(&mut self, op: &str, expr: &syn::Expr, operations: &mut Operations) -> Option<()> {
        let mut calls = Vec::new();
        let mut root = expr;
        while let syn::Expr::MethodCall(call) = root {
            calls.push(call);
            root = &call.receiver;
        }
        let is_on_op = matches!(root, syn::Expr::Path(path) if path.path.is_ident(op));
        if !is_on_op || calls.is_empty() {
            return self.unreadable(Place::of(expr), "only calls on `op` can stand here");
        }
        if let Some(attribute) = calls.iter().find_map(|call| call.attrs.first()) {
            return self.unreadable(attribute.span().into(), "attributes cannot be read here");
        }
        let mut receiver = Receiver::Operations;
        while let Some(call) = calls.pop() {
            let word = self.word(&call.method, receiver);
            let arguments = self.arguments(&call.args);
            let (word, mut arguments) = (word?, self.counted(word?, &call.method, arguments?)?);
            let said = match &word.call {
                Call::Verb(verb) => {
                    receiver = Receiver::Recorded(word.gives);
                    verb(operations, &mut arguments)
                }
                Call::Recorded(more) => {
                    let last = operations.last_mut().expect("a word about an operation follows its verb");
                    more(last, &mut arguments)
                }
                Call::Word(_) | Call::Constant(_) | Call::Made(_) => {
                    unreachable!("words are looked up by what they are said of")
                }
            };
            self.accept(said)?;
        }
        Some(())
    }

    /// The value of an expression; `None` when it cannot be read, which is then reported.
    pub(super) fn value(&mut self, expr: &syn::Expr) -> Option<Spanned> {
        let place = Place::of(expr);
        let value = match expr {
            syn::Expr::Lit(literal) => self.literal(&literal.lit, place)?,
            syn::Expr::Unary(syn::ExprUnary { op: syn::UnOp::Neg(_), expr: inner, .. }) => {
                self.negative(inner, place)?
            }
            syn::Expr::Array(array) => Value::List(self.list(array.elems.iter())?),
            syn::Expr::Reference(reference) => return self.value(&reference.expr),
            syn::Expr::Paren(paren) => return self.value(&paren.expr),
            syn::Expr::Group(group) => return self.value(&group.expr),
            syn::Expr::Tuple(tuple) if tuple.elems.is_empty() => Value::Nothing,
            syn::Expr::Macro(call) if call.mac.path.is_ident("vec") => {
                let parser = Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
                match call.mac.parse_body_with(parser) {
                    Ok(items) => Value::List(self.list(items.iter())?),
                    Err(_) => return self.unreadable(place, "this list cannot be read"),
                }
            }
            syn::Expr::Path(path) => return self.path(&path.path, place),
            syn::Expr::Call(call) => return self.call(call, place),
            syn::Expr::MethodCall(_) => return self.chain(expr, place),
            _other => return self.unreadable(place, "this expression cannot be read"),
        };
        Some(Spanned { value, place })
    }

    fn literal(&mut self, literal: &syn::Lit, place: Place) -> Option<Value> {
        match literal {
            syn::Lit::Str(text) => Some(Value::Text(text.value())),
            syn::Lit::Bool(value) => Some(Value::Bool(value.value)),
            syn::Lit::Int(number) if matches!(number.suffix(), "f32" | "f64") => {
                Some(Value::Float(float(number.base10_digits(), number.suffix())))
            }
            syn::Lit::Int(number) => Some(Value::Integer(number.base10_digits().to_owned())),
            syn::Lit::Float(number) => Some(Value::Float(float(number.base10_digits(), number.suffix()))),
            _other => self.unreadable(place, "a literal of this kind cannot be read"),
        }
    }

    fn negative(&mut self, inner: &syn::Expr, place: Place) -> Option<Value> {
        match self.value(inner)?.value {
            // Rust knows a negative zero only for floating point numbers.
            Value::Integer(digits) if digits == "0" => Some(Value::Integer(digits)),
            Value::Integer(digits) if !digits.starts_with('-') => Some(Value::Integer(format!("-{digits}"))),
            Value::Float(digits) if !digits.starts_with('-') => Some(Value::Float(format!("-{digits}"))),
            _other => self.unreadable(place, "only a number can be negative"),
        }
    }

    fn list<'e>(&mut self, items: impl Iterator<Item = &'e syn::Expr>) -> Option<Vec<Spanned>> {
        // All are looked at before the first that cannot be read ends it.
        let values: Vec<Option<Spanned>> = items.map(|item| self.value(item)).collect();
        values.into_iter().collect()
    }

    fn path(&mut self, path: &syn::Path, place: Place) -> Option<Spanned> {
        let Some(name) = name_of(path) else {
            return self.unreadable(place, "this name is not part of the vocabulary");
        };
        if name == "None" {
            return Some(Spanned { value: Value::Nothing, place });
        }
        if let Some(expr) = self.constant(&name) {
            return self.constant_value(&name, expr, place);
        }
        match lookup(&name, Receiver::Nothing).map(|word| &word.call) {
            Some(Call::Constant(make)) => Some(made(make(), place)),
            Some(_) => {
                let trouble = Trouble::new(place, format!("`{name}` is a function"));
                self.report(trouble.with_help(format!("call it: `{name}(...)`")));
                None
            }
            None => self.unknown(&name, Receiver::Nothing, place),
        }
    }

    fn constant_value(&mut self, name: &str, expr: &syn::Expr, place: Place) -> Option<Spanned> {
        if self.open.iter().any(|open| open == name) {
            self.report(Trouble::new(place, format!("the constant `{name}` is made from itself")));
            return None;
        }
        self.open.push(name.to_owned());
        let value = self.value(expr);
        self.open.pop();
        // What is wrong with the value is wrong where the constant is used.
        Some(Spanned { value: value?.value, place })
    }

    fn call(&mut self, call: &syn::ExprCall, place: Place) -> Option<Spanned> {
        let syn::Expr::Path(function) = &*call.func else {
            return self.unreadable(place, "this call cannot be read");
        };
        let is_wrapper = function.path.is_ident("Some") || ends_with(&function.path, &["String", "from"]);
        if is_wrapper && call.args.len() == 1 {
            let value = self.value(&call.args[0])?.value;
            return Some(Spanned { value, place });
        }
        let function_place = Place::of_path(&function.path);
        let Some(name) = name_of(&function.path) else {
            return self.unreadable(function_place, "this function is not part of the vocabulary");
        };
        let word = lookup(&name, Receiver::Nothing);
        let arguments = self.list(call.args.iter());
        let Some(word) = word else { return self.unknown(&name, Receiver::Nothing, function_place) };
        let Call::Word(make) = &word.call else {
            let trouble = Trouble::new(place, format!("`{name}` is not a function"));
            self.report(trouble.with_help(format!("write `{name}` alone")));
            return None;
        };
        let mut arguments = self.counted_at(word, function_place, arguments?)?;
        let value = self.accept(make(&mut arguments))?;
        Some(made(value, place))
    }

    /// A value with words said of it. Walked from its root, as statements are.
    fn chain(&mut self, expr: &syn::Expr, place: Place) -> Option<Spanned> {
        let mut calls = Vec::new();
        let mut root = expr;
        while let syn::Expr::MethodCall(call) = root {
            calls.push(call);
            root = &call.receiver;
        }
        let mut value = self.value(root)?;
        while let Some(call) = calls.pop() {
            let is_conversion = call.args.is_empty()
                && ["into", "to_owned", "to_string"].iter().any(|name| call.method == name);
            if is_conversion {
                continue;
            }
            let Value::Made(receiver) = value.value else {
                let message = format!("`{}` cannot be read here", call.method);
                return self.unreadable(call.method.span().into(), &message);
            };
            let word = self.word(&call.method, Receiver::Made(receiver.sort()));
            let arguments = self.arguments(&call.args);
            let word = word?;
            let mut arguments = self.counted(word, &call.method, arguments?)?;
            let Call::Made(more) = &word.call else {
                unreachable!("words are looked up by what they are said of")
            };
            let said = more(*receiver, &mut arguments);
            value = made(self.accept(said)?, place);
        }
        Some(Spanned { value: value.value, place })
    }

    fn arguments(&mut self, arguments: &Punctuated<syn::Expr, syn::Token![,]>) -> Option<Vec<Spanned>> {
        self.list(arguments.iter())
    }

    fn counted(&mut self, word: &Word, at: &syn::Ident, arguments: Vec<Spanned>) -> Option<Arguments> {
        self.counted_at(word, at.span().into(), arguments)
    }

    fn counted_at(&mut self, word: &Word, at: Place, arguments: Vec<Spanned>) -> Option<Arguments> {
        let (wanted, found) = (word.parameters.len(), arguments.len());
        if wanted == found {
            return Some(Arguments::new(arguments));
        }
        let message = format!("`{}` takes {wanted} arguments and got {found}", word.name);
        let help = format!("write `{}({})`", word.name, word.parameters.join(", "));
        self.report(Trouble::new(at, message).with_help(help));
        None
    }

    fn word(&mut self, name: &syn::Ident, of: Receiver) -> Option<&'static Word> {
        let text = name.to_string();
        let found = lookup(&text, of);
        if found.is_none() {
            return self.unknown(&text, of, name.span().into());
        }
        found
    }

    fn accept<T>(&mut self, result: Result<T, Refusal>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(Refusal { place, message }) => {
                self.report(Trouble::new(place, message));
                None
            }
        }
    }

    /// A word that nobody knows, with the one that may have been meant.
    fn unknown<T>(&mut self, name: &str, of: Receiver, place: Place) -> Option<T> {
        let of_it = words().filter(|word| word.of == of).map(|word| word.name);
        let message = match of {
            Receiver::Operations => format!("there is no operation `{name}`"),
            Receiver::Nothing => format!("`{name}` is not part of the vocabulary"),
            Receiver::Made(_) | Receiver::Recorded(_) => format!("`{name}` cannot be said here"),
        };
        let help = match (absent(name), nearest(name, of_it)) {
            (Some(reason), _) => reason.to_owned(),
            (None, Some(near)) => format!("did you mean `{near}`?"),
            (None, None) => match of {
                Receiver::Nothing => READABLE.to_owned(),
                Receiver::Operations => "see the operations of `ambix::Operations`; \
                    SQL by hand is `op.execute(\"...\")`"
                    .to_owned(),
                Receiver::Made(_) | Receiver::Recorded(_) => possible(of),
            },
        };
        self.report(Trouble::new(place, message).with_help(help));
        None
    }

    fn unreadable<T>(&mut self, place: Place, message: &str) -> Option<T> {
        self.report(Trouble::new(place, message.to_owned()).with_help(READABLE));
        None
    }
}

/// What can be said of a receiver.
fn possible(of: Receiver) -> String {
    let names: Vec<String> =
        words().filter(|word| word.of == of).map(|word| format!("`{}`", word.name)).collect();
    if names.is_empty() {
        "nothing more can be said of it".to_owned()
    } else {
        format!("possible are {}", names.join(", "))
    }
}

pub(super) fn made(value: Made, place: Place) -> Spanned {
    Spanned { value: Value::Made(Box::new(value)), place }
}

/// A floating point number as Rust displays it, so that both readings give the same digits.
pub(super) fn float(digits: &str, suffix: &str) -> String {
    let shown = match suffix {
        "f32" => digits.parse::<f32>().map(|number| number.to_string()),
        _double => digits.parse::<f64>().map(|number| number.to_string()),
    };
    shown.unwrap_or_else(|_| digits.to_owned())
}

/// The name of a word: alone, or behind `ambix::prelude`.
fn name_of(path: &syn::Path) -> Option<String> {
    let last = path.segments.last()?;
    let is_ours = path.segments.len() == 1 || path.segments.first()?.ident == "ambix";
    is_ours.then(|| last.ident.to_string())
}

fn ends_with(path: &syn::Path, names: &[&str]) -> bool {
    let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    segments.ends_with(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
}

pub(super) fn lookup(name: &str, of: Receiver) -> Option<&'static Word> {
    static WORDS: LazyLock<BTreeMap<&'static str, Vec<&'static Word>>> = LazyLock::new(|| {
        let mut table: BTreeMap<&'static str, Vec<&'static Word>> = BTreeMap::new();
        for word in words() {
            table.entry(word.name).or_default().push(word);
        }
        table
    });
    WORDS.get(name)?.iter().copied().find(|word| word.of == of)
}
