//! Reading only the head of a revision file, without parsing what its functions do.
//!
//! The quick way knows one layout, the one that [`super::write_rust`] writes and people keep: a head of `//!`
//! lines, the use of the prelude, the constants, the two functions. A file that says anything else outside the
//! bodies of its functions is read in full, so nothing is accepted here that the full reader refuses there.

use std::path::Path;

use ambix_schema::Problem;

use super::read::read_rust;
use crate::{Header, RevisionId, revision};

/// Reads the head of a revision file. What is wrong inside its functions goes unnoticed.
///
/// # Errors
/// As [`read_rust`].
pub fn read_rust_header(path: &Path, text: &str) -> Result<Header, Vec<Problem>> {
    match quick(path, text) {
        Some(header) => Ok(header),
        None => read_rust(path, text).map(Header::from),
    }
}

/// `None` when the file is not laid out as most are.
fn quick(path: &Path, text: &str) -> Option<Header> {
    // Line endings that Rust takes for one are left to who knows all of its rules.
    if text.contains('\r') {
        return None;
    }
    let mut scanner = Scanner { rest: text };
    let doc = scanner.doc();
    let (mut id, mut down, mut labels, mut depends_on) = (None, None, None, None);
    loop {
        scanner.blank()?;
        if scanner.take("use ambix::prelude::*;") {
            continue;
        }
        if !scanner.take("pub const ") {
            break;
        }
        let name = scanner.word();
        scanner.expect(":")?;
        let slot = match name {
            "REVISION" => {
                let text = scanner.text_constant()?;
                if id.replace(RevisionId::parse(text).ok()?).is_some() {
                    return None;
                }
                continue;
            }
            "DOWN_REVISION" => &mut down,
            "BRANCH_LABELS" => &mut labels,
            "DEPENDS_ON" => &mut depends_on,
            _another => return None,
        };
        if slot.replace(scanner.list_constant()?).is_some() {
            return None;
        }
    }
    for name in ["upgrade", "downgrade"] {
        scanner.blank()?;
        scanner.expect("pub fn ")?;
        scanner.expect(name)?;
        scanner.expect("(")?;
        if !["op:", "_op:", "_:"].into_iter().any(|parameter| scanner.take(parameter)) {
            return None;
        }
        for token in ["&mut ", "Operations", ")"] {
            scanner.expect(token)?;
        }
        scanner.block()?;
    }
    scanner.blank()?;
    if !scanner.rest.is_empty() {
        return None;
    }
    let ids = |texts: Vec<&str>| -> Option<Vec<RevisionId>> {
        texts.into_iter().map(|text| RevisionId::parse(text).ok()).collect()
    };
    let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
    Some(Header {
        id: id?,
        down: ids(down?)?,
        branch_labels: labels.map(owned).unwrap_or_default(),
        depends_on: depends_on.map(owned).unwrap_or_default(),
        message: revision::message(&doc),
        create_date: revision::create_date(&doc),
        doc,
        path: path.to_owned(),
    })
}

/// A text on its way. Every method gives `None`, or `false`, for what it does not know.
struct Scanner<'t> {
    rest: &'t str,
}

impl<'t> Scanner<'t> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\n', '\t']);
    }

    /// Skips what stands next, and the space before it.
    fn take(&mut self, token: &str) -> bool {
        self.space();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, token: &str) -> Option<()> {
        self.take(token).then_some(())
    }

    fn line(&mut self) -> &'t str {
        let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
        self.rest = rest;
        line
    }

    /// The text at the head of the file, spelled as the full reader gives it.
    fn doc(&mut self) -> String {
        let mut lines = Vec::new();
        loop {
            self.space();
            let Some(after) = self.rest.strip_prefix("//!") else { break };
            self.rest = after;
            let text = self.line();
            lines.push(text.strip_prefix(' ').unwrap_or(text).trim_end());
        }
        lines.join("\n")
    }

    /// Skips space and comments that are for people.
    fn blank(&mut self) -> Option<()> {
        loop {
            self.space();
            if !self.rest.starts_with("//") {
                // A comment of another form may be an attribute.
                return (!self.rest.starts_with("/*")).then_some(());
            }
            if self.rest.starts_with("///") || self.rest.starts_with("//!") {
                return None;
            }
            self.line();
        }
    }

    fn word(&mut self) -> &'t str {
        let end = self.rest.find(|c: char| !c.is_ascii_uppercase() && c != '_').unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    /// A text without escapes.
    fn text(&mut self) -> Option<&'t str> {
        self.expect("\"")?;
        let end = self.rest.find(['"', '\\', '\n'])?;
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest.strip_prefix('"')?;
        Some(text)
    }

    /// `&str = "…";`
    fn text_constant(&mut self) -> Option<&'t str> {
        for token in ["&", "str", "="] {
            self.expect(token)?;
        }
        let text = self.text()?;
        self.expect(";")?;
        Some(text)
    }

    /// `&[&str] = &["…", "…"];`
    fn list_constant(&mut self) -> Option<Vec<&'t str>> {
        for token in ["&", "[", "&", "str", "]", "=", "&", "["] {
            self.expect(token)?;
        }
        let mut texts = Vec::new();
        while !self.take("]") {
            texts.push(self.text()?);
            if !self.take(",") {
                self.expect("]")?;
                break;
            }
        }
        self.expect(";")?;
        Some(texts)
    }

    /// Skips a block, whatever it says.
    fn block(&mut self) -> Option<()> {
        self.space();
        let mut depth = 0_usize;
        loop {
            let c = self.rest.chars().next()?;
            let after = &self.rest[c.len_utf8()..];
            self.rest = match c {
                '{' => {
                    depth += 1;
                    after
                }
                '}' if depth <= 1 => {
                    self.rest = after;
                    return (depth == 1).then_some(());
                }
                '}' => {
                    depth -= 1;
                    after
                }
                _outside if depth == 0 => return None,
                '/' if after.starts_with('/') => after.split_once('\n').map_or("", |(_, rest)| rest),
                '/' if after.starts_with('*') => after_comment(after)?,
                '"' => after_text(after)?,
                'r' => after_raw(after),
                '\'' => after_quote(after),
                _ => after,
            };
        }
    }
}

