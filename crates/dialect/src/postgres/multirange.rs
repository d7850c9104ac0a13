//! The multirange type that PostgreSQL makes with each range type from version 14 on.

use ambix_schema::{Address, Name, Object};

use super::facts::Features;

/// Bytes of a name that the server keeps before it adds its own word.
const KEPT: usize = 52;

/// Bytes of a name that the server keeps.
const WHOLE: usize = 63;

/// The multirange of a range type and its name once the type has another; it stays behind otherwise, and stands in
/// the way of the next type of the old name. `None` where somebody chose its name.
pub(super) fn companion(
    features: Features,
    at: &Address,
    object: &Object,
    to: &Name,
) -> Option<(Address, Name)> {
    let range = object.as_range()?;
    if !features.multiranges || range.options.contains_key("multirange_type_name") {
        return None;
    }
    Some((at.renamed(multirange(&at.name)), multirange(to)))
}

/// The name the server gives the multirange of a range type.
fn multirange(range: &Name) -> Name {
    let range = range.as_str();
    let whole = match range.find("range") {
        Some(place) => format!("{}multi{}", &range[..place], &range[place..]),
        None => format!("{}_multirange", within(range, KEPT)),
    };
    within(&whole, WHOLE).into()
}

/// As much of a text as fits, in whole characters.
fn within(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_multirange_is_called_as_the_server_calls_it() {
        let called = |name: &str| multirange(&name.into()).as_str().to_owned();
        assert_eq!(called("price"), "price_multirange");
        assert_eq!(called("pricerange"), "pricemultirange");
        assert_eq!(called("range_of_a_range"), "multirange_of_a_range");
        assert_eq!(called(&"a".repeat(60)), format!("{}_multirange", "a".repeat(52)));
        assert_eq!(called(&"é".repeat(31)), format!("{}_multirange", "é".repeat(26)));
        assert_eq!(called(&format!("{}range", "a".repeat(58))), format!("{}multi", "a".repeat(58)));
    }
}
