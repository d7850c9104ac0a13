//! Where an expression stands, worked out only when there is something to say about it.

#![expect(clippy::wildcard_enum_match_arm, reason = "the syntax tree of Rust is open")]

use std::ops::Range;

use proc_macro2::Span;
use syn::spanned::Spanned as _;

/// The first and the last token of something. Cheap to make: asking a whole expression for its span
/// would print it to tokens, and revision files hold tens of thousands of expressions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    first: Span,
    last: Span,
}

impl Place {
    /// The place of an expression.
    pub(crate) fn of(expr: &syn::Expr) -> Self {
        match expr {
            syn::Expr::Lit(literal) => literal.lit.span().into(),
            syn::Expr::Path(path) => Self::of_path(&path.path),
            syn::Expr::Call(call) => Self { last: call.paren_token.span.close(), ..Self::of(&call.func) },
            syn::Expr::MethodCall(call) => {
                Self { last: call.paren_token.span.close(), ..Self::of(root(&call.receiver)) }
            }
            syn::Expr::Array(array) => array.bracket_token.span.into(),
            syn::Expr::Paren(paren) => paren.paren_token.span.into(),
            syn::Expr::Tuple(tuple) => tuple.paren_token.span.into(),
            syn::Expr::Reference(reference) => {
                Self { first: reference.and_token.span, ..Self::of(&reference.expr) }
            }
            syn::Expr::Unary(unary) => Self { first: unary.op.span(), ..Self::of(&unary.expr) },
            other => other.span().into(),
        }
    }

    /// The beginning of the file, for what is missing from it.
    pub(crate) fn head_of_file() -> Self {
        Span::call_site().into()
    }

    /// The place of a path.
    pub(crate) fn of_path(path: &syn::Path) -> Self {
        let ends = path.segments.first().zip(path.segments.last());
        match ends {
            Some((first, last)) if last.arguments.is_none() => {
                Self { first: first.ident.span(), last: last.ident.span() }
            }
            Some(_) | None => path.span().into(),
        }
    }

    /// The bytes of the file.
    pub(crate) fn range(self) -> Range<usize> {
        self.first.byte_range().start..self.last.byte_range().end
    }
}

/// What a chain of calls begins with.
fn root(mut expr: &syn::Expr) -> &syn::Expr {
    while let syn::Expr::MethodCall(call) = expr {
        expr = &call.receiver;
    }
    expr
}

impl From<Span> for Place {
    fn from(span: Span) -> Self {
        Self { first: span, last: span }
    }
}

impl From<proc_macro2::extra::DelimSpan> for Place {
    fn from(span: proc_macro2::extra::DelimSpan) -> Self {
        Self { first: span.open(), last: span.close() }
    }
}
