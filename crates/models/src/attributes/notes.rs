//! Places in source and what was found there, in a form that outlives the syntax tree.
//!
//! A [`Span`] cannot leave its thread, so everything read from source carries a [`Mark`] instead: an
//! index into the places of its file, which become byte ranges (for the command line) or stay spans
//! (for the compiler).

#[cfg(feature = "files")]
use std::ops::Range;

use ambix_schema::Severity;
#[cfg(feature = "files")]
use proc_macro2::LineColumn;
use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;

/// A place in one file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Mark(u32);

impl Mark {
    /// The index among the places of the file.
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A value and where it was said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Said<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub mark: Mark,
}

/// Something found wrong at a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Finding {
    /// Whether it stops the work.
    pub severity: Severity,
    /// Where.
    pub mark: Mark,
    /// What, as a lowercase fragment.
    pub message: String,
    /// A short word at the mark.
    pub label: Option<String>,
    /// The way out.
    pub help: Option<String>,
}

impl Finding {
    /// An error at a place.
    pub(crate) fn error(mark: Mark, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, mark, message: message.into(), label: None, help: None }
    }

    /// A warning at a place.
    #[cfg(feature = "files")]
    pub(crate) fn warning(mark: Mark, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(mark, message) }
    }

    /// The same finding with the way out.
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// The same finding with a word at the mark.
    pub(crate) fn label(self, label: impl Into<String>) -> Self {
        Self { label: Some(label.into()), ..self }
    }
}

/// The places of one file or item, and the findings at them.
#[derive(Default, Debug)]
pub(crate) struct Notes {
    places: Vec<(Span, Span)>,
    findings: Vec<Finding>,
}

impl Notes {
    /// Remembers the place between the beginning of one span and the end of another.
    pub(crate) fn mark_between(&mut self, first: Span, last: Span) -> Mark {
        let index = u32::try_from(self.places.len()).expect("a file has fewer than four billion places");
        self.places.push((first, last));
        Mark(index)
    }

    /// Remembers the place of one token.
    pub(crate) fn mark(&mut self, span: Span) -> Mark {
        self.mark_between(span, span)
    }

    /// Remembers the place of a piece of syntax, from its first token to its last.
    pub(crate) fn mark_tokens(&mut self, syntax: &impl ToTokens) -> Mark {
        let mut tokens = syntax.to_token_stream().into_iter();
        let first = tokens.next().map_or_else(Span::call_site, |token| token.span());
        let last = tokens.last().map_or(first, |token| token.span());
        self.mark_between(first, last)
    }

    /// Adds a finding.
    pub(crate) fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// How many findings there are.
    pub(crate) fn finding_count(&self) -> usize {
        self.findings.len()
    }

    /// Forgets the findings that came after the first `count`.
    pub(crate) fn forget_findings_after(&mut self, count: usize) {
        self.findings.truncate(count);
    }

    /// The places as byte ranges of a file's text, and the findings. `lines` are the bytes at which its
    /// lines begin.
    #[cfg(feature = "files")]
    pub(crate) fn into_ranges(self, text: &str, lines: &[usize]) -> (Vec<Range<usize>>, Vec<Finding>) {
        // Where each character is a byte, a line and a column are a place; to ask a span for its bytes
        // makes it count characters.
        let is_ascii = text.is_ascii();
        let at = |place: LineColumn| lines[place.line - 1] + place.column;
        let range = |(first, last): (Span, Span)| {
            if is_ascii {
                return at(first.start())..at(last.end());
            }
            let start = first.byte_range().start;
            start..last.byte_range().end.max(start)
        };
        (self.places.into_iter().map(range).collect(), self.findings)
    }

    /// The errors as the compiler is told them. Help stands on a line of its own below the message.
    pub(crate) fn into_compile_errors(self) -> Vec<syn::Error> {
        let Self { places, findings } = self;
        findings
            .into_iter()
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| {
                let (first, last) = places[finding.mark.index()];
                let text = match finding.help {
                    Some(help) => format!("{}\nhelp: {help}", finding.message),
                    None => finding.message,
                };
                // Two tokens carry both ends: on stable compilers spans cannot be joined.
                let ends: TokenStream = [Ident::new("first", first), Ident::new("last", last)]
                    .into_iter()
                    .map(proc_macro2::TokenTree::from)
                    .collect();
                syn::Error::new_spanned(ends, text)
            })
            .collect()
    }
}

/// The name of an identifier, without the `r#` of a raw one.
pub(crate) fn name_of(ident: &Ident) -> String {
    let text = ident.to_string();
    match text.strip_prefix("r#") {
        Some(name) => name.to_owned(),
        None => text,
    }
}
