//! What a file says its statements stand for: operations in comments, and the digest of the statements they
//! were written for. When the statements are others by now, nothing is taken from it.

use std::collections::BTreeMap;

use super::header::Trouble;
use super::read::ReplayPart;
use crate::file::draft::Noted;
use crate::file::rust::{Evaluator, function};
use crate::operations::{Operation, text_literal};
use crate::revision::Replayed;

/// Reads the operations under `-- ambix:replay DIGEST`.
pub(super) fn replayed(
    text: &str,
    replay: &ReplayPart,
    digest: &str,
    troubles: &mut Vec<Trouble>,
) -> Replayed {
    // The lines where they stand, and blanks everywhere else, so that every place is one of the file.
    let mut rust = String::with_capacity(text.len());
    for line in &replay.lines {
        rust.push_str(&" ".repeat(line.start.saturating_sub(rust.len() + 1)));
        rust.push('\n');
        rust.push_str(&text[line.clone()]);
    }
    let statements = match syn::parse::Parser::parse_str(syn::Block::parse_within, &rust) {
        Ok(statements) => statements,
        Err(error) => {
            let message = format!("this is not Rust: {error}");
            let help = "below `-- ambix:replay` stand calls on `op`, as in a revision in Rust";
            troubles.push(Trouble::new(error.span().byte_range(), message, help));
            return Replayed::Unsaid;
        }
    };
    let mut evaluator = Evaluator::new(BTreeMap::new());
    let operations = evaluator.body("op", &statements);
    troubles.extend(evaluator.into_troubles().into_iter().map(|trouble| Trouble {
        range: trouble.place.range(),
        message: trouble.message,
        help: trouble.help,
    }));
    match operations {
        Some(operations) if replay.digest == digest => Replayed::As(operations),
        Some(_) => Replayed::Outdated { digest: digest.to_owned() },
        None => Replayed::Unsaid,
    }
}

/// The operations as the lines of comments that [`replayed`] reads.
pub(super) fn lines(operations: &[Noted]) -> Vec<String> {
    let plain: Vec<Noted> = operations.iter().map(|noted| Noted::from(noted.operation.clone())).collect();
    let text = function("upgrade", &plain, false, &one_line);
    let body = text.lines().skip(1).filter(|line| *line != "}");
    body.map(|line| line.strip_prefix("    ").unwrap_or(line).to_owned()).collect()
}

/// The phrase of an operation without line breaks in its texts, which comments would tear apart.
fn one_line(operation: &Operation) -> String {
    let phrase = operation.phrase();
    if !phrase.contains('\n') {
        return phrase;
    }
    let tokens: proc_macro2::TokenStream =
        phrase.parse().expect("the phrase of an operation is made of Rust tokens");
    unbroken(tokens).to_string()
}

fn unbroken(tokens: proc_macro2::TokenStream) -> proc_macro2::TokenStream {
    use proc_macro2::{Group, TokenTree};
    let unbroken_tree = |tree: TokenTree| match tree {
        TokenTree::Group(group) => Group::new(group.delimiter(), unbroken(group.stream())).into(),
        TokenTree::Literal(literal) => match syn::parse_str::<syn::LitStr>(&literal.to_string()) {
            Ok(text) => {
                let literal: proc_macro2::Literal =
                    text_literal(&text.value()).parse().expect("the literal of a text is a token");
                literal.into()
            }
            Err(_) => literal.into(),
        },
        other @ (TokenTree::Ident(_) | TokenTree::Punct(_)) => other,
    };
    tokens.into_iter().map(unbroken_tree).collect()
}
