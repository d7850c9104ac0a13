//! Rust text of operations, written so that it never changes with a version of Rust or of a library:
//! checksums are made of it.

use std::collections::BTreeMap;

use ambix_schema::{Name, TableName, escape};

use super::Edit;

/// A call with calls chained to it.
pub(super) struct Phrase(String);

impl Phrase {
    /// `name(arguments)`
    pub(super) fn word<const N: usize>(name: &str, arguments: [String; N]) -> Self {
        Self(format!("{name}({})", joined(arguments)))
    }

    /// `op.name(arguments)`
    pub(super) fn verb<const N: usize>(name: &str, arguments: [String; N]) -> Self {
        Self(format!("op.{name}({})", joined(arguments)))
    }

    /// Appends `.name(arguments)`.
    pub(super) fn say<const N: usize>(mut self, name: &str, arguments: [String; N]) -> Self {
        for piece in [".", name, "(", joined(arguments).as_str(), ")"] {
            self.0.push_str(piece);
        }
        self
    }

    /// Appends `.name()` where a fact holds.
    pub(super) fn say_if(self, holds: bool, name: &str) -> Self {
        if holds { self.say(name, []) } else { self }
    }

    /// Appends `.name(value)` where there is a value.
    pub(super) fn say_some<T>(self, name: &str, value: Option<T>, argument: impl Fn(T) -> String) -> Self {
        match value {
            Some(value) => self.say(name, [argument(value)]),
            None => self,
        }
    }

    /// Appends `.name([..])` where there are names.
    pub(super) fn say_names(self, name: &str, names: &[Name]) -> Self {
        if names.is_empty() { self } else { self.say(name, [self::names(names)]) }
    }

    /// Appends `.option(key, value)` for each option.
    pub(super) fn say_options(self, options: &BTreeMap<String, String>) -> Self {
        options.iter().fold(self, |phrase, (key, value)| phrase.say("option", [text(key), text(value)]))
    }

    /// Appends `.option(key, value)` or `.drop_option(key)` for each edit.
    pub(super) fn say_option_edits(self, edits: &BTreeMap<String, Option<String>>) -> Self {
        edits.iter().fold(self, |phrase, (key, value)| match value {
            Some(value) => phrase.say("option", [text(key), text(value)]),
            None => phrase.say("drop_option", [text(key)]),
        })
    }

    /// Appends `.name(value)` or `.drop_name()` where an alteration says so.
    pub(super) fn say_edit<T>(self, name: &str, edit: &Edit<T>, argument: impl Fn(&T) -> String) -> Self {
        match edit {
            Edit::Keep => self,
            Edit::Set(value) => self.say(name, [argument(value)]),
            Edit::Unset => self.say(&format!("drop_{name}"), []),
        }
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

fn joined<const N: usize>(arguments: [String; N]) -> String {
    Vec::from(arguments).join(", ")
}

/// SQL by hand or of a view as a Rust string literal: of several lines that need no escapes a raw one, so
/// that it stays legible.
pub(super) fn sql(sql: &str) -> String {
    let plain = sql.replace(['\n', '\t'], "");
    if !sql.contains('\n') || escape(&plain) != plain {
        return text(sql);
    }
    let fence = (1..=sql.len()).map(|n| "#".repeat(n)).find(|fence| !sql.contains(&format!("\"{fence}")));
    let fence = fence.expect("a text has no quote followed by as many signs as it is long");
    format!("r{fence}\"{sql}\"{fence}")
}

/// A Rust string literal on one line. What a terminal or an editor would act on is spelled out: a name may
/// come from anywhere, and a line of it must not look like a line of the file.
pub(crate) fn text(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\0' => out.push_str("\\0"),
            c => out.push_str(&escape(c.encode_utf8(&mut [0; 4]))),
        }
    }
    out.push('"');
    out
}

pub(super) fn name(name: &Name) -> String {
    text(name.as_str())
}

pub(super) fn optional_name(name: Option<&Name>) -> String {
    name.map_or_else(|| "None".into(), self::name)
}

pub(super) fn names(names: &[Name]) -> String {
    list(names.iter().map(name))
}

pub(super) fn texts(texts: &[String]) -> String {
    list(texts.iter().map(|item| text(item)))
}

pub(super) fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

pub(super) fn table(table: &TableName) -> String {
    match &table.namespace {
        Some(namespace) => format!("table({}, {})", name(namespace), name(&table.name)),
        None => name(&table.name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_texts_are_spelled_out_and_long_ones_stay_legible() {
        assert_eq!(text("a\"b\\\u{202e}\0\r"), r#""a\"b\\\u{202e}\0\r""#);
        assert_eq!(sql("select 1\nfrom \"#t\""), "r##\"select 1\nfrom \"#t\"\"##");
        assert_eq!(text("a\n    op.drop_table(\"b\");"), r#""a\n    op.drop_table(\"b\");""#);
        assert_eq!(sql("a\n\u{202e}"), r#""a\n\u{202e}""#);
        assert_eq!(text("é ✓"), "\"é ✓\"");
    }
}
