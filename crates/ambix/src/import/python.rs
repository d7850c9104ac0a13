//! The head of a Python file: its docstring, and assignments of texts at the top level. Nothing is run.

use std::ops::Range;

/// What is assigned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Value {
    /// `None`
    None,
    /// One text.
    Text(String),
    /// A tuple, list or set of texts.
    Texts(Vec<String>),
}

impl Value {
    /// As a list: nothing, one or several.
    pub(super) fn texts(self) -> Vec<String> {
        match self {
            Self::None => Vec::new(),
            Self::Text(text) => vec![text],
            Self::Texts(texts) => texts,
        }
    }
}

/// The docstring, with its quotes gone; empty when there is none.
pub(super) fn docstring(text: &str) -> String {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        match rest.strip_prefix('#') {
            Some(comment) => rest = comment.split_once('\n').map_or("", |(_, rest)| rest),
            None => break,
        }
    }
    let mut cursor = Cursor { text: rest, at: 0 };
    cursor.string().unwrap_or_default()
}

/// What a name is assigned at the top level: `name = …`, or with an annotation `name: … = …`. The last one
/// counts, as in Python.
///
/// # Errors
/// The range of a value that is none of text, `None`, and a list of texts.
pub(super) fn assigned(text: &str, name: &str) -> Result<Option<Value>, Range<usize>> {
    let mut found = None;
    let mut start = 0;
    let mut quote: Option<&str> = None;
    for line in text.split_inclusive('\n') {
        // What stands inside of a docstring is no code.
        let is_code = quote.is_none();
        quote = quote_after(line, quote);
        if is_code && let Some(at) = value_at(line, name) {
            let mut cursor = Cursor { text, at: start + at };
            match cursor.value() {
                Some(value) => found = Some(value),
                None => return Err(start + at..start + line.trim_end().len()),
            }
        }
        start += line.len();
    }
    Ok(found)
}

/// Whether a function at the top level consists of `pass` alone.
pub(super) fn does_nothing(text: &str, function: &str) -> bool {
    let head = format!("def {function}(");
    let mut lines = text.lines().skip_while(|line| !line.starts_with(&head));
    let is_whole = lines.next().is_some_and(|line| line.trim_end().ends_with(':'));
    let code = |line: &str| line.split_once('#').map_or(line, |(code, _)| code).trim().to_owned();
    let body = lines.take_while(|line| line.trim().is_empty() || line.starts_with([' ', '\t', '#']));
    let body: Vec<String> = body.map(code).filter(|line| !line.is_empty()).collect();
    is_whole && body == ["pass"]
}

/// The triple quote that is open behind a line.
fn quote_after<'a>(line: &str, open: Option<&'a str>) -> Option<&'a str> {
    let mut open = open;
    let mut rest = line;
    loop {
        if let Some(quote) = open {
            let Some((_, after)) = rest.split_once(quote) else { return open };
            open = None;
            rest = after;
            continue;
        }
        let quotes = ["\"\"\"", "'''"].into_iter();
        let first = quotes.filter_map(|quote| Some((rest.find(quote)?, quote))).min();
        let comment = rest.find('#').unwrap_or(usize::MAX);
        let (at, quote) = first.filter(|(at, _)| *at < comment)?;
        open = Some(quote);
        rest = &rest[at + quote.len()..];
    }
}

