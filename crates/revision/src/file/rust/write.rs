//! Writing: a draft of a revision as a file that looks as if somebody had taken care over it.

use ambix_schema::escape;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::RevisionId;
use crate::file::draft::{BEGIN, Draft, END, Noted};
use crate::operations::{Operation, text_literal};

/// The text of the revision file. The same draft always gives the same bytes.
pub fn write_rust(draft: &Draft) -> String {
    let mut out = String::new();
    for line in head(draft) {
        out.push_str(format!("//! {}", escape(&line)).trim_end());
        out.push('\n');
    }
    out.push_str("\nuse ambix::prelude::*;\n\n");
    let down: Vec<&str> = draft.down.iter().map(RevisionId::as_str).collect();
    let labels: Vec<&str> = draft.branch_labels.iter().map(String::as_str).collect();
    let depends_on: Vec<&str> = draft.depends_on.iter().map(String::as_str).collect();
    let mut constant = |name: &str, ty: &str, value: &str| {
        out.extend(["pub const ", name, ": ", ty, " = ", value, ";\n"]);
    };
    constant("REVISION", "&str", &text_literal(draft.id.as_str()));
    for (name, texts) in [("DOWN_REVISION", down), ("BRANCH_LABELS", labels), ("DEPENDS_ON", depends_on)] {
        let texts: Vec<String> = texts.into_iter().map(text_literal).collect();
        constant(name, "&[&str]", &format!("&[{}]", texts.join(", ")));
    }
    for (name, body, is_marked) in
        [("upgrade", &draft.upgrade, !draft.upgrade.is_empty()), ("downgrade", &draft.downgrade, false)]
    {
        out.push('\n');
        out.push_str(&function(name, body, is_marked, &Operation::phrase));
    }
    out
}

fn head(draft: &Draft) -> Vec<String> {
    let mut lines: Vec<String> = draft.message.lines().map(str::to_owned).collect();
    if lines.is_empty() {
        lines.push("(no message)".into());
    }
    let down: Vec<&str> = draft.down.iter().map(RevisionId::as_str).collect();
    let revises = if down.is_empty() { "<base>".to_owned() } else { down.join(", ") };
    lines.push(String::new());
    lines.push(format!("Revision ID: {}", draft.id.as_str()));
    lines.push(format!("Revises: {revises}"));
    lines.push(format!("Create Date: {}", draft.create_date));
    lines.extend(draft.header.iter().cloned());
    lines
}

/// One function, formatted. The formatter knows no comments, so each stands in for itself as a
/// statement that is put back afterwards.
pub(in crate::file) fn function(
    name: &str,
    body: &[Noted],
    is_marked: bool,
    phrase: &dyn Fn(&Operation) -> String,
) -> String {
    let phrases: Vec<String> = body.iter().map(|noted| phrase(&noted.operation)).collect();
    let stand_in = Stand::absent_from(&phrases);
    let mut comments: Vec<String> = Vec::new();
    let mut statements: Vec<TokenStream> = Vec::new();
    let mut comment = |text: &str, statements: &mut Vec<TokenStream>| {
        let ident = stand_in.ident(comments.len());
        statements.push(quote!(#ident;));
        comments.push(escape(text).trim_end().to_owned());
    };
    if is_marked {
        comment(BEGIN, &mut statements);
    }
    for (noted, phrase) in body.iter().zip(&phrases) {
        for text in &noted.comments {
            comment(text, &mut statements);
        }
        let call: TokenStream = phrase.parse().expect("the phrase of an operation is made of Rust tokens");
        statements.push(quote!(#call;));
    }
    if is_marked {
        comment(END, &mut statements);
    }
    let name = format_ident!("{name}");
    let item = quote!(pub fn #name(op: &mut Operations) { #(#statements)* });
    let file = syn::parse2(item).expect("a function made of calls is Rust");
    stand_in.replace(&prettyplease::unparse(&file), &comments)
}

/// Names of the statements that stand in for comments.
struct Stand {
    stem: String,
}

impl Stand {
    /// Names that occur in none of the texts.
    fn absent_from(texts: &[String]) -> Self {
        let mut stem = String::from("comment_");
        while texts.iter().any(|text| text.contains(&stem)) {
            stem.push('_');
        }
        Self { stem }
    }

    fn ident(&self, number: usize) -> Ident {
        format_ident!("{}{number}", self.stem)
    }

    fn replace(&self, text: &str, comments: &[String]) -> String {
        let mut out = String::with_capacity(text.len());
        for line in text.lines() {
            let indent = line.len() - line.trim_start().len();
            let number = line[indent..].strip_prefix(&self.stem).and_then(|rest| rest.strip_suffix(';'));
            match number.and_then(|number| number.parse::<usize>().ok()).and_then(|n| comments.get(n)) {
                Some(comment) => {
                    out.push_str(&line[..indent]);
                    out.push_str(format!("// {comment}").trim_end());
                }
                None => out.push_str(line),
            }
            out.push('\n');
        }
        out
    }
}
