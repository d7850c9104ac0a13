//! Two schemas read at once, each from its first object to its last: to look each object of one up in the other
//! takes much longer.

use std::cmp::Ordering;

use ambix_schema::{Address, Object, Schema};

/// Both schemas in address order at once: what each has at an address.
pub(crate) fn side_by_side<'a>(
    from: &'a Schema,
    to: &'a Schema,
) -> impl Iterator<Item = (&'a Address, Option<&'a Object>, Option<&'a Object>)> {
    let (mut from, mut to) = (from.iter().peekable(), to.iter().peekable());
    std::iter::from_fn(move || {
        let order = match (from.peek(), to.peek()) {
            (Some((a, _)), Some((b, _))) => a.cmp(b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return None,
        };
        let before = from.next_if(|_| order.is_le());
        let after = to.next_if(|_| order.is_ge());
        let (at, _) = before.or(after)?;
        Some((at, before.map(|(_, object)| object), after.map(|(_, object)| object)))
    })
}
