//! Places in source and what was found there, in a form that outlives the syntax tree.
//!
//! A [`Span`] cannot leave its thread, so everything read from source carries a [`Mark`] instead: an
//! index into the places of its file, which become byte ranges (for the command line) or stay spans
//! (for the compiler).

#[cfg(feature = "files")]
use std::ops::Range;

use ambix_schema::Severity;
use compact_str::{CompactString, ToCompactString};
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

/// Where a mark is in its file: the bytes, and the line and the column in characters, from 1, of the first.
#[cfg(feature = "files")]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Spot {
    start: u32,
    end: u32,
    line: u32,
    column: u32,
}

#[cfg(feature = "files")]
impl Spot {
    fn new(range: Range<usize>, line: usize, column: usize) -> Self {
        let small = |number| u32::try_from(number).expect("a file of Rust has fewer than four billion bytes");
        Self { start: small(range.start), end: small(range.end), line: small(line), column: small(column) }
    }

    /// The spot of bytes of a text.
    pub(crate) fn of(text: &str, range: Range<usize>) -> Self {
        let before = &text[..range.start];
        let begin = before.rfind('\n').map_or(0, |at| at + 1);
        Self::new(range, before.matches('\n').count() + 1, before[begin..].chars().count() + 1)
    }

    /// The bytes.
    pub(crate) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The line, from 1.
    pub(crate) fn line(self) -> usize {
        self.line as usize
    }

    /// The column in characters, from 1.
    pub(crate) fn column(self) -> usize {
        self.column as usize
    }
}

/// Where each line begins.
#[cfg(feature = "files")]
fn lines(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
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

    /// The places in a file's text, of which the parser passed over the first `skipped` bytes, and the findings.
    #[cfg(feature = "files")]
    pub(crate) fn into_spots(self, text: &str, skipped: usize) -> (Vec<Spot>, Vec<Finding>) {
        let (before, parsed) = text.split_at(skipped);
        let on_first_line = before.chars().count();
        // Where each character is a byte, a line and a column are a place; to ask a span for its bytes
        // makes it count characters.
        let lines = parsed.is_ascii().then(|| lines(parsed));
        let spot = |(first, last): (Span, Span)| {
            let place = first.start();
            let (start, end) = match &lines {
                Some(lines) => {
                    let at = |place: LineColumn| lines[place.line - 1] + place.column;
                    (at(place), at(last.end()))
                }
                None => (first.byte_range().start, last.byte_range().end),
            };
            let column = place.column + if place.line == 1 { on_first_line } else { 0 };
            Spot::new(start + skipped..end.max(start) + skipped, place.line, column + 1)
        };
        (self.places.into_iter().map(spot).collect(), self.findings)
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
pub(crate) fn name_of(ident: &Ident) -> CompactString {
    let text = ident.to_compact_string();
    match text.strip_prefix("r#") {
        Some(name) => name.into(),
        None => text,
    }
}
