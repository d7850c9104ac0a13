//! How deep a text is nested: the parser calls itself for every level, and would run out of stack.

use std::ops::Range;
use std::str::FromStr as _;

use proc_macro2::{TokenStream, TokenTree};

/// How many levels are read. Nobody writes half as many.
const DEEPEST: usize = 64;

/// The place where a text is nested too deep, if there is one. What is no Rust at all is not.
pub(super) fn too_deep(text: &str) -> Option<Range<usize>> {
    let tokens = TokenStream::from_str(text).ok()?;
    let mut open = vec![tokens.into_iter()];
    let mut signs = 0;
    while let Some(current) = open.last_mut() {
        match current.next() {
            None => {
                open.pop();
            }
            Some(TokenTree::Group(group)) => {
                if open.len() > DEEPEST {
                    return Some(group.span_open().byte_range());
                }
                signs = 0;
                open.push(group.stream().into_iter());
            }
            Some(TokenTree::Punct(sign)) => {
                signs += 1;
                if signs > DEEPEST {
                    return Some(sign.span().byte_range());
                }
            }
            Some(TokenTree::Ident(_) | TokenTree::Literal(_)) => signs = 0,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_read_and_what_nobody_writes_is_not() {
        assert_eq!(too_deep(&format!("fn a() {{ {}1{} }}", "(".repeat(60), ")".repeat(60))), None);
        assert_eq!(too_deep("fn a() { \"((((((((((\" }"), None);
        for deep in ["(", "[", "{"] {
            let close = match deep {
                "(" => ")",
                "[" => "]",
                _brace => "}",
            };
            let text = format!("{}{}", deep.repeat(100_000), close.repeat(100_000));
            assert_eq!(too_deep(&text), Some(64..65), "{deep}");
        }
        assert!(too_deep(&format!("fn a() {{ {}1 }}", "-".repeat(100_000))).is_some());
    }
}
