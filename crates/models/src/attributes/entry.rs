//! The grammar of `#[ambix(...)]`: `key`, `key = literal`, `key(entries)` and bare literals, nested.
//!
//! Meaning comes later, in the sibling files; here is only shape, with the place of every piece.
#![expect(clippy::wildcard_enum_match_arm, reason = "syn's enums of syntax are open")]

use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Expr, Ident, Lit, Meta, Token, UnOp, token};

use super::notes::{Finding, Mark, Notes, Said};
use super::suggest;

/// One entry of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Entry {
    /// `key`, `key = literal` or `key(...)`.
    Named {
        /// The key.
        key: Said<String>,
        /// What it is given.
        value: Value,
    },
    /// A literal that stands alone, such as a quoted column name.
    Bare(Said<Constant>),
}

/// What a key is given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Value {
    /// Nothing: `key`.
    Flag,
    /// A literal: `key = literal`.
    Constant(Said<Constant>),
    /// Something that is no literal; already reported by whoever asks for its value.
    Expression(Mark),
    /// A list: `key(...)`.
    List(Vec<Entry>),
}

/// A literal of Rust that means something in a database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Constant {
    /// `"text"` or `'c'`.
    Text(String),
    /// `true` or `false`.
    Bool(bool),
    /// A number by its decimal digits, with its sign.
    Number(String),
}

/// The entries of every attribute of one name, one list an attribute.
pub(crate) fn entries(attributes: &[Attribute], name: &str, notes: &mut Notes) -> Vec<Vec<Entry>> {
    let mut lists = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        match &attribute.meta {
            Meta::List(list) => {
                let parsed = (|input: ParseStream<'_>| list_of(input, notes)).parse2(list.tokens.clone());
                match parsed {
                    Ok(list) => lists.push(list),
                    Err(error) => notes.add_syntax_error(&error),
                }
            }
            Meta::Path(_) | Meta::NameValue(_) => {
                let mark = notes.mark_tokens(&attribute.meta);
                notes.add(
                    Finding::error(mark, format!("expected `#[{name}(...)]`"))
                        .help("the keys stand in parentheses"),
                );
            }
        }
    }
    lists
}

fn list_of(input: ParseStream<'_>, notes: &mut Notes) -> syn::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    while !input.is_empty() {
        entries.push(entry(input, notes)?);
        if input.is_empty() {
            break;
        }
        if !input.peek(Token![,]) {
            return Err(input.error("expected `,` between the entries of an attribute"));
        }
        input.parse::<Token![,]>()?;
    }
    Ok(entries)
}

fn entry(input: ParseStream<'_>, notes: &mut Notes) -> syn::Result<Entry> {
    if input.peek(Lit) {
        let literal: Lit = input.parse()?;
        let mark = notes.mark(literal.span());
        let Some(value) = constant(&literal, false) else {
            return Err(syn::Error::new(literal.span(), "expected a key or a text"));
        };
        return Ok(Entry::Bare(Said { value, mark }));
    }
    let ident = input.call(Ident::parse_any)?;
    let key = Said { value: ident.unraw().to_string(), mark: notes.mark(ident.span()) };
    if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        let expr: Expr = input.parse()?;
        return Ok(Entry::Named { key, value: value(&expr, notes) });
    }
    if input.peek(token::Paren) {
        let content;
        syn::parenthesized!(content in input);
        return Ok(Entry::Named { key, value: Value::List(list_of(&content, notes)?) });
    }
    Ok(Entry::Named { key, value: Value::Flag })
}

fn value(expr: &Expr, notes: &mut Notes) -> Value {
    let mark = notes.mark_tokens(expr);
    match literal(expr, false) {
        Some(value) => Value::Constant(Said { value, mark }),
        None => Value::Expression(mark),
    }
}

fn literal(expr: &Expr, is_negative: bool) -> Option<Constant> {
    match expr {
        Expr::Lit(lit) => constant(&lit.lit, is_negative),
        Expr::Group(group) => literal(&group.expr, is_negative),
        Expr::Unary(unary) if !is_negative && matches!(unary.op, UnOp::Neg(_)) => literal(&unary.expr, true),
        _ => None,
    }
}