/// What follows a comment that may hold others; `text` begins with its `*`.
fn after_comment(text: &str) -> Option<&str> {
    let mut rest = &text[1..];
    let mut depth = 1;
    while depth > 0 {
        let at = rest.find(['*', '/'])?;
        let (opens, closes) = (rest[at..].starts_with("/*"), rest[at..].starts_with("*/"));
        rest = &rest[at + if opens || closes { 2 } else { 1 }..];
        depth = if opens { depth + 1 } else { depth - usize::from(closes) };
    }
    Some(rest)
}

/// What follows a text whose opening quote has been read.
fn after_text(mut rest: &str) -> Option<&str> {
    loop {
        let at = rest.find(['"', '\\'])?;
        let is_end = rest[at..].starts_with('"');
        rest = &rest[at + 1..];
        if is_end {
            return Some(rest);
        }
        let escaped = rest.chars().next()?;
        rest = &rest[escaped.len_utf8()..];
    }
}

/// What follows a raw text whose `r` has been read, or an `r` that is a part of a word.
fn after_raw(text: &str) -> &str {
    let rest = text.trim_start_matches('#');
    let hashes = text.len() - rest.len();
    let Some(rest) = rest.strip_prefix('"') else { return text };
    let end = format!("\"{}", "#".repeat(hashes));
    rest.split_once(end.as_str()).map_or("", |(_, rest)| rest)
}

/// What follows a character, or the quote of a lifetime.
fn after_quote(text: &str) -> &str {
    let mut chars = text.chars();
    match chars.next() {
        Some('\\') => {
            chars.next();
            chars.as_str().split_once('\'').map_or("", |(_, rest)| rest)
        }
        Some(_) => chars.as_str().strip_prefix('\'').unwrap_or(text),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Draft, write_rust};

    fn written(body: &str) -> String {
        let id = RevisionId::from_stored;
        let draft = Draft {
            id: id("7c1e5b0a9d42"),
            down: vec![id("3f2a9c0d1b7e"), id("51de")],
            branch_labels: vec!["main".into()],
            depends_on: Vec::new(),
            message: "add full_name".into(),
            create_date: "2024-11-13 14:30:00 UTC".into(),
            header: vec!["Proved: yes".into()],
            upgrade: Vec::new(),
            downgrade: Vec::new(),
        };
        write_rust(&draft)
            .replace("upgrade(op: &mut Operations) {}", &format!("upgrade(op: &mut Operations) {{{body}}}"))
    }

    fn is_quick(text: &str) -> bool {
        quick(Path::new("a.rs"), text).is_some()
    }

    #[test]
    fn what_is_written_is_read_the_quick_way() {
        let text = written("");
        let header = quick(Path::new("a.rs"), &text).expect("the layout is known");
        assert_eq!(header, Header::from(read_rust(Path::new("a.rs"), &text).unwrap()));
        assert_eq!(header.down.len(), 2);
        assert!(header.doc.ends_with("Proved: yes"));
    }

    #[test]
    fn bodies_are_skipped_whatever_is_in_them() {
        for body in [
            r#"op.execute("a { \" }");"#,
            r##"op.execute(r#"a } " "#);"##,
            "// a }\n",
            "/* } /* } */ } */",
            "let a = '}'; let b = '\\''; let c = '\\u{7d}'; let d: &'a str = \"\"; { let r = 1; }",
        ] {
            assert!(is_quick(&written(body)), "{body}");
        }
        assert!(!is_quick(&written("op.execute(\"a")), "a text that never ends");
        assert!(!is_quick(&written("{")));
    }

    #[test]
    fn any_other_layout_is_read_in_full() {
        let text = written("");
        for (from, to) in [
            ("\n", "\r\n"),
            ("pub const REVISION", "const REVISION"),
            ("pub const REVISION", "#[cfg(x)]\npub const REVISION"),
            ("pub const REVISION", "/// a\npub const REVISION"),
            ("pub const REVISION", "pub const OTHER: &str = \"\";\npub const REVISION"),
            ("pub const REVISION", "pub const REVISION: &str = \"b\";\npub const REVISION"),
            ("\"7c1e5b0a9d42\"", "\"head\""),
            ("\"7c1e5b0a9d42\"", "\"7c1e\\x35\""),
            ("pub fn downgrade", "pub fn other() {}\npub fn downgrade"),
            ("op: &mut", "type: &mut"),
        ] {
            assert!(text.contains(from) && !is_quick(&text.replace(from, to)), "{from} {to}");
        }
        assert!(!is_quick(&format!("{text}x")));
        assert!(is_quick(&format!("{text}// the end")));
    }
}
