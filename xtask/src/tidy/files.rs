//! Single source files: a header, a bearable length, no word that promises work without saying where.

use std::path::Path;

use super::{Finding, Report, entries, read};

/// Longer files get a note: there may be a seam with a name.
const LONG: usize = 500;
/// Longer files are refused.
const TOO_LONG: usize = 800;

/// What stops the tree, and what to do instead. Split so that this file does not find itself.
const WORDS: [(&str, &str); 5] = [
    (concat!("TO", "DO"), "name the issue, as in #12"),
    (concat!("FIX", "ME"), "name the issue, as in #12"),
    (concat!("XX", "X"), "name the issue, as in #12"),
    (concat!("#[ig", "nore"), "assert the broken behaviour as it is, with a note"),
    (concat!("#[al", "low("), "use expect, with a reason"),
];

pub(super) fn inspect(root: &Path, report: &mut Report) -> Result<(), String> {
    for folder in ["crates", "tests", "xtask"] {
        walk(root, &root.join(folder), report)?;
    }
    Ok(())
}

fn walk(root: &Path, directory: &Path, report: &mut Report) -> Result<(), String> {
    for path in entries(directory)? {
        if path.is_dir() {
            walk(root, &path, report)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = read(&path)?;
            inspect_file(path.strip_prefix(root).unwrap_or(&path), &text, report);
        }
    }
    Ok(())
}

fn inspect_file(path: &Path, text: &str, report: &mut Report) {
    if !text.starts_with("//!") {
        report.findings.push(Finding::of_file(path, "does not open with `//!`: say what it is for"));
    }
    let lines = text.lines().count();
    if lines > TOO_LONG {
        report
            .findings
            .push(Finding::of_file(path, format!("{lines} lines; at most {TOO_LONG} are allowed")));
    } else if lines > LONG {
        report.notes.push(Finding::of_file(path, format!("{lines} lines; is there a seam with a name?")));
    }
    for (number, line) in text.lines().enumerate() {
        for (word, advice) in WORDS {
            if has_word(line, word) && !names_an_issue(line) {
                report.findings.push(Finding::at(path, number + 1, format!("{word}: {advice}")));
            }
        }
    }
}

/// Whether `word` stands in the line with no letter on either side.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + word.len()..].chars().next();
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let ends_open = !word.ends_with(char::is_alphanumeric);
        !is_letter(before) && (ends_open || !is_letter(after))
    })
}

fn names_an_issue(line: &str) -> bool {
    line.split('#').skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(text: &str) -> Vec<String> {
        let mut report = Report::default();
        inspect_file(Path::new("a.rs"), text, &mut report);
        report.findings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_word_that_promises_work_needs_an_issue() {
        let word = concat!("TO", "DO");
        assert_eq!(messages(&format!("//! a\n// {word}: later")).len(), 1);
        assert!(messages(&format!("//! a\n// {word} #12: later\n// {word}S")).is_empty());
    }

    #[test]
    fn a_file_has_a_header_and_a_limit() {
        assert_eq!(messages("fn a() {}").len(), 1);
        assert_eq!(messages(&format!("//! a\n{}", "\n".repeat(TOO_LONG))).len(), 1);
    }
}