/// Where the value begins in a line that assigns to the name.
fn value_at(line: &str, name: &str) -> Option<usize> {
    let rest = line.strip_prefix(name)?;
    let after = rest.trim_start();
    let is_assignment = after.starts_with('=') && !after.starts_with("==");
    if !is_assignment && !after.starts_with(':') {
        return None;
    }
    let sign = rest.find('=')?;
    Some(name.len() + sign + 1)
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl Cursor<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn blank(&mut self, with_lines: bool) {
        loop {
            let rest = self.rest();
            let blank = rest.trim_start_matches([' ', '\t', '\\']);
            let blank = if with_lines { blank.trim_start() } else { blank };
            let skipped = rest.len() - blank.len();
            let comment = if with_lines && blank.starts_with('#') {
                blank.find('\n').unwrap_or(blank.len())
            } else {
                0
            };
            if skipped + comment == 0 {
                return;
            }
            self.at += skipped + comment;
        }
    }

    fn take(&mut self, word: &str) -> bool {
        let is_there = self.rest().starts_with(word);
        if is_there {
            self.at += word.len();
        }
        is_there
    }

    fn value(&mut self) -> Option<Value> {
        self.blank(false);
        if self.take("None") {
            return Some(Value::None);
        }
        let close = ["(", "[", "{"].iter().zip([")", "]", "}"]).find(|(open, _)| self.take(open));
        let Some((_, close)) = close else {
            let first = self.string()?;
            self.blank(false);
            // `"a", "b"` is a tuple, too.
            if !self.take(",") {
                return Some(Value::Text(first));
            }
            let mut texts = vec![first];
            loop {
                self.blank(false);
                let Some(next) = self.string() else { return Some(Value::Texts(texts)) };
                texts.push(next);
                self.blank(false);
                if !self.take(",") {
                    return Some(Value::Texts(texts));
                }
            }
        };
        let mut texts = Vec::new();
        let mut commas = 0;
        loop {
            self.blank(true);
            if self.take(close) {
                // `("a")` is no tuple, but a text in parentheses.
                let is_text = close == ")" && commas == 0 && texts.len() == 1;
                return Some(if is_text { Value::Text(texts.remove(0)) } else { Value::Texts(texts) });
            }
            texts.push(self.string()?);
            self.blank(true);
            if self.take(",") {
                commas += 1;
            } else if !self.rest().starts_with(close) {
                return None;
            }
        }
    }

    /// A text in any of Python's quotes, without anything that must be worked out.
    fn string(&mut self) -> Option<String> {
        let is_raw = self.take("r") || self.take("R");
        let _unicode = !is_raw && (self.take("u") || self.take("U"));
        let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| self.take(quote))?;
        let mut text = String::new();
        let mut characters = self.text[self.at..].char_indices();
        while let Some((at, c)) = characters.next() {
            if self.text[self.at + at..].starts_with(quote) {
                self.at += at + quote.len();
                return Some(text);
            }
            if c == '\n' && quote.len() == 1 {
                return None;
            }
            if c == '\\' && !is_raw {
                let (_, escaped) = characters.next()?;
                match escaped {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    '\n' => {}
                    '\\' | '\'' | '"' => text.push(escaped),
                    other => text.extend(['\\', other]),
                }
            } else {
                text.push(c);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# coding: utf-8\n\"\"\"add \\\"phone\\\"\n\nRevision ID: no\nrevision = 'not this'\n\"\"\"\n\
                        from typing import Union\n\nrevision: str = '3f2a'  # the id\n\
                        down_revision: Union[str, Sequence[str], None] = (\n    \"a\",  # first\n    'b',\n)\n\
                        branch_labels = None\ndepends_on = ('c',)\nrevision_id = 'x'\nother = make()\n\n\
                        def upgrade():\n    revision = 'z'\n";

    #[test]
    fn assignments_are_read_as_python_reads_them() {
        let read = |name| assigned(FILE, name).unwrap();
        assert_eq!(read("revision"), Some(Value::Text("3f2a".into())));
        assert_eq!(read("down_revision"), Some(Value::Texts(vec!["a".into(), "b".into()])));
        assert_eq!(read("branch_labels"), Some(Value::None));
        assert_eq!(read("depends_on"), Some(Value::Texts(vec!["c".into()])));
        assert_eq!(read("absent"), None);
        assert!(assigned(FILE, "other").is_err());
        assert_eq!(docstring(FILE).lines().next(), Some("add \"phone\""));
    }

    #[test]
    fn functions_that_pass_are_told_from_others() {
        let file = "def upgrade() -> None:\n    # nothing\n    pass\n\n\ndef downgrade():\n    pass; x()\n";
        assert!(does_nothing(file, "upgrade"));
        for (text, function) in [
            (file, "downgrade"),
            (file, "absent"),
            ("def upgrade(\n):\n    pass\n", "upgrade"),
            ("def upgrade():\n    pass\n    op.execute('x')\n", "upgrade"),
            ("def upgrade():\n    \"\"\"pass\"\"\"\n", "upgrade"),
        ] {
            assert!(!does_nothing(text, function), "{text}");
        }
    }

    #[test]
    fn odd_spellings_are_read_or_refused() {
        let read = |text: &str| assigned(text, "down_revision");
        assert_eq!(read("down_revision = ('a')\n"), Ok(Some(Value::Text("a".into()))));
        assert_eq!(read("down_revision=[]"), Ok(Some(Value::Texts(Vec::new()))));
        assert_eq!(read("down_revision = 'a', 'b'\n"), Ok(Some(Value::Texts(vec!["a".into(), "b".into()]))));
        assert_eq!(read("down_revision == 'a'\n"), Ok(None));
        for text in [
            "down_revision = 'a\n",
            "down_revision = ('a' 'b')",
            "down_revision = f'a'",
            "down_revision = ",
            "down_revision = ('a',",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        assert_eq!(docstring("import x"), "");
        assert_eq!(docstring("\"\"\"never closed"), "");
    }
}
