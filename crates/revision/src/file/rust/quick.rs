//! Reading a revision file that is laid out as generated ones are, straight from its text.
//!
//! A project's history is read whenever its schema is replayed, and nearly all of it is plain: calls on `op` with
//! texts, numbers, lists and words of the vocabulary. This reader knows that much and nothing else. Whatever it does
//! not know, and whatever a word refuses, is left to [`super::read::read_any`], which reads the whole language that
//! revisions may be written in and has the words for what is wrong. So a file means the same whichever reads it.

use std::path::Path;

use super::evaluate::{float, lookup, made};
use super::header::{Function, outline};
use super::scanner::Scanner;
use crate::operations::reading::{Arguments, Call, Receiver, Spanned, Value};
use crate::operations::{Operation, Operations};
use crate::place::Place;
use crate::{Form, Revision};

/// How deep values may stand in values; deeper ones are left to the other reader.
const DEEPEST: usize = 16;

/// `None` when there is anything in the file that only the whole reader knows.
pub(super) fn quick(path: &Path, text: &str) -> Option<Revision> {
    let outline = outline(path, text)?;
    let (upgrade, downgrade) = (operations(outline.upgrade)?, operations(outline.downgrade)?);
    Some(outline.header.with(upgrade, downgrade, Form::Rust))
}

fn operations(function: Function<'_>) -> Option<Vec<Operation>> {
    let mut scanner = Scanner { rest: function.body };
    let mut operations = Operations::new();
    loop {
        scanner.blank()?;
        if scanner.rest.is_empty() {
            return Some(operations.into_vec());
        }
        scanner.statement(function.recorder, &mut operations)?;
    }
}

impl<'t> Scanner<'t> {
    /// `op.verb(…).more(…);`
    fn statement(&mut self, recorder: &str, operations: &mut Operations) -> Option<()> {
        if self.identifier()? != recorder || recorder == "_" {
            return None;
        }
        let mut receiver = Receiver::Operations;
        while self.next('.')? {
            let word = lookup(self.identifier()?, receiver)?;
            let mut arguments = self.arguments(word.parameters.len(), 0)?;
            match &word.call {
                Call::Verb(verb) => {
                    verb(operations, &mut arguments).ok()?;
                    receiver = Receiver::Recorded(word.gives);
                }
                Call::Recorded(more) => more(operations.last_mut()?, &mut arguments).ok()?,
                Call::Word(_) | Call::Constant(_) | Call::Made(_) => return None,
            }
        }
        (self.next(';')? && receiver != Receiver::Operations).then_some(())
    }

    fn arguments(&mut self, wanted: usize, depth: usize) -> Option<Arguments> {
        if !self.next('(')? {
            return None;
        }
        let values = self.values(')', depth)?;
        (values.len() == wanted).then(|| Arguments::new(values))
    }

    /// Values with commas between them, up to what closes them.
    fn values(&mut self, close: char, depth: usize) -> Option<Vec<Spanned>> {
        if depth > DEEPEST {
            return None;
        }
        let mut values = Vec::new();
        while !self.next(close)? {
            values.push(self.value(depth + 1)?);
            if !self.next(',')? {
                return self.next(close)?.then_some(values);
            }
        }
        Some(values)
    }

    fn value(&mut self, depth: usize) -> Option<Spanned> {
        self.blank()?;
        let value = match self.rest.chars().next()? {
            '"' => Value::Text(self.quoted()?),
            'r' if self.rest.starts_with("r\"") || self.rest.starts_with("r#") => Value::Text(self.raw()?),
            '(' => {
                self.rest = &self.rest[1..];
                self.in_parentheses(depth)?
            }
            '[' => {
                self.rest = &self.rest[1..];
                Value::List(self.values(']', depth)?)
            }
            '-' => {
                self.rest = &self.rest[1..];
                self.number("-")?
            }
            '0'..='9' => self.number("")?,
            _ => return self.word_value(depth),
        };
        self.said_of(spanned(value), depth)
    }

    /// A word of the vocabulary, and what is said of it.
    fn word_value(&mut self, depth: usize) -> Option<Spanned> {
        let name = self.identifier()?;
        let value = match name {
            "true" => spanned(Value::Bool(true)),
            "false" => spanned(Value::Bool(false)),
            "None" => spanned(Value::Nothing),
            "Some" => {
                let values = self.next('(')?.then(|| self.values(')', depth))??;
                let [value] = <[Spanned; 1]>::try_from(values).ok()?;
                value
            }
            _word => {
                let word = lookup(name, Receiver::Nothing)?;
                match &word.call {
                    Call::Constant(make) => made(make(), Place::head_of_file()),
                    Call::Word(make) => {
                        let mut arguments = self.arguments(word.parameters.len(), depth)?;
                        made(make(&mut arguments).ok()?, Place::head_of_file())
                    }
                    Call::Made(_) | Call::Verb(_) | Call::Recorded(_) => return None,
                }
            }
        };
        self.said_of(value, depth)
    }

    /// A value after everything that is said of it.
    fn said_of(&mut self, mut value: Spanned, depth: usize) -> Option<Spanned> {
        while self.next('.')? {
            let name = self.identifier()?;
            if matches!(name, "into" | "to_owned" | "to_string") {
                self.arguments(0, depth)?;
                continue;
            }
            let Value::Made(receiver) = value.value else { return None };
            let word = lookup(name, Receiver::Made(receiver.sort()))?;
            let Call::Made(more) = &word.call else { return None };
            let mut arguments = self.arguments(word.parameters.len(), depth)?;
            value = made(more(*receiver, &mut arguments).ok()?, Place::head_of_file());
        }
        Some(value)
    }

