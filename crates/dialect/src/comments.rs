//! Comments that a database does not keep: no reason to refuse what they stand on, and one to say so.

use ambix_schema::{Address, Object};

use crate::Dialect;

/// How many objects are named before the rest is counted.
const NAMED: usize = 5;

/// Whether an object has a comment that the database does not keep.
pub fn loses_comment(object: &Object, dialect: &dyn Dialect) -> bool {
    let facts = dialect.facts();
    let is_made = object.as_enum().is_none() || facts.has_enum_types;
    is_made
        && object.comment().is_some_and(|text| !text.is_empty())
        && !facts.comments.contains(&object.kind())
}

/// A sentence about objects whose comments are not kept; `None` where there are none.
pub fn lost_comments<'a>(
    objects: impl IntoIterator<Item = &'a Address>,
    dialect: &dyn Dialect,
) -> Option<String> {
    let objects: Vec<String> = objects.into_iter().map(ToString::to_string).collect();
    let rest = objects.len().saturating_sub(NAMED);
    let named = objects.get(..objects.len() - rest)?.join(", ");
    let title = dialect.facts().title;
    match rest {
        _none if objects.is_empty() => None,
        0 => Some(format!("{title} keeps no comment on {named}")),
        rest => Some(format!("{title} keeps no comment on {named} and {rest} more")),
    }
}
