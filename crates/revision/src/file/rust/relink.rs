//! Giving a revision file other parents, and leaving the rest of it as it is.

use std::path::Path;

use ambix_schema::{Problem, Severity};

use super::read::read_rust;
use crate::RevisionId;
use crate::operations::text_literal;
use crate::place::Place;

/// The text of a revision file with other parents: in its constant, and where its head says them again.
///
/// # Errors
/// All [`Problem`]s of a file that cannot be read, and one of a file whose constant says its parents in a
/// roundabout way.
pub fn relink_rust(path: &Path, text: &str, down: &[RevisionId]) -> Result<String, Vec<Problem>> {
    read_rust(path, text)?;
    let (mark, rest) = match text.strip_prefix('\u{feff}') {
        Some(rest) => ("\u{feff}", rest),
        None => ("", text),
    };
    let unreadable = |error: &syn::Error| {
        vec![Problem::at(Severity::Error, path, rest, Place::from(error.span()).range(), error.to_string())]
    };
    let file: syn::File = syn::parse_str(rest).map_err(|error| unreadable(&error))?;
    let constant = file.items.iter().find_map(|item| {
        let syn::Item::Const(item) = item else { return None };
        (item.ident == "DOWN_REVISION").then_some(&*item.expr)
    });
    let range = constant.map(|expr| Place::of(expr).range()).unwrap_or_default();
    let ids: Vec<String> = down.iter().map(|id| text_literal(id.as_str())).collect();
    let (before, after) = (&rest[..range.start], &rest[range.end..]);
    let relinked = format!("{mark}{}&[{}]{after}", with_revises(before, down), ids.join(", "));
    let read = read_rust(path, &relinked)?;
    if read.down == down {
        return Ok(relinked);
    }
    let message = "the parents of this revision are said in a way that cannot be rewritten";
    let help = "write `pub const DOWN_REVISION: &[&str] = &[\"...\"];` above the functions";
    Err(vec![Problem::at(Severity::Error, path, rest, range, message).with_help(help)])
}

/// The head of the file with its `Revises:` line rewritten, if it has one.
fn with_revises(text: &str, down: &[RevisionId]) -> String {
    const REVISES: &str = "//! Revises:";
    let names: Vec<&str> = down.iter().map(RevisionId::as_str).collect();
    let names = if names.is_empty() { "<base>".to_owned() } else { names.join(", ") };
    let mut is_done = false;
    let lines = text.split_inclusive('\n').map(|line| {
        if is_done || !line.starts_with(REVISES) {
            return line.to_owned();
        }
        is_done = true;
        let end = &line[line.trim_end_matches(['\r', '\n']).len()..];
        format!("{REVISES} {names}{end}")
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_change_and_nothing_else() {
        let text = "\u{feff}//! a\r\n//!\r\n//! Revises: old\r\n\r\nuse ambix::prelude::*;\r\n\
                    pub const REVISION: &str = \"abc\";\r\npub const DOWN_REVISION: &[&str] = &[\r\n    \"old\", \
                    // why\r\n];\r\npub fn upgrade(op: &mut Operations) { /* mine */ }\r\n\
                    pub fn downgrade(_: &mut Operations) {}\r\n";
        let path = Path::new("a.rs");
        let relinked =
            relink_rust(path, text, &[RevisionId::from_stored("new"), RevisionId::from_stored("n2")]);
        let expected = text
            .replace("Revises: old", "Revises: new, n2")
            .replace("&[\r\n    \"old\", // why\r\n]", "&[\"new\", \"n2\"]");
        assert_eq!(relinked.unwrap(), expected);
        let first = relink_rust(path, text, &[]).unwrap();
        assert!(first.contains("//! Revises: <base>\r\n") && first.contains("= &[];"), "{first}");
        assert!(relink_rust(path, "fn x(", &[]).is_err());
    }
}
