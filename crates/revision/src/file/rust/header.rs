//! Reading only the head of a revision file, without parsing what its functions do.
//!
//! The quick way knows one layout, the one that [`super::write_rust`] writes and people keep: a head of `//!`
//! lines, the use of the prelude, the constants, the two functions. A file that says anything else outside the
//! bodies of its functions is read in full, so nothing is accepted here that the full reader refuses there.

use std::path::Path;

use ambix_schema::Problem;

use super::read::read_rust;
use super::scanner::Scanner;
use crate::{Header, RevisionId, revision};

/// Reads the head of a revision file. What is wrong inside its functions goes unnoticed.
///
/// # Errors
/// As [`read_rust`].
pub fn read_rust_header(path: &Path, text: &str) -> Result<Header, Vec<Problem>> {
    match outline(path, text) {
        Some(outline) => Ok(outline.header),
        None => read_rust(path, text).map(|revision| Header::from(&revision)),
    }
}

/// A revision file whose functions are told apart and not read yet.
pub(super) struct Outline<'t> {
    pub(super) header: Header,
    pub(super) upgrade: Function<'t>,
    pub(super) downgrade: Function<'t>,
}

/// One of the two functions.
#[derive(Clone, Copy)]
pub(super) struct Function<'t> {
    /// What it calls the operations.
    pub(super) recorder: &'t str,
    /// What stands between its braces.
    pub(super) body: &'t str,
}

/// `None` when the file is not laid out as most are.
pub(super) fn outline<'t>(path: &Path, text: &'t str) -> Option<Outline<'t>> {
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
    let (upgrade, downgrade) = (scanner.function("upgrade")?, scanner.function("downgrade")?);
    scanner.blank()?;
    if !scanner.rest.is_empty() {
        return None;
    }
    let ids = |texts: Vec<&str>| -> Option<Vec<RevisionId>> {
        texts.into_iter().map(|text| RevisionId::parse(text).ok()).collect()
    };
    let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
    let header = Header {
        id: id?,
        down: ids(down?)?,
        branch_labels: labels.map(owned).unwrap_or_default(),
        depends_on: depends_on.map(owned).unwrap_or_default(),
        message: revision::message(&doc),
        create_date: revision::create_date(&doc),
        doc,
        path: path.to_owned(),
    };
    Some(Outline { header, upgrade, downgrade })
}

impl<'t> Scanner<'t> {
    /// `pub fn upgrade(op: &mut Operations) { … }`
    fn function(&mut self, name: &str) -> Option<Function<'t>> {
        self.blank()?;
        for token in ["pub fn ", name, "("] {
            self.expect(token)?;
        }
        let recorder = ["op", "_op", "_"].into_iter().find(|recorder| self.take(&format!("{recorder}:")))?;
        for token in ["&mut ", "Operations", ")"] {
            self.expect(token)?;
        }
        Some(Function { recorder, body: self.block()? })
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
        outline(Path::new("a.rs"), text).is_some()
    }

    #[test]
    fn what_is_written_is_read_the_quick_way() {
        let text = written("");
        let header = outline(Path::new("a.rs"), &text).expect("the layout is known").header;
        assert_eq!(header, Header::from(&read_rust(Path::new("a.rs"), &text).unwrap()));
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