fn constant(literal: &Lit, is_negative: bool) -> Option<Constant> {
    let signed = |digits: &str| Constant::Number(format!("{}{digits}", if is_negative { "-" } else { "" }));
    match literal {
        Lit::Int(int) => Some(signed(int.base10_digits())),
        Lit::Float(float) => Some(signed(float.base10_digits())),
        Lit::Str(text) if !is_negative => Some(Constant::Text(text.value())),
        Lit::Char(c) if !is_negative => Some(Constant::Text(c.value().to_string())),
        Lit::Bool(value) if !is_negative => Some(Constant::Bool(value.value)),
        _ => None,
    }
}

/// One named entry, asked for a value of a certain sort. Each question reports what does not fit.
pub(crate) struct Asked<'a> {
    pub(crate) key: &'a Said<String>,
    pub(crate) value: &'a Value,
}

impl Asked<'_> {
    fn mark(&self) -> Mark {
        match self.value {
            Value::Constant(constant) => constant.mark,
            Value::Expression(mark) => *mark,
            Value::Flag | Value::List(_) => self.key.mark,
        }
    }

    fn refuse<T>(&self, wanted: &str, example: &str, notes: &mut Notes) -> Option<T> {
        let key = &self.key.value;
        notes.add(
            Finding::error(self.mark(), format!("`{key}` takes {wanted}"))
                .help(format!("write `{key}{example}`")),
        );
        None
    }

    /// A text that is not empty.
    pub(crate) fn text(&self, notes: &mut Notes) -> Option<Said<String>> {
        let text = self.any_text(notes)?;
        if text.value.is_empty() {
            notes.add(Finding::error(text.mark, format!("`{}` is empty", self.key.value)));
            return None;
        }
        Some(text)
    }

    /// A text, empty or not.
    pub(crate) fn any_text(&self, notes: &mut Notes) -> Option<Said<String>> {
        match self.value {
            Value::Constant(Said { value: Constant::Text(text), mark }) => {
                Some(Said { value: text.clone(), mark: *mark })
            }
            Value::Constant(_) | Value::Flag | Value::Expression(_) | Value::List(_) => {
                self.refuse("a text", " = \"...\"", notes)
            }
        }
    }

    /// `key` or `key = bool`.
    pub(crate) fn flag(&self, notes: &mut Notes) -> Option<Said<bool>> {
        match self.value {
            Value::Flag => Some(Said { value: true, mark: self.key.mark }),
            Value::Constant(Said { value: Constant::Bool(value), .. }) => {
                Some(Said { value: *value, mark: self.key.mark })
            }
            Value::Constant(_) | Value::Expression(_) | Value::List(_) => {
                self.refuse("no value, or `true` or `false`", "", notes)
            }
        }
    }

    /// A whole number that is not negative.
    pub(crate) fn number(&self, notes: &mut Notes) -> Option<Said<u32>> {
        if let Value::Constant(Said { value: Constant::Number(digits), mark }) = self.value
            && let Ok(value) = digits.parse()
        {
            return Some(Said { value, mark: *mark });
        }
        self.refuse("a whole number", " = 255", notes)
    }

    /// A list in parentheses.
    pub(crate) fn list(&self, example: &str, notes: &mut Notes) -> Option<&[Entry]> {
        match self.value {
            Value::List(entries) => Some(entries),
            Value::Constant(_) | Value::Flag | Value::Expression(_) => {
                self.refuse("a list in parentheses", example, notes)
            }
        }
    }

    /// A text that is one of certain words.
    pub(crate) fn word<T>(
        &self,
        words: &[&str],
        read: impl Fn(&str) -> Option<T>,
        notes: &mut Notes,
    ) -> Option<Said<T>> {
        let text = self.any_text(notes)?;
        if let Some(value) = read(&text.value) {
            return Some(Said { value, mark: text.mark });
        }
        let help = suggest::help(&text.value, words.iter().copied(), || {
            format!("it is one of {}", suggest::listed(words))
        });
        let message = format!("`{}` cannot be `{}`", self.key.value, text.value);
        notes.add(Finding::error(text.mark, message).help(help));
        None
    }
}

/// Puts a value into its slot; a second value for one slot is an error.
pub(crate) fn set<T>(slot: &mut Option<Said<T>>, key: &str, said: Option<Said<T>>, notes: &mut Notes) {
    let Some(said) = said else { return };
    if slot.is_some() {
        notes.add(Finding::error(said.mark, format!("`{key}` is said twice")));
        return;
    }
    *slot = Some(said);
}
