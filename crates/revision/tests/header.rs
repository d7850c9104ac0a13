//! The head of a revision file reads the same by itself as with the rest of the file.

#![cfg(feature = "source")]
#![expect(clippy::disallowed_methods, reason = "a test reads its fixtures")]

use std::path::Path;

use ambix_revision::{Header, Revision, read_rust, read_rust_header};
use proptest::prelude::*;
use proptest::sample::{Index, select};

fn fixtures() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let mut texts = Vec::new();
    for folder in ["revisions", "projects/massacorp/migrations/versions"] {
        for entry in std::fs::read_dir(root.join(folder)).expect("fixtures are there") {
            let path = entry.expect("fixtures can be listed").path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                texts.push(std::fs::read_to_string(path).expect("fixtures are text"));
            }
        }
    }
    texts.sort();
    assert!(texts.len() >= 10);
    texts
}

fn by_itself(text: &str) -> Result<Header, Vec<String>> {
    read_rust_header(Path::new("a.rs"), text)
        .map_err(|problems| problems.into_iter().map(|problem| problem.message).collect())
}

fn with_the_rest(text: &str) -> Result<Header, Vec<String>> {
    in_full(text).map(|revision| Header::from(&revision))
}

fn whole(text: &str) -> Result<Revision, Vec<String>> {
    read_rust(Path::new("a.rs"), text)
        .map_err(|problems| problems.into_iter().map(|problem| problem.message).collect())
}

/// A comment of this form keeps the quick readers away.
fn in_full(text: &str) -> Result<Revision, Vec<String>> {
    whole(&format!("{text}\n/* */"))
}

#[test]
fn fixtures_have_one_head() {
    for text in fixtures() {
        assert_eq!(by_itself(&text), with_the_rest(&text));
        assert!(by_itself(&text).is_ok());
    }
}

/// What an editor, a merge or a careless hand leaves in a file.
const SCRAPS: [&str; 28] = [
    ".",
    "-",
    "0",
    "1_0",
    "_",
    "u8",
    ".into()",
    "(",
    ")",
    "é",
    "None",
    ";",
    "",
    "\"",
    "'",
    "{",
    "}",
    "/*",
    "//",
    "//! x\n",
    "/// x\n",
    "r#\"",
    "\r",
    "\\",
    "pub const REVISION: &str = \"zz\";",
    "]",
    ",",
    "=",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Where the bodies are whole, damage elsewhere is seen by both or by none.
    #[test]
    fn damage_to_the_head_is_seen(file: Index, at: Index, gone in 0_usize..4, scrap in select(&SCRAPS[..])) {
        let texts = fixtures();
        let text = file.get(&texts);
        let head = text.find("pub fn upgrade").expect("a revision has an upgrade");
        let damaged = damaged(text, at.index(head), gone, scrap);
        prop_assert_eq!(by_itself(&damaged), with_the_rest(&damaged), "{}", damaged);
    }

    /// Whichever reader a file is for, it says the same, and what is wrong with it is said in the same words.
    #[test]
    fn a_file_means_the_same_to_both_readers(
        file: Index,
        at: Index,
        gone in 0_usize..4,
        scrap in select(&SCRAPS[..]),
    ) {
        let texts = fixtures();
        let text = file.get(&texts);
        let body = text.find("pub fn upgrade").expect("a revision has an upgrade");
        let damaged = damaged(text, body + at.index(text.len() - body), gone, scrap);
        prop_assert_eq!(whole(&damaged), in_full(&damaged), "{}", damaged);
    }

    /// Damage to a body may go unseen, and never changes what the head says.
    #[test]
    fn damage_to_a_body_changes_no_head(file: Index, at: Index, gone in 0_usize..4, scrap in select(&SCRAPS[..])) {
        let texts = fixtures();
        let text = file.get(&texts);
        let head = text.find("pub fn upgrade").expect("a revision has an upgrade");
        let damaged = damaged(text, head + at.index(text.len() - head), gone, scrap);
        if let Ok(whole) = with_the_rest(&damaged) {
            prop_assert_eq!(by_itself(&damaged), Ok(whole), "{}", damaged);
        }
    }
}

fn damaged(text: &str, at: usize, gone: usize, scrap: &str) -> String {
    let boundary = |at: usize| text.floor_char_boundary(at);
    let (start, end) = (boundary(at), boundary(at + gone));
    format!("{}{scrap}{}", &text[..start], &text[end..])
}
