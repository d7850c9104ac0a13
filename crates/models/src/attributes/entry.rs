//! The grammar of `#[ambix(...)]`: `key`, `key = literal`, `key(entries)` and bare literals, nested.
//!
//! Meaning comes later, in the sibling files; here is only shape, with the place of every piece. Tokens
//! are read as they are, without building expressions: attributes are most of what a model holds.
#![expect(clippy::wildcard_enum_match_arm, reason = "syn's enums of syntax are open")]

use std::iter::Peekable;

use proc_macro2::{Delimiter, Literal, TokenStream, TokenTree, token_stream};
use syn::{Attribute, Lit, Meta};

use super::notes::{Finding, Mark, Notes, Said, name_of};
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
                // A list that is no list has been reported; half of one would mislead.
                lists.extend(list_of(list.tokens.clone(), notes));
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

fn list_of(tokens: TokenStream, notes: &mut Notes) -> Option<Vec<Entry>> {
    let mut tokens = tokens.into_iter().peekable();
    let mut entries = Vec::new();
    while let Some(token) = tokens.next() {
        entries.push(entry(token, &mut tokens, notes)?);
        match tokens.next() {
            Some(token) if is_comma(&token) => {}
            Some(token) => return no_comma(&token, notes),
            None => break,
        }
    }
    Some(entries)
}

fn entry(
    first: TokenTree,
    tokens: &mut Peekable<token_stream::IntoIter>,
    notes: &mut Notes,
) -> Option<Entry> {
    let mark = notes.mark(first.span());
    if let Some(value) = constant(&first, false) {
        return Some(Entry::Bare(Said { value, mark }));
    }
    let TokenTree::Ident(ident) = first else {
        notes.add(Finding::error(mark, "expected a key or a text"));
        return None;
    };
    let key = Said { value: String::from(name_of(&ident)), mark };
    match tokens.peek() {
        Some(TokenTree::Punct(punct)) if punct.as_char() == '=' => {
            let equals = notes.mark(punct.span());
            tokens.next();
            Some(Entry::Named { value: value(equals, tokens, notes)?, key })
        }
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
            let inside = group.stream();
            tokens.next();
            Some(Entry::Named { key, value: Value::List(list_of(inside, notes)?) })
        }
        Some(_) | None => Some(Entry::Named { key, value: Value::Flag }),
    }
}

/// What stands behind `=`, up to the next comma.
fn value(equals: Mark, tokens: &mut Peekable<token_stream::IntoIter>, notes: &mut Notes) -> Option<Value> {
    let Some(first) = tokens.next_if(|token| !is_comma(token)) else {
        notes.add(Finding::error(equals, "expected a value behind `=`"));
        return None;
    };
    let (start, mut end) = (first.span(), first.span());
    let mut literal = constant(&first, false);
    if let (TokenTree::Punct(punct), Some(next)) = (&first, tokens.peek())
        && punct.as_char() == '-'
        && let Some(negative) = constant(next, true)
    {
        literal = Some(negative);
        end = next.span();
        tokens.next();
    }
    if let (Some(_), Some(next @ TokenTree::Ident(_))) = (&literal, tokens.peek()) {
        return no_comma(next, notes);
    }
    while let Some(token) = tokens.next_if(|token| !is_comma(token)) {
        literal = None;
        end = token.span();
    }
    let mark = notes.mark_between(start, end);
    Some(literal.map_or(Value::Expression(mark), |value| Value::Constant(Said { value, mark })))
}

fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',')
}

fn no_comma<T>(token: &TokenTree, notes: &mut Notes) -> Option<T> {
    let mark = notes.mark(token.span());
    notes.add(Finding::error(mark, "expected `,` between the entries of an attribute"));
    None
}

fn constant(token: &TokenTree, is_negative: bool) -> Option<Constant> {
    match token {
        TokenTree::Ident(ident) if !is_negative && ident == "true" => Some(Constant::Bool(true)),
        TokenTree::Ident(ident) if !is_negative && ident == "false" => Some(Constant::Bool(false)),
        TokenTree::Literal(literal) => number_or_text(literal, is_negative),
        // A macro hands its fragments over in groups without a delimiter.
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            let mut tokens = group.stream().into_iter();
            let (only, rest) = (tokens.next()?, tokens.next());
            if rest.is_some() { None } else { constant(&only, is_negative) }
        }
        TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Group(_) => None,
    }
}

fn number_or_text(literal: &Literal, is_negative: bool) -> Option<Constant> {
    let signed = |digits: &str| Constant::Number(format!("{}{digits}", if is_negative { "-" } else { "" }));
    match plain(literal) {
        Some(Constant::Number(digits)) => return Some(signed(&digits)),
        Some(text) => return (!is_negative).then_some(text),
        None => {}
    }
    match &Lit::new(literal.clone()) {
        Lit::Int(int) => Some(signed(int.base10_digits())),
        Lit::Float(float) => Some(signed(float.base10_digits())),
        Lit::Str(text) if !is_negative => Some(Constant::Text(text.value())),
        Lit::Char(c) if !is_negative => Some(Constant::Text(c.value().to_string())),
        _ => None,
    }
}

/// What a literal says that means what it looks like, as nearly all do: a text without escapes, a whole number.
fn plain(literal: &Literal) -> Option<Constant> {
    let mut written = literal.to_string();
    if written.len() > 1
        && written.starts_with('"')
        && written.ends_with('"')
        && !written.contains(['\\', '\r'])
    {
        written.pop();
        written.remove(0);
        return Some(Constant::Text(written));
    }
    let is_whole = written.bytes().all(|byte| byte.is_ascii_digit());
    (is_whole && (written == "0" || !written.starts_with('0'))).then_some(Constant::Number(written))
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