    /// Whether this character stands next; it is then taken.
    fn next(&mut self, wanted: char) -> Option<bool> {
        self.blank()?;
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                Some(true)
            }
            None => Some(false),
        }
    }

    fn identifier(&mut self) -> Option<&'t str> {
        self.blank()?;
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        let begins = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        // A letter beyond ASCII, a path, a macro or a prefixed literal follows: not a plain word.
        let is_plain =
            begins && !rest.starts_with(|c: char| !c.is_ascii() || matches!(c, ':' | '!' | '"' | '\'' | '#'));
        self.rest = rest;
        is_plain.then_some(word)
    }

    /// A text in quotes, with the escapes that have no number in them.
    fn quoted(&mut self) -> Option<String> {
        let mut rest = self.rest.strip_prefix('"')?;
        let mut text = String::new();
        loop {
            let at = rest.find(['"', '\\'])?;
            text.push_str(&rest[..at]);
            let is_end = rest[at..].starts_with('"');
            rest = &rest[at + 1..];
            if is_end {
                self.rest = rest;
                return is_whole(rest).then_some(text);
            }
            let escaped = rest.chars().next()?;
            text.push(match escaped {
                '"' | '\\' | '\'' => escaped,
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                '0' => '\0',
                _ => return None,
            });
            rest = &rest[1..];
        }
    }

    /// A text whose quotes have an `r` and perhaps hashes before them.
    fn raw(&mut self) -> Option<String> {
        let rest = self.rest.strip_prefix('r')?;
        let quoted = rest.trim_start_matches('#');
        let end = format!("\"{}", "#".repeat(rest.len() - quoted.len()));
        let (text, rest) = quoted.strip_prefix('"')?.split_once(&end)?;
        self.rest = rest;
        is_whole(rest).then(|| text.to_owned())
    }

    /// `(-1)`, or `()`.
    fn in_parentheses(&mut self, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        if self.next(')')? {
            return Some(Value::Nothing);
        }
        let inside = self.value(depth + 1)?;
        self.next(')')?.then_some(inside.value)
    }

    /// A number without suffix, exponent or separators.
    fn number(&mut self, sign: &str) -> Option<Value> {
        let digits = self.digits()?;
        let fraction = match self.rest.strip_prefix('.') {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => {
                self.rest = rest;
                Some(self.digits_of_any_kind())
            }
            Some(_) | None => None,
        };
        if !is_whole(self.rest) {
            return None;
        }
        Some(match fraction {
            Some(fraction) => Value::Float(format!("{sign}{}", float(&format!("{digits}.{fraction}"), ""))),
            // Rust knows a negative zero only for floating point numbers.
            None if digits == "0" => Value::Integer(digits.to_owned()),
            None => Value::Integer(format!("{sign}{digits}")),
        })
    }

    /// Digits that do not begin with a zero, or a zero.
    fn digits(&mut self) -> Option<&'t str> {
        let digits = self.digits_of_any_kind();
        let is_plain = digits == "0" || digits.starts_with(|c: char| ('1'..='9').contains(&c));
        is_plain.then_some(digits)
    }

    fn digits_of_any_kind(&mut self) -> &'t str {
        let end = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        digits
    }
}

/// Whether a literal ends here. A suffix is for the other reader, if only to be complained of.
fn is_whole(rest: &str) -> bool {
    !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '#')
}

/// A value read here is never complained of, so it needs no place.
fn spanned(value: Value) -> Spanned {
    Spanned { value, place: Place::head_of_file() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &str) -> String {
        format!(
            "use ambix::prelude::*;\n\npub const REVISION: &str = \"7c1e5b0a9d42\";\npub const DOWN_REVISION: &[&str] = &[];\n\n\
             pub fn upgrade(op: &mut Operations) {{\n{body}\n}}\n\npub fn downgrade(_op: &mut Operations) {{}}\n"
        )
    }

    #[test]
    fn the_plain_form_is_read() {
        let body = r###"
            // src/user.rs:14  added table users
            op.create_table("users")
                .column(column("id", bigint()).identity())
                .column(column("ratio", double()).not_null().default(-1.50))
                .constraint(foreign_key(["id"], table("app", "people"), ["id"]).on_delete(Cascade))
                .comment("a \"b\" \\ c");
            op.create_index("ix", "users", [expr("lower(email)"), key("id").desc()]).unique();
            op.bulk_insert("users", ["id", "ratio"], [[1.into(), null()], [(-2).into(), (((0.5))).into()]]);
            op.bulk_insert("users", ["id"], ());
            op.execute(r##"select '"#' "##);
        "###;
        let read = quick(Path::new("a.rs"), &text(body)).expect("the form is plain");
        assert_eq!(read.upgrade.len(), 5);
        let whole = crate::file::rust::read::read_any(Path::new("a.rs"), &text(body));
        assert_eq!(whole.expect("it is a revision"), read);
    }

    #[test]
    fn whatever_else_stands_there_is_left_to_the_other_reader() {
        for body in [
            "op.drop_table(NAME);",
            "op.drop_table(\"a\\u{62}\");",
            "op.drop_table(\"a\", \"b\");",
            "op.drop_tables(\"a\");",
            "op.drop_table(\"a\")",
            "other.drop_table(\"a\");",
            "op;",
            "op.execute(\"a\" + \"b\");",
            "op.execute(&\"a\");",
            "{ op.drop_table(\"a\"); }",
            "#[cfg(x)] op.drop_table(\"a\");",
            "op.add_column(\"a\", column(\"b\", varchar(0x10)));",
            "op.add_column(\"a\", column(\"b\", varchar(010)));",
        ] {
            assert!(quick(Path::new("a.rs"), &text(body)).is_none(), "{body}");
        }
    }
}
